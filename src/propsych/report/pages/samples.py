"""The persons behind a judged number: who took part, who was asked, who answered."""

from __future__ import annotations

from collections.abc import Sequence

from propsych.criteria import Criterion, Judgement
from propsych.report.context import Context
from propsych.report.model import Words
from propsych.result import Record

__all__ = ["answered_sentence", "listwise_sentence", "people_behind"]

_LISTWISE = ("item_rest", "correlation", "item_rest_difference", "alpha", "one_factor_residual")
"""Statistics of those who answered every question of a scale."""


def people_behind(ctx: Context, criterion: Criterion, judgements: Sequence[Judgement]) -> list[Words]:
    """Return the sentences about the persons behind one point of attention.

    Numbers that rest on whole scales name their own sample, one sentence a site; the others name who
    answered the question and who took part, or who has a score.
    """
    records = [ctx.results.records.get(judgement.record) for judgement in judgements]
    if criterion.statistics[0] in _LISTWISE:
        sentences = [listwise_sentence(ctx, record) for record in records]
    elif criterion.property == "reliability":
        sentences = [_twice_sentence(ctx, record) for record in records]
    elif criterion.applies_to == "scale":
        sentences = [_scored_sentence(ctx, judgements[0].target)]
    else:
        sentences = [answered_sentence(ctx, judgements[0].target.split("~")[0]), _took_part(ctx)]
    return [(sentence,) for sentence in sentences if sentence]


def listwise_sentence(ctx: Context, record: Record | None) -> str:
    """Return whose answers a number of a whole scale rests on, or nothing where its sample is withheld."""
    if record is None or record.sample is None:
        return ""
    tr, number = ctx.language.gettext, ctx.language.number
    used, asked = number(record.sample.n_used), number(record.sample.n_asked)
    by, _, site = record.group.partition("=")
    if by != "site":
        return tr(
            "The number rests on the {used} of {asked} who answered every question in the scale.",
            used=used,
            asked=asked,
        )
    return tr(
        "At {site} it rests on the {used} of {asked} who answered every question in the scale.",
        site=ctx.site_name(site),
        used=used,
        asked=asked,
    )


def _twice_sentence(ctx: Context, record: Record | None) -> str:
    if record is None or record.sample is None:
        return ""
    return ctx.language.ngettext(
        "The number rests on {n} person who answered twice.",
        "The number rests on {n} persons who answered twice.",
        record.sample.n_used,
    )


def _scored_sentence(ctx: Context, scale_id: str) -> str:
    scored = ctx.count("scores", scale_id, "n_scored")
    persons = ctx.count("scores", scale_id, "n_persons")
    if scored is None or persons is None:
        return ""
    return ctx.language.ngettext(
        "{n} of {persons} have a score.",
        "{n} of {persons} have a score.",
        scored,
        persons=ctx.language.number(persons),
    )


def answered_sentence(ctx: Context, key: str) -> str:
    """Return "389 of 418 answered.", or nothing where a number is withheld."""
    answered, asked = ctx.count("items", key, "n_answered"), ctx.count("items", key, "n_asked")
    if answered is None or asked is None:
        return ""
    return ctx.language.ngettext(
        "{n} of {asked} answered.", "{n} of {asked} answered.", answered, asked=ctx.language.number(asked)
    )


def _took_part(ctx: Context) -> str:
    """Return how many of the invited took part, where every site has noted how many it invited."""
    took_part = ctx.count("participation", "persons", "n")
    invited = ctx.count("participation", "persons", "invited")
    if took_part is None or not invited:
        return ""
    return ctx.language.ngettext(
        "{n} of {invited} invited took part ({percent}).",
        "{n} of {invited} invited took part ({percent}).",
        took_part,
        invited=ctx.language.number(invited),
        percent=ctx.of(took_part, invited),
    )

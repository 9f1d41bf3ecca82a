"""Points of attention, and what cannot be told: rule, threshold, source, uncertainty, participation."""

from __future__ import annotations

from collections.abc import Sequence

from propsych.criteria import Criterion, Judgement
from propsych.report.context import Context, is_share
from propsych.report.i18n import N_
from propsych.report.model import Callout, Link, Words
from propsych.report.pages.facts import fact, judged_record, value_words
from propsych.report.wording import short_source
from propsych.result import Record
from propsych.study import SUPPRESSED

__all__ = [
    "KNOWN_SOURCES",
    "attention_callouts",
    "rule_words",
    "source_link",
    "unsure_callout",
    "unsure_sites",
]


KNOWN_SOURCES = (
    N_("propsych's choice"),
    N_("propsych's rule"),
    N_("PMC5028167, table 1"),
    N_("PMC5141593, table 1"),
    N_("Convention after Nunnally & Bernstein (1994)"),
    N_("Half a standard deviation, Norman, Sloan & Wyrwich (2003)"),
)
"""Sources of the criteria that propsych ships, as the body names them; translated where they hold words."""


def attention_callouts(ctx: Context, judgements: Sequence[Judgement]) -> list[Callout]:
    """Return one box for each criterion that says yes; sites under one criterion share it."""
    boxes = []
    for criterion in ctx.results.criteria.criteria:
        hits = [j for j in judgements if j.criterion == criterion.id and j.state == "yes"]
        for together in _together(criterion, hits):
            boxes.append(_attention(ctx, criterion, together))
    return boxes


def _together(criterion: Criterion, hits: list[Judgement]) -> list[list[Judgement]]:
    if criterion.applies_to == "site":
        return [hits] if hits else []
    return [[hit] for hit in hits]


def _attention(ctx: Context, criterion: Criterion, judgements: list[Judgement]) -> Callout:
    tr = ctx.language.gettext
    lines = [line for judgement in judgements for line in fact(ctx, judgement)]
    basis: list[Words] = [_rule(ctx, criterion)]
    for judgement in judgements:
        record = judged_record(ctx, judgement)
        interval = "" if record is None or record.estimate.method == SUPPRESSED else _interval(ctx, record)
        if interval and len(judgements) > 1:
            site = ctx.site_name(judgement.group.partition("=")[2])
            basis.append(
                (tr("Statistical uncertainty at {site}: {interval}.", site=site, interval=interval),)
            )
        elif interval:
            basis.append((tr("Statistical uncertainty: {interval}.", interval=interval),))
    basis += _participation(ctx, criterion, judgements[0])
    title = tr("Point of attention: {name}", name=_lower(ctx.language.pick(criterion.name)))
    return Callout("attention", title, tuple(lines), tuple(basis))


def _interval(ctx: Context, record: Record) -> str:
    """Return the interval in words; of a fall, how large it is."""
    low, high = record.estimate.lower, record.estimate.upper
    if record.statistic != "item_rest_difference" or low is None or high is None or high >= 0:
        return ctx.between(record)
    return ctx.language.gettext(
        "a fall between {low} and {high}",
        low=ctx.language.number(-high, 2),
        high=ctx.language.number(-low, 2),
    )


def source_link(ctx: Context, criterion: Criterion) -> Link:
    """Return the short source of a criterion, linked to the table of all criteria."""
    return Link(ctx.language.lookup(short_source(criterion.source)), "appendix-criteria")


_SAYS_ITSELF = (
    "n_versions",
    "n_unused",
    "item_rest_difference",
    "mean_difference",
    "item_rest",
    "correlation",
)
"""Statistics whose rule is a phrase of its own."""


def _rule(ctx: Context, criterion: Criterion) -> Words:
    source = source_link(ctx, criterion)
    if is_share(criterion.statistics[0]) or criterion.statistics[0] in _SAYS_ITSELF:
        rule = ctx.language.gettext("Rule: {rule}. Source: ", rule=rule_words(ctx, criterion))
    else:
        rule = ctx.language.gettext("Rule: the number is {rule}. Source: ", rule=rule_words(ctx, criterion))
    return (rule, source, ".")


def rule_words(ctx: Context, criterion: Criterion) -> str:
    """Return the threshold in words: "more than 10 %"."""
    share = is_share(criterion.statistics[0])
    whole = float(criterion.value).is_integer()
    digits = 0 if whole else 2
    text = (
        ctx.language.percent(criterion.value) if share else ctx.language.number(abs(criterion.value), digits)
    )
    tr = ctx.language.gettext
    if criterion.statistics[0] == "n_unused":
        return tr("a response option that no one uses")
    if criterion.statistics[0] == "n_versions":
        return tr("more than one wording")
    if criterion.statistics[0] == "item_rest_difference":
        return tr("the link to the scale falls by more than {value}", value=text)
    if criterion.statistics[0] == "mean_difference":
        return tr("a gap of more than {value} times the usual spread", value=text)
    if criterion.statistics[0] == "item_rest":
        return tr("a link to the scale below {value}", value=text)
    if criterion.statistics[0] == "correlation":
        return tr("a link above {value}", value=text)
    if criterion.attention == "above":
        return tr("more than {value}", value=text)
    if criterion.attention == "beyond":
        return tr("more than {value} up or down", value=text)
    below = text if criterion.value >= 0 else ctx.language.number(criterion.value, digits)
    return tr("below {value}", value=below)


def _participation(ctx: Context, criterion: Criterion, judgement: Judgement) -> list[Words]:
    if criterion.applies_to == "scale":
        scored = ctx.count("scores", judgement.target, "n_scored")
        persons = ctx.count("scores", judgement.target, "n_persons")
        if scored is None or persons is None:
            return []
        fields = {"persons": ctx.language.number(persons)}
        return [
            (
                ctx.language.ngettext(
                    "{n} of {persons} have a score.", "{n} of {persons} have a score.", scored, **fields
                ),
            )
        ]
    sentence = answered_sentence(ctx, judgement.target.split("~")[0])
    return [(sentence,)] if sentence else []


def answered_sentence(ctx: Context, key: str) -> str:
    """Return "389 of 418 answered.", or nothing where a number is withheld."""
    answered, asked = ctx.count("items", key, "n_answered"), ctx.count("items", key, "n_asked")
    if answered is None or asked is None:
        return ""
    return ctx.language.ngettext(
        "{n} of {asked} answered.", "{n} of {asked} answered.", answered, asked=ctx.language.number(asked)
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


# -- what cannot be told -----------------------------------------------------------------------------------


def unsure_callout(ctx: Context, judgements: Sequence[Judgement]) -> Callout | None:
    """Return one calm box with what the pilot cannot tell about an item or a scale, sites apart."""
    bullets: list[Words] = []
    for criterion in ctx.results.criteria.criteria:
        if criterion.applies_to != "site":
            bullets += [
                _unsure(ctx, criterion, judgement)
                for judgement in judgements
                if judgement.criterion == criterion.id and judgement.state == "cannot_tell"
            ]
    if not bullets:
        return None
    return Callout("unsure", ctx.language.gettext("The pilot cannot tell"), bullets=tuple(bullets))


def unsure_sites(ctx: Context, judgements: Sequence[Judgement]) -> list[Words]:
    """Return a sentence for each criterion of sites that cannot be told; they stand beside the sites.

    With some tens of answers a site this is the rule, so it is no box of its own.
    """
    sentences: list[Words] = []
    for criterion in ctx.results.criteria.criteria:
        hits = [j for j in judgements if j.criterion == criterion.id and j.state == "cannot_tell"]
        if hits and criterion.applies_to == "site":
            sentences.append(_unsure_sites(ctx, criterion, hits))
    return sentences


def _unsure(ctx: Context, criterion: Criterion, judgement: Judgement) -> Words:
    name = ctx.language.pick(criterion.name)
    reason = _reason(ctx, criterion, judgement)
    if criterion.applies_to != "pair":
        return (f"{name}: {reason}",)
    names = [key.rpartition("@")[0] for key in judgement.target.split("~")]
    first, second = (ctx.item_link(entry) for entry in names)
    return (f"{name}: ", first, ctx.and_between, second, f". {reason[:1].upper()}{reason[1:]}")


def _reason(ctx: Context, criterion: Criterion, judgement: Judgement) -> str:
    tr = ctx.language.gettext
    if judgement.reason == "too_few":
        least = ctx.language.number(criterion.least_n)
        return tr("too few answers. The rule needs {least}.", least=least)
    if judgement.reason == "not_estimable":
        return tr("the number cannot be worked out from these answers.")
    value = value_words(ctx, judged_record(ctx, judgement))
    rule = rule_words(ctx, criterion)
    if not value:
        return tr("the answers point both ways. The limit is {rule}.", rule=rule)
    return tr("{value}. The limit is {rule}.", value=value, rule=rule)


def _unsure_sites(ctx: Context, criterion: Criterion, hits: list[Judgement]) -> Words:
    n_sites = len(ctx.results.info.sites)
    name = ctx.language.pick(criterion.name)
    if len(hits) >= n_sites > 1:
        where = ctx.language.gettext("all sites")
    else:
        where = ctx.language.join([ctx.site_name(hit.group.partition("=")[2]) for hit in hits])
    return (ctx.language.gettext("{name}: too few answers to tell at {sites}.", name=name, sites=where),)

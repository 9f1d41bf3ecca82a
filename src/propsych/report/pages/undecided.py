"""What the pilot cannot tell about a question or a scale, and what is only not shown."""

from __future__ import annotations

from collections.abc import Sequence

from propsych.criteria import Criterion, Judgement
from propsych.report.context import Context, is_share
from propsych.report.model import Callout, Words
from propsych.report.pages.attention import lower, rule_words
from propsych.report.pages.facts import judged_record
from propsych.study import SUPPRESSED

__all__ = ["unsure_callouts", "unsure_sites"]


def unsure_callouts(ctx: Context, judgements: Sequence[Judgement]) -> list[Callout]:
    """Return calm boxes with what the pilot cannot tell, and with what is withheld; sites stand apart."""
    bullets: list[Words] = []
    withheld: list[str] = []
    for criterion in ctx.results.criteria.criteria:
        if criterion.applies_to == "site" or criterion.role == "use":
            continue
        open_ones = [j for j in judgements if j.criterion == criterion.id and j.state == "cannot_tell"]
        bullets += [_unsure(ctx, criterion, j) for j in open_ones if ctx.cannot_tell(j)]
        if any(not ctx.cannot_tell(j) for j in open_ones):
            withheld.append(lower(ctx.language.pick(criterion.name)))
    boxes = []
    if bullets:
        boxes.append(Callout("unsure", ctx.language.gettext("Not decided"), bullets=tuple(bullets)))
    if withheld:
        what = ctx.language.gettext("This concerns: {criteria}.", criteria=ctx.language.join(withheld))
        boxes.append(Callout("unsure", ctx.not_shown(), ((what,),)))
    return boxes


def _unsure(ctx: Context, criterion: Criterion, judgement: Judgement) -> Words:
    what, reason = _open_question(ctx, criterion), _reason(ctx, criterion, judgement)
    start = ctx.language.gettext("The pilot cannot tell whether {what}: ", what=what)
    if criterion.applies_to != "pair":
        return (start + reason,)
    names = [key.rpartition("@")[0] for key in judgement.target.split("~")]
    first, second = (ctx.item_link(entry) for entry in names)
    return (start, first, ctx.and_between, second, f": {reason}")


def _open_question(ctx: Context, criterion: Criterion) -> str:
    """Return what a criterion asks, as it stands after "whether"; its name unless the order is another."""
    if criterion.statistics[0] == "item_rest":
        return ctx.language.gettext("the answers fail to follow the rest of the scale")
    if criterion.statistics[0] == "n_unused":
        return ctx.language.gettext("a response option is never used")
    return lower(ctx.language.pick(criterion.name))


def _reason(ctx: Context, criterion: Criterion, judgement: Judgement) -> str:
    tr = ctx.language.gettext
    if judgement.reason == "too_few":
        least = ctx.language.number(criterion.least_n)
        return tr("too few answers; the rule needs {least}.", least=least)
    if judgement.reason in ("not_estimable", "no_interval"):
        return tr("the number cannot be worked out from these answers.")
    record = judged_record(ctx, judgement)
    limit = _limit(ctx, criterion)
    if record is None or record.estimate.method == SUPPRESSED:
        return tr("the answers point both ways; the limit is {limit}.", limit=limit)
    return tr(
        "{value}{interval}; the limit is {limit}.",
        value=ctx.shown(record, 1 if is_share(record.statistic) else 2),
        interval=ctx.in_brackets(record),
        limit=limit,
    )


def _limit(ctx: Context, criterion: Criterion) -> str:
    if is_share(criterion.statistics[0]):
        return ctx.language.percent(criterion.value)
    if float(criterion.value).is_integer():
        return rule_words(ctx, criterion)
    return ctx.language.number(criterion.value, 2)


# -- sites ---------------------------------------------------------------------------------------------------


def unsure_sites(ctx: Context, judgements: Sequence[Judgement]) -> list[Words]:
    """Return a sentence for each criterion of sites that cannot be told; they stand beside the sites.

    With some tens of answers a site this is the rule, so it is no box of its own.
    """
    sentences: list[Words] = []
    for criterion in ctx.results.criteria.criteria:
        hits = [j for j in judgements if j.criterion == criterion.id and ctx.cannot_tell(j)]
        if hits and criterion.applies_to == "site":
            sentences.append((_unsure_sites(ctx, criterion, hits),))
    return sentences


def _unsure_sites(ctx: Context, criterion: Criterion, hits: list[Judgement]) -> str:
    tr = ctx.language.gettext
    n_sites = len(ctx.results.info.sites)
    sites = ctx.language.either([ctx.site_name(hit.group.partition("=")[2]) for hit in hits])
    if len(hits) >= n_sites > 1:
        sites = tr("any of the sites")
    if criterion.statistics[0] == "mean_difference":
        return tr(
            "There are too few answers to say whether {sites} answers at another level than the others.",
            sites=sites,
        )
    if criterion.statistics[0] == "item_rest_difference":
        return tr(
            "There are too few answers to say whether the answers at {sites} hang together otherwise than at "
            "the others.",
            sites=sites,
        )
    return tr(
        "{name}: too few answers to tell at {sites}.", name=ctx.language.pick(criterion.name), sites=sites
    )

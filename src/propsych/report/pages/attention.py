"""Points of attention: what is seen, rule, source, uncertainty, and the persons behind the number."""

from __future__ import annotations

from collections.abc import Sequence

from propsych.criteria import Criterion, Judgement
from propsych.report.context import Context, is_share
from propsych.report.i18n import N_
from propsych.report.model import Callout, Link, Words
from propsych.report.pages.facts import fact, judged_record
from propsych.report.pages.samples import people_behind
from propsych.report.wording import short_source
from propsych.result import Record
from propsych.study import SUPPRESSED

__all__ = [
    "KNOWN_SOURCES",
    "attention_callouts",
    "lower",
    "rule_words",
    "source_link",
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
    if any(ctx.is_withheld(judgement) for judgement in judgements):
        basis.append((ctx.not_shown(),))
    basis += people_behind(ctx, criterion, judgements)
    title = tr("Point of attention: {name}", name=lower(ctx.language.pick(criterion.name)))
    return Callout("attention", title, tuple(lines), tuple(basis))


def _interval(ctx: Context, record: Record) -> str:
    """Return the interval in words; of a fall, how large it is."""
    low, high = record.estimate.lower, record.estimate.upper
    if record.statistic != "item_rest_difference" or low is None or high is None or high >= 0:
        return ctx.between(record)
    return ctx.language.gettext(
        "a fall between {low} and {high} (full agreement is {one} and reversed is {reversed}, so a fall can "
        "be up to {most})",
        low=ctx.language.number(-high, 2),
        high=ctx.language.number(-low, 2),
        one=ctx.language.number(1),
        reversed=ctx.language.number(-1),
        most=ctx.language.number(2),
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


def lower(text: str) -> str:
    """Return a criterion's name as it stands within a sentence."""
    return text[:1].lower() + text[1:]

"""Would two visits give the same answer? The retest on the pages of scales and questions."""

from __future__ import annotations

from propsych.criteria import Judgement
from propsych.questionnaire import Item, Scale
from propsych.report.context import Context
from propsych.report.model import BulletList, Heading, Link, Node, Paragraph, Strong, Words
from propsych.report.pages.attention import source_link
from propsych.report.pages.bins import range_words
from propsych.result import Record
from propsych.study import SUPPRESSED

__all__ = ["retest_examined", "retest_section", "same_answer_sentence"]


def retest_examined(ctx: Context) -> bool:
    """Return True if some persons answered twice."""
    return bool(ctx.select("participation", "retest"))


def retest_section(ctx: Context, scale: Scale) -> list[Node]:
    """Return what the retest says of a scale: for groups, for one person, and the measurement error."""
    tr = ctx.language.gettext
    nodes: list[Node] = [Heading(tr("Does the scale give the same answer next time?"))]
    if not retest_examined(ctx):
        return [*nodes, Paragraph((tr("Not examined in the pilot: no one answered twice."),))]
    icc = ctx.results.get("reliability", scale.id, "icc_agreement")
    if icc is None or icc.estimate.method == SUPPRESSED:
        return [*nodes, Paragraph((ctx.not_shown(),))]
    if icc.estimate.value is None:
        return [*nodes, Paragraph((tr("This cannot be worked out from the answers."),))]
    nodes.append(Paragraph((_number(ctx, icc),)))
    judged = {ctx.results.criteria[j.criterion].id: j for j in ctx.judged_of(icc)}
    verdicts = tuple(_verdict(ctx, judgement) for judgement in judged.values())
    if verdicts:
        nodes.append(BulletList(verdicts))
    nodes.append(Paragraph((_meaning(ctx, scale),)))
    nodes += _error(ctx, scale)
    link = (tr("Method and more numbers: "), Link(tr("appendix"), f"appendix-scale-{scale.id}"), ".")
    return [*nodes, Paragraph((" ".join(_design(ctx, scale, icc)) + " ", *link), "meta")]


def _number(ctx: Context, icc: Record) -> str:
    tr = ctx.language.gettext
    sentence = tr(
        "The number is {value}, where {one} is the same score both times and 0 is no link at all.",
        value=ctx.shown(icc),
        one=ctx.language.number(1),
    )
    interval = ctx.between(icc)
    if interval:
        sentence += " " + tr("Statistical uncertainty: {interval}.", interval=interval)
    return sentence


def _verdict(ctx: Context, judgement: Judgement) -> Words:
    """Return what the number is good enough for, with the limit and its source."""
    tr, criterion = ctx.language.gettext, ctx.results.criteria[judgement.criterion]
    words = {
        "yes": tr("not good enough."),
        "no": tr("good enough."),
        "cannot_tell": _open(ctx, judgement),
    }[judgement.state]
    person = criterion.role == "use"
    what = tr("To follow one person over time: ") if person else tr("To compare groups of people: ")
    limit = tr("At least {limit} is asked for. Source: ", limit=ctx.language.number(criterion.value, 2))
    return (Strong(what), f"{words} {limit}", source_link(ctx, criterion), ".")


def _open(ctx: Context, judgement: Judgement) -> str:
    tr, criterion = ctx.language.gettext, ctx.results.criteria[judgement.criterion]
    if judgement.reason == "too_few":
        return tr(
            "cannot be decided, too few answered twice (at least {least} are needed).",
            least=ctx.language.number(criterion.least_n),
        )
    return tr("cannot be decided.")


def _meaning(ctx: Context, scale: Scale) -> str:
    """Return what the number means for those with the highest scores."""
    tr = ctx.language.gettext
    below = ctx.results.get("reliability", scale.id, "below_at_retest")
    start = tr(
        "What does it mean? Say that the sixth of the {respondents} with the highest scores count as high. "
        "Even if nothing has changed, some of them are not among the high next time: about half if the "
        "number is {groups}, about a quarter if it is {person}.",
        respondents=ctx.respondents(),
        groups=ctx.language.number(0.70, 2),
        person=ctx.language.number(0.90, 2),
    )
    if below is None or below.estimate.value is None:
        return start
    here = tr("On this scale it is about {share}.", share=ctx.language.percent(below.estimate.value))
    return f"{start} {here}"


def _error(ctx: Context, scale: Scale) -> list[Node]:
    sdc = ctx.results.get("measurement_error", scale.id, "sdc_individual")
    if sdc is None or sdc.estimate.value is None:
        return []
    tr = ctx.language.gettext
    low, high = range_words(ctx, scale)
    first = tr(
        "If one person's score changes by less than {sdc} points, it may be chance alone. The scale goes "
        "from {low} to {high}.",
        sdc=ctx.shown(sdc, _digits(sdc)),
        low=low,
        high=high,
    )
    interval = ctx.between(sdc, _digits(sdc))
    if interval:
        first += " " + tr("Statistical uncertainty: {interval}.", interval=interval)
    more = tr("Whether a larger change matters to the person is another question, not examined here.")
    return [Paragraph((f"{first} {more}",))]


def _digits(record: Record) -> int:
    """Return as many decimals as the size of the number carries."""
    value = abs(float(record.estimate.value or 0.0))
    return 0 if value >= 10 else 1 if value >= 1 else 2


def _design(ctx: Context, scale: Scale, icc: Record) -> list[str]:
    """Return who is behind the number, and what had to be assumed."""
    tr, number = ctx.language.gettext, ctx.language.number
    twice = ctx.count("reliability", scale.id, "n_measured_twice")
    if icc.sample is None or twice is None:
        return [tr("How many answered twice is not shown.")]
    used = number(icc.sample.n_used)
    has_anchor = ctx.results.get("reliability", scale.id, "n_stable") is not None
    sentences = []
    if has_anchor:
        sentences.append(
            tr(
                "The number rests on {used} of the {twice} with a score both times: those who said that "
                "nothing had changed.",
                used=used,
                twice=number(twice),
            )
        )
    else:
        sentences.append(
            tr(
                "The number rests on the {used} with a score both times. No one asked whether something had "
                "changed, so real changes count as chance.",
                used=used,
            )
        )
    days = [ctx.count("reliability", scale.id, f"days_{part}") for part in ("shortest", "longest", "median")]
    if None in days:
        sentences.append(tr("How long went by between the answers is unknown."))
    else:
        low, high, middle = (number(day or 0) for day in days)
        sentences.append(
            tr(
                "Between the answers went {low} to {high} days, typically about {middle}.",
                low=low,
                high=high,
                middle=middle,
            )
        )
    same = ctx.count("reliability", scale.id, "n_same_mode")
    if same is None:
        sentences.append(tr("Whether they answered in the same way both times is unknown."))
    elif same < icc.sample.n_used:
        sentences.append(
            tr("{same} of {used} answered in the same way both times.", same=number(same), used=used)
        )
    return sentences


def same_answer_sentence(ctx: Context, item: Item) -> str:
    """Return how many gave the same answer twice, or nothing where it was not examined or is withheld."""
    record = ctx.results.get("reliability", item.key, "n_same")
    if record is None or record.estimate.value is None or record.sample is None:
        return ""
    n = record.sample.n_used
    said = {
        "n": ctx.language.number(n),
        "same": ctx.language.number(record.estimate.value),
        "percent": ctx.of(round(float(record.estimate.value)), n),
    }
    if ctx.results.value("participation", "retest", "n_unchanged") == ctx.results.value(
        "participation", "retest", "n_in_time"
    ):
        return ctx.language.gettext(
            "{same} of the {n} who answered twice gave the same answer ({percent}).", **said
        )
    return ctx.language.gettext(
        "{same} of {n} who answered twice, and for whom nothing had changed, gave the same answer "
        "({percent}).",
        **said,
    )

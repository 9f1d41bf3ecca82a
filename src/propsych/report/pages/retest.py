"""Would two visits give the same answer? A page for each scale, and a sentence for each question."""

from __future__ import annotations

from propsych.criteria import Judgement
from propsych.questionnaire import Item, Scale
from propsych.report.context import Context
from propsych.report.model import (
    BulletList,
    Callout,
    Figure,
    Heading,
    Link,
    Node,
    Page,
    Paragraph,
    Strong,
    Table,
    Words,
    ZonesData,
    cells,
)
from propsych.report.pages.attention import attention_callouts, source_link
from propsych.report.pages.bins import range_words
from propsych.report.pages.undecided import unsure_callouts
from propsych.result import Record
from propsych.study import SUPPRESSED

__all__ = ["retest_examined", "retest_link", "retest_pages", "same_answer_sentence"]

_COEFFICIENT = "icc_agreement"
_COPIES = 0.99
_FEWEST = 20
"""With fewer persons nothing is said of how many gave the same answer to a question."""


def retest_examined(ctx: Context) -> bool:
    """Return True if some persons answered twice."""
    return bool(ctx.select("participation", "retest"))


def retest_link(ctx: Context, scale: Scale) -> list[Node]:
    """Return where to read whether a scale gives the same answer next time, or that nobody looked."""
    tr = ctx.language.gettext
    heading = Heading(tr("Does the scale give the same answer next time?"))
    if not retest_examined(ctx):
        return [heading, Paragraph((tr("Not examined in the pilot: no one answered twice."),))]
    return [heading, Paragraph((tr("See "), Link(tr("the next page"), _page_id(scale)), "."))]


def _page_id(scale: Scale) -> str:
    return f"scale-{scale.id}-again"


def retest_pages(ctx: Context, scale: Scale) -> list[Page]:
    """Return the page on what the retest says of a scale; none where nobody answered twice."""
    if not retest_examined(ctx):
        return []
    tr, name = ctx.language.gettext, str(scale.name.get(ctx.language.code))
    lead = tr(
        "Some {respondents} answered twice. If nothing has changed for a person, the score should be about "
        "the same both times.",
        respondents=ctx.respondents(),
    )
    return [
        Page(
            _page_id(scale),
            tr("{scale}: the same answer next time?", scale=name),
            "scale",
            (Paragraph((lead,), "lead"), *_body(ctx, scale)),
            (tr("Scale"), name),
            toc=tr("{scale}: the same answer next time?", scale=name),
        )
    ]


def _body(ctx: Context, scale: Scale) -> list[Node]:
    tr = ctx.language.gettext
    icc = ctx.results.get("reliability", scale.id, _COEFFICIENT)
    if icc is None or icc.estimate.method == SUPPRESSED:
        return [Paragraph((ctx.not_shown(),))]
    if icc.estimate.value is None:
        return [
            Paragraph((" ".join([tr("This cannot be worked out from the answers."), *_usable(ctx, icc)]),))
        ]
    judged = ctx.judged_of(icc)
    points = [j for j in judged if ctx.results.criteria[j.criterion].role == "point"]
    return [
        *attention_callouts(ctx, points),
        *unsure_callouts(ctx, points),
        *_cautions(ctx, icc, judged),
        Heading(tr("What is the score good enough for?")),
        Paragraph((_number(ctx, icc),)),
        _figure(ctx, icc, judged),
        BulletList(tuple(_verdict(ctx, judgement) for judgement in judged)),
        Heading(tr("What does the number mean?")),
        Paragraph((_meaning(ctx, scale),)),
        *_error(ctx, scale),
        Heading(tr("Who answered twice?")),
        Paragraph((" ".join(_design(ctx, scale, icc)),)),
        Paragraph(
            (tr("Method and more numbers: "), Link(tr("appendix"), f"appendix-scale-{scale.id}"), "."), "meta"
        ),
    ]


def _usable(ctx: Context, icc: Record) -> list[str]:
    """Return how many could be used at all."""
    if icc.sample is None:
        return []
    return [
        ctx.language.gettext(
            "Of {asked} who answered twice, {used} have a score both times and count as unchanged.",
            asked=ctx.language.number(icc.sample.n_asked),
            used=ctx.language.number(icc.sample.n_used),
        )
    ]


def _cautions(ctx: Context, icc: Record, judged: list[Judgement]) -> list[Node]:
    """Return what a reader must know first: next to nobody answered twice, or the answers may be copies."""
    tr = ctx.language.gettext
    found = []
    if any(j.reason == "too_few" for j in judged):
        found.append(tr("So few answered twice that all numbers on this page are very uncertain."))
    if icc.estimate.value is not None and icc.estimate.value >= _COPIES:
        found.append(
            tr("The two scores are nearly the same for everybody. Check that the second are not copies.")
        )
    return [Callout("unsure", tr("Be careful"), ((text,),)) for text in found]


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


def _figure(ctx: Context, icc: Record, judged: list[Judgement]) -> Figure:
    tr, number = ctx.language.gettext, ctx.language.number
    criteria = sorted(
        (ctx.results.criteria[j.criterion] for j in judged), key=lambda criterion: criterion.value
    )
    names = [tr("one person") if criterion.role == "use" else tr("groups") for criterion in criteria]
    limits = tuple((c.value, number(c.value, 2), name) for c, name in zip(criteria, names, strict=True))
    low, high = icc.estimate.lower, icc.estimate.upper
    interval = (float(low), float(high)) if low is not None and high is not None else None
    rows = [cells(tr("The number"), ctx.shown(icc))]
    if interval is not None:
        rows.append(cells(tr("Statistical uncertainty"), ctx.range(icc)))
    rows += [cells(tr("Limit for {use}", use=name), text) for _, text, name in limits]
    table = Table(tr("The number and its limits"), cells(tr("What"), tr("Value")), tuple(rows))
    said = "; ".join(f"{row[0].text}: {row[1].text}" for row in rows)
    return Figure(
        ZonesData(float(icc.estimate.value or 0.0), interval, limits, (number(0), number(1))),
        tr("A scale from 0 to 1 with the number as a dot. {numbers}.", numbers=said),
        _caption(ctx, float(low if low is not None else icc.estimate.value or 0.0)),
        table,
    )


def _caption(ctx: Context, lowest: float) -> str:
    tr = ctx.language.gettext
    text = tr("The dot is the number, the line its uncertainty. Each darker field begins at a limit.")
    return text if lowest >= 0 else text + " " + tr("What lies below 0 is drawn at 0.")


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
    if judgement.reason == "no_interval":
        return tr("cannot be decided, because its uncertainty cannot be worked out.")
    return tr("cannot be decided.")


def _meaning(ctx: Context, scale: Scale) -> str:
    """Return what the number means for those with the highest scores."""
    tr = ctx.language.gettext
    below = ctx.results.get("reliability", scale.id, "below_at_retest")
    # .47 and .27: for normal scores and a cut one standard deviation above the mean
    start = tr(
        "Say that the sixth of the {respondents} with the highest scores count as high. Even if nothing has "
        "changed, some of them are not among the high next time: about half if the number is {groups}, about "
        "a quarter if it is {person}.",
        respondents=ctx.respondents(),
        groups=ctx.language.number(0.70, 2),
        person=ctx.language.number(0.90, 2),
    )
    if below is None or below.estimate.value is None:
        return start
    here = tr(
        "On this scale it is about {share}{interval}.",
        share=ctx.language.percent(below.estimate.value),
        interval=ctx.in_brackets(below),
    )
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
    return [Heading(tr("How much can a score vary by chance?")), Paragraph((f"{first} {more}",))]


def _digits(record: Record) -> int:
    """Return as many decimals as the size of the number carries."""
    value = abs(float(record.estimate.value or 0.0))
    return 0 if value >= 10 else 1 if value >= 1 else 2


def _design(ctx: Context, scale: Scale, icc: Record) -> list[str]:
    """Return who is behind the number, and what had to be assumed."""
    tr = ctx.language.gettext
    twice = ctx.count("reliability", scale.id, "n_measured_twice")
    if icc.sample is None or twice is None:
        return [tr("How many answered twice is not shown.")]
    n = icc.sample.n_used
    return [_who(ctx, scale, n, twice), *_late(ctx), _when(ctx, scale), *_mode(ctx, scale, n)]


def _late(ctx: Context) -> list[str]:
    """Return how many answered too soon or too late."""
    twice, in_time = (ctx.count("participation", "retest", name) for name in ("n_twice", "n_in_time"))
    if twice is None or in_time is None or twice == in_time:
        return []
    return [
        ctx.language.ngettext(
            "{n} more person answered twice, but too soon or too late, and is left out.",
            "{n} more persons answered twice, but too soon or too late, and are left out.",
            twice - in_time,
        )
    ]


def _who(ctx: Context, scale: Scale, n: int, twice: int) -> str:
    tr, number = ctx.language.gettext, ctx.language.number
    if ctx.results.get("reliability", scale.id, "n_stable") is not None:
        return tr(
            "The number rests on {used} of the {twice} with a score both times: those who said that nothing "
            "had changed.",
            used=number(n),
            twice=number(twice),
        )
    return tr(
        "The number rests on the {used} with a score both times. No one asked whether something had changed, "
        "so real changes count as chance.",
        used=number(n),
    )


def _when(ctx: Context, scale: Scale) -> str:
    tr = ctx.language.gettext
    days = [ctx.count("reliability", scale.id, f"days_{part}") for part in ("shortest", "longest", "median")]
    if None in days:
        return tr("How long went by between the answers is unknown. It is taken as long enough.")
    low, high, middle = (ctx.language.number(day or 0) for day in days)
    return tr(
        "Between the answers went {low} to {high} days, typically about {middle}.",
        low=low,
        high=high,
        middle=middle,
    )


def _mode(ctx: Context, scale: Scale, n: int) -> list[str]:
    tr, number = ctx.language.gettext, ctx.language.number
    same = ctx.count("reliability", scale.id, "n_same_mode")
    if same is None:
        return [tr("Whether they answered in the same way both times (paper or screen) is unknown.")]
    if same < n:
        return [
            tr(
                "{same} of {used} answered in the same way both times (paper or screen).",
                same=number(same),
                used=number(n),
            )
        ]
    return []


def same_answer_sentence(ctx: Context, item: Item) -> str:
    """Return how many gave the same answer twice, or nothing where it was not examined or is withheld."""
    record = ctx.results.get("reliability", item.key, "n_same")
    if record is None or record.estimate.value is None or record.sample is None:
        return ""
    n = record.sample.n_used
    if n < _FEWEST:
        return ""
    said = {
        "n": ctx.language.number(n),
        "same": ctx.language.number(record.estimate.value),
        "percent": ctx.of(round(float(record.estimate.value)), n),
    }
    unchanged = [ctx.results.value("participation", "retest", name) for name in ("n_unchanged", "n_in_time")]
    if unchanged[0] == unchanged[1]:
        return ctx.language.gettext(
            "{same} of the {n} who answered twice gave the same answer ({percent}).", **said
        )
    return ctx.language.gettext(
        "{same} of {n} who answered twice, and for whom nothing had changed, gave the same answer "
        "({percent}).",
        **said,
    )

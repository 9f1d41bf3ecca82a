"""One page for each scale: how the scores lie, how well its questions hang together, how it is scored."""

from __future__ import annotations

from propsych.criteria import Judgement
from propsych.questionnaire import Scale
from propsych.report.context import Context
from propsych.report.model import (
    BulletList,
    Callout,
    Columns,
    Figure,
    Heading,
    HistogramData,
    Inline,
    Link,
    Node,
    Page,
    Paragraph,
    Table,
    Words,
    cells,
)
from propsych.report.pages.attention import attention_callouts, rule_words, source_link
from propsych.report.pages.bins import bin_words, range_words
from propsych.report.pages.retest import retest_link
from propsych.report.pages.samples import listwise_sentence
from propsych.report.pages.undecided import unsure_callouts
from propsych.report.wording import direction_words, missing_rule_words, score_rule_words
from propsych.study import SUPPRESSED

__all__ = ["scale_page"]


def scale_page(ctx: Context, scale: Scale) -> Page:
    """Return the page of one scale."""
    tr = ctx.language.gettext
    body: list[Node] = [Paragraph(_lead(ctx, scale), "lead"), *_embedded(ctx, scale)]
    body += _ends(ctx, scale)
    together: list[Node] = [Heading(tr("Do the questions hang together?")), *_consistency(ctx, scale)]
    together += retest_link(ctx, scale)
    together += [Heading(tr("How it is scored")), *_scoring(ctx, scale)]
    figure, table = _histogram(ctx, scale)
    left: list[Node] = [table] if figure is None and table is not None else []
    left += [Heading(tr("Questions in the scale")), BulletList(_questions(ctx, scale), "compact")]
    body += [
        Heading(tr("How the scores lie")),
        _scored(ctx, scale),
        Columns((tuple(left), tuple(together)), lead=figure),
    ]
    name = str(scale.name.get(ctx.language.code))
    n = len(scale.items)
    count = ctx.language.ngettext("{n} question", "{n} questions", n)
    return Page(f"scale-{scale.id}", name, "scale", tuple(body), (tr("Scale"), count), toc=name)


def _lead(ctx: Context, scale: Scale) -> Words:
    tr = ctx.language.gettext
    low, high = range_words(ctx, scale)
    many = ctx.language.ngettext(
        "The scale turns the answers to {n} question into one number, from {low} to {high}.",
        "The scale turns the answers to {n} questions into one number, from {low} to {high}.",
        len(scale.items),
        low=low,
        high=high,
    )
    kinds = {
        "generic": tr("It is used across diseases."),
        "domain_specific": tr("It is about one part of life or health, across diseases."),
        "diagnosis_specific": tr("It is made for this disease."),
    }
    direction = tr("Direction: {direction}.", direction=direction_words(ctx, scale.direction))
    return (f"{many} {direction} {kinds[scale.type]}",)


def _embedded(ctx: Context, scale: Scale) -> list[Node]:
    if not scale.embedded:
        return []
    tr = ctx.language.gettext
    name = scale.instrument or scale.name.get(ctx.language.code)
    return [Paragraph((tr("The scale is {name}, used as it is. It may not be changed.", name=name),), "note")]


def _questions(ctx: Context, scale: Scale) -> tuple[Words, ...]:
    return tuple((ctx.item_link(name),) for name in scale.items)


def _scoring(ctx: Context, scale: Scale) -> list[Node]:
    tr = ctx.language.gettext
    reversed_items = [name for name in scale.items if ctx.results.questionnaire.item(name).reverse]
    lines: list[Words] = [(score_rule_words(ctx, scale),), (missing_rule_words(ctx, scale),)]
    if reversed_items:
        numbers = ctx.language.join([ctx.language.number(ctx.position(name)) for name in reversed_items])
        lines.append((tr("Turned round before scoring: question {numbers}.", numbers=numbers),))
    return [BulletList(tuple(lines))]


# -- scores --------------------------------------------------------------------------------------------------


def _scored(ctx: Context, scale: Scale) -> Paragraph:
    scored, persons = (ctx.count("scores", scale.id, name) for name in ("n_scored", "n_persons"))
    tr, number = ctx.language.gettext, ctx.language.number
    if scored is None or persons is None:
        return Paragraph((tr("How many have a score is not shown."),))
    sentence = tr("{scored} of {persons} have a score.", scored=number(scored), persons=number(persons))
    return Paragraph((" ".join([sentence, *_without_score(ctx, scale, scored, persons)]),))


def _without_score(ctx: Context, scale: Scale, scored: int, persons: int) -> list[str]:
    """Return how many of those who were asked got no score, and why."""
    mean = ctx.results.get("scores", scale.id, "mean")
    asked = mean.sample.n_asked if mean is not None and mean.sample is not None else persons
    if asked <= scored:
        return []
    sentence = ctx.language.ngettext(
        "{n} got no score, because too many answers are missing. "
        "The rule asks for {needed} of {total} answers.",
        "{n} got no score, because too many answers are missing. "
        "The rule asks for {needed} of {total} answers.",
        asked - scored,
        needed=ctx.language.number(scale.rule.missing.required(len(scale.items))),
        total=ctx.language.number(len(scale.items)),
    )
    return [sentence]


def _histogram(ctx: Context, scale: Scale) -> tuple[Figure | None, Table | None]:
    """Return the figure, and its table for where the figure cannot be drawn."""
    bins = ctx.results.bins(scale.id)
    if not bins:
        return None, None
    records = [record for _, _, record in bins]
    tr = ctx.language.gettext
    texts = [ctx.shown(record) for record in records]
    words = bin_words(ctx, scale)
    intervals = [words[record.statistic] for record in records]
    rows = tuple(cells(interval, text) for interval, text in zip(intervals, texts, strict=True))
    table = Table(tr("Number of persons by score"), cells(tr("Score"), tr("Persons")), rows)
    if any(record.estimate.value is None for record in records):
        return None, table
    counts = tuple(int(record.estimate.value or 0) for record in records)
    low, high = range_words(ctx, scale)
    ends = (tr("{low} (lowest)", low=low), tr("{high} (highest)", high=high))
    said = "; ".join(f"{interval}: {text}" for interval, text in zip(intervals, texts, strict=True))
    alt = tr("Bars of the scores. {counts}.", counts=said)
    caption = tr("Each bar counts persons. The hatched bars hold the two ends of the scale.")
    data = HistogramData(counts, ends, direction_words(ctx, scale.direction))
    return Figure(data, alt, caption, table), table


def _ends(ctx: Context, scale: Scale) -> list[Node]:
    """Return what the criteria say of the two ends: yes, no, cannot tell."""
    # what the retest says stands on a page of its own
    judgements = [j for j in ctx.judged(scale.id) if not j.record.startswith("reliability/")]
    boxes: list[Node] = list(attention_callouts(ctx, judgements))
    boxes += unsure_callouts(ctx, judgements)
    ends = [j for j in judgements if j.state == "no" and j.record.startswith("floor_ceiling/")]
    if ends:
        boxes.append(_room(ctx, ends))
    return boxes


def _room(ctx: Context, ends: list[Judgement]) -> Callout:
    """Return the box of the ends that are not crowded, with rule and source; withheld numbers are said so."""
    tr = ctx.language.gettext
    lines = dict.fromkeys(_end_not_crowded(ctx, j) for j in ends)
    criteria = [ctx.results.criteria[j.criterion] for j in ends]
    rules = sorted({rule_words(ctx, criterion) for criterion in criteria})
    sources = list(dict.fromkeys(source_link(ctx, criterion) for criterion in criteria))
    rule: list[Inline] = [tr("Rule: {rule}. Source: ", rule=ctx.language.join(rules))]
    for i, source in enumerate(sources):
        rule += [*(["; "] if i else []), source]
    title = tr("Few are at the very top or bottom")
    if len({j.criterion for j in ends}) < 2:
        top = ends[0].record.rpartition("/")[2].startswith("ceiling")
        title = tr("Few are at the very top") if top else tr("Few are at the very bottom")
    return Callout("clear", title, tuple((line,) for line in lines if line), ((*rule, "."),))


def _end_not_crowded(ctx: Context, judgement: Judgement) -> str:
    record = ctx.results.records.get(judgement.record)
    if ctx.is_withheld(judgement):
        return ctx.not_shown()
    if record is None or record.estimate.value is None or record.sample is None:
        return ""
    tr = ctx.language.gettext
    fields = {
        "share": ctx.language.capital(ctx.language.percent(record.estimate.value)),
        "n": ctx.language.number(record.sample.n_used),
        "interval": ctx.in_brackets(record),
    }
    if record.statistic.startswith("ceiling"):
        return tr("{share} of {n} have the highest possible score{interval}.", **fields)
    return tr("{share} of {n} have the lowest possible score{interval}.", **fields)


# -- how well the questions hang together -------------------------------------------------------------------


def _consistency(ctx: Context, scale: Scale) -> list[Node]:
    tr = ctx.language.gettext
    if scale.model == "formative":
        why = tr(
            "The questions add up to one picture, and need not follow each other. So no number is given."
        )
        return [Paragraph((why,))]
    record = ctx.results.get("internal_consistency", scale.id, "alpha")
    if record is not None and record.estimate.method == SUPPRESSED:
        return [Paragraph((ctx.not_shown(),))]
    if record is None or record.estimate.value is None:
        return [
            Paragraph((tr("How well the questions hang together cannot be worked out from these answers."),))
        ]
    interval = ctx.between(record)
    number = tr(
        "The number is {value} on a scale up to {one}.",
        value=ctx.shown(record),
        one=ctx.language.number(1),
    )
    if interval:
        number += " " + tr("Statistical uncertainty: {interval}.", interval=interval)
    meaning = tr(
        "What does it mean? A person who gives a high answer to one question tends to do so to the "
        "others too."
    )
    more = tr("The number says nothing of whether the questions ask about the right thing.")
    link = (tr("Method and more numbers: "), Link(tr("appendix"), f"appendix-scale-{scale.id}"), ".")
    word = _word(ctx, scale)
    rests = listwise_sentence(ctx, record)
    return [
        Paragraph((" ".join(part for part in (word, number, rests, _one_thing(ctx, scale)) if part),)),
        Paragraph((f"{meaning} {more}",)),
        Paragraph((*_limits(ctx, scale), *link), "meta"),
    ]


def _one_thing(ctx: Context, scale: Scale) -> str:
    """Return whether the questions measure one thing; nothing where no criterion looks at it."""
    tr = ctx.language.gettext
    name = f"structure/{scale.id}/all/one_factor_residual"
    states = [j for j in ctx.judged(scale.id) if j.record == name]
    if not states:
        return ""
    return {
        "yes": tr("The answers point to more than one thing behind the questions."),
        "no": tr("The answers fit with the questions measuring one thing."),
        "cannot_tell": tr("The pilot cannot tell whether the questions measure one thing."),
    }[states[0].state]


def _consistency_states(ctx: Context, scale: Scale) -> dict[str, Judgement]:
    """Return what the criteria say of the number, by the side on which they would call attention."""
    name = f"internal_consistency/{scale.id}/all/alpha"
    return {ctx.results.criteria[j.criterion].attention: j for j in ctx.judged(scale.id) if j.record == name}


def _limits(ctx: Context, scale: Scale) -> Words:
    judged = _consistency_states(ctx, scale)
    if set(judged) != {"below", "above"}:
        return ()
    low, high = (ctx.results.criteria[judged[side].criterion] for side in ("below", "above"))
    limits = ctx.language.gettext(
        "From {low} to {high} counts as good. Source: ",
        low=ctx.language.number(low.value, 2),
        high=ctx.language.number(high.value, 2),
    )
    return (limits, source_link(ctx, low), ". ")


def _word(ctx: Context, scale: Scale) -> str:
    """Return the word for what the criteria say; none where a side has no criterion."""
    tr = ctx.language.gettext
    judged = _consistency_states(ctx, scale)
    if set(judged) != {"below", "above"}:
        return ""
    loose, close = judged["below"].state, judged["above"].state
    if loose == "yes":
        return tr("The questions hang loosely together.")
    if close == "yes":
        return tr("The questions hang very closely together; some may say the same twice.")
    if loose == "cannot_tell":
        return tr("The pilot cannot tell whether the questions hang loosely or well together.")
    if close == "cannot_tell":
        return tr("The questions hang well together, maybe so closely that some say the same twice.")
    return tr("The questions hang well together.")

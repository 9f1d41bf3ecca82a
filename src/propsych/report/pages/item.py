"""One page for each question: what was asked, what stands out, how it was answered, what is decided."""

from __future__ import annotations

from propsych.criteria import Judgement
from propsych.questionnaire import Item
from propsych.report.context import Context
from propsych.report.model import (
    BulletList,
    Callout,
    Columns,
    DecisionBox,
    Heading,
    Link,
    Node,
    Page,
    Paragraph,
    Words,
)
from propsych.report.pages.answers import answer_figure, answer_table, colour_figure, no_bar, site_nodes
from propsych.report.pages.attention import attention_callouts
from propsych.report.pages.facts import most_chosen_sentence, skipped_sentence
from propsych.report.pages.follows import follows_sentence
from propsych.report.pages.retest import same_answer_sentence
from propsych.report.pages.samples import answered_sentence
from propsych.report.pages.undecided import unsure_callouts, unsure_sites
from propsych.report.wording import direction_words, highest_category, item_direction

__all__ = ["item_page"]


def item_page(ctx: Context, item_id: str) -> Page:
    """Return the page of one question; its latest wording first."""
    versions = ctx.results.questionnaire.versions(item_id)
    item = versions[-1]
    body: list[Node] = [Paragraph(_meta(ctx, item), "meta")]
    body += _embedded(ctx, item)
    body += _boxes(ctx, item)
    body += _answers(ctx, item) if item.type == "choice" else _free_text(ctx, item)
    for earlier in reversed(versions[:-1]):
        body += _earlier(ctx, earlier)
    body.append(_decision(ctx, item))
    tr = ctx.language.gettext
    return Page(
        id=f"item-{item_id}",
        title=ctx.text(item),
        kind="item",
        body=tuple(body),
        eyebrow=(_topic(ctx, item), _place(ctx, item, len(versions))),
        before_title=tr("The question as {respondents} saw it", respondents=ctx.respondents("definite")),
        toc=f"{ctx.position(item_id)}. {ctx.short(item)}",
    )


def _topic(ctx: Context, item: Item) -> str:
    names = {topic.id: topic.name for topic in ctx.results.questionnaire.topics}
    if item.topic not in names:
        return ""
    return ctx.language.gettext("Topic: {topic}", topic=names[item.topic].get(ctx.language.code))


def _place(ctx: Context, item: Item, n_versions: int) -> str:
    tr = ctx.language.gettext
    number, total = ctx.language.number(ctx.position(item.id)), ctx.language.number(len(ctx.item_ids))
    place = tr("Question {number} of {total}", number=number, total=total)
    if n_versions > 1:
        place += " · " + tr("version {version} (the wording was changed)", version=item.version)
    return place


def _meta(ctx: Context, item: Item) -> Words:
    tr, code = ctx.language.gettext, ctx.language.code
    words: list[str | Link] = []
    if item.type == "choice":
        options = tr(
            "{n} response options, from {first} to {last}.",
            n=ctx.language.number(len(item.categories)),
            first=ctx.language.quote(item.categories[0].label.get(code)),
            last=ctx.language.quote(item.categories[-1].label.get(code)),
        )
        words.append(options + " ")
    scale = ctx.scale_of(item)
    if scale is None:
        words.append(tr("Stands alone and belongs to no scale."))
    else:
        words += [tr("Belongs to the scale "), ctx.scale_link(scale), "."]
    words += _direction(ctx, item)
    if item.asked_if is not None:
        parent = ctx.results.questionnaire.item(item.asked_if.item)
        labels = [
            ctx.language.quote(c.label.get(code)) for c in parent.categories if c.code in item.asked_if.codes
        ]
        said = ctx.language.either(labels)
        words += [
            " " + tr("Asked only of those who answered {labels} to question ", labels=said),
            ctx.item_link(parent.id),
            ".",
        ]
    return tuple(words)


def _direction(ctx: Context, item: Item) -> list[str]:
    direction = item_direction(item, ctx.scale_of(item))
    if direction is None or item.type != "choice":
        return []
    top = ctx.language.quote(item.categories[highest_category(item)].label.get(ctx.language.code))
    words = direction_words(ctx, direction)
    return [" " + ctx.language.gettext("{top} counts highest; {direction}.", top=top, direction=words)]


def _is_embedded(ctx: Context, item: Item) -> bool:
    scale = ctx.scale_of(item)
    return scale is not None and scale.embedded


def _embedded(ctx: Context, item: Item) -> list[Node]:
    scale = ctx.scale_of(item)
    if scale is None or not scale.embedded:
        return []
    name = scale.instrument or scale.name.get(ctx.language.code)
    tr = ctx.language.gettext
    text = tr(
        "This question is part of {name}, which is used as it is. The wording may not be changed.", name=name
    )
    return [Paragraph((text,), "note")]


def _boxes(ctx: Context, item: Item) -> list[Node]:
    judgements = ctx.judged(item.key)
    boxes: list[Node] = list(attention_callouts(ctx, judgements))
    unsure = unsure_callouts(ctx, judgements)
    sites = {c.id for c in ctx.results.criteria.criteria if c.applies_to == "site"}
    if not boxes and any(j.criterion not in sites for j in judgements):
        open_ones = [j for j in judgements if j.state == "cannot_tell" and j.criterion not in sites]
        boxes.append(_nothing_found(ctx, open_ones))
    return [*boxes, *unsure]


def _nothing_found(ctx: Context, open_ones: list[Judgement]) -> Callout:
    """Return the box of a question without points of attention: green only if every criterion could tell."""
    tr = ctx.language.gettext
    basis = ((tr("Not examined yet: whether women and men, or young and old, understand it alike."),),)
    if not open_ones:
        return Callout("clear", tr("None of the pilot's criteria points at this question."), basis=basis)
    lines: list[Words] = []
    if any(ctx.cannot_tell(j) for j in open_ones):
        lines.append((tr("Some things cannot be decided, see below."),))
    if any(not ctx.cannot_tell(j) for j in open_ones):
        lines.append((tr("Some numbers are not shown, see below."),))
    return Callout("note", tr("No criterion is clearly exceeded."), tuple(lines), basis)


def _flagged_end(ctx: Context, item: Item) -> str:
    """Return the end of the bar that the sites are compared on: the flagged one, else the highest."""
    for judgement in ctx.judged(item.key):
        record = ctx.results.records.get(judgement.record)
        if judgement.state == "yes" and record is not None and record.statistic.startswith("lowest"):
            return "lowest"
    return "highest"


def _answers(ctx: Context, item: Item) -> list[Node]:
    tr = ctx.language.gettext
    figure = answer_figure(ctx, item)
    left: list[Node] = [] if figure is not None else [no_bar(ctx, item), answer_table(ctx, item)]
    left += colour_figure(ctx, item)
    sites = site_nodes(ctx, item, end=_flagged_end(ctx, item))
    right: list[Node] = [Heading(tr("Pilot sites")), *sites] if sites else []
    right += [Paragraph(words, "meta") for words in unsure_sites(ctx, ctx.judged(item.key))]
    right += [Heading(tr("The user test said")), Paragraph((tr("Not loaded in this version."),), "meta")]
    nodes: list[Node] = [Heading(tr("How {respondents} answered", respondents=ctx.respondents("definite")))]
    return [*nodes, *_sentences(ctx, item), Columns((tuple(left), tuple(right)), lead=figure)]


def _sentences(ctx: Context, item: Item) -> tuple[Node, ...]:
    """Return at most four plain sentences with numbers."""
    sentences = [skipped_sentence(ctx, item.key), most_chosen_sentence(ctx, item)]
    sentences += [follows_sentence(ctx, item), same_answer_sentence(ctx, item)]
    said = tuple((sentence,) for sentence in sentences if sentence)
    return (BulletList(said),) if said else ()


def _free_text(ctx: Context, item: Item) -> list[Node]:
    tr = ctx.language.gettext
    sentence = answered_sentence(ctx, item.key)
    words: list[Words] = [(sentence,)] if sentence else []
    note = tr("The question is answered in the person's own words. The report does not print them.")
    return [Paragraph((note,)), BulletList(tuple(words))] if words else [Paragraph((note,))]


def _earlier(ctx: Context, item: Item) -> list[Node]:
    tr = ctx.language.gettext
    words = tr("Version {version}: {text}", version=item.version, text=ctx.language.quote(ctx.text(item)))
    heading = Heading(tr("Earlier wording"), id=f"earlier-{item.id}-{item.version}")
    nodes: list[Node] = [heading, Paragraph((words,))]
    figure = answer_figure(ctx, item)
    if figure is not None:
        nodes.append(Columns(((), tuple(site_nodes(ctx, item, end="highest"))), lead=figure))
    boxes = attention_callouts(ctx, [j for j in ctx.judged(item.key) if "n_versions" not in j.record])
    return [*nodes, *boxes]


def _decision(ctx: Context, item: Item) -> DecisionBox:
    tr = ctx.language.gettext
    if _is_embedded(ctx, item):
        choices: tuple[str, ...] = (tr("Kept"), tr("Discussed in the KKG"))
    else:
        choices = (tr("Kept"), tr("Changed"), tr("Discussed in the KKG"), tr("Taken out"))
    return DecisionBox(tr("Decision / reason"), choices)

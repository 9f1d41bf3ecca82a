"""The technical appendix: every statistic, the criteria, the methods, how the report was made."""

from __future__ import annotations

from propsych.criteria import CriteriaSet, Judgement
from propsych.questionnaire import Item
from propsych.report.context import Context
from propsych.report.model import Cell, Heading, Node, Page, Paragraph, Table, cells
from propsych.report.pages.appendix_methods import appendix_page, methods_page
from propsych.report.pages.appendix_opinions import opinions_page
from propsych.report.pages.appendix_tables import group_table, judgement_table, records_table
from propsych.report.pages.attention import rule_words
from propsych.report.pages.labels import (
    method_label,
    property_label,
    statistic_label,
    statistic_rank,
    target_label,
)
from propsych.report.wording import group_words
from propsych.result import Record

__all__ = ["appendix_pages"]

_ITEM_PROPERTIES = ("items", "versions", "colours", "reliability")
_SCALE_PROPERTIES = (
    *("scores", "floor_ceiling", "internal_consistency", "structure"),
    *("reliability", "measurement_error"),
)
_ELSEWHERE = (*_ITEM_PROPERTIES, "sites", "redundancy", *_SCALE_PROPERTIES)


def appendix_pages(ctx: Context) -> list[Page]:
    """Return the pages of the appendix."""
    pages = [methods_page, _criteria, _items, _pairs, _scales, _rest, opinions_page, _made]
    return [page(ctx) for page in pages]


def _records(ctx: Context, properties: tuple[str, ...], target: str, *, pooled: bool) -> list[Record]:
    found = [record for name in properties for record in ctx.select(name, target)]
    return [record for record in found if (record.group == "all") == pooled]


def _criteria(ctx: Context) -> Page:
    tr, criteria = ctx.language.gettext, ctx.results.criteria
    intro = tr(
        "The criteria are {title}, version {version}. Published limits differ widely, so each names "
        "its source.",
        title=ctx.language.quote(ctx.language.pick(criteria.title)),
        version=criteria.version,
    )
    body: list[Node] = [Paragraph((intro,))]
    if not criteria.agreed:
        body.append(Paragraph((tr("No one has noted that the pilot agreed on them."),)))
    else:
        body.append(Paragraph((tr("Agreed: {agreed}", agreed=criteria.agreed),)))
    rows = []
    for c in criteria.criteria:
        counted = [
            sum(
                j.criterion == c.id and j.state == s and not _only_withheld(ctx, j)
                for j in ctx.results.judgements
            )
            for s in ("yes", "no", "cannot_tell")
        ]
        numbers = [ctx.language.number(n) for n in (c.least_n, *counted)]
        words = cells(ctx.language.pick(c.name), rule_words(ctx, c), *numbers)
        rows.append((*words, _foreign(ctx, c.source), _foreign(ctx, c.note)))
    header = cells(
        tr("Criterion"),
        tr("Limit"),
        tr("Least number of answers"),
        tr("Yes"),
        tr("No"),
        tr("Cannot tell"),
        tr("Source"),
        tr("Note"),
    )
    body.append(
        Table(tr("Criteria, and how often each said what"), header, tuple(rows), (1, 6, 7), role="dense")
    )
    return appendix_page(ctx, "criteria", tr("Criteria"), body)


def _only_withheld(ctx: Context, judgement: Judgement) -> bool:
    return judgement.state == "cannot_tell" and not ctx.cannot_tell(judgement)


def _foreign(ctx: Context, text: str) -> Cell:
    """Return a text of the criteria file, marked as English where it is the text that propsych ships."""
    shipped = {words for c in CriteriaSet.load().criteria for words in (c.source, c.note)}
    return Cell(text or "–", language="en" if text in shipped and text and ctx.language.code != "en" else "")


def _items(ctx: Context) -> Page:
    body: list[Node] = []
    for name in ctx.item_ids:
        for item in reversed(ctx.results.questionnaire.versions(name)):
            body += _item(ctx, item)
    return appendix_page(ctx, "items", ctx.language.gettext("Statistics of each question"), body)


def _item(ctx: Context, item: Item) -> list[Node]:
    tr, name = ctx.language.gettext, f"{ctx.short(item)} ({item.key})"
    key, title = item.key, f"{ctx.position(item.id)}. {name}"
    latest = ctx.results.questionnaire.item(item.id).key == key
    nodes: list[Node] = [
        Heading(title, 3, f"appendix-item-{item.id}" if latest else f"appendix-item-{item.id}-{item.version}")
    ]
    nodes += records_table(
        ctx, tr("{key}: all persons", key=name), _records(ctx, _ITEM_PROPERTIES, key, pooled=True), item
    )
    nodes += group_table(
        ctx,
        tr("{key}: by site, sector and month", key=name),
        _records(ctx, _ITEM_PROPERTIES, key, pooled=False),
        item,
    )
    nodes += group_table(
        ctx, tr("{key}: each site against the others", key=name), ctx.select("sites", key), item
    )
    nodes += judgement_table(ctx, tr("{key}: what the criteria say", key=name), ctx.judged(key))
    return nodes


def _pairs(ctx: Context) -> Page:
    tr = ctx.language.gettext
    rows = []
    for record in (r for target in ctx.targets("redundancy") for r in ctx.select("redundancy", target)):
        first, _, second = record.target.partition("~")
        n = ctx.language.number(record.sample.n_used) if record.sample is not None else "–"
        method = method_label(ctx, record.estimate.method)
        rows.append(cells(first, second, ctx.shown(record, 3), ctx.range(record, 3) or "–", n, method))
    header = cells(
        tr("Question"), tr("Question"), tr("Correlation"), tr("Interval"), tr("Used"), tr("Method")
    )
    body: list[Node] = []
    if rows:
        body.append(
            Table(tr("Pairs of questions within one scale"), header, tuple(rows), (1, 5), role="dense")
        )
    else:
        body.append(Paragraph((tr("There are no pairs to compare."),)))
    return appendix_page(ctx, "pairs", tr("Pairs of questions"), body)


def _scales(ctx: Context) -> Page:
    tr = ctx.language.gettext
    note = tr(
        "Alpha by group follows the spread in the group. A low alpha at one site may only mean that "
        "its persons "
        "are alike."
    )
    body: list[Node] = [Paragraph((note,))]
    for scale in ctx.results.questionnaire.scales:
        name = str(scale.name.get(ctx.language.code))
        body.append(Heading(name, 3, f"appendix-scale-{scale.id}"))
        body += records_table(
            ctx, tr("{key}: all persons", key=name), _records(ctx, _SCALE_PROPERTIES, scale.id, pooled=True)
        )
        groups = _records(ctx, _SCALE_PROPERTIES, scale.id, pooled=False)
        body += group_table(ctx, tr("{key}: by site, sector and month", key=name), groups)
        body += judgement_table(ctx, tr("{key}: what the criteria say", key=name), ctx.judged_all(scale.id))
    return appendix_page(ctx, "scales", tr("Statistics of each scale"), body)


def _rest(ctx: Context) -> Page:
    """Return participation, and any number that no other page of the appendix holds."""
    tr = ctx.language.gettext
    body: list[Node] = []
    others = [name for name in ctx.properties if name not in _ELSEWHERE]
    for name, target in [(one, target) for one in others for target in ctx.targets(one)]:
        found = ctx.select(name, target)
        caption = (
            property_label(ctx, name)
            if target == "persons"
            else f"{property_label(ctx, name)}: {target_label(ctx, target)}"
        )
        body += group_table(ctx, caption, found) if len(found) < 12 else _long_table(ctx, caption, found)
    return appendix_page(ctx, "participation", tr("Participation"), body)


def _long_table(ctx: Context, caption: str, records: list[Record]) -> list[Table]:
    """Return groups as rows: there are too many for columns."""
    statistics = sorted({r.statistic for r in records}, key=statistic_rank)
    by_place = {(r.group, r.statistic): r for r in records}
    groups = list(dict.fromkeys(r.group for r in records))
    rows = [
        cells(group_words(ctx, g), *(ctx.shown(by_place.get((g, s))) for s in statistics)) for g in groups
    ]
    header = cells(ctx.language.gettext("Group"), *(statistic_label(ctx, s) for s in statistics))
    return [Table(caption, header, tuple(rows), role="dense")]


def _made(ctx: Context) -> Page:
    tr, info, q = ctx.language.gettext, ctx.results.info, ctx.results.questionnaire
    rows = (
        cells("propsych", info.propsych_version),
        cells(tr("Questionnaire"), f"{q.id} {q.version}"),
        cells(tr("Fingerprint of the questionnaire (SHA-256)"), info.questionnaire_fingerprint or "–"),
        cells(_fingerprint_name(ctx), info.data_fingerprint or "–"),
        cells(tr("Answers file"), info.source or "–"),
        cells(tr("Criteria"), f"{ctx.results.criteria.id} {ctx.results.criteria.version}"),
        cells(tr("Seed"), str(info.seed)),
        cells(tr("Level of the intervals"), ctx.language.percent(info.level)),
        cells(tr("Limit for small counts"), ctx.language.number(info.small_cell_limit)),
    )
    table = Table(
        tr("What made this report"), cells(tr("What"), tr("Value")), rows, text_columns=(1,), role="dense"
    )
    note = tr(
        "propsych is software for analysis, not a medical device. It gives no advice on a single person."
    )
    return appendix_page(ctx, "made", tr("How this report was made"), [table, Paragraph((note,))])


def _fingerprint_name(ctx: Context) -> str:
    if ctx.publishable:
        return ctx.language.gettext("Fingerprint of the data (keyed with the secretariat's secret)")
    return ctx.language.gettext("Fingerprint of the data (SHA-256)")

"""How an item was answered: the bar, its table, the colour strip, the sites."""

from __future__ import annotations

from propsych.plotting import ALGORITHM_STYLES, MISSING_STYLES, SUPPRESSED_STYLE, FillStyle, category_styles
from propsych.questionnaire import NOT_ASKED_KINDS, Item, MissingKind
from propsych.report.context import Context
from propsych.report.model import (
    BarData,
    Cell,
    DotsData,
    Figure,
    Node,
    Paragraph,
    Row,
    StripData,
    Table,
    cells,
)
from propsych.report.wording import highest_category, lowest_category, missing_label

__all__ = ["UNANSWERED_KINDS", "answer_figure", "answer_table", "colour_figure", "site_nodes"]

UNANSWERED_KINDS = (
    MissingKind.SKIPPED,
    MissingKind.NOT_RELEVANT,
    MissingKind.DONT_KNOW,
    MissingKind.PREFER_NOT,
)
"""Kinds of missing of persons who were asked: the grey end of the bar."""

Part = tuple[str, int | None, FillStyle]
"""One segment: what it is, its count (None where withheld), its fill."""


def _answered_parts(ctx: Context, item: Item) -> list[Part]:
    styles = category_styles(len(item.categories))
    return [
        (category.label.get(ctx.language.code), ctx.count("items", item.key, f"count:{category.code}"), style)
        for category, style in zip(item.categories, styles, strict=True)
    ]


def _unanswered_parts(ctx: Context, item: Item) -> list[Part]:
    """Return skipped, and every other kind that occurred; the appendix holds the zeros too."""
    parts = []
    for kind in UNANSWERED_KINDS:
        count = ctx.count("items", item.key, f"missing:{kind.label}")
        withheld = ctx.results.is_suppressed("items", item.key, f"missing:{kind.label}")
        if kind is MissingKind.SKIPPED or withheld or count:
            parts.append((missing_label(ctx, kind), count, MISSING_STYLES[kind.label]))
    return parts


def answer_figure(ctx: Context, item: Item) -> Figure | None:
    """Return the stacked bar with its table, or None where no one was asked or the total is withheld.

    Withheld categories are drawn together as what is left of a printed total.
    """
    asked = ctx.count("items", item.key, "n_asked")
    answered = ctx.count("items", item.key, "n_answered")
    if not asked:
        return None
    parts = _all_parts(ctx, item, asked, answered)
    words = ctx.language.join([f"{label} {ctx.language.number(count or 0)}" for label, count, _ in parts])
    data = BarData(
        tuple(count or 0 for _, count, _ in parts),
        tuple(style for _, _, style in parts),
        tuple(ctx.language.number(count or 0) for _, count, _ in parts),
    )
    alt = ctx.language.gettext("Bar of the answers: {counts}.", counts=words)
    return Figure(data, alt, _caption(ctx, item, asked, answered), answer_table(ctx, item))


def _all_parts(ctx: Context, item: Item, asked: int, answered: int | None) -> list[Part]:
    given, lacking = _answered_parts(ctx, item), _unanswered_parts(ctx, item)
    if answered is not None:
        return [*_shown_parts(ctx, given, answered), *_shown_parts(ctx, lacking, asked - answered)]
    # only the number asked is printed, so what is withheld on both sides is one segment between them
    known = sum(count or 0 for _, count, _ in lacking)
    return [*_shown_parts(ctx, given, asked - known), *(part for part in lacking if part[1] is not None)]


def _shown_parts(ctx: Context, parts: list[Part], total: int) -> list[Part]:
    shown = [part for part in parts if part[1] is not None]
    rest = total - sum(count or 0 for _, count, _ in shown)
    if len(shown) < len(parts) and rest > 0:
        shown.append((ctx.language.gettext("suppressed, together"), rest, SUPPRESSED_STYLE))
    return shown


def _caption(ctx: Context, item: Item, asked: int, answered: int | None) -> str:
    tr, number = ctx.language.gettext, ctx.language.number
    if answered is None:
        text = tr("{asked} were asked. The numbers count persons.", asked=number(asked))
    else:
        text = tr(
            "{asked} were asked, {answered} answered. The numbers count persons.",
            asked=number(asked),
            answered=number(answered),
        )
    counts = ((kind, ctx.count("items", item.key, f"missing:{kind.label}")) for kind in NOT_ASKED_KINDS)
    return " ".join([text, *(_not_asked(ctx, kind, count) for kind, count in counts if count)])


def _not_asked(ctx: Context, kind: MissingKind, count: int) -> str:
    many = ctx.language.ngettext
    if kind is MissingKind.NOT_ASKED:
        return many(
            "{n} was not asked because of an earlier answer.",
            "{n} were not asked because of an earlier answer.",
            count,
        )
    if kind is MissingKind.OTHER_VERSION:
        return many("{n} was given another wording.", "{n} were given another wording.", count)
    if kind is MissingKind.UNKNOWN_IF_ASKED:
        return many(
            "For {n} it is unknown whether the question was shown.",
            "For {n} it is unknown whether the question was shown.",
            count,
        )
    return f"{missing_label(ctx, kind)}: {ctx.language.number(count)}."


def answer_table(ctx: Context, item: Item) -> Table:
    """Return counts and shares of every category and kind of missing; it is the bar's legend as well."""
    tr = ctx.language.gettext
    answered = ctx.count("items", item.key, "n_answered")
    asked = ctx.count("items", item.key, "n_asked")
    rows = [_row(ctx, part, answered) for part in _answered_parts(ctx, item)]
    rows.append(
        cells(tr("Answered in all"), ctx.cell("items", item.key, "n_answered"), _share(ctx, answered, asked))
    )
    rows += [_row(ctx, part, asked) for part in _unanswered_parts(ctx, item)]
    rows.append(cells(tr("Asked in all"), ctx.cell("items", item.key, "n_asked"), ""))
    note = tr("Shares of options: of those who answered. The other shares: of those who were asked.")
    return Table(tr("Answers"), cells(tr("Answer"), tr("Persons"), tr("Share")), tuple(rows), notes=(note,))


def _row(ctx: Context, part: Part, base: int | None) -> Row:
    label, count, style = part
    if count is None:
        return (Cell(label, SUPPRESSED_STYLE), Cell(ctx.withheld()), Cell(ctx.withheld()))
    return (Cell(label, style), Cell(ctx.language.number(count)), Cell(_share(ctx, count, base)))


def _share(ctx: Context, count: int | None, base: int | None) -> str:
    return ctx.of(count, base) if count is not None and base else "–"


def colour_figure(ctx: Context, item: Item) -> list[Node]:
    """Return the strip of a colour algorithm, with words and symbols, if the item has one."""
    if item.colours is None or ctx.results.get("colours", item.key, "count:green") is None:
        return []
    tr = ctx.language.gettext
    names = {
        "green": tr("● Green"),
        "yellow": tr("▲ Yellow"),
        "red": tr("■ Red"),
        "grey": tr("○ Grey (no answer)"),
    }
    shown = [ctx.cell("colours", item.key, f"count:{name}") for name in names]
    counts = [ctx.count("colours", item.key, f"count:{name}") for name in names]
    header = (
        Cell(tr("Colour")),
        *(Cell(text.replace(" ", "\u00a0", 1), ALGORITHM_STYLES[name]) for name, text in names.items()),
    )
    table = Table(tr("Colours that the rule gives"), header, (cells(tr("Persons"), *shown),))
    if any(count is None for count in counts) or not any(counts):
        return [table]
    words = ctx.language.join(
        [f"{text} {number}" for text, number in zip(names.values(), shown, strict=True)]
    )
    alt = tr("Colours: {counts}.", counts=words)
    return [Figure(StripData(tuple(count or 0 for count in counts)), alt, "", table)]


# -- sites ---------------------------------------------------------------------------------------------------


def site_nodes(ctx: Context, item: Item, *, end: str) -> list[Node]:
    """Return answered and asked for each site, and (internally) the share at one end of the bar.

    Parameters
    ----------
    ctx : Context
    item : Item
    end : {"highest", "lowest"}
        Which share is shown: the flagged one, or the highest.
    """
    sites = [
        site
        for site in ctx.results.info.sites
        if ctx.results.get("items", item.key, "n_asked", f"site={site.id}")
    ]
    if not sites:
        return []
    groups = [f"site={site.id}" for site in sites]
    if ctx.publishable:
        return [_participation_table(ctx, item, groups)]
    return [_site_figure(ctx, item, groups, end)]


def _answered_of_asked(ctx: Context, item: Item, group: str) -> tuple[str, str]:
    return ctx.cell("items", item.key, "n_answered", group), ctx.cell("items", item.key, "n_asked", group)


def _names(ctx: Context, groups: list[str]) -> list[str]:
    return [ctx.site_name(group.partition("=")[2]) for group in groups]


def _participation_table(ctx: Context, item: Item, groups: list[str]) -> Table:
    tr = ctx.language.gettext
    rows = [
        cells(name, *_answered_of_asked(ctx, item, group))
        for name, group in zip(_names(ctx, groups), groups, strict=True)
    ]
    return Table(
        tr("Answers at each pilot site"), cells(tr("Site"), tr("Answered"), tr("Asked")), tuple(rows)
    )


def _site_figure(ctx: Context, item: Item, groups: list[str], end: str) -> Figure:
    tr = ctx.language.gettext
    names = _names(ctx, groups)
    at = highest_category(item) if end == "highest" else lowest_category(item)
    label = ctx.language.quote(item.categories[at].label.get(ctx.language.code))
    records = [ctx.results.get("items", item.key, end, group) for group in groups]
    intervals = [
        (r.estimate.value, r.estimate.lower, r.estimate.upper)
        if r
        and r.estimate.value is not None
        and r.estimate.lower is not None
        and r.estimate.upper is not None
        else None
        for r in records
    ]
    rows = []
    for name, group, record in zip(names, groups, records, strict=True):
        answered, asked = _answered_of_asked(ctx, item, group)
        of = tr("{answered} of {asked}", answered=answered, asked=asked)
        share = ctx.shown(record, 1)
        rows.append(cells(name, of, share, ctx.range(record, 1)))
    header = cells(tr("Site"), tr("Answered"), tr("Share"), tr("Uncertainty"))
    table = Table(tr("Share that chose {label} at each site", label=label), header, tuple(rows))
    ticks = tuple((x, ctx.language.percent(x)) for x in (0.0, 0.5, 1.0))
    words = "; ".join(f"{row[0].text} {row[2].text}" for row in rows)
    alt = tr("Share that chose {label}, by site: {shares}.", label=label, shares=words)
    caption = tr("The dot is the share that chose {label}. The line is the uncertainty.", label=label)
    return Figure(DotsData(tuple(names), tuple(intervals), ticks), alt, caption, table)


def no_bar(ctx: Context, item: Item) -> Paragraph:
    """Return the sentence that stands where a bar cannot be drawn."""
    if ctx.results.is_suppressed("items", item.key, "n_asked"):
        return Paragraph((ctx.not_shown(),))
    return Paragraph((ctx.language.gettext("No one was asked this question."),))

"""The footnote under every table that holds a withheld number."""

from __future__ import annotations

from dataclasses import replace

from propsych.report.context import Context
from propsych.report.model import Columns, Figure, Node, Page, Table

__all__ = ["with_footnotes"]


def with_footnotes(ctx: Context, page: Page) -> Page:
    """Return the page with a footnote where "(suppressed)" stands in a table."""
    if not ctx.publishable:
        return page
    return replace(page, body=tuple(_noted(ctx, node) for node in page.body))


def _noted(ctx: Context, node: Node) -> Node:
    if isinstance(node, Table):
        return _noted_table(ctx, node)
    if isinstance(node, Figure):
        return _noted_figure(ctx, node)
    if isinstance(node, Columns):
        lead = _noted_figure(ctx, node.lead) if node.lead is not None else None
        return replace(
            node, lead=lead, parts=tuple(tuple(_noted(ctx, n) for n in part) for part in node.parts)
        )
    return node


def _noted_figure(ctx: Context, figure: Figure) -> Figure:
    return replace(figure, table=_noted_table(ctx, figure.table))


def _noted_table(ctx: Context, table: Table) -> Table:
    withheld = ctx.withheld()
    if not any(cell.text == withheld for row in table.rows for cell in row):
        return table
    note = ctx.language.gettext(
        "{withheld}: a count from 1 to {most}, or one that would give such a count away.",
        withheld=withheld,
        most=ctx.language.number(ctx.results.info.small_cell_limit - 1),
    )
    return replace(table, notes=(*table.notes, note))

"""Who took part, by site, sector and month, and what the check of the data warned about."""

from __future__ import annotations

from propsych.report.context import Context
from propsych.report.model import (
    Columns,
    CountBarsData,
    Figure,
    Heading,
    Node,
    Page,
    Paragraph,
    Row,
    Table,
    cells,
)
from propsych.report.pages.warnings import warning_row
from propsych.report.wording import group_words
from propsych.result import Record

__all__ = ["participation_page"]


def participation_page(ctx: Context) -> Page:
    """Return the page on participation and the state of the data."""
    tr = ctx.language.gettext
    beside = [_groups(ctx, "sector", tr("By sector")), _groups(ctx, "month", tr("By month"))]
    body: list[Node] = [*_sites(ctx)]
    if any(beside):
        body.append(Columns(tuple(tuple(nodes) for nodes in beside if nodes)))
    if not body:
        body.append(Paragraph((_no_groups(ctx),)))
    body += _warnings(ctx)
    return Page("participation", tr("Who took part"), "participation", tuple(body), toc=tr("Who took part"))


def _no_groups(ctx: Context) -> str:
    n = ctx.cell("participation", "persons", "n")
    return ctx.language.gettext(
        "{n} {respondents} took part. The answers name no site, sector or date.",
        n=n,
        respondents=ctx.respondents(),
    )


def _records(ctx: Context, by: str) -> list[Record]:
    found = {r.group: r for r in ctx.select("participation", "persons") if r.statistic == "n"}
    if by == "site":
        declared = [f"site={site.id}" for site in ctx.results.info.sites]
        return [found[group] for group in declared if group in found]
    return [found[group] for group in sorted(found) if group.startswith(f"{by}=")]


def _figure(ctx: Context, records: list[Record], table: Table, what: str) -> list[Node]:
    """Return bars with their table, or the table alone where a count is withheld."""
    counts = [r.estimate.value for r in records]
    if not records or any(count is None for count in counts):
        return [table]
    labels = tuple(group_words(ctx, r.group) for r in records)
    data = CountBarsData(tuple(int(count or 0) for count in counts), labels)
    words = ctx.language.join([f"{label} {ctx.shown(r)}" for label, r in zip(labels, records, strict=True)])
    return [Figure(data, ctx.language.gettext("{what}: {counts}.", what=what, counts=words), "", table)]


def _sites(ctx: Context) -> list[Node]:
    records = _records(ctx, "site")
    if not records:
        return []
    tr = ctx.language.gettext
    rows = [_site_row(ctx, record) for record in records]
    invited = any(site.invited is not None for site in ctx.results.info.sites)
    with_sector = any(site.sector for site in ctx.results.info.sites)
    header = [tr("Site"), *([tr("Sector")] if with_sector else []), tr("Took part")]
    header += [tr("Invited"), tr("Response rate")] if invited else []
    rows.append(_total_row(ctx, with_sector, invited))
    caption = tr("Number of {respondents} at each pilot site", respondents=ctx.respondents())
    table = Table(caption, cells(*header), tuple(rows), text_columns=(1,) if with_sector else ())
    nodes = [Heading(tr("By pilot site")), *_figure(ctx, records, table, caption)]
    if not all(site.invited is not None for site in ctx.results.info.sites):
        nodes.append(
            Paragraph(
                (tr("The response rate cannot be worked out: not every site has noted how many it invited."),)
            )
        )
    return nodes


def _site_row(ctx: Context, record: Record) -> Row:
    site_id = record.group.partition("=")[2]
    site = next(site for site in ctx.results.info.sites if site.id == site_id)
    sector = ctx.results.info.sectors.get(site.sector, site.sector) or "–"
    with_sector = any(entry.sector for entry in ctx.results.info.sites)
    row = [site.name, *([sector] if with_sector else []), ctx.shown(record)]
    if any(entry.invited is not None for entry in ctx.results.info.sites):
        row += _invited(ctx, record.group)
    return cells(*row)


def _total_row(ctx: Context, with_sector: bool, invited: bool) -> Row:
    row = [
        ctx.language.gettext("All"),
        *([""] if with_sector else []),
        ctx.cell("participation", "persons", "n"),
    ]
    return cells(*row, *(_invited(ctx, "all") if invited else []))


def _invited(ctx: Context, group: str) -> list[str]:
    took_part = ctx.count("participation", "persons", "n", group)
    invited = ctx.count("participation", "persons", "invited", group)
    rate = ctx.of(took_part, invited) if took_part is not None and invited else "–"
    return [ctx.cell("participation", "persons", "invited", group), rate]


def _groups(ctx: Context, by: str, title: str) -> list[Node]:
    records = _records(ctx, by)
    if not records:
        return []
    tr = ctx.language.gettext
    rows = tuple(cells(group_words(ctx, r.group), ctx.shown(r)) for r in records)
    captions = {
        "sector": tr("Number of {respondents} in each sector", respondents=ctx.respondents()),
        "month": tr("Number of {respondents} in each month", respondents=ctx.respondents()),
    }
    head = {"sector": tr("Sector"), "month": tr("Month")}[by]
    table = Table(captions[by], cells(head, tr("Took part")), rows)
    return [Heading(title), *_figure(ctx, records, table, captions[by])]


def _warnings(ctx: Context) -> list[Node]:
    tr = ctx.language.gettext
    nodes: list[Node] = [Heading(tr("What the check of the data found"))]
    kinds = sorted({problem.kind for problem in ctx.results.problems})
    if not kinds:
        return [*nodes, Paragraph((tr("The check found nothing to warn about."),))]
    rows = [warning_row(ctx, kind) for kind in kinds]
    if ctx.publishable:
        rows = [_withhold(ctx, row) for row in rows]
    header = cells(tr("What was found"), tr("Times"), tr("What to do"))
    return [*nodes, Table(tr("Warnings about the data, by kind"), header, tuple(rows), (2,))]


def _withhold(ctx: Context, row: Row) -> Row:
    """Leave a small count of warnings out of a publishable report: it counts persons too."""
    small = row[1].text.isdigit() and 0 < int(row[1].text) < ctx.results.info.small_cell_limit
    return cells(row[0].text, ctx.withheld(), row[2].text) if small else row

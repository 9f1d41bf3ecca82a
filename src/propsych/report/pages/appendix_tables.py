"""Tables of records: one record a row, or statistics by group; judgements."""

from __future__ import annotations

from collections.abc import Sequence

from propsych.criteria import Judgement
from propsych.questionnaire import Item
from propsych.report.context import Context
from propsych.report.model import Row, Table, cells
from propsych.report.pages.bins import bin_words
from propsych.report.pages.labels import (
    method_label,
    reason_label,
    sample_rule_label,
    state_label,
    statistic_label,
    statistic_rank,
)
from propsych.report.wording import group_words
from propsych.result import Record

__all__ = ["group_table", "judgement_table", "records_table"]

_DECIMALS = 3


def records_table(
    ctx: Context, caption: str, records: Sequence[Record], item: Item | None = None
) -> list[Table]:
    """Return one row a number: value, interval, sample, missing rule, method; nothing if there is none."""
    if not records:
        return []
    tr = ctx.language.gettext
    header = cells(
        tr("Statistic"),
        tr("Value"),
        tr("Interval"),
        tr("Asked"),
        tr("Used"),
        tr("Dropped"),
        tr("Missing rule"),
        tr("Method"),
    )
    ordered = sorted(records, key=lambda record: (record.property, statistic_rank(record.statistic, item)))
    rows = tuple(_record_row(ctx, record, item) for record in ordered)
    return [Table(caption, header, rows, text_columns=(6, 7), role="dense")]


def _record_row(ctx: Context, record: Record, item: Item | None) -> Row:
    number, sample = ctx.language.number, record.sample
    counts = ["–", "–", "–", "–"]
    if sample is not None:
        counts = [
            number(sample.n_asked),
            number(sample.n_used),
            number(sample.n_dropped),
            sample_rule_label(ctx, sample.rule),
        ]
    shown_method = method_label(ctx, record.estimate.method)
    name = statistic_label(ctx, record.statistic, item)
    if record.property == "scores" and record.statistic.startswith("bin:"):
        words = bin_words(ctx, ctx.results.questionnaire.scale(record.target))
        name = ctx.language.gettext("Scores: {interval}", interval=words[record.statistic])
    return cells(
        name, ctx.shown(record, _DECIMALS), ctx.range(record, _DECIMALS) or "–", *counts, shown_method
    )


def group_table(
    ctx: Context, caption: str, records: Sequence[Record], item: Item | None = None
) -> list[Table]:
    """Return statistics (rows) by group (columns); kinds of missing that never occurred are left out."""
    by_place = {(record.statistic, record.group): record for record in records}
    statistics = sorted({record.statistic for record in records}, key=lambda name: statistic_rank(name, item))
    groups = _ordered_groups(ctx, {record.group for record in records})
    if not by_place:
        return []
    rows = []
    for statistic in statistics:
        entries = [by_place.get((statistic, group)) for group in groups]
        if statistic.startswith("missing:") and all(r is None or r.estimate.value == 0 for r in entries):
            continue
        rows.append(cells(statistic_label(ctx, statistic, item), *(_with_interval(ctx, r) for r in entries)))
    header = cells(ctx.language.gettext("Statistic"), *(group_words(ctx, group) for group in groups))
    return [Table(caption, header, tuple(rows), role="dense")]


def _with_interval(ctx: Context, record: Record | None) -> str:
    text, interval = ctx.shown(record), ctx.range(record)
    return f"{text} ({interval})" if interval else text


def _ordered_groups(ctx: Context, groups: set[str]) -> list[str]:
    """Sites in the declared order, then sectors, then months."""
    sites = [f"site={site.id}" for site in ctx.results.info.sites if f"site={site.id}" in groups]
    rest = sorted(
        groups - set(sites), key=lambda g: (not g.startswith("site="), not g.startswith("sector="), g)
    )
    return [*sites, *rest]


def judgement_table(ctx: Context, caption: str, judgements: Sequence[Judgement]) -> list[Table]:
    """Return what each criterion says."""
    if not judgements:
        return []
    tr = ctx.language.gettext
    rows = []
    for j in judgements:
        criterion = ctx.results.criteria[j.criterion]
        record = ctx.results.records.get(j.record)
        n = (
            ctx.language.number(record.sample.n_used)
            if record is not None and record.sample is not None
            else "–"
        )
        value = ctx.shown(record, _DECIMALS)
        name = ctx.language.pick(criterion.name)
        hidden = j.state == "cannot_tell" and not ctx.cannot_tell(j)
        rows.append(
            cells(
                name,
                _about(ctx, j),
                state_label(ctx, j.state) if not hidden else ctx.withheld(),
                reason_label(ctx, j.reason) if not hidden else "–",
                value,
                ctx.range(record, _DECIMALS) or "–",
                n,
            )
        )
    header = cells(
        tr("Criterion"),
        tr("Concerns"),
        tr("Point of attention?"),
        tr("Reason"),
        tr("Value"),
        tr("Interval"),
        tr("Used"),
    )
    return [Table(caption, header, tuple(rows), text_columns=(1, 2, 3), role="dense")]


def _about(ctx: Context, judgement: Judgement) -> str:
    if "~" in judgement.target:
        return judgement.target.replace("~", " ~ ")
    return group_words(ctx, judgement.group)

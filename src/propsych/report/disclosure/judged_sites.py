"""Whether the state of a judgement on an interval that respects sites tells a small count of one site.

The interval itself is withheld, but its state says on which side of the criterion it lies, and so how
unlike the sites can be: with few in the numerator that can be enough to bound a site's count. A state is
harmless if for each site there are tables that give it with the site's count at 1 and at ``limit - 1``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.criteria import Judgement
from propsych.criteria.judge import state_of
from propsych.report.disclosure.needs import count_of, is_clustered
from propsych.report.disclosure.plan import Plan
from propsych.report.disclosure.tables import site_groups
from propsych.result import Record
from propsych.study.results import StudyResults
from propsych.study.supposed import share_of_sites

__all__ = ["tells_a_site"]

Counts = NDArray[np.int64]


def tells_a_site(results: StudyResults, judgement: Judgement, record: Record, plan: Plan) -> bool:
    """Return True unless every small count of a site could be 1 and ``limit - 1`` under the printed state.

    Parameters
    ----------
    results : StudyResults
        The unsuppressed results.
    judgement : Judgement
        One of theirs.
    record : Record
        The number that was judged.
    plan : Plan
        What is suppressed.

    Notes
    -----
    The tables tried are those with the other sites as alike, and as unlike, as they can be; of scales, whose
    counts at the ends are not known by site, every site is taken to have a small one.
    """
    cells = count_of(results, record)
    total = round(float(record.estimate.value or 0.0) * (record.sample.n_used if record.sample else 0))
    if not is_clustered(record) or cells is None or judgement.reason in ("too_few", "not_estimable"):
        return False
    groups = site_groups(plan.tables[0])
    sizes = [_at(results, cells[1], group) for group in groups]
    if total == 0 or results.info.small_cell_limit <= 1:
        return False
    if not groups or None in sizes:
        return True
    size = np.array(sizes, dtype=np.int64)
    low, high = _known(results, record, groups, size, plan)
    counts = [_at(results, cells[0], group) for group in groups]
    for j, count in enumerate(counts):
        small = count is None or 1 <= count < results.info.small_cell_limit
        if small and low[j] < high[j]:
            for value in (1, results.info.small_cell_limit - 1):
                tables = _tables(total, low, high, j, value)
                if not any(_state(results, judgement, t, size) == judgement.state for t in tables):
                    return True
    return False


def _at(results: StudyResults, cell: str, group: str) -> int | None:
    """Return a count of the whole pilot as it is at one site, or None if the results do not hold it."""
    property_, target, _, statistic = cell.split("/")
    value = results.value(property_, target, statistic, group)
    return None if value is None else round(float(value))


def _known(
    results: StudyResults, record: Record, groups: tuple[str, ...], size: Counts, plan: Plan
) -> tuple[Counts, Counts]:
    """Return the bounds of each site's count that follow from what is printed of the site."""
    low, high = np.zeros_like(size), size.copy()
    if not record.statistic.startswith("skipped"):
        return low, high
    for j, group in enumerate(groups):
        asked, answered, skipped = (
            f"items/{record.target}/{group}/{name}" for name in ("n_asked", "n_answered", "missing:skipped")
        )
        if answered in results.records and plan.prints(asked) and plan.prints(answered):
            values = [results.records[name].estimate.value or 0 for name in (asked, answered, skipped)]
            high[j] = round(values[0] - values[1])
            low[j] = high[j] if high[j] == round(values[2]) else 0
    return low, high


def _tables(total: int, low: Counts, high: Counts, j: int, value: int) -> list[Counts]:
    """Return tables with about `value` at site `j`: with the other sites alike, or with some of them full."""
    others = np.arange(len(low)) != j
    value = int(np.clip(value, total - high[others].sum(), total - low[others].sum()))
    value = int(np.clip(value, low[j], high[j]))
    room = np.where(others, high - low, 0)
    rest = total - value - int(low[others].sum())
    if not 0 <= rest <= room.sum():
        return []
    start = np.where(others, low, value)
    exact = rest * room / max(int(room.sum()), 1)
    alike = np.floor(exact).astype(np.int64)
    alike[np.argsort(alike - exact, kind="stable")[: rest - int(alike.sum())]] += 1
    tables = [start + alike]
    for first in np.flatnonzero(room):
        order = [first, *(k for k in np.argsort(-room, kind="stable") if k != first)]
        before = np.concatenate([[0], np.cumsum(room[order])[:-1]])
        full = np.zeros_like(room)
        full[order] = np.clip(rest - before, 0, room[order])
        tables.append(start + full)
    return tables


def _state(results: StudyResults, judgement: Judgement, table: Counts, size: Counts) -> str:
    level = results.records[judgement.record].estimate.level or results.info.level
    estimate = share_of_sites(table, size, level)
    return state_of(estimate, results.criteria[judgement.criterion], judgement.n)[0]

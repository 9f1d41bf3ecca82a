"""An attacker of single sites' counts, by the sum of squares that an interval respecting sites gives away.

Like the other attacker it shares no code with the suppression or with the kernels: it reads the published
results, writes out every table of counts by site that fits the printed totals, and keeps those that give
the printed interval and the printed judgement.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import t as student

from propsych.questionnaire import Item
from propsych.result import Record
from propsych.study.results import StudyResults

PRINTED = 5e-5  # half of the last digit of a share in per cent with two decimals
MOST_TABLES = 300_000
SHARES = ("skipped", "lowest", "highest")


def with_clustered_intervals(truth: StudyResults, published: StudyResults) -> StudyResults:
    """Return the published results with the intervals that respect sites left in."""
    records = dict(published.records)
    for name, record in records.items():
        if name.endswith("_clustered") and record.estimate.value is not None:
            records[name] = replace(record, estimate=truth.records[name].estimate)
    return replace(published, records=records)


def site_counts_pinned(truth: StudyResults, published: StudyResults, limit: int = 5) -> tuple[list[str], int]:
    """Return the sites' small counts whose range does not cover 1 to ``limit - 1``, and the shares tried."""
    lost, tried = [], 0
    for item in published.questionnaire.items:
        for share in SHARES:
            record = published.get("items", item.key, f"{share}_clustered")
            tables = _possible(published, item, share, record) if record is not None else None
            if tables is None:
                continue
            tried += 1
            for j, site in enumerate(published.info.sites):
                name = f"items/{item.key}/site={site.id}/{_counted(item, share)}"
                value = truth.records[name].estimate.value
                low, high = int(tables[:, j].min()), int(tables[:, j].max())
                if not low <= value <= high:
                    raise AssertionError(
                        f"the attacker is wrong about {name}: {low} to {high}, truly {value}"
                    )
                if 1 <= value < limit and (low > 1 or high < limit - 1):
                    lost.append(f"{name}: {low}-{high}")
    return lost, tried


def _counted(item: Item, share: str) -> str:
    if share == "skipped":
        return "missing:skipped"
    choose = np.argmin if share == "lowest" else np.argmax
    return f"count:{item.codes[int(choose(item.scores))]}"


def _possible(results: StudyResults, item: Item, share: str, record: Record) -> np.ndarray | None:
    """Return the tables (one a row, a site a column) that fit everything printed; None if too little is."""
    total = results.value("items", item.key, _counted(item, share))
    base = "n_asked" if share == "skipped" else "n_answered"
    sites = [f"site={site.id}" for site in results.info.sites]
    sizes = [results.value("items", item.key, base, group) for group in sites]
    if not total or None in sizes or sum(sizes) != results.value("items", item.key, base):
        return None
    low, high = np.zeros(len(sites), dtype=int), np.minimum(np.array(sizes, dtype=int), int(total))
    if share == "skipped":
        low, high = _skipped_at_sites(results, item, sites, low, high)
    free = [np.arange(a, b + 1) for a, b in zip(low[:-1], high[:-1], strict=True)]
    if np.prod([float(len(values)) for values in free]) > MOST_TABLES:
        return None
    tables = np.stack(np.meshgrid(*free, indexing="ij"), axis=-1).reshape(-1, len(free))
    last = int(total) - tables.sum(axis=1)
    tables = np.column_stack([tables, last])[(last >= low[-1]) & (last <= high[-1])]
    lower, upper = _interval(tables, np.array(sizes, dtype=float), results.info.level)
    fits = np.ones(len(tables), dtype=bool)
    if record.estimate.lower is not None and record.estimate.upper is not None:
        fits &= abs(lower - record.estimate.lower) <= PRINTED
        fits &= abs(upper - record.estimate.upper) <= PRINTED
    return tables[fits & _judged_alike(results, record.id, lower, upper)]


def _skipped_at_sites(
    results: StudyResults, item: Item, sites: list[str], low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds from asked less answered, which is the skipped if nobody lacks an answer otherwise."""
    low, high = low.copy(), high.copy()
    others = [
        results.value("items", item.key, f"missing:{k}") for k in ("not_relevant", "dont_know", "prefer_not")
    ]
    for j, group in enumerate(sites):
        asked, answered = (results.value("items", item.key, s, group) for s in ("n_asked", "n_answered"))
        if answered is not None:
            high[j] = min(high[j], asked - answered)
            low[j] = high[j] if others == [0, 0, 0] else 0
    return low, high


def _interval(tables: np.ndarray, sizes: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    n, used = sizes.sum(), int((sizes > 0).sum())
    p = tables.sum(axis=1) / n
    squares = ((tables - p[:, None] * sizes) ** 2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        inflated = np.maximum(used / (used - 1) * squares / (n * p * (1 - p)), 1.0)
    inflated = np.where(np.isfinite(inflated), inflated, 1.0)
    q2 = student.ppf((1 + level) / 2, used - 1) ** 2 * inflated / n
    middle = (p + q2 / 2) / (1 + q2)
    half = np.sqrt(p * (1 - p) * q2 + q2**2 / 4) / (1 + q2)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _judged_alike(results: StudyResults, record: str, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return which intervals would have been judged as the report prints."""
    alike = np.ones(len(lower), dtype=bool)
    for judgement in results.judgements:
        if judgement.record != record or judgement.reason in ("too_few", "not_estimable"):
            continue
        threshold = results.criteria[judgement.criterion].value
        beyond, within = lower > threshold + 1e-9, upper <= threshold - 1e-9
        alike &= {"yes": beyond, "no": within, "cannot_tell": ~beyond & ~within}[judgement.state]
    return alike

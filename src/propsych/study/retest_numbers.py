"""What the retest tells: reliability and measurement error of each scale, agreement of each question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData
from propsych.errors import AnalysisError
from propsych.properties.measurement_error import measurement_error
from propsych.properties.reliability import agreement, cohen_kappa, test_retest, weighted_kappa
from propsych.questionnaire import Item
from propsych.result import Estimate, Record
from propsych.scoring import score
from propsych.study.retest import RetestPairs

__all__ = ["RetestNumbers", "retest_numbers"]

WEIGHTED, PLAIN = "weighted_kappa", "cohen_kappa"


@dataclass(frozen=True, eq=False)
class RetestNumbers:
    """The records of a retest, and what they were made from.

    Attributes
    ----------
    records : list of Record
        Properties ``reliability`` and ``measurement_error``; ``participation`` of the target ``retest``.
    scores : dict of str to ndarray of float, shape (n_used, 2)
        Scale -> the pairs of scores behind its numbers.
    tables : dict of str to ndarray of float, shape (q, q)
        Question -> counts of both answers, for those with a weighted kappa.
    """

    records: list[Record] = field(default_factory=list)
    scores: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    tables: dict[str, NDArray[np.float64]] = field(default_factory=dict)


def retest_numbers(pairs: RetestPairs, level: float) -> RetestNumbers:
    """Compute what the retest tells of every scale and every question with categories."""
    numbers = RetestNumbers()
    counts = {"n_twice": pairs.n_twice, "n_in_time": len(pairs.first)}
    counts["n_unchanged"] = int(pairs.unchanged.sum())
    for statistic, n in counts.items():
        numbers.records.append(Record("participation", "retest", "all", statistic, Estimate(n)))
    scored = [score(part, level=level) for part in (pairs.first, pairs.second)]
    for scale in scored[0].scales:
        both = [part.values[scale.id].reset_index(drop=True) for part in scored]
        numbers.records.extend(_scale(pairs, scale.id, both, level, numbers))
    items = (pairs.first.items(), pairs.second.items())
    q = pairs.first.questionnaire
    for item in q.items:
        if item.type == "choice" and len(item.categories) > 1:
            ordered = bool(item.direction or q.scale_of(item.id))
            numbers.records.extend(_item(item, items, pairs, level, numbers, ordered=ordered))
    return numbers


def _scale(
    pairs: RetestPairs, scale: str, both: list[pd.Series[float]], level: float, numbers: RetestNumbers
) -> Iterator[Record]:
    keep = pairs.unchanged
    values = np.column_stack([one.to_numpy(dtype=float) for one in both])[keep]
    complete = values[~np.isnan(values).any(axis=1)]
    try:
        found = test_retest(
            *both, stable=pairs.stable, days=pairs.days, same_mode=pairs.same_mode, level=level, name=scale
        )
        error = measurement_error(both[0][keep], both[1][keep], level=level, name=scale)
    except AnalysisError as problem:
        none = Estimate(None, method=str(problem))
        sample = pairs.sample("both scores", len(complete))
        yield Record("reliability", scale, "all", "icc_agreement", none, sample)
        yield Record("measurement_error", scale, "all", "sdc_individual", none, sample)
        return
    numbers.scores[scale] = np.asarray(complete, dtype=np.float64)
    sample = pairs.sample("both scores", found.sample.n_used)
    for record in (*found.records(), *error.records()):
        yield replace(record, sample=sample)


def _item(
    item: Item,
    both: tuple[ItemData, ItemData],
    pairs: RetestPairs,
    level: float,
    numbers: RetestNumbers,
    *,
    ordered: bool,
) -> Iterator[Record]:
    j, q = both[0].names.index(item.key), len(item.categories)
    positions = np.column_stack([part.positions[pairs.unchanged, j] for part in both])
    complete = positions[(positions >= 0).all(axis=1)]
    if not len(complete):
        return
    sample = pairs.sample("both answers", len(complete))
    try:
        found = (weighted_kappa if ordered else cohen_kappa)(
            complete[:, 0], complete[:, 1], categories=range(q), level=level, name=item.key
        )
        same = agreement(complete, categories=range(q), level=level, name=item.key)
    except AnalysisError as problem:
        none = Estimate(None, method=str(problem))
        yield Record("reliability", item.key, "all", WEIGHTED if ordered else PLAIN, none, sample)
        return
    if ordered:
        numbers.tables[item.key] = found.table.to_numpy(dtype=float)
    kappa = found.intervals[found.method]
    weights = "quadratic weights, declared categories" if ordered else "unweighted, declared categories"
    kappa = replace(kappa, method=f"{weights}; {kappa.method}")
    yield Record("reliability", item.key, "all", WEIGHTED if ordered else PLAIN, kappa, sample)
    share = same.estimates["percent_agreement"]
    yield Record("reliability", item.key, "all", "percent_agreement", share, sample)
    n_same = Estimate(int(np.trace(found.table.to_numpy())))
    yield Record("reliability", item.key, "all", "n_same", n_same, sample)

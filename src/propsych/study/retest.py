"""The pilot's retest: who answered twice, and how well both answers agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import Responses
from propsych.errors import AnalysisError, StudyError, message
from propsych.properties.measurement_error import measurement_error
from propsych.properties.reliability import agreement, test_retest, weighted_kappa
from propsych.result import Estimate, Record, Sample
from propsych.scoring import score
from propsych.study.plan import RetestPlan

__all__ = ["RetestScores", "retest_pairs", "retest_records"]


@dataclass(frozen=True, eq=False)
class RetestScores:
    """Both answers of the persons who answered twice.

    Attributes
    ----------
    first, second : Responses
        The same persons in the same order.
    stable : ndarray of object, shape (n,), or None
        True, False or None (unknown) by the anchor; None without an anchor.
    days : ndarray of float, shape (n,), or None
    same_mode : ndarray of object, shape (n,), or None
    used : dict of str to ndarray of float, shape (n_used, 2)
        Scale -> the pairs of scores that its numbers rest on.
    tables : dict of str to ndarray of float, shape (q, q)
        Item -> counts of both answers, for the items that have a number.
    """

    first: Responses
    second: Responses
    stable: NDArray[np.object_] | None
    days: NDArray[np.float64] | None
    same_mode: NDArray[np.object_] | None
    used: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    tables: dict[str, NDArray[np.float64]] = field(default_factory=dict)


def retest_pairs(answers: Responses, plan: RetestPlan) -> RetestScores:
    """Return the persons who answered at both time points of the plan, in the order of their ids.

    Raises
    ------
    propsych.errors.StudyError
        If the answers have no time points, none at one of the two, or nobody at both; or the anchor is
        no item.
    """
    persons = answers.persons
    points = set(persons["time_point"].dropna()) if "time_point" in persons else set()
    for name, point in (("first", plan.first), ("second", plan.second)):
        if point not in points:
            where, what = f"pilot file: retest.{name}", f"no answers at time point {point!r}"
            remedy = f"name one of {', '.join(sorted(map(str, points)))}" if points else "map time_point"
            raise StudyError(message(what, where=where, remedy=remedy))
    first, second = answers.at(plan.first), answers.at(plan.second)
    ids = sorted(set(first.persons["person"]) & set(second.persons["person"]))
    if not ids:
        what = "nobody answered at both time points"
        raise StudyError(message(what, where="pilot file: retest", remedy="check the ids of the persons"))
    one, two = (_in_order(part, ids) for part in (first, second))
    return RetestScores(one, two, _stable(two, plan), _days(one, two), _same_mode(one, two))


def _in_order(answers: Responses, ids: list[str]) -> Responses:
    from dataclasses import replace

    places = pd.Index(answers.persons["person"]).get_indexer(pd.Index(ids))
    persons = answers.persons.iloc[places].reset_index(drop=True)
    return replace(answers, persons=persons, positions=answers.positions[places])


def _stable(second: Responses, plan: RetestPlan) -> NDArray[np.object_] | None:
    if plan.anchor is None:
        return None
    if plan.anchor not in {item.id for item in second.questionnaire.items}:
        where, remedy = "pilot file: retest.anchor", "name an item of the questionnaire"
        raise StudyError(message("no such question", where=where, got=repr(plan.anchor), remedy=remedy))
    items = second.items([plan.anchor])
    codes = np.array(items.codes[0])
    answered = items.positions[:, 0] >= 0
    stable = np.isin(codes[np.where(answered, items.positions[:, 0], 0)], plan.stable)
    return _flags(stable, answered)


def _flags(values: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return True, False, or None where it is unknown."""
    return np.array([bool(v) if k else None for v, k in zip(values, known, strict=True)], dtype=object)


def _days(first: Responses, second: Responses) -> NDArray[np.float64] | None:
    if "date" not in first.persons or "date" not in second.persons:
        return None
    days = (second.persons["date"] - first.persons["date"]).dt.days.to_numpy(dtype=float, na_value=np.nan)
    if np.nanmin(days, initial=0.0) < 0:
        what = "a second answer is dated before the first"
        remedy = "exchange first and second, or correct the dates"
        raise StudyError(message(what, where="pilot file: retest", remedy=remedy))
    return np.asarray(days)


def _same_mode(first: Responses, second: Responses) -> NDArray[np.object_] | None:
    if "mode" not in first.persons:
        return None
    a, b = first.persons["mode"], second.persons["mode"]
    known = (a.notna() & b.notna()).to_numpy()
    return _flags(np.asarray(a.astype(str) == b.astype(str)), known)


def _within(pairs: RetestScores, plan: RetestPlan) -> NDArray[np.object_] | None:
    """Return who counts: unchanged by the anchor, and inside the plan's interval between the answers."""
    n = len(pairs.first)
    stable = np.full(n, True, dtype=object) if pairs.stable is None else pairs.stable
    if pairs.days is not None and (plan.min_days is not None or plan.max_days is not None):
        low, high = plan.min_days or 0, np.inf if plan.max_days is None else plan.max_days
        inside = (pairs.days >= low) & (pairs.days <= high)
        known = [
            None if np.isnan(d) else (s if i else False)
            for d, i, s in zip(pairs.days, inside, stable, strict=True)
        ]
        return np.array(known, dtype=object)
    return pairs.stable


def retest_records(pairs: RetestScores, plan: RetestPlan, level: float) -> Iterator[Record]:
    """Yield reliability and measurement error of each scale, and agreement of each item."""
    stable = _within(pairs, plan)
    scores = [score(part, level=level) for part in (pairs.first, pairs.second)]
    for scale in scores[0].scales:
        both = [part.values[scale.id].reset_index(drop=True) for part in scores]
        yield from _scale(pairs, scale.id, both, stable, level)
    used = _kept(stable, len(pairs.first))
    for name in pairs.first.items().names:
        yield from _item(pairs, name, used, level)


def _kept(stable: NDArray[np.object_] | None, n: int) -> NDArray[np.bool_]:
    """Return who certainly counts: unknown is not yes."""
    return (
        np.ones(n, dtype=bool) if stable is None else np.array([flag is True for flag in stable], dtype=bool)
    )


def _scale(
    pairs: RetestScores,
    scale: str,
    both: list[pd.Series[float]],
    stable: NDArray[np.object_] | None,
    level: float,
) -> Iterator[Record]:
    sample = Sample(len(pairs.first), 0, "both scores")
    try:
        found = test_retest(
            *both, stable=stable, days=pairs.days, same_mode=pairs.same_mode, level=level, name=scale
        )
        keep = _kept(stable, len(both[0]))
        error = measurement_error(both[0][keep], both[1][keep], level=level, name=scale)
    except AnalysisError as problem:
        none = Estimate(None, method=str(problem))
        yield Record("reliability", scale, "all", "icc_agreement", none, sample)
        yield Record("measurement_error", scale, "all", "sdc_individual", none, sample)
        return
    values = np.column_stack([one[keep].to_numpy(dtype=float) for one in both])
    pairs.used[scale] = np.asarray(values[~np.isnan(values).any(axis=1)], dtype=np.float64)
    yield from found.records()
    yield from error.records()


def _item(pairs: RetestScores, name: str, used: NDArray[np.bool_], level: float) -> Iterator[Record]:
    items = [part.items() for part in (pairs.first, pairs.second)]
    j = items[0].names.index(name)
    positions = np.column_stack([part.positions[used, j] for part in items])
    complete = positions[(positions >= 0).all(axis=1)]
    q = len(items[0].scores[j])
    sample = Sample(len(positions), len(complete), "both answers")
    try:
        if q < 2:
            return
        found = weighted_kappa(complete[:, 0], complete[:, 1], categories=range(q), level=level)
        same = agreement(complete, categories=range(q), level=level).estimates["percent_agreement"]
    except AnalysisError as problem:
        none = Estimate(None, method=str(problem))
        yield Record("reliability", name, "all", "weighted_kappa", none, sample)
        return
    counts = np.bincount(complete[:, 0] * q + complete[:, 1], minlength=q * q)
    pairs.tables[name] = np.asarray(counts.reshape(q, q), dtype=np.float64)
    lower, upper = (None if np.isnan(end) else float(end) for end in found.interval)
    kappa = Estimate(found.estimate, lower, upper, level, "quadratic weights, declared categories")
    yield Record("reliability", name, "all", "weighted_kappa", kappa, sample)
    yield Record("reliability", name, "all", "percent_agreement", same, sample)

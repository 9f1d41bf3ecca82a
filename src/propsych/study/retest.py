"""The pilot's retest: who answered twice, who counts as unchanged, and what is wrong with the two answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import Problem, Responses
from propsych.errors import StudyError, message
from propsych.result import Sample
from propsych.study.plan import RetestPlan

__all__ = ["RetestPairs", "retest_pairs", "retest_problems"]


@dataclass(frozen=True, eq=False)
class RetestPairs:
    """Both answers of the persons who answered twice within the plan's interval.

    Attributes
    ----------
    first, second : Responses
        The same persons in the same order.
    stable : ndarray of object, shape (n,), or None
        True, False or None (unknown) by the anchor; None without an anchor.
    days : ndarray of float, shape (n,), or None
        Days between the answers; None without dates.
    same_mode : ndarray of object, shape (n,), or None
        True, False or None (unknown); None without a mode of answering.
    n_twice : int
        Persons who answered twice, whatever the interval.
    """

    first: Responses
    second: Responses
    stable: NDArray[np.object_] | None
    days: NDArray[np.float64] | None
    same_mode: NDArray[np.object_] | None
    n_twice: int

    def sample(self, what: str, n_used: int) -> Sample:
        """Return who is behind a number of `what` ("both scores"): everybody who answered twice was asked."""
        rule = what if self.stable is None else f"{what}, unchanged by the anchor"
        if self.n_twice > len(self.first):
            rule += ", within the interval"
        return Sample(self.n_twice, n_used, rule)

    @property
    def unchanged(self) -> NDArray[np.bool_]:
        """Who certainly counts as unchanged: unknown is not yes. Everybody without an anchor."""
        if self.stable is None:
            return np.ones(len(self.first), dtype=bool)
        return np.array([flag is True for flag in self.stable], dtype=bool)


def retest_pairs(answers: Responses, plan: RetestPlan) -> RetestPairs:
    """Return the persons who answered at both time points of the plan, in the order of their ids.

    Where the plan limits the interval between the answers, persons outside it, or without both dates, are
    left out.

    Raises
    ------
    propsych.errors.StudyError
        If there are no answers at one of the two time points, nobody at both, or the plan names an anchor or
        an interval and the answers have none.
    """
    first, second = _at_both(answers, plan)
    days = _days(first.persons, second.persons)
    n_twice = len(first)
    if plan.has_limits:
        if days is None:
            what, remedy = "the interval between the answers is limited and there are no dates", "map date"
            raise StudyError(message(what, where="pilot file: retest", remedy=remedy))
        kept = np.flatnonzero(_inside(days, plan))
        if not len(kept):
            what = "nobody answered twice within the interval"
            raise StudyError(message(what, where="pilot file: retest", remedy="check min_days and max_days"))
        first, second, days = _rows(first, kept), _rows(second, kept), days[kept]
    return RetestPairs(first, second, _stable(second.persons, plan), days, _same_mode(first, second), n_twice)


def retest_problems(answers: Responses, plan: RetestPlan, column: str) -> Iterator[Problem]:
    """Yield answers to the anchor that the plan does not declare, and second answers before the first.

    `column` is the anchor's name in the file.
    """
    persons = answers.persons
    if plan.stable and "anchor" in persons:
        declared = {*plan.stable, *plan.changed}
        rows = persons["anchor"].notna() & ~persons["anchor"].isin(declared)
        listed = ", ".join([*plan.stable, *plan.changed])
        for row, person in persons.loc[rows, ["row", "person"]].itertuples(index=False):
            # the value itself may be a person's own words
            yield Problem("unknown_anchor", int(row), str(person), column, detail=listed)
    if "date" not in persons or "time_point" not in persons:
        return
    once = persons.drop_duplicates(["person", "time_point"]).set_index(["person", "time_point"])
    dates = once["date"].unstack()
    if plan.first in dates and plan.second in dates:
        early = dates.index[(dates[plan.second] < dates[plan.first]).to_numpy()]
        for person in early:
            row = once.loc[(person, plan.second), "row"]
            yield Problem("retest_before_test", int(row), str(person))


def _at_both(answers: Responses, plan: RetestPlan) -> tuple[Responses, Responses]:
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
    places = [pd.Index(part.persons["person"]).get_indexer(pd.Index(ids)) for part in (first, second)]
    return _rows(first, places[0]), _rows(second, places[1])


def _rows(answers: Responses, rows: NDArray[np.intp]) -> Responses:
    persons = answers.persons.iloc[rows].reset_index(drop=True)
    return replace(answers, persons=persons, positions=answers.positions[rows])


def _stable(persons: pd.DataFrame, plan: RetestPlan) -> NDArray[np.object_] | None:
    if not plan.stable:
        return None
    if "anchor" not in persons:
        what, remedy = "the answers have no anchor", "map anchor under [answers.columns]"
        raise StudyError(message(what, where="pilot file: retest.stable", remedy=remedy))
    said = persons["anchor"]
    return _flags(said.isin(plan.stable).to_numpy(), said.notna().to_numpy())


def _flags(values: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return True, False, or None where it is unknown."""
    return np.array([bool(v) if k else None for v, k in zip(values, known, strict=True)], dtype=object)


def _days(first: pd.DataFrame, second: pd.DataFrame) -> NDArray[np.float64] | None:
    if "date" not in first or "date" not in second:
        return None
    return np.asarray((second["date"] - first["date"]).dt.days.to_numpy(dtype=float, na_value=np.nan))


def _inside(days: NDArray[np.float64], plan: RetestPlan) -> NDArray[np.bool_]:
    low, high = plan.min_days or 0, np.inf if plan.max_days is None else plan.max_days
    return np.asarray((days >= low) & (days <= high))


def _same_mode(first: Responses, second: Responses) -> NDArray[np.object_] | None:
    if "mode" not in first.persons:
        return None
    a, b = first.persons["mode"], second.persons["mode"]
    return _flags((a.astype(str) == b.astype(str)).to_numpy(dtype=bool), (a.notna() & b.notna()).to_numpy())

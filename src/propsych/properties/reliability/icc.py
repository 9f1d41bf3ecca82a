"""Intraclass correlations of scores by several raters or at several occasions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_level
from propsych.data.ratings import numeric_ratings
from propsych.errors import AnalysisError, message
from propsych.kernels.icc import (
    FORMS,
    all_the_same,
    f_interval,
    f_test,
    icc_from_mean_squares,
    jackknife_interval,
    mean_squares,
)
from propsych.properties.reliability.icc_missing import LEAST_PERSONS, available
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["DEFAULT_INTERVAL", "ICC", "icc"]

Interval = Literal["jackknife", "F", "profile"]
Missing = Literal["listwise", "available"]

DEFAULT_INTERVAL: Interval = "jackknife"
"""The interval that covers best in benchmarks/coverage.py; F presumes normal scores."""

NAMES = {
    "ICC(1,1)": "ICC(1)",
    "ICC(2,1)": "ICC(A,1)",
    "ICC(3,1)": "ICC(C,1)",
    "ICC(1,k)": "ICC(k)",
    "ICC(2,k)": "ICC(A,k)",
    "ICC(3,k)": "ICC(C,k)",
}
"""Shrout & Fleiss's name -> McGraw & Wong's."""
INTERVALS = get_args(Interval)
FEW_PERSONS = 50
"""COSMIN's least number of persons for test-retest reliability."""
NEAR_PERFECT = 0.99


@dataclass(frozen=True, eq=False)
class ICC(Result):
    """All six intraclass correlations of one set of ratings.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a form (``"ICC(2,1)"``): `mcgraw_wong`, `icc`, `F`, `df1`, `df2`, `p`, `lower`, `upper`. F
        and p are NaN where ratings are missing and variance components were used, or where there is no error;
        ICC(.,k) is -inf where the variance of the mean of k ratings is estimated as nothing.
    intervals : mapping of str to pandas.DataFrame
        ``"jackknife"``, ``"F"`` or ``"profile"`` -> lower and upper of each form.
    method : str
        Which of them is in `table`.
    level : float
        Confidence level.
    n_raters : int
        Raters (or occasions): the k of ICC(.,k).
    components : mapping of str to float
        Variances of persons, raters and error behind ICC(2,1).
    sample : Sample
        Persons rated, used, and the missing rule.
    remarks : tuple of str
        Reasons for doubt in these data.
    name : str
        What was rated.
    """

    table: pd.DataFrame
    intervals: Mapping[str, pd.DataFrame]
    method: str
    level: float
    n_raters: int
    components: Mapping[str, float]
    sample: Sample
    remarks: tuple[str, ...] = ()
    name: str = "ratings"

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Intraclass correlations: {self.name}, {self.n_raters} raters"

    def estimate(self, form: str) -> Estimate:
        """Return one coefficient by either of its names, for instance ``"ICC(2,1)"`` or ``"ICC(A,1)"``."""
        both = {other: own for own, other in NAMES.items()}
        own = both.get(form, form)
        if own not in self.table.index:
            remedy = f"use one of {', '.join([*NAMES, *NAMES.values()])}"
            raise AnalysisError(message("no such intraclass correlation", got=repr(form), remedy=remedy))
        numbers = self.table.loc[own, ["icc", "lower", "upper"]].to_numpy(dtype=float)
        value, lower, upper = (float(x) if np.isfinite(x) else None for x in numbers)
        method = f"{own} = {NAMES[own]}, {self.method}"
        if value is None:
            return Estimate(None, None, None, self.level, f"{method}: no value, persons do not vary")
        if upper is None:
            return Estimate(value, None, None, self.level, f"{method}: no interval")
        if lower is None:
            method += ": no lower end"
        return Estimate(value, lower, upper, self.level, method)

    def records(self) -> Iterator[Record]:
        """Yield the six coefficients of property ``reliability`` under ``icc_1_1`` ... ``icc_3_k``."""
        for form in FORMS:
            statistic = "icc_" + form[4:-1].replace(",", "_")
            yield Record("reliability", self.name, "all", statistic, self.estimate(form), self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a form."""
        return self.table.copy()

    def notes(self) -> tuple[str, ...]:
        """Return the sample, which form answers which question, and reasons for doubt."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule}).",
            "ICC(2,1): may one rating stand for another, level included? (test-retest, exchangeable raters)."
            " ICC(3,1): the same if only these raters count and a shift of all scores does no harm."
            " ICC(1,1): each person had other raters. With k: for the mean of all raters.",
            "Reliability follows the spread of the persons: in a more uniform group it is lower with the same"
            " error of measurement.",
            *self.remarks,
        )


def icc(
    data: Any,
    *,
    person: str | None = None,
    rater: str | None = None,
    rating: str | None = None,
    level: float = 0.95,
    missing: Missing = "listwise",
    interval: Interval | None = None,
    name: str = "ratings",
) -> ICC:
    """Estimate all six intraclass correlations, under both naming systems.

    Parameters
    ----------
    data : ItemData, data frame or array_like of shape (n_persons, n_raters)
        Scores; one column a rater or occasion. With `person`, `rater` and `rating`: long rows.
    person, rater, rating : str, optional
        Columns of long rows.
    level : float, default 0.95
        Confidence level.
    missing : {"listwise", "available"}
        Persons with every rating, by mean squares; or all ratings, by restricted maximum likelihood of the
        variance components (ratings missing at random, normal scores).
    interval : {"jackknife", "F", "profile"}, optional
        Which interval stands in the table. The default presumes no distribution; F (of complete ratings) and
        the profile likelihood's (of ratings with gaps) presume normal scores and are too narrow for skewed
        ones: they cover .85 and .8 (docs/coverage.md).
    name : str
        Name of what was rated, for the records.

    Returns
    -------
    ICC

    Raises
    ------
    propsych.errors.AnalysisError
        For one rater, fewer than three persons, a rater without ratings, no variance at all, infinite or
        non-numeric scores, or a (person, rater) that stands twice; with ``missing="available"`` also where
        ratings of a person differ by the raters' levels alone, so that there is no error.

    Notes
    -----
    Shrout & Fleiss (1979), doi:10.1037/0033-2909.86.2.420; McGraw & Wong (1996),
    doi:10.1037/1082-989X.1.1.30; :mod:`propsych.kernels.icc` and
    :mod:`propsych.kernels.variance_components`. Which form answers which question, and when another
    coefficient does: docs/choosing-agreement.md.

    Do not trust it from few persons (COSMIN asks for 50), where the persons hardly differ, or, for ICC(2,.),
    as a statement about raters in general from two or three of them.

    Examples
    --------
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> result = icc(ratings)
    >>> result.table["icc"].round(2).tolist()
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    >>> result.estimate("ICC(A,1)") == result.estimate("ICC(2,1)")
    True
    """
    level = require_level(level)
    require_choice("missing rule", missing, ("listwise", "available"))
    shown = require_choice("interval", DEFAULT_INTERVAL if interval is None else interval, INTERVALS)
    table = numeric_ratings(data, person=person, rater=rater, rating=rating)
    values = np.asarray(table.values, dtype=float)
    _require_ratings(values, table.raters)
    gaps = missing == "available" and bool(np.isnan(values).any())
    if shown == ("F" if gaps else "profile"):
        what = f"with{'' if gaps else 'out'} missing ratings there is no {shown} interval"
        remedy = 'leave out interval, or use missing="listwise"' if gaps else "use jackknife or F"
        raise AnalysisError(message(what, remedy=remedy))
    if gaps:
        return _available(values, table.raters, level, shown, name)
    return _complete(values, table.raters, level, shown, name)


def _require_ratings(values: NDArray[np.float64], raters: tuple[str, ...]) -> None:
    if values.shape[1] < 2:
        remedy = "give one column for each rater or occasion"
        raise AnalysisError(
            message("agreement needs at least two raters", got=str(values.shape[1]), remedy=remedy)
        )
    empty = [raters[j] for j in np.flatnonzero(np.isnan(values).all(axis=0))]
    if empty:
        raise AnalysisError(message("the rater rated nobody", where=empty[0], remedy="leave the rater out"))


def _complete(
    values: NDArray[np.float64], raters_named: tuple[str, ...], level: float, shown: str, name: str
) -> ICC:
    rated = int((~np.isnan(values)).any(axis=1).sum())
    complete = values[~np.isnan(values).any(axis=1)]
    n, k = complete.shape
    _require_estimable(complete, name)
    ms = mean_squares(complete)
    coefficients, test = icc_from_mean_squares(ms), f_test(ms)
    ends = {"jackknife": jackknife_interval(complete, level), "F": f_interval(ms, level)}
    columns = {"mcgraw_wong": list(NAMES.values()), "icc": coefficients, **test._asdict()}
    forms = pd.Index(FORMS, name="form")
    intervals = {key: pd.DataFrame(limits._asdict(), index=forms) for key, limits in ends.items()}
    error = float(ms.error)
    persons, raters = (float(ms.persons) - error) / k, (float(ms.raters) - error) / n
    return ICC(
        table=pd.DataFrame({**columns, **ends[shown]._asdict()}, index=forms),
        intervals=intervals,
        method=shown,
        level=level,
        n_raters=k,
        components={"persons": persons, "raters": raters, "error": error},
        sample=Sample(rated, n, "listwise"),
        remarks=(
            *_constant_raters(complete, raters_named),
            *_no_interval(ends[shown].upper, n, shown),
            *_remarks(coefficients, n, persons),
        ),
        name=name,
    )


def _require_estimable(complete: NDArray[np.float64], name: str) -> None:
    if len(complete) < LEAST_PERSONS:
        what = f"intraclass correlations need at least {LEAST_PERSONS} persons rated by every rater"
        remedy = 'collect more ratings, or use missing="available"'
        raise AnalysisError(message(what, where=name, got=str(len(complete)), remedy=remedy))
    if all_the_same(complete):
        what = "all ratings are the same"
        consequence = "persons cannot be told apart, so reliability is undefined"
        raise AnalysisError(message(what, where=name, consequence=consequence, remedy="check the scores"))


def _available(
    values: NDArray[np.float64], raters_named: tuple[str, ...], level: float, shown: str, name: str
) -> ICC:
    rated = values[(~np.isnan(values)).any(axis=1)]
    n, k = rated.shape
    if n and all_the_same(rated[~np.isnan(rated)]):
        _require_estimable(np.zeros((LEAST_PERSONS, k)), name)
    found = available(rated, level, shown, name)
    nan = np.full(len(FORMS), np.nan)
    ends = {"lower": found.lower, "upper": found.upper}
    columns = {"mcgraw_wong": list(NAMES.values()), "icc": found.coefficients}
    columns |= {"F": nan, "df1": nan, "df2": nan, "p": nan, **ends}
    forms = pd.Index(FORMS, name="form")
    lost = "Ratings are missing: restricted maximum likelihood, which takes them as missing at random."
    return ICC(
        table=pd.DataFrame(columns, index=forms),
        intervals={shown: pd.DataFrame(ends, index=forms)},
        method=shown,
        level=level,
        n_raters=k,
        components=found.components,
        sample=Sample(n, n, "all ratings, restricted maximum likelihood"),
        remarks=(
            lost,
            *_constant_raters(rated, raters_named),
            *_no_interval(found.upper, n, shown),
            *_remarks(found.coefficients, n, found.components["persons"]),
        ),
        name=name,
    )


def _constant_raters(values: NDArray[np.float64], raters: tuple[str, ...]) -> Iterator[str]:
    for j in np.flatnonzero(np.nanmax(values, axis=0) == np.nanmin(values, axis=0)):
        yield f"{raters[j]} gives everybody the same rating, which tells nobody apart."


def _no_interval(upper: NDArray[np.float64], n: int, shown: str) -> Iterator[str]:
    lost = [form for form, end in zip(FORMS, upper, strict=True) if not np.isfinite(end)]
    if lost and n <= LEAST_PERSONS and shown == "jackknife":
        yield f"With {n} persons there is no jackknife interval."
    elif lost:
        yield f"No interval of {', '.join(lost)}: nothing varies, or all hangs on one person."


def _remarks(coefficients: NDArray[np.float64], n: int, persons: float) -> Iterator[str]:
    if n < FEW_PERSONS:
        yield f"Do not rely on it: {n} persons are few (COSMIN asks for {FEW_PERSONS})."
    if not persons > 0:
        yield "The persons differ no more than the ratings of one person do: these ratings tell nobody apart."
    elif np.nanmin(coefficients[:3]) < 0:
        yield "A coefficient is negative: raters differ more than persons do."
    if np.nanmax(coefficients[:3]) > NEAR_PERFECT:
        yield "Agreement is near perfect: check that the ratings are independent and not copies."

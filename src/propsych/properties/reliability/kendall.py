"""Kendall's coefficient of concordance: whether raters put persons into the same order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from propsych.data.arguments import require_level
from propsych.data.ratings import numeric_ratings
from propsych.errors import AnalysisError, message
from propsych.kernels import kendall_w as kernel
from propsych.kernels.icc import all_the_same
from propsych.kernels.jackknife import jackknife
from propsych.properties.reliability.agreement_interval import ends, jackknife_estimate
from propsych.properties.reliability.agreement_notes import few_persons
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["KendallW", "kendall_w"]

LEAST_PERSONS = 3
"""With two, leaving one out leaves no order."""
LEAST_FOR_TEST = 8
"""The chi-squared approximation is for more than seven persons."""


@dataclass(frozen=True, eq=False)
class KendallW(Result):
    """Kendall's W, corrected for ties.

    Attributes
    ----------
    name : str
        What was rated.
    estimate : float
        W, from 0 to 1.
    interval : tuple of (float, float)
        NaN where there is none.
    intervals : mapping of str to Estimate
        ``"jackknife"``.
    level : float
        Confidence level.
    chi2, df, p : float, int, float
        Large-sample test that raters order persons at random.
    uncorrected : float
        W without the correction for ties: too low.
    mean_spearman : float
        (r W - 1) / (r - 1) for r raters: the mean rank correlation of two of them, if no rater gives ties.
    n_raters : int
        Raters.
    sample : Sample
        Persons with any rating, and with every one.
    remarks : tuple of str
        Reasons for doubt.
    """

    name: str
    estimate: float
    interval: tuple[float, float]
    intervals: Mapping[str, Estimate]
    level: float
    chi2: float
    df: int
    p: float
    uncorrected: float
    mean_spearman: float
    n_raters: int
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Kendall's W of {self.n_raters} raters: {self.name}"

    def records(self) -> Iterator[Record]:
        """Yield W under property ``reliability``."""
        yield Record("reliability", self.name, "all", "kendall_w", self.intervals["jackknife"], self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row: W, its interval and its test."""
        low, high = self.interval
        row = {
            "w": self.estimate,
            "lower": low,
            "upper": high,
            "chi2": self.chi2,
            "df": self.df,
            "p": self.p,
            "mean_spearman": self.mean_spearman,
        }
        return pd.DataFrame([row], index=pd.Index([self.name], name="name"))

    def notes(self) -> tuple[str, ...]:
        """Return the sample and reasons for doubt."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons have all {self.n_raters} ratings.",
            "W compares orders: raters who differ by a constant, or in how far apart they put persons, agree"
            " perfectly.",
            *self.remarks,
        )


def kendall_w(
    data: Any,
    *,
    person: str | None = None,
    rater: str | None = None,
    rating: str | None = None,
    level: float = 0.95,
    name: str = "rating",
) -> KendallW:
    """Estimate Kendall's W: how far raters put the same persons into the same order.

    Parameters
    ----------
    data : data frame or array_like, shape (n_persons, n_raters)
        Wide: one row a person, one column a rater; numbers. Long with `person`, `rater`, `rating`. Persons
        without all ratings are left out. Equal numbers are ties: round means and sums of fractions first.
    person, rater, rating : str, optional
        Columns of long rows; all three or none.
    level : float, default 0.95
        Confidence level.
    name : str
        What was rated, for records and messages.

    Returns
    -------
    KendallW

    Raises
    ------
    propsych.errors.AnalysisError
        For one rater, fewer than three complete persons, a rater who gives everybody the same rating, or
        ratings that are no numbers.

    Notes
    -----
    Kernel: :func:`propsych.kernels.kendall_w.kendall_w`. W is between 0 and 1 and rises by chance to 1 / r
    for r raters, so it is no reliability: two raters without any relation have about 0.5. Use an ICC or a
    weighted kappa when the level of the ratings matters.

    The interval is Student's t on Fisher's z scale around a jackknife of persons; it covers .95 to .96 with
    two to five raters, five categories and 60 persons.

    Examples
    --------
    >>> ratings = [[1, 2, 1], [2, 3, 2], [3, 3, 4], [4, 5, 3], [5, 4, 5]]
    >>> round(kendall_w(ratings).estimate, 3)
    0.864
    """
    level = require_level(level)
    table = numeric_ratings(data, person=person, rater=rater, rating=rating)
    missing = np.isnan(table.values)
    complete = table.values[~missing.any(axis=1)]
    for j in np.flatnonzero(missing.all(axis=0)):
        remedy = "leave the rater out"
        raise AnalysisError(message("a rater has no ratings", where=table.raters[j], remedy=remedy))
    _require_orders(complete, table.raters, name)
    fit = kernel.kendall_w(complete)
    estimate = jackknife_estimate(fit.w, jackknife(kernel.kendall_w_left_out(complete)), level, 0.0)
    return KendallW(
        name=name,
        estimate=fit.w,
        interval=ends(estimate),
        intervals={"jackknife": estimate},
        level=level,
        chi2=fit.chi2,
        df=fit.df,
        p=fit.p,
        uncorrected=fit.uncorrected,
        mean_spearman=fit.mean_spearman,
        n_raters=len(table.raters),
        sample=Sample(int((~missing.all(axis=1)).sum()), len(complete), "listwise"),
        remarks=tuple(_remarks(len(complete), len(table.raters), estimate)),
    )


def _require_orders(complete: np.ndarray[Any, Any], raters: tuple[str, ...], name: str) -> None:
    if len(raters) < 2:
        raise AnalysisError(message("agreement needs two raters", where=name, remedy="add ratings"))
    if len(complete) < LEAST_PERSONS:
        what = f"W needs at least {LEAST_PERSONS} persons with every rating"
        got = str(len(complete))
        raise AnalysisError(message(what, where=name, got=got, remedy="collect more ratings"))
    for j in (j for j in range(len(raters)) if all_the_same(complete[:, j])):
        what, remedy = "the rater gives everybody the same rating", "leave the rater out"
        raise AnalysisError(message(what, where=raters[j], consequence="that is no order", remedy=remedy))


def _remarks(n: int, r: int, estimate: Estimate) -> Iterator[str]:
    yield from few_persons(n)
    if n < LEAST_FOR_TEST:
        yield f"With {n} persons the chi-squared test is not to be trusted."
    yield f"Without any agreement W is about {1 / r:.2f} with {r} raters, not 0."
    if estimate.lower is None and estimate.value == 1.0:
        yield "All raters have the same order, so there is no interval; that is no certainty."
    elif estimate.lower is None:
        yield "There is no interval: W is the same, or does not exist, without some person."

"""Agreement of any number of raters: percent, Brennan-Prediger, Fleiss, Conger, Gwet, Krippendorff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_level
from propsych.kernels import agreement as kernel
from propsych.kernels.agreement_weights import WEIGHTS
from propsych.kernels.jackknife import Jackknife, jackknife
from propsych.kernels.proportions import t_quantile
from propsych.properties.reliability.agreement_interval import (
    DEFAULT_INTERVAL,
    INTERVALS,
    jackknife_estimate,
    large_sample_estimate,
)
from propsych.properties.reliability.agreement_notes import (
    constant_raters,
    crowded,
    few_persons,
    near_perfect,
)
from propsych.properties.reliability.rated import Columns, Rated, declared_ratings, weights_of
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["COEFFICIENTS", "Agreement", "agreement"]

COEFFICIENTS = {
    "percent": "percent_agreement",
    "brennan_prediger": "brennan_prediger",
    "fleiss": "fleiss_kappa",
    "conger": "conger_kappa",
    "gwet": "gwet_ac",
    "krippendorff": "krippendorff_alpha",
}
"""Kernel's name -> name of the record. Two raters: Conger's is Cohen's kappa, Fleiss' is Scott's pi."""

PAIRED_ONLY = ("percent", "brennan_prediger", "krippendorff")
"""Those that a person with one rating is no part of."""


@dataclass(frozen=True, eq=False)
class Agreement(Result):
    """Coefficients of agreement of several raters.

    Attributes
    ----------
    name : str
        What was rated.
    weights : str
        ``"unweighted"``, ``"linear"``, ``"quadratic"`` ...
    estimates : mapping of str to Estimate
        Coefficient -> value with the interval that was asked for.
    intervals : mapping of str to mapping of str to Estimate
        ``"jackknife"`` and ``"delta"`` (Gwet's, Student's t, cut at 1) -> coefficient -> estimate.
    method : str
        Which interval `estimates` holds.
    coefficients : pandas.DataFrame
        One row a coefficient: estimate, lower, upper, se (Gwet's), observed, expected, n_used.
    samples : mapping of str to Sample
        Coefficient -> persons behind it.
    n_raters : int
        Raters.
    n_pairable : int
        Persons with two ratings or more; those with one tell about chance agreement only.
    remarks : tuple of str
        Reasons for doubt.
    """

    name: str
    weights: str
    estimates: Mapping[str, Estimate]
    intervals: Mapping[str, Mapping[str, Estimate]]
    method: str
    coefficients: pd.DataFrame
    samples: Mapping[str, Sample]
    n_raters: int
    n_pairable: int
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Agreement of {self.n_raters} raters, {self.weights}: {self.name}"

    @property
    def sample(self) -> Sample:
        """Persons with any rating."""
        return self.samples["fleiss_kappa"]

    def __getitem__(self, coefficient: str) -> Estimate:
        return self.estimates[coefficient]

    def records(self) -> Iterator[Record]:
        """Yield every coefficient under property ``reliability``; weights stand in the name."""
        suffix = "" if self.weights == "unweighted" else f"_{self.weights}"
        for coefficient, estimate in self.estimates.items():
            sample = self.samples[coefficient]
            yield Record("reliability", self.name, "all", coefficient + suffix, estimate, sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient."""
        return self.coefficients.copy()

    def notes(self) -> tuple[str, ...]:
        """Return the sample, how chance is counted, and reasons for doubt."""
        return (
            f"{self.sample.n_used} persons have a rating, {self.n_pairable} of them two or more from"
            f" {self.n_raters} raters; every rating is used.",
            "The coefficients differ in what they count as agreement by chance: choose one before looking.",
            *self.remarks,
        )


def agreement(
    data: Any,
    *,
    categories: Iterable[Any],
    weights: str = "unweighted",
    person: str | None = None,
    rater: str | None = None,
    rating: str | None = None,
    level: float = 0.95,
    interval: str = DEFAULT_INTERVAL,
    name: str = "rating",
) -> Agreement:
    """Estimate how far two or more raters agree, beyond chance, with or without missing ratings.

    Parameters
    ----------
    data : data frame or array_like, shape (n_persons, n_raters)
        Wide: one row a person, one column a rater; numbers or text. Long with `person`, `rater`, `rating`.
    categories : iterable
        Every category that could be chosen, in order, used or not.
    weights : {"unweighted", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"}
        What a near miss is worth, from the scores of the categories: the numbers themselves, or 1, 2, ... for
        text. Unweighted Gwet is AC1, weighted AC2.
    person, rater, rating : str, optional
        Columns of long rows; all three or none.
    level : float, default 0.95
        Confidence level.
    interval : {"jackknife", "delta"}
        Delete-one jackknife on Fisher's z scale, or Gwet's linearised one.
    name : str
        What was rated, for records and messages.

    Returns
    -------
    Agreement

    Raises
    ------
    propsych.errors.AnalysisError
        For undeclared categories, a rating outside them, one rater, a rater without ratings, fewer than three
        persons with two ratings, ratings in one category only, duplicate (person, rater) rows, ratio weights
        of scores below 0, or an unknown argument.

    Notes
    -----
    Sources: :func:`propsych.kernels.agreement.agreement`. Which coefficient answers which question
    (docs/choosing-agreement.md says more):

    * percent agreement: how often do two raters say the same? No correction; high by chance where one
      category is common.
    * Cohen (two raters), Conger (more): beyond what these raters' own habits would give.
    * Fleiss: raters are interchangeable, for instance others for each person.
    * Krippendorff: the same, corrected for small samples, and with missing ratings; the one to report when
      unsure.
    * Gwet AC1/AC2, Brennan-Prediger (two raters: the prevalence-adjusted kappa): where nearly all ratings
      are in one category. They count little of that as chance, so they are higher: report them beside the
      others, not instead.

    Do not trust an unweighted coefficient of ordered categories: it counts a near miss as a miss. Gwet's
    interval is much too wide for percent, Brennan-Prediger and AC when some persons have one rating only (it
    covers up to 1.00), and too narrow for few persons and skewed categories (.91); the default covers .94 to
    .97.

    Examples
    --------
    >>> ratings = [[1, 1, 1], [2, 2, 3], [3, 3, 3], [1, 2, 1], [4, 4, 4], [2, 2, None]]
    >>> result = agreement(ratings, categories=range(1, 5))
    >>> round(result["krippendorff_alpha"].value, 3), round(result["gwet_ac"].value, 3)
    (0.701, 0.706)
    """
    level = require_level(level)
    require_choice("weights", weights, WEIGHTS)
    require_choice("interval", interval, INTERVALS)
    rated = declared_ratings(data, categories, Columns(person, rater, rating), name)
    W = weights_of(rated.categories, weights)
    fit, n = kernel.agreement(rated.positions, W), _behind(rated)
    ends = _intervals(rated, fit, W, level)
    chosen = ends[interval]
    table = {
        "estimate": fit.estimate,
        "lower": np.array([e.lower for e in chosen.values()], dtype=float),
        "upper": np.array([e.upper for e in chosen.values()], dtype=float),
        "se": fit.se,
        "observed": fit.observed,
        "expected": fit.expected,
        "n_used": n,
    }
    samples = {
        key: Sample(rated.n_rated, int(used), "all ratings" if all_used else "two ratings or more")
        for key, used, all_used in zip(COEFFICIENTS.values(), n, n == rated.n_rated, strict=True)
    }
    index = pd.Index(COEFFICIENTS.values(), name="coefficient")
    return Agreement(
        name=name,
        weights=weights,
        estimates=chosen,
        intervals=ends,
        method=interval,
        coefficients=pd.DataFrame(table, index=index),
        samples=samples,
        n_raters=len(rated.raters),
        n_pairable=rated.n_pairable,
        remarks=tuple(_remarks(rated, weights, chosen)),
    )


def _intervals(
    rated: Rated, fit: kernel.Agreement, W: np.ndarray[Any, Any], level: float
) -> dict[str, dict[str, Estimate]]:
    left_out = kernel.agreement_left_out(rated.positions, W)
    # who has one rating is no person of the coefficients that it tells nothing about
    m = (rated.positions >= 0).sum(axis=1)
    counts = (m[m > 0, None] >= 2) | ~np.isin(list(COEFFICIENTS), PAIRED_ONLY)
    spread = jackknife(left_out, counts.astype(float))
    half = t_quantile(level, fit.n - 1) * fit.se
    ends: dict[str, dict[str, Estimate]] = {name: {} for name in INTERVALS}
    for k, key in enumerate(COEFFICIENTS.values()):
        value = float(fit.estimate[k])
        one = Jackknife(spread.se[k], spread.df[k])
        least = 0.0 if key == "percent_agreement" else -1.0
        ends["jackknife"][key] = jackknife_estimate(value, one, level, least)
        ends["delta"][key] = large_sample_estimate(
            value, float(half[k]), level, "Gwet's linearised, Student's t", least
        )
    return ends


def _behind(rated: Rated) -> NDArray[np.int64]:
    """Return the persons behind each coefficient."""
    return np.array([rated.n_pairable if key in PAIRED_ONLY else rated.n_rated for key in COEFFICIENTS])


def _remarks(rated: Rated, weights: str, chosen: Mapping[str, Estimate]) -> Iterator[str]:
    yield from few_persons(rated.n_pairable)
    yield from crowded(rated.shares)
    yield from constant_raters(rated.positions, rated.raters)
    yield from near_perfect(rated.n_disagreeing)
    lost = [key for key, estimate in chosen.items() if estimate.lower is None]
    if lost and rated.n_disagreeing:
        yield f"No interval of {', '.join(lost)}: nothing varies, or all hangs on one person."
    single = rated.n_rated - rated.n_pairable
    if single:
        yield (
            f"{single} persons have one rating only: they count for chance agreement, and Gwet's interval"
            " (delta) is too wide because of them."
        )
    if weights != "unweighted":
        q = len(rated.categories.labels)
        yield f"Weighted coefficients depend on the weights ({weights}) and the number of categories ({q})."

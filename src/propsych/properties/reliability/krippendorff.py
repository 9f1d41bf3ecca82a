"""Krippendorff's alpha with his own metrics, for any number of raters and missing ratings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from propsych.data.arguments import require_choice, require_level
from propsych.errors import AnalysisError, message
from propsych.kernels.jackknife import jackknife
from propsych.kernels.krippendorff import METRICS, krippendorff_left_out
from propsych.kernels.krippendorff import krippendorff_alpha as alpha_of
from propsych.properties.reliability.agreement_interval import ends, jackknife_estimate
from propsych.properties.reliability.agreement_notes import (
    constant_raters,
    crowded,
    few_persons,
    near_perfect,
)
from propsych.properties.reliability.rated import Columns, Rated, declared_ratings
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["KrippendorffAlpha", "krippendorff_alpha"]


@dataclass(frozen=True, eq=False)
class KrippendorffAlpha(Result):
    """Krippendorff's alpha.

    Attributes
    ----------
    name : str
        What was rated.
    level_of_measurement : str
        ``"nominal"``, ``"ordinal"``, ``"interval"`` or ``"ratio"``.
    estimate : float
        Alpha: 1 perfect, 0 as chance, below 0 systematic disagreement.
    interval : tuple of (float, float)
        NaN where nobody disagrees.
    intervals : mapping of str to Estimate
        ``"jackknife"``.
    level : float
        Confidence level.
    observed, expected : float
        Disagreement seen, and by chance.
    n_ratings : int
        Pairable ratings.
    n_raters : int
        Raters.
    sample : Sample
        Persons with any rating, and with two or more.
    remarks : tuple of str
        Reasons for doubt.
    """

    name: str
    level_of_measurement: str
    estimate: float
    interval: tuple[float, float]
    intervals: Mapping[str, Estimate]
    level: float
    observed: float
    expected: float
    n_ratings: int
    n_raters: int
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Krippendorff's alpha, {self.level_of_measurement}: {self.name}"

    def records(self) -> Iterator[Record]:
        """Yield alpha under property ``reliability``."""
        statistic = f"krippendorff_alpha_{self.level_of_measurement}_metric"
        yield Record("reliability", self.name, "all", statistic, self.intervals["jackknife"], self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row: alpha, its interval, disagreement, ratings."""
        low, high = self.interval
        row = {
            "alpha": self.estimate,
            "lower": low,
            "upper": high,
            "observed": self.observed,
            "expected": self.expected,
            "n_ratings": self.n_ratings,
        }
        return pd.DataFrame([row], index=pd.Index([self.level_of_measurement], name="level_of_measurement"))

    def notes(self) -> tuple[str, ...]:
        """Return the sample and reasons for doubt."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons rated have two ratings or more"
            f" ({self.n_ratings} ratings of {self.n_raters} raters).",
            *self.remarks,
        )


def krippendorff_alpha(
    data: Any,
    *,
    level_of_measurement: str,
    categories: Iterable[Any],
    person: str | None = None,
    rater: str | None = None,
    rating: str | None = None,
    level: float = 0.95,
    name: str = "rating",
) -> KrippendorffAlpha:
    """Estimate Krippendorff's alpha: agreement of interchangeable raters beyond chance.

    Parameters
    ----------
    data : data frame or array_like, shape (n_persons, n_raters)
        Wide: one row a person, one column a rater; None or NaN where missing. Long with `person`, `rater`,
        `rating`.
    level_of_measurement : {"nominal", "ordinal", "interval", "ratio"}
        How disagreement grows: not at all, with the ratings between two categories, with the squared
        difference of scores, or of scores relative to their sum.
    categories : iterable
        Every category, in order. Unused ones do not change alpha.
    person, rater, rating : str, optional
        Columns of long rows; all three or none.
    level : float, default 0.95
        Confidence level.
    name : str
        What was rated, for records and messages.

    Returns
    -------
    KrippendorffAlpha

    Raises
    ------
    propsych.errors.AnalysisError
        As :func:`~propsych.properties.reliability.agreement.agreement`; and for interval and ratio of
        text categories, or ratio of scores below 0.

    Notes
    -----
    Krippendorff (2011), Computing Krippendorff's alpha-reliability; kernel:
    :func:`propsych.kernels.krippendorff.krippendorff_alpha`. His ordinal metric counts the ratings that lie
    between two categories, so it moves with the sample; Gwet's ordinal weights (`agreement` with weights
    "ordinal") count the categories between and do not. On the same ratings the two give, for instance, .815
    and .834: both are right for what they define, so say which one it is. Nominal, and interval with
    quadratic weights, agree.

    Do not trust alpha where nearly all ratings are in one category, or with few disagreements. The interval
    is Student's t on Fisher's z scale around a jackknife that leaves out one person at a time.

    Examples
    --------
    >>> ratings = [[1, 1, None], [2, 2, 3], [3, 3, 3], [1, 2, 1], [4, 4, 4], [2, 2, 2]]
    >>> result = krippendorff_alpha(ratings, level_of_measurement="ordinal", categories=range(1, 5))
    >>> round(result.estimate, 3)
    0.876
    """
    level = require_level(level)
    metric = require_choice("level of measurement", level_of_measurement, METRICS)
    rated = declared_ratings(data, categories, Columns(person, rater, rating), name)
    _require_scores(rated, metric)
    fit = alpha_of(rated.positions, rated.categories.scores, metric)
    spread = jackknife(krippendorff_left_out(rated.positions, rated.categories.scores, metric))
    estimate = jackknife_estimate(fit.alpha, spread, level)
    return KrippendorffAlpha(
        name=name,
        level_of_measurement=metric,
        estimate=fit.alpha,
        interval=ends(estimate),
        intervals={"jackknife": estimate},
        level=level,
        observed=fit.observed,
        expected=fit.expected,
        n_ratings=fit.n_values,
        n_raters=len(rated.raters),
        sample=Sample(rated.n_rated, fit.n_units, "two ratings or more"),
        remarks=tuple(_remarks(rated, metric)),
    )


def _require_scores(rated: Rated, metric: str) -> None:
    if metric in ("nominal", "ordinal"):
        return
    labels, scores = rated.categories
    if isinstance(labels[0], str):
        remedy = "declare the categories as numbers, or use ordinal"
        raise AnalysisError(message(f"{metric} measurement of text categories", remedy=remedy))
    if metric == "ratio" and scores.min() < 0:
        remedy = "use interval, or scores from 0"
        raise AnalysisError(message("ratio measurement of scores below 0", remedy=remedy))


def _remarks(rated: Rated, metric: str) -> Iterator[str]:
    yield from few_persons(rated.n_pairable)
    yield from crowded(rated.shares)
    yield from constant_raters(rated.positions, rated.raters)
    yield from near_perfect(rated.n_disagreeing)
    if metric == "ordinal":
        yield "The ordinal metric is Krippendorff's; with Gwet's ordinal weights the number is another."

"""Bland-Altman limits of agreement as a result, with the picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_level
from propsych.data.paired import differences, paired_scores
from propsych.kernels.bland_altman import limits_of_agreement, proportional_bias
from propsych.kernels.resampling import Limits
from propsych.result import Estimate, Record, Result, Sample, freeze

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BlandAltman", "bland_altman"]

FEW_PERSONS = 50


@dataclass(frozen=True, eq=False)
class BlandAltman(Result):
    """Limits of agreement of two measurements of the same persons.

    Attributes
    ----------
    name : str
        What was measured.
    bias : Estimate
        Mean of second minus first.
    lower, upper : Estimate
        The limits, with jackknife intervals that presume no distribution of the differences.
    exact, approximate : dict of str to Estimate
        ``"lower"`` and ``"upper"`` with the exact intervals of Carkeet (2015), of each limit by itself and
        not of the pair, and the approximate ones of Bland & Altman (1999); both presume normal differences
        and cover .87 on skewed scores.
    proportional_bias : Estimate
        Slope of the differences on the persons' means, with the jackknife's interval.
    proportional_p : float
        Its two-sided p value, which agrees with the interval; NaN where the means do not vary, or the
        differences lie on a line.
    agreement : float
        Share of differences that the limits are to hold.
    means, differences : ndarray of float, shape (n,)
        The points of the picture: single persons.
    sample : Sample
    """

    name: str
    bias: Estimate
    lower: Estimate
    upper: Estimate
    exact: dict[str, Estimate]
    approximate: dict[str, Estimate]
    proportional_bias: Estimate
    proportional_p: float
    agreement: float
    means: NDArray[np.float64]
    differences: NDArray[np.float64]
    sample: Sample

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Bland-Altman limits of agreement: {self.name}"

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``measurement_error``."""
        numbers = {
            "bias": self.bias,
            "loa_lower": self.lower,
            "loa_upper": self.upper,
            "proportional_bias": self.proportional_bias,
        }
        for statistic, estimate in numbers.items():
            yield Record("measurement_error", self.name, "all", statistic, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number, with its interval; the limits with both kinds."""
        rows = {
            "bias": self.bias,
            "lower": self.lower,
            "upper": self.upper,
            "lower_exact": self.exact["lower"],
            "upper_exact": self.exact["upper"],
            "lower_approximate": self.approximate["lower"],
            "upper_approximate": self.approximate["upper"],
            "proportional_bias": self.proportional_bias,
        }
        table = {name: [e.value, e.lower, e.upper] for name, e in rows.items()}
        columns = ["value", "interval_lower", "interval_upper"]
        return pd.DataFrame.from_dict(table, orient="index", columns=columns).astype(float)

    def notes(self) -> tuple[str, ...]:
        """Return the sample, what the limits mean, and reasons for doubt."""
        notes = [
            f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule}).",
            f"The limits are to hold {self.agreement:.0%} of the differences, if these are normal and spread"
            " alike at all scores.",
        ]
        if self.sample.n_used < FEW_PERSONS:
            few = f"{self.sample.n_used} persons are few (COSMIN asks for {FEW_PERSONS})"
            notes.append(f"Do not rely on the limits: {few}.")
        if np.ptp(self.differences) == 0:
            notes.append("All differences are the same: check that the scores are no copies.")
        slope, low, high = (getattr(self.proportional_bias, part) for part in ("value", "lower", "upper"))
        if slope and low is None and np.ptp(self.differences) > 0:
            notes.append(
                "The differences lie on a line over the scores, so one pair of limits does not fit all"
                " scores: check that both measurements vary and that none is made from the other."
            )
        if low is not None and high is not None and not low <= 0.0 <= high:
            notes.append(
                "The difference changes with the score, so one pair of limits does not fit all scores."
            )
        return tuple(notes)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each person's difference against the mean, with bias, limits and their intervals.

        The points are single persons: this picture is not for publication of a small group.
        """
        from propsych.plotting import agreement_plot

        lines = [(e.value, e.lower, e.upper) for e in (self.bias, self.lower, self.upper)]
        return agreement_plot(self.means, self.differences, lines, ax=ax)


def bland_altman(
    x: Any, y: Any, *, level: float = 0.95, agreement: float = 0.95, name: str = "score"
) -> BlandAltman:
    """Return Bland-Altman limits of agreement of two measurements, d = y - x.

    Parameters
    ----------
    x, y : pandas Series or array_like of shape (n_persons,)
        First and second score; two Series must share their index. NaN where missing.
    level : float, default 0.95
        Confidence level of every interval.
    agreement : float, default 0.95
        Share of differences that the limits are to hold.
    name : str
        Id of the score, for the records.

    Returns
    -------
    BlandAltman

    Raises
    ------
    propsych.errors.AnalysisError
        If lengths or persons differ, fewer than three persons have both scores, or a number is infinite.

    Notes
    -----
    :func:`propsych.kernels.bland_altman.limits_of_agreement`. Do not trust the limits where differences are
    not normal or grow with the score (see `proportional_bias` and the picture).

    Examples
    --------
    >>> result = bland_altman([10, 20, 30, 40, 50], [12, 19, 31, 38, 52])
    >>> round(result.bias.value, 2)
    0.4
    """
    level, agreement = require_level(level), require_level(agreement, "the share of differences")
    paired = paired_scores(x, y)
    d, mean = differences(paired.values), paired.values.mean(axis=1)
    none = np.ptp(d) == 0
    found, slope = limits_of_agreement(d, agreement, level), proportional_bias(d, mean, level)

    def estimate(value: float, ends: Limits, method: str) -> Estimate:
        if none or np.isnan(ends[0]):
            point = None if np.isnan(value) else value
            return Estimate(point, None, None, level, f"{method}: no interval")
        point, lower, upper = (float(x) for x in (value, *ends))
        return Estimate(point, lower, upper, level, method)

    exact, rough = "exact, noncentral t (Carkeet 2015)", "approximate (Bland & Altman 1999)"
    return BlandAltman(
        name=name,
        bias=estimate(found.mean, found.mean_ends, "second minus first, Student's t"),
        lower=estimate(found.lower, found.jackknife_lower_ends, "jackknife"),
        upper=estimate(found.upper, found.jackknife_upper_ends, "jackknife"),
        exact={
            "lower": estimate(found.lower, found.exact_lower_ends, exact),
            "upper": estimate(found.upper, found.exact_upper_ends, exact),
        },
        approximate={
            "lower": estimate(found.lower, found.lower_ends, rough),
            "upper": estimate(found.upper, found.upper_ends, rough),
        },
        proportional_bias=estimate(slope.slope, slope.jackknife_limits, "least squares, jackknife"),
        proportional_p=slope.jackknife_p,
        agreement=agreement,
        means=freeze(mean),
        differences=freeze(d),
        sample=Sample(paired.n_persons, found.n, "both scores"),
    )

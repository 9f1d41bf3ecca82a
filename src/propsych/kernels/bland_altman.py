"""Bland-Altman limits of agreement with approximate and exact intervals, and proportional bias."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.jackknife import jackknife
from propsych.kernels.resampling import Limits, transformed_interval

__all__ = [
    "LimitsOfAgreement",
    "ProportionalBias",
    "concordance",
    "exact_factors",
    "limits_of_agreement",
    "proportional_bias",
]

Floats = NDArray[np.float64]
EPS = float(np.finfo(float).eps)


class LimitsOfAgreement(NamedTuple):
    """Limits of agreement of differences, in score points.

    `lower_ends` and `upper_ends` are the two ends of the interval of the lower and of the upper limit.
    """

    n: int
    mean: float
    sd: float
    mean_ends: Limits
    lower: float
    upper: float
    se: float
    lower_ends: Limits
    upper_ends: Limits
    exact_lower_ends: Limits
    exact_upper_ends: Limits
    jackknife_lower_ends: Limits
    jackknife_upper_ends: Limits


class ProportionalBias(NamedTuple):
    """Slope of the differences on the persons' means.

    `se`, `limits` and `p` presume that the differences spread alike at all scores; the other two do not.
    """

    slope: float
    se: float
    limits: Limits
    p: float
    jackknife_limits: Limits
    jackknife_p: float


def limits_of_agreement(d: Floats, agreement: float = 0.95, level: float = 0.95) -> LimitsOfAgreement:
    r"""Return the limits of agreement of differences `d` of shape (n,), n at least 3.

    Notes
    -----
    Bland & Altman (1999), doi:10.1177/096228029900800204: the limits are mean -/+ z s with the normal
    quantile of `agreement`; the variance of a limit is :math:`s^2 (1/n + z^2 / (2 (n - 1)))`, with Student's
    t. Exact intervals: Carkeet (2015), doi:10.1097/OPX.0000000000000513: each limit by itself is a normal
    quantile, whose interval comes from the noncentral t distribution; it is wider outwards than inwards. (His
    intervals of both limits as a pair come from two-sided tolerance factors and are others.) Both presume
    normal differences; the jackknife does not.
    """
    n = len(d)
    mean, sd = float(d.mean()), float(d.std(ddof=1))
    z = float(special.ndtri((1.0 + agreement) / 2.0))
    t = float(special.stdtrit(n - 1.0, (1.0 + level) / 2.0))
    se = sd * float(np.sqrt(1.0 / n + z**2 / (2.0 * (n - 1.0))))
    lower, upper, half = mean - z * sd, mean + z * sd, t * sd / np.sqrt(n)
    inner, outer = exact_factors(n, agreement, level)
    return LimitsOfAgreement(
        n,
        mean,
        sd,
        _around(mean, half),
        lower,
        upper,
        se,
        _around(lower, t * se),
        _around(upper, t * se),
        Limits(np.asarray(mean - outer * sd), np.asarray(mean - inner * sd)),
        Limits(np.asarray(mean + inner * sd), np.asarray(mean + outer * sd)),
        *_jackknife_ends(d, z, level),
    )


def _jackknife_ends(d: Floats, z: float, level: float) -> tuple[Limits, Limits]:
    """Return intervals of mean - z s and mean + z s that presume no distribution of the differences."""
    n = len(d)
    x = d - d.mean()
    means = d.mean() - x / (n - 1.0)
    # leaving one out takes its square away and moves the mean
    variance = (np.square(x).sum() - np.square(x) * n / (n - 1.0)) / (n - 2.0)
    sd = np.sqrt(np.maximum(variance, 0.0))
    found = []
    for sign in (-1.0, 1.0):
        spread = jackknife(means + sign * z * sd)
        centre = float(d.mean() + sign * z * d.std(ddof=1))
        found.append(transformed_interval(centre, spread.se, level, df=spread.df))
    return found[0], found[1]


def _around(centre: float, half: float) -> Limits:
    return Limits(np.asarray(centre - half), np.asarray(centre + half))


def exact_factors(n: int, agreement: float = 0.95, level: float = 0.95) -> tuple[float, float]:
    """Return by how many standard deviations the exact interval of a limit lies from the mean: inner, outer.

    The limit mean + z sigma is exceeded by c s where (mean - limit) / (s / sqrt n) has a noncentral t
    distribution with n - 1 degrees of freedom and noncentrality z sqrt n.

    Examples
    --------
    >>> inner, outer = exact_factors(20)
    >>> bool(inner < 1.96 < outer)
    True
    """
    root = float(np.sqrt(n))
    shift = float(special.ndtri((1.0 + agreement) / 2.0)) * root
    tail = (1.0 - level) / 2.0
    ends = special.nctdtrit(n - 1.0, shift, np.array([tail, 1.0 - tail])) / root
    return float(ends[0]), float(ends[1])


def proportional_bias(d: Floats, mean: Floats, level: float = 0.95) -> ProportionalBias:
    """Return the least-squares slope of differences on means; NaN where the means do not vary.

    A slope other than 0 says that the difference grows with the score, or that one occasion spreads more.
    Differences that lie on a line have a slope, and no standard error. The jackknife leaves each person out
    of the regression; where the spread of the differences changes with the score, as at the end of a
    scale, Student's interval covers .83 instead of .95.
    """
    n, nan = len(d), float("nan")
    none = Limits(np.asarray(nan), np.asarray(nan))
    x, y = mean - mean.mean(), d - d.mean()
    spread = float(x @ x)
    if n < 3 or not spread > n * (8.0 * EPS * float(np.abs(mean).max())) ** 2:
        return ProportionalBias(nan, nan, none, nan, none, nan)
    slope = float(x @ y) / spread
    rest = y - slope * x
    residual = float(np.square(rest).sum())
    if not residual > n * (16.0 * EPS * float((np.abs(d) + np.abs(mean)).max())) ** 2:
        return ProportionalBias(slope, nan, none, nan, none, nan)
    se = float(np.sqrt(residual / (n - 2.0) / spread))
    half = float(special.stdtrit(n - 2.0, (1.0 + level) / 2.0)) * se
    p = 2.0 * float(special.stdtr(n - 2.0, -abs(slope / se)))
    return ProportionalBias(
        slope, se, _around(slope, half), p, *_slope_without_each(slope, x, rest, spread, level)
    )


def _slope_without_each(
    slope: float, x: Floats, rest: Floats, spread: float, level: float
) -> tuple[Limits, float]:
    """Return interval and p of a slope from its values without each person."""
    leverage = 1.0 / len(x) + np.square(x) / spread
    with np.errstate(divide="ignore", invalid="ignore"):
        found = jackknife(slope - x * rest / (spread * (1.0 - leverage)))
    # one person alone makes the slope, or nobody moves it but by rounding
    if not 1e-9 * float(np.sqrt(rest @ rest / spread)) / len(x) < float(found.se) < np.inf:
        return Limits(np.asarray(np.nan), np.asarray(np.nan)), float("nan")
    p = 2.0 * float(special.stdtr(float(found.df), -abs(slope) / float(found.se)))
    return transformed_interval(slope, found.se, level, df=found.df), p


def concordance(x: Floats, y: Floats, ddof: int = 1) -> float:
    """Return Lin's concordance correlation (1989, doi:10.2307/2532051); NaN where nothing varies.

    `ddof` 1 takes unbiased variances and covariance, 0 Lin's own divisor n.
    """
    scale = len(x) - ddof
    dx, dy = x - x.mean(), y - y.mean()
    denominator = (dx @ dx + dy @ dy) / scale + (x.mean() - y.mean()) ** 2
    return float(2.0 * (dx @ dy) / scale / denominator) if denominator > 0 else float("nan")

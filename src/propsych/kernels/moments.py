"""Univariate descriptives of every column at once, with missing values."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments", "describe_columns", "mean_and_sd", "skewness_kurtosis"]

Floats = NDArray[np.float64]
SkewType = Literal[1, 2, 3]


class Moments(NamedTuple):
    """Descriptives, each of shape (n_columns,); NaN where a number is not defined."""

    n: NDArray[np.int64]
    mean: Floats
    sd: Floats
    median: Floats
    trimmed: Floats
    mad: Floats
    minimum: Floats
    maximum: Floats
    range: Floats
    skewness: Floats
    kurtosis: Floats
    se: Floats


def mean_and_sd(values: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return n, mean and SD (divisor n - 1) of each column, NaN left out.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_columns)

    Returns
    -------
    n, mean, sd : ndarray, shape (n_columns,)
        The mean of no answers and the SD of fewer than two are NaN.
    """
    n, mean, deviations = _deviations(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.square(deviations).sum(axis=0) / np.where(n > 1, n - 1, np.nan))
    return n, mean, sd


def _deviations(values: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return n, mean, and deviations from the mean with 0 where missing."""
    present = ~np.isnan(values)
    n = present.sum(axis=0)
    filled = np.where(present, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=0) / np.where(n > 0, n, np.nan)
    deviations = np.where(present, values - mean, 0.0)
    # a constant column has no spread; rounding of its mean must not look like one
    low = np.where(present, values, np.inf).min(axis=0, initial=np.inf)
    high = np.where(present, values, -np.inf).max(axis=0, initial=-np.inf)
    return n, mean, np.where(low == high, 0.0, deviations)


def skewness_kurtosis(values: Floats, kind: SkewType = 3) -> tuple[Floats, Floats]:
    """Return skewness and excess kurtosis of each column.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_columns)
        NaN where missing.
    kind : {1, 2, 3}
        Joanes & Gill (1998), doi:10.1111/1467-9884.00122: 1 is g1 and g2 (moments), 2 is G1 and G2 (as SPSS
        and SAS), 3 is b1 and b2 (as BMDP and psych).

    Returns
    -------
    skewness, kurtosis : ndarray of float, shape (n_columns,)
        NaN for a constant column, and for kind 2 with fewer than 3 (skewness) or 4 (kurtosis) answers.
    """
    n_int, _, d = _deviations(values)
    n = n_int.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        m2 = np.square(d).sum(axis=0) / n
        m2 = np.where(m2 > 0, m2, np.nan)
        g1 = (d**3).sum(axis=0) / n / m2**1.5
        g2 = (d**4).sum(axis=0) / n / m2**2 - 3.0
        if kind == 1:
            return g1, g2
        if kind == 3:
            shrink = (n - 1) / n
            return g1 * shrink**1.5, (g2 + 3.0) * shrink**2 - 3.0
        skewness = np.where(n > 2, g1 * np.sqrt(n * (n - 1)) / (n - 2), np.nan)
        kurtosis = np.where(n > 3, (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6.0), np.nan)
        return skewness, kurtosis


def describe_columns(values: Floats, kind: SkewType = 3, trim: float = 0.1) -> Moments:
    """Return the usual descriptives of each column.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_columns)
        NaN where missing.
    kind : {1, 2, 3}
        Type of skewness and kurtosis, see :func:`skewness_kurtosis`.
    trim : float
        Share of the answers left out at each end for the trimmed mean (their number is rounded down); from
        0.5 on it is the median.

    Returns
    -------
    Moments
        `mad` is 1.4826 times the median absolute deviation, so that it estimates the SD of normal data.

    Examples
    --------
    >>> x = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, np.nan], [10.0, 5.0]])
    >>> moments = describe_columns(x)
    >>> moments.median, moments.n
    (array([2.5, 5. ]), array([4, 3]))
    """
    n, mean, sd = mean_and_sd(values)
    skewness, kurtosis = skewness_kurtosis(values, kind)
    ordered = np.sort(values, axis=0)  # NaN last
    median = _sorted_median(ordered, n)
    trimmed = median if trim >= 0.5 else _sorted_trimmed_mean(ordered, n, trim)
    mad = 1.4826 * _sorted_median(np.sort(np.abs(values - median), axis=0), n)
    low, high = _pick(ordered, np.zeros_like(n), n), _pick(ordered, n - 1, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        se = sd / np.sqrt(n)
    return Moments(n, mean, sd, median, trimmed, mad, low, high, high - low, skewness, kurtosis, se)


def _pick(ordered: Floats, row: NDArray[np.int64], n: NDArray[np.int64]) -> Floats:
    """Return one entry of each sorted column; NaN for a column without answers."""
    if ordered.shape[0] == 0:
        return np.full(ordered.shape[1], np.nan)
    entry = np.take_along_axis(ordered, np.clip(row, 0, None)[None, :], axis=0)[0]
    return np.where(n > 0, entry, np.nan)


def _sorted_median(ordered: Floats, n: NDArray[np.int64]) -> Floats:
    return (_pick(ordered, (n - 1) // 2, n) + _pick(ordered, n // 2, n)) / 2


def _sorted_trimmed_mean(ordered: Floats, n: NDArray[np.int64], trim: float) -> Floats:
    cut = np.floor(n * trim).astype(int)
    row = np.arange(ordered.shape[0])[:, None]
    kept = (row >= cut) & (row < n - cut)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(kept, ordered, 0.0).sum(axis=0) / np.where(n > 0, n - 2 * cut, np.nan))

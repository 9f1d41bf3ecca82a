"""Differences between the means of two groups of persons, column by column."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.moments import mean_and_sd

__all__ = ["MeanContrast", "mean_contrast", "pooled_sd"]

Floats = NDArray[np.float64]


class MeanContrast(NamedTuple):
    """Difference of means (first - second), its standard error and Welch's degrees of freedom."""

    difference: Floats
    se: Floats
    df: Floats
    n_first: NDArray[np.int64]
    n_second: NDArray[np.int64]


def mean_contrast(first: Floats, second: Floats) -> MeanContrast:
    """Contrast two groups; variances may differ.

    Parameters
    ----------
    first, second : ndarray of float, shape (n_persons, k)
        NaN where missing.

    Returns
    -------
    MeanContrast
        Arrays of shape (k,). Without spread in either group the standard error is 0 and `df` is NaN.

    Notes
    -----
    Welch (1947), doi:10.1093/biomet/34.1-2.28.

    Examples
    --------
    >>> mean_contrast(np.array([[1.0], [3.0]]), np.array([[0.0], [2.0], [4.0]])).difference
    array([0.])
    """
    n1, mean1, sd1 = mean_and_sd(first)
    n2, mean2, sd2 = mean_and_sd(second)
    with np.errstate(invalid="ignore", divide="ignore"):
        v1, v2 = sd1**2 / n1, sd2**2 / n2
        variance = v1 + v2
        df = variance**2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    return MeanContrast(mean1 - mean2, np.sqrt(variance), df, n1, n2)


def pooled_sd(groups: list[Floats]) -> Floats:
    """Return the SD within groups of each column; NaN without spread or where no group has two answers."""
    if not groups:
        return np.empty(0)
    squares, degrees = np.zeros(groups[0].shape[1]), np.zeros(groups[0].shape[1])
    for values in groups:
        n, _, sd = mean_and_sd(values)
        squares = squares + np.where(n > 1, (n - 1) * np.nan_to_num(sd) ** 2, 0.0)
        degrees = degrees + np.maximum(n - 1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = squares / np.where(degrees > 0, degrees, np.nan)
    return np.asarray(np.sqrt(np.where(variance > 0, variance, np.nan)))

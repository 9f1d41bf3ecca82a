"""Two measurements: their correlation without each person, and what a reliability means for one person."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["correlation_without_each", "share_below_at_retest"]

NODES = 400
"""Gauss-Legendre nodes: the integrand is smooth, and the error is below 1e-12 but for reliabilities of 1."""


def correlation_without_each(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Pearson's correlation of two columns without each person, shape (n,).

    NaN where a column does not vary without the person.

    Examples
    --------
    >>> correlation_without_each(np.array([[1.0, 1], [2, 2], [3, 4], [4, 3]])).round(3).tolist()
    [0.5, 0.786, 0.982, 0.982]
    """
    d = values - values.mean(axis=0)
    # leaving a person out takes the mean along
    moved = len(d) / (len(d) - 1.0)
    squares = np.square(d)
    left = squares.sum(axis=0) - squares * moved
    left = np.where(left > 1e-12 * squares.sum(axis=0), left, np.nan)
    cross = d[:, 0] @ d[:, 1] - d[:, 0] * d[:, 1] * moved
    return np.asarray(np.clip(cross / np.sqrt(left[:, 0] * left[:, 1]), -1.0, 1.0))


@lru_cache(maxsize=1)
def _nodes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights; they take longer than everything they are used for."""
    x, w = np.polynomial.legendre.leggauss(NODES)
    return x, w


def share_below_at_retest(reliability: float, cut: float = 1.0) -> float:
    """Return the share of persons beyond a cut who fall below it when they are measured again, unchanged.

    Parameters
    ----------
    reliability : float
        Of a single measurement, from 0 to 1: the correlation of two of them.
    cut : float
        In standard deviations above the mean.

    Returns
    -------
    float
        P(second < cut | first >= cut) for normal scores; NaN for a reliability outside 0 to 1.

    Examples
    --------
    At a reliability of .70, nearly half:

    >>> round(share_below_at_retest(0.70), 2), round(share_below_at_retest(0.90), 2)
    (0.47, 0.27)
    """
    if not 0.0 <= reliability <= 1.0:
        return float("nan")
    if reliability == 1.0:
        return 0.0
    x, w = _nodes()
    first = cut + (x + 1.0) * 6.0  # beyond twelve standard deviations there is nobody
    density = np.exp(-np.square(first) / 2.0) / np.sqrt(2.0 * np.pi)
    below = special.ndtr((cut - reliability * first) / np.sqrt(1.0 - reliability**2))
    return float(6.0 * (w * density * below).sum() / special.ndtr(-cut))

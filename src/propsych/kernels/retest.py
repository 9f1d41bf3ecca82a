"""What a reliability means for one person who is measured again."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["share_below_at_retest"]

NODES = 400
"""Gauss-Legendre nodes: the integrand is smooth, and the error is below 1e-12 but for reliabilities of 1."""


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

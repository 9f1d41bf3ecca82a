"""Fleiss' kappa of complete ratings, in all and by category, with its standard errors under no agreement."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["FleissKappa", "fleiss_kappa"]

Floats = NDArray[np.float64]


class FleissKappa(NamedTuple):
    """Kappa, and that of each category against all others; standard errors hold where kappa is 0.

    `by_category` has shape (q,); NaN for a category that nobody used, or that holds every rating.
    """

    kappa: float
    se_null: float
    by_category: Floats
    se_null_by_category: float


def fleiss_kappa(counts: Floats) -> FleissKappa:
    r"""Return Fleiss' kappa from the ratings of each person in each category.

    Parameters
    ----------
    counts : ndarray of float, shape (n_persons, q)
        The same number of ratings m for every person.

    Returns
    -------
    FleissKappa
        NaN where all ratings are in one category.

    Notes
    -----
    Fleiss (1971), doi:10.1037/h0031619; the standard errors are those of Fleiss, Nee & Landis (1979),
    doi:10.1037/0033-2909.86.5.974, which correct the ones of 1971: with p and q = 1 - p of each category,

    .. math:: se_0^2 = \frac{2}{n m (m-1)} \frac{(\sum p q)^2 - \sum p q (q - p)}{(\sum p q)^2}, \quad
              se_{0j}^2 = \frac{2}{n m (m-1)}.

    They test that kappa is 0 and make no interval.

    Examples
    --------
    >>> round(fleiss_kappa(np.array([[3.0, 0.0], [0.0, 3.0], [2.0, 1.0]])).kappa, 4)
    0.55
    """
    n, m = counts.shape[0], counts.sum(axis=1).max(initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = counts.sum(axis=0) / (n * m)
        pq = p * (1.0 - p)
        total = pq.sum()
        apart = (counts * (m - counts)).sum(axis=0)
        pairs = n * m * (m - 1.0)
        each = 1.0 - apart / (pairs * pq)
        kappa = 1.0 - apart.sum() / (pairs * total) if total > 0 else np.nan
        spread = (total**2 - (pq * (1.0 - 2.0 * p)).sum()) / total**2
        se = np.sqrt(2.0 / pairs * spread)
        se_each = np.sqrt(2.0 / pairs)
    return FleissKappa(float(kappa), float(se), np.where(pq > 0, each, np.nan), float(se_each))

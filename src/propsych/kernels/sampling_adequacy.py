"""Whether correlations are worth a factor analysis: KMO and Bartlett's test."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["Adequacy", "Sphericity", "bartlett_sphericity", "kmo"]

Floats = NDArray[np.float64]


class Adequacy(NamedTuple):
    """Kaiser-Meyer-Olkin measure, of all items and of each; NaN where singular, or without correlations."""

    overall: float
    items: Floats


class Sphericity(NamedTuple):
    """Bartlett's test that all correlations are 0."""

    chi2: float
    df: int
    p: float


def kmo(R: Floats) -> Adequacy:
    """Return the share of squared correlations in squared correlations and partial correlations.

    Notes
    -----
    Kaiser (1974), doi:10.1007/BF02291575.

    Examples
    --------
    >>> R = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    >>> round(kmo(R).overall, 3)
    0.8
    """
    k = len(R)
    if np.linalg.matrix_rank(R) < k:
        return Adequacy(float("nan"), np.full(k, np.nan))
    inverse = np.linalg.inv(R)
    scale = 1.0 / np.sqrt(np.diag(inverse))
    off = 1.0 - np.eye(k)
    partial = np.square(inverse * np.outer(scale, scale)) * off
    plain = np.square(R) * off
    with np.errstate(invalid="ignore"):
        items = plain.sum(axis=0) / (plain.sum(axis=0) + partial.sum(axis=0))
        overall = plain.sum() / (plain.sum() + partial.sum())
    return Adequacy(float(overall), np.asarray(items))


def bartlett_sphericity(R: Floats, n: int) -> Sphericity:
    """Return Bartlett's test of sphericity (1951, doi:10.1093/biomet/38.3-4.337) for `n` persons.

    It presumes normal items, and with a hundred persons or more it rejects nearly always.
    """
    k = len(R)
    df = k * (k - 1) // 2
    if np.linalg.eigvalsh(R)[0] <= 0.0:
        return Sphericity(float("nan"), df, float("nan"))
    chi2 = -float(np.linalg.slogdet(R)[1]) * (n - 1 - (2 * k + 5) / 6)
    return Sphericity(chi2, df, float(special.chdtrc(df, chi2)))

"""Kendall's coefficient of concordance W, corrected for ties."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.resampling import jackknife_se

__all__ = ["KendallW", "kendall_w"]

Floats = NDArray[np.float64]


class KendallW(NamedTuple):
    """W with the large-sample test of no concordance and a jackknife standard error."""

    W: float
    chi2: float
    df: int
    p: float
    se: float


def kendall_w(values: Floats) -> KendallW:
    """Return Kendall's W of complete ratings of shape (n_persons, n_raters).

    Notes
    -----
    Kendall & Babington Smith (1939), doi:10.1214/aoms/1177732186, with the usual correction for ties.
    Chi-square is r (n - 1) W on n - 1 degrees of freedom; it presumes more than about seven persons. Each
    rater's persons are ranked, so W sees order only. The standard error is the delete-one jackknife's, persons
    ranked anew. NaN where nothing varies.

    Examples
    --------
    >>> round(kendall_w(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]])).W, 2)
    0.75
    """
    n, r = values.shape
    if n < 2:
        nan = float("nan")
        return KendallW(nan, nan, n - 1, nan, nan)
    # rank = 1 + how many are below + half the others that are level
    half_signs = np.sign(values[:, None, :] - values[None, :, :]) / 2.0
    ranks = half_signs.sum(axis=1) + (n + 1) / 2.0
    W = float(_w(ranks[None])[0])
    left_out = _left_out(ranks, half_signs) if n > 3 else np.full(1, np.nan)
    chi2 = r * (n - 1) * W
    se = float(jackknife_se(left_out)) if n > 3 else float("nan")
    return KendallW(W, chi2, n - 1, float(special.chdtrc(n - 1, chi2)), se)


def _w(ranks: Floats) -> Floats:
    """Return W of stacks of rankings of shape (m, n, r)."""
    n, r = ranks.shape[-2:]
    total = ranks.sum(axis=-1)
    spread = np.square(total - total.mean(axis=-1, keepdims=True)).sum(axis=-1)
    # the spread of one rater's ranks falls short of (n^3 - n) / 12 by exactly what its ties take away
    own = np.square(ranks - (n + 1) / 2.0).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(spread / np.where(own > 0.0, r * own, np.nan))


def _left_out(ranks: Floats, half_signs: Floats) -> Floats:
    n, r = ranks.shape
    moved = ranks[None] - half_signs.transpose(1, 0, 2) - 0.5
    kept = ~np.eye(n, dtype=bool)
    return _w(moved[kept].reshape(n, n - 1, r))

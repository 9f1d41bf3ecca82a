r"""How far one factor is from the correlations of some items, with an interval that presumes no distribution.

The one factor is that of minimum residuals. What it leaves of the correlations is a vector e of t residuals
with sampling covariance :math:`\Xi`, so :math:`e'e` is too large by :math:`tr\,\Xi` on average. The root of
what is left, over t, is the unbiased standardised root mean squared residual (SRMR) of Maydeu-Olivares
(2017), doi:10.1007/s11336-016-9552-7.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.efa import minres

__all__ = ["Misfit", "correlation_influence", "one_factor_misfit"]

Floats = NDArray[np.float64]


class Misfit(NamedTuple):
    """Unbiased root mean squared residual correlation with its interval; NaN below four items.

    `size` is the unbiased root mean square of the correlations themselves.
    """

    srmr: float
    lower: float
    upper: float
    size: float


def correlation_influence(values: Floats) -> Floats:
    """Return what each person adds to the correlations of pairs i < j, shape (n, n_pairs).

    Devlin, Gnanadesikan & Kettenring (1975), doi:10.1093/biomet/62.3.531.
    """
    z = values - values.mean(axis=0)
    z /= np.sqrt(np.square(z).mean(axis=0))
    first, second = np.triu_indices(values.shape[1], 1)
    r = (z.T @ z / len(z))[first, second]
    squares = np.square(z)
    return np.asarray(z[:, first] * z[:, second] - r / 2.0 * (squares[:, first] + squares[:, second]))


def one_factor_misfit(R: Floats, influence: Floats, level: float = 0.95) -> Misfit:
    r"""Return the size of what one factor leaves of correlations.

    Parameters
    ----------
    R : ndarray of float, shape (k, k)
        Correlations, of scores or polychoric.
    influence : ndarray of float, shape (n, n_pairs)
        What each person adds to the correlations of pairs i < j, row by row.
    level : float

    Notes
    -----
    The mean square has the variance :math:`(2\,tr\,\Xi^2 + 4\,\varepsilon'\Xi\varepsilon) / t^2` where the
    residuals are normal; the interval is symmetric about it and then put on the scale of its root. Persons
    move the residuals by what they add to the correlations less what the factor follows of that, which the
    Hessian of the fit gives. How the factor is fitted hardly matters to the SRMR (Shi & Maydeu-Olivares 2020,
    doi:10.1177/0013164419885164).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> two = np.repeat(rng.normal(size=(300, 2)), 3, axis=1) + rng.normal(size=(300, 6))
    >>> found = one_factor_misfit(np.corrcoef(two.T), correlation_influence(two))
    >>> found.lower > 0.08
    True
    """
    k = len(R)
    if k < 4:
        return Misfit(*[float("nan")] * 4)
    first, second = np.triu_indices(k, 1)
    loadings = minres(R, 1).loadings[:, 0]
    residual = R[first, second] - loadings[first] * loadings[second]
    moved = influence - _followed(R, loadings, influence)
    n, t = influence.shape
    scale = n * (n - 1.0)
    # the smaller of the two products has the same sum of squares
    product = moved.T @ moved if t <= n else moved @ moved.T
    trace, trace_square = float(np.trace(product)) / scale, float(np.square(product).sum()) / scale**2
    along = float(np.square(moved @ residual).sum()) / scale
    mean = (float(residual @ residual) - trace) / t
    # e' Xi e is too large by the trace of the square
    sd = np.sqrt(2.0 * trace_square + 4.0 * max(along - trace_square, 0.0)) / t
    half = float(special.ndtri((1.0 + level) / 2.0)) * sd
    size = (np.square(R[first, second]).sum() - np.square(influence).sum() / scale) / t
    found = np.sqrt(np.maximum([mean, mean - half, mean + half, size], 0.0))
    return Misfit(*(float(number) for number in found))


def _followed(R: Floats, loadings: Floats, influence: Floats) -> Floats:
    """Return what the products of the loadings follow of each person's part, shape (n, n_pairs)."""
    k = len(R)
    first, second = np.triu_indices(k, 1)
    slopes = np.zeros((len(first), k))
    pairs = np.arange(len(first))
    slopes[pairs, first], slopes[pairs, second] = loadings[second], loadings[first]
    expected = slopes.T @ slopes
    residual = R - np.outer(loadings, loadings)
    np.fill_diagonal(residual, 0.0)
    hessian = expected - residual
    if np.linalg.eigvalsh(hessian)[0] < 1e-6 * np.trace(expected):
        hessian = expected + 1e-6 * np.trace(expected) * np.eye(k)
    return np.asarray(influence @ slopes @ np.linalg.solve(hessian, slopes.T))

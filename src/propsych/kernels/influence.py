r"""Distribution-free standard errors of functions of a covariance or correlation matrix.

A smooth function f of a covariance matrix C has, to first order,
:math:`f(\hat C) - f(C) = \sum_i c_i / n` with the casewise contribution
:math:`c_i = d_i' G d_i - tr(G C)`, where :math:`d_i` is person i's deviation from the means and G the
symmetric gradient. Their spread gives a standard error that presumes nothing of the distribution (Browne
1984, doi:10.1111/j.2044-8317.1984.tb00789.x, by the delta method).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.covariance import correlation_from_covariance

__all__ = ["casewise", "gradient_of"]

Floats = NDArray[np.float64]
StackFunction = Callable[[Floats], Floats]
"""From matrices of shape (m, k, k) to numbers of shape (m,), or (m, q) for several functions at once."""

STEP = 1e-5
"""Step of the central difference, in units of the diagonal: truncation and rounding are both near 1e-10."""
CHUNK = 4_000_000
"""Numbers held at once while the matrix is perturbed."""


def gradient_of(f: StackFunction, C: Floats, *, scale: str = "covariance", step: float = STEP) -> Floats:
    """Return the symmetric gradient of a function of one matrix, by central differences.

    Parameters
    ----------
    f : callable
        Maps matrices of shape (m, k, k) to numbers of shape (m,), or (m, q) for q functions.
    C : ndarray of float, shape (k, k)
        Covariance matrix.
    scale : {"covariance", "correlation"}
        ``"correlation"``: `f` takes correlation matrices, and the gradient is that of f(correlation of C).
    step : float
        Of the central difference; a function that is found by search needs a larger one.

    Returns
    -------
    ndarray of float, shape (k, k) or (q, k, k)
        G with df = sum(G * dC) for every symmetric dC. NaN where `f` is NaN nearby.

    Examples
    --------
    >>> gradient_of(lambda S: S.sum(axis=(1, 2)), np.eye(2)).round(6)
    array([[1., 1.],
           [1., 1.]])
    """
    k = C.shape[0]
    rows, columns = np.tril_indices(k)
    root = np.sqrt(np.diag(C))
    size = step * root[rows] * root[columns]
    parts = []
    per_chunk = max(1, CHUNK // (2 * k * k))
    for start in range(0, len(rows), per_chunk):
        chosen = slice(start, start + per_chunk)
        i, j, h = rows[chosen], columns[chosen], size[chosen]
        m = len(i)
        stack = np.broadcast_to(C, (2, m, k, k)).copy()
        for sign, side in ((1.0, 0), (-1.0, 1)):
            stack[side, np.arange(m), i, j] = C[i, j] + sign * h
            stack[side, np.arange(m), j, i] = C[i, j] + sign * h
        flat = stack.reshape(-1, k, k)
        values = f(correlation_from_covariance(flat) if scale == "correlation" else flat)
        up, down = values.reshape(2, m, -1)
        parts.append((up - down) / (2.0 * h)[:, None])
    slopes = np.concatenate(parts)
    gradient = np.zeros((slopes.shape[1], k, k))
    # an off-diagonal entry was moved at both its places, so each place has half the slope
    gradient[:, rows, columns] = np.where((rows == columns)[:, None], slopes, slopes / 2.0).T
    gradient[:, columns, rows] = gradient[:, rows, columns]
    return gradient if values.ndim > 1 else gradient[0]


def casewise(values: Floats, gradient: Floats) -> Floats:
    """Return each person's contribution to a function of the covariance matrix; their mean is 0.

    Parameters
    ----------
    values : ndarray of float, shape (n, k)
        Complete answers.
    gradient : ndarray of float, shape (..., k, k)
        As from :func:`gradient_of`.

    Returns
    -------
    ndarray of float, shape (..., n)
    """
    d = values - values.mean(axis=0)
    contributions = np.einsum("...ij,ij->...i", d @ gradient, d)
    return np.asarray(contributions - contributions.mean(axis=-1, keepdims=True))

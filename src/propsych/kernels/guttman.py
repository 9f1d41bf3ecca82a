"""Guttman's lambdas, ten Berge and Zegers's mu, and squared multiple correlations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from propsych.kernels.covariance import correlation_from_covariance

__all__ = [
    "lambda5",
    "lambda6",
    "lambda6_covariance",
    "lambda_1_2_3",
    "mu",
    "safe_inverse",
    "squared_multiple_correlations",
]

Floats = NDArray[np.float64]
_WELL_CONDITIONED = 1e6
"""Condition number up to which the inverse itself is as good as the pseudo-inverse, and much faster."""


def squared_multiple_correlations(R: Floats) -> Floats:
    """Return each variable's squared multiple correlation with all the others.

    Parameters
    ----------
    R : ndarray of float, shape (..., k, k)
        Correlation matrices.

    Returns
    -------
    ndarray of float, shape (..., k)
        In [0, 1]. NaN for a matrix that holds NaN.

    Notes
    -----
    1 - 1 / diag(inverse of R), with the Moore-Penrose inverse where R is singular: the number is then one
    convention of several. A pairwise matrix that is not positive definite can give values outside
    [0, 1]; they are moved to the nearer end, as psych does.

    Examples
    --------
    >>> squared_multiple_correlations(np.array([[1.0, 0.6], [0.6, 1.0]]))
    array([0.36, 0.36])
    """
    finite = np.asarray(np.isfinite(R).all(axis=(-2, -1)))
    usable = np.where(finite[..., None, None], R, np.eye(R.shape[-1]))
    inverse = safe_inverse(usable)
    if inverse is None:
        inverse = np.linalg.pinv(usable, rcond=float(np.sqrt(np.finfo(float).eps)), hermitian=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        smc = 1.0 - 1.0 / np.diagonal(inverse, axis1=-2, axis2=-1)
    return np.where(finite[..., None], np.clip(smc, 0.0, 1.0), np.nan)


def safe_inverse(R: Floats) -> Floats | None:
    """Return inverses of matrices (..., k, k) that are far from singular and positive definite, or None."""
    if not np.isfinite(R).all():
        return None
    inverse = _positive_inverse(R) if R.ndim == 2 else _positive_inverses(R)
    if inverse is None:
        return None
    size = np.abs(R).sum(axis=-1).max(axis=-1) * np.abs(inverse).sum(axis=-1).max(axis=-1)
    return inverse if (size < _WELL_CONDITIONED).all() else None


def _positive_inverse(R: Floats) -> Floats | None:
    root, failed = lapack.dpotrf(R, lower=True)
    if failed:
        return None
    lower = np.tril(lapack.dpotri(root, lower=True)[0])
    return np.asarray(lower + np.tril(lower, -1).T)


def _positive_inverses(R: Floats) -> Floats | None:
    try:
        np.linalg.cholesky(R)
        return np.asarray(np.linalg.inv(R))
    except np.linalg.LinAlgError:
        return None


def lambda6(R: Floats) -> Floats:
    """Return Guttman's lambda 6 from correlation matrices of shape (..., k, k).

    Notes
    -----
    1 - sum(1 - smc) / sum(R); Guttman (1945), doi:10.1007/BF02288892.
    """
    k = R.shape[-1]
    smc = squared_multiple_correlations(R)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1.0 - (k - smc.sum(axis=-1)) / R.sum(axis=(-2, -1)))


def lambda6_covariance(C: Floats) -> Floats:
    """Return Guttman's lambda 6 of the sum of unstandardised items, from covariance matrices (..., k, k).

    1 - sum of the variances that regression on the other items leaves, over the variance of the sum. Of a
    correlation matrix it is :func:`lambda6`.
    """
    variance = np.diagonal(C, axis1=-2, axis2=-1)
    R = correlation_from_covariance(C)
    left = (variance * (1.0 - squared_multiple_correlations(R))).sum(axis=-1)
    return np.asarray(1.0 - left / _total(C))


def _total(C: Floats) -> Floats:
    """Return the variance of the sum, NaN where it is nothing but rounding."""
    total = C.sum(axis=(-2, -1))
    return np.where(total > 1e-12 * np.trace(C, axis1=-2, axis2=-1), total, np.nan)


def _off_diagonal_sums(C: Floats, power: int) -> Floats:
    variance = np.diagonal(C, axis1=-2, axis2=-1)
    sums = (C**power).sum(axis=(-2, -1)) - (variance**power).sum(axis=-1)
    # a sum of squares that cancels must not come out below 0
    return np.asarray(sums if power == 1 else np.maximum(sums, 0.0))


def lambda_1_2_3(C: Floats) -> tuple[Floats, Floats, Floats]:
    """Return Guttman's lambda 1, 2 and 3 (alpha) from covariance matrices of shape (..., k, k).

    NaN where the sum does not vary.
    """
    k, total = C.shape[-1], _total(C)
    off, squares = _off_diagonal_sums(C, 1), _off_diagonal_sums(C, 2)
    first = off / total
    second = (off + np.sqrt(squares * k / (k - 1))) / total
    return np.asarray(first), np.asarray(second), np.asarray(first * k / (k - 1))


def lambda5(C: Floats, *, corrected: bool = False) -> Floats:
    """Return Guttman's lambda 5 from covariance matrices of shape (..., k, k).

    Lambda 1 plus twice the root of the largest sum of an item's squared covariances, over the variance of the
    sum; `corrected` takes k / (k - 1) times the second part (psych's lambda5p).
    """
    k, total = C.shape[-1], _total(C)
    variance = np.diagonal(C, axis1=-2, axis2=-1)
    best = np.maximum((np.square(C).sum(axis=-1) - np.square(variance)).max(axis=-1), 0.0)
    factor = k / (k - 1) if corrected else 1.0
    return np.asarray(lambda_1_2_3(C)[0] + factor * 2.0 * np.sqrt(best) / total)


def mu(C: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    r"""Return ten Berge and Zegers's mu 0 to mu 3 from covariance matrices of shape (..., k, k).

    Notes
    -----
    ten Berge & Zegers (1978), doi:10.1007/BF02293815: mu 0 is alpha, mu 1 lambda 2, and each next one puts a
    further root of the off-diagonal powers in: they never fall.
    """
    k, total = C.shape[-1], _total(C)
    off = [_off_diagonal_sums(C, power) for power in (1, 2, 4, 8)]
    more = k / (k - 1)
    results = [off[0] * more / total]
    for order in (1, 2, 3):
        nested = more * off[order]
        for power in range(order - 1, 0, -1):
            nested = off[power] + np.sqrt(nested)
        results.append((off[0] + np.sqrt(nested)) / total)
    return results[0], results[1], results[2], results[3]

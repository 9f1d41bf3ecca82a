"""Squared multiple correlations and Guttman's lambda 6."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["lambda6", "squared_multiple_correlations"]

Floats = NDArray[np.float64]


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
    inverse = np.linalg.pinv(usable, rcond=float(np.sqrt(np.finfo(float).eps)), hermitian=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        smc = 1.0 - 1.0 / np.diagonal(inverse, axis1=-2, axis2=-1)
    return np.where(finite[..., None], np.clip(smc, 0.0, 1.0), np.nan)


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

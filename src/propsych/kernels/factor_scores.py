"""Factor scores of persons, what each item counts in them, and what factors explain of the items."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ScoreMethod",
    "VarianceAccounted",
    "determinacy",
    "hofmann_complexity",
    "score_weights",
    "variance_accounted",
]

Floats = NDArray[np.float64]
ScoreMethod = Literal["regression", "bartlett", "tenberge"]


def score_weights(R: Floats, loadings: Floats, phi: Floats, method: ScoreMethod = "regression") -> Floats:
    """Return the weights (k, m) of standardised items in factor scores.

    Parameters
    ----------
    R : ndarray of float, shape (k, k)
        Correlations, positive definite.
    loadings : ndarray of float, shape (k, m)
    phi : ndarray of float, shape (m, m)
    method : {"regression", "bartlett", "tenberge"}
        Regression scores (Thurstone) lie nearest to the factors and have less variance; Bartlett's are
        unbiased for a person with given factors; ten Berge's correlate as the factors do.

    Notes
    -----
    ten Berge, Krijnen, Wansbeek & Shapiro (1999), doi:10.1016/S0024-3795(97)10007-6.

    Examples
    --------
    >>> L = np.array([[0.8], [0.6], [0.7]])
    >>> R = L @ L.T + np.diag(1.0 - np.square(L[:, 0]))
    >>> W = score_weights(R, L, np.eye(1), "tenberge")
    >>> round(float((W.T @ R @ W)[0, 0]), 12)
    1.0
    """
    if method == "regression":
        return np.asarray(np.linalg.solve(R, loadings @ phi), dtype=float)
    if method == "bartlett":
        unique = np.diag(R) - ((loadings @ phi) * loadings).sum(axis=1)
        scaled = loadings / unique[:, None]
        return np.asarray(scaled @ np.linalg.inv(loadings.T @ scaled))
    root = _power(phi, 0.5)
    apart = loadings @ root
    inverse_root = _power(R, -0.5)
    weights = inverse_root @ apart @ _power(apart.T @ np.linalg.solve(R, apart), -0.5)
    return np.asarray(inverse_root @ weights @ root)


def _power(matrix: Floats, exponent: float) -> Floats:
    """Return a symmetric matrix to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 0.0) ** exponent) @ vectors.T)


def determinacy(R: Floats, loadings: Floats, phi: Floats) -> Floats:
    """Return each factor's squared multiple correlation with the items, shape (m,).

    It is how well regression scores give the factor. Grice (2001), doi:10.1037/1082-989X.6.4.430.
    """
    structure = loadings @ phi
    return np.asarray((structure * np.linalg.solve(R, structure)).sum(axis=0))


def hofmann_complexity(loadings: Floats) -> Floats:
    """Return the number of factors that each item takes, shape (..., k): 1 for an item on one factor only.

    Hofmann (1978), doi:10.1207/s15327906mbr1302_9. NaN for an item without any loading.
    """
    squares = np.square(loadings)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.square(squares.sum(axis=-1)) / np.square(squares).sum(axis=-1))


class VarianceAccounted(NamedTuple):
    """What each factor explains, shape (m,); of correlated factors the shared part is split evenly.

    Attributes
    ----------
    sums : ndarray of float
        In variances of an item: they add up to the sum of the communalities.
    of_total : ndarray of float
        Share of all items' variance.
    of_common : ndarray of float
        Share of what the factors explain together.
    """

    sums: Floats
    of_total: Floats
    of_common: Floats


def variance_accounted(loadings: Floats, phi: Floats) -> VarianceAccounted:
    """Return what each factor explains of standardised items."""
    sums = np.diag(phi @ loadings.T @ loadings)
    return VarianceAccounted(sums, sums / len(loadings), sums / sums.sum())

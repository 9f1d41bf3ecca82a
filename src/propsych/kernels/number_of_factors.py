"""How many factors: Velicer's minimum average partial, very simple structure, eigenvalues of chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.efa import minres
from propsych.kernels.guttman import squared_multiple_correlations

__all__ = [
    "AveragePartials",
    "Reduced",
    "average_partials",
    "common_roots",
    "component_roots",
    "first_below",
    "very_simple_structure",
]

Floats = NDArray[np.float64]
LEAST_LEFT = 1e-10
"""Variance that components leave of an item below which nothing is left to correlate."""


class AveragePartials(NamedTuple):
    """Mean powers of the correlations that 0, 1, ... components leave over.

    Attributes
    ----------
    squared : ndarray of float, shape (n_max + 1,)
        Velicer's original.
    fourth : ndarray of float, shape (n_max + 1,)
        The revised, with fourth powers.
    """

    squared: Floats
    fourth: Floats


def average_partials(R: Floats, n_max: int) -> AveragePartials:
    """Return the average partial correlations left by 0 to `n_max` components; the least tells how many.

    Notes
    -----
    Velicer (1976), doi:10.1007/BF02293557; Velicer, Eaton & Fava (2000), doi:10.1007/978-1-4615-4397-8_3,
    for fourth powers. NaN where the
    components leave nothing of an item.
    """
    k = len(R)
    roots, vectors = np.linalg.eigh(R)
    components = (vectors * np.sqrt(np.maximum(roots, 0.0)))[:, ::-1]
    off = ~np.eye(k, dtype=bool)
    squared, fourth = np.full(n_max + 1, np.nan), np.full(n_max + 1, np.nan)
    left = R.copy()
    for i in range(n_max + 1):
        variance = np.diag(left)
        if variance.min() <= LEAST_LEFT:
            break
        partial = np.square(left / np.sqrt(np.outer(variance, variance)))[off]
        squared[i], fourth[i] = partial.mean(), np.square(partial).mean()
        if i < n_max:
            left = left - np.outer(components[:, i], components[:, i])
    return AveragePartials(squared, fourth)


def very_simple_structure(R: Floats, loadings: Floats, phi: Floats | None = None) -> Floats:
    """Return how well the largest 1, 2, ... m loadings of each item alone reproduce R, shape (m,).

    Notes
    -----
    Revelle & Rocklin (1979), doi:10.1207/s15327906mbr1404_2: 1 - squared residuals over squared
    correlations, both with the diagonal.
    """
    m = loadings.shape[1]
    between = np.eye(m) if phi is None else phi
    rank = np.argsort(np.argsort(-np.abs(loadings), axis=1, kind="stable"), axis=1)
    fits = []
    for complexity in range(1, m + 1):
        simple = np.where(rank < complexity, loadings, 0.0)
        left = R - simple @ between @ simple.T
        fits.append(1.0 - np.square(left).sum() / np.square(R).sum())
    return np.array(fits)


def component_roots(R: Floats) -> Floats:
    """Return eigenvalues of correlation matrices (..., k, k), largest first."""
    return np.asarray(np.linalg.eigvalsh(R)[..., ::-1])


class Reduced(NamedTuple):
    """Eigenvalues of reduced matrices, shape (..., k), and where one factor did not converge."""

    roots: Floats
    converged: NDArray[np.bool_]


def common_roots(R: Floats, communalities: str = "one_factor") -> Reduced:
    """Return eigenvalues of correlation matrices (..., k, k) with communalities in the diagonal.

    Parameters
    ----------
    R : ndarray of float, shape (..., k, k)
    communalities : {"one_factor", "smc"}
        Of a minimum-residual factor, as psych's parallel analysis has it; or squared multiple correlations.
    """
    k = R.shape[-1]
    if communalities == "smc":
        h2, converged = squared_multiple_correlations(R), np.ones(R.shape[:-2], dtype=bool)
    else:
        found = minres(R, 1)
        h2, converged = np.square(found.loadings[..., 0]), found.converged
    reduced = R - (1.0 - h2)[..., None, :] * np.eye(k)
    return Reduced(np.asarray(np.linalg.eigvalsh(reduced)[..., ::-1]), converged)


def first_below(values: Floats, chance: Floats) -> int:
    """Return how many values, from the first on, lie above those of chance.

    Examples
    --------
    >>> first_below(np.array([2.0, 1.2, 0.9, 0.95]), np.array([1.3, 1.1, 1.0, 0.9]))
    2
    """
    below = np.flatnonzero(~(values > chance))
    return int(below[0]) if below.size else len(values)

"""The best of several searches for the factors of one correlation matrix: extraction has local optima too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.efa import (
    LEAST_UNIQUENESS,
    Extraction,
    maximum_likelihood,
    minres,
    principal_axis,
)
from propsych.kernels.guttman import squared_multiple_correlations

__all__ = ["EXTRACTIONS", "best_extraction"]

Floats = NDArray[np.float64]

EXTRACTIONS = {"minres": minres, "ml": maximum_likelihood, "pa": principal_axis}
"""Method -> its search from one start."""
N_RANDOM = 6
MANY_ITEMS = 60
"""Items from which minimum residuals start again only from a Heywood case: more items, fewer optima."""


def best_extraction(R: Floats, n_factors: int, method: str = "minres", seed: int = 1) -> Extraction:
    """Extract factors of one matrix (k, k), from several starts, and return the one that fits best.

    Parameters
    ----------
    R : ndarray of float, shape (k, k)
    n_factors : int
    method : {"minres", "ml", "pa"}
    seed : int
        Of the random starts.

    Notes
    -----
    Starts are 1 - squared multiple correlations, those less a share (as Joreskog 1967), one half, and random
    ones. Principal axis starts at the best minimum residuals, whose optimum it shares unless a communality
    goes beyond 1.

    Examples
    --------
    >>> loadings = np.array([[0.8], [0.7], [0.6], [0.5]])
    >>> R = loadings @ loadings.T
    >>> np.fill_diagonal(R, 1.0)
    >>> best_extraction(R, 1, "ml").loadings.ravel().round(4)
    array([0.8, 0.7, 0.6, 0.5])
    """
    if method == "pa":
        return principal_axis(R, n_factors, best_extraction(R, n_factors, seed=seed).uniquenesses)
    extract = EXTRACTIONS[method]
    if method == "minres" and len(R) >= MANY_ITEMS:
        first = extract(R, n_factors)
        if first.converged and first.uniquenesses.min() > LEAST_UNIQUENESS:
            return first
    starts = _starts(R, n_factors, seed)
    found = extract(np.broadcast_to(R, (len(starts), *R.shape)), n_factors, starts)
    fits = np.where(found.converged, found.objective, np.inf)
    best = int(np.argmin(fits)) if found.converged.any() else 0
    return Extraction(
        found.loadings[best],
        found.uniquenesses[best],
        np.asarray(found.objective[best]),
        np.asarray(found.converged[best]),
        found.n_iter,
    )


def _starts(R: Floats, m: int, seed: int) -> Floats:
    """Return uniquenesses to start from, shape (n, k)."""
    k = len(R)
    left = 1.0 - squared_multiple_correlations(R)
    random = np.random.default_rng(seed).uniform(0.1, 0.9, size=(N_RANDOM, k))
    starts: list[Floats] = [left, (1.0 - 0.5 * m / k) * left, np.full(k, 0.5), *random]
    return np.clip(np.array(starts), LEAST_UNIQUENESS, 1.0)

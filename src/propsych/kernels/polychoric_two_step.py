r"""Polychoric correlations of all pairs of items at once, in two steps, with their sampling covariance.

Thresholds are normal quantiles of the cumulative shares; each correlation then maximises the likelihood
of its pair's table at those thresholds (Olsson 1979, doi:10.1007/BF02296207). Everything that a pair
needs is in its table, so the tables of all pairs come from one matrix product and the search runs over
all pairs together. Of two categories each, they are tetrachoric correlations.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.pair_tables import PairTables, pair_tables, thresholds_from_counts
from propsych.kernels.polychoric_search import corners, probabilities, search

__all__ = [
    "Polychoric",
    "corrected_counts",
    "log_likelihood",
    "polychoric",
    "polychoric_from_tables",
    "saturated_log_likelihood",
]

Floats = NDArray[np.float64]


class Polychoric(NamedTuple):
    """Polychoric correlations with what they came from.

    Attributes
    ----------
    R : ndarray of float, shape (k, k)
    thresholds : ndarray of float, shape (k, C - 1)
        inf beyond an item's last used category, and equal to its neighbour at a category nobody used.
    n_empty : ndarray of int, shape (n_pairs,)
        Cells without anybody, among the categories that occur.
    converged : ndarray of bool, shape (n_pairs,)
        False also where the table does not identify the correlation: the likelihood rises to its end.
    n_iter : int
    tables : PairTables
    correct : float
        What was added to empty cells.
    """

    R: Floats
    thresholds: Floats
    n_empty: NDArray[np.int64]
    converged: NDArray[np.bool_]
    n_iter: int
    tables: PairTables
    correct: float = 0.0


def polychoric(positions: NDArray[Any], n_categories: int, correct: float = 0.0) -> Polychoric:
    """Estimate the polychoric correlation of every pair of items.

    Parameters
    ----------
    positions : ndarray of int, shape (n_persons, k)
        Positions among the declared categories; negative where missing (left out pair by pair).
    n_categories : int
        Largest number of declared categories; categories nobody used do no harm, their cells have no width.
    correct : float
        Added to the empty cells of each pair's table, among the categories that occur. 0 leaves the
        likelihood as it is; psych's default is 0.5, which pulls sparse correlations towards 0.

    Returns
    -------
    Polychoric
        R is NaN for an item that takes one value only.
    """
    return polychoric_from_tables(pair_tables(positions, n_categories), correct)


def polychoric_from_tables(tables: PairTables, correct: float = 0.0) -> Polychoric:
    """Estimate the polychoric correlation of every pair from its table; see :func:`polychoric`."""
    thresholds = thresholds_from_counts(tables.marginal)
    used = tables.marginal > 0
    empty = _used_by_both(tables) & (tables.counts == 0)
    corner = corners(thresholds)
    counts = tables.counts + correct * empty if correct else tables.counts
    rho, converged, n_iter = search(counts, corner[tables.first], corner[tables.second])
    constant = used.sum(axis=1) < 2
    rho = np.where(constant[tables.first] | constant[tables.second], np.nan, rho)
    k = len(thresholds)
    R = np.eye(k)
    R[tables.first, tables.second] = R[tables.second, tables.first] = rho
    return Polychoric(R, thresholds, empty.sum(axis=(1, 2)), converged, n_iter, tables, correct)


def _used_by_both(tables: PairTables) -> NDArray[np.bool_]:
    used = tables.marginal > 0
    return np.asarray(used[tables.first][:, :, None] & used[tables.second][:, None, :])


def corrected_counts(tables: PairTables, correct: float) -> Floats:
    """Return the counts with `correct` in empty cells, among the categories that occur."""
    return np.asarray(tables.counts + correct * (_used_by_both(tables) & (tables.counts == 0)))


def log_likelihood(tables: PairTables, thresholds: Floats, rho: Floats, correct: float = 0.0) -> Floats:
    """Return each pair's log-likelihood at correlations of shape (n_pairs,), for comparing two solutions."""
    corner = corners(thresholds)
    counts = corrected_counts(tables, correct)
    p, _ = probabilities(corner[tables.first], corner[tables.second], rho)
    return np.asarray((counts * np.log(p)).sum(axis=(1, 2)))


def saturated_log_likelihood(counts: Floats) -> Floats:
    """Return each table's log-likelihood if its own shares were the probabilities, shape (n_pairs,)."""
    total = counts.sum(axis=(1, 2), keepdims=True)
    share = np.where(counts > 0, counts / np.where(total > 0, total, 1.0), 1.0)
    return np.asarray((counts * np.log(share)).sum(axis=(1, 2)))

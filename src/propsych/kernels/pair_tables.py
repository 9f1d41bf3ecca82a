"""Tables of all pairs of items from one matrix product, and the thresholds that margins give."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["PairTables", "pair_tables", "thresholds_from_counts"]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

_BLOCK = 2**21
"""Indicators held at a time."""
_EXACT = 2**24
"""Whole numbers up to here are exact in single precision."""


class PairTables(NamedTuple):
    """Counts of all pairs i < j of k items with up to C categories.

    Attributes
    ----------
    counts : ndarray of float, shape (n_pairs, C, C)
        Rows the first item. Categories beyond an item's own are 0.
    marginal : ndarray of float, shape (k, C)
        Counts of each item alone, over everybody who answered it.
    first, second : ndarray of int, shape (n_pairs,)
    """

    counts: Floats
    marginal: Floats
    first: Positions
    second: Positions


def pair_tables(positions: NDArray[Any], n_categories: int) -> PairTables:
    """Count every pair of answers; negative positions are missing and left out pair by pair.

    The indicators of all categories are multiplied in single precision, which is exact for counts. Where
    nobody lacks an answer the last category follows from the others.

    Examples
    --------
    >>> pair_tables(np.array([[0, 1], [1, 1], [1, 0]]), 2).counts[0]
    array([[0., 1.],
           [1., 1.]])
    """
    n, k = positions.shape
    complete = bool(n) and positions.min(initial=0) >= 0 and n_categories > 1
    m = n_categories - 1 if complete else n_categories
    product, marginal = np.zeros((m * k, m * k)), np.zeros((n_categories, k))
    rows = min(max(1, _BLOCK // max(1, m * k)), _EXACT - 1)
    room = np.empty((min(rows, n), m, k), dtype=np.float32)
    for start in range(0, n, rows):
        part = positions[start : start + rows]
        block = room[: len(part)]
        for category in range(m):
            block[:, category] = part == category
        flat = block.reshape(len(part), m * k)
        product += flat.T @ flat
    marginal[:m] = np.diagonal(product).reshape(m, k)
    first, second = np.triu_indices(k, 1)
    counts = np.empty((n_categories, n_categories, len(first)))
    counts[:m, :m] = product.reshape(m, k, m, k).transpose(0, 2, 1, 3)[:, :, first, second]
    if complete:
        marginal[m] = n - marginal[:m].sum(axis=0)
        counts[m, :m] = marginal[:m, second] - counts[:m, :m].sum(axis=0)
        counts[:, m] = marginal[:, first] - counts[:, :m].sum(axis=1)
    return PairTables(np.ascontiguousarray(counts.transpose(2, 0, 1)), marginal.T.copy(), first, second)


def thresholds_from_counts(marginal: Floats) -> Floats:
    """Return the thresholds of items, shape (k, C - 1): normal quantiles of the cumulative shares.

    NaN for an item that nobody answered.
    """
    total = marginal.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(special.ndtri(np.minimum(np.cumsum(marginal, axis=1)[:, :-1] / total, 1.0)))

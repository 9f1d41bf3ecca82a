"""Means and covariances of complete answers in one pass over blocks of persons."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.small_integers import Shorts, as_small_integers, rows_at_once

__all__ = ["CrossProducts", "cross_products"]

Floats = NDArray[np.float64]
_EXACT = 2**24
"""Whole numbers up to here are exact in single precision, whatever the order of the sum."""


class CrossProducts(NamedTuple):
    """Means, shape (k,), and covariances (divisor n - 1), shape (k, k), of n persons."""

    n: int
    mean: Floats
    covariance: Floats


def cross_products(values: NDArray[Any]) -> CrossProducts:
    """Return means and covariances of complete answers, shape (n, k), of at least two persons.

    Answers that are small whole numbers are multiplied in single precision, which is twice as fast and
    loses nothing: no sum leaves the range in which it is exact. A column that does not vary has variance 0.

    Examples
    --------
    >>> cross_products(np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0]])).covariance
    array([[1. , 1.5],
           [1.5, 3. ]])
    """
    short = values if values.dtype == np.int16 else as_small_integers(values)
    exact = None if short is None else _of_integers(short)
    return _of_floats(values.astype(float, copy=False)) if exact is None else exact


def _of_integers(short: Shorts) -> CrossProducts | None:
    n, k = short.shape
    low, high = int(short.min()), int(short.max())
    fast = min(n, 4 * rows_at_once(k))
    middle = 0 if fast * max(-low, high) ** 2 < _EXACT else (low + high) // 2
    rows = min(_EXACT // max(high - middle, middle - low, 1) ** 2, fast)
    if rows < fast / 2:
        return None
    sums, products = np.zeros(k), np.zeros((k, k))
    ones, room = np.ones(rows, dtype=np.float32), np.empty((rows, k), dtype=np.float32)
    for start in range(0, n, rows):
        block = room[: n - start]
        # into the same memory again: fresh memory costs as much as the sums
        block[...] = short[start : start + rows]
        if middle:
            block -= np.float32(middle)
        sums += ones[: len(block)] @ block
        products += block.T @ block
    return CrossProducts(n, middle + sums / n, (products - np.outer(sums, sums) / n) / (n - 1.0))


def _of_floats(values: Floats) -> CrossProducts:
    n, k = values.shape
    # centring first keeps the products small, so little is lost to rounding
    centre = np.ones(n) @ values / n
    sums, products = np.zeros(k), np.zeros((k, k))
    rows = rows_at_once(k)
    for start in range(0, n, rows):
        block = values[start : start + rows] - centre
        sums += block.sum(axis=0)
        products += block.T @ block
    products -= np.outer(sums, sums) / n
    # what rounding of the mean leaves of a constant column is no spread
    doubtful = np.flatnonzero(np.diag(products) <= 1e-20 * n * np.square(centre))
    constant = doubtful[np.ptp(values[:, doubtful], axis=0) == 0]
    products[constant] = products[:, constant] = 0.0
    return CrossProducts(n, centre + sums / n, products / (n - 1.0))

"""Answers as short integers, where they are: their sums of products are then exact and cheap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shorts", "as_small_integers", "rows_at_once"]

Shorts = NDArray[np.int16]
_BLOCK = 100_000
_LARGEST = 10_000
_FIRST = 32


def rows_at_once(k: int) -> int:
    """Return how many persons with `k` answers fit into the processor's cache."""
    return max(1, _BLOCK // max(k, 1))


def as_small_integers(values: NDArray[Any]) -> Shorts | None:
    """Return numbers of shape (n, k) as short integers, or None unless each is a whole number that fits.

    Examples
    --------
    >>> as_small_integers(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[1, 2],
           [3, 4]], dtype=int16)
    >>> as_small_integers(np.array([[1.0, np.nan]])) is None
    True
    """
    if values.dtype.kind not in "fiub" or values.ndim != 2 or not values.size:
        return None
    if values.flags.f_contiguous and not values.flags.c_contiguous:
        turned = as_small_integers(values.T)
        return None if turned is None else turned.T
    if values.dtype.kind != "f":
        return values.astype(np.int16) if _fits(values) else None
    if _shorten(values[:_FIRST]) is None:
        return None  # most scores that are not whole are found out at once
    short = _shorten(values)
    return short if short is not None and _fits(short) else None


def _shorten(values: NDArray[Any]) -> Shorts | None:
    """Return floating numbers as short integers, or None if one of them changes thereby."""
    n, k = values.shape
    rows = min(n, max(1, rows_at_once(k) // 2))
    short = np.empty(values.shape, dtype=np.int16)
    # the same memory for every block: fresh memory would cost as much as the comparison
    room, differs = np.empty((rows, k), dtype=values.dtype), np.empty((rows, k), dtype=bool)
    for start in range(0, n, rows):
        block, part = values[start : start + rows], short[start : start + rows]
        back, changed = room[: len(block)], differs[: len(block)]
        with np.errstate(invalid="ignore"):  # NaN and what does not fit differ afterwards
            np.copyto(part, block, casting="unsafe")
        np.copyto(back, part)
        if np.not_equal(back, block, out=changed).any():
            return None
    return short


def _fits(values: NDArray[Any]) -> bool:
    return bool(values.min() >= -_LARGEST and values.max() <= _LARGEST)

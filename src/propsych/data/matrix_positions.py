"""A whole matrix of answers to items with the same declared categories, checked at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.small_integers import as_small_integers

__all__ = ["Matrix", "matrix_positions"]


class Matrix(NamedTuple):
    """Column names, and the position of each answer among the categories."""

    names: tuple[str, ...]
    positions: NDArray[np.int16]


def matrix_positions(data: Any, declared: tuple[float, ...]) -> Matrix | None:
    """Return positions of complete answers, or None where columns have to be looked at one by one.

    That is: another frame, missing or undeclared answers, categories that are no consecutive whole numbers.
    """
    step = declared[1] - declared[0]
    even = all(score == declared[0] + step * i for i, score in enumerate(declared))
    if abs(step) != 1 or not even or not float(declared[0]).is_integer():
        return None
    table = _table(data)
    short = None if table is None else as_small_integers(table[1])
    if table is None or short is None:
        return None
    first = int(declared[0])
    positions = np.int16(first) - short if step < 0 else short - np.int16(first) if first else short
    if positions.min() < 0 or positions.max() >= len(declared):
        return None
    return Matrix(table[0], positions)


def _table(data: Any) -> tuple[tuple[str, ...], NDArray[Any]] | None:
    if isinstance(data, pd.DataFrame):
        names = tuple(map(str, data.columns))
        numeric = all(isinstance(dtype, np.dtype) and dtype.kind in "fiu" for dtype in set(data.dtypes))
        return (names, data.to_numpy()) if numeric and len(set(names)) == len(names) else None
    if isinstance(data, list | tuple):
        try:
            data = np.asarray(data)
        except ValueError:
            return None
    # a masked array would show what it masks
    if not isinstance(data, np.ndarray) or isinstance(data, np.ma.MaskedArray) or data.ndim != 2:
        return None
    return tuple(f"x{j + 1}" for j in range(data.shape[1])), data

"""Columns of pandas, polars and pyarrow frames and of arrays as numbers, without a questionnaire."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message

__all__ = ["BareColumn", "bare_columns"]

_DROP = "leave it out, code its answers as numbers, or use an ordered categorical dtype"


@dataclass(frozen=True, eq=False)
class BareColumn:
    """One column.

    Attributes
    ----------
    name : str
        Its name; ``x1``, ``x2``, ... for an array.
    numbers : ndarray of float, shape (n_rows,)
        Its numbers, NaN where missing. Where `categories` are declared: positions among them.
    categories : tuple or None
        Categories of an ordered categorical dtype, in order.
    """

    name: str
    numbers: NDArray[np.float64]
    categories: tuple[Any, ...] | None = None


def bare_columns(data: Any) -> list[BareColumn]:
    """Return the columns of a frame or array.

    Raises
    ------
    propsych.errors.AnalysisError
        If there are no rows or columns, a name stands twice, or a column does not hold numbers.
    """
    columns = _of_array(data) if isinstance(data, np.ndarray | list | tuple) else _of_frame(data)
    if not columns:
        raise AnalysisError(message("there are no columns", remedy="give at least one item"))
    if not len(columns[0].numbers):
        raise AnalysisError(message("there are no rows", remedy="give at least one person"))
    for column in columns:
        if np.isinf(column.numbers).any():
            n = int(np.isinf(column.numbers).sum())
            raise AnalysisError(
                message(f"the column holds {n} infinite numbers", where=column.name, remedy="correct them")
            )
    return columns


def _of_array(data: Any) -> list[BareColumn]:
    if isinstance(data, np.ma.MaskedArray):  # which would show what it masks
        data = np.ma.filled(data.astype(float), np.nan)
    try:
        array = np.asarray(data)
    except ValueError:  # rows of different lengths
        raise AnalysisError(message("the rows have different lengths", remedy="give a matrix")) from None
    if array.ndim != 2:
        raise AnalysisError(
            message(
                f"an array of {array.ndim} dimensions", remedy="give persons in rows and items in columns"
            )
        )
    names = [f"x{j + 1}" for j in range(array.shape[1])]
    return [BareColumn(name, _as_numbers(array[:, j], name)) for j, name in enumerate(names)]


def _of_frame(data: Any) -> list[BareColumn]:
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    try:
        frame = nw.from_native(data, eager_only=True)
        labels = list(frame.columns)
    except TypeError:
        raise AnalysisError(
            message(
                "this is no frame with items in columns",
                got=type(data).__name__,
                remedy="give a pandas, polars or pyarrow frame (collect a lazy one) or a matrix",
            )
        ) from None
    except DuplicateError:
        labels = list(getattr(data, "column_names", None) or data.columns)
    names = [str(label) for label in labels]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise AnalysisError(
            message("the column name stands twice", where=twice[0], remedy="rename one of them")
        )
    # by position: a name may be a number, and would then be taken for a row
    return [_of_series(series, name) for series, name in zip(frame.iter_columns(), names, strict=True)]


def _of_series(series: Any, name: str) -> BareColumn:
    import narwhals as nw

    if series.dtype in (nw.Categorical, nw.Enum):
        return _categorical(series.to_native(), name)
    if series.dtype == nw.Boolean or series.dtype.is_numeric():
        values = series.to_numpy()
        if values.dtype.kind in "fiub":  # a null is NaN already: only floats hold one here
            return BareColumn(name, values.astype(float))
    return BareColumn(name, _as_numbers(np.array(series.to_list(), dtype=object), name))


def _categorical(native: Any, name: str) -> BareColumn:
    """Read an ordered categorical column of pandas, polars or pyarrow."""
    dtype: Any = getattr(native, "dtype", None)
    if hasattr(dtype, "ordered") and hasattr(native, "cat"):  # pandas
        ordered, categories = bool(dtype.ordered), tuple(dtype.categories)
        index = native.cat.codes.to_numpy()
    elif dtype is not None:  # polars: an Enum is declared in order, a Categorical is not
        ordered = hasattr(dtype, "categories") and type(dtype).__name__ == "Enum"
        categories = tuple(dtype.categories) if ordered else ()
        places = {category: k for k, category in enumerate(categories)}
        index = np.array([places.get(value, -1) for value in native.to_list()])
    else:  # pyarrow
        ordered, categories, index = _pyarrow_dictionary(native)
    if not ordered:
        raise AnalysisError(
            message("the categories have no order", where=name, remedy="use an ordered categorical dtype")
        )
    if len(categories) < 2:
        raise AnalysisError(
            message("the dtype declares fewer than two categories", where=name, remedy="declare all of them")
        )
    codes = np.asarray(index, dtype=float)
    return BareColumn(name, np.where(codes < 0, np.nan, codes), categories)


def _pyarrow_dictionary(native: Any) -> tuple[bool, tuple[Any, ...], Any]:
    whole = native.unify_dictionaries().combine_chunks()
    chunk = whole.chunk(0) if hasattr(whole, "chunk") else whole
    index = [-1 if k is None else k for k in chunk.indices.to_pylist()]
    return bool(native.type.ordered), tuple(chunk.dictionary.to_pylist()), np.array(index, dtype=float)


def _as_numbers(values: NDArray[Any], name: str) -> NDArray[np.float64]:
    """Return numbers, NaN where missing; text, dates, complex and other objects are refused."""
    if values.dtype.kind in "fiub":
        return values.astype(float)
    if values.dtype.kind == "c":
        raise AnalysisError(message("the column holds complex numbers", where=name, remedy=_DROP))
    if values.dtype.kind != "O":
        kind = "text" if values.dtype.kind in "US" else str(values.dtype)
        raise AnalysisError(message(f"the column holds {kind}, not numbers", where=name, remedy=_DROP))
    return np.array(_floats(values.tolist(), name), dtype=float)


def _floats(values: Sequence[Any], name: str) -> list[float]:
    floats = []
    for value in values:
        if _is_missing(value):
            floats.append(math.nan)
        elif isinstance(value, numbers.Real) or type(value).__name__ == "Decimal":
            floats.append(float(value))
        else:
            kind = "text" if isinstance(value, str) else f"{type(value).__name__} objects"
            if isinstance(value, numbers.Complex):
                kind = "complex numbers"
            raise AnalysisError(message(f"the column holds {kind}, not numbers", where=name, remedy=_DROP))
    return floats


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ == "NAType":
        return True
    return isinstance(value, float) and math.isnan(value)

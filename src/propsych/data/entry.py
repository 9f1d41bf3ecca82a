"""The gate of analyses that work on columns of numbers, items or not."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.bare_columns import BareColumn, bare_columns
from propsych.data.item_data import ItemData
from propsych.data.responses import Responses
from propsych.errors import AnalysisError, message

__all__ = ["NumericColumns", "numeric_columns"]


class NumericColumns(NamedTuple):
    """Columns of numbers, NaN where missing: `values` has shape (n_persons, n_columns)."""

    names: tuple[str, ...]
    values: NDArray[np.float64]


def numeric_columns(data: Any, name: str = "x1") -> NumericColumns:
    """Return columns of numbers from whatever holds them.

    Parameters
    ----------
    data : Responses, ItemData, pandas/polars/pyarrow frame or Series, or array_like
        A one-dimensional array is one column. Of `Responses` and `ItemData` the item scores are taken.
    name : str
        Name of one column that has none, for the error.

    Returns
    -------
    NumericColumns

    Raises
    ------
    propsych.errors.AnalysisError
        If there are no rows or columns, a name stands twice, or a column holds text or infinite numbers.

    Examples
    --------
    >>> numeric_columns([1, 2, 2]).values.shape
    (3, 1)
    """
    if isinstance(data, Responses | ItemData):
        items = data.items() if isinstance(data, Responses) else data
        return NumericColumns(items.names, items.values)
    columns = bare_columns(_frame_of_one(data, name))
    return NumericColumns(
        tuple(column.name for column in columns), np.stack([_numbers(c) for c in columns], axis=1)
    )


def _frame_of_one(data: Any, name: str) -> Any:
    """Return a frame of one column from a Series or a one-dimensional array; the rest as it is."""
    import narwhals as nw

    # pyarrow's plain arrays; its tables turn into lists too, of rows
    if hasattr(data, "to_pylist") and not hasattr(data, "column_names"):
        data = data.to_pylist()
    flat = isinstance(data, np.ndarray | list | tuple) and _is_flat(data)
    if flat or isinstance(data, pd.api.extensions.ExtensionArray):
        data = pd.Series(data)
    if isinstance(data, pd.Series):
        return data.to_frame(name if data.name is None else data.name)
    series = nw.from_native(data, series_only=True, pass_through=True)
    return series.alias(series.name or name).to_frame().to_native() if isinstance(series, nw.Series) else data


def _is_flat(data: Any) -> bool:
    try:
        return np.ndim(data) == 1
    except ValueError:  # rows of different lengths, which the columns refuse in words
        return False


def _numbers(column: BareColumn) -> NDArray[np.float64]:
    """Return the numbers themselves, where a categorical dtype holds positions among its categories."""
    if column.categories is None:
        return column.numbers
    try:
        scores = np.array([*column.categories, np.nan], dtype=float)
    except (TypeError, ValueError):
        raise AnalysisError(
            message("the categories are no numbers", where=column.name, remedy="give the column's codes")
        ) from None
    positions = np.where(np.isnan(column.numbers), len(scores) - 1, column.numbers).astype(int)
    return np.asarray(scores[positions])

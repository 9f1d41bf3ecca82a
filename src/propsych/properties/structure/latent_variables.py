"""Columns that are continuous or ordered, each as it is declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData, Responses
from propsych.data.bare_columns import BareColumn, bare_columns
from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError, message

__all__ = ["Variables", "variables_of"]

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Variables:
    """Columns in their order, each continuous or ordered.

    Attributes
    ----------
    names : tuple of str
    of_continuous, of_ordered : ndarray of int
        Where they stand among all columns.
    values : ndarray of float, shape (n, n_continuous)
        NaN where missing.
    items : ItemData or None
        The ordered ones; None where there are none.
    n_asked : int
    """

    names: tuple[str, ...]
    of_continuous: Rows
    of_ordered: Rows
    values: Floats
    items: ItemData | None
    n_asked: int

    @property
    def answered(self) -> NDArray[np.bool_]:
        """True where a person has a value, shape (n, n_columns)."""
        answered = np.ones((len(self.values), len(self.names)), dtype=bool)
        answered[:, self.of_continuous] = ~np.isnan(self.values)
        if self.items is not None:
            answered[:, self.of_ordered] = self.items.positions >= 0
        return answered

    def select(self, rows: NDArray[np.bool_]) -> Variables:
        """Return the same variables of some persons."""
        items = None if self.items is None else self.items.select(rows)
        return Variables(
            self.names, self.of_continuous, self.of_ordered, self.values[rows], items, self.n_asked
        )


def variables_of(
    data: Any, continuous: Iterable[str], categories: Iterable[Any] | Mapping[str, Iterable[Any]] | None
) -> Variables:
    """Return the columns, each by its declared kind; see :func:`propsych.mixed_correlations`.

    Raises
    ------
    propsych.errors.AnalysisError
        For a column that is declared twice or not at all, and what :func:`bare_columns` and
        :func:`as_item_data` refuse.
    """
    if isinstance(continuous, str) or not isinstance(continuous, Iterable):
        raise AnalysisError(message("continuous is a list of columns", remedy='write ["age", "score"]'))
    chosen = [str(name) for name in continuous]
    if isinstance(data, ItemData | Responses):
        if chosen:
            remedy = "give a frame with the variable and the items"
            raise AnalysisError(message("these data hold ordered items only", got=chosen[0], remedy=remedy))
        every = as_item_data(data, categories=categories)
        k, nothing = every.n_items, np.empty(0, dtype=np.int64)
        return Variables(
            every.names, nothing, np.arange(k), np.empty((every.n_persons, 0)), every, every.n_asked_any
        )
    columns = bare_columns(data)
    names = tuple(column.name for column in columns)
    _require_declared(columns, chosen, categories)
    place = {name: j for j, name in enumerate(names)}
    of_continuous = np.array(sorted(place[name] for name in set(chosen)), dtype=np.int64)
    of_ordered = np.array([j for j in range(len(names)) if names[j] not in chosen], dtype=np.int64)
    n = len(columns[0].numbers)
    values = np.stack([columns[j].numbers for j in of_continuous], axis=1) if chosen else np.empty((n, 0))
    items = _items([columns[j] for j in of_ordered], categories) if len(of_ordered) else None
    found = Variables(names, of_continuous, of_ordered, values, items, 0)
    asked = int(found.answered.any(axis=1).sum()) if items is None else n
    return Variables(names, of_continuous, of_ordered, values, items, asked)


def _require_declared(
    columns: Sequence[BareColumn],
    chosen: Sequence[str],
    categories: Iterable[Any] | Mapping[str, Iterable[Any]] | None,
) -> None:
    """Raise `AnalysisError` unless each column is declared once."""
    names = [column.name for column in columns]
    unknown = [name for name in chosen if name not in names]
    if unknown:
        remedy = f"use {', '.join(names)}"
        what = f"there is no such column: {unknown[0]!r}"
        raise AnalysisError(message(what, where="continuous", remedy=remedy))
    by_name = {str(name) for name in categories} if isinstance(categories, Mapping) else set()
    strange = sorted(by_name - set(names))
    if strange:
        raise AnalysisError(message("there is no such column", where=f"categories[{strange[0]!r}]"))
    for column in columns:
        ordered = column.categories is not None or column.name in by_name
        if column.name in chosen and ordered:
            what, remedy = "the column is declared continuous and has categories", "declare it once"
            raise AnalysisError(message(what, where=column.name, remedy=remedy))
        common = categories is not None and not isinstance(categories, Mapping)
        if column.name not in chosen and not ordered and not common:
            raise AnalysisError(
                message(
                    "nothing says whether the column is continuous or ordered",
                    where=column.name,
                    consequence="the kind of a correlation is not guessed from the numbers",
                    remedy="name it in continuous=, or give its categories",
                )
            )


def _items(columns: Sequence[BareColumn], categories: Any) -> ItemData:
    frame: dict[str, Any] = {}
    for column in columns:
        if column.categories is None:
            frame[column.name] = column.numbers
        else:
            codes = np.where(np.isnan(column.numbers), -1, column.numbers).astype(np.int64)
            dtype = pd.CategoricalDtype(list(column.categories), ordered=True)
            frame[column.name] = pd.Categorical.from_codes(codes, dtype=dtype)
    if isinstance(categories, Mapping):
        names = {column.name for column in columns if column.categories is None}
        declared = {str(name): list(values) for name, values in categories.items()}
        own = {column.name: _declared_scores(column) for column in columns if column.name not in names}
        categories = {**own, **declared} if names or declared else None
    elif categories is not None and any(column.categories is not None for column in columns):
        common = list(categories)
        categories = {
            column.name: common if column.categories is None else _declared_scores(column)
            for column in columns
        }
    return as_item_data(pd.DataFrame(frame), categories=categories, name="variables")


def _declared_scores(column: BareColumn) -> list[float]:
    """Return the scores that a categorical dtype stands for: its numbers, or 0, 1, ..."""
    entries = column.categories or ()
    try:
        return [float(entry) for entry in entries]
    except (TypeError, ValueError):
        return [float(place) for place in range(len(entries))]

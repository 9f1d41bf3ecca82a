"""The gate of analyses of two measurements of the same persons."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.entry import numeric_columns
from propsych.errors import AnalysisError, message

__all__ = ["Paired", "differences", "paired_scores"]

LEAST_PAIRS = 3


class Paired(NamedTuple):
    """Scores of the persons measured twice.

    Attributes
    ----------
    values : ndarray of float, shape (n, 2)
        First and second score; complete.
    kept : ndarray of bool, shape (n_persons,)
        Which persons of the input these are.
    persons : tuple
        Their index in the input: a pandas index, or positions from 0.
    n_persons : int
        Persons of the input.
    """

    values: NDArray[np.float64]
    kept: NDArray[np.bool_]
    persons: tuple[Any, ...]
    n_persons: int


def paired_scores(first: Any, second: Any, *, least: int = LEAST_PAIRS) -> Paired:
    """Return the complete pairs of two columns of scores.

    Parameters
    ----------
    first, second : pandas Series, frame of one column, or array_like of shape (n_persons,)
        Two pandas Series must have the same index: rows are persons.
    least : int
        Fewest complete pairs.

    Raises
    ------
    propsych.errors.AnalysisError
        If lengths or indexes differ, a score is text or infinite, or there are too few pairs.
    """
    columns = []
    for name, scores in (("first", first), ("second", second)):
        values = numeric_columns(scores, name).values
        if values.shape[1] != 1:
            remedy = "give one column of scores at each occasion"
            raise AnalysisError(
                message("several columns where one score is needed", where=name, remedy=remedy)
            )
        columns.append(values[:, 0])
    if len(columns[0]) != len(columns[1]):
        got = f"{len(columns[0])} and {len(columns[1])}"
        remedy = "give the same persons in the same order, NaN where a score is missing"
        raise AnalysisError(message("the two measurements have different lengths", got=got, remedy=remedy))
    both_series = isinstance(first, pd.Series) and isinstance(second, pd.Series)
    if both_series and not first.index.equals(second.index):
        raise AnalysisError(
            message(
                "the two measurements have different persons, or another order",
                consequence="rows would be paired with the wrong person",
                remedy="align them first, for instance second.reindex(first.index)",
            )
        )
    if isinstance(first, pd.Series) and not first.index.is_unique:
        remedy = "keep one row a person"
        raise AnalysisError(message("a person stands twice in the measurements", remedy=remedy))
    values = np.stack(columns, axis=1)
    kept = np.asarray(~np.isnan(values).any(axis=1))
    if kept.sum() < least:
        who = f"fewer than {least} persons have" if least > 1 else "nobody has"
        what, got = f"{who} both measurements", str(int(kept.sum()))
        raise AnalysisError(message(what, got=got, remedy="collect more"))
    index = first.index if isinstance(first, pd.Series) else np.arange(len(values))
    return Paired(values[kept], kept, tuple(index[kept]), len(values))


def differences(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return second minus first of paired scores, shape (n,); the same number where only rounding differs.

    Examples
    --------
    >>> differences(np.array([[0.1, 0.2], [0.2, 0.3]]))
    array([0.1, 0.1])
    """
    d = np.asarray(values[:, 1] - values[:, 0])
    if np.ptp(d) <= 4.0 * np.finfo(float).eps * np.abs(values).max():
        d = np.full_like(d, d[0])
    return d

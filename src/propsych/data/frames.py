"""Bare frames and arrays as ItemData; categories come from dtype or caller, or are those that occur."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.bare_columns import BareColumn, bare_columns
from propsych.data.item_data import ItemData
from propsych.data.matrix_positions import Matrix, matrix_positions
from propsych.data.responses import Responses
from propsych.errors import AnalysisError, CategoriesObservedWarning, message
from propsych.questionnaire import MissingKind

__all__ = ["as_item_data"]

Categories = Iterable[Any] | Mapping[str, Iterable[Any]]
_SKIPPED = int(MissingKind.SKIPPED)
_FEW = 5


def as_item_data(data: Any, *, categories: Categories | None = None, name: str = "items") -> ItemData:
    """Return answers to some items as `ItemData`, whatever holds them.

    Parameters
    ----------
    data : ItemData, Responses, pandas/polars/pyarrow frame or array_like, shape (n_persons, n_items)
        `ItemData` is returned as it is; of `Responses` every choice item is taken. Columns of a frame are
        items: numbers, or an ordered categorical dtype (pandas ordered ``category``, polars ``Enum``,
        pyarrow ordered dictionary), whose categories then are the declared ones. Categories that are all
        numbers are scored by them, labels 0, 1, ... in order. NaN, None and null are *skipped*.
    categories : iterable of number, or mapping of column to iterable of number, optional
        The declared categories in questionnaire order, rising or falling: one for all items, or one an
        item.
    name : str
        Name of a bare frame in results.

    Returns
    -------
    ItemData
        Where neither dtype nor `categories` declares them, ``source`` is ``"observed"`` and the categories
        are the distinct numbers that occur, in rising order.

    Raises
    ------
    propsych.errors.AnalysisError
        If there are no rows or no columns, a name stands twice, a column holds text, infinite or complex
        numbers, a categorical dtype has no order, a declared column holds something else than its
        categories, or a column without declared categories holds no number.
    propsych.errors.DataError
        If `Responses` holds errors.

    Warns
    -----
    propsych.errors.CategoriesObservedWarning
        Once a call, if categories were taken from the data.

    Notes
    -----
    Do not trust what depends on the range of the categories (floor, ceiling, reversal, weighted kappa) when
    they were observed: a category that nobody chose is not there.

    Examples
    --------
    >>> items = as_item_data([[1, 2], [3, None], [2, 2]], categories=range(1, 5))
    >>> items.scores[0], items.source
    ((1.0, 2.0, 3.0, 4.0), 'declared')
    >>> items.positions
    array([[ 0,  1],
           [ 2, -1],
           [ 1,  1]], dtype=int16)
    """
    if isinstance(data, ItemData | Responses):
        if categories is not None:
            raise AnalysisError(
                message("these data declare their categories", remedy="leave out the argument categories")
            )
        return data if isinstance(data, ItemData) else data.items()
    if categories is not None and not isinstance(categories, Mapping):
        common = _numbers(categories, "categories")
        matrix = matrix_positions(data, common)
        if matrix is not None:
            return _of_matrix(matrix, common, name)
        categories = common
    columns = bare_columns(data)
    declared = _declared([column.name for column in columns], categories)
    coded = [_code(column, declared.get(column.name)) for column in columns]
    observed = [column.name for column, (_, _, _, known) in zip(columns, coded, strict=True) if not known]
    if observed:
        _warn(observed)
    largest = max(len(scores) for _, scores, _, _ in coded)
    positions: NDArray[Any] = np.stack([codes for codes, _, _, _ in coded], axis=1)
    positions = positions.astype(np.int16 if largest <= np.iinfo(np.int16).max else np.int32)
    positions.setflags(write=False)
    return ItemData(
        positions=positions,
        names=tuple(column.name for column in columns),
        scores=tuple(scores for _, scores, _, _ in coded),
        labels=tuple(labels for _, _, labels, _ in coded),
        source="observed" if observed else "declared",
        persons=pd.DataFrame(index=range(len(positions))),
        name=name,
    )


def _of_matrix(matrix: Matrix, scores: tuple[float, ...], name: str) -> ItemData:
    n, k = matrix.positions.shape
    matrix.positions.setflags(write=False)
    labels = tuple(map(_label, scores))
    return ItemData(
        matrix.positions,
        matrix.names,
        (scores,) * k,
        (labels,) * k,
        "declared",
        pd.DataFrame(index=range(n)),
        name,
    )


def _warn(observed: Sequence[str]) -> None:
    few = ", ".join(observed[:_FEW]) + (f" and {len(observed) - _FEW} more" if len(observed) > _FEW else "")
    text = message(
        "no categories are declared, so those that occur in the data are used",
        where=few,
        consequence="a category that nobody chose is not counted, so floor, ceiling and reversal are refused",
        remedy="give categories=, an ordered categorical dtype, or a questionnaire",
    )
    warnings.warn(text, CategoriesObservedWarning, stacklevel=3)


def _declared(names: Sequence[str], categories: Categories | None) -> dict[str, tuple[float, ...]]:
    """Return column name -> categories declared by the caller."""
    if categories is None:
        return {}
    if not isinstance(categories, Mapping):
        common = _numbers(categories, "categories")
        return dict.fromkeys(names, common)
    by_name = {str(column): values for column, values in categories.items()}
    unknown = sorted(set(by_name) - set(names))
    if unknown:
        raise AnalysisError(message("there is no such column", where=f"categories[{unknown[0]!r}]"))
    lacking = [column for column in names if column not in by_name]
    if lacking:
        raise AnalysisError(
            message(
                "the column has no categories", where=lacking[0], remedy="give categories for every column"
            )
        )
    return {column: _numbers(values, f"categories[{column!r}]") for column, values in by_name.items()}


def _numbers(values: Iterable[Any], where: str) -> tuple[float, ...]:
    """Return declared categories as numbers that rise or fall throughout."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise AnalysisError(
            message("categories are a list of numbers", where=where, remedy="write [0, 1, 2]")
        )
    entries = list(values)
    try:
        numbers = np.array(entries, dtype=float)
    except (TypeError, ValueError):
        numbers = np.array([np.nan])
    if (
        numbers.ndim != 1
        or not np.isfinite(numbers).all()
        or any(isinstance(e, str | bytes) for e in entries)
    ):
        raise AnalysisError(
            message(
                "categories are finite numbers",
                where=where,
                remedy="give labels as an ordered categorical dtype instead",
            )
        )
    steps = np.diff(numbers)
    if len(numbers) < 2 or not ((steps > 0).all() or (steps < 0).all()):
        raise AnalysisError(
            message(
                "categories are at least two, in order: they rise or fall throughout",
                where=where,
                got=str(numbers.tolist()[:10]),
                remedy="give each category once, in questionnaire order",
            )
        )
    return tuple(numbers.tolist())


Coded = tuple[NDArray[np.int64], tuple[float, ...], tuple[str, ...], bool]


def _code(column: BareColumn, declared: tuple[float, ...] | None) -> Coded:
    """Return positions, scores, labels, and whether the categories were declared."""
    if column.categories is not None:
        scores, labels = _scores_of_dtype(column)
        if declared is not None and declared != scores:
            raise AnalysisError(
                message(
                    "the column's dtype declares other categories than the argument",
                    where=column.name,
                    got=f"{list(scores)} and {list(declared)}",
                    remedy="declare them in one place",
                )
            )
        return (
            np.where(np.isnan(column.numbers), _SKIPPED, column.numbers).astype(np.int64),
            scores,
            labels,
            True,
        )
    if declared is not None:
        return _positions(column, declared), declared, tuple(map(_label, declared)), True
    answered = ~np.isnan(column.numbers)
    observed, index = np.unique(column.numbers[answered], return_inverse=True)
    if not len(observed):
        raise AnalysisError(
            message(
                "the column holds no number, and no categories are declared",
                where=column.name,
                remedy="leave it out, or declare its categories",
            )
        )
    positions = np.full(len(column.numbers), _SKIPPED, dtype=np.int64)
    positions[answered] = index
    scores = tuple(observed.tolist())
    return positions, scores, tuple(map(_label, scores)), False


def _scores_of_dtype(column: BareColumn) -> tuple[tuple[float, ...], tuple[str, ...]]:
    categories = column.categories or ()
    try:
        numbers = [float(category) for category in categories]
    except (TypeError, ValueError):
        return tuple(float(k) for k in range(len(categories))), tuple(map(str, categories))
    scores = _numbers(numbers, column.name)
    return scores, tuple(map(_label, scores))


def _positions(column: BareColumn, declared: tuple[float, ...]) -> NDArray[np.int64]:
    """Return the position of each answer among the declared categories."""
    values = np.asarray(declared)
    order = np.argsort(values)
    answered = ~np.isnan(column.numbers)
    answers = column.numbers[answered]
    place = np.minimum(np.searchsorted(values[order], answers), len(values) - 1)
    index = order[place]
    wrong = values[index] != answers
    if wrong.any():
        met = ", ".join(map(_label, np.unique(answers[wrong])[:_FEW]))
        raise AnalysisError(
            message(
                f"{int(wrong.sum())} answers are no declared category",
                where=column.name,
                got=f"{met}; declared: {', '.join(map(_label, declared))}",
                remedy="correct the data, or declare the category",
            )
        )
    positions = np.full(len(column.numbers), _SKIPPED, dtype=np.int64)
    positions[answered] = index
    return positions


def _label(number: float) -> str:
    """Return a number as a label: ``3``, not ``3.0``."""
    return str(int(number)) if float(number).is_integer() else str(float(number))

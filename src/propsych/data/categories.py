"""Ratings, numbers or text, as positions among declared categories."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message

__all__ = ["Categories", "declared_categories", "rating_positions"]


class Categories(NamedTuple):
    """Declared categories in order.

    Attributes
    ----------
    labels : tuple
        As declared: numbers or text.
    scores : ndarray of float, shape (q,)
        The numbers themselves, or 1, 2, ... for text.
    """

    labels: tuple[Any, ...]
    scores: NDArray[np.float64]


def declared_categories(categories: Iterable[Any] | None) -> Categories:
    """Return declared categories with their scores.

    Raises
    ------
    propsych.errors.AnalysisError
        If they are not declared, have no order, are fewer than two, stand twice, mix numbers with text, hold
        a missing value, or are numbers that do not increase.

    Examples
    --------
    >>> declared_categories(["never", "sometimes", "always"]).scores
    array([1., 2., 3.])
    """
    if categories is None or isinstance(categories, str | bytes) or not isinstance(categories, Iterable):
        raise AnalysisError(
            message(
                "the categories are not declared",
                consequence="agreement by chance depends on the categories a rater could choose, used or not",
                remedy="give them in order, for instance categories=range(5)",
            )
        )
    if isinstance(categories, set | frozenset):
        remedy = "declare them in a list"
        raise AnalysisError(message("a set of categories has no order", remedy=remedy))
    labels = tuple(categories)
    if len(labels) < 2:
        remedy = "declare every category that could be chosen"
        raise AnalysisError(message("fewer than two categories", got=str(len(labels)), remedy=remedy))
    if not all(_can_be_chosen(label) for label in labels):
        remedy = "declare numbers or text; a missing rating is None or NaN and needs no category"
        raise AnalysisError(message("a category is neither a number nor text", remedy=remedy))
    numeric = [_is_number(label) for label in labels]
    if any(numeric) and not all(numeric):
        raise AnalysisError(message("categories mix numbers with text", remedy="declare all in one form"))
    if len(set(labels)) < len(labels):
        raise AnalysisError(message("a category is declared twice", remedy="declare each one once"))
    if not all(numeric):
        return Categories(labels, np.arange(1.0, len(labels) + 1.0))
    scores = np.array([float(label) for label in labels])
    if not np.isfinite(scores).all() or not (np.diff(scores) > 0).all():
        remedy = "declare finite numbers in increasing order"
        raise AnalysisError(message("the categories are not in increasing order", remedy=remedy))
    return Categories(labels, scores)


def _can_be_chosen(label: Any) -> bool:
    return isinstance(label, str | bool | np.bool_) or _is_number(label)


def _is_number(label: Any) -> bool:
    return isinstance(label, int | float | np.integer | np.floating) and not isinstance(label, bool)


def rating_positions(
    values: NDArray[Any], categories: Categories, columns: Sequence[str]
) -> NDArray[np.int64]:
    """Return each rating's position among the categories, -1 where it is missing.

    Parameters
    ----------
    values : ndarray of object or float, shape (n_persons, n_raters)
        None or NaN where missing.
    categories : Categories
    columns : sequence of str
        Names of the raters, for the error.

    Returns
    -------
    ndarray of int, shape (n_persons, n_raters)

    Raises
    ------
    propsych.errors.AnalysisError
        If a rating is none of the declared categories; it names the rater, not the person.

    Examples
    --------
    >>> rating_positions(np.array([[1.0, 3.0], [2.0, np.nan]]), declared_categories([1, 2, 3]), ["a", "b"])
    array([[ 0,  2],
           [ 1, -1]])
    """
    import pandas as pd

    flat = pd.Series(np.asarray(values, dtype=object).ravel())
    known = {label: k for k, label in enumerate(categories.labels)}
    mapped = flat.map(lambda value: known.get(value) if isinstance(value, Hashable) else None)
    outside = (mapped.isna() & flat.notna()).to_numpy(dtype=bool).reshape(values.shape)
    if outside.any():
        j = int(np.argmax(outside.any(axis=0)))
        n = int(outside[:, j].sum())
        raise AnalysisError(
            message(
                f"{n} rating{'s are' if n > 1 else ' is'} none of the declared categories",
                where=columns[j],
                remedy="declare every category, code missing answers as missing, or correct the ratings",
            )
        )
    return mapped.fillna(-1).to_numpy(dtype=np.int64).reshape(values.shape)

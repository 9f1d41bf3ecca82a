"""Ratings of persons by raters (or at occasions): wide frames and long rows become one table."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data.cpr import masked
from propsych.errors import AnalysisError, message

__all__ = ["Ratings", "numeric_ratings", "wide_ratings"]


class Ratings(NamedTuple):
    """One row a person and one column a rater.

    Attributes
    ----------
    values : ndarray, shape (n_persons, n_raters)
        Objects with None where a rating is missing (:func:`wide_ratings`), or floats with NaN
        (:func:`numeric_ratings`).
    persons, raters : tuple of str
        Their names; persons of a wide table are numbered from 1, and a rater's CPR number is masked.
    """

    values: NDArray[Any]
    persons: tuple[str, ...]
    raters: tuple[str, ...]


def wide_ratings(
    data: Any, *, person: str | None = None, rater: str | None = None, rating: str | None = None
) -> Ratings:
    """Return ratings as they stand, numbers or text, from a wide table or from long rows.

    Parameters
    ----------
    data : ItemData, pandas/polars/pyarrow frame or array_like of shape (n_persons, n_raters)
        Wide: one row a person, one column a rater. Long: one row a rating.
    person, rater, rating : str, optional
        Columns of a long frame; all three or none.

    Returns
    -------
    Ratings
        Objects; None where missing.

    Raises
    ------
    propsych.errors.AnalysisError
        If there are no rows or columns, only some of the three columns are named, a person or rater is
        missing in a long row, or a (person, rater) stands twice.

    Examples
    --------
    >>> long = {"who": [1, 1, 2, 2], "by": ["a", "b", "a", "b"], "score": [3, 4, 1, 1]}
    >>> import pandas as pd
    >>> wide_ratings(pd.DataFrame(long), person="who", rater="by", rating="score").raters
    ('a', 'b')
    """
    named = [name for name in (person, rater, rating) if name is not None]
    if len(named) not in (0, 3):
        remedy = "name person, rater and rating together, or none of them for a wide table"
        raise AnalysisError(message("long ratings need three columns", got=", ".join(named), remedy=remedy))
    names, columns = _columns(data)
    if person is None or rater is None or rating is None:
        values = np.stack(columns, axis=1)
        return Ratings(values, tuple(str(i + 1) for i in range(len(values))), names)
    return _pivot(*(_named(names, columns, name) for name in (person, rater, rating)))


def numeric_ratings(
    data: Any, *, person: str | None = None, rater: str | None = None, rating: str | None = None
) -> Ratings:
    """Return ratings as numbers, NaN where missing; see :func:`wide_ratings`.

    Raises
    ------
    propsych.errors.AnalysisError
        Also if a rating is text or infinite.
    """
    if person is None and rater is None and rating is None:
        from propsych.data.entry import numeric_columns

        wide = numeric_columns(data)
        return Ratings(wide.values, tuple(map(str, range(1, len(wide.values) + 1))), wide.names)
    table = wide_ratings(data, person=person, rater=rater, rating=rating)
    flat = [np.nan if value is None else value for value in table.values.ravel()]
    # text is refused even where it reads as a number, as in a wide table
    if not all(isinstance(value, Real | Decimal | np.bool_) for value in flat):
        what = "a rating is no number"
        raise AnalysisError(message(what, where=str(rating), remedy="give scores as numbers"))
    numbers = np.array(flat, dtype=float).reshape(table.values.shape)
    for j in np.flatnonzero(np.isinf(numbers).any(axis=0)):
        raise AnalysisError(message("a rating is infinite", where=table.raters[j], remedy="correct it"))
    return table._replace(values=numbers)


def _columns(data: Any) -> tuple[tuple[str, ...], list[NDArray[Any]]]:
    """Return names and object columns with None where missing."""
    import pandas as pd

    from propsych.data.item_data import ItemData

    if isinstance(data, ItemData):
        frame = pd.DataFrame(data.values, columns=list(data.names))
    elif isinstance(data, np.ndarray | list | tuple):
        frame = _of_array(data)
    else:
        frame = _of_frame(data)
    names = tuple(str(name) for name in frame.columns)
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise AnalysisError(
            message("the column name stands twice", where=twice[0], remedy="rename one of them")
        )
    if frame.empty:
        raise AnalysisError(message("there are no ratings", remedy="give at least one row and one column"))
    columns = [frame.iloc[:, j].astype(object) for j in range(frame.shape[1])]
    return names, [column.where(column.notna(), None).to_numpy() for column in columns]


def _of_array(data: Any) -> Any:
    import pandas as pd

    try:
        # a masked array would show what it masks; its list holds None there
        listed = data.tolist() if isinstance(data, np.ma.MaskedArray) else data
        array = np.asarray(listed, dtype=object)
    except ValueError:
        raise AnalysisError(message("the rows have different lengths", remedy="give a matrix")) from None
    if array.ndim != 2:
        what, remedy = f"an array of {array.ndim} dimensions", "give persons in rows and raters in columns"
        raise AnalysisError(message(what, remedy=remedy))
    return pd.DataFrame(array, columns=[f"x{j + 1}" for j in range(array.shape[1])])


def _of_frame(data: Any) -> Any:
    import narwhals as nw
    import pandas as pd
    from narwhals.exceptions import DuplicateError

    if isinstance(data, pd.DataFrame):
        return data
    try:
        frame = nw.from_native(data, eager_only=True)
        names = frame.columns
    except DuplicateError:  # pyarrow alone lets a name stand twice
        return pd.DataFrame(columns=data.column_names)
    except TypeError:
        remedy = "give a pandas, polars or pyarrow frame (collect a lazy one) or a matrix"
        raise AnalysisError(
            message("this is no table of ratings", got=type(data).__name__, remedy=remedy)
        ) from None
    return pd.DataFrame({name: frame[name].to_list() for name in names})


def _named(names: tuple[str, ...], columns: list[NDArray[Any]], name: str) -> NDArray[Any]:
    if name not in names:
        raise AnalysisError(
            message("there is no such column", got=repr(name), remedy=f"use one of {', '.join(names)}")
        )
    return columns[names.index(name)]


def _pivot(person: NDArray[Any], rater: NDArray[Any], rating: NDArray[Any]) -> Ratings:
    import pandas as pd

    for what, column in (("person", person), ("rater", rater)):
        n = int(sum(value is None for value in column))
        if n:
            raise AnalysisError(
                message(
                    f"{n} rows name no {what}", consequence="they belong to nobody", remedy="correct them"
                )
            )
    # in order of first appearance, so that an order of rows is an order of persons
    rows, persons = pd.factorize(np.array([str(value) for value in person], dtype=object))
    places, raters = pd.factorize(np.array([str(value) for value in rater], dtype=object))
    flat = rows.astype(np.int64) * len(raters) + places
    n_twice = len(flat) - len(np.unique(flat))
    if n_twice:
        raise AnalysisError(
            message(
                f"{n_twice} ratings stand twice for the same person and rater",
                consequence="which of them counts cannot be told",
                remedy="keep one row for each person and rater",
            )
        )
    values = np.full((len(persons), len(raters)), None, dtype=object)
    values[rows, places] = rating
    # raters are named in messages and notes, and where they are relatives they may be known by CPR number
    return Ratings(values, tuple(map(str, persons)), tuple(masked(str(rater)) for rater in raters))

"""The columns that a model names, and the groups of persons, from whatever holds them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data.bare_columns import bare_columns
from propsych.data.entry import numeric_columns
from propsych.data.frames import as_item_data
from propsych.data.item_data import ItemData
from propsych.data.responses import Responses
from propsych.data.scale_answers import require_reflective
from propsych.errors import AnalysisError, message

__all__ = ["ModelColumns", "model_columns"]


class ModelColumns(NamedTuple):
    """What a model is fitted to.

    Attributes
    ----------
    values : ndarray of float, shape (n_persons, n_names)
        NaN where missing.
    group : ndarray of int, shape (n_persons,)
        Position in `groups`; -1 where a person belongs to none.
    groups : tuple of str
        Labels in order: of the categories where the column declares them, else sorted.
    asked : ndarray of bool, shape (n_persons,)
        Asked at least one of the items.
    name : str
        Of the scale.
    source : {"declared", "observed"}
        Where response categories came from; continuous columns need none and say "declared".
    """

    values: NDArray[np.float64]
    group: NDArray[np.int64]
    groups: tuple[str, ...]
    asked: NDArray[np.bool_]
    name: str
    source: Any


def model_columns(
    data: Any,
    names: Sequence[str],
    *,
    group: str | Sequence[Any] | None = None,
    categories: Iterable[Any] | None = None,
    what: str = "a factor model",
) -> ModelColumns:
    """Return the answers to the items that a model names.

    Parameters
    ----------
    data : ItemData, Responses, data frame or array
        Columns that the model does not name are left alone.
    names : sequence of str
        Item keys or column names; ``x1``, ``x2``, ... for an array.
    group : str or sequence, optional
        A column of the frame (of `persons`, for a questionnaire's answers), or one label a person.
    categories : iterable, optional
        Declared categories of a bare frame or array, which the answers are checked against.
    what : str
        What they are for, in messages.

    Raises
    ------
    propsych.errors.AnalysisError
        For a name that is no column, a formative scale, columns that hold no numbers, or unusable groups.
    """
    items = data.items() if isinstance(data, Responses) else data
    name, source = "model", "declared"
    asked: NDArray[np.bool_] | None = None
    if isinstance(items, ItemData):
        require_reflective(items, what)
        values = items.values[:, _find(names, items.names)]
        asked = np.asarray(items.asked[:, _find(names, items.names)].any(axis=1))
        name, source = items.name, items.source
        labels = _labels(items.persons, group)
    elif isinstance(items, np.ndarray | list | tuple):
        columns = bare_columns(items)
        found = _find(names, [column.name for column in columns])
        values = np.stack([columns[j].numbers for j in found], axis=1)
        labels = _labels(None, group)
    else:
        frame = _chosen(items, names)
        checked = None if categories is None else as_item_data(frame, categories=categories)
        values = numeric_columns(frame).values if checked is None else checked.values
        labels = _labels(items, group)
    if asked is None:
        asked = np.ones(len(values), dtype=bool)
    where, groups = _grouped(labels, len(values), _declared(items, group))
    return ModelColumns(np.asarray(values, dtype=float), where, groups, asked, name, source)


def _find(names: Sequence[str], known: Sequence[str]) -> list[int]:
    lacking = [name for name in names if name not in known]
    if lacking:
        near = difflib.get_close_matches(lacking[0], known, n=3) or list(known[:5])
        remedy = f"name items of the data, for instance {', '.join(near)}"
        raise AnalysisError(
            message("the model names an item that the data do not have", got=lacking[0], remedy=remedy)
        )
    return [list(known).index(name) for name in names]


def _chosen(data: Any, names: Sequence[str]) -> Any:
    """Return the frame with these columns only, so that the others may hold anything."""
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    try:
        frame = nw.from_native(data, eager_only=True)
        labels = list(frame.columns)
    except (TypeError, DuplicateError):
        bare_columns(data)  # refuses it in words
        raise
    by_name = {str(label): label for label in labels}
    _find(names, list(by_name))
    return frame[[by_name[name] for name in names]].to_native()


def _labels(data: Any, group: str | Sequence[Any] | None) -> list[Any] | None:
    """Return one label a person in order of the persons, or a categorical column as it is."""
    if group is None:
        return None
    if not isinstance(group, str):
        return list(group)
    import narwhals as nw

    if data is None:
        remedy = "give one label a person, or a data frame"
        raise AnalysisError(message("an array has no column of groups", got=repr(group), remedy=remedy))
    frame = nw.from_native(data, eager_only=True)
    by_name = {str(label): label for label in frame.columns}
    if group not in by_name:
        remedy = f"use one of {', '.join(list(by_name)[:10])}" if by_name else "give one label a person"
        raise AnalysisError(message("there is no such column of groups", got=repr(group), remedy=remedy))
    return list(frame[by_name[group]].to_list())


def _declared(data: Any, group: str | Sequence[Any] | None) -> list[str]:
    """Return the categories of a column of groups in their order, where its dtype is ordered."""
    import narwhals as nw

    if isinstance(data, ItemData):
        data = data.persons
    frame = nw.from_native(data, eager_only=True, pass_through=True)
    if not isinstance(group, str) or not isinstance(frame, nw.DataFrame):
        return []
    column = frame[next(label for label in frame.columns if str(label) == group)]
    return [_text(value) for value in column.dtype.categories] if isinstance(column.dtype, nw.Enum) else []


def _grouped(
    labels: list[Any] | None, n: int, declared: Sequence[str] = ()
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if labels is None:
        return np.zeros(n, dtype=np.int64), ("all",)
    if len(labels) != n:
        what = "there is not one group label a person"
        raise AnalysisError(
            message(what, got=f"{len(labels)} labels, {n} persons", remedy="give one a person")
        )
    known = [value for value in labels if value is not None and value == value]
    texts = {value: _text(value) for value in known}
    try:
        ordered = [texts[value] for value in sorted(texts)]
    except TypeError:  # numbers and text together
        ordered = sorted(texts.values())
    present = set(ordered)
    groups = tuple(dict.fromkeys([*(name for name in declared if name in present), *ordered]))
    if len(groups) < 2:
        what = "groups are compared, and there is but one" if groups else "nobody belongs to a group"
        raise AnalysisError(message(what, remedy="leave out the argument group, or name another column"))
    place = {label: i for i, label in enumerate(groups)}
    where = [place[texts[value]] if value is not None and value == value else -1 for value in labels]
    return np.array(where, dtype=np.int64), groups


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

"""Answers to ordered items as categories from 0, by rules that are reported; thresholds and correlations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data.item_data import ItemData
from propsych.data.model_columns import ModelColumns
from propsych.data.responses import Responses
from propsych.errors import AnalysisError, message
from propsych.kernels.sem.ordered import OrderedStatistics, ordered_statistics
from propsych.result import Sample

__all__ = ["OrderedAnswers", "ordered_answers"]

Floats = NDArray[np.float64]
MOST_CATEGORIES = 20
"""An item with more distinct answers is refused: its polychoric correlations have next to empty tables."""
FEW = 5
"""A category with fewer answers in a group is remarked upon."""


class OrderedAnswers(NamedTuple):
    """What a model of ordered items is fitted to.

    Attributes
    ----------
    values : tuple of ndarray of float, shape (n, k)
        Of each group: categories from 0, NaN where missing.
    statistics : tuple of OrderedStatistics
    n_thresholds : tuple of int
    sample : Sample
    remarks : tuple of str
    """

    values: tuple[Floats, ...]
    statistics: tuple[OrderedStatistics, ...]
    n_thresholds: tuple[int, ...]
    sample: Sample
    remarks: tuple[str, ...]


def ordered_answers(
    columns: ModelColumns,
    names: Sequence[str],
    missing: str,
    data: Any = None,
    categories: Iterable[Any] | None = None,
) -> OrderedAnswers:
    """Return the categories, thresholds and polychoric correlations of each group.

    Parameters
    ----------
    columns : ModelColumns
    names : sequence of str
        Of the items.
    missing : {"listwise", "pairwise"}
    data, categories : object
        As given to the analysis; what they declare is looked at for categories that nobody chose.

    Raises
    ------
    propsych.errors.AnalysisError
        For an item with one answer only or more than 20 different ones, too few persons, a category that one
        group used and another did not, and a correlation that its table does not identify.
    """
    lacking = np.isnan(columns.values)
    drop = lacking.any(axis=1) if missing == "listwise" else lacking.all(axis=1)
    keep = ~drop & (columns.group >= 0)
    used = columns.values[keep]
    _require_answers(used, names, columns.name)
    scores = [np.unique(column[~np.isnan(column)]) for column in used.T]
    _require_ordered(scores, names, columns.name)
    coded = np.full(used.shape, -1, dtype=np.int16)
    for j, known in enumerate(scores):
        answered = ~np.isnan(used[:, j])
        coded[answered, j] = np.searchsorted(known, used[answered, j])
    group = columns.group[keep]
    parts = [coded[group == g] for g in range(len(columns.groups))]
    _require_groups(parts, scores, names, columns)
    width = max(len(known) for known in scores)
    found = tuple(ordered_statistics(part, width) for part in parts)
    _require_identified(found, names, columns)
    values = tuple(np.where(part < 0, np.nan, part.astype(float)) for part in parts)
    rule = "listwise" if missing == "listwise" else "pairwise"
    if (columns.group < 0).any():
        rule += ", with a known group"
    sample = Sample(int(columns.asked.sum()), int(keep.sum()), rule, columns.source)
    remarks = [*_unused(scores, names, data, categories), *_few(parts, scores, names, columns.groups)]
    return OrderedAnswers(values, found, tuple(len(known) - 1 for known in scores), sample, tuple(remarks))


def _require_answers(used: Floats, names: Sequence[str], where: str) -> None:
    if not len(used):
        what, remedy = "nobody is left to fit the model to", 'collect more answers, or use missing="pairwise"'
        raise AnalysisError(message(what, where=where, remedy=remedy))
    empty = [names[j] for j in np.flatnonzero(np.isnan(used).all(axis=0)).tolist()]
    if empty:
        what = f"nobody answered {', '.join(empty)}"
        raise AnalysisError(message(what, where=where, remedy="leave the item out"))


def _require_ordered(scores: Sequence[Floats], names: Sequence[str], where: str) -> None:
    for name, known in zip(names, scores, strict=True):
        if len(known) < 2:
            what = f"everybody gave the same answer to {name}"
            raise AnalysisError(message(what, where=where, remedy="leave the item out of this analysis"))
        if len(known) > MOST_CATEGORIES:
            what = f"{name} has {len(known)} different answers, too many for an ordered item"
            raise AnalysisError(message(what, where=where, remedy='use estimator="MLR" without ordered'))


def _require_groups(
    parts: Sequence[NDArray[np.int16]], scores: Sequence[Floats], names: Sequence[str], columns: ModelColumns
) -> None:
    for label, part in zip(columns.groups, parts, strict=True):
        where = columns.name if len(parts) == 1 else f"{columns.name}, group {label}"
        if len(part) <= len(names):
            what = "a factor model needs more persons than items"
            got = f"{len(part)} persons and {len(names)} items"
            raise AnalysisError(message(what, where=where, got=got, remedy="collect more answers"))
        for j, known in enumerate(scores):
            empty = [f"{known[c]:g}" for c in range(len(known)) if not (part[:, j] == c).any()]
            if empty:
                what = f"nobody in this group chose {', '.join(empty)} of {names[j]}, and others did"
                remedy = (
                    f"merge neighbouring categories of {names[j]} in all groups, or leave the item or the"
                    " group out"
                )
                raise AnalysisError(message(what, where=where, remedy=remedy))


def _require_identified(
    found: Sequence[OrderedStatistics], names: Sequence[str], columns: ModelColumns
) -> None:
    for label, one in zip(columns.groups, found, strict=True):
        where = columns.name if len(found) == 1 else f"{columns.name}, group {label}"
        tables = one.fit.tables
        bad = ~one.fit.converged | ~np.isfinite(one.fit.R[tables.first, tables.second])
        bad |= ~(np.diag(one.nacov)[len(one.item) :] > 0.0)
        for p in np.flatnonzero(bad)[:1].tolist():
            first, second = names[tables.first[p]], names[tables.second[p]]
            what = f"the answers to {first} and {second} do not determine their polychoric correlation"
            remedy = "merge rare categories, or leave one of the items out"
            raise AnalysisError(message(what, where=where, remedy=remedy))


def _unused(
    scores: Sequence[Floats], names: Sequence[str], data: Any, categories: Iterable[Any] | None
) -> Iterable[str]:
    declared: dict[str, tuple[Any, ...]] = {}
    items = data.items() if isinstance(data, Responses) else data
    if isinstance(items, ItemData):
        declared = dict(zip(items.names, items.scores, strict=True))
    elif categories is not None and not isinstance(categories, dict):
        declared = dict.fromkeys(names, tuple(categories))
    for name, known in zip(names, scores, strict=True):
        for score in declared.get(name, ()):
            if not np.isclose(known, float(score)).any():
                yield (
                    f"Nobody chose {float(score):g} of {name}: the category has no threshold, and t1, t2, ..."
                    " stand between the categories that were used."
                )


def _few(
    parts: Sequence[NDArray[np.int16]],
    scores: Sequence[Floats],
    names: Sequence[str],
    groups: Sequence[str],
) -> Iterable[str]:
    for label, part in zip(groups, parts, strict=True):
        where = "" if len(parts) == 1 else f" in group {label}"
        rare = [
            f"{names[j]} ({known[c]:g})"
            for j, known in enumerate(scores)
            for c in range(len(known))
            if int((part[:, j] == c).sum()) < FEW
        ]
        if rare:
            yield (
                f"Fewer than {FEW} persons{where} chose a category of {', '.join(rare[:8])}"
                f"{' and others' if len(rare) > 8 else ''}: its thresholds and correlations are uncertain;"
                " consider merging it with its neighbour."
            )

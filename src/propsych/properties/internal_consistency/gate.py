"""The gate of every coefficient of a scale: what it must be before a covariance matrix is taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data import ItemData
from propsych.data.scale_answers import (
    one_scale,
    refuse_constant,
    refuse_sum_without_variance,
    require_items,
    require_more_persons_than_items,
    require_persons,
)
from propsych.errors import AnalysisError, message
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import complete_rows, correlation_from_covariance
from propsych.kernels.factor_model import unidentified_pairs
from propsych.kernels.polychoric import Polychoric
from propsych.properties.internal_consistency.doubts import one_dimension, reasons_for_doubt
from propsych.result import Sample

__all__ = [
    "ScaleAnswers",
    "require_identified",
    "require_room_for_a_model",
    "scale_answers",
    "shared_remarks",
    "sparse_remark",
]


class ScaleAnswers(NamedTuple):
    """Complete answers to one reflective scale: `values` (n, k) item scores, `C` their covariances."""

    items: ItemData
    values: NDArray[np.float64]
    C: NDArray[np.float64]
    sample: Sample

    @property
    def n_categories(self) -> int:
        """Largest number of declared categories of an item."""
        return max(len(scores) for scores in self.items.scores)

    def positions(self) -> NDArray[np.int64]:
        """Return complete answers as positions in the order of the scores, so that reversal is respected."""
        complete = self.items.positions[complete_rows(self.items.values)].astype(np.int64)
        ranks = [np.argsort(np.argsort(scores)) for scores in self.items.scores]
        return np.stack([rank[column] for rank, column in zip(ranks, complete.T, strict=True)], axis=1)

    def category_scores(self) -> NDArray[np.float64]:
        """Return each item's category scores in order, the last repeated where an item has fewer."""
        ordered = [sorted(scores) for scores in self.items.scores]
        return np.array([[*s, *[s[-1]] * (self.n_categories - len(s))] for s in ordered], dtype=float)


def scale_answers(
    data: Any, categories: Iterable[Any] | None, *, least_items: int = 2, what: str = "the coefficient"
) -> ScaleAnswers:
    """Return the complete answers of a reflective scale.

    Raises
    ------
    propsych.errors.AnalysisError
        For a whole questionnaire, a formative scale, too few items or persons, an item that nobody answered,
        an item without variance, or a sum that does not vary.
    """
    items = one_scale(data, categories, what)
    require_items(items, what, least_items)
    values = items.values[complete_rows(items.values)]
    require_persons(items, what, len(values))
    refuse_constant(items, np.flatnonzero(np.ptp(values, axis=0) == 0).tolist())
    C = np.cov(values.T)
    refuse_sum_without_variance(items, C)
    sample = Sample(items.n_asked_any, len(values), "listwise", items.source)
    return ScaleAnswers(items, values, C, sample)


def require_room_for_a_model(answers: ScaleAnswers, what: str) -> None:
    """Raise `AnalysisError` unless there are more persons than items, and no item follows from the others."""
    require_more_persons_than_items(answers.items, what, len(answers.values))
    if np.linalg.eigvalsh(correlation_from_covariance(answers.C))[0] <= 1e-10:
        text = "the items' covariances are singular: one item follows from the others"
        remedy = "leave out items that repeat others"
        raise AnalysisError(message(text, where=answers.items.name, remedy=remedy))


def shared_remarks(answers: ScaleAnswers, *, level: float = 0.95, dimension: bool = True) -> tuple[str, ...]:
    """Return reasons for doubt that hold for every coefficient of these answers."""
    _, rest = item_total_from_covariance(answers.C)
    remarks = reasons_for_doubt(answers.items.names, rest, len(answers.values))
    found = (one_dimension(answers.values, level).sentence,) if dimension else ()
    return (*found, *remarks)


def require_identified(found: Polychoric, items: ItemData) -> None:
    """Raise `AnalysisError` if a polychoric correlation is not identified by its table."""
    lost = unidentified_pairs(found)
    if lost:
        where = f"{items.names[lost[0][0]]} and {items.names[lost[0][1]]}"
        what = "the polychoric correlation is not identified by the answers"
        consequence = "the two answers go together completely, or one has a single value"
        remedy = "leave one of the two items out"
        raise AnalysisError(message(what, where=where, consequence=consequence, remedy=remedy))


def sparse_remark(found: Polychoric) -> tuple[str, ...]:
    """Return what empty cells and an indefinite matrix mean for polychoric correlations."""
    remarks = []
    if found.n_empty.any():
        n = int(found.n_empty.sum())
        remarks.append(f"{n} pairs of answers were given by nobody, which makes the correlations unsure.")
    if float(np.linalg.eigvalsh(found.R)[0]) < 0:
        remarks.append("The polychoric correlations are not positive definite: do not rely on the number.")
    return tuple(remarks)

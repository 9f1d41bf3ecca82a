"""The gate of every coefficient of a scale: what it must be before a covariance matrix is taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data import ItemData, Responses
from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError, message
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import complete_rows
from propsych.kernels.factor_model import unidentified_pairs
from propsych.kernels.polychoric import Polychoric
from propsych.properties.internal_consistency.alpha import require_reflective
from propsych.result import Sample

__all__ = ["ScaleAnswers", "require_identified", "scale_answers", "shared_remarks", "sparse_remark"]

FEW_PERSONS = 100


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
        For a whole questionnaire, a formative scale, too few items or persons, an item without variance, or a
        sum that does not vary.
    """
    if isinstance(data, Responses):
        remedy = 'give one scale: answers.scale("...")'
        raise AnalysisError(message(f"{what} belongs to one scale, not to a questionnaire", remedy=remedy))
    items = as_item_data(data, categories=categories, name="scale")
    require_reflective(items)
    if items.n_items < least_items:
        text = f"{what} needs at least {least_items} items"
        raise AnalysisError(message(text, where=items.name, got=str(items.n_items), remedy="add items"))
    values = items.values[complete_rows(items.values)]
    n = len(values)
    if n < 3:
        text = f"{what} needs at least 3 persons who answered every item"
        raise AnalysisError(message(text, where=items.name, got=str(n), remedy="collect more answers"))
    constant = [items.names[j] for j in np.flatnonzero(values.min(axis=0) == values.max(axis=0))]
    if constant:
        text = f"everybody gave the same answer to {', '.join(constant)}"
        consequence = "an item without variance has no correlation with the others"
        remedy = "leave the item out of this analysis"
        raise AnalysisError(message(text, where=items.name, consequence=consequence, remedy=remedy))
    C = np.cov(values.T)
    if not C.sum() > 1e-12 * np.trace(C):
        text = "the sum of the items does not vary"
        raise AnalysisError(message(text, where=items.name, remedy="check the declared reversal"))
    return ScaleAnswers(items, values, C, Sample(items.n_asked_any, n, "listwise", items.source))


def shared_remarks(answers: ScaleAnswers) -> tuple[str, ...]:
    """Return reasons for doubt that hold for every coefficient of these answers."""
    remarks = []
    n, k = answers.values.shape
    _, rest = item_total_from_covariance(answers.C)
    negative = [answers.items.names[j] for j in np.flatnonzero(rest < 0)]
    if negative:
        remarks.append(
            f"{', '.join(negative)} correlates negatively with the rest of the scale: declare reverse ="
            " true if it is worded the other way round; if not, find who coded it wrongly."
        )
    if n < FEW_PERSONS:
        remarks.append(f"Do not rely on it: {n} persons are few.")
    if k <= 3:
        remarks.append(f"With {k} items every reliability is unsure.")
    if n <= k:
        remarks.append(f"There are no more persons ({n}) than items ({k}).")
    return tuple(remarks)


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

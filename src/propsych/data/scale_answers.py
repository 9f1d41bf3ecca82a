"""What a coefficient of one scale asks of the answers, and the words in which they are refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from propsych.data.frames import as_item_data
from propsych.data.item_data import ItemData
from propsych.data.responses import Responses
from propsych.errors import AnalysisError, message

__all__ = [
    "LEAST_PERSONS",
    "one_scale",
    "refuse_constant",
    "refuse_sum_without_variance",
    "require_items",
    "require_more_persons_than_items",
    "require_persons",
    "require_reflective",
]

LEAST_PERSONS = 3
"""Fewest persons with every answer: with two, every correlation is -1 or 1."""
WORDS = {2: "two", 3: "three", 4: "four"}


def one_scale(data: Any, categories: Iterable[Any] | None, what: str) -> ItemData:
    """Return the items of one scale that is not formative.

    Raises
    ------
    propsych.errors.AnalysisError
        For a whole questionnaire, a formative scale, and what :func:`propsych.data.as_item_data` refuses.
    """
    if isinstance(data, Responses):
        remedy = 'give one scale: answers.scale("...")'
        raise AnalysisError(message(f"{what} belongs to one scale, not to a questionnaire", remedy=remedy))
    items = as_item_data(data, categories=categories, name="scale")
    require_reflective(items, what)
    return items


def require_reflective(items: ItemData, what: str) -> None:
    """Raise `AnalysisError` for a formative scale."""
    if items.model == "formative":
        text = f"the scale is declared formative, so {what} does not apply"
        consequence = "its items make up an index and need not correlate"
        remedy = f"leave {what} out, or declare the scale reflective if its items mirror one thing"
        raise AnalysisError(message(text, where=items.name, consequence=consequence, remedy=remedy))


def require_items(items: ItemData, what: str, least: int) -> None:
    """Raise `AnalysisError` unless there are at least `least` items."""
    if items.n_items < least:
        text = f"{what} needs at least {WORDS[least]} items"
        raise AnalysisError(message(text, where=items.name, got=str(items.n_items), remedy="add items"))


def require_persons(items: ItemData, what: str, n: int) -> None:
    """Raise `AnalysisError` unless `n`, the persons with every answer, is large enough."""
    if n >= LEAST_PERSONS:
        return
    _refuse_unanswered(items)
    text = f"{what} needs at least {WORDS[LEAST_PERSONS]} persons who answered every item"
    raise AnalysisError(message(text, where=items.name, got=str(n), remedy="collect more answers"))


def require_more_persons_than_items(items: ItemData, what: str, n: int) -> None:
    """Raise `AnalysisError` unless more persons have every answer than there are items."""
    if n > items.n_items:
        return
    _refuse_unanswered(items)
    text = f"{what} needs more persons who answered every item than items"
    got = f"{n} {'person' if n == 1 else 'persons'} and {items.n_items} items"
    raise AnalysisError(message(text, where=items.name, got=got, remedy="collect more answers"))


def _refuse_unanswered(items: ItemData) -> None:
    answered = np.flatnonzero((items.positions >= 0).any(axis=0)).tolist()
    empty = [name for j, name in enumerate(items.names) if j not in answered]
    if empty:
        text, remedy = f"nobody answered {', '.join(empty)}", "leave the item out of this analysis"
        consequence = "nobody has every answer then"
        raise AnalysisError(message(text, where=items.name, consequence=consequence, remedy=remedy))


def refuse_constant(items: ItemData, constant: Sequence[int]) -> None:
    """Raise `AnalysisError` if there are items that take one value among the persons with every answer."""
    if not len(constant):
        return
    named = ", ".join(items.names[j] for j in constant)
    own = [items.positions[items.positions[:, j] >= 0, j] for j in constant]
    varies = any(column.min() != column.max() for column in own if len(column))
    who = "everybody who answered every item" if varies else "everybody"
    text, remedy = f"{who} gave the same answer to {named}", "leave the item out of this analysis"
    consequence = "an item without variance has no correlation with the others"
    raise AnalysisError(message(text, where=items.name, consequence=consequence, remedy=remedy))


def refuse_sum_without_variance(items: ItemData, C: NDArray[np.float64]) -> None:
    """Raise `AnalysisError` if the sum of items with covariances `C` has no variance but rounding."""
    if not C.sum() > 1e-12 * np.trace(C):
        text = "the sum of the items does not vary"
        raise AnalysisError(message(text, where=items.name, remedy="check the declared reversal"))

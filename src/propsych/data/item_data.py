"""ItemData: the one typed input that every analysis of items works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.questionnaire import NOT_ASKED_KINDS, MissingKind

__all__ = ["ItemData"]

_LARGEST_SHORT = 10_000


@dataclass(frozen=True, eq=False)
class ItemData:
    """Answers to some items, checked: downstream code trusts it.

    Attributes
    ----------
    positions : ndarray of int, shape (n_persons, n_items)
        Position of the answered category in `categories` (0 = first in questionnaire order), or a
        negative :class:`MissingKind`.
    names : tuple of str, length n_items
        Item keys (``id@version``), or column names of a bare frame.
    scores : tuple of tuple of float
        For each item the score of each category, in questionnaire order, after the declared reversal.
    labels : tuple of tuple of str
        For each item the label of each category (default language).
    source : {"declared", "observed"}
        Where the categories came from.
    persons : pandas.DataFrame
        One row a person: id and whatever of site, sector, date, age, sex, mode the file has. May have no
        columns.
    name : str
        The scale's id, or "items".
    codes : tuple of tuple of int
        For each item the code of each category in the file; empty for a bare frame: its codes are its scores.
    model : {"reflective", "formative"} or None
        The scale's declared model; None where the items are no declared scale.
    """

    positions: NDArray[np.int16]
    names: tuple[str, ...]
    scores: tuple[tuple[float, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    source: Literal["declared", "observed"]
    persons: pd.DataFrame
    name: str = "items"
    codes: tuple[tuple[int, ...], ...] = ()
    model: Literal["reflective", "formative"] | None = None

    @property
    def n_persons(self) -> int:
        """Rows."""
        return int(self.positions.shape[0])

    @property
    def n_items(self) -> int:
        """Columns."""
        return int(self.positions.shape[1])

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """Item scores after the declared reversal, NaN where missing; shape (n_persons, n_items)."""
        values = np.full(self.positions.shape, np.nan)
        for j, scores in enumerate(self.scores):
            answered = self.positions[:, j] >= 0
            values[answered, j] = np.asarray(scores, dtype=float)[self.positions[answered, j]]
        values.setflags(write=False)
        return values

    @cached_property
    def ordered_positions(self) -> NDArray[np.int16]:
        """Positions in rising order of the scores, so that reversal counts; negative where missing."""
        ranks = [np.argsort(np.argsort(scores)) for scores in self.scores]
        if all((np.diff(rank) > 0).all() for rank in ranks):
            return self.positions
        columns = zip(ranks, self.positions.T, strict=True)
        turned = [np.where(column >= 0, rank[np.maximum(column, 0)], column) for rank, column in columns]
        return np.stack(turned, axis=1).astype(self.positions.dtype)

    @cached_property
    def whole(self) -> bool:
        """Whether every person answered every item."""
        return bool(self.positions.min(initial=0) >= 0)

    def complete_scores(self) -> NDArray[Any]:
        """Return the item scores of the persons with every answer, shape (n_complete, n_items).

        Short integers where every item's scores are evenly spaced whole numbers, else floating numbers.
        """
        rows = slice(None) if self.whole else (self.positions >= 0).all(axis=1)
        lines = {scores: _line(scores) for scores in set(self.scores)}
        if any(line is None for line in lines.values()):
            return np.asarray(self.values[rows])
        first, step = np.array([lines[scores] for scores in self.scores], dtype=np.int16).T
        answers: NDArray[Any] = self.positions[rows].astype(np.int16, copy=False)
        if (step != 1).any():
            answers = answers * step
        return np.asarray(answers + first if first.any() else answers)

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """True where the person is known to have been asked; shape (n_persons, n_items)."""
        return ~np.isin(self.positions, [int(kind) for kind in NOT_ASKED_KINDS])

    @property
    def n_asked_any(self) -> int:
        """Persons who were asked at least one of the items: the "n asked" of a number about all of them."""
        if self.whole:
            return self.n_persons
        return int(self.asked.any(axis=1).sum())

    def n_missing(self, kind: MissingKind) -> NDArray[np.int64]:
        """Return the number of persons with this kind of missing, for each item."""
        return np.asarray((self.positions == int(kind)).sum(axis=0), dtype=np.int64)

    def select(self, rows: NDArray[Any]) -> ItemData:
        """Return the same items for some persons (boolean mask or positions)."""
        persons = self.persons.loc[rows] if rows.dtype == bool else self.persons.iloc[rows]
        return replace(self, positions=self.positions[rows], persons=persons.reset_index(drop=True))


def _line(scores: tuple[float, ...]) -> tuple[int, int] | None:
    """Return the first score and the step between scores if both are whole and small, else None."""
    first, step = scores[0], scores[1] - scores[0] if len(scores) > 1 else 0.0
    even = all(score == first + step * i for i, score in enumerate(scores))
    whole = float(first).is_integer() and float(step).is_integer()
    small = max(abs(scores[0]), abs(scores[-1])) <= _LARGEST_SHORT
    return (int(first), int(step)) if even and whole and small else None

"""Responses: a pilot's answers, bound to the questionnaire and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.item_data import ItemData
from propsych.data.problem import CheckReport
from propsych.errors import DataError, message
from propsych.questionnaire import Item, MissingKind, Questionnaire

__all__ = ["PERSON_COLUMNS", "Responses"]

PERSON_COLUMNS = ("person", "time_point", "site", "sector", "date", "age", "sex", "mode", "anchor")
"""Machine names of what may be known of a person at a time point; ``person`` is always there.

``anchor`` is what the person said of change since the first time, in the words or codes of the file."""


@dataclass(frozen=True, eq=False)
class Responses:
    """Answers of persons (rows, one a person and time point) to every item of a questionnaire (columns).

    Attributes
    ----------
    questionnaire : Questionnaire
        What was asked.
    persons : pandas.DataFrame
        Those of `PERSON_COLUMNS` that the file has, plus ``row`` (line in the file). ``date`` is datetime64,
        ``age`` float, the others strings; ``isna()`` finds what is missing.
    positions : ndarray of int16, shape (n_persons, n_items)
        For each item in questionnaire order the position of the answered category, or a negative
        :class:`MissingKind`. A free-text item holds 0 where something was written; the text is not kept.
    check : CheckReport
        Every problem found. Errors stop every analysis.
    fingerprint : str
        SHA-256 of the file's bytes, hexadecimal.
    """

    questionnaire: Questionnaire
    persons: pd.DataFrame
    positions: NDArray[np.int16]
    check: CheckReport
    fingerprint: str

    def __len__(self) -> int:
        return int(self.positions.shape[0])

    def require_valid(self) -> Responses:
        """Return self, or raise `DataError` when the check found errors.

        Raises
        ------
        propsych.errors.DataError
            With the number of errors and the first of them; ``error.check`` lists all.
        """
        if self.check.ok:
            return self
        first = self.check.errors[0]
        n = len(self.check.errors)
        stop = f"{n} errors stop" if n > 1 else "an error stops"
        raise DataError(
            message(
                f"{stop} the analysis; the first: {first.what}",
                where=self.check.source + (f", row {first.row}" if first.row else ""),
                remedy="correct what `propsych check` (in a script: `.check`) lists",
            ),
            self.check,
        )

    def items(self, names: Sequence[str] | None = None, *, name: str = "items") -> ItemData:
        """Return the answers to some items (default: every choice item), each version its own column."""
        self.require_valid()
        q = self.questionnaire
        choice = [item for item in q.items if item.type == "choice"]
        chosen = [q.item(n) for n in names] if names is not None else choice
        order = {item.key: j for j, item in enumerate(q.items)}
        positions = self.positions[:, [order[item.key] for item in chosen]]
        return _item_data(chosen, positions, self.persons, name)

    def scale(self, scale_id: str) -> ItemData:
        """Return the answers to a scale's items, one column an item, reversed as declared.

        Of an item with several versions the latest is used; answers to versions declared equivalent to it
        are joined in.
        """
        self.require_valid()
        q = self.questionnaire
        order = {item.key: j for j, item in enumerate(q.items)}
        chosen = [q.item(name) for name in q.scale(scale_id).items]
        columns = []
        for item in chosen:
            column = self.positions[:, order[item.key]].copy()
            for version in item.equivalent_to:
                other = self.positions[:, order[f"{item.id}@{version}"]]
                column = np.where(column == MissingKind.OTHER_VERSION, other, column)
            columns.append(column)
        data = _item_data(chosen, np.stack(columns, axis=1), self.persons, scale_id)
        return replace(data, model=q.scale(scale_id).model)

    def at(self, time_point: str) -> Responses:
        """Return the answers given at one time point.

        Raises
        ------
        propsych.errors.DataError
            If the file has no time points, or not this one.
        """
        points = sorted(self.persons["time_point"].dropna().unique()) if "time_point" in self.persons else []
        if time_point not in points:
            raise DataError(
                message(
                    f"there is no time point {time_point!r}",
                    where=self.check.source,
                    remedy=f"use one of {', '.join(points)}" if points else "map the column of time points",
                )
            )
        rows = (self.persons["time_point"] == time_point).to_numpy()
        return replace(
            self, persons=self.persons.loc[rows].reset_index(drop=True), positions=self.positions[rows]
        )


def _item_data(
    items: Sequence[Item], positions: NDArray[np.int16], persons: pd.DataFrame, name: str
) -> ItemData:
    return ItemData(
        positions=np.ascontiguousarray(positions, dtype=np.int16),
        names=tuple(item.key for item in items),
        scores=tuple(tuple(float(s) for s in item.scores) for item in items),
        labels=tuple(tuple(c.label.get(item.text.languages[0]) for c in item.categories) for item in items),
        source="declared",
        persons=persons,
        name=name,
        codes=tuple(item.codes for item in items),
    )

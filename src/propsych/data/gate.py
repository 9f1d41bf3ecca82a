"""The one gate of checks: every check there is runs over a parsed file, whatever the others find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.branching import settle
from propsych.data.coding import CellReader, read_column
from propsych.data.columns import Binding, bind
from propsych.data.cpr import MASK
from propsych.data.csv_table import Column, Table, decimal_signs
from propsych.data.persons import person_names, read_persons
from propsych.data.problem import Problem
from propsych.data.problem_list import ProblemList
from propsych.data.versions import separate_columns, shared_column
from propsych.questionnaire import Item, MissingKind, Questionnaire

__all__ = ["Reading", "Values", "check_table"]

Values = Literal["codes", "labels"]
States = NDArray[np.int16]


@dataclass(frozen=True)
class Reading:
    """How a file is to be read.

    Attributes
    ----------
    columns : mapping of str to str
        Machine name of a person column -> the file's column.
    values : {"codes", "labels"}
        What the item columns hold.
    decimal : str or None
        The only decimal sign allowed; None allows point and comma.
    """

    columns: Mapping[str, str]
    values: Values
    decimal: str | None


def check_table(
    table: Table, q: Questionnaire, reading: Reading
) -> tuple[pd.DataFrame, States, tuple[Problem, ...]]:
    """Bind a file to the questionnaire and check it.

    Returns
    -------
    tuple
        Persons, positions of shape (n_rows, n_items), and every problem in the order of the file.
    """
    problems = ProblemList(table.header, table.lines)
    binding = bind(table, q, reading.columns, problems)
    table = _without_cpr_ids(table, binding)
    problems.name_rows(person_names(table, binding))
    _note_file(table, problems)
    persons = read_persons(table, binding, reading.decimal, problems)
    dates = persons["date"].to_numpy(dtype="datetime64[s]") if "date" in persons else None
    items = _Items(table, q, binding, reading, problems)
    states, headers = items.states(dates)
    if reading.decimal is None:
        items.note_mixed_decimals()
    settled = settle(q, states, headers, items.columns(), problems)
    positions = np.stack([settled[item.key] for item in q.items], axis=1).astype(np.int16)
    return persons, positions, problems.sorted()


def _without_cpr_ids(table: Table, binding: Binding) -> Table:
    place = binding.persons.get("person")
    if place is None:
        return table
    columns = list(table.columns)
    columns[place] = columns[place].without_cpr_ids()
    return replace(table, columns=tuple(columns))


def _note_file(table: Table, problems: ProblemList) -> None:
    if table.n_rows == 0:
        problems.add("no_rows")
    if table.blank_rows:
        problems.add("blank_rows", value=str(table.blank_rows))
    for j in table.masked_names:
        problems.at_line("cpr_number", 1, table.header[j])
    for row in table.ragged:
        problems.at_line("ragged_row", row.line, value=str(row.n_fields), detail=str(len(table.header)))
        if row.has_cpr:
            problems.at_line("cpr_number", row.line)
    for name, column in zip(table.header, table.columns, strict=True):
        masked = np.array([cell == MASK for cell in column.cells], dtype=bool)
        if masked.any():
            problems.at_rows("cpr_number", column.rows_of(masked), name)


@dataclass(frozen=True)
class _Items:
    """The columns of the items, on the way from cells to states."""

    table: Table
    q: Questionnaire
    binding: Binding
    reading: Reading
    problems: ProblemList

    def states(self, dates: NDArray[np.datetime64] | None) -> tuple[dict[str, States], dict[str, str]]:
        """Return by item key the states before branching, and the column of each item that has one."""
        header = self.table.header
        headers = {key: header[place] for key, place in self.binding.items.items()}
        states: dict[str, States] = {}
        for item_id in dict.fromkeys(item.id for item in self.q.items):
            versions = self.q.versions(item_id)
            place = self.binding.shared.get(item_id)
            if place is None:
                split = self._separate(versions, headers, dates)
            else:
                headers |= {version.key: header[place] for version in versions}
                read = self._read(place, versions)
                split = shared_column(versions, read, header[place], dates, self.problems)
            states |= {version.key: state for version, state in zip(versions, split, strict=True)}
        return states, headers

    def columns(self) -> dict[str, Column]:
        """Return item key -> the column of the file that holds its answers."""
        places = dict(self.binding.items)
        for item_id, place in self.binding.shared.items():
            places |= {version.key: place for version in self.q.versions(item_id)}
        return {key: self.table.columns[place] for key, place in places.items()}

    def note_mixed_decimals(self) -> None:
        """Note where codes have a decimal point in one place and a decimal comma in another."""
        free = {version.key for version in self.q.items if version.type == "text"}
        own = {place for key, place in self.binding.items.items() if key not in free}
        places = sorted({*own, *self.binding.shared.values()})
        signs = {self.table.header[place]: decimal_signs(self.table.columns[place]) for place in places}
        point, comma = (next((name for name, has in signs.items() if sign in has), None) for sign in ".,")
        if point is not None and comma is not None:
            self.problems.add("mixed_decimals", detail=", ".join(dict.fromkeys((point, comma))))

    def _read(self, place: int, items: Sequence[Item]) -> list[States]:
        readers = [CellReader(self.q, item, self.reading.values, self.reading.decimal) for item in items]
        return read_column(self.table.columns[place], self.table.header[place], readers, self.problems)

    def _separate(
        self, versions: Sequence[Item], headers: Mapping[str, str], dates: NDArray[np.datetime64] | None
    ) -> list[States]:
        places = self.binding.items
        own = {k: self._read(places[v.key], [v])[0] for k, v in enumerate(versions) if v.key in places}
        if not own:  # the missing column is listed, and an error
            return [np.full(self.table.n_rows, int(MissingKind.INVALID), dtype=np.int16)] * len(versions)
        if len(versions) == 1:
            return [own[0]]
        names = {k: headers[versions[k].key] for k in own}
        return separate_columns(versions, own, names, dates, self.problems)

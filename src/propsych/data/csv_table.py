"""A CSV file as a table of distinct cells: nothing is interpreted yet, and CPR numbers are masked."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.cpr import MASK, has_cpr, is_cpr_id
from propsych.data.csv_format import NotCsvError

__all__ = ["Column", "Ragged", "Table", "decimal_sign", "decimal_signs", "parse"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its distinct cells, stripped of surrounding blanks, and which of them stands in each row.

    Attributes
    ----------
    index : ndarray of int, shape (n_rows,)
        Position in `cells`.
    cells : tuple of str
        Distinct cells; :data:`MASK` in place of one that held a CPR number.
    """

    index: NDArray[np.intp]
    cells: tuple[str, ...]

    def spread(self, states: Sequence[int]) -> NDArray[np.int16]:
        """Return one state a row from one state a distinct cell."""
        return np.asarray(states, dtype=np.int16)[self.index]

    def rows_of(self, wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the rows whose distinct cell is wanted; `wanted` has one entry a distinct cell."""
        return np.flatnonzero(wanted[self.index])

    def without_cpr_ids(self) -> Column:
        """Return the column of person ids with what spreadsheets make of CPR numbers masked as well."""
        return replace(self, cells=tuple(MASK if is_cpr_id(cell) else cell for cell in self.cells))


@dataclass(frozen=True)
class Ragged:
    """A row with another number of fields than the header."""

    line: int
    n_fields: int
    has_cpr: bool


@dataclass(frozen=True, eq=False)
class Table:
    """A parsed file.

    Attributes
    ----------
    header : tuple of str
        Column names, stripped; one that held a CPR number, or is blank, is ``"#3"`` for the third column.
    masked_names : tuple of int
        Positions of the column names that held a CPR number.
    columns : tuple of Column
        As many as the header has names.
    lines : ndarray of int, shape (n_rows,)
        Line of the file on which each row begins; the header stands on line 1.
    ragged : tuple of Ragged
        Rows that are left out because they do not fit the header. A row may be longer by blank fields.
    blank_rows : int
        Rows at the end of the file in which every field is blank; they are left out.
    """

    header: tuple[str, ...]
    masked_names: tuple[int, ...]
    columns: tuple[Column, ...]
    lines: NDArray[np.int64]
    ragged: tuple[Ragged, ...]
    blank_rows: int = 0

    @property
    def n_rows(self) -> int:
        """Rows that fit the header."""
        return len(self.lines)


def parse(text: str, delimiter: str) -> Table:
    """Split a text into a table.

    Raises
    ------
    NotCsvError
        If quotes are left open, the header is no header, or no row fits it.
    """
    lines, rows = _rows(text, delimiter)
    names, rows = rows[0], rows[1:]
    first, lines = lines[0], lines[1:]
    if not any(name.strip() for name in names):
        raise NotCsvError("this line should hold the column names and is blank", first)
    blank_rows = _trailing_blanks(rows)
    rows = [_without_blank_ends(row, len(names)) for row in rows[: len(rows) - blank_rows]]
    lines = lines[: len(rows)]
    masked = tuple(j for j, name in enumerate(names) if has_cpr(name))
    header = tuple(f"#{j + 1}" if j in masked or not n.strip() else n.strip() for j, n in enumerate(names))
    fits = [len(row) == len(header) for row in rows]
    if rows and not any(fits):
        raise NotCsvError("no row has as many fields as the first line")
    good = [row for row, fit in zip(rows, fits, strict=True) if fit]
    ragged = tuple(
        Ragged(line, len(row), any(map(has_cpr, row)))
        for line, row, fit in zip(lines, rows, fits, strict=True)
        if not fit
    )
    fields: Sequence[Sequence[str]] = list(zip(*good, strict=True)) if good else [()] * len(header)
    return Table(
        header=header,
        masked_names=masked,
        columns=tuple(_column(cells) for cells in fields),
        lines=np.array([line for line, fit in zip(lines, fits, strict=True) if fit], dtype=np.int64),
        ragged=ragged,
        blank_rows=blank_rows,
    )


def _trailing_blanks(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows at the end that hold nothing."""
    filled = [k for k, row in enumerate(rows) if any(cell.strip() for cell in row)]
    return len(rows) - (filled[-1] + 1 if filled else 0)


def _without_blank_ends(row: list[str], width: int) -> list[str]:
    """Return a row without the blank fields that it has beyond the header."""
    return row if any(cell.strip() for cell in row[width:]) else row[:width]


def _rows(text: str, delimiter: str) -> tuple[list[int], list[list[str]]]:
    """Return the line on which each row begins, and the rows; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    ends, rows = [0], []
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error:
        raise NotCsvError(
            "a quotation mark stands wrongly, or a field is far too long", ends[-1] + 1
        ) from None
    kept = [(start + 1, row) for (start, _), row in zip(pairwise(ends), rows, strict=True) if row]
    return [line for line, _ in kept], [row for _, row in kept]


def _column(cells: Sequence[str]) -> Column:
    if not cells:
        return Column(np.zeros(0, dtype=np.intp), ())
    index, distinct = pd.factorize(np.array(cells, dtype=object))
    stripped = (str(cell).strip() for cell in distinct)
    masked = tuple(MASK if has_cpr(cell) else cell for cell in stripped)
    return Column(np.asarray(index, dtype=np.intp), masked)


def decimal_sign(table: Table) -> str:
    """Return the decimal sign that the cells have: a comma if any number has one, else a point."""
    return "," if any("," in decimal_signs(column) for column in table.columns) else "."


def decimal_signs(column: Column) -> set[str]:
    """Return the decimal signs of a column's numbers."""
    return {sign for cell in column.cells for sign in ".," if sign in cell and _is_decimal(cell, sign)}


def _is_decimal(cell: str, sign: str) -> bool:
    whole, _, decimals = cell.partition(sign)
    return whole.lstrip("+-").isdigit() and decimals.isdigit()

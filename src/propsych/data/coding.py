"""From the cells of one item's column to positions of categories and kinds of missing."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data.cpr import MASK
from propsych.data.csv_table import Column
from propsych.data.problem_list import ProblemList
from propsych.questionnaire import Item, MissingKind, Questionnaire

__all__ = ["EMPTY", "CellReader", "Verdict", "read_column"]

EMPTY = -99
"""State of a blank cell until versions and branching say what the blank means."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:([.,])([0-9]+))?")
_MARKERS = {"na", "n/a", "nan", "null", "none", "#n/a", "#null!", ".", "-", "?", "*"}
_LONGEST_NUMBER = 6
_THOUSAND = 3
_CLOSE, _NEAR = 0.85, 3
_LONGEST_CODE = 18


class Verdict(NamedTuple):
    """What a distinct cell means: a state, and the problem if it means nothing declared."""

    state: int
    kind: str = ""
    value: str = ""
    detail: str = ""


class CellReader:
    """Reads the cells of one item.

    Parameters
    ----------
    q : Questionnaire
        Declares the codes of missing answers.
    item : Item
        The item.
    values : {"codes", "labels"}
        What the file holds.
    decimal : str or None
        The only decimal sign allowed; None allows point and comma.
    """

    def __init__(
        self, q: Questionnaire, item: Item, values: Literal["codes", "labels"], decimal: str | None
    ) -> None:
        self._missing = {_nfc(code): int(kind) for code, kind in q.missing_codes(item).items()}
        self._decimal = decimal
        self._codes = {code: position for position, code in enumerate(item.codes)}
        self._declared = ", ".join(map(str, item.codes))
        self._labels = _labels(item)
        self._read: Callable[[str], Verdict] = self._label if values == "labels" else self._code
        if item.type == "text":
            self._read = _text

    def __call__(self, cell: str) -> Verdict:
        """Return what the cell means."""
        if cell == "":
            return Verdict(EMPTY)
        if cell == MASK:  # already reported, and fatal
            return Verdict(int(MissingKind.INVALID))
        if cell in self._missing:
            return Verdict(self._missing[cell])
        return self._read(cell)

    def _code(self, cell: str) -> Verdict:
        number = _NUMBER.fullmatch(cell)
        if number is None:
            return self._no_code(cell)
        sign, decimals = number[1], number[2]
        if self._decimal is None and len(decimals or "") == _THOUSAND:
            return Verdict(int(MissingKind.INVALID), "ambiguous_number", _shown_number(cell))
        whole = decimals is None or (not decimals.strip("0") and self._decimal in (None, sign))
        if whole and len(cell) <= _LONGEST_CODE:
            code = int(cell[: number.start(1)] if decimals else cell)
            if str(code) in self._missing:
                return Verdict(self._missing[str(code)])
            if code in self._codes:
                return Verdict(self._codes[code])
        return Verdict(int(MissingKind.INVALID), "code_out_of_range", _shown_number(cell), self._declared)

    def _no_code(self, cell: str) -> Verdict:
        if cell.lower() in _MARKERS:
            return Verdict(int(MissingKind.INVALID), "code_out_of_range", cell, self._declared)
        return Verdict(int(MissingKind.INVALID), "text_in_coded_column", "", self._declared)

    def _label(self, cell: str) -> Verdict:
        positions = self._labels.get(cell, ())
        if len(positions) == 1:
            return Verdict(positions[0])
        if positions:
            codes = ", ".join(str(code) for code, position in self._codes.items() if position in positions)
            return Verdict(int(MissingKind.INVALID), "ambiguous_label", cell, codes)
        return self._no_label(cell)

    def _no_label(self, cell: str) -> Verdict:
        folded = {label.casefold(): label for label in self._labels if abs(len(label) - len(cell)) <= _NEAR}
        close = difflib.get_close_matches(cell.casefold(), folded, n=1, cutoff=_CLOSE)
        if close:  # near enough to a declared label that it is one, misspelt, and not a person's own words
            return Verdict(int(MissingKind.INVALID), "unknown_label", cell, folded[close[0]])
        shown = _shown_number(cell) if _NUMBER.fullmatch(cell) else ""
        return Verdict(int(MissingKind.INVALID), "unknown_label", shown, " | ".join(self._labels))


def read_column(
    column: Column, header: str, readers: Iterable[CellReader], problems: ProblemList
) -> list[NDArray[np.int16]]:
    """Return one state a row for each reader: a position, a negative kind of missing, or :data:`EMPTY`.

    A column that holds several versions has one reader a version; a cell is a problem only if every
    version calls it one, and the first version's words are used.
    """
    verdicts = [[reader(cell) for cell in column.cells] for reader in readers]
    bad = np.array([all(v.kind for v in entries) for entries in zip(*verdicts, strict=True)], dtype=bool)
    first = verdicts[0]
    for kind in sorted({v.kind for v, wrong in zip(first, bad, strict=True) if wrong}):
        wanted = bad & np.array([v.kind == kind for v in first], dtype=bool)
        problems.at_rows(
            kind,
            column.rows_of(wanted),
            header,
            value=lambda row: first[column.index[row]].value,
            detail=lambda row: first[column.index[row]].detail,
        )
    return [column.spread([v.state for v in entries]) for entries in verdicts]


def _text(_cell: str) -> Verdict:
    return Verdict(0)


def _labels(item: Item) -> dict[str, tuple[int, ...]]:
    """Return label in any language -> positions of the categories that have it."""
    labels: dict[str, tuple[int, ...]] = {}
    for position, category in enumerate(item.categories):
        for label in dict.fromkeys(_nfc(text) for _, text in category.label):
            labels[label] = (*labels.get(label, ()), position)
    return labels


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _shown_number(cell: str) -> str:
    """Return a number as a message may show it: a long one may be a telephone number or an id."""
    return cell if len(cell) <= _LONGEST_NUMBER else "#" * len(cell)

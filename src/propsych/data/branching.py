"""What a blank means where branching may have hidden the item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from propsych.data.coding import EMPTY
from propsych.data.csv_table import Column
from propsych.data.problem_list import ProblemList
from propsych.questionnaire import Item, MissingKind, Questionnaire

__all__ = ["settle"]

_SKIPPED = int(MissingKind.SKIPPED)
_NOT_ASKED = int(MissingKind.NOT_ASKED)
_UNKNOWN = int(MissingKind.UNKNOWN_IF_ASKED)
_OTHER = int(MissingKind.OTHER_VERSION)
_INVALID = int(MissingKind.INVALID)
_NO_CODE = np.iinfo(np.int64).min

States = NDArray[np.int16]


def settle(
    q: Questionnaire,
    states: Mapping[str, States],
    headers: Mapping[str, str],
    columns: Mapping[str, Column],
    problems: ProblemList,
) -> dict[str, States]:
    """Turn every blank into a kind of missing, following the branching from its roots.

    Parameters
    ----------
    q : Questionnaire
        Declares the branching; a parent stands before its children.
    states : mapping of str to ndarray, each of shape (n_rows,)
        Item key -> positions, kinds of missing and :data:`EMPTY`.
    headers : mapping of str to str
        Item key -> the name of the file's column; an item without a column is not there.
    columns : mapping of str to Column
        Item key -> the cells, of which declared codes and labels are shown.
    problems : ProblemList
        Receives answers that contradict the branching, and blank parents.

    Returns
    -------
    dict of str to ndarray
        Item key -> positions and kinds of missing.
    """
    settled: dict[str, States] = {}
    for item in q.items:
        state = states[item.key]
        if item.asked_if is None:
            settled[item.key] = np.where(state == EMPTY, np.int16(_SKIPPED), state)
            continue
        parents = [v for v in q.versions(item.asked_if.item) if v.key in settled]
        parent, code = _parent(parents, settled)
        shown = (parent >= 0) & np.isin(code, item.asked_if.codes)
        hidden = ((parent >= 0) & ~shown) | (parent == _NOT_ASKED)
        if item.key in headers:
            _Contradictions(item, state, headers[item.key], columns[item.key], problems).note(
                parent, shown, hidden
            )
        settled[item.key] = _child(state, shown, hidden)
    return settled


def _parent(versions: Sequence[Item], settled: Mapping[str, States]) -> tuple[States, NDArray[np.int64]]:
    """Return the state of an item whichever version was given, and the code answered."""
    state = settled[versions[0].key]
    code = np.full(len(state), _NO_CODE, dtype=np.int64)
    for version in versions:
        own = settled[version.key]
        state = np.where(state == _OTHER, own, state)
        answered = own >= 0
        code[answered] = np.asarray(version.codes, dtype=np.int64)[own[answered]]
    return state, code


def _child(state: States, shown: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> States:
    here = (state != _OTHER) & (state != _INVALID)
    blank = state == EMPTY
    result = np.where(blank, np.int16(_UNKNOWN), state)
    result = np.where(blank & shown, np.int16(_SKIPPED), result)
    return np.where(hidden & here, np.int16(_NOT_ASKED), result)


@dataclass(frozen=True)
class _Contradictions:
    """What one item's column and the branching say against each other."""

    item: Item
    state: States
    header: str
    column: Column
    problems: ProblemList

    def note(self, parent: States, shown: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> None:
        """Note where file and branching contradict each other, and where the parent has no answer."""
        silent = np.isin(self.state, [EMPTY, _SKIPPED, _NOT_ASKED, _UNKNOWN, _OTHER])
        self._at("answered_though_hidden", hidden & ~silent)
        self._at("coded_though_hidden", hidden & (self.state == _SKIPPED))
        self._at("not_asked_though_shown", shown & (self.state == _NOT_ASKED))
        # where the parent holds something undeclared, that is listed already; another version is not a blank
        blank_parent = (parent < 0) & ~np.isin(parent, [_NOT_ASKED, _INVALID, _OTHER])
        self._at("parent_blank", blank_parent & ~np.isin(self.state, [_NOT_ASKED, _OTHER]))

    def _at(self, kind: str, rows: NDArray[np.bool_]) -> None:
        parent = self.item.asked_if.item if self.item.asked_if else ""
        value = "" if kind == "parent_blank" else self._declared
        self.problems.at_rows(kind, np.flatnonzero(rows), self.header, value=value, detail=parent)

    def _declared(self, row: int) -> str:
        """Return the cell if it holds something declared; a person's own words are not shown."""
        if self.item.type == "text" or self.state[row] == _INVALID:
            return ""
        return str(self.column.cells[self.column.index[row]])

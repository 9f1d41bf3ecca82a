"""What a blank means where branching may have hidden the item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from propsych.data.coding import EMPTY
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
    q: Questionnaire, states: Mapping[str, States], headers: Mapping[str, str], problems: ProblemList
) -> dict[str, States]:
    """Turn every blank into a kind of missing, following the branching from its roots.

    Parameters
    ----------
    q : Questionnaire
        Declares the branching; a parent stands before its children.
    states : mapping of str to ndarray, each of shape (n_rows,)
        Item key -> positions, kinds of missing and :data:`EMPTY`.
    headers : mapping of str to str
        Item key -> the file's column; an item without a column is not there.
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
            _note(item, state, parent, shown, hidden, headers[item.key], problems)
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


def _note(
    item: Item,
    state: States,
    parent: States,
    shown: NDArray[np.bool_],
    hidden: NDArray[np.bool_],
    header: str,
    problems: ProblemList,
) -> None:
    """Note where the file and the branching contradict each other, and where the parent is blank."""
    detail = item.asked_if.item if item.asked_if else ""
    silent = np.isin(state, [EMPTY, _SKIPPED, _NOT_ASKED, _UNKNOWN, _OTHER])
    problems.at_rows("answered_though_hidden", np.flatnonzero(hidden & ~silent), header, detail=detail)
    contradicted = shown & (state == _NOT_ASKED)
    problems.at_rows("not_asked_though_shown", np.flatnonzero(contradicted), header, detail=detail)
    # where the parent holds something undeclared, that is listed already; another version is not a blank
    blank_parent = (parent < 0) & ~np.isin(parent, [_NOT_ASKED, _INVALID, _OTHER])
    concerned = blank_parent & ~np.isin(state, [_NOT_ASKED, _OTHER])
    problems.at_rows("parent_blank", np.flatnonzero(concerned), header, detail=detail)

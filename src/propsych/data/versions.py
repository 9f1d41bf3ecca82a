"""Which version of an item each person was given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data.coding import EMPTY
from propsych.data.problem_list import ProblemList
from propsych.questionnaire import Item, MissingKind

__all__ = ["NO_DATE", "SEVERAL_OR_NONE", "by_date", "separate_columns", "shared_column"]

NO_DATE = -1
SEVERAL_OR_NONE = -2
_UNKNOWN = int(MissingKind.UNKNOWN_IF_ASKED)
_NOT_ASKED = int(MissingKind.NOT_ASKED)
_OTHER = int(MissingKind.OTHER_VERSION)
_INVALID = int(MissingKind.INVALID)

States = NDArray[np.int16]
Dates = NDArray[np.datetime64]


class Period(NamedTuple):
    """First and last day of use; None = open."""

    first: dt.date | None
    last: dt.date | None


def _periods(versions: Sequence[Item]) -> list[Period]:
    """Return when each version was in use; one with no declared end ends where the next one begins."""
    starts = sorted({v.in_use_from for v in versions if v.in_use_from is not None})
    periods = []
    for version in versions:
        later = [s for s in starts if version.in_use_from is None or s > version.in_use_from]
        last = version.in_use_to or (later[0] - dt.timedelta(days=1) if later else None)
        periods.append(Period(version.in_use_from, last))
    return periods


def _within(period: Period, dates: Dates) -> NDArray[np.bool_]:
    """Tell where the date is known and lies in the period."""
    inside = ~np.isnat(dates)
    days = dates.astype("datetime64[D]")
    if period.first is not None:
        inside &= days >= np.datetime64(period.first)
    if period.last is not None:
        inside &= days <= np.datetime64(period.last)
    return inside


def by_date(versions: Sequence[Item], dates: Dates | None) -> NDArray[np.intp] | None:
    """Return for each row the position of the version in use on its date.

    Parameters
    ----------
    versions : sequence of Item
        All versions of one item.
    dates : ndarray of datetime64, shape (n_rows,), or None
        None when the file has no dates.

    Returns
    -------
    ndarray of int, shape (n_rows,), or None
        Position, :data:`NO_DATE`, or :data:`SEVERAL_OR_NONE` when the date lies in no period or in several;
        None when dates cannot tell versions apart at all.
    """
    if dates is None or not any(v.in_use_from or v.in_use_to for v in versions):
        return None
    inside = np.stack([_within(period, dates) for period in _periods(versions)])
    given = np.where(inside.sum(axis=0) == 1, inside.argmax(axis=0), SEVERAL_OR_NONE)
    return np.where(np.isnat(dates), NO_DATE, given)


def shared_column(
    versions: Sequence[Item],
    states: Sequence[States],
    header: str,
    dates: Dates | None,
    problems: ProblemList,
) -> list[States]:
    """Divide a column that holds several versions, by date.

    Parameters
    ----------
    versions : sequence of Item
        All versions of one item.
    states : sequence of ndarray, each of shape (n_rows,)
        The column as each version's codes read it.
    header : str
        The column's name.
    dates : ndarray of datetime64, shape (n_rows,), or None
        Date of each row.
    problems : ProblemList
        Receives what could not be divided.

    Returns
    -------
    list of ndarray
        The states of each version.
    """
    given = by_date(versions, dates)
    if given is None:
        problems.add("versions_not_separable", header, detail=", ".join(v.key for v in versions))
        return [np.full_like(state, _UNKNOWN) for state in states]
    content = states[0] != EMPTY
    problems.at_rows("version_unknown", np.flatnonzero(content & (given == NO_DATE)), header)
    problems.at_rows("version_undecided", np.flatnonzero(content & (given == SEVERAL_OR_NONE)), header)
    valid = np.any([state != _INVALID for state in states], axis=0)
    for k, state in enumerate(states):  # a code of the other version only: read_column let it pass
        wrong = (given == k) & (state == _INVALID) & valid
        detail = ", ".join(map(str, versions[k].codes))
        problems.at_rows(
            "code_not_in_version", np.flatnonzero(wrong), header, value=versions[k].key, detail=detail
        )
    return [_given(state, given, k) for k, state in enumerate(states)]


def separate_columns(
    versions: Sequence[Item],
    states: Mapping[int, States],
    headers: Mapping[int, str],
    dates: Dates | None,
    problems: ProblemList,
) -> list[States]:
    """Settle versions that have columns of their own.

    Who has any content in one version was given that one; where all are blank the date decides, if periods
    of use are declared.

    Parameters
    ----------
    versions : sequence of Item
        All versions of one item.
    states, headers : mapping
        Position of a version that has a column -> its states, each of shape (n_rows,), and its name.
    dates : ndarray of datetime64, shape (n_rows,), or None
        Date of each row.
    problems : ProblemList
        Receives what contradicts itself.

    Returns
    -------
    list of ndarray
        The states of each version.
    """
    n_rows = len(next(iter(states.values())))
    content = np.zeros((len(versions), n_rows), dtype=bool)
    for k, state in states.items():
        content[k] = (state != EMPTY) & (state != _NOT_ASKED)
    several = content.sum(axis=0) > 1
    listed = np.zeros(n_rows, dtype=bool)
    for k, header in headers.items():
        others = ", ".join(name for other, name in headers.items() if other != k)
        problems.at_rows(
            "two_versions_answered", np.flatnonzero(several & content[k] & ~listed), header, detail=others
        )
        listed |= content[k]
    _out_of_period(versions, content, headers, dates, problems)
    given = _given_when_separate(versions, content, list(states), dates)
    if versions[0].asked_if is None:  # else branching settles who was asked at all
        _undecided(given, headers, problems)
    blank = np.full(n_rows, _UNKNOWN, dtype=np.int16)  # a version without a column
    settled = [_given(states.get(k, blank), given, k) for k in range(len(versions))]
    return [np.where(several & content[k], np.int16(_INVALID), state) for k, state in enumerate(settled)]


def _given_when_separate(
    versions: Sequence[Item], content: NDArray[np.bool_], with_column: Sequence[int], dates: Dates | None
) -> NDArray[np.intp]:
    dated = by_date(versions, dates)
    given = np.full(content.shape[1], SEVERAL_OR_NONE) if dated is None else dated
    if len(with_column) == 1:  # the only version in the file, unless the date says otherwise
        given = np.where(given < 0, with_column[0], given)
    return np.where(content.any(axis=0), content.argmax(axis=0), given)


def _out_of_period(
    versions: Sequence[Item],
    content: NDArray[np.bool_],
    headers: Mapping[int, str],
    dates: Dates | None,
    problems: ProblemList,
) -> None:
    if dates is None:
        return
    for k, period in enumerate(_periods(versions)):
        if k in headers:
            outside = content[k] & ~np.isnat(dates) & ~_within(period, dates)
            problems.at_rows("version_out_of_period", np.flatnonzero(outside), headers[k])


def _undecided(given: NDArray[np.intp], headers: Mapping[int, str], problems: ProblemList) -> None:
    n = int((given < 0).sum())
    if n:
        problems.add("versions_blank", next(iter(headers.values())), value=str(n))


def _given(state: States, given: NDArray[np.intp], k: int) -> States:
    """Keep the states of those who were given version `k`."""
    result = np.where(given == k, state, np.int16(_OTHER))
    unknown = np.where(state == _NOT_ASKED, state, np.int16(_UNKNOWN))
    return np.asarray(np.where(given < 0, unknown, result), dtype=np.int16)

"""What a file says of each person: id, time point, site, sector, date, age, sex, mode, anchor of change."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.columns import Binding
from propsych.data.cpr import MASK
from propsych.data.csv_table import Column, Table
from propsych.data.problem_list import ProblemList, shorten

__all__ = ["person_names", "read_persons"]

_CLOCK = r"(?:[T ]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})" + _CLOCK, re.ASCII)
_DANISH = re.compile(r"(?P<d>\d{1,2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})" + _CLOCK, re.ASCII)
_AGE = re.compile(r"(\d{1,3})(?:([.,])0+)?", re.ASCII)
_NUMBERS = re.compile(r"(?!.*[0-9]{9})[-+0-9 .,:/]{1,20}")
_UNSHOWN = "text, not shown"
_NAMES = {"site": (80, 12), "sector": (80, 12), "sex": (30, 4), "mode": (30, 4), "anchor": (30, 4)}
"""Most characters and words of a name; hospital departments have long ones."""
_OLDEST = 120
_YEARS = range(1900, 2101)
_LIKELY = range(2000, 2101)


def person_names(table: Table, binding: Binding) -> list[str]:
    """Return the name of each row's person in messages: ``""`` without an id, or if it is a CPR number."""
    if binding.row_ids:
        return [str(line) for line in table.lines]
    if "person" not in binding.persons:
        return [""] * table.n_rows
    column = table.columns[binding.persons["person"]]
    shown = ["" if cell == MASK else shorten(cell) for cell in column.cells]
    return [shown[k] for k in column.index]


def read_persons(table: Table, binding: Binding, decimal: str | None, problems: ProblemList) -> pd.DataFrame:
    """Return one row a person and time point, as :class:`Responses` documents it."""
    frame: dict[str, object] = {}
    if binding.row_ids:
        frame["person"] = np.array([str(line) for line in table.lines], dtype=object)
    for name, place in binding.persons.items():
        column, header = table.columns[place], table.header[place]
        blank = np.array([cell == "" for cell in column.cells], dtype=bool)
        kind = "missing_id" if name == "person" else "missing_person_value"
        if name == "time_point" and not blank.all():  # one person may else count twice
            kind = "missing_time_point"
        if name != "anchor":  # asked at a retest only, and there the analysis counts who did not answer
            problems.at_rows(kind, column.rows_of(blank), header, detail=name)
        if name == "date":
            days = _values(column, header, _day, np.datetime64("NaT"), "bad_date", problems)
            frame[name] = np.array(days, dtype="datetime64[s]")[column.index]
            _unlikely(days, column, header, problems)
        elif name == "age":
            ages = _values(column, header, lambda cell: _age(cell, decimal), np.nan, "bad_age", problems)
            frame[name] = np.array(ages, dtype=float)[column.index]
        else:
            texts = np.array([None if cell in ("", MASK) else cell for cell in column.cells], dtype=object)
            if name in _NAMES:
                wordy = np.array([_is_wordy(cell, *_NAMES[name]) for cell in column.cells], dtype=bool)
                problems.at_rows("unexpected_person_value", column.rows_of(wordy), header)
                texts[wordy] = None
            frame[name] = texts[column.index] if len(texts) else texts
    _duplicates(table, binding.persons, problems)
    return pd.DataFrame({**frame, "row": table.lines})


def _values(
    column: Column,
    header: str,
    read: Callable[[str], object],
    nothing: object,
    kind: str,
    problems: ProblemList,
) -> list[object]:
    """Return one value a distinct cell, `nothing` where it is blank or cannot be read."""
    values = [None if cell in ("", MASK) else read(cell) for cell in column.cells]
    bad = np.array(
        [v is None and c not in ("", MASK) for v, c in zip(values, column.cells, strict=True)], dtype=bool
    )
    shown = [cell if _NUMBERS.fullmatch(cell) else "" for cell in column.cells]
    problems.at_rows(
        kind,
        column.rows_of(bad),
        header,
        value=lambda row: shown[column.index[row]],
        detail=lambda row: "" if shown[column.index[row]] else _UNSHOWN,
    )
    return [nothing if value is None else value for value in values]


def _is_wordy(cell: str, longest: int, most_words: int) -> bool:
    """Tell whether a value is longer than the name of a site or a group: it may be a person's own words."""
    return len(cell) > longest or len(cell.split()) > most_words


def _unlikely(days: Sequence[object], column: Column, header: str, problems: ProblemList) -> None:
    """Note dates that may be of something else, as a birth; only the year is shown."""
    years = ["" if np.isnat(day) else str(day)[:4] for day in np.array(days, dtype="datetime64[D]")]
    unlikely = np.array([year != "" and int(year) not in _LIKELY for year in years], dtype=bool)
    rows = column.rows_of(unlikely)
    problems.at_rows("unlikely_date", rows, header, value=lambda row: years[column.index[row]])


def _day(cell: str) -> np.datetime64 | None:
    match = _ISO.fullmatch(cell) or _DANISH.fullmatch(cell)
    if match is None or int(match["y"]) not in _YEARS:
        return None
    try:
        return np.datetime64(dt.date(int(match["y"]), int(match["m"]), int(match["d"])))
    except ValueError:
        return None


def _age(cell: str, decimal: str | None) -> float | None:
    match = _AGE.fullmatch(cell)
    if match is None or int(match[1]) > _OLDEST or (decimal and match[2] and match[2] != decimal):
        return None
    if decimal is None and match[2] and len(cell) - match.end(2) == 3:  # 1.000 may be a thousand
        return None
    return float(match[1])


def _duplicates(table: Table, places: Mapping[str, int], problems: ProblemList) -> None:
    """Note every row after a person's first at the same time point."""
    if "person" not in places or not table.n_rows:
        return
    person = table.columns[places["person"]]
    known = ~np.isin(person.index, [k for k, cell in enumerate(person.cells) if cell in ("", MASK)])
    ids = _same_cells(person)
    times = table.columns[places["time_point"]] if "time_point" in places else None
    if times is not None:
        points = _same_cells(times)
        ids = ids * (int(points.max()) + 1) + points
    rows = np.flatnonzero(pd.Series(ids).duplicated().to_numpy() & known)
    when = (
        [""]
        if times is None
        else ["" if cell == MASK or _is_wordy(cell, 30, 4) else cell for cell in times.cells]
    )
    index = np.zeros(table.n_rows, dtype=np.intp) if times is None else times.index
    problems.at_rows(
        "duplicate_person", rows, table.header[places["person"]], value=lambda row: when[index[row]]
    )


def _same_cells(column: Column) -> NDArray[np.int64]:
    """Return a number a row, equal where the stripped cells are."""
    numbers, _ = pd.factorize(np.array(column.cells, dtype=object))
    return np.asarray(numbers, dtype=np.int64)[column.index]

"""Collecting problems while a file is read: where each stands, and in which order they are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from propsych.data.problem import Problem

__all__ = ["ProblemList", "shorten"]

_LONGEST = 40


def shorten(value: str) -> str:
    """Cut a value for a message.

    Examples
    --------
    >>> len(shorten("x" * 100))
    40
    """
    value = " ".join(value.split())
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"


class ProblemList:
    """The problems found so far in one file.

    Parameters
    ----------
    header : sequence of str
        Column names of the file, which give the order of the report within a row.
    lines : ndarray of int, shape (n_rows,)
        Line of each row in the file.
    """

    def __init__(self, header: Sequence[str], lines: NDArray[np.int64]) -> None:
        self._order = {name: j for j, name in reversed(list(enumerate(header)))}
        self._lines = lines
        self._persons: Sequence[str] = [""] * len(lines)
        self._found: list[Problem] = []

    def name_rows(self, persons: Sequence[str]) -> None:
        """Say who each row is about: ``""`` where unknown or not to be printed."""
        self._persons = persons

    def add(self, kind: str, column: str = "", value: str = "", detail: str = "") -> None:
        """Add a problem of the whole file or of a column."""
        self._found.append(Problem(kind, None, "", column, value, detail))

    def at_line(self, kind: str, line: int, column: str = "", value: str = "", detail: str = "") -> None:
        """Add a problem of a line of which no person is known."""
        self._found.append(Problem(kind, line, "", column, value, detail))

    def at_rows(
        self,
        kind: str,
        rows: Iterable[int],
        column: str = "",
        *,
        value: Callable[[int], str] | str = "",
        detail: Callable[[int], str] | str = "",
    ) -> None:
        """Add one problem a row; `value` and `detail` are texts, or are asked for each row."""
        for row in rows:
            self._found.append(
                Problem(
                    kind,
                    int(self._lines[row]),
                    self._persons[row],
                    column,
                    value if isinstance(value, str) else shorten(value(row)),
                    detail if isinstance(detail, str) else detail(row),
                )
            )

    def sorted(self) -> tuple[Problem, ...]:
        """Return all problems: those of the file, those of columns, then row by row in the file's order."""
        return tuple(sorted(self._found, key=lambda p: (p.row or 0, self._order.get(p.column, -1))))

"""The attacker: everything that can be derived about the cells that were not printed.

The attacker knows every printed count, every relation, that counts are whole numbers of 0 or more, and a
lower bound for each suppressed one (1, since a zero would have been shown). The tightest bounds of a cell
follow from two integer programmes, solved exactly by ``scipy.optimize.milp``. Two things save most of
them: bounds from passing intervals along the relations show at once that many a cell is *not* safe, and
every solution found is a table that the attacker cannot rule out (a *witness*), which often shows other
cells to be safe. Suppressing more cells never rules a witness out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from propsych.report.disclosure.cells import System

__all__ = ["Attacker", "derivable"]

_ROUNDS = 60
_SLACK = 1e-6  # relations with decimals (rounded means) are met up to this

Array = NDArray[np.float64]


@dataclass
class Attacker:
    """Someone who has the report and wants the suppressed counts.

    Parameters
    ----------
    system : System
        Cells and relations.
    hidden : mapping of str to int
        Suppressed cells and what is known to be their least value.
    """

    system: System
    hidden: Mapping[str, int]
    names: list[str] = field(init=False)
    witnesses: list[dict[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        cells = self.system.cells
        self.names = [name for name, cell in cells.items() if not cell.printed or name in self.hidden]
        place = {name: j for j, name in enumerate(self.names)}
        rows, lows, highs = [], [], []
        for relation in self.system.relations:
            row, known = np.zeros(len(place)), 0.0
            for name, coefficient in relation.terms:
                if name in place:
                    row[place[name]] += coefficient
                else:
                    known += coefficient * cells[name].value
            if row.any():
                rows.append(row)
                lows.append(relation.low - known)
                highs.append(relation.high - known)
        self._matrix: Array = np.array(rows).reshape(len(rows), len(place))
        self._low, self._high = np.array(lows), np.array(highs)
        largest = max((cell.value for cell in cells.values()), default=0)
        self._lower = np.array([float(self.hidden.get(name, 0)) for name in self.names])
        self._upper = np.full(len(place), 10.0 * largest + 100.0)
        self._propagate()

    def _propagate(self) -> None:
        """Tighten the bounds of single cells, one relation at a time, until nothing changes."""
        positive, negative = np.maximum(self._matrix, 0), np.minimum(self._matrix, 0)
        used = self._matrix != 0
        size = np.where(used, self._matrix, 1.0)
        for _ in range(_ROUNDS):
            least = positive * self._lower + negative * self._upper
            most = positive * self._upper + negative * self._lower
            room_up = (self._high - least.sum(axis=1))[:, None] + least
            room_down = (self._low - most.sum(axis=1))[:, None] + most
            up = np.where(size > 0, room_up, room_down) / size
            down = np.where(size > 0, room_down, room_up) / size
            upper = np.where(used, np.floor(up + _SLACK), np.inf).min(axis=0, initial=np.inf)
            lower = np.where(used, np.ceil(down - _SLACK), -np.inf).max(axis=0, initial=-np.inf)
            upper, lower = np.minimum(upper, self._upper), np.maximum(lower, self._lower)
            if np.array_equal(upper, self._upper) and np.array_equal(lower, self._lower):
                return
            self._upper, self._lower = upper, lower

    def quick_bounds(self, name: str) -> tuple[int, int]:
        """Return bounds that hold but need not be the tightest."""
        j = self.names.index(name)
        return int(self._lower[j]), int(self._upper[j])

    def bounds(self, name: str) -> tuple[int, int]:
        """Return the tightest bounds of a cell that is not printed."""
        low, high = self._extreme(name, 1.0), self._extreme(name, -1.0)
        return low, high

    def look(self, names: Iterable[str]) -> None:
        """Find a table with little in some cells and one with much: witnesses for most of them at once."""
        places = [self.names.index(name) for name in names if name in self.names]
        goal = np.zeros(len(self.names))
        goal[places] = 1.0
        if places:
            everywhere = np.arange(len(self.names))
            for sign in (1.0, -1.0):
                self._witness(sign * goal, everywhere)

    def is_safe(self, name: str, limit: int) -> bool:
        """Return True if the bounds of a cell cover 1 to ``limit - 1``."""
        low, high = self.quick_bounds(name)
        if low > 1 or high < limit - 1:
            return False
        if not any(table[name] <= 1 for table in self.witnesses) and self._extreme(name, 1.0) > 1:
            return False
        return (
            any(table[name] >= limit - 1 for table in self.witnesses)
            or self._extreme(name, -1.0) >= limit - 1
        )

    def _extreme(self, name: str, sign: float) -> int:
        j = self.names.index(name)
        component = self._component(j)
        goal = np.zeros(len(self.names))
        goal[j] = sign
        # where the solver gives nothing exact, the true value can only make the cell look unsafe
        return self._witness(goal, component).get(name, self.system.cells[name].value)

    def _witness(self, goal: Array, component: NDArray[np.intp]) -> dict[str, int]:
        """Return a table that minimises a weighted sum of cells, and keep it; empty if none is exact."""
        solution = self._solve(goal[component], component)
        if solution is None:
            return {}
        table = {other: self.system.cells[other].value for other in self.names}
        table |= {self.names[k]: int(v) for k, v in zip(component, solution, strict=True)}
        self.witnesses.append(table)
        return table

    def _component(self, j: int) -> NDArray[np.intp]:
        """Return the places of all cells tied to one by relations between cells that are not printed."""
        free = self._lower < self._upper
        links = (self._matrix != 0) & free
        reached = np.zeros(len(self.names), dtype=bool)
        reached[j] = True
        while True:
            rows = links[:, reached].any(axis=1)
            wider = reached | links[rows].any(axis=0)
            if np.array_equal(wider, reached):
                return np.flatnonzero(reached)
            reached = wider

    def _solve(self, goal: Array, component: NDArray[np.intp]) -> NDArray[np.int64] | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        inside = np.zeros(len(self.names), dtype=bool)
        inside[component] = True
        rows = (self._matrix[:, component] != 0).any(axis=1)
        matrix = self._matrix[np.ix_(rows, component)]
        # what lies outside the component is pinned to one value
        rest = self._matrix[rows][:, ~inside] @ self._lower[~inside]
        low, high = self._low[rows] - rest, self._high[rows] - rest
        constraints: Any = LinearConstraint(matrix, low, high) if rows.any() else ()
        found = milp(
            goal,
            integrality=np.ones(len(component), dtype=np.int64),
            bounds=Bounds(self._lower[component], self._upper[component]),
            constraints=constraints,
        )
        if found.x is None or found.status != 0:
            return None
        x = np.rint(found.x).astype(np.int64)
        exact = bool((matrix @ x >= low - _SLACK).all() and (matrix @ x <= high + _SLACK).all())
        return x if exact else None


def derivable(
    system: System, hidden: Mapping[str, int], names: Iterable[str] | None = None
) -> dict[str, tuple[int, int]]:
    """Return the tightest bounds that an attacker can derive for each cell that is not printed.

    Parameters
    ----------
    system : System
        Cells and relations.
    hidden : mapping of str to int
        Suppressed cells and the least value that each is known to have.
    names : iterable of str, optional
        Cells to attack; default all that are not printed.

    Returns
    -------
    dict of str to (int, int)
        Least and largest value.

    Examples
    --------
    >>> from propsych.report.disclosure.cells import SystemBuilder
    >>> table = SystemBuilder()
    >>> table.total(table.cell("all", 9), [table.cell("yes", 2), table.cell("no", 7)])
    >>> derivable(table.system(), {"yes": 1})
    {'yes': (2, 2)}
    >>> derivable(table.system(), {"yes": 1, "no": 1})
    {'yes': (1, 8), 'no': (1, 8)}
    """
    attacker = Attacker(system, hidden)
    return {name: attacker.bounds(name) for name in (attacker.names if names is None else names)}

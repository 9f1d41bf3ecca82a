"""Tables as an attacker sees them: named whole numbers, which of them are printed, and how they add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["Cell", "Relation", "System", "SystemBuilder", "merge"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count.

    Attributes
    ----------
    name : str
        Id of the record that prints it, or any other name.
    value : int
        The true count, 0 or more.
    printed : bool
        True if the report prints it unless it is suppressed; False for a count that only follows from
        others, such as the unanswered at one site.
    rank : int or None
        Order in which complementary suppression takes printed cells, lowest first; None: never (decided
        elsewhere).
    sensitive : bool
        False for a count that says nothing about persons, whatever its size.
    """

    name: str
    value: int
    printed: bool = True
    rank: int | None = 0
    sensitive: bool = True

    def is_small(self, limit: int) -> bool:
        """Return True if this count must not be found out: 1 to ``limit - 1``."""
        return self.sensitive and 1 <= self.value < limit


@dataclass(frozen=True, slots=True)
class Relation:
    """What everybody knows of some cells: ``low <= sum of coefficient x cell <= high``."""

    terms: tuple[tuple[str, float], ...]
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class System:
    """Cells and the relations between them."""

    cells: Mapping[str, Cell]
    relations: tuple[Relation, ...]

    def small(self, limit: int) -> tuple[str, ...]:
        """Return the names of all cells that must not be found out."""
        return tuple(name for name, cell in self.cells.items() if cell.is_small(limit))


def merge(*systems: System) -> System:
    """Return one system of all cells and relations; a name stands for the same count in each.

    Of a cell that stands in several systems, the first one's rank holds.
    """
    cells: dict[str, Cell] = {}
    relations: dict[Relation, None] = {}
    for system in systems:
        cells |= {name: cell for name, cell in system.cells.items() if name not in cells}
        relations |= dict.fromkeys(system.relations)
    return System(cells, tuple(relations))


@dataclass
class SystemBuilder:
    """Collects cells and relations.

    Examples
    --------
    >>> table = SystemBuilder()
    >>> table.total(table.cell("all", 9), [table.cell("yes", 2), table.cell("no", 7)])
    >>> table.system().small(limit=5)
    ('yes',)
    """

    cells: dict[str, Cell] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def cell(self, name: str, value: int, rank: int | None = 0) -> str:
        """Add a printed cell and return its name."""
        return self.add(Cell(name, value, True, rank))

    def hidden(self, name: str, value: int, *, sensitive: bool = True) -> str:
        """Add a count that is never printed and return its name."""
        return self.add(Cell(name, value, False, None, sensitive))

    def add(self, cell: Cell) -> str:
        """Add a cell unless its name is known, and return its name."""
        self.cells.setdefault(cell.name, cell)
        return cell.name

    def value(self, names: Iterable[str]) -> int:
        """Return the sum of some cells."""
        return sum(self.cells[name].value for name in names)

    def total(self, total: str, parts: Iterable[str]) -> None:
        """Say that `total` is the sum of `parts`.

        A relation that does not hold in the data is one that nobody can use, so it is left out.
        """
        parts = list(parts)
        if self.cells[total].value == self.value(parts):
            self.relations.append(Relation(((total, 1.0), *((part, -1.0) for part in parts))))

    def remainder(self, total: str, parts: Iterable[str], name: str, *, sensitive: bool = True) -> str | None:
        """Say that `total` is `parts` and a remainder that is not printed; return the remainder's name.

        Where the remainder is 0 everybody is taken to know that, and None is returned.
        """
        parts = list(parts)
        rest = self.cells[total].value - self.value(parts)
        if rest > 0:
            self.total(total, [*parts, self.hidden(name, rest, sensitive=sensitive)])
            return name
        self.total(total, parts)
        return None

    def difference(
        self, total: str, parts: Iterable[str], name: str, *, sensitive: bool = True
    ) -> str | None:
        """Like :meth:`remainder`, but a difference of 0 is not known beforehand."""
        parts = list(parts)
        rest = self.cells[total].value - self.value(parts)
        if rest < 0:
            return None
        self.total(total, [*parts, self.hidden(name, rest, sensitive=sensitive)])
        return name

    def between(self, terms: Mapping[str, float], low: float, high: float) -> None:
        """Say that a weighted sum lies between two numbers."""
        self.relations.append(Relation(tuple(terms.items()), low, high))

    def system(self) -> System:
        """Return what was collected."""
        return System(dict(self.cells), tuple(self.relations))

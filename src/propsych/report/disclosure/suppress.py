"""Which cells to suppress: the small ones, and as few others as protect those from being derived."""

from __future__ import annotations

from collections.abc import Mapping

from propsych.report.disclosure.attack import Attacker
from propsych.report.disclosure.cells import System

__all__ = ["primary", "protect", "unprotected"]


def primary(system: System, limit: int) -> dict[str, int]:
    """Return the printed cells of 1 to ``limit - 1``, each with 1, its least value to a reader."""
    return {name: 1 for name in system.small(limit) if system.cells[name].printed}


def unprotected(system: System, hidden: Mapping[str, int], limit: int) -> tuple[str, ...]:
    """Return the small cells whose derivable range does not cover 1 to ``limit - 1``.

    Examples
    --------
    >>> from propsych.report.disclosure.cells import SystemBuilder
    >>> table = SystemBuilder()
    >>> table.total(table.cell("all", 9), [table.cell("yes", 2), table.cell("no", 7)])
    >>> unprotected(table.system(), {"yes": 1}, limit=5)
    ('yes',)
    """
    attacker = Attacker(system, hidden)
    attacker.look(system.small(limit))
    return tuple(name for name in system.small(limit) if not _safe(attacker, name, limit))


def protect(
    system: System, limit: int, given: Mapping[str, int] | None = None
) -> tuple[dict[str, int], bool]:
    """Suppress until no small cell can be bounded more tightly than 1 to ``limit - 1``.

    Greedy: for each small cell that is not safe, one more printed cell that is tied to it is suppressed,
    by rank and then by size, until it is; then whatever turns out not to be needed is printed again. Zeros
    are suppressed only when nothing else is left; then a suppressed cell may be 0 as well.

    Parameters
    ----------
    system : System
        Cells and relations.
    limit : int
        The least count that may be printed (zero apart).
    given : mapping of str to int, optional
        Cells suppressed already, with the least value that they may have; they stay suppressed.

    Returns
    -------
    hidden : dict of str to int
        Suppressed cells with the least value that each is known to have.
    complete : bool
        False if some small cell follows from what cannot be suppressed here.
    """
    start = {**primary(system, limit), **(given or {})}
    hidden = dict(start)
    attacker = Attacker(system, hidden)
    attacker.look(system.small(limit))
    complete = True
    for name in system.small(limit):
        while not _safe(attacker, name, limit):
            more = _next(system, hidden, name)
            if not more:
                complete = False
                break
            hidden |= more
            attacker = Attacker(system, hidden, witnesses=_extended(attacker, system, more))
    return _trimmed(system, start, hidden, attacker, limit) if complete else hidden, complete


def _safe(attacker: Attacker, name: str, limit: int) -> bool:
    cell = attacker.system.cells[name]
    if cell.printed and name not in attacker.hidden:
        return False
    return attacker.is_safe(name, limit)


def _extended(attacker: Attacker, system: System, more: Mapping[str, int]) -> list[dict[str, int]]:
    """Carry witnesses over: a cell that was printed until now has its true value in them."""
    values = {name: system.cells[name].value for name in more}
    return [values | table for table in attacker.witnesses]


def _next(system: System, hidden: Mapping[str, int], name: str) -> dict[str, int]:
    """Return the next cell to suppress so that `name` becomes less certain; empty when there is none."""
    printed, reached = _neighbours(system, hidden, name)
    positive = [n for n in printed if system.cells[n].value > 0]
    if positive:
        cells = system.cells
        return {min(positive, key=lambda n: (cells[n].rank or 0, cells[n].value, n)): 1}
    # only zeros are left: give up showing them, so that nothing suppressed here is known to be 1 or more
    return dict.fromkeys([*printed, *(n for n in reached if hidden.get(n, 0) > 0)], 0)


def _neighbours(system: System, hidden: Mapping[str, int], name: str) -> tuple[list[str], set[str]]:
    """Return the printed cells next to `name` or to an unknown cell tied to it, and those cells."""
    reached, front = {name}, [name]
    found: dict[str, None] = {}
    while front:
        names = set(front)
        front = []
        for relation in system.relations:
            members = [member for member, _ in relation.terms]
            if names.isdisjoint(members):
                continue
            for member in members:
                cell = system.cells[member]
                if cell.printed and member not in hidden:
                    if cell.rank is not None:
                        found[member] = None
                elif member not in reached:
                    reached.add(member)
                    front.append(member)
    return list(found), reached


def _trimmed(
    system: System, start: Mapping[str, int], hidden: dict[str, int], attacker: Attacker, limit: int
) -> dict[str, int]:
    """Print again, last suppressed first, what is not needed after all."""
    for name in [n for n in reversed(hidden) if n not in start and hidden[n] > 0]:
        trial = {other: least for other, least in hidden.items() if other != name}
        value = system.cells[name].value
        kept = [table for table in attacker.witnesses if table[name] == value]
        candidate = Attacker(system, trial, witnesses=kept)
        if all(_safe(candidate, small, limit) for small in system.small(limit)):
            hidden, attacker = trial, candidate
    return hidden

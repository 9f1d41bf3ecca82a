"""What to suppress in one pilot: participation first, then the items, then the scales on top of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from propsych.questionnaire import Scale
from propsych.report.disclosure.cells import System, merge
from propsych.report.disclosure.item_tables import families, family_table, whole_groups
from propsych.report.disclosure.needs import PRECISION, decimals
from propsych.report.disclosure.scale_tables import scale_items, scale_table, with_moments
from propsych.report.disclosure.suppress import primary, protect, unprotected
from propsych.report.disclosure.tables import fixed, participation_table
from propsych.study.results import StudyResults

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True)
class Plan:
    """What is suppressed, and the tables that prove it enough.

    Attributes
    ----------
    hidden : mapping of str to int
        Suppressed cells and the least value that each is known to have.
    primary : frozenset of str
        Those of them that are small themselves.
    without_moments : frozenset of str
        Scales whose means, SDs and coefficients are withheld.
    silent : frozenset of str
        Items whose judgements would give a small count away.
    tables : tuple of System
        Participation, families of items, scales.
    """

    hidden: Mapping[str, int]
    primary: frozenset[str]
    without_moments: frozenset[str]
    silent: frozenset[str]
    tables: tuple[System, ...]

    def prints(self, cell: str) -> bool:
        """Return True if a cell is printed."""
        return cell not in self.hidden

    def table_of(self, cell: str) -> System | None:
        """Return the last table with this cell, which is the one that knows most of it."""
        return next((table for table in reversed(self.tables) if cell in table.cells), None)


def make_plan(results: StudyResults) -> Plan:
    """Decide which cells are suppressed, such that no small count can be derived from what stays."""
    limit = results.info.small_cell_limit
    participation = participation_table(results)
    hidden, _ = protect(participation, limit)
    base = fixed(participation)
    given = {**hidden, **whole_groups(results, results.questionnaire.items, limit)}
    tables: dict[str, System] = {}
    silent: set[str] = set()
    for ids in families(results.questionnaire.items):
        table, found, safe = _family(results, base, ids, given)
        if not safe:
            # what the judgements tell cannot be reconciled with a protected table: they are not printed then
            silent |= {item.key for item in results.questionnaire.items if item.id in ids}
            quiet = replace(results, judgements=())
            table, found, _ = _family(quiet, base, ids, given)
        hidden |= found
        tables |= dict.fromkeys(ids, fixed(table))
    scales = []
    without_moments = set()
    for scale in results.questionnaire.scales:
        table, found, moments = _scale(results, tables, scale, hidden)
        hidden |= found
        scales.append(table)
        if not moments:
            without_moments.add(scale.id)
    systems = (participation, *_distinct(tables), *scales)
    small = frozenset(name for table in systems for name in primary(table, limit))
    return Plan(hidden, small & hidden.keys(), frozenset(without_moments), frozenset(silent), systems)


def _distinct(tables: Mapping[str, System]) -> tuple[System, ...]:
    return tuple({id(table): table for table in tables.values()}.values())


def _family(
    results: StudyResults, base: System, ids: tuple[str, ...], given: Mapping[str, int]
) -> tuple[System, dict[str, int], bool]:
    limit = results.info.small_cell_limit
    table = family_table(results, base, ids)
    known = {name: least for name, least in given.items() if name in table.cells}
    for name in table.cells:
        # of a site whose number of persons is withheld, nothing is printed
        parts = name.split("/")
        if parts[0] == "items" and f"participation/persons/{parts[2]}/n" in known and parts[2] != "all":
            known[name] = 0
    hidden, safe = protect(table, limit, known)
    return table, hidden, safe


def _scale(
    results: StudyResults, tables: Mapping[str, System], scale: Scale, hidden: Mapping[str, int]
) -> tuple[System, dict[str, int], bool]:
    """Return the scale's table, what is suppressed in it, and whether its moments may be printed."""
    limit = results.info.small_cell_limit
    ids = {own[0].id for own in scale_items(results.questionnaire, scale)}
    items = merge(*_distinct({name: table for name, table in tables.items() if name in ids}))
    table = scale_table(results, items, scale)
    own = [name for name in table.cells if name not in items.cells and table.cells[name].printed]
    known = {name: least for name, least in hidden.items() if name in table.cells}
    for name in own:
        group = name.split("/")[2]
        if group != "all" and f"participation/persons/{group}/n" in known:
            known[name] = 0
    found, safe = protect(table, limit, known)
    if not safe:
        found = {**known, **dict.fromkeys(own, 0)}
        return table, found, False
    precision = (0.5 * 10.0 ** -decimals(results, scale.id), 0.5 * 10.0**-PRECISION)
    moments = with_moments(results, table, scale, precision)
    return moments, found, not unprotected(moments, found, limit)

"""What to suppress in one pilot: participation first, then the items, then the scales on top of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from propsych.errors import StudyError, message
from propsych.questionnaire import Scale
from propsych.report.disclosure.cells import System, merge
from propsych.report.disclosure.item_tables import families, family_table, whole_groups
from propsych.report.disclosure.needs import PRECISION, decimals
from propsych.report.disclosure.scale_tables import scale_items, scale_table, with_moments
from propsych.report.disclosure.suppress import primary, protect, unprotected
from propsych.report.disclosure.tables import fixed, participation_table, persons_cell
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
    left_out : frozenset of str
        Groups of which not even the existence is printed, since that would tell too much of so few persons.
    tables : tuple of System
        Participation, families of items, scales.
    """

    hidden: Mapping[str, int]
    primary: frozenset[str]
    without_moments: frozenset[str]
    silent: frozenset[str]
    left_out: frozenset[str]
    tables: tuple[System, ...]

    def prints(self, cell: str) -> bool:
        """Return True if a cell is printed."""
        return cell not in self.hidden

    def table_of(self, cell: str) -> System | None:
        """Return the last table with this cell, which is the one that knows most of it."""
        return next((table for table in reversed(self.tables) if cell in table.cells), None)


def make_plan(results: StudyResults) -> Plan:
    """Decide which cells are suppressed, such that no small count can be derived from what stays.

    Raises
    ------
    propsych.errors.StudyError
        If some small count follows even from what is always printed (the declared questionnaire).
    """
    limit = results.info.small_cell_limit
    participation = participation_table(results)
    everyone = participation.cells.get(persons_cell("all"))
    if everyone is not None and everyone.value < limit:
        return _nothing(results, participation)
    hidden, _ = _required(protect(participation, limit), "participation")
    given = {**hidden, **whole_groups(results, results.questionnaire.items, limit)}
    tables: dict[str, System] = {}
    silent: set[str] = set()
    for ids in families(results.questionnaire.items):
        table, (found, safe) = _family(results, fixed(participation), ids, given)
        if not safe:
            # what the judgements tell cannot be reconciled with a protected table: they are not printed then
            silent |= {item.key for item in results.questionnaire.items if item.id in ids}
            table, outcome = _family(replace(results, judgements=()), fixed(participation), ids, given)
            found, _ = _required(outcome, ", ".join(ids))
        hidden |= found
        tables |= dict.fromkeys(ids, fixed(table))
    scales = []
    without_moments = set()
    for scale in results.questionnaire.scales:
        table, found, safe = _scale(results, tables, scale, hidden)
        table, open_ = _moments(results, table, scale, found) if safe else (table, True)
        if open_:
            without_moments.add(scale.id)
        if not safe:
            silent.add(scale.id)
        hidden |= found
        scales.append(table)
    systems = (participation, *_distinct(tables), *scales)
    small = frozenset(name for table in systems for name in primary(table, limit))
    left_out = {
        name.split("/")[2] for name, least in hidden.items() if name in participation.cells and not least
    }
    return Plan(
        hidden=hidden,
        primary=small & hidden.keys(),
        without_moments=frozenset(without_moments),
        silent=frozenset(silent),
        left_out=frozenset(left_out - {"all"}),
        tables=systems,
    )


def _nothing(results: StudyResults, participation: System) -> Plan:
    """Return the plan for a pilot of fewer persons than the limit: no number at all is printed."""
    groups = {record.group for record in results.records.values()} - {"all"}
    scales = frozenset(scale.id for scale in results.questionnaire.scales)
    hidden = dict.fromkeys(results.records, 0)
    silent = frozenset(judgement.target for judgement in results.judgements)
    return Plan(
        hidden, frozenset(primary(participation, 2)), scales, silent, frozenset(groups), (participation,)
    )


def _required(outcome: tuple[dict[str, int], bool], where: str) -> tuple[dict[str, int], bool]:
    if not outcome[1]:
        what = "a small count would follow from the printed ones whatever is suppressed"
        raise StudyError(message(what, where=where, remedy="leave these items out of the publishable report"))
    return outcome


def _distinct(tables: Mapping[str, System]) -> tuple[System, ...]:
    return tuple({id(table): table for table in tables.values()}.values())


def _of_hidden_sites(names: Iterable[str], hidden: Mapping[str, int]) -> dict[str, int]:
    """Return the cells of sites whose number of persons is withheld: nothing is printed of them."""
    found = {}
    for name in names:
        if name.startswith(("items/", "scores/")):
            group = name.split("/")[2]
            if group != "all" and persons_cell(group) in hidden:
                found[name] = 0
    return found


def _family(
    results: StudyResults, base: System, ids: tuple[str, ...], given: Mapping[str, int]
) -> tuple[System, tuple[dict[str, int], bool]]:
    table = family_table(results, base, ids)
    known = {name: least for name, least in given.items() if name in table.cells}
    known |= _of_hidden_sites(table.cells, known)
    return table, protect(table, results.info.small_cell_limit, known)


def _scale(
    results: StudyResults, tables: Mapping[str, System], scale: Scale, hidden: Mapping[str, int]
) -> tuple[System, dict[str, int], bool]:
    """Return the scale's table, what is suppressed in it, and False if that had to be all."""
    ids = {own[0].id for own in scale_items(results.questionnaire, scale)}
    items = merge(*_distinct({name: table for name, table in tables.items() if name in ids}))
    table = scale_table(results, items, scale)
    own = [name for name, cell in table.cells.items() if name not in items.cells and cell.printed]
    known = {name: least for name, least in hidden.items() if name in table.cells}
    known |= _of_hidden_sites(own, known)
    found, safe = protect(table, results.info.small_cell_limit, known)
    # without the scale's numbers, the items' tables are the protected ones that they were
    return (table, found, True) if safe else (table, {**known, **dict.fromkeys(own, 0)}, False)


def _moments(
    results: StudyResults, table: System, scale: Scale, hidden: Mapping[str, int]
) -> tuple[System, bool]:
    """Return the table with what means and alpha tell, and True if that tells a small count."""
    precision = (0.5 * 10.0 ** -decimals(results, scale.id), 0.5 * 10.0**-PRECISION)
    bars = [name for name in hidden if name.startswith(f"scores/{scale.id}/all/")]
    known = with_moments(results, table, scale, precision, mean=not bars)
    if unprotected(known, hidden, results.info.small_cell_limit):
        return table, True
    return known, False

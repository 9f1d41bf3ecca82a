"""Items as tables: the counts of items that hang together, and every way in which they add up.

Versions of one item hang together (a person was given one of them), and so do an item and the items that
are asked only after some of its answers (their "asked" is its count).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from propsych.criteria import Judgement
from propsych.questionnaire import NOT_ASKED_KINDS, Item, MissingKind
from propsych.report.disclosure.cells import System, SystemBuilder
from propsych.report.disclosure.tables import count, persons_cell, site_groups
from propsych.study.results import StudyResults

__all__ = ["cell_of", "enough_answers", "families", "family_table", "whole_groups"]

_ASKED_MISSING = tuple(k for k in MissingKind if k not in NOT_ASKED_KINDS and k is not MissingKind.INVALID)
_COUNT, _SITE, _TOTAL = 0, 1, 2


def cell_of(key: str, statistic: str, group: str = "all") -> str:
    """Return the name of an item's cell."""
    return f"items/{key}/{group}/{statistic}"


def families(items: Iterable[Item]) -> tuple[tuple[str, ...], ...]:
    """Return the ids of items that hang together, each id in one family.

    Examples
    --------
    >>> from types import SimpleNamespace as S
    >>> parent, child = S(id="work", asked_if=None), S(id="hours", asked_if=S(item="work"))
    >>> families([parent, S(id="x", asked_if=None), child])
    (('work', 'hours'), ('x',))
    """
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    order: list[str] = []
    for item in items:
        order.append(item.id)
        own = find(item.id)
        if item.asked_if is not None:
            root[own] = find(item.asked_if.item)
    members: dict[str, dict[str, None]] = {}
    for name in order:
        members.setdefault(find(name), {})[name] = None
    return tuple(tuple(ids) for ids in members.values())


@dataclass(frozen=True)
class _Family:
    """One family while its table is built."""

    results: StudyResults
    table: SystemBuilder
    sites: tuple[str, ...]

    def value(self, key: str, statistic: str, group: str = "all") -> int | None:
        return count(self.results, "items", key, statistic, group)

    def add(self, key: str, statistic: str, rank: int, group: str = "all") -> str | None:
        value = self.value(key, statistic, group)
        return None if value is None else self.table.cell(cell_of(key, statistic, group), value, rank)

    def present(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name in self.table.cells]


def family_table(results: StudyResults, participation: System, ids: Iterable[str]) -> System:
    """Return the table of some items that hang together, on top of the table of participation."""
    table = SystemBuilder(dict(participation.cells), list(participation.relations))
    family = _Family(results, table, site_groups(participation))
    items = [item for item in results.questionnaire.items if item.id in set(ids)]
    items = [item for item in items if family.value(item.key, "n_asked") is not None]
    for item in items:
        _whole_pilot(family, item)
        _colours(family, item)
        _by_site(family, item.key)
    for item_id in dict.fromkeys(item.id for item in items):
        versions = [item for item in items if item.id == item_id]
        if len(versions) > 1:
            _versions(family, versions)
        if versions[0].asked_if is not None:
            _branch(family, versions, items)
    keys = {item.key for item in items}
    for judgement in results.judgements:
        if judgement.target in keys:
            counted = "n_asked" if judgement.record.split("/")[-1].startswith("skipped") else "n_answered"
            enough_answers(results, table, judgement, cell_of(judgement.target, counted, judgement.group))
    return table.system()


def _whole_pilot(family: _Family, item: Item) -> None:
    table, key = family.table, item.key
    asked = family.add(key, "n_asked", _TOTAL)
    answered = family.add(key, "n_answered", _TOTAL)
    codes = [family.add(key, f"count:{code}", _COUNT) for code in item.codes]
    asked_missing = [family.add(key, f"missing:{kind.label}", _COUNT) for kind in _ASKED_MISSING]
    not_asked = [family.add(key, f"missing:{kind.label}", _COUNT) for kind in NOT_ASKED_KINDS]
    persons = persons_cell("all")
    if answered is not None and None not in codes and codes:
        table.total(answered, [c for c in codes if c])
    if asked is not None and answered is not None:
        table.total(asked, [answered, *(c for c in asked_missing if c)])
        table.difference(asked, [answered], f"~{key} unanswered")
    if asked is not None and persons in table.cells:
        table.total(persons, [asked, *(c for c in not_asked if c)])
        table.difference(persons, [asked], f"~{key} not asked")


def _colours(family: _Family, item: Item) -> None:
    if item.colours is None:
        return
    for colour in ("green", "yellow", "red"):
        n = count(family.results, "colours", item.key, f"count:{colour}")
        if n is not None:
            cell = family.table.cell(f"colours/{item.key}/all/count:{colour}", n, _COUNT)
            codes = [cell_of(item.key, f"count:{code}") for code in getattr(item.colours, colour)]
            if len(family.present(codes)) == len(codes):
                family.table.total(cell, codes)
    n = count(family.results, "colours", item.key, "count:grey")
    if n is not None:
        cell = family.table.cell(f"colours/{item.key}/all/count:grey", n, _COUNT)
        kinds = [cell_of(item.key, f"missing:{kind.label}") for kind in _ASKED_MISSING]
        family.table.total(cell, family.present(kinds))


def _by_site(family: _Family, key: str) -> None:
    """Say how asked and answered at each site add up; persons without a site are a site nobody prints."""
    table = family.table
    parts: dict[str, list[str]] = {"n_asked": [], "n_answered": []}
    for group in family.sites:
        asked, answered = (family.add(key, statistic, _SITE, group) for statistic in parts)
        if asked is None or answered is None:
            return
        _asked_and_answered(table, persons_cell(group), asked, answered, f"~{key} {group}")
        parts["n_asked"].append(asked)
        parts["n_answered"].append(answered)
    if not family.sites:
        return
    without = "~persons without site"
    if without in table.cells:
        rest = {s: table.value([cell_of(key, s)]) - table.value(parts[s]) for s in parts}
        names = {s: table.hidden(f"~{key} without site {s}", max(0, n)) for s, n in rest.items()}
        _asked_and_answered(table, without, names["n_asked"], names["n_answered"], f"~{key} without site")
        parts = {s: [*cells, names[s]] for s, cells in parts.items()}
    for statistic, cells in parts.items():
        table.total(cell_of(key, statistic), cells)


def _asked_and_answered(table: SystemBuilder, persons: str, asked: str, answered: str, name: str) -> None:
    if persons in table.cells:
        table.difference(persons, [asked], f"{name} not asked")
    table.difference(asked, [answered], f"{name} unanswered")


def _versions(family: _Family, versions: list[Item]) -> None:
    """Say that each person was given one version at most."""
    table = family.table
    given = []
    for item in versions:
        kinds = (MissingKind.NOT_ASKED, MissingKind.UNKNOWN_IF_ASKED)
        parts = family.present(
            [cell_of(item.key, "n_asked"), *(cell_of(item.key, f"missing:{k.label}") for k in kinds)]
        )
        name = table.hidden(f"~{item.key} given", table.value(parts))
        table.total(name, parts)
        given.append(name)
    if persons_cell("all") in table.cells:
        table.remainder(persons_cell("all"), given, f"~{versions[0].id} no version")
        asked = [cell_of(item.key, "n_asked") for item in versions]
        table.difference(persons_cell("all"), asked, f"~{versions[0].id} not asked in any version")
    for group in family.sites:
        asked = family.present(cell_of(item.key, "n_asked", group) for item in versions)
        if len(asked) == len(versions):
            table.difference(
                persons_cell(group), asked, f"~{versions[0].id} {group} not asked in any version"
            )


def _branch(family: _Family, children: list[Item], items: list[Item]) -> None:
    """Say that an item is asked of those who gave certain answers to its parent."""
    table, condition = family.table, children[0].asked_if
    parents = [item for item in items if condition is not None and item.id == condition.item]
    if condition is None or not parents:
        return
    name = f"~{children[0].id} after {condition.item}"
    inside: list[str] = []
    outside: list[str] = []
    for parent in parents:
        for code in parent.codes:
            (inside if code in condition.codes else outside).append(cell_of(parent.key, f"count:{code}"))
        outside += [cell_of(parent.key, f"missing:{MissingKind.NOT_ASKED.label}")]
    asked = [cell_of(child.key, "n_asked") for child in children]
    hidden = family.present(
        cell_of(child.key, f"missing:{MissingKind.NOT_ASKED.label}") for child in children
    )
    _same(table, asked, family.present(inside), f"{name} asked")
    _same(table, hidden, family.present(outside), f"{name} not asked")
    for group in family.sites:
        answered = family.present(cell_of(parent.key, "n_answered", group) for parent in parents)
        here = family.present(cell_of(child.key, "n_asked", group) for child in children)
        if len(answered) == len(parents) and len(here) == len(children):
            total = table.hidden(f"{name} {group}", table.value(answered), sensitive=False)
            table.total(total, answered)
            table.difference(total, here, f"{name} {group} other answers")


def _same(table: SystemBuilder, left: list[str], right: list[str], name: str) -> None:
    """Say that two sums are equal, or differ by a few whom the branching does not explain."""
    total = table.hidden(name, table.value(left), sensitive=False)
    table.total(total, left)
    table.remainder(total, right, f"{name} otherwise")


def enough_answers(results: StudyResults, table: SystemBuilder, judgement: Judgement, cell: str) -> None:
    """Say what a printed judgement tells of the number of answers: there were enough, or too few."""
    if cell not in table.cells or judgement.n is None:
        return
    least = results.criteria[judgement.criterion].least_n
    n = table.cells[cell].value
    if judgement.reason == "too_few" and n < least:
        table.between({cell: 1.0}, 0, least - 1)
    elif judgement.reason != "too_few" and n >= least:
        table.between({cell: 1.0}, least, float("inf"))


def whole_groups(results: StudyResults, items: Iterable[Item], limit: int) -> dict[str, int]:
    """Return the cells of items that a small group answered alike, each with 0, its least value.

    A category that holds everyone of a small group tells each one's answer, and so do the empty ones
    beside it. Small is fewer than twice the limit.
    """
    found: dict[str, int] = {}
    for item in items:
        cells = {cell_of(item.key, f"count:{code}"): None for code in item.codes}
        counts = [
            n for code in item.codes if (n := count(results, "items", item.key, f"count:{code}")) is not None
        ]
        if counts and 1 <= sum(counts) < 2 * limit and max(counts) == sum(counts):
            colours = (f"colours/{item.key}/all/count:{c}" for c in ("green", "yellow", "red"))
            found |= {name: 0 for name in (*cells, *colours) if name in results.records}
    return found

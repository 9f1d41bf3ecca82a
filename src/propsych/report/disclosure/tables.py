"""From study results to tables: what each record counts, and the table of who took part."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from dataclasses import replace

from propsych.questionnaire import MissingKind, Questionnaire
from propsych.report.disclosure.cells import System, SystemBuilder
from propsych.study.results import StudyResults

__all__ = ["count", "fixed", "participation_table", "persons_cell", "site_groups"]

# every item whose counts are printed tells the number of all persons, so to suppress it would protect nothing
_RANKS = {"all": None, "site": 3, "sector": 2}
_ASSIGNED = (
    "n_asked",
    f"missing:{MissingKind.NOT_ASKED.label}",
    f"missing:{MissingKind.UNKNOWN_IF_ASKED.label}",
)


def count(
    results: StudyResults, property: str, target: str, statistic: str, group: str = "all"
) -> int | None:
    """Return a number that is a count, or None if the results do not hold it."""
    value = results.value(property, target, statistic, group)
    return None if value is None else round(float(value))


def persons_cell(group: str) -> str:
    """Return the name of the cell that holds the number of persons of a group, wherever that is printed."""
    return f"participation/persons/{group}/n"


def site_groups(table: System) -> tuple[str, ...]:
    """Return the groups ``site=...`` of the table of participation."""
    groups = (name.split("/")[2] for name in table.cells if name.endswith("/n") and not name.startswith("~"))
    return tuple(group for group in groups if group.startswith("site="))


def fixed(system: System) -> System:
    """Return the system with nothing left to suppress: what was decided about it stays."""
    return System({name: replace(cell, rank=None) for name, cell in system.cells.items()}, system.relations)


def participation_table(results: StudyResults) -> System:
    """Return the numbers of persons by site, sector, month, sex, age and mode, and how they add up.

    Persons without a site, month ... are a remainder that nobody prints. Where numbers of invited persons
    are declared, those who did not answer are a count too.
    """
    table = SystemBuilder()
    for group, n in _persons(results).items():
        table.cell(persons_cell(group), n, _RANKS.get(group.split("=")[0], 1))
    groups = [name.split("/")[2] for name in table.cells]
    kinds = dict.fromkeys(group.split("=")[0] for group in groups if "=" in group)
    for kind in kinds:
        members = [persons_cell(group) for group in groups if group.startswith(f"{kind}=")]
        if "all" in groups:
            table.remainder(persons_cell("all"), members, f"~persons without {kind}")
    _sites_in_sectors(table, results)
    _invited(table, results)
    if "month" in kinds:
        for item_id in dict.fromkeys(item.id for item in results.questionnaire.items):
            _months_of_versions(table, results, item_id)
    return table.system()


def _persons(results: StudyResults) -> dict[str, int]:
    """Return the number of persons of each group, from whichever property counts them."""
    found: dict[str, int] = {}
    for property_, statistic in (("participation", "n"), ("items", "n_persons"), ("scores", "n_persons")):
        for record in results.select(property_):
            if record.statistic == statistic and record.estimate.value is not None:
                found.setdefault(record.group, round(float(record.estimate.value)))
    return found


def _sites_in_sectors(table: SystemBuilder, results: StudyResults) -> None:
    for sector in dict.fromkeys(site.sector for site in results.info.sites if site.sector):
        whole = persons_cell(f"sector={sector}")
        parts = [persons_cell(f"site={site.id}") for site in results.info.sites if site.sector == sector]
        parts = [part for part in parts if part in table.cells]
        if whole in table.cells and parts:
            table.remainder(whole, parts, f"~persons of sector {sector} without site")


def _invited(table: SystemBuilder, results: StudyResults) -> None:
    invited = {}
    for record in results.select("participation"):
        if record.statistic == "invited" and record.estimate.value is not None:
            group, n = record.group, round(float(record.estimate.value))
            invited[group] = table.cell(record.id, n, 0 if group != "all" else 8)
            if persons_cell(group) in table.cells:
                table.difference(invited[group], [persons_cell(group)], f"~not responding {group}")
    parts = [name for group, name in invited.items() if group.startswith("site=")]
    if "all" in invited and parts:
        table.remainder(invited["all"], parts, "~invited without site", sensitive=False)


def _months_of_versions(table: SystemBuilder, results: StudyResults, item_id: str) -> None:
    """Say what the dates of an item's versions tell of the months: how many were given each is printed."""
    versions = results.questionnaire.versions(item_id)
    if len(versions) < 2:
        return
    for version in versions:
        numbers = [count(results, "items", version.key, statistic) for statistic in _ASSIGNED]
        if numbers[0] is None:
            continue
        given = sum(n for n in numbers if n is not None)
        within, touched = _months(table, results.questionnaire, version.key)
        if table.value(within) <= given <= table.value(touched):
            table.between(dict.fromkeys(within, 1.0), -math.inf, given)
            table.between(dict.fromkeys(touched, 1.0), given, math.inf)


def _months(table: SystemBuilder, questionnaire: Questionnaire, key: str) -> tuple[list[str], list[str]]:
    """Return the months that lie wholly within the period of a version, and those that touch it."""
    item = questionnaire.item(key)
    start, end = item.in_use_from or dt.date.min, item.in_use_to or dt.date.max
    within, touched = [], []
    for name in table.cells:
        group = name.split("/")[2] if not name.startswith("~") else ""
        if not group.startswith("month="):
            continue
        year, month = (int(part) for part in group.removeprefix("month=").split("-"))
        first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        if start <= first and last <= end:
            within.append(name)
        if start <= last and first <= end:
            touched.append(name)
    return within, touched

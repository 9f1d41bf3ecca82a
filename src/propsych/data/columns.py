"""Which column of a file belongs to which item, and which to what is known of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from propsych.data.csv_table import Table
from propsych.data.problem_list import ProblemList
from propsych.data.responses import PERSON_COLUMNS
from propsych.errors import DataError, message
from propsych.questionnaire import Questionnaire

__all__ = ["ROW_IDS", "Binding", "bind", "known_names", "require_person_columns"]

ROW_IDS = "#row"
"""Given as the person's column: the file has no ids, and each row is a person named by its line."""
_ID_NAMES = ("person", "id")


@dataclass(frozen=True)
class Binding:
    """Positions of columns in the file.

    Attributes
    ----------
    persons : dict
        Machine name of a person column -> position.
    items : dict
        Item key (``id@version``) -> position.
    shared : dict
        Item id -> position of a column that holds several versions of the item.
    row_ids : bool
        The file has no ids: each row is a person named by its line.
    """

    persons: dict[str, int]
    items: dict[str, int]
    shared: dict[str, int]
    row_ids: bool = False


def require_person_columns(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return `columns` as a dict, or raise `DataError` when it maps a name that propsych does not know."""
    unknown = sorted(set(columns or ()) - set(PERSON_COLUMNS))
    if unknown:
        raise DataError(
            message(
                "columns maps the machine name of what is known of a person to the file's column",
                where=f"columns[{unknown[0]!r}]",
                remedy="use " + ", ".join(PERSON_COLUMNS),
            )
        )
    return dict(columns or {})


def known_names(q: Questionnaire, columns: Mapping[str, str]) -> set[str]:
    """Return every column name that would be read."""
    names = {*_ID_NAMES, *PERSON_COLUMNS, *columns.values()}
    for item in q.items:
        names |= {item.id, item.key, *([item.link_id] if item.link_id else [])}
    return names


def bind(table: Table, q: Questionnaire, columns: Mapping[str, str], problems: ProblemList) -> Binding:
    """Find the column of every item and of everything known of a person; note what is missing or too much."""
    places: dict[str, int] = {}
    for j, name in enumerate(table.header):
        if name in places:
            problems.add("duplicate_column", name)
        else:
            places[name] = j
    persons = _persons(places, q, columns, problems)
    taken = {table.header[j] for j in persons.values()}
    items, shared = _items({n: j for n, j in places.items() if n not in taken}, q, problems)
    read = {*persons.values(), *items.values(), *shared.values(), *table.masked_names}
    for name, j in places.items():
        if j not in read and name not in _item_names(q):
            problems.add("unknown_column", name)
    return Binding(persons, items, shared, columns.get("person") == ROW_IDS)


def _persons(
    places: Mapping[str, int], q: Questionnaire, columns: Mapping[str, str], problems: ProblemList
) -> dict[str, int]:
    bound: dict[str, int] = {}
    items = _item_names(q)
    for machine in PERSON_COLUMNS:
        if columns and machine not in columns and machine != "person":
            # who names columns has declared them all: a column that is called "age" may hold anything
            continue
        names = (
            (columns[machine],) if machine in columns else _ID_NAMES if machine == "person" else (machine,)
        )
        # an item that has the name of a person column keeps it, unless the caller says otherwise
        found = [n for n in names if n in places and (machine in columns or n not in items)]
        place = places[found[0]] if found else None
        twice = [name for name, other in bound.items() if other == place]
        if twice:
            problems.add("column_mapped_twice", names[0], detail=f"{twice[0]}, {machine}")
        elif place is not None:
            bound[machine] = place
        elif names != (ROW_IDS,) and (machine in columns or machine == "person"):
            problems.add("missing_person_column", names[0], detail=machine)
    return bound


def _item_names(q: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Return column name -> keys of the items that a column of that name holds."""
    names: dict[str, tuple[str, ...]] = {}
    for item in q.items:
        names[item.id] = tuple(version.key for version in q.versions(item.id))
    for item in q.items:
        names[item.key] = (item.key,)
        if item.link_id:
            names[item.link_id] = (item.key,)
    return names


def _items(
    places: Mapping[str, int], q: Questionnaire, problems: ProblemList
) -> tuple[dict[str, int], dict[str, int]]:
    names = _item_names(q)
    items: dict[str, int] = {}
    shared: dict[str, int] = {}
    for name, j in places.items():
        keys = names.get(name, ())
        if not keys:
            continue
        item_id = q.item(keys[0]).id
        if any(key in items for key in keys) or item_id in shared:
            problems.add("duplicate_column", name)
        elif len(keys) == 1:
            items[keys[0]] = j
        else:
            shared[item_id] = j
    for item in q.items:
        ids = {version.key for version in q.versions(item.id)}
        if item.id not in shared and not ids & set(items) and q.versions(item.id)[0] is item:
            problems.add("missing_column", item.id)
    return items, shared

"""A reference pack: ``data/*.csv`` and ``cases/*.json``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

Path_ = tuple[str | int, ...]
"""Where a number stands in ``values``: keys and positions from the outside in."""


@dataclass(frozen=True)
class Case:
    """One call of an established package, with what it returned."""

    id: str
    kind: str
    values: Any
    folder: Path
    data: str | None = None
    columns: tuple[str, ...] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    call: str = ""
    gate: bool = True
    note: str = ""
    package_version: dict[str, str] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """Return the columns used, in order; an empty cell is missing."""
        if self.data is None:
            raise ValueError(f"{self.id} names no data")
        frame = pd.read_csv(self.folder / "data" / self.data, keep_default_na=False, na_values=["", "NA"])
        frame = frame if self.columns is None else frame[list(self.columns)]
        return frame.dropna() if "na.omit" in self.call else frame

    def option(self, *names: str, default: Any = None) -> Any:
        """Return the first of these options that the case has."""
        return next((self.options[name] for name in names if self.options.get(name) is not None), default)

    def argument(self, *names: str, default: Any = None) -> Any:
        """Return an option, or else what the call says (``n.var=5``); a variable's name says nothing."""
        found = self.option(*names)
        for name in names if found is None else ():
            match = re.search(rf"(?<![\w.]){re.escape(name)}\s*=\s*(c\([^()]*\)|[^,()=]+)", self.call)
            found = _r_value(match[1].strip()) if match else None
            if found is not None:
                break
        return default if found is None else found


def _r_value(text: str) -> Any:
    """Return a constant written in R, or None."""
    if text.startswith("c("):
        return [_r_value(part.strip()) for part in text[2:-1].split(",")]
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    if text[:1] in "'\"" and text[:1] == text[-1:]:
        return text[1:-1]
    try:
        return float(text)
    except ValueError:
        return None


def read_pack(folder: Path) -> list[Case]:
    """Return the cases of a pack, in the order of its files."""
    files = sorted((folder / "cases").glob("*.json"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no cases/*.json")
    cases = []
    for file in files:
        for entry in json.loads(file.read_text(encoding="utf-8")):
            columns = entry.get("columns")
            options = entry.get("options")
            versions = entry.get("package_version")
            cases.append(
                Case(
                    id=entry["id"],
                    kind=entry["kind"],
                    values=entry.get("values"),
                    folder=folder,
                    data=entry.get("data"),
                    columns=(columns,) if isinstance(columns, str) else tuple(columns) if columns else None,
                    options=options if isinstance(options, dict) else {},
                    call=entry.get("call") or "",
                    gate=entry.get("gate") is not False,
                    note=entry.get("note") or "",
                    package_version=versions if isinstance(versions, dict) else {},
                )
            )
    return cases


def leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, float | str]]:
    """Yield every number and text in ``values`` with its path; null is NaN, and "Inf" is infinite.

    A matrix ``{rows, cols, values}`` has paths (row position, column name), a data frame ``{rows, columns}``
    (column name, row position).
    """
    if isinstance(value, dict) and {"rows", "cols", "values"} <= value.keys():
        columns = value["cols"] if value["cols"] is not None else range(len(value["values"][0]))
        names = [columns] if isinstance(columns, str) else columns
        for i, row in enumerate(value["values"]):
            for name, entry in zip(names, row if isinstance(row, list) else [row], strict=True):
                yield from leaves(entry, (*path, i, name))
    elif isinstance(value, dict) and {"rows", "columns"} <= value.keys():
        for name, column in value["columns"].items():
            for i, entry in enumerate(column if isinstance(column, list) else [column]):
                yield from leaves(entry, (*path, name, i))
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from leaves(entry, (*path, key))
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from leaves(entry, (*path, i))
    else:
        yield path, _number_or_text(value)


def _number_or_text(value: Any) -> float | str:
    if value is None:
        return math.nan
    if isinstance(value, str):
        return {"Inf": math.inf, "-Inf": -math.inf, "NaN": math.nan, "NA": math.nan}.get(value, value)
    return float(value)

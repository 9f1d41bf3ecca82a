"""Tables of parameters with what each level of measurement invariance holds equal across groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from propsych.properties.structure.parameter_table import Parameter, ParameterTable

__all__ = ["CONTINUOUS_LEVELS", "ORDERED_LEVELS", "constrained_rows", "continuous_level", "ordered_level"]

CONTINUOUS_LEVELS = ("configural", "metric", "scalar", "strict")
ORDERED_LEVELS = ("configural", "thresholds", "loadings", "intercepts", "residuals")


def _bare(name: str) -> str:
    return "".join(name.split())


def is_released(row: Parameter, released: Collection[str]) -> bool:
    """Return whether a parameter was named among those that may differ: ``"x3 ~ 1"``, ``"f =~ x3"``."""
    return _bare(row.name) in {_bare(name) for name in released}


def constrained_rows(table: ParameterTable, ordered: bool, level: str) -> list[int]:
    """Return positions of the rows that a level holds equal and the level before did not."""
    items = set(table.observed)
    out = []
    for i, row in enumerate(table.rows):
        variance = row.op == "~~" and row.lhs == row.rhs and row.lhs in items
        intercept = row.op == "~1" and row.lhs in items
        kinds = {
            "metric": row.op == "=~",
            "loadings": row.op == "=~",
            "thresholds": row.op == "|",
            "scalar": intercept,
            "intercepts": intercept,
            "strict": variance,
            "residuals": variance,
        }
        if kinds.get(level, False) and not (ordered and level == "thresholds" and row.op != "|"):
            out.append(i)
    return out


def _equal(rows: list[Parameter], positions: Sequence[int], released: Collection[str]) -> None:
    """Give the same parameter of all groups the same label."""
    for i in positions:
        row = rows[i]
        if row.free and not row.label and not is_released(row, released):
            rows[i] = replace(row, label=f".equal.{row.name}")


def _free(rows: list[Parameter], latent: Collection[str], op: str) -> None:
    """Free variances or means of latent variables in all groups but the first."""
    for i, row in enumerate(rows):
        own = row.lhs in latent and row.op == op and (op == "~1" or row.lhs == row.rhs)
        if own and row.group > 1 and not row.free and not row.user:
            rows[i] = replace(row, free=True, value=float("nan"))


def continuous_level(
    table: ParameterTable, level: str, std_lv: bool, released: Collection[str] = ()
) -> ParameterTable:
    """Return the table of a level of continuous items; `table` is that of the configural model."""
    rows = list(table.rows)
    depth = CONTINUOUS_LEVELS.index(level)
    for name in CONTINUOUS_LEVELS[1 : depth + 1]:
        _equal(rows, constrained_rows(table, False, name), released)
    if depth >= 1 and std_lv:
        _free(rows, table.latent, "~~")
    if depth >= 2:
        _free(rows, table.latent, "~1")
    return replace(table, rows=tuple(rows))


def ordered_level(
    table: ParameterTable,
    level: str,
    std_lv: bool,
    parameterization: str,
    binary: Collection[str],
    released: Collection[str] = (),
) -> ParameterTable:
    """Return the table of a level of ordered items, after Wu & Estabrook (2016).

    With equal thresholds, intercepts and scales (residual variances with ``"theta"``) of all groups but the
    first are free; with equal loadings latent variances are, if they had been fixed; with equal intercepts
    latent means are. Of items with two categories, in `binary`, the scale is free only where thresholds,
    loadings and intercepts are equal.
    """
    rows = list(table.rows)
    depth = ORDERED_LEVELS.index(level)
    if depth >= 1:
        _equal(rows, constrained_rows(table, True, "thresholds"), released)
        op = "~*~" if parameterization == "delta" else "~~"
        for i, row in enumerate(rows):
            if row.group == 1 or row.lhs not in table.observed or row.user:
                continue
            scale = row.op == op and row.lhs == row.rhs
            if scale and (depth >= 3 or row.lhs not in binary) and depth < 4:
                rows[i] = replace(row, free=True, value=float("nan"), start=float("nan"))
            if row.op == "~1" and (depth < 3 or is_released(row, released)):
                rows[i] = replace(row, free=True, value=float("nan"))
            if scale and depth == 4 and is_released(row, released):
                rows[i] = replace(row, free=True, value=float("nan"))
    if depth >= 2:
        _equal(rows, constrained_rows(table, True, "loadings"), released)
        if std_lv:
            _free(rows, table.latent, "~~")
    if depth >= 3:
        _free(rows, table.latent, "~1")
    return replace(table, rows=tuple(rows))

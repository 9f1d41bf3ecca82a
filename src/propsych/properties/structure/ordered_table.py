"""Tables of parameters of ordered items: thresholds, scales and residual variances added by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from propsych.errors import AnalysisError, message
from propsych.kernels.sem.model import DELTA, TAU
from propsych.kernels.sem.ordered import OrderedModel, Parameterization
from propsych.properties.structure.parameter_table import (
    Parameter,
    ParameterTable,
    model_of,
    parameter_table,
    place_of,
)
from propsych.properties.structure.syntax import Term

__all__ = ["ordered_model_of", "ordered_table"]


def ordered_table(
    terms: Sequence[Term],
    n_thresholds: Sequence[int],
    *,
    n_groups: int = 1,
    std_lv: bool = False,
    orthogonal: bool = False,
    parameterization: Parameterization = "delta",
) -> ParameterTable:
    """Return the table of a model of ordered items.

    Parameters
    ----------
    terms : sequence of Term
        The parsed model.
    n_thresholds : sequence of int
        Of each item, in the order in which the model names them.
    n_groups : int
    std_lv, orthogonal : bool
        As in :func:`propsych.properties.structure.parameter_table.parameter_table`.
    parameterization : {"delta", "theta"}

    Notes
    -----
    As in lavaan: thresholds are free, intercepts 0, and either the scales are 1 and the residual variances
    follow (``"delta"``; those rows hold 0 here), or the residual variances are 1 and the scales follow.
    """
    bare = [term for term in terms if term.op != "|"]
    table = parameter_table(bare, n_groups=n_groups, means=True, std_lv=std_lv, orthogonal=orthogonal)
    _require_thresholds(terms, table.observed, n_thresholds)
    written = _written(terms, n_groups)
    rows: list[Parameter] = []
    for group in range(1, n_groups + 1):
        for row in table.rows:
            if row.group == group:
                rows.append(_settled(row, table.observed, parameterization))
        for name, count in zip(table.observed, n_thresholds, strict=True):
            for t in range(1, count + 1):
                row = Parameter(name, "|", f"t{t}", group)
                rows.append(written.get((name, row.rhs, group), row))
        rows += [Parameter(name, "~*~", name, group, False, 1.0) for name in table.observed]
    return replace(table, rows=tuple(rows))


def _settled(row: Parameter, observed: tuple[str, ...], parameterization: str) -> Parameter:
    if row.op == "~1" and row.lhs in observed and not row.user:
        return replace(row, free=False, value=0.0)
    if row.op == "~~" and row.lhs == row.rhs and row.lhs in observed:
        if parameterization == "theta":
            return row if row.user else replace(row, free=False, value=1.0)
        if row.user:
            what = f"the residual variance of {row.lhs} follows from its scale and cannot be set"
            remedy = 'leave it out, or use parameterization="theta"'
            raise AnalysisError(message(what, where="model syntax", remedy=remedy))
        return replace(row, free=False, value=0.0)
    return row


def _written(terms: Sequence[Term], n_groups: int) -> dict[tuple[str, str, int], Parameter]:
    """Return the thresholds that the model itself names."""
    own = [term for term in terms if term.op == "|"]
    latent = [term for term in terms if term.op == "=~"]
    if not own:
        return {}
    # the table's own rules for labels and values, of the thresholds beside the loadings
    rows = parameter_table([*latent, *own], n_groups=n_groups).rows
    return {(row.lhs, row.rhs, row.group): row for row in rows if row.op == "|"}


def _require_thresholds(terms: Sequence[Term], observed: tuple[str, ...], counts: Sequence[int]) -> None:
    known = dict(zip(observed, counts, strict=True))
    for term in terms:
        if term.op != "|":
            continue
        where = f"model syntax, line {term.line}"
        if term.lhs not in known:
            what = f"{term.lhs} has thresholds and is no item of the model"
            raise AnalysisError(message(what, where=where, remedy="name an item"))
        names = [f"t{t}" for t in range(1, known[term.lhs] + 1)]
        if term.rhs not in names:
            what = f"{term.lhs} has no threshold {term.rhs}"
            raise AnalysisError(message(what, where=where, remedy=f"name one of {', '.join(names)}"))


def ordered_model_of(
    table: ParameterTable, parameterization: Parameterization
) -> tuple[OrderedModel, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the model as matrices, and for each row its position in the vector of parameters, or -1."""
    model, position = model_of(table)
    k = len(table.observed)
    width = max((int(row.rhs[1:]) for row in table.rows if row.op == "|"), default=1)
    thresholds = [np.zeros((k, width)) for _ in range(table.n_groups)]
    scales = [np.ones(k) for _ in range(table.n_groups)]
    for row, place in _outside(table):
        if place[0] == TAU:
            thresholds[row.group - 1][place[1], place[2]] = row.value
        else:
            scales[row.group - 1][place[1]] = row.value
    return OrderedModel(model, tuple(thresholds), tuple(scales), parameterization), position


def _outside(table: ParameterTable) -> Iterator[tuple[Parameter, tuple[int, int, int]]]:
    """Yield fixed thresholds and scales with their places."""
    observed = {name: i for i, name in enumerate(table.observed)}
    for row in table.rows:
        if row.op in ("|", "~*~") and not row.free:
            place = place_of(row, observed, {})
            if place.matrix in (TAU, DELTA):
                yield row, (place.matrix, place.row, place.column)

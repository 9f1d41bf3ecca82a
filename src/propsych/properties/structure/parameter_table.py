"""From written terms to the table of all parameters of a model, and from that to matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message
from propsych.kernels.sem.model import (
    ALPHA,
    BETA,
    DELTA,
    LAMBDA,
    NU,
    PSI,
    TAU,
    THETA,
    Entries,
    Group,
    Matrices,
    Model,
)
from propsych.properties.structure.syntax import Term, parse_model

__all__ = ["Parameter", "ParameterTable", "Place", "model_of", "parameter_table", "place_of", "variables"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the table: ``lhs op rhs`` in one group.

    Attributes
    ----------
    lhs, op, rhs : str
        As in :class:`propsych.properties.structure.syntax.Term`.
    group : int
        From 1.
    free : bool
        Estimated; else held at `value`.
    value : float
        Of a fixed parameter; NaN for a free one.
    start : float
        Where the search begins; NaN: chosen from the data.
    label : str
        Free parameters of the same label are equal; empty: none.
    user : bool
        Written by the user, not added by rule.
    """

    lhs: str
    op: str
    rhs: str
    group: int = 1
    free: bool = True
    value: float = float("nan")
    start: float = float("nan")
    label: str = ""
    user: bool = False

    @property
    def name(self) -> str:
        """The parameter as it is written."""
        return f"{self.lhs} ~ 1" if self.op == "~1" else f"{self.lhs} {self.op} {self.rhs}"


@dataclass(frozen=True, slots=True)
class ParameterTable:
    """All parameters of a model, free and fixed.

    Attributes
    ----------
    rows : tuple of Parameter
    observed, latent : tuple of str
        Variables in the order in which the model names them.
    n_groups : int
    means : bool
        Whether means are modelled.
    """

    rows: tuple[Parameter, ...]
    observed: tuple[str, ...]
    latent: tuple[str, ...]
    n_groups: int
    means: bool


class Place(NamedTuple):
    """Where a parameter stands: matrix number, row and column."""

    matrix: int
    row: int
    column: int


def parameter_table(
    model: str | Sequence[Term],
    *,
    n_groups: int = 1,
    means: bool = False,
    std_lv: bool = False,
    orthogonal: bool = False,
) -> ParameterTable:
    """Return the table of a model's parameters: what was written, and what is added by rule.

    Parameters
    ----------
    model : str or sequence of Term
        In lavaan's syntax, or parsed.
    n_groups : int
    means : bool
        Add intercepts: free for items, 0 for latent variables.
    std_lv : bool
        Latent (residual) variances are 1; else each latent variable has the unit of its first indicator.
    orthogonal : bool
        Covariances of exogenous latent variables are 0.

    Notes
    -----
    The rules are those of lavaan's ``cfa()``. The first loading of a latent variable is 1 unless `std_lv`, or
    a value or ``NA*`` is written there: a label or a start value does not free it. Residual variances, latent
    variances and covariances of exogenous latent variables are free. An intercept in the model asks for
    means.

    Examples
    --------
    >>> table = parameter_table("f =~ a + b + c")
    >>> [row.name for row in table.rows if not row.free]
    ['f =~ a']
    >>> sum(row.free for row in table.rows)
    6
    """
    terms = parse_model(model) if isinstance(model, str) else tuple(model)
    observed, latent = variables(terms)
    _require_model(terms, latent, observed)
    means = means or any(term.op == "~1" for term in terms)
    rows: list[Parameter] = []
    for group in range(1, n_groups + 1):
        written = [_row(term, group, n_groups) for term in terms]
        written = _identified(written, terms, () if std_lv else latent)
        known = {_key(row) for row in written}
        added = _added(terms, latent, observed, group, means, std_lv, orthogonal)
        rows += [*written, *(row for row in added if _key(row) not in known)]
    return ParameterTable(_settled(rows), observed, latent, n_groups, means)


def variables(terms: Sequence[Term]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the observed and the latent variables of a model, in the order in which it names them."""
    latent = tuple(dict.fromkeys(term.lhs for term in terms if term.op == "=~"))
    return tuple(dict.fromkeys(_named(terms, latent))), latent


def _named(terms: Sequence[Term], latent: tuple[str, ...]) -> Iterator[str]:
    """Yield observed variables: indicators first, in order, then those named elsewhere."""
    for first in (True, False):
        for term in terms:
            if (term.op == "=~") is first:
                names = (term.rhs,) if first else (term.lhs, term.rhs if term.op in ("~", "~~") else "")
                yield from (name for name in names if name and name not in latent)


def _require_model(terms: Sequence[Term], latent: tuple[str, ...], observed: tuple[str, ...]) -> None:
    if not latent:
        remedy = "write for instance 'pain =~ p1 + p2 + p3'"
        raise AnalysisError(message("the model names no latent variable", remedy=remedy))
    for term in terms:
        where = f"model syntax, line {term.line}"
        if term.op == "=~" and term.lhs == term.rhs:
            what = f"{term.lhs} cannot be an indicator of itself"
            raise AnalysisError(message(what, where=where, remedy="name another variable"))
        regressed = [name for name in (term.lhs, term.rhs) if term.op == "~" and name not in latent]
        if regressed:
            what = f"the regression names {regressed[0]}, which is no latent variable"
            remedy = "regress latent variables on each other only"
            raise AnalysisError(message(what, where=where, remedy=remedy))
        if term.op == "|" and term.lhs not in observed:
            what = f"{term.lhs} has thresholds and is no item of the model"
            raise AnalysisError(message(what, where=where, remedy="name an item"))


def _key(row: Parameter) -> tuple[str, str, str]:
    ends = sorted((row.lhs, row.rhs)) if row.op == "~~" else [row.lhs, row.rhs]
    return ends[0], row.op, ends[1]


def _row(term: Term, group: int, n_groups: int) -> Parameter:
    fixed = _of_group(term.fixed, term, group, n_groups, "values")
    label = _of_group(term.label, term, group, n_groups, "labels")
    start = _of_group(term.start, term, group, n_groups, "start values")
    value = float("nan") if fixed is None else float(fixed)
    return Parameter(
        term.lhs,
        term.op,
        term.rhs,
        group,
        free=fixed is None,
        value=value,
        start=float("nan") if start is None else float(start),
        label=str(label or ""),
        user=True,
    )


def _of_group(
    values: Sequence[float | str | None] | None, term: Term, group: int, n_groups: int, what: str
) -> float | str | None:
    if values is None:
        return None
    if len(values) not in (1, n_groups):
        text = f"{term.lhs} {term.op} {term.rhs} has {len(values)} {what} for {n_groups} groups"
        raise AnalysisError(
            message(text, where=f"model syntax, line {term.line}", remedy="give one, or one a group")
        )
    return values[0] if len(values) == 1 else values[group - 1]


def _identified(written: list[Parameter], terms: Sequence[Term], latent: tuple[str, ...]) -> list[Parameter]:
    """Fix the first loading of each latent variable to 1, unless a value or NA was written there."""
    rows = list(written)
    for factor in latent:
        first = next(i for i, row in enumerate(rows) if row.op == "=~" and row.lhs == factor)
        if rows[first].free and terms[first].fixed is None:
            rows[first] = replace(rows[first], free=False, value=1.0)
    return rows


def _settled(rows: list[Parameter]) -> tuple[Parameter, ...]:
    """Fix what has the same label as a fixed parameter to its value."""
    known = {row.label: row.value for row in rows if row.label and not row.free}
    return tuple(
        replace(row, free=False, value=known[row.label]) if row.free and row.label in known else row
        for row in rows
    )


def _added(
    terms: Sequence[Term],
    latent: tuple[str, ...],
    observed: tuple[str, ...],
    group: int,
    means: bool,
    std_lv: bool,
    orthogonal: bool,
) -> Iterator[Parameter]:
    indicators = {term.rhs for term in terms if term.op == "=~"}
    explained = {term.lhs for term in terms if term.op == "~"}
    explaining = {term.rhs for term in terms if term.op == "~"}
    single = {
        rows[0].rhs
        for rows in ([t for t in terms if t.op == "=~" and t.lhs == factor] for factor in latent)
        if len(rows) == 1 and rows[0].rhs in observed
    }
    for name in observed:
        # the residual of a latent variable's only item cannot be told from the latent variable
        lone = name in single and sum(t.op == "=~" and t.rhs == name for t in terms) == 1
        yield Parameter(name, "~~", name, group, free=not lone, value=0.0 if lone else float("nan"))
    for name in latent:
        yield Parameter(name, "~~", name, group, free=not std_lv, value=1.0 if std_lv else float("nan"))
    outer = [name for name in latent if name not in indicators and name not in explained]
    ends = [name for name in latent if name in explained and name not in explaining | indicators]
    for pair in (*combinations(outer, 2), *combinations(ends, 2)):
        yield Parameter(
            pair[0], "~~", pair[1], group, free=not orthogonal, value=0.0 if orthogonal else float("nan")
        )
    if means:
        yield from (Parameter(name, "~1", "", group) for name in observed)
        yield from (Parameter(name, "~1", "", group, False, 0.0) for name in latent)


def place_of(row: Parameter, observed: Mapping[str, int], latent: Mapping[str, int]) -> Place:
    """Return where a parameter stands, given the positions of variables."""
    if row.op == "=~":
        if row.rhs in observed:
            return Place(LAMBDA, observed[row.rhs], latent[row.lhs])
        return Place(BETA, latent[row.rhs], latent[row.lhs])
    if row.op == "~":
        return Place(BETA, latent[row.lhs], latent[row.rhs])
    if row.op == "~1":
        if row.lhs in observed:
            return Place(NU, observed[row.lhs], 0)
        return Place(ALPHA, latent[row.lhs], 0)
    if row.op == "~~" and row.lhs in observed and row.rhs in observed:
        return Place(THETA, observed[row.lhs], observed[row.rhs])
    if row.op == "~~" and row.lhs in latent and row.rhs in latent:
        return Place(PSI, latent[row.lhs], latent[row.rhs])
    if row.op == "|":
        return Place(TAU, observed[row.lhs], int(row.rhs[1:]) - 1)
    if row.op == "~*~":
        return Place(DELTA, observed[row.lhs], 0)
    what = f"propsych has no place for {row.name}"
    remedy = "let items covary with items and latent variables with latent variables"
    raise AnalysisError(message(what, remedy=remedy))


def model_of(table: ParameterTable) -> tuple[Model, NDArray[np.int64]]:
    """Return the model's matrices, and for each row its position in the vector of parameters, or -1."""
    observed = {name: i for i, name in enumerate(table.observed)}
    latent = {name: i for i, name in enumerate(table.latent)}
    k, m = len(observed), len(latent)
    position = np.full(len(table.rows), -1, dtype=np.int64)
    by_label: dict[str, int] = {}
    n = 0
    for i, row in enumerate(table.rows):
        if not row.free:
            continue
        if row.label and row.label in by_label:
            position[i] = by_label[row.label]
            continue
        position[i] = n
        if row.label:
            by_label[row.label] = n
        n += 1
    groups = []
    for group in range(1, table.n_groups + 1):
        fixed = Matrices(
            np.zeros((k, m)), np.zeros((k, k)), np.zeros((m, m)), np.zeros((m, m)), np.zeros(k), np.zeros(m)
        )
        entries: list[tuple[int, int, int, int]] = []
        for i, row in enumerate(table.rows):
            if row.group != group:
                continue
            place = place_of(row, observed, latent)
            if row.free:
                entries.append((*place, int(position[i])))
                continue
            if place.matrix in (TAU, DELTA):
                continue  # of ordered items: no part of the moments
            part = fixed[place.matrix]
            if part.ndim == 1:
                part[place.row] = row.value
                continue
            part[place.row, place.column] = row.value
            if place.matrix in (THETA, PSI):
                part[place.column, place.row] = row.value
        columns = np.array(entries, dtype=np.int64).reshape(-1, 4).T
        groups.append(Group(fixed, Entries(*columns)))
    return Model(tuple(groups), n, table.means), position

"""Correlations of continuous variables and ordered items, each pair by its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_level
from propsych.errors import AnalysisError, message
from propsych.kernels.pair_tables import pair_tables
from propsych.kernels.polychoric import Polychoric, polychoric_from_tables
from propsych.kernels.polychoric_errors import threshold_shifts
from propsych.kernels.polyserial import standardised, two_step_polyserial
from propsych.kernels.polyserial_errors import (
    joint_polyserial_errors,
    pearson_errors,
    two_step_polyserial_errors,
)
from propsych.kernels.polyserial_joint import joint_polyserial
from propsych.properties.structure.latent_polychoric import (
    Method,
    Missing,
    fill_ordered,
    require_correction,
    require_varying,
    threshold_frame,
    unused_remarks,
)
from propsych.properties.structure.latent_result import LatentCorrelations, PairRows, assemble
from propsych.properties.structure.latent_variables import Variables, variables_of
from propsych.result import Sample

__all__ = ["mixed_correlations"]

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_BLOCK = 2**20
"""Persons times pairs held at a time."""


def mixed_correlations(
    data: Any,
    *,
    continuous: Iterable[str] = (),
    categories: Iterable[Any] | Mapping[str, Iterable[Any]] | None = None,
    method: Method = "two_step",
    correct: float = 0.0,
    missing: Missing = "pairwise",
    smooth: bool = False,
    level: float = 0.95,
) -> LatentCorrelations:
    """Correlate variables of different kinds: Pearson, polyserial or polychoric, as each pair is declared.

    Parameters
    ----------
    data : data frame or array_like, shape (n_persons, n_variables)
        Columns are continuous if `continuous` names them, and ordered if they have an ordered categorical
        dtype or `categories`. Nothing is guessed: a column that is neither is refused. Of an array the
        columns are ``x1``, ``x2``, ... `ItemData` and `Responses` are ordered throughout.
    continuous : iterable of str
        Columns of continuous variables, taken as normal.
    categories : iterable, or mapping of column to iterable, optional
        Declared categories of the ordered columns: one for all of them, or one a column.
    method : {"two_step", "ml"}
        Thresholds from each item's shares, mean and SD of each variable, and then each correlation; or all
        of a pair together, by maximum likelihood.
    correct : float, default 0
        Added to empty cells for polychoric correlations, see :func:`propsych.polychoric`.
    missing : {"pairwise", "listwise"}
        For each correlation the persons with both, or persons with everything.
    smooth : bool, default False
        Move a matrix that is not positive definite to one that is; the result says so either way.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    LatentCorrelations
        `kinds` names the kind of each pair. Of two categories polyserial is biserial and polychoric is
        tetrachoric. A correlation that the answers do not identify is NaN and named in `remarks`; none is
        replaced by a Pearson correlation.

    Raises
    ------
    propsych.errors.AnalysisError
        For fewer than two variables, a column that is declared twice or not at all, one without answers or
        without variance, infinite numbers, and what :func:`propsych.polychoric` refuses.

    Notes
    -----
    Olsson, Drasgow & Dorans (1982), doi:10.1007/BF02294164; standard errors of the two steps after Muthen
    (1984), doi:10.1007/BF02294210, those of Pearson correlations without a presumption of normality. The
    two-step polyserial correlation maximises the likelihood of the answers given the variable; what other
    programs call so may be the older estimate from moments.

    Do not trust a polyserial correlation of a variable that is far from normal (age in a patient register,
    a count of visits, a score at its floor), and see :func:`propsych.polychoric`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> latent = rng.normal(size=(500, 1)) + rng.normal(size=(500, 3))
    >>> frame = pd.DataFrame({"score": latent[:, 0], "a": latent[:, 1] > 0, "b": latent[:, 2] > 1}) * 1.0
    >>> found = mixed_correlations(frame, continuous=["score"], categories=[0, 1])
    >>> found.pairs["kind"].tolist()
    ['biserial', 'biserial', 'tetrachoric']
    """
    require_choice("method", method, ("two_step", "ml"))
    require_choice("missing rule", missing, ("pairwise", "listwise"))
    correct, level = require_correction(correct), require_level(level)
    variables = variables_of(data, continuous, categories)
    if len(variables.names) < 2:
        got, remedy = str(len(variables.names)), "add variables"
        raise AnalysisError(message("a correlation needs at least two variables", got=got, remedy=remedy))
    if missing == "listwise":
        variables = variables.select(np.asarray(variables.answered.all(axis=1)))
    _require_continuous(variables, missing)
    rows = PairRows(len(variables.names))
    thresholds = pd.DataFrame(index=list(variables.names), dtype=float)
    remarks: tuple[str, ...] = ()
    fit = _ordered(variables, rows, correct, missing, method)
    if variables.items is not None and fit is not None:
        thresholds = threshold_frame(variables.items, fit).reindex(list(variables.names))
        remarks = tuple(unused_remarks(variables.items, fit))
        _polyserial(variables, rows, fit, method)
    _pearson(variables, rows)
    used = int(variables.answered.any(axis=1).sum())
    return assemble(
        rows,
        list(variables.names),
        thresholds,
        variables.answered.sum(axis=0).astype(np.int64),
        Sample(variables.n_asked, used, missing),
        method=method,
        level=level,
        correct=correct,
        smooth=bool(smooth),
        name="variables",
        remarks=remarks,
    )


def _require_continuous(variables: Variables, missing: str) -> None:
    who = " among the persons with every answer" if missing == "listwise" else ""
    for j, column in zip(variables.of_continuous, variables.values.T, strict=True):
        known = column[~np.isnan(column)]
        remedy = "leave the variable out"
        if not len(known):
            raise AnalysisError(message(f"nobody has a value{who}", where=variables.names[j], remedy=remedy))
        if known.min() == known.max():
            what, consequence = f"everybody has the same value{who}", "it has no correlation with others"
            raise AnalysisError(
                message(what, where=variables.names[j], consequence=consequence, remedy=remedy)
            )


def _pair_places(rows: PairRows, i: Rows, j: Rows) -> Rows:
    """Return where the pairs of columns stand among all pairs."""
    index = np.zeros((rows.k, rows.k), dtype=np.int64)
    index[rows.first, rows.second] = index[rows.second, rows.first] = np.arange(len(rows.first))
    return np.asarray(index[i, j])


def _ordered(
    variables: Variables, rows: PairRows, correct: float, missing: str, method: str
) -> Polychoric | None:
    items = variables.items
    if items is None:
        return None
    tables = pair_tables(items.ordered_positions, max(len(scores) for scores in items.scores))
    require_varying(items, tables, missing)
    fit = polychoric_from_tables(tables, correct)
    of = variables.of_ordered
    if len(of) > 1:
        fill_ordered(rows, _pair_places(rows, of[tables.first], of[tables.second]), fit, method)
    return fit


def _polyserial(variables: Variables, rows: PairRows, fit: Polychoric, method: str) -> None:
    assert variables.items is not None
    positions = variables.items.ordered_positions.astype(np.int64)
    shifts = threshold_shifts(fit.tables.marginal, fit.thresholds)
    two = (fit.tables.marginal > 0).sum(axis=1) == 2
    for c, o in _blocks(len(variables.of_continuous), positions.shape[1], len(positions)):
        at = _pair_places(rows, variables.of_continuous[c], variables.of_ordered[o])
        x, own = variables.values[:, c], positions[:, o]
        together = ~np.isnan(x) & (own >= 0)
        if method == "ml":
            z = standardised(x, together)
            joint = joint_polyserial(z, own, fit.tables.marginal.shape[1])
            rho, converged = joint.rho, joint.converged
            se = joint_polyserial_errors(joint, z, own)
        else:
            z = standardised(x, ~np.isnan(x))
            found = two_step_polyserial(z, own, fit.thresholds[o])
            rho, converged = found.rho, found.converged
            se = two_step_polyserial_errors(found, z, own, shifts[o])
        rows.r[at], rows.se[at] = np.where(converged, rho, np.nan), np.where(converged, se, np.nan)
        rows.n[at], rows.kind[at] = together.sum(axis=0), np.where(two[o], "biserial", "polyserial")


def _pearson(variables: Variables, rows: PairRows) -> None:
    k = len(variables.of_continuous)
    for i, j in _blocks(k, k, len(variables.values)):
        upper = i < j
        a, b = i[upper], j[upper]
        at = _pair_places(rows, variables.of_continuous[a], variables.of_continuous[b])
        x, y = variables.values[:, a], variables.values[:, b]
        together = ~np.isnan(x) & ~np.isnan(y)
        x, y = standardised(x, together), standardised(y, together)
        n = together.sum(axis=0)
        varies = ~(np.isnan(x) | np.isnan(y)).all(axis=0)
        r = np.where(together, x * y, 0.0).sum(axis=0) / np.where(varies, n, np.nan)
        rows.r[at], rows.n[at], rows.kind[at] = np.clip(r, -1.0, 1.0), n, "pearson"
        rows.se[at] = np.where(varies, pearson_errors(x, y, r), np.nan)


def _blocks(n_first: int, n_second: int, n: int) -> Iterator[tuple[Rows, Rows]]:
    """Yield pairs of columns, so many at a time that persons times pairs stay small."""
    first, second = (index.ravel() for index in np.indices((n_first, n_second)))
    size = max(1, _BLOCK // max(n, 1))
    for start in range(0, len(first), size):
        yield first[start : start + size], second[start : start + size]

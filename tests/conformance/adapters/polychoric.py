"""Adapters of polychoric and tetrachoric correlations: psych, polycor and lavaan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.pair_tables import pair_tables, thresholds_from_counts
from propsych.kernels.polychoric import (
    Polychoric,
    conditional_errors,
    log_likelihood,
    polychoric,
    polychoric_errors,
    polychoric_from_tables,
)
from propsych.kernels.polychoric_joint import joint_polychoric
from propsych.kernels.polychoric_search import corners, likelihood, probabilities
from tests.conformance.adapters.columns import numbers_only
from tests.conformance.adapters.psych_polychoric import (
    PeerPolychoric,
    default_polychoric,
    positions_of,
    search_table,
    smoothed_by_psych,
)
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

ELSEWHERE = 2.0
"""Reach where the peer ended at another optimum: its log-likelihood is lower by more than MUCH."""
MUCH = 1e-2
POLYCOR_STOPS = 0.1
"""polycor's search over thresholds and correlation gives up after 500 steps, or at a relative 1e-8
of a log-likelihood of thousands: its estimates are then some hundredths away."""

STOPS_EARLY = (
    "psych's one-dimensional search stops at about 1e-4 of its interval; by minus the deviance, or where that"
    " is the same to 1e-8 by minus its slope, ours are better"
)
SMOOTHED = (
    "the correlations are not positive definite together, and psych moves them all until they are: none is an"
    " estimate by its own likelihood then, so they are not compared"
)
LOST = (
    "a table that does not identify its correlation (the likelihood rises to the end of the range): psych"
    " returns a number near 1, propsych none; not compared"
)


def varying(case: Case) -> pd.DataFrame:
    """Return the case's columns without those that psych deletes because they take one value."""
    frame = numbers_only(case.frame())
    return frame.loc[:, frame.nunique() > 1]


def psych_polychoric(case: Case) -> Iterator[Actual]:
    """psych::polychoric."""
    frame = varying(case)
    correct, everywhere = (
        float(case.argument("correct", default=0.5)),
        bool(case.argument("global", default=True)),
    )
    found = default_polychoric(frame, correct, everywhere)
    positions = positions_of(frame)
    tables = pair_tables(positions, int(positions.max()) + 1)
    yield from _matrix(case, found, lost_pairs(found))
    table = case.values.get("tau")
    thresholds = thresholds_from_counts(tables.marginal)
    if isinstance(table, dict) and "cols" in table:
        columns = table["cols"] if table["cols"] is not None else range(thresholds.shape[1])
        for i, row in enumerate(thresholds):
            for name, value in zip([columns] if isinstance(columns, str) else columns, row, strict=True):
                # psych's quantile of a share that rounding puts above 1 is NaN
                if np.isfinite(value):
                    yield Actual(("tau", i, name), float(value))
    elif isinstance(table, dict):
        for name, row in zip(frame.columns, thresholds, strict=True):
            yield Actual(("tau", str(name)), float(row[0]))
    elif isinstance(table, list):
        for i, row in enumerate(thresholds):
            yield Actual(("tau", i), float(row[0]))
    for name in ("n", "n.obs", "n_obs"):
        yield Actual((name,), float(len(frame)))


def psych_tetrachoric(case: Case) -> Iterator[Actual]:
    """psych::tetrachoric."""
    frame = varying(case)
    correct, everywhere = (
        float(case.argument("correct", default=0.5)),
        bool(case.argument("global", default=True)),
    )
    codes = frame.to_numpy(dtype=float)
    positions = np.where(np.isnan(codes), -1, codes - np.nanmin(codes, axis=0)).astype(np.int64)
    tables = pair_tables(positions, 2)
    thresholds = thresholds_from_counts(tables.marginal)
    counts = np.where(tables.counts == 0, correct, tables.counts)
    if everywhere:
        rows, columns = list(thresholds[tables.first]), list(thresholds[tables.second])
    else:
        rows, columns = (list(thresholds_from_counts(counts.sum(axis=axis))) for axis in (2, 1))
    R = np.eye(len(thresholds))
    for p, (i, j) in enumerate(zip(tables.first, tables.second, strict=True)):
        few = (
            tables.counts[p].sum() <= 2
            or min(tables.counts[p].any(axis=0).sum(), tables.counts[p].any(axis=1).sum()) < 2
        )
        R[i, j] = R[j, i] = np.nan if few else search_table(counts[p], rows[p], columns[p])
    smoothed = (R, False, False) if np.isnan(R).any() else smoothed_by_psych(R, False)
    found = PeerPolychoric(*smoothed, counts, rows, columns, tables.first, tables.second)
    yield from _matrix(case, found, lost_pairs(found))
    for name, row in zip(frame.columns, thresholds, strict=True):
        yield Actual(("tau", str(name)), float(row[0]))
    for i, row in enumerate(thresholds):
        yield Actual(("tau", i), float(row[0]))
    for name in ("n", "n.obs", "n_obs"):
        yield Actual((name,), float(len(frame)))


def lost_pairs(found: PeerPolychoric) -> NDArray[np.bool_]:
    """Return True for pairs whose likelihood is as large at the end of the range as where it ended."""
    lost = np.zeros(len(found.tables), dtype=bool)
    for p, (table, i, j) in enumerate(zip(found.tables, found.first, found.second, strict=True)):
        rho = found.R[i, j]
        if np.isnan(rho):
            continue
        a, b = (corners(np.asarray(side[p])[None]) for side in (found.rows, found.columns))
        at = likelihood(table[None], a, b, np.array([rho])).value
        end = likelihood(table[None], a, b, np.array([-0.9999 if rho < 0 else 0.9999])).value
        lost[p] = bool(at[0] <= end[0] + 1e-6)
    return lost


def _matrix(case: Case, found: PeerPolychoric, lost: NDArray[np.bool_]) -> Iterator[Actual]:
    table = case.values["rho"]
    if not isinstance(table, dict):
        yield from ()
        return
    if found.smoothed:
        apart = np.abs(found.R - np.array(table["values"], dtype=float)).max()
        yield Actual((), None, note=f"{SMOOTHED} (moved in the same way, ours differ by up to {apart:.1e})")
        return
    if lost.any():
        yield Actual((), None, note=LOST)
    theirs = np.array(table["values"], dtype=float)
    known = np.where(np.isnan(theirs), 0.0, theirs)
    pairs, _ = found.objectives(known)
    for i in range(len(found.R)):
        yield Actual(("rho", i, table["cols"][i]), 1.0)
    for p, (pair, i, j) in enumerate(zip(pairs, found.first, found.second, strict=True)):
        if lost[p]:
            continue
        reach = ELSEWHERE if pair[0] > pair[1] + MUCH else 1e-2
        for a, b in ((int(i), int(j)), (int(j), int(i))):
            yield Actual(("rho", a, table["cols"][b]), float(found.R[a, b]), pair, STOPS_EARLY, reach)


class PairFit(NamedTuple):
    """What polycor::polychor returns of one table, with the log-likelihood of ours and of the peer's."""

    rho: float
    rows: Floats
    columns: Floats
    covariance: Floats
    chi2: float
    df: int
    value: float
    counts: Floats

    def at(self, rho: float, rows: Floats, columns: Floats) -> float:
        """Return the log-likelihood elsewhere."""
        p, _ = probabilities(corners(rows[None]), corners(columns[None]), np.array([rho]))
        return float((self.counts * np.log(p)).sum())


def pair_fit(positions: NDArray[np.int64], ml: bool) -> PairFit:
    """Fit the table of two items, from the persons who answered both and the categories they used."""
    both = positions[(positions >= 0).all(axis=1)]
    used = np.stack([np.unique(column, return_inverse=True)[1].ravel() for column in both.T], axis=1)
    shape = used.max(axis=0) + 1
    tables = pair_tables(used, int(shape.max()))
    counts = tables.counts[:, : shape[0], : shape[1]]
    saturated = _saturated(counts[0])
    df = int(shape[0] * shape[1] - shape[0] - shape[1])
    if ml:
        joint = joint_polychoric(counts_square(counts))
        rows, columns = joint.first[0, : shape[0] - 1], joint.second[0, : shape[1] - 1]
        kept = np.isfinite(joint.covariance[0, 0])
        covariance = joint.covariance[0][np.ix_(kept, kept)]
        rho, value = float(joint.rho[0]), float(joint.log_likelihood[0])
    else:
        fit = polychoric_from_tables(tables)
        rows, columns = fit.thresholds[0, : shape[0] - 1], fit.thresholds[1, : shape[1] - 1]
        covariance = np.square(conditional_errors(fit))[:, None]
        rho, value = float(fit.R[0, 1]), float(log_likelihood(tables, fit.thresholds, fit.R[0, 1:])[0])
    return PairFit(rho, rows, columns, covariance, 2.0 * (saturated - value), df, value, counts[0])


def _saturated(table: Floats) -> float:
    """Return the log-likelihood of a table by its own shares; polycor adds 1e-6 to each count."""
    return float((table * np.log((table + 1e-6) / table.sum())).sum())


def counts_square(counts: Floats) -> Floats:
    """Return tables with as many rows as columns; what is added is empty."""
    size = max(counts.shape[1:])
    square = np.zeros((len(counts), size, size))
    square[:, : counts.shape[1], : counts.shape[2]] = counts
    return square


def polychor(case: Case) -> Iterator[Actual]:
    """polycor::polychor."""
    ml, values = bool(case.argument("ML", default=False)), case.values
    fit = pair_fit(positions_of(numbers_only(case.frame())), ml)
    rho = values["rho"] if isinstance(values, dict) else values
    objective = (fit.value, fit.at(*_peer(values, fit))) if isinstance(values, dict) else None
    reach = POLYCOR_STOPS if ml else 1e-2

    def actual(path: tuple[Any, ...], value: float) -> Actual:
        return Actual(path, value, objective, "polycor's search stops early" if ml else "", reach)

    if not isinstance(values, dict):
        yield actual((), fit.rho)
        return
    for name in rho if isinstance(rho, dict) else [None]:
        yield actual(("rho",) if name is None else ("rho", name), fit.rho)
    yield from (actual(path, value) for path, value in _variances(values.get("var"), fit.covariance))
    yield actual(("se",), float(np.sqrt(fit.covariance[0, 0])))
    for name, cuts in (("row_cuts", fit.rows), ("col_cuts", fit.columns)):
        told = values.get(name)
        keys = list(told) if isinstance(told, dict) else list(range(len(cuts)))
        for key, cut in zip(keys, cuts, strict=True):
            yield actual((name, key), float(cut))
        yield actual((name,), float(cuts[0]))
    yield actual(("chisq",), fit.chi2)
    yield actual(("df",), float(fit.df))
    yield actual(("n",), float(fit.counts.sum()))


def _peer(values: dict[str, Any], fit: PairFit) -> tuple[float, Floats, Floats]:
    """Return the peer's correlation and thresholds; ours where the case does not tell them."""
    rho = values["rho"]
    rows, columns = (
        _numbers(values.get(name), own) for name, own in (("row_cuts", fit.rows), ("col_cuts", fit.columns))
    )
    return float(next(iter(rho.values())) if isinstance(rho, dict) else rho), rows, columns


def _numbers(told: Any, own: Floats) -> Floats:
    if isinstance(told, dict):
        return np.array(list(told.values()), dtype=float)
    return own if told is None else np.atleast_1d(np.asarray(told, dtype=float))


def _variances(table: Any, covariance: Floats) -> Iterator[tuple[tuple[Any, ...], float]]:
    """Yield paths in the order of the table: of columns with one name the last counts, as in the case."""
    if isinstance(table, dict) and "values" in table:
        names = table["cols"] if table["cols"] is not None else range(len(table["values"][0]))
        for i in range(len(table["values"])):
            for j, name in enumerate(names):
                yield ("var", i, name), float(covariance[i, j])
    else:
        yield ("var",), float(covariance[0, 0])


def lavcor(case: Case) -> Iterator[Actual]:
    """lavaan::lavCor of ordered variables: listwise unless the call says otherwise."""
    frame = numbers_only(case.frame())
    names = list(map(str, frame.columns))
    positions = np.stack(
        [np.unique(frame[name], return_inverse=True)[1].ravel() for name in frame.columns], axis=1
    )
    positions = np.where(frame.isna().to_numpy(), -1, positions)
    if str(case.argument("missing", default="listwise")) == "listwise":
        positions = positions[(positions >= 0).all(axis=1)]
    found = polychoric(positions, int(positions.max()) + 1)
    table = case.values.get("cor")
    if table is not None:
        objective = _log_likelihoods(found, np.array(table["values"], dtype=float))
        for i in range(len(names)):
            yield Actual(("cor", i, table["cols"][i]), 1.0)
        for p, (i, j) in enumerate(zip(found.tables.first, found.tables.second, strict=True)):
            for a, b in ((int(i), int(j)), (int(j), int(i))):
                yield Actual(("cor", a, table["cols"][b]), float(found.R[a, b]), objective[p])
    yield from _parameters(case, found, names, len(positions))


def _log_likelihoods(found: Polychoric, theirs: Floats) -> list[tuple[float, float]]:
    first, second = found.tables.first, found.tables.second
    ours, peers = (
        log_likelihood(found.tables, found.thresholds, R[first, second]) for R in (found.R, theirs)
    )
    return [(float(a), float(b)) for a, b in zip(ours, peers, strict=True)]


def _parameters(case: Case, found: Polychoric, names: list[str], n: int) -> Iterator[Actual]:
    table = case.values.get("parameters")
    if table is None:
        return
    errors = polychoric_errors(found)
    # lavaan divides the sampling covariance by n - 1
    scale = float(np.sqrt(n / (n - 1.0)))
    place = {name: j for j, name in enumerate(names)}
    pairs = {
        (int(i), int(j)): p
        for p, (i, j) in enumerate(zip(found.tables.first, found.tables.second, strict=True))
    }
    columns = table["columns"]
    for row, (left, op, right) in enumerate(zip(columns["lhs"], columns["op"], columns["rhs"], strict=True)):
        i = place[left]
        if op in ("~1", "~*~"):  # of latent responses: fixed
            estimate, se = float(op == "~*~"), 0.0
        elif op == "|":
            t = int(right[1:]) - 1
            estimate, se = found.thresholds[i, t], errors.thresholds[i, t] * scale
        elif left == right:
            estimate, se = 1.0, 0.0
        else:
            j = place[right]
            estimate = found.R[i, j]
            se = errors.correlations[pairs[min(i, j), max(i, j)]] * scale
        yield Actual(("parameters", "est", row), float(estimate))
        yield Actual(("parameters", "se", row), float(se))
        if se > 0:
            yield Actual(("parameters", "z", row), float(estimate / se))

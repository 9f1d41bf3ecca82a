"""Adapters of psych::omega and psych::glb.fa."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.alpha import raw_alpha
from propsych.kernels.efa import minres, residual_sum_of_squares
from propsych.kernels.factor_fit import FactorFitStatistics, factor_fit
from propsych.kernels.guttman import lambda6
from propsych.kernels.polychoric import polychoric
from propsych.kernels.rotation import oblimin, oblimin_criterion
from propsych.kernels.schmid_leiman import SchmidLeiman, group_omegas, omegas, schmid_leiman
from tests.conformance.adapters.matrices import MatrixData, answers_of, matrix_of
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

ROTATION = (
    "psych's minimum-residual and oblimin searches stop at about 1e-5: the objective is the fit to the"
    " off-diagonal correlations, and for what depends on the rotation minus the oblimin criterion"
)
NOT_THE_BOUND = (
    "glb.fa is no greatest lower bound but 1 minus the uniquenesses of a factor analysis over the variance"
    " of the sum; the bound itself (kernels.greatest_lower_bound, with its certificate) is larger or equal"
)


def glb_fa(case: Case) -> Iterator[Actual]:
    """psych::glb.fa: as many minimum-residual factors as the residuals of one factor have positive roots."""
    data = matrix_of(case)
    R, k = data.matrix, len(data.matrix)
    one = minres(R, 1)
    reduced = R - np.diag(one.uniquenesses)
    m = int((np.linalg.eigvalsh(reduced) > 0).sum())
    if k * (k - 1) / 2 - m * k + m * (m - 1) / 2 < 0:
        m -= 1
    found = minres(R, m)
    communalities = np.square(found.loadings).sum(axis=1)
    yield Actual(("glb",), float(1.0 - (k - communalities.sum()) / R.sum()), note=NOT_THE_BOUND)
    yield Actual(("numf",), float(m))
    for name, value in zip(data.names, communalities, strict=True):
        yield Actual(("communality", name), float(value))


def _matrix(case: Case) -> MatrixData:
    if case.options.get("poly"):
        codes = answers_of(case).to_numpy(dtype=float)
        positions = np.where(np.isnan(codes), -1, codes - np.nanmin(codes, axis=0)).astype(np.int64)
        R = polychoric(positions, int(positions.max()) + 1).R
        return MatrixData(tuple(answers_of(case).columns), R, None, len(codes))
    return matrix_of(case)


def omega(case: Case) -> Iterator[Actual]:
    """psych::omega with minres and oblimin."""
    data = _matrix(case)
    R = data.matrix
    values = case.values
    m = len(values["phi"]["cols"]) if "phi" in values else int(case.option("nfactors", default=3))
    extraction = minres(R, m)
    rotation = oblimin(extraction.loadings, n_starts=1)
    theirs = _matrix_of(values.get("oblique"), extraction.loadings.shape)
    order, sign = _aligned(rotation.loadings, theirs)
    L = rotation.loadings[:, order] * sign
    phi = rotation.phi[np.ix_(order, order)] * np.outer(sign, sign)
    objective = None
    if theirs is not None:
        objective = (-float(oblimin_criterion(L)), -float(oblimin_criterion(theirs)))
    solution = schmid_leiman(L, phi)
    solution, R = _flipped(case, solution, R)
    yield from _coefficients(R, solution, objective)
    yield from _loadings(values, L, phi, solution, R, objective)
    yield from _orthogonal(values, extraction.loadings, R)
    yield from _fits(case, values, R, solution, data.n, m)


def _matrix_of(entry: Any, shape: tuple[int, ...]) -> Floats | None:
    if entry is None:
        return None
    found = np.array(entry["values"], dtype=float)
    return found if found.shape == shape else None


def _aligned(ours: Floats, theirs: Floats | None) -> tuple[list[int], Floats]:
    """Return the order and signs of our factors that come nearest to the peer's."""
    m = ours.shape[1]
    if theirs is None:
        return list(range(m)), np.ones(m)
    product = ours.T @ theirs
    best = max(permutations(range(m)), key=lambda p: sum(abs(product[p[f], f]) for f in range(m)))
    return list(best), np.array([np.sign(product[best[f], f]) or 1.0 for f in range(m)])


def _flipped(case: Case, solution: SchmidLeiman, R: Floats) -> tuple[SchmidLeiman, Floats]:
    """Turn items that load negatively on the general factor, as psych does unless flip=FALSE."""
    # the sign of the general factor itself is free
    turn = -1.0 if solution.general.sum() < 0 else 1.0
    solution = solution._replace(
        general=solution.general * turn, factors_on_general=solution.factors_on_general * turn
    )
    if case.option("flip", default=True) is False:
        return solution, R
    sign = np.where(solution.general < 0, -1.0, 1.0)
    flipped = solution._replace(general=solution.general * sign, group=solution.group * sign[:, None])
    return flipped, R * np.outer(sign, sign)


def _coefficients(R: Floats, solution: SchmidLeiman, objective: Any) -> Iterator[Actual]:
    total, hierarchical = (float(x) for x in omegas(R, solution.general, solution.communalities))
    yield Actual(("omega_h",), hierarchical, objective, ROTATION)
    yield Actual(("omega_lim",), hierarchical / total, objective)
    yield Actual(("alpha",), float(raw_alpha(R)))
    yield Actual(("omega_tot",), total, objective)
    yield Actual(("G6",), float(lambda6(R)))
    squares = np.square(solution.general).sum()
    shared = squares + np.square(solution.group).sum()
    yield Actual(("ECV", "g"), float(squares / shared), objective)
    yield Actual(("ECV",), float(squares / shared), objective)
    groups = group_omegas(R, solution)
    whole = R.sum()
    own = np.arange(solution.group.shape[1])[None, :] == groups.members[:, None]
    group_sum = float(np.square((solution.group * own).sum(axis=0)).sum() / whole)
    rows = {
        "total": [total, *groups.total],
        "general": [hierarchical, *groups.general],
        "group": [group_sum, *groups.group],
    }
    for name, column in rows.items():
        for i, value in enumerate(column):
            yield Actual(("omega_group", name, i), float(value), objective)


def _loadings(
    values: Any, L: Floats, phi: Floats, solution: SchmidLeiman, R: Floats, objective: Any
) -> Iterator[Actual]:
    k, m = L.shape
    factors = values.get("phi", {}).get("cols") or [f"F{f + 1}" for f in range(m)]
    for i in range(k):
        for f in range(m):
            yield Actual(("oblique", i, factors[f]), float(L[i, f]), objective)
        h2 = float(solution.communalities[i])
        g = float(solution.general[i])
        row = {"g": g, "h2": h2, "u2": 1.0 - h2, "p2": g * g / h2, "com": h2}
        row |= {f"F{f + 1}*": float(solution.group[i, f]) for f in range(m)}
        for name, value in row.items():
            yield Actual(("sl", i, name), value, objective)
    for f in range(m):
        for j in range(m):
            yield Actual(("phi", f, factors[j]), float(phi[f, j]), objective)
        name = (values.get("gloading", {}).get("cols") or ["MR1"])[0]
        yield Actual(("gloading", f, name), float(solution.factors_on_general[f]), objective)


def _orthogonal(values: Any, unrotated: Floats, R: Floats) -> Iterator[Actual]:
    """Turn our unrotated loadings onto the peer's varimax ones: what is left shows the extraction."""
    theirs = _matrix_of(values.get("orthog"), unrotated.shape)
    if theirs is None:
        return
    u, _, v = np.linalg.svd(unrotated.T @ theirs)
    turned = unrotated @ (u @ v)
    objective = (-residual_sum_of_squares(R, turned), -residual_sum_of_squares(R, theirs))
    columns = values["orthog"]["cols"]
    for i, row in enumerate(turned):
        for name, value in zip(columns, row, strict=True):
            yield Actual(("orthog", i, name), float(value), objective)


def _fits(case: Case, values: Any, R: Floats, solution: SchmidLeiman, n: int, m: int) -> Iterator[Actual]:
    k = len(R)
    yield Actual(("dof",), float(k * (k - 1) / 2 - k * m + m * (m - 1) / 2))
    n = n or int(case.option("n.obs", "n_obs", default=0))
    if not n:
        return
    both = factor_fit(R, np.column_stack([solution.general, solution.group]), n)
    yield from _fit("stats", both, "chi")
    yield from _fit("gstats", factor_fit(R, solution.general[:, None], n), "STATISTIC")


def _fit(name: str, found: FactorFitStatistics, chi: str) -> Iterator[Actual]:
    yield Actual((name, "dof"), float(found.df))
    yield Actual((name, "STATISTIC"), found.chi2)
    yield Actual((name, chi), found.chi2)
    yield Actual((name, "rms"), found.rms)
    yield Actual((name, "BIC"), found.bic)
    ends = {"RMSEA": found.rmsea, "lower": found.rmsea_lower, "upper": found.rmsea_upper, "confidence": 0.9}
    for part, value in ends.items():
        yield Actual((name, "RMSEA", part), value)

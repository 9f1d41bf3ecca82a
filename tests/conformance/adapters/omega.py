"""Adapter of psych::omega with minimum residuals and oblimin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.alpha import raw_alpha
from propsych.kernels.efa import minres
from propsych.kernels.factor_fit import FactorFitStatistics, factor_fit
from propsych.kernels.guttman import lambda6
from propsych.kernels.rotation import oblimin
from propsych.kernels.schmid_leiman import SchmidLeiman, group_omegas, omegas, schmid_leiman
from tests.conformance.adapters.matrices import MatrixData, answers_of, matrix_of, persons_behind
from tests.conformance.adapters.objectives import (
    STARTS,
    Objective,
    aligned,
    deciding,
    of_extraction,
    of_general,
    of_rotation,
)
from tests.conformance.adapters.psych_polychoric import default_polychoric
from tests.conformance.compare import EARLY_STOP, Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

SEARCHES = (
    "psych's searches stop at about 1e-5: L-BFGS-B for minimum residuals, a gradient of 1e-5 for oblimin. The"
    " objective printed is minus n times the squared residuals of an extraction (psych's empirical"
    " chi-square, with what a communality exceeds .995 by), or minus the oblimin criterion of a rotation of"
    " the peer's own extraction; where both are the same to 1e-8, minus the length of the slope"
)
OTHER_METHOD = (
    "propsych extracts by minimum residuals and rotates by oblimin: of another extraction or rotation only"
    " what does not depend on it is compared"
)


class _Solution(NamedTuple):
    """Our solution in the peer's order and signs of factors, with the objectives of its three stages."""

    R: Floats
    oblique: Floats
    phi: Floats
    sl: SchmidLeiman
    extracted: Objective | None
    rotated: Objective | None
    general: Objective | None


def omega(case: Case) -> Iterator[Actual]:
    """psych::omega."""
    data = _matrix(case)
    values, m = case.values, _n_factors(case)
    R = data.matrix
    k = len(R)
    yield Actual(("dof",), float(k * (k - 1) / 2 - k * m + m * (m - 1) / 2))
    if case.argument("fm", default="minres") not in ("minres", "uls", "ols"):
        yield from _of_sum(_turned(case, R), OTHER_METHOD)
        return
    unrotated = minres(R, m).loadings
    n = persons_behind(case, data)
    orthogonal = _matrix_of(values.get("orthog"), unrotated.shape)
    extracted = None if orthogonal is None else of_extraction(R, unrotated, orthogonal, n)
    yield from _orthogonal(values, unrotated, orthogonal, extracted)
    if case.argument("rotate", default="oblimin") != "oblimin":
        yield from _of_sum(_turned(case, R), OTHER_METHOD)
        yield from _common(case, R, unrotated, extracted)
        return
    solved = _solve(case, R, unrotated, orthogonal, extracted, n)
    yield from _of_sum(solved.R, SEARCHES)
    yield from _common(case, R, unrotated, extracted)
    yield from _coefficients(solved)
    yield from _loadings(values, solved)
    yield from _fits(solved, data.n)


def _matrix(case: Case) -> MatrixData:
    if not case.argument("poly", default=False):
        return matrix_of(case)
    frame = answers_of(case)
    return MatrixData(tuple(map(str, frame.columns)), default_polychoric(frame).R, None, len(frame))


def _n_factors(case: Case) -> int:
    for name in ("orthog", "oblique", "phi"):
        columns = (case.values.get(name) or {}).get("cols")
        if columns is not None:
            return 1 if isinstance(columns, str) else len(columns)
    return int(case.argument("nfactors", default=3))


def _matrix_of(entry: Any, shape: tuple[int, ...] | None = None) -> Floats | None:
    if not isinstance(entry, dict):
        return None
    found = np.array(entry["values"], dtype=float).reshape(len(entry["values"]), -1)
    return found if shape is None or found.shape == shape else None


def _turned(case: Case, R: Floats) -> Floats:
    """Return R with the items turned that psych marks as turned; keys have been applied already."""
    rows = [] if case.argument("key") is not None else case.values["sl"]["rows"]
    sign = np.array([-1.0 if str(row).endswith("-") else 1.0 for row in rows] or np.ones(len(R)))
    return R * np.outer(sign, sign)


def _solve(
    case: Case,
    R: Floats,
    unrotated: Floats,
    orthogonal: Floats | None,
    extracted: Objective | None,
    n: int,
) -> _Solution:
    values, m = case.values, unrotated.shape[1]
    theirs = _matrix_of(values.get("oblique"), unrotated.shape)
    L, phi = unrotated, np.eye(m)
    if m > 1:
        rotation = oblimin(unrotated, STARTS)
        L, phi = rotation.loadings, rotation.phi
    order, sign = aligned(L, theirs)
    L, phi = L[:, order] * sign, phi[np.ix_(order, order)] * np.outer(sign, sign)
    sl, R = _flipped(case, _schmid_leiman(case, L, phi), R)
    rotated = general = extracted
    if extracted is not None and orthogonal is not None and theirs is not None and m > 1:
        rotated = general = deciding(extracted, of_rotation(orthogonal, theirs))
        phi_theirs, on_general = _matrix_of(values.get("phi")), _matrix_of(values.get("gloading"))
        if m > 2 and phi_theirs is not None and on_general is not None:
            general = deciding(rotated, of_general(phi_theirs, on_general, n))
    return _Solution(R, L, phi, sl, extracted, rotated, general)


def _schmid_leiman(case: Case, L: Floats, phi: Floats) -> SchmidLeiman:
    """Return the solution; psych's options for two factors give one of them to the general factor whole."""
    found = schmid_leiman(L, phi)
    whole = {"first": 0, "second": 1}.get(str(case.argument("option", default="equal")))
    if whole is None or L.shape[1] != 2:
        return found
    g = np.full(2, phi[0, 1])
    g[whole] = 1.0
    return found._replace(general=L @ g, group=L * np.sqrt(1.0 - np.square(g)), factors_on_general=g)


def _flipped(case: Case, solution: SchmidLeiman, R: Floats) -> tuple[SchmidLeiman, Floats]:
    """Turn items that load negatively on the general factor, as psych does unless flip=FALSE or with keys."""
    if case.argument("key") is not None or case.argument("flip", default=True) is False:
        return solution, R
    sign = np.where(solution.general < 0, -1.0, 1.0)
    flipped = solution._replace(general=solution.general * sign, group=solution.group * sign[:, None])
    return flipped, R * np.outer(sign, sign)


def _of_sum(R: Floats, note: str) -> Iterator[Actual]:
    yield Actual(("alpha",), float(raw_alpha(R)), note=note)
    yield Actual(("G6",), float(lambda6(R)))


def _orthogonal(
    values: Any, unrotated: Floats, theirs: Floats | None, objective: Objective | None
) -> Iterator[Actual]:
    """Turn our unrotated loadings onto the peer's varimax ones: what is left shows the extraction."""
    if theirs is None:
        return
    u, _, v = np.linalg.svd(unrotated.T @ theirs)
    for i, row in enumerate(unrotated @ (u @ v)):
        for name, value in zip(values["orthog"]["cols"], row, strict=True):
            yield Actual(("orthog", i, name), float(value), objective)


def _common(case: Case, R: Floats, unrotated: Floats, objective: Objective | None) -> Iterator[Actual]:
    """Yield what extraction alone decides."""
    h2 = np.square(unrotated).sum(axis=1)
    for i, value in enumerate(h2):
        yield Actual(("sl", i, "h2"), float(value), objective)
        yield Actual(("sl", i, "com"), float(value), objective)
        yield Actual(("sl", i, "u2"), float(1.0 - value), objective)
    total = float(1.0 - (1.0 - h2).sum() / _turned(case, R).sum())
    yield Actual(("omega_tot",), total, objective)
    yield Actual(("omega_group", "total", 0), total, objective)


def _coefficients(solved: _Solution) -> Iterator[Actual]:
    R, sl, objective = solved.R, solved.sl, solved.general
    total, hierarchical = (float(x) for x in omegas(R, sl.general, sl.communalities))
    yield Actual(("omega_h",), hierarchical, objective)
    yield Actual(("omega_lim",), hierarchical / total, objective)
    squares = np.square(sl.general).sum()
    ecv = float(squares / (squares + np.square(sl.group).sum()))
    yield Actual(("ECV", "g"), ecv, objective)
    yield Actual(("ECV",), ecv, objective)
    groups = group_omegas(R, sl)
    own = np.arange(sl.group.shape[1])[None, :] == groups.members[:, None]
    together = float(np.square((sl.group * own).sum(axis=0)).sum() / R.sum())
    yield Actual(("omega_group", "general", 0), hierarchical, objective)
    yield Actual(("omega_group", "group", 0), together, objective)
    for name in ("total", "general", "group"):
        for i, value in enumerate(getattr(groups, name), start=1):
            yield Actual(("omega_group", name, i), float(value), objective)


def _loadings(values: Any, solved: _Solution) -> Iterator[Actual]:
    L, phi, sl = solved.oblique, solved.phi, solved.sl
    k, m = L.shape
    factors = (values.get("phi") or {}).get("cols") or [f"F{f + 1}" for f in range(m)]
    for i in range(k):
        for f in range(m):
            yield Actual(("oblique", i, factors[f]), float(L[i, f]), solved.rotated)
            yield Actual(("sl", i, f"F{f + 1}*"), float(sl.group[i, f]), solved.general)
        g = float(sl.general[i])
        yield Actual(("sl", i, "g"), g, solved.general)
        yield Actual(("sl", i, "p2"), g * g / float(sl.communalities[i]), solved.general)
    for f in range(m):
        for j in range(m):
            yield Actual(("phi", f, factors[j]), float(phi[f, j]), solved.rotated)
        on_general = float(sl.factors_on_general[f])
        # a matrix of one column, or with one and two factors a plain vector
        table = values.get("gloading")
        name = table["cols"][0] if isinstance(table, dict) and table.get("cols") else 0
        for path in (("gloading", f, name), ("gloading", f), ("gloading",)):
            yield Actual(path, on_general, solved.general)


def _fits(solved: _Solution, n: int) -> Iterator[Actual]:
    general = solved.sl.general[:, None]
    both = np.column_stack([general, solved.sl.group])
    for name, loadings in (("stats", both), ("gstats", general)):
        # degrees of freedom and residuals need no number of persons
        found = factor_fit(solved.R, loadings, n or 1000)
        yield Actual((name, "dof"), float(found.df), solved.general)
        yield Actual((name, "rms"), found.rms, solved.general)
        if n:
            yield from _fit(name, found, solved.general)


def _fit(name: str, found: FactorFitStatistics, objective: Objective | None) -> Iterator[Actual]:
    for label in ("STATISTIC", "chi"):
        yield Actual((name, label), found.chi2, objective)
    # a chi-square less a constant: what is small of the one is not of the other
    yield Actual((name, "BIC"), found.bic, objective, reach=EARLY_STOP * max(1.0, found.chi2))
    ends = {"RMSEA": found.rmsea, "lower": found.rmsea_lower, "upper": found.rmsea_upper, "confidence": 0.9}
    for part, value in ends.items():
        yield Actual((name, "RMSEA", part), value, objective)

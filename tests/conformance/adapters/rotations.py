"""GPArotation's rotations of given loadings, and stats::factanal."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.rotation_criteria import crawford_ferguson, varimax
from propsych.kernels.rotation_named import Settings, named_rotation, settings_of
from tests.conformance.adapters.exploratory import (
    STARTS,
    VARIMAX_STOP,
    Peer,
    correlations_of,
    extraction_objective,
    fit_of,
    rotation_check,
    table_of,
    varimax_before_promax,
)
from tests.conformance.adapters.objectives import aligned, deciding
from tests.conformance.compare import EARLY_STOP, Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

NAMES = {"Varimax": "varimax", "bifactorT": "bifactor", "bifactorQ": "biquartimin"}
"""GPArotation's name -> propsych's, where they differ."""
ORTHOGONAL_FAMILY, OBLIQUE_FAMILY = "cfT", "cfQ"
NO_PROGRESS = (
    "GPArotation stops at the precision asked of it or at its last iteration; propsych's value is that of the"
    " best of ten starts. The objective printed is minus the criterion of both, or where both are the same to"
    " 1e-8 minus the length of its slope"
)
FACTANAL = (
    "factanal's rotation is R's varimax, which stops when a step adds less than 1e-5 of what it makes large."
    " The objective printed is minus n times the discrepancy, or minus the varimax criterion"
)


def gpa(case: Case) -> Iterator[Actual]:
    """GPArotation::<name>(L)."""
    A, L = table_of(case.values["input"]), table_of(case.values["loadings"])
    if A is None or L is None:
        return
    settings = _settings(case, (A.shape[0], A.shape[1]))
    phi = table_of(case.values.get("Phi"))
    found = named_rotation(A, settings, n_starts=STARTS)
    theirs = Peer(L, np.eye(L.shape[1]) if phi is None else phi, np.zeros(len(L)))
    check = rotation_check(theirs, settings, found, A)
    order, sign = aligned(found.loadings, L)
    turn = np.outer(sign, sign)
    tables = {
        "loadings": found.loadings[:, order] * sign,
        "Phi": found.phi[np.ix_(order, order)] * turn,
        "Th": found.transformation[:, order] * sign,
    }
    yield Actual((), None, note=NO_PROGRESS)
    for name, table in tables.items():
        columns = (case.values.get(name) or {}).get("cols") or range(table.shape[1])
        for i, row in enumerate(table):
            for label, value in zip(columns, row, strict=True):
                yield Actual((name, i, label), float(value), check.objective, reach=check.reach)
    yield Actual(("criterion",), float(found.criterion), check.objective, reach=check.reach)
    for i, row in enumerate(A):
        for label, value in zip(case.values["input"].get("cols") or range(len(row)), row, strict=True):
            yield Actual(("input", i, label), float(value))


def _settings(case: Case, shape: tuple[int, int]) -> Settings:
    match = re.search(r"GPArotation::(\w+)", case.call)
    asked = match[1] if match else str(case.argument("method", "rotation"))
    kaiser = bool(case.argument("normalize", default=False))
    if asked in (ORTHOGONAL_FAMILY, OBLIQUE_FAMILY):
        kappa = float(case.argument("kappa", default=0.0))
        return Settings(crawford_ferguson(kappa), asked == OBLIQUE_FAMILY, kaiser)
    aim = case.argument("Target", "target")
    return settings_of(
        NAMES.get(asked, asked),
        shape,
        kaiser=kaiser,
        gamma=float(case.argument("gam", default=0.0)),
        delta=float(case.argument("delta", default=0.01)),
        aim=None if aim is None else np.array(aim, dtype=float),
    )


def factanal(case: Case) -> Iterator[Actual]:
    """stats::factanal."""
    values = case.values
    L = table_of(values["loadings"])
    if L is None:
        return
    m = L.shape[1]
    names, R, n = correlations_of(case)
    rotation = str(case.argument("rotation", default="varimax"))
    psi = np.array(list(values["uniquenesses"].values()), dtype=float)
    phi, turned = np.eye(m), table_of(values.get("rotmat"))
    if rotation == "promax" and turned is not None:
        inverse = np.linalg.inv(turned)
        phi = inverse @ inverse.T
    theirs = Peer(L, phi, psi)
    kaiser = {"varimax": True, "promax": False}.get(rotation)
    found = fit_of(R, names, n, m, "ml", rotation if m > 1 else "none", kaiser=kaiser)
    extracted = extraction_objective(R, found.unrotated.to_numpy(), theirs, n, "ml")
    objective, reach = extracted, EARLY_STOP
    if rotation == "promax" and m > 1:
        objective, reach = deciding(extracted, varimax_before_promax(theirs.unrotated)), VARIMAX_STOP
    elif rotation != "none" and m > 1:
        settings = settings_of(rotation, (len(R), m), kaiser=kaiser)
        check = rotation_check(theirs, settings)
        objective = extracted if check.objective is None else deciding(extracted, check.objective)
        reach = VARIMAX_STOP if settings.criterion is varimax else check.reach
    order, sign = aligned(found.loadings.to_numpy(), L)
    yield Actual((), None, note=FACTANAL)
    columns = values["loadings"]["cols"]
    for i, row in enumerate(found.loadings.to_numpy()[:, order] * sign):
        for label, value in zip([columns] if isinstance(columns, str) else columns, row, strict=True):
            yield Actual(("loadings", i, label), float(value), objective, reach=reach)
    # the model's own uniquenesses: 1 - communality is the same only within the range of the search
    for item, value in found.uniquenesses.items():
        yield Actual(("uniquenesses", str(item)), max(float(value), 0.005), extracted)
    fit = found.fit_indices
    yield Actual(("dof",), float(fit["df"]))
    for theirs_, ours in (("statistic", "chi2"), ("p", "p")):
        yield Actual((theirs_,), float(fit[ours]), extracted)
    yield Actual(("criteria", "objective"), float(fit["objective"]), extracted)

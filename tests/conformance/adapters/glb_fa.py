"""Adapter of psych::glb.fa."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.efa import minres
from tests.conformance.adapters.matrices import matrix_of, persons_behind
from tests.conformance.adapters.objectives import Objective, of_communalities
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

NOT_THE_BOUND = (
    "glb.fa is no greatest lower bound but 1 minus the uniquenesses of a factor analysis over the variance"
    " of the sum; the bound itself (kernels.greatest_lower_bound, with its certificate) is larger or equal."
    " Where communalities differ, psych's search stopped at a relative gain of about 1e-9: both are judged by"
    " n times the squared residuals that the best factors leave at these communalities, or where that is the"
    " same to 1e-8 by the length of its slope"
)


def glb_fa(case: Case) -> Iterator[Actual]:
    """psych::glb.fa: as many minimum-residual factors as the residuals of one factor have positive roots."""
    data = matrix_of(case)
    R, k = data.matrix, len(data.matrix)
    one = minres(R, 1).loadings
    reduced = R.copy()
    np.fill_diagonal(reduced, np.square(one).sum(axis=1))
    m = int((np.linalg.eigvalsh(reduced) > 0).sum())
    if k * (k - 1) / 2 - m * k + m * (m - 1) / 2 < 0:
        m -= 1
    communalities = np.square(minres(R, m).loadings).sum(axis=1)
    objective = _objective(case, R, communalities, m, persons_behind(case, data))
    value = float(1.0 - (k - communalities.sum()) / R.sum())
    yield Actual(("glb",), value, objective, NOT_THE_BOUND)
    yield Actual(("numf",), float(m))
    for name, number in zip(data.names, communalities, strict=True):
        yield Actual(("communality", name), float(number), objective)


def _objective(case: Case, R: Floats, ours: Floats, m: int, n: int) -> Objective | None:
    given = case.values.get("communality")
    if not isinstance(given, dict) or len(given) != len(ours) or case.values.get("numf") != m:
        return None
    theirs = np.array(list(given.values()), dtype=float)
    return of_communalities(R, ours, theirs, m, n)

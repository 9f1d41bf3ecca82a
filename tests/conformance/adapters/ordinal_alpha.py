"""Adapter of alpha of polychoric correlations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from propsych.kernels.alpha import consistency, consistency_if_dropped
from tests.conformance.adapters.matrices import answers_of
from tests.conformance.adapters.psych_polychoric import default_polychoric
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

NAMES = {
    "raw_alpha": "alpha",
    "std.alpha": "standardised",
    "G6(smc)": "lambda6",
    "average_r": "mean_r",
    "S/N": "signal_noise",
    "median_r": "median_r",
    "var.r": "variance_r",
    "med.r": "median_r",
}
STOPS_EARLY = (
    "psych's one-dimensional search stops at about 1e-4 of its interval; by minus the deviance (twice the"
    " log-likelihood), or where that is the same to 1e-8 by minus its slope, our correlations are better, and"
    " what is computed from them differs as much. Its default call ignores `correct`: no cell is corrected"
)
CORRECTED = (
    "the items' highest answers differ (or global=FALSE): psych adds `correct` to the empty cells of each"
    " pair, and takes that pair's thresholds from the table so changed. Reproduced to compare; propsych"
    " corrects nothing and takes an item's thresholds from everybody who answered it: Olsson's (1979)"
    " two-step estimate"
)
SMOOTHED = (
    "the correlations are not positive definite together, and psych moves them all until they are: none is"
    " an estimate by its own likelihood then. propsych leaves each where its likelihood is largest; not"
    " compared, because psych's search stops at 1e-5 before it moves them, and no objective tells the two"
    " apart afterwards"
)


def ordinal_alpha(case: Case) -> Iterator[Actual]:
    """psych::alpha(psych::polychoric(x)$rho)."""
    correct, everywhere = float(case.argument("correct", default=0.5)), case.argument("global", default=True)
    found = default_polychoric(answers_of(case), correct, everywhere)
    note = CORRECTED if found.corrected else STOPS_EARLY
    table = case.values.get("rho")
    if found.smoothed and table is not None:
        yield Actual((), None, note=SMOOTHED)
        return
    theirs = None if table is None else np.array(table["values"], dtype=float)
    objective = None
    if theirs is not None:
        # every coefficient of the matrix inherits the better likelihood of its correlations
        pairs, objective = found.objectives(theirs)
        for i, row in enumerate(found.R):
            yield Actual(("rho", i, table["cols"][i]), float(row[i]), note=note)
        for pair, i, j in zip(pairs, found.first, found.second, strict=True):
            for a, b in ((int(i), int(j)), (int(j), int(i))):
                yield Actual(("rho", a, table["cols"][b]), float(found.R[a, b]), pair, note)
    whole = consistency(found.R)
    for name, field in NAMES.items():
        yield Actual(("total", name, 0), float(getattr(whole, field)), objective, note)
    if len(found.R) < 3:  # psych's row of a single item is a correlation, and propsych has no alpha of it
        return
    dropped = consistency_if_dropped(found.R)
    for name, field in NAMES.items():
        for i, value in enumerate(getattr(dropped, field)):
            yield Actual(("alpha_drop", name, i), float(value), objective)

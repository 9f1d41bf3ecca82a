"""The tolerance of every quantity, in one table, each with its reason.

A number passes if ``|actual - expected| <= tolerance * max(1, |expected|)``. The first row that fits a kind,
a path and a case counts; ``*`` fits anything. The project's own pack has published tables: of those only the
printed digits are known, and a row says how many.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple


class Tolerance(NamedTuple):
    """How far a quantity may lie from the peer's, and why."""

    kind: str
    quantity: str
    value: float
    reason: str
    case: str = "*"


ITERATIVE = "a search: the peer stops between 1e-5 and 1e-7 of its optimum"
ROTATED = "an extraction, and a rotation of it, each stopped at a gradient of 1e-5"
ROUGH = "psych's search leaves each polychoric correlation up to 1e-4 off"
CLOSED = "a closed form: only the order of the sums differs"

SEARCHED = "lavaan stops where the gradient is below 1e-5; errors and tests follow at up to ten times that"

ONE, TWO, THREE = "printed to one digit", "printed to two digits", "printed to three digits"

PRINTED: tuple[Tolerance, ...] = (
    Tolerance("icc", "results/*", 0.005, TWO, "icc.shrout_fleiss_1979"),
    # 6.26 +- 0.005
    Tolerance("icc", "MSW", 0.0008, TWO, "icc.shrout_fleiss_1979"),
    Tolerance("kripp", "*", 0.0005, THREE, "kripp.krippendorff_2011_?"),
    Tolerance("irrcac", "*", 0.0005, THREE, "irrcac.gwet_ac"),
    Tolerance("kappam", "*", 0.0005, THREE, "kappam.fleiss_1971"),
    Tolerance("kappa", "*", 0.0005, THREE, "kappa.cohen_1968"),
    Tolerance("kendallW", "*", 0.005, TWO, "kendallW.siegel_1956"),
    # +- 0.05 of 22.1 and of 12.1
    Tolerance("blandaltman", "loa_196/*", 0.0022, ONE, "blandaltman.bland_altman_1999"),
    Tolerance("blandaltman", "mean_ci/*", 0.004, ONE, "blandaltman.bland_altman_1999"),
)

TOLERANCES: tuple[Tolerance, ...] = (
    *PRINTED,
    Tolerance("alpha", "*", 1e-8, CLOSED),
    Tolerance("alpha_ci", "*", 1e-8, "a closed form of an F quantile, which both libraries give to 1e-12"),
    Tolerance("describe", "*", 1e-8, CLOSED),
    Tolerance("floorceiling", "*", 1e-8, "closed forms of normal and beta quantiles, given to 1e-12"),
    Tolerance("response_freq", "*", 1e-8, CLOSED),
    Tolerance("item_correlations", "*", 1e-8, CLOSED),
    Tolerance("discrimination", "*", 1e-8, CLOSED),
    Tolerance("irrcac", "*/p?", 1e-8, CLOSED),
    Tolerance("irrcac", "*/coeff.*", 5e-6, "irrCAC rounds coefficients and standard errors to five digits"),
    Tolerance("irrcac", "*/p.value", 1e-8, CLOSED),
    Tolerance("kappa", "*", 1e-8, CLOSED),
    Tolerance("kappam", "*", 1e-8, "closed forms; the detail matrix is rounded to three digits"),
    Tolerance("kendallW", "*", 1e-8, CLOSED),
    Tolerance("kripp", "*", 1e-8, CLOSED),
    Tolerance("ordinal_alpha", "*", 1e-5, ITERATIVE),
    Tolerance("comprel", "*", 1e-5, ITERATIVE),
    Tolerance("glbfa", "*", 1e-5, ITERATIVE),
    Tolerance("omega", "*", 1e-5, ITERATIVE),
    Tolerance("bartlett", "*", 1e-8, CLOSED),
    Tolerance("cfa", "*", 1e-4, SEARCHED),
    Tolerance("invariance", "*", 1e-4, SEARCHED),
    Tolerance("scores", "*", 1e-4, SEARCHED),
    Tolerance("htmt", "htmt*", 1e-8, CLOSED),
    Tolerance("htmt", "*", 1e-4, SEARCHED),
    Tolerance("fa", "*", 1e-4, ROTATED),
    Tolerance("factanal", "*", 1e-4, ROTATED),
    Tolerance("gpa", "*", 1e-4, ROTATED),
    Tolerance("kmo", "*", 1e-8, CLOSED),
    Tolerance("mardia", "*", 1e-8, CLOSED),
    Tolerance("parallel", "*", 1e-4, ROUGH, "*poly*"),
    Tolerance("parallel", "*", 1e-4, ROUGH, "*tet*"),
    Tolerance("parallel", "pc_values/*", 1e-8, CLOSED),
    Tolerance("parallel", "*", 1e-5, "communalities of one factor: a search"),
    Tolerance("vss", "map/*", 1e-8, CLOSED),
    Tolerance("vss", "*", 1e-4, ROTATED),
    Tolerance("polychoric", "*", 1e-5, ITERATIVE),
    Tolerance("tetrachoric", "*", 1e-5, ITERATIVE),
    Tolerance("polychor", "*", 1e-5, ITERATIVE),
    Tolerance("lavcor", "*", 1e-5, ITERATIVE),
    Tolerance("polyserial", "*", 1e-5, ITERATIVE),
    Tolerance("hetcor", "*", 1e-5, ITERATIVE),
    Tolerance("mixedcor", "*", 1e-5, ITERATIVE),
    Tolerance("psych_polyserial", "*", 1e-8, CLOSED),
    Tolerance("*", "*", 1e-8, "the default: a kind that is not a closed form needs a row of its own"),
)


def tolerance(kind: str, path: tuple[str | int, ...], case: str = "") -> float:
    """Return the tolerance of the number at `path` in a case of `kind` with the id `case`."""
    quantity = "/".join(str(part) for part in path)
    return next(
        row.value
        for row in TOLERANCES
        if fnmatchcase(kind, row.kind) and fnmatchcase(quantity, row.quantity) and fnmatchcase(case, row.case)
    )

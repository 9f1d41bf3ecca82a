"""psych's KMO, cortest.bartlett, fa.parallel, vss and mardia."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

import propsych as pp
from propsych.errors import PropsychWarning
from propsych.kernels.efa import minres
from propsych.kernels.factor_fit import factor_df
from propsych.kernels.guttman import squared_multiple_correlations
from propsych.kernels.number_of_factors import (
    average_partials,
    common_roots,
    component_roots,
    very_simple_structure,
)
from propsych.kernels.sampling_adequacy import bartlett_sphericity, kmo
from tests.conformance.adapters.exploratory import (
    ANOTHER_OPTIMUM,
    ROTATIONS,
    VARIMAX_STOP,
    correlations_of,
    fit_of,
    varimax_before_promax,
)
from tests.conformance.adapters.matrices import answers_of
from tests.conformance.adapters.objectives import Objective, deciding, judged, of_communalities
from tests.conformance.compare import EARLY_STOP, Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

DRAWS = "eigenvalues of chance are draws of R's random numbers: only those of the data are compared"
HEYWOOD = (
    "where a uniqueness is at the end of its range psych's search stops between two optima, and the case does"
    " not hold the loadings by which the two could be judged: such solutions are not compared"
)
NOT_IDENTIFIED = "factors without degrees of freedom are not identified: only what they reproduce is compared"


def kmo_case(case: Case) -> Iterator[Actual]:
    """psych::KMO."""
    names, R, _ = correlations_of(case)
    found = kmo(R)
    yield Actual(("MSA",), found.overall)
    for name, value in zip(names, found.items, strict=True):
        yield Actual(("MSAi", name), float(value))


def bartlett(case: Case) -> Iterator[Actual]:
    """psych::cortest.bartlett."""
    _, R, n = correlations_of(case)
    found = bartlett_sphericity(R, int(case.argument("n", default=n)))
    for name, value in (("chisq", found.chi2), ("p", found.p), ("p.value", found.p), ("df", float(found.df))):
        yield Actual((name,), value)


def parallel(case: Case) -> Iterator[Actual]:
    """psych::fa.parallel; factors are eigenvalues with the communalities of one minimum-residual factor."""
    _, R, n = correlations_of(case)
    yield Actual((), None, note=DRAWS)
    for i, value in enumerate(component_roots(R)):
        yield Actual(("pc_values", i), float(value))
    theirs = case.values.get("fa_values")
    squared = bool(case.argument("SMC", default=False))
    found = common_roots(R, "smc" if squared else "one_factor").roots
    objective = None
    if isinstance(theirs, list) and not squared:
        objective = _of_one_factor(R, np.array(theirs, dtype=float), n)
    for i, value in enumerate(found):
        yield Actual(("fa_values", i), float(value), objective)


def _of_one_factor(R: Floats, theirs: Floats, n: int) -> Objective:
    """Compare the squared roots that one factor leaves over: what minimum residuals makes small."""
    ours = common_roots(R).roots
    value = -n * float(np.square(ours[1:]).sum()), -n * float(np.square(theirs[1:]).sum())
    found = minres(R, 1)
    h2 = np.square(found.loadings[:, 0])
    _, slope = of_communalities(R, h2, squared_multiple_correlations(R), 1, n)
    return judged(value, (0.0 if found.converged else slope, 1e-5))


def mardia(case: Case) -> Iterator[Actual]:
    """psych::mardia."""
    frame = answers_of(case).dropna()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        result = pp.mardia(frame)
    found = result.coefficients
    numbers = {
        "n_obs": float(result.sample.n_used),
        "n_var": float(result.n_items),
        "b1p": found.b1,
        "b2p": found.b2,
        "skew": found.skewness,
        "small_skew": found.skewness_small,
        "p_skew": found.p_skewness,
        "p_small": found.p_skewness_small,
        "kurtosis": found.kurtosis,
        "p_kurt": found.p_kurtosis,
    }
    for name, value in numbers.items():
        yield Actual((name,), value)
    for i, value in enumerate(found.distances):
        for name in ("d_first20", "d"):
            yield Actual((name, i), float(value))


def vss(case: Case) -> Iterator[Actual]:
    """psych::vss; of correlated factors it leaves the correlations out of what is reproduced."""
    names, R, n = correlations_of(case)
    theirs = case.values["vss1"]
    most = len(theirs)
    partials = average_partials(R, min(most, len(R) - 1)).squared
    for i, value in enumerate(partials[1:]):
        yield Actual(("map", i), float(value))
    asked = str(case.argument("rotate", "rotation", default="varimax"))
    rotation, kaiser = ROTATIONS.get(asked, (asked, None))
    method = {"ml": "ml", "pa": "pa"}.get(str(case.argument("fm", default="minres")), "minres")
    for m in range(1, most + 1):
        if factor_df(len(R), m) < 0:
            yield Actual((), None, note=NOT_IDENTIFIED)
            continue
        found = fit_of(R, names, n, m, method, "none" if m == 1 else rotation, kaiser=kaiser)
        fit, L = found.fit_indices, found.loadings.to_numpy()
        i = m - 1
        numbers = {
            "dof": "df",
            "chisq": "chi2",
            "prob": "p",
            "RMSEA": "rmsea",
            "BIC": "bic",
            "SABIC": "sabic",
            "eChisq": "empirical_chi2",
            "SRMR": "rmsr",
            "eRMS": "rmsr",
            "eCRMS": "rmsr_corrected",
            "eBIC": "ebic",
        }
        peer = float(case.values["stats"]["columns"]["eChisq"][i])
        extracted = (-float(fit["empirical_chi2"]), -peer)
        if method == "ml":
            # of maximum likelihood the chi-square is what is made small
            extracted = (-float(fit["chi2"]), -float(case.values["stats"]["columns"]["chisq"][i]))
        if found.heywood:
            yield Actual((), None, note=HEYWOOD)
            continue
        another = extracted[0] - extracted[1] > 1e-3 * abs(extracted[1])
        reach = ANOTHER_OPTIMUM if another else EARLY_STOP * max(1.0, float(fit["chi2"]))
        small = ANOTHER_OPTIMUM if another else VARIMAX_STOP
        for name, own in numbers.items():
            yield Actual(("stats", name, i), float(fit[own]), extracted, reach=reach)
        total = float(np.square(R).sum())
        left = float(np.square(R - L @ L.T).sum())
        yield Actual(("stats", "sqresid", i), left, extracted, reach=small)
        yield Actual(("stats", "fit", i), 1.0 - left / total, extracted, reach=small)
        turned = extracted
        if m > 1 and rotation == "varimax":
            turned = deciding(extracted, varimax_before_promax(found.unrotated.to_numpy()))
        yield Actual(("stats", "complex", i), float(found.complexity.mean()), turned, reach=small)
        simple = very_simple_structure(R, L)
        for c, value in enumerate(simple, start=1):
            yield Actual(("stats", f"cfit.{c}", i), float(value), turned, reach=small)
            squares = total * (1.0 - float(value))
            yield Actual(("stats", f"cresidual.{c}", i), squares, turned, reach=small)
            if c <= 2:
                yield Actual((f"vss{c}", i), float(value), turned, reach=small)
        if m == 1:
            yield Actual(("vss2", 0), 0.0)

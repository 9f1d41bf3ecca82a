"""psych::fa and stats::factanal, against :func:`propsych.efa`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import propsych as pp
from propsych.errors import PropsychWarning
from propsych.kernels.efa import LEAST_UNIQUENESS, residual_sum_of_squares
from propsych.kernels.rotation import Rotation, best_rotation, gradient_length
from propsych.kernels.rotation_criteria import varimax
from propsych.kernels.rotation_named import Settings, named_rotation, settings_of
from propsych.properties.structure.exploratory import EFA
from tests.conformance.adapters.matrices import answers_of, matrix_of, persons_behind
from tests.conformance.adapters.objectives import Objective, aligned, deciding, judged, least_squares
from tests.conformance.adapters.psych_polychoric import default_polychoric
from tests.conformance.compare import EARLY_STOP, Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

STARTS = 10
ROTATIONS = {
    "Varimax": ("varimax", False),
    "varimax": ("varimax", True),
    "Promax": ("promax", False),
    "promax": ("promax", True),
    "TargetT": ("targetT", False),
    "TargetQ": ("targetQ", False),
}
"""Rotations whose name or normalisation differs between R and propsych."""
ANOTHER_OPTIMUM = float("inf")
VARIMAX_STOP = 0.05
"""R's varimax stops when a step adds less than 1e-5 of what it makes large, which can be much too early."""
AXIS_STOP = 0.1
"""psych's principal axis stops when a step moves the sum of communalities by less than .001, and each step
only goes a small part of the way that is left."""
SEARCHES = (
    "the peer's searches stop early: psych's at 1e-5 (L-BFGS-B, GPArotation, varimax), principal axis at .001"
    " of the sum of communalities, polychoric correlations near 1e-4. The objective printed is minus n times"
    " the squared residuals (of maximum likelihood minus n times the discrepancy), or minus the rotation"
    " criterion of the peer's own extraction; where both are the same to 1e-8, minus the length of the slope"
)


class Peer(NamedTuple):
    """The peer's solution: loadings (k, m), factor correlations, uniquenesses."""

    L: Floats
    phi: Floats
    psi: Floats

    @property
    def unrotated(self) -> Floats:
        """Loadings of uncorrelated factors that reproduce the same correlations."""
        return np.asarray(self.L @ np.linalg.cholesky((self.phi + self.phi.T) / 2.0))


def table_of(entry: Any) -> Floats | None:
    """Return a matrix of a case."""
    if not isinstance(entry, dict) or "values" not in entry:
        return None
    rows = len(entry["values"])
    return np.array(entry["values"], dtype=float).reshape(rows, -1)


def correlations_of(case: Case) -> tuple[tuple[str, ...], Floats, int]:
    """Return names, correlations and persons as psych takes them."""
    kind = str(case.argument("cor", default="cor"))
    if kind.startswith("poly") or kind.startswith("tet"):
        frame = answers_of(case)
        correct = float(case.argument("correct", default=0.5))
        return tuple(map(str, frame.columns)), default_polychoric(frame, correct).R, len(frame)
    data = matrix_of(case)
    return data.names, data.standardised if data.values is None else data.matrix, persons_behind(case, data)


def fit_of(
    R: Floats, names: tuple[str, ...], n: int, m: int, method: str, rotation: str, **options: Any
) -> EFA:
    """Return our solution of correlations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        return pp.efa(
            pd.DataFrame(R, index=list(names), columns=list(names)),
            m,
            method=method,  # type: ignore[arg-type]
            rotation=rotation,
            n_persons=n,
            n_starts=STARTS,
            **options,
        )


def extraction_objective(R: Floats, ours: Floats, theirs: Peer, n: int, method: str) -> Objective:
    """Compare extractions by what the method makes small."""
    common = theirs.unrotated
    if method == "ml":
        value = -n * _discrepancy(R, ours, None), -n * _discrepancy(R, common, theirs.psi)
        return judged(value, (_ml_slope(R, ours), _ml_slope(R, common)))
    a, b = least_squares(R, ours, n), least_squares(R, common, n)
    if method == "pa":
        # principal axis has no least uniqueness
        a, b = (-2.0 * n * residual_sum_of_squares(R, x) for x in (ours, common))
    return judged((a, b), (_uls_slope(R, ours), _uls_slope(R, common)))


def _discrepancy(R: Floats, L: Floats, psi: Floats | None) -> float:
    unique = np.maximum(1.0 - np.square(L).sum(axis=1) if psi is None else psi, LEAST_UNIQUENESS)
    ratio = np.linalg.solve(L @ L.T + np.diag(unique), R)
    return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(R))


def _uls_slope(R: Floats, L: Floats) -> float:
    psi = np.maximum(1.0 - np.square(L).sum(axis=1), LEAST_UNIQUENESS)
    roots, vectors = np.linalg.eigh(R - np.diag(psi))
    m = L.shape[1]
    slope = -(np.square(vectors[:, :-m]) * roots[:-m]).sum(axis=1)
    return float(np.linalg.norm(np.where((psi <= LEAST_UNIQUENESS) & (slope > 0.0), 0.0, slope)))


def _ml_slope(R: Floats, L: Floats) -> float:
    psi = np.maximum(1.0 - np.square(L).sum(axis=1), LEAST_UNIQUENESS)
    scale = 1.0 / np.sqrt(psi)
    roots, vectors = np.linalg.eigh(R * np.outer(scale, scale))
    m = L.shape[1]
    slope = (np.square(vectors[:, :-m]) * (1.0 - roots[:-m])).sum(axis=1)
    return float(np.linalg.norm(np.where((psi <= LEAST_UNIQUENESS) & (slope > 0.0), 0.0, slope)))


class RotationCheck(NamedTuple):
    """The two rotations of the peer's own extraction, and how far one may be from the other."""

    objective: Objective | None
    reach: float


def rotation_check(
    theirs: Peer, settings: Settings, ours: Rotation | None = None, unrotated: Floats | None = None
) -> RotationCheck:
    """Compare our rotation of the peer's own extraction, or of the loadings it was given, with the peer's."""
    A = theirs.unrotated if unrotated is None else unrotated
    if A.shape[1] == 1:
        return RotationCheck(None, EARLY_STOP)
    if settings.criterion is None:
        return RotationCheck(varimax_before_promax(A), VARIMAX_STOP)
    length = np.sqrt(np.square(A).sum(axis=1, keepdims=True)) if settings.kaiser else np.ones((len(A), 1))
    found = named_rotation(A, settings, n_starts=STARTS) if ours is None else ours
    value = -float(found.criterion), -float(settings.criterion(theirs.L / length)[0])
    T = (np.linalg.pinv(theirs.L) @ A).T
    slopes = (
        gradient_length(A / length, found.transformation, settings.criterion, oblique=settings.oblique),
        gradient_length(A / length, T, settings.criterion, oblique=settings.oblique),
    )
    another = value[0] - value[1] > 1e-4
    reach = VARIMAX_STOP if settings.criterion is varimax else EARLY_STOP
    return RotationCheck(judged(value, slopes), ANOTHER_OPTIMUM if another else reach)


def varimax_before_promax(A: Floats) -> Objective:
    """Compare varimax as it stands in promax: ours, and one that stops as R's does."""
    scaled = A / np.sqrt(np.square(A).sum(axis=1, keepdims=True))
    found = best_rotation(scaled, varimax, oblique=False, n_starts=STARTS)
    T, reached = np.eye(A.shape[1]), 0.0
    for _ in range(1000):
        u, d, v = np.linalg.svd(scaled.T @ -varimax(scaled @ T)[1])
        T = u @ v
        if d.sum() < reached * (1.0 + 1e-5):
            break
        reached = float(d.sum())
    value = -float(found.criterion), -float(varimax(scaled @ T)[0])
    slopes = (
        gradient_length(scaled, found.transformation, varimax, oblique=False),
        gradient_length(scaled, T, varimax, oblique=False),
    )
    return judged(value, slopes)


def fa(case: Case) -> Iterator[Actual]:
    """psych::fa."""
    values = case.values
    names, R, n = correlations_of(case)
    L = table_of(values["loadings"])
    if L is None:
        return
    m = L.shape[1]
    phi = table_of(values.get("Phi"))
    theirs = Peer(L, np.eye(m) if phi is None else phi, 1.0 - _named(values["communality"]))
    method = {"ml": "ml", "pa": "pa"}.get(str(case.argument("fm", default="minres")), "minres")
    asked = str(case.argument("rotate", "rotation", default="oblimin"))
    rotation, kaiser = ROTATIONS.get(asked, (asked, None))
    options: dict[str, Any] = {"kaiser": kaiser}
    found = fit_of(R, names, n, m, method, rotation, **options)
    extracted = extraction_objective(R, found.unrotated.to_numpy(), theirs, n, method)
    check = RotationCheck(None, EARLY_STOP)
    if rotation != "none" and m > 1:
        check = rotation_check(theirs, settings_of(rotation, (len(R), m), kaiser=kaiser))
    both = extracted if check.objective is None else deciding(extracted, check.objective)
    least = AXIS_STOP if method == "pa" else EARLY_STOP
    yield Actual((), None, note=SEARCHES)
    yield from _rotated_numbers(values, found, theirs.L, both, max(check.reach, least))
    yield from _common_numbers(found, extracted, R, least)
    # of missing answers psych weighs each squared residual by the persons behind its pair
    chi = float((np.square(found.residuals.to_numpy()) * _persons_of_pairs(case, n, len(R))).sum())
    yield Actual(("chi",), chi, extracted, reach=least)


def _persons_of_pairs(case: Case, n: int, k: int) -> Floats:
    """Return the persons behind each correlation, 0 in the diagonal."""
    data = matrix_of(case)
    pairs = np.full((k, k), float(n))
    if data.values is not None and np.isnan(data.values).any():
        present = (~np.isnan(data.values)).astype(float)
        pairs = present.T @ present
    np.fill_diagonal(pairs, 0.0)
    return pairs


def _named(entry: Any) -> Floats:
    return np.array(list(entry.values()) if isinstance(entry, dict) else entry, dtype=float)


def _rotated_numbers(
    values: Any, found: EFA, theirs: Floats, objective: Objective, reach: float
) -> Iterator[Actual]:
    ours = found.loadings.to_numpy()
    order, sign = aligned(ours, theirs)
    L = ours[:, order] * sign
    phi = found.factor_correlations.to_numpy()[np.ix_(order, order)] * np.outer(sign, sign)
    factors = values["loadings"]["cols"]
    factors = [factors] if isinstance(factors, str) else factors

    def each(name: str, table: Floats) -> Iterator[Actual]:
        for i, row in enumerate(table):
            for label, value in zip(factors, row, strict=True):
                yield Actual((name, i, label), float(value), objective, reach=reach)

    yield from each("loadings", L)
    yield from each("Phi", phi)
    yield from each("Structure", L @ phi)
    for item, value in found.complexity.items():
        yield Actual(("complexity", str(item)), float(value), objective, reach=reach)
    yield from each("Vaccounted", _variance(found, order, ours.shape[1]))
    # a smoothed matrix has no determinacy worth a number
    definite = np.linalg.eigvalsh(found.correlations.to_numpy())[0] > 1e-8
    for f, value in enumerate(found.determinacy.to_numpy()[order] if definite else ()):
        for path in (("R2_scores", f), ("R2_scores",)):
            yield Actual(path, float(value), objective, reach=reach)


def _variance(found: EFA, order: list[int], m: int) -> Floats:
    """Return psych's table: cumulative shares in the order of its factors; of one factor two rows."""
    sums, share, _, common, _ = found.variance_accounted.to_numpy()[:, order]
    if m == 1:
        return np.stack([sums, share])
    return np.stack([sums, share, np.cumsum(share), common, np.cumsum(common)])


def _common_numbers(found: EFA, objective: Objective, R: Floats, reach: float) -> Iterator[Actual]:
    """Yield what extraction alone decides."""
    for item, value in found.communalities.items():
        yield Actual(("communality", str(item)), float(value), objective, reach=reach)
        yield Actual(("uniquenesses", str(item)), float(1.0 - value), objective, reach=reach)
    for i, value in enumerate(np.linalg.eigvalsh(R)[::-1]):
        yield Actual(("e_values", i), float(value))
    fit = found.fit_indices
    chi2 = float(fit["chi2"])
    names = {
        "STATISTIC": "chi2",
        "RMSEA": "rmsea",
        "TLI": "tli",
        "rms": "rmsr",
        "crms": "rmsr_corrected",
        "objective": "objective",
        "fit": "explained",
        "fit_off": "explained_off_diagonal",
    }
    for theirs, ours in names.items():
        yield Actual((theirs,), float(fit[ours]), objective, reach=reach)
    yield Actual(("PVAL",), float(fit["p"]), objective, reach=reach)
    yield Actual(("dof",), float(fit["df"]))
    yield Actual(("null_chisq",), float(fit["null_chi2"]))
    yield Actual(("null_dof",), float(fit["null_df"]))
    yield Actual(("criteria", "objective"), float(fit["objective"]), objective)
    ends = {"RMSEA": "rmsea", "lower": "rmsea_lower", "upper": "rmsea_upper"}
    for part, name in ends.items():
        yield Actual(("RMSEA", part), float(fit[name]), objective)
    yield Actual(("RMSEA", "confidence"), 0.90)
    # a chi-square less a constant: what is small of the one is not of the other
    for theirs, ours in (("BIC", "bic"), ("SABIC", "sabic")):
        yield Actual((theirs,), float(fit[ours]), objective, reach=reach * max(1.0, chi2))

r"""Covariances of parameters that presume no normality, and scaled tests.

* robust.sem (MLM, ULS): :math:`E^{-1} \Delta' W \Gamma W \Delta E^{-1} / n` (Satorra & Bentler 1994).
* robust.huber.white (MLR): :math:`A^{-1} B A^{-1} / n` with A the observed information and B the mean product
  of scores (Yuan & Bentler 2000, doi:10.1111/0081-1750.00078).
* The Satorra-Bentler factor is :math:`tr(U \Gamma) / df`; the factor of MLR is the difference of
  :math:`tr(B_1 A_1^{-1})` of the unrestricted model and :math:`tr(B_0 A_0^{-1})` of the model, divided by df
  (Asparouhov & Muthen 2005, as Mplus and lavaan have it).

No matrix as large as the number of moments squared is formed for complete data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.casewise import complete_scores, pattern_scores, quadratic_trace
from propsych.kernels.sem.fiml import saturated_curvature, saturated_directions
from propsych.kernels.sem.model import Model, collected, directions, fill, implied
from propsych.kernels.sem.normal import inverse_and_log_det

if TYPE_CHECKING:
    from propsych.kernels.sem.estimate import Unrestricted

__all__ = ["Scaling", "parameter_covariance", "person_scores", "saturated_trace", "scaling_of"]

Floats = NDArray[np.float64]


class Scaling(NamedTuple):
    """The factor by which a chi-square is divided, and its trace (factor times df).

    `restricted` and `unrestricted` are the traces of the model and of the unrestricted model divided by their
    parameters, for MLR (NaN else): differences of tests need them.
    """

    factor: float
    trace: float
    restricted: float
    unrestricted: float


def inverse(matrix: Floats) -> Floats:
    """Return the inverse of a symmetric matrix, in units of its diagonal; the pseudo-inverse if singular."""
    scale = np.sqrt(np.maximum(np.abs(np.diag(matrix)), 1e-300))
    scaled = matrix / np.outer(scale, scale)
    try:
        found = np.linalg.inv(scaled)
    except np.linalg.LinAlgError:
        found = np.linalg.pinv(scaled, hermitian=True)
    return np.asarray(0.5 * (found + found.T) / np.outer(scale, scale))


def parameter_covariance(
    model: Model, data: Unrestricted, estimator: str, parameters: Floats, information: Floats
) -> Floats:
    """Return the covariance of the parameters, (p, p); `information` is that of one person."""
    bread = inverse(information)
    if estimator == "ML":
        return bread / data.n
    return bread @ _meat(model, data, estimator, parameters) @ bread / data.n


def person_scores(model: Model, data: Unrestricted, estimator: str, parameters: Floats, g: int) -> Floats:
    """Return the scores (n, p) of the persons of group `g`, centred unless MLR models means."""
    group = model.groups[g]
    matrices = fill(group, parameters)
    mean, sigma = implied(matrices)
    found = directions(group, matrices)
    if data.patterns is not None:
        scores = pattern_scores(found, data.patterns[g], mean, sigma)
        return collected(scores, group, model.n_parameters)
    values = data.values[g]
    own = model.means and estimator == "MLR"
    deviations = values - (mean if own else values.mean(axis=0))
    if estimator == "ULS":
        V = np.eye(len(sigma))
    else:
        solved = inverse_and_log_det(sigma)
        V = np.full_like(sigma, np.nan) if solved is None else solved[0]
    scores = complete_scores(found, deviations, V, model.means)
    if own:
        expected = np.einsum("iq,iq->q", found.left, V @ found.right) * found.weight
        scores = scores - expected
    else:
        scores = scores - scores.mean(axis=0)
    return collected(scores, group, model.n_parameters)


def _meat(model: Model, data: Unrestricted, estimator: str, parameters: Floats) -> Floats:
    total = np.zeros((model.n_parameters,) * 2)
    for g in range(len(model.groups)):
        scores = person_scores(model, data, estimator, parameters, g)
        total += scores.T @ scores
    return total / data.n


def scaling_of(
    model: Model, data: Unrestricted, estimator: str, parameters: Floats, information: Floats, df: int
) -> Scaling:
    """Return the scaling factor of the test of a model; NaN without degrees of freedom."""
    meat = _meat(model, data, estimator, parameters)
    own = float(np.trace(inverse(information) @ meat))
    nan = float("nan")
    if estimator == "MLR":
        whole = saturated_trace(data, model.means)
        trace = whole - own
        moments = model.n_parameters + df
        factor = trace / df if df > 0 else nan
        return Scaling(factor, trace, own / model.n_parameters, whole / moments)
    whole = 0.0
    for group, values in zip(model.groups, data.values, strict=True):
        _, sigma = implied(fill(group, parameters))
        solved = (np.eye(len(sigma)), 0.0) if estimator == "ULS" else inverse_and_log_det(sigma)
        if solved is None:
            return Scaling(nan, nan, nan, nan)
        whole += quadratic_trace(values - values.mean(axis=0), solved[0], model.means)
    trace = whole - own
    return Scaling(trace / df if df > 0 else nan, trace, nan, nan)


def saturated_trace(data: Unrestricted, means: bool) -> float:
    """Return tr(B A^-1) of the unrestricted model, summed over groups."""
    total = 0.0
    for g, sample in enumerate(data.moments):
        if data.patterns is None:
            solved = inverse_and_log_det(sample.covariance)
            if solved is None:
                return float("nan")
            total += quadratic_trace(data.values[g] - sample.mean, solved[0], means)
            continue
        A = saturated_curvature(data.patterns[g], sample)
        found = saturated_directions(len(sample.mean))
        scores = pattern_scores(found, data.patterns[g], sample.mean, sample.covariance)
        total += float(np.trace(inverse(A) @ (scores.T @ scores))) / sample.n
    return total

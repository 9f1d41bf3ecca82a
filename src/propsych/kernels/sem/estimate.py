"""One fit from data to parameters, their covariance and the test: ML, robust ML, ULS; complete or FIML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.fiml import (
    LOG_TWO_PI,
    Patterns,
    fiml_derivatives,
    missing_patterns,
    saturated_moments,
)
from propsych.kernels.sem.model import NU, THETA, Entries, Group, Matrices, Model, fill, implied
from propsych.kernels.sem.normal import (
    Derivatives,
    Moments,
    inverse_and_log_det,
    moments_of,
    normal_derivatives,
    uls_derivatives,
)
from propsych.kernels.sem.robust import Scaling, parameter_covariance, scaling_of
from propsych.kernels.sem.search import Search, minimise
from propsych.kernels.sem.start import starting_values

__all__ = [
    "Estimation",
    "Estimator",
    "Unrestricted",
    "baseline_model",
    "baseline_parameters",
    "estimate",
    "evaluate",
    "fit_function",
    "implied_moments",
    "unrestricted",
]

Floats = NDArray[np.float64]
Estimator = Literal["ML", "MLR", "MLM", "ULS"]
SINGULAR = 1e-9
"""Smallest eigenvalue of the scaled information below which parameters are ill-determined."""


class Unrestricted(NamedTuple):
    """What the data say without a model.

    Attributes
    ----------
    values : tuple of ndarray, shape (n, k)
        Answers of each group, NaN where missing.
    moments : tuple of Moments
        Maximum likelihood means and covariances (with ULS: divisor n - 1).
    patterns : tuple of Patterns, or None
        Answers by missing pattern, for full-information ML.
    log_likelihood : float
        NaN for ULS.
    converged : bool
        Of the EM algorithm.
    """

    values: tuple[Floats, ...]
    moments: tuple[Moments, ...]
    patterns: tuple[Patterns, ...] | None
    log_likelihood: float
    converged: bool

    @property
    def n(self) -> int:
        """Persons in all groups."""
        return sum(one.n for one in self.moments)


class Estimation(NamedTuple):
    """A fitted model.

    Attributes
    ----------
    parameters : ndarray of float, shape (p,)
    covariance : ndarray of float, shape (p, p)
        Of the parameters; standard errors are the roots of its diagonal.
    chi2 : float
    df : int
    log_likelihood : float
        NaN for ULS.
    fit : float
        Half the fit function, as lavaan's fmin.
    scaling : Scaling or None
        Of the robust test.
    search : Search or None
        How the search ended; None where the optimum has a closed form.
    determined : bool
        False where the information is singular but for rounding.
    """

    parameters: Floats
    covariance: Floats
    chi2: float
    df: int
    log_likelihood: float
    fit: float
    scaling: Scaling | None
    search: Search | None
    determined: bool


def unrestricted(values: Sequence[Floats], estimator: Estimator, fiml: bool = False) -> Unrestricted:
    """Return the unrestricted moments of each group's answers (n, k); complete unless `fiml`."""
    groups = tuple(values)
    if fiml:
        patterns = tuple(missing_patterns(one) for one in groups)
        found = [saturated_moments(one) for one in patterns]
        total = -0.5 * sum(one.minus_two_log_likelihood for one in found)
        moments = tuple(one.moments for one in found)
        return Unrestricted(groups, moments, patterns, total, all(one.converged for one in found))
    moments = tuple(moments_of(one) for one in groups)
    if estimator == "ULS":
        moments = tuple(m._replace(covariance=m.covariance * (m.n / (m.n - 1.0))) for m in moments)
        return Unrestricted(groups, moments, None, float("nan"), True)
    total = 0.0
    for one in moments:
        solved = inverse_and_log_det(one.covariance)
        log_det = solved[1] if solved is not None else -np.inf
        total -= 0.5 * one.n * (len(one.mean) * (LOG_TWO_PI + 1.0) + log_det)
    return Unrestricted(groups, moments, None, total, True)


def fit_function(
    model: Model, data: Unrestricted, estimator: Estimator, parameters: Floats, observed: bool = False
) -> Derivatives:
    """Return the value, gradient and information or curvature of the estimator's fit function."""
    if data.patterns is not None:
        return fiml_derivatives(model, data.patterns, parameters, observed)
    if estimator == "ULS":
        return uls_derivatives(model, data.moments, parameters, observed)
    return normal_derivatives(model, data.moments, parameters, observed)


def estimate(
    model: Model, data: Unrestricted, estimator: Estimator = "ML", start: Floats | None = None
) -> Estimation:
    """Fit a model.

    Parameters
    ----------
    model : Model
    data : Unrestricted
    estimator : {"ML", "MLR", "MLM", "ULS"}
    start : ndarray of float, shape (p,), optional
        NaN where the start is to be chosen.

    Notes
    -----
    Full-information ML begins at the parameters that fit the unrestricted moments best.
    """
    begin = starting_values(model, data.moments)
    if start is not None:
        begin = np.where(np.isnan(start), begin, start)
    if data.patterns is not None:
        complete = data._replace(patterns=None)
        near = minimise(lambda x, o: fit_function(model, complete, "ML", x, o), begin)
        begin = near.x if np.isfinite(near.value) else begin
    search = minimise(lambda x, o: fit_function(model, data, estimator, x, o), begin)
    return evaluate(model, data, estimator, search.x, search)


def evaluate(
    model: Model, data: Unrestricted, estimator: Estimator, parameters: Floats, search: Search | None = None
) -> Estimation:
    """Return the fit of a model at given parameters: its test, and the parameters' covariance."""
    k = len(data.moments[0].mean)
    df = len(model.groups) * (k * (k + 1) // 2 + (k if model.means else 0)) - model.n_parameters
    value = fit_function(model, data, estimator, parameters)[0]
    n = data.n
    if data.patterns is not None:
        log_likelihood = -0.5 * n * value
        chi2 = 2.0 * (data.log_likelihood - log_likelihood)
    elif estimator == "ULS":
        log_likelihood = float("nan")
        chi2 = _least_squares_chi2(model, data, parameters)
    else:
        chi2 = n * value
        log_likelihood = data.log_likelihood - 0.5 * chi2
    observed = data.patterns is not None or estimator == "MLR"
    information = 0.5 * fit_function(model, data, estimator, parameters, observed)[2]
    usable = bool(np.isfinite(value))
    determined = usable and _determined(information)
    covariance = np.full((len(parameters),) * 2, np.nan)
    scaling = None
    if usable:
        covariance = parameter_covariance(model, data, estimator, parameters, information)
        if estimator != "ML":
            scaling = scaling_of(model, data, estimator, parameters, information, df)
    return Estimation(
        parameters,
        covariance,
        max(chi2, 0.0) if df else 0.0,
        df,
        log_likelihood,
        0.5 * chi2 / n,
        scaling,
        search,
        determined,
    )


def _least_squares_chi2(model: Model, data: Unrestricted, parameters: Floats) -> float:
    total = 0.0
    for group, sample in zip(model.groups, data.moments, strict=True):
        one = Model((group,), model.n_parameters, model.means)
        total += (sample.n - 1) * uls_derivatives(one, [sample], parameters)[0]
    return total


def _determined(information: Floats) -> bool:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    return bool(np.linalg.eigvalsh(information / np.outer(scale, scale))[0] > SINGULAR)


def baseline_model(k: int, n_groups: int, means: bool) -> Model:
    """Return the model in which variables have variances (and means) of their own and do not covary."""
    groups, at = [], 0
    for _ in range(n_groups):
        codes = np.repeat([THETA, NU] if means else [THETA], k)
        rows = np.tile(np.arange(k), 2 if means else 1)
        columns = np.where(codes == THETA, rows, 0)
        entries = Entries(codes, rows, columns, np.arange(at, at + len(codes)))
        fixed = Matrices(
            np.zeros((k, 0)), np.zeros((k, k)), np.zeros((0, 0)), np.zeros((0, 0)), np.zeros(k), np.zeros(0)
        )
        groups.append(Group(fixed, entries))
        at += len(codes)
    return Model(tuple(groups), at, means)


def baseline_parameters(data: Unrestricted, means: bool) -> Floats:
    """Return where the baseline model fits best: each variable's own variance and mean."""
    parts = []
    for g, sample in enumerate(data.moments):
        mean, variance = sample.mean, np.diag(sample.covariance)
        if data.patterns is not None:
            values = data.values[g]
            mean, variance = np.nanmean(values, axis=0), np.nanvar(values, axis=0)
        parts.append(np.concatenate([variance, mean]) if means else variance)
    return np.concatenate(parts)


def implied_moments(model: Model, parameters: Floats) -> list[tuple[Floats, Floats]]:
    """Return the implied means and covariances of each group."""
    return [implied(fill(group, parameters)) for group in model.groups]

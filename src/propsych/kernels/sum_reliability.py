"""Reliability of the unit-weighted sum of one factor's items, and what each person adds to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.categorical_omega import sum_score_reliability

__all__ = [
    "Coefficient",
    "SumParts",
    "categorical_omega",
    "contributions",
    "omega_by_implied",
    "omega_by_observed",
    "parts_influence",
    "variance_extracted",
]

Floats = NDArray[np.float64]
STEP = 1e-5
"""Step of the central differences: parameters are of the size of 1 or of the items' scores."""


class SumParts(NamedTuple):
    """What the reliability of a sum of k items depends on.

    Attributes
    ----------
    loadings, theta : ndarray of float, shape (k,)
        Loadings on the factor, and residual variances.
    observed : ndarray of float, shape (k, k)
        Observed covariances or correlations.
    thresholds : ndarray of float, shape (k, C - 1)
        Of ordered items; (k, 0) otherwise.
    """

    loadings: Floats
    theta: Floats
    observed: Floats
    thresholds: Floats


Coefficient = Callable[[SumParts], float]


def omega_by_observed(parts: SumParts) -> float:
    """Return the factor's share of the sum's observed variance."""
    return float(parts.loadings.sum() ** 2 / parts.observed.sum())


def omega_by_implied(parts: SumParts) -> float:
    """Return the factor's share of the variance of the sum that the model implies."""
    true = parts.loadings.sum() ** 2
    return float(true / (true + parts.theta.sum()))


def variance_extracted(parts: SumParts) -> float:
    """Return the factor's share of the items' variances: average variance extracted."""
    explained = np.square(parts.loadings).sum()
    return float(explained / (explained + parts.theta.sum()))


def categorical_omega(scores: Floats) -> Coefficient:
    """Return the coefficient of Green and Yang for items with these category scores, shape (k, C)."""

    def coefficient(parts: SumParts) -> float:
        common = np.outer(parts.loadings, parts.loadings)
        return sum_score_reliability(parts.thresholds, common, parts.observed, scores)

    return coefficient


def parts_influence(
    influence: Mapping[str, Floats], own: NDArray[np.bool_], loadings: NDArray[np.intp]
) -> dict[str, Floats]:
    """Return what each person adds to each field of `SumParts`, shape (n, entries of the field).

    Parameters
    ----------
    influence : mapping
        As in :class:`propsych.kernels.factor_model.FactorModel`.
    own : ndarray of bool, shape (k,)
        Items of the factor.
    loadings : ndarray of int
        Positions of their loadings among the parameters.
    """
    k, parameters = len(own), influence["parameters"]
    n = len(parameters)
    pieces = {"loadings": parameters[:, loadings]}
    if "deviations" in influence:
        pieces["theta"] = parameters[:, parameters.shape[1] - k :][:, own]
        d = influence["deviations"][:, own]
        products = d[:, :, None] * d[:, None, :]
        pieces["observed"] = (products - products.mean(axis=0)).reshape(n, -1)
        return pieces
    square = np.zeros((n, k, k))
    first, second = np.triu_indices(k, 1)
    square[:, first, second] = square[:, second, first] = influence["correlations"]
    pieces["observed"] = square[:, own][:, :, own].reshape(n, -1)
    pieces["thresholds"] = influence["thresholds"][:, own].reshape(n, -1)
    return pieces


def contributions(parts: SumParts, coefficient: Coefficient, influence: Mapping[str, Floats]) -> Floats:
    """Return what each person adds to a coefficient, shape (n,), by the chain rule."""
    pieces = [added @ _gradient(parts, coefficient, field) for field, added in influence.items()]
    return np.asarray(np.sum(pieces, axis=0))


def _gradient(parts: SumParts, coefficient: Coefficient, field: str) -> Floats:
    """Return the slope of the coefficient in each entry of one field; 0 for an infinite threshold."""
    entries = getattr(parts, field)
    slopes = np.zeros(entries.size)
    for i in np.flatnonzero(np.isfinite(entries.ravel())):
        sides = []
        for step in (STEP, -STEP):
            moved = entries.copy()
            moved.ravel()[i] += step
            sides.append(coefficient(parts._replace(**{field: moved})))
        slopes[i] = (sides[0] - sides[1]) / (2.0 * STEP)
    return slopes

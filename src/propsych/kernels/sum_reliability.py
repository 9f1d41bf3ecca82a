"""Reliability of the unit-weighted sum of one factor's items, and what each person adds to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.categorical_omega import (
    observed_covariances,
    sum_score_reliability,
    sum_score_slopes,
)
from propsych.kernels.cfa_left_out import SMALL

__all__ = [
    "CategoricalOmega",
    "Coefficient",
    "SumParts",
    "omega_by_implied",
    "omega_by_observed",
    "parts_influence",
    "variance_extracted",
    "without_each",
]

Floats = NDArray[np.float64]


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


Coefficient = Callable[[SumParts], Floats]
"""From parts, possibly in stacks with leading axes, to numbers."""


def omega_by_observed(parts: SumParts) -> Floats:
    """Return the factor's share of the sum's observed variance."""
    return np.asarray(np.square(parts.loadings.sum(axis=-1)) / parts.observed.sum(axis=(-2, -1)))


def omega_by_implied(parts: SumParts) -> Floats:
    """Return the factor's share of the variance of the sum that the model implies."""
    true = np.square(parts.loadings.sum(axis=-1))
    return np.asarray(true / (true + parts.theta.sum(axis=-1)))


def variance_extracted(parts: SumParts) -> Floats:
    """Return the factor's share of the items' variances: average variance extracted."""
    explained = np.square(parts.loadings).sum(axis=-1)
    return np.asarray(explained / (explained + parts.theta.sum(axis=-1)))


@dataclass(frozen=True)
class CategoricalOmega:
    """The coefficient of Green and Yang for items with category scores (k, C)."""

    scores: Floats

    def __call__(self, parts: SumParts) -> Floats:
        """Return the share of the observed sum score's variance."""
        common = parts.loadings[..., :, None] * parts.loadings[..., None, :]
        return np.asarray(sum_score_reliability(parts.thresholds, common, parts.observed, self.scores))

    def slopes(self, parts: SumParts) -> dict[str, Floats]:
        """Return the slopes in loadings, observed correlations and thresholds, flat."""
        common = np.outer(parts.loadings, parts.loadings)
        value = float(self(parts))
        total = observed_covariances(parts.thresholds, parts.observed, self.scores).sum()
        above = sum_score_slopes(parts.thresholds, common, self.scores)
        below = sum_score_slopes(parts.thresholds, parts.observed, self.scores)
        return {
            "loadings": 2.0 * above.covariances @ parts.loadings / total,
            "observed": (-value * below.covariances / total).ravel(),
            "thresholds": ((above.thresholds - value * below.thresholds) / total).ravel(),
        }


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
        # n - 1 times what a person takes away, the mean that moves along included
        pieces["observed"] = (products * (n / (n - 1.0)) - products.mean(axis=0)).reshape(n, -1)
        return pieces
    square = np.zeros((n, k, k))
    first, second = np.triu_indices(k, 1)
    square[:, first, second] = square[:, second, first] = influence["left_out_correlations"]
    pieces["observed"] = square[:, own][:, :, own].reshape(n, -1)
    pieces["thresholds"] = influence["thresholds"][:, own].reshape(n, -1)
    return pieces


def without_each(parts: SumParts, coefficient: Coefficient, influence: Mapping[str, Floats]) -> Floats:
    """Return a coefficient without each person, shape (n,).

    The parameters move by what the person added; the coefficient is then taken at them, so that its own
    curvature counts. In large samples of ordered answers its slopes are taken instead, which is much faster.
    """
    n = len(influence["loadings"])
    if isinstance(coefficient, CategoricalOmega) and n * parts.observed.size > SMALL:
        slopes = coefficient.slopes(parts)
        moved = [added @ slopes[field] for field, added in influence.items()]
        return np.asarray(float(coefficient(parts)) - np.sum(moved, axis=0) / (n - 1.0))
    fields = {
        field: getattr(parts, field) - added.reshape(n, *getattr(parts, field).shape) / (n - 1.0)
        for field, added in influence.items()
    }
    return coefficient(parts._replace(**fields))

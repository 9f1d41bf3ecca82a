"""A factor model fitted to answers, with what each person adds to its parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.cfa import CfaFit, Pattern, fit_dwls, fit_ml, theta_influence_dwls, theta_influence_ml
from propsych.kernels.polychoric import Polychoric, polychoric, polychoric_influence

__all__ = ["FactorModel", "observed_model", "ordered_model", "unidentified_pairs"]

Floats = NDArray[np.float64]


class FactorModel(NamedTuple):
    """A fit and its casewise influence.

    Attributes
    ----------
    fit : CfaFit
    observed : ndarray of float, shape (k, k)
        Covariances (divisor n) or polychoric correlations.
    influence : dict of str to ndarray
        ``"parameters"`` (n, p); ``"deviations"`` (n, k) of observed scores; ``"thresholds"`` (n, k, C - 1)
        and ``"correlations"`` (n, n_pairs) of ordered items.
    polychoric : Polychoric or None
        Of ordered items.
    """

    fit: CfaFit
    observed: Floats
    influence: dict[str, Floats]
    polychoric: Polychoric | None


def observed_model(values: Floats, pattern: Pattern) -> FactorModel:
    """Fit complete scores of shape (n, k) by maximum likelihood."""
    deviations = values - values.mean(axis=0)
    S = deviations.T @ deviations / len(values)
    fit = fit_ml(S, pattern)
    influence = {"parameters": theta_influence_ml(values, fit, pattern), "deviations": deviations}
    return FactorModel(fit, S, influence, None)


def ordered_model(positions: NDArray[np.int64], n_categories: int, pattern: Pattern) -> FactorModel:
    """Fit complete ordered answers by diagonally weighted least squares of their polychoric correlations.

    `positions` are in the order of the scores. Check :func:`unidentified_pairs` of the result's `polychoric`.
    """
    found = polychoric(positions, n_categories)
    tau, rho = polychoric_influence(positions, found)
    weights = np.zeros(found.R.shape)
    first, second = found.tables.first, found.tables.second
    with np.errstate(divide="ignore", invalid="ignore"):
        weights[first, second] = weights[second, first] = 1.0 / np.square(rho).mean(axis=0)
    usable = found.converged.all() and np.isfinite(rho).all() and np.isfinite(weights).all()
    if not usable:
        return _none(found, pattern, len(positions))
    fit = fit_dwls(found.R, weights, pattern)
    parameters = theta_influence_dwls(rho, weights, fit, pattern)
    influence = {"parameters": parameters, "thresholds": tau, "correlations": rho}
    return FactorModel(fit, found.R, influence, found)


def _none(found: Polychoric, pattern: Pattern, n: int) -> FactorModel:
    """Return a model that was not fitted, because a correlation is not identified by its table."""
    k, m = pattern.loadings.shape
    nan = np.full((k, m), np.nan)
    fit = CfaFit(nan, np.full((m, m), np.nan), np.full(k, np.nan), np.empty(0), float("nan"), 0, False, 0)
    empty = {"parameters": np.empty((n, 0))}
    return FactorModel(fit, found.R, empty, found)


def unidentified_pairs(found: Polychoric) -> list[tuple[int, int]]:
    """Return the pairs of items whose table does not identify a correlation."""
    lost = np.flatnonzero(~found.converged)
    return [(int(found.tables.first[p]), int(found.tables.second[p])) for p in lost]

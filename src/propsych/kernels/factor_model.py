"""A factor model fitted to answers, with what each person adds to its parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.cfa import CfaFit, Pattern, fit_dwls, fit_ml, theta_influence_dwls, theta_influence_ml
from propsych.kernels.cfa_left_out import SMALL, dwls_left_out, ml_left_out
from propsych.kernels.polychoric import Polychoric, polychoric, polychoric_influence
from propsych.kernels.polychoric_left_out import polychoric_left_out, thresholds_left_out

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
        What each person adds: n - 1 times what leaving the person out takes away, to first order in large
        samples. ``"parameters"`` (n, p); of ordered items also ``"thresholds"`` (n, k, C - 1) and
        ``"left_out_correlations"`` (n, n_pairs), beside ``"correlations"``, which are to first order always.
        Of observed scores ``"deviations"`` (n, k).
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
    near = theta_influence_ml(values, fit, pattern)
    if fit.converged:
        near = _added(fit.parameters, ml_left_out(values, fit, pattern, near))
    influence = {"parameters": near, "deviations": deviations}
    return FactorModel(fit, S, influence, None)


def _added(whole: Floats, left_out: Floats) -> Floats:
    return np.asarray((len(left_out) - 1.0) * (whole - left_out))


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
    near = theta_influence_dwls(rho, weights, fit, pattern)
    influence = {"parameters": near, "thresholds": tau, "correlations": rho, "left_out_correlations": rho}
    if fit.converged and len(positions) * found.R.size <= SMALL:
        correlations = polychoric_left_out(positions, found)
        left = dwls_left_out(correlations, weights, fit, pattern, near)
        with np.errstate(invalid="ignore"):
            gone = np.where(
                np.isinf(found.thresholds), 0.0, found.thresholds - thresholds_left_out(positions, found)
            )
        influence["parameters"] = _added(fit.parameters, left)
        influence["left_out_correlations"] = _added(found.R[first, second], correlations)
        influence["thresholds"] = (len(positions) - 1.0) * gone
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

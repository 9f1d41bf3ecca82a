r"""Models of ordered items: thresholds and correlations of latent responses, and their slopes.

A latent response :math:`y^*` has the moments of :mod:`propsych.kernels.sem.model`; the item is in category c
between thresholds. What the answers tell is, per group, standardised thresholds and correlations
(Muthen 1984, doi:10.1007/BF02294210):
:math:`\kappa_{ic} = \delta_i (\tau_{ic} - \mu_i)` and :math:`\rho_{ij} = \delta_i \delta_j \Sigma_{ij}`.

* ``"delta"``: scales :math:`\delta` are parameters (1 unless freed), residual variances follow:
  :math:`\theta_{ii} = \delta_i^{-2} - (\Lambda \Phi \Lambda')_{ii}`.
* ``"theta"``: residual variances are parameters (1 unless freed), scales follow:
  :math:`\delta_i = \Sigma_{ii}^{-1/2}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.polychoric import (
    Polychoric,
    parameter_positions,
    polychoric,
    polychoric_nacov,
)
from propsych.kernels.sem.bend import bend
from propsych.kernels.sem.model import (
    DELTA,
    TAU,
    Directions,
    Entries,
    Group,
    Matrices,
    Model,
    collected,
    directions_of,
    fill,
    implied,
)
from propsych.kernels.sem.normal import Moments
from propsych.kernels.sem.search import Derivatives
from propsych.kernels.sem.start import starting_values

__all__ = [
    "OrderedModel",
    "OrderedStatistics",
    "Parameterization",
    "complete_matrices",
    "entry_slopes",
    "implied_statistics",
    "least_squares",
    "ordered_start",
    "ordered_statistics",
    "statistic_slopes",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Parameterization = Literal["delta", "theta"]


class OrderedModel(NamedTuple):
    """A model of latent responses with thresholds and scales.

    Attributes
    ----------
    model : Model
        With entries of thresholds (row: item, column: threshold) and scales (row: item).
    thresholds : tuple of ndarray, shape (k, C - 1)
        Of each group: values of fixed thresholds, 0 elsewhere.
    scales : tuple of ndarray, shape (k,)
        Of each group: values of fixed scales. Not used with ``"theta"``.
    parameterization : {"delta", "theta"}
    """

    model: Model
    thresholds: tuple[Floats, ...]
    scales: tuple[Floats, ...]
    parameterization: Parameterization


class OrderedStatistics(NamedTuple):
    """What one group's answers tell: s thresholds and correlations with their sampling covariance.

    Attributes
    ----------
    n : int
    values : ndarray of float, shape (s,)
        Thresholds item by item, then the correlations of pairs (0, 1), (0, 2), ..., (1, 2), ...
    item, threshold : ndarray of int
        Of each threshold.
    nacov : ndarray of float, shape (s, s)
        n times their asymptotic covariance.
    fit : Polychoric
    """

    n: int
    values: Floats
    item: Ints
    threshold: Ints
    nacov: Floats
    fit: Polychoric

    @property
    def correlations(self) -> Floats:
        """The matrix of polychoric correlations."""
        return self.fit.R


def ordered_statistics(positions: NDArray[Any], n_categories: int) -> OrderedStatistics:
    """Return thresholds, polychoric correlations and their sampling covariance of answers (n, k).

    `positions` are categories from 0, negative where missing; a category that nobody used has no threshold.
    """
    fit = polychoric(positions, n_categories)
    item, threshold = parameter_positions(fit).T
    tables = fit.tables
    values = np.concatenate([fit.thresholds[item, threshold], fit.R[tables.first, tables.second]])
    nacov = polychoric_nacov(positions, fit)
    return OrderedStatistics(len(positions), values, item, threshold, nacov, fit)


class _Filled(NamedTuple):
    """One group at given parameters: `sigma` has the latent responses' own variances on its diagonal."""

    matrices: Matrices
    mean: Floats
    sigma: Floats
    tau: Floats
    scale: Floats


def _filled(ordered: OrderedModel, g: int, parameters: Floats) -> _Filled:
    group = ordered.model.groups[g]
    matrices = fill(group, parameters)
    mean, sigma = implied(matrices)
    tau, scale = ordered.thresholds[g].copy(), ordered.scales[g].copy()
    entries = group.entries
    own = entries.matrix == TAU
    tau[entries.row[own], entries.column[own]] = parameters[entries.parameter[own]]
    own = entries.matrix == DELTA
    scale[entries.row[own]] = parameters[entries.parameter[own]]
    at = np.arange(len(sigma))
    if ordered.parameterization == "theta":
        variance = np.diag(sigma)
        scale = 1.0 / np.sqrt(np.where(variance > 0.0, variance, np.nan))
        return _Filled(matrices, mean, sigma, tau, scale)
    theta = matrices.theta.copy()
    theta[at, at] = 1.0 / np.square(scale) - (np.diag(sigma) - np.diag(theta))
    sigma[at, at] = 1.0 / np.square(scale)
    return _Filled(matrices._replace(theta=theta), mean, sigma, tau, scale)


def complete_matrices(ordered: OrderedModel, g: int, parameters: Floats) -> tuple[Matrices, Floats, Floats]:
    """Return a group's matrices with all residual variances, its thresholds (k, C - 1) and scales (k,)."""
    found = _filled(ordered, g, parameters)
    return found.matrices, found.tau, found.scale


def implied_statistics(
    ordered: OrderedModel, g: int, parameters: Floats, item: Ints, threshold: Ints
) -> Floats:
    """Return a group's implied standardised thresholds and correlations, shape (s,)."""
    found = _filled(ordered, g, parameters)
    first, second = np.triu_indices(len(found.mean), 1)
    levels = found.scale[item] * (found.tau[item, threshold] - found.mean[item])
    return np.concatenate([levels, found.scale[first] * found.scale[second] * found.sigma[first, second]])


def entry_slopes(
    ordered: OrderedModel, g: int, parameters: Floats, entries: Entries, item: Ints, threshold: Ints
) -> Floats:
    """Return the slopes of a group's statistics in entries, free or not, shape (s, q)."""
    found = _filled(ordered, g, parameters)
    moved: Directions = directions_of(entries, found.matrices)
    k = len(found.mean)
    first, second = np.triu_indices(k, 1)
    d, level = found.scale, found.tau[item, threshold] - found.mean[item]
    both = d[first] * d[second]
    rho = both * found.sigma[first, second]
    crossed = moved.left[first] * moved.right[second] + moved.right[first] * moved.left[second]
    correlations = both[:, None] * (moved.weight * crossed)
    levels = -d[item][:, None] * moved.mean[item]
    growth = np.zeros((k, len(entries.matrix)))  # relative change of each scale
    own = np.flatnonzero(entries.matrix == DELTA)
    if ordered.parameterization == "theta":
        growth = -np.square(d)[:, None] * moved.weight * moved.left * moved.right
    else:
        growth[entries.row[own], own] = 1.0 / d[entries.row[own]]
    if growth.any():
        correlations += rho[:, None] * (growth[first] + growth[second])
        levels += (d[item] * level)[:, None] * growth[item]
    own = np.flatnonzero(entries.matrix == TAU)
    hit = (item[:, None] == entries.row[own]) & (threshold[:, None] == entries.column[own])
    levels[:, own] += d[item][:, None] * hit
    return np.concatenate([levels, correlations])


def statistic_slopes(
    ordered: OrderedModel, g: int, parameters: Floats, item: Ints, threshold: Ints
) -> Floats:
    """Return the Jacobian of a group's statistics, shape (s, p)."""
    group = ordered.model.groups[g]
    slopes = entry_slopes(ordered, g, parameters, group.entries, item, threshold)
    return collected(slopes, group, ordered.model.n_parameters)


def least_squares(
    ordered: OrderedModel,
    data: Sequence[OrderedStatistics],
    weights: Sequence[Floats],
    parameters: Floats,
    observed: bool = False,
) -> Derivatives:
    r"""Return :math:`F = \frac12 \sum_g \frac{n_g - 1}{n} r_g' W_g r_g`, its gradient, and its curvature.

    W is diagonal, `weights` hold its diagonals (s,). The curvature is Gauss and Newton's, or (`observed`,
    with scales that are fixed parameters) F's own.
    """
    p, total = ordered.model.n_parameters, sum(one.n for one in data)
    value, gradient, matrix = 0.0, np.zeros(p), np.zeros((p, p))
    for g, (one, w) in enumerate(zip(data, weights, strict=True)):
        share = (one.n - 1) / total
        residual = implied_statistics(ordered, g, parameters, one.item, one.threshold) - one.values
        if not np.isfinite(residual).all():
            return np.inf, gradient, np.eye(p)
        J = statistic_slopes(ordered, g, parameters, one.item, one.threshold)
        pull = share * w * residual
        value += 0.5 * float(pull @ residual)
        gradient += J.T @ pull
        matrix += J.T @ (J * (share * w)[:, None])
        if observed and ordered.parameterization == "delta":
            matrix += _bent(ordered, g, parameters, one, pull)
    return value, gradient, matrix


def _bent(ordered: OrderedModel, g: int, parameters: Floats, one: OrderedStatistics, pull: Floats) -> Floats:
    """Return the residuals' part of the curvature, where no scale is free; else zeros."""
    group, p = ordered.model.groups[g], ordered.model.n_parameters
    if (group.entries.matrix == DELTA).any():
        return np.zeros((p, p))
    found = _filled(ordered, g, parameters)
    k = len(found.mean)
    first, second = np.triu_indices(k, 1)
    G = np.zeros((k, k))
    G[first, second] = 0.5 * pull[len(one.item) :] * found.scale[first] * found.scale[second]
    w = np.zeros(k)
    np.add.at(w, one.item, -pull[: len(one.item)] * found.scale[one.item])
    by_entry = bend(group.entries, found.matrices, G + G.T, w)
    return collected(collected(by_entry, group, p).T, group, p).T


def ordered_start(ordered: OrderedModel, data: Sequence[OrderedStatistics]) -> Floats:
    """Return starting values, shape (p,): loadings from the correlations, thresholds as observed."""
    moments = [Moments(one.n, np.zeros(len(one.correlations)), one.correlations) for one in data]
    bare = []
    for group in ordered.model.groups:
        theta = group.fixed.theta.copy()
        bare.append(Group(group.fixed._replace(theta=theta), group.entries))
    start = starting_values(Model(tuple(bare), ordered.model.n_parameters, ordered.model.means), moments)
    for group, one in reversed(list(zip(ordered.model.groups, data, strict=True))):
        entries = group.entries
        own = entries.matrix == TAU
        tau = one.fit.thresholds[entries.row[own], entries.column[own]]
        start[entries.parameter[own]] = tau
        start[entries.parameter[entries.matrix == DELTA]] = 1.0
        if ordered.parameterization == "theta":
            own = (entries.matrix == 1) & (entries.row == entries.column)
            start[entries.parameter[own]] = 1.0
    return start

"""Parameters of a fitted factor model without each person: scoring steps for all persons together.

They start where the whole sample's parameters and a person's influence on them point, which is right to
first order; a few steps make it exact. In small samples the difference is a good part of the standard error.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.cfa import CfaFit, Pattern

__all__ = ["EXACT_UP_TO", "SMALL", "dwls_left_out", "ml_left_out"]

Floats = NDArray[np.float64]
Slope = Callable[[Floats, NDArray[np.intp]], tuple[Floats, Floats]]
"""From parameters (b, p) of the given persons to gradients (b, p) and informations (b, p, p)."""

EXACT_UP_TO = 4_000_000
"""Persons times parameters times items squared up to which each person is really left out."""
SMALL = 40_000
"""Persons times items squared up to which that holds for ordered items."""
STEPS = 30
CLOSE = 1e-7
"""Change of a parameter, in units of standardised items, at which the steps end."""
RIDGE = 1e-12


def ml_left_out(values: Floats, fit: CfaFit, pattern: Pattern, influence: Floats) -> Floats:
    """Return the parameters of a maximum likelihood fit without each person, shape (n, p).

    Parameters
    ----------
    values : ndarray of float, shape (n, k)
    fit, pattern
        Of the whole sample.
    influence : ndarray of float, shape (n, p)
        From :func:`propsych.kernels.cfa.theta_influence_ml`.

    Returns
    -------
    ndarray of float
        To first order where the sample is large (`EXACT_UP_TO`) or a person's steps do not end; NaN where an
        item does not vary without the person.
    """
    n, k = values.shape
    near = fit.parameters - influence / (n - 1.0)
    d = values - values.mean(axis=0)
    variance = np.square(d).mean(axis=0)
    units = _units(np.sqrt(variance), pattern)
    d = d / np.sqrt(variance)
    S = d.T @ d / n

    def slope(x: Floats, persons: NDArray[np.intp]) -> tuple[Floats, Floats]:
        own = d[persons]
        # leaving a person out takes the mean along
        without = (S - own[:, :, None] * own[:, None, :] / (n - 1.0)) * (n / (n - 1.0))
        L, phi, theta = _unpack(x, pattern)
        sigma = L @ phi @ L.transpose(0, 2, 1) + theta[:, :, None] * np.eye(k)
        inverse = np.linalg.inv(sigma)
        weighted = inverse[:, None] @ _slopes(L, phi, pattern, with_theta=True)
        gap = inverse @ (sigma - without)
        flat = weighted.reshape(len(x), x.shape[1], -1)
        turned = weighted.transpose(0, 1, 3, 2).reshape(flat.shape)
        return (turned @ gap.reshape(len(x), -1, 1))[..., 0], flat @ turned.transpose(0, 2, 1)

    if n * near.shape[1] * k * k <= EXACT_UP_TO:
        near = _steps(slope, near / units) * units
    share = (np.square(d) * (n / (n - 1.0))).max(axis=1) / n
    return np.where((share >= 1.0 - 1e-12)[:, None], np.nan, near)


def dwls_left_out(
    correlations: Floats, weights: Floats, fit: CfaFit, pattern: Pattern, influence: Floats
) -> Floats:
    """Return the loadings and factor correlations of a weighted fit without each person, shape (n, p).

    Parameters
    ----------
    correlations : ndarray of float, shape (n, n_pairs)
        Of pairs i < j without each person; NaN where there is none.
    weights : ndarray of float, shape (k, k)
        Those of the whole sample.
    fit, pattern, influence
        As in :func:`ml_left_out`.
    """
    n, k = len(correlations), len(weights)
    near = fit.parameters - influence / (n - 1.0)
    lost: NDArray[np.bool_] = np.asarray(np.isnan(correlations).any(axis=1))
    rows, columns = np.triu_indices(k, 1)
    w = weights[rows, columns]

    def slope(x: Floats, persons: NDArray[np.intp]) -> tuple[Floats, Floats]:
        L, phi, _ = _unpack(x, pattern)
        gap = (L @ phi @ L.transpose(0, 2, 1))[:, rows, columns] - correlations[persons]
        slopes = _slopes(L, phi, pattern, with_theta=False)[:, :, rows, columns]
        weighted = slopes * w
        return (weighted @ gap[..., None])[..., 0], weighted @ slopes.transpose(0, 2, 1)

    near[~lost] = _steps(slope, near[~lost], np.flatnonzero(~lost))
    return np.where(lost[:, None], np.nan, near)


def _steps(slope: Slope, start: Floats, persons: NDArray[np.intp] | None = None) -> Floats:
    """Return parameters after scoring steps; the start where they do not end."""
    who = np.arange(len(start)) if persons is None else persons
    x, found = start.copy(), start.copy()
    active = np.arange(len(start))
    for _ in range(STEPS):
        # a search that runs away overflows, and is then let go below
        with np.errstate(over="ignore", invalid="ignore"):
            gradient, information = slope(x[active], who[active])
            size = np.diagonal(information, axis1=1, axis2=2)[:, :, None] * np.eye(x.shape[1])
            step = np.linalg.solve(information + RIDGE * size, gradient[..., None])[..., 0]
        moved = np.abs(step).max(axis=1)
        x[active] -= step
        done = moved < CLOSE
        found[active[done]] = x[active[done]]
        # far from where it began the search is after another solution, or after none
        active = active[~done & (moved < 1.0)]
        if not len(active):
            break
    return found


def _units(scale: Floats, pattern: Pattern) -> Floats:
    items = np.nonzero(pattern.loadings)[0]
    return np.concatenate([scale[items], np.ones(len(pattern.phi_rows)), np.square(scale)])


def _unpack(x: Floats, pattern: Pattern) -> tuple[Floats, Floats, Floats]:
    b, (k, m) = len(x), pattern.loadings.shape
    n_loadings, n_phi = int(pattern.loadings.sum()), len(pattern.phi_rows)
    L, phi = np.zeros((b, k, m)), np.tile(np.eye(m), (b, 1, 1))
    L[:, pattern.loadings] = x[:, :n_loadings]
    phi[:, pattern.phi_rows, pattern.phi_columns] = x[:, n_loadings : n_loadings + n_phi]
    phi[:, pattern.phi_columns, pattern.phi_rows] = x[:, n_loadings : n_loadings + n_phi]
    return L, phi, x[:, n_loadings + n_phi :]


def _slopes(L: Floats, phi: Floats, pattern: Pattern, with_theta: bool) -> Floats:
    """Return the slope of the model matrix in each parameter, shape (b, p, k, k)."""
    b, k = L.shape[:2]
    items, factors = np.nonzero(pattern.loadings)
    half = np.zeros((b, len(items), k, k))
    half[:, np.arange(len(items)), items, :] = (L @ phi)[:, :, factors].transpose(0, 2, 1)
    outer = (
        L[:, :, pattern.phi_rows].transpose(0, 2, 1)[:, :, :, None]
        * L[:, :, pattern.phi_columns].transpose(0, 2, 1)[:, :, None, :]
    )
    parts = [half + half.transpose(0, 1, 3, 2), outer + outer.transpose(0, 1, 3, 2)]
    if with_theta:
        single = np.zeros((k, k, k))
        single[np.arange(k), np.arange(k), np.arange(k)] = 1.0
        parts.append(np.broadcast_to(single, (b, k, k, k)))
    return np.concatenate(parts, axis=1)

r"""Polyserial correlations by joint maximum likelihood, all pairs at once.

Given the variable the answers follow an ordered probit regression, whose likelihood is concave: of the slope
:math:`\beta` on the standardised variable and the cuts :math:`c` follow
:math:`\rho = \beta/\sqrt{1+\beta^2}` and :math:`\tau = c/\sqrt{1+\beta^2}` (Olsson, Drasgow & Dorans 1982,
doi:10.1007/BF02294164). The variable's mean and SD are those of the persons of the pair.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.polyserial import answers_at, ends_of

__all__ = ["JointPolyserial", "joint_polyserial"]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

MAX_ITER = 100
PRECISION = 1e-11
STEEPEST = 60.0
"""A probit slope beyond this is a correlation beyond .9998: not identified."""


class JointPolyserial(NamedTuple):
    """Joint estimates of each pair.

    Attributes
    ----------
    rho : ndarray of float, shape (n_pairs,)
    thresholds : ndarray of float, shape (n_pairs, C - 1)
        Infinite beyond the last category used, equal to the neighbour at a category nobody used.
    covariance : ndarray of float, shape (n_pairs, C, C)
        Of the correlation and the thresholds, the variable's scale held fixed; NaN where not estimated.
    value : ndarray of float, shape (n_pairs,)
    converged : ndarray of bool, shape (n_pairs,)
    """

    rho: Floats
    thresholds: Floats
    covariance: Floats
    value: Floats
    converged: NDArray[np.bool_]


def joint_polyserial(z: Floats, positions: Positions, n_categories: int) -> JointPolyserial:
    """Return the joint maximum likelihood estimates: ordered probit regressions on the standardised variable.

    Parameters
    ----------
    z : ndarray of float, shape (n, n_pairs)
        Standardised among the persons of each pair (:func:`standardised`); NaN where missing.
    positions : ndarray of int, shape (n, n_pairs)
    n_categories : int
    """
    P, T = z.shape[1], n_categories - 1
    mask = ~np.isnan(z) & (positions >= 0)
    rho, value = np.full(P, np.nan), np.full(P, np.nan)
    thresholds, covariance = np.full((P, T), np.nan), np.full((P, T + 1, T + 1), np.nan)
    converged = np.zeros(P, dtype=bool)
    used = np.stack([((positions == c) & mask).any(axis=0) for c in range(n_categories)], axis=1)
    patterns, which = np.unique(used, axis=0, return_inverse=True)
    for g, pattern in enumerate(patterns):
        kept = np.flatnonzero(pattern)
        if len(kept) < 2:
            continue
        members = np.flatnonzero(which.ravel() == g)
        rank: Positions = np.maximum(np.cumsum(pattern) - 1, 0)
        own = np.where(mask[:, members], rank[np.maximum(positions[:, members], 0)], -1)
        beta, cuts, inverse, logarithm, good = _probit(z[:, members], own, mask[:, members], len(kept))
        root = np.sqrt(1.0 + np.square(beta))
        rho[members], value[members] = beta / root, logarithm
        converged[members] = good & (np.abs(beta) < STEEPEST)
        ladder = np.concatenate([np.full((len(members), 1), -np.inf), cuts / root[:, None]], axis=1)
        ladder = np.concatenate([ladder, np.full((len(members), 1), np.inf)], axis=1)
        thresholds[members] = ladder[:, np.searchsorted(kept, np.arange(T), side="right")]
        # by the delta method: of rho and tau in beta and c
        delta = np.zeros((len(members), len(kept), len(kept)))
        delta[:, 0, 0] = root**-3
        delta[:, 1:, 0] = -cuts * (beta / root**3)[:, None]
        steps = np.arange(1, len(kept))
        delta[:, steps, steps] = (1.0 / root)[:, None]
        free = np.concatenate([[0], 1 + kept[:-1]])
        covariance[np.ix_(members, free, free)] = delta @ inverse @ delta.transpose(0, 2, 1)
    covariance[~converged] = np.nan
    return JointPolyserial(rho, thresholds, covariance, value, converged)


class _Probit(NamedTuple):
    """Slopes, cuts, inverse information, log-likelihood and whether the search ended at the top."""

    beta: Floats
    cuts: Floats
    inverse: Floats
    value: Floats
    done: NDArray[np.bool_]


def _probit(z: Floats, positions: Positions, mask: NDArray[np.bool_], n_categories: int) -> _Probit:
    x = np.where(mask, z, 0.0)
    share = np.stack([((positions == c) & mask).sum(axis=0) for c in range(n_categories)], axis=1)
    share = np.cumsum(share, axis=1)[:, :-1] / np.maximum(mask.sum(axis=0), 1)[:, None]
    w = np.concatenate([np.zeros((len(share), 1)), special.ndtri(share)], axis=1)
    value, score, bend = _probit_at(x, positions, mask, w)
    done = np.zeros(len(w), dtype=bool)
    for _ in range(MAX_ITER):
        step = np.linalg.solve(-bend + 1e-12 * np.eye(w.shape[1]), score[:, :, None])[:, :, 0]
        done |= np.abs(step).max(axis=1) < PRECISION
        done |= np.abs(w[:, 0]) > STEEPEST
        if done.all():
            break
        size = np.where(done, 0.0, 1.0)
        for _ in range(30):
            trial = w + size[:, None] * step
            ordered = (np.diff(trial[:, 1:], axis=1) > 0).all(axis=1)
            safe = np.where(ordered[:, None], trial, w)
            new = _probit_at(x, positions, mask, safe)
            worse = ~done & (~ordered | (new[0] < value - 1e-12 * np.abs(value)))
            if not worse.any():
                break
            size = np.where(worse, size / 2.0, size)
        w, (value, score, bend) = safe, new
    inverse = np.linalg.inv(-bend + 1e-12 * np.eye(w.shape[1]))
    return _Probit(w[:, 0], w[:, 1:], np.asarray(inverse), value, np.asarray(done))


def _probit_at(
    x: Floats, positions: Positions, mask: NDArray[np.bool_], w: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log-likelihood, slope (n_pairs, q) and curvature (n_pairs, q, q) in the slope and the cuts."""
    ends = ends_of(positions, w[:, 1:])
    at = answers_at(ends, w[:, 0] * x, np.ones(len(w)))
    up, down = np.where(mask, at.up, 0.0), np.where(mask, at.down, 0.0)
    up_up = -at.t_up * up - np.square(up)
    down_down = at.t_down * down - np.square(down)
    both = up * down
    n_cuts = w.shape[1] - 1
    score, bend = np.zeros(w.shape), np.zeros((*w.shape, w.shape[1]))
    score[:, 0] = -(x * (up - down)).sum(axis=0)
    bend[:, 0, 0] = (np.square(x) * (up_up + down_down + 2.0 * both)).sum(axis=0)
    for t in range(n_cuts):
        above, below = positions == t, positions == t + 1
        score[:, t + 1] = np.where(above, up, 0.0).sum(axis=0) - np.where(below, down, 0.0).sum(axis=0)
        bend[:, t + 1, t + 1] = np.where(above, up_up, 0.0).sum(axis=0) + np.where(below, down_down, 0.0).sum(
            axis=0
        )
        cross = np.where(above, up_up + both, 0.0) + np.where(below, down_down + both, 0.0)
        bend[:, 0, t + 1] = bend[:, t + 1, 0] = -(x * cross).sum(axis=0)
        if t:
            beside = np.where(positions == t, both, 0.0).sum(axis=0)
            bend[:, t, t + 1] = bend[:, t + 1, t] = beside
    return np.where(mask, at.log_p, 0.0).sum(axis=0), score, bend

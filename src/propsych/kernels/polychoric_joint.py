r"""Polychoric correlations by joint maximum likelihood: thresholds and correlation of each pair together.

Olsson (1979), doi:10.1007/BF02296207. Each pair has thresholds of its own, so an item's thresholds differ a
little from pair to pair. All pairs take Fisher steps together; a step is halved in those pairs whose
likelihood would fall.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.pair_tables import thresholds_from_counts
from propsych.kernels.polychoric_errors import threshold_scores
from propsych.kernels.polychoric_search import LIMIT, corners, quick_probabilities, search

__all__ = ["JointPolychoric", "joint_polychoric"]

Floats = NDArray[np.float64]

MAX_ITER = 300
HALVINGS = 30
DECREMENT = 1e-19
"""Rise of the log-likelihood a person that a step promises, below which the search ends."""
DIFFERENCE = 1e-5
LEAST = 1e-200
STRONGEST = 0.9998
"""A correlation that ends here is not identified."""
_BLOCK = 512


class JointPolychoric(NamedTuple):
    """Joint estimates of each pair, from its own table.

    Attributes
    ----------
    rho : ndarray of float, shape (n_pairs,)
        NaN where an item takes one value only.
    first, second : ndarray of float, shape (n_pairs, C - 1)
        Thresholds; inf beyond the last used category, equal to the neighbour at a category nobody used.
    covariance : ndarray of float, shape (n_pairs, 2 C - 1, 2 C - 1)
        Inverse of the observed information, in the order correlation, thresholds of the first item, of the
        second. NaN for thresholds that are not estimated and where it did not converge.
    log_likelihood : ndarray of float, shape (n_pairs,)
    converged : ndarray of bool, shape (n_pairs,)
        False also where the table does not identify the correlation.
    n_iter : int
    """

    rho: Floats
    first: Floats
    second: Floats
    covariance: Floats
    log_likelihood: Floats
    converged: NDArray[np.bool_]
    n_iter: int


class _Fit(NamedTuple):
    z: Floats  # correlation and thresholds, shape (n_pairs, q)
    covariance: Floats
    value: Floats
    converged: NDArray[np.bool_]
    n_iter: int


def joint_polychoric(counts: Floats) -> JointPolychoric:
    """Estimate the correlation and thresholds of each table, shape (n_pairs, C, C), together.

    Categories that nobody of a pair used are left out of it.
    """
    P, C, _ = counts.shape
    rho, value = np.full(P, np.nan), np.full(P, np.nan)
    sides = [thresholds_from_counts(counts.sum(axis=axis)) for axis in (2, 1)]
    covariance = np.full((P, 2 * C - 1, 2 * C - 1), np.nan)
    converged, n_iter = np.zeros(P, dtype=bool), 0
    used = np.concatenate([counts.sum(axis=2) > 0, counts.sum(axis=1) > 0], axis=1)
    patterns, which = np.unique(used, axis=0, return_inverse=True)
    for g, pattern in enumerate(patterns):
        rows, columns = np.flatnonzero(pattern[:C]), np.flatnonzero(pattern[C:])
        if len(rows) < 2 or len(columns) < 2:
            continue
        members = np.flatnonzero(which.ravel() == g)
        free = np.concatenate([[0], 1 + rows[:-1], C + columns[:-1]])
        for start in range(0, len(members), _BLOCK):
            m = members[start : start + _BLOCK]
            fit = _fit(counts[m][:, rows[:, None], columns])
            rho[m], value[m], converged[m], n_iter = (
                fit.z[:, 0],
                fit.value,
                fit.converged,
                max(n_iter, fit.n_iter),
            )
            covariance[np.ix_(m, free, free)] = fit.covariance
            for side, kept, at in ((0, rows, fit.z[:, 1 : len(rows)]), (1, columns, fit.z[:, len(rows) :])):
                sides[side][m] = _spread(at, kept, C)
    return JointPolychoric(rho, sides[0], sides[1], covariance, value, converged, n_iter)


def _spread(thresholds: Floats, kept: NDArray[np.int64], C: int) -> Floats:
    """Return thresholds between used categories as those between all categories."""
    ends = corners(thresholds)
    return ends[:, np.searchsorted(kept, np.arange(C - 1), side="right")]


def _split(z: Floats, n_rows: int) -> tuple[Floats, Floats, Floats]:
    return z[:, 0], corners(z[:, 1:n_rows]), corners(z[:, n_rows:])


def _value(counts: Floats, z: Floats) -> Floats:
    rho, a, b = _split(z, counts.shape[1])
    p, _ = quick_probabilities(a, b, rho)
    return np.asarray((counts * np.log(p)).sum(axis=(1, 2)))


def _score(counts: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the log-likelihood, its slope (n_pairs, q), and the expected information (n_pairs, q, q)."""
    rho, a, b = _split(z, counts.shape[1])
    p, slope = quick_probabilities(a, b, rho)
    by_row = threshold_scores(a, b, rho, p)
    by_column = threshold_scores(b, a, rho, p.transpose(0, 2, 1)).transpose(0, 1, 3, 2)
    scores = np.concatenate([(slope / p)[:, None], by_row, by_column], axis=1)
    scores = scores.reshape(len(z), z.shape[1], -1)
    flat = counts.reshape(len(z), -1)
    share = p.reshape(len(z), 1, -1)
    # a cell that nobody can be in says nothing
    scores = np.where((flat[:, None] > 0) | (share > LEAST), scores, 0.0)
    information = (scores * share) @ scores.transpose(0, 2, 1) * flat.sum(axis=1)[:, None, None]
    return (flat * np.log(share[:, 0])).sum(axis=1), (scores @ flat[:, :, None])[:, :, 0], information


def _fit(counts: Floats) -> _Fit:
    n_rows, n = counts.shape[1], counts.sum(axis=(1, 2))
    a, b = (thresholds_from_counts(counts.sum(axis=axis)) for axis in (2, 1))
    start = np.clip(search(counts, corners(a), corners(b)).rho, -0.99, 0.99)
    z = np.concatenate([start[:, None], a, b], axis=1)
    done, good, n_iter = np.zeros(len(z), dtype=bool), np.zeros(len(z), dtype=bool), 0
    while not done.all() and n_iter < MAX_ITER:
        n_iter += 1
        live = np.flatnonzero(~done)
        value, score, information = _score(counts[live], z[live])
        step = _solved(information, score)
        promise = (step * score).sum(axis=1)
        near = promise < DECREMENT * n[live]
        good[live], done[live] = near, near
        moved, stuck = _moved(counts[live], z[live], step, value, n_rows)
        z[live] = np.where(near[:, None], z[live], moved)
        # no step improves on it: an optimum to rounding, or the end of the range
        good[live] |= stuck & (promise < 1e-10 * n[live])
        done[live] |= stuck
    good &= np.abs(z[:, 0]) < STRONGEST
    return _Fit(z, _covariance(counts, z, good), _value(counts, z), good, n_iter)


def _solved(information: Floats, score: Floats) -> Floats:
    with np.errstate(all="ignore"):
        scale = 1.0 / np.sqrt(np.maximum(np.diagonal(information, axis1=1, axis2=2), 1e-12))
        small = 1e-12 * np.eye(score.shape[1])
        scaled = information * scale[:, :, None] * scale[:, None, :] + small
        return np.asarray(np.linalg.solve(scaled, (score * scale)[:, :, None])[:, :, 0] * scale)


def _moved(
    counts: Floats, z: Floats, step: Floats, value: Floats, n_rows: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the places after the longest steps that do not lower the likelihood; True if none does."""
    result, waiting, size = z.copy(), np.arange(len(z)), 1.0
    for _ in range(HALVINGS):
        trial = z[waiting] + size * step[waiting]
        allowed = _allowed(trial, n_rows)
        new = np.full(len(waiting), -np.inf)
        new[allowed] = _value(counts[waiting[allowed]], trial[allowed])
        better = new > value[waiting]
        result[waiting[better]] = trial[better]
        waiting, size = waiting[~better], size / 2.0
        if not len(waiting):
            break
    stuck = np.zeros(len(z), dtype=bool)
    stuck[waiting] = True
    return result, stuck


def _allowed(z: Floats, n_rows: int) -> NDArray[np.bool_]:
    ordered = (np.diff(z[:, 1:n_rows], axis=1) > 0).all(axis=1) & (np.diff(z[:, n_rows:], axis=1) > 0).all(
        axis=1
    )
    return np.asarray(ordered & (np.abs(z[:, 0]) < LIMIT))


def _covariance(counts: Floats, z: Floats, good: NDArray[np.bool_]) -> Floats:
    """Return the inverse of minus the slope of the score, by differences, where the search converged."""
    q = z.shape[1]
    result = np.full((len(z), q, q), np.nan)
    rows = np.flatnonzero(good)
    if not len(rows):
        return result
    hessian = np.empty((len(rows), q, q))
    for j in range(q):
        move = np.zeros(q)
        move[j] = DIFFERENCE
        ahead, behind = (_score(counts[rows], z[rows] + sign * move)[1] for sign in (1.0, -1.0))
        hessian[:, :, j] = (ahead - behind) / (2.0 * DIFFERENCE)
    minus = -(hessian + hessian.transpose(0, 2, 1)) / 2.0
    finite = np.flatnonzero(np.isfinite(minus).all(axis=(1, 2)))
    usable = finite[np.linalg.eigvalsh(minus[finite])[:, 0] > 0.0]
    result[rows[usable]] = np.linalg.inv(minus[usable])
    return result

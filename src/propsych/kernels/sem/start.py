"""Where the search for a model's parameters begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.model import ALPHA, BETA, LAMBDA, NU, PSI, THETA, Group, Model
from propsych.kernels.sem.normal import Moments

__all__ = ["starting_values"]

Floats = NDArray[np.float64]


def starting_values(model: Model, moments: Sequence[Moments]) -> Floats:
    """Return starting values, shape (p,), from covariances and means.

    Loadings from the first component of each latent variable's items, the largest block first and what it
    explains taken off before the next (so that group factors begin at what a general factor leaves); half of
    each variance is residual.
    """
    values = np.zeros(model.n_parameters)
    for group, sample in reversed(list(zip(model.groups, moments, strict=True))):
        _one(values, group, sample)
    return values


def _one(values: Floats, group: Group, sample: Moments) -> None:
    entries = group.entries
    free = np.zeros(group.fixed.lam.shape, dtype=bool)
    own = entries.matrix == LAMBDA
    free[entries.row[own], entries.column[own]] = True
    loadings, variance = _loadings(group, free, sample.covariance)
    diagonal = entries.row == entries.column
    spread = np.diag(sample.covariance)
    choices: dict[int, Floats] = {
        LAMBDA: loadings[_index(entries.row, loadings, 0), _index(entries.column, loadings, 1)],
        THETA: np.where(diagonal, 0.5 * spread[_index(entries.row, loadings, 0)], 0.0),
        PSI: np.where(diagonal, variance[_index(entries.row, loadings, 1)], 0.0),
        BETA: np.where(_index(entries.row, loadings, 1) >= 0, 1.0, 0.0),
        NU: sample.mean[_index(entries.row, loadings, 0)],
        ALPHA: np.zeros(len(entries.row)),
    }
    for code, chosen in choices.items():
        at = entries.matrix == code
        values[entries.parameter[at]] = chosen[at]
    at = entries.matrix == BETA
    if at.any():
        # the latent variables' own variances are split between what is above them and the rest
        values[entries.parameter[at]] = _latent_loadings(group, variance)[at]
        lower = np.unique(entries.row[at])
        rest = (entries.matrix == PSI) & diagonal & np.isin(entries.row, lower)
        values[entries.parameter[rest]] *= 0.6


def _index(position: NDArray[np.int64], loadings: Floats, axis: int) -> NDArray[np.int64]:
    return np.asarray(np.minimum(position, loadings.shape[axis] - 1))


def _latent_loadings(group: Group, variance: Floats) -> Floats:
    """Return small positive effects, of the size that fits the variances of both ends."""
    entries = group.entries
    m = len(variance)
    row, column = np.minimum(entries.row, m - 1), np.minimum(entries.column, m - 1)
    return np.asarray(0.5 * np.sqrt(variance[row] / np.maximum(variance[column], 1e-12)))


def _loadings(group: Group, free: NDArray[np.bool_], S: Floats) -> tuple[Floats, Floats]:
    """Return starting loadings (k, m) and variances of the latent variables (m,)."""
    k, m = free.shape
    fixed = group.fixed.lam
    deviation = np.sqrt(np.diag(S))
    rest = S / np.outer(deviation, deviation)
    loadings, variance = np.zeros((k, m)), np.ones(m)
    members = free | (fixed != 0.0)
    for f in np.argsort(-members.sum(axis=0), kind="stable"):
        own = np.flatnonzero(members[:, f])
        if not len(own):
            continue
        found = _component(rest[np.ix_(own, own)])
        marker = next((i for i, j in enumerate(own) if fixed[j, f] != 0.0), None)
        if marker is None:
            found = found * (1.0 if found.sum() >= 0 else -1.0)
            size = np.sqrt(group.fixed.psi[f, f]) if group.fixed.psi[f, f] > 0 else 1.0
            loadings[own, f], variance[f] = found * deviation[own] / size, size**2
        else:
            found = found * np.sign(found[marker] if found[marker] != 0 else 1.0)
            unit = found[marker] * deviation[own[marker]] / fixed[own[marker], f]
            if abs(unit) < 0.05 * deviation[own[marker]]:
                unit = 0.05 * deviation[own[marker]] * (1.0 if unit >= 0 else -1.0)
            loadings[own, f] = found * deviation[own] / unit
            variance[f] = unit**2
        if (members[own].sum(axis=1) > 1).any():
            rest[np.ix_(own, own)] -= np.outer(found, found)
            rest[own, own] = np.maximum(rest[own, own], 0.1)
    above = _structured(group)
    for f in np.flatnonzero(~members.any(axis=0)):
        lower = above[:, f]
        if lower.any():
            variance[f] = 0.4 * float(variance[lower][0]) if group.fixed.psi[f, f] == 0.0 else 1.0
    return loadings, variance


def _structured(group: Group) -> NDArray[np.bool_]:
    """Return which latent variable (row) depends on which (column)."""
    found = np.asarray(group.fixed.beta != 0.0)
    own = group.entries.matrix == BETA
    found[group.entries.row[own], group.entries.column[own]] = True
    return found


def _component(R: Floats) -> Floats:
    """Return loadings of one factor: iterated principal axis, three rounds, kept within +-.9."""
    k = len(R)
    if k == 1:
        return np.array([0.9])
    if k == 2:
        shared = float(R[0, 1])
        size = np.sqrt(min(max(abs(shared), 0.1), 0.8))
        return np.array([size, size * (1.0 if shared >= 0 else -1.0)])
    reduced = R.copy()
    communality = np.abs(R - np.diag(np.diag(R))).max(axis=1)
    found = np.zeros(k)
    for _ in range(3):
        np.fill_diagonal(reduced, communality)
        values, vectors = np.linalg.eigh(reduced)
        found = vectors[:, -1] * np.sqrt(max(float(values[-1]), 0.05))
        communality = np.clip(np.square(found), 0.02, 0.8)
    return np.clip(found, -0.9, 0.9)

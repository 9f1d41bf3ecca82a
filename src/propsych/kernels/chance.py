"""Correlations of unrelated items, many replicates at once: what parallel analysis compares with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.pair_tables import PairTables
from propsych.kernels.polychoric import polychoric_from_tables

__all__ = ["normal_correlations", "resampled_correlations", "shuffled_polychorics", "simulated_polychorics"]

Floats = NDArray[np.float64]
Draws = NDArray[Any]

_BLOCK = 2**22
"""Numbers held at a time."""
_EXACT = 2**24


def normal_correlations(n: int, k: int, n_replicates: int, seed: int | np.random.Generator) -> Floats:
    """Return correlations of independent normal items of n persons, shape (n_replicates, k, k).

    They follow from the Wishart distribution's triangular root (Bartlett 1933), so that no answers need to be
    drawn: k (k + 1) / 2 numbers a replicate instead of n k.

    Examples
    --------
    >>> normal_correlations(200, 3, 2, seed=1).shape
    (2, 3, 3)
    """
    rng = np.random.default_rng(seed)
    # n - 1: persons less their mean
    root = np.zeros((n_replicates, k, k))
    rows, columns = np.tril_indices(k, -1)
    root[:, rows, columns] = rng.standard_normal((n_replicates, len(rows)))
    at = np.arange(k)
    root[:, at, at] = np.sqrt(rng.chisquare(n - 1.0 - at, size=(n_replicates, k)))
    length = np.sqrt(np.square(root).sum(axis=2, keepdims=True))
    R = (root / length) @ (root / length).transpose(0, 2, 1)
    R[:, at, at] = 1.0
    return np.asarray(R)


def resampled_correlations(values: Floats, n_replicates: int, seed: int | np.random.Generator) -> Floats:
    """Return correlations of items whose answers are each shuffled among the persons, (n_replicates, k, k).

    Missing answers (NaN) are shuffled with the others, and the correlations are of pairs of answers.
    """
    rng = np.random.default_rng(seed)
    n, k = values.shape
    present = ~np.isnan(values)
    whole = bool(present.all())
    count = present.sum(axis=0)
    centred = np.where(present, values - np.where(present, values, 0.0).sum(axis=0) / count, 0.0)
    spread = np.sqrt(np.square(centred).sum(axis=0))
    scaled = (centred / spread).T.astype(np.float64, order="C")
    found = np.empty((n_replicates, k, k))
    for b in range(n_replicates):
        order = _orders(rng, k, n)
        shuffled = np.take_along_axis(scaled, order, axis=1)
        if whole:
            found[b] = shuffled @ shuffled.T
        else:
            found[b] = _pairwise(shuffled, np.take_along_axis(present.T, order, axis=1).astype(float))
        np.fill_diagonal(found[b], 1.0)
    return found


def _orders(rng: np.random.Generator, k: int, n: int) -> NDArray[np.intp]:
    """Return a random order of n persons for each of k items."""
    return np.argsort(rng.random((k, n), dtype=np.float32), axis=1)


def _pairwise(scaled: Floats, present: Floats) -> Floats:
    """Return pairwise correlations of items (k, n) whose missing answers are 0."""
    n = present @ present.T
    sums = scaled @ present.T
    cross = scaled @ scaled.T - sums * sums.T / n
    spread = np.square(scaled) @ present.T - np.square(sums) / n
    return np.asarray(cross / np.sqrt(spread * spread.T))


def simulated_polychorics(
    thresholds: Floats, n: int, n_replicates: int, seed: int | np.random.Generator
) -> Floats:
    """Return polychoric correlations of independent normal items cut at these thresholds (k, C - 1)."""
    rng = np.random.default_rng(seed)
    k = len(thresholds)
    draws = []
    for _ in range(n_replicates):
        latent = rng.standard_normal((n, k))
        # strictly above: a threshold at infinity, or equal to its neighbour, adds nobody
        draws.append((latent[:, :, None] > thresholds).sum(axis=2))
    return _polychorics(np.stack(draws).astype(np.int16), thresholds.shape[1] + 1)


def shuffled_polychorics(
    positions: Draws, n_categories: int, n_replicates: int, seed: int | np.random.Generator
) -> Floats:
    """Return polychoric correlations of items each shuffled among the persons, (n_replicates, k, k).

    Negative positions are missing, and shuffled with the others.
    """
    rng = np.random.default_rng(seed)
    n, k = positions.shape
    columns = np.ascontiguousarray(positions.T)
    draws = [np.take_along_axis(columns, _orders(rng, k, n), axis=1).T for _ in range(n_replicates)]
    return _polychorics(np.stack(draws).astype(np.int16), n_categories)


def _polychorics(draws: NDArray[np.int16], n_categories: int) -> Floats:
    """Return polychoric correlations of each replicate (B, n, k): all tables go through one search."""
    B, _, k = draws.shape
    first, second = np.triu_indices(k, 1)
    found = np.empty((B, k, k))
    at_once = max(1, _BLOCK // (len(first) * n_categories**2))
    for start in range(0, B, at_once):
        part = draws[start : start + at_once]
        tables = [_tables(replicate, n_categories) for replicate in part]
        offset = k * np.arange(len(part))[:, None]
        fit = polychoric_from_tables(
            PairTables(
                np.concatenate([counts[first, :, second, :] for counts, _ in tables]),
                np.concatenate([marginal for _, marginal in tables]),
                (first + offset).ravel(),
                (second + offset).ravel(),
            )
        )
        for b in range(len(part)):
            block = slice(b * k, (b + 1) * k)
            found[start + b] = fit.R[block, block]
    return found


def _tables(positions: NDArray[np.int16], n_categories: int) -> tuple[Floats, Floats]:
    """Return the tables of all pairs, (k, C, k, C), and the counts of each item, (k, C)."""
    n, k = positions.shape
    counts = np.zeros((k * n_categories, k * n_categories))
    total = np.zeros(k * n_categories)
    for start in range(0, n, _EXACT):
        part = positions[start : start + _EXACT, :, None] == np.arange(n_categories, dtype=np.int16)
        flat = part.reshape(len(part), -1).astype(np.float32)
        counts += flat.T @ flat
        total += flat.sum(axis=0)
    return counts.reshape(k, n_categories, k, n_categories), total.reshape(k, n_categories)

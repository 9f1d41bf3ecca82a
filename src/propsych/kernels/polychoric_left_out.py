"""Polychoric correlations and thresholds without each person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.polychoric import Polychoric, corners, search, thresholds_from_counts

__all__ = ["EXACT_UP_TO", "n_tables", "polychoric_left_out", "thresholds_left_out"]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

EXACT_UP_TO = 20_000
"""Tables to search up to which each person is really left out."""


def n_tables(positions: Positions, fit: Polychoric) -> int:
    """Return the most tables that :func:`polychoric_left_out` may search."""
    return len(fit.tables.first) * min(len(positions), int(fit.tables.counts[0].size))


def thresholds_left_out(positions: Positions, fit: Polychoric) -> Floats:
    """Return the thresholds of all items without each person, shape (n, k, C - 1), from complete answers."""
    n, k = positions.shape
    C = fit.tables.marginal.shape[1]
    marginal = fit.tables.marginal - (positions[:, :, None] == np.arange(C))
    return thresholds_from_counts(marginal.reshape(n * k, C)).reshape(n, k, C - 1)


def polychoric_left_out(positions: Positions, fit: Polychoric) -> Floats:
    """Return the correlations of all pairs without each person, shape (n, n_pairs), from complete answers.

    NaN where an item then takes one value only. Persons with the same two answers leave the same table
    behind, so each pair is searched once for each of its cells.
    """
    C = fit.tables.marginal.shape[1]
    first, second = fit.tables.first, fit.tables.second
    cell = (np.arange(len(first)) * C + positions[:, first]) * C + positions[:, second]
    met, place = np.unique(cell, return_inverse=True)
    pair, row, column = met // (C * C), met // C % C, met % C
    marginals = [
        fit.tables.marginal[item[pair]] - (own[:, None] == np.arange(C))
        for item, own in ((first, row), (second, column))
    ]
    constant = [(marginal > 0).sum(axis=1) < 2 for marginal in marginals]
    a, b = (corners(thresholds_from_counts(marginal)) for marginal in marginals)
    counts = fit.tables.counts[pair]
    counts[np.arange(len(met)), row, column] -= 1.0
    rho = search(counts, a, b, fit.R[first, second][pair])[0]
    rho = np.where(constant[0] | constant[1], np.nan, rho)
    return np.asarray(rho[place].reshape(cell.shape))

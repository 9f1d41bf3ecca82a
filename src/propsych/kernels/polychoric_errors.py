r"""Sampling errors of two-step polychoric correlations and their thresholds.

A person's answers move each estimate by their *shift*: to first order an estimate differs from its value in
the population by the sum of all shifts. A threshold's shift follows from the item's own answer. A
correlation's is the person's score in it, less what the thresholds take along, divided by the information
(Muthen 1984, doi:10.1007/BF02294210). Both depend on the two answers alone, so standard errors come from the
tables of all pairs, and only the full covariance matrix needs the persons.

Information and cross-information are sums over persons of products of scores, as in lavaan: in large samples
of normal latent responses the same as the curvature of the likelihood. A missing answer counts as it is
used: a person who answered one of two items moves that item's thresholds, and through them the correlation,
and has no score in it. This is right if answers are missing completely at random.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.polychoric_search import corners, likelihood, quick_probabilities
from propsych.kernels.polychoric_two_step import Polychoric, corrected_counts

__all__ = [
    "PolychoricErrors",
    "Shifts",
    "conditional_errors",
    "parameter_positions",
    "polychoric_errors",
    "polychoric_influence",
    "polychoric_nacov",
    "polychoric_shifts",
    "stacked_influence",
    "threshold_scores",
    "threshold_shifts",
]

Floats = NDArray[np.float64]
_BLOCK = 2**21
"""Entries of influence held at a time."""


class Shifts(NamedTuple):
    """How far one person's answers move each estimate; the last position of an answer is "missing".

    Attributes
    ----------
    thresholds : ndarray of float, shape (k, C - 1, C + 1)
        0 where a threshold is infinite.
    correlations : ndarray of float, shape (n_pairs, C + 1, C + 1)
        NaN for an item that takes one value only, and where nobody answered both.
    """

    thresholds: Floats
    correlations: Floats


class PolychoricErrors(NamedTuple):
    """Standard errors: of thresholds, shape (k, C - 1), NaN where infinite; of correlations, (n_pairs,)."""

    thresholds: Floats
    correlations: Floats


def polychoric_shifts(fit: Polychoric) -> Shifts:
    """Return how far each combination of answers moves each estimate.

    With a correction of empty cells the information is that of the corrected table; the errors are then
    approximate.
    """
    tables, C = fit.tables, fit.tables.marginal.shape[1]
    tau = threshold_shifts(tables.marginal, fit.thresholds)
    rho = fit.R[tables.first, tables.second]
    known = np.where(np.isnan(rho), 0.0, rho)
    corner = corners(fit.thresholds)
    a, b = corner[tables.first], corner[tables.second]
    p, slope = quick_probabilities(a, b, known)
    counts = corrected_counts(tables, fit.correct) if fit.correct else tables.counts
    # a cell nobody can be in has no score
    score = np.where(counts > 0, slope / p, 0.0)
    weighted = counts * score
    information = (weighted * score).sum(axis=(1, 2))
    over = 1.0 / np.where(np.isnan(rho) | (information == 0.0), np.nan, information)
    by_first = threshold_scores(a, b, known, p)
    by_second = threshold_scores(b, a, known, p.transpose(0, 2, 1)).transpose(0, 1, 3, 2)
    cross_first = np.einsum("ptij,pij->pt", by_first, weighted)
    cross_second = np.einsum("ptij,pij->pt", by_second, weighted)
    shifts = np.zeros((len(rho), C + 1, C + 1))
    shifts[:, :C, :C] = score
    shifts -= np.einsum("ptc,pt->pc", tau[tables.first], cross_first)[:, :, None]
    shifts -= np.einsum("ptc,pt->pc", tau[tables.second], cross_second)[:, None, :]
    return Shifts(tau, shifts * over[:, None, None])


def threshold_shifts(marginal: Floats, thresholds: Floats) -> Floats:
    """Return how far an answer moves the thresholds of its item, shape (k, C - 1, C + 1); see `Shifts`."""
    k, C = marginal.shape
    finite = np.isfinite(thresholds)
    at = np.where(finite, thresholds, 0.0)
    density = np.exp(-np.square(at) / 2.0) / np.sqrt(2.0 * np.pi)
    n = np.maximum(marginal.sum(axis=1), 1.0)
    below = np.arange(C) <= np.arange(C - 1)[:, None]
    share = np.cumsum(marginal, axis=1)[:, :-1] / n[:, None]
    shifts = np.zeros((k, C - 1, C + 1))
    shifts[:, :, :C] = (below - share[:, :, None]) / (density * n[:, None])[:, :, None]
    return np.where(finite[:, :, None], shifts, 0.0)


def polychoric_errors(fit: Polychoric, shifts: Shifts | None = None) -> PolychoricErrors:
    """Return standard errors of thresholds and correlations, from the tables alone."""
    tables, C = fit.tables, fit.tables.marginal.shape[1]
    tau, rho = polychoric_shifts(fit) if shifts is None else shifts
    thresholds = np.sqrt(np.einsum("ktc,kc->kt", np.square(tau[:, :, :C]), tables.marginal))
    persons = np.zeros(rho.shape)
    persons[:, :C, :C] = tables.counts
    persons[:, :C, C] = tables.marginal[tables.first] - tables.counts.sum(axis=2)
    persons[:, C, :C] = tables.marginal[tables.second] - tables.counts.sum(axis=1)
    correlations = np.sqrt((np.square(rho) * persons).sum(axis=(1, 2)))
    return PolychoricErrors(np.where(np.isfinite(fit.thresholds), thresholds, np.nan), correlations)


def conditional_errors(fit: Polychoric) -> Floats:
    """Return standard errors of the correlations as if the thresholds were known, shape (n_pairs,).

    From the curvature of each likelihood; what polycor prints for its two-step estimate. They are not the
    sampling errors of the two-step estimate, see :func:`polychoric_errors`.
    """
    corner = corners(fit.thresholds)
    first, second = fit.tables.first, fit.tables.second
    counts = corrected_counts(fit.tables, fit.correct)
    bend = likelihood(counts, corner[first], corner[second], fit.R[first, second]).bend
    return np.asarray(1.0 / np.sqrt(np.where(bend < 0.0, -bend, np.nan)))


def polychoric_influence(positions: NDArray[Any], fit: Polychoric) -> tuple[Floats, Floats]:
    """Return what each person adds to thresholds and correlations.

    Parameters
    ----------
    positions : ndarray of int, shape (n, k)
        Negative where missing.
    fit : Polychoric
        From the same answers.

    Returns
    -------
    thresholds : ndarray of float, shape (n, k, C - 1)
        0 where a threshold is infinite.
    correlations : ndarray of float, shape (n, n_pairs)
        Their mean of squares is n times the sampling variance of each correlation, the thresholds' part
        included. n times the persons' shifts.
    """
    shifts, n = polychoric_shifts(fit), len(positions)
    place = _places(positions, fit)
    return n * _of_thresholds(place, shifts), n * _of_correlations(place, shifts, fit)


def _places(positions: NDArray[Any], fit: Polychoric) -> NDArray[np.int64]:
    C = fit.tables.marginal.shape[1]
    return np.where(positions < 0, C, positions).astype(np.int64)


def _of_thresholds(place: NDArray[np.int64], shifts: Shifts) -> Floats:
    items = np.arange(place.shape[1])
    return np.ascontiguousarray(shifts.thresholds[items, :, place])


def _of_correlations(place: NDArray[np.int64], shifts: Shifts, fit: Polychoric) -> Floats:
    n_places = shifts.correlations.shape[1]
    first, second = fit.tables.first, fit.tables.second
    flat = place[:, first] * n_places + place[:, second]
    flat += np.arange(len(first)) * n_places**2
    return np.asarray(shifts.correlations.ravel()[flat])


def parameter_positions(fit: Polychoric) -> NDArray[np.int64]:
    """Return item and threshold of each free threshold, shape (n_thresholds, 2), item by item.

    Those of categories that nobody used are none: infinite, or equal to the one before.
    """
    used = fit.tables.marginal[:, :-1] > 0
    return np.argwhere(np.isfinite(fit.thresholds) & used)


def stacked_influence(positions: NDArray[Any], fit: Polychoric) -> Floats:
    """Return each person's influence on thresholds and then correlations, shape (n, n_thresholds + n_pairs).

    The order is lavaan's: free thresholds item by item (:func:`parameter_positions`), then the pairs
    (0, 1), (0, 2), ..., (1, 2), ... as in ``fit.tables``.
    """
    return _stacked(_places(positions, fit), polychoric_shifts(fit), fit) * len(positions)


def _stacked(place: NDArray[np.int64], shifts: Shifts, fit: Polychoric) -> Floats:
    item, threshold = parameter_positions(fit).T
    tau = _of_thresholds(place, shifts)[:, item, threshold]
    return np.concatenate([tau, _of_correlations(place, shifts, fit)], axis=1)


def polychoric_nacov(positions: NDArray[Any], fit: Polychoric) -> Floats:
    """Return n times the asymptotic covariance of thresholds and correlations, in the order of
    :func:`stacked_influence`.

    Persons are taken in blocks, so memory holds the matrix and not the influence of everybody. For its
    diagonal alone take n times the squares of :func:`polychoric_errors`, which needs no persons.
    """  # noqa: D205
    n = len(positions)
    shifts, size = polychoric_shifts(fit), len(parameter_positions(fit)) + len(fit.tables.first)
    total, rows = np.zeros((size, size)), max(1, _BLOCK // max(1, size))
    for start in range(0, n, rows):
        block = _stacked(_places(positions[start : start + rows], fit), shifts, fit)
        total += block.T @ block
    return total * n


def threshold_scores(a: Floats, b: Floats, rho: Floats, p: Floats) -> Floats:
    """Return the slope of log cell probabilities in the row thresholds, of all thresholds and cells."""
    inner = a[:, 1:-1]
    finite = np.isfinite(inner)
    at = np.where(finite, inner, 0.0)
    density = np.where(finite, np.exp(-np.square(at) / 2.0) / np.sqrt(2.0 * np.pi), 0.0)
    root = np.sqrt(1.0 - np.square(rho))[:, None, None]
    given = special.ndtr((b[:, None, :] - rho[:, None, None] * at[:, :, None]) / root)
    strip = density[:, :, None] * np.diff(given, axis=2)
    change = np.zeros((len(a), inner.shape[1], *p.shape[1:]))
    t = np.arange(inner.shape[1])
    # raising a threshold gives its strip to the row below and takes it from the row above
    change[:, t, t, :] = strip
    change[:, t, t + 1, :] = -strip
    return np.asarray(change / p[:, None])

r"""Polychoric correlations of all pairs of items at once, in two steps, with their sampling covariance.

Thresholds are normal quantiles of the cumulative shares; each correlation then maximises the likelihood
of its pair's table at those thresholds (Olsson 1979, doi:10.1007/BF02296207). Everything that a pair
needs is in its table, so the tables of all pairs come from one matrix product and the search runs over
all pairs together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.bivariate_normal import bivariate_cdf, bivariate_density, density_slope

__all__ = [
    "PairTables",
    "Polychoric",
    "corners",
    "log_likelihood",
    "pair_tables",
    "polychoric",
    "polychoric_influence",
    "search",
    "thresholds_from_counts",
]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

LIMIT = 0.9999
"""Correlations are searched between -.9999 and .9999."""
LEAST_GAIN = 1e-6
"""Log-likelihood that an identified correlation has over the end of the range."""
PRECISION = 1e-11
FLAT = 1e-12
"""Rise of the log-likelihood over the whole bracket, at its present slope, that is only rounding."""
MAX_ITER = 100
LEAST_PROBABILITY = 1e-300


class PairTables(NamedTuple):
    """Counts of all pairs i < j of k items with up to C categories.

    Attributes
    ----------
    counts : ndarray of float, shape (n_pairs, C, C)
        Rows the first item. Categories beyond an item's own are 0.
    marginal : ndarray of float, shape (k, C)
        Counts of each item alone, over everybody who answered it.
    first, second : ndarray of int, shape (n_pairs,)
    """

    counts: Floats
    marginal: Floats
    first: Positions
    second: Positions


class Polychoric(NamedTuple):
    """Polychoric correlations with what they came from.

    Attributes
    ----------
    R : ndarray of float, shape (k, k)
    thresholds : ndarray of float, shape (k, C - 1)
        inf beyond an item's last used category, and equal to its neighbour at a category nobody used.
    n_empty : ndarray of int, shape (n_pairs,)
        Cells without anybody, among the categories that occur.
    converged : ndarray of bool, shape (n_pairs,)
        False also where the table does not identify the correlation: the likelihood rises to its end.
    n_iter : int
    tables : PairTables
    """

    R: Floats
    thresholds: Floats
    n_empty: NDArray[np.int64]
    converged: NDArray[np.bool_]
    n_iter: int
    tables: PairTables


def pair_tables(positions: Positions, n_categories: int) -> PairTables:
    """Count every pair of answers; negative positions are missing and left out pair by pair.

    Examples
    --------
    >>> pair_tables(np.array([[0, 1], [1, 1], [1, 0]]), 2).counts[0]
    array([[0., 1.],
           [1., 1.]])
    """
    k = positions.shape[1]
    one_hot = (positions[:, :, None] == np.arange(n_categories)).astype(float).reshape(len(positions), -1)
    product = (one_hot.T @ one_hot).reshape(k, n_categories, k, n_categories)
    first, second = np.triu_indices(k, 1)
    marginal = one_hot.sum(axis=0).reshape(k, n_categories)
    return PairTables(product[first, :, second, :], marginal, first, second)


def thresholds_from_counts(marginal: Floats) -> Floats:
    """Return the thresholds of items, shape (k, C - 1): normal quantiles of the cumulative shares."""
    total = marginal.sum(axis=1, keepdims=True)
    return np.asarray(special.ndtri(np.minimum(np.cumsum(marginal, axis=1)[:, :-1] / total, 1.0)))


def corners(thresholds: Floats) -> Floats:
    """Return thresholds with both ends, shape (k, C + 1)."""
    end = np.full((len(thresholds), 1), np.inf)
    return np.concatenate([-end, thresholds, end], axis=1)


def _cells(corner: Floats) -> Floats:
    """Return the rectangles between neighbouring corners."""
    return np.diff(np.diff(corner, axis=-1), axis=-2)


def _probabilities(a: Floats, b: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """Return cell probabilities and their slopes in rho, shape (n_pairs, C, C)."""
    x, y, r = a[:, :, None], b[:, None, :], rho[:, None, None]
    p = np.maximum(_cells(bivariate_cdf(x, y, r)), LEAST_PROBABILITY)
    return p, _cells(bivariate_density(x, y, r))


def polychoric(positions: Positions, n_categories: int, correct: float = 0.0) -> Polychoric:
    """Estimate the polychoric correlation of every pair of items.

    Parameters
    ----------
    positions : ndarray of int, shape (n_persons, k)
        Positions among the declared categories; negative where missing (left out pair by pair).
    n_categories : int
        Largest number of declared categories; categories nobody used do no harm, their cells have no width.
    correct : float
        Added to the empty cells of each pair's table, among the categories that occur. 0 leaves the
        likelihood as it is; psych's default is 0.5, which pulls sparse correlations towards 0.

    Returns
    -------
    Polychoric
        R is NaN for an item that takes one value only.
    """
    tables = pair_tables(positions, n_categories)
    thresholds = thresholds_from_counts(tables.marginal)
    used = tables.marginal > 0
    both = used[tables.first][:, :, None] & used[tables.second][:, None, :]
    empty = both & (tables.counts == 0)
    counts = tables.counts + correct * empty
    corner = corners(thresholds)
    rho, converged, n_iter = search(counts, corner[tables.first], corner[tables.second])
    constant = used.sum(axis=1) < 2
    rho = np.where(constant[tables.first] | constant[tables.second], np.nan, rho)
    k = positions.shape[1]
    R = np.eye(k)
    R[tables.first, tables.second] = R[tables.second, tables.first] = rho
    return Polychoric(R, thresholds, empty.sum(axis=(1, 2)), converged, n_iter, tables)


class _Likelihood(NamedTuple):
    """Log-likelihood of each pair's table with its first and second derivative, shape (n_pairs,)."""

    value: Floats
    score: Floats
    bend: Floats


def _likelihood(counts: Floats, a: Floats, b: Floats, rho: Floats) -> _Likelihood:
    p, slope = _probabilities(a, b, rho)
    bend = _cells(density_slope(a[:, :, None], b[:, None, :], rho[:, None, None]))
    met = counts > 0
    # a cell nobody is in says nothing, and its probability may be nothing but rounding
    ratio = np.where(met, slope / p, 0.0)
    axes = (1, 2)
    # near the ends of the range a cell with persons may have next to no probability
    with np.errstate(over="ignore"):
        change = np.where(met, bend / p, 0.0) - np.square(ratio)
        score, curvature = (counts * ratio).sum(axis=axes), (counts * change).sum(axis=axes)
    return _Likelihood((counts * np.log(p)).sum(axis=axes), score, curvature)


def search(
    counts: Floats, a: Floats, b: Floats, start: Floats | None = None
) -> tuple[Floats, NDArray[np.bool_], int]:
    """Newton steps in every pair, within a bracket that the sign of the score narrows.

    Where a step would leave the bracket, or the likelihood would fall, the bracket is halved instead. A pair
    whose likelihood is as large at the end of the range as where the search ended is not identified.
    """
    rho = np.zeros(len(counts)) if start is None else start
    done = counts.sum(axis=(1, 2)) == 0
    low, high = np.full(len(counts), -LIMIT), np.full(len(counts), LIMIT)
    at = _likelihood(counts, a, b, rho)
    n_iter = 0
    while n_iter < MAX_ITER:
        n_iter += 1
        low, high = np.where(at.score > 0.0, rho, low), np.where(at.score < 0.0, rho, high)
        step = -at.score / np.where(at.bend < 0.0, at.bend, np.nan)
        inside = (rho + step > low) & (rho + step < high)
        trial = np.where(inside, rho + step, (low + high) / 2.0)
        done |= (np.abs(trial - rho) < PRECISION) | (np.abs(at.score) * (high - low) < FLAT)
        if done.all():
            break
        new = _likelihood(counts, a, b, trial)
        fell = new.value < at.value - 1e-12 * np.abs(at.value)
        high = np.where(fell & (trial > rho), trial, high)
        low = np.where(fell & (trial < rho), trial, low)
        moves = ~fell & ~done
        rho = np.where(moves, trial, rho)
        at = _Likelihood(*(np.where(moves, after, before) for after, before in zip(new, at, strict=True)))
    at_end = _likelihood(counts, a, b, np.where(rho < 0.0, -LIMIT, LIMIT)).value
    return rho, done & (at.value > at_end + LEAST_GAIN), n_iter


def log_likelihood(tables: PairTables, thresholds: Floats, rho: Floats, correct: float = 0.0) -> Floats:
    """Return each pair's log-likelihood at correlations of shape (n_pairs,), for comparing two solutions."""
    corner = corners(thresholds)
    used = tables.marginal > 0
    both = used[tables.first][:, :, None] & used[tables.second][:, None, :]
    counts = tables.counts + correct * (both & (tables.counts == 0))
    p, _ = _probabilities(corner[tables.first], corner[tables.second], rho)
    return np.asarray((counts * np.log(p)).sum(axis=(1, 2)))


def polychoric_influence(positions: Positions, fit: Polychoric) -> tuple[Floats, Floats]:
    """Return what each person adds to thresholds and correlations, for complete answers.

    Parameters
    ----------
    positions : ndarray of int, shape (n, k)
        Complete answers.
    fit : Polychoric
        From the same answers, without a correction.

    Returns
    -------
    thresholds : ndarray of float, shape (n, k, C - 1)
        0 where a threshold is infinite.
    correlations : ndarray of float, shape (n, n_pairs)
        Their mean of squares is n times the sampling variance of each correlation, the thresholds' part
        included (Muthen 1984, doi:10.1007/BF02294210).
    """
    corner = corners(fit.thresholds)
    first, second = fit.tables.first, fit.tables.second
    rho = fit.R[first, second]
    a, b = corner[first], corner[second]
    p, slope = _probabilities(a, b, rho)
    share = fit.tables.counts / fit.tables.counts.sum(axis=(1, 2))[:, None, None]
    # a cell nobody can be in has no score
    score = np.where(share > 0, slope / p, 0.0)
    information = (share * np.square(score)).sum(axis=(1, 2))
    by_first = _threshold_scores(a, b, rho, p)
    by_second = _threshold_scores(b, a, rho, p.transpose(0, 2, 1)).transpose(0, 1, 3, 2)
    cross_first = (by_first * (share * score)[:, None]).sum(axis=(2, 3))
    cross_second = (by_second * (share * score)[:, None]).sum(axis=(2, 3))
    tau = _threshold_influence(positions, fit.thresholds)
    rows = np.arange(len(first))
    own = score[rows, positions[:, first], positions[:, second]]
    through = np.einsum("npt,pt->np", tau[:, first], cross_first)
    through += np.einsum("npt,pt->np", tau[:, second], cross_second)
    return tau, (own - through) / information


def _threshold_scores(a: Floats, b: Floats, rho: Floats, p: Floats) -> Floats:
    """Return the slope of log cell probabilities in the row thresholds, shape (n_pairs, C - 1, C, C)."""
    inner = a[:, 1:-1]
    finite = np.isfinite(inner)
    at = np.where(finite, inner, 0.0)
    density = np.where(finite, np.exp(-np.square(at) / 2.0) / np.sqrt(2.0 * np.pi), 0.0)
    root = np.sqrt(1.0 - np.square(rho))[:, None, None]
    given = special.ndtr((b[:, None, :] - rho[:, None, None] * at[:, :, None]) / root)
    strip = density[:, :, None] * np.diff(given, axis=2)
    n_thresholds, C = inner.shape[1], p.shape[1]
    change = np.zeros((len(a), n_thresholds, C, C))
    t = np.arange(n_thresholds)
    # raising a threshold gives its strip to the row below and takes it from the row above
    change[:, t, t, :] = strip
    change[:, t, t + 1, :] = -strip
    return np.asarray(change / p[:, None])


def _threshold_influence(positions: Positions, thresholds: Floats) -> Floats:
    below = positions[:, :, None] <= np.arange(thresholds.shape[1])
    finite = np.isfinite(thresholds)
    at = np.where(finite, thresholds, 0.0)
    density = np.exp(-np.square(at) / 2.0) / np.sqrt(2.0 * np.pi)
    return np.where(finite, (below - below.mean(axis=0)) / density, 0.0)

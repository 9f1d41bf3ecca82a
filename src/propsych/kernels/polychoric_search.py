r"""The search for all polychoric correlations at their thresholds: a quick one, a careful one for the rest.

The quick search runs in :math:`\theta = \arcsin\rho`, in which the bivariate normal distribution function has
the slope :math:`\frac{1}{2\pi}\exp\left(-\frac{a^2 + b^2 - 2ab\sin\theta}{2\cos^2\theta}\right)`: each Newton
step integrates from the last place to the next, for which a few nodes are enough. It starts where a table's
normal scores correlate, takes at most some steps, and leaves to the careful search every pair that is not
well behaved: strong correlations, cells with persons and next to no probability, steps that do not settle,
and correlations that the table may not identify.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.bivariate_normal import FAR, bivariate_cdf, bivariate_density, density_slope

__all__ = [
    "LIMIT",
    "Found",
    "careful_search",
    "corners",
    "likelihood",
    "probabilities",
    "quick_probabilities",
    "search",
]

Floats = NDArray[np.float64]

LIMIT = 0.9999
"""Correlations are searched between -.9999 and .9999."""
LEAST_GAIN = 1e-6
"""Log-likelihood that an identified correlation has over the end of the range."""
PRECISION = 1e-11
FLAT = 1e-12
"""Rise of the log-likelihood over the whole bracket, at its present slope, that is only rounding."""
MAX_ITER = 100
LEAST_PROBABILITY = 1e-300

QUICK_LIMIT = float(np.arcsin(0.92))
QUICK_STEPS = 6
LARGEST_STEP = 0.3
LAST_STEP = 1e-6
"""A Newton step so small leaves an error of its square."""
RULES = tuple(
    (float(np.arcsin(top)), *np.polynomial.legendre.leggauss(nodes))
    for top, nodes in ((0.2, 8), (0.5, 12), (0.75, 16), (0.93, 24))
)
"""Nodes enough for an error of 1e-14 up to each correlation; tested against forty nodes."""
STEP_RULE = np.polynomial.legendre.leggauss(8)
_BLOCK = 2**14
"""Corners at a time, so that the work stays in the processor's cache."""


class Found(NamedTuple):
    """Correlations, whether each is identified, and the steps of the slowest."""

    rho: Floats
    converged: NDArray[np.bool_]
    n_iter: int


def corners(thresholds: Floats) -> Floats:
    """Return thresholds between -inf and inf, shape (k, C + 1)."""
    end = np.full((len(thresholds), 1), np.inf)
    return np.concatenate([-end, thresholds, end], axis=1)


def _cells(corner: Floats) -> Floats:
    """Return the rectangles between neighbouring corners."""
    return np.diff(np.diff(corner, axis=-1), axis=-2)


def probabilities(a: Floats, b: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """Return cell probabilities and their slopes in rho, shape (n_pairs, C, C)."""
    x, y, r = a[:, :, None], b[:, None, :], rho[:, None, None]
    p = np.maximum(_cells(bivariate_cdf(x, y, r)), LEAST_PROBABILITY)
    return p, _cells(bivariate_density(x, y, r))


def search(counts: Floats, a: Floats, b: Floats, start: Floats | None = None) -> Found:
    """Return the correlation of each table, at its corners.

    Parameters
    ----------
    counts : ndarray of float, shape (n_pairs, rows, columns)
    a : ndarray of float, shape (n_pairs, rows + 1)
        Thresholds of the first item between -inf and inf.
    b : ndarray of float, shape (n_pairs, columns + 1)
    start : ndarray of float, shape (n_pairs,), optional
        Saves steps where the correlations are nearly known.
    """
    rho, converged = np.zeros(len(counts)), np.zeros(len(counts), dtype=bool)
    n_iter = 0
    proper = np.flatnonzero(~np.isnan(a).any(axis=1) & ~np.isnan(b).any(axis=1))
    with np.errstate(all="ignore"):  # what goes wrong here is done again, carefully
        if start is None:
            theta = _start(counts[proper], a[proper], b[proper])
        else:
            theta = np.arcsin(np.nan_to_num(start[proper]))
        # pairs of like strength together, so that weak ones need few nodes
        by_strength = np.argsort(np.abs(theta))
        order, theta = proper[by_strength], theta[by_strength]
        width = max(1, _BLOCK // max(1, (a.shape[1] - 2) * (b.shape[1] - 2)))
        for begin in range(0, len(order), width):
            rows = order[begin : begin + width]
            found, settled, steps = _quick(counts[rows], a[rows], b[rows], theta[begin : begin + width])
            rho[rows], converged[rows], n_iter = found, settled, max(n_iter, steps)
    rest = proper[~converged[proper]]
    if len(rest):
        slow = careful_search(counts[rest], a[rest], b[rest], np.zeros(len(rest)))
        rho[rest], converged[rest], n_iter = slow.rho, slow.converged, max(n_iter, slow.n_iter)
    return Found(rho, converged, n_iter)


def _start(counts: Floats, a: Floats, b: Floats) -> Floats:
    """Return a first arcsine of the correlations, from the covariance of the categories' normal scores."""
    (x, v), (y, w) = _normal_scores(a), _normal_scores(b)
    moment = np.einsum("pij,pi,pj->p", counts, x, y, optimize=True) / counts.sum(axis=(1, 2)) / (v * w)
    moment = np.clip(np.nan_to_num(moment), -0.9, 0.9)
    # of two categories at the median it is the arcsine itself, of many categories the correlation
    many = np.clip((np.sqrt(v * w) - 2.0 / np.pi) / (1.0 - 2.0 / np.pi), 0.0, 1.0)
    return np.asarray(moment + np.nan_to_num(many) * (np.arcsin(moment) - moment))


def _normal_scores(corner: Floats) -> tuple[Floats, Floats]:
    """Return the mean of a standard normal in each category, and the variance of these means."""
    share = np.diff(special.ndtr(corner), axis=1)
    density = np.exp(-np.square(corner) / 2.0) / np.sqrt(2.0 * np.pi)
    moment = -np.diff(density, axis=1)
    score = np.where(share > 0.0, moment / np.where(share > 0.0, share, 1.0), 0.0)
    return score, (score * moment).sum(axis=1)


class _Grid(NamedTuple):
    """Corners of all cells, pairs last: xy, (x^2 + y^2) / 2, the distribution function, its inner corners."""

    product: Floats
    squares: Floats
    F: Floats
    inner: tuple[slice, slice]


def _grid(x: Floats, y: Floats, theta: Floats) -> _Grid:
    last_row, last_column = len(x) + 1, len(y) + 1
    F = np.zeros((last_row + 1, last_column + 1, len(theta)))
    F[1:last_row, -1], F[-1, 1:last_column], F[-1, -1] = special.ndtr(x), special.ndtr(y), 1.0
    inner = (slice(1, last_row), slice(1, last_column))
    x, y = np.clip(x, -FAR, FAR)[:, None], np.clip(y, -FAR, FAR)[None]
    product, squares = x * y, (np.square(x) + np.square(y)) / 2.0
    top = np.abs(theta).max(initial=0.0)
    rule = next((rule[1:] for rule in RULES if top <= rule[0]), RULES[-1][1:])
    F[inner] = F[1:last_row, -1:] * F[-1:, 1:last_column]
    F[inner] += _integral(product, squares, np.zeros(len(theta)), theta, rule)
    return _Grid(product, squares, F, inner)


def quick_probabilities(a: Floats, b: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """Return what :func:`probabilities` does, to 1e-13, with no more nodes than each correlation needs."""
    p, slope = (np.empty((len(rho), a.shape[1] - 1, b.shape[1] - 1)) for _ in range(2))
    theta = np.arcsin(rho)
    strong = np.abs(theta) >= QUICK_LIMIT
    weak = np.flatnonzero(~strong)
    weak = weak[np.argsort(np.abs(theta[weak]))]
    width = max(1, _BLOCK // max(1, (a.shape[1] - 2) * (b.shape[1] - 2)))
    for begin in range(0, len(weak), width):
        rows = weak[begin : begin + width]
        x, y = (np.ascontiguousarray(corner[rows, 1:-1].T) for corner in (a, b))
        at = _grid(x, y, theta[rows])
        p[rows] = np.maximum(_rectangles(at.F), LEAST_PROBABILITY).transpose(2, 0, 1)
        at.F[...] = 0.0
        cosine = np.cos(theta[rows])
        density = np.exp((at.product * np.sin(theta[rows]) - at.squares) / np.square(cosine))
        at.F[at.inner] = density / (2.0 * np.pi * cosine)
        slope[rows] = _rectangles(at.F).transpose(2, 0, 1)
    if strong.any():
        p[strong], slope[strong] = probabilities(a[strong], b[strong], rho[strong])
    return p, slope


def _quick(counts: Floats, a: Floats, b: Floats, theta: Floats) -> tuple[Floats, NDArray[np.bool_], int]:
    """Take Newton steps in the arcsine; pairs last in every array, so that sums run along memory."""
    n = np.ascontiguousarray(counts.transpose(1, 2, 0))
    met = n > 0
    x, y = (np.ascontiguousarray(corner[:, 1:-1].T) for corner in (a, b))
    at = _grid(x, y, theta)
    product, squares, F, inner = at.product, at.squares, at.F, at.inner
    slope, bend = np.zeros_like(F), np.zeros_like(F)
    settled, fine = np.zeros(len(theta), dtype=bool), np.abs(theta) < QUICK_LIMIT
    step, p = np.zeros(len(theta)), n
    n_iter = 0
    while n_iter < QUICK_STEPS:
        n_iter += 1
        sine, cosine = np.sin(theta), np.cos(theta)
        exponent = (product * sine - squares) / np.square(cosine)
        np.multiply(np.exp(exponent), 0.5 / np.pi, out=slope[inner])
        exponent *= 2.0 * sine
        exponent += product
        exponent /= cosine
        np.multiply(exponent, slope[inner], out=bend[inner])
        p = _rectangles(F)
        fine &= (~met | (p > 1e-13)).all(axis=(0, 1))
        weight = n / np.where(met, p, 1.0)
        d = _rectangles(slope)
        score = (weight * d).sum(axis=(0, 1))
        d *= d
        d *= weight
        d /= np.where(met, p, 1.0)
        curvature = (weight * _rectangles(bend)).sum(axis=(0, 1)) - d.sum(axis=(0, 1))
        step = np.where(fine & ~settled, -score / curvature, 0.0)
        fine &= settled | ((curvature < 0.0) & (np.abs(step) < LARGEST_STEP))
        step = np.where(fine, step, 0.0)
        last = np.abs(step) < LAST_STEP
        moved = theta + step
        fine &= np.abs(moved) < QUICK_LIMIT
        settled |= last & fine
        if not (fine & ~settled).any():
            theta = moved
            break
        F[inner] += _integral(product, squares, theta, moved, STEP_RULE)
        theta = moved
    value = np.where(met, n * np.log(np.where(met, p, 1.0)), 0.0).sum(axis=(0, 1))
    settled &= fine & (value > _most_at_the_end(n, a, b, theta) + 1.0)
    return np.sin(theta), settled, n_iter


def _integral(
    product: Floats, squares: Floats, low: Floats, high: Floats, rule: tuple[Floats, Floats]
) -> Floats:
    """Return the integral of the slope of the distribution function between two arcsines."""
    total, room, other = np.zeros_like(product), np.empty_like(product), np.empty_like(product)
    half, middle = (high - low) / 2.0, (high + low) / 2.0
    for node, weight in zip(*rule, strict=True):
        place = middle + half * node
        sine, over = np.sin(place), 1.0 / np.square(np.cos(place))
        np.multiply(product, sine * over, out=room)
        np.multiply(squares, over, out=other)
        room -= other
        np.exp(room, out=room)
        room *= half * (weight / (2.0 * np.pi))
        total += room
    return total


def _rectangles(corner: Floats) -> Floats:
    strips = corner[1:] - corner[:-1]
    return np.asarray(strips[:, 1:] - strips[:, :-1])


def _most_at_the_end(n: Floats, a: Floats, b: Floats, theta: Floats) -> Floats:
    """Return more than the log-likelihood can be at the end of the range on the side of `theta`.

    There the two latent responses differ by next to nothing, so a cell whose intervals lie apart has at most
    the probability of that difference; all other cells have at most 1.
    """
    sign = np.sign(theta)
    low, high = b[:, :-1].T, b[:, 1:].T
    low, high = np.where(sign < 0, -high, low), np.where(sign < 0, -low, high)
    gap = np.maximum(a[:, :-1].T[:, None] - high[None], low[None] - a[:, 1:].T[:, None])
    far = np.maximum(gap, 0.0) / np.sqrt(2.0 * (1.0 - LIMIT))
    return np.asarray(np.where(n > 0, n * special.log_ndtr(-far), 0.0).sum(axis=(0, 1)))


class _Likelihood(NamedTuple):
    """Log-likelihood of each pair's table with its first and second derivative, shape (n_pairs,)."""

    value: Floats
    score: Floats
    bend: Floats


def likelihood(counts: Floats, a: Floats, b: Floats, rho: Floats) -> _Likelihood:
    """Return the log-likelihood of each table at `rho`, its slope and its curvature."""
    p, slope = probabilities(a, b, rho)
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


def careful_search(counts: Floats, a: Floats, b: Floats, start: Floats) -> Found:
    """Newton steps in every pair, within a bracket that the sign of the score narrows.

    Where a step would leave the bracket, or the likelihood would fall, the bracket is halved instead. A pair
    whose likelihood is as large at the end of the range as where the search ended is not identified.
    """
    rho = start
    done = counts.sum(axis=(1, 2)) == 0
    low, high = np.full(len(counts), -LIMIT), np.full(len(counts), LIMIT)
    at = likelihood(counts, a, b, rho)
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
        new = likelihood(counts, a, b, trial)
        fell = new.value < at.value - 1e-12 * np.abs(at.value)
        high = np.where(fell & (trial > rho), trial, high)
        low = np.where(fell & (trial < rho), trial, low)
        moves = ~fell & ~done
        rho = np.where(moves, trial, rho)
        at = _Likelihood(*(np.where(moves, after, before) for after, before in zip(new, at, strict=True)))
    at_end = likelihood(counts, a, b, np.where(rho < 0.0, -LIMIT, LIMIT)).value
    return Found(rho, done & (at.value > at_end + LEAST_GAIN), n_iter)

r"""Polyserial correlations: of continuous variables with ordered items, all pairs at once.

An item's latent response is standard normal and bivariate normal with the variable. Three estimates, after
Olsson, Drasgow & Dorans (1982), doi:10.1007/BF02294164: from moments (the "ad hoc" one); in two steps, the
correlation by the likelihood of the answers given the variable, at thresholds from the item's shares and the
variable's mean and SD; and joint maximum likelihood (:mod:`propsych.kernels.polyserial_joint`). Of two
categories the correlation is biserial.

Arrays are (n_persons, n_pairs); a negative position or NaN leaves the person out of that pair.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.polychoric_search import LIMIT

__all__ = [
    "AtEnds",
    "Ends",
    "TwoStepPolyserial",
    "answers_at",
    "ends_of",
    "polyserial_moments",
    "standardised",
    "two_step_polyserial",
]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

MAX_ITER = 100
PRECISION = 1e-11
LEAST = 1e-300


class TwoStepPolyserial(NamedTuple):
    """Two-step estimates of each pair.

    Attributes
    ----------
    rho : ndarray of float, shape (n_pairs,)
    bend : ndarray of float, shape (n_pairs,)
        Second derivative of the log-likelihood in rho, thresholds and the variable's scale held fixed.
    converged : ndarray of bool, shape (n_pairs,)
        False also where the likelihood rises to the end of the range.
    value : ndarray of float, shape (n_pairs,)
        Log-likelihood of the answers given the variable.
    score : ndarray of float, shape (n, n_pairs)
        Of each person in rho; 0 for persons left out.
    by_threshold : ndarray of float, shape (n_pairs, C - 1)
        Sums over persons of the score in rho times that in each threshold.
    by_mean, by_variance : ndarray of float, shape (n_pairs,)
        The same with the score of the joint density in the mean and variance of the standardised variable.
    """

    rho: Floats
    bend: Floats
    converged: NDArray[np.bool_]
    value: Floats
    score: Floats
    by_threshold: Floats
    by_mean: Floats
    by_variance: Floats


def standardised(x: Floats, together: NDArray[np.bool_], ddof: int = 0) -> Floats:
    """Return columns with mean 0 and SD 1 among the persons of `together`, NaN for the others.

    NaN throughout where a column does not vary.
    """
    n = together.sum(axis=0)
    safe = np.maximum(n, 1)
    centre = np.where(together, x, 0.0).sum(axis=0) / safe
    apart = np.where(together, x - centre, 0.0)
    apart = apart - np.where(together, apart, 0.0).sum(axis=0) / safe
    spread = np.sqrt(np.where(together, np.square(apart), 0.0).sum(axis=0) / np.maximum(n - ddof, 1))
    varies = spread > 1e-13 * np.abs(np.where(together, x, 0.0)).max(axis=0, initial=0.0)
    return np.where(together, apart, np.nan) / np.where(varies & (n > ddof), spread, np.nan)


def polyserial_moments(z: Floats, positions: Positions, thresholds: Floats) -> Floats:
    r"""Return :math:`r_{xy} \sigma_y / \sum\phi(\tau)`, with categories scored 0, 1, ... as they are used.

    Parameters
    ----------
    z : ndarray of float, shape (n, n_pairs)
        The variable of each pair, in any unit; NaN where missing.
    positions : ndarray of int, shape (n, n_pairs)
        The item of each pair.
    thresholds : ndarray of float, shape (n_pairs, C - 1)

    Returns
    -------
    ndarray of float, shape (n_pairs,)
        May be beyond 1; of two categories the biserial correlation.
    """
    together = ~np.isnan(z) & (positions >= 0)
    n_categories = thresholds.shape[1] + 1
    used = np.stack([((positions == c) & together).any(axis=0) for c in range(n_categories)], axis=1)
    rank = np.cumsum(used, axis=1) - 1
    pairs = np.arange(z.shape[1])
    scored = rank[pairs, np.maximum(positions, 0)].astype(float)
    x, y = standardised(z, together), np.where(together, scored, np.nan)
    n = np.maximum(together.sum(axis=0), 1)
    covariance = (np.where(together, x, 0.0) * np.where(together, y, 0.0)).sum(axis=0) / n
    free = np.isfinite(thresholds) & used[:, :-1]
    density = np.where(free, _density(np.where(free, thresholds, 0.0)), 0.0).sum(axis=1)
    return np.asarray(covariance / np.where(density > 0, density, np.nan))


def _density(t: Floats) -> Floats:
    return np.asarray(np.exp(-np.square(t) / 2.0) / np.sqrt(2.0 * np.pi))


class Ends(NamedTuple):
    """Cuts above and below each person's answer, shape (n, n_pairs), and where they are finite."""

    upper: Floats
    lower: Floats
    has_upper: NDArray[np.bool_]
    has_lower: NDArray[np.bool_]


def ends_of(positions: Positions, cuts: Floats) -> Ends:
    """Return the cuts around each answer, of cuts of shape (n_pairs, C - 1)."""
    end = np.full((len(cuts), 1), np.inf)
    ladder = np.concatenate([-end, cuts, end], axis=1)
    pairs, place = np.arange(len(cuts)), np.maximum(positions, 0)
    upper, lower = ladder[pairs, place + 1], ladder[pairs, place]
    finite = np.isfinite(upper), np.isfinite(lower)
    return Ends(np.where(finite[0], upper, 0.0), np.where(finite[1], lower, 0.0), *finite)


class AtEnds(NamedTuple):
    """Densities at the ends of each answer over its probability, and that probability's logarithm."""

    up: Floats
    down: Floats
    t_up: Floats
    t_down: Floats
    log_p: Floats


def answers_at(ends: Ends, shift: Floats, scale: Floats) -> AtEnds:
    """Return the answers' probabilities at ends (cut - shift) / scale."""
    t_up, t_down = (ends.upper - shift) / scale, (ends.lower - shift) / scale
    # from the side where the difference of two tails is exact
    flip = np.where(ends.has_lower & (t_down > 0), -1.0, 1.0)
    high = np.where(ends.has_upper, t_up, np.inf)
    low = np.where(ends.has_lower, t_down, -np.inf)
    p = np.maximum(np.abs(special.ndtr(flip * high) - special.ndtr(flip * low)), LEAST)
    up = np.where(ends.has_upper, _density(t_up), 0.0) / p
    down = np.where(ends.has_lower, _density(t_down), 0.0) / p
    return AtEnds(up, down, t_up, t_down, np.log(p))


class _Score(NamedTuple):
    value: Floats
    score: Floats  # of each person
    bend: Floats
    at: AtEnds


def _given(z: Floats, ends: Ends, mask: NDArray[np.bool_], rho: Floats) -> _Score:
    root = np.sqrt(1.0 - np.square(rho))
    at = answers_at(ends, rho * z, root)
    parts = []
    for cut, t in ((ends.upper, at.t_up), (ends.lower, at.t_down)):
        first = (rho * cut - z) / root**3
        second = cut / root**3 + 3.0 * rho * (rho * cut - z) / root**5
        parts.append((first, second - t * np.square(first)))
    score = np.where(mask, at.up * parts[0][0] - at.down * parts[1][0], 0.0)
    change = np.where(mask, at.up * parts[0][1] - at.down * parts[1][1], 0.0) - np.square(score)
    return _Score(np.where(mask, at.log_p, 0.0).sum(axis=0), score, change.sum(axis=0), at)


def two_step_polyserial(z: Floats, positions: Positions, thresholds: Floats) -> TwoStepPolyserial:
    """Return the correlations at which the answers, given the variables, are most likely.

    Parameters
    ----------
    z : ndarray of float, shape (n, n_pairs)
        The standardised variable of each pair; NaN where missing.
    positions : ndarray of int, shape (n, n_pairs)
        The item of each pair.
    thresholds : ndarray of float, shape (n_pairs, C - 1)
    """
    mask = ~np.isnan(z) & (positions >= 0)
    x, ends = np.where(mask, z, 0.0), ends_of(positions, thresholds)
    rho = np.clip(np.nan_to_num(polyserial_moments(z, positions, thresholds)), -0.95, 0.95)
    done = ~mask.any(axis=0)
    low, high = np.full(len(rho), -LIMIT), np.full(len(rho), LIMIT)
    here = _given(x, ends, mask, rho)
    for _ in range(MAX_ITER):
        slope = here.score.sum(axis=0)
        low, high = np.where(slope > 0, rho, low), np.where(slope < 0, rho, high)
        step = -slope / np.where(here.bend < 0, here.bend, np.nan)
        inside = (rho + step > low) & (rho + step < high)
        trial = np.where(inside, rho + step, (low + high) / 2.0)
        done |= np.abs(trial - rho) < PRECISION
        if done.all():
            break
        rho = np.where(done, rho, trial)
        here = _given(x, ends, mask, rho)
    end = _given(x, ends, mask, np.where(rho < 0, -LIMIT, LIMIT)).value
    converged = done & mask.any(axis=0) & (here.value > end + 1e-6)
    root, at = np.sqrt(1.0 - np.square(rho)), here.at
    tilt = np.where(mask, rho / root * (at.up - at.down), 0.0)
    mean, variance = x + tilt, (np.square(x) - 1.0) / 2.0 + x * tilt / 2.0
    by_threshold = np.zeros(thresholds.shape)
    for t in range(thresholds.shape[1]):
        own = np.where(positions == t, at.up, 0.0) - np.where(positions == t + 1, at.down, 0.0)
        by_threshold[:, t] = (here.score * np.where(mask, own, 0.0) / root).sum(axis=0)
    return TwoStepPolyserial(
        rho,
        here.bend,
        converged,
        here.value,
        here.score,
        np.where(np.isfinite(thresholds), by_threshold, 0.0),
        (here.score * mean).sum(axis=0),
        (here.score * variance).sum(axis=0),
    )

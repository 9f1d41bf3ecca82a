r"""Variance components of incomplete ratings by restricted maximum likelihood.

The model is :math:`y_{ij} = \mu + s_i + r_j + e_{ij}` with a variance for persons, raters and error.
Persons are eliminated in closed form, so each evaluation needs sums over persons and one system of the size
of the raters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

__all__ = ["IccReml", "Layout", "icc_reml", "residual_sum_of_squares"]

Floats = NDArray[np.float64]
Layout = Literal["one-way", "raters random", "raters fixed"]

BOUNDS = (0.0, 1.0 - 1e-10)
"""The intraclass correlation is searched between these: variances cannot be negative."""


class IccReml(NamedTuple):
    """An intraclass correlation of single ratings from variance components.

    Attributes
    ----------
    icc, lower, upper : float
        Estimate and profile-likelihood interval.
    persons, raters, error : float
        Variance components; `raters` is NaN where they are not random.
    log_likelihood : float
        Restricted log-likelihood at the estimate.
    converged : bool
    n_iter : int
        Evaluations of the likelihood.
    """

    icc: float
    lower: float
    upper: float
    persons: float
    raters: float
    error: float
    log_likelihood: float
    converged: bool
    n_iter: int


class _Sums(NamedTuple):
    """Cross-products of the columns [fixed effects, raters, y], and those of their sums within persons.

    A person's weight depends on the number of ratings alone, so persons with equally many stand together:
    `by_m` (k, n_columns, n_columns) and `n_m` (k,) for 1, ... k ratings.
    """

    cross: Floats
    by_m: Floats
    n_m: Floats
    n_fixed: int
    n_raters: int


def icc_reml(
    values: Floats, layout: Layout = "raters random", level: float = 0.95, *, profile: bool = True
) -> IccReml:
    """Return the intraclass correlation of single ratings from ratings with gaps.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_raters)
        NaN where a rating is missing; persons without a rating are left out by the caller.
    layout : {"one-way", "raters random", "raters fixed"}
        The analogues of ICC(1,1), ICC(2,1) and ICC(3,1).
    level : float
    profile : bool
        False leaves the interval out, which takes most of the time.

    Returns
    -------
    IccReml

    Notes
    -----
    Restricted likelihood: Patterson & Thompson (1971), doi:10.1093/biomet/58.3.545. On complete ratings the
    estimates equal those from mean squares wherever these are not negative. The interval holds those values
    whose restricted likelihood, maximised over the other components, falls short of the highest by less than
    half a chi-square quantile; it presumes normal scores (on ratings of item skewness 1.8 it covers .73 to
    .85 at a nominal .95) and ratings missing at random.

    Without any error (:func:`residual_sum_of_squares` of 0) the likelihood has no highest point: the caller
    refuses such ratings.
    """
    sums = _sums(values, layout)
    counter = [0]

    def highest(rho: float) -> tuple[float, float]:
        """Return the highest likelihood at this intraclass correlation, and the raters' ratio there."""
        counter[0] += 1
        if layout != "raters random":
            return _log_likelihood(sums, rho / (1.0 - rho), 0.0)[0], 0.0
        return _best_raters(sums, rho)

    found = optimize.minimize_scalar(
        lambda z: -highest(float(special.expit(z)))[0],
        bounds=(-23.0, 23.0),
        method="bounded",
        options={"xatol": 1e-6, "maxiter": 500},
    )
    rho = float(special.expit(_polished(lambda z: highest(float(special.expit(z)))[0], float(found.x))))
    top, ratio = highest(rho)
    none = highest(BOUNDS[0])
    if none[0] >= top:
        rho, (top, ratio) = BOUNDS[0], none
    lower = upper = float("nan")
    if profile:
        cut = top - 0.5 * float(special.chdtri(1.0, 1.0 - level))
        lower = _crossing(lambda r: highest(r)[0] - cut, BOUNDS[0], rho)
        upper = _crossing(lambda r: highest(r)[0] - cut, BOUNDS[1], rho)
    persons = rho * (1.0 + ratio) / (1.0 - rho)
    _, error = _log_likelihood(sums, persons, ratio)
    raters = ratio * error if layout == "raters random" else float("nan")
    return IccReml(rho, lower, upper, persons * error, raters, error, top, bool(found.success), counter[0])


def residual_sum_of_squares(values: Floats) -> float:
    """Return what varies after each person's and each rater's level are taken out of ratings with gaps.

    0 where rounding alone would make as much.

    Examples
    --------
    >>> shifted = np.array([[1.0, 2.0], [3.0, 4.0], [7.0, np.nan]])
    >>> residual_sum_of_squares(shifted)
    0.0
    """
    present = ~np.isnan(values)
    mask = present.astype(float)
    y = np.where(present, values - values[present].mean(), 0.0)
    m = np.maximum(mask.sum(axis=1, keepdims=True), 1.0)
    # normal equations of the raters once persons are eliminated; of rank k - 1 where every rater is linked
    information = np.diag(mask.sum(axis=0)) - mask.T @ (mask / m)
    score = y.sum(axis=0) - mask.T @ (y.sum(axis=1) / m[:, 0])
    rest = np.where(present, y - np.linalg.pinv(information, rcond=1e-10) @ score, 0.0)
    rest = np.where(present, rest - rest.sum(axis=1, keepdims=True) / m, 0.0)
    found = float(np.square(rest).sum())
    noise = mask.sum() * (64.0 * np.finfo(float).eps * np.abs(values[present]).max()) ** 2
    return found if found > noise else 0.0


def _sums(values: Floats, layout: Layout) -> _Sums:
    present = ~np.isnan(values)
    mask, k = present.astype(float), values.shape[1]
    centre = values[present].mean()
    y = np.where(present, values - centre, 0.0)
    m, by_rater = mask.sum(axis=1), mask.sum(axis=0)
    rater_y, total = y.sum(axis=0), y.sum()
    person_y = y.sum(axis=1)
    raters = np.diag(by_rater)
    if layout == "raters fixed":
        blocks = [[raters, rater_y[:, None]], [rater_y[None, :], np.array([[np.square(y).sum()]])]]
        return _Sums(np.block(blocks), *_by_number(np.column_stack([mask, person_y]), m, k), k, 0)
    n_raters = k if layout == "raters random" else 0
    cross = np.empty((n_raters + 2, n_raters + 2))
    columns = np.column_stack([m, mask, person_y]) if n_raters else np.column_stack([m, person_y])
    cross[0, 0], cross[0, -1], cross[-1, -1] = m.sum(), total, np.square(y).sum()
    if n_raters:
        cross[0, 1:-1], cross[1:-1, -1], cross[1:-1, 1:-1] = by_rater, rater_y, raters
    return _Sums(np.triu(cross) + np.triu(cross, 1).T, *_by_number(columns, m, k), 1, n_raters)


def _by_number(within: Floats, m: Floats, k: int) -> tuple[Floats, Floats]:
    parts = [within[m == size] for size in range(1, k + 1)]
    return np.array([part.T @ part for part in parts]), np.array([float(len(part)) for part in parts])


def _log_likelihood(sums: _Sums, persons: float, raters: float) -> tuple[float, float]:
    """Return the restricted log-likelihood at variances relative to the error's, and the error's variance."""
    sizes = np.arange(1.0, len(sums.n_m) + 1.0)
    weight = persons / (1.0 + persons * sizes)
    G = sums.cross - np.tensordot(weight, sums.by_m, axes=1)
    log_det = float(sums.n_m @ np.log1p(persons * sizes))
    fixed = slice(0, sums.n_fixed)
    if sums.n_raters and raters > 0.0:
        z = slice(sums.n_fixed, sums.n_fixed + sums.n_raters)
        inner = np.eye(sums.n_raters) + raters * G[z, z]
        log_det += float(np.linalg.slogdet(inner)[1])
        G = G - raters * G[:, z] @ np.linalg.solve(inner, G[z, :])
    information, score = G[fixed, fixed], G[fixed, -1]
    rss = float(G[-1, -1] - score @ np.linalg.solve(information, score))
    free = float(sums.n_m @ sizes) - sums.n_fixed
    error = max(rss, np.finfo(float).tiny) / free
    log_likelihood = -0.5 * (
        log_det + float(np.linalg.slogdet(information)[1]) + free * (math.log(2.0 * math.pi * error) + 1.0)
    )
    return log_likelihood, error


def _best_raters(sums: _Sums, rho: float) -> tuple[float, float]:
    def at(z: float) -> float:
        ratio = float(np.exp(z))
        return -_log_likelihood(sums, rho * (1.0 + ratio) / (1.0 - rho), ratio)[0]

    found = optimize.minimize_scalar(at, bounds=(-25.0, 12.0), method="bounded", options={"xatol": 1e-7})
    none = _log_likelihood(sums, rho / (1.0 - rho), 0.0)[0]
    return (none, 0.0) if none >= -found.fun else (-float(found.fun), float(np.exp(found.x)))


def _polished(f: Callable[[float], float], z: float) -> float:
    """Return where the slope of f is 0, near a maximum that a search by values found to about 1e-8."""
    h = 3e-3
    for _ in range(2):
        near, far = [f(z - h), f(z + h)], [f(z - 2.0 * h), f(z + 2.0 * h)]
        slope = (8.0 * (near[1] - near[0]) - (far[1] - far[0])) / (12.0 * h)
        bend = (near[0] + near[1] - 2.0 * f(z)) / h**2
        move = -slope / bend if bend < 0.0 else 0.0
        # at an end of the scale the likelihood is flat, and there is nothing to polish
        z += move if abs(move) < h else 0.0
    return z


def _crossing(gap: Callable[[float], float], end: float, inside: float) -> float:
    """Return where the profile crosses the cut between the estimate and an end of the scale."""
    if gap(end) >= 0.0 or gap(inside) <= 0.0:
        return float(round(end))
    return float(optimize.brentq(gap, min(end, inside), max(end, inside), xtol=1e-10))

"""Intervals from replicates and standard errors: bootstrap counts, percentile, BCa, transformed scales."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

__all__ = [
    "Limits",
    "Transform",
    "bca_interval",
    "bootstrap_counts",
    "percentile_interval",
    "transformed_interval",
]

Floats = NDArray[np.float64]
Transform = Literal["identity", "log1m", "fisher_z", "logit", "log"]


class Limits(NamedTuple):
    """Ends of an interval; NaN where it does not exist."""

    lower: Floats
    upper: Floats


def bootstrap_counts(n: int, n_boot: int, seed: int | np.random.Generator) -> NDArray[np.float64]:
    """Return how often each of `n` persons is drawn in each of `n_boot` resamples, shape (n_boot, n).

    As floating numbers, because replicates of a statistic are products of these counts with the persons'
    sums and squares. The same `seed` gives the same counts.

    Examples
    --------
    >>> bootstrap_counts(5, 3, seed=1).sum(axis=1)
    array([5., 5., 5.])
    """
    # short integers are drawn twice as fast
    kind = np.uint16 if n <= 65_536 else np.int64
    draws = np.random.default_rng(seed).integers(0, n, size=(n_boot, n), dtype=kind)
    flat = draws + n * np.arange(n_boot)[:, None]
    return np.bincount(flat.ravel(), minlength=n_boot * n).reshape(n_boot, n).astype(float)


def percentile_interval(replicates: Floats, level: float = 0.95) -> Limits:
    """Return the percentile interval of replicates of shape (n_boot, ...); those that are NaN are left out.

    Notes
    -----
    Efron & Tibshirani (1993), doi:10.1201/9780429246593, chapter 13.
    """
    tail = (1.0 - level) / 2.0
    lower, upper = _quantiles(replicates, np.array([tail, 1.0 - tail]))
    return Limits(lower, upper)


def _quantiles(replicates: Floats, at: Floats) -> Floats:
    none = np.isnan(replicates).all(axis=0)
    found = np.nanquantile(np.where(none, 0.0, replicates), at, axis=0)
    return np.where(none, np.nan, found)


def bca_interval(replicates: Floats, estimate: float, jackknife: Floats, level: float = 0.95) -> Limits:
    """Return the bias-corrected and accelerated bootstrap interval of one statistic.

    Parameters
    ----------
    replicates : ndarray of float, shape (n_boot,)
    estimate : float
        The statistic of the sample.
    jackknife : ndarray of float, shape (n,)
        The statistic with each person left out.
    level : float

    Notes
    -----
    Efron (1987), doi:10.1080/01621459.1987.10478410. Ties with the estimate count half. NaN where every
    replicate lies on one side, or nothing varies.
    """
    kept = replicates[~np.isnan(replicates)]
    if kept.size == 0 or np.isnan(estimate) or np.isnan(jackknife).any():
        return Limits(np.asarray(np.nan), np.asarray(np.nan))
    below = (np.sum(kept < estimate) + 0.5 * np.sum(kept == estimate)) / kept.size
    d = jackknife.mean() - jackknife
    spread = np.square(d).sum()
    if not 0.0 < below < 1.0 or not spread > 0.0:
        return Limits(np.asarray(np.nan), np.asarray(np.nan))
    a = (d**3).sum() / (6.0 * spread**1.5)
    z0 = special.ndtri(below)
    z = z0 + special.ndtri(np.array([(1.0 - level) / 2.0, (1.0 + level) / 2.0]))
    lower, upper = np.quantile(kept, special.ndtr(z0 + z / (1.0 - a * z)))
    return Limits(np.asarray(lower), np.asarray(upper))


def transformed_interval(
    estimate: ArrayLike,
    se: ArrayLike,
    level: float = 0.95,
    transform: Transform = "identity",
    df: ArrayLike | None = None,
) -> Limits:
    """Return an interval that is symmetric on a transformed scale.

    Parameters
    ----------
    estimate, se : array_like of float
        The statistic and its standard error on its own scale.
    level : float
    transform : {"identity", "log1m", "fisher_z", "logit", "log"}
        log(1 - x) for coefficients with an upper end of 1, Fisher's z for -1 to 1, logit for 0 to 1, log for
        positive numbers.
    df : array_like of float, optional
        Degrees of freedom of Student's t; without, the normal quantile.

    Returns
    -------
    Limits
        NaN where the estimate lies at or beyond an end of its scale (the scale has no interval there), or
        the standard error is NaN.

    Examples
    --------
    >>> low, high = transformed_interval(0.8, 0.03, transform="log1m")
    >>> round(float(low), 3), round(float(high), 3)
    (0.732, 0.851)
    """
    x, s = np.asarray(estimate, dtype=float), np.asarray(se, dtype=float)
    p = (1.0 + level) / 2.0
    q = special.ndtri(p) if df is None else special.stdtrit(np.asarray(df, dtype=float), p)
    with np.errstate(divide="ignore", invalid="ignore"):
        if transform == "identity":
            return Limits(np.asarray(x - q * s), np.asarray(x + q * s))
        if transform == "log1m":
            gap, half = np.where(x < 1.0, 1.0 - x, np.nan), q * s / np.where(x < 1.0, 1.0 - x, np.nan)
            return Limits(np.asarray(1.0 - gap * np.exp(half)), np.asarray(1.0 - gap * np.exp(-half)))
        if transform == "fisher_z":
            inside = np.where(np.abs(x) < 1.0, x, np.nan)
            z, half = np.arctanh(inside), q * s / (1.0 - np.square(inside))
            return Limits(np.asarray(np.tanh(z - half)), np.asarray(np.tanh(z + half)))
        positive = np.where(x > 0.0, x, np.nan)
        if transform == "log":
            half = q * s / positive
            return Limits(np.asarray(positive * np.exp(-half)), np.asarray(positive * np.exp(half)))
        inside = np.where(x < 1.0, positive, np.nan)
        z, half = special.logit(inside), q * s / (inside * (1.0 - inside))
        return Limits(np.asarray(special.expit(z - half)), np.asarray(special.expit(z + half)))

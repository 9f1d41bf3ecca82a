"""Shares and their intervals: Wilson, Clopper-Pearson, and one that respects clustering by site."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

__all__ = [
    "ClusteredShare",
    "Share",
    "clopper_pearson",
    "clustered_share",
    "normal_quantile",
    "t_quantile",
    "wilson",
]

Floats = NDArray[np.float64]


class Share(NamedTuple):
    """Shares with the ends of their intervals; NaN where there were no trials."""

    estimate: Floats
    lower: Floats
    upper: Floats


class ClusteredShare(NamedTuple):
    """Shares with intervals that respect clusters.

    `design_effect` is at least 1; `n_clusters` counts the clusters with answers.
    """

    estimate: Floats
    lower: Floats
    upper: Floats
    design_effect: Floats
    n_clusters: NDArray[np.int64]


def normal_quantile(level: float) -> float:
    """Return the standard normal quantile of a two-sided interval at `level`.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return float(special.ndtri(0.5 + level / 2))


def t_quantile(level: float, df: ArrayLike) -> Floats:
    """Return Student's t quantile of a two-sided interval at `level`; NaN where `df` is not positive."""
    degrees = np.asarray(df, dtype=float)
    return np.asarray(special.stdtrit(np.where(degrees > 0, degrees, np.nan), 0.5 + level / 2), dtype=float)


def wilson(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> Share:
    """Return shares with Wilson's score interval.

    Parameters
    ----------
    count, n : array_like
        Successes and trials; they broadcast.
    level : float
        Confidence level.

    Returns
    -------
    Share
        Arrays of the broadcast shape; NaN where `n` is 0.

    Notes
    -----
    Wilson (1927), doi:10.1080/01621459.1927.10502953. R's ``prop.test(correct = FALSE)`` gives the same. Do
    not use it for persons pooled over sites that differ: see :func:`clustered_share`.

    Examples
    --------
    >>> wilson(15, 100).lower.round(4), wilson(15, 100).upper.round(4)
    (np.float64(0.0931), np.float64(0.2328))
    """
    trials = np.asarray(n, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.asarray(count, dtype=float) / np.where(trials > 0, trials, np.nan)
        return Share(share, *_score_interval(share, trials, normal_quantile(level)))


def _score_interval(share: Floats, n: Floats, quantile: Any) -> tuple[Floats, Floats]:
    z2 = np.square(quantile)
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = quantile / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # at a share of 0 or 1 the end is exactly 0 or 1; rounding must not put it outside
    lower = np.where(share == 0, 0.0, np.clip(centre - half, 0.0, 1.0))
    upper = np.where(share == 1, 1.0, np.clip(centre + half, 0.0, 1.0))
    return np.where(np.isnan(share), np.nan, lower), np.where(np.isnan(share), np.nan, upper)


def clopper_pearson(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> Share:
    """Return shares with the exact interval of Clopper and Pearson.

    Parameters
    ----------
    count, n : array_like
        Successes and trials; they broadcast.
    level : float
        Confidence level; the interval covers at least this.

    Returns
    -------
    Share
        NaN where `n` is 0.

    Notes
    -----
    Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404, by quantiles of the beta distribution.

    Examples
    --------
    >>> clopper_pearson(0, 10).upper.round(4)
    np.float64(0.3085)
    """
    x, trials = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(n, dtype=float))
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / np.where(trials > 0, trials, np.nan)
        lower = np.where(x == 0, 0.0, special.betaincinv(np.maximum(x, 1), trials - x + 1, tail))
        upper = np.where(x == trials, 1.0, special.betaincinv(x + 1, np.maximum(trials - x, 1), 1 - tail))
    none = np.isnan(share)
    return Share(share, np.where(none, np.nan, lower), np.where(none, np.nan, upper))


def clustered_share(success: ArrayLike, cluster: NDArray[np.int64], level: float = 0.95) -> ClusteredShare:
    r"""Return shares with intervals that respect clustering of persons, for instance by site.

    Parameters
    ----------
    success : array_like of float, shape (n_persons, n_shares)
        1, 0, or NaN where the person does not count.
    cluster : ndarray of int, shape (n_persons,)
        Number of the person's cluster; a negative number leaves the person out.
    level : float
        Confidence level.

    Returns
    -------
    ClusteredShare
        Arrays of shape (n_shares,). The interval is NaN with fewer than two clusters.

    Notes
    -----
    With :math:`y_s` successes among :math:`m_s` persons of cluster :math:`s`, the share is the ratio
    :math:`p = \sum y_s / \sum m_s` with linearised variance

    .. math:: v = \frac{S}{S-1} \sum_s (y_s - p\,m_s)^2 / n^2 ,

    the design effect is :math:`v / (p(1-p)/n)`, not below 1, and :math:`n / deff` takes the place of n in
    Wilson's interval, with Student's t on S - 1 degrees of freedom in place of the normal quantile. Korn and
    Graubard (1998, Survey Methodology 24:193-201) put the effective sample size into Clopper-Pearson's
    interval, which is wide; Dean and Pagano (2015, doi:10.1093/jssam/smv024) and Franco, Little, Louis and
    Slud (2019, doi:10.1093/jssam/smy019) compare such intervals, and the latter recommend Wilson's form and
    warn that every form covers too little when the design effect is estimated from few clusters. Hence the
    t quantile, and the floor of 1, against the noisy variance of a handful of clusters.
    At a share of exactly 0 or 1 the clusters show no variance, the design effect is
    taken as 1, and only the t quantile widens the interval: it is too narrow there if sites differ.

    The interval is about sites that were drawn from many. Do not trust it below four clusters, and read it as
    rough below ten: see ``benchmarks/coverage_clustered.py``.
    """
    y = np.asarray(success, dtype=float)
    used = ~np.isnan(y) & (cluster >= 0)[:, None]
    n_groups = int(cluster.max(initial=-1)) + 1
    membership = np.equal.outer(np.arange(n_groups), cluster).astype(float)
    sizes = membership @ used
    hits = membership @ np.where(used, y, 0.0)
    n = sizes.sum(axis=0)
    n_clusters = (sizes > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits.sum(axis=0) / np.where(n > 0, n, np.nan)
        factor = n_clusters / np.where(n_clusters > 1, n_clusters - 1.0, np.nan)
        variance = factor * np.square(hits - share * sizes).sum(axis=0) / np.square(n)
        binomial = share * (1 - share) / n
        effect = np.where(binomial > 0, np.maximum(variance / binomial, 1.0), 1.0)
        effect = np.where(n_clusters > 1, effect, np.nan)
        lower, upper = _score_interval(share, n / effect, t_quantile(level, n_clusters - 1))
    lacking = n_clusters < 2
    lower, upper = np.where(lacking, np.nan, lower), np.where(lacking, np.nan, upper)
    return ClusteredShare(share, lower, upper, effect, n_clusters.astype(np.int64))

"""Item-total and item-rest correlations and pairwise correlations with distribution-free standard errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Correlations",
    "difference_interval",
    "fisher_interval",
    "item_rest",
    "item_total",
    "item_total_from_covariance",
    "pairs",
]

Floats = NDArray[np.float64]


class Correlations(NamedTuple):
    """Correlations with standard errors on Fisher's scale (arctanh)."""

    r: Floats
    se_z: Floats
    n: int


def _standardise(values: Floats) -> Floats:
    """Return z scores (divisor n); NaN for a column that does not vary."""
    if values.shape[0] == 0:
        return np.full(values.shape, np.nan)
    deviations = values - values.mean(axis=0)
    spread = np.sqrt(np.square(deviations).mean(axis=0))
    size = np.abs(values).max(axis=0, initial=0.0)
    scaled: Floats = deviations / np.where(
        spread > 1e-12 * np.maximum(size, np.finfo(float).tiny), spread, np.nan
    )
    return scaled


def _correlate(x: Floats, y: Floats, cluster: NDArray[np.int64] | None) -> Correlations:
    """Correlate column by column, with influence-function standard errors.

    The influence of a person on r is ``zx zy - r (zx^2 + zy^2) / 2`` (Devlin, Gnanadesikan & Kettenring 1975,
    doi:10.1093/biomet/62.3.531); on Fisher's scale it is divided by ``1 - r^2``.
    """
    n = x.shape[0]
    zx, zy = _standardise(x), _standardise(y)
    if n < 3:
        empty = np.full(zx.shape[1], np.nan)
        return Correlations(empty, empty.copy(), n)
    product = zx * zy
    r = np.clip(product.mean(axis=0), -1.0, 1.0)
    room = 1.0 - r**2
    influence = (product - r * (zx**2 + zy**2) / 2.0) / np.where(room > 1e-12, room, np.nan)
    return Correlations(r, _standard_error(influence, cluster), n)


def _standard_error(influence: Floats, cluster: NDArray[np.int64] | None) -> Floats:
    n = influence.shape[0]
    if cluster is None:
        return np.asarray(np.sqrt(np.square(influence).sum(axis=0) / (n * (n - 1))))
    membership = np.equal.outer(np.unique(cluster), cluster).astype(float)
    groups = membership.shape[0]
    if groups < 2:
        return np.full(influence.shape[1], np.nan)
    sums = membership @ influence
    return np.asarray(np.sqrt(groups / (groups - 1) * np.square(sums).sum(axis=0)) / n)


def item_rest(values: Floats, cluster: NDArray[np.int64] | None = None) -> Correlations:
    """Return the correlation of each item with the sum of the other items.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, k)
        Complete answers.
    cluster : ndarray of int, shape (n_persons,), optional
        Cluster of each person; given, the standard errors are robust to clustering.

    Returns
    -------
    Correlations
        Arrays of shape (k,). NaN for one item, fewer than three persons, or an item or rest without variance.
    """
    if values.shape[1] < 2:
        empty = np.full(values.shape[1], np.nan)
        return Correlations(empty, empty.copy(), values.shape[0])
    return _correlate(values, values.sum(axis=1, keepdims=True) - values, cluster)


def item_total(values: Floats, cluster: NDArray[np.int64] | None = None) -> Correlations:
    """Return the correlation of each item with the sum of all items, itself included, which inflates it."""
    total = np.repeat(values.sum(axis=1, keepdims=True), values.shape[1], axis=1)
    return _correlate(values, total, cluster)


def item_total_from_covariance(C: Floats) -> tuple[Floats, Floats]:
    """Return each item's correlation with the sum of all items and with the sum of the others.

    Parameters
    ----------
    C : ndarray of float, shape (k, k)
        Covariance matrix, also a pairwise one.

    Returns
    -------
    item_total, item_rest : ndarray of float, shape (k,)
        In [-1, 1]. NaN where the item or the sum does not vary.
    """
    variance, with_total = np.diag(C), C.sum(axis=0)
    with_rest = with_total - variance
    total = np.full(len(C), C.sum())
    rest = total - 2 * with_total + variance
    return _scaled(with_total, variance * total), _scaled(with_rest, variance * rest)


def _scaled(covariance: Floats, product: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        r = covariance / np.sqrt(np.where(product > 0, product, np.nan))
    return np.asarray(np.clip(r, -1.0, 1.0))


def pairs(values: Floats, cluster: NDArray[np.int64] | None = None) -> Correlations:
    """Return the correlation of every pair of columns i < j, in the order (0, 1), (0, 2), ..., (1, 2), ..."""
    left, right = np.triu_indices(values.shape[1], 1)
    return _correlate(values[:, left], values[:, right], cluster)


def fisher_interval(r: Floats, se_z: Floats, quantile: float | Floats) -> tuple[Floats, Floats]:
    """Return the interval ``tanh(arctanh(r) -+ quantile * se_z)``; NaN at r = -1 or 1."""
    inside = np.where(np.abs(r) < 1.0, r, np.nan)
    z = np.arctanh(inside)
    return np.tanh(z - quantile * se_z), np.tanh(z + quantile * se_z)


def difference_interval(
    first: tuple[Floats, Floats, Floats], second: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Return first - second with an interval made from the two intervals.

    Parameters
    ----------
    first, second : tuple of ndarray
        Estimate, lower and upper end of two independent correlations.

    Returns
    -------
    difference, lower, upper : ndarray

    Notes
    -----
    Zou (2007), doi:10.1037/1082-989X.12.4.399, equation 15: it keeps the asymmetry of the two intervals and
    stays within [-2, 2].
    """
    (r1, l1, u1), (r2, l2, u2) = first, second
    difference = r1 - r2
    lower = difference - np.sqrt((r1 - l1) ** 2 + (u2 - r2) ** 2)
    upper = difference + np.sqrt((u1 - r1) ** 2 + (r2 - l2) ** 2)
    return difference, lower, upper

"""Internal consistency with each item left out, from sums of the whole matrix: no smaller matrix is made."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["IfDropped", "Spread", "if_dropped", "spread_if_dropped"]

Floats = NDArray[np.float64]


class IfDropped(NamedTuple):
    """Arrays of shape (k,), named as in :class:`propsych.kernels.alpha.Consistency`."""

    alpha: Floats
    standardised: Floats
    lambda6: Floats
    mean_r: Floats


class Spread(NamedTuple):
    """Median and variance of the correlations of the kept items, and signal to noise; shape (k,)."""

    median_r: Floats
    variance_r: Floats
    signal_noise: Floats


def if_dropped(C: Floats, R: Floats, inverse: Floats) -> IfDropped:
    """Return alpha and its relatives without each item of at least three.

    Parameters
    ----------
    C, R, inverse : ndarray of float, shape (k, k)
        Covariances, the correlations that belong to them, and their inverse: :func:`safe_inverse` tells
        whether the short cut keeps its digits.
    """
    k = len(C)
    variance, total = np.diag(C), C.sum() - 2.0 * C.sum(axis=0) + np.diag(C)
    total_r = R.sum() - 2.0 * R.sum(axis=0) + 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = _alpha(variance.sum() - variance, total, k - 1)
        standardised = _alpha(np.full(k, k - 1.0), total_r, k - 1)
    mean_r = (total_r - (k - 1)) / ((k - 1.0) * (k - 2.0))
    return IfDropped(alpha, standardised, 1.0 - _unexplained(inverse) / total_r, mean_r)


def spread_if_dropped(R: Floats, mean_r: Floats) -> Spread:
    """Return what else is known of the correlations without each item; `mean_r` as in :func:`if_dropped`."""
    k = len(R)
    lower = np.tril_indices(k, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        signal_noise = (k - 1) * mean_r / (1.0 - mean_r)
    return Spread(_median_without_each(R[lower], lower, k), _variance_without_each(R), signal_noise)


def _alpha(trace: Floats, total: Floats, k: int) -> Floats:
    return np.asarray(k / (k - 1) * (1.0 - trace / np.where(total > 0, total, np.nan)))


def _unexplained(inverse: Floats) -> Floats:
    """Return the sum over the kept items of 1 - squared multiple correlation, without each item.

    Leaving item i out takes p_ij^2 / p_ii away from the diagonal of the inverse.
    """
    diagonal = np.diag(inverse)
    without = diagonal[None, :] - np.square(inverse) / diagonal[:, None]
    np.fill_diagonal(without, np.inf)
    return np.asarray((1.0 / without).sum(axis=1))


def _variance_without_each(R: Floats) -> Floats:
    """Return the variance of the correlations of the kept items; NaN for one pair."""
    m = (len(R) - 1) * (len(R) - 2) / 2
    if m < 2:
        return np.full(len(R), np.nan)
    # about the mean of all pairs, so that little cancels
    centred = R - (R.sum() - len(R)) / (len(R) * (len(R) - 1))
    np.fill_diagonal(centred, 0.0)
    squares, sums = np.square(centred).sum(axis=0), centred.sum(axis=0)
    kept, kept_sum = squares.sum() / 2 - squares, sums.sum() / 2 - sums
    return np.asarray(np.maximum(kept - np.square(kept_sum) / m, 0.0) / (m - 1))


def _median_without_each(
    pairs: Floats, places: tuple[NDArray[np.int64], NDArray[np.int64]], k: int
) -> Floats:
    """Return the median of the pairs that do not hold item i, for each i."""
    order = np.argsort(pairs)
    rank = np.empty((k, k), dtype=np.int64)
    rank[places[0][order], places[1][order]] = rank[places[1][order], places[0][order]] = np.arange(
        len(order)
    )
    np.fill_diagonal(rank, len(order))
    # of the sorted pairs, those of item i are taken out; before the t-th that is left stand as many of them
    # as have a rank of at most t more than their own number
    taken = np.sort(rank, axis=1)[:, :-1] - np.arange(k - 1)
    left = len(pairs) - (k - 1)
    middle = [t + (taken <= t).sum(axis=1) for t in ((left - 1) // 2, left // 2)]
    return np.asarray((pairs[order][middle[0]] + pairs[order][middle[1]]) / 2.0)

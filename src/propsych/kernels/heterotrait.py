"""Heterotrait-monotrait ratios of correlations between groups of items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["heterotrait_monotrait"]

Floats = NDArray[np.float64]


def heterotrait_monotrait(R: Floats, members: NDArray[np.bool_], geometric: bool) -> Floats:
    r"""Return the ratio for every pair of groups, shape (m, m), 1 on the diagonal.

    Parameters
    ----------
    R : ndarray of float, shape (k, k)
        Correlations; their absolute values are used.
    members : ndarray of bool, shape (k, m)
        Which items belong to which group; at least two each.
    geometric : bool
        Geometric means (HTMT2) instead of arithmetic ones (HTMT).

    Notes
    -----
    The mean correlation between the items of two groups, divided by the root of the product of the mean
    correlations within them: Henseler, Ringle & Sarstedt (2015), doi:10.1007/s11747-014-0403-8; geometric
    means, which do not presume equal loadings: Roemer, Schuberth & Henseler (2021),
    doi:10.1108/IMDS-02-2021-0082.
    """
    size = np.abs(R)
    if geometric:
        with np.errstate(divide="ignore"):
            size = np.log(size)
    size = np.where(np.eye(len(R), dtype=bool), 0.0, size)
    each = members.astype(float)
    count = each.sum(axis=0)
    pairs = np.outer(count, count) - np.diag(count)
    means = _zero_safe(size, each) / pairs
    own = np.diag(means)
    ratio = np.asarray(np.exp(means - 0.5 * (own[:, None] + own)) if geometric else means / _root(own))
    np.fill_diagonal(ratio, 1.0)
    return ratio


def _root(own: Floats) -> Floats:
    return np.asarray(np.sqrt(np.outer(own, own)))


def _zero_safe(size: Floats, each: Floats) -> Floats:
    """Return sums of entries between groups; -inf (the log of a correlation of 0) times 0 is nothing."""
    infinite = np.isneginf(size)
    total = each.T @ np.where(infinite, 0.0, size) @ each
    return np.where(each.T @ infinite.astype(float) @ each > 0, -np.inf, total)

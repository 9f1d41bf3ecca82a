"""Krippendorff's alpha from the matrix of coincidences, with its own metrics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["METRICS", "Alpha", "coincidences", "krippendorff_alpha", "krippendorff_left_out"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

METRICS = ("nominal", "ordinal", "interval", "ratio")
"""Levels of measurement."""
CHUNK = 2_000_000
"""Numbers held at once while units are left out."""


class Alpha(NamedTuple):
    """Alpha with the disagreement seen and expected, the pairable ratings and units behind it."""

    alpha: float
    observed: float
    expected: float
    n_values: int
    n_units: int


def coincidences(positions: Integers, q: int) -> Floats:
    """Return the matrix of coincidences, shape (q, q).

    Parameters
    ----------
    positions : ndarray of int, shape (n_units, n_raters)
        Negative where missing; a unit with one rating has no coincidences.
    q : int
        Number of categories.

    Notes
    -----
    Every ordered pair of ratings of a unit counts 1 / (m - 1) for m ratings; Krippendorff (2011), Computing
    Krippendorff's alpha-reliability, section C.

    Examples
    --------
    >>> coincidences(np.array([[0, 0, 1], [1, 1, -1]]), 2)
    array([[1., 1.],
           [1., 2.]])
    """
    counts, scaled = _counts(positions, q)
    return np.asarray(scaled.T @ counts - np.diag(scaled.sum(axis=0)))


def _counts(positions: Integers, q: int) -> tuple[Floats, Floats]:
    """Return each unit's ratings in each category, and the same divided by m - 1; 0 without a pair."""
    counts = (positions[..., None] == np.arange(q)).sum(axis=1).astype(float)
    m = counts.sum(axis=1, keepdims=True)
    return counts, np.where(m >= 2, counts / np.maximum(m - 1.0, 1.0), 0.0)


def _of_units(counts: Floats, scaled: Floats) -> Floats:
    """Return the coincidences of each unit, shape (n_units, q, q)."""
    return np.asarray(scaled[:, :, None] * (counts[:, None, :] - np.eye(counts.shape[1])))


def _distance(marginals: Floats, scores: Floats, metric: str) -> Floats:
    """Return squared distances of categories, shape (..., q, q)."""
    q = scores.size
    if metric == "nominal":
        return np.broadcast_to(1.0 - np.eye(q), (*marginals.shape, q))
    if metric == "interval":
        gap = np.square(scores[:, None] - scores)
        return np.broadcast_to(gap, (*marginals.shape, q))
    if metric == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.square((scores[:, None] - scores) / (scores[:, None] + scores))
        np.fill_diagonal(gap, 0.0)
        return np.broadcast_to(gap, (*marginals.shape, q))
    if metric != "ordinal":
        raise ValueError(f"unknown metric {metric!r}")
    # ratings from one category's middle to the other's: the difference of mid-ranks
    middle = np.cumsum(marginals, axis=-1) - marginals / 2.0
    return np.asarray(np.square(middle[..., :, None] - middle[..., None, :]))


def _alpha(matrix: Floats, scores: Floats, metric: str) -> tuple[Floats, Floats, Floats]:
    marginals = matrix.sum(axis=-1)
    n = marginals.sum(axis=-1)
    distance = _distance(marginals, scores, metric)
    chance = marginals[..., :, None] * marginals[..., None, :]
    # a category that nobody used adds nothing, whatever its distance
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.where(matrix > 1e-12, matrix * distance, 0.0).sum(axis=(-2, -1)) / n
        expected = np.where(chance > 1e-12, chance * distance, 0.0).sum(axis=(-2, -1)) / (n * (n - 1.0))
        alpha = 1.0 - observed / np.where(expected > 0, expected, np.nan)
    return alpha, observed, expected


def krippendorff_alpha(positions: Integers, scores: Floats, metric: str = "nominal") -> Alpha:
    r"""Return Krippendorff's alpha of ratings with or without missing ones.

    Parameters
    ----------
    positions : ndarray of int, shape (n_units, n_raters)
        Position among the categories, negative where missing.
    scores : ndarray of float, shape (q,)
        Scores of the categories; used by the interval and the ratio metric.
    metric : {"nominal", "ordinal", "interval", "ratio"}

    Returns
    -------
    Alpha
        NaN where all pairable ratings are in one category.

    Raises
    ------
    ValueError
        For an unknown metric.

    Notes
    -----
    Krippendorff (2011), Computing Krippendorff's alpha-reliability: :math:`\alpha = 1 - D_o / D_e` with the
    squared distances of section D. The ordinal one is the squared difference of mid-ranks, so it depends on
    how often categories are used; Gwet's ordinal weights do not, and give another number.

    Examples
    --------
    >>> ratings = np.array([[0, 0], [1, 1], [2, 1], [2, 2]])
    >>> round(krippendorff_alpha(ratings, np.arange(3.0)).alpha, 6)
    0.666667
    """
    alpha, observed, expected = _alpha(coincidences(positions, scores.size), scores, metric)
    m = (positions >= 0).sum(axis=1)
    return Alpha(float(alpha), float(observed), float(expected), int(m[m >= 2].sum()), int((m >= 2).sum()))


def krippendorff_left_out(positions: Integers, scores: Floats, metric: str = "nominal") -> Floats:
    """Return alpha with each pairable unit left out, shape (n_pairable,)."""
    pairable = positions[(positions >= 0).sum(axis=1) >= 2]
    counts, scaled = _counts(pairable, scores.size)
    total = coincidences(pairable, scores.size)
    step = max(1, CHUNK // max(scores.size**2, 1))
    blocks = [np.empty(0)]
    for start in range(0, len(pairable), step):
        rows = slice(start, start + step)
        blocks.append(_alpha(total - _of_units(counts[rows], scaled[rows]), scores, metric)[0])
    return np.concatenate(blocks)

"""Chance-corrected agreement of any number of raters, with missing ratings, and its linearised variance.

All coefficients have the form (pa - pe) / (1 - pe); they differ in what they take for agreement by chance:
Fleiss (1971), doi:10.1037/h0031619; Conger (1980), doi:10.1037/0033-2909.88.2.322; Gwet (2008),
doi:10.1348/000711006X126600; the linearised variances with missing ratings and weights follow Gwet (2014),
Handbook of Inter-Rater Reliability, 4th edition.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["COEFFICIENTS", "AgreementEstimate", "agreement", "category_counts"]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

COEFFICIENTS = ("percent", "brennan_prediger", "fleiss", "conger", "gwet", "krippendorff")


class AgreementEstimate(NamedTuple):
    """One coefficient with its parts.

    `contributions` has shape (n_used,), mean `value`; the standard error is that of their mean.
    """

    value: float
    observed: float
    expected: float
    se: float
    contributions: Floats


class _Ratings(NamedTuple):
    counts: Floats  # (n, q): how many raters chose each category
    n_ratings: Floats  # (n,)
    agree: Floats  # (n,): weighted share of agreeing pairs of raters, 0 below two ratings
    weights: Floats


def category_counts(positions: Positions, q: int) -> Floats:
    """Return how many raters chose each category, shape (n, q); negative positions are missing."""
    n = positions.shape[0]
    flat = np.where(
        positions >= 0, positions + (q + 1) * np.arange(n)[:, None], q + (q + 1) * np.arange(n)[:, None]
    )
    return np.bincount(flat.ravel(), minlength=n * (q + 1)).reshape(n, q + 1)[:, :q].astype(float)


def agreement(positions: Positions, weights: Floats) -> dict[str, AgreementEstimate]:
    """Return every coefficient of `COEFFICIENTS` from ratings as positions among the declared categories.

    Parameters
    ----------
    positions : ndarray of int, shape (n, r)
        Negative where missing. Persons without a rating are left out by the caller; persons with one rating
        count for the marginal shares and not for agreement (not at all for Krippendorff's alpha).
    weights : ndarray of float, shape (q, q)
        Agreement weights; 1 on the diagonal.

    Returns
    -------
    dict of str to AgreementEstimate
        NaN where chance agreement is complete or nobody was rated twice.
    """
    counts = category_counts(positions, len(weights))
    data = _rated(counts, weights)
    twice = counts.sum(axis=1) >= 2
    results = {
        "percent": _from_parts(data, 0.0, np.zeros(len(counts))),
        "brennan_prediger": _brennan_prediger(data),
        "fleiss": _fleiss(data),
        "conger": _conger(data, positions),
        "gwet": _gwet(data),
        "krippendorff": _krippendorff(_rated(counts[twice], weights)),
    }
    return {name: results[name] for name in COEFFICIENTS}


def _rated(counts: Floats, weights: Floats) -> _Ratings:
    m = counts.sum(axis=1)
    pairs = np.maximum(m * (m - 1.0), 1.0)
    agree = (counts * (counts @ weights.T - 1.0)).sum(axis=1) / pairs
    return _Ratings(counts, m, np.where(m >= 2, agree, 0.0), weights)


def _from_parts(data: _Ratings, expected: float, expected_i: Floats) -> AgreementEstimate:
    """Return the coefficient where `expected_i` is what each person adds to chance agreement."""
    twice = data.n_ratings >= 2
    n, n_twice = len(twice), int(twice.sum())
    if n_twice == 0 or not 1.0 - expected > 1e-12:
        nan = float("nan")
        return AgreementEstimate(nan, nan, expected, nan, np.full(n, np.nan))
    observed = float(data.agree.sum() / n_twice)
    value = (observed - expected) / (1.0 - expected)
    own = n / n_twice * np.where(twice, data.agree - expected, 0.0) / (1.0 - expected)
    # what a person does to chance agreement counts twice: it is a product of two shares
    by_chance = 2.0 * (1.0 - value) * (expected_i - expected) / (1.0 - expected)
    return _estimate(value, observed, expected, own - (by_chance if expected_i.any() else 0.0))


def _estimate(value: float, observed: float, expected: float, contributions: Floats) -> AgreementEstimate:
    n = len(contributions)
    se = np.sqrt(np.square(contributions - value).sum() / (n * (n - 1.0))) if n > 1 else np.nan
    return AgreementEstimate(float(value), float(observed), float(expected), float(se), contributions)


def _shares(data: _Ratings) -> Floats:
    return np.asarray((data.counts / data.n_ratings[:, None]).mean(axis=0))


def _brennan_prediger(data: _Ratings) -> AgreementEstimate:
    return _from_parts(data, float(data.weights.mean()), np.zeros(len(data.counts)))


def _fleiss(data: _Ratings) -> AgreementEstimate:
    share = _shares(data)
    near = (data.weights @ share + share @ data.weights) / 2.0
    return _from_parts(data, float(share @ data.weights @ share), data.counts @ near / data.n_ratings)


def _gwet(data: _Ratings) -> AgreementEstimate:
    q, share = len(data.weights), _shares(data)
    if q < 2:
        return _from_parts(data, 1.0, np.ones(len(data.counts)))
    scale = data.weights.sum() / (q * (q - 1.0))
    expected = float(scale * (share * (1.0 - share)).sum())
    return _from_parts(data, expected, scale * (data.counts @ (1.0 - share)) / data.n_ratings)


def _conger(data: _Ratings, positions: Positions) -> AgreementEstimate:
    n, r = positions.shape
    q, W = len(data.weights), (data.weights + data.weights.T) / 2.0
    rated = positions >= 0
    by_rater = rated.sum(axis=0).astype(float)
    if r < 2 or not (by_rater > 0).all():
        return _from_parts(data, 1.0, np.ones(n))
    flat = np.where(rated, positions, q) + (q + 1) * np.arange(r)
    table = np.bincount(flat.ravel(), minlength=r * (q + 1)).reshape(r, q + 1)[:, :q] / by_rater[:, None]
    total = table.sum(axis=0)
    others = total - table  # what the other raters chose
    expected = float(np.einsum("gk,kl,gl->", table, W, others) / (r * (r - 1.0)))
    near = others @ W  # (r, q): weight of each category against the others' choices
    own = np.take_along_axis(near, np.where(rated, positions, 0).T, axis=1).T * rated
    usual = np.einsum("gk,gk->g", near, table)
    lift = n / by_rater * (own - (rated - by_rater / n) * usual)
    return _from_parts(data, expected, lift.sum(axis=1) / (r * (r - 1.0)))


def _krippendorff(data: _Ratings) -> AgreementEstimate:
    n = len(data.counts)
    if n < 2:
        nan = float("nan")
        return AgreementEstimate(nan, nan, nan, nan, np.full(n, np.nan))
    mean_m, W = float(data.n_ratings.mean()), data.weights
    correction = 1.0 / (n * mean_m)
    agree = data.agree * data.n_ratings / mean_m
    observed = (1.0 - correction) * float(agree.mean()) + correction
    share = data.counts.mean(axis=0) / mean_m
    expected = float(share @ W @ share)
    if not 1.0 - expected > 1e-12:
        return AgreementEstimate(float("nan"), observed, expected, float("nan"), np.full(n, np.nan))
    value = (observed - expected) / (1.0 - expected)
    # linearised without the small-sample correction, as irrCAC does: it is of the order 1 / n
    plain = (float(agree.mean()) - expected) / (1.0 - expected)
    more = (data.n_ratings - mean_m) / mean_m
    own = (agree - observed * more - expected) / (1.0 - expected)
    near = (W @ share + share @ W) / 2.0
    by_chance = data.counts @ near / mean_m - expected * more
    contributions = own - 2.0 * (1.0 - plain) * (by_chance - expected) / (1.0 - expected)
    return _estimate(value, observed, expected, contributions - plain + value)

r"""Agreement of any number of raters, also with missing ratings, and its standard errors.

Every coefficient is :math:`(p_a - p_e) / (1 - p_e)`; they differ in the agreement expected by chance. Each is
a function of sums over persons, so leaving a person out, or drawing persons with replacement, is a
subtraction or a product of those sums.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["COEFFICIENTS", "Agreement", "agreement", "agreement_left_out", "replicated_agreement"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COEFFICIENTS = ("percent", "brennan_prediger", "fleiss", "conger", "gwet", "krippendorff")
"""Order of the last axis of every result."""
CHUNK = 2_000_000
"""Numbers held at once while persons are left out."""


class Agreement(NamedTuple):
    """Coefficients in the order of `COEFFICIENTS`.

    `estimate`, `observed` and `expected` have shape (..., 6); `se` is the linearised standard error, `n` the
    persons behind each coefficient.
    """

    estimate: Floats
    observed: Floats
    expected: Floats
    se: Floats
    n: Integers


class _Sums(NamedTuple):
    """Each person's part of the sums (first axis persons), or the sums themselves."""

    agreement: Floats  # share of agreeing pairs, (...)
    pairable: Floats  # 1 with two ratings or more, (...)
    rated: Floats  # 1 with any rating, (...)
    shares: Floats  # share of a person's ratings in each category, (..., q)
    pairs: Floats  # agreeing pairs for each rating, of pairable persons, (...)
    values: Floats  # ratings in each category, of pairable persons, (..., q)
    by_rater: Floats  # ratings of each rater in each category, (..., r, q)


def _one_hot(positions: Integers, q: int) -> Floats:
    return np.asarray((positions[..., None] == np.arange(q)).astype(float))


def _parts(hot: Floats, weights: Floats) -> _Sums:
    counts = hot.sum(axis=1)
    m = counts.sum(axis=1)
    pairable, rated = m >= 2, m >= 1
    agreeing = (counts * (counts @ weights - 1.0)).sum(axis=1)
    each = np.where(pairable, agreeing / np.maximum(m - 1.0, 1.0), 0.0)
    share = counts / np.maximum(m, 1.0)[:, None]
    return _Sums(
        each / np.maximum(m, 1.0),
        pairable.astype(float),
        rated.astype(float),
        share,
        each,
        counts * pairable[:, None],
        hot,
    )


def _chance(pi: Floats, weights: Floats) -> Floats:
    return np.asarray(np.einsum("...k,kl,...l->...", pi, weights, pi))


def _conger_chance(by_rater: Floats, weights: Floats) -> Floats:
    """Return the mean over pairs of different raters of the agreement of their marginals."""
    p = by_rater / by_rater.sum(axis=-1, keepdims=True)
    r = p.shape[-2]
    total = p.sum(axis=-2)
    own = np.einsum("...gk,kl,...gl->...", p, weights, p)
    return np.asarray((_chance(total, weights) - own) / (r * (r - 1.0)))


def _coefficients(sums: _Sums, weights: Floats) -> tuple[Floats, Floats, Floats]:
    q = weights.shape[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        pa = sums.agreement / sums.pairable
        pi = sums.shares / sums.rated[..., None]
        n_values = sums.values.sum(axis=-1)
        alpha_pa = sums.pairs / n_values * (1.0 - 1.0 / n_values) + 1.0 / n_values
        spread = (pi * (1.0 - pi)).sum(axis=-1)
        expected = [
            np.zeros_like(pa),
            np.full_like(pa, weights.sum() / q**2),
            _chance(pi, weights),
            _conger_chance(sums.by_rater, weights),
            weights.sum() * spread / (q * (q - 1.0)),
            _chance(sums.values / n_values[..., None], weights),
        ]
        pe = np.stack(expected, axis=-1)
        observed = np.stack([pa] * 5 + [alpha_pa], axis=-1)
        gap = 1.0 - pe
        estimate = (observed - pe) / np.where(gap > 1e-12, gap, np.nan)
    return estimate, observed, pe


def agreement(positions: Integers, weights: Floats) -> Agreement:
    """Return all coefficients with Gwet's linearised standard errors.

    Parameters
    ----------
    positions : ndarray of int, shape (n_persons, n_raters)
        Position of each rating among the declared categories, negative where missing.
    weights : ndarray of float, shape (q, q)
        Agreement weights, 1 on the diagonal.

    Returns
    -------
    Agreement
        Arrays of length 6 in the order of `COEFFICIENTS`. A coefficient is NaN where chance agreement is 1,
        or no person has two ratings.

    Notes
    -----
    Percent agreement; Brennan & Prediger (1981), doi:10.1177/001316448104100307; Fleiss (1971),
    doi:10.1037/h0031619; Conger (1980), doi:10.1037/0033-2909.88.2.322; Gwet (2008),
    doi:10.1348/000711006X126600 (AC1, with weights AC2); Krippendorff (1970), doi:10.2307/270787. Missing
    ratings and the linearised variances are as in Gwet (2014), ISBN 978-0970806284, chapters 2 to 5: a person
    with one rating tells about chance agreement only, and nothing to Krippendorff's alpha.

    The variances treat persons as a sample and these raters as the raters of interest.
    """
    rated = positions[(positions >= 0).any(axis=1)]
    hot = _one_hot(rated, weights.shape[0])
    parts = _parts(hot, weights)
    sums = _Sums(*(part.sum(axis=0) for part in parts))
    estimate, observed, pe = _coefficients(sums, weights)
    n = int(sums.rated)
    n_each = np.array([n] * 5 + [int(sums.pairable)])
    with np.errstate(divide="ignore", invalid="ignore"):
        own = _linearised_chance(parts, sums, weights, observed, pe)
        share = (n / sums.pairable) * (parts.agreement[:, None] - pe[:5] * parts.pairable[:, None])
        first = share / (1.0 - pe[:5]) - 2.0 * (1.0 - estimate[:5]) * (own - pe[:5]) / (1.0 - pe[:5])
        variance = np.square(first - estimate[:5]).sum(axis=0) / (n * (n - 1.0))
        se = np.append(np.sqrt(variance), _krippendorff_se(parts, sums, weights))
    return Agreement(estimate, observed, pe, np.where(np.isnan(estimate), np.nan, se), n_each)


def _linearised_chance(parts: _Sums, sums: _Sums, weights: Floats, observed: Floats, pe: Floats) -> Floats:
    """Return each person's part of chance agreement, shape (n, 5); where it does not vary, `pe` itself."""
    q, n = weights.shape[0], sums.rated
    pi = sums.shares / n
    own = np.repeat(pe[None, :5], len(parts.rated), axis=0)
    own[:, 2] = parts.shares @ (weights @ pi)
    own[:, 4] = weights.sum() / (q * (q - 1.0)) * (parts.shares @ (1.0 - pi))
    n_rater = sums.by_rater.sum(axis=-1)
    p = sums.by_rater / n_rater[:, None]
    r = p.shape[0]
    other = (p.sum(axis=0) - p) @ weights
    # a rater's marginal moves with the person's rating, and with whether there is one
    present = parts.by_rater.sum(axis=-1) - n_rater / n
    moved = np.einsum("igl,gl->ig", parts.by_rater, other) - present * (p * other).sum(axis=1)
    own[:, 3] = (moved * (n / n_rater)).sum(axis=1) / (r * (r - 1.0))
    return own


def _krippendorff_se(parts: _Sums, sums: _Sums, weights: Floats) -> float:
    kept = parts.pairable > 0
    n = float(sums.pairable)
    m = parts.values[kept].sum(axis=1)
    mean_m = sums.values.sum() / n
    pi = sums.values / sums.values.sum()
    pe = float(pi @ weights @ pi)
    pa = float(sums.pairs / sums.values.sum())
    coefficient = (pa - pe) / (1.0 - pe)
    surplus = (m - mean_m) / mean_m
    # Gwet's program takes the observed agreement corrected for the number of ratings in this one place
    corrected = pa + (1.0 - pa) / sums.values.sum()
    own_pa = parts.pairs[kept] / mean_m - corrected * surplus
    own_pe = parts.values[kept] @ (weights @ pi) / mean_m - pe * surplus
    linear = (own_pa - pe) / (1.0 - pe) - 2.0 * (1.0 - coefficient) * (own_pe - pe) / (1.0 - pe)
    return float(np.sqrt(np.square(linear - coefficient).sum() / (n * (n - 1.0))))


def agreement_left_out(positions: Integers, weights: Floats) -> Floats:
    """Return the coefficients with each rated person left out, shape (n_rated, 6).

    Persons without any rating are no part of it.
    """
    rated = positions[(positions >= 0).any(axis=1)]
    q, r = weights.shape[0], positions.shape[1]
    parts = _parts(_one_hot(rated, q), weights)
    sums = _Sums(*(part.sum(axis=0) for part in parts))
    step = max(1, CHUNK // (r * q))
    blocks = []
    for start in range(0, len(rated), step):
        rows = slice(start, start + step)
        less = _Sums(*(total - part[rows] for total, part in zip(sums, parts, strict=True)))
        blocks.append(_coefficients(less, weights)[0])
    return np.concatenate(blocks)


def replicated_agreement(positions: Integers, weights: Floats, counts: Floats) -> Floats:
    """Return the coefficients of resamples, shape (n_boot, 6).

    Parameters
    ----------
    positions, weights
        As in :func:`agreement`.
    counts : ndarray of float, shape (n_boot, n_persons)
        How often each person is drawn.
    """
    parts = _parts(_one_hot(positions, weights.shape[0]), weights)
    sums = _Sums(*(np.tensordot(counts, part, axes=(1, 0)) for part in parts))
    return _coefficients(sums, weights)[0]

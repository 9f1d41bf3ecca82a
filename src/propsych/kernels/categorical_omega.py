"""Reliability of the observed sum of ordered items from a factor model of their latent responses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.bivariate_normal import bivariate_cdf, bivariate_density

__all__ = ["SumScoreSlopes", "observed_covariances", "sum_score_reliability", "sum_score_slopes"]

Floats = NDArray[np.float64]


def observed_covariances(thresholds: Floats, R: Floats, scores: Floats) -> Floats:
    """Return the covariances of observed item scores implied by latent correlations.

    Parameters
    ----------
    thresholds : ndarray of float, shape (..., k, C - 1)
    R : ndarray of float, shape (..., k, k)
        Latent correlations; the diagonal is used as it stands: 1 for an item's variance, its communality for
        its covariance with a replicate of itself.
    scores : ndarray of float, shape (k, C)
        Score of each category.

    Notes
    -----
    With an item's score a sum of steps over its thresholds, a covariance is the sum over pairs of
    thresholds of step times step times [Phi2(t, u; r) - Phi(t) Phi(u)]: Green & Yang (2009),
    doi:10.1007/s11336-008-9099-3.
    """
    k = thresholds.shape[-2]
    steps = np.diff(scores, axis=1)
    # an infinite threshold is crossed by all or none and takes no part
    steps = np.where(np.isfinite(thresholds), steps, 0.0)
    at = np.where(np.isfinite(thresholds), thresholds, 0.0)
    # the matrices of a stack are symmetric
    rows, columns = np.tril_indices(k) if R.ndim > 2 else np.indices((k, k)).reshape(2, -1)
    t, u = at[..., rows, :, None], at[..., columns, None, :]
    r = R[..., rows, columns, None, None]
    one = r >= 1.0 - 1e-12
    joint = bivariate_cdf(t, u, np.where(one, 0.0, np.clip(r, -0.999999, 0.999999)))
    joint = np.where(one, special.ndtr(np.minimum(t, u)), joint)
    excess = joint - special.ndtr(t) * special.ndtr(u)
    weights = steps[..., rows, :, None] * steps[..., columns, None, :]
    found = np.empty(R.shape)
    found[..., rows, columns] = (weights * excess).sum(axis=(-2, -1))
    if R.ndim > 2:
        found[..., columns, rows] = found[..., rows, columns]
    return found


def sum_score_reliability(thresholds: Floats, common: Floats, total: Floats, scores: Floats) -> Floats:
    """Return the share of the observed sum's variance that the common factors give.

    Parameters
    ----------
    thresholds : ndarray of float, shape (..., k, C - 1)
    common : ndarray of float, shape (..., k, k)
        Latent covariances from the factors, communalities on the diagonal.
    total : ndarray of float, shape (..., k, k)
        Latent correlations, 1 on the diagonal: observed (polychoric) or implied by the model.
    scores : ndarray of float, shape (k, C)
    """
    numerator = observed_covariances(thresholds, common, scores).sum(axis=(-2, -1))
    return np.asarray(numerator / observed_covariances(thresholds, total, scores).sum(axis=(-2, -1)))


class SumScoreSlopes(NamedTuple):
    """Slopes of a sum of covariances in each latent covariance (k, k) and each threshold (k, C - 1)."""

    covariances: Floats
    thresholds: Floats


def sum_score_slopes(thresholds: Floats, R: Floats, scores: Floats) -> SumScoreSlopes:
    """Return the slopes of the sum of :func:`observed_covariances`.

    A covariance moves its term by the density at the thresholds (Plackett 1954); a threshold moves its row by
    the share of the other answer beyond each of its own thresholds, given the first.
    """
    finite = np.isfinite(thresholds)
    steps = np.where(finite, np.diff(scores, axis=1), 0.0)
    at = np.where(finite, thresholds, 0.0)
    t, u = at[:, None, :, None], at[None, :, None, :]
    weight = steps[:, None, :, None] * steps[None, :, None, :]
    r = R[:, :, None, None]
    one = r >= 1.0 - 1e-12
    inside = np.where(one, 0.0, np.clip(r, -0.999999, 0.999999))
    by_covariance = (weight * bivariate_density(t, u, inside)).sum(axis=(2, 3))
    given = special.ndtr((u - inside * t) / np.sqrt(1.0 - np.square(inside)))
    # where two answers are one, what lies beyond is certain, and half of it at the threshold itself
    given = np.where(one, (np.sign(u - t) + 1.0) / 2.0, given)
    excess = (weight * (given - special.ndtr(u))).sum(axis=(1, 3))
    density = np.exp(-np.square(at) / 2.0) / np.sqrt(2.0 * np.pi)
    return SumScoreSlopes(by_covariance, 2.0 * density * excess)

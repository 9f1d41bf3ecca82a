r"""Normal-theory maximum likelihood and unweighted least squares of complete moments, several groups.

With :math:`V = \Sigma^{-1}`, :math:`T = S + (\bar y - \mu)(\bar y - \mu)'`:
:math:`F = \log|\Sigma| + tr(T V) - \log|S| - k` (Joreskog 1969, doi:10.1007/BF02289343), a mean over groups
weighted by their persons; :math:`n F` is the chi-square.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from propsych.kernels.sem.bend import bend
from propsych.kernels.sem.model import (
    Directions,
    Model,
    collected,
    directions,
    fill,
    implied,
    spread,
)

__all__ = [
    "Moments",
    "by_gradient",
    "cross_of",
    "information_of",
    "inverse_and_log_det",
    "moments_of",
    "normal_derivatives",
    "uls_derivatives",
]

Floats = NDArray[np.float64]
Derivatives = tuple[float, Floats, Floats]
"""Value, gradient (p,), information or curvature (p, p)."""


class Moments(NamedTuple):
    """Persons, means (k,) and covariances (k, k) with divisor n of one group."""

    n: int
    mean: Floats
    covariance: Floats


def moments_of(values: Floats) -> Moments:
    """Return the moments of complete answers, shape (n, k)."""
    mean = values.mean(axis=0)
    centred = values - mean
    return Moments(len(values), mean, centred.T @ centred / len(values))


def inverse_and_log_det(sigma: Floats) -> tuple[Floats, float] | None:
    """Return the inverse and the log determinant of a positive definite matrix, else None."""
    try:
        factor = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return None
    inverse, _ = linalg.lapack.dpotri(factor, lower=1)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    return inverse, 2.0 * float(np.log(np.diag(factor)).sum())


def by_gradient(found: Directions, W: Floats, w: Floats | None) -> Floats:
    """Return tr(W dSigma) + w'dmu for each entry, W symmetric; the gradient's and the scores' only form."""
    slope = 2.0 * found.weight * np.einsum("iq,iq->q", found.left, W @ found.right)
    return np.asarray(slope if w is None else slope + w @ found.mean)


def information_of(found: Directions, V: Floats, with_means: bool, weight: Floats | None = None) -> Floats:
    """Return (1/2) tr(V dSigma_i V dSigma_j) + dmu_i' V dmu_j for all pairs of entries, shape (q, q).

    With `weight` another symmetric matrix U takes the place of the second V (and of the V of the means it
    does not: those keep V); then the result is made symmetric.
    """
    U = V if weight is None else weight
    a, b = found.left, found.right
    Va, Vb = V @ a, V @ b
    aa, bb, ab = a.T @ Va, b.T @ Vb, a.T @ Vb
    if weight is None:
        products = aa * bb + ab * ab.T
    else:
        Ua, Ub = U @ a, U @ b
        ua, ub, uab = a.T @ Ua, b.T @ Ub, a.T @ Ub
        products = 0.5 * (aa * ub + ua * bb + ab * uab.T + uab * ab.T)
    total = np.outer(found.weight, found.weight) * products
    return total + found.mean.T @ V @ found.mean if with_means else total


def normal_derivatives(
    model: Model, moments: Sequence[Moments], parameters: Floats, observed: bool = False
) -> Derivatives:
    """Return F, its gradient, and its information or (`observed`) curvature; infinite without a Sigma.

    F is -2 / n times the log likelihood, so its curvature is twice the information of one person.
    """
    p, total = model.n_parameters, sum(one.n for one in moments)
    value, gradient, matrix = 0.0, np.zeros(p), np.zeros((p, p))
    for group, sample in zip(model.groups, moments, strict=True):
        matrices = fill(group, parameters)
        mean, sigma = implied(matrices)
        solved, base = inverse_and_log_det(sigma), inverse_and_log_det(sample.covariance)
        if solved is None:
            return np.inf, gradient, np.eye(p)
        V, log_det = solved
        share = sample.n / total
        gap = sample.mean - mean if model.means else np.zeros_like(mean)
        T = sample.covariance + np.outer(gap, gap)
        ground = base[1] if base is not None else 0.0
        value += share * (log_det + float(np.einsum("ij,ij->", V, T)) - ground - len(mean))
        found = directions(group, matrices)
        VTV = V @ T @ V
        G, w = V - VTV, -2.0 * (V @ gap) if model.means else None
        gradient += share * collected(by_gradient(found, G, w), group, p)
        if observed:
            own = 2.0 * information_of(found, V, model.means, 2.0 * VTV - V)
            if w is not None:
                # the mean's slope meets Sigma's slope
                cross = cross_of(found, V, -w)
                own += cross + cross.T
            own += bend(group.entries, matrices, G, w)
        else:
            own = 2.0 * information_of(found, V, model.means)
        matrix += share * spread(own, group, p)
    return value, gradient, matrix


def cross_of(found: Directions, V: Floats, u: Floats) -> Floats:
    """Return dmu_i' V dSigma_j u for all pairs of entries, shape (q, q)."""
    Vm = V @ found.mean
    moved = found.left * (found.right.T @ u) + found.right * (found.left.T @ u)
    return np.asarray(Vm.T @ (moved * found.weight))


def uls_derivatives(
    model: Model, moments: Sequence[Moments], parameters: Floats, observed: bool = False
) -> Derivatives:
    """Return half the sum of squared residuals, its gradient, and its Gauss-Newton matrix or curvature.

    Means enter as their squared residuals.
    """
    p, total = model.n_parameters, sum(one.n for one in moments)
    value, gradient, matrix = 0.0, np.zeros(p), np.zeros((p, p))
    for group, sample in zip(model.groups, moments, strict=True):
        matrices = fill(group, parameters)
        mean, sigma = implied(matrices)
        share = sample.n / total
        R = sigma - sample.covariance
        gap = mean - sample.mean if model.means else np.zeros_like(mean)
        value += share * (0.5 * float(np.square(R).sum()) + float(gap @ gap))
        found = directions(group, matrices)
        w = 2.0 * gap if model.means else None
        gradient += share * collected(by_gradient(found, R, w), group, p)
        own = 2.0 * information_of(found, np.eye(len(mean)), model.means)
        if observed:
            own += bend(group.entries, matrices, R, w)
        matrix += share * spread(own, group, p)
    return value, gradient, matrix

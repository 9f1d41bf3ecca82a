r"""Modification indices: what the chi-square would fall by, about, if a fixed parameter were free.

The score test of Sorbom (1989), doi:10.1007/BF02294623: with slope s of the log likelihood in the fixed
parameter, and v what its information has left when the free parameters are adapted, :math:`MI = s^2 / v` and
the expected change of the parameter is :math:`s / v`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.estimate import Unrestricted
from propsych.kernels.sem.fiml import expected_moments, pattern_curvature
from propsych.kernels.sem.model import Directions, Entries, Model, collected, directions_of, fill, implied
from propsych.kernels.sem.normal import by_gradient, information_of, inverse_and_log_det
from propsych.kernels.sem.robust import inverse

__all__ = ["ScoreTests", "score_tests"]

Floats = NDArray[np.float64]


class ScoreTests(NamedTuple):
    """Modification index and expected parameter change of each candidate; NaN where it is not identified."""

    indices: Floats
    change: Floats


def score_tests(
    model: Model, data: Unrestricted, estimator: str, parameters: Floats, candidates: list[Entries]
) -> list[ScoreTests]:
    """Return the score tests of single entries, one batch for each group.

    Parameters
    ----------
    model : Model
    data : Unrestricted
    estimator : str
    parameters : ndarray of float, shape (p,)
        The estimates.
    candidates : list of Entries
        For each group; their `parameter` is not used.

    Notes
    -----
    With the expected information, which with holes is that of the patterns there are.
    """
    p = model.n_parameters
    parts = [_slopes(model, data, estimator, parameters, g, more) for g, more in enumerate(candidates)]
    n_all = data.n
    information = np.zeros((p, p))
    for group, (_, _, whole, share) in zip(model.groups, parts, strict=True):
        q = len(group.entries.matrix)
        information += share * collected(collected(whole[:q, :q], group, p).T, group, p).T
    bread = inverse(information)
    out = []
    for group, (slope, q, whole, share) in zip(model.groups, parts, strict=True):
        crossed = share * collected(whole[q:, :q], group, p)
        left = share * np.diag(whole)[q:] - np.einsum("ai,ij,aj->a", crossed, bread, crossed)
        usable = left > 1e-9 * share * np.diag(whole)[q:]
        v = np.where(usable, left, np.nan)
        s = share * slope[q:]
        out.append(ScoreTests(n_all * np.square(s) / v, s / v))
    return out


def _slopes(
    model: Model, data: Unrestricted, estimator: str, parameters: Floats, g: int, more: Entries
) -> tuple[Floats, int, Floats, float]:
    """Return slopes of one person's log likelihood and information of free entries and candidates."""
    group, sample = model.groups[g], data.moments[g]
    matrices = fill(group, parameters)
    mean, sigma = implied(matrices)
    joined = Entries(*(np.concatenate(pair) for pair in zip(group.entries, more, strict=True)))
    found: Directions = directions_of(joined, matrices)
    q, share = len(group.entries.matrix), sample.n / data.n
    if estimator == "ULS":
        gap = mean - sample.mean if model.means else np.zeros_like(mean)
        slope = by_gradient(found, sigma - sample.covariance, 2.0 * gap if model.means else None)
        return -0.5 * slope, q, information_of(found, np.eye(len(mean)), model.means), share
    solved = inverse_and_log_det(sigma)
    if solved is None:
        nan = np.full(found.left.shape[1], np.nan)
        return nan, q, np.outer(nan, nan), share
    V, log_det = solved
    if data.patterns is not None:
        patterns = data.patterns[g]
        expected = expected_moments(patterns, mean, V, log_det)
        gap = expected.deviations.mean(axis=0)
        T = (expected.deviations.T @ expected.deviations + expected.conditional) / sample.n
        information = pattern_curvature(found, patterns, V, None) / sample.n
    else:
        gap = sample.mean - mean if model.means else np.zeros_like(mean)
        T = sample.covariance + np.outer(gap, gap)
        information = information_of(found, V, model.means)
    slope = by_gradient(found, V - V @ T @ V, -2.0 * (V @ gap) if model.means else None)
    return -0.5 * slope, q, information, share

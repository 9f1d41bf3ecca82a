"""What each person adds to the slope of the log likelihood, for robust errors and tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.fiml import Patterns, expected_moments, pattern_inverses
from propsych.kernels.sem.model import Directions
from propsych.kernels.sem.normal import inverse_and_log_det

__all__ = ["complete_scores", "pattern_scores", "quadratic_trace"]

Floats = NDArray[np.float64]


def complete_scores(found: Directions, deviations: Floats, V: Floats, with_means: bool) -> Floats:
    """Return scores (n, q) of complete answers, up to a constant: their mean stands for what is expected.

    `deviations` (n, k) are from the means; V is the inverse covariance, or the identity for unweighted least
    squares.
    """
    w = deviations @ V
    scores = (w @ found.left) * (w @ found.right) * found.weight
    return np.asarray(scores + w @ found.mean if with_means else scores)


def pattern_scores(found: Directions, data: Patterns, mean: Floats, sigma: Floats) -> Floats:
    """Return scores (n, q) of answers with holes, at a model's means and covariances."""
    solved = inverse_and_log_det(sigma)
    n, q = len(data.values), found.left.shape[1]
    if solved is None:
        return np.full((n, q), np.nan)
    V, log_det = solved
    w = expected_moments(data, mean, V, log_det).deviations @ V
    scores = (w @ found.left) * (w @ found.right) * found.weight + w @ found.mean
    rows, columns = np.tril_indices(len(V))
    # a'V b of every pattern: V's lower triangle times the products of a and b
    pairs = found.left[rows] * found.right[columns] + found.left[columns] * found.right[rows]
    pairs *= np.where(rows == columns, 0.5, 1.0)[:, None] * found.weight
    for block in data.blocks:
        expected = pattern_inverses(block, V)[:, rows, columns] @ pairs
        scores[block.persons] -= expected[block.pattern]
    return np.asarray(scores)


def quadratic_trace(deviations: Floats, V: Floats, with_means: bool) -> float:
    r"""Return :math:`tr(W \Gamma)` without forming either.

    W is the normal-theory weight of (means, covariances) at the inverse covariance V, and Gamma their
    distribution-free covariance: half the variance of :math:`d' V d` about :math:`tr(V S V S)`.
    """
    n = len(deviations)
    w = deviations @ V
    S = deviations.T @ deviations / n
    lengths = np.einsum("ni,ni->n", w, deviations)
    VS = V @ S
    trace = 0.5 * (float(np.square(lengths).mean()) - float(np.einsum("ij,ji->", VS, VS)))
    return trace + float(np.trace(VS)) if with_means else trace

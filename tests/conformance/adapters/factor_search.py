"""How well the peer's factors and ours fit, by the same functions: what shows which is the better optimum.

Three searches follow one another: extraction, rotation, and the general factor of the factors. Each is judged
on its own, given what the peer had when it began. One that is worse than the peer's decides; if none is, the
one that is better by most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from propsych.kernels.efa import LEAST_UNIQUENESS, minres, residual_sum_of_squares
from propsych.kernels.rotation import oblimin, oblimin_criterion
from tests.conformance.compare import BETTER

Floats = NDArray[np.float64]
Objective = tuple[float, float]
"""Ours and the peer's, both to be made large."""

STARTS = 10
"""The default of :func:`propsych.properties.internal_consistency.omega_schmid_leiman`."""


def least_squares(R: Floats, loadings: Floats, n: int) -> float:
    """Return minus psych's empirical chi-square: n times the squared residuals of both triangles.

    A communality beyond .995, the most that either search allows, is a residual too. In such a Heywood case
    psych's line search looks at the off-diagonal residuals only, while its gradient is that of all residuals:
    it stops between the two.
    """
    beyond = np.maximum(np.square(loadings).sum(axis=1) - (1.0 - LEAST_UNIQUENESS), 0.0)
    return -n * (2.0 * residual_sum_of_squares(R, loadings) + float(np.square(beyond).sum()))


def of_communalities(R: Floats, communalities: Floats, m: int, n: int) -> float:
    """Return minus n times the squared residuals that the best m factors leave at these communalities."""
    uniquenesses = np.clip(1.0 - communalities, LEAST_UNIQUENESS, 1.0)
    left = np.linalg.eigvalsh(R - np.diag(uniquenesses))[:-m]
    return -n * float(np.square(left).sum())


def of_extraction(R: Floats, ours: Floats, theirs: Floats, n: int) -> Objective:
    """Compare two extractions of R."""
    return least_squares(R, ours, n), least_squares(R, theirs, n)


def of_rotation(orthogonal: Floats, oblique: Floats) -> Objective:
    """Compare our rotation of the peer's own extraction with the peer's, by minus the oblimin criterion.

    Where that is the same to 1e-8, by minus the length of the criterion's slope, which is what both searches
    stop at: the peer's at 1e-5, ours at 1e-9.
    """
    found = oblimin(orthogonal, STARTS)
    pair = -float(found.criterion), -float(oblimin_criterion(oblique))
    if abs(pair[0] - pair[1]) > BETTER:
        return pair
    return -_slope(orthogonal, found.loadings), -_slope(orthogonal, oblique)


def _slope(orthogonal: Floats, oblique: Floats) -> float:
    """Return the length of the oblimin criterion's gradient along the admissible transformations."""
    T = (np.linalg.pinv(oblique) @ orthogonal).T
    T /= np.sqrt(np.square(T).sum(axis=0))
    squares = np.square(oblique)
    slope = oblique * (squares.sum(axis=1, keepdims=True) - squares)
    G = -(oblique.T @ slope @ np.linalg.inv(T)).T
    return float(np.linalg.norm(G - T * (T * G).sum(axis=0)))


def of_general(phi: Floats, theirs: Floats, n: int) -> Objective:
    """Compare the general factors of the peer's own factor correlations."""
    return of_extraction(phi, minres(phi, 1).loadings, theirs, n)


def deciding(*pairs: Objective) -> Objective:
    """Return the pair that decides, see the module."""
    worst, best = min(pairs, key=_gap), max(pairs, key=_gap)
    return worst if _gap(worst) < -BETTER else best


def _gap(pair: Objective) -> float:
    return pair[0] - pair[1]


def aligned(ours: Floats, theirs: Floats | None) -> tuple[list[int], Floats]:
    """Return the order and signs of our factors that come nearest to the peer's."""
    m = ours.shape[1]
    if theirs is None:
        return list(range(m)), np.ones(m)
    product = ours.T @ theirs
    order = [int(i) for i in linear_sum_assignment(-np.abs(product).T)[1]]
    return order, np.array([np.sign(product[order[f], f]) or 1.0 for f in range(m)])

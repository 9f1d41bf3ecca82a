"""How near two solutions of a search are to its optimum, by the same function: what shows the better one.

Where the function itself is the same to 1e-8 the length of its slope decides: it is what searches stop at,
and is 0 at an optimum.

Factors come from three searches, one after another: extraction, rotation, and the general factor of the
factors. Each is judged on its own, given what the peer had when it began. One that is worse than the peer's
decides; if none is, the one that is better by most.
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


def judged(value: Objective, slope: Objective) -> Objective:
    """Return the values of both solutions, or where they are the same minus the lengths of their slopes."""
    return value if abs(_gap(value)) > BETTER else (-abs(slope[0]), -abs(slope[1]))


def of_communalities(R: Floats, ours: Floats, theirs: Floats, m: int, n: int) -> Objective:
    """Compare communalities by minus n times the squared residuals that the best m factors leave at them."""
    a, b = _left_at(R, ours, m), _left_at(R, theirs, m)
    return judged((-n * a[0], -n * b[0]), (a[1], b[1]))


def _left_at(R: Floats, communalities: Floats, m: int) -> tuple[float, float]:
    """Return the squares of the roots left over, and the length of their slope in the uniquenesses.

    A uniqueness at its lowest value has no slope that would lower it further.
    """
    uniquenesses = np.clip(1.0 - communalities, LEAST_UNIQUENESS, 1.0)
    roots, vectors = np.linalg.eigh(R - np.diag(uniquenesses))
    slope = -(np.square(vectors[:, :-m]) * roots[:-m]).sum(axis=1)
    held = (uniquenesses <= LEAST_UNIQUENESS) & (slope > 0.0)
    return float(np.square(roots[:-m]).sum()), float(np.linalg.norm(np.where(held, 0.0, slope)))


def of_extraction(R: Floats, ours: Floats, theirs: Floats, n: int) -> Objective:
    """Compare two extractions of R."""
    a, b = (np.square(loadings).sum(axis=1) for loadings in (ours, theirs))
    slopes = _left_at(R, a, ours.shape[1])[1], _left_at(R, b, ours.shape[1])[1]
    return judged((least_squares(R, ours, n), least_squares(R, theirs, n)), slopes)


def of_rotation(orthogonal: Floats, oblique: Floats) -> Objective:
    """Compare our rotation of the peer's own extraction with the peer's, by minus the oblimin criterion."""
    found = oblimin(orthogonal, STARTS)
    values = -float(found.criterion), -float(oblimin_criterion(oblique))
    return judged(values, (_slope(orthogonal, found.loadings), _slope(orthogonal, oblique)))


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

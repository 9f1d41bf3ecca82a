"""A minimum by damped scoring and Newton's method, in units of each parameter's own information."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

__all__ = ["Search", "minimise"]

Floats = NDArray[np.float64]
Derivatives = tuple[float, Floats, Floats]
"""Value, gradient (p,), and a matrix of curvature (p, p); an infinite value where there is none."""

DONE = 1e-18
"""Decrement (squared length of the next step in units of curvature) at which a search ends."""
NEAR = 1e-11
"""Decrement below which a search that cannot go on counts as ended."""
MAX_ITER = 400
SCORING = 4
"""Steps by the information, which is never negative, before the curvature itself is tried."""


class Search(NamedTuple):
    """Where a search ended: `decrement` is the squared length of the step that would come next."""

    x: Floats
    value: float
    gradient: Floats
    matrix: Floats
    decrement: float
    converged: bool
    n_iter: int


def minimise(at: Callable[[Floats, bool], Derivatives], start: Floats) -> Search:
    """Make a fit function small.

    Levenberg-Marquardt: first with the information as curvature, then, where it is positive, with the
    curvature itself, because scoring creeps where a model fits badly. The end is judged by the decrement
    g' C^-1 g, which does not depend on the units of the parameters.

    Parameters
    ----------
    at : callable
        Parameters, and whether the curvature itself is wanted -> value, gradient, curvature or information.
    start : ndarray of float, shape (p,)
    """
    x, damping = start.astype(float), 1e-3
    value, gradient, matrix = at(x, False)
    best, idle, n_iter = np.inf, 0, 0
    while n_iter < MAX_ITER and np.isfinite(value):
        n_iter += 1
        if n_iter > SCORING:
            bent = at(x, True)[2]
            matrix = bent if _positive(bent) else at(x, False)[2]
        step, decrement = _step(matrix, gradient, damping)
        idle = idle + 1 if decrement > 0.5 * best else 0
        best = min(best, decrement)
        if decrement < DONE or (idle > 8 and decrement < NEAR):
            return Search(x, value, gradient, matrix, decrement, True, n_iter)
        trial = x - step
        after = at(trial, False)
        if after[0] <= value + 1e-13 * max(abs(value), 1.0):
            x, (value, gradient, matrix) = trial, after
            damping = max(damping / 10.0, 1e-14)
        else:
            damping = min(damping * 10.0, 1e12)
            if damping >= 1e12:
                break
    decrement = _step(matrix, gradient, 0.0)[1] if np.isfinite(value) else np.inf
    return Search(x, value, gradient, matrix, decrement, bool(decrement < NEAR), n_iter)


def _step(system: Floats, gradient: Floats, damping: float) -> tuple[Floats, float]:
    """Return the damped step, and the decrement as if it were not damped."""
    scale = np.sqrt(np.maximum(np.diag(system), 1e-300))
    scaled, g = system / np.outer(scale, scale), gradient / scale
    damped = scaled + damping * np.eye(len(g))
    try:
        step = linalg.cho_solve(linalg.cho_factor(damped, check_finite=False), g, check_finite=False)
    except linalg.LinAlgError:
        step = np.linalg.lstsq(damped, g, rcond=None)[0]
    return step / scale, float(abs(g @ step)) * (1.0 + damping)


def _positive(matrix: Floats) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True

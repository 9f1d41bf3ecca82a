r"""The greatest lower bound to reliability, by a barrier method with a certificate.

Among all splits of a covariance matrix C into a true part and uncorrelated errors, the bound takes the
errors as large as they can be: maximise :math:`\sum \theta_i` with :math:`C - diag(\theta)` positive
semidefinite and :math:`\theta \ge 0`. That is a semidefinite programme with one optimum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["GreatestLowerBound", "greatest_lower_bound"]

Floats = NDArray[np.float64]

GAP = 1e-10
"""Duality gap, relative to the variance of the sum, at which the search ends."""
MAX_NEWTON = 500
CENTRED = 1e-4
"""Squared Newton decrement at which a step of the search is near enough: far below 1, where the gap holds."""
NOTHING = 1e-9
"""Eigenvalue of the correlations, and share of an item in its eigenvector, that are only rounding."""


class GreatestLowerBound(NamedTuple):
    """The bound and its certificate.

    Attributes
    ----------
    value : float
    errors : ndarray of float, shape (k,)
        Largest error variances.
    gap : float
        The value is at most this far above the true bound.
    converged : bool
    n_iter : int
        Newton steps.
    """

    value: float
    errors: Floats
    gap: float
    converged: bool
    n_iter: int


def greatest_lower_bound(C: Floats) -> GreatestLowerBound:
    """Return the greatest lower bound to the reliability of the sum of items with covariance matrix C.

    Notes
    -----
    Jackson & Agunwamba (1977), doi:10.1007/BF02295979; Bentler & Woodward (1980), doi:10.1007/BF02294079.
    Log-barrier Newton (Boyd & Vandenberghe 2004, Convex Optimization, chapter 11): with barrier weight 1
    / t the sum of errors is within 2 k / t of the largest. Items that follow from one another, exactly, can
    hold no error: theirs are 0, and the search goes on in the space that the others leave.

    Examples
    --------
    >>> found = greatest_lower_bound(np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]]))
    >>> round(found.value, 6), found.converged
    (0.75, True)
    """
    k = C.shape[0]
    scale = np.sqrt(np.diag(C))
    R = C / np.outer(scale, scale)
    weight = np.square(scale) / np.square(scale).mean()  # error variances count in their own units
    variance = float(R @ scale @ scale) / float(np.square(scale).mean())
    if not np.isfinite(R).all() or not variance > 0:
        return GreatestLowerBound(float("nan"), np.full(k, np.nan), float("nan"), False, 0)
    roots, vectors = np.linalg.eigh(R)
    if roots[0] < -NOTHING:
        return GreatestLowerBound(float("nan"), np.full(k, np.nan), float("nan"), False, 0)
    null = roots < NOTHING
    free = np.square(vectors[:, null]).sum(axis=1) < NOTHING
    errors = np.zeros(k)
    if not free.any():
        return GreatestLowerBound(1.0, errors, 0.0, True, 0)
    rows = vectors[np.ix_(free, ~null)]
    theta, t, n_iter, ok = _largest(roots[~null], rows, weight[free], GAP * variance)
    errors[free] = theta
    gap = float(2.0 * k / t / variance)
    value = 1.0 - float(weight @ errors) / variance
    return GreatestLowerBound(value, errors * np.square(scale), gap, bool(ok and gap <= 1e-8), n_iter)


def _largest(roots: Floats, rows: Floats, weight: Floats, gap: float) -> tuple[Floats, float, int, bool]:
    """Maximise sum(w theta) with diag(roots) - rows' diag(theta) rows positive semidefinite.

    Returns the errors and the barrier weight of the last step that was solved, Newton steps, and whether the
    gap was reached.
    """
    k = len(weight)
    theta, reached = np.full(k, 0.5 * roots[0]), 0.0
    t, n_iter = 1.0, 0
    while not 2.0 * k < gap * reached:
        trial, steps, solved = _centre(roots, rows, theta, weight, t)
        n_iter += steps
        if not solved:
            return theta, max(reached, 1.0), n_iter, False
        theta, reached, t = trial, t, 8.0 * t
    return theta, reached, n_iter, True


def _centre(roots: Floats, rows: Floats, theta: Floats, weight: Floats, t: float) -> tuple[Floats, int, bool]:
    """Minimise -t sum(w theta) - log det(R - diag theta) - sum log theta by damped Newton steps."""
    for step in range(1, MAX_NEWTON + 1):
        inverse = rows @ np.linalg.inv(np.diag(roots) - (rows.T * theta) @ rows) @ rows.T
        # in shares of each error, where the Hessian is the identity plus something positive
        slope = theta * (np.diag(inverse) - t * weight) - 1.0
        hessian = np.square(inverse) * np.outer(theta, theta) + np.eye(len(theta))
        move = -np.linalg.solve(hessian, slope)
        decrement = float(-slope @ move)
        if not decrement >= CENTRED:
            return theta, step, decrement > -CENTRED
        # within 1 / (1 + lambda) of the full step the barrier cannot be left (self-concordance)
        length = 1.0 if decrement < 0.06 else 1.0 / (1.0 + np.sqrt(decrement))
        theta = theta * (1.0 + length * move)
    return theta, MAX_NEWTON, False

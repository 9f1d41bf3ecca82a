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
MAX_NEWTON = 60


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
    / t the sum of errors is within 2 k / t of the largest.

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
    smallest = float(np.linalg.eigvalsh(R)[0])
    nothing = GreatestLowerBound(float("nan"), np.full(k, np.nan), float("nan"), False, 0)
    if not np.isfinite(R).all() or smallest < -1e-10 or not variance > 0:
        return nothing
    if smallest <= 1e-9:
        # no room for errors in some direction: the barrier needs a little, and the gap says how much
        R = R + (1e-9 - smallest) * np.eye(k)
        smallest = 1e-9
    theta = np.full(k, 0.5 * smallest)
    t, n_iter, ok = 1.0 / smallest, 0, True
    while True:
        theta, steps, centred = _centre(R, theta, weight, t)
        n_iter += steps
        ok &= centred
        if 2.0 * k / t < GAP * variance or n_iter > 50 * MAX_NEWTON:
            break
        t *= 8.0
    gap = 2.0 * k / t / variance
    value = 1.0 - float(weight @ theta) / variance
    return GreatestLowerBound(value, theta * np.square(scale), gap, bool(ok and gap <= 1e-8), n_iter)


def _centre(R: Floats, theta: Floats, weight: Floats, t: float) -> tuple[Floats, int, bool]:
    """Minimise -t sum(w theta) - log det(R - diag theta) - sum log theta by damped Newton steps."""
    for step in range(1, MAX_NEWTON + 1):
        inverse = np.linalg.inv(R - np.diag(theta))
        gradient = -t * weight + np.diag(inverse) - 1.0 / theta
        hessian = np.square(inverse) + np.diag(1.0 / np.square(theta))
        move = -np.linalg.solve(hessian, gradient)
        decrement = float(-gradient @ move)
        if decrement < 1e-9:
            return theta, step, True
        # within 1 / (1 + lambda) of the full step the barrier cannot be left (self-concordance)
        length = 1.0 if decrement < 0.06 else 1.0 / (1.0 + np.sqrt(decrement))
        theta = theta + length * move
    return theta, MAX_NEWTON, False

"""A correlation matrix that is not positive definite, moved to one that is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SMALLEST_ROOT", "Smoothed", "smooth_roots"]

Floats = NDArray[np.float64]

SMALLEST_ROOT = 1e-10
"""What roots that are not positive are raised to."""
_LOW = 1e-12


class Smoothed(NamedTuple):
    """A matrix, whether it was changed, its smallest root before, and the largest change of an entry."""

    R: Floats
    changed: bool
    smallest_root: float
    largest_change: float


def smooth_roots(R: Floats) -> Smoothed:
    """Raise roots that are not positive, keep the sum of roots, and restore the unit diagonal.

    The nearest thing to a convention (psych's ``cor.smooth``); the result is barely positive definite, and no
    entry of it maximises a likelihood any more.

    Examples
    --------
    >>> R = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    >>> found = smooth_roots(R)
    >>> found.changed, round(found.smallest_root, 2), bool(np.linalg.eigvalsh(found.R)[0] > 0)
    (True, -0.8, True)
    """
    roots, vectors = np.linalg.eigh(R)
    smallest = float(roots[0])
    if smallest >= np.finfo(float).eps:
        return Smoothed(R, False, smallest, 0.0)
    raised = np.where(roots < _LOW, SMALLEST_ROOT, roots)
    S = (vectors * (raised * len(R) / raised.sum())) @ vectors.T
    scale = np.sqrt(np.diag(S))
    S = S / np.outer(scale, scale)
    np.fill_diagonal(S, 1.0)
    return Smoothed((S + S.T) / 2.0, True, smallest, float(np.abs(S - R).max()))

"""Loadings of resampled persons, turned to the sample's solution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from propsych.kernels.efa import Extraction
from propsych.kernels.rotation import rotate
from propsych.kernels.rotation_criteria import varimax
from propsych.kernels.rotation_named import Settings, promax_of_varimax

__all__ = ["Replicates", "align", "resampled_correlations", "rotated_replicates"]

Floats = NDArray[np.float64]
NEARBY = 2_000
"""Rotation steps for a solution that starts at the sample's."""


class Replicates(NamedTuple):
    """Loadings (B, k, m) and factor correlations (B, m, m); NaN where a search did not converge."""

    loadings: Floats
    phi: Floats


def resampled_correlations(
    values: NDArray[Any], n_boot: int, seed: int, correlate: Callable[[NDArray[Any]], Floats]
) -> Floats:
    """Return the correlations of `n_boot` samples of persons drawn with replacement, shape (n_boot, k, k)."""
    rng = np.random.default_rng(seed)
    n, k = values.shape
    found = np.empty((n_boot, k, k))
    for b in range(n_boot):
        found[b] = correlate(values[rng.integers(0, n, size=n)])
    return found


def rotated_replicates(
    R: Floats,
    extract: Callable[[Floats, int, Floats], Extraction],
    unrotated: Floats,
    uniquenesses: Floats,
    loadings: Floats,
    transformation: Floats,
    settings: Settings | None,
) -> Replicates:
    """Extract and rotate resampled correlations (B, k, k), starting from the sample's solution.

    Unrotated loadings are turned to the sample's (orthogonal Procrustes), the rotation starts at the sample's
    transformation, and factors then take the order and signs nearest to the sample's.

    Notes
    -----
    Zientek & Thompson (2007), doi:10.3758/BF03193163.
    """
    usable = np.asarray(np.isfinite(R).all(axis=(1, 2)))
    stack = np.where(usable[:, None, None], R, np.eye(R.shape[-1]))
    found = extract(stack, unrotated.shape[1], uniquenesses)
    u, _, v = np.linalg.svd(found.loadings.transpose(0, 2, 1) @ unrotated)
    A = found.loadings @ (u @ v)
    good = usable & found.converged
    m = unrotated.shape[1]
    if settings is None or m == 1:
        L, phi = A @ transformation, np.broadcast_to(np.eye(m), (len(A), m, m))
    else:
        L, phi, turned = _rotated(A, transformation, settings)
        good = good & turned
    L, phi = align(L, phi, loadings)
    return Replicates(np.where(good[:, None, None], L, np.nan), np.where(good[:, None, None], phi, np.nan))


def _rotated(A: Floats, T: Floats, settings: Settings) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    normalised = settings.kaiser or settings.criterion is None
    length = np.sqrt(np.square(A).sum(axis=2, keepdims=True)) if normalised else np.ones((1, 1, 1))
    weight = np.where(length > 0.0, length, 1.0)
    if settings.criterion is not None:
        found = rotate(A / weight, settings.criterion, oblique=settings.oblique, start=T, max_iter=NEARBY)
        return found.loadings * weight, found.phi, found.converged
    # promax: varimax from the nearest orthogonal transformation, and the powers of each
    u, _, v = np.linalg.svd(T)
    found = rotate(A / weight, varimax, oblique=False, start=u @ v, max_iter=NEARBY)
    both = [promax_of_varimax(V, kaiser=settings.kaiser) for V in found.loadings * weight]
    L = np.stack([V @ U for V, U in zip(found.loadings * weight, both, strict=True)])
    inverse = np.linalg.inv(np.stack(both))
    return L, inverse @ inverse.transpose(0, 2, 1), found.converged


def align(L: Floats, phi: Floats, loadings: Floats) -> tuple[Floats, Floats]:
    """Return loadings (B, k, m) and phi in the order and with the signs nearest to `loadings` (k, m)."""
    product = L.transpose(0, 2, 1) @ loadings
    m = loadings.shape[1]
    order = np.broadcast_to(np.arange(m), (len(L), m)).copy()
    size = np.abs(product)
    # only replicates whose own order is not plainly the sample's need a search
    for b in np.flatnonzero((size.argmax(axis=1) != np.arange(m)).any(axis=1)):
        order[b] = linear_sum_assignment(-size[b].T)[1]
    rows = np.arange(len(L))[:, None]
    sign = np.where(product[rows, order, np.arange(m)] < 0.0, -1.0, 1.0)
    aligned = np.take_along_axis(L, order[:, None, :], axis=2) * sign[:, None, :]
    turned = phi[rows[:, :, None], order[:, :, None], order[:, None, :]]
    return aligned, turned * sign[:, :, None] * sign[:, None, :]

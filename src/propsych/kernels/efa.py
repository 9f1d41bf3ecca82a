r"""Minimum-residual factor extraction from stacks of correlation matrices.

The uniquenesses :math:`\psi` minimise half the sum of squares of those eigenvalues of :math:`R - \Psi`
that the factors leave over, which is the least-squares fit to the off-diagonal entries. Gradient and
Hessian are in closed form, so a few Newton steps reach the optimum to rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.guttman import squared_multiple_correlations

__all__ = ["Extraction", "minres", "residual_sum_of_squares"]

Floats = NDArray[np.float64]

LEAST_UNIQUENESS = 0.005
"""Lower end of a uniqueness; a variable that reaches it is a Heywood case."""
GRADIENT = 1e-10
MAX_ITER = 500


class Extraction(NamedTuple):
    """Unrotated loadings, in the order of their sums of squares, each factor with a positive sum.

    Attributes
    ----------
    loadings : ndarray of float, shape (..., k, m)
    uniquenesses : ndarray of float, shape (..., k)
        Within [0.005, 1].
    objective : ndarray of float, shape (...,)
        Half the sum of squared eigenvalues left over.
    converged : ndarray of bool, shape (...,)
    n_iter : int
    """

    loadings: Floats
    uniquenesses: Floats
    objective: Floats
    converged: NDArray[np.bool_]
    n_iter: int


def minres(R: Floats, n_factors: int, start: Floats | None = None) -> Extraction:
    """Extract factors by minimum residuals.

    Parameters
    ----------
    R : ndarray of float, shape (..., k, k)
        Correlation matrices.
    n_factors : int
        From 1 to k - 1.
    start : ndarray of float, shape (k,) or (..., k), optional
        Uniquenesses to start from; default 1 - squared multiple correlations.

    Notes
    -----
    Harman & Jones (1966), doi:10.1007/BF02289468. Steps are damped until the objective falls; a uniqueness at
    an end of its range stays there while the gradient holds it.

    Examples
    --------
    >>> loadings = np.array([[0.8], [0.7], [0.6], [0.5]])
    >>> R = loadings @ loadings.T
    >>> np.fill_diagonal(R, 1.0)
    >>> minres(R, 1).loadings.ravel().round(6)
    array([0.8, 0.7, 0.6, 0.5])
    """
    stack = R.reshape(-1, *R.shape[-2:])
    k = stack.shape[-1]
    first = 1.0 - squared_multiple_correlations(stack) if start is None else start
    psi = np.clip(np.broadcast_to(first, (len(stack), k)), LEAST_UNIQUENESS, 1.0).copy()
    damping = np.full(len(stack), 1e-3)
    value, gradient, hessian = _derivatives(stack, psi, n_factors)
    done = np.zeros(len(stack), dtype=bool)
    n_iter = 0
    while n_iter < MAX_ITER:
        n_iter += 1
        free = _free(psi, gradient)
        done = np.abs(np.where(free, gradient, 0.0)).max(axis=1) < GRADIENT
        if done.all():
            break
        trial = np.clip(psi + _step(gradient, hessian, free, damping), LEAST_UNIQUENESS, 1.0)
        new_value, new_gradient, new_hessian = _derivatives(stack, trial, n_factors)
        slope = np.abs(np.where(_free(trial, new_gradient), new_gradient, 0.0)).max(axis=1)
        flat = np.abs(np.where(free, gradient, 0.0)).max(axis=1)
        # near the optimum the objective moves less than its rounding: there the gradient decides
        better = (new_value < value) | ((new_value <= value + 1e-14) & (slope < flat))
        better &= ~done
        psi = np.where(better[:, None], trial, psi)
        value = np.where(better, new_value, value)
        gradient = np.where(better[:, None], new_gradient, gradient)
        hessian = np.where(better[:, None, None], new_hessian, hessian)
        damping = np.where(better, np.maximum(damping / 10.0, 1e-14), np.minimum(damping * 10.0, 1e8))
        if (damping[~done] >= 1e8).all():
            break
    done |= np.abs(np.where(_free(psi, gradient), gradient, 0.0)).max(axis=1) < 1e-6
    shape = R.shape[:-2]
    return Extraction(
        _loadings(stack, psi, n_factors).reshape(*shape, k, n_factors),
        psi.reshape(*shape, k),
        value.reshape(shape),
        done.reshape(shape),
        n_iter,
    )


def _free(psi: Floats, gradient: Floats) -> NDArray[np.bool_]:
    low, high = psi <= LEAST_UNIQUENESS, psi >= 1.0
    return ~((low & (gradient > 0.0)) | (high & (gradient < 0.0)))


def _step(gradient: Floats, hessian: Floats, free: NDArray[np.bool_], damping: Floats) -> Floats:
    both = free[:, :, None] & free[:, None, :]
    k = gradient.shape[1]
    system = np.where(both, hessian, 0.0) + np.eye(k) * np.where(free, damping[:, None], 1.0)[:, None, :]
    return np.asarray(-np.linalg.solve(system, np.where(free, gradient, 0.0)[..., None])[..., 0])


def _derivatives(R: Floats, psi: Floats, m: int) -> tuple[Floats, Floats, Floats]:
    """Return objective, gradient and Hessian in the uniquenesses.

    With T the eigenvectors left over and s those of the factors, the Hessian is the elementwise square of the
    projection on T, plus terms lambda_t / (lambda_t - lambda_s) that couple the two.
    """
    values, vectors = np.linalg.eigh(R - psi[:, None, :] * np.eye(R.shape[-1]))
    left, kept = values[:, :-m], values[:, -m:]
    T, S = vectors[:, :, :-m], vectors[:, :, -m:]
    value = 0.5 * np.square(left).sum(axis=1)
    gradient = -np.einsum("bit,bt->bi", np.square(T), left)
    hessian = np.square(T @ T.transpose(0, 2, 1))
    gap = left[:, :, None] - kept[:, None, :]
    ratio = left[:, :, None] / np.where(np.abs(gap) > 1e-12, gap, -1e-12)
    for s in range(m):
        coupled = (T * ratio[:, None, :, s]) @ T.transpose(0, 2, 1)
        hessian += 2.0 * S[:, :, None, s] * S[:, None, :, s] * coupled
    return value, gradient, hessian


def _loadings(R: Floats, psi: Floats, m: int) -> Floats:
    values, vectors = np.linalg.eigh(R - psi[:, None, :] * np.eye(R.shape[-1]))
    loadings = vectors[:, :, -m:] * np.sqrt(np.maximum(values[:, None, -m:], 0.0))
    loadings = loadings[:, :, ::-1]
    return np.asarray(loadings * np.where(loadings.sum(axis=1, keepdims=True) < 0.0, -1.0, 1.0))


def residual_sum_of_squares(R: Floats, loadings: Floats) -> float:
    """Return the sum of squared off-diagonal residuals, each pair once: what minres makes small."""
    residual = R - loadings @ loadings.T
    return float(np.square(residual[np.tril_indices(len(R), -1)]).sum())

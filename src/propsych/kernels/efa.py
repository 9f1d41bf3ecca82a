r"""Factor extraction from stacks of correlation matrices: minimum residuals, likelihood, principal axis.

Minimum residuals: the uniquenesses :math:`\psi` minimise half the sum of squares of those eigenvalues of
:math:`R - \Psi` that the factors leave over, which is the least-squares fit to the off-diagonal entries.
Maximum likelihood: they minimise :math:`\sum (\lambda - \log \lambda - 1)` of those eigenvalues of
:math:`\Psi^{-1/2} R \Psi^{-1/2}` that the factors leave over. Gradient and Hessian are in closed form, so
a few Newton steps reach the optimum to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.guttman import squared_multiple_correlations

__all__ = [
    "LEAST_UNIQUENESS",
    "Extraction",
    "maximum_likelihood",
    "minres",
    "principal_axis",
    "residual_sum_of_squares",
]

Floats = NDArray[np.float64]
Derivatives = tuple[Floats, Floats, Floats]
"""Objective, gradient and Hessian."""

LEAST_UNIQUENESS = 0.005
"""Lower end of a uniqueness; a variable that reaches it is a Heywood case."""
ULTRA_HEYWOOD = -1.0
"""Lower end of a uniqueness in principal axis, which knows no communality too large."""
GRADIENT = 1e-10
MAX_ITER = 500
AXIS_STEPS = 50


class Extraction(NamedTuple):
    """Unrotated loadings, in the order of their sums of squares, each factor with a positive sum.

    Attributes
    ----------
    loadings : ndarray of float, shape (..., k, m)
    uniquenesses : ndarray of float, shape (..., k)
        Within [0.005, 1]; of principal axis also below.
    objective : ndarray of float, shape (...,)
        Half the sum of squared eigenvalues left over, or the maximum likelihood discrepancy.
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
    stack, first = _stack_and_start(R, start)
    found = _search(stack, first, n_factors, _least_squares, (LEAST_UNIQUENESS, 1.0))
    return _extraction(R, found, found.x, _loadings(stack, found.x, n_factors))


def maximum_likelihood(R: Floats, n_factors: int, start: Floats | None = None) -> Extraction:
    """Extract factors by maximum likelihood; arguments as of :func:`minres`, R positive definite.

    Notes
    -----
    Joreskog (1967), doi:10.1007/BF02289658; the search is over the logarithms of the uniquenesses (Clarke
    1970, doi:10.1111/j.2044-8317.1970.tb00432.x). Not converged, with NaN, where R is not positive definite.
    """
    stack, first = _stack_and_start(R, start)
    definite = np.linalg.eigvalsh(stack)[:, 0] > 0.0
    usable = np.where(definite[:, None, None], stack, np.eye(stack.shape[-1]))
    found = _search(usable, np.log(first), n_factors, _likelihood, (float(np.log(LEAST_UNIQUENESS)), 0.0))
    psi = np.exp(found.x)
    found = found._replace(
        value=np.where(definite, found.value, np.nan), converged=found.converged & definite
    )
    loadings = np.sqrt(psi)[:, :, None] * _scaled_loadings(usable, psi, n_factors)
    loadings = np.where(definite[:, None, None], _signed(loadings), np.nan)
    return _extraction(R, found, np.where(definite[:, None], psi, np.nan), loadings)


def principal_axis(R: Floats, n_factors: int, start: Floats | None = None) -> Extraction:
    """Extract factors by principal axis, until the communalities are those that the factors reproduce.

    Arguments as of :func:`minres`, whose optimum the fixed point is, unless a communality goes beyond 1: it
    is left there (down to a uniqueness of -1).

    Notes
    -----
    Fifty steps of the classical iteration, which alone takes thousands, and then Newton steps to where it
    ends.
    """
    stack, psi = _stack_and_start(R, start)
    for _ in range(AXIS_STEPS):
        communalities = np.square(_loadings(stack, psi, n_factors)).sum(axis=2)
        psi = np.clip(1.0 - communalities, ULTRA_HEYWOOD, 1.0)
    found = _search(stack, psi, n_factors, _least_squares, (ULTRA_HEYWOOD, 1.0))
    held = (found.x <= ULTRA_HEYWOOD).any(axis=1)
    found = found._replace(converged=found.converged & ~held)
    return _extraction(R, found, found.x, _loadings(stack, found.x, n_factors))


def _stack_and_start(R: Floats, start: Floats | None) -> tuple[Floats, Floats]:
    stack = R.reshape(-1, *R.shape[-2:])
    first = 1.0 - squared_multiple_correlations(stack) if start is None else start
    shape = (len(stack), stack.shape[-1])
    return stack, np.clip(np.broadcast_to(first, shape), LEAST_UNIQUENESS, 1.0).copy()


class _Found(NamedTuple):
    x: Floats
    value: Floats
    converged: NDArray[np.bool_]
    n_iter: int


def _extraction(R: Floats, found: _Found, psi: Floats, loadings: Floats) -> Extraction:
    shape = R.shape[:-2]
    return Extraction(
        loadings.reshape(*shape, *loadings.shape[1:]),
        psi.reshape(*shape, psi.shape[-1]),
        found.value.reshape(shape),
        found.converged.reshape(shape),
        found.n_iter,
    )


def _search(
    R: Floats,
    start: Floats,
    m: int,
    derivatives: Callable[[Floats, Floats, int], Derivatives],
    ends: tuple[float, float],
) -> _Found:
    """Take damped Newton steps in all matrices at once, with every x between the ends."""
    x = start
    damping = np.full(len(R), 1e-3)
    value, gradient, hessian = derivatives(R, x, m)
    done = np.zeros(len(R), dtype=bool)
    n_iter = 0
    while n_iter < MAX_ITER:
        n_iter += 1
        free = _free(x, gradient, ends)
        flat = np.abs(np.where(free, gradient, 0.0)).max(axis=1)
        done = flat < GRADIENT
        if done.all():
            break
        trial = np.clip(x + _step(gradient, hessian, free, damping), *ends)
        new_value, new_gradient, new_hessian = derivatives(R, trial, m)
        slope = np.abs(np.where(_free(trial, new_gradient, ends), new_gradient, 0.0)).max(axis=1)
        # near the optimum the objective moves less than its rounding: there the gradient decides
        better = (new_value < value) | ((new_value <= value + 1e-14) & (slope < flat))
        better &= ~done
        x = np.where(better[:, None], trial, x)
        value = np.where(better, new_value, value)
        gradient = np.where(better[:, None], new_gradient, gradient)
        hessian = np.where(better[:, None, None], new_hessian, hessian)
        damping = np.where(better, np.maximum(damping / 10.0, 1e-14), np.minimum(damping * 10.0, 1e8))
        if (damping[~done] >= 1e8).all():
            break
    done |= np.abs(np.where(_free(x, gradient, ends), gradient, 0.0)).max(axis=1) < 1e-6
    return _Found(x, value, done, n_iter)


def _free(x: Floats, gradient: Floats, ends: tuple[float, float]) -> NDArray[np.bool_]:
    low, high = x <= ends[0], x >= ends[1]
    return ~((low & (gradient > 0.0)) | (high & (gradient < 0.0)))


def _step(gradient: Floats, hessian: Floats, free: NDArray[np.bool_], damping: Floats) -> Floats:
    both = free[:, :, None] & free[:, None, :]
    k = gradient.shape[1]
    system = np.where(both, hessian, 0.0) + np.eye(k) * np.where(free, damping[:, None], 1.0)[:, None, :]
    return np.asarray(-np.linalg.solve(system, np.where(free, gradient, 0.0)[..., None])[..., 0])


def _least_squares(R: Floats, psi: Floats, m: int) -> Derivatives:
    """Return those of minimum residuals in the uniquenesses.

    With T the eigenvectors left over and s those of the factors, the Hessian is the elementwise square of the
    projection on T, plus terms lambda_t / (lambda_t - lambda_s) that couple the two.
    """
    values, vectors = np.linalg.eigh(R - psi[:, None, :] * np.eye(R.shape[-1]))
    left, kept = values[:, :-m], values[:, -m:]
    T, S = vectors[:, :, :-m], vectors[:, :, -m:]
    value = 0.5 * np.square(left).sum(axis=1)
    gradient = -np.einsum("bit,bt->bi", np.square(T), left)
    hessian = np.square(T @ T.transpose(0, 2, 1))
    hessian += _coupled(S, T, 2.0 * left[:, :, None] / _gap(left, kept))
    return value, gradient, hessian


def _gap(left: Floats, kept: Floats) -> Floats:
    gap = left[:, :, None] - kept[:, None, :]
    return np.where(np.abs(gap) > 1e-12, gap, -1e-12)


def _coupled(S: Floats, T: Floats, ratio: Floats) -> Floats:
    """Return the sum over s and t of the ratio times s s' and t t', element by element."""
    total = np.zeros((len(S), S.shape[1], S.shape[1]))
    for s in range(S.shape[2]):
        coupled = (T * ratio[:, None, :, s]) @ T.transpose(0, 2, 1)
        total += S[:, :, None, s] * S[:, None, :, s] * coupled
    return total


def _likelihood(R: Floats, x: Floats, m: int) -> Derivatives:
    """Return those of maximum likelihood in the logarithms of the uniquenesses.

    With lambda_t the roots left over and T their vectors, the Hessian is the elementwise product of
    T Lambda T' and T T', plus terms (1 - lambda_t) (lambda_t + lambda_s) / (lambda_s - lambda_t) that couple
    the two sets.
    """
    values, vectors = np.linalg.eigh(_scaled(R, np.exp(x)))
    left, kept = np.maximum(values[:, :-m], 1e-300), values[:, -m:]
    T, S = vectors[:, :, :-m], vectors[:, :, -m:]
    value = (left - np.log(left) - 1.0).sum(axis=1)
    gradient = np.einsum("bit,bt->bi", np.square(T), 1.0 - left)
    hessian = ((T * left[:, None, :]) @ T.transpose(0, 2, 1)) * (T @ T.transpose(0, 2, 1))
    ratio = -(1.0 - left)[:, :, None] * (left[:, :, None] + kept[:, None, :]) / _gap(left, kept)
    return value, gradient, hessian + _coupled(S, T, ratio)


def _scaled(R: Floats, psi: Floats) -> Floats:
    scale = 1.0 / np.sqrt(psi)
    return np.asarray(R * scale[:, :, None] * scale[:, None, :])


def _scaled_loadings(R: Floats, psi: Floats, m: int) -> Floats:
    values, vectors = np.linalg.eigh(_scaled(R, psi))
    return np.asarray(vectors[:, :, -m:] * np.sqrt(np.maximum(values[:, None, -m:] - 1.0, 0.0)))


def _loadings(R: Floats, psi: Floats, m: int) -> Floats:
    values, vectors = np.linalg.eigh(R - psi[:, None, :] * np.eye(R.shape[-1]))
    loadings = vectors[:, :, -m:] * np.sqrt(np.maximum(values[:, None, -m:], 0.0))
    return _signed(loadings)


def _signed(loadings: Floats) -> Floats:
    """Return loadings of rising roots, largest first, each factor with a positive sum."""
    loadings = loadings[:, :, ::-1]
    return np.asarray(loadings * np.where(loadings.sum(axis=1, keepdims=True) < 0.0, -1.0, 1.0))


def residual_sum_of_squares(R: Floats, loadings: Floats) -> float:
    """Return the sum of squared off-diagonal residuals, each pair once: what minres makes small."""
    residual = R - loadings @ loadings.T
    return float(np.square(residual[np.tril_indices(len(R), -1)]).sum())

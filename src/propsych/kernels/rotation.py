r"""Rotation of stacks of loading matrices by gradient projection, orthogonal and oblique, with any criterion.

Loadings are :math:`L = A (T')^{-1}` and factor correlations :math:`\Phi = T' T`: of oblique factors the
columns of T have length 1, of orthogonal ones they are orthonormal. Jennrich (2001, 2002),
doi:10.1007/BF02294840 and doi:10.1007/BF02294706.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.rotation_criteria import Criterion, oblimin_family

__all__ = [
    "Optimum",
    "Rotation",
    "best_rotation",
    "factor_order",
    "gradient_length",
    "oblimin",
    "oblimin_criterion",
    "random_starts",
    "rotate",
    "rotate_oblimin",
]

Floats = NDArray[np.float64]

PRECISION = 1e-9
CONVERGED = 1e-5
"""Length of the projected gradient; where the criterion is flat to rounding it does not get below it."""
MAX_ITER = 10_000
"""With more factors than there are in the items the criterion is flat, and thousands are needed."""
SAME = 1e-6
"""Criterion values that differ by less belong to one optimum."""


class Optimum(NamedTuple):
    """A value of the criterion that starts ended at, and how many did."""

    criterion: float
    n_starts: int


class Rotation(NamedTuple):
    """Rotated loadings and factor correlations in the same order of factors.

    Attributes
    ----------
    loadings : ndarray of float, shape (..., k, m)
    phi : ndarray of float, shape (..., m, m)
    transformation : ndarray of float, shape (..., m, m)
        T, from which a neighbouring problem can start.
    criterion : ndarray of float, shape (...,)
    converged : ndarray of bool, shape (...,)
    n_iter : int
    n_optima : int
        Different values of the criterion that the starts reached; 1 with a single start.
    optima : tuple of Optimum
        Those values, lowest first.
    """

    loadings: Floats
    phi: Floats
    transformation: Floats
    criterion: Floats
    converged: NDArray[np.bool_]
    n_iter: int
    n_optima: int = 1
    optima: tuple[Optimum, ...] = ()


def oblimin_criterion(L: Floats) -> Floats:
    """Return the oblimin criterion at gamma 0: products of squared loadings across factors, over 4.

    Examples
    --------
    >>> float(oblimin_criterion(np.array([[0.8, 0.0], [0.0, 0.7]])))
    0.0
    """
    return oblimin_family()(L)[0]


def rotate_oblimin(A: Floats, start: Floats | None = None, max_iter: int = MAX_ITER) -> Rotation:
    """Rotate loadings of shape (..., k, m) from one start by oblimin, gamma 0; see :func:`rotate`."""
    return rotate(A, oblimin_family(), oblique=True, start=start, max_iter=max_iter)


def rotate(
    A: Floats, criterion: Criterion, *, oblique: bool, start: Floats | None = None, max_iter: int = MAX_ITER
) -> Rotation:
    """Rotate each of a stack of loading matrices from one start.

    Parameters
    ----------
    A : ndarray of float, shape (..., k, m)
        Unrotated loadings.
    criterion : callable
        Of :mod:`propsych.kernels.rotation_criteria`.
    oblique : bool
    start : ndarray of float, shape (m, m) or (..., m, m), optional
        Transformation to start from; default none.
    max_iter : int
        Fewer for problems that start next to their solution.
    """
    k, m = A.shape[-2:]
    stack = np.ascontiguousarray(A.reshape(-1, k, m))
    T = np.broadcast_to(np.eye(m) if start is None else start.reshape(-1, m, m), (len(stack), m, m)).copy()
    step, size = np.ones(len(stack)), np.full(len(stack), np.inf)
    L, value, G = _at(stack, T, criterion, oblique)
    at_work = np.arange(len(stack))
    n_iter = 0
    while n_iter < max_iter and at_work.size:
        n_iter += 1
        projected = _projected(T[at_work], G[at_work], oblique)
        size[at_work] = np.sqrt(np.square(projected).sum(axis=(1, 2)))
        unfinished = size[at_work] > PRECISION
        at_work, projected = at_work[unfinished], projected[unfinished]
        step[at_work] *= 2.0
        waiting = np.arange(len(at_work))
        for _ in range(12):
            own = at_work[waiting]
            trial = _admissible(T[own] - step[own, None, None] * projected[waiting], oblique)
            new_L, new_value, new_G = _at(stack[own], trial, criterion, oblique)
            accept = value[own] - new_value > 0.5 * np.square(size[own]) * step[own]
            moved = own[accept]
            T[moved], L[moved], G[moved] = trial[accept], new_L[accept], new_G[accept]
            value[moved] = new_value[accept]
            waiting = waiting[~accept]
            if not waiting.size:
                break
            step[at_work[waiting]] /= 2.0
        # a problem that no step improves is at its optimum, to rounding
        at_work = np.delete(at_work, waiting)
    shape = A.shape[:-2]
    phi = T.transpose(0, 2, 1) @ T if oblique else np.broadcast_to(np.eye(m), T.shape)
    return Rotation(
        L.reshape(A.shape),
        phi.reshape(*shape, m, m),
        T.reshape(*shape, m, m),
        value.reshape(shape),
        (size < CONVERGED).reshape(shape),
        n_iter,
    )


def _projected(T: Floats, G: Floats, oblique: bool) -> Floats:
    """Return the gradient along the admissible transformations."""
    if oblique:
        return np.asarray(G - T * (T * G).sum(axis=1, keepdims=True))
    M = T.transpose(0, 2, 1) @ G
    return np.asarray(G - T @ (M + M.transpose(0, 2, 1)) / 2.0)


def _admissible(T: Floats, oblique: bool) -> Floats:
    """Return the nearest admissible transformation."""
    if oblique:
        return np.asarray(T / np.sqrt(np.square(T).sum(axis=1, keepdims=True)))
    u, _, v = np.linalg.svd(T)
    return np.asarray(u @ v)


def _at(A: Floats, T: Floats, criterion: Criterion, oblique: bool) -> tuple[Floats, Floats, Floats]:
    """Return loadings, criterion, and its gradient in T."""
    if not oblique:
        L = A @ T
        value, gradient = criterion(L)
        return L, value, A.transpose(0, 2, 1) @ gradient
    # a step may make two factors one: there is no rotation there, and the search does not go there
    usable = np.abs(np.linalg.det(T)) > 1e-10
    inverse = np.linalg.inv(np.where(usable[:, None, None], T, np.eye(T.shape[-1])))
    L = A @ inverse.transpose(0, 2, 1)
    value, gradient = criterion(L)
    value = np.where(usable, value, np.inf)
    return L, value, -(L.transpose(0, 2, 1) @ gradient @ inverse).transpose(0, 2, 1)


def gradient_length(A: Floats, T: Floats, criterion: Criterion, *, oblique: bool) -> float:
    """Return the length of the projected gradient of one rotation: 0 at an optimum."""
    _, _, G = _at(A[None], T[None], criterion, oblique)
    return float(np.linalg.norm(_projected(T[None], G, oblique)))


def random_starts(m: int, n_starts: int, seed: int) -> Floats:
    """Return no rotation and n_starts - 1 random orthogonal ones, shape (n_starts, m, m)."""
    none = np.eye(m)[None]
    if n_starts <= 1:
        return none
    normal = np.random.default_rng(seed).standard_normal((n_starts - 1, m, m))
    return np.concatenate([none, np.linalg.qr(normal)[0]])


def oblimin(A: Floats, n_starts: int = 10, seed: int = 1) -> Rotation:
    """Rotate one loading matrix obliquely to simple structure, from several starts.

    Parameters
    ----------
    A : ndarray of float, shape (k, m)
        Unrotated loadings.
    n_starts : int
        The first start is the unrotated matrix, the others are random orthogonal ones.
    seed : int
        Of the random starts.

    Returns
    -------
    Rotation
        See :func:`best_rotation`.

    Notes
    -----
    Gamma 0 (quartimin), no Kaiser normalisation. Several optima are common with many factors; `n_optima`
    counts the different criterion values (to 1e-6) of the starts that converged.
    """
    return best_rotation(A, oblimin_family(), oblique=True, n_starts=n_starts, seed=seed)


def best_rotation(
    A: Floats,
    criterion: Criterion,
    *,
    oblique: bool,
    n_starts: int = 10,
    seed: int = 1,
    kaiser: bool = False,
    reorder: bool = True,
) -> Rotation:
    """Rotate one loading matrix (k, m) from several starts.

    Parameters
    ----------
    A : ndarray of float, shape (k, m)
        Unrotated loadings.
    criterion : callable
    oblique : bool
    n_starts, seed : int
        The first start is the unrotated matrix, the others are random orthogonal ones.
    kaiser : bool
        Rotate the loadings of items scaled to communality 1, and scale them back; the criterion is then of
        the scaled ones.
    reorder : bool
        False leaves factors in the order and with the signs found, as a target asks.

    Returns
    -------
    Rotation
        The start with the lowest criterion; factors in the order of their sums of squares, each with a
        positive sum of loadings, and `phi` in the same order.
    """
    length = np.sqrt(np.square(A).sum(axis=1, keepdims=True))
    weight = np.where(length > 0.0, length, 1.0) if kaiser else np.ones_like(length)
    starts = random_starts(A.shape[1], n_starts, seed)
    stack = np.broadcast_to(A / weight, (len(starts), *A.shape))
    found = rotate(stack, criterion, oblique=oblique, start=starts)
    usable = np.where(found.converged, found.criterion, np.inf)
    best = int(np.argmin(usable)) if found.converged.any() else int(np.argmin(found.criterion))
    optima = _optima(np.sort(found.criterion[found.converged]))
    L = found.loadings[best] * weight
    order, sign = np.arange(A.shape[1]), np.ones(A.shape[1])
    if reorder:
        order, sign = factor_order(L)
    T = found.transformation[best][:, order] * sign
    return Rotation(
        L[:, order] * sign,
        T.T @ T if oblique else np.eye(len(T)),
        T,
        np.asarray(found.criterion[best]),
        np.asarray(found.converged[best]),
        found.n_iter,
        len(optima),
        optima,
    )


def factor_order(L: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the order of factors by sums of squares, and the signs that make their sums positive."""
    order = np.argsort(-np.square(L).sum(axis=0), kind="stable")
    return order, np.where(L[:, order].sum(axis=0) < 0.0, -1.0, 1.0)


def _optima(values: Floats) -> tuple[Optimum, ...]:
    if not values.size:
        return ()
    groups = np.split(values, np.flatnonzero(np.diff(values) > SAME) + 1)
    return tuple(Optimum(float(group[0]), len(group)) for group in groups)

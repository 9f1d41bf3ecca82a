r"""Oblique rotation by gradient projection, of stacks of loading matrices.

Loadings are :math:`L = A (T')^{-1}` and factor correlations :math:`\Phi = T' T` with columns of T of
length 1. Jennrich (2002), doi:10.1007/BF02294706.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rotation", "oblimin", "oblimin_criterion", "rotate_oblimin"]

Floats = NDArray[np.float64]

PRECISION = 1e-9
MAX_ITER = 10_000
"""With more factors than there are in the items the criterion is flat, and thousands are needed."""


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
    """

    loadings: Floats
    phi: Floats
    transformation: Floats
    criterion: Floats
    converged: NDArray[np.bool_]
    n_iter: int
    n_optima: int = 1


def oblimin_criterion(L: Floats) -> Floats:
    """Return the oblimin criterion at gamma 0: products of squared loadings across factors, over 4.

    Examples
    --------
    >>> float(oblimin_criterion(np.array([[0.8, 0.0], [0.0, 0.7]])))
    0.0
    """
    squares = np.square(L)
    total = squares.sum(axis=-1, keepdims=True)
    return np.asarray((squares * (total - squares)).sum(axis=(-2, -1)) / 4.0)


def _value_and_gradient(L: Floats) -> tuple[Floats, Floats]:
    squares = np.square(L)
    others = squares.sum(axis=-1, keepdims=True) - squares
    return (squares * others).sum(axis=(-2, -1)) / 4.0, L * others


def rotate_oblimin(A: Floats, start: Floats | None = None, max_iter: int = MAX_ITER) -> Rotation:
    """Rotate loadings of shape (..., k, m) from one start; see :func:`oblimin`.

    Parameters
    ----------
    A : ndarray of float, shape (..., k, m)
        Unrotated loadings.
    start : ndarray of float, shape (m, m) or (..., m, m), optional
        Transformation to start from; default none.
    max_iter : int
        Fewer for problems that start next to their solution.
    """
    k, m = A.shape[-2:]
    stack = A.reshape(-1, k, m)
    T = np.broadcast_to(np.eye(m) if start is None else start.reshape(-1, m, m), (len(stack), m, m)).copy()
    step = np.ones(len(stack))
    L, value, G = _at(stack, T)
    size = np.full(len(stack), np.inf)
    n_iter = 0
    while n_iter < max_iter:
        n_iter += 1
        projected = G - T * (T * G).sum(axis=1, keepdims=True)
        size = np.sqrt(np.square(projected).sum(axis=(1, 2)))
        active = size > PRECISION
        if not active.any():
            break
        step *= 2.0
        moved = np.zeros(len(stack), dtype=bool)
        for _ in range(12):
            trial = T - step[:, None, None] * projected
            trial /= np.sqrt(np.square(trial).sum(axis=1, keepdims=True))
            new_L, new_value, new_G = _at(stack, trial)
            accept = active & ~moved & (value - new_value > 0.5 * np.square(size) * step)
            T = np.where(accept[:, None, None], trial, T)
            L, G = np.where(accept[:, None, None], new_L, L), np.where(accept[:, None, None], new_G, G)
            value = np.where(accept, new_value, value)
            moved |= accept
            if moved[active].all():
                break
            step = np.where(moved | ~active, step, step / 2.0)
        if not moved.any():
            break
    shape = A.shape[:-2]
    phi = T.transpose(0, 2, 1) @ T
    return Rotation(
        L.reshape(A.shape),
        phi.reshape(*shape, m, m),
        T.reshape(*shape, m, m),
        value.reshape(shape),
        (size < 1e-5).reshape(shape),
        n_iter,
    )


def _at(A: Floats, T: Floats) -> tuple[Floats, Floats, Floats]:
    # a step may make two factors one: there is no rotation there, and the search does not go there
    usable = np.abs(np.linalg.det(T)) > 1e-10
    inverse = np.linalg.inv(np.where(usable[:, None, None], T, np.eye(T.shape[-1])))
    L = A @ inverse.transpose(0, 2, 1)
    value, gradient = _value_and_gradient(L)
    value = np.where(usable, value, np.inf)
    return L, value, -(L.transpose(0, 2, 1) @ gradient @ inverse).transpose(0, 2, 1)


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
        The start with the lowest criterion; factors in the order of their sums of squares, each with a
        positive sum of loadings, and `phi` in the same order.

    Notes
    -----
    Gamma 0 (quartimin), no Kaiser normalisation. Several optima are common with many factors; `n_optima`
    counts the different criterion values (to 1e-6) of the starts that converged.
    """
    m = A.shape[1]
    normal = np.random.default_rng(seed).standard_normal((max(n_starts - 1, 0), m, m))
    starts = np.concatenate([np.eye(m)[None], np.linalg.qr(normal)[0]]) if n_starts > 1 else np.eye(m)[None]
    found = rotate_oblimin(np.broadcast_to(A, (len(starts), *A.shape)), starts)
    usable = np.where(found.converged, found.criterion, np.inf)
    best = int(np.argmin(usable)) if found.converged.any() else 0
    reached = np.sort(found.criterion[found.converged])
    n_optima = 1 + int((np.diff(reached) > 1e-6).sum()) if reached.size else 0
    return _ordered(found, best, n_optima)


def _ordered(found: Rotation, best: int, n_optima: int) -> Rotation:
    L, T = found.loadings[best], found.transformation[best]
    order = np.argsort(-np.square(L).sum(axis=0), kind="stable")
    sign = np.where(L[:, order].sum(axis=0) < 0.0, -1.0, 1.0)
    T = T[:, order] * sign
    return Rotation(
        L[:, order] * sign,
        T.T @ T,
        T,
        np.asarray(found.criterion[best]),
        np.asarray(found.converged[best]),
        found.n_iter,
        n_optima,
    )

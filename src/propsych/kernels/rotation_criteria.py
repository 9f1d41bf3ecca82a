"""Criteria of rotation: each takes loadings (..., k, m) and returns its value (...,) and its gradient.

All are made small. Scales are those of Bernaards & Jennrich (2005), doi:10.1177/0013164404272507, so that
values can be compared with theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Criterion",
    "bentler",
    "bifactor",
    "crawford_ferguson",
    "entropy",
    "geomin",
    "infomax",
    "oblimin_family",
    "quartimax",
    "target",
    "varimax",
]

Floats = NDArray[np.float64]
Criterion = Callable[[Floats], tuple[Floats, Floats]]

LEAST = 1e-300
"""What a square of 0 is taken for in a logarithm."""


def _total(entries: Floats) -> Floats:
    return np.asarray(entries.sum(axis=(-2, -1)))


def oblimin_family(gamma: float = 0.0) -> Criterion:
    """Return the oblimin criterion: products of squared loadings across factors; gamma 0 is quartimin.

    Above 0 it lets the factors correlate more, and near 1 it has no lowest value.
    """

    def value(L: Floats) -> tuple[Floats, Floats]:
        squares = np.square(L)
        others = squares.sum(axis=-1, keepdims=True) - squares
        if gamma:
            others = others - gamma * others.mean(axis=-2, keepdims=True)
        return _total(squares * others) / 4.0, L * others

    return value


def quartimax(L: Floats) -> tuple[Floats, Floats]:
    """Minus the fourth powers: each item on few factors."""
    return -_total(np.square(np.square(L))) / 4.0, -(L**3)


def varimax(L: Floats) -> tuple[Floats, Floats]:
    """Minus the variance of each factor's squared loadings, summed: each factor on few items."""
    squares = np.square(L)
    centred = squares - squares.mean(axis=-2, keepdims=True)
    return -_total(np.square(centred)) / 4.0, -L * centred


def crawford_ferguson(kappa: float) -> Criterion:
    """Return (1 - kappa) of the items' complexity and kappa of the factors'; m / (2 k) is equamax.

    Crawford & Ferguson (1970), doi:10.1007/BF02310792.
    """

    def value(L: Floats) -> tuple[Floats, Floats]:
        squares = np.square(L)
        across = squares.sum(axis=-1, keepdims=True) - squares
        along = squares.sum(axis=-2, keepdims=True) - squares
        mixed = (1.0 - kappa) * across + kappa * along
        return _total(squares * mixed) / 4.0, L * mixed

    return value


def geomin(delta: float = 0.01) -> Criterion:
    """Return the geometric means of each item's squared loadings, each plus `delta`, summed.

    Yates (1987), Multivariate exploratory data analysis. It often has several local optima.
    """

    def value(L: Floats) -> tuple[Floats, Floats]:
        m = L.shape[-1]
        squares = np.square(L) + delta
        mean = np.exp(np.log(squares).sum(axis=-1, keepdims=True) / m)
        return np.asarray(mean.sum(axis=(-2, -1))), (2.0 / m) * L / squares * mean

    return value


def bentler(L: Floats) -> tuple[Floats, Floats]:
    """Bentler's invariant pattern simplicity (1977), doi:10.1007/BF02294054."""
    squares = np.square(L)
    M = squares.swapaxes(-1, -2) @ squares
    diagonal = np.diagonal(M, axis1=-2, axis2=-1)
    m = M.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        sign, log_det = np.linalg.slogdet(M)
        value = -(log_det - np.log(diagonal).sum(axis=-1)) / 4.0
    usable = (sign > 0) & np.isfinite(value)
    safe = np.where(usable[..., None, None], M, np.eye(m))
    between = np.linalg.inv(safe) - np.eye(m) / np.diagonal(safe, axis1=-2, axis2=-1)[..., None, :]
    return np.asarray(np.where(usable, value, np.inf)), -L * (squares @ between)


def bifactor(L: Floats) -> tuple[Floats, Floats]:
    """Quartimin of all factors but the first, which is left to be general.

    Jennrich & Bentler (2011, 2012), doi:10.1007/s11336-011-9218-4 and doi:10.1007/s11336-012-9269-1.
    """
    squares = np.square(L[..., 1:])
    others = squares.sum(axis=-1, keepdims=True) - squares
    gradient = np.zeros_like(L)
    gradient[..., 1:] = 4.0 * L[..., 1:] * others
    return _total(squares * others), gradient


def entropy(L: Floats) -> tuple[Floats, Floats]:
    """Half the entropy of the squared loadings (for orthogonal factors)."""
    squares = np.square(L)
    logs = np.log(np.maximum(squares, LEAST))
    return -_total(squares * logs) / 2.0, -(L * logs + L)


def infomax(L: Floats) -> tuple[Floats, Floats]:
    """McKeon's infomax: log m, plus what items and factors do not tell of one another.

    Of shares p of the squared loadings and their sums over items and over factors it is the entropy of the
    cells less those of the two margins.
    """
    squares = np.square(L)
    total = squares.sum(axis=(-2, -1), keepdims=True)
    cells = [squares, squares.sum(axis=-1, keepdims=True), squares.sum(axis=-2, keepdims=True)]
    shares = [part / total for part in cells]
    logs = [np.log(np.maximum(share, LEAST)) for share in shares]
    size = [-(share * log).sum(axis=(-2, -1), keepdims=True) for share, log in zip(shares, logs, strict=True)]
    # the slope of an entropy of shares in the squares: -(log p + entropy) / total
    slope = sum(
        sign * -(log + entropy_) / total
        for sign, log, entropy_ in zip((1.0, -1.0, -1.0), logs, size, strict=True)
    )
    value = np.log(L.shape[-1]) + size[0] - size[1] - size[2]
    return np.asarray(value[..., 0, 0]), np.asarray(2.0 * L * slope)


def target(aim: Floats, weights: Floats | None = None) -> Criterion:
    """Return the squared distance from a target, by default over its numbers and not over its NaN.

    Browne (2001), doi:10.1207/S15327906MBR3601_05.
    """
    given = ~np.isnan(aim)
    W = given.astype(float) if weights is None else weights * given
    return partial(_distance, np.where(given, aim, 0.0), W)


def _distance(aim: Floats, W: Floats, L: Floats) -> tuple[Floats, Floats]:
    gap = L - aim
    return _total(W * np.square(gap)), 2.0 * W * gap

"""A function of the covariance matrix without each person: exactly, or to first order in large samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.covariance import correlation_from_covariance
from propsych.kernels.influence import STEP, casewise, gradient_of
from propsych.kernels.jackknife import covariances_left_out

__all__ = ["EXACT_UP_TO", "left_out"]

Floats = NDArray[np.float64]

EXACT_UP_TO = 4_000_000
"""Numbers in the stack (persons times items squared) up to which each person is really left out."""


def left_out(
    f: Callable[[Floats], Floats],
    values: Floats,
    *,
    scale: str = "covariance",
    exact_up_to: int = EXACT_UP_TO,
    step: float = STEP,
) -> Floats:
    """Return f without each person, shape (n,) or (n, q), from complete answers of shape (n, k).

    Parameters
    ----------
    f : callable
        Maps matrices of shape (m, k, k) to numbers of shape (m,) or (m, q).
    values : ndarray of float, shape (n, k)
    scale : {"covariance", "correlation"}
        What `f` takes.
    exact_up_to : int
        Smaller for a function that is found by search.
    step : float
        Of the central differences in larger samples.

    Notes
    -----
    In samples of more than `exact_up_to` numbers the first-order change stands in: there the two agree
    to about 1 / n of the standard error, and the stack would not fit into memory. NaN where an item has one
    value only without that person, so that it has no correlations.

    Examples
    --------
    >>> answers = np.array([[1.0, 2], [2, 2], [3, 4], [4, 4], [2, 3]])
    >>> left_out(lambda C: C[:, 0, 1], answers).round(3).tolist()
    [0.75, 1.167, 1.083, 0.667, 1.333]
    """
    n, k = values.shape
    if n * k * k <= exact_up_to:
        C = covariances_left_out(values)
        return _where_finite(f, correlation_from_covariance(C) if scale == "correlation" else C)
    C = np.cov(values.T)
    gradient = gradient_of(f, C, scale=scale, step=step)
    value = f((correlation_from_covariance(C) if scale == "correlation" else C)[None])[0]
    return np.asarray(value - casewise(values, gradient).T / (n - 1.0))


def _where_finite(f: Callable[[Floats], Floats], stack: Floats) -> Floats:
    """Return f of a stack of matrices, NaN for those that hold NaN."""
    finite = np.isfinite(stack).all(axis=(1, 2))
    if finite.all():
        return np.asarray(f(stack))
    found = np.asarray(f(stack[finite]))
    values = np.full((len(stack), *found.shape[1:]), np.nan)
    values[finite] = found
    return values

r"""A function of correlations one standard error away, along each principal direction of their errors.

A function that curves within a standard error has a slope at the estimate that says little about its
spread, and is biased. With :math:`\delta_j` the principal directions of the correlations' sampling
covariance, each as long as its standard error, :math:`f(r + \delta_j)` and :math:`f(r - \delta_j)` give
both: half their difference is the slope over that distance, and half of
:math:`f(r + \delta_j) + f(r - \delta_j) - 2 f(r)`, summed, is the bias to second order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Around", "around"]

Floats = NDArray[np.float64]


class Around(NamedTuple):
    """What each person adds to q functions, shape (n, q), and their bias, shape (q,)."""

    influence: Floats
    bias: Floats


def around(f: Callable[[Floats], Floats], R: Floats, influence: Floats) -> Around:
    """Return the spread and the bias of functions of a correlation matrix.

    Parameters
    ----------
    f : callable
        From matrices of shape (m, k, k) to numbers of shape (m, q). NaN where a number does not exist.
    R : ndarray of float, shape (k, k)
    influence : ndarray of float, shape (n, n_pairs)
        What each person adds to the correlations of pairs i < j, row by row.

    Notes
    -----
    The points are those of the unscented transformation (Julier & Uhlmann 2004,
    doi:10.1109/JPROC.2003.823141).

    Examples
    --------
    >>> added = np.array([[1.0], [-1.0], [2.0], [-2.0]])
    >>> found = around(lambda R: R[:, :1, 1] ** 2, np.array([[1.0, 0.5], [0.5, 1.0]]), added)
    >>> found.influence.ravel().round(3), found.bias.round(3)
    (array([ 1., -1.,  2., -2.]), array([0.833]))
    """
    n = len(influence)
    first, second = np.triu_indices(len(R), 1)
    centred = influence - influence.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / (n * (n - 1.0)))
    kept = values > 1e-12 * values[-1]
    size = np.sqrt(values[kept])
    step = np.zeros((len(size), *R.shape))
    step[:, first, second] = step[:, second, first] = (vectors[:, kept] * size).T
    here, there = f(R[None]), f(np.concatenate([R + step, R - step]))
    up, down = there[: len(size)], there[len(size) :]
    added = centred @ (vectors[:, kept] / size) @ ((up - down) / 2.0)
    return Around(added, ((up + down) / 2.0 - here).sum(axis=0))

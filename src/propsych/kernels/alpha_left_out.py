"""Alpha, standardised alpha and the mean correlation without each person, from sums over the items.

Leaving a person out takes that person's part away from sums and sums of squares, so no smaller set of answers
is ever made.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.cross_products import CrossProducts
from propsych.kernels.small_integers import rows_at_once

__all__ = [
    "EXACT_UP_TO",
    "PersonSums",
    "alpha_without_each",
    "mean_r_without_each",
    "person_sums",
    "standardised_from_mean",
]

Floats = NDArray[np.float64]
EXACT_UP_TO = 50_000_000
"""Persons times items squared up to which each person is really left out; then it is a few milliseconds."""
_MANY = 500_000


class PersonSums(NamedTuple):
    """Of each person's deviations d from the means, each of shape (n,).

    `total` is their sum, `squares` their sum of squares; `z_total` is the sum of d / sd, and `z_squares`
    that of its square times the item's row sum of correlations.
    """

    total: Floats
    squares: Floats
    z_total: Floats
    z_squares: Floats


def person_sums(values: NDArray[Any], found: CrossProducts) -> PersonSums:
    """Return the sums of complete answers, shape (n, k), with their means and covariances.

    Of many answers that are short integers in single precision, which moves an interval's end by less than
    1e-9.
    """
    n, k = values.shape
    kind = np.float32 if values.dtype == np.int16 and n * k > _MANY else np.float64
    variance = np.diag(found.covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 / np.sqrt(np.where(variance > 0, variance, np.nan))
        row_sums = scale * (found.covariance @ scale)
    ones = np.ones(k)
    linear = np.column_stack([ones, scale]).astype(kind)
    quadratic = np.column_stack([ones, row_sums * np.square(scale)]).astype(kind)
    mean = found.mean.astype(kind)
    first, second = np.empty((n, 2)), np.empty((n, 2))
    rows = 2 * rows_at_once(k)
    room = np.empty((min(rows, n), k), dtype=kind)
    for start in range(0, n, rows):
        place = slice(start, start + rows)
        d = room[: n - start]
        d[...] = values[place]
        d -= mean
        first[place] = d @ linear
        np.square(d, out=d)
        second[place] = d @ quadratic
    return PersonSums(first[:, 0], second[:, 0], first[:, 1], second[:, 1])


def alpha_without_each(sums: PersonSums, k: int) -> Floats:
    """Return alpha of `k` items without each person, shape (n,)."""
    total, squares = np.square(sums.total), sums.squares
    # the mean without person i is -x_i / (n - 1), for x about the mean of all
    moved = 1.0 + 1.0 / (len(total) - 1.0)
    items, scale = squares.sum() - squares * moved, total.sum() - total * moved
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(k / (k - 1.0) * (1.0 - items / np.where(scale > 1e-12 * items, scale, np.nan)))


def mean_r_without_each(values: NDArray[Any], found: CrossProducts, sums: PersonSums) -> Floats:
    """Return the mean correlation of the items without each person, shape (n,).

    Beyond `EXACT_UP_TO` it is the change to first order: there the two agree to about 1 / n of the standard
    error.
    """
    n, k = values.shape
    C = found.covariance
    pairs = k * (k - 1.0)
    if n * k * k > EXACT_UP_TO:
        scale = 1.0 / np.sqrt(np.diag(C))
        part = (np.square(sums.z_total) - sums.z_squares) / pairs
        return np.asarray((scale @ C @ scale - k) / pairs - (part - part.mean()) / (n - 1.0))
    d, moved, products = values - found.mean, n / (n - 1.0), C * (n - 1.0)
    variance = np.diag(products) - moved * np.square(d)
    with np.errstate(divide="ignore", invalid="ignore"):
        # what rounding leaves of an item that is constant without person i is no spread
        scale = 1.0 / np.sqrt(np.where(variance > 1e-12 * np.diag(products), variance, np.nan))
    total = (scale @ products * scale).sum(axis=1) - moved * np.square((scale * d).sum(axis=1))
    return np.asarray((total - k) / pairs)


def standardised_from_mean(mean_r: Floats, k: int) -> Floats:
    """Return alpha of `k` standardised items from their mean correlation; NaN where their sum does not vary.

    Examples
    --------
    >>> standardised_from_mean(np.array(0.5), 2).round(4)
    np.float64(0.6667)
    """
    total = 1.0 + (k - 1.0) * mean_r
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(k * mean_r / np.where(total > 0, total, np.nan))

"""Covariance and correlation of every pair of columns by matrix products, with missing values."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.cross_products import cross_products

__all__ = [
    "Covariance",
    "complete_rows",
    "correlation_from_covariance",
    "covariance",
    "off_diagonal",
    "pearson",
]

Floats = NDArray[np.float64]
Missing = Literal["listwise", "pairwise"]


class Covariance(NamedTuple):
    """A matrix of shape (n_columns, n_columns) and the number of persons behind each entry."""

    matrix: Floats
    n: NDArray[np.int64]


def complete_rows(values: Floats) -> NDArray[np.bool_]:
    """Return True for rows without NaN."""
    return np.asarray(~np.isnan(values).any(axis=1))


def _without_missing(values: Floats, missing: Missing) -> Floats | None:
    """Return the rows that listwise deletion leaves; under pairwise deletion None if anything is missing."""
    complete = complete_rows(values)
    if complete.all():
        return values
    return values[complete] if missing == "listwise" else None


class _Sums(NamedTuple):
    n: Floats
    cross: Floats
    spread: Floats  # sum of squares of column i over the persons of pair (i, j), about the pair's own mean


def _pair_sums(values: Floats, missing: Missing) -> _Sums:
    if missing == "listwise":
        values = values[complete_rows(values)]
    present = ~np.isnan(values)
    mask = present.astype(float)
    count = mask.sum(axis=0)
    # centring first keeps the products small, so little is lost to rounding
    centre = np.where(present, values, 0.0).sum(axis=0) / np.maximum(count, 1.0)
    low = np.where(present, values, np.inf).min(axis=0, initial=np.inf)
    high = np.where(present, values, -np.inf).max(axis=0, initial=-np.inf)
    centred = np.where(present & (low < high), values - centre, 0.0)
    n = mask.T @ mask
    sums = centred.T @ mask
    safe = np.maximum(n, 1.0)
    cross = centred.T @ centred - sums * sums.T / safe
    spread = np.square(centred).T @ mask - np.square(sums) / safe
    return _Sums(n, cross, spread)


def covariance(values: Floats, missing: Missing = "listwise") -> Covariance:
    """Return the covariance matrix (divisor n - 1).

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_columns)
        NaN where missing.
    missing : {"listwise", "pairwise"}
        Persons with every answer, or for each pair those with both. A pairwise matrix need not be positive
        definite; R's ``cov(use = "pairwise")`` is the same.

    Returns
    -------
    Covariance
        NaN where fewer than two persons remain.
    """
    complete = _without_missing(values, missing)
    if complete is not None and len(complete) > 1 and complete.size:
        found = cross_products(complete)
        return Covariance(found.covariance, np.full(found.covariance.shape, found.n, dtype=np.int64))
    sums = _pair_sums(values, missing)
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = np.where(sums.n > 1, sums.cross / np.where(sums.n > 1, sums.n - 1, np.nan), np.nan)
    return Covariance(matrix, sums.n.astype(np.int64))


def pearson(values: Floats, missing: Missing = "listwise") -> Covariance:
    """Return Pearson correlations; under ``"pairwise"`` each with the SDs of its own pair.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_columns)
    missing : {"listwise", "pairwise"}

    Returns
    -------
    Covariance
        Correlations in [-1, 1]; NaN where a column does not vary among the persons of the pair.
    """
    sums = _pair_sums(values, missing)
    with np.errstate(invalid="ignore", divide="ignore"):
        # what rounding leaves of a column that is constant among a pair's persons is no spread
        floor = 1e-13 * np.diag(sums.spread)[:, None]
        spread = np.where((sums.spread > floor) & (sums.n > 1), sums.spread, np.nan)
        matrix = sums.cross / np.sqrt(spread * spread.T)
    matrix = np.clip(matrix, -1.0, 1.0)
    np.fill_diagonal(matrix, np.where(np.isnan(np.diag(matrix)), np.nan, 1.0))
    return Covariance(matrix, sums.n.astype(np.int64))


def correlation_from_covariance(matrix: Floats) -> Floats:
    """Return a covariance matrix rescaled to unit diagonal; works on stacks of matrices.

    A column without variance gets NaN.
    """
    variance = np.diagonal(matrix, axis1=-2, axis2=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = 1.0 / np.sqrt(np.where(variance > 0, variance, np.nan))
        return matrix * scale[..., :, None] * scale[..., None, :]


def off_diagonal(matrix: Floats) -> Floats:
    """Return the entries below the diagonal, shape (..., n_pairs); works on stacks of matrices."""
    rows, columns = np.tril_indices(matrix.shape[-1], -1)
    return matrix[..., rows, columns]

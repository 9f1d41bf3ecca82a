"""Rank correlations of every pair of columns: Spearman's rho and Kendall's tau-b, with missing values."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.covariance import complete_rows

__all__ = ["kendall", "spearman"]

Floats = NDArray[np.float64]
Missing = Literal["listwise", "pairwise"]
_BLOCK = 2**21
"""Differences held at a time by :func:`kendall`, so that memory stays small."""


def spearman(values: Floats, missing: Missing = "listwise") -> Floats:
    """Return Spearman's rank correlations, ties at their mid-rank.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_columns)
        NaN where missing.
    missing : {"listwise", "pairwise"}
        Under ``"pairwise"`` the persons of each pair are ranked among themselves.

    Returns
    -------
    ndarray of float, shape (n_columns, n_columns)
        NaN where a column does not vary.
    """
    if missing == "listwise":
        values = values[complete_rows(values)]
    mask = ~np.isnan(values)
    k = values.shape[1]
    n = mask.T.astype(float) @ mask
    ranks = np.zeros((*values.shape, k))  # [person, i, j]: rank on i among the persons who answered i and j
    for i in range(k):
        rows = mask[:, i]
        _, category = np.unique(values[rows, i], return_inverse=True)
        counts = np.zeros((category.max(initial=-1) + 1, k))
        np.add.at(counts, category, mask[rows].astype(float))
        middle = np.cumsum(counts, axis=0) - counts / 2 + 0.5
        ranks[rows, i, :] = (middle[category] - (n[i] + 1) / 2) * mask[rows]
    cross = np.einsum("pij,pji->ij", ranks, ranks)
    spread = np.einsum("pij,pij->ij", ranks, ranks)
    return _ratio(cross, spread * spread.T)


def kendall(values: Floats, missing: Missing = "listwise") -> Floats:
    """Return Kendall's tau-b.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_columns)
        NaN where missing.
    missing : {"listwise", "pairwise"}

    Returns
    -------
    ndarray of float, shape (n_columns, n_columns)
        NaN where a column does not vary.

    Notes
    -----
    The signs of all differences between two persons form one vector a column; tau-b is the correlation of
    these vectors about zero (Kendall 1945, doi:10.1093/biomet/33.3.239). The cost grows with the square of
    the number of persons.
    """
    if missing == "listwise":
        values = values[complete_rows(values)]
    n, k = values.shape
    mask = ~np.isnan(values)
    filled = np.where(mask, values, 0.0)
    cross, spread = np.zeros((k, k)), np.zeros((k, k))
    step = max(1, _BLOCK // max(1, n * k))
    for start in range(0, n, step):
        stop = min(start + step, n)
        both = (mask[start:stop, None, :] & mask[None, :, :]).reshape(-1, k).astype(float)
        signs = np.sign(filled[start:stop, None, :] - filled[None, :, :]).reshape(-1, k) * both
        cross += signs.T @ signs
        spread += np.square(signs).T @ both
    return _ratio(cross, spread * spread.T)


def _ratio(cross: Floats, product: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = np.clip(cross / np.sqrt(np.where(product > 0, product, np.nan)), -1.0, 1.0)
    np.fill_diagonal(matrix, np.where(np.isnan(np.diag(matrix)), np.nan, 1.0))
    return matrix

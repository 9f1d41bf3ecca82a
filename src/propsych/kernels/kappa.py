"""Cohen's kappa of two raters, weighted or not, with its large-sample and jackknife standard errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.jackknife import Jackknife, jackknife

__all__ = ["KappaFit", "cross_table", "kappa", "kappa_jackknife", "kappa_left_out"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class KappaFit(NamedTuple):
    """Kappa from tables of shape (..., q, q).

    `observed` and `expected` are the weighted agreement seen and expected by chance; `se` is the standard
    error, `se_null` the one that holds where kappa is 0.
    """

    kappa: Floats
    observed: Floats
    expected: Floats
    se: Floats
    se_null: Floats
    n: Floats


def cross_table(a: Integers, b: Integers, q: int) -> Floats:
    """Return counts of pairs of categories, shape (q, q); a negative position is missing.

    Examples
    --------
    >>> cross_table(np.array([0, 1, 1]), np.array([0, 1, -1]), 2)
    array([[1., 0.],
           [0., 1.]])
    """
    both = (a >= 0) & (b >= 0)
    return np.bincount(a[both] * q + b[both], minlength=q * q).reshape(q, q).astype(float)


def _parts(table: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return shares, marginals of rows and of columns, and n."""
    n = table.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = table / n[..., None, None]
    return p, p.sum(axis=-1), p.sum(axis=-2), n


def _estimate(p: Floats, row: Floats, column: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return kappa, and the agreement lost and lost by chance."""
    # in losses, so that nothing small is the difference of numbers near 1
    loss = 1.0 - weights
    seen = (p * loss).sum(axis=(-2, -1))
    chance = np.einsum("...i,ij,...j->...", row, loss, column)
    with np.errstate(divide="ignore", invalid="ignore"):
        # chance agreement of 1 (everybody in one category) leaves nothing to correct for
        value = 1.0 - seen / np.where(chance > 1e-12, chance, np.nan)
    return value, seen, chance


def kappa(table: Floats, weights: Floats) -> KappaFit:
    r"""Return kappa with its standard errors.

    Parameters
    ----------
    table : ndarray of float, shape (..., q, q)
        Counts: first rater in rows, second in columns, over the declared categories.
    weights : ndarray of float, shape (q, q)
        Agreement weights, 1 on the diagonal (:func:`~propsych.kernels.agreement_weights.agreement_weights`).

    Returns
    -------
    KappaFit
        Arrays of shape (...). NaN where both raters used one and the same category only.

    Notes
    -----
    Cohen (1960), doi:10.1177/001316446002000104, and (1968), doi:10.1037/h0026256. Both standard errors are
    those of Fleiss, Cohen & Everitt (1969), doi:10.1037/h0028106. With
    :math:`\bar w_{ij} = \sum_l w_{il} p_{.l} + \sum_k w_{kj} p_{k.}`,

    .. math:: n (1-p_e)^4 se^2 = \sum p_{ij} (w_{ij} (1-p_e) - \bar w_{ij} (1-p_o))^2
              - (p_o p_e - 2 p_e + p_o)^2, \quad
              n (1-p_e)^2 se_0^2 = \sum p_{i.} p_{.j} (w_{ij} - \bar w_{ij})^2 - p_e^2 .

    Both are computed as sums of squares around their means, in losses 1 - w, which is the same. They are for
    agreement weights. Put disagreements in, and the variance is that of something else. An interval from `se`
    is too narrow below some 200 persons, the more so the nearer kappa is to 1.

    Examples
    --------
    >>> fit = kappa(np.array([[20.0, 5.0], [10.0, 15.0]]), np.eye(2))
    >>> round(float(fit.kappa), 6)
    0.4
    """
    p, row, column, n = _parts(table)
    value, seen, chance = _estimate(p, row, column, weights)
    loss = 1.0 - weights
    of_row = np.einsum("ij,...j->...i", loss, column)
    of_column = np.einsum("...i,ij->...j", row, loss)
    both = of_row[..., :, None] + of_column[..., None, :]
    gap = np.where(chance > 1e-12, chance, np.nan)
    independent = row[..., :, None] * column[..., None, :]
    variance = _variance(p, loss * chance[..., None, None] - both * seen[..., None, None]) / (n * gap**4)
    null = _variance(independent, loss - both) / (n * np.square(gap))
    return KappaFit(value, 1.0 - seen, 1.0 - chance, np.sqrt(variance), np.sqrt(null), n)


def _variance(p: Floats, values: Floats) -> Floats:
    """Return the variance of `values` under the shares `p`, both of shape (..., q, q)."""
    mean = (p * values).sum(axis=(-2, -1), keepdims=True)
    return np.asarray((p * np.square(values - mean)).sum(axis=(-2, -1)))


def kappa_left_out(table: Floats, weights: Floats) -> Floats:
    """Return kappa with one pair of each cell left out, shape (..., q, q); NaN where the cell is empty.

    Persons in one cell are alike, so the delete-one values of all persons are these, each counted as often as
    its cell.
    """
    q = table.shape[-1]
    one = np.eye(q * q).reshape(q, q, q, q)
    p, row, column, _ = _parts(table[..., None, None, :, :] - one)
    return np.asarray(np.where(table > 0, _estimate(p, row, column, weights)[0], np.nan))


def kappa_jackknife(table: Floats, weights: Floats) -> Jackknife:
    """Return the delete-one-person jackknife of kappa; table of shape (..., q, q).

    NaN where leaving some person out leaves one category only.
    """
    q = table.shape[-1]
    cells = np.moveaxis(kappa_left_out(table, weights).reshape(*table.shape[:-2], q * q), -1, 0)
    return jackknife(cells, np.moveaxis(table.reshape(*table.shape[:-2], q * q), -1, 0))

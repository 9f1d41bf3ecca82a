"""Kendall's coefficient of concordance, corrected for ties."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["Concordance", "kendall_w", "kendall_w_left_out"]

Floats = NDArray[np.float64]
CHUNK = 2_000_000
"""Comparisons held at once while persons are left out."""


class Concordance(NamedTuple):
    """Kendall's W with its large-sample test, and W without the correction for ties."""

    w: float
    chi2: float
    df: int
    p: float
    uncorrected: float
    mean_spearman: float


def _ranks(values: Floats) -> tuple[Floats, Floats]:
    """Return mid-ranks of each column, and the size of the tie that each value belongs to."""
    n = values.shape[0]
    order = np.sort(values, axis=0)
    low = np.empty(values.shape)
    high = np.empty(values.shape)
    for j in range(values.shape[1]):  # raters are few; each one is sorted as a whole
        low[:, j] = np.searchsorted(order[:, j], values[:, j], side="left")
        high[:, j] = np.searchsorted(order[:, j], values[:, j], side="right")
    return (low + high + 1.0) / 2.0 if n else low, high - low


def _w(sum_squares: Floats, ties: Floats, n: int, r: int) -> tuple[Floats, Floats]:
    cube = n**3 - n
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = r**2 * cube - r * ties
        return 12.0 * sum_squares / np.where(gap > 0, gap, np.nan), 12.0 * sum_squares / (r**2 * cube)


def kendall_w(values: Floats) -> Concordance:
    r"""Return Kendall's W of complete ratings.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_raters)
        Complete.

    Returns
    -------
    Concordance
        NaN where no rater tells persons apart, or for fewer than two persons. `mean_spearman` is
        :math:`(r W - 1) / (r - 1)`: the mean rank correlation of pairs of raters when there are no ties.

    Notes
    -----
    Kendall & Babington Smith (1939), doi:10.1214/aoms/1177732186; with ties

    .. math:: W = \frac{12 S}{r^2 (n^3 - n) - r \sum_j \sum_t (t^3 - t)}

    and :math:`\chi^2 = r (n - 1) W` with n - 1 degrees of freedom, which is for more than some seven persons.
    W compares orders: raters who differ by a constant agree perfectly.

    Examples
    --------
    >>> kendall_w(np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]])).w
    1.0
    """
    n, r = values.shape
    ranks, ties = _ranks(values)
    total = ranks.sum(axis=1)
    squares = np.square(total - total.mean()).sum() if n else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        w, plain = _w(np.asarray(squares), (np.square(ties) - 1.0).sum(), n, r)
        chi2 = r * (n - 1) * float(w)
        rho = (r * float(w) - 1.0) / (r - 1.0) if r > 1 else np.nan
    return Concordance(float(w), chi2, n - 1, float(special.chdtrc(n - 1, chi2)), float(plain), rho)


def kendall_w_left_out(values: Floats) -> Floats:
    """Return W with each person left out, shape (n_persons,).

    Leaving a person out lowers the rank of all above by one, and of those tied by one half.
    """
    n, r = values.shape
    ranks, ties = _ranks(values)
    total = ranks.sum(axis=1)
    # a tie of t values has t^3 - t, and one value less (t-1)^3 - (t-1): 3 t (t - 1) less
    left_ties = (np.square(ties) - 1.0).sum() - (3.0 * ties * (ties - 1.0)).sum(axis=1)
    mean = r * n / 2.0
    squares = np.empty(n)
    step = max(1, CHUNK // max(n * r, 1))
    for start in range(0, n, step):
        rows = values[start : start + step]
        lower = (np.sign(values[None, :, :] - rows[:, None, :]).sum(axis=2) + r) / 2.0
        left = np.square(total[None, :] - lower - mean)
        places = np.arange(len(rows))
        left[places, start + places] = 0.0
        squares[start : start + step] = left.sum(axis=1)
    return _w(squares, left_ties, n - 1, r)[0]

"""Standard error by leaving one person out, with the degrees of freedom that it is worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["Jackknife", "covariances_left_out", "fisher_jackknife", "jackknife", "log1m_jackknife"]

Floats = NDArray[np.float64]


class Jackknife(NamedTuple):
    """Standard error and its degrees of freedom; NaN where a statistic without some person does not exist."""

    se: Floats
    df: Floats


def jackknife(left_out: Floats, counts: Floats | None = None) -> Jackknife:
    r"""Return the delete-one standard error and its degrees of freedom.

    Parameters
    ----------
    left_out : ndarray of float, shape (n, ...)
        The statistic with each person left out.
    counts : ndarray of float, shape (n, ...), optional
        How many persons each row stands for (persons with equal answers have equal values); 0 leaves a row
        out.

    Returns
    -------
    Jackknife
        Arrays of shape (...).

    Notes
    -----
    The standard error is that of Efron & Tibshirani (1993), doi:10.1201/9780429246593, equation 11.5. The
    square of it is a mean of squares, so its own variance follows from the kurtosis :math:`b_2` of the
    values: it is worth :math:`2 n / (b_2 - 1)` degrees of freedom (Satterthwaite's rule), at most n - 1. A
    few persons who carry the whole standard error, as on skewed items, make that number small and the
    interval wide, as it should be.

    Examples
    --------
    >>> spread = jackknife(np.array([2.0, 3.0, 4.0, 5.0]))
    >>> round(float(spread.se), 6)
    1.936492
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        n, second, fourth = _moments(left_out) if counts is None else _counted_moments(left_out, counts)
        kurtosis = n * fourth / np.square(second)
        se = np.sqrt((n - 1.0) / n * second)
        df = np.minimum(2.0 * n / np.maximum(kurtosis - 1.0, 1e-12), n - 1.0)
    few = n < 3
    return Jackknife(np.where(few, np.nan, se), np.where(few, np.nan, df))


def _moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return n, and the sums of second and fourth powers about the mean."""
    n = len(values)
    d2 = np.square(values - values.sum(axis=0) / max(n, 1))
    return np.asarray(float(n)), d2.sum(axis=0), np.square(d2).sum(axis=0)


def _counted_moments(values: Floats, counts: Floats) -> tuple[Floats, Floats, Floats]:
    values = np.where(counts > 0, values, 0.0)
    n = counts.sum(axis=0)
    d2 = np.square(values - (counts * values).sum(axis=0) / n)
    return n, (counts * d2).sum(axis=0), (counts * np.square(d2)).sum(axis=0)


def covariances_left_out(values: Floats) -> Floats:
    """Return the covariance matrix (divisor n - 2) without each person, shape (n, k, k).

    An item that then takes one value only has variance 0. The caller keeps n k^2 small: they all stand in
    memory.
    """
    n = len(values)
    d = values - values.mean(axis=0)
    # leaving person i out moves the mean too: together a rank-one change of the cross-products
    outer = d[:, :, None] * d[:, None, :] * (n / (n - 1.0))
    cross = d.T @ d
    left = cross - outer
    # what rounding leaves of a variance that one person made alone is no variance
    gone = np.diagonal(left, axis1=1, axis2=2) <= 1e-12 * np.diag(cross)
    left = np.where(gone[:, :, None] | gone[:, None, :], 0.0, left)
    return np.asarray(left / (n - 2.0))


def fisher_jackknife(estimate: float, left_out: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return an interval of a coefficient between -1 and 1, as :func:`log1m_jackknife` on Fisher's scale."""
    if not abs(estimate) < 1.0 or not (np.abs(left_out) < 1.0).all():
        return float("nan"), float("nan")
    found = jackknife(np.arctanh(left_out))
    half = float(special.stdtrit(float(found.df), (1.0 + level) / 2.0)) * float(found.se)
    centre = float(np.arctanh(estimate))
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def log1m_jackknife(estimate: float, left_out: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return an interval of a coefficient with an upper end of 1 from its values without each person.

    The jackknife is taken on the scale of log(1 - x) itself, so it sees the curvature, with Student's t
    on the degrees of freedom of :func:`jackknife`. NaN where a value is missing or 1.

    Examples
    --------
    >>> low, high = log1m_jackknife(0.8, np.array([0.79, 0.80, 0.81, 0.80, 0.78]))
    >>> bool(low < 0.8 < high)
    True
    """
    if not estimate < 1.0 or not (left_out < 1.0).all():
        return float("nan"), float("nan")
    found = jackknife(np.log1p(-left_out))
    half = float(special.stdtrit(float(found.df), (1.0 + level) / 2.0)) * float(found.se)
    with np.errstate(over="ignore"):
        ends = 1.0 - (1.0 - estimate) * np.exp(np.array([half, -half]))
    return float(ends[0]), float(ends[1])

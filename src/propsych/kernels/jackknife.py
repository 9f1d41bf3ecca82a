"""Standard error by leaving one person out, with the degrees of freedom that it is worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Jackknife", "jackknife"]

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
        if counts is None:
            counts = np.ones(left_out.shape)
        values = np.where(counts > 0, left_out, 0.0)
        n = counts.sum(axis=0)
        d2 = np.square(values - (counts * values).sum(axis=0) / n)
        second = (counts * d2).sum(axis=0)
        kurtosis = n * (counts * np.square(d2)).sum(axis=0) / np.square(second)
        se = np.sqrt((n - 1.0) / n * second)
        df = np.minimum(2.0 * n / np.maximum(kurtosis - 1.0, 1e-12), n - 1.0)
    few = n < 3
    return Jackknife(np.where(few, np.nan, se), np.where(few, np.nan, df))

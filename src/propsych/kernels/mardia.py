"""Mardia's multivariate skewness and kurtosis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["Mardia", "mardia"]

Floats = NDArray[np.float64]
_BLOCK = 2**22


class Mardia(NamedTuple):
    """Multivariate skewness and kurtosis with their tests.

    Attributes
    ----------
    b1, b2 : float
        Skewness and kurtosis; of normal variables 0 and k (k + 2) to be expected.
    skewness : float
        n b1 / 6, chi-square of `df` degrees of freedom.
    skewness_small : float
        The same with Mardia's (1974) correction for small samples.
    df : int
    p_skewness, p_skewness_small : float
    kurtosis : float
        Standard normal.
    p_kurtosis : float
    distances : ndarray of float, shape (n,)
        Mahalanobis distances from the means.
    """

    b1: float
    b2: float
    skewness: float
    skewness_small: float
    df: int
    p_skewness: float
    p_skewness_small: float
    kurtosis: float
    p_kurtosis: float
    distances: Floats


def mardia(values: Floats) -> Mardia:
    """Return Mardia's coefficients of complete values (n, k), with the covariances' divisor n - 1.

    Notes
    -----
    Mardia (1970), doi:10.1093/biomet/57.3.519, and (1974), Sankhya B 36, 115-128. Mardia divides by n; psych
    by n - 1, as is done here.

    Examples
    --------
    >>> found = mardia(np.random.default_rng(1).standard_normal((200, 3)))
    >>> found.p_skewness > 0.01, found.p_kurtosis > 0.01
    (True, True)
    """
    n, k = values.shape
    centred = values - values.mean(axis=0)
    root = np.linalg.cholesky(centred.T @ centred / (n - 1.0))
    z = np.linalg.solve(root, centred.T).T
    b1 = 0.0
    rows = max(1, _BLOCK // n)
    for start in range(0, n, rows):
        products = z[start : start + rows] @ z.T
        b1 += float((products * np.square(products)).sum())
    b1 /= n**2
    squares = np.square(z).sum(axis=1)
    b2 = float(np.square(squares).mean())
    df = k * (k + 1) * (k + 2) // 6
    correction = (k + 1) * (n + 1) * (n + 3) / (n * ((n + 1) * (k + 1) - 6))
    skewness, small = n * b1 / 6.0, n * correction * b1 / 6.0
    kurtosis = (b2 - k * (k + 2)) * float(np.sqrt(n / (8.0 * k * (k + 2))))
    return Mardia(
        b1,
        b2,
        skewness,
        small,
        df,
        float(special.chdtrc(df, skewness)),
        float(special.chdtrc(df, small)),
        kurtosis,
        2.0 * float(special.ndtr(-abs(kurtosis))),
        np.sqrt(squares),
    )

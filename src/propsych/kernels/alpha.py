"""Cronbach's alpha from a covariance matrix, for the scale and with each item dropped."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from propsych.kernels.covariance import correlation_from_covariance, off_diagonal
from propsych.kernels.guttman import lambda6, safe_inverse
from propsych.kernels.if_dropped import IfDropped, if_dropped, spread_if_dropped

__all__ = [
    "AlphaADF",
    "Consistency",
    "adf_alpha",
    "adf_standard_error",
    "consistency",
    "consistency_and_if_dropped",
    "consistency_if_dropped",
    "drop_each",
    "feldt_interval",
    "normal_theory_variance",
    "raw_alpha",
]

Floats = NDArray[np.float64]


class Consistency(NamedTuple):
    """Internal consistency of one scale (0-d arrays) or of a stack of scales (1-d)."""

    alpha: Floats
    standardised: Floats
    lambda6: Floats
    mean_r: Floats
    median_r: Floats
    variance_r: Floats
    signal_noise: Floats


class AlphaADF(NamedTuple):
    """Alpha with its distribution-free standard error, and the same with each item dropped."""

    alpha: float
    se: float
    if_dropped: Floats
    se_if_dropped: Floats
    n: int


def raw_alpha(C: Floats) -> Floats:
    """Return Cronbach's alpha of covariance matrices of shape (..., k, k); NaN for one item or no variance.

    Examples
    --------
    >>> raw_alpha(np.array([[1.0, 0.5], [0.5, 1.0]])).round(4)
    np.float64(0.6667)
    """
    k = C.shape[-1]
    total = C.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.trace(C, axis1=-2, axis2=-1) / np.where(total > 0, total, np.nan)
    return np.asarray(np.nan * share if k < 2 else k / (k - 1) * (1.0 - share))


def consistency(C: Floats) -> Consistency:
    r"""Return alpha and its relatives from covariance matrices.

    Parameters
    ----------
    C : ndarray of float, shape (..., k, k)
        Covariance (or correlation) matrices of at least two items.

    Returns
    -------
    Consistency
        Arrays of shape (...). `signal_noise` is :math:`k \bar r / (1 - \bar r)`; `variance_r` has
        divisor m - 1 for m pairs and is NaN for one pair.

    Notes
    -----
    Cronbach (1951), doi:10.1007/BF02310555. For 0/1 items alpha is KR-20. Alpha presumes one dimension and
    equal loadings; otherwise it is a lower bound (with uncorrelated errors) or not a reliability at all.
    """
    R = correlation_from_covariance(C)
    return _consistency(C, R, lambda6(R))


def _consistency(C: Floats, R: Floats, sixth: Floats) -> Consistency:
    k = C.shape[-1]
    pairs = off_diagonal(R)
    m = pairs.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_r = pairs.sum(axis=-1) / (m if m else np.nan)
        deviations = np.square(pairs - mean_r[..., None]).sum(axis=-1)
        variance_r = deviations / (m - 1 if m > 1 else np.nan)
        signal_noise = k * mean_r / (1.0 - mean_r)
    median_r = np.median(pairs, axis=-1) if m else np.full(C.shape[:-2], np.nan)
    return Consistency(
        raw_alpha(C), raw_alpha(R), sixth, mean_r, np.asarray(median_r), variance_r, signal_noise
    )


def drop_each(C: Floats) -> Floats:
    """Return the stack of matrices with item 1, 2, ... left out, shape (k, k - 1, k - 1)."""
    k = C.shape[0]
    kept = np.array([[j for j in range(k) if j != i] for i in range(k)], dtype=int).reshape(k, max(k - 1, 0))
    return np.asarray(C[kept[:, :, None], kept[:, None, :]])


def consistency_if_dropped(C: Floats) -> Consistency:
    """Return :func:`consistency` with each item left out in turn, shape (k,); NaN below three items."""
    k = C.shape[0]
    if k < 3:
        return Consistency(*(np.full(k, np.nan) for _ in Consistency._fields))
    R = correlation_from_covariance(C)
    inverse = safe_inverse(R)
    if inverse is None:
        return consistency(drop_each(C))
    short_cut = if_dropped(C, R, inverse)
    return Consistency(*short_cut, *spread_if_dropped(R, short_cut.mean_r))


def consistency_and_if_dropped(C: Floats) -> tuple[Consistency, IfDropped]:
    """Return :func:`consistency` of one matrix, and its first four numbers without each item.

    The same as the two functions by themselves, in less time.
    """
    R = correlation_from_covariance(C)
    inverse = safe_inverse(R) if len(C) > 2 else None
    if inverse is None:
        dropped = consistency_if_dropped(C)
        return consistency(C), IfDropped(*dropped[:4])
    left = float((1.0 / np.diag(inverse)).sum())
    return _consistency(C, R, np.asarray(1.0 - left / R.sum())), if_dropped(C, R, inverse)


def normal_theory_variance(C: Floats, n: ArrayLike) -> Floats:
    """Return the large-sample variance of alpha under normality; matrices of shape (..., k, k).

    Notes
    -----
    van Zyl, Neudecker & Nel (2000), doi:10.1007/BF02296146, as used by Duhachek & Iacobucci (2004),
    doi:10.1037/0021-9010.89.5.792, equation 2; psych prints its root as ``ase``. Too small for skewed items.
    """
    k = C.shape[-1]
    total = C.sum(axis=(-2, -1))
    trace = np.trace(C, axis1=-2, axis2=-1)
    row = C.sum(axis=-1)
    squares = np.square(C).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = total * (squares + trace**2) - 2.0 * trace * np.square(row).sum(axis=-1)
        q = 2.0 * k**2 / ((k - 1) ** 2 * total**3) * inner
        return np.asarray(q / np.asarray(n, dtype=float))


def feldt_interval(alpha: ArrayLike, n: int, k: int, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return Feldt's interval for alpha of `k` items and `n` persons.

    Notes
    -----
    Feldt, Woodruff & Salih (1987), doi:10.1177/014662168701100107, equations 8 and 9. It presumes normal,
    essentially tau-equivalent items; on skewed items it covers .85 and less at a nominal .95.

    Examples
    --------
    >>> lower, upper = feldt_interval(0.70, 100, 5)
    >>> round(float(lower), 2), round(float(upper), 2)
    (0.6, 0.78)
    """
    value = np.asarray(alpha, dtype=float)
    if n < 2 or k < 2:
        return np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    df1, df2, tail = n - 1.0, (n - 1.0) * (k - 1.0), (1.0 - level) / 2.0
    lower = 1.0 - (1.0 - value) * special.fdtri(df1, df2, 1.0 - tail)
    upper = 1.0 - (1.0 - value) * special.fdtri(df1, df2, tail)
    return np.asarray(lower), np.asarray(upper)


def adf_alpha(values: Floats) -> AlphaADF:
    r"""Return alpha with its asymptotically distribution-free standard error.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, k)
        Complete answers.

    Returns
    -------
    AlphaADF
        NaN for fewer than three persons, one item, or no variance of the sum.

    Notes
    -----
    The delta method by casewise contributions (Maydeu-Olivares, Coffman & Hartmann 2007,
    doi:10.1037/1082-989X.12.2.157). With :math:`d_{ij}` the deviation from the item's mean, alpha depends on
    the sum of item variances T and the variance of the sum S; person i contributes
    :math:`t_i = \sum_j d_{ij}^2` and :math:`s_i = (\sum_j d_{ij})^2`, so

    .. math:: c_i = \frac{k}{k-1}\left(\frac{T}{S^2}(s_i - S) - \frac{t_i - T}{S}\right), \quad
              se^2 = \frac{\sum c_i^2}{n (n - 1)},

    with T and S as means of :math:`t_i` and :math:`s_i`. Dropping an item only takes its part out of both
    sums. Their simulations support the interval from about 100 persons on, whatever the skewness.
    """
    n, k = values.shape
    if n < 3 or k < 2:
        return AlphaADF(np.nan, np.nan, np.full(k, np.nan), np.full(k, np.nan), n)
    constant = values.min(axis=0) == values.max(axis=0)
    d = np.where(constant, 0.0, values - values.mean(axis=0))
    squares, total = np.square(d), d.sum(axis=1)
    trace = squares.sum(axis=1)
    alpha, se = _alpha_and_se(trace[:, None], np.square(total)[:, None], k)
    dropped, dropped_se = _alpha_and_se(trace[:, None] - squares, np.square(total[:, None] - d), k - 1)
    return AlphaADF(float(alpha[0]), float(se[0]), dropped, dropped_se, n)


def adf_standard_error(squares: Floats, squared_total: Floats, k: int) -> Floats:
    """Return the standard error of :func:`adf_alpha` from each person's t and s, shape (n,)."""
    return np.asarray(_alpha_and_se(squares[:, None], squared_total[:, None], k)[1][0])


def _alpha_and_se(t: Floats, s: Floats, k: int) -> tuple[Floats, Floats]:
    n = t.shape[0]
    if k < 2:
        return np.full(t.shape[1], np.nan), np.full(t.shape[1], np.nan)
    T, S = t.mean(axis=0), s.mean(axis=0)
    # a sum that cancels to nothing leaves only rounding
    floor = 1e-12 * np.maximum(T, np.finfo(float).tiny)
    S = np.where(floor < S, S, np.nan)
    contributions = k / (k - 1) * (T / S**2 * (s - S) - (t - T) / S)
    return k / (k - 1) * (1.0 - T / S), np.sqrt(np.square(contributions).sum(axis=0) / (n * (n - 1)))

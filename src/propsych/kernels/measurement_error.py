"""Measurement error of repeated scores: SEM, smallest detectable change, limits of agreement."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.icc import NOTHING, MeanSquares, mean_squares, mean_squares_left_out
from propsych.kernels.jackknife import jackknife
from propsych.kernels.resampling import Limits, transformed_interval

__all__ = [
    "StandardError",
    "detectable_change",
    "sem_agreement",
    "sem_consistency",
    "sem_interval",
    "standard_errors",
]

Floats = NDArray[np.float64]


class StandardError(NamedTuple):
    """Standard errors of measurement with their intervals, in score points."""

    agreement: float
    consistency: float
    agreement_limits: Limits
    consistency_limits: Limits


def sem_consistency(ms: MeanSquares) -> Floats:
    """Return the root of the residual variance: shifts of everybody do not count as error."""
    return np.asarray(np.sqrt(ms.error))


def sem_agreement(ms: MeanSquares) -> Floats:
    """Return the root of residual variance and variance between occasions: shifts count as error.

    A negative estimate of the variance between occasions counts as 0.
    """
    return np.asarray(np.sqrt(ms.error + np.maximum(ms.raters - ms.error, 0.0) / ms.n))


def standard_errors(values: Floats, level: float = 0.95) -> StandardError:
    """Return both standard errors of measurement of complete scores of shape (n, k).

    Notes
    -----
    de Vet, Terwee, Knol & Bouter (2006), doi:10.1016/j.jclinepi.2005.10.015. Intervals: the delete-one
    jackknife over persons on the log scale with Student's t, which presumes no distribution; NaN where
    nothing varies. The interval of the agreement form takes the occasions as they are.
    """
    n = values.shape[0]
    ms, left_out = mean_squares(values), mean_squares_left_out(values)
    agreement, consistency = float(sem_agreement(ms)), float(sem_consistency(ms))
    return StandardError(
        agreement,
        consistency,
        _log_jackknife(agreement, sem_agreement(left_out), n, level),
        _log_jackknife(consistency, sem_consistency(left_out), n, level),
    )


def _log_jackknife(estimate: float, left_out: Floats, n: int, level: float) -> Limits:
    none = Limits(np.asarray(np.nan), np.asarray(np.nan))
    if n < 4 or not estimate > 0.0 or not (left_out > 0.0).all():
        return none
    found = jackknife(np.log(left_out))
    if not found.se > NOTHING:  # the same shift for everybody
        return none
    return transformed_interval(estimate, found.se * estimate, level, "log", found.df)


def sem_interval(ms: MeanSquares, level: float = 0.95) -> Limits:
    """Return the chi-square interval of the consistency form; it presumes normal errors."""
    df = (ms.n - 1) * (ms.k - 1)
    tail = (1.0 - level) / 2.0
    total = ms.error * df
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.sqrt(total / special.chdtri(df, tail))
        upper = np.sqrt(total / special.chdtri(df, 1.0 - tail))
    return Limits(np.asarray(lower), np.asarray(upper))


def detectable_change(sem: float, level: float = 0.95, n: int = 1) -> float:
    """Return the smallest change beyond measurement error for one person, or for the mean of `n`.

    z * sqrt(2) * SEM / sqrt(n) with the two-sided normal quantile of `level`.

    Examples
    --------
    >>> round(detectable_change(3.0), 2)
    8.32
    """
    return float(special.ndtri((1.0 + level) / 2.0) * np.sqrt(2.0 / n) * sem)

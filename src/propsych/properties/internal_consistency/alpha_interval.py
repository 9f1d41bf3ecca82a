"""The intervals of Cronbach's alpha and of its relatives."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.alpha import adf_alpha, feldt_interval, raw_alpha
from propsych.kernels.alpha_intervals import (
    alpha_left_out,
    bonett_interval,
    bootstrap_alpha,
    bootstrap_standardised_alpha,
)
from propsych.kernels.covariance import correlation_from_covariance, off_diagonal
from propsych.kernels.jackknife import fisher_jackknife, log1m_jackknife
from propsych.kernels.left_out import left_out
from propsych.kernels.proportions import normal_quantile
from propsych.kernels.resampling import Limits, bca_interval, percentile_interval, transformed_interval
from propsych.result import Estimate

__all__ = [
    "BOOTSTRAP",
    "CLOSED",
    "DEFAULT_INTERVAL",
    "Interval",
    "alpha_intervals",
    "bootstrap_interval",
    "relatives",
]

Floats = NDArray[np.float64]
Interval = Literal["jackknife", "adf", "adf_log", "feldt", "bonett", "percentile", "bca"]
CLOSED = ("jackknife", "adf", "adf_log", "feldt", "bonett")
BOOTSTRAP = ("percentile", "bca")
INTERVALS = get_args(Interval)
DEFAULT_INTERVAL: Interval = "jackknife"
"""The one that covers best in benchmarks/coverage.py, symmetric and skewed."""


def _estimate(value: float, ends: Limits | tuple[object, object], level: float, method: str) -> Estimate:
    lower, upper = (None if np.isnan(float(end)) else float(end) for end in ends)  # type: ignore[arg-type]
    return Estimate(value, lower, upper, level, method)


def alpha_intervals(complete: Floats, alpha: float, level: float) -> dict[str, Estimate]:
    """Return alpha with each interval that has a closed form; complete answers of shape (n, k)."""
    n, k = complete.shape
    adf = adf_alpha(complete)
    half = normal_quantile(level) * adf.se
    # alpha cannot exceed 1, so neither can the end of its interval
    plain = (adf.alpha - half, min(adf.alpha + half, 1.0))
    ends = {
        "jackknife": (log1m_jackknife(alpha, alpha_left_out(complete), level), "jackknife"),
        "adf": (plain, "ADF"),
        "adf_log": (transformed_interval(alpha, adf.se, level, "log1m"), "ADF on log(1 - alpha)"),
        "feldt": (feldt_interval(alpha, n, k, level), "Feldt"),
        "bonett": (bonett_interval(alpha, n, k, level), "Bonett"),
    }
    return {name: _estimate(alpha, limits, level, method) for name, (limits, method) in ends.items()}


def bootstrap_interval(
    complete: Floats, alpha: float, level: float, kind: str, n_boot: int, seed: int
) -> Estimate:
    """Return alpha with the percentile or BCa interval of `n_boot` bootstrap samples."""
    replicates = bootstrap_alpha(complete, n_boot, seed)
    method = f"{'BCa' if kind == 'bca' else 'percentile'} bootstrap, {n_boot} samples, seed {seed}"
    if kind == "percentile":
        return _estimate(alpha, percentile_interval(replicates, level), level, method)
    return _estimate(alpha, bca_interval(replicates, alpha, alpha_left_out(complete), level), level, method)


def bootstrap_standardised(complete: Floats, level: float, kind: str, n_boot: int, seed: int) -> Estimate:
    """Return standardised alpha with the percentile or BCa interval of `n_boot` bootstrap samples."""
    value = _standardised(np.cov(complete.T))
    replicates = bootstrap_standardised_alpha(complete, n_boot, seed)
    method = f"{'BCa' if kind == 'bca' else 'percentile'} bootstrap, {n_boot} samples, seed {seed}"
    if kind == "percentile":
        return _estimate(float(value), percentile_interval(replicates, level), level, method)
    without = left_out(_standardised, complete)
    return _estimate(float(value), bca_interval(replicates, float(value), without, level), level, method)


def _standardised(C: Floats) -> Floats:
    return raw_alpha(correlation_from_covariance(C))


def _mean_r(C: Floats) -> Floats:
    return np.asarray(off_diagonal(correlation_from_covariance(C)).mean(axis=-1))


def relatives(complete: Floats, level: float) -> tuple[Estimate, Estimate]:
    """Return standardised alpha and the average inter-item correlation, with jackknife intervals."""
    C = np.cov(complete.T)
    found = []
    for f, interval in ((_standardised, log1m_jackknife), (_mean_r, fisher_jackknife)):
        value = float(f(C))
        found.append(_estimate(value, interval(value, left_out(f, complete), level), level, "jackknife"))
    return found[0], found[1]

"""The intervals of Cronbach's alpha and of its relatives."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.alpha import Consistency, adf_standard_error, consistency, feldt_interval
from propsych.kernels.alpha_intervals import bonett_interval, bootstrap_alpha
from propsych.kernels.alpha_left_out import (
    PersonSums,
    alpha_without_each,
    mean_r_without_each,
    person_sums,
    standardised_from_mean,
)
from propsych.kernels.cross_products import CrossProducts, cross_products
from propsych.kernels.jackknife import log1m_jackknife
from propsych.kernels.proportions import normal_quantile
from propsych.kernels.resampling import Limits, bca_interval, percentile_interval, transformed_interval
from propsych.result import Estimate

__all__ = [
    "BOOTSTRAP",
    "CLOSED",
    "DEFAULT_INTERVAL",
    "Interval",
    "alpha_intervals",
    "bootstrap_intervals",
    "relatives",
]

Interval = Literal["jackknife", "adf", "adf_log", "feldt", "bonett", "percentile", "bca"]
CLOSED = ("jackknife", "adf", "adf_log", "feldt", "bonett")
BOOTSTRAP = ("percentile", "bca")
INTERVALS = get_args(Interval)
DEFAULT_INTERVAL: Interval = "jackknife"
"""The one that covers best in benchmarks/coverage.py, symmetric and skewed."""


def _estimate(value: float, ends: Limits | tuple[object, ...], level: float, method: str) -> Estimate:
    lower, upper = (None if np.isnan(float(end)) else float(end) for end in ends)  # type: ignore[arg-type]
    return Estimate(value, lower, upper, level, method)


def alpha_intervals(sums: PersonSums, alpha: float, k: int, level: float) -> dict[str, Estimate]:
    """Return alpha of `k` items with each interval that has a closed form."""
    n = len(sums.total)
    se = float(adf_standard_error(sums.squares, np.square(sums.total), k))
    half = normal_quantile(level) * se
    # alpha cannot exceed 1, so neither can the end of its interval
    plain = (alpha - half, min(alpha + half, 1.0))
    ends = {
        "jackknife": (log1m_jackknife(alpha, alpha_without_each(sums, k), level), "jackknife"),
        "adf": (plain, "ADF"),
        "adf_log": (transformed_interval(alpha, se, level, "log1m"), "ADF on log(1 - alpha)"),
        "feldt": (feldt_interval(alpha, n, k, level), "Feldt"),
        "bonett": (bonett_interval(alpha, n, k, level), "Bonett"),
    }
    return {name: _estimate(alpha, limits, level, method) for name, (limits, method) in ends.items()}


def bootstrap_intervals(
    complete: NDArray[Any], alpha: float, level: float, kind: str, n_boot: int, seed: int
) -> tuple[Estimate, Estimate]:
    """Return alpha and standardised alpha with percentile or BCa intervals of `n_boot` bootstrap samples."""
    k = complete.shape[1]
    replicates = bootstrap_alpha(complete.astype(float), n_boot, seed)
    method = f"{'BCa' if kind == 'bca' else 'percentile'} bootstrap, {n_boot} samples, seed {seed}"
    found = cross_products(complete)
    standardised = float(consistency(found.covariance).standardised)
    if kind == "percentile":
        ends = [percentile_interval(each, level) for each in replicates]
    else:
        sums = person_sums(complete, found)
        without = mean_r_without_each(complete, found, sums)
        left_out = alpha_without_each(sums, k), standardised_from_mean(without, k)
        values = alpha, standardised
        ends = [bca_interval(*parts, level) for parts in zip(replicates, values, left_out, strict=True)]
    return _estimate(alpha, ends[0], level, method), _estimate(standardised, ends[1], level, method)


def relatives(
    answers: NDArray[Any], found: CrossProducts, sums: PersonSums, whole: Consistency, level: float
) -> tuple[Estimate, Estimate]:
    """Return standardised alpha and the average inter-item correlation, with jackknife intervals.

    The one is a function of the other, and so are their intervals: log((1 - r) / (1 + (k - 1) r)) is
    Fisher's transformation of a correlation within groups of k, on which the jackknife holds better than on
    that of a single correlation.
    """
    k = answers.shape[1]
    mean_r = mean_r_without_each(answers, found, sums)
    alpha, r = float(whole.standardised), float(whole.mean_r)
    ends = log1m_jackknife(alpha, standardised_from_mean(mean_r, k), level)
    means = tuple(end / (k - (k - 1) * end) for end in ends)
    return _estimate(alpha, ends, level, "jackknife"), _estimate(r, means, level, "jackknife")

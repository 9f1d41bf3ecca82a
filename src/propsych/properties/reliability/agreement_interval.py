"""Intervals that the agreement coefficients share: the jackknife by default, the published one beside it."""

from __future__ import annotations

import math
from typing import Any

from propsych.kernels.jackknife import Jackknife
from propsych.kernels.resampling import Transform, transformed_interval
from propsych.result import Estimate

__all__ = ["DEFAULT_INTERVAL", "INTERVALS", "ends", "jackknife_estimate", "large_sample_estimate"]

INTERVALS = ("jackknife", "delta")
"""Names of the intervals."""
DEFAULT_INTERVAL = "jackknife"
"""Covers .94 to .96 from 60 persons on, symmetric or skewed; the published ones cover .89 and more."""
SCALES: dict[str, str] = {"fisher_z": "Fisher z", "logit": "logit"}


def jackknife_estimate(
    value: float, spread: Jackknife, level: float, transform: Transform = "fisher_z"
) -> Estimate:
    """Return the estimate with Student's t interval on a transformed scale; no ends where there are none."""
    ends = transformed_interval(value, spread.se, level, transform, spread.df)
    lower, upper = float(ends.lower), float(ends.upper)
    method = f"delete-one jackknife, Student's t on the {SCALES[transform]} scale"
    if not (math.isfinite(lower) and math.isfinite(upper)) or not float(spread.se) > 0.0:
        return Estimate(_or_none(value), None, None, level, f"{method}: no interval, nothing varies")
    return Estimate(value, lower, upper, level, method)


def large_sample_estimate(value: float, half: float, level: float, method: str) -> Estimate:
    """Return the estimate plus and minus `half`, cut at -1 and 1, which the method then says."""
    if not math.isfinite(half) or not math.isfinite(value):
        return Estimate(_or_none(value), None, None, level, f"{method}: no interval")
    lower, upper = value - half, value + half
    if upper > 1.0 or lower < -1.0:
        lower, upper, method = max(lower, -1.0), min(upper, 1.0), f"{method}, cut at 1"
    return Estimate(value, lower, upper, level, method)


def ends(estimate: Estimate) -> tuple[float, float]:
    """Return the ends of an interval, NaN where there is none."""
    lower, upper = (math.nan if end is None else end for end in (estimate.lower, estimate.upper))
    return lower, upper


def _or_none(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None

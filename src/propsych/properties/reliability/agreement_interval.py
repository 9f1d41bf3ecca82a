"""Intervals that the agreement coefficients share: the jackknife by default, the published one beside it."""

from __future__ import annotations

import math
from typing import Any

from propsych.kernels.jackknife import Jackknife
from propsych.kernels.resampling import transformed_interval
from propsych.result import Estimate

__all__ = ["DEFAULT_INTERVAL", "INTERVALS", "ends", "jackknife_estimate", "large_sample_estimate"]

INTERVALS = ("jackknife", "delta")
"""Names of the intervals."""
DEFAULT_INTERVAL = "jackknife"
"""Covers .94 to .96 from 60 persons on, symmetric or skewed; the published ones cover .89 and more."""
NOTHING = 1e-12
"""A jackknife standard error, or a distance from the end of the scale, at or below this is rounding."""
NO_WIDTH = 1e-7
"""So is half an interval from a root of a difference, which rounds worse."""


def jackknife_estimate(value: float, spread: Jackknife, level: float, least: float = -1.0) -> Estimate:
    """Return the estimate with Student's t interval on Fisher's z scale; no ends where there are none.

    An interval that passes `least`, the lower end of the coefficient, is cut there, which the method says.
    """
    method, se = "delete-one jackknife, Student's t on the Fisher z scale", float(spread.se)
    if abs(value) > 1.0 - NOTHING or se <= NOTHING:
        return Estimate(_or_none(value), None, None, level, f"{method}: no interval, nothing varies")
    ends = transformed_interval(value, se, level, "fisher_z", spread.df)
    lower, upper = float(ends.lower), float(ends.upper)
    if not (math.isfinite(lower) and math.isfinite(upper)):
        reason = "no interval, the coefficient does not exist without some person"
        return Estimate(_or_none(value), None, None, level, f"{method}: {reason}")
    if lower < least:
        lower, method = least, f"{method}, cut at {least:g}"
    return Estimate(value, lower, upper, level, method)


def large_sample_estimate(
    value: float, half: float, level: float, method: str, least: float = -1.0
) -> Estimate:
    """Return the estimate plus and minus `half`, cut at `least` and 1, which the method then says.

    No ends where the standard error is 0: agreement or disagreement without exception is no certainty.
    """
    if not half > NO_WIDTH or not math.isfinite(value):
        return Estimate(_or_none(value), None, None, level, f"{method}: no interval")
    lower, upper = value - half, value + half
    cut = [f"{end:g}" for end, passed in ((least, lower < least), (1.0, upper > 1.0)) if passed]
    if cut:
        lower, upper, method = max(lower, least), min(upper, 1.0), f"{method}, cut at {' and '.join(cut)}"
    return Estimate(value, lower, upper, level, method)


def ends(estimate: Estimate) -> tuple[float, float]:
    """Return the ends of an interval, NaN where there is none."""
    lower, upper = (math.nan if end is None else end for end in (estimate.lower, estimate.upper))
    return lower, upper


def _or_none(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None

"""Estimates as they are printed: rounded, with an interval that tells no more than the rest of the report.

Two kinds of interval do tell more. One that respects sites is a function of the sum over sites of
(y - p m)^2, with y and m a site's count and persons: with few sites, that sum alone may leave one table
possible. And the ends of an interval round the same number twice more, so the three roundings together can
place a mean or an alpha far more closely than its own printed decimals.
"""

from __future__ import annotations

from dataclasses import replace

from propsych.report.disclosure.needs import is_clustered, rounding
from propsych.result import Estimate, Record
from propsych.study.results import StudyResults

__all__ = ["published_estimate"]

_NO_SMALL_COUNTS = 1  # with this limit no count is too small to print


def published_estimate(results: StudyResults, record: Record) -> Estimate:
    """Return the estimate of a record that is printed.

    Parameters
    ----------
    results : StudyResults
        The unsuppressed results.
    record : Record
        One of theirs, all of whose counts are printed.

    Returns
    -------
    Estimate
        Of a share that respects sites, the value alone: its counts by site are never printed. The intervals
        of mean scores and of alpha are moved and scaled to the rounded numbers, of which they are functions.
    """
    estimate, digits = record.estimate, rounding(results, record)
    if is_clustered(record) and results.info.small_cell_limit > _NO_SMALL_COUNTS:
        return replace(estimate, lower=None, upper=None, level=None)
    if digits is None or estimate.value is None:
        return estimate
    value = round(float(estimate.value), digits)
    if estimate.lower is None or estimate.upper is None:
        return replace(estimate, value=value)
    scale = _scale(results, record, value, digits)
    ends = (value + scale * (float(end) - float(estimate.value)) for end in (estimate.lower, estimate.upper))
    lower, upper = (round(end, digits) for end in ends)
    return replace(estimate, value=value, lower=lower, upper=upper)


def _scale(results: StudyResults, record: Record, value: float, digits: int) -> float:
    """Return how much longer the interval is around the rounded numbers than around the exact ones."""
    exact = float(record.estimate.value or 0.0)
    if record.property == "scores":
        # t sd / sqrt(n) on both sides
        sd = results.value("scores", record.target, "sd", record.group)
        return round(float(sd), digits) / float(sd) if sd else 1.0
    if record.property == "internal_consistency":
        # Feldt: 1 minus the ends is (1 - alpha) times a quantile of F, which depends on n and k alone
        return (1.0 - value) / (1.0 - exact) if exact < 1.0 else 1.0
    return 1.0

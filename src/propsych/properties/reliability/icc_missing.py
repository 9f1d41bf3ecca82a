"""Intraclass correlations of ratings with gaps: restricted likelihood, jackknife and profile intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message
from propsych.kernels.icc import limits_from_left_out, spearman_brown
from propsych.kernels.variance_components import IccReml, Layout, icc_reml, residual_sum_of_squares
from propsych.kernels.variance_components_left_out import icc_reml_left_out

__all__ = ["LEAST_PERSONS", "Available", "available"]

Floats = NDArray[np.float64]
LAYOUTS: tuple[Layout, ...] = ("one-way", "raters random", "raters fixed")
LEAST_PERSONS = 3
LEAST = 1e-6


class Available(NamedTuple):
    """Six coefficients in the order of `FORMS` with the ends of their intervals, and the variances."""

    coefficients: Floats
    lower: Floats
    upper: Floats
    components: dict[str, float]


def available(rated: Floats, level: float, interval: str, name: str) -> Available:
    """Return the coefficients of ratings (n, k) with gaps; every person has a rating.

    Raises
    ------
    propsych.errors.AnalysisError
        If fewer than three persons have two ratings, there is no error, or the search does not end.
    """
    k = rated.shape[1]
    if ((~np.isnan(rated)).sum(axis=1) >= 2).sum() < LEAST_PERSONS:
        what = f"variance components need at least {LEAST_PERSONS} persons with two ratings"
        raise AnalysisError(message(what, where=name, remedy="collect more ratings"))
    if residual_sum_of_squares(rated) == 0.0:
        what = "the ratings of a person differ by the raters' levels alone, or not at all"
        consequence = "there is no error, so the likelihood has no highest point"
        remedy = 'use missing="listwise", and check that the ratings are independent and not copies'
        raise AnalysisError(message(what, where=name, consequence=consequence, remedy=remedy))
    fits = [icc_reml(rated, layout, level, profile=interval == "profile") for layout in LAYOUTS]
    if not all(fit.converged for fit in fits):
        what = "the variance components were not found"
        raise AnalysisError(message(what, where=name, remedy='use missing="listwise"'))
    rows = [_row(rated, *each, level, interval) for each in zip(LAYOUTS, fits, strict=True)]
    single = np.array(rows)
    both = np.vstack([single, spearman_brown(single, k)])
    two = fits[1]
    components = {"persons": two.persons, "raters": two.raters, "error": two.error}
    return Available(both[:, 0], both[:, 1], both[:, 2], components)


def _row(rated: Floats, layout: Layout, fit: IccReml, level: float, interval: str) -> list[float]:
    """Return a coefficient and the ends of its interval, as that of complete ratings."""
    if interval == "profile":
        return [fit.icc, fit.lower, fit.upper]
    # persons who do not differ leave nothing that one of them could move
    if len(rated) < 4 or not LEAST < fit.icc < 1.0:
        return [fit.icc, float("nan"), float("nan")]
    without = icc_reml_left_out(rated, layout, fit)
    ends = limits_from_left_out(np.asarray(fit.icc), without, rated.shape[1], level)
    return [fit.icc, float(ends.lower), float(ends.upper)]

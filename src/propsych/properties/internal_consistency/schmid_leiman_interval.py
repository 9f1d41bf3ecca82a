"""Intervals of omega total, and of the numbers of a Schmid-Leiman solution that depend on its rotation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.efa import minres
from propsych.kernels.influence import gradient_of
from propsych.kernels.jackknife import jackknife
from propsych.kernels.left_out import left_out
from propsych.kernels.principal_steps import around
from propsych.kernels.resampling import transformed_interval
from propsych.kernels.rotation import Rotation
from propsych.properties.internal_consistency.coefficients import left_out_estimate, no_interval
from propsych.result import Estimate

__all__ = ["LEAST_PERSONS_ROTATED", "nearby_start", "rotated_estimates", "total_estimate"]

Floats = NDArray[np.float64]

LEAST_PERSONS_ROTATED = 200
"""Below, the bias of a rotation is as large as its standard error and cannot be told from the sample."""
SEARCHED = 50_000
"""Persons times items squared up to which each person is really left out of omega total."""
STEP = 1e-4
"""Step of the central differences of a number that is found by search."""


def total_estimate(
    value: float, values: Floats, R: Floats, pairs: Floats | None, n_factors: int, level: float
) -> Estimate:
    """Return omega total, which no rotation changes, with its jackknife interval.

    `pairs` (n, n_pairs) is what each person adds to polychoric correlations; None for those of the scores.
    """

    def total(R: Floats) -> Floats:
        communalities = np.square(minres(R, n_factors).loadings).sum(axis=(-2, -1))
        return np.asarray(1.0 - (R.shape[-1] - communalities) / R.sum(axis=(-2, -1)))

    if pairs is None:
        without = left_out(total, values, scale="correlation", exact_up_to=SEARCHED, step=STEP)
        return left_out_estimate(value, without, level)
    first, second = np.triu_indices(len(R), 1)
    added = pairs @ (2.0 * gradient_of(total, R, step=STEP)[first, second])
    return left_out_estimate(value, value - added / (len(pairs) - 1.0), level)


def nearby_start(rotation: Rotation, loadings: Floats) -> Floats:
    """Return transformations that bring nearby unrotated loadings (b, k, m) near the rotated ones."""
    target = rotation.loadings @ rotation.transformation.T
    # unrotated factors of a nearby matrix may be turned against those of this one
    cross = loadings.transpose(0, 2, 1) @ target
    u, _, v = np.linalg.svd(cross)
    return np.asarray((u @ v) @ rotation.transformation)


def rotated_estimates(
    numbers: Callable[[Floats], Floats], R: Floats, influence: Floats, level: float
) -> list[Estimate]:
    """Return each of the numbers (from matrices (b, k, k) to (b, q)) with its interval.

    `influence` (n, n_pairs) is what each person adds to the correlations.
    """
    values, n = numbers(R[None])[0], len(influence)
    if n < LEAST_PERSONS_ROTATED:
        why = f"below {LEAST_PERSONS_ROTATED} persons the rotation is too biased"
        return [_estimate(value, why) for value in values]

    def logs(stack: Floats) -> Floats:
        found = numbers(stack)
        return np.log1p(-np.where(found < 1.0, found, np.nan))

    near = around(logs, R, influence)
    spread = jackknife(near.influence / (n - 1.0))
    gap = 1.0 - values
    plain = transformed_interval(values, spread.se * gap, level, "log1m", spread.df)
    # the estimate is off by the bias: the end on the side of what it should be moves by it
    lower = 1.0 - (1.0 - plain.lower) * np.exp(-np.minimum(near.bias, 0.0))
    upper = 1.0 - (1.0 - plain.upper) * np.exp(-np.maximum(near.bias, 0.0))
    method = "principal steps on log(1 - x), wider by the bias"
    return [
        Estimate(float(value), float(low), float(high), level, method)
        if np.isfinite([value, low, high]).all()
        else _estimate(value, "the rotation is lost within a standard error")
        for value, low, high in zip(values, lower, upper, strict=True)
    ]


def _estimate(value: float, why: str) -> Estimate:
    if np.isnan(value):
        return Estimate(None, method="no item loads most on this factor")
    return no_interval(float(value), why)

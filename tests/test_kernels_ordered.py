"""Kernels of ordered items: slopes against differences, tests against weighted sums of chi-squares."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from propsych.kernels.sem.ordered import (
    OrderedModel,
    OrderedStatistics,
    implied_statistics,
    least_squares,
    ordered_statistics,
    statistic_slopes,
)
from propsych.kernels.sem.ordered_fit import adjusted, difference_test, estimate_ordered, weights_of
from propsych.properties.structure.ordered_table import ordered_model_of, ordered_table
from propsych.properties.structure.syntax import parse_model

Floats = NDArray[np.float64]
MODEL = "f =~ a + b + c\ng =~ d + e + h\na ~~ d"


def _statistics(n: int = 600, seed: int = 1) -> OrderedStatistics:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 2)) @ np.array([[1.0, 0.5], [0.0, 0.8]])
    y = latent[:, [0, 0, 0, 1, 1, 1]] * 0.8 + 0.6 * rng.normal(size=(n, 6))
    return ordered_statistics(np.digitize(y, [-1.0, 0.0, 0.8]).astype(np.int16), 4)


def _model(parameterization: str, extra: str = "") -> OrderedModel:
    table = ordered_table(
        parse_model(MODEL + extra),
        [3] * 6,
        parameterization=parameterization,  # type: ignore[arg-type]
    )
    return ordered_model_of(table, parameterization)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_slopes_gradient_and_curvature_are_those_of_differences(parameterization: str) -> None:
    one, ordered = _statistics(), _model(parameterization)
    weights = weights_of([one], False)
    x = estimate_ordered(ordered, [one], weights).parameters + 0.02
    steps = 1e-5 * np.eye(len(x))
    J = statistic_slopes(ordered, 0, x, one.item, one.threshold)

    def statistics(at: Floats) -> Floats:
        return implied_statistics(ordered, 0, at, one.item, one.threshold)

    numeric = np.stack([(statistics(x + s) - statistics(x - s)) / 2e-5 for s in steps], axis=1)
    assert np.allclose(J, numeric, atol=1e-8)
    value, gradient, curvature = least_squares(ordered, [one], weights, x, observed=True)
    ends = [[least_squares(ordered, [one], weights, x + sign * s) for sign in (1, -1)] for s in steps]
    assert np.allclose(gradient, [(a[0] - b[0]) / 2e-5 for a, b in ends], atol=1e-6 * max(value, 1.0))
    if parameterization == "delta":
        bent = np.stack([(a[1] - b[1]) / 2e-5 for a, b in ends])
        assert np.allclose(curvature, bent, atol=1e-5)


def test_traces_are_those_of_the_whole_matrix() -> None:
    one, ordered = _statistics(), _model("delta")
    weights = weights_of([one], False)
    found = estimate_ordered(ordered, [one], weights)
    J = statistic_slopes(ordered, 0, found.parameters, one.item, one.threshold)
    W = np.diag(weights[0])
    U = (W - W @ J @ np.linalg.inv(J.T @ W @ J) @ J.T @ W) @ one.nacov
    assert found.trace == pytest.approx(np.trace(U))
    assert found.trace_of_square == pytest.approx(np.trace(U @ U))
    test = adjusted(found.chi2, found.df, found.trace, found.trace_of_square, "shifted")
    a = np.sqrt(found.df / np.trace(U @ U))
    assert test.chi2 == pytest.approx(a * found.chi2 + found.df - a * np.trace(U))
    broken = adjusted(found.chi2, found.df, found.trace, found.trace_of_square, "satterthwaite")
    assert broken.df == pytest.approx(np.trace(U) ** 2 / np.trace(U @ U))


def test_the_difference_of_one_constraint_is_about_its_wald_test() -> None:
    one = _statistics(20_000)
    weights = weights_of([one], False)
    wide, narrow = _model("delta"), _model("delta", "\nb | 0.01*t2")
    fits = [estimate_ordered(model, [one], weights) for model in (wide, narrow)]
    slopes = [
        statistic_slopes(model, 0, fit.parameters, one.item, one.threshold)
        for model, fit in zip((wide, narrow), fits, strict=True)
    ]
    test = difference_test(fits[0], slopes[0], fits[1], slopes[1])
    assert test.df == 1
    at = int(np.flatnonzero((one.item == 1) & (one.threshold == 1))[0])
    wald = (one.values[at] - 0.01) ** 2 / (one.nacov[at, at] / one.n)
    assert test.chi2 == pytest.approx(wald, rel=0.02, abs=0.02)


def test_no_degrees_of_freedom_no_test() -> None:
    assert np.isnan(adjusted(0.0, 0, 0.0, 0.0, "shifted").chi2)

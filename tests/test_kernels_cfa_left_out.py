"""Factor models without each person are what fitting them without that person gives."""

from __future__ import annotations

import numpy as np
import pytest

from propsych.kernels import cfa_left_out
from propsych.kernels.cfa import (
    Pattern,
    fit_dwls,
    fit_ml,
    pattern_of,
    theta_influence_dwls,
    theta_influence_ml,
)
from propsych.kernels.cfa_left_out import dwls_left_out, ml_left_out
from propsych.kernels.factor_model import observed_model, ordered_model
from propsych.kernels.polychoric import polychoric, polychoric_influence
from propsych.kernels.polychoric_left_out import polychoric_left_out, thresholds_left_out
from propsych.kernels.sum_reliability import CategoricalOmega, SumParts, parts_influence, without_each

SHAPES = [(60, 5, 1), (80, 6, 2)]


def simulated(n: int, k: int, m: int) -> tuple[np.ndarray, Pattern]:
    rng = np.random.default_rng(3)
    place = np.arange(k) * m // k
    factors = rng.standard_normal((n, m)) + 0.7 * rng.standard_normal((n, 1))
    latent = factors[:, place] + 0.8 * rng.standard_normal((n, k))
    free = place[:, None] == np.arange(m)
    return np.digitize(latent, [-0.5, 0.5, 1.2]).astype(float), pattern_of(free)


def ordered_parts(positions: np.ndarray, pattern: Pattern) -> SumParts:
    model = ordered_model(positions, 4, pattern)
    assert model.polychoric is not None
    return SumParts(model.fit.loadings[:, 0], model.fit.theta, model.observed, model.polychoric.thresholds)


@pytest.mark.parametrize("shape", SHAPES)
def test_maximum_likelihood(shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    values, pattern = simulated(*shape)
    values = values * np.linspace(1.0, 50.0, shape[1])
    d = values - values.mean(axis=0)
    fit = fit_ml(d.T @ d / len(d), pattern)
    influence = theta_influence_ml(values, fit, pattern)
    rest = [np.delete(values, i, axis=0) for i in range(len(values))]
    brute = np.array([fit_ml(np.cov(x.T, ddof=0), pattern).parameters for x in rest])
    found = ml_left_out(values, fit, pattern, influence)
    np.testing.assert_allclose(found, brute, rtol=1e-5, atol=1e-5)
    monkeypatch.setattr(cfa_left_out, "EXACT_UP_TO", 0)
    near = ml_left_out(values, fit, pattern, influence)
    np.testing.assert_allclose(near, fit.parameters - influence / (len(values) - 1))


@pytest.mark.parametrize("shape", SHAPES)
def test_weighted_least_squares(shape: tuple[int, int, int]) -> None:
    values, pattern = simulated(*shape)
    positions = values.astype(np.int64)
    found = polychoric(positions, 4)
    rho = polychoric_influence(positions, found)[1]
    first, second = found.tables.first, found.tables.second
    weights = np.zeros(found.R.shape)
    weights[first, second] = weights[second, first] = 1.0 / np.square(rho).mean(axis=0)
    fit = fit_dwls(found.R, weights, pattern)
    without = polychoric_left_out(positions, found)
    influence = theta_influence_dwls(rho, weights, fit, pattern)
    own = dwls_left_out(without, weights, fit, pattern, influence)
    for i in (0, 17, 41):
        R = np.eye(shape[1])
        R[first, second] = R[second, first] = without[i]
        np.testing.assert_allclose(own[i], fit_dwls(R, weights, pattern).parameters, atol=1e-6)


def test_thresholds_without_each_person() -> None:
    positions = simulated(40, 5, 1)[0].astype(np.int64)
    found = thresholds_left_out(positions, polychoric(positions, 4))
    for i in (0, 9, 39):
        np.testing.assert_allclose(found[i], polychoric(np.delete(positions, i, axis=0), 4).thresholds)


def test_an_item_that_one_person_alone_varies_leaves_no_parameters_without_that_person() -> None:
    values, pattern = simulated(60, 5, 1)
    values[:, 2] = 1.0
    values[11, 2] = 2.0
    d = values - values.mean(axis=0)
    fit = fit_ml(d.T @ d / len(d), pattern)
    found = ml_left_out(values, fit, pattern, theta_influence_ml(values, fit, pattern))
    assert np.flatnonzero(np.isnan(found).any(axis=1)).tolist() == [11]


def test_categorical_omega_with_a_category_that_one_person_alone_used() -> None:
    """Its threshold is infinite without that person, and then takes no part."""
    values, pattern = simulated(60, 5, 1)
    values[:, 0] = np.minimum(values[:, 0], 2.0)
    values[5, 0] = 3.0
    positions = values.astype(np.int64)
    coefficient = CategoricalOmega(np.tile(np.arange(4.0), (5, 1)))
    parts, model = ordered_parts(positions, pattern), ordered_model(positions, 4, pattern)
    influence = parts_influence(model.influence, np.ones(5, dtype=bool), np.arange(5))
    found = without_each(parts, coefficient, influence)
    assert np.isfinite(found).all()
    # the weights stay those of the whole sample
    rho = model.influence["correlations"]
    first, second = np.triu_indices(5, 1)
    weights = np.zeros((5, 5))
    weights[first, second] = weights[second, first] = 1.0 / np.square(rho).mean(axis=0)
    less = polychoric(np.delete(positions, 5, axis=0), 4)
    fit = fit_dwls(less.R, weights, pattern)
    expected = coefficient(SumParts(fit.loadings[:, 0], fit.theta, less.R, less.thresholds))
    assert found[5] == pytest.approx(float(expected), abs=1e-6)


def test_observed_covariances_without_a_person_are_exact() -> None:
    values, pattern = simulated(60, 5, 1)
    model = observed_model(values, pattern)
    added = parts_influence(model.influence, np.ones(5, dtype=bool), np.arange(5))["observed"]
    S = model.observed - added[7].reshape(5, 5) / 59.0
    np.testing.assert_allclose(S, np.cov(np.delete(values, 7, axis=0).T, ddof=0), atol=1e-12)

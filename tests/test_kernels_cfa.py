"""Confirmatory factor models against general-purpose minimisers, and the influence of each person."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from propsych.kernels.cfa import (
    _signed,
    fit_dwls,
    fit_ml,
    pattern_of,
    theta_influence_dwls,
    theta_influence_ml,
)
from propsych.kernels.factor_model import observed_model, ordered_model
from tests.consistency_data import any_covariance, one_factor, ordered, without_each

ONE = pattern_of(np.ones((5, 1), dtype=bool))
TWO = pattern_of(np.array([[True, False]] * 3 + [[False, True]] * 3))


def two_factor_covariance(seed: int) -> np.ndarray:
    """Two factors correlated .4, plus noise that the model does not describe."""
    rng = np.random.default_rng(seed)
    loadings = np.zeros((6, 2))
    loadings[:3, 0], loadings[3:, 1] = [0.8, 0.7, 0.6], [0.9, 0.5, 0.7]
    values = rng.multivariate_normal(
        np.zeros(6), loadings @ [[1, 0.4], [0.4, 1]] @ loadings.T + 0.5 * np.eye(6), 150
    )
    return np.cov(values.T, ddof=0)


def discrepancy(S: np.ndarray, sigma: np.ndarray) -> float:
    sign, log_det = np.linalg.slogdet(sigma)
    if sign <= 0:
        return 1e6
    return float(log_det + np.trace(np.linalg.solve(sigma, S)) - np.linalg.slogdet(S)[1] - len(S))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_factor_is_where_a_general_minimiser_ends(seed: int) -> None:
    S = any_covariance(5, seed)

    def objective(x: np.ndarray) -> float:
        return discrepancy(S, np.outer(x[:5], x[:5]) + np.diag(np.exp(x[5:])))

    start = np.concatenate([0.7 * np.sqrt(np.diag(S)), np.log(0.5 * np.diag(S))])
    peer = optimize.minimize(objective, start, method="BFGS", options={"gtol": 1e-9})
    fit = fit_ml(S, ONE)
    assert fit.converged
    assert fit.fit == pytest.approx(peer.fun, abs=1e-10)
    assert fit.loadings[:, 0] == pytest.approx(peer.x[:5], abs=1e-5)
    assert fit.theta == pytest.approx(np.exp(peer.x[5:]), abs=1e-5)
    assert fit.df == 5


def test_two_correlated_factors_are_where_a_general_minimiser_ends() -> None:
    S = two_factor_covariance(4)

    def objective(x: np.ndarray) -> float:
        L = np.zeros((6, 2))
        L[:3, 0], L[3:, 1] = x[:3], x[3:6]
        phi = np.array([[1.0, np.tanh(x[6])], [np.tanh(x[6]), 1.0]])
        return discrepancy(S, L @ phi @ L.T + np.diag(np.exp(x[7:])))

    peer = optimize.minimize(objective, np.r_[np.full(6, 0.6), 0.2, np.full(6, -0.7)], options={"gtol": 1e-9})
    fit = fit_ml(S, TWO)
    assert fit.converged
    assert fit.fit == pytest.approx(peer.fun, abs=1e-10)
    assert fit.phi[0, 1] == pytest.approx(np.tanh(peer.x[6]), abs=1e-5)
    assert fit.df == 21 - 13


def test_an_exact_factor_covariance_is_found_again() -> None:
    loadings, theta = [0.9, 1.4, 0.3, 2.0, 0.7], [0.5, 0.2, 1.0, 3.0, 0.4]
    fit = fit_ml(one_factor(loadings, theta), ONE)
    assert fit.loadings[:, 0] == pytest.approx(loadings, abs=1e-8)
    assert fit.theta == pytest.approx(theta, abs=1e-8)
    assert fit.fit == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("unit", [1e-6, 0.01, 1000.0])
def test_the_units_of_the_items_change_nothing_but_units(unit: float) -> None:
    """Scores 0, .25, ..., 1 once ended the search early, and scores in thousands never ended it."""
    S = any_covariance(5, 7)
    plain, other = fit_ml(S, ONE), fit_ml(S * unit**2, ONE)
    assert other.converged
    assert other.fit == pytest.approx(plain.fit, abs=1e-12)
    assert other.loadings / unit == pytest.approx(plain.loadings, rel=1e-8)


def test_items_in_very_different_units_fit_as_well() -> None:
    values = ordered(300, [0.8, 0.7, 0.6, 0.5, 0.7])
    units = np.array([1e-4, 1.0, 1e4, 30.0, 0.25])
    plain, other = observed_model(values, ONE), observed_model(values * units, ONE)
    assert other.fit.fit == pytest.approx(plain.fit.fit, abs=1e-12)
    assert other.fit.loadings[:, 0] / units == pytest.approx(plain.fit.loadings[:, 0], rel=1e-7)
    each = np.concatenate([units, units**2])
    assert other.influence["parameters"] / each == pytest.approx(
        plain.influence["parameters"], rel=1e-6, abs=1e-8
    )


def test_factors_point_the_way_most_of_their_items_point() -> None:
    turned = two_factor_covariance(4) * np.outer([-1, -1, -1, 1, 1, 1], [-1, -1, -1, 1, 1, 1])
    fit, plain = fit_ml(turned, TWO), fit_ml(two_factor_covariance(4), TWO)
    assert (fit.loadings.sum(axis=0) > 0).all()
    assert fit.phi[0, 1] == pytest.approx(-plain.phi[0, 1], abs=1e-8)
    assert fit.parameters[6] == pytest.approx(fit.phi[0, 1])


def test_a_factor_that_points_the_other_way_is_turned_with_all_that_belongs_to_it() -> None:
    fit = fit_ml(two_factor_covariance(4), TWO)
    turn = np.array([-1.0, 1.0])
    parameters = fit.parameters.copy()
    parameters[[0, 1, 2, 6]] *= -1
    other = fit._replace(
        loadings=fit.loadings * turn, phi=fit.phi * np.outer(turn, turn), parameters=parameters
    )
    back = _signed(other, TWO)
    assert (back.loadings == fit.loadings).all()
    assert (back.phi == fit.phi).all()
    assert (back.parameters == fit.parameters).all()


def test_a_heywood_case_is_reached_and_shown() -> None:
    """The best residual variance of the first item is negative: it must come out so, not be moved to 0."""
    S = one_factor([1.1, 0.8, 0.7, 0.6, 0.5], [-0.15, 0.4, 0.5, 0.6, 0.7])
    fit = fit_ml(S, ONE)
    assert fit.converged
    assert fit.theta[0] == pytest.approx(-0.15, abs=1e-6)


def test_weighted_least_squares_is_where_a_general_minimiser_ends() -> None:
    R = np.corrcoef(ordered(200, [0.8, 0.7, 0.6, 0.5, 0.7]).T)
    weights = np.random.default_rng(1).uniform(0.5, 3.0, (5, 5))
    weights = (weights + weights.T) / 2
    below = np.tril_indices(5, -1)

    def objective(x: np.ndarray) -> float:
        return float(0.5 * (weights * np.square(np.outer(x, x) - R))[below].sum())

    peer = optimize.minimize(objective, np.full(5, 0.5), options={"gtol": 1e-10})
    fit = fit_dwls(R, weights, ONE)
    assert fit.converged
    assert fit.loadings[:, 0] == pytest.approx(peer.x, abs=1e-6)
    assert fit.theta == pytest.approx(1 - peer.x**2, abs=1e-6)
    assert fit.fit == pytest.approx(peer.fun, abs=1e-12)
    assert fit.df == 10 - 5


def test_what_a_person_adds_to_ml_parameters_is_the_slope_of_refitting() -> None:
    """On answers whose covariances are those of one factor exactly, where there is no residual to neglect."""
    S = one_factor([0.8, 1.4, 0.6, 0.5, 0.7], [0.5, 0.9, 0.4, 1.0, 0.3])
    raw = np.random.default_rng(1).exponential(size=(60, 5))
    raw -= raw.mean(axis=0)
    root = np.linalg.cholesky(np.cov(raw.T, ddof=0))
    values = raw @ np.linalg.inv(root).T @ np.linalg.cholesky(S).T
    fit = fit_ml(S, ONE)
    added = theta_influence_ml(values, fit, ONE)
    assert added.mean(axis=0) == pytest.approx(np.zeros(10), abs=1e-10)
    for person in (0, 17, 42):
        direction = np.outer(values[person], values[person]) - S
        up, down = (fit_ml(S + h * direction, ONE).parameters for h in (1e-4, -1e-4))
        assert added[person] == pytest.approx((up - down) / 2e-4, rel=1e-4, abs=1e-4)


def test_what_a_person_adds_to_weighted_parameters_is_the_slope_of_refitting() -> None:
    rng = np.random.default_rng(2)
    R = one_factor([0.8, 0.7, 0.6, 0.5, 0.7])
    weights = rng.uniform(0.5, 3.0, (5, 5))
    weights = (weights + weights.T) / 2
    upper = np.triu_indices(5, 1)
    rho = rng.normal(size=(3, 10))
    added = theta_influence_dwls(rho, weights, fit_dwls(R, weights, ONE), ONE)
    for person in range(3):
        direction = np.zeros((5, 5))
        direction[upper] = rho[person]
        direction += direction.T
        up, down = (fit_dwls(R + h * direction, weights, ONE).parameters for h in (1e-4, -1e-4))
        assert added[person] == pytest.approx((up - down) / 2e-4, rel=1e-5, abs=1e-5)


def test_on_answers_of_one_factor_influence_has_the_spread_of_really_leaving_persons_out() -> None:
    values = ordered(400, [0.8, 0.7, 0.6, 0.5, 0.7])
    model = observed_model(values, ONE)
    left = without_each(lambda x: fit_ml(np.cov(x.T, ddof=0), ONE).parameters, values)
    moved = (model.fit.parameters - left) * (len(values) - 1)
    assert model.influence["parameters"].std(axis=0) == pytest.approx(moved.std(axis=0), rel=0.1)


def test_a_correlation_that_no_answers_identify_leaves_no_fit() -> None:
    positions = ordered(60, [0.8, 0.7, 0.6]).astype(np.int64)
    positions[:, 1] = positions[:, 0]
    model = ordered_model(positions, 5, pattern_of(np.ones((3, 1), dtype=bool)))
    assert not model.fit.converged
    assert np.isnan(model.fit.loadings).all()

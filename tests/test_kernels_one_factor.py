"""How far one factor is from the correlations: refitting, resampling, a population's own residual."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.kernels.efa import minres
from propsych.kernels.one_factor import Misfit, _followed, correlation_influence, one_factor_misfit
from tests.consistency_data import clusters, ordered, without_each

UPPER = np.triu_indices(6, 1)


def misfit(values: np.ndarray, level: float = 0.95) -> Misfit:
    return one_factor_misfit(np.corrcoef(values.T), correlation_influence(values), level)


def residual(R: np.ndarray) -> np.ndarray:
    loadings = minres(R, 1).loadings[:, 0]
    return (R - np.outer(loadings, loadings))[np.triu_indices(len(R), 1)]


def correlated_clusters(n: int, seed: int, correlation: float = 0.4) -> np.ndarray:
    """Six normal items in two clusters whose factors correlate: loadings of .8."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], n)
    return np.repeat(factors, 3, axis=1) * 0.8 + rng.normal(size=(n, 6)) * 0.6


def test_what_a_person_adds_to_a_correlation_is_what_leaving_them_out_takes_away() -> None:
    values = ordered(500, [0.8, 0.7, 0.6])
    upper = np.triu_indices(3, 1)
    left = without_each(lambda x: np.corrcoef(x.T)[upper], values)
    moved = (np.corrcoef(values.T)[upper] - left) * 499
    assert correlation_influence(values) == pytest.approx(moved, abs=0.1)
    assert correlation_influence(values).mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)


def test_what_the_factor_follows_of_a_change_is_what_refitting_shows() -> None:
    """On correlations that one factor does not describe, where the residuals bend the fit."""
    R = population(0.3)
    R[0, 1] = R[1, 0] = 0.75
    loadings = minres(R, 1).loadings[:, 0]
    influence = np.random.default_rng(1).normal(size=(3, 15))
    found = influence - _followed(R, loadings, influence)
    for person in range(3):
        change = np.zeros((6, 6))
        change[UPPER] = influence[person]
        change += change.T
        up, down = (residual(R + h * change) for h in (1e-5, -1e-5))
        assert found[person] == pytest.approx((up - down) / 2e-5, abs=1e-5)


def test_the_mean_square_of_the_residuals_less_their_variance_by_really_leaving_persons_out() -> None:
    """The variance of each residual by the jackknife of refitted factors, in place of the closed form."""
    values = correlated_clusters(250, seed=1)
    R = np.corrcoef(values.T)
    left = without_each(lambda x: residual(np.corrcoef(x.T)), values)
    covariance = (249 / 250) * (left - left.mean(axis=0)).T @ (left - left.mean(axis=0))
    e = residual(R)
    mean = (e @ e - np.trace(covariance)) / 15
    along = max(e @ covariance @ e - np.square(covariance).sum(), 0.0)
    sd = np.sqrt(2 * np.square(covariance).sum() + 4 * along) / 15
    expected = np.sqrt(np.maximum([mean, mean - 1.96 * sd, mean + 1.96 * sd], 0))
    found = misfit(values)
    assert [found.srmr, found.lower, found.upper] == pytest.approx(expected, rel=0.05)


def population(correlation: float) -> np.ndarray:
    """Return the correlations behind :func:`correlated_clusters`."""
    same = np.kron(np.eye(2), np.ones((3, 3)))
    R = 0.64 * (same + correlation * (1 - same))
    np.fill_diagonal(R, 1.0)
    return R


def test_it_is_unbiased_for_the_population_where_the_plain_residual_is_not() -> None:
    """500 samples of 80 persons: the mean of squares is the population's, to sampling error."""
    truth = float(np.square(residual(population(0.7))).mean())
    squares, plain = [], []
    for seed in range(500):
        values = correlated_clusters(80, seed, 0.7)
        squares.append(misfit(values).srmr ** 2)
        plain.append(np.square(residual(np.corrcoef(values.T))).mean())
    assert np.mean(squares) == pytest.approx(truth, rel=0.08)
    assert np.mean(plain) > 1.15 * truth


def test_the_interval_holds_the_population_about_as_often_as_it_says() -> None:
    truth = float(np.sqrt(np.square(residual(population(0.4))).mean()))
    found = [misfit(correlated_clusters(300, seed)) for seed in range(300)]
    assert np.mean([f.lower <= truth <= f.upper for f in found]) == pytest.approx(0.95, abs=0.04)


def test_one_factor_is_never_far_and_two_clusters_always_are() -> None:
    """Of 100 samples of 200 persons each: no interval of one factor above .08, and hardly one not below."""
    one = [misfit(ordered(200, [0.8, 0.7, 0.6, 0.7, 0.8, 0.6], seed)) for seed in range(100)]
    assert not any(f.lower > 0.08 for f in one)
    assert np.mean([f.upper < 0.08 for f in one]) > 0.95
    two = [misfit(clusters(600, (3, 3), 0.8, seed)) for seed in range(50)]
    assert np.mean([f.lower > 0.08 for f in two]) > 0.9


def test_the_size_of_correlations_that_are_nothing_but_chance_is_nothing() -> None:
    rng = np.random.default_rng(4)
    sizes = [misfit(rng.normal(size=(100, 6))).size ** 2 for _ in range(200)]
    assert np.mean(sizes) < 0.003
    assert misfit(correlated_clusters(2000, 1)).size == pytest.approx(
        np.sqrt((6 * 0.64**2 + 9 * 0.256**2) / 15), abs=0.03
    )


def test_three_items_always_fit() -> None:
    assert np.isnan(misfit(ordered(100, [0.8, 0.7, 0.6]))).all()


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.9, 0.99]))
@settings(max_examples=20)
def test_order_units_direction_and_level(seed: int, level: float) -> None:
    values = correlated_clusters(80, seed)
    rng = np.random.default_rng(seed)
    found = misfit(values, level)
    moved = rng.permutation(values)[:, rng.permutation(6)] * rng.uniform(0.01, 100, 6)
    assert misfit(moved, level) == pytest.approx(found, abs=1e-6)
    turned = values * [1, -1, 1, 1, -1, -1]
    assert misfit(turned, level) == pytest.approx(found, abs=1e-6)
    assert found.lower <= found.srmr <= found.upper
    assert misfit(values, 0.999).upper > found.upper
    # more persons of the same kind as there are: fewer of them are chance
    more = misfit(np.tile(values, (3, 1)), level)
    assert more.upper - more.lower < found.upper - found.lower + 1e-9

"""Leaving one person out, influence and resampling: by brute force, and against scipy's own intervals."""

from __future__ import annotations

from inspect import signature

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from propsych.kernels.alpha import raw_alpha
from propsych.kernels.covariance import correlation_from_covariance
from propsych.kernels.guttman import lambda6_covariance
from propsych.kernels.influence import casewise, gradient_of
from propsych.kernels.jackknife import covariances_left_out, fisher_jackknife, jackknife, log1m_jackknife
from propsych.kernels.left_out import left_out
from propsych.kernels.resampling import (
    bca_interval,
    bootstrap_counts,
    percentile_interval,
    transformed_interval,
)
from tests.consistency_data import any_covariance, ordered, without_each

SEED = "rng" if "rng" in signature(stats.bootstrap).parameters else "random_state"
"""SciPy's name for it changed."""
VALUES = ordered(40, [0.8, 0.7, 0.6, 0.5])


def test_covariances_are_those_of_the_others() -> None:
    brute = without_each(lambda x: np.cov(x.T), VALUES)
    assert covariances_left_out(VALUES) == pytest.approx(brute, abs=1e-12)


def test_an_item_that_one_person_alone_makes_vary_has_no_variance_without_them() -> None:
    """Rounding once left a variance of 1e-17, and correlations made of it."""
    values = VALUES.copy()
    values[:, 0] = 0.1
    values[17, 0] = 0.3
    left = covariances_left_out(values)[17]
    assert (left[0] == 0).all()
    assert (left[:, 0] == 0).all()
    assert np.isnan(correlation_from_covariance(left)[0]).all()
    without = left_out(lambda R: np.linalg.eigvalsh(R)[:, 0], values, scale="correlation")
    assert np.flatnonzero(np.isnan(without)).tolist() == [17]


@pytest.mark.parametrize("scale", ["covariance", "correlation"])
def test_functions_of_the_matrix_without_each_person(scale: str) -> None:
    def f(matrix: np.ndarray) -> np.ndarray:
        return np.stack([raw_alpha(matrix), lambda6_covariance(matrix)], axis=-1)

    of = np.cov if scale == "covariance" else np.corrcoef
    brute = without_each(lambda x: f(np.asarray(of(x.T))[None])[0], VALUES)
    assert left_out(f, VALUES, scale=scale) == pytest.approx(brute, abs=1e-11)


@pytest.mark.parametrize("scale", ["covariance", "correlation"])
def test_in_large_samples_the_change_to_first_order_stands_in(scale: str) -> None:
    """Its distance from really leaving out falls with n; at 2,000 persons it is within 2 % of the spread."""
    values = ordered(2000, [0.8, 0.7, 0.6, 0.5])
    exact = left_out(raw_alpha, values, scale=scale)
    first_order = left_out(raw_alpha, values, scale=scale, exact_up_to=0)
    assert np.abs(first_order - exact).max() < 0.02 * exact.std()


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_the_gradient_tells_how_a_function_moves_in_any_direction(seed: int) -> None:
    C = any_covariance(4, seed)
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=(4, 4))
    direction += direction.T
    for scale in ("covariance", "correlation"):

        def f(matrix: np.ndarray, scale: str = scale) -> float:
            return float(
                lambda6_covariance(correlation_from_covariance(matrix) if scale == "correlation" else matrix)
            )

        slope = float((gradient_of(lambda6_covariance, C, scale=scale) * direction).sum())
        assert slope == pytest.approx(
            (f(C + 1e-5 * direction) - f(C - 1e-5 * direction)) / 2e-5, rel=1e-4, abs=1e-5
        )


def test_what_persons_add_sums_to_nothing_and_gives_the_standard_error_of_a_covariance() -> None:
    gradient = np.zeros((4, 4))
    gradient[0, 1] = gradient[1, 0] = 0.5
    added = casewise(VALUES, gradient)
    d = VALUES - VALUES.mean(axis=0)
    assert added.mean() == pytest.approx(0.0, abs=1e-14)
    assert added == pytest.approx(d[:, 0] * d[:, 1] - (d[:, 0] * d[:, 1]).mean(), abs=1e-14)


def test_the_jackknife_of_a_mean_is_its_textbook_standard_error() -> None:
    x = np.random.default_rng(1).normal(size=30)
    found = jackknife(without_each(np.mean, x))
    assert float(found.se) == pytest.approx(x.std(ddof=1) / np.sqrt(30), rel=1e-12)
    b2 = float(stats.kurtosis(x, fisher=False))
    assert float(found.df) == pytest.approx(min(2 * 30 / (b2 - 1), 29), rel=1e-10)


def test_rows_that_stand_for_several_persons() -> None:
    left = np.array([0.5, 0.6, 0.8])
    whole = jackknife(np.repeat(left, [2, 3, 1]))
    found = jackknife(left[:, None], np.array([[2.0], [3.0], [1.0]]))
    assert (float(found.se[0]), float(found.df[0])) == pytest.approx((float(whole.se), float(whole.df)))
    gap = jackknife(np.array([[0.5], [np.nan], [0.6], [0.8]]), np.array([[2.0], [0.0], [3.0], [1.0]]))
    assert float(gap.se[0]) == pytest.approx(float(whole.se))


def test_intervals_on_their_scales_by_hand() -> None:
    left = 0.8 + 0.01 * np.random.default_rng(2).normal(size=25)
    for interval, forward, back in (
        (log1m_jackknife, lambda x: np.log(1 - x), lambda y: 1 - np.exp(y)),
        (fisher_jackknife, np.arctanh, np.tanh),
    ):
        y = forward(left)
        se = np.sqrt(24 / 25 * np.square(y - y.mean()).sum())
        df = min(2 * 25 / (stats.kurtosis(y, fisher=False) - 1), 24)
        half = stats.t.ppf(0.95, df) * se
        ends = sorted(float(back(forward(0.8) + s * half)) for s in (-1, 1))
        assert interval(0.8, left, 0.90) == pytest.approx(ends, rel=1e-10)


def test_at_the_end_of_the_range_or_without_a_value_there_is_no_interval() -> None:
    some = np.array([0.8, 0.81, 0.79, 0.8])
    for interval in (log1m_jackknife, fisher_jackknife):
        assert np.isnan(interval(1.0, some)).all()
        assert np.isnan(interval(0.8, np.array([0.8, np.nan, 0.8, 0.9]))).all()
        assert np.isnan(interval(0.8, np.array([0.8, 1.0, 0.8, 0.9]))).all()
    assert np.isnan(log1m_jackknife(0.8, some[:2])).all()


def test_a_very_wide_interval_is_no_overflow() -> None:
    low, high = log1m_jackknife(0.2, np.array([0.9, -50.0, 0.99]), 0.999_999)
    assert low < -1e100
    assert high == pytest.approx(1.0)


def test_each_person_is_drawn_as_often_as_the_counts_say() -> None:
    counts = bootstrap_counts(12, 500, seed=3)
    assert (counts.sum(axis=1) == 12).all()
    assert (counts == bootstrap_counts(12, 500, seed=3)).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(12), abs=0.15)
    assert counts.var() == pytest.approx(11 / 12, abs=0.05)


def test_bca_and_percentile_intervals_are_near_scipys() -> None:
    """Other resamples, so only near; the distance shrinks with their number."""
    x = np.random.default_rng(5).exponential(size=60)
    replicates = bootstrap_counts(60, 20_000, seed=1) @ x / 60
    ours = bca_interval(replicates, float(x.mean()), without_each(np.mean, x))
    peer = stats.bootstrap(
        (x,), np.mean, n_resamples=20_000, method="BCa", **{SEED: np.random.default_rng(1)}
    )
    assert (float(ours.lower), float(ours.upper)) == pytest.approx(tuple(peer.confidence_interval), abs=0.01)
    plain = percentile_interval(replicates)
    peer = stats.bootstrap(
        (x,), np.mean, n_resamples=20_000, method="percentile", **{SEED: np.random.default_rng(1)}
    )
    assert (float(plain.lower), float(plain.upper)) == pytest.approx(
        tuple(peer.confidence_interval), abs=0.01
    )
    assert float(ours.lower) > float(plain.lower)


def test_bca_by_the_formula_on_the_same_replicates() -> None:
    rng = np.random.default_rng(6)
    replicates, left, estimate = rng.normal(0.1, 1, 999), rng.exponential(size=20), 0.3
    d = left.mean() - left
    a = (d**3).sum() / (6 * np.square(d).sum() ** 1.5)
    z0 = stats.norm.ppf((replicates < estimate).mean())
    ends = [stats.norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))) for z in stats.norm.ppf([0.025, 0.975])]
    found = bca_interval(replicates, estimate, left)
    assert (float(found.lower), float(found.upper)) == pytest.approx(tuple(np.quantile(replicates, ends)))


def test_replicates_all_on_one_side_have_no_bca_interval() -> None:
    assert np.isnan(bca_interval(np.array([1.0, 2.0, 3.0]), 0.0, np.array([1.0, 2.0, 4.0])).lower)
    assert np.isnan(bca_interval(np.array([1.0, 2.0, 3.0]), 2.0, np.array([1.0, 1.0, 1.0])).lower)
    assert np.isnan(bca_interval(np.array([np.nan, np.nan]), 2.0, np.array([1.0, 2.0, 4.0])).lower)


def test_a_statistic_without_replicates_leaves_the_others_theirs() -> None:
    replicates = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, np.nan], [3.0, np.nan]])
    found = percentile_interval(replicates, 0.5)
    assert found.lower.tolist()[0] == pytest.approx(1.5)
    assert np.isnan(found.upper[1])


@pytest.mark.parametrize("transform", ["identity", "log1m", "fisher_z", "logit", "log"])
def test_transformed_intervals_hold_the_estimate_and_know_their_slope(transform: str) -> None:
    forward = {
        "identity": lambda x: x,
        "log1m": lambda x: -np.log(1 - x),
        "fisher_z": np.arctanh,
        "logit": lambda x: np.log(x / (1 - x)),
        "log": np.log,
    }[transform]
    low, high = transformed_interval(0.7, 0.01, 0.95, transform)
    slope = (forward(0.7 + 1e-6) - forward(0.7 - 1e-6)) / 2e-6
    half = stats.norm.ppf(0.975) * 0.01 * slope
    assert forward(float(high)) - forward(0.7) == pytest.approx(half, rel=1e-6)
    assert forward(0.7) - forward(float(low)) == pytest.approx(half, rel=1e-6)
    t = transformed_interval(0.7, 0.01, 0.95, transform, df=5)
    assert float(t.upper) > float(high)


def test_a_scale_has_no_interval_at_its_end() -> None:
    assert np.isnan(transformed_interval(1.0, 0.1, transform="log1m").lower)
    assert np.isnan(transformed_interval(1.0, 0.1, transform="fisher_z").lower)
    assert np.isnan(transformed_interval(0.0, 0.1, transform="logit").lower)
    assert np.isnan(transformed_interval(0.0, 0.1, transform="log").lower)

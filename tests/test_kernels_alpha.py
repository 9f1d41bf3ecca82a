"""Alpha, its standard errors and intervals, derived anew: delta method, hand formulas, KR-20, resampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from propsych.kernels.alpha import (
    adf_alpha,
    consistency,
    consistency_if_dropped,
    feldt_interval,
    normal_theory_variance,
    raw_alpha,
)
from propsych.kernels.alpha_intervals import bonett_interval, bootstrap_alpha
from propsych.kernels.resampling import bootstrap_counts
from tests.consistency_data import any_covariance, ordered, thurstone

VALUES = ordered(150, [0.8, 0.7, 0.6, 0.5], cuts=(0.3, 1.0, 1.6))
PAIRS = [(i, j) for i in range(4) for j in range(i, 4)]


def alpha_of(vech: np.ndarray) -> float:
    """Alpha from the variances and covariances of four items, each once."""
    C = np.zeros((4, 4))
    for (i, j), value in zip(PAIRS, vech, strict=True):
        C[i, j] = C[j, i] = value
    return 4 / 3 * (1 - np.trace(C) / C.sum())


def slopes(C: np.ndarray) -> np.ndarray:
    vech = np.array([C[i, j] for i, j in PAIRS])
    h = 1e-6
    return np.array([(alpha_of(vech + h * e) - alpha_of(vech - h * e)) / (2 * h) for e in np.eye(len(PAIRS))])


def test_the_distribution_free_standard_error_is_the_delta_method_over_fourth_moments() -> None:
    """Browne (1984): n times the covariance of s_ij and s_kl is s_ijkl - s_ij s_kl."""
    n = len(VALUES)
    d = VALUES - VALUES.mean(axis=0)
    products = np.stack([d[:, i] * d[:, j] for i, j in PAIRS], axis=1)
    fourth = products.T @ products / n - np.outer(products.mean(axis=0), products.mean(axis=0))
    gradient = slopes(np.cov(VALUES.T, ddof=0))
    assert adf_alpha(VALUES).se == pytest.approx(
        float(np.sqrt(gradient @ fourth @ gradient / (n - 1))), rel=1e-7
    )


def test_the_normal_theory_variance_is_the_delta_method_over_normal_fourth_moments() -> None:
    C = any_covariance(4, 3)
    normal = np.array([[C[i, k] * C[j, m] + C[i, m] * C[j, k] for k, m in PAIRS] for i, j in PAIRS])
    gradient = slopes(C)
    assert float(normal_theory_variance(C, 80)) == pytest.approx(
        float(gradient @ normal @ gradient / 80), rel=1e-7
    )


def test_without_each_item_the_standard_error_is_that_of_the_others() -> None:
    found = adf_alpha(VALUES)
    for item in range(4):
        others = adf_alpha(np.delete(VALUES, item, axis=1))
        assert (found.if_dropped[item], found.se_if_dropped[item]) == pytest.approx((others.alpha, others.se))


def test_feldts_interval_by_the_formula() -> None:
    low, high = feldt_interval(0.8, 61, 6, 0.90)
    assert float(low) == pytest.approx(1 - 0.2 * stats.f.ppf(0.95, 60, 300), rel=1e-10)
    assert float(high) == pytest.approx(1 - 0.2 * stats.f.ppf(0.05, 60, 300), rel=1e-10)


def test_bonetts_interval_by_the_formula() -> None:
    low, high = bonett_interval(0.8, 61, 6, 0.90)
    half = stats.norm.ppf(0.95) * np.sqrt(2 * 6 / (5 * 59))
    centre = np.log(1 - 0.8) - np.log(61 / 60)
    assert (float(low), float(high)) == pytest.approx((1 - np.exp(centre + half), 1 - np.exp(centre - half)))


def test_feldt_covers_normal_parallel_items_as_often_as_it_says() -> None:
    """Exact there: 2,000 samples of 20 persons, so .95 is known to .005."""
    rng = np.random.default_rng(1)
    factor, errors = rng.normal(size=(2000, 20, 1)), rng.normal(size=(2000, 20, 4))
    values = factor + errors
    d = values - values.mean(axis=1, keepdims=True)
    alpha = raw_alpha(np.einsum("rni,rnj->rij", d, d) / 19)
    low, high = feldt_interval(alpha, 20, 4)
    assert ((low <= 0.8) & (high >= 0.8)).mean() == pytest.approx(0.95, abs=0.015)


def test_alpha_of_right_and_wrong_is_kr_20() -> None:
    rng = np.random.default_rng(4)
    right = (rng.normal(size=(90, 1)) + rng.normal(size=(90, 6)) > [-1, -0.5, 0, 0.3, 0.6, 1]).astype(float)
    p, score = right.mean(axis=0), right.sum(axis=1)
    kr20 = 6 / 5 * (1 - (p * (1 - p)).sum() / score.var())
    assert float(raw_alpha(np.cov(right.T))) == pytest.approx(kr20, rel=1e-12)


def test_thurstones_nine_tests_have_the_alpha_and_lambda_6_that_psych_prints() -> None:
    found = consistency(thurstone())
    assert round(float(found.alpha), 2) == 0.89
    assert round(float(found.lambda6), 2) == 0.91


def test_relatives_of_alpha_by_hand() -> None:
    C = np.cov(VALUES.T)
    R = np.corrcoef(VALUES.T)
    pairs = R[np.tril_indices(4, -1)]
    found = consistency(C)
    assert float(found.standardised) == pytest.approx(4 * pairs.mean() / (1 + 3 * pairs.mean()))
    assert float(found.mean_r) == pytest.approx(pairs.mean())
    assert float(found.median_r) == pytest.approx(np.median(pairs))
    assert float(found.variance_r) == pytest.approx(pairs.var(ddof=1))
    assert float(found.signal_noise) == pytest.approx(4 * pairs.mean() / (1 - pairs.mean()))
    smc = [1 - 1 / np.linalg.inv(R)[i, i] for i in range(4)]
    assert float(found.lambda6) == pytest.approx(1 - sum(1 - s for s in smc) / R.sum())


def test_without_an_item_everything_is_that_of_the_others() -> None:
    C = np.cov(VALUES.T)
    found = consistency_if_dropped(C)
    for item in range(4):
        kept = [j for j in range(4) if j != item]
        others = consistency(C[np.ix_(kept, kept)])
        for name in found._fields:
            assert getattr(found, name)[item] == pytest.approx(float(getattr(others, name)), rel=1e-10)


def test_bootstrap_alphas_are_those_of_the_drawn_persons() -> None:
    found = bootstrap_alpha(VALUES, 40, seed=9)
    counts = bootstrap_counts(len(VALUES), 40, np.random.default_rng(9)).astype(int)
    for b in range(40):
        drawn = np.repeat(VALUES, counts[b], axis=0)
        assert found.alpha[b] == pytest.approx(float(raw_alpha(np.cov(drawn.T))), rel=1e-9)
        assert found.standardised[b] == pytest.approx(float(raw_alpha(np.corrcoef(drawn.T))), rel=1e-9)


def test_a_bootstrap_sample_of_one_person_has_no_alpha() -> None:
    """Of three persons one sample in nine is one of them thrice: rounding once made alphas of 1.25 there."""
    values = np.array([[0.1, 0.2, 0.4, 0.7, 0.1], [0.3, 0.1, 0.2, 0.9, 0.6], [0.7, 0.3, 0.3, 0.2, 0.6]])
    found = bootstrap_alpha(values, 2000, seed=1)
    alone = (bootstrap_counts(3, 2000, np.random.default_rng(1)) == 3).any(axis=1)
    assert alone.sum() > 100
    assert np.isnan(found.alpha[alone]).all()
    assert np.isnan(found.standardised[alone]).all()
    assert np.nanmax(found.alpha) <= 1.0


def test_a_bootstrap_sample_without_the_only_other_answer_has_no_standardised_alpha() -> None:
    values = ordered(30, [0.8, 0.7, 0.6, 0.5]) + 0.1
    values[:, 0] = 0.7
    values[17, 0] = 0.4
    found = bootstrap_alpha(values, 500, seed=1)
    without = bootstrap_counts(30, 500, np.random.default_rng(1))[:, 17] == 0
    assert np.isnan(found.standardised[without]).all()
    assert np.isfinite(found.standardised[~without]).all()
    assert np.isfinite(found.alpha).all()


def test_bootstrap_samples_do_not_depend_on_the_unit() -> None:
    small = bootstrap_alpha(VALUES * 1e-9, 50, seed=2)
    plain = bootstrap_alpha(VALUES, 50, seed=2)
    assert small.alpha == pytest.approx(plain.alpha, rel=1e-6)
    assert small.standardised == pytest.approx(plain.standardised, rel=1e-6)


@given(st.integers(0, 100_000), st.integers(2, 7))
@settings(max_examples=40)
def test_alpha_is_at_most_1_and_has_no_unit(seed: int, k: int) -> None:
    C = any_covariance(k, seed)
    alpha = float(raw_alpha(C))
    assert alpha <= 1.0
    assert float(raw_alpha(C * 1e-8)) == pytest.approx(alpha, rel=1e-12)
    sign = np.where(np.arange(k) % 2, -1.0, 1.0)
    # turning every item leaves it
    assert float(raw_alpha(C * np.outer(-np.ones(k), -np.ones(k)))) == pytest.approx(alpha, rel=1e-12)
    assert float(raw_alpha(C * np.outer(sign, sign))) <= 1.0


@pytest.mark.parametrize("k", [2, 5])
def test_one_person_more_or_one_item_less_than_is_needed_gives_nothing(k: int) -> None:
    values = ordered(2, [0.7] * k)
    assert np.isnan(adf_alpha(values).se)
    assert np.isnan(feldt_interval(0.8, 1, k)[0])
    assert np.isnan(bonett_interval(0.8, 2, k)[0])
    assert np.isnan(raw_alpha(np.ones((1, 1))))

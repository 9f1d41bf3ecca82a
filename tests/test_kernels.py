"""Kernels against published tables, a second package, resampling, and what must hold on any data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from propsych.kernels.alpha import adf_alpha, consistency, feldt_interval, raw_alpha
from propsych.kernels.association import item_rest, item_total_from_covariance, pairs
from propsych.kernels.covariance import covariance, pearson
from propsych.kernels.guttman import squared_multiple_correlations
from propsych.kernels.moments import describe_columns
from propsych.kernels.proportions import clopper_pearson, clustered_share, t_quantile, wilson
from propsych.kernels.rank_correlation import kendall, spearman

PACK = Path(__file__).parent / "conformance" / "pack" / "data"
counts = st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
answers = arrays.arrays(
    float,
    st.tuples(st.integers(1, 12), st.integers(1, 6)),
    elements=st.one_of(st.integers(0, 4).map(float), st.just(np.nan)),
)


@pytest.mark.parametrize(
    ("count", "n", "score", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_newcombe_1998_table_1(
    count: int, n: int, score: tuple[float, float], exact: tuple[float, float]
) -> None:
    """Statistics in Medicine 17:857-872, methods 3 (score) and 5 (Clopper-Pearson), printed to 4 digits."""
    for share, printed in ((wilson(count, n), score), (clopper_pearson(count, n), exact)):
        assert (round(float(share.lower), 4), round(float(share.upper), 4)) == printed


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_intervals_of_shares_stay_inside_and_hold_the_share(count: tuple[int, int], level: float) -> None:
    k, n = count
    for make in (wilson, clopper_pearson):
        share = make(k, n, level)
        if n == 0:
            assert np.isnan([share.estimate, share.lower, share.upper]).all()
        else:
            assert 0 <= share.lower <= share.estimate <= share.upper <= 1


@given(counts)
def test_intervals_of_shares_are_symmetric(count: tuple[int, int]) -> None:
    k, n = count
    for make in (wilson, clopper_pearson):
        this, other = make(k, n), make(n - k, n)
        np.testing.assert_allclose(this.lower, 1 - other.upper, atol=1e-12)


def test_clustered_share_by_hand() -> None:
    """Three sites with 1 of 4, 2 of 4 and 3 of 4: p = 1/2, v = 3/2 (1 + 0 + 1) / 144, binomial 1/48."""
    success = np.repeat([1, 0, 1, 0, 1, 0], [1, 3, 2, 2, 3, 1]).astype(float)[:, None]
    share = clustered_share(success, np.repeat([0, 1, 2], 4))
    np.testing.assert_allclose(share.estimate, 0.5)
    np.testing.assert_allclose(share.design_effect, (3 / 2 * 2 / 144) / (1 / 48))
    share = clustered_share(np.repeat([1.0, 0.0, 1.0, 0.0], [1, 9, 9, 1])[:, None], np.repeat([0, 1], 10))
    effect = (2 / 1 * (16 + 16) / 400) / (0.25 / 20)
    np.testing.assert_allclose(share.design_effect, effect)
    t, n = float(t_quantile(0.95, 1)), 20 / effect
    half = t / (1 + t**2 / n) * np.sqrt(0.25 / n + t**2 / (4 * n**2))
    np.testing.assert_allclose(share.upper - share.lower, 2 * half)


@given(
    arrays.arrays(
        float, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=st.sampled_from([0, 1, np.nan])
    ),
    st.integers(1, 5),
)
def test_clustered_share_never_breaks_and_is_wider_than_wilson(success: np.ndarray, sites: int) -> None:
    cluster = np.arange(len(success)) % sites
    share = clustered_share(success, cluster)
    n = (~np.isnan(success)).sum(axis=0)
    plain = wilson(np.nansum(success, axis=0), n)
    np.testing.assert_array_equal(np.isnan(share.lower), share.n_clusters < 2)
    ok = share.n_clusters >= 2
    assert (share.lower[ok] <= plain.lower[ok] + 1e-12).all()
    assert (share.upper[ok] >= plain.upper[ok] - 1e-12).all()
    assert ((share.lower[ok] >= 0) & (share.upper[ok] <= 1)).all()


def test_persons_without_a_cluster_are_left_out() -> None:
    success = np.array([[1.0], [0.0], [1.0], [1.0], [1.0]])
    with_stranger = clustered_share(success, np.array([0, 0, 1, 1, -1]))
    without = clustered_share(success[:4], np.array([0, 0, 1, 1]))
    np.testing.assert_array_equal(with_stranger.estimate, without.estimate)


@pytest.mark.parametrize(
    ("name", "alpha", "se"),
    [("five", 0.799005718439, 0.0245238700494), ("skewed", 0.420840374875, 0.0667977457602)],
)
def test_distribution_free_alpha_agrees_with_lavaan(name: str, alpha: float, se: float) -> None:
    """lavaan 0.6.14, tests/conformance/alpha_adf.R: it divides by n where propsych divides by n - 1."""
    values = pd.read_csv(PACK / f"{name}.csv").to_numpy(dtype=float)
    result = adf_alpha(values)
    n = len(values)
    assert result.alpha == pytest.approx(alpha, abs=1e-7)
    assert result.se * np.sqrt((n - 1) / n) == pytest.approx(se, abs=1e-7)


def test_distribution_free_alpha_of_each_shorter_scale() -> None:
    values = pd.read_csv(PACK / "five.csv").to_numpy(dtype=float)
    result = adf_alpha(values)
    for j in range(values.shape[1]):
        shorter = adf_alpha(np.delete(values, j, axis=1))
        assert result.if_dropped[j] == pytest.approx(shorter.alpha, abs=1e-12)
        assert result.se_if_dropped[j] == pytest.approx(shorter.se, abs=1e-12)


def test_feldt_interval_as_published_in_the_domain_notes() -> None:
    rounded = [tuple(round(float(end), 2) for end in feldt_interval(0.70, n, 5)) for n in (40, 60, 100, 200)]
    assert rounded == [(0.52, 0.83), (0.56, 0.81), (0.60, 0.78), (0.63, 0.76)]


@pytest.mark.parametrize(("name", "times"), [("five", 1), ("skewed", 6)])
def test_influence_standard_errors_agree_with_the_jackknife(name: str, times: int) -> None:
    """The two agree in large samples; the skewed answers need more of them."""
    values = np.tile(pd.read_csv(PACK / f"{name}.csv").to_numpy(dtype=float), (times, 1))
    n = len(values)
    for statistic in (item_rest, pairs):
        left_out = np.array([np.arctanh(statistic(np.delete(values, i, axis=0)).r) for i in range(n)])
        jackknife = np.sqrt((n - 1) / n * np.square(left_out - left_out.mean(axis=0)).sum(axis=0))
        np.testing.assert_allclose(statistic(values).se_z, jackknife, rtol=0.06)


def test_clustered_standard_error_of_doubled_persons() -> None:
    """Everybody entered twice: clusters of the two give the standard error of the persons once."""
    values = pd.read_csv(PACK / "five.csv").to_numpy(dtype=float)
    n = len(values)
    once = item_rest(values)
    twice = item_rest(np.repeat(values, 2, axis=0), np.repeat(np.arange(n), 2))
    np.testing.assert_allclose(twice.r, once.r)
    np.testing.assert_allclose(twice.se_z, once.se_z)
    assert (item_rest(np.repeat(values, 2, axis=0)).se_z < 0.75 * once.se_z).all()


@given(answers, st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_the_order_of_persons_and_items_changes_nothing(values: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(values)), rng.permutation(values.shape[1])
    moved = values[rows][:, columns]
    for make in (pearson, covariance):
        for rule in ("listwise", "pairwise"):
            np.testing.assert_allclose(
                make(moved, rule).matrix, make(values, rule).matrix[np.ix_(columns, columns)], atol=1e-9
            )
    for rank in (spearman, kendall):
        np.testing.assert_allclose(
            rank(moved, "pairwise"), rank(values, "pairwise")[np.ix_(columns, columns)], atol=1e-12
        )
    for moved_part, part in zip(describe_columns(moved), describe_columns(values), strict=True):
        np.testing.assert_allclose(moved_part, part[columns], atol=1e-9)


@given(answers)
def test_numbers_stay_in_their_range(values: np.ndarray) -> None:
    for rule in ("listwise", "pairwise"):
        for matrix in (pearson(values, rule).matrix, spearman(values, rule), kendall(values, rule)):
            known = matrix[~np.isnan(matrix)]
            assert ((known >= -1) & (known <= 1)).all()
            np.testing.assert_array_equal(matrix, matrix.T)
    moments = describe_columns(values)
    known = moments.n > 0
    for middle in (moments.mean, moments.median, moments.trimmed):
        assert (middle[known] >= moments.minimum[known] - 1e-12).all()
        assert (middle[known] <= moments.maximum[known] + 1e-12).all()
    smc = squared_multiple_correlations(pearson(values).matrix)
    assert ((smc[~np.isnan(smc)] >= 0) & (smc[~np.isnan(smc)] <= 1)).all()


@given(answers, st.sampled_from([0.5, 3.0]), st.sampled_from([-7.0, 100.0]))
def test_moments_under_an_affine_change(values: np.ndarray, scale: float, shift: float) -> None:
    plain, moved = describe_columns(values), describe_columns(scale * values + shift)
    back = describe_columns(-values)
    for name in ("mean", "median", "trimmed", "minimum", "maximum"):
        np.testing.assert_allclose(getattr(moved, name), scale * getattr(plain, name) + shift, atol=1e-9)
    for name in ("sd", "mad", "se", "range"):
        np.testing.assert_allclose(getattr(moved, name), scale * getattr(plain, name), atol=1e-9)
    for name in ("skewness", "kurtosis"):
        np.testing.assert_allclose(getattr(moved, name), getattr(plain, name), atol=1e-8)
    np.testing.assert_allclose(back.skewness, -plain.skewness, atol=1e-9)
    np.testing.assert_allclose(back.kurtosis, plain.kurtosis, atol=1e-9)


@given(arrays.arrays(float, (10, 4), elements=st.integers(0, 4).map(float)))
def test_reversal_changes_signs_and_leaves_alpha_of_all_reversed(values: np.ndarray) -> None:
    C = covariance(values).matrix
    np.testing.assert_allclose(raw_alpha(covariance(4 - values).matrix), raw_alpha(C), atol=1e-9)
    one = values.copy()
    one[:, 0] = 4 - one[:, 0]
    for matrix in (lambda x: pearson(x).matrix, spearman, kendall):
        expected = matrix(values)
        expected[0, 1:] *= -1
        expected[1:, 0] *= -1
        np.testing.assert_allclose(matrix(one), expected, atol=1e-9)


@given(arrays.arrays(float, (8, 3), elements=st.integers(0, 4).map(float)))
def test_item_rest_two_ways(values: np.ndarray) -> None:
    _, from_covariance = item_total_from_covariance(covariance(values).matrix)
    np.testing.assert_allclose(item_rest(values).r, from_covariance, atol=1e-9)


def test_alpha_of_parallel_items_is_spearman_brown() -> None:
    k, r = 5, 0.4
    R = np.full((k, k), r) + (1 - r) * np.eye(k)
    parts = consistency(R)
    np.testing.assert_allclose([parts.alpha, parts.standardised], k * r / (1 + (k - 1) * r))
    np.testing.assert_allclose([parts.mean_r, parts.median_r, parts.variance_r], [r, r, 0], atol=1e-12)

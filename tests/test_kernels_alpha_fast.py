"""Short cuts of alpha give what the long way gives: whole-number products, items and persons left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.data.frames import as_item_data
from propsych.data.matrix_positions import matrix_positions
from propsych.kernels import alpha_left_out
from propsych.kernels.alpha import (
    consistency,
    consistency_and_if_dropped,
    consistency_if_dropped,
    drop_each,
    raw_alpha,
)
from propsych.kernels.alpha_intervals import bootstrap_alpha
from propsych.kernels.alpha_left_out import (
    alpha_without_each,
    mean_r_without_each,
    person_sums,
    standardised_from_mean,
)
from propsych.kernels.covariance import correlation_from_covariance, off_diagonal
from propsych.kernels.cross_products import cross_products
from propsych.kernels.resampling import bootstrap_counts
from propsych.kernels.small_integers import as_small_integers

SCORES = (0.0, 1.0, 2.0, 3.0, 4.0)


def answers(seed: int, n: int, k: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    latent = rng.standard_normal((n, 1)) + rng.standard_normal((n, k))
    return np.digitize(latent, [-1.0, 0.0, 1.0, 2.0]).astype(float)


@pytest.mark.parametrize("shift", [0.0, 1000.0, 0.25, -3.5])
@pytest.mark.parametrize("shape", [(2, 1), (7, 3), (3000, 40)])
def test_cross_products_are_the_covariances(shift: float, shape: tuple[int, int]) -> None:
    x = answers(1, *shape) * 2.0 + shift
    found = cross_products(x)
    np.testing.assert_allclose(found.covariance, np.atleast_2d(np.cov(x.T)), atol=1e-12)
    np.testing.assert_allclose(found.mean, x.mean(axis=0), atol=1e-12)


@pytest.mark.parametrize("value", [3.0, 0.1, 1e8 + 0.3])
def test_a_constant_column_has_no_variance_at_all(value: float) -> None:
    x = answers(2, 1234, 4)
    x[:, 2] = value
    C = cross_products(x).covariance
    assert not C[2].any()
    assert not C[:, 2].any()
    assert (np.diag(C)[[0, 1, 3]] > 0).all()


def test_large_whole_numbers_lose_nothing() -> None:
    x = answers(3, 5000, 3) * 2499.0
    np.testing.assert_allclose(cross_products(x).covariance, np.cov(x.T), rtol=1e-13)


@pytest.mark.parametrize("bad", [0.5, np.nan, np.inf, -np.inf, 40_000.0, 65_536.0, 1e300, 1.0 + 1e-9])
@pytest.mark.parametrize("row", [0, 1999])
def test_what_is_no_small_whole_number_is_seen(bad: float, row: int) -> None:
    x = answers(4, 2000, 5)
    x[row, 3] = bad
    assert as_small_integers(x) is None
    assert matrix_positions(x, SCORES) is None
    assert as_small_integers(np.asfortranarray(x)) is None


@pytest.mark.parametrize("bad", [-1.0, 5.0])
def test_an_undeclared_code_is_left_to_the_gate_that_names_it(bad: float) -> None:
    x = answers(5, 50, 3)
    x[20, 1] = bad
    assert matrix_positions(x, SCORES) is None


@pytest.mark.parametrize("declared", [range(5), range(4, -1, -1), range(-1, 6)])
@pytest.mark.parametrize("kind", [float, np.int64, np.uint8])
def test_a_whole_matrix_is_coded_as_its_columns_are(declared: range, kind: type) -> None:
    x = answers(6, 80, 3).astype(kind)
    whole = as_item_data(x, categories=declared)
    each = as_item_data(x.astype(object), categories=declared)
    np.testing.assert_array_equal(whole.positions, each.positions)
    assert (whole.scores, whole.labels, whole.names) == (each.scores, each.labels, each.names)
    assert whole.positions.dtype == np.int16
    np.testing.assert_array_equal(whole.complete_scores(), x)
    frame = as_item_data(pd.DataFrame(x, columns=list("abc")), categories=declared)
    np.testing.assert_array_equal(frame.positions, each.positions)
    assert frame.names == ("a", "b", "c")


def test_complete_scores_are_the_values_of_those_who_answered_everything() -> None:
    x = answers(7, 60, 3)
    x[3, 1] = np.nan
    uneven = [0, 1, 2, 3, 9]
    for data, categories in ((x, range(5)), (x, range(4, -1, -1)), (np.where(x == 4, 9, x), uneven)):
        items = as_item_data(data, categories=categories)
        np.testing.assert_array_equal(items.complete_scores(), np.delete(items.values, 3, axis=0))


@pytest.mark.parametrize("k", [3, 4, 5, 17])
def test_items_dropped_by_the_short_cut(k: int) -> None:
    C = np.cov((answers(8, 300, k) * np.arange(1, k + 1)).T)
    slow = consistency(drop_each(C))
    for own, other in zip(consistency_if_dropped(C), slow, strict=True):
        np.testing.assert_allclose(own, other, atol=1e-12)
    whole, dropped = consistency_and_if_dropped(C)
    np.testing.assert_allclose(
        np.array(whole, dtype=float), np.array(consistency(C), dtype=float), atol=1e-12
    )
    for own, other in zip(dropped, slow, strict=False):
        np.testing.assert_allclose(own, other, atol=1e-12)


def test_items_dropped_from_a_singular_matrix() -> None:
    x = answers(9, 300, 4)
    C = np.cov(np.column_stack([x, x[:, 0]]).T)
    for own, other in zip(consistency_if_dropped(C), consistency(drop_each(C)), strict=True):
        np.testing.assert_allclose(own, other, atol=1e-12)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_persons_left_out_by_the_short_cut(seed: int) -> None:
    x = answers(seed, 30, 4)
    found = cross_products(x)
    sums = person_sums(x, found)
    C = np.array([np.cov(np.delete(x, i, axis=0).T) for i in range(len(x))])
    R = correlation_from_covariance(C)
    np.testing.assert_allclose(alpha_without_each(sums, 4), raw_alpha(C), atol=1e-10)
    mean_r = mean_r_without_each(x, found, sums)
    np.testing.assert_allclose(mean_r, off_diagonal(R).mean(axis=-1), atol=1e-10)
    np.testing.assert_allclose(standardised_from_mean(mean_r, 4), raw_alpha(R), atol=1e-10)


def test_an_item_that_only_one_person_varies_has_no_correlation_without_that_person() -> None:
    x = answers(10, 40, 3)
    x[:, 1] = 2.0
    x[7, 1] = 3.0
    found = cross_products(x)
    without = mean_r_without_each(x, found, person_sums(x, found))
    assert np.flatnonzero(np.isnan(without)).tolist() == [7]


def test_large_samples_to_first_order_and_in_single_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    x = as_small_integers(answers(11, 3000, 10))
    assert x is not None
    found = cross_products(x)
    exact = person_sums(x, found)
    slow = mean_r_without_each(x, found, exact)
    monkeypatch.setattr(alpha_left_out, "_MANY", 0)
    monkeypatch.setattr(alpha_left_out, "EXACT_UP_TO", 0)
    single = person_sums(x, found)
    for own, other in zip(single, exact, strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-5, atol=1e-4)
    fast = mean_r_without_each(x, found, single)
    assert np.std(np.log1p(-fast)) == pytest.approx(np.std(np.log1p(-slow)), rel=2e-3)


def test_bootstrap_samples_are_those_of_their_counts() -> None:
    x = answers(12, 25, 3)
    found = bootstrap_alpha(x, 40, seed=5)
    counts = bootstrap_counts(25, 40, np.random.default_rng(5)).astype(int)
    C = np.array([np.cov(np.repeat(x, row, axis=0).T) for row in counts])
    np.testing.assert_allclose(found.alpha, raw_alpha(C), atol=1e-10)
    np.testing.assert_allclose(found.standardised, raw_alpha(correlation_from_covariance(C)), atol=1e-10)

"""Guttman's lambdas, ten Berge and Zegers's mu, split halves and the greatest lower bound, by other ways."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from propsych.kernels.alpha import raw_alpha
from propsych.kernels.covariance import correlation_from_covariance
from propsych.kernels.greatest_lower_bound import greatest_lower_bound
from propsych.kernels.guttman import lambda5, lambda6, lambda6_covariance, lambda_1_2_3, mu
from propsych.kernels.split_half import split_halves
from tests.consistency_data import any_covariance, one_factor, ordered

SUBTESTS = np.array([[215.0, 64, 33, 22], [64, 97, 57, 25], [33, 57, 103, 36], [22, 25, 36, 77]])
"""Covariances of four subtests: ten Berge & Socan (2004), doi:10.1007/BF02289858."""


def regression_residual(C: np.ndarray, item: int) -> float:
    others = [j for j in range(len(C)) if j != item]
    return float(
        C[item, item] - C[item, others] @ np.linalg.solve(C[np.ix_(others, others)], C[others, item])
    )


def test_lambdas_by_guttmans_own_formulas() -> None:
    C = SUBTESTS
    total, k = C.sum(), 4
    covariances = [C[i, j] for i in range(k) for j in range(k) if i != j]
    first = 1 - (215 + 97 + 103 + 77) / total
    by_item = [sum(C[i, j] ** 2 for j in range(k) if j != i) for i in range(k)]
    found = [float(v) for v in lambda_1_2_3(C)]
    assert found[0] == pytest.approx(first, rel=1e-12)
    squares = sum(c**2 for c in covariances)
    assert found[1] == pytest.approx(first + np.sqrt(k / (k - 1) * squares) / total, rel=1e-12)
    assert found[2] == pytest.approx(k / (k - 1) * first, rel=1e-12)
    assert float(lambda5(C)) == pytest.approx(first + 2 * np.sqrt(max(by_item)) / total, rel=1e-12)
    left = sum(regression_residual(C, i) for i in range(k))
    assert float(lambda6_covariance(C)) == pytest.approx(1 - left / total, rel=1e-12)
    assert found[2] == pytest.approx(float(raw_alpha(C)), rel=1e-12)


def test_lambda_6_of_correlations_is_that_of_the_correlation_matrix_as_covariances() -> None:
    R = correlation_from_covariance(SUBTESTS)
    assert float(lambda6(R)) == pytest.approx(float(lambda6_covariance(R)), rel=1e-12)
    assert float(lambda6(R)) == pytest.approx(1 - sum(regression_residual(R, i) for i in range(4)) / R.sum())


def test_mu_by_the_published_nesting() -> None:
    """ten Berge & Zegers (1978), doi:10.1007/BF02293815: the innermost power gets the k / (k - 1)."""
    C, k = SUBTESTS, 4
    off = C[~np.eye(k, dtype=bool)]
    p0, p1, p2, p3 = (float((off ** (2**h)).sum()) for h in range(4))
    more, total = k / (k - 1), float(C.sum())
    expected = [
        more * p0,
        p0 + (more * p1) ** 0.5,
        p0 + (p1 + (more * p2) ** 0.5) ** 0.5,
        p0 + (p1 + (p2 + (more * p3) ** 0.5) ** 0.5) ** 0.5,
    ]
    assert [float(m) for m in mu(C)] == pytest.approx([value / total for value in expected], rel=1e-12)


def test_a_sum_that_does_not_vary_has_no_bounds() -> None:
    C = np.array([[[1.0, -1.0], [-1.0, 1.0]], [[1.0, 0.5], [0.5, 1.0]]])
    for f in (lambda C: lambda_1_2_3(C)[1], lambda5, lambda6_covariance, lambda C: mu(C)[3]):
        assert np.isnan(f(C)).tolist() == [True, False]


def test_items_without_any_covariance_have_bounds_of_0() -> None:
    """Where rounding could leave a root of less than nothing."""
    C = np.diag([0.1, 0.7, 1.3]) * np.array([3.0, 7.0, 11.0])
    assert [float(b) for b in (*lambda_1_2_3(C), lambda5(C), *mu(C))] == pytest.approx([0.0] * 8, abs=1e-7)


def test_a_stack_of_matrices_gives_each_its_own() -> None:
    stack = np.stack([any_covariance(5, seed) for seed in range(3)])
    for f in (lambda C: lambda_1_2_3(C)[1], lambda5, lambda6_covariance, lambda C: mu(C)[3]):
        assert f(stack) == pytest.approx([float(f(C)) for C in stack], rel=1e-12)


def splits_one_by_one(C: np.ndarray) -> list[float]:
    """Guttman's split half from the variances of the two halves: 2 (1 - (v1 + v2) / v), every split once."""
    k, found = len(C), {}
    for half in combinations(range(k), k // 2):
        rest = tuple(j for j in range(k) if j not in half)
        v1, v2 = C[np.ix_(half, half)].sum(), C[np.ix_(rest, rest)].sum()
        found[min(half, rest) if len(half) == len(rest) else half] = 2 * (1 - (v1 + v2) / C.sum())
    return list(found.values())


@pytest.mark.parametrize(("k", "n_splits"), [(2, 1), (3, 3), (4, 3), (5, 10), (6, 10), (7, 35)])
def test_every_split_is_taken_once(k: int, n_splits: int) -> None:
    C = any_covariance(k, seed=k)
    each, found = splits_one_by_one(C), split_halves(C)
    assert found.exact
    assert found.n_splits == len(each) == n_splits
    assert (found.maximum, found.minimum, found.mean) == pytest.approx(
        (max(each), min(each), float(np.mean(each))), rel=1e-12
    )


@pytest.mark.parametrize("k", [4, 6, 10])
def test_the_mean_of_all_split_halves_of_an_even_number_of_items_is_alpha(k: int) -> None:
    C = any_covariance(k, seed=3)
    assert split_halves(C).mean == pytest.approx(float(raw_alpha(C)), rel=1e-12)


def test_up_to_16_items_every_split_and_above_a_sample_that_its_seed_repeats() -> None:
    assert split_halves(any_covariance(16, 1)).n_splits == 6435
    C = any_covariance(17, 1)
    found = split_halves(C, n_splits=3000, seed=5)
    assert not found.exact
    assert found == split_halves(C, n_splits=3000, seed=5)
    assert found != split_halves(C, n_splits=3000, seed=6)
    assert found.minimum < found.mean < found.maximum


@pytest.mark.parametrize("k", [17, 18])
def test_sampled_halves_have_half_of_the_items(k: int) -> None:
    """Their mean is then known from the chance that a pair of items is separated."""
    C = any_covariance(k, 1)
    separated = 2 * (k // 2) * (k - k // 2) / (k * (k - 1))
    expected = 2 * separated * (C.sum() - np.trace(C)) / C.sum()
    assert split_halves(C, n_splits=20_000).mean == pytest.approx(expected, abs=0.0005)


def dual_bound(C: np.ndarray, seed: int = 0) -> float:
    """Return the least tr(C Y) over positive semidefinite Y = X X' with a diagonal of at least 1."""
    k = len(C)
    rng = np.random.default_rng(seed)

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        X = x.reshape(k, k)
        return float((C @ X * X).sum()), 2 * (C @ X).ravel()

    best = optimize.minimize(
        loss,
        rng.normal(size=k * k),
        jac=True,
        method="SLSQP",
        constraints={
            "type": "ineq",
            "fun": lambda x: np.square(x.reshape(k, k)).sum(axis=1) - 1.0,
            "jac": lambda x: np.kron(np.eye(k), np.ones((1, k))) * 2 * x,
        },
        options={"maxiter": 1000, "ftol": 1e-13},
    )
    return float(best.fun)


@pytest.mark.parametrize("seed", range(5))
def test_the_greatest_lower_bound_is_where_the_dual_programme_ends(seed: int) -> None:
    """The dual has another form and another solver; at the optimum the two meet."""
    C = any_covariance(5, seed)
    found = greatest_lower_bound(C)
    assert found.converged
    assert (found.errors >= 0).all()
    assert np.linalg.eigvalsh(C - np.diag(found.errors))[0] > -1e-9
    assert found.errors.sum() == pytest.approx(dual_bound(C), rel=1e-5)
    assert found.value == pytest.approx(1 - found.errors.sum() / C.sum(), rel=1e-12)


def test_the_greatest_lower_bound_of_ten_berge_and_socans_subtests() -> None:
    found = greatest_lower_bound(SUBTESTS)
    assert found.errors.sum() == pytest.approx(100 * dual_bound(SUBTESTS / 100), rel=1e-5)
    assert found.value == pytest.approx(1 - 250 / 966, abs=1e-6)


def test_of_one_factor_the_greatest_lower_bound_is_its_omega() -> None:
    """Unless one loading exceeds the sum of the others, its errors are the largest there can be."""
    C = one_factor([0.9, 1.4, 0.3, 2.0, 0.7], [0.5, 0.2, 1.0, 3.0, 0.4])
    found = greatest_lower_bound(C)
    assert found.value == pytest.approx(1 - 5.1 / C.sum(), abs=1e-7)
    assert found.errors == pytest.approx([0.5, 0.2, 1.0, 3.0, 0.4], abs=1e-4)


def test_of_parallel_items_every_bound_is_alpha_but_the_first() -> None:
    C = one_factor([1.0] * 6, [2.0] * 6)
    alpha = float(raw_alpha(C))
    assert alpha == pytest.approx(6 / 8)
    bounds = [float(lambda_1_2_3(C)[1]), *map(float, mu(C)), split_halves(C).maximum]
    assert [*bounds, greatest_lower_bound(C).value] == pytest.approx([alpha] * 7, abs=1e-8)
    assert float(lambda_1_2_3(C)[0]) == pytest.approx(alpha * 5 / 6)


@pytest.mark.parametrize("n", [5, 8, 12])
def test_items_that_follow_from_one_another_leave_no_room_for_their_errors(n: int) -> None:
    """Repeated items, or fewer persons than items, once ended in a singular matrix."""
    values = ordered(n, [0.8] * 6, seed=n)
    values[:, 1] = values[:, 0]
    values = values[:, np.ptp(values, axis=0) > 0]
    C = np.cov(values.T)
    found = greatest_lower_bound(C)
    assert found.converged
    assert found.errors[:2] == pytest.approx([0.0, 0.0], abs=1e-8)
    assert found.value <= 1.0


def test_nearly_repeated_items_are_searched_to_the_bound() -> None:
    """With a smallest eigenvalue near 0 the search once ended elsewhere and called that converged."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 1)) + rng.normal(size=(50, 4))
    values[:, 1] = values[:, 0] + 0.01 * rng.normal(size=50)
    C = np.cov(values.T)
    found = greatest_lower_bound(C)
    assert found.converged
    assert np.linalg.eigvalsh(C - np.diag(found.errors))[0] > -1e-10
    assert found.errors.sum() == pytest.approx(dual_bound(C), rel=1e-3)


def test_all_items_alike_have_a_greatest_lower_bound_of_1() -> None:
    assert greatest_lower_bound(np.ones((4, 4))).value == 1.0


def test_a_matrix_that_is_no_covariance_matrix_has_none() -> None:
    R = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    assert np.isnan(greatest_lower_bound(R).value)
    assert not greatest_lower_bound(R).converged


@given(st.integers(0, 100_000), st.sampled_from([4, 5, 6, 8]))
@settings(max_examples=40)
def test_bounds_stand_in_their_order(seed: int, k: int) -> None:
    C = any_covariance(k, seed)
    lambdas = [float(v) for v in lambda_1_2_3(C)]
    mus = [float(m) for m in mu(C)]
    glb = greatest_lower_bound(C).value
    halves = split_halves(C)
    assert lambdas[0] <= lambdas[2] <= lambdas[1] + 1e-12
    assert mus == sorted(mus)
    assert mus[0] == pytest.approx(lambdas[2])
    assert mus[1] == pytest.approx(lambdas[1])
    for bound in (*lambdas, *mus, float(lambda5(C)), float(lambda6_covariance(C)), halves.maximum):
        assert bound <= glb + 1e-8
    assert glb <= 1.0
    if k % 2 == 0:
        assert halves.minimum <= lambdas[2] <= halves.maximum


@given(st.integers(0, 100_000))
@settings(max_examples=20)
def test_units_and_order_of_the_items(seed: int) -> None:
    C = any_covariance(6, seed)
    order = np.random.default_rng(seed).permutation(6)
    moved = C[np.ix_(order, order)]
    for f in (
        lambda C: float(lambda_1_2_3(C)[1]),
        lambda C: float(lambda5(C)),
        lambda C: float(lambda6_covariance(C)),
        lambda C: float(mu(C)[3]),
        lambda C: split_halves(C).maximum,
        lambda C: split_halves(C).mean,
        lambda C: greatest_lower_bound(C).value,
    ):
        assert f(moved) == pytest.approx(f(C), abs=1e-9)
        assert f(C * 1e-6) == pytest.approx(f(C), abs=1e-9)
        assert f(C * 1e6) == pytest.approx(f(C), abs=1e-9)

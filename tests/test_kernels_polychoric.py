"""The bivariate normal and polychoric correlations: other libraries, brute force, known answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats

from propsych.kernels.bivariate_normal import bivariate_cdf, bivariate_density, density_slope
from propsych.kernels.polychoric import (
    log_likelihood,
    polychoric,
    polychoric_influence,
)
from propsych.kernels.polychoric_left_out import polychoric_left_out
from tests.consistency_data import ordered, without_each

Counts = list[list[int]]


def answers(counts: Counts) -> np.ndarray:
    """One row a person, from a table of two items."""
    rows = [[i, j] for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    return np.array(rows, dtype=np.int64)


def correlation(counts: Counts, correct: float = 0.0) -> float:
    return float(polychoric(answers(counts), max(len(counts), len(counts[0])), correct).R[0, 1])


def brute_force(counts: np.ndarray) -> float:
    """Maximise the likelihood over a grid and then finely, with scipy's distribution function."""
    share = counts / counts.sum()
    a = np.r_[-8.0, special.ndtri(np.cumsum(share.sum(axis=1))[:-1]), 8.0]
    b = np.r_[-8.0, special.ndtri(np.cumsum(share.sum(axis=0))[:-1]), 8.0]
    corners = np.array([[x, y] for x in a for y in b])

    def loss(rho: float) -> float:
        F = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf(corners).reshape(len(a), len(b))
        p = np.diff(np.diff(F, axis=0), axis=1)
        return -float((counts * np.log(np.maximum(p, 1e-12))).sum())

    grid = np.linspace(-0.95, 0.95, 39)
    best = grid[int(np.argmin([loss(r) for r in grid]))]
    found = optimize.minimize_scalar(
        loss, bounds=(best - 0.05, best + 0.05), method="bounded", options={"xatol": 1e-8}
    )
    return float(found.x)


def integral(a: float, b: float, rho: float) -> float:
    """P(X <= a, Y <= b) as the integral of the conditional distribution, split where that rises."""

    def given(x: float) -> float:
        return float(stats.norm.pdf(x) * special.ndtr((b - rho * x) / np.sqrt(1 - rho**2)))

    turn = b / rho if rho else 0.0
    ends = [-12.0, *sorted(x for x in (turn - 0.5, turn, turn + 0.5) if -12.0 < x < a), a]
    return sum(
        integrate.quad(given, u, v, epsabs=1e-14, epsrel=1e-13, limit=200)[0]
        for u, v in itertools.pairwise(ends)
    )


@pytest.mark.parametrize("rho", [-0.99, -0.6, 0.0, 0.3, 0.9, 0.995])
def test_the_distribution_function_agrees_with_an_integral_of_the_conditional(rho: float) -> None:
    rng = np.random.default_rng(1)
    for a, b in rng.normal(size=(6, 2)):
        expected = integral(a, b, rho)
        assert float(bivariate_cdf(np.array(a), np.array(b), np.array(rho))) == pytest.approx(
            expected, abs=1e-11
        )


def test_the_distribution_function_at_known_places() -> None:
    rho = np.array([-0.8, 0.0, 0.5, 0.95])
    middle = bivariate_cdf(np.zeros(4), np.zeros(4), rho)
    assert middle == pytest.approx(0.25 + np.arcsin(rho) / (2 * np.pi), abs=1e-14)
    inf = np.array(np.inf)
    assert bivariate_cdf(inf, np.array(0.3), np.array(0.7)) == pytest.approx(stats.norm.cdf(0.3), abs=1e-14)
    assert bivariate_cdf(-inf, np.array(0.3), np.array(0.7)) == 0.0


def test_the_density_is_scipys_and_its_slope_a_difference_quotient() -> None:
    rng = np.random.default_rng(2)
    for a, b in rng.normal(size=(5, 2)):
        for rho in (-0.7, 0.2, 0.9):
            x, y, r = np.array(a), np.array(b), np.array(rho)
            peer = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).pdf([a, b])
            assert bivariate_density(x, y, r) == pytest.approx(peer, rel=1e-12)
            up, down = bivariate_density(x, y, r + 1e-6), bivariate_density(x, y, r - 1e-6)
            assert density_slope(x, y, r) == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-9)
    assert density_slope(np.array(np.inf), np.array(0.0), np.array(0.5)) == 0.0


@pytest.mark.parametrize("table", [[[40, 10], [10, 40]], [[30, 20], [20, 30]], [[5, 45], [45, 5]]])
def test_a_tetrachoric_correlation_of_medians_is_a_sine(table: Counts) -> None:
    share = table[0][0] / 100
    assert correlation(table) == pytest.approx(np.sin(np.pi / 2 * (4 * share - 1)), abs=1e-10)


def test_tallis_1962_lambs_of_ewes_in_two_years() -> None:
    """The example of Olsson (1979), doi:10.1007/BF02296207, who prints .420 for the two-step estimate."""
    assert correlation([[58, 52, 1], [26, 58, 3], [8, 12, 9]]) == pytest.approx(0.420, abs=5e-4)


@pytest.mark.parametrize("seed", range(6))
def test_it_is_where_brute_force_finds_the_likelihood_largest(seed: int) -> None:
    positions = ordered(120, [0.8, 0.7 if seed % 2 else -0.7], seed).astype(np.int64)
    found = polychoric(positions, 5)
    assert float(found.R[0, 1]) == pytest.approx(brute_force(found.tables.counts[0]), abs=2e-4)


@pytest.mark.parametrize(
    ("table", "optimum"),
    [
        ([[3, 9], [26, 1], [10, 0]], -0.95124),
        ([[0, 4, 3], [0, 31, 0], [2, 1, 0], [6, 1, 0], [2, 0, 0]], -0.98327),
        ([[0, 1], [0, 3], [1, 24], [5, 1], [12, 0]], -0.99049),
    ],
)
def test_strong_correlations_are_searched_to_the_top(table: Counts, optimum: float) -> None:
    """Cells that nobody is in once stopped the search, up to 2.9 below the largest log-likelihood."""
    positions = answers(table)
    found = polychoric(positions, 5)
    assert found.converged.all()
    assert float(found.R[0, 1]) == pytest.approx(optimum, abs=1e-4)
    top = log_likelihood(found.tables, found.thresholds, found.R[0, 1:2])[0]
    grid = [
        log_likelihood(found.tables, found.thresholds, np.array([r]))[0]
        for r in np.linspace(-0.999, 0.999, 400)
    ]
    assert top >= max(grid) - 1e-9


def test_a_table_that_identifies_no_correlation_is_named() -> None:
    perfect = polychoric(answers([[10, 0, 0], [0, 10, 0], [0, 0, 10]]), 3)
    empty_cell = polychoric(answers([[0, 2], [37, 13]]), 2)
    assert not perfect.converged.any()
    assert not empty_cell.converged.any()
    assert polychoric(answers([[0, 2], [37, 13]]), 2, correct=0.5).converged.all()


def test_one_value_only_has_no_correlation() -> None:
    positions = np.array([[0, 0, 1], [0, 1, 0], [0, 2, 2], [0, 1, 1]])
    R = polychoric(positions, 3).R
    assert np.isnan(R[0, 1:]).all()
    assert np.isfinite(R[1, 2])


def test_missing_answers_are_left_out_pair_by_pair() -> None:
    positions = ordered(200, [0.8, 0.7, 0.6]).astype(np.int64)
    holes = positions.copy()
    holes[:50, 2] = -1
    R = polychoric(holes, 5).R
    assert R[0, 1] == pytest.approx(polychoric(positions, 5).R[0, 1], abs=1e-12)
    assert polychoric(holes, 5).tables.counts[1].sum() == 150


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_order_of_persons_direction_and_unused_categories(seed: int) -> None:
    rng = np.random.default_rng(seed)
    positions = ordered(80, [0.8, 0.6, 0.7], seed).astype(np.int64)
    R = polychoric(positions, 5).R
    assert pytest.approx(R, abs=1e-8) == polychoric(rng.permutation(positions), 5).R
    turned = positions.copy()
    turned[:, 1] = 4 - turned[:, 1]
    sign = np.outer([1, -1, 1], [1, -1, 1])
    assert pytest.approx(R * sign, abs=1e-8) == polychoric(turned, 5).R
    # a category between, below and above those used
    spread = np.array([1, 2, 4, 5, 6])[positions]
    assert pytest.approx(R, abs=1e-8) == polychoric(spread, 9).R


def test_unused_categories_leave_the_influence_on_correlations() -> None:
    positions = ordered(150, [0.8, 0.6, 0.7]).astype(np.int64)
    spread = np.array([1, 2, 4, 5, 6])[positions]
    plain = polychoric_influence(positions, polychoric(positions, 5))[1]
    assert polychoric_influence(spread, polychoric(spread, 9))[1] == pytest.approx(plain, abs=1e-7)


def test_really_leaving_each_person_out() -> None:
    positions = ordered(60, [0.8, 0.6, 0.7]).astype(np.int64)
    upper = np.triu_indices(3, 1)
    brute = without_each(lambda x: polychoric(x, 5).R[upper], positions)
    assert polychoric_left_out(positions, polychoric(positions, 5)) == pytest.approx(brute, abs=1e-7)


def test_without_the_only_person_who_answered_differently_there_is_no_correlation() -> None:
    positions = ordered(60, [0.8, 0.6, 0.7]).astype(np.int64)
    positions[:, 0] = 1
    positions[17, 0] = 2
    left = polychoric_left_out(positions, polychoric(positions, 5))
    assert np.isnan(left[17]).tolist() == [True, True, False]
    assert np.isfinite(np.delete(left, 17, axis=0)).all()


def test_influence_is_what_leaving_a_person_out_takes_away() -> None:
    """In a large sample of normal latent responses, for every kind of person: each pair of answers."""
    positions = ordered(4000, [0.8, 0.6], cuts=(-0.5, 0.6)).astype(np.int64)
    fit = polychoric(positions, 3)
    tau, rho = polychoric_influence(positions, fit)
    kinds, first = np.unique(positions, axis=0, return_index=True)
    for person in first:
        less = polychoric(np.delete(positions, person, axis=0), 3)
        moved = (fit.R[0, 1] - less.R[0, 1]) * (len(positions) - 1)
        assert rho[person, 0] == pytest.approx(moved, rel=0.05, abs=0.05)
        tau_moved = (fit.thresholds - less.thresholds) * (len(positions) - 1)
        assert tau[person] == pytest.approx(tau_moved, rel=0.02, abs=0.02)
    assert len(kinds) == 9


def test_the_mean_square_of_influence_is_the_sampling_variance() -> None:
    """Of 400 simulated samples of 200 persons: a standard deviation known to 3.5 %."""
    found, predicted = [], []
    for seed in range(400):
        positions = ordered(200, [0.8, 0.7], seed, cuts=(-0.5, 0.6)).astype(np.int64)
        fit = polychoric(positions, 3)
        found.append(fit.R[0, 1])
        predicted.append(np.square(polychoric_influence(positions, fit)[1]).mean() / 200)
    assert np.std(found) == pytest.approx(np.sqrt(np.mean(predicted)), rel=0.1)


def test_persons_where_there_is_next_to_no_probability_raise_no_warning() -> None:
    rng = np.random.default_rng(1)
    latent = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.3], [0.3, 1.0]], size=2800)
    positions = np.digitize(latent, [-1.5, -0.7, 0.0, 0.7, 1.5])
    found = polychoric(positions, 6)
    assert found.converged.all()
    assert found.R[0, 1] == pytest.approx(0.3, abs=0.05)

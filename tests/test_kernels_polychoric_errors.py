"""The quick search beside the careful one, and standard errors of two-step polychoric correlations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.kernels.bivariate_normal import bivariate_cdf
from propsych.kernels.pair_tables import pair_tables, thresholds_from_counts
from propsych.kernels.polychoric import (
    parameter_positions,
    polychoric,
    polychoric_errors,
    polychoric_influence,
    polychoric_nacov,
    stacked_influence,
)
from propsych.kernels.polychoric_search import RULES, _integral, careful_search, corners, search
from tests.consistency_data import ordered

LOADINGS = [0.8, 0.7, -0.6, 0.5]


def with_holes(n: int, seed: int, share: float = 0.15) -> np.ndarray:
    positions = ordered(n, LOADINGS, seed).astype(np.int64)
    positions[np.random.default_rng(seed).random(positions.shape) < share] = -1
    return positions


@given(st.integers(0, 10_000), st.sampled_from([12, 60, 400]), st.sampled_from([2, 3, 6]))
@settings(max_examples=40)
def test_the_quick_search_ends_where_the_careful_one_does(seed: int, n: int, n_categories: int) -> None:
    rng = np.random.default_rng(seed)
    loadings = rng.uniform(-0.99, 0.99, 5)
    latent = rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, 5)) * np.sqrt(1 - loadings**2)
    cuts = np.sort(rng.normal(0, 1.2, (5, n_categories - 1)), axis=1)
    positions = np.stack([np.digitize(latent[:, j], cuts[j]) for j in range(5)], axis=1)
    positions[rng.random(positions.shape) < 0.05] = -1
    tables = pair_tables(positions, n_categories)
    used = (tables.marginal > 0).sum(axis=1) > 1
    corner = corners(thresholds_from_counts(tables.marginal))
    rows = np.flatnonzero(used[tables.first] & used[tables.second])
    if not len(rows):
        return
    counts, a, b = tables.counts[rows], corner[tables.first[rows]], corner[tables.second[rows]]
    quick, careful = search(counts, a, b), careful_search(counts, a, b, np.zeros(len(rows)))
    assert quick.converged.tolist() == careful.converged.tolist()
    # where the likelihood is flat the careful search stops at rounding: 1e-8 of the correlation
    assert quick.rho[quick.converged] == pytest.approx(careful.rho[quick.converged], abs=2e-8)


def test_few_nodes_are_enough_for_each_strength() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.normal(0, 1.3, (2, 1, 1, 400))
    product, squares = x * y, (x**2 + y**2) / 2
    for top, *rule in RULES:
        theta = np.full(400, top) * rng.choice([-1.0, 1.0], 400)
        found = _integral(product, squares, np.zeros(400), theta, (rule[0], rule[1]))[0, 0]
        exact = bivariate_cdf(x[0, 0], y[0, 0], np.sin(theta)) - bivariate_cdf(
            x[0, 0], y[0, 0], np.zeros(400)
        )
        assert found == pytest.approx(exact, abs=2e-13)


@pytest.mark.parametrize("share", [0.0, 0.15])
def test_tables_are_counts(share: float) -> None:
    positions = with_holes(500, 3, share)
    tables = pair_tables(positions, 6)  # the last category is nobody's
    for p, (i, j) in enumerate(zip(tables.first, tables.second, strict=True)):
        brute = [
            [((positions[:, i] == c) & (positions[:, j] == d)).sum() for d in range(6)] for c in range(6)
        ]
        assert tables.counts[p].tolist() == brute
    assert tables.marginal[2].tolist() == [(positions[:, 2] == c).sum() for c in range(6)]


@pytest.mark.parametrize("share", [0.0, 0.15])
def test_influence_sums_to_nothing_and_its_squares_are_the_errors(share: float) -> None:
    positions = with_holes(600, 5, share)
    fit = polychoric(positions, 5)
    stacked = stacked_influence(positions, fit)
    assert stacked.mean(axis=0) == pytest.approx(np.zeros(stacked.shape[1]), abs=1e-8)
    errors = polychoric_errors(fit)
    both = np.concatenate([errors.thresholds.ravel(), errors.correlations])
    assert np.sqrt((stacked**2).sum(axis=0)) / 600 == pytest.approx(both, rel=1e-10)
    assert polychoric_nacov(positions, fit) == pytest.approx(stacked.T @ stacked / 600, rel=1e-10)
    assert polychoric_influence(positions, fit)[1] == pytest.approx(stacked[:, -6:], abs=1e-12)


def test_the_order_of_the_covariance_and_unused_categories() -> None:
    positions = ordered(300, LOADINGS).astype(np.int64)
    positions[:, 1] = np.minimum(positions[:, 1], 2)
    spread = np.where(positions[:, :1] > 1, positions[:, :1] + 1, positions[:, :1])
    wide = np.concatenate([spread, positions[:, 1:]], axis=1)
    plain, gap = polychoric(positions, 5), polychoric(wide, 7)
    assert parameter_positions(plain).tolist() == [
        [i, t] for i in range(4) for t in range(2 if i == 1 else 4)
    ]
    assert parameter_positions(gap)[:4].tolist() == [[0, 0], [0, 1], [0, 3], [0, 4]]
    expected = polychoric_nacov(positions, plain)
    assert polychoric_nacov(wide, gap) == pytest.approx(expected, abs=1e-7)
    assert (np.isnan(polychoric_errors(gap).thresholds) == ~np.isfinite(gap.thresholds)).all()


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_errors_are_those_of_the_jackknife(share: float) -> None:
    """Leaving each of 1,500 persons out in turn; squared scores differ from curvature by chance."""
    positions = with_holes(1500, 11, share)[:, :3]
    fit = polychoric(positions, 5)
    _, place, n = np.unique(positions, axis=0, return_inverse=True, return_counts=True)
    upper = np.triu_indices(3, 1)
    left = np.stack(
        [
            polychoric(np.delete(positions, np.argmax(place.ravel() == k), axis=0), 5).R[upper]
            for k in range(len(n))
        ]
    )
    moved = (left - fit.R[upper]) * 1499
    jackknife = np.sqrt((n[:, None] * moved**2).sum(axis=0) / 1500 / 1499)
    assert polychoric_errors(fit).correlations == pytest.approx(jackknife, rel=0.08)


def test_errors_of_constant_items_are_not_known() -> None:
    positions = np.array([[0, 0, 1], [0, 1, 0], [0, 2, 2], [0, 1, 1]])
    errors = polychoric_errors(polychoric(positions, 3)).correlations
    assert np.isnan(errors).tolist() == [True, True, False]

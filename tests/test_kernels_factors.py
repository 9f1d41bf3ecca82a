"""Minimum residuals, oblimin, Schmid-Leiman, fit, sampling adequacy: general minimisers, other libraries."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from propsych.kernels.efa import minres, residual_sum_of_squares
from propsych.kernels.factor_fit import factor_fit, rmsea
from propsych.kernels.rotation import oblimin, oblimin_criterion, rotate_oblimin
from propsych.kernels.sampling_adequacy import bartlett_sphericity, kmo
from propsych.kernels.schmid_leiman import general_loadings, group_omegas, omegas, schmid_leiman
from tests.consistency_data import clusters, one_factor, ordered, thurstone

with warnings.catch_warnings():
    # the library warns of its own imports
    warnings.simplefilter("ignore")
    import factor_analyzer


def bifactor_loadings() -> np.ndarray:
    """Three oblique factors of three items each, unrotated: any square root of the common part."""
    pattern = np.kron(np.eye(3), [[0.8], [0.7], [0.6]])
    phi = one_factor([0.8, 0.7, 0.6])
    return pattern @ np.linalg.cholesky(phi)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_minimum_residuals_are_where_a_general_minimiser_ends(m: int) -> None:
    R = thurstone()

    def loss(x: np.ndarray) -> float:
        return residual_sum_of_squares(R, x.reshape(9, m))

    start = np.linalg.eigh(R)[1][:, -m:] * 0.8
    peer = optimize.minimize(loss, start.ravel(), method="BFGS", options={"gtol": 1e-9})
    found = minres(R, m)
    assert found.converged
    assert residual_sum_of_squares(R, found.loadings) == pytest.approx(peer.fun, abs=1e-9)
    common = peer.x.reshape(9, m) @ peer.x.reshape(9, m).T
    assert found.loadings @ found.loadings.T == pytest.approx(common, abs=1e-5)


def test_minimum_residuals_find_exact_loadings_in_a_stack() -> None:
    stack = np.stack([one_factor([0.8, 0.7, 0.6, 0.5]), one_factor([0.9, 0.4, 0.6, -0.5])])
    found = minres(stack, 1)
    assert found.converged.all()
    assert found.loadings[..., 0] == pytest.approx(
        np.array([[0.8, 0.7, 0.6, 0.5], [0.9, 0.4, 0.6, -0.5]]), abs=1e-8
    )
    assert found.objective == pytest.approx([0.0, 0.0], abs=1e-14)


def test_a_heywood_case_stays_at_the_end_of_its_range() -> None:
    R = one_factor([1.0, 0.8, 0.7, 0.6, 0.5])
    R[0, 1:] *= 1.08
    R[1:, 0] *= 1.08
    found = minres(R, 1)
    assert found.converged
    assert found.uniquenesses[0] == 0.005


def test_oblimin_stands_where_its_criterion_has_no_slope() -> None:
    """Moving any entry of T either way, its columns kept at length 1, must not make the criterion smaller."""
    A = minres(thurstone(), 3).loadings
    found = oblimin(A)
    assert found.converged
    T = found.transformation
    for i in range(3):
        for j in range(3):
            for step in (1e-3, -1e-3):
                moved = T.copy()
                moved[i, j] += step
                moved /= np.sqrt(np.square(moved).sum(axis=0))
                assert oblimin_criterion(A @ np.linalg.inv(moved).T) > found.criterion


def test_rotation_leaves_the_common_part() -> None:
    A = minres(thurstone(), 3).loadings
    found = oblimin(A)
    assert found.loadings @ found.phi @ found.loadings.T == pytest.approx(A @ A.T, abs=1e-12)
    assert np.diag(found.phi) == pytest.approx(np.ones(3), abs=1e-12)
    assert (np.diff(np.square(found.loadings).sum(axis=0)) <= 0).all()
    assert (found.loadings.sum(axis=0) > 0).all()


def test_oblimin_finds_simple_structure_again() -> None:
    found = oblimin(bifactor_loadings())
    assert found.criterion == pytest.approx(0.0, abs=1e-12)
    assert sorted(found.phi[np.tril_indices(3, -1)]) == pytest.approx(sorted([0.56, 0.48, 0.42]), abs=1e-5)


def test_oblimin_is_not_worse_than_factor_analyzers() -> None:
    A = minres(thurstone(), 3).loadings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = factor_analyzer.Rotator(
            method="oblimin", normalize=False, max_iter=5000, tol=1e-12
        ).fit_transform(A)
    found = oblimin(A)
    assert found.criterion == pytest.approx(float(oblimin_criterion(peer)), abs=1e-7)
    order = np.argsort(-np.square(peer).sum(axis=0))
    assert np.abs(found.loadings) == pytest.approx(np.abs(peer[:, order]), abs=1e-3)


def test_more_factors_than_there_are_still_rotate_to_an_end() -> None:
    """One factor behind twenty items, three asked for: the search once gave up after a thousand steps."""
    rng = np.random.default_rng(10)
    values = np.digitize(rng.normal(size=(500, 1)) + rng.normal(size=(500, 20)), [-1.2, -0.4, 0.4, 1.2])
    assert oblimin(minres(np.corrcoef(values.T), 3).loadings, 2).converged


def test_the_seed_of_the_random_starts_repeats_and_one_start_is_the_first_of_them() -> None:
    A = minres(thurstone(), 3).loadings
    assert (oblimin(A, 10, seed=3).loadings == oblimin(A, 10, seed=3).loadings).all()
    one = oblimin(A, 1)
    assert one.n_optima == 1
    assert one.criterion == pytest.approx(float(rotate_oblimin(A).criterion), abs=1e-15)


def test_schmid_leiman_by_hand() -> None:
    loadings = np.kron(np.eye(3), [[0.8], [0.7], [0.6]])
    found = schmid_leiman(loadings, one_factor([0.8, 0.7, 0.6]))
    assert found.factors_on_general == pytest.approx([0.8, 0.7, 0.6], abs=1e-8)
    general = np.outer([0.8, 0.7, 0.6], [0.8, 0.7, 0.6]).ravel()
    assert found.general == pytest.approx(general, abs=1e-8)
    own = [0.8 * np.sqrt(1 - 0.64), 0.7 * np.sqrt(1 - 0.64), 0.6 * np.sqrt(1 - 0.64)]
    assert found.group[:3, 0] == pytest.approx(own, abs=1e-8)
    assert found.group[3:, 0] == pytest.approx(np.zeros(6), abs=1e-12)
    assert found.communalities == pytest.approx(np.tile([0.64, 0.49, 0.36], 3), abs=1e-8)


def test_omegas_of_a_known_bifactor_population() -> None:
    """Each share of the variance of the sum is known, of all items and of each group's own."""
    general, group = np.tile([0.6, 0.5, 0.7], 3), np.repeat([0.5, 0.4, 0.3], 3)
    members = np.repeat([0, 1, 2], 3)
    same = members[:, None] == members
    R = np.outer(general, general) + same * np.outer(group, group)
    np.fill_diagonal(R, 1.0)
    unique = 1 - general**2 - group**2
    solution = schmid_leiman(np.kron(np.eye(3), np.ones((3, 1))), np.eye(3))._replace(
        general=general, group=np.where(members[:, None] == np.arange(3), group[:, None], 0.0)
    )
    total, hierarchical = omegas(R, general, 1 - unique)
    assert float(total) == pytest.approx(1 - unique.sum() / R.sum(), rel=1e-12)
    assert float(hierarchical) == pytest.approx(general.sum() ** 2 / R.sum(), rel=1e-12)
    found = group_omegas(R, solution)
    assert found.members.tolist() == members.tolist()
    for g in range(3):
        own = members == g
        variance = R[np.ix_(own, own)].sum()
        assert found.general[g] == pytest.approx(general[own].sum() ** 2 / variance, rel=1e-12)
        assert found.group[g] == pytest.approx(group[own].sum() ** 2 / variance, rel=1e-12)
        assert found.total[g] == pytest.approx(1 - unique[own].sum() / variance, rel=1e-12)


def test_thurstones_nine_tests_have_the_omegas_that_psych_prints() -> None:
    """The example of its help page: omega total .93, hierarchical .74, asymptotic .79."""
    R = thurstone()
    rotated = oblimin(minres(R, 3).loadings)
    solution = schmid_leiman(rotated.loadings, rotated.phi)
    total, hierarchical = (float(o) for o in omegas(R, solution.general, solution.communalities))
    assert (round(total, 2), round(hierarchical, 2)) == (0.93, 0.74)
    assert round(hierarchical / total, 2) == 0.79


def test_two_factors_share_their_correlation_equally_with_the_general_one() -> None:
    assert general_loadings(np.array([[1.0, 0.36], [0.36, 1.0]])) == pytest.approx([0.6, 0.6])
    assert general_loadings(np.array([[1.0, -0.36], [-0.36, 1.0]])) == pytest.approx([0.6, -0.6])


def test_a_group_factor_without_items_has_no_omega() -> None:
    R = np.corrcoef(ordered(300, [0.8, 0.7, 0.6, 0.7]).T)
    solution = schmid_leiman(np.array([[0.7, 0.1]] * 4), np.array([[1.0, 0.3], [0.3, 1.0]]))
    assert np.isnan(group_omegas(R, solution).total).tolist() == [False, True]


def test_rmsea_ends_are_where_the_noncentral_chi_square_has_its_tails() -> None:
    value, lower, upper = rmsea(60.0, 27, 213)
    assert value == pytest.approx(np.sqrt(60 / (27 * 213) - 1 / 212))
    for end, p in ((lower, 0.95), (upper, 0.05)):
        noncentrality = end**2 * 212 * 27
        assert stats.ncx2.cdf(60.0, 27, noncentrality) == pytest.approx(p, abs=1e-6)
    assert rmsea(10.0, 27, 213)[:2] == (0.0, 0.0)
    assert np.isnan(rmsea(10.0, 0, 213)).all()


def test_an_exact_factor_model_fits_exactly() -> None:
    found = factor_fit(one_factor([0.8, 0.7, 0.6, 0.5]), np.array([[0.8], [0.7], [0.6], [0.5]]), 200)
    assert (found.df, found.chi2, found.rms) == pytest.approx((2, 0.0, 0.0), abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2])
def test_kmo_and_bartlett_are_factor_analyzers(seed: int) -> None:
    values = clusters(200, (4, 3), seed=seed)
    R = np.corrcoef(values.T)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        each, overall = factor_analyzer.calculate_kmo(values)
        chi2, p = factor_analyzer.calculate_bartlett_sphericity(values)
    found, test = kmo(R), bartlett_sphericity(R, 200)
    assert found.overall == pytest.approx(float(overall), rel=1e-8)
    assert found.items == pytest.approx(each, rel=1e-8)
    assert (test.chi2, test.df) == pytest.approx((float(chi2), 21), rel=1e-8)
    assert test.p == pytest.approx(float(p), abs=1e-12)


def test_kmo_by_partial_correlations_one_by_one() -> None:
    R = np.corrcoef(ordered(200, [0.8, 0.7, 0.6, 0.5]).T)
    plain, partial = np.zeros(4), np.zeros(4)
    for i in range(4):
        for j in range(4):
            if i == j:
                continue
            rest = [h for h in range(4) if h not in (i, j)]
            B = R[np.ix_([i, j], [i, j])] - R[np.ix_([i, j], rest)] @ np.linalg.solve(
                R[np.ix_(rest, rest)], R[np.ix_(rest, [i, j])]
            )
            plain[i] += R[i, j] ** 2
            partial[i] += B[0, 1] ** 2 / (B[0, 0] * B[1, 1])
    assert kmo(R).items == pytest.approx(plain / (plain + partial), rel=1e-10)


def test_singular_correlations_have_neither() -> None:
    R = np.corrcoef(ordered(50, [0.8, 0.7, 0.6]).T)
    twice = R[np.ix_([0, 0, 1, 2], [0, 0, 1, 2])]
    assert np.isnan(kmo(twice).overall)
    assert np.isnan(bartlett_sphericity(np.ones((3, 3)), 50).chi2)


@given(st.integers(0, 100_000))
@settings(max_examples=15)
def test_the_order_of_the_items_moves_with_the_loadings(seed: int) -> None:
    R = np.corrcoef(clusters(150, (3, 3, 3), seed=seed).T)
    order = np.random.default_rng(seed).permutation(9)
    plain, moved = minres(R, 2), minres(R[np.ix_(order, order)], 2)
    assume(plain.converged and moved.converged)
    assert moved.objective == pytest.approx(float(plain.objective), abs=1e-7)
    assert moved.uniquenesses == pytest.approx(plain.uniquenesses[order], abs=1e-4)

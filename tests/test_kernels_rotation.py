"""Rotation criteria and gradient projection: slopes by differences, invariance, general minimisers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from propsych.kernels.efa import maximum_likelihood, minres, principal_axis
from propsych.kernels.extraction import best_extraction
from propsych.kernels.factor_scores import determinacy, score_weights, variance_accounted
from propsych.kernels.rotation import best_rotation, gradient_length, rotate
from propsych.kernels.rotation_criteria import oblimin_family, target, varimax
from propsych.kernels.rotation_named import (
    OBLIQUE,
    ORTHOGONAL,
    named_rotation,
    promax,
    settings_of,
)
from tests.consistency_data import any_covariance, thurstone

AIM = np.where(np.kron(np.eye(3), np.ones((3, 1))) > 0, np.nan, 0.0)
NAMES = (*ORTHOGONAL, *OBLIQUE)


def unrotated(m: int = 3) -> np.ndarray:
    return np.asarray(minres(thurstone(), m).loadings)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "promax"])
def test_the_gradient_of_a_criterion_is_its_slope(name: str) -> None:
    L = np.random.default_rng(2).normal(size=(2, 9, 3))
    criterion = settings_of(name, (9, 3), gamma=0.2, aim=AIM).criterion
    assert criterion is not None
    gradient = criterion(L)[1]
    step = 1e-6
    for place in np.ndindex(9, 3):
        moved = np.zeros((9, 3))
        moved[place] = step
        slope = (criterion(L + moved)[0] - criterion(L - moved)[0]) / (2 * step)
        assert gradient[(slice(None), *place)] == pytest.approx(slope, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kaiser", [True, False])
def test_a_rotation_leaves_what_is_reproduced_the_same(name: str, kaiser: bool) -> None:
    A = unrotated()
    found = named_rotation(A, settings_of(name, (9, 3), kaiser=kaiser, aim=AIM), n_starts=3)
    assert found.loadings @ found.phi @ found.loadings.T == pytest.approx(A @ A.T, abs=1e-10)
    assert np.diag(found.phi) == pytest.approx(np.ones(3), abs=1e-12)
    assert found.loadings == pytest.approx(A @ np.linalg.inv(found.transformation).T, abs=1e-10)
    if name in ORTHOGONAL:
        assert found.phi == pytest.approx(np.eye(3))


@pytest.mark.parametrize("name", NAMES)
def test_a_rotation_ends_where_the_criterion_has_no_slope(name: str) -> None:
    A = unrotated()
    settings = settings_of(name, (9, 3), kaiser=False, aim=AIM)
    found = named_rotation(A, settings, n_starts=5)
    assert found.converged
    if settings.criterion is not None:
        slope = gradient_length(A, found.transformation, settings.criterion, oblique=settings.oblique)
        assert slope < 1e-5


def test_more_starts_never_give_a_worse_criterion_and_the_optima_are_counted() -> None:
    A = np.random.default_rng(7).normal(size=(12, 4))
    settings = settings_of("geominQ", (12, 4), delta=1e-4)
    one, many = (named_rotation(A, settings, n_starts=n) for n in (1, 30))
    assert many.criterion <= one.criterion + 1e-9
    assert many.n_optima == len(many.optima) > 1
    assert sum(optimum.n_starts for optimum in many.optima) <= 30
    assert many.optima[0].criterion == pytest.approx(float(many.criterion), abs=1e-9)


def test_the_same_seed_gives_the_same_rotation() -> None:
    A = unrotated()
    settings = settings_of("geominT", (9, 3))
    first, second = (named_rotation(A, settings, n_starts=8, seed=4) for _ in range(2))
    assert np.array_equal(first.loadings, second.loadings)


def test_a_target_that_can_be_reached_is_reached() -> None:
    pattern = np.kron(np.eye(3), [[0.8], [0.7], [0.6]])
    phi = np.full((3, 3), 0.3) + 0.7 * np.eye(3)
    A = pattern @ np.linalg.cholesky(phi)
    aim = np.where(pattern > 0, np.nan, 0.0)
    found = best_rotation(A, target(aim), oblique=True, reorder=False)
    sign = np.sign(found.loadings[[0, 3, 6], [0, 1, 2]])
    assert found.criterion == pytest.approx(0.0, abs=1e-12)
    assert found.loadings * sign == pytest.approx(pattern, abs=1e-5)
    assert found.phi * np.outer(sign, sign) == pytest.approx(phi, abs=1e-5)


def test_factor_correlations_are_in_the_order_of_the_loadings() -> None:
    """Factors of unequal sizes, whose three correlations differ, in an order that rotation has to change."""
    pattern = np.kron(np.eye(3), np.ones((5, 1))) * np.repeat([0.5, 0.9, 0.7], 5)[:, None]
    phi = np.array([[1.0, 0.1, 0.2], [0.1, 1.0, 0.4], [0.2, 0.4, 1.0]])
    A = pattern @ np.linalg.cholesky(phi)
    found = named_rotation(A, settings_of("oblimin", (15, 3)))
    order = [1, 2, 0]
    assert found.loadings == pytest.approx(pattern[:, order], abs=1e-5)
    assert found.phi == pytest.approx(phi[np.ix_(order, order)], abs=1e-5)


def test_promax_with_power_one_leaves_varimax_and_kaiser_makes_two_definitions() -> None:
    A = unrotated()
    plain = best_rotation(A, varimax, oblique=False, kaiser=True)
    assert promax(A, power=1.0).loadings == pytest.approx(plain.loadings, abs=1e-10)
    assert np.abs(promax(A, kaiser=True).phi - promax(A, kaiser=False).phi).max() > 1e-3


def test_a_stack_rotates_as_its_members_do() -> None:
    A = np.stack([unrotated(), unrotated()[::-1]])
    together = rotate(A, oblimin_family(), oblique=True)
    for one, L in zip(A, together.loadings, strict=True):
        assert rotate(one, oblimin_family(), oblique=True).loadings == pytest.approx(L, abs=1e-8)


def test_one_factor_needs_no_rotation() -> None:
    A = -np.abs(unrotated(1))
    found = named_rotation(A, settings_of("oblimin", (9, 1)))
    assert found.loadings == pytest.approx(np.abs(A))


@pytest.mark.parametrize("m", [1, 2, 3])
def test_maximum_likelihood_is_where_a_general_minimiser_ends(m: int) -> None:
    from scipy import optimize

    R = thurstone()

    def discrepancy(x: np.ndarray) -> float:
        L, psi = x[: 9 * m].reshape(9, m), np.exp(x[9 * m :])
        ratio = np.linalg.solve(L @ L.T + np.diag(psi), R)
        return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - 9)

    found = maximum_likelihood(R, m)
    start = np.concatenate([minres(R, m).loadings.ravel(), np.log(np.full(9, 0.4))])
    peer = optimize.minimize(discrepancy, start, method="BFGS", options={"gtol": 1e-7, "maxiter": 2000})
    assert found.converged
    assert float(found.objective) == pytest.approx(peer.fun, abs=1e-8)
    L = peer.x[: 9 * m].reshape(9, m)
    assert found.loadings @ found.loadings.T == pytest.approx(L @ L.T, abs=1e-4)


def test_maximum_likelihood_of_an_indefinite_matrix_does_not_converge() -> None:
    R = np.array([[1.0, 0.9, -0.9, 0.1], [0.9, 1.0, 0.9, 0.1], [-0.9, 0.9, 1.0, 0.1], [0.1, 0.1, 0.1, 1.0]])
    found = maximum_likelihood(np.stack([R, np.eye(4) * 0.5 + 0.5]), 1)
    assert found.converged.tolist() == [False, True]
    assert np.isnan(found.loadings[0]).all()


def test_principal_axis_reproduces_its_own_communalities() -> None:
    R = thurstone()
    found = principal_axis(R, 3)
    assert found.converged
    assert np.square(found.loadings).sum(axis=1) == pytest.approx(1.0 - found.uniquenesses, abs=1e-8)
    assert found.loadings == pytest.approx(minres(R, 3).loadings, abs=1e-7)


@given(st.integers(1, 10_000), st.integers(2, 3))
def test_extraction_does_not_hang_on_the_order_of_the_items(seed: int, m: int) -> None:
    C = any_covariance(8, seed)
    scale = 1.0 / np.sqrt(np.diag(C))
    R = C * np.outer(scale, scale)
    order = np.random.default_rng(seed).permutation(8)
    for extract in (minres, maximum_likelihood):
        one, other = extract(R, m), extract(R[np.ix_(order, order)], m)
        if one.converged and other.converged:
            assert float(one.objective) == pytest.approx(float(other.objective), abs=1e-6)


def test_scores_have_the_properties_their_names_promise() -> None:
    pattern = np.kron(np.eye(2), [[0.8], [0.7], [0.6]])
    phi = np.array([[1.0, 0.4], [0.4, 1.0]])
    R = pattern @ phi @ pattern.T
    np.fill_diagonal(R, 1.0)
    for method in ("regression", "bartlett", "tenberge"):
        W = score_weights(R, pattern, phi, method)  # type: ignore[arg-type]
        covariance, with_factors = W.T @ R @ W, W.T @ pattern @ phi
        if method == "regression":
            assert np.diag(covariance) == pytest.approx(determinacy(R, pattern, phi))
        elif method == "bartlett":
            assert W.T @ pattern == pytest.approx(np.eye(2))
        else:
            assert covariance == pytest.approx(phi)
        assert (np.diag(with_factors) > 0.7).all()


def test_variance_accounted_adds_up_to_the_communalities() -> None:
    found = named_rotation(unrotated(), settings_of("oblimin", (9, 3)))
    sums = variance_accounted(found.loadings, found.phi).sums
    assert float(sums.sum()) == pytest.approx(float(np.square(unrotated()).sum()))


def test_extraction_from_several_starts_finds_the_better_optimum() -> None:
    """Weak correlations of few persons: the likelihood has several optima."""
    better = 0
    for seed in range(20):
        R = np.corrcoef(np.random.default_rng(seed).normal(size=(60, 9)).T)
        for method, extract in (("ml", maximum_likelihood), ("minres", minres)):
            one, best = extract(R, 3), best_extraction(R, 3, method)
            assert not one.converged or float(best.objective) <= float(one.objective) + 1e-10
            better += bool(one.converged and float(best.objective) < float(one.objective) - 1e-4)
    assert better > 0

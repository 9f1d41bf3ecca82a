"""Reliability of a sum from a factor model: closed forms, a huge simulated sample, numeric slopes."""

from __future__ import annotations

import numpy as np
import pytest

from propsych.kernels.categorical_omega import (
    observed_covariances,
    sum_score_reliability,
    sum_score_slopes,
)
from propsych.kernels.cfa import pattern_of
from propsych.kernels.factor_model import observed_model, ordered_model
from propsych.kernels.sum_reliability import (
    CategoricalOmega,
    SumParts,
    omega_by_implied,
    omega_by_observed,
    parts_influence,
    variance_extracted,
    without_each,
)
from tests.consistency_data import one_factor, ordered
from tests.consistency_data import without_each as left_out

LOADINGS = np.array([0.8, 0.7, 0.6])
CUTS = np.array([[-1.0, 0.0, 1.0], [-0.5, 0.5, 1.5], [0.0, 0.7, np.inf]])
SCORES = np.array([[0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 3.0, 4.0], [0.0, 2.0, 3.0, 3.0]])
"""The last item has three categories: no threshold leads to the fourth."""


def parts(loadings: list[float], theta: list[float], observed: np.ndarray) -> SumParts:
    return SumParts(np.array(loadings), np.array(theta), observed, np.empty((len(loadings), 0)))


def test_omega_of_an_exact_one_factor_covariance_is_its_closed_form() -> None:
    loadings, theta = [0.9, 1.4, 0.3, 2.0], [0.5, 0.2, 1.0, 3.0]
    given = parts(loadings, theta, one_factor(loadings, theta))
    expected = 4.6**2 / (4.6**2 + 4.7)
    assert float(omega_by_implied(given)) == pytest.approx(expected, rel=1e-12)
    assert float(omega_by_observed(given)) == pytest.approx(expected, rel=1e-12)
    squares = sum(x**2 for x in loadings)
    assert float(variance_extracted(given)) == pytest.approx(squares / (squares + 4.7), rel=1e-12)


def test_the_two_denominators_differ_where_the_model_does_not_fit() -> None:
    observed = one_factor([0.8, 0.7, 0.6]) + np.array([[0, 0.2, 0], [0.2, 0, 0], [0, 0, 0]])
    given = parts([0.8, 0.7, 0.6], [0.36, 0.51, 0.64], observed)
    assert float(omega_by_implied(given)) == pytest.approx(2.1**2 / (2.1**2 + 1.51))
    assert float(omega_by_observed(given)) == pytest.approx(2.1**2 / (2.1**2 + 1.51 + 0.4))


def test_covariances_of_ordered_scores_are_those_of_a_huge_sample() -> None:
    """Half a million simulated persons; a covariance is then known to about .004."""
    rng = np.random.default_rng(1)
    R = one_factor([0.8, 0.7, 0.6])
    latent = rng.multivariate_normal(np.zeros(3), R, 500_000)
    values = np.stack([SCORES[j][np.digitize(latent[:, j], CUTS[j])] for j in range(3)], axis=1)
    assert observed_covariances(CUTS, R, SCORES) == pytest.approx(np.cov(values.T), abs=0.01)


def test_categorical_omega_is_the_true_share_of_a_huge_sample() -> None:
    """Green & Yang (2009): the covariance of two sums that share only their factor, over the variance."""
    rng = np.random.default_rng(2)
    factor = rng.normal(size=(500_000, 1))
    sums = []
    for _ in range(2):
        latent = factor * LOADINGS + rng.normal(size=(500_000, 3)) * np.sqrt(1 - LOADINGS**2)
        sums.append(sum(SCORES[j][np.digitize(latent[:, j], CUTS[j])] for j in range(3)))
    found = sum_score_reliability(CUTS, np.outer(LOADINGS, LOADINGS), one_factor([0.8, 0.7, 0.6]), SCORES)
    assert found == pytest.approx(np.corrcoef(sums[0], sums[1])[0, 1], abs=0.004)


def test_with_many_fine_categories_categorical_omega_is_omega_of_the_latent_responses() -> None:
    cuts = np.tile(np.linspace(-4, 4, 161), (3, 1))
    scores = np.tile(np.arange(162.0), (3, 1))
    common, total = np.outer(LOADINGS, LOADINGS), one_factor([0.8, 0.7, 0.6])
    latent = common.sum() / total.sum()
    assert sum_score_reliability(cuts, common, total, scores) == pytest.approx(latent, abs=1e-4)


def test_two_categories_by_the_textbook_probabilities() -> None:
    """Items cut at their medians: a covariance is arcsin(r) / (2 pi), a variance 1/4."""
    cuts, scores = np.zeros((3, 1)), np.tile([0.0, 1.0], (3, 1))
    R = one_factor([0.8, 0.7, 0.6])
    expected = np.arcsin(R) / (2 * np.pi)
    assert observed_covariances(cuts, R, scores) == pytest.approx(expected, abs=1e-12)


def test_unused_and_unreachable_categories_change_nothing() -> None:
    R = one_factor([0.8, 0.7, 0.6])
    wide = np.column_stack([np.full(3, -np.inf), CUTS[:, :1], CUTS])
    # a category below the first, and one between two equal thresholds
    scores = np.column_stack([SCORES[:, 0] - 1, SCORES[:, 0], SCORES[:, 0] + 0.5, SCORES[:, 1:]])
    assert observed_covariances(wide, R, scores) == pytest.approx(
        observed_covariances(CUTS, R, SCORES), abs=1e-12
    )


def test_slopes_of_the_sum_are_difference_quotients() -> None:
    R = np.outer(LOADINGS, LOADINGS)
    found = sum_score_slopes(CUTS, R, SCORES)

    def total(cuts: np.ndarray, R: np.ndarray) -> float:
        return float(observed_covariances(cuts, R, SCORES).sum())

    for i in range(3):
        for j in range(3):
            step = np.zeros((3, 3))
            step[i, j] = 1e-6
            assert found.covariances[i, j] == pytest.approx(
                (total(CUTS, R + step) - total(CUTS, R - step)) / 2e-6, abs=1e-7
            )
            if np.isfinite(CUTS[i, j]):
                numeric = (total(CUTS + step, R) - total(CUTS - step, R)) / 2e-6
                assert found.thresholds[i, j] == pytest.approx(numeric, abs=1e-7)
            else:
                assert found.thresholds[i, j] == 0.0


def test_slopes_where_an_item_is_compared_with_itself() -> None:
    """On the diagonal of the correlations, 1, a threshold moves the item's own variance."""
    R = one_factor([0.8, 0.7, 0.6])
    found = sum_score_slopes(CUTS, R, SCORES)
    for i, j in ((0, 0), (0, 1), (1, 2), (2, 1)):
        step = np.zeros((3, 3))
        step[i, j] = 1e-5
        up, down = (observed_covariances(CUTS + s * step, R, SCORES).sum() for s in (1, -1))
        assert found.thresholds[i, j] == pytest.approx((up - down) / 2e-5, abs=1e-5)


def test_slopes_of_categorical_omega_are_difference_quotients() -> None:
    given = SumParts(LOADINGS, 1 - LOADINGS**2, one_factor([0.8, 0.7, 0.6]), CUTS)
    coefficient = CategoricalOmega(SCORES)
    slopes = coefficient.slopes(given)
    for field in ("loadings", "observed", "thresholds"):
        start = getattr(given, field)
        for place in np.ndindex(start.shape):
            if not np.isfinite(start[place]) or (field == "observed" and place[0] == place[1]):
                continue
            step = np.zeros(start.shape)
            step[place] = 1e-6
            up, down = (float(coefficient(given._replace(**{field: start + s * step}))) for s in (1, -1))
            flat = np.ravel_multi_index(place, start.shape)
            assert slopes[field][flat] == pytest.approx((up - down) / 2e-6, abs=1e-7)


@pytest.mark.parametrize("kind", ["observed", "ordered"])
def test_coefficients_without_each_person_move_as_really_leaving_them_out(kind: str) -> None:
    """To first order: the same spread within a few per cent, and nearly the same persons."""
    values = ordered(200, [0.8, 0.7, 0.6, 0.7])
    pattern = pattern_of(np.ones((4, 1), dtype=bool))
    scores = np.tile(np.arange(5.0), (4, 1))

    def model(x: np.ndarray):
        if kind == "observed":
            return observed_model(x, pattern)
        return ordered_model(x.astype(np.int64), 5, pattern)

    def given(x: np.ndarray) -> tuple[SumParts, dict[str, np.ndarray]]:
        fitted = model(x)
        thresholds = np.empty((4, 0)) if fitted.polychoric is None else fitted.polychoric.thresholds
        whole = SumParts(fitted.fit.loadings[:, 0], fitted.fit.theta, fitted.observed, thresholds)
        return whole, fitted.influence

    coefficient = omega_by_implied if kind == "observed" else CategoricalOmega(scores)
    whole, influence = given(values)
    near = without_each(whole, coefficient, parts_influence(influence, np.ones(4, dtype=bool), np.arange(4)))
    brute = left_out(lambda x: float(coefficient(given(x)[0])), values)
    assert near.std() == pytest.approx(brute.std(), rel=0.1)
    assert np.corrcoef(near, brute)[0, 1] > 0.97


def test_one_factor_of_several_takes_its_own_items_and_parameters() -> None:
    """The influence of a factor's loadings among those of the other, and of its own residuals."""
    free = np.array([[True, False]] * 3 + [[False, True]] * 3)
    pattern = pattern_of(free)
    values = np.concatenate([ordered(200, [0.8, 0.7, 0.6], 1), ordered(200, [0.7, 0.6, 0.8], 2)], axis=1)
    fitted = observed_model(values, pattern)
    own = free[:, 1]
    found = parts_influence(fitted.influence, own, np.flatnonzero(np.nonzero(free)[1] == 1))
    parameters = fitted.influence["parameters"]
    assert (found["loadings"] == parameters[:, 3:6]).all()
    assert (found["theta"] == parameters[:, 10:13]).all()
    assert found["observed"].shape == (200, 9)

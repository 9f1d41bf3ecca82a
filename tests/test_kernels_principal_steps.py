"""Functions of correlations one standard error away: slopes, and bias to second order."""

from __future__ import annotations

import numpy as np
import pytest

from propsych.kernels.one_factor import correlation_influence
from propsych.kernels.principal_steps import around


def answers(n: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 1)) + rng.standard_normal((n, 4))


def test_a_linear_function_has_the_influence_of_its_correlations_and_no_bias() -> None:
    x = answers(80)
    added = correlation_influence(x)
    weights = np.arange(1.0, 7.0)
    upper = np.triu_indices(4, 1)
    found = around(lambda R: R[:, *upper][:, :] @ weights[:, None], np.corrcoef(x.T), added)
    np.testing.assert_allclose(found.influence[:, 0], (added - added.mean(axis=0)) @ weights, atol=1e-10)
    np.testing.assert_allclose(found.bias, 0.0, atol=1e-12)


def test_the_bias_of_a_quadratic_function_is_the_sum_of_variances() -> None:
    x = answers(60)
    added = correlation_influence(x)
    centred = added - added.mean(axis=0)
    upper = np.triu_indices(4, 1)
    found = around(lambda R: np.square(R[:, *upper]).sum(axis=1)[:, None], np.corrcoef(x.T), added)
    assert found.bias[0] == pytest.approx(np.square(centred).sum() / (60 * 59))


def test_fewer_persons_than_pairs() -> None:
    x = answers(5)
    found = around(lambda R: R[:, :1, 1], np.corrcoef(x.T), correlation_influence(x))
    assert found.influence.shape == (5, 1)
    assert np.isfinite(found.influence).all()

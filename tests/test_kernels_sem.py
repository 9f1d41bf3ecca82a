"""Moments, slopes and curvature of structural models against numeric derivatives and general minimisers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import optimize
from scipy.stats import multivariate_normal

from propsych.kernels.sem.fiml import fiml_derivatives, missing_patterns, saturated_moments
from propsych.kernels.sem.model import (
    Model,
    directions,
    fill,
    implied,
    moment_slopes,
)
from propsych.kernels.sem.normal import Moments, moments_of, normal_derivatives, uls_derivatives
from propsych.kernels.sem.search import minimise
from propsych.kernels.sem.start import starting_values
from propsych.properties.structure.parameter_table import model_of, parameter_table

MODELS = [
    "f =~ a + b + c\ng =~ d + e + h\nall =~ f + g + b\nall ~ 0*1\na ~~ d",
    "f =~ a + b + c\ng =~ d + e + h\no =~ b + i + j\no ~ f + g\nf ~ 1\na ~~ d",
    "f =~ l*a + l*b + c; a ~~ v*a; b ~~ v*b",
]


def noise(k: int, seed: int, n: int = 300) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, k)) @ (np.eye(k) + 0.15 * rng.normal(size=(k, k))) + rng.normal(size=(n, 1))


def made(text: str, groups: int = 1, **options: bool) -> tuple[Model, int]:
    table = parameter_table(text, n_groups=groups, means=True, **options)
    return model_of(table)[0], len(table.observed)


def slope(f: Callable[[np.ndarray], float | np.ndarray], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))])


@pytest.mark.parametrize("text", MODELS)
def test_slopes_of_the_moments(text: str) -> None:
    model, k = made(text)
    x = starting_values(model, [moments_of(noise(k, 1))]) + 0.05
    group = model.groups[0]

    def moments(y: np.ndarray) -> np.ndarray:
        mean, sigma = implied(fill(group, y))
        return np.concatenate([mean, sigma[np.tril_indices(k)]])

    by_entry = moment_slopes(directions(group, fill(group, x)), True)
    by_parameter = np.zeros((len(by_entry), model.n_parameters))
    np.add.at(by_parameter.T, group.entries.parameter, by_entry.T)
    assert by_parameter == pytest.approx(slope(moments, x).T, abs=1e-8)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("text", MODELS)
@pytest.mark.parametrize("fit_function", ["normal", "uls", "fiml"])
def test_gradient_and_curvature_of_fit_functions(text: str, groups: int, fit_function: str) -> None:
    model, k = made(text, groups)
    values = [noise(k, seed, 120) for seed in range(groups)]
    moments = [moments_of(one) for one in values]
    if fit_function == "fiml":
        for one in values:
            one[np.random.default_rng(5).random(one.shape) < 0.25] = np.nan
        data = [missing_patterns(one[~np.isnan(one).all(axis=1)]) for one in values]

    def at(x: np.ndarray, observed: bool = False) -> tuple[float, np.ndarray, np.ndarray]:
        if fit_function == "fiml":
            return fiml_derivatives(model, data, x, observed)
        function = normal_derivatives if fit_function == "normal" else uls_derivatives
        return function(model, moments, x, observed)

    x = starting_values(model, moments)
    x = x + 0.1 * np.abs(x) * np.random.default_rng(7).random(len(x))
    value, gradient, curvature = at(x, True)
    assert np.isfinite(value)
    assert gradient == pytest.approx(slope(lambda y: at(y)[0], x, 1e-6), rel=1e-5, abs=1e-6)
    assert curvature == pytest.approx(slope(lambda y: at(y)[1], x, 1e-6), rel=1e-5, abs=1e-6)


def test_search_ends_where_a_general_minimiser_ends() -> None:
    model, k = made("f =~ a + b + c + d\ng =~ e + h + i\na ~~ e")
    moments = [moments_of(noise(k, 3))]
    start = starting_values(model, moments)
    found = minimise(lambda x, observed: normal_derivatives(model, moments, x, observed), start)
    peer = optimize.minimize(
        lambda x: normal_derivatives(model, moments, x)[:2], found.x + 0.02, jac=True, method="BFGS"
    )
    assert found.converged
    assert found.value <= peer.fun + 1e-12
    assert found.x == pytest.approx(peer.x, abs=1e-4)
    assert np.abs(found.gradient).max() < 1e-8


def test_units_of_the_items_do_not_matter() -> None:
    model, k = made("f =~ a + b + c + d\ng =~ e + h + i")
    values = noise(k, 4)
    units = np.array([1e3, 1.0, 1e-3, 1.0, 1.0, 50.0, 1.0])
    ends = []
    for scaled in (values, values * units):
        moments = [moments_of(scaled)]
        search = minimise(
            lambda x, observed, m=moments: normal_derivatives(model, m, x, observed),
            starting_values(model, moments),
        )
        assert search.converged
        ends.append(search.value)
    assert ends[0] == pytest.approx(ends[1], abs=1e-10)


def test_a_sigma_that_is_no_covariance_has_no_likelihood() -> None:
    model, k = made("f =~ a + b + c")
    moments = [moments_of(noise(k, 2))]
    assert normal_derivatives(model, moments, -np.ones(model.n_parameters))[0] == np.inf
    patterns = [missing_patterns(noise(k, 2))]
    assert fiml_derivatives(model, patterns, -np.ones(model.n_parameters))[0] == np.inf


def holes(values: np.ndarray, share: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    out = np.where(rng.random(values.shape) < share, np.nan, values)
    return np.asarray(out[~np.isnan(out).all(axis=1)])


def test_saturated_moments_are_where_the_likelihood_is_highest() -> None:
    values = holes(noise(4, 8, 150), 0.3, 9)
    found = saturated_moments(missing_patterns(values))
    assert found.converged

    def minus_two_log_likelihood(mean: np.ndarray, sigma: np.ndarray) -> float:
        rows = [(row, ~np.isnan(row)) for row in values]
        parts = [multivariate_normal(mean[o], sigma[np.ix_(o, o)]).logpdf(row[o]) for row, o in rows]
        return -2.0 * float(np.sum(parts))

    at_best = minus_two_log_likelihood(found.moments.mean, found.moments.covariance)
    assert found.minus_two_log_likelihood == pytest.approx(at_best, rel=1e-12)
    rng = np.random.default_rng(1)
    for _ in range(20):
        turn = 1e-3 * rng.normal(size=(4, 4))
        mean = found.moments.mean + 1e-3 * rng.normal(size=4)
        assert minus_two_log_likelihood(mean, found.moments.covariance + turn + turn.T) > at_best


def test_saturated_moments_of_complete_answers_are_their_moments() -> None:
    values = noise(5, 10)
    found = saturated_moments(missing_patterns(values)).moments
    plain = moments_of(values)
    assert found.mean == pytest.approx(plain.mean)
    assert found.covariance == pytest.approx(plain.covariance)


def test_complete_answers_have_the_same_optimum_under_full_information() -> None:
    model, k = made("f =~ a + b + c + d\ng =~ e + h + i")
    values = noise(k, 11)
    moments = [moments_of(values)]
    start = starting_values(model, moments)
    plain = minimise(lambda x, observed: normal_derivatives(model, moments, x, observed), start)
    data = [missing_patterns(values)]
    full = minimise(lambda x, observed: fiml_derivatives(model, data, x, observed), start)
    assert full.x == pytest.approx(plain.x, abs=1e-8)


def test_two_groups_of_the_same_answers_are_one() -> None:
    one, k = made("f =~ a + b + c + d")
    equal = "f =~ a + c(l2, l2)*b + c(l3, l3)*c + c(l4, l4)*d"
    both, _ = made(equal, 2)
    sample = moments_of(noise(k, 12))
    single = minimise(lambda x, o: normal_derivatives(one, [sample], x, o), starting_values(one, [sample]))
    pair: list[Moments] = [sample, sample]
    double = minimise(lambda x, o: normal_derivatives(both, pair, x, o), starting_values(both, pair))
    assert double.value == pytest.approx(single.value, abs=1e-12)
    assert double.x[:3] == pytest.approx(single.x[:3], abs=1e-8)

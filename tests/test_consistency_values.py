"""Coefficients of the labelled layer against closed forms, other formulas and simulated populations."""

from __future__ import annotations

from inspect import signature

import numpy as np
import pytest
from scipy import stats

from propsych.kernels.efa import minres
from propsych.kernels.jackknife import log1m_jackknife
from propsych.kernels.polychoric import polychoric
from propsych.kernels.rotation import oblimin
from propsych.kernels.schmid_leiman import omegas, schmid_leiman
from propsych.properties.internal_consistency import (
    composite_reliability,
    cronbach_alpha,
    greatest_lower_bound,
    guttman,
    omega_categorical,
    omega_schmid_leiman,
    omega_unidimensional,
    ordinal_alpha,
    schmid_leiman_interval,
    split_half,
)
from propsych.properties.structure import congeneric_fit, factorability
from tests.consistency_data import ordered, without_each

CATEGORIES = range(5)
SEED = "rng" if "rng" in signature(stats.bootstrap).parameters else "random_state"
"""SciPy's name for it changed."""
VALUES = ordered(80, [0.8, 0.7, 0.6, 0.7])


def exactly(S: np.ndarray, n: int = 40) -> np.ndarray:
    """Return n distinct scores an item whose covariances (divisor n - 1) are S exactly."""
    raw = np.random.default_rng(1).normal(size=(n, len(S)))
    raw -= raw.mean(axis=0)
    root = np.linalg.cholesky(np.cov(raw.T))
    return np.asarray(raw @ np.linalg.inv(root).T @ np.linalg.cholesky(S).T)


def test_omega_of_answers_that_one_factor_describes_exactly_is_its_closed_form() -> None:
    loadings, theta = np.array([0.9, 1.4, 0.6, 2.0]), np.array([0.5, 0.2, 1.0, 3.0])
    values = exactly(np.outer(loadings, loadings) + np.diag(theta))
    with pytest.warns(match="no categories are declared"):
        found = omega_unidimensional(values)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + theta.sum())
    assert found.value("omega_unidimensional") == pytest.approx(expected, abs=1e-8)
    assert found.value("omega_unidimensional_observed") == pytest.approx(expected, abs=1e-8)


def test_parallel_items_have_one_reliability_by_every_name() -> None:
    values = exactly(np.full((5, 5), 2.0) + 3.0 * np.eye(5))
    alpha = 5 / 4 * (1 - 25 / 65)
    with pytest.warns(match="no categories are declared"):
        assert cronbach_alpha(values).estimate == pytest.approx(alpha)
    with pytest.warns(match="no categories are declared"):
        bounds = guttman(values)
    for name in ("lambda2", "lambda3", "mu0", "mu1", "mu2", "mu3"):
        assert bounds.value(name) == pytest.approx(alpha)
    with pytest.warns(match="no categories are declared"):
        assert greatest_lower_bound(values).value("glb") == pytest.approx(alpha, abs=1e-7)
    with pytest.warns(match="no categories are declared"):
        assert omega_unidimensional(values).value("omega_unidimensional") == pytest.approx(alpha, abs=1e-7)


def test_alphas_intervals_by_hand() -> None:
    found = cronbach_alpha(VALUES, level=0.90, categories=CATEGORIES)
    alpha, n, k = found.estimate, 80, 4
    feldt = [1 - (1 - alpha) * stats.f.ppf(p, n - 1, (n - 1) * (k - 1)) for p in (0.95, 0.05)]
    assert (found.intervals["feldt"].lower, found.intervals["feldt"].upper) == pytest.approx(tuple(feldt))
    left = without_each(lambda x: k / (k - 1) * (1 - np.trace(np.cov(x.T)) / np.cov(x.T).sum()), VALUES)
    y = np.log(1 - left)
    se = np.sqrt((n - 1) / n * np.square(y - y.mean()).sum())
    df = min(2 * n / (stats.kurtosis(y, fisher=False) - 1), n - 1)
    half = stats.t.ppf(0.95, df) * se
    assert found.interval == pytest.approx((1 - (1 - alpha) * np.exp(half), 1 - (1 - alpha) * np.exp(-half)))
    adf, log = found.intervals["adf"], found.intervals["adf_log"]
    plain_se = (adf.upper - adf.lower) / (2 * stats.norm.ppf(0.95))
    reach = stats.norm.ppf(0.95) * plain_se / (1 - alpha)
    assert log.lower == pytest.approx(1 - (1 - alpha) * np.exp(reach))
    assert log.upper == pytest.approx(1 - (1 - alpha) * np.exp(-reach))


def test_bootstrap_intervals_are_near_scipys() -> None:
    """Other samples of persons, so near: the ends of 4,000 samples are known to about .005."""

    def alpha(*columns: np.ndarray) -> float:
        C = np.cov(np.stack(columns))
        return 4 / 3 * (1 - np.trace(C) / C.sum())

    for kind, peer in (("percentile", "percentile"), ("bca", "BCa")):
        found = cronbach_alpha(VALUES, interval=kind, n_boot=4000, seed=3, categories=CATEGORIES)
        other = stats.bootstrap(
            tuple(VALUES.T), alpha, paired=True, vectorized=False, n_resamples=4000, method=peer,
            **{SEED: np.random.default_rng(3)},
        )  # fmt: skip
        assert found.method == kind
        assert found.interval == pytest.approx(tuple(other.confidence_interval), abs=0.02)
        again = cronbach_alpha(VALUES, interval=kind, n_boot=4000, seed=3, categories=CATEGORIES)
        assert again.interval == found.interval
        assert "4000 samples, seed 3" in found.intervals[kind].method


def test_the_average_correlation_and_its_interval_by_hand() -> None:
    found = cronbach_alpha(VALUES, categories=CATEGORIES).mean_inter_item_interval

    def mean_r(x: np.ndarray) -> float:
        return float(np.corrcoef(x.T)[np.tril_indices(4, -1)].mean())

    # Fisher's transformation of a correlation within groups of four
    def z(r: np.ndarray) -> np.ndarray:
        return np.log((1 + 3 * r) / (1 - r))

    left = z(without_each(mean_r, VALUES))
    se = np.sqrt(79 / 80 * np.square(left - left.mean()).sum())
    df = min(160 / (stats.kurtosis(left, fisher=False) - 1), 79)
    odds = np.exp(z(np.asarray(mean_r(VALUES))) + np.array([-1, 1]) * stats.t.ppf(0.975, df) * se)
    assert found.value == pytest.approx(mean_r(VALUES))
    assert (found.lower, found.upper) == pytest.approx(tuple((odds - 1) / (odds + 3)))


def test_bounds_of_standardised_items() -> None:
    found = guttman(VALUES * [1, 2, 5, 10], matrix="correlation", categories=range(0, 41))
    R = np.corrcoef(VALUES.T)
    smc = 1 - 1 / np.diag(np.linalg.inv(R))
    assert found.value("lambda6") == pytest.approx(1 - (1 - smc).sum() / R.sum())
    r = R[np.tril_indices(4, -1)].mean()
    assert found.value("lambda3") == pytest.approx(4 * r / (1 + 3 * r))
    assert split_half(VALUES, matrix="correlation", categories=CATEGORIES).value(
        "split_half_mean"
    ) == pytest.approx(found.value("lambda3"))
    assert greatest_lower_bound(VALUES, matrix="correlation", categories=CATEGORIES).value(
        "glb"
    ) >= found.value("lambda4")


def test_intervals_of_standardised_items_are_those_of_standardised_alpha() -> None:
    values = VALUES * [1, 2, 5, 10]
    bound = guttman(values, matrix="correlation", categories=range(41))["lambda3"]
    alpha = cronbach_alpha(values, categories=range(41)).standardised_interval
    assert (bound.value, bound.lower, bound.upper) == pytest.approx((alpha.value, alpha.lower, alpha.upper))
    raw = guttman(values, categories=range(41))["lambda3"]
    assert raw.upper - raw.lower > 1.2 * (bound.upper - bound.lower)


def test_ordinal_alpha_and_categorical_omega_find_a_population_again() -> None:
    """One factor with loadings .8, .7, .6, .7 behind five categories, 4,000 persons."""
    values = ordered(4000, [0.8, 0.7, 0.6, 0.7], seed=8)
    loadings = np.array([0.8, 0.7, 0.6, 0.7])
    R = np.outer(loadings, loadings)
    np.fill_diagonal(R, 1.0)
    ordinal = ordinal_alpha(values, categories=CATEGORIES)["ordinal_alpha_of_latent_responses"]
    assert ordinal.value == pytest.approx(4 / 3 * (1 - 4 / R.sum()), abs=0.015)
    fit = congeneric_fit(values, estimator="WLSMV", categories=CATEGORIES)
    assert fit.loadings["factor"].to_numpy() == pytest.approx(loadings, abs=0.03)
    found = composite_reliability(fit)
    assert found.value("latent_response_reliability:factor") == pytest.approx(
        loadings.sum() ** 2 / R.sum(), abs=0.015
    )
    # two sums of fresh answers to the same items by the same persons correlate as the reliability says
    rng = np.random.default_rng(9)
    factor = rng.normal(size=(200_000, 1))
    fresh = [
        np.digitize(
            factor * loadings + rng.normal(size=(200_000, 4)) * np.sqrt(1 - loadings**2),
            [-1.2, -0.4, 0.4, 1.2],
        ).sum(axis=1)
        for _ in range(2)
    ]
    categorical = omega_categorical(values, categories=CATEGORIES).value("omega_categorical")
    assert categorical == pytest.approx(np.corrcoef(fresh)[0, 1], abs=0.015)
    assert categorical < ordinal.value


def test_a_bifactor_population_is_found_again() -> None:
    """General loadings of .6, group loadings of .5: total .89, hierarchical .69, of three groups."""
    rng = np.random.default_rng(4)
    general, group = rng.normal(size=(6000, 1)), np.repeat(rng.normal(size=(6000, 3)), 3, axis=1)
    latent = 0.6 * general + 0.5 * group + np.sqrt(1 - 0.36 - 0.25) * rng.normal(size=(6000, 9))
    values = np.digitize(latent, np.linspace(-2, 2, 20))
    found = omega_schmid_leiman(values, categories=range(21))
    variance = 9 + 9 * 2 * 0.61 + 54 * 0.36
    assert found.value("omega_hierarchical") == pytest.approx(5.4**2 / variance, abs=0.02)
    assert found.value("omega_total") == pytest.approx(1 - 9 * 0.39 / variance, abs=0.01)
    assert found.value("explained_common_variance") == pytest.approx(0.36 / 0.61, abs=0.03)
    own = 3 + 6 * 0.61
    for g in (1, 2, 3):
        assert found.value(f"omega_general:g{g}") == pytest.approx(1.8**2 / own, abs=0.04)
        assert found.value(f"omega_group:g{g}") == pytest.approx(1.5**2 / own, abs=0.04)
        assert found.value(f"omega_total:g{g}") == pytest.approx(1 - 3 * 0.39 / own, abs=0.02)
    share = found.tables["loadings"]["general_share"]
    assert share.to_numpy() == pytest.approx(np.full(9, 0.36 / 0.61), abs=0.08)


def grouped(n: int, seed: int = 4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    general, group = rng.normal(size=(n, 1)), np.repeat(rng.normal(size=(n, 3)), 3, axis=1)
    return np.digitize(0.7 * general + 0.6 * group + 0.6 * rng.normal(size=(n, 9)), [-1, 0, 1])


def test_omega_totals_interval_from_the_gradient_is_that_of_leaving_out() -> None:
    """The same answers below and above the size up to which persons are really left out."""
    values = grouped(120)
    exact = omega_schmid_leiman(values, categories=range(4))["omega_total"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schmid_leiman_interval, "SEARCHED", 0)
        other = omega_schmid_leiman(values, categories=range(4))["omega_total"]
    assert exact.value == other.value
    assert (exact.lower, exact.upper) == pytest.approx((other.lower, other.upper), abs=0.03)


def test_numbers_that_depend_on_the_rotation_have_no_interval_below_200_persons() -> None:
    for n in (199, 200):
        found = omega_schmid_leiman(grouped(n), categories=range(4))
        for name in ("omega_hierarchical", "explained_common_variance", "omega_general:g1"):
            low, value, high = found[name].lower, found.value(name), found[name].upper
            if n < 200:
                assert (low, high) == (None, None)
                assert "no interval: below 200 persons" in found[name].method
            else:
                assert np.array([low, value, high]).argsort().tolist() == [0, 1, 2]
        assert found["omega_total"].lower is not None


def test_the_interval_of_hierarchical_omega_is_wider_where_its_bias_points_from() -> None:
    """In a large sample the spread of the estimates; in a small one the upper end is further away."""
    small, large = (omega_schmid_leiman(grouped(n), categories=range(4)) for n in (200, 6000))
    many = [omega_schmid_leiman(grouped(6000, seed), categories=range(4), n_starts=1) for seed in range(20)]
    name = "omega_hierarchical"
    spread = np.std([np.log1p(-each.value(name)) for each in many], ddof=1)
    ends = {
        n: [np.log1p(-x) for x in (found[name].lower, found.value(name), found[name].upper)]
        for n, found in (("small", small), ("large", large))
    }
    low, value, high = ends["large"]
    assert (low - value) / 1.96 == pytest.approx(spread, rel=0.3)
    assert (value - high) / (low - value) == pytest.approx(1.0, abs=0.3)
    low, value, high = ends["small"]
    assert value - high > 1.2 * (low - value)


def test_ordinal_alphas_interval_from_influence_is_that_of_leaving_out() -> None:
    module = __import__(ordinal_alpha.__module__, fromlist=["EXACT_UP_TO"])
    name = "ordinal_alpha_of_latent_responses"
    values = ordered(200, [0.8, 0.7, 0.6, 0.7])
    exact = ordinal_alpha(values, categories=CATEGORIES)[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXACT_UP_TO", 0)
        other = ordinal_alpha(values, categories=CATEGORIES)[name]
    assert (exact.lower, exact.upper) == pytest.approx((other.lower, other.upper), abs=0.01)


def test_factorability_of_uncorrelated_items_is_poor_and_of_alike_ones_good() -> None:
    rng = np.random.default_rng(1)
    nothing = factorability(rng.integers(0, 5, (500, 6)), categories=CATEGORIES)
    something = factorability(ordered(500, [0.8] * 6), categories=CATEGORIES)
    assert nothing.kmo < 0.6 < 0.85 < something.kmo
    assert nothing.bartlett_p > 0.01 > something.bartlett_p


def test_hierarchical_omega_of_latent_responses_has_the_interval_of_leaving_persons_out() -> None:
    """Every person's polychoric correlations, factors, rotation and omegas anew, against the delta method."""
    rng = np.random.default_rng(2)
    general, group = rng.normal(size=(150, 1)), np.repeat(rng.normal(size=(150, 2)), 3, axis=1)
    values = np.digitize(0.7 * general + 0.5 * group + 0.6 * rng.normal(size=(150, 6)), [-0.8, 0.0, 0.8])
    found = omega_schmid_leiman(values, n_factors=2, correlation="polychoric", categories=range(4))

    def total(R: np.ndarray) -> float:
        rotated = oblimin(minres(R, 2).loadings)
        solution = schmid_leiman(rotated.loadings, rotated.phi)
        return float(omegas(R, solution.general, solution.communalities)[0])

    brute = without_each(lambda x: total(polychoric(x, 4).R), values)
    low, high = log1m_jackknife(total(polychoric(values, 4).R), brute)
    e = found["omega_total_of_latent_responses"]
    assert (e.lower, e.upper) == pytest.approx((low, high), abs=0.01)

"""How many factors: criteria against their definitions, chance against drawing it, and bad input."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import propsych as pp
from propsych.errors import AnalysisError
from propsych.kernels.chance import (
    normal_correlations,
    resampled_correlations,
    shuffled_polychorics,
    simulated_polychorics,
)
from propsych.kernels.mardia import mardia
from propsych.kernels.number_of_factors import (
    average_partials,
    common_roots,
    component_roots,
    first_below,
    very_simple_structure,
)
from propsych.kernels.polychoric import polychoric
from propsych.plotting import to_svg
from tests.consistency_data import clusters, ordered, thurstone

FIVE = range(5)


def two_factors(n: int = 400) -> np.ndarray:
    return clusters(n, (5, 5), 0.75)


def test_average_partials_are_the_partial_correlations_given_components() -> None:
    R = thurstone()
    found = average_partials(R, 3)
    off = ~np.eye(9, dtype=bool)
    assert found.squared[0] == pytest.approx(np.square(R[off]).mean())
    roots, vectors = np.linalg.eigh(R)
    for m in (1, 2, 3):
        left = R - (vectors[:, -m:] * roots[-m:]) @ vectors[:, -m:].T
        partial = (left / np.sqrt(np.outer(np.diag(left), np.diag(left))))[off]
        assert found.squared[m] == pytest.approx(np.square(partial).mean())
        assert found.fourth[m] == pytest.approx((partial**4).mean())


def test_average_partials_end_where_components_leave_nothing() -> None:
    assert np.isnan(average_partials(thurstone(), 9).squared[9])


def test_very_simple_structure_of_full_complexity_is_the_fit_of_the_model() -> None:
    R = thurstone()
    L = np.random.default_rng(1).normal(size=(9, 3)) * 0.4
    fits = very_simple_structure(R, L)
    assert fits[2] == pytest.approx(1.0 - np.square(R - L @ L.T).sum() / np.square(R).sum())
    largest = np.where(np.abs(L) == np.abs(L).max(axis=1, keepdims=True), L, 0.0)
    assert fits[0] == pytest.approx(1.0 - np.square(R - largest @ largest.T).sum() / np.square(R).sum())


def test_normal_correlations_are_distributed_as_those_of_drawn_answers() -> None:
    rng = np.random.default_rng(1)
    drawn = np.stack([np.corrcoef(rng.normal(size=(40, 5)).T) for _ in range(3000)])
    ours = normal_correlations(40, 5, 3000, seed=2)
    assert np.diagonal(ours, axis1=1, axis2=2) == pytest.approx(np.ones((3000, 5)))
    assert component_roots(ours).mean(axis=0) == pytest.approx(component_roots(drawn).mean(axis=0), abs=0.02)
    assert ours.std(axis=0)[0, 4] == pytest.approx(1 / np.sqrt(39), rel=0.06)
    assert ours.std(axis=0)[2, 3] == pytest.approx(1 / np.sqrt(39), rel=0.06)


@pytest.mark.parametrize("gaps", [False, True])
def test_shuffled_items_keep_their_answers_and_lose_their_correlations(gaps: bool) -> None:
    values = two_factors(300)
    if gaps:
        values[::7, 2] = np.nan
    R = resampled_correlations(values, 50, seed=1)
    assert np.abs(R.mean(axis=0) - np.eye(10)).max() < 0.05
    one = resampled_correlations(values, 1, seed=3)[0]
    assert np.linalg.eigvalsh(one)[0] > 0.3
    assert np.array_equal(R, resampled_correlations(values, 50, seed=1))


def test_polychoric_replicates_are_those_of_each_alone() -> None:
    positions = two_factors(200).astype(int)
    rng = np.random.default_rng(5)
    R = shuffled_polychorics(positions, 5, 3, seed=5)
    for replicate in R:
        order = np.argsort(rng.random((10, 200), dtype=np.float32), axis=1)
        shuffled = np.take_along_axis(positions.T, order, axis=1).T
        assert replicate == pytest.approx(polychoric(shuffled, 5).R, abs=1e-6)


def test_simulated_items_have_the_thresholds_of_the_data() -> None:
    thresholds = np.array([[-1.0, 1.0], [0.0, np.inf], [0.3, 0.3]])
    R = simulated_polychorics(thresholds, 400, 30, seed=1)
    assert R.shape == (30, 3, 3)
    assert np.abs(R.mean(axis=0) - np.eye(3)).max() < 0.08


def test_common_roots_have_the_communalities_in_the_diagonal() -> None:
    R = thurstone()
    smc = 1.0 - 1.0 / np.diag(np.linalg.inv(R))
    reduced = R - np.diag(1.0 - smc)
    assert common_roots(R, "smc").roots == pytest.approx(np.linalg.eigvalsh(reduced)[::-1])
    found = common_roots(R)
    assert found.converged
    # the first factor's root is its sum of squares, and the sum of all roots that of the communalities
    assert float(found.roots.sum()) == pytest.approx(float(found.roots[0]), rel=0.02)


@pytest.mark.parametrize(("values", "expected"), [([3, 2, 0.5], 2), ([0.5, 3, 3], 0), ([3, 3, 3], 3)])
def test_factors_are_counted_up_to_the_first_that_chance_gives_too(
    values: list[float], expected: int
) -> None:
    assert first_below(np.array(values, dtype=float), np.ones(3)) == expected


@pytest.mark.parametrize("correlation", ["pearson", "polychoric"])
def test_two_clusters_are_two_factors_by_every_criterion(correlation: Any) -> None:
    found = pp.number_of_factors(two_factors(), categories=FIVE, correlation=correlation, n_replicates=30)
    # a second loading of each item always helps a little, so complexity 2 goes on
    wanted = found.suggestions.drop(["bic", "sabic", "vss_2"])
    assert set(wanted) == {2}
    assert found.parallel.n_factors == 2
    assert found.kmo > 0.7
    assert found.table.index.tolist() == list(range(found.table.index[-1] + 1))
    assert "2" in str(found)
    assert "<svg" in to_svg(found.plot())


def test_criteria_that_disagree_are_said_to() -> None:
    rng = np.random.default_rng(4)
    data = np.digitize(rng.normal(size=(150, 12)), (-1.0, 0.0, 1.0))
    notes = " ".join(pp.number_of_factors(data, categories=range(4), n_replicates=20).notes())
    assert "disagree: from" in notes
    assert "KMO is below 0.5" in notes


def test_the_same_seed_gives_the_same_chance_and_few_replicates_are_doubted() -> None:
    first, second, other = (
        pp.parallel_analysis(two_factors(150), categories=FIVE, n_replicates=20, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first.table.equals(second.table)
    assert not first.table.equals(other.table)
    assert any("20 replicates" in note for note in first.notes())


@given(st.integers(0, 1000))
def test_eigenvalues_do_not_hang_on_the_order_of_items(seed: int) -> None:
    R = thurstone()
    order = np.random.default_rng(seed).permutation(9)
    turned = R[np.ix_(order, order)]
    assert common_roots(turned).roots == pytest.approx(common_roots(R).roots, abs=1e-8)
    assert average_partials(turned, 4).squared == pytest.approx(average_partials(R, 4).squared)


def test_correlations_given_are_compared_with_normal_items_only() -> None:
    frame = pd.DataFrame(thurstone())
    found = pp.parallel_analysis(frame, n_persons=213, n_replicates=50)
    assert not any("resampled" in name for name in found.suggestions.index)
    assert "<svg" in to_svg(found.plot())
    with pytest.raises(AnalysisError, match="cannot be imitated"):
        pp.parallel_analysis(frame, n_persons=213, correlation="polychoric")


def test_mardia_is_its_definition() -> None:
    x = np.random.default_rng(3).exponential(size=(60, 3))
    centred = x - x.mean(axis=0)
    D = centred @ np.linalg.inv(np.cov(x.T)) @ centred.T
    found = mardia(x)
    assert found.b1 == pytest.approx((D**3).mean())
    assert found.b2 == pytest.approx(np.square(np.diag(D)).mean())
    assert found.df == 10
    assert np.square(found.distances) == pytest.approx(np.diag(D))
    assert found.skewness_small > found.skewness


def test_mardia_rejects_under_the_null_as_often_as_it_says() -> None:
    rng = np.random.default_rng(8)
    p = np.array([mardia(rng.normal(size=(200, 3))).p_skewness_small for _ in range(400)])
    assert 0.02 < (p < 0.05).mean() < 0.09


def test_mardia_tells_what_follows() -> None:
    skewed = np.digitize(np.random.default_rng(1).exponential(size=(200, 4)), (0.5, 1, 2, 3))
    found = pp.mardia(skewed, categories=FIVE)
    assert "robust maximum likelihood" in " ".join(found.notes())
    assert len(found.distances) == found.sample.n_used == 200
    assert found.to_frame().loc["kurtosis", "normal"] == 24
    assert "<svg" in to_svg(found.plot())
    assert {r.statistic for r in found.records()} >= {"mardia_skewness", "mardia_kurtosis_p"}


GOOD = two_factors(100)
SAME = GOOD.copy()
SAME[:, 1] = SAME[:, 0]
STILL = GOOD.copy()
STILL[:, 1] = 2
BAD: list[tuple[Any, Any, dict[str, Any], str]] = [
    (pp.parallel_analysis, GOOD, {"n_replicates": 1}, "n_replicates is impossible"),
    (pp.parallel_analysis, GOOD, {"quantile": 95}, "the quantile is impossible"),
    (pp.parallel_analysis, GOOD, {"seed": -1}, "seed is impossible"),
    (pp.parallel_analysis, GOOD, {"communalities": "pca"}, "unknown communalities"),
    (pp.parallel_analysis, GOOD, {"correlation": "kendall"}, "unknown correlation"),
    (pp.parallel_analysis, STILL, {}, "gave the same answer"),
    (pp.parallel_analysis, GOOD[:8], {}, "more persons"),
    (
        pp.number_of_factors,
        GOOD,
        {"n_max": 7},
        "do not identify so many factors; got 7. Remedy: use at most 6",
    ),
    (pp.number_of_factors, GOOD, {"n_max": 0}, "n_max is impossible"),
    (pp.number_of_factors, GOOD[:, :2], {}, "at least three items"),
    (pp.mardia, SAME, {}, "one item follows from the others"),
    (pp.mardia, STILL, {}, "gave the same answer"),
    (pp.mardia, GOOD[:9], {}, "more persons"),
]


@pytest.mark.parametrize(("analysis", "data", "options", "words"), BAD)
def test_bad_input_is_refused_in_words(analysis: Any, data: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(AnalysisError, match=re.escape(words)):
        analysis(data, **{"categories": FIVE, **options})


def test_one_dimension_is_one_factor() -> None:
    data = ordered(500, [0.8, 0.7, 0.6, 0.75, 0.65, 0.7])
    assert pp.parallel_analysis(data, categories=FIVE, n_replicates=30).n_factors == 1

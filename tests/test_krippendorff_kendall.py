"""Krippendorff's alpha and Kendall's W: published examples, definitions, and persons left out one by one."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from propsych.kernels.agreement import agreement as agreement_kernel
from propsych.kernels.agreement import agreement_left_out
from propsych.kernels.agreement_weights import agreement_weights
from propsych.kernels.kendall_w import kendall_w as kendall_kernel
from propsych.kernels.kendall_w import kendall_w_left_out
from propsych.kernels.krippendorff import (
    METRICS,
    coincidences,
    krippendorff_left_out,
)
from propsych.kernels.krippendorff import krippendorff_alpha as alpha_kernel
from propsych.properties.reliability import agreement, kendall_w, krippendorff_alpha
from tests.rating_data import KRIPPENDORFF, positions, ratings

Floats = NDArray[np.float64]
GAPS = ratings(40, 4, 5, seed=1, gaps=0.3)


def alpha(values: Floats, metric: str, q: int = 5) -> float:
    return krippendorff_alpha(values, level_of_measurement=metric, categories=range(1, q + 1)).estimate


def test_krippendorff_2011_section_c() -> None:
    """Four observers, twelve units, gaps: nominal, ordinal, interval, ratio."""
    printed = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
    assert {metric: round(alpha(KRIPPENDORFF, metric), 3) for metric in METRICS} == printed
    result = krippendorff_alpha(KRIPPENDORFF, level_of_measurement="nominal", categories=range(1, 6))
    # 40 pairable ratings of 11 units: the twelfth has one rating
    assert (result.n_ratings, result.sample.n_used, result.sample.n_asked) == (40, 11, 12)


def test_krippendorff_2011_sections_a_and_b() -> None:
    """Two observers: ten binary units .095, twelve nominal ones .692."""
    a, b = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    data = np.column_stack([a, b])
    found = krippendorff_alpha(data, level_of_measurement="nominal", categories=[0, 1])
    assert round(found.estimate, 3) == 0.095
    one, other = "aabbdcccedda", "babbbccceddd"
    result = krippendorff_alpha(
        list(zip(one, other, strict=True)), level_of_measurement="nominal", categories=list("abcde")
    )
    assert round(result.estimate, 3) == 0.692


def test_coincidences_of_the_published_example() -> None:
    """Section C prints the matrix: 7, 4 + 1/3 + 1/3, ... with row sums 9, 13, 10, 5, 3."""
    matrix = coincidences(positions(KRIPPENDORFF), 5)
    np.testing.assert_allclose(matrix.sum(axis=0), [9, 13, 10, 5, 3])
    np.testing.assert_allclose(np.diag(matrix), [7, 10, 8, 4, 3])
    np.testing.assert_allclose(matrix, matrix.T)
    np.testing.assert_allclose(matrix[0], [7, 4 / 3, 1 / 3, 1 / 3, 0])


def by_definition(values: Floats, metric: str) -> float:
    """Return alpha from all pairs of ratings with the squared distances of section D."""
    rows = [[int(v) for v in row if not np.isnan(v)] for row in values]
    rows = [row for row in rows if len(row) > 1]
    every = [v for row in rows for v in row]

    def distance(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        if metric == "ordinal":
            between = sum(every.count(g) for g in range(low, high + 1))
            return (between - (every.count(low) + every.count(high)) / 2) ** 2 if a != b else 0.0
        return {"nominal": float(a != b), "interval": (a - b) ** 2, "ratio": ((a - b) / (a + b)) ** 2}[metric]

    seen = sum(sum(distance(a, b) for a, b in permutations(row, 2)) / (len(row) - 1) for row in rows)
    expected = sum(distance(a, b) for a, b in permutations(every, 2)) / (len(every) - 1)
    return 1 - seen / expected


@pytest.mark.parametrize("metric", METRICS)
def test_alpha_and_each_unit_left_out_by_the_definition(metric: str) -> None:
    assert alpha(GAPS, metric) == pytest.approx(by_definition(GAPS, metric), rel=1e-10)
    pairable = np.flatnonzero((~np.isnan(GAPS)).sum(axis=1) >= 2)
    brute = [by_definition(np.delete(GAPS, i, axis=0), metric) for i in pairable]
    left = krippendorff_left_out(positions(GAPS), np.arange(1.0, 6.0), metric)
    np.testing.assert_allclose(left, brute, rtol=1e-9)


def test_alpha_with_weights_is_alpha_with_the_metric_where_the_two_are_one() -> None:
    """Nominal and unweighted, interval and quadratic; the ordinal ones are two things, as documented."""
    for metric, kind in (("nominal", "unweighted"), ("interval", "quadratic")):
        weights = agreement_weights(np.arange(1.0, 6.0), kind)
        assert float(agreement_kernel(positions(GAPS), weights).estimate[5]) == pytest.approx(
            alpha(GAPS, metric), rel=1e-12
        )
    gwet = agreement(KRIPPENDORFF, categories=range(1, 6), weights="ordinal")["krippendorff_alpha"].value
    assert round(gwet, 3) == 0.834
    assert round(alpha(KRIPPENDORFF, "ordinal"), 3) == 0.815


def test_alpha_of_chance_is_0_and_of_opposites_below() -> None:
    rng = np.random.default_rng(2)
    values = rng.integers(1, 4, (3000, 3)).astype(float)
    assert abs(alpha(values, "nominal", 3)) < 0.03
    opposite = np.array([[1, 2], [2, 1]] * 20, dtype=float)
    # every pair disagrees: 1 - 1 / (n / (2 (n - 1)) ) for n ratings
    n = opposite.size
    assert alpha(opposite, "nominal", 2) == pytest.approx(1 - 2 * (n - 1) / n)


def test_alpha_without_disagreement_has_no_interval() -> None:
    result = krippendorff_alpha(
        np.repeat(GAPS[:, :1], 2, axis=1), level_of_measurement="ordinal", categories=range(1, 6)
    )
    assert result.estimate == 1.0
    assert np.isnan(result.interval).all()
    assert any("Nobody disagrees" in note for note in result.notes())
    assert np.isnan(alpha_kernel(np.zeros((4, 2), dtype=np.int64), np.arange(3.0)).alpha)
    with pytest.raises(ValueError, match="unknown metric"):
        alpha_kernel(positions(GAPS), np.arange(5.0), "cubic")


# Kendall's W


def test_siegel_1956_three_executives_rank_six_applicants() -> None:
    """W is .16."""
    ranks = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]).T
    result = kendall_w(ranks)
    assert round(result.estimate, 2) == 0.16
    # S = 25.5 around the mean rank sum of 10.5
    assert result.estimate == pytest.approx(12 * 25.5 / (3**2 * (6**3 - 6)))
    assert (result.chi2, result.df) == (pytest.approx(3 * 5 * result.estimate), 5)
    assert result.p == pytest.approx(stats.chi2.sf(result.chi2, 5))


def test_w_is_the_friedman_statistic_also_with_ties() -> None:
    """scipy's Friedman test corrects for ties: chi2 = r (n - 1) W."""
    for values in (ratings(20, 4, 5, seed=3), np.random.default_rng(4).normal(size=(20, 4))):
        result = kendall_w(values)
        found = stats.friedmanchisquare(*values)  # scipy's blocks are the raters, its treatments the persons
        assert result.chi2 == pytest.approx(found.statistic, rel=1e-10)
        assert result.p == pytest.approx(found.pvalue, rel=1e-8)
    tied = ratings(20, 4, 5, seed=3)
    assert kendall_w(tied).uncorrected < kendall_w(tied).estimate


def test_w_without_ties_is_the_mean_rank_correlation() -> None:
    values = np.random.default_rng(5).normal(size=(25, 4)) + np.arange(25)[:, None] / 5
    rho = [stats.spearmanr(values[:, a], values[:, b]).statistic for a, b in combinations(range(4), 2)]
    result = kendall_w(values)
    assert result.mean_spearman == pytest.approx(np.mean(rho))
    assert result.estimate == pytest.approx((1 + 3 * np.mean(rho)) / 4)
    assert result.uncorrected == pytest.approx(result.estimate)


@pytest.mark.parametrize(
    "values",
    [ratings(30, 3, 4, seed=6), np.random.default_rng(7).normal(size=(12, 2)), ratings(8, 6, 2, seed=8)],
    ids=["tied", "no ties", "two values"],
)
def test_w_with_each_person_left_out(values: Floats) -> None:
    brute = [kendall_kernel(np.delete(values, i, axis=0)).w for i in range(len(values))]
    np.testing.assert_allclose(kendall_w_left_out(values), brute, rtol=1e-10)


def test_blocks_of_persons_give_the_same_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by working in blocks; here of a few persons."""
    values, places = ratings(30, 3, 4, seed=6), positions(GAPS)

    def left_out() -> list[Floats]:
        scores = np.arange(5.0)
        alphas = krippendorff_left_out(places, scores)
        return [kendall_w_left_out(values), alphas, agreement_left_out(places, agreement_weights(scores))]

    whole = left_out()
    for room in ("kendall_w", "krippendorff", "agreement"):
        monkeypatch.setattr(f"propsych.kernels.{room}.CHUNK", 7 * 90)
    for one, other in zip(whole, left_out(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_w_ends_at_0_and_1() -> None:
    """The interval went below 0, and opposite orders were said to be the same."""
    few = kendall_w([[1, 2], [2, 1], [3, 4]])
    assert few.interval[0] == 0.0
    assert few.intervals["jackknife"].method.endswith("cut at 0")
    x = np.arange(20.0)
    same, opposite = kendall_w(np.column_stack([x, 3 * x])), kendall_w(np.column_stack([x, -x]))
    assert (same.estimate, opposite.estimate) == (1.0, 0.0)
    assert np.isnan([same.interval, opposite.interval]).all()
    assert any("All raters have the same order" in note for note in same.notes())
    assert not any("All raters have the same order" in note for note in opposite.notes())
    assert any("There is no interval" in note for note in opposite.notes())

"""Cohen's kappa against published tables, numeric derivatives, and persons left out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from propsych.kernels.agreement_weights import WEIGHTS, agreement_weights
from propsych.kernels.icc import icc_from_mean_squares, mean_squares
from propsych.kernels.kappa import cross_table, kappa, kappa_jackknife, kappa_left_out
from propsych.properties.reliability import cohen_kappa, weighted_kappa
from tests.rating_data import FLEISS_COHEN_EVERITT, positions, ratings

Floats = NDArray[np.float64]
FIVE = ratings(80, 2, 5, seed=1)


def persons(table: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the two ratings of each person in a table of counts."""
    row, column = np.nonzero(table)
    counts = table[row, column].astype(int)
    return np.repeat(row, counts), np.repeat(column, counts)


def test_fleiss_cohen_everitt_1969() -> None:
    """Kappa, its variance, and its variance where kappa is 0: unweighted, and weighted as printed there."""
    plain = kappa(FLEISS_COHEN_EVERITT, np.eye(3))
    assert [round(float(x), 6) for x in (plain.kappa, plain.se**2, plain.se_null**2)] == [
        0.428571,
        0.002885,
        0.003082,
    ]
    weights = np.array([[1.0, 0.0, 0.4444], [0.0, 1.0, 0.6667], [0.4444, 0.6667, 1.0]])
    found = kappa(FLEISS_COHEN_EVERITT, weights)
    assert [round(float(x), 6) for x in (found.kappa, found.se**2, found.se_null**2)] == [
        0.50707,
        0.003248,
        0.004269,
    ]


def test_fleiss_levin_paik_2003_table_18_2() -> None:
    """Psychotic, neurotic, organic: kappa .68, standard error .087, under no agreement .076."""
    table = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    a, b = persons(table)
    result = cohen_kappa(a, b, categories=range(3), interval="delta")
    assert round(result.estimate, 2) == 0.68
    assert (round(result.se, 3), round(result.se_null, 3)) == (0.088, 0.076)
    assert (round(result.observed, 2), round(result.expected, 2)) == (0.89, 0.66)
    # the book takes the rounded .087
    assert [round(end, 2) for end in result.interval] == [0.50, 0.85]
    np.testing.assert_array_equal(result.table, table)


def test_cohen_1968() -> None:
    """Kappa .492, and .348 with weights of disagreement 0 to 6."""
    table = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]]) * 200
    disagreement = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert round(float(kappa(table, np.eye(3)).kappa), 3) == 0.492
    assert round(float(kappa(table, 1 - disagreement / 6).kappa), 3) == 0.348


def kappa_of(p: Floats, weights: Floats) -> float:
    chance = p.sum(axis=1) @ weights @ p.sum(axis=0)
    return float(((p * weights).sum() - chance) / (1 - chance))


@pytest.mark.parametrize("kind", WEIGHTS)
def test_both_standard_errors_by_the_delta_method(kind: str) -> None:
    """Central differences of kappa with respect to each cell; multinomial variance of the cells."""
    table = cross_table(*positions(FIVE).T, 5)
    weights = agreement_weights(np.arange(1.0, 6.0), kind)
    n = table.sum()
    fit = kappa(table, weights)

    def delta(p: Floats) -> float:
        slope, step = np.empty_like(p), 1e-6
        for i, j in np.ndindex(p.shape):
            moved = np.zeros_like(p)
            moved[i, j] = step
            # shares that no longer sum to 1 are no shares: scale them
            up, down = (p + moved) / (1 + step), (p - moved) / (1 - step)
            slope[i, j] = (kappa_of(up, weights) - kappa_of(down, weights)) / (2 * step)
        return float(np.sqrt(((p * slope**2).sum() - (p * slope).sum() ** 2) / n))

    assert float(fit.se) == pytest.approx(delta(table / n), rel=1e-6)
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / n**2
    assert float(fit.se_null) == pytest.approx(delta(chance), rel=1e-6)


@pytest.mark.parametrize("kind", ["unweighted", "linear", "quadratic"])
def test_each_person_left_out(kind: str) -> None:
    a, b = positions(FIVE).T
    weights = agreement_weights(np.arange(5.0), kind)
    table = cross_table(a, b, 5)
    brute = np.array(
        [float(kappa(cross_table(np.delete(a, i), np.delete(b, i), 5), weights).kappa) for i in range(len(a))]
    )
    np.testing.assert_allclose(kappa_left_out(table, weights)[a, b], brute, rtol=1e-10)
    assert np.isnan(kappa_left_out(table, weights)[table == 0]).all()
    found = kappa_jackknife(table, weights)
    n, d = len(a), brute - brute.mean()
    assert float(found.se) == pytest.approx(np.sqrt((n - 1) / n * (d**2).sum()), rel=1e-8)
    assert float(found.df) == pytest.approx(
        min(2 * n / (stats.kurtosis(brute, fisher=False) - 1), n - 1), rel=1e-6
    )
    result = weighted_kappa(a, b, weights=kind, categories=range(5), level=0.9)
    half = stats.t.ppf(0.95, float(found.df)) * float(found.se) / (1 - result.estimate**2)
    expected = np.tanh(np.arctanh(result.estimate) + np.array([-half, half]))
    np.testing.assert_allclose(result.interval, expected, rtol=1e-8)


def test_many_tables_at_once() -> None:
    tables = np.random.default_rng(2).integers(0, 9, (4, 3, 3)).astype(float)
    weights = agreement_weights(np.arange(3.0), "linear")
    stacked = kappa(tables, weights)
    for i, table in enumerate(tables):
        for part, one in zip(stacked, kappa(table, weights), strict=True):
            np.testing.assert_allclose(part[i], one)


def test_quadratic_kappa_is_the_intraclass_correlation_of_agreement() -> None:
    """Fleiss & Cohen (1973): equal but for (n - 1) / n; exactly with variances over n."""
    values = FIVE
    n = len(values)
    found = weighted_kappa(*values.T, categories=range(1, 6), weights="quadratic").estimate
    assert found == pytest.approx(icc_from_mean_squares(mean_squares(values))[1], abs=1.5 / n)
    x, y = values.T
    expected = 2 * np.cov(x, y, ddof=0)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_category_that_nobody_used_changes_what_it_should() -> None:
    """Not the unweighted kappa; weights are distances over the declared range."""
    a, b = FIVE.T
    five, ten = range(1, 6), range(1, 11)
    assert cohen_kappa(a, b, categories=ten).estimate == pytest.approx(
        cohen_kappa(a, b, categories=five).estimate
    )
    for kind in ("linear", "quadratic"):  # kappa of disagreements is free of their scale
        few, many = (weighted_kappa(a, b, categories=c, weights=kind) for c in (five, ten))
        assert few.estimate == pytest.approx(many.estimate)
        assert few.expected != pytest.approx(many.expected)
    circular = [weighted_kappa(a, b, categories=c, weights="circular").estimate for c in (five, ten)]
    assert abs(circular[0] - circular[1]) > 0.01
    assert cohen_kappa(a, b, categories=ten).table.shape == (10, 10)


def test_the_scores_of_the_categories_are_the_numbers_or_their_places() -> None:
    a, b = FIVE.T
    text = {k: name for k, name in enumerate(["never", "seldom", "often", "mostly", "always"], start=1)}
    worded = weighted_kappa([text[k] for k in a], [text[k] for k in b], categories=list(text.values()))
    assert worded.estimate == pytest.approx(weighted_kappa(a, b, categories=range(1, 6)).estimate)
    far = {1: 0, 2: 1, 3: 2, 4: 3, 5: 100}
    spread = weighted_kappa([far[k] for k in a], [far[k] for k in b], categories=list(far.values()))
    assert abs(spread.estimate - worded.estimate) > 0.05
    assert spread.weight_matrix.iloc[0, 4] == 0.0


@pytest.mark.parametrize("kind", WEIGHTS)
def test_weights_are_1_for_the_same_category_and_0_for_the_worst_miss(kind: str) -> None:
    W = agreement_weights([1, 2, 3, 4, 5], kind)
    np.testing.assert_array_equal(np.diag(W), np.ones(5))
    np.testing.assert_array_equal(W, W.T)
    assert W.min() == 0.0
    assert agreement_weights([3.0], kind).tolist() == [[1.0]]


def test_weights_by_their_formulas() -> None:
    """Gwet (2014), chapter 3; the ordinal ones count pairs of categories that lie between."""
    assert agreement_weights(range(4), "linear")[0].tolist() == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert agreement_weights(range(4), "quadratic")[0].tolist() == pytest.approx([1, 8 / 9, 5 / 9, 0])
    assert agreement_weights(range(4), "ordinal")[0].tolist() == pytest.approx([1, 5 / 6, 3 / 6, 0])
    assert agreement_weights(range(4), "radical")[0, 1] == pytest.approx(1 - np.sqrt(1 / 3))
    assert agreement_weights([1, 2, 3], "ratio")[0, 1] == pytest.approx(1 - (1 / 3) ** 2 / (2 / 4) ** 2)
    circular = agreement_weights([1, 2, 3, 4], "circular")
    assert circular[0, 3] == pytest.approx(circular[0, 1])
    with pytest.raises(ValueError, match="unknown weights"):
        agreement_weights([1, 2], "cubic")


# What was a certainty of [x, x] before it was looked for.


def test_without_exception_there_is_no_interval() -> None:
    whole = cohen_kappa([1, 2, 3] * 20, [1, 2, 3] * 20, categories=[1, 2, 3])
    never = cohen_kappa([1, 2] * 20, [2, 1] * 20, categories=[1, 2])
    one = cohen_kappa([1] * 50, [2] + [1] * 49, categories=[1, 2])
    for result, value in ((whole, 1.0), (never, -1.0), (one, 0.0)):
        assert result.estimate == pytest.approx(value, abs=1e-12)
        assert all(e.lower is None and e.upper is None for e in result.intervals.values())
        assert np.isnan(result.interval).all()
        assert "no interval" in result.intervals["delta"].method
    assert "nothing varies" in whole.intervals["jackknife"].method
    assert "without some person" in one.intervals["jackknife"].method
    assert any("Nobody disagrees" in note for note in whole.notes())
    assert any("Only 1 person has ratings that disagree" in note for note in one.notes())


def test_an_interval_that_passes_the_end_is_cut_and_says_so() -> None:
    table = np.diag([20, 20]) + np.array([[0, 1], [0, 0]])
    found = cohen_kappa(*persons(table), categories=range(2), interval="delta")
    assert found.interval[1] == 1.0
    assert found.intervals["delta"].method.endswith("cut at 1")


def test_percent_agreement_has_wilsons_interval() -> None:
    result = cohen_kappa([1, 2, 1, 2, 1, 2, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2, 1, 2, 1, 1], categories=[1, 2])
    share = {r.statistic: r.estimate for r in result.records()}["percent_agreement"]
    assert share.value == 0.9
    # Newcombe (1998): 9 of 10
    assert (round(share.lower or 0, 4), round(share.upper or 0, 4)) == (0.5958, 0.9821)

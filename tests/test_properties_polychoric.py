"""Polychoric correlations as a user calls them: invariances, rules for sparse tables, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

import propsych as pp
from propsych.errors import AnalysisError, CategoriesObservedWarning
from propsych.kernels.pair_tables import pair_tables
from propsych.kernels.polychoric import corners, polychoric, polychoric_errors, saturated_log_likelihood
from propsych.kernels.polychoric_joint import joint_polychoric
from propsych.kernels.polychoric_search import probabilities
from propsych.plotting import to_svg
from tests.consistency_data import ordered

LOADINGS = [0.8, 0.7, 0.6]
FIVE = range(5)


def answers(n: int = 300, seed: int = 0, share: float = 0.0) -> np.ndarray:
    values = ordered(n, LOADINGS, seed).astype(float)
    values[np.random.default_rng(seed).random(values.shape) < share] = np.nan
    return values


def table(counts: list[list[int]]) -> np.ndarray:
    return np.array([[i, j] for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)])


@given(st.integers(0, 10_000), st.sampled_from(["two_step", "ml"]))
@settings(max_examples=15)
def test_order_labels_direction_and_unused_categories(seed: int, method: Any) -> None:
    rng = np.random.default_rng(seed)
    x = answers(150, seed, 0.05)
    base = pp.polychoric(x, categories=FIVE, method=method)
    R, se = base.matrix.to_numpy(), base.se.to_numpy()
    assert (np.isnan(R) | (np.abs(R) <= 1)).all()
    again = pp.polychoric(rng.permutation(x), categories=FIVE, method=method)
    assert again.matrix.to_numpy() == pytest.approx(R, abs=1e-7, nan_ok=True)
    assert again.se.to_numpy() == pytest.approx(se, rel=1e-4, abs=1e-7, nan_ok=True)
    items = rng.permutation(3)
    moved = pp.polychoric(x[:, items], categories=FIVE, method=method)
    assert moved.matrix.to_numpy() == pytest.approx(R[np.ix_(items, items)], abs=1e-7, nan_ok=True)
    other = pp.polychoric(10 * x + 3, categories=[3, 13, 23, 33, 43], method=method)
    assert other.matrix.to_numpy() == pytest.approx(R, abs=1e-7, nan_ok=True)
    assert pp.polychoric(x, categories=range(-2, 9), method=method).matrix.to_numpy() == pytest.approx(
        R, abs=1e-7, nan_ok=True
    )
    turned = x.copy()
    turned[:, 1] = 4 - turned[:, 1]
    sign = np.outer([1, -1, 1], [1, -1, 1])
    reversed_ = pp.polychoric(turned, categories=FIVE, method=method)
    assert reversed_.matrix.to_numpy() == pytest.approx(R * sign, abs=1e-7, nan_ok=True)
    assert reversed_.se.to_numpy() == pytest.approx(se, rel=1e-4, abs=1e-7, nan_ok=True)


def test_a_declared_reversal_counts() -> None:
    x = answers()
    falling = pp.polychoric(x, categories=[4, 3, 2, 1, 0])
    assert falling.matrix.equals(pp.polychoric(x, categories=FIVE).matrix)
    frame = pd.DataFrame(x, columns=["a", "b", "c"])
    frame["b"] = pd.Categorical(frame["b"], categories=[4.0, 3.0, 2.0, 1.0, 0.0], ordered=True)
    frame["a"] = pd.Categorical(frame["a"], categories=[0.0, 1.0, 2.0, 3.0, 4.0], ordered=True)
    frame["c"] = pd.Categorical(frame["c"], categories=[0.0, 1.0, 2.0, 3.0, 4.0], ordered=True)
    assert pp.polychoric(frame).matrix.to_numpy() == pytest.approx(falling.matrix.to_numpy())


def test_listwise_is_the_complete_persons_and_pairwise_says_who_is_behind_each() -> None:
    x = answers(400, 2, 0.1)
    whole = x[~np.isnan(x).any(axis=1)]
    listwise = pp.polychoric(x, categories=FIVE, missing="listwise")
    assert listwise.matrix.equals(pp.polychoric(whole, categories=FIVE).matrix)
    assert listwise.sample.n_used == len(whole)
    pairwise = pp.polychoric(x, categories=FIVE)
    assert pairwise.n.loc["x1", "x2"] == (~np.isnan(x[:, :2]).any(axis=1)).sum()
    assert pairwise.n.loc["x3", "x3"] == (~np.isnan(x[:, 2])).sum()
    assert pairwise.sample.n_used == (~np.isnan(x).all(axis=1)).sum()


def test_joint_estimates_are_where_an_optimiser_finds_the_likelihood_largest() -> None:
    positions = np.minimum(answers(200, 3).astype(int), 2)[:, :2]
    counts = pair_tables(positions, 3).counts
    found = joint_polychoric(counts)

    def loss(z: np.ndarray) -> float:
        a, b = corners(z[None, 1:3]), corners(z[None, 3:])
        p, _ = probabilities(a, b, np.tanh(z[:1]))
        return -float((counts * np.log(p)).sum())

    start = np.r_[0.3, found.first[0] + 0.1, found.second[0] - 0.1]
    best = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-7})
    assert np.tanh(best.x[0]) == pytest.approx(found.rho[0], abs=1e-5)
    assert best.x[1:] == pytest.approx(np.r_[found.first[0], found.second[0]], abs=1e-5)
    assert found.log_likelihood[0] == pytest.approx(-best.fun, abs=1e-8)

    def minus(z: np.ndarray) -> float:
        return loss(np.r_[np.arctanh(z[0]), z[1:]])

    at, h = np.r_[found.rho[0], found.first[0], found.second[0]], 1e-3
    hessian = np.empty((5, 5))
    for i in range(5):
        for j in range(5):
            u, v = h * np.eye(5)[i], h * np.eye(5)[j]
            hessian[i, j] = (
                minus(at + u + v) - minus(at + u - v) - minus(at - u + v) + minus(at - u - v)
            ) / 4e-6
    assert found.covariance[0] == pytest.approx(np.linalg.inv(hessian), rel=1e-3, abs=1e-6)


def test_a_table_of_two_by_two_has_the_same_estimate_in_both_ways() -> None:
    x = (answers(300, 4) > 2).astype(int)
    two = pp.polychoric(x, categories=range(2))
    ml = pp.polychoric(x, categories=range(2), method="ml")
    assert set(two.pairs["kind"]) == {"tetrachoric"}
    assert two.title == "Tetrachoric correlations: items"
    assert ml.matrix.to_numpy() == pytest.approx(two.matrix.to_numpy(), abs=1e-7)
    assert ml.se.to_numpy() == pytest.approx(two.se.to_numpy(), rel=1e-4)
    assert two.pairs["p"].isna().all()


def test_the_test_of_normality_is_a_likelihood_ratio() -> None:
    found = pp.polychoric(answers(), categories=FIVE, method="ml").pairs
    tables = pair_tables(answers().astype(int), 5)
    joint = joint_polychoric(tables.counts)
    expected = 2 * (saturated_log_likelihood(tables.counts) - joint.log_likelihood)
    assert found["chi2"].to_numpy() == pytest.approx(expected)
    assert found["df"].tolist() == [15, 15, 15]


def test_standard_errors_are_those_of_the_replications() -> None:
    """400 samples of 250 persons with a third of one item's answers missing: an SD known to 3.5 %."""
    rng = np.random.default_rng(8)
    rho = 0.6
    two_step, counts = [], []
    for _ in range(400):
        latent = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=250)
        positions = np.digitize(latent, [-0.6, 0.5])
        positions[rng.random(250) < 1 / 3, 1] = -1
        fit = polychoric(positions, 3)
        two_step.append((fit.R[0, 1], polychoric_errors(fit).correlations[0]))
        counts.append(fit.tables.counts[0])
    joint = joint_polychoric(np.stack(counts))
    for r, se in (np.array(two_step).T, (joint.rho, np.sqrt(joint.covariance[:, 0, 0]))):
        assert r.mean() == pytest.approx(rho, abs=0.01)
        assert se.mean() == pytest.approx(r.std(), rel=0.1)
        reach = 1.96 * se / (1 - r**2)
        assert 0.92 <= (np.abs(np.arctanh(r) - np.arctanh(rho)) < reach).mean() <= 0.98


@pytest.mark.parametrize("method", ["two_step", "ml"])
def test_a_pair_that_is_not_identified_has_no_number_and_is_named(method: Any) -> None:
    x = table([[10, 0], [5, 20]])
    x = np.column_stack([x, np.arange(len(x)) % 2])
    found = pp.polychoric(x, categories=range(2), method=method)
    assert np.isnan(found.matrix.loc["x1", "x2"])
    assert np.isnan(found.se.loc["x1", "x2"])
    assert np.isfinite(found.matrix.loc["x1", "x3"])
    assert any("Not identified" in note and "x1 and x2" in note for note in found.notes())
    estimate = found.estimate("x2", "x1")
    assert estimate.value is None
    assert "not identified" in estimate.method
    corrected = pp.polychoric(x, categories=range(2), correct=0.5, method=method)
    assert 0.5 < corrected.matrix.loc["x1", "x2"] < 1
    assert any("0.5 was added" in note for note in corrected.notes())


def test_nobody_answered_both() -> None:
    x = answers(60)
    x[:30, 0], x[30:, 1] = np.nan, np.nan
    found = pp.polychoric(x, categories=FIVE)
    assert np.isnan(found.matrix.loc["x1", "x2"])
    assert found.n.loc["x1", "x2"] == 0
    assert found.pairs["r"].notna().tolist() == [False, True, True]
    assert any("nobody answered both" in note for note in found.notes())


def test_an_indefinite_matrix_is_named_and_smoothed_on_demand() -> None:
    x = answers(60, 5)
    x[:20, 0], x[20:40, 1], x[40:, 2] = np.nan, np.nan, np.nan
    x[40:, 1], x[20:40, 2], x[:20, 2] = x[40:, 0], x[20:40, 0], 4 - x[:20, 1]
    x[::7] = np.random.default_rng(1).integers(0, 5, (9, 3))
    found = pp.polychoric(x, categories=FIVE)
    assert found.smallest_root < 0
    assert not found.smoothed
    assert any("not positive definite" in note and "smooth=True" in note for note in found.notes())
    smoothed = pp.polychoric(x, categories=FIVE, smooth=True)
    assert smoothed.smoothed
    assert np.linalg.eigvalsh(smoothed.matrix.to_numpy())[0] > 0
    assert np.diag(smoothed.matrix).tolist() == [1.0, 1.0, 1.0]
    assert any("was smoothed" in note for note in smoothed.notes())
    assert smoothed.pairs["r"].tolist() == found.pairs["r"].tolist()


def test_what_a_result_holds() -> None:
    x = answers()
    found = pp.polychoric(x, categories=range(6))
    assert found.to_frame().equals(found.matrix)
    assert found.thresholds.shape == (3, 5)
    assert np.isposinf(found.thresholds["t5"]).all()
    assert any("nobody chose were left out: x1 (1), x2 (1), x3 (1)" in note for note in found.notes())
    records = list(found.records())
    assert [record.id for record in records] == [
        "structure/x1/all/r_x2",
        "structure/x1/all/r_x3",
        "structure/x2/all/r_x3",
    ]
    first = found.estimate("x1", "x2")
    assert records[0].estimate == first
    assert first.lower is not None
    assert first.lower < found.matrix.loc["x1", "x2"] < first.upper
    assert pp.polychoric(x, categories=FIVE, level=0.5).estimate("x1", "x2").lower > first.lower
    assert "x1" in to_svg(found.plot())
    assert "Polychoric correlations: items" in str(found)
    with pytest.raises(AnalysisError, match="no such pair"):
        found.estimate("x1", "x9")


def test_items_with_different_categories() -> None:
    x = answers()
    x[:, 0] = x[:, 0] > 2
    found = pp.polychoric(x, categories={"x1": range(2), "x2": FIVE, "x3": FIVE})
    assert found.thresholds.loc["x1"].notna().sum() == 1
    assert found.pairs["kind"].tolist() == ["polychoric"] * 3
    assert found.pairs["df"].tolist() == [3, 3, 15]


GOOD = answers(50)


@pytest.mark.parametrize(
    ("data", "arguments", "problem"),
    [
        (GOOD[:, :1], {}, "needs at least two items"),
        (np.column_stack([GOOD, np.full(50, 2.0)]), {}, "x4: everybody gave the same answer"),
        (np.column_stack([GOOD, np.full(50, np.nan)]), {}, "x4: nobody answered the item"),
        (np.where(GOOD == 1, 7, GOOD), {}, "no declared category"),
        (np.where(GOOD == 1, np.inf, GOOD), {}, "x1"),
        (GOOD[:0], {}, "no rows"),
        (GOOD.astype(str), {}, "text"),
        (GOOD, {"method": "fast"}, "unknown method"),
        (GOOD, {"missing": "available"}, "unknown missing rule"),
        (GOOD, {"correct": -1}, "the correction is impossible"),
        (GOOD, {"correct": True}, "the correction is impossible"),
        (GOOD, {"correct": np.nan}, "the correction is impossible"),
        (GOOD, {"level": 95}, "confidence level"),
        (
            np.where(np.arange(150).reshape(50, 3) % 3 == np.arange(50)[:, None] % 3, np.nan, GOOD),
            {"missing": "listwise"},
            "nobody answered the item among the persons with every answer",
        ),
    ],
)
def test_bad_input(data: np.ndarray, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(AnalysisError, match=problem):
        pp.polychoric(data, categories=FIVE, **arguments)


def test_observed_categories_are_said_to_be_observed() -> None:
    with pytest.warns(CategoriesObservedWarning):
        found = pp.polychoric(answers())
    assert found.sample.categories == "observed"

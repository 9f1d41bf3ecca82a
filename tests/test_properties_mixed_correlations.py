"""Mixed correlations: each pair by its declared kind, beside brute force and simulation; bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special

import propsych as pp
from propsych.errors import AnalysisError
from propsych.kernels.pair_tables import thresholds_from_counts
from propsych.kernels.polychoric_errors import threshold_shifts
from propsych.kernels.polyserial import polyserial_moments, standardised, two_step_polyserial
from propsych.kernels.polyserial_errors import joint_polyserial_errors, two_step_polyserial_errors
from propsych.kernels.polyserial_joint import joint_polyserial

CUTS = [-0.8, 0.1, 1.0]


def frame(n: int = 300, seed: int = 1, share: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) * [0.8, 0.7, 0.6, -0.7] + rng.normal(size=(n, 4)) * 0.7
    found = pd.DataFrame(
        {
            "x": 20 + 5 * latent[:, 0],
            "a": np.digitize(latent[:, 1], CUTS).astype(float),
            "y": latent[:, 2],
            "b": (latent[:, 3] > 0.3).astype(float),
        }
    )
    return found.mask(rng.random(found.shape) < share)


DECLARED: dict[str, Any] = {"continuous": ["x", "y"], "categories": {"a": range(4), "b": range(2)}}


def one_pair(n: int, rho: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    latent = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=n)
    return 3 + 2 * latent[:, :1], np.digitize(latent[:, 1:], CUTS)


def log_likelihood(z: np.ndarray, positions: np.ndarray, rho: float, tau: np.ndarray) -> float:
    ladder = np.r_[-np.inf, tau, np.inf]
    root = np.sqrt(1 - rho**2)
    upper, lower = ((ladder[positions + s] - rho * z) / root for s in (1, 0))
    return float(np.log(np.maximum(special.ndtr(upper) - special.ndtr(lower), 1e-300)).sum())


@pytest.mark.parametrize("rho", [-0.8, 0.1, 0.6])
def test_both_estimates_are_where_an_optimiser_finds_the_likelihood_largest(rho: float) -> None:
    x, positions = one_pair(200, rho, np.random.default_rng(3))
    z = standardised(x, np.ones_like(x, dtype=bool))
    tau = thresholds_from_counts(np.bincount(positions[:, 0], minlength=4)[None].astype(float))
    two = two_step_polyserial(z, positions, tau)
    best = optimize.minimize_scalar(
        lambda r: -log_likelihood(z[:, 0], positions[:, 0], r, tau[0]),
        bounds=(-0.99, 0.99),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert two.rho[0] == pytest.approx(best.x, abs=1e-6)
    assert two.value[0] == pytest.approx(-best.fun, abs=1e-8)
    h = 1e-3
    values = [log_likelihood(z[:, 0], positions[:, 0], two.rho[0] + s, tau[0]) for s in (h, 0, -h)]
    assert two.bend[0] == pytest.approx((values[0] - 2 * values[1] + values[2]) / h**2, rel=1e-3)

    joint = joint_polyserial(z, positions, 4)

    def loss(w: np.ndarray) -> float:
        return -log_likelihood(z[:, 0], positions[:, 0], float(np.tanh(w[0])), w[1:])

    found = optimize.minimize(loss, np.r_[np.arctanh(two.rho), tau[0]], method="BFGS", options={"gtol": 1e-6})
    assert np.tanh(found.x[0]) == pytest.approx(joint.rho[0], abs=1e-5)
    assert found.x[1:] == pytest.approx(joint.thresholds[0], abs=1e-5)
    assert joint.value[0] == pytest.approx(-found.fun, abs=1e-8)
    at = np.r_[joint.rho, joint.thresholds[0]]
    hessian = np.empty((4, 4))
    for i in range(4):
        for j in range(4):
            u, v = h * np.eye(4)[i], h * np.eye(4)[j]
            ends = [
                log_likelihood(z[:, 0], positions[:, 0], w[0], w[1:])
                for w in (at + u + v, at + u - v, at - u + v, at - u - v)
            ]
            hessian[i, j] = (ends[0] - ends[1] - ends[2] + ends[3]) / (4 * h**2)
    assert joint.covariance[0] == pytest.approx(np.linalg.inv(-hessian), rel=2e-3, abs=1e-6)


def test_of_two_categories_the_moments_give_the_biserial_correlation() -> None:
    """Pearson's formula: difference of means times p q over the ordinate and the SD."""
    x, positions = one_pair(400, 0.5, np.random.default_rng(4))
    two = np.minimum(positions, 1)
    share = two.mean()
    tau = thresholds_from_counts(np.bincount(two[:, 0], minlength=2)[None].astype(float))
    ordinate = np.exp(-(tau[0, 0] ** 2) / 2) / np.sqrt(2 * np.pi)
    expected = (x[two == 1].mean() - x[two == 0].mean()) * share * (1 - share) / ordinate / x.std()
    assert polyserial_moments(x, two, tau)[0] == pytest.approx(expected)


def test_standard_errors_are_those_of_the_replications() -> None:
    """400 samples of 250 persons, a quarter of the variable and a third of the item missing."""
    rng = np.random.default_rng(7)
    rho = 0.6
    samples = [one_pair(250, rho, rng) for _ in range(400)]
    x, positions = (np.concatenate(side, axis=1) for side in zip(*samples, strict=True))
    x[rng.random(x.shape) < 1 / 4] = np.nan
    positions[rng.random(positions.shape) < 1 / 3] = -1
    marginal = np.stack([(positions == c).sum(axis=0) for c in range(4)], axis=1).astype(float)
    thresholds = thresholds_from_counts(marginal)
    z = standardised(x, ~np.isnan(x))
    two = two_step_polyserial(z, positions, thresholds)
    errors = two_step_polyserial_errors(two, z, positions, threshold_shifts(marginal, thresholds))
    z = standardised(x, ~np.isnan(x) & (positions >= 0))
    joint = joint_polyserial(z, positions, 4)
    for r, se in ((two.rho, errors), (joint.rho, joint_polyserial_errors(joint, z, positions))):
        assert r.mean() == pytest.approx(rho, abs=0.01)
        assert se.mean() == pytest.approx(r.std(), rel=0.1)
        reach = 1.96 * se / (1 - r**2)
        assert 0.92 <= (np.abs(np.arctanh(r) - np.arctanh(rho)) < reach).mean() <= 0.98


def test_each_pair_is_what_its_own_analysis_gives() -> None:
    data = frame(share=0.1)
    found = pp.mixed_correlations(data, **DECLARED)
    assert found.kinds.loc["x"].tolist() == ["", "polyserial", "pearson", "biserial"]
    assert found.kinds.loc["a", "b"] == "polychoric"
    assert found.matrix.loc["x", "y"] == pytest.approx(data["x"].corr(data["y"]))
    only = pp.polychoric(data[["a", "b"]], categories={"a": range(4), "b": range(2)})
    assert found.matrix.loc["a", "b"] == pytest.approx(only.matrix.loc["a", "b"])
    assert found.se.loc["a", "b"] == pytest.approx(only.se.loc["a", "b"])
    assert found.n.loc["x", "b"] == data[["x", "b"]].notna().all(axis=1).sum()
    assert found.thresholds.loc["a"].tolist() == only.thresholds.loc["a"].tolist()
    assert found.thresholds.loc[["x", "y"]].isna().all(axis=None)
    assert found.title == "Polyserial and pearson and biserial and polychoric correlations: variables"
    listwise = pp.mixed_correlations(data, **DECLARED, missing="listwise")
    whole = pp.mixed_correlations(data.dropna(), **DECLARED)
    assert listwise.matrix.to_numpy() == pytest.approx(whole.matrix.to_numpy())
    assert listwise.sample.n_used == len(data.dropna())


def test_pearson_errors_are_those_of_fisher_for_normal_variables() -> None:
    found = pp.mixed_correlations(frame(20_000)[["x", "y"]], continuous=["x", "y"])
    r = found.matrix.loc["x", "y"]
    assert found.se.loc["x", "y"] == pytest.approx((1 - r**2) / np.sqrt(20_000), rel=0.03)


@given(st.integers(0, 10_000), st.sampled_from(["two_step", "ml"]))
@settings(max_examples=15)
def test_order_units_and_direction(seed: int, method: Any) -> None:
    rng = np.random.default_rng(seed)
    data = frame(120, seed, 0.05)
    base = pp.mixed_correlations(data, **DECLARED, method=method).matrix
    assert (base.isna() | (base.abs() <= 1)).all(axis=None)
    again = pp.mixed_correlations(data.iloc[rng.permutation(120)], **DECLARED, method=method).matrix
    assert again.to_numpy() == pytest.approx(base.to_numpy(), abs=1e-7, nan_ok=True)
    order = rng.permutation(4)
    moved = pp.mixed_correlations(data.iloc[:, order], **DECLARED, method=method).matrix
    assert moved.to_numpy() == pytest.approx(base.to_numpy()[np.ix_(order, order)], abs=1e-7, nan_ok=True)
    other = data.assign(x=-1000 * data["x"] + 7, a=3 - data["a"])
    sign = np.outer([-1, -1, 1, 1], [-1, -1, 1, 1])
    turned = pp.mixed_correlations(other, **DECLARED, method=method).matrix
    assert turned.to_numpy() == pytest.approx(base.to_numpy() * sign, abs=1e-7, nan_ok=True)
    wide = {"a": range(-1, 6), "b": range(2)}
    unused = pp.mixed_correlations(data, continuous=["x", "y"], categories=wide, method=method).matrix
    assert unused.to_numpy() == pytest.approx(base.to_numpy(), abs=1e-7, nan_ok=True)


def test_a_variable_that_separates_the_categories_is_not_identified() -> None:
    data = pd.DataFrame({"x": np.arange(60.0), "a": np.repeat([0.0, 1.0, 2.0], 20), "b": [0.0, 1.0] * 30})
    found = pp.mixed_correlations(data, continuous=["x"], categories=range(3), method="ml")
    assert np.isnan(found.matrix.loc["x", "a"])
    assert np.isfinite(found.matrix.loc["x", "b"])
    assert any("Not identified" in note and "x and a" in note for note in found.notes())
    # of two steps the thresholds are those of a normal variable, which this one is not
    two = pp.mixed_correlations(data, continuous=["x"], categories=range(3))
    assert two.matrix.loc["x", "a"] > 0.98


def test_a_dtype_declares_and_other_frames_read_alike() -> None:
    data = frame()
    typed = data.assign(
        a=pd.Categorical.from_codes(
            data["a"].astype(int), ["never", "seldom", "often", "always"], ordered=True
        )
    )
    expected = pp.mixed_correlations(data, **DECLARED).matrix
    found = pp.mixed_correlations(typed, continuous=["x", "y"], categories={"b": range(2)})
    assert found.matrix.equals(expected)
    assert pp.mixed_correlations(pl.from_pandas(data), **DECLARED).matrix.equals(expected)
    array = pp.mixed_correlations(
        data.to_numpy(), continuous=["x1", "x3"], categories={"x2": range(4), "x4": range(2)}
    )
    assert array.matrix.to_numpy().tolist() == expected.to_numpy().tolist()
    common = pp.mixed_correlations(typed, continuous=["x", "y"], categories=range(2))
    assert common.matrix.equals(expected)


GOOD = frame(60)


@pytest.mark.parametrize(
    ("data", "arguments", "problem"),
    [
        (
            GOOD,
            {"continuous": ["x"], "categories": {"a": range(4), "b": range(2)}},
            "y: nothing says whether",
        ),
        (GOOD, {"continuous": ["x", "y"]}, "a: nothing says whether"),
        (GOOD, {**DECLARED, "continuous": ["x", "y", "z"]}, "no such column: 'z'"),
        (GOOD, {**DECLARED, "categories": {**DECLARED["categories"], "z": [0, 1]}}, "no such column"),
        (GOOD, {**DECLARED, "continuous": "x"}, "list of columns"),
        (GOOD, {**DECLARED, "continuous": ["x", "y", "a"]}, "a: the column is declared continuous and has"),
        (GOOD.assign(x=np.inf), DECLARED, "x: the column holds 60 infinite numbers"),
        (GOOD.assign(x=np.nan), DECLARED, "x: nobody has a value"),
        (GOOD.assign(x=3.0), DECLARED, "x: everybody has the same value"),
        (GOOD.assign(a=3.0), DECLARED, "a: everybody gave the same answer"),
        (GOOD.assign(a=np.nan), DECLARED, "a: nobody answered"),
        (GOOD.assign(a=7.0), DECLARED, "a: 60 answers are no declared category"),
        (GOOD.assign(x="much"), DECLARED, "x: the column holds text"),
        (GOOD[["x"]], {"continuous": ["x"]}, "at least two variables"),
        (GOOD, {**DECLARED, "method": "moments"}, "unknown method"),
        (GOOD, {**DECLARED, "missing": "all"}, "unknown missing rule"),
        (GOOD, {**DECLARED, "correct": "no"}, "the correction is impossible"),
        (GOOD, {**DECLARED, "level": 0}, "confidence level"),
    ],
)
def test_bad_input(data: pd.DataFrame, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(AnalysisError, match=problem):
        pp.mixed_correlations(data, **arguments)


def test_nobody_has_both() -> None:
    data = frame(80)
    data.loc[:39, ["x", "y"]], data.loc[40:, ["a", "b"]] = np.nan, np.nan
    found = pp.mixed_correlations(data, **DECLARED)
    assert np.isnan(found.matrix.loc["x", "a"])
    assert np.isfinite(found.matrix.loc["x", "y"])
    assert np.isnan(pp.mixed_correlations(data, **DECLARED, method="ml").matrix.loc["x", "a"])


def test_items_of_a_questionnaire_are_ordered_throughout() -> None:
    from propsych.data.frames import as_item_data

    items = as_item_data(GOOD[["a", "b"]], categories={"a": range(4), "b": range(2)})
    found = pp.mixed_correlations(items)
    assert found.matrix.to_numpy() == pytest.approx(pp.polychoric(items).matrix.to_numpy())
    with pytest.raises(AnalysisError, match="hold ordered items only"):
        pp.mixed_correlations(items, continuous=["a"])

"""Intraclass correlations of ratings with gaps against a dense likelihood and, without gaps, mean squares."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize

from propsych.errors import AnalysisError
from propsych.kernels.icc import icc_from_mean_squares, mean_squares, spearman_brown
from propsych.kernels.variance_components import Layout, icc_reml, residual_sum_of_squares
from propsych.kernels.variance_components_left_out import icc_reml_left_out
from propsych.properties.reliability import icc
from propsych.properties.reliability.icc_missing import LAYOUTS
from tests.rating_data import NAN, SHROUT_FLEISS

Floats = NDArray[np.float64]


def gappy(n: int, k: int, seed: int, gaps: float = 0.2) -> Floats:
    rng = np.random.default_rng(seed)
    y = 50 + 8 * rng.normal(size=(n, 1)) + 3 * rng.normal(size=k) + 5 * rng.normal(size=(n, k))
    y[rng.random((n, k)) < gaps] = np.nan
    return y


def dense_log_likelihood(
    values: Floats, layout: Layout, persons: float, raters: float, error: float
) -> float:
    """Return the restricted Gaussian log-likelihood from the whole covariance matrix of the ratings."""
    row, column = np.nonzero(~np.isnan(values))
    y, k = values[row, column], values.shape[1]
    X = np.eye(k)[column] if layout == "raters fixed" else np.ones((len(y), 1))
    V = error * np.eye(len(y)) + persons * (row[:, None] == row)
    if layout == "raters random":
        V += raters * (column[:, None] == column)
    inverse = np.linalg.inv(V)
    information = X.T @ inverse @ X
    rest = y - X @ np.linalg.solve(information, X.T @ inverse @ y)
    log_det = np.linalg.slogdet(V)[1] + np.linalg.slogdet(information)[1]
    return float(-0.5 * (log_det + rest @ inverse @ rest + (len(y) - X.shape[1]) * np.log(2 * np.pi)))


def dense_best(values: Floats, layout: Layout, at: float | None = None) -> tuple[float, float]:
    """Return the ICC and the highest likelihood, over all components or at one ICC."""

    def parts(z: Floats) -> tuple[float, float, float]:
        raters = np.exp(z[1]) if layout == "raters random" else 0.0
        error = float(np.exp(z[0]))
        rest = raters + error
        return (np.exp(z[2]) if at is None else at * rest / (1 - at)), raters, error

    size = 2 if at is not None else 3
    found = min(
        (
            optimize.minimize(
                lambda z: -dense_log_likelihood(values, layout, *parts(z)),
                np.array(start)[:size],
                method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000},
            )
            for start in ([3.0, 2.0, 4.0], [3.0, -1.0, 2.0])
        ),
        key=lambda found: found.fun,
    )
    persons, raters, error = parts(found.x)
    return persons / (persons + raters + error), -float(found.fun)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_dense_likelihood_has_the_same_top_and_the_same_interval(layout: Layout) -> None:
    values = gappy(14, 4, seed=1)
    fit = icc_reml(values, layout, level=0.90)
    rho, top = dense_best(values, layout)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(top, abs=1e-7)
    assert fit.icc == pytest.approx(rho, abs=1e-5)
    raters = 0.0 if layout != "raters random" else fit.raters
    at_fit = dense_log_likelihood(values, layout, fit.persons, raters, fit.error)
    assert at_fit == pytest.approx(fit.log_likelihood, abs=1e-9)
    # half the chi-square quantile of .90 with one degree of freedom
    for end in (fit.lower, fit.upper):
        assert top - dense_best(values, layout, at=end)[1] == pytest.approx(2.705543454095404 / 2, abs=1e-6)


@pytest.mark.parametrize(
    "values", [SHROUT_FLEISS, gappy(30, 5, seed=3, gaps=0.0)], ids=["published", "random"]
)
def test_without_gaps_it_is_what_mean_squares_give(values: Floats) -> None:
    """Wherever no component is negative."""
    single = icc_from_mean_squares(mean_squares(values))[:3]
    assert (single > 0).all()
    found = [icc_reml(values, layout).icc for layout in LAYOUTS]
    np.testing.assert_allclose(found, single, atol=2e-7)


def test_complete_ratings_are_analysed_by_mean_squares_whatever_the_rule() -> None:
    same, other = icc(SHROUT_FLEISS), icc(SHROUT_FLEISS, missing="available")
    assert other.method == "jackknife"
    np.testing.assert_array_equal(same.table["icc"], other.table["icc"])


def test_available_uses_everybody_and_says_what_it_presumes() -> None:
    values = gappy(60, 3, seed=4)
    values[7] = np.nan
    whole, listwise = icc(values, missing="available"), icc(values)
    assert whole.sample.n_used == 59
    assert "restricted maximum likelihood" in whole.sample.rule
    assert listwise.sample.n_used == int((~np.isnan(values).any(axis=1)).sum()) < 59
    assert listwise.sample.n_asked == 59
    assert whole.table[["F", "p"]].isna().all(axis=None)
    assert any("missing at random" in note for note in whole.notes())
    table = whole.table
    for side in ("icc", "lower", "upper"):
        np.testing.assert_allclose(table[side].iloc[3:], spearman_brown(table[side].iloc[:3].to_numpy(), 3))
    assert ((table["lower"] < table["icc"]) & (table["icc"] < table["upper"])).all()
    total = sum(whole.components.values())
    assert whole.components["persons"] / total == pytest.approx(table.loc["ICC(2,1)", "icc"])


def test_a_rating_that_is_missing_does_not_matter_to_those_who_have_it() -> None:
    """A person with one rating tells about the mean only: hardly anything moves."""
    values = gappy(40, 3, seed=5, gaps=0.0)
    alone = np.vstack([values, [[50.0, np.nan, np.nan]]])
    assert icc_reml(alone, "one-way").icc == pytest.approx(icc_reml(values, "one-way").icc, abs=0.01)
    assert icc_reml(alone, "one-way").error == pytest.approx(icc_reml(values, "one-way").error, rel=1e-2)


def test_unrelated_ratings_have_a_coefficient_of_0_and_the_reader_is_told() -> None:
    values = np.random.default_rng(6).normal(size=(30, 3))
    values[3, 1] = np.nan
    result = icc(values, missing="available", interval="profile")
    assert result.table.loc["ICC(2,1)", "icc"] == 0.0
    assert result.table.loc["ICC(2,1)", "lower"] == 0.0
    plain = icc(values, missing="available")
    assert np.isnan(plain.table.loc["ICC(2,1)", "lower"])
    assert any("No interval of ICC(1,1)" in note for note in plain.notes())
    assert any("tell nobody apart" in note for note in result.notes())


@pytest.mark.parametrize("shift", [0.0, 0.7])
def test_ratings_without_error_are_refused_rather_than_sure(shift: float) -> None:
    """A singular matrix, or an interval of [1, 1], before."""
    thirds = np.random.default_rng(7).normal(size=60).round(2) / 3
    values = np.column_stack([thirds, thirds + shift])
    values[3, 1] = np.nan
    with pytest.raises(AnalysisError, match="there is no error, so the likelihood has no highest point"):
        icc(values, missing="available")


def test_residuals_by_least_squares() -> None:
    values = gappy(12, 4, seed=8)
    row, column = np.nonzero(~np.isnan(values))
    X = np.hstack([np.eye(12)[row], np.eye(4)[column]])
    _, (expected,), *_ = np.linalg.lstsq(np.delete(X, -1, axis=1), values[row, column], rcond=None)
    assert residual_sum_of_squares(values) == pytest.approx(expected, rel=1e-9)
    # raters who share no person: their levels cannot be told from the persons', and nothing breaks
    apart = np.array([[1, 2, NAN, NAN], [2, 5, NAN, NAN], [NAN, NAN, 7, 8], [NAN, NAN, 9, 7]])
    interaction = [(1 - 2 - 2 + 5) ** 2 / 4, (7 - 8 - 9 + 7) ** 2 / 4]
    assert residual_sum_of_squares(apart) == pytest.approx(sum(interaction), rel=1e-9)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_order_of_persons_and_raters_and_the_unit_of_the_scale_do_not_count(layout: Layout) -> None:
    rng = np.random.default_rng(9)
    for seed in range(6):
        values = gappy(15, 3, seed=seed)
        values = values[(~np.isnan(values)).any(axis=1)]
        fit = icc_reml(values, layout)
        moved = values[rng.permutation(len(values))][:, rng.permutation(3)]
        for other, unit in ((moved, 1.0), (-1000.0 * values + 3, 1000.0)):
            found = icc_reml(other, layout)
            assert (found.icc, found.lower, found.upper) == pytest.approx(
                (fit.icc, fit.lower, fit.upper), abs=1e-6
            )
            assert found.error == pytest.approx(unit**2 * fit.error, rel=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_without_each_person_by_steps_is_without_each_person(layout: Layout, gaps: float) -> None:
    values = gappy(25, 4, seed=9, gaps=gaps)
    values = values[~np.isnan(values).all(axis=1)]
    fit = icc_reml(values, layout, profile=False)
    brute = [icc_reml(np.delete(values, i, axis=0), layout, profile=False).icc for i in range(len(values))]
    np.testing.assert_allclose(icc_reml_left_out(values, layout, fit), brute, atol=1e-6)


def test_the_jackknife_of_nearly_complete_ratings_is_that_of_complete_ones() -> None:
    """One more person with one rating, which says nothing of agreement."""
    values = gappy(40, 3, seed=10, gaps=0.0)
    more = np.vstack([values, [[float(values.mean()), np.nan, np.nan]]])
    whole, gapped = icc(values), icc(more, missing="available")
    assert gapped.method == "jackknife"
    np.testing.assert_allclose(gapped.table[["lower", "upper"]], whole.table[["lower", "upper"]], atol=0.01)


def test_each_rule_has_its_intervals() -> None:
    values = gappy(30, 3, seed=11)
    assert icc(values, missing="available", interval="profile").method == "profile"
    with pytest.raises(AnalysisError, match="with missing ratings there is no F"):
        icc(values, missing="available", interval="F")
    with pytest.raises(AnalysisError, match="without missing ratings there is no profile"):
        icc(values, interval="profile")

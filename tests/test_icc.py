"""Intraclass correlations against published tables, an analysis of variance by hand, and a second package."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from propsych.errors import AnalysisError
from propsych.kernels.icc import (
    FORMS,
    icc_from_mean_squares,
    jackknife_interval,
    mean_squares,
    mean_squares_left_out,
    spearman_brown,
)
from propsych.properties.reliability import icc
from propsych.properties.reliability.icc import NAMES
from tests.rating_data import SHROUT_FLEISS, ratings

Floats = NDArray[np.float64]


def test_shrout_fleiss_1979_tables_3_and_4() -> None:
    """Mean squares and all six coefficients, to the digits that are printed."""
    ms = mean_squares(SHROUT_FLEISS)
    printed = {"persons": 11.24, "within": 6.26, "raters": 32.49, "error": 1.02}
    assert {name: round(float(getattr(ms, name)), 2) for name in printed} == printed
    table = icc(SHROUT_FLEISS).table
    assert table["icc"].round(2).tolist() == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert list(table.index) == list(FORMS)


def test_tests_and_intervals_of_shrout_and_fleiss_as_psych_prints_them() -> None:
    """The example of psych::ICC: F, degrees of freedom, p and bounds."""
    table = icc(SHROUT_FLEISS, interval="F").table
    assert table["F"].round(1).tolist() == [1.8, 11.0, 11.0] * 2
    assert table["df1"].tolist() == [5] * 6
    assert table["df2"].tolist() == [18, 15, 15] * 2
    assert table["p"].round(5).tolist() == [0.16477, 0.00013, 0.00013] * 2
    assert table["lower"].round(3).tolist() == [-0.133, 0.019, 0.342, -0.884, 0.071, 0.676]
    assert table["upper"].round(2).tolist() == [0.72, 0.76, 0.95, 0.91, 0.93, 0.99]


def anova(values: Floats) -> dict[str, float]:
    """Return mean squares cell by cell, as a textbook does."""
    n, k = values.shape
    grand = sum(values.ravel()) / (n * k)
    rows = [sum(row) / k for row in values]
    columns = [sum(column) / n for column in values.T]
    between = k * sum((row - grand) ** 2 for row in rows)
    raters = n * sum((column - grand) ** 2 for column in columns)
    within = sum((values[i, j] - rows[i]) ** 2 for i in range(n) for j in range(k))
    return {
        "persons": between / (n - 1),
        "raters": raters / (k - 1),
        "within": within / (n * (k - 1)),
        "error": (within - raters) / ((n - 1) * (k - 1)),
    }


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
def test_f_intervals_at_any_level_by_the_formulas_of_mcgraw_and_wong(level: float) -> None:
    """Table 7, written out from mean squares with scipy's F quantiles; in full precision."""
    values = ratings(40, 3, 7, seed=1)
    (n, k), ms = values.shape, anova(values)
    b, j, e, w = ms["persons"], ms["raters"], ms["error"], ms["within"]
    p = (1 + level) / 2

    def single(F: float, df: float) -> list[float]:
        low, high = F / stats.f.ppf(p, n - 1, df), F * stats.f.ppf(p, df, n - 1)
        return [(low - 1) / (low + k - 1), (high - 1) / (high + k - 1)]

    two = (b - e) / (b + (k - 1) * e + k * (j - e) / n)
    a1 = k * two / (n * (1 - two))
    b1 = 1 + k * two * (n - 1) / (n * (1 - two))
    v = (a1 * j + b1 * e) ** 2 / ((a1 * j) ** 2 / (k - 1) + (b1 * e) ** 2 / ((n - 1) * (k - 1)))
    low, high = stats.f.ppf(p, n - 1, v), stats.f.ppf(p, v, n - 1)
    agreement = [
        n * (b - low * e) / (low * (k * j + (k * n - k - n) * e) + n * b),
        n * (high * b - e) / (k * j + (k * n - k - n) * e + n * high * b),
    ]
    expected = [single(b / w, n * (k - 1)), agreement, single(b / e, (n - 1) * (k - 1))]
    expected += [[k * x / (1 + (k - 1) * x) for x in ends] for ends in expected]
    table = icc(values, level=level, interval="F").table
    np.testing.assert_allclose(table[["lower", "upper"]], expected, rtol=1e-10)
    p_values = [stats.f.sf(b / w, n - 1, n * (k - 1)), stats.f.sf(b / e, n - 1, (n - 1) * (k - 1))]
    np.testing.assert_allclose(table["p"].iloc[:2], p_values, rtol=1e-9)


def test_coefficients_from_the_variances_that_define_them() -> None:
    """ICC as a share of variance: components by the method of moments, no formula of an ICC."""
    values = ratings(60, 4, 5, seed=2)
    (n, k), ms = values.shape, anova(values)
    error, persons = ms["error"], (ms["persons"] - ms["error"]) / k
    raters = (ms["raters"] - error) / n
    one_way = (ms["persons"] - ms["within"]) / k
    shares = [
        one_way / (one_way + ms["within"]),
        persons / (persons + raters + error),
        persons / (persons + error),
        one_way / (one_way + ms["within"] / k),
        persons / (persons + (raters + error) / k),
        persons / (persons + error / k),
    ]
    result = icc(values)
    np.testing.assert_allclose(result.table["icc"], shares, rtol=1e-12)
    np.testing.assert_allclose(
        [result.components[part] for part in ("persons", "raters", "error")], [persons, raters, error]
    )


def test_two_names_of_each_form() -> None:
    result = icc(SHROUT_FLEISS)
    assert len(NAMES) == 6
    for own, other in NAMES.items():
        assert result.estimate(own) == result.estimate(other)
        assert result.estimate(own).method.startswith(f"{own} = {other}, jackknife")
    assert result.table["mcgraw_wong"].to_dict() == NAMES
    with pytest.raises(AnalysisError, match=r"no such intraclass correlation; got 'ICC\(4,1\)'.*ICC\(A,1\)"):
        result.estimate("ICC(4,1)")


def test_pingouin_has_the_same_coefficients_and_tests() -> None:
    pingouin = pytest.importorskip("pingouin")
    values = ratings(30, 3, 7, seed=3)
    long = pd.DataFrame(values).rename_axis(index="person", columns="rater").stack().rename("y").reset_index()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pingouin.intraclass_corr(long, targets="person", raters="rater", ratings="y")
    ours = icc(values).table
    np.testing.assert_allclose(ours["icc"], theirs["ICC"], rtol=1e-9)
    np.testing.assert_allclose(ours["F"], theirs["F"], rtol=1e-9)
    np.testing.assert_allclose(ours["p"], theirs["pval"], rtol=1e-6)


@pytest.mark.parametrize("shape", [(4, 2), (25, 3), (6, 9)])
def test_leaving_each_person_out_is_what_computing_without_him_gives(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(4).normal(50, 10, shape)
    left = mean_squares_left_out(values)
    for i in range(len(values)):
        one = mean_squares(np.delete(values, i, axis=0))
        for name in ("persons", "raters", "error", "within"):
            np.testing.assert_allclose(getattr(left, name)[i], getattr(one, name), rtol=1e-9)
    assert (left.n, left.k) == (shape[0] - 1, shape[1])


def test_jackknife_interval_by_the_definition() -> None:
    """Student's t around log(1 - ICC) with the kurtosis's degrees of freedom, each coefficient by itself."""
    values = ratings(20, 3, 9, seed=5)
    n = len(values)
    z = np.log(
        1 - np.array([icc_from_mean_squares(mean_squares(np.delete(values, i, 0)))[:3] for i in range(n)])
    )
    d = z - z.mean(axis=0)
    se = np.sqrt((n - 1) / n * (d**2).sum(axis=0))
    df = np.minimum(2 * n / (stats.kurtosis(z, fisher=False) - 1), n - 1)
    gap = 1 - icc_from_mean_squares(mean_squares(values))[:3]
    half = stats.t.ppf(0.95, df) * se
    found = jackknife_interval(values, 0.90)
    np.testing.assert_allclose(found.lower[:3], 1 - gap * np.exp(half), rtol=1e-8)
    np.testing.assert_allclose(found.upper[:3], 1 - gap * np.exp(-half), rtol=1e-8)
    np.testing.assert_allclose(found.lower[3:], spearman_brown(found.lower[:3], 3))


# What was a number of rounding, or an impossible one, before it was looked for.


def test_equal_ratings_have_no_error_at_all_and_no_interval() -> None:
    """Thirds do not subtract to 0: F was 1e32 and ICC(1,1) was sure to be [1, 1]."""
    thirds = np.random.default_rng(6).normal(size=60).round(2) / 3
    for interval in ("jackknife", "F"):
        result = icc(np.column_stack([thirds, thirds]), interval=interval)
        assert result.table["icc"].tolist() == [1.0] * 6
        assert result.table[["F", "p"]].isna().all(axis=None)
        assert result.table[["lower", "upper"]].isna().all(axis=None)
    estimate = result.estimate("ICC(2,1)")
    assert (estimate.value, estimate.lower, estimate.upper) == (1.0, None, None)
    assert estimate.method.endswith("no interval")
    assert any("near perfect" in note for note in result.notes())


def test_raters_far_apart_have_a_finite_interval_without_a_warning() -> None:
    """The degrees of freedom of ICC(2,1) near 0 made F overflow."""
    rng = np.random.default_rng(9)
    x = rng.normal(50, 10, 90)
    for second in (-x + rng.normal(0, 6, 90), x + rng.normal(0, 6, 90) + 1e5):
        table = icc(np.column_stack([x, second]), interval="F").table
        assert np.isfinite(table.loc["ICC(2,1)", ["lower", "upper"]].to_numpy(float)).all()
        assert (table["lower"] <= table["icc"]).all()
        assert (table["icc"] <= table["upper"]).all()


def test_the_only_disagreement_gone_leaves_no_interval_of_rounding() -> None:
    values = np.repeat(np.random.default_rng(7).normal(size=(30, 1)) / 3, 2, axis=1)
    values[4, 1] += 0.5
    left = mean_squares_left_out(values)
    assert (left.error[4], left.within[4], left.raters[4]) == (0.0, 0.0, 0.0)
    assert (np.delete(left.error, 4) > 0).all()
    result = icc(values)
    assert result.table["lower"].isna().all()
    assert any("all hangs on one person" in note for note in result.notes())


def test_persons_who_do_not_differ_have_no_reliability_of_their_mean() -> None:
    """Every person's ratings have the same sum: ICC(2,k) came out as 4."""
    result = icc(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [2.0, 1.0]]))
    assert result.table.loc["ICC(2,k)", "icc"] == -np.inf
    estimate = result.estimate("ICC(2,k)")
    assert estimate.value is None
    assert "persons do not vary" in estimate.method
    assert any("tell nobody apart" in note for note in result.notes())


def test_a_rater_without_variance_is_named_and_gives_no_interval_of_rounding() -> None:
    frame = pd.DataFrame({"a": np.arange(60.0), "b": 3.0})
    result = icc(frame)
    assert result.estimate("ICC(3,1)").value == pytest.approx(0.0, abs=1e-12)
    assert result.estimate("ICC(3,1)").lower is None
    assert any(note.startswith("b gives everybody the same rating") for note in result.notes())


def test_no_coefficient_passes_one_and_none_of_the_mean_is_below_that_of_one() -> None:
    rng = np.random.default_rng(8)
    for _ in range(200):
        n, k = rng.integers(3, 8), rng.integers(2, 6)
        found = icc_from_mean_squares(mean_squares(rng.integers(0, 3, (n, k)).astype(float)))
        assert (found[np.isfinite(found)] <= 1.0 + 1e-12).all()
        positive = found[:3] > 0
        assert (found[3:][positive] >= found[:3][positive] - 1e-12).all()


def test_spearman_brown_by_hand() -> None:
    assert spearman_brown(np.array(0.5), 2) == pytest.approx(2 / 3)
    assert spearman_brown(np.array([0.5, -1.0, -2.0, np.nan]), 2)[1:].tolist()[:2] == [-np.inf, -np.inf]
    assert np.isnan(spearman_brown(np.array(np.nan), 2))

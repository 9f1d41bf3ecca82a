"""Test-retest reliability: its parts, who counts as stable, and what a reliability means at retest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from propsych.errors import AnalysisError
from propsych.properties.reliability import icc, share_below_at_retest, test_retest

RNG = np.random.default_rng(1)
N = 90
FIRST = RNG.normal(50, 10, N)
SECOND = FIRST + 2 + RNG.normal(0, 6, N)
STABLE = RNG.random(N) < 0.8
DAYS = RNG.integers(7, 30, N).astype(float)
MODE = RNG.random(N) < 0.9


@pytest.mark.parametrize("reliability", [0.0, 0.3, 0.70, 0.90, 0.99])
@pytest.mark.parametrize("cut", [0.0, 1.0, 2.0])
def test_share_below_at_retest_is_a_share_of_the_bivariate_normal(reliability: float, cut: float) -> None:
    both = stats.multivariate_normal([0, 0], [[1, reliability], [reliability, 1]], allow_singular=True)
    # P(X >= c, Y < c) = P(Y < c) - P(X < c, Y < c)
    expected = (stats.norm.cdf(cut) - both.cdf([cut, cut])) / stats.norm.sf(cut)
    assert share_below_at_retest(reliability, cut) == pytest.approx(expected, abs=1e-7)


def test_at_a_reliability_of_70_nearly_half_fall_below() -> None:
    """The sentence of the report: .47 at .70, .27 at .90; and all of chance at 0, nobody at 1."""
    assert round(share_below_at_retest(0.70), 2) == 0.47
    assert round(share_below_at_retest(0.90), 2) == 0.27
    assert share_below_at_retest(0.0) == pytest.approx(stats.norm.cdf(1))
    assert share_below_at_retest(1.0) == 0.0
    # the closed form at a cut of 0: arccos(r) / pi
    assert share_below_at_retest(0.6, cut=0.0) == pytest.approx(np.arccos(0.6) / np.pi)
    assert np.isnan([share_below_at_retest(-0.1), share_below_at_retest(1.1)]).all()


def test_its_parts_are_those_of_the_pairs_used() -> None:
    first = FIRST.copy()
    first[:5] = np.nan
    result = test_retest(first, SECOND, stable=STABLE, level=0.9)
    used = STABLE & ~np.isnan(first)
    x, y = first[used], SECOND[used]
    whole = icc(np.column_stack([x, y]), level=0.9)
    assert result.agreement == whole.estimate("ICC(A,1)")
    assert result.consistency == whole.estimate("ICC(C,1)")
    assert result.pearson.value == pytest.approx(stats.pearsonr(x, y).statistic)
    left = np.arctanh([np.corrcoef(np.delete(x, i), np.delete(y, i))[0, 1] for i in range(len(x))])
    se = np.sqrt((len(x) - 1) / len(x) * np.square(left - left.mean()).sum())
    df = min(2 * len(x) / (stats.kurtosis(left, fisher=False) - 1), len(x) - 1)
    ends = np.tanh(np.arctanh(result.pearson.value) + np.array([-1, 1]) * stats.t.ppf(0.95, df) * se)
    assert (result.pearson.lower, result.pearson.upper) == pytest.approx(tuple(ends))
    found = stats.ttest_rel(y, x).confidence_interval(0.9)
    assert (result.mean_difference.lower, result.mean_difference.upper) == pytest.approx(
        (found.low, found.high)
    )
    assert (result.sample.n_asked, result.sample.n_used) == (N, int(used.sum()))
    assert result.sample.rule == "both scores, unchanged by the anchor"


def test_the_share_below_turns_the_interval_round() -> None:
    result = test_retest(FIRST, SECOND)
    below, r = result.below_at_retest, result.agreement
    assert below.value == pytest.approx(share_below_at_retest(r.value))
    assert below.lower == pytest.approx(share_below_at_retest(r.upper))
    assert below.upper == pytest.approx(share_below_at_retest(r.lower))
    assert below.lower < below.value < below.upper


def test_a_negative_reliability_tells_nobody_apart_as_0_does() -> None:
    result = test_retest(FIRST, -SECOND)
    assert result.agreement.value < 0
    assert result.below_at_retest.value == pytest.approx(stats.norm.cdf(1))
    assert result.agreement.upper < 0
    assert result.below_at_retest.lower is None


def test_what_was_not_known_is_said_to_be_assumed() -> None:
    notes = " ".join(test_retest(FIRST, SECOND).notes())
    for words in (
        "No anchor: everybody is taken as unchanged",
        "interval between the answers is unknown",
        "mode of answering is unknown",
    ):
        assert words in notes
    assert "at 0.70 about half of those beyond a cut at +1 SD (47%)" in notes
    assert "at 0.90 still 27%" in notes


def test_what_was_known_is_told_for_those_used() -> None:
    stable = STABLE.astype(object)
    stable[:4] = None
    days, mode = DAYS.copy(), MODE.astype(object)
    days[10:25], mode[20:40] = np.nan, None
    result = test_retest(FIRST, SECOND, stable=stable, days=days, same_mode=mode)
    used = np.array([value is True or value is np.True_ for value in stable])
    design = result.design
    assert (design.n_measured_twice, design.n_stable, design.n_no_anchor) == (N, used.sum(), 4)
    known = days[used & ~np.isnan(days)]
    assert design.days == (known.min(), np.median(known), known.max())
    # those not used do not count
    assert 0 < design.n_no_days == np.isnan(days[used]).sum() < np.isnan(days).sum()
    same = np.array([value is not None and bool(value) for value in mode])
    assert design.n_same_mode == same[used].sum()
    assert design.n_no_mode == sum(value is None for value in mode[used]) > 0
    notes = " ".join(result.notes())
    assert f"{used.sum()} of {N} persons counted as unchanged by the anchor" in notes
    assert f"(unknown for {design.n_no_days} of those used)" in notes
    assert f"; unknown for {design.n_no_mode}." in notes
    names = {record.statistic for record in result.records()}
    assert {"n_stable", "days_shortest", "days_median", "days_longest", "n_same_mode"} <= names


@pytest.mark.parametrize(
    "given",
    [
        STABLE,
        STABLE.tolist(),
        STABLE.astype(int),
        pd.Series(STABLE),
        pd.array(STABLE, dtype="boolean"),
        np.where(STABLE, 1.0, 0.0),
    ],
    ids=["array", "list", "0 and 1", "Series", "nullable", "float"],
)
def test_stable_in_every_form(given: object) -> None:
    assert test_retest(FIRST, SECOND, stable=given).sample.n_used == STABLE.sum()


# A flag by position was taken for another person's, and days as intervals of time were nanoseconds.


@pytest.mark.parametrize("what", ["stable", "days", "same_mode"])
def test_what_stands_in_another_order_is_refused(what: str) -> None:
    index = [f"p{i}" for i in range(N)]
    first, second = pd.Series(FIRST, index=index), pd.Series(SECOND, index=index)
    given = pd.Series({"stable": STABLE, "days": DAYS, "same_mode": MODE}[what], index=index)
    test_retest(first, second, **{what: given})
    with pytest.raises(AnalysisError, match=rf"{what} has other persons than the scores, or another order"):
        test_retest(first, second, **{what: given[::-1]})


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (pd.Series(pd.to_timedelta(DAYS, unit="D")), "days: the column holds Timedelta objects"),
        (pd.Series(pd.to_datetime(["2025-01-01"] * N)), "days: the column holds Timestamp objects"),
        (["7"] * N, "days: the column holds text"),
        ([-1.0] * N, "days is negative for somebody"),
        ([np.inf] * N, "days: the column holds 90 infinite numbers"),
        (14, "days is no column; got int"),
        ([7.0] * 3, "days has another length than the scores; got 3 for 90 persons"),
        (np.ones((N, 2)), "days has several columns"),
    ],
)
def test_days_are_numbers(days: object, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        test_retest(FIRST, SECOND, days=days)


def test_flags_are_yes_no_or_unknown() -> None:
    wrong = {"stable: the column holds text": ["yes"] * N, "than yes and no": [2] * N, "no column": True}
    for words, given in wrong.items():
        with pytest.raises(AnalysisError, match=words):
            test_retest(FIRST, SECOND, stable=given)
    with pytest.raises(AnalysisError, match="fewer than three unchanged persons have both scores; got 0"):
        test_retest(FIRST, SECOND, stable=[None] * N)


def test_a_constant_retest_is_named_and_nothing_is_certain() -> None:
    """The share at retest was .841 in [.841, .841]."""
    result = test_retest(FIRST, np.full(N, 50.0))
    assert result.agreement.lower is None
    assert result.below_at_retest.lower is None
    assert result.pearson.value is None
    assert "does not vary" in result.pearson.method
    assert any(note.startswith("retest gives everybody the same rating") for note in result.notes())


def test_the_same_answers_twice_are_no_certainty() -> None:
    result = test_retest(FIRST, FIRST)
    for estimate in (result.agreement, result.pearson, result.mean_difference, result.below_at_retest):
        assert estimate.value is not None
        assert estimate.lower is estimate.upper is None
    assert any("near perfect" in note for note in result.notes())

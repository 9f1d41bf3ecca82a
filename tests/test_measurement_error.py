"""Measurement error, limits of agreement and reliable change against published numbers and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from propsych.kernels.bland_altman import concordance, exact_factors, limits_of_agreement, proportional_bias
from propsych.kernels.icc import mean_squares
from propsych.kernels.measurement_error import detectable_change, sem_interval
from propsych.properties.measurement_error import bland_altman, measurement_error, reliable_change
from propsych.properties.reliability import icc
from tests.rating_data import PEAK_FLOW

X, Y = PEAK_FLOW.T
RNG = np.random.default_rng(1)
FIRST = RNG.normal(50, 10, 80)
SECOND = FIRST + 1.5 + RNG.normal(0, 5, 80)


def test_bland_altman_1986_peak_flow() -> None:
    """Bias -2.1 (-22.0 to 17.8), SD 38.8, limits -79.7 and 75.5 at two SD; there large minus mini."""
    found = bland_altman(Y, X)
    assert round(found.bias.value, 1) == -2.1
    assert [round(end, 1) for end in (found.bias.lower, found.bias.upper)] == [-22.0, 17.8]
    assert round(float(np.std(found.differences, ddof=1)), 1) == 38.8
    two = bland_altman(Y, X, agreement=2 * stats.norm.cdf(2) - 1)
    # the paper adds numbers that it has rounded
    assert (two.lower.value, two.upper.value) == pytest.approx((-79.7, 75.5), abs=0.1)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_bland_altman_1999_intervals_by_hand(level: float) -> None:
    found = bland_altman(FIRST, SECOND, level=level)
    d, n, z = SECOND - FIRST, 80, stats.norm.ppf(0.975)
    s = d.std(ddof=1)
    half = stats.t.ppf((1 + level) / 2, n - 1) * s * np.sqrt(1 / n + z**2 / (2 * (n - 1)))
    for name, limit in (("lower", d.mean() - z * s), ("upper", d.mean() + z * s)):
        approximate = found.approximate[name]
        assert (approximate.value, approximate.lower, approximate.upper) == pytest.approx(
            (limit, limit - half, limit + half)
        )
        # one limit, three intervals
        assert found.exact[name].value == getattr(found, name).value == approximate.value


@pytest.mark.parametrize(("n", "factor"), [(10, 2.911), (20, 2.396), (50, 2.065), (100, 1.927)])
def test_exact_factors_are_one_sided_tolerance_factors(n: int, factor: float) -> None:
    """The tables of normal tolerance limits, content and confidence .95: limits and interval of 90 %."""
    assert exact_factors(n, agreement=0.90, level=0.90)[1] == pytest.approx(factor, abs=6e-4)


@pytest.mark.parametrize("n", [4, 25, 400])
def test_exact_factors_by_an_integral_over_the_chi_distribution(n: int) -> None:
    """P(mean + c s >= mu + z sigma), which each end sets to a tail; no noncentral t."""
    z = stats.norm.ppf(0.975)

    def passed(c: float) -> float:
        def at(s: float) -> float:
            return float(stats.norm.sf((z - c * s) * np.sqrt(n)) * stats.chi.pdf(s * np.sqrt(n - 1), n - 1))

        low, high = stats.chi.ppf([1e-13, 1 - 1e-13], n - 1) / np.sqrt(n - 1)
        return float(integrate.quad(at, low, high, epsabs=1e-12, limit=200)[0] * np.sqrt(n - 1))

    inner, outer = exact_factors(n, level=0.90)
    # the quantile of the lowest SciPy that is promised is good to six digits
    assert passed(inner) == pytest.approx(0.05, abs=2e-6)
    assert passed(outer) == pytest.approx(0.95, abs=2e-6)


def test_exact_intervals_cover_what_they_say_and_more_outwards() -> None:
    d = np.random.default_rng(2).normal(size=(4000, 12))
    truth = stats.norm.ppf(0.975)
    inner, outer = exact_factors(12)
    mean, s = d.mean(axis=1), d.std(axis=1, ddof=1)
    covered = (mean + inner * s <= truth) & (truth <= mean + outer * s)
    assert covered.mean() == pytest.approx(0.95, abs=0.012)
    assert outer - truth > truth - inner
    found = limits_of_agreement(d[0])
    assert float(found.exact_upper_ends.upper) == pytest.approx(d[0].mean() + outer * d[0].std(ddof=1))
    assert float(found.exact_lower_ends.lower) == pytest.approx(d[0].mean() - outer * d[0].std(ddof=1))


def test_jackknife_limits_by_leaving_each_person_out() -> None:
    d, z = SECOND - FIRST, stats.norm.ppf(0.975)
    found = bland_altman(FIRST, SECOND)
    for sign, limit in ((-1, found.lower), (1, found.upper)):
        left = np.array([np.delete(d, i).mean() + sign * z * np.delete(d, i).std(ddof=1) for i in range(80)])
        se = np.sqrt(79 / 80 * np.square(left - left.mean()).sum())
        df = min(160 / (stats.kurtosis(left, fisher=False) - 1), 79)
        half = stats.t.ppf(0.975, df) * se
        assert (limit.lower, limit.upper) == pytest.approx((limit.value - half, limit.value + half))


def test_proportional_bias_is_the_regression_on_the_means() -> None:
    x, y = (FIRST + SECOND) / 2, SECOND - FIRST
    found = stats.linregress(x, y)
    plain = proportional_bias(y, x, level=0.9)
    half = stats.t.ppf(0.95, 78) * found.stderr
    assert plain.slope == pytest.approx(found.slope)
    assert plain.limits == pytest.approx((found.slope - half, found.slope + half))
    assert plain.p == pytest.approx(found.pvalue)
    result = bland_altman(FIRST, SECOND, level=0.9)
    left = np.array([stats.linregress(np.delete(x, i), np.delete(y, i)).slope for i in range(80)])
    se = np.sqrt(79 / 80 * np.square(left - left.mean()).sum())
    df = min(160 / (stats.kurtosis(left, fisher=False) - 1), 79)
    half = stats.t.ppf(0.95, df) * se
    assert result.proportional_bias.value == pytest.approx(found.slope)
    assert (result.proportional_bias.lower, result.proportional_bias.upper) == pytest.approx(
        (found.slope - half, found.slope + half)
    )
    assert result.proportional_p == pytest.approx(2 * stats.t.sf(abs(found.slope) / se, df))
    grows = bland_altman(FIRST, 1.5 * SECOND)
    assert any("one pair of limits does not fit" in note for note in grows.notes())
    line = bland_altman(FIRST, 3 * FIRST)
    assert line.proportional_bias.value == pytest.approx(1.0)
    assert line.proportional_bias.lower is None
    assert np.isnan(line.proportional_p)
    assert any("lie on a line" in note for note in line.notes())
    assert np.isnan(proportional_bias(np.array([1.0, 2.0, 3.0]), np.ones(3)).p)


def test_lins_concordance_by_its_definition() -> None:
    covariance = np.cov(FIRST, SECOND, ddof=0)[0, 1]
    expected = 2 * covariance / (FIRST.var() + SECOND.var() + (FIRST.mean() - SECOND.mean()) ** 2)
    assert concordance(FIRST, SECOND, ddof=0) == pytest.approx(expected)
    assert np.isnan(concordance(np.ones(3), np.ones(3)))


def test_standard_errors_of_measurement_by_hand() -> None:
    """Consistency: SD of the differences over sqrt 2. Agreement: the shift between occasions counts too."""
    d, n = SECOND - FIRST, 80
    result = measurement_error(FIRST, SECOND)
    same = d.var(ddof=1) / 2
    assert result.sem_consistency.value == pytest.approx(np.sqrt(same))
    shift = (n * d.mean() ** 2 / 2 - same) / n
    assert shift > 0
    assert result.sem_agreement.value == pytest.approx(np.sqrt(same + shift))
    scores = np.concatenate([FIRST, SECOND])
    one = icc(np.column_stack([FIRST, SECOND])).estimate("ICC(2,1)").value
    assert result.sem_from_icc.value == pytest.approx(scores.std(ddof=1) * np.sqrt(1 - one))
    # the consistency form from ICC(3,1) and the SD within occasions is the same number
    three = icc(np.column_stack([FIRST, SECOND])).estimate("ICC(3,1)").value
    within = np.sqrt((FIRST.var(ddof=1) + SECOND.var(ddof=1)) / 2)
    assert result.sem_consistency.value == pytest.approx(within * np.sqrt(1 - three))
    components = icc(np.column_stack([FIRST, SECOND])).components
    assert result.sem_agreement.value == pytest.approx(np.sqrt(components["raters"] + components["error"]))


def test_smallest_detectable_change_by_hand() -> None:
    """1.96 sqrt(2) SEM for one person, over sqrt(n) for the mean of n; intervals move along."""
    result = measurement_error(FIRST, SECOND)
    sem = result.sem_agreement
    factor = stats.norm.ppf(0.975) * np.sqrt(2)
    for estimate, scale in ((result.sdc_individual, factor), (result.sdc_group, factor / np.sqrt(80))):
        assert (estimate.value, estimate.lower, estimate.upper) == pytest.approx(
            (scale * sem.value, scale * sem.lower, scale * sem.upper)
        )
    assert measurement_error(FIRST, SECOND, level=0.9).sdc_individual.value == pytest.approx(
        stats.norm.ppf(0.95) * np.sqrt(2) * sem.value
    )
    assert detectable_change(3.0, n=4) == pytest.approx(detectable_change(3.0) / 2)


def test_sem_intervals_by_leaving_each_person_out() -> None:
    d = SECOND - FIRST
    left = np.log([np.delete(d, i).std(ddof=1) / np.sqrt(2) for i in range(80)])
    se = np.sqrt(79 / 80 * np.square(left - left.mean()).sum())
    half = stats.t.ppf(0.975, min(160 / (stats.kurtosis(left, fisher=False) - 1), 79)) * se
    found = measurement_error(FIRST, SECOND).sem_consistency
    expected = found.value * np.exp([-half, half])
    assert (found.lower, found.upper) == pytest.approx(expected)


def test_the_chi_square_interval_of_the_sem() -> None:
    found = sem_interval(mean_squares(np.column_stack([FIRST, SECOND])), 0.9)
    d = SECOND - FIRST
    total = d.var(ddof=1) / 2 * 79
    expected = np.sqrt(total / stats.chi2.ppf([0.95, 0.05], 79))
    np.testing.assert_allclose([found.lower, found.upper], expected)


def test_a_shift_smaller_than_chance_adds_nothing_to_the_error() -> None:
    d = np.tile([5.0, -5.0], 40)
    result = measurement_error(FIRST, FIRST + d)
    assert (
        result.sem_agreement.value
        == result.sem_consistency.value
        == pytest.approx(d.std(ddof=1) / np.sqrt(2))
    )


def test_reliable_change_by_hand() -> None:
    """Jacobson & Truax (1991): change over sqrt 2 SEM beyond 1.96; both directions, and missing scores."""
    before = pd.Series([40.0, 50.0, 60.0, np.nan], index=["a", "b", "c", "d"])
    after = pd.Series([40 + 8.31, 50 + 8.32, 60 - 8.32, 70.0], index=before.index)
    found = reliable_change(before, after, sem=3.0, higher="better")
    assert found.threshold == pytest.approx(1.959963984540054 * np.sqrt(2) * 3)
    assert found.table["state"].to_dict() == {"a": "cannot tell", "b": "better", "c": "worse"}
    np.testing.assert_allclose(found.table["index"], np.array([8.31, 8.32, -8.32]) / (np.sqrt(2) * 3))
    turned = reliable_change(before, after, sem=3.0, higher="worse")
    assert turned.counts == {"better": 1, "worse": 1, "cannot tell": 1}
    assert turned.table.loc["b", "state"] == "worse"
    assert (found.sample.n_asked, found.sample.n_used) == (4, 3)
    assert [record.statistic for record in found.records()] == ["n_better", "n_worse", "n_cannot_tell"]


def test_persons_with_an_index_of_two_levels_keep_it() -> None:
    """A (site, person) index was taken apart, and failed."""
    index = pd.MultiIndex.from_tuples([("s1", 1), ("s1", 2), ("s2", 1)])
    before = pd.Series([1.0, 2.0, 3.0], index=index)
    found = reliable_change(before, before + np.array([0.0, 9.0, 0.0]), sem=1.0, higher="better")
    assert list(found.table.index) == list(index)


# What was a certainty of [x, x] before it was looked for.


@pytest.mark.parametrize("shift", [0.0, 0.1])
def test_scores_that_move_alike_have_no_interval_and_the_reader_is_told(shift: float) -> None:
    thirds = np.random.default_rng(3).normal(size=60).round(2) / 3
    result = measurement_error(thirds, thirds + shift)
    assert result.sem_consistency.value == 0.0
    assert result.sem_agreement.value == pytest.approx(shift / np.sqrt(2), abs=1e-12)
    for record in result.records():
        assert record.estimate.lower is None, record.statistic
        assert record.estimate.upper is None, record.statistic
    words = "same for everybody" if shift == 0 else "moved by the same amount"
    assert any(words in note for note in result.notes())
    limits = result.limits
    assert (limits.lower.value, limits.upper.value) == pytest.approx((shift, shift))
    assert all(e.lower is None for e in (*limits.exact.values(), *limits.approximate.values()))
    assert any("All differences are the same" in note for note in limits.notes())
    assert limits.lower.method == "jackknife: no interval"

"""What must hold of every coefficient of reliability and agreement on any ratings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from propsych.errors import AnalysisError
from propsych.properties.measurement_error import bland_altman, measurement_error
from propsych.properties.reliability import (
    agreement,
    icc,
    kendall_w,
    krippendorff_alpha,
    test_retest,
    weighted_kappa,
)
from propsych.result import Estimate
from tests.rating_data import ratings

Floats = NDArray[np.float64]
Estimates = dict[str, Estimate]
Function = Callable[[Floats], Estimates]
few = settings(max_examples=25)
seeds = st.integers(0, 2**32 - 1)


def of_kappa(weights: str) -> Function:
    return lambda v: dict(
        weighted_kappa(v[:, 0], v[:, 1], weights=weights, categories=range(-9, 10)).intervals
    )


def of_agreement(weights: str, interval: str = "jackknife") -> Function:
    return lambda v: dict(
        agreement(v, weights=weights, categories=range(-9, 10), interval=interval).estimates
    )


def of_alpha(metric: str) -> Function:
    categories = range(19) if metric == "ratio" else range(-9, 10)
    return lambda v: dict(krippendorff_alpha(v, level_of_measurement=metric, categories=categories).intervals)


def of_icc(v: Floats) -> Estimates:
    result = icc(v)
    return {form: result.estimate(form) for form in result.table.index}


def of_icc_f(v: Floats) -> Estimates:
    result = icc(v, interval="F")
    return {form: result.estimate(form) for form in result.table.index}


def of_w(v: Floats) -> Estimates:
    return dict(kendall_w(v).intervals)


def of_error(v: Floats) -> Estimates:
    found = measurement_error(v[:, 0], v[:, 1])
    return {
        "agreement": found.sem_agreement,
        "consistency": found.sem_consistency,
        "sdc": found.sdc_individual,
    }


FUNCTIONS: dict[str, Function] = {
    "kappa": of_kappa("unweighted"),
    "linear kappa": of_kappa("linear"),
    "quadratic kappa": of_kappa("quadratic"),
    "agreement": of_agreement("unweighted"),
    "weighted agreement": of_agreement("quadratic", "delta"),
    "nominal alpha": of_alpha("nominal"),
    "ordinal alpha": of_alpha("ordinal"),
    "interval alpha": of_alpha("interval"),
    "ratio alpha": of_alpha("ratio"),
    "icc": of_icc,
    "icc, F": of_icc_f,
    "kendall_w": of_w,
    "measurement error": of_error,
}
every = pytest.mark.parametrize("name", FUNCTIONS)
RAGGED = {
    "agreement",
    "weighted agreement",
    "nominal alpha",
    "ordinal alpha",
    "interval alpha",
    "ratio alpha",
}
TWO = {"kappa", "linear kappa", "quadratic kappa", "measurement error"}


@st.composite
def tables(draw: st.DrawFn, name: str) -> Floats:
    """Return ratings from 1 to 5 of 8 to 40 persons; with gaps where the coefficient takes them."""
    k = 2 if name in TWO else draw(st.integers(2, 4))
    gaps = 0.2 if name in RAGGED and draw(st.booleans()) else 0.0
    return ratings(draw(st.integers(8, 40)), k, draw(st.integers(2, 5)), draw(seeds), gaps=gaps)


def computed(name: str, values: Floats) -> Estimates:
    """Return the estimates; a table on which there is none is another test's."""
    try:
        return FUNCTIONS[name](values)
    except AnalysisError:
        assume(False)
        raise


def assert_same(one: Estimates, other: Estimates, rel: float = 1e-9) -> None:
    assert set(one) == set(other)
    for key, estimate in one.items():
        for part in ("value", "lower", "upper"):
            a, b = getattr(estimate, part), getattr(other[key], part)
            assert (a is None) == (b is None), (key, part)
            assert a is None or a == pytest.approx(b, rel=rel, abs=1e-9), (key, part)


@every
@given(st.data())
@few
def test_the_order_of_persons_changes_nothing(name: str, data: st.DataObject) -> None:
    values = data.draw(tables(name))
    order = np.random.default_rng(data.draw(seeds)).permutation(len(values))
    assert_same(computed(name, values), computed(name, values[order]))


@every
@given(st.data())
@few
def test_the_order_of_raters_changes_nothing(name: str, data: st.DataObject) -> None:
    """Also of Conger's and Cohen's kappa, which know raters apart but treat them alike."""
    values = data.draw(tables(name))
    order = np.random.default_rng(data.draw(seeds)).permutation(values.shape[1])
    assert_same(computed(name, values), computed(name, values[:, order]))


@every
@given(st.data())
@few
def test_the_interval_holds_the_estimate_and_both_stay_in_range(name: str, data: st.DataObject) -> None:
    values = data.draw(tables(name))
    lowest = {"kendall_w": 0.0, "measurement error": 0.0, "icc": -np.inf, "icc, F": -np.inf}.get(name, -1.0)
    highest = np.inf if name == "measurement error" else 1.0
    for key, estimate in computed(name, values).items():
        if estimate.value is None:
            continue
        # alpha of few ratings can be below -1: it corrects for the sample's size
        least = -np.inf if "alpha" in name or key == "krippendorff_alpha" else lowest
        assert (0.0 if key == "percent_agreement" else least) - 1e-12 <= estimate.value <= highest + 1e-12, (
            key
        )
        if estimate.lower is not None and estimate.upper is not None:
            assert estimate.lower - 1e-9 <= estimate.value <= estimate.upper + 1e-9, key
            assert least - 1e-12 <= estimate.lower < estimate.upper <= highest, key


@every
@given(st.data())
@few
def test_a_higher_level_gives_a_wider_interval(name: str, data: st.DataObject) -> None:
    values = data.draw(tables(name))
    narrow, wide = computed(name, values), None
    with pytest.MonkeyPatch.context() as patch:
        for function in (weighted_kappa, agreement, krippendorff_alpha, icc, kendall_w, measurement_error):
            patch.setitem(function.__kwdefaults__, "level", 0.99)
        wide = computed(name, values)
    for key, estimate in narrow.items():
        other = wide[key]
        assert other.level == 0.99
        # ICC(.,k) has no lower end
        assert (estimate.upper is None) == (other.upper is None)
        if estimate.lower is not None and other.lower is not None and key != "sdc":
            assert other.lower <= estimate.lower
            assert other.upper >= estimate.upper


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"ratio alpha"}))
@given(st.data())
@few
def test_all_scores_reversed_leave_everything(name: str, data: st.DataObject) -> None:
    values = data.draw(tables(name))
    assert_same(computed(name, values), computed(name, 6 - values))


@pytest.mark.parametrize("name", ["kappa", "agreement", "nominal alpha"])
@given(st.data())
@few
def test_categories_without_order_may_change_their_names(name: str, data: st.DataObject) -> None:
    values = data.draw(tables(name))
    names = np.array([np.nan, *np.random.default_rng(data.draw(seeds)).permutation(9)[:5]])
    moved = np.where(np.isnan(values), np.nan, names[np.nan_to_num(values).astype(int)])
    assert_same(computed(name, values), computed(name, moved))


@pytest.mark.parametrize("name", ["kendall_w", "ordinal alpha"])
@given(st.data())
@few
def test_ranks_alone_count(name: str, data: st.DataObject) -> None:
    values = data.draw(tables(name))
    steps = data.draw(st.lists(st.integers(1, 3), min_size=5, max_size=5))
    rising = np.array([np.nan, *(np.cumsum(steps) - 8)], dtype=float)
    moved = np.where(np.isnan(values), np.nan, rising[np.nan_to_num(values).astype(int)])
    assert_same(computed(name, values), computed(name, moved))


@given(st.data())
@few
def test_w_does_not_see_how_one_rater_uses_the_scale(data: st.DataObject) -> None:
    values = data.draw(tables("kendall_w"))
    moved = values.copy()
    moved[:, 0] = np.exp(moved[:, 0])
    moved[:, 1] = 3 * moved[:, 1] - 100
    assert_same(computed("kendall_w", values), computed("kendall_w", moved))


@pytest.mark.parametrize("name", ["icc", "icc, F", "interval alpha", "quadratic kappa", "linear kappa"])
@given(st.data())
@few
def test_the_unit_and_zero_of_the_scale_do_not_count(name: str, data: st.DataObject) -> None:
    values = data.draw(tables(name))
    slope = data.draw(st.sampled_from([1, 2, -1]))
    assert_same(computed(name, values), computed(name, slope * (values - 3)))


@given(st.data())
@few
def test_the_unit_of_the_scale_is_the_unit_of_the_error(data: st.DataObject) -> None:
    values = data.draw(tables("measurement error"))
    found, moved = computed("measurement error", values), computed("measurement error", 10 * values + 7)
    tenth = {
        key: Estimate(*(None if x is None else x / 10 for x in (e.value, e.lower, e.upper)))
        for key, e in moved.items()
    }
    assert_same(found, tenth)


@given(st.data())
@few
def test_time_turned_round_turns_the_difference_round(data: st.DataObject) -> None:
    values = data.draw(tables("measurement error"))
    a, b = values.T
    one, other = bland_altman(a, b), bland_altman(b, a)
    pairs = [(one.bias, other.bias), (one.lower, other.upper), (one.upper, other.lower)]
    pairs += [(one.exact["lower"], other.exact["upper"]), (one.proportional_bias, other.proportional_bias)]
    for estimate, turned in pairs:
        mirrored = [None if x is None else -x for x in (turned.value, turned.upper, turned.lower)]
        assert_same({"": estimate}, {"": Estimate(*mirrored)})
    try:
        found, turned_test = test_retest(a, b), test_retest(b, a)
    except AnalysisError:
        assume(False)
    assert_same(
        {"": found.agreement, "r": found.pearson}, {"": turned_test.agreement, "r": turned_test.pearson}
    )


@pytest.mark.parametrize("weights", ["unweighted", "linear", "quadratic"])
@given(st.data())
@few
def test_an_unused_category_changes_only_what_counts_categories(weights: str, data: st.DataObject) -> None:
    """Brennan-Prediger and Gwet count the categories that could be chosen; the others those that were."""
    values = data.draw(tables("agreement"))
    try:
        one, other = (agreement(values, categories=range(1, top), weights=weights) for top in (6, 7))
    except AnalysisError:
        assume(False)
    if weights == "unweighted":
        same = {"percent_agreement", "fleiss_kappa", "conger_kappa", "krippendorff_alpha"}
    else:  # weights are over the declared range: chance-corrected, that falls out
        same = {"fleiss_kappa", "conger_kappa", "krippendorff_alpha"}
    for name in same:
        a, b = one[name].value, other[name].value
        assert (a is None) == (b is None)
        assert a is None or a == pytest.approx(b, abs=1e-9)
    perfect = one["percent_agreement"].value == pytest.approx(1.0)
    if not perfect:
        assert one["brennan_prediger"].value != pytest.approx(other["brennan_prediger"].value, abs=1e-9)
        assert one["gwet_ac"].value != pytest.approx(other["gwet_ac"].value, abs=1e-9)

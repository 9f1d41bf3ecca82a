"""Sites, versions, floor and ceiling: by hand, by planted differences, and what must hold on any answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from propsych.data import Responses
from propsych.errors import AnalysisError
from propsych.properties.floor_ceiling import floor_ceiling
from propsych.properties.sites import site_differences
from propsych.properties.versions import version_differences
from propsych.questionnaire import MissingKind
from propsych.scoring import score
from tests.small_pilot import permuted, pilot, questionnaire

ANSWERS = pilot()
KEYS = [item.key for item in ANSWERS.questionnaire.items]


def numbers(result: object) -> dict[str, tuple[float | None, float | None, float | None]]:
    """Return id -> value and ends."""
    return {
        r.id: (r.estimate.value, r.estimate.lower, r.estimate.upper)
        for r in result.records()  # type: ignore[attr-defined]
    }


def turned_at(site: str, item: str) -> Responses:
    """Return the pilot with one item coded the wrong way round at one site."""
    positions = ANSWERS.positions.copy()
    rows = (ANSWERS.persons["site"] == site).to_numpy()
    column = positions[rows, KEYS.index(item)]
    positions[rows, KEYS.index(item)] = np.where(column >= 0, 4 - column, column)
    return replace(ANSWERS, positions=positions)


def test_mean_difference_is_welch_in_pooled_sd_units_for_all_sites_together() -> None:
    found = numbers(site_differences(ANSWERS))["sites/single@1/site=s2/mean_difference"]
    values = ANSWERS.items(["single"]).values[:, 0]
    site = ANSWERS.persons["site"].to_numpy()
    here, there = (v[~np.isnan(v)] for v in (values[site == "s2"], values[site != "s2"]))
    groups = [values[site == s] for s in np.unique(site)]
    groups = [g[~np.isnan(g)] for g in groups]
    sd = np.sqrt(sum((len(g) - 1) * g.var(ddof=1) for g in groups) / sum(len(g) - 1 for g in groups))
    interval = stats.ttest_ind(here, there, equal_var=False).confidence_interval(1 - 0.05 / 6)
    np.testing.assert_allclose(
        found, np.array([here.mean() - there.mean(), interval.low, interval.high]) / sd
    )


def test_an_item_coded_the_wrong_way_at_one_site_stands_out() -> None:
    before = numbers(site_differences(ANSWERS))
    after = numbers(site_differences(turned_at("s4", "m2@1")))
    value, _, upper = after["sites/m2@1/site=s4/item_rest_difference"]
    assert value is not None
    assert value < -1
    assert upper is not None
    assert upper < -0.3
    assert before["sites/m2@1/site=s4/item_rest_difference"][1] < 0  # type: ignore[operator]


def test_only_reflective_items_have_a_pattern() -> None:
    found = site_differences(ANSWERS)
    targets = {r.target for r in found.records() if r.statistic == "item_rest_difference"}
    assert targets == {f"m{k}@1" for k in range(1, 6)}
    compared = [r.target for r in found.records() if r.statistic == "mean_difference"]
    assert sorted(compared) == sorted(6 * [key for key in KEYS if not key.startswith("w@")])


def test_a_small_site_gets_no_value_and_does_not_count_for_the_others() -> None:
    positions = ANSWERS.positions.copy()
    rows = np.flatnonzero((ANSWERS.persons["site"] == "s5").to_numpy())[9:]
    positions[rows, KEYS.index("single@1")] = MissingKind.SKIPPED
    found = numbers(site_differences(replace(ANSWERS, positions=positions)))
    assert found["sites/single@1/site=s5/mean_difference"] == (None, None, None)
    assert found["sites/single@1/site=s0/mean_difference"][0] is not None


def test_persons_without_a_site_are_left_out_and_counted() -> None:
    persons = ANSWERS.persons.copy()
    persons.loc[:11, "site"] = None
    found = site_differences(replace(ANSWERS, persons=persons))
    assert found.n_without == 12
    assert "12 persons without a site" in " ".join(found.notes())
    kept = permuted(ANSWERS, np.arange(12, 240))
    expected = numbers(site_differences(kept))
    for name, values in numbers(found).items():
        np.testing.assert_allclose(
            np.array(values, dtype=float), np.array(expected[name], dtype=float), rtol=1e-9
        )


def test_without_sites_or_with_one_there_is_nothing_to_compare() -> None:
    none = site_differences(replace(ANSWERS, persons=ANSWERS.persons.drop(columns="site")))
    assert list(none.records()) == []
    assert "name no sites" in none.notes()[0]
    assert {v for v, _, _ in numbers(site_differences(pilot(sites=1))).values()} == {None}
    with pytest.raises(AnalysisError, match="level"):
        site_differences(ANSWERS, level=1.5)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_the_order_of_persons_changes_nothing(seed: int) -> None:
    moved = permuted(ANSWERS, np.random.default_rng(seed).permutation(len(ANSWERS)))
    for analysis in (site_differences, version_differences, lambda a: floor_ceiling(score(a))):
        before, after = numbers(analysis(ANSWERS)), numbers(analysis(moved))
        assert before.keys() == after.keys()
        for name, values in before.items():
            np.testing.assert_allclose(
                np.array(values, dtype=float), np.array(after[name], dtype=float), rtol=1e-9, atol=1e-12
            )


def test_versions_are_compared_latest_with_earlier() -> None:
    records = {r.id: r for r in version_differences(ANSWERS).records()}
    assert set(records) == {"versions/w@2/all/n_versions", "versions/w@2/all/mean_difference"}
    assert records["versions/w@2/all/n_versions"].estimate.value == 2
    first, second = (ANSWERS.items([key]).values[:, 0] for key in ("w@1", "w@2"))
    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    pooled = ((len(first) - 1) * first.var(ddof=1) + (len(second) - 1) * second.var(ddof=1)) / (
        len(first) + len(second) - 2
    )
    interval = stats.ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    expected = np.array([second.mean() - first.mean(), interval.low, interval.high]) / np.sqrt(pooled)
    estimate = records["versions/w@2/all/mean_difference"].estimate
    np.testing.assert_allclose([estimate.value, estimate.lower, estimate.upper], expected)


def test_versions_with_other_categories_have_no_difference() -> None:
    data = questionnaire().model_dump(mode="json", exclude_defaults=True)["items"]
    data[-1]["categories"] = data[-1]["categories"][:4]
    positions = np.where(ANSWERS.positions == 4, 3, ANSWERS.positions)
    other = replace(ANSWERS, questionnaire=questionnaire(items=data), positions=positions)
    found = {r.statistic: r.estimate for r in version_differences(other).records()}
    assert found["n_versions"].value == 2
    assert found["mean_difference"].value is None
    assert "different categories" in found["mean_difference"].method


def test_floor_and_ceiling_of_scores_by_the_declared_range() -> None:
    scores = score(ANSWERS)
    result = floor_ceiling(scores)
    mood = scores.values["mood"].dropna()
    floor = result.to_frame().loc["mood"]
    assert floor["n"] == len(mood)
    assert floor["n_floor"] == (mood == 0).sum()
    assert floor["ceiling"] == pytest.approx((mood == 20).mean())
    assert [r.id for r in result.records()][:4] == [
        f"floor_ceiling/mood/all/{name}"
        for name in ("floor", "ceiling", "floor_clustered", "ceiling_clustered")
    ]
    assert floor["floor_clustered_lower"] <= floor["floor_lower"]
    assert floor_ceiling(score(pilot(sites=3))).floor_clustered == ()


def test_turning_a_score_round_swaps_floor_and_ceiling() -> None:
    x = np.array([0, 0, 3, 10, 7, np.nan])
    plain, turned = floor_ceiling(x, range=(0, 10)), floor_ceiling(10 - x, range=(0, 10))
    assert (plain.floor, plain.ceiling) == (turned.ceiling, turned.floor)
    moved = floor_ceiling(2 * x + 5, range=(5, 25))
    assert (plain.floor, plain.ceiling) == (moved.floor, moved.ceiling)


def test_floor_and_ceiling_need_the_declared_range() -> None:
    with pytest.raises(AnalysisError, match="declared range"):
        floor_ceiling([1, 2, 3])
    with pytest.raises(AnalysisError, match="outside"):
        floor_ceiling([1, 2, 7], range=(1, 5))
    with pytest.raises(AnalysisError, match="no range is declared"):
        floor_ceiling(pd.DataFrame({"a": [1], "b": [2]}), range={"a": (0, 4)})
    with pytest.raises(AnalysisError, match="below the highest"):
        floor_ceiling([1], range=(5, 5))
    with pytest.raises(AnalysisError, match="level"):
        floor_ceiling([1], range=(0, 5), level=0)
    with pytest.raises(AnalysisError, match="unknown interval"):
        floor_ceiling([1], range=(0, 5), method="wald")  # type: ignore[arg-type]


def test_scores_that_are_all_missing_give_none() -> None:
    result = floor_ceiling(pd.DataFrame({"a": [np.nan, np.nan]}), range=(0, 4))
    assert result.floor[0].value is None
    assert result.samples[0].n_used == 0


def test_results_print_and_draw() -> None:
    for result in (site_differences(ANSWERS), version_differences(ANSWERS), floor_ceiling(score(ANSWERS))):
        assert result.title in str(result)
        assert "<table" in result._repr_html_()
    assert site_differences(ANSWERS).plot() is not None
    assert floor_ceiling(score(ANSWERS)).plot() is not None

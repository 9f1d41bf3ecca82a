"""Item statistics: counts and groups by hand, and what must hold on any answers."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.data import CheckReport, Responses
from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError
from propsych.properties.items import (
    describe,
    grouped_item_statistics,
    item_correlations,
    item_discrimination,
    item_pairs,
    item_statistics,
    response_frequencies,
)
from propsych.questionnaire import MissingKind
from tests.small_pilot import MOOD, permuted, pilot, questionnaire

ANSWERS = pilot()
TABLE = item_statistics(ANSWERS)


def test_counts_add_up_for_every_item() -> None:
    frame = TABLE.to_frame()
    counts = frame[[f"count:{code}" for code in range(5)]].sum(axis=1)
    missing = frame[[name for name in frame if name.startswith("missing:")]].sum(axis=1)
    assert (counts == frame["n_answered"]).all()
    assert (counts + missing == frame["n_persons"]).all()
    assert (frame["n_asked"] == 240 - frame["missing:other_version"]).all()
    assert set(frame.index) == {item.key for item in ANSWERS.questionnaire.items}


def test_counts_are_by_code_and_lowest_is_by_score() -> None:
    """m5 is reversed: its code 4 is score 0."""
    frame = TABLE.to_frame()
    raw = ANSWERS.items(["m5"]).positions[:, 0]
    assert frame.loc["m5@1", "count:4"] == (raw == 4).sum()
    assert frame.loc["m5@1", "lowest"] == pytest.approx((raw == 4).sum() / (raw >= 0).sum())
    assert frame.loc["m1@1", "lowest"] == pytest.approx(
        frame.loc["m1@1", "count:0"] / frame.loc["m1@1", "n_answered"]
    )
    shares = TABLE.counts.groupby("item")["share"].sum()
    np.testing.assert_allclose(shares, 1.0)


def test_only_items_of_reflective_scales_follow_a_scale() -> None:
    frame = TABLE.to_frame()
    inside = [f"{name}@1" for name in MOOD]
    for statistic in ("item_rest", "alpha_if_dropped", "mean_inter_item"):
        assert frame.loc[inside, statistic].notna().all()
        assert frame.drop(inside)[statistic].isna().all()
    assert (frame.loc[inside, "item_rest"] > 0.4).all()
    complete = ANSWERS.scale("mood").values
    complete = complete[~np.isnan(complete).any(axis=1)]
    rest = complete.sum(axis=1) - complete[:, 4]
    assert frame.loc["m5@1", "item_rest"] == pytest.approx(np.corrcoef(complete[:, 4], rest)[0, 1])
    sample = {r.target: r.sample for r in TABLE.records() if r.statistic == "item_rest"}["m5@1"]
    assert sample is not None
    assert sample.n_used == len(complete)
    assert sample.rule == "listwise within mood"


def test_records_have_the_names_that_reports_read() -> None:
    ids = {record.id for record in TABLE.records()}
    expected = (
        "n_persons n_asked n_answered count:0 count:4 missing:skipped missing:other_version skipped lowest"
    )
    expected += (
        " highest mean sd median skewness kurtosis skipped_clustered lowest_clustered highest_clustered"
    )
    expected += " smallest_share n_unused item_rest alpha_if_dropped mean_inter_item"
    assert {f"items/m1@1/all/{name}" for name in expected.split()} <= ids
    assert not any("missing:invalid" in name for name in ids)
    assert len(ids) == len(list(TABLE.records()))
    counted = next(r for r in TABLE.records() if r.statistic == "n_unused")
    assert isinstance(counted.estimate.value, int)


def test_groups_are_labelled_and_partition_the_persons() -> None:
    for by, labels in (
        ("site", [f"site=s{k}" for k in range(6)]),
        ("sector", ["sector=hospital", "sector=municipality"]),
        ("month", ["month=2025-09", "month=2025-10"]),
    ):
        groups = grouped_item_statistics(ANSWERS, by)
        assert list(groups.groups) == labels
        total = sum(groups[label].to_frame()["count:2"] for label in labels)
        pd.testing.assert_series_equal(total, TABLE.to_frame()["count:2"], check_names=False)
        first = groups[labels[0]]
        assert first.group == labels[0]
        assert not any("clustered" in name or name == "item_rest" for name in first.numbers)


def test_persons_without_a_group_are_counted_and_said() -> None:
    persons = ANSWERS.persons.copy()
    persons.loc[:9, "site"] = None
    groups = grouped_item_statistics(replace(ANSWERS, persons=persons), "site")
    assert groups.n_without == 10
    assert "10 persons have no site" in groups.notes()[0]
    table = item_statistics(replace(ANSWERS, persons=persons))
    assert "10 persons without a site" in " ".join(table.notes())
    clustered = {r.id: r.sample for r in table.records()}["items/m1@1/all/skipped_clustered"]
    assert clustered is not None
    assert clustered.n_dropped == 10


def test_an_absent_column_gives_no_groups_and_an_unknown_one_an_error() -> None:
    assert grouped_item_statistics(ANSWERS, "mode").groups == {}
    with pytest.raises(AnalysisError, match="cannot be grouped"):
        grouped_item_statistics(ANSWERS, "stie")


@pytest.mark.parametrize("sites", [1, 3])
def test_with_few_sites_there_is_no_clustered_interval_and_a_note(sites: int) -> None:
    table = item_statistics(pilot(sites=sites))
    assert not table.clustered
    assert "these sites only" in " ".join(table.notes())
    assert TABLE.clustered


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_the_order_of_persons_changes_nothing(seed: int) -> None:
    moved = item_statistics(permuted(ANSWERS, np.random.default_rng(seed).permutation(len(ANSWERS))))
    pd.testing.assert_frame_equal(moved.to_frame(), TABLE.to_frame(), rtol=1e-9)


def test_the_order_of_items_changes_nothing() -> None:
    order = [2, 0, 1, 4, 3]
    scale = ANSWERS.scale("mood")
    moved = as_item_data(scale.values[:, order], categories=range(5))
    plain = as_item_data(scale.values, categories=range(5))
    a = item_statistics(replace(moved, model="reflective")).to_frame()
    b = item_statistics(replace(plain, model="reflective")).to_frame()
    np.testing.assert_allclose(
        a["item_rest"].astype(float), b["item_rest"].astype(float).iloc[order], rtol=1e-12
    )


def test_reversal_swaps_the_ends_and_turns_signs() -> None:
    """The same answers, with m5 declared as it is not: lowest and highest swap, signs turn, spread stays."""
    items = [
        entry | {"reverse": entry["id"] != "m5" and entry["id"] in MOOD}
        for entry in questionnaire().model_dump(mode="json", exclude_defaults=True)["items"]
    ]
    turned = Responses(questionnaire(items=items), ANSWERS.persons, ANSWERS.positions, CheckReport("x"), "")
    a, b = TABLE.to_frame(), item_statistics(turned).to_frame()
    mood = [f"{name}@1" for name in MOOD]  # every item of the scale is turned round
    for this, other in (("lowest", "highest"), ("lowest_clustered", "highest_clustered")):
        pd.testing.assert_series_equal(a.loc[mood, this], b.loc[mood, other], check_names=False)
        pd.testing.assert_series_equal(
            a.loc[mood, f"{this}_upper"], b.loc[mood, f"{other}_upper"], check_names=False
        )
    np.testing.assert_allclose(a.loc[mood, "skewness"], -b.loc[mood, "skewness"], atol=1e-12)
    np.testing.assert_allclose(a.loc[mood, "mean"], 4 - b.loc[mood, "mean"])
    for same in ("sd", "kurtosis", "item_rest", "alpha_if_dropped", "mean_inter_item", "count:0"):
        np.testing.assert_allclose(a.loc[mood, same].astype(float), b.loc[mood, same].astype(float))


def test_an_item_that_is_not_reversed_correlates_negatively() -> None:
    items = [
        entry | {"reverse": False}
        for entry in questionnaire().model_dump(mode="json", exclude_defaults=True)["items"]
    ]
    wrong = Responses(questionnaire(items=items), ANSWERS.persons, ANSWERS.positions, CheckReport("x"), "")
    frame = item_statistics(wrong).to_frame()
    assert frame.loc["m5@1", "item_rest"] == pytest.approx(-TABLE.to_frame().loc["m5@1", "item_rest"])


def test_relabelling_sites_changes_only_labels() -> None:
    persons = ANSWERS.persons.assign(site=ANSWERS.persons["site"].map(lambda s: "x" + str(9 - int(s[1]))))
    moved = item_statistics(replace(ANSWERS, persons=persons))
    pd.testing.assert_frame_equal(moved.to_frame(), TABLE.to_frame(), rtol=1e-9)


def test_item_pairs_are_named_in_scale_order_and_sorted_for_reading() -> None:
    pairs = item_pairs(ANSWERS.scale("mood"))
    records = list(pairs.records())
    assert records[0].id == "redundancy/m1@1~m2@1/all/correlation"
    assert len(records) == 10
    assert pairs.to_frame()["correlation"].is_monotonic_decreasing
    complete = ANSWERS.scale("mood").values
    complete = complete[~np.isnan(complete).any(axis=1)]
    np.testing.assert_allclose(pairs.r, np.corrcoef(complete.T)[np.triu_indices(5, 1)])
    assert (pairs.lower < pairs.r).all()
    assert (pairs.r < pairs.upper).all()
    with pytest.raises(ValueError, match="read-only"):
        pairs.r[0] = 0


def test_results_print_and_draw() -> None:
    scale = ANSWERS.scale("mood")
    results = [
        TABLE,
        item_pairs(scale),
        describe(scale),
        item_correlations(scale),
        response_frequencies(scale),
    ]
    for result in results:
        assert result.title in result.summary()
        assert "<table" in result._repr_html_()
    for result in results[:2]:
        assert result.plot() is not None


BAD: dict[str, np.ndarray] = {
    "one item": np.array([[0.0], [1], [2]]),
    "one person": np.array([[0.0, 1, 2]]),
    "constant item": np.array([[1.0, 0], [1, 1], [1, 2], [1, 0]]),
    "all missing item": np.array([[np.nan, 0], [np.nan, 1], [np.nan, 2]]),
    "nobody complete": np.array([[np.nan, 0], [1, np.nan], [2, np.nan]]),
    "more items than persons": np.arange(20.0).reshape(2, 10) % 5,
}


@pytest.mark.parametrize("name", BAD)
def test_awkward_answers_give_numbers_or_none_and_no_warning(name: str) -> None:
    values = BAD[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        items = replace(as_item_data(values, categories=range(5)), model="reflective")
        frame = item_statistics(items).to_frame()
        assert len(frame) == values.shape[1]
        records = list(item_statistics(items).records())
        assert all(r.estimate.value is None or np.isfinite(r.estimate.value) for r in records)
        describe(values)
        response_frequencies(values, categories=range(5))
        for rule in ("listwise", "pairwise"):
            item_correlations(values, missing=rule)


REFUSED = {
    "infinite": ([[1.0, np.inf]], "infinite"),
    "text": (pd.DataFrame({"a": ["x", "y"]}), "text|numbers"),
    "no columns": (pd.DataFrame(index=[0, 1]), "no columns"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_number_is_refused(name: str) -> None:
    data, words = REFUSED[name]
    for analysis in (describe, response_frequencies, item_correlations, item_discrimination):
        with pytest.raises(AnalysisError, match=words):
            analysis(data)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(AnalysisError, match="types 1, 2 and 3"):
        describe([[1, 2]], type=4)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="trim"):
        describe([[1, 2]], trim=0.7)
    with pytest.raises(AnalysisError, match="level"):
        item_statistics(ANSWERS, level=95)
    with pytest.raises(AnalysisError, match="not among the declared"):
        response_frequencies([[1, 7]], categories=range(5))
    with pytest.raises(AnalysisError, match="something else than 0 and 1"):
        item_discrimination([[0, 2], [1, 1]])
    with pytest.raises(AnalysisError, match="unknown correlation"):
        item_correlations([[1, 2]], methods=("phi",))
    with pytest.raises(AnalysisError, match="at least two items"):
        item_pairs(ANSWERS.items(["single"]))


def test_missing_kinds_are_kept_apart() -> None:
    positions = ANSWERS.positions.copy()
    positions[:7, 0] = MissingKind.NOT_RELEVANT
    positions[7:9, 0] = MissingKind.NOT_ASKED
    frame = item_statistics(replace(ANSWERS, positions=positions)).to_frame().loc["m1@1"]
    assert frame["missing:not_relevant"] == 7
    assert frame["missing:not_asked"] == 2
    assert frame["n_asked"] == 238
    assert frame["skipped"] == pytest.approx(frame["missing:skipped"] / 238)

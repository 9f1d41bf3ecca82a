"""Cronbach's alpha: refusals, warnings, both intervals, groups, and what must hold on any answers."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.data import CheckReport, Responses
from propsych.errors import AnalysisError, EstimationWarning
from propsych.properties.internal_consistency import alpha_by, cronbach_alpha
from propsych.questionnaire import MissingKind
from tests.small_pilot import MOOD, permuted, pilot, questionnaire

ANSWERS = pilot()
SCALE = ANSWERS.scale("mood")
ALPHA = cronbach_alpha(SCALE)


def test_alpha_is_listwise_and_says_so() -> None:
    complete = SCALE.values[~np.isnan(SCALE.values).any(axis=1)]
    C = np.cov(complete.T)
    assert ALPHA.estimate == pytest.approx(5 / 4 * (1 - np.trace(C) / C.sum()))
    assert (ALPHA.sample.n_asked, ALPHA.sample.n_used) == (240, len(complete))
    assert ALPHA.sample.rule == "listwise"
    assert ALPHA.method == "jackknife"
    assert set(ALPHA.intervals) == {"jackknife", "adf", "adf_log", "feldt", "bonett"}
    assert ALPHA.interval == (ALPHA.intervals["jackknife"].lower, ALPHA.intervals["jackknife"].upper)


def test_record_names() -> None:
    names = [record.id for record in ALPHA.records()]
    assert names == [
        f"internal_consistency/mood/all/{name}"
        for name in ("alpha", "alpha_feldt", "standardised_alpha", "mean_inter_item")
    ]


def test_feldt_on_request_and_under_pairwise_deletion() -> None:
    assert cronbach_alpha(SCALE, interval="feldt").interval == (
        ALPHA.intervals["feldt"].lower,
        ALPHA.intervals["feldt"].upper,
    )
    pairwise = cronbach_alpha(SCALE, missing="pairwise")
    assert pairwise.method == "feldt"
    assert "adf" not in pairwise.intervals
    assert "other persons" in " ".join(pairwise.notes())
    with pytest.raises(AnalysisError, match="complete persons"):
        cronbach_alpha(SCALE, missing="pairwise", interval="adf")


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_the_order_of_persons_and_items_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    moved = permuted(ANSWERS, rng.permutation(len(ANSWERS))).scale("mood")
    order = rng.permutation(5)
    moved = replace(
        moved,
        positions=moved.positions[:, order],
        names=tuple(moved.names[j] for j in order),
        scores=tuple(moved.scores[j] for j in order),
    )
    other = cronbach_alpha(moved)
    assert other.estimate == pytest.approx(ALPHA.estimate, rel=1e-12)
    assert other.interval == pytest.approx(ALPHA.interval, rel=1e-12)
    pd.testing.assert_frame_equal(other.to_frame().loc[list(SCALE.names)], ALPHA.to_frame(), rtol=1e-9)


def test_all_items_reversed_leave_alpha() -> None:
    turned = replace(SCALE, scores=tuple(tuple(4 - s for s in scores) for scores in SCALE.scores))
    assert cronbach_alpha(turned).estimate == pytest.approx(ALPHA.estimate, rel=1e-12)


def test_an_item_coded_the_wrong_way_is_warned_of_with_the_remedy() -> None:
    scores = (*SCALE.scores[:4], tuple(4 - s for s in SCALE.scores[4]))
    with pytest.warns(EstimationWarning, match="m5@1 correlates negatively.*reverse = true"):
        wrong = cronbach_alpha(replace(SCALE, scores=scores))
    assert wrong.item_rest["m5@1"] == pytest.approx(-ALPHA.item_rest["m5@1"])
    assert wrong.estimate < ALPHA.estimate
    assert any("m5@1" in note for note in wrong.notes())


def test_adf_is_wider_than_feldt_on_skewed_items() -> None:
    """Rare high answers that come together: normal theory does not see how unsure alpha is."""
    rng = np.random.default_rng(3)
    heavy = rng.random(300) < 0.05
    values = np.where(heavy[:, None], rng.integers(2, 5, (300, 4)), rng.random((300, 4)) < 0.1).astype(int)
    result = cronbach_alpha(values, categories=range(5))
    width = {name: e.upper - e.lower for name, e in result.intervals.items() if e.upper and e.lower}
    assert width["adf"] > 1.3 * width["feldt"]


def test_a_formative_scale_is_refused() -> None:
    with pytest.raises(AnalysisError, match="formative"):
        cronbach_alpha(ANSWERS.scale("index"))
    with pytest.raises(AnalysisError, match="formative"):
        alpha_by(ANSWERS, "index", "site")
    with pytest.raises(AnalysisError, match="one scale"):
        cronbach_alpha(ANSWERS)


BAD = {
    "one item": (np.array([[0], [1], [2]]), "two items"),
    "one person": (np.array([[0, 1, 2]]), "at least three persons"),
    "nobody complete": (np.array([[np.nan, 0], [1, np.nan], [2, np.nan]]), "at least three persons"),
    "constant item": (np.array([[1, 0], [1, 1], [1, 2], [1, 0]]), "same answer to x1"),
    "all missing item": (np.array([[np.nan, 0], [np.nan, 1], [np.nan, 2]]), "nobody answered x1"),
    "sum without variance": (np.array([[0, 4], [1, 3], [2, 2], [4, 0]]), "does not vary"),
    "out of range": (np.array([[0, 9], [1, 1]]), "9"),
    "infinite": (np.array([[0, np.inf], [1, 1]]), "infinite"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_has_no_alpha_is_refused_in_words(name: str) -> None:
    data, words = BAD[name]
    with pytest.raises(AnalysisError, match=words):
        cronbach_alpha(data, categories=range(5))


def test_more_items_than_persons_gives_alpha_and_a_reason_for_doubt() -> None:
    rng = np.random.default_rng(5)
    theta = rng.integers(0, 3, 4)
    values = theta[:, None] + rng.integers(0, 3, (4, 8))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        result = cronbach_alpha(values, categories=range(5))
    assert np.isfinite(result.estimate)
    assert any("4 persons are few" in note for note in result.notes())


def test_two_items_have_no_alpha_if_dropped() -> None:
    result = cronbach_alpha(SCALE.values[:, :2], categories=range(5))
    assert result.if_dropped["alpha"].isna().all()


def test_alpha_by_group_labels_samples_and_reasons() -> None:
    groups = alpha_by(ANSWERS, "mood", "site")
    assert list(groups.groups) == [f"site=s{k}" for k in range(6)]
    one = groups["site=s0"]
    assert one is not None
    chosen = ANSWERS.scale("mood").select((ANSWERS.persons["site"] == "s0").to_numpy())
    assert one.estimate == pytest.approx(cronbach_alpha(chosen).estimate)
    assert [r.statistic for r in one.records()] == ["alpha", "alpha_feldt"]
    positions = ANSWERS.positions.copy()
    positions[(ANSWERS.persons["site"] == "s3").to_numpy(), 0] = MissingKind.SKIPPED
    lost = alpha_by(replace(ANSWERS, positions=positions), "mood", "site")
    assert lost["site=s3"] is None
    record = next(r for r in lost.records() if r.group == "site=s3")
    assert record.estimate.value is None
    assert record.estimate.method == "fewer than three complete persons"
    assert "follows the spread" in lost.notes()[0]
    assert alpha_by(ANSWERS, "mood", "mode").groups == {}


def test_it_prints_and_draws() -> None:
    text = str(ALPHA)
    assert f"alpha = {ALPHA.estimate:.3f}" in text
    assert "listwise" in text
    assert ALPHA.plot() is not None
    assert set(ALPHA.to_frame().index) == {f"{name}@1" for name in MOOD}


def test_a_wrong_file_stops_before_alpha() -> None:
    from propsych.data import Problem
    from propsych.errors import DataError

    broken = Responses(
        questionnaire(), ANSWERS.persons, ANSWERS.positions, CheckReport("x", (Problem("no_rows"),)), ""
    )
    with pytest.raises(DataError):
        cronbach_alpha(broken.scale("mood"))

"""Scale scores and colours by hand-calculated values, and what must hold on any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from propsych.data import CheckReport, Responses
from propsych.questionnaire import MissingKind, ScoreRule, from_dict
from propsych.scoring import item_colours, score
from propsych.scoring.scores import apply_rule

FIVE = tuple(float(c) for c in range(5))
NAN = np.nan


def rule(kind: str, **more: object) -> ScoreRule:
    return ScoreRule.model_validate({"kind": kind, **more})


HALF = {"kind": "at_least_half"}


@pytest.mark.parametrize(
    ("rule", "answers", "expected"),
    [
        (rule("sum"), [0, 4, 3], 7),
        (rule("sum"), [0, 4, NAN], NAN),
        (rule("sum", missing=HALF, prorate=True), [0, 4, NAN], 6),  # mean 2 x 3 items
        (rule("sum", missing=HALF, prorate=True), [4, NAN, NAN], NAN),  # 1 of 3 is under half
        (rule("mean", missing={"kind": "at_least", "count": 1}), [4, NAN, NAN], 4),
        (rule("percent"), [0, 0, 0], 0),
        (rule("percent"), [4, 4, 4], 100),
        (rule("percent", flip=True), [4, 4, 4], 0),
        (rule("percent", missing=HALF), [1, 2, NAN], 37.5),
        (rule("percent", missing={"kind": "at_least", "count": 3}), [1, 2, NAN], NAN),
    ],
)
def test_rules_by_hand(rule: ScoreRule, answers: list[float], expected: float) -> None:
    actual = apply_rule(np.array([answers], dtype=float), (FIVE,) * 3, rule)
    np.testing.assert_allclose(actual, [expected])


@given(st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=1, max_size=20))
def test_score_stays_in_range_and_rises_with_each_item(rows: list[list[int]]) -> None:
    values = np.array(rows, dtype=float)
    percent = rule("percent")
    base = apply_rule(values, (FIVE,) * 4, percent)
    assert ((base >= 0) & (base <= 100)).all()
    higher = np.minimum(values + np.array([1, 0, 0, 0]), 4)
    assert (apply_rule(higher, (FIVE,) * 4, percent) >= base).all()


def small_answers(positions: list[list[int]]) -> Responses:
    yes_no = [{"code": c, "label": {"da": t}} for c, t in enumerate(("nej", "lidt", "ja"))]
    q = from_dict(
        {
            "id": "q",
            "version": "1",
            "title": {"da": "q"},
            "languages": ["da"],
            "items": [
                {"id": "a", "text": {"da": "a"}, "categories": yes_no},
                {
                    "id": "b",
                    "text": {"da": "b"},
                    "categories": yes_no,
                    "reverse": True,
                    "colours": {"green": [0], "yellow": [1], "red": [2]},
                },
            ],
            "scales": [
                {
                    "id": "s",
                    "name": {"da": "s"},
                    "items": ["a", "b"],
                    "model": "reflective",
                    "direction": "higher_is_worse",
                    "type": "generic",
                    "rule": {"kind": "sum"},
                }
            ],
        }
    )
    persons = pd.DataFrame({"person": [str(i) for i in range(len(positions))]})
    return Responses(q, persons, np.array(positions, dtype=np.int16), CheckReport("x.csv"), "0")


def test_reversal_is_over_the_declared_range_and_not_the_observed() -> None:
    # nobody used the top category of b: an observed range would have turned 1 into 0
    scores = score(small_answers([[0, 0], [2, 1], [1, MissingKind.SKIPPED]]))
    assert scores.values["s"].tolist()[:2] == [2.0, 3.0]
    assert np.isnan(scores.values["s"].iloc[2])
    assert scores.why_missing()["s"].tolist() == ["", "", "fewer than 2 of 2 items answered"]
    assert scores.ranges["s"] == (0.0, 4.0)


def test_a_missing_answer_is_grey_and_who_was_not_asked_has_no_colour() -> None:
    counts = item_colours(
        small_answers([[0, 0], [0, 0], [0, 1], [0, 2], [0, MissingKind.SKIPPED], [0, MissingKind.NOT_ASKED]])
    ).counts
    assert counts.loc["b@1"].to_dict() == {"green": 2, "yellow": 1, "red": 1, "grey": 1}


def test_records_do_not_depend_on_the_order_of_persons() -> None:
    positions = [[0, 0], [2, 1], [1, 2], [2, 2], [1, MissingKind.SKIPPED]]
    forwards = {r.id: r.estimate for r in score(small_answers(positions)).records()}
    backwards = {r.id: r.estimate for r in score(small_answers(positions[::-1])).records()}
    assert forwards.keys() == backwards.keys()
    for name, estimate in forwards.items():
        assert estimate.value == pytest.approx(backwards[name].value, rel=1e-12)

"""Criteria: three states, gates, and files that are wrong."""

from __future__ import annotations

import pytest

from propsych.criteria import CriteriaSet, judge
from propsych.errors import StudyError
from propsych.result import Estimate, Record, Sample

SHIPPED = CriteriaSet.load()


def skipped(value: float | None, lower: float | None, upper: float | None, n: int = 400) -> Record:
    return Record(
        "items", "a@1", "all", "skipped", Estimate(value, lower, upper, 0.95), Sample(n, n, "asked")
    )


@pytest.mark.parametrize(
    ("record", "state", "reason"),
    [
        (skipped(0.22, 0.18, 0.27), "yes", ""),
        (skipped(0.02, 0.01, 0.04), "no", ""),
        (skipped(0.12, 0.08, 0.17), "cannot_tell", "interval_straddles"),
        (skipped(0.08, 0.05, 0.12), "cannot_tell", "interval_straddles"),
        (skipped(0.10, 0.05, 0.10), "no", ""),  # exactly at the threshold is not above it
        (skipped(0.50, 0.40, 0.60, n=49), "cannot_tell", "too_few"),
        (skipped(0.50, 0.40, 0.60, n=50), "yes", ""),
        (skipped(None, None, None), "cannot_tell", "not_estimable"),
    ],
)
def test_three_states(record: Record, state: str, reason: str) -> None:
    (judgement,) = judge([record], SHIPPED)
    assert (judgement.criterion, judgement.state, judgement.reason) == ("skipped", state, reason)


def test_the_interval_that_respects_sites_goes_first() -> None:
    clustered = Record(
        "items",
        "a@1",
        "all",
        "skipped_clustered",
        Estimate(0.15, 0.06, 0.33, 0.95),
        Sample(400, 400, "asked"),
    )
    (judgement,) = judge([skipped(0.15, 0.12, 0.19), clustered], SHIPPED)
    assert judgement.state == "cannot_tell"
    assert judgement.record.endswith("skipped_clustered")


@pytest.mark.parametrize(
    ("lower", "upper", "state"),
    [(0.6, 1.0, "yes"), (-1.0, -0.6, "yes"), (-0.2, 0.3, "no"), (0.1, 0.9, "cannot_tell")],
)
def test_a_site_may_lie_beyond_on_either_side(lower: float, upper: float, state: str) -> None:
    estimate = Estimate((lower + upper) / 2, lower, upper, 0.95)
    record = Record("sites", "a@1", "site=x", "mean_difference", estimate, Sample(60, 60, "answered"))
    assert [j.state for j in judge([record], SHIPPED)] == [state]


def test_only_the_whole_pilot_is_judged_for_items() -> None:
    record = skipped(0.5, 0.4, 0.6)
    at_a_site = Record("items", "a@1", "site=x", "skipped", record.estimate, record.sample)
    assert judge([at_a_site], SHIPPED) == ()


def test_every_threshold_names_its_source_and_least_n() -> None:
    for criterion in SHIPPED.criteria:
        assert criterion.source
        assert criterion.least_n >= 1
        assert {"da", "en"} <= set(criterion.name)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("id = ", "criteria.toml: not valid TOML"),
        ('id = "x"\nversion = "1"\ntitle = {da = "x"}\ncriteria = [{id = "a"}]', "criteria[0] (a).name"),
        ('id = "x"\nversion = "1"\ntitle = {da = "x"}\ncriteria = []\nextra = 1', "extra"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path, text: str, named: str) -> None:
    file = tmp_path / "criteria.toml"
    file.write_text(text)
    with pytest.raises(StudyError) as caught:
        CriteriaSet.load(file)
    assert named in str(caught.value)
    assert "Remedy" in str(caught.value)


def test_a_criterion_twice_is_refused() -> None:
    data = SHIPPED.model_dump()
    data["criteria"] = [*data["criteria"], data["criteria"][0]]
    with pytest.raises(StudyError, match="stands twice"):
        CriteriaSet.from_dict(data)

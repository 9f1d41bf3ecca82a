"""The points of attention find what was planted, and nothing depends on the order of persons or items."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from propsych.datasets import make_pilot, write_example
from propsych.study import PilotStudy, StudyResults

CRITERION = {
    "ceiling": "ceiling",
    "skipped": "skipped",
    "redundant": "redundant",
    "wrong_way_round": "site_pattern",
    "reworded": "reworded",
    "unused_category": "unused",
}
"""Kind of planted problem that this version can see -> the criterion that must see it."""


def analyse(folder: Path, **pilot: object) -> StudyResults:
    write_example(folder, make_pilot(**pilot))
    return PilotStudy.load(folder / "pilot.toml").analyse()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyResults, Path]:
    folder = tmp_path_factory.mktemp("example")
    return analyse(folder), folder


def points(results: StudyResults) -> set[tuple[str, str]]:
    return {(j.criterion, j.target) for j in results.judgements if j.state == "yes"}


def test_every_planted_problem_that_can_be_seen_is_found(example: tuple[StudyResults, Path]) -> None:
    results, folder = example
    planted = tomllib.loads((folder / "planted.toml").read_text(encoding="utf-8"))["problems"]
    visible = [problem for problem in planted if problem["visible_now"]]
    assert {problem["kind"] for problem in visible} == set(CRITERION)
    for problem in visible:
        assert (CRITERION[problem["kind"]], "~".join(problem["targets"])) in points(results), problem["kind"]


def test_the_example_has_no_point_that_was_not_planted(example: tuple[StudyResults, Path]) -> None:
    results, _ = example
    assert len(points(results)) == len(CRITERION)


def test_the_site_that_codes_the_wrong_way_is_named(example: tuple[StudyResults, Path]) -> None:
    results, folder = example
    planted = tomllib.loads((folder / "planted.toml").read_text(encoding="utf-8"))["problems"]
    (site,) = {problem["site"] for problem in planted if problem["kind"] == "wrong_way_round"}
    assert {j.group for j in results.judgements if (j.criterion, j.state) == ("site_pattern", "yes")} == {
        f"site={site}"
    }


def test_a_pilot_without_problems_has_next_to_none(tmp_path: Path) -> None:
    results = analyse(tmp_path, seed=7, problems=False)
    flagged = {name for _, target in points(results) for name in target.split("~")}
    assert len(flagged) <= 2  # 5 % of 46 items


@pytest.mark.parametrize("what", ["persons", "columns"])
def test_nothing_depends_on_the_order_of_the_file(tmp_path: Path, what: str) -> None:
    before = analyse(tmp_path, seed=5, n=150)
    file = tmp_path / "svar.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle, delimiter=";"))
    rows = [rows[0], *rows[:0:-1]] if what == "persons" else [row[::-1] for row in rows]
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter=";", lineterminator="\n").writerows(rows)
    after = PilotStudy.load(tmp_path / "pilot.toml").analyse()
    assert before.records.keys() == after.records.keys()
    for name, record in before.records.items():
        other = after.records[name]
        assert record.sample == other.sample, name
        for end in ("value", "lower", "upper"):
            mine, its = getattr(record.estimate, end), getattr(other.estimate, end)
            assert (mine is None) == (its is None), name
            assert mine is None or its == pytest.approx(mine, rel=1e-9, abs=1e-9), name
    assert [(j.record, j.state) for j in before.judgements] == [(j.record, j.state) for j in after.judgements]


def test_results_survive_saving(tmp_path: Path, example: tuple[StudyResults, Path]) -> None:
    results, _ = example
    results.save(tmp_path / "a.json")
    again = StudyResults.load(tmp_path / "a.json")
    assert again.questionnaire == results.questionnaire
    assert again.criteria == results.criteria
    assert again.judgements == tuple(
        j if j.value is None else type(j)(**{**_fields(j), "value": again_j.value})
        for j, again_j in zip(results.judgements, again.judgements, strict=True)
    )
    again.save(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def _fields(judgement: object) -> dict[str, object]:
    return {name: getattr(judgement, name) for name in judgement.__slots__}

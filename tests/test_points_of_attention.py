"""The points of attention find what was planted, and nothing depends on the order of persons or items."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import pytest

from propsych.datasets import make_pilot, write_example
from propsych.errors import DataError, StudyError
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
    role = {criterion.id: criterion.role for criterion in results.criteria.criteria}
    return {
        (j.criterion, j.target)
        for j in results.judgements
        if j.state == "yes" and role[j.criterion] == "point"
    }


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
    analyse(tmp_path, seed=5, n=150).save(tmp_path / "before.json")
    file = tmp_path / "svar.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle, delimiter=";"))
    rows = [rows[0], *rows[:0:-1]] if what == "persons" else [row[::-1] for row in rows]
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter=";", lineterminator="\n").writerows(rows)
    PilotStudy.load(tmp_path / "pilot.toml").analyse().save(tmp_path / "after.json")
    before, after = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("before", "after")
    )
    # the fingerprint is the file's, and the warnings stand in the order of the file
    for results in (before, after):
        results["study"]["data_fingerprint"] = ""
        results["problems"].sort(key=str)
    assert before == after


def pilot_with(tmp_path: Path, old: str, new: str) -> PilotStudy:
    write_example(tmp_path, make_pilot(seed=5, n=60))
    file = tmp_path / "pilot.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return PilotStudy.load(file)


def test_check_finds_what_analyse_refuses(tmp_path: Path) -> None:
    study = pilot_with(tmp_path, 'id = "praksis_b"', 'id = "praksis_c"')
    found = study.check()
    assert {p.kind for p in found.errors} == {"unknown_site"}
    assert all(p.row and p.person and p.value == "praksis_b" for p in found.errors)
    with pytest.raises(DataError, match="not declared in the pilot file"):
        study.analyse()


def test_samples_say_who_is_behind_each_number(tmp_path: Path) -> None:
    study = pilot_with(tmp_path, "seed = 1", "seed = 2")
    file = tmp_path / "svar.csv"
    lines = file.read_text("utf-8").splitlines()
    column = lines[0].split(";").index("pilotsted")
    for i in range(1, 6):  # five persons without a site
        cells = lines[i].split(";")
        cells[column] = ""
        lines[i] = ";".join(cells)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    results = study.analyse()
    plain = results.get("floor_ceiling", "trivsel", "floor").sample
    clustered = results.get("floor_ceiling", "trivsel", "floor_clustered").sample
    assert plain.n_used - clustered.n_used == 5
    for scale in ("trivsel", "goeremaal", "soevn"):
        n_asked = {
            results.get(*place).sample.n_asked
            for place in (
                ("scores", scale, "mean"),
                ("floor_ceiling", scale, "floor"),
                ("internal_consistency", scale, "alpha"),
            )
        }
        assert n_asked == {60}


def test_only_an_ordered_question_has_a_level_to_compare(tmp_path: Path) -> None:
    results = pilot_with(tmp_path, "seed = 1", "seed = 2").analyse()
    compared = {r.target for r in results.select("sites") if r.statistic == "mean_difference"}
    assert "arbejdsliv@1" not in compared
    assert "smerte_nu@1" in compared


@pytest.mark.parametrize("run", ["check", "analyse"])
def test_a_time_point_that_does_not_exist_is_an_error_of_the_pilot_file(tmp_path: Path, run: str) -> None:
    study = pilot_with(tmp_path, 'time_point = "start"', 'time_point = "slut"')
    with pytest.raises(StudyError, match="time_point"):
        getattr(study, run)()


def test_a_site_name_with_a_slash_survives_saving(tmp_path: Path) -> None:
    study = pilot_with(tmp_path, 'id = "praksis_b"', 'id = "Afd. A/B"')
    answers = tmp_path / "svar.csv"
    answers.write_text(answers.read_text("utf-8").replace("praksis_b", "Afd. A/B"), encoding="utf-8")
    results = study.analyse()
    results.save(tmp_path / "r.json")
    again = StudyResults.load(tmp_path / "r.json")
    assert again.value("participation", "persons", "n", "site=Afd. A/B") is not None
    assert again.records.keys() == results.records.keys()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"schema": 2', '"schema": 1'),
        ('"value": 60', '"value": "many"'),
        ('"criterion": "skipped"', '"criterion": "no_such"'),
        ('"kind": "parent_blank"', '"kind": "no_such"'),
        ('"results": {', '"results": [], "other": {'),
    ],
)
def test_an_edited_results_file_is_refused_in_a_sentence(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "r.json"
    pilot_with(tmp_path, "seed = 1", "seed = 2").analyse().save(file)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError, match=r"r\.json: not a results file"):
        StudyResults.load(file)


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

"""The pilot's retest: who is paired, who counts as unchanged, and what is refused."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import propsych as pp
from propsych.datasets import make_pilot, write_example
from propsych.errors import StudyError
from propsych.study import PilotStudy, StudyResults

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyResults, Path]:
    folder = tmp_path_factory.mktemp("retest")
    write_example(folder, make_pilot(seed=5, n=300))
    return PilotStudy.load(folder / "pilot.toml").analyse(), folder


def edited(
    folder: Path, *pilot: tuple[str, str], rows: Callable[[Rows], None] = lambda rows: None
) -> PilotStudy:
    """Write a small example with texts of its pilot file replaced and rows of its answers changed."""
    write_example(folder, make_pilot(seed=5, n=60))
    file = folder / "pilot.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in pilot:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    answers = folder / "svar.csv"
    with answers.open(encoding="utf-8", newline="") as handle:
        table = list(csv.DictReader(handle, delimiter=";"))
    rows(table)
    with answers.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(table[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    return PilotStudy.load(file)


def value(results: StudyResults, name: str) -> float:
    return float(results.records[name].estimate.value)  # type: ignore[arg-type]


NO_ANCHOR = (('stable = ["uaendret"]\nchanged = ["bedre", "vaerre"]\n', ""), ('anchor = "forandring"\n', ""))


def test_the_numbers_are_those_of_the_file(example: tuple[StudyResults, Path]) -> None:
    """Scores of the index, a sum of codes, paired by hand from the file."""
    results, folder = example
    frame = pd.read_csv(folder / "svar.csv", sep=";", dtype=str, keep_default_na=False)
    names = [f"foelger_{k:02d}" for k in range(1, 7)]
    codes = frame[names].apply(pd.to_numeric)
    frame["score"] = codes.where(codes >= 0).sum(axis=1, skipna=False)
    both = frame.pivot_table(index="patient", columns="tidspunkt", values="score", dropna=False)
    said = frame[frame["tidspunkt"] == "gensvar"].set_index("patient")["forandring"]
    used = both.loc[said.index[said == "uaendret"]].dropna()
    found = results.records["reliability/foelger/all/icc_agreement"]
    assert found.sample is not None
    assert found.sample.n_used == len(used)
    expected = pp.icc(used[["start", "gensvar"]]).estimate("ICC(2,1)")
    assert found.estimate.value == pytest.approx(expected.value, abs=1e-12)
    difference = used["gensvar"] - used["start"]
    sdc = 1.959963984540054 * np.sqrt(2.0) * value(results, "measurement_error/foelger/all/sem_agreement")
    assert value(results, "measurement_error/foelger/all/sdc_individual") == pytest.approx(sdc)
    assert value(results, "measurement_error/foelger/all/bias") == pytest.approx(difference.mean())


def test_kappa_of_a_question_is_that_of_the_unchanged(example: tuple[StudyResults, Path]) -> None:
    results, folder = example
    frame = pd.read_csv(folder / "svar.csv", sep=";", dtype=str, keep_default_na=False)
    frame = frame[frame["smerte_nu"].str.fullmatch(r"\d+")]
    both = frame.pivot(index="patient", columns="tidspunkt", values="smerte_nu").dropna()
    said = frame[frame["tidspunkt"] == "gensvar"].set_index("patient")["forandring"]
    used = both[said.reindex(both.index) == "uaendret"].astype(int)
    kappa = pp.weighted_kappa(used["start"], used["gensvar"], categories=range(11))
    assert value(results, "reliability/smerte_nu@1/all/weighted_kappa") == pytest.approx(kappa.estimate)
    same = int((used["start"] == used["gensvar"]).sum())
    assert value(results, "reliability/smerte_nu@1/all/n_same") == same


def test_a_question_without_an_order_gets_the_unweighted_kappa(example: tuple[StudyResults, Path]) -> None:
    results, _ = example
    assert "reliability/arbejdsliv@1/all/cohen_kappa" in results.records
    assert "reliability/arbejdsliv@1/all/weighted_kappa" not in results.records


def test_only_the_first_time_point_is_analysed(example: tuple[StudyResults, Path]) -> None:
    results, _ = example
    assert value(results, "participation/persons/all/n") == 300
    assert value(results, "participation/retest/all/n_twice") == 90


def test_groups_and_one_person_are_judged_apart(example: tuple[StudyResults, Path]) -> None:
    results, _ = example
    judged = {j.criterion: j for j in results.judgements if j.record.endswith("goeremaal/all/icc_agreement")}
    assert set(judged) == {"retest_groups", "retest_person"}
    assert results.criteria["retest_groups"].value == 0.70
    assert results.criteria["retest_person"].value == 0.90
    assert results.criteria["retest_person"].role == "use"


def test_without_an_anchor_everybody_counts_and_the_result_says_so(tmp_path: Path) -> None:
    results = edited(tmp_path, *NO_ANCHOR).analyse()
    record = results.records["reliability/trivsel/all/icc_agreement"]
    assert record.sample is not None
    assert record.sample.rule == "both scores"
    assert record.sample.n_asked == 18
    assert "reliability/trivsel/all/n_stable" not in results.records
    twice, unchanged = (value(results, f"participation/retest/all/{n}") for n in ("n_twice", "n_unchanged"))
    assert twice == unchanged == 18


def test_who_did_not_answer_the_anchor_does_not_count_as_unchanged(tmp_path: Path) -> None:
    def blank(rows: Rows) -> None:
        again = [row for row in rows if row["forandring"] == "uaendret"]
        again[0]["forandring"] = ""

    before = edited(tmp_path / "a").analyse()
    after = edited(tmp_path / "b", rows=blank).analyse()
    name = "participation/retest/all/n_unchanged"
    assert value(after, name) == value(before, name) - 1
    assert value(after, "participation/retest/all/n_twice") == value(
        before, "participation/retest/all/n_twice"
    )


def test_who_answers_outside_the_interval_is_left_out(tmp_path: Path) -> None:
    before = edited(tmp_path / "a").analyse()
    after = edited(tmp_path / "b", ("max_days = 21", "max_days = 14")).analyse()
    name = "participation/retest/all/n_in_time"
    assert 0 < value(after, name) < value(before, name)
    assert value(after, "reliability/trivsel/all/days_longest") <= 14
    sample = after.records["reliability/trivsel/all/icc_agreement"].sample
    assert sample is not None
    assert sample.n_asked == value(before, "participation/retest/all/n_twice")
    assert sample.rule == "both scores, unchanged by the anchor, within the interval"


def test_few_persons_make_a_number_that_is_not_judged(tmp_path: Path) -> None:
    results = edited(tmp_path).analyse()
    judged = [j for j in results.judgements if j.record.startswith("reliability/")]
    assert judged
    assert {(j.state, j.reason) for j in judged} <= {
        ("cannot_tell", "too_few"),
        ("cannot_tell", "not_estimable"),
    }


def test_an_answer_about_change_that_is_not_declared_is_an_error_and_not_shown(tmp_path: Path) -> None:
    def strange(rows: Rows) -> None:
        next(row for row in rows if row["forandring"] == "bedre")["forandring"] = "lidt bedre"

    check = edited(tmp_path, rows=strange).check()
    (problem,) = check.errors
    assert problem.kind == "unknown_anchor"
    assert problem.row is not None
    assert "lidt bedre" not in str(check)


def test_a_second_answer_before_the_first_is_an_error(tmp_path: Path) -> None:
    def early(rows: Rows) -> None:
        next(row for row in rows if row["tidspunkt"] == "gensvar")["dato"] = "2025-08-01"

    (problem,) = edited(tmp_path, rows=early).check().errors
    assert problem.kind == "retest_before_test"
    assert problem.person


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('second = "gensvar"', 'second = "senere"', "no answers at time point 'senere'"),
        ('second = "gensvar"', 'second = "start"', "the same time point"),
        ('changed = ["bedre", "vaerre"]', 'changed = ["uaendret"]', "cannot be stable and changed"),
        ('changed = ["bedre", "vaerre"]\n', "", "stable and changed answers together"),
        ('anchor = "forandring"\n', "", "belong together"),
        ("max_days = 21", "max_days = 3", "max_days is below min_days"),
        ("min_days = 7\nmax_days = 21", "max_days = 3", "nobody answered twice within the interval"),
        ("min_days = 7", "min_dage = 7", "min_dage"),
        ('date = "dato"\n', "", "there are no dates"),
    ],
)
def test_what_is_wrong_in_the_pilot_file_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        edited(tmp_path, (old, new)).check()


def test_numbers_may_stand_for_answers_about_change(tmp_path: Path) -> None:
    codes = {"uaendret": "0", "bedre": "1", "vaerre": "-1", "": ""}

    def coded(rows: Rows) -> None:
        for row in rows:
            row["forandring"] = codes[row["forandring"]]

    plain = edited(tmp_path / "a").analyse()
    change = (
        ('stable = ["uaendret"]', "stable = [0]"),
        ('changed = ["bedre", "vaerre"]', "changed = [1, -1]"),
    )
    numbers = edited(tmp_path / "b", *change, rows=coded).analyse()
    name = "reliability/trivsel/all/icc_agreement"
    assert numbers.records[name] == plain.records[name]


def test_a_question_and_a_scale_name_the_same_persons_asked(example: tuple[StudyResults, Path]) -> None:
    results, _ = example
    for name in ("triv_02@1/all/weighted_kappa", "trivsel/all/icc_agreement"):
        sample = results.records[f"reliability/{name}"].sample
        assert sample is not None
        assert sample.n_asked == 90
        assert sample.rule.endswith(", unchanged by the anchor")


def test_copies_of_the_first_answers_are_not_called_reliable(tmp_path: Path) -> None:
    def copied(rows: Rows) -> None:
        first = {row["patient"]: row for row in rows if row["tidspunkt"] == "start"}
        own = ("tidspunkt", "dato", "forandring", "svarform")
        for row in rows:
            if row["tidspunkt"] == "gensvar":
                row.update({k: v for k, v in first[row["patient"]].items() if k not in own})

    results = edited(tmp_path, *NO_ANCHOR, rows=copied).analyse()
    assert value(results, "reliability/trivsel/all/icc_agreement") == 1.0
    states = {j.state for j in results.judgements if j.record.startswith("reliability/")}
    assert states == {"cannot_tell"}


def test_a_person_twice_at_the_second_time_is_listed_by_check(tmp_path: Path) -> None:
    def doubled(rows: Rows) -> None:
        rows.append(dict(next(row for row in rows if row["tidspunkt"] == "gensvar")))

    check = edited(tmp_path, rows=doubled).check()
    assert {problem.kind for problem in check.errors} == {"duplicate_person"}


def test_the_anchor_is_named_as_in_the_file(tmp_path: Path) -> None:
    def strange(rows: Rows) -> None:
        next(row for row in rows if row["forandring"] == "bedre")["forandring"] = "x"

    (problem,) = edited(tmp_path, rows=strange).check().errors
    assert problem.column == "forandring"

"""Every kind of bad input is found, with severity, row, column and remedy, and no CPR number is shown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from propsych.data import PROBLEM_KINDS, CheckReport, check_responses, read_responses
from propsych.errors import DataError
from propsych.questionnaire import Questionnaire
from tests.answer_files import (
    CPR,
    GOOD,
    HEADER,
    LINK,
    SHADES,
    item,
    questionnaire,
    row,
    standard,
    write,
    yes_no,
)
from tests.test_read_responses_files import FILES


class Case(NamedTuple):
    """A file, and the one problem of a kind that it must show."""

    kind: str
    severity: str
    row: int | None
    column: str
    rows: list[tuple[str, ...]]
    header: tuple[str, ...] = HEADER
    fatal: bool = False
    person: str = "p2"
    value: str | None = None
    values: str = "codes"
    q: Questionnaire = standard()
    columns: dict[str, str] | None = None


def without(name: str) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    k = HEADER.index(name)
    return [GOOD[:k] + GOOD[k + 1 :]], HEADER[:k] + HEADER[k + 1 :]


def second(**cells: str) -> list[tuple[str, ...]]:
    """Return a good row on line 2 and a changed one on line 3."""
    return [row(), row("p2", **cells)]


TWO = questionnaire(item("a", version="1"), item("a", version="2"))
DATED = questionnaire(
    item("a", version="1", in_use_to="2025-10-31"), item("a", version="2", in_use_from="2025-11-01")
)
SHORTER = questionnaire(
    item("a", version="1", in_use_to="2025-10-31"),
    item("a", version="2", in_use_from="2025-11-01") | {"categories": item("a")["categories"][:3]},
)
LABELS = questionnaire(item("a"))
TWINS = [*item("a")["categories"][:2], {"code": 2, "label": {"da": "Noget", "en": "Lidt"}}]
D = ("person", "date", "a")

CASES = {
    "code out of range": Case("code_out_of_range", "error", 3, "a", second(a="7"), value="7"),
    "negative code": Case("code_out_of_range", "error", 3, "a", second(a="-1"), value="-1"),
    "half a code": Case("code_out_of_range", "error", 3, "a", second(a="2,5"), value="2,5"),
    "undeclared marker": Case("code_out_of_range", "error", 3, "a", second(a="NA"), value="NA"),
    "a telephone number": Case("code_out_of_range", "error", 3, "a", second(a="86123456"), value="########"),
    "a number without end": Case(
        "code_out_of_range", "error", 3, "a", second(a="9" * 6000), value="#" * 39 + "…"
    ),
    "text in a coded column": Case(
        "text_in_coded_column", "error", 3, "a", second(a="ondt i ryggen"), value=""
    ),
    "a label in a coded column": Case("text_in_coded_column", "error", 3, "a", second(a="Lidt"), value=""),
    "unknown column": Case("unknown_column", "warning", None, "b", [(*GOOD, "1")], (*HEADER, "b"), person=""),
    "column without a name": Case(
        "unknown_column", "warning", None, "#10", [(*GOOD, "")], (*HEADER, ""), person=""
    ),
    "missing column": Case("missing_column", "error", None, "often", *without("often"), person=""),
    "missing column of both versions": Case(
        "missing_column", "error", None, "a", [("p1", "x")], ("person", "site"), person="", q=TWO
    ),
    "column twice": Case("duplicate_column", "error", None, "a", [(*GOOD, "1")], (*HEADER, "a"), person=""),
    "column by id and linkId": Case(
        "duplicate_column", "error", None, LINK, [(*GOOD, "1")], (*HEADER, LINK), person=""
    ),
    "no id column": Case(
        "missing_person_column", "error", None, "person", *without("person"), fatal=True, person=""
    ),
    "mapped id column lacking": Case(
        "missing_person_column",
        "error",
        None,
        "cpr",
        [GOOD],
        fatal=True,
        person="",
        columns={"person": "cpr"},
    ),
    "mapped column lacking": Case(
        "missing_person_column", "error", None, "afdeling", [GOOD], person="", columns={"site": "afdeling"}
    ),
    "person twice": Case("duplicate_person", "error", 3, "person", [row(), row()], person="p1"),
    "no id": Case("missing_id", "error", 3, "person", [row(), row("")], person=""),
    "no site": Case("missing_person_value", "warning", 3, "site", second(site=" ")),
    "not a date": Case("bad_date", "error", 3, "date", second(date="2025-02-30"), value="2025-02-30"),
    "American date": Case("bad_date", "error", 3, "date", second(date="09/30/2025"), value="09/30/2025"),
    "date with two digits of year": Case(
        "bad_date", "error", 3, "date", second(date="30-09-25"), value="30-09-25"
    ),
    "age below nothing": Case("bad_age", "error", 3, "age", second(age="-4"), value="-4"),
    "age too high": Case("bad_age", "error", 3, "age", second(age="121"), value="121"),
    "date of birth": Case("unlikely_date", "warning", 3, "date", second(date="12-03-1951"), value="1951"),
    "words as a site": Case(
        "unexpected_person_value",
        "error",
        3,
        "site",
        second(site="ring til min datter i morgen " * 3),
        value="",
    ),
    "no time point": Case(
        "missing_time_point",
        "error",
        3,
        "time_point",
        [("før", *row()), ("", *row("p2"))],
        ("time_point", *HEADER),
    ),
    "blank rows": Case("blank_rows", "warning", None, "", [GOOD], (*HEADER,), person="", value="2"),
    "two decimal signs": Case(
        "mixed_decimals", "warning", None, "", second(a="3.0", smoke="1,0"), person="", value=""
    ),
    "thousands": Case("ambiguous_number", "error", 3, "a", second(a="1.000"), value="1.000"),
    "a column for two things": Case(
        "column_mapped_twice",
        "error",
        None,
        "site",
        [GOOD],
        person="",
        columns={"site": "site", "sector": "site"},
    ),
    "hidden and coded as skipped": Case(
        "coded_though_hidden", "warning", 3, "often", second(smoke="0", often="99", stop=""), value="99"
    ),
    "hidden and answered with don't know": Case(
        "answered_though_hidden",
        "warning",
        3,
        "often",
        second(smoke="0", often="Ved ikke", stop=""),
        value="Ved ikke",
    ),
    "age not whole": Case("bad_age", "error", 3, "age", second(age="44,5"), value="44,5"),
    "hidden and answered": Case(
        "answered_though_hidden", "warning", 3, "often", second(smoke="0", stop=""), value="2"
    ),
    "hidden further down": Case(
        "answered_though_hidden", "warning", 3, "stop", second(smoke="0", often="", stop="1")
    ),
    "blank parent": Case("parent_blank", "warning", 3, "often", second(smoke="", often="", stop="97")),
    "blank parent, answered child": Case(
        "parent_blank", "warning", 3, "often", second(smoke="", often="1", stop="")
    ),
    "not asked though shown": Case(
        "not_asked_though_shown", "warning", 3, "often", second(often="97", stop=""), value="97"
    ),
    "CPR number as id": Case("cpr_number", "error", 3, "person", [row(), row(CPR)], fatal=True, person=""),
    "CPR number without hyphen": Case(
        "cpr_number", "error", 3, "person", [row(), row("0102031234")], fatal=True, person=""
    ),
    "CPR number read as a float": Case(
        "cpr_number", "error", 3, "person", [row(), row("0102031234.0")], fatal=True, person=""
    ),
    "CPR number in free text": Case(
        "cpr_number", "error", 3, "words", second(words=f"se {CPR}, tak"), fatal=True
    ),
    "CPR number in a coded column": Case("cpr_number", "error", 3, "a", second(a="010203 1234"), fatal=True),
    "CPR number in an unknown column": Case(
        "cpr_number", "error", 2, "note", [(*GOOD, CPR)], (*HEADER, "note"), fatal=True, person="p1"
    ),
    "CPR number as a column name": Case(
        "cpr_number", "error", 1, "#10", [(*GOOD, "1")], (*HEADER, CPR), fatal=True, person=""
    ),
    "CPR number in a ragged row": Case(
        "cpr_number", "error", 3, "", [GOOD, (*row("p2"), CPR)], fatal=True, person=""
    ),
    "too many fields": Case("ragged_row", "error", 3, "", [GOOD, (*row("p2"), "1")], person="", value="10"),
    "too few fields": Case("ragged_row", "error", 3, "", [GOOD, ("p2", "Odense")], person="", value="2"),
    "only a header": Case("no_rows", "error", None, "", [], fatal=True, person=""),
    "misspelt label": Case(
        "unknown_label",
        "error",
        2,
        "a",
        [("p1", "slet ikke")],
        ("id", "a"),
        person="p1",
        values="labels",
        value="slet ikke",
        q=LABELS,
    ),
    "no label at all": Case(
        "unknown_label",
        "error",
        2,
        "a",
        [("p1", "ring til min datter")],
        ("id", "a"),
        person="p1",
        values="labels",
        value="",
        q=LABELS,
    ),
    "label of two codes": Case(
        "ambiguous_label",
        "error",
        2,
        "a",
        [("p1", "Lidt")],
        ("id", "a"),
        person="p1",
        values="labels",
        value="Lidt",
        q=questionnaire(item("a") | {"categories": TWINS}),
    ),
    "versions in one column, no periods": Case(
        "versions_not_separable", "error", None, "a", [("p1", "2025-10-01", "1")], D, person="", q=TWO
    ),
    "versions in one column, no dates": Case(
        "versions_not_separable", "error", None, "a", [("p1", "1")], ("person", "a"), person="", q=DATED
    ),
    "versions in one column, one without date": Case(
        "version_unknown", "warning", 3, "a", [("p1", "2025-10-01", "1"), ("p2", "", "1")], D, q=DATED
    ),
    "version's code": Case(
        "code_not_in_version",
        "error",
        3,
        "a",
        [("p1", "2025-10-31", "3"), ("p2", "2025-11-01", "3")],
        D,
        value="a@2",
        q=SHORTER,
    ),
    "both versions answered": Case(
        "two_versions_answered",
        "error",
        2,
        "a@1",
        [("p1", "1", "1")],
        ("person", "a@1", "a@2"),
        person="p1",
        q=TWO,
    ),
    "both versions blank": Case(
        "versions_blank",
        "warning",
        None,
        "a@1",
        [("p1", "", ""), ("p2", "1", "")],
        ("person", "a@1", "a@2"),
        person="",
        value="1",
        q=TWO,
    ),
    "outside the version's period": Case(
        "version_out_of_period",
        "warning",
        2,
        "a@2",
        [("p1", "2025-10-31", "", "1")],
        ("person", "date", "a@1", "a@2"),
        person="p1",
        q=DATED,
    ),
    "date in no period": Case(
        "version_undecided",
        "warning",
        2,
        "a",
        [("p1", "2025-10-15", "1")],
        D,
        person="p1",
        q=questionnaire(
            item("a", version="1", in_use_to="2025-09-30"), item("a", version="2", in_use_from="2025-11-01")
        ),
    ),
}


def report(path: Path, case: Case) -> CheckReport:
    return check_responses(path, case.q, values=case.values, columns=case.columns)  # type: ignore[arg-type]


def rows_of(name: str) -> list[tuple[str, ...]]:
    """Return the case's rows, and for one of them blank rows at the end."""
    return CASES[name].rows + ([("",) * len(HEADER)] * 2 if name == "blank rows" else [])


def everything_shown(check: CheckReport) -> str:
    return check.summary() + check.to_frame().to_string() + repr(check)


@pytest.mark.parametrize("name", CASES)
def test_a_problem_is_listed(tmp_path, name):
    case = CASES[name]
    path = write(tmp_path, rows_of(name), case.header)
    check = report(path, case)
    found = [p for p in check.problems if p.kind == case.kind]
    assert len(found) == 1, check.summary()
    problem = found[0]
    assert (problem.severity, problem.row, problem.column) == (case.severity, case.row, case.column)
    assert problem.person == case.person
    assert problem.remedy
    assert case.value is None or problem.value == case.value
    assert check.ok == (case.severity == "warning")
    for secret in (CPR, "0102031234", "010203 1234", "ryggen", "datter", "intet"):
        assert secret not in everything_shown(check)


@pytest.mark.parametrize("name", CASES)
def test_errors_stop_the_analysis_and_warnings_do_not(tmp_path, name):
    case = CASES[name]
    path = write(tmp_path, rows_of(name), case.header)
    with_options = {"values": case.values, "columns": case.columns}
    if case.fatal:
        with pytest.raises(DataError) as caught:
            read_responses(path, case.q, **with_options)
        assert case.kind in {p.kind for p in caught.value.check.problems}
        assert CPR not in str(caught.value)
        assert "Remedy" in str(caught.value)
        assert str(tmp_path) not in str(caught.value)
        return
    responses = read_responses(path, case.q, **with_options)
    if case.severity == "error":
        with pytest.raises(DataError, match=r"stops? the analysis") as caught:
            responses.items()
        assert caught.value.check is responses.check
    else:
        assert responses.items().n_persons == len(case.rows)


def test_every_declared_kind_has_a_case():
    shown = {case.kind for case in CASES.values()} | {kind for kind, _ in FILES.values()}
    of_the_study = {"unknown_site", "unknown_anchor", "retest_before_test"}
    assert set(PROBLEM_KINDS) - shown - of_the_study == {"file_unreadable"}


def test_all_problems_are_found_at_once_in_the_order_of_the_file(tmp_path):
    rows = [
        row("p1", a="7", date="i går"),
        row("p2", words=CPR, a="x"),
        row("p1", smoke="", often="5"),
        ("p4",),
    ]
    check = check_responses(write(tmp_path, [(*r, "0") for r in rows], (*HEADER, "extra")), standard())
    assert [(p.kind, p.row) for p in check.problems] == [
        ("unknown_column", None),
        ("bad_date", 2),
        ("code_out_of_range", 2),
        ("text_in_coded_column", 3),
        ("cpr_number", 3),
        ("duplicate_person", 4),
        ("code_out_of_range", 4),
        ("parent_blank", 4),
        ("ragged_row", 5),
    ]


def test_problems_of_one_kind_are_all_listed(tmp_path):
    check = check_responses(write(tmp_path, [row(f"p{k}", a="7") for k in range(3000)]), standard())
    assert [p.row for p in check.errors] == list(range(2, 3002))


def test_rows_are_lines_of_the_file(tmp_path):
    path = tmp_path / "svar.csv"
    path.write_text('id,a,words\n\np1,1,"to\nlinjer"\np2,9,\n')
    q = questionnaire(item("a"), {"id": "words", "text": {"da": "Andet?"}, "type": "text"})
    responses = read_responses(path, q)
    assert responses.persons["row"].tolist() == [3, 5]
    assert [p.row for p in responses.check.errors] == [5]


def test_several_time_points_are_no_duplicates(tmp_path):
    header = ("time_point", *HEADER)
    path = write(
        tmp_path, [("før", *row()), ("efter", *row()), ("før", *row("p2")), ("efter", *row())], header
    )
    assert [(p.kind, p.row) for p in check_responses(path, standard()).errors] == [("duplicate_person", 5)]


def test_labels_name_the_closest_declared_one(tmp_path):
    q = questionnaire(item("a"))
    path = write(tmp_path, [("p1", "Særdelse meget"), ("p2", SHADES[3][0])], ("id", "a"))
    (problem,) = read_responses(path, q, values="labels").check.problems
    assert (problem.row, problem.value) == (2, "Særdelse meget")
    assert "Særdeles meget" in problem.what


@pytest.mark.parametrize("cell", ["Lidt mere end før", "Slet", "Meget ondt", "Jan", "Særdeles lidt"])
def test_words_that_only_resemble_a_label_are_not_shown(tmp_path, cell):
    check = check_responses(
        write(tmp_path, [("p1", cell)], ("id", "a")), questionnaire(item("a")), values="labels"
    )
    (problem,) = check.problems
    assert (problem.kind, problem.value) == ("unknown_label", "")
    assert cell not in (problem.person, problem.column)
    assert problem.detail == " | ".join(label for pair in SHADES for label in pair)


def test_a_parent_that_was_answered_with_dont_know_is_not_called_blank(tmp_path):
    (problem,) = check_responses(write(tmp_path, [row(smoke="98", often="1", stop="")]), standard()).problems
    assert (problem.kind, problem.column, problem.detail) == ("parent_blank", "often", "smoke")
    assert "blank" not in problem.what
    assert "no answer" in problem.what


def test_free_text_that_branching_should_have_hidden_is_not_shown(tmp_path):
    words = {"id": "words", "text": {"da": "?"}, "type": "text", "asked_if": {"item": "smoke", "codes": [1]}}
    q = questionnaire(yes_no("smoke"), words)
    path = write(tmp_path, [("p1", "0", "ring til min datter")], ("id", "smoke", "words"))
    check = check_responses(path, q)
    assert [(p.kind, p.value) for p in check.problems] == [("answered_though_hidden", "")]
    assert "datter" not in everything_shown(check)


def test_a_wrong_argument_is_refused(tmp_path):
    path = write(tmp_path, [GOOD])
    with pytest.raises(DataError, match="afdeling"):
        read_responses(path, standard(), columns={"afdeling": "site"})
    with pytest.raises(DataError, match="codes"):
        read_responses(path, standard(), values="numbers")  # type: ignore[arg-type]

"""What is read of persons, and what is never kept or shown of them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.data import check_responses, read_responses
from propsych.data.cpr import has_cpr, is_cpr_id, masked
from propsych.errors import DataError
from tests.answer_files import (
    BLANK,
    HEADER,
    item,
    questionnaire,
    row,
    standard,
    write,
)

# persons

DATES = {
    "2025-09-30": "2025-09-30",
    "2025-09-30 08:15": "2025-09-30",
    "2025-09-30T08:15:30.25+02:00": "2025-09-30",
    "30-09-2025": "2025-09-30",
    "30/09/2025": "2025-09-30",
    "30.09.2025": "2025-09-30",
    "3.9.2025 8.15": "2025-09-03",
    "29-02-2024": "2024-02-29",
    "29-02-2025": None,
    "30-09/2025": None,
    "2025/09/30": None,
    "0025-09-30": None,
    "2025-13-01": None,
    "30. september 2025": None,
    "20250930": None,
    "2925-09-30": None,
    "30-09-2025 1015": None,
    "20250930101500": None,
}


@pytest.mark.parametrize("cell", DATES)
def test_dates(tmp_path, cell):
    responses = read_responses(write(tmp_path, [row(date=cell)]), standard())
    expected = DATES[cell]
    assert [p.kind for p in responses.check.problems] == ([] if expected else ["bad_date"])
    (day,) = responses.persons["date"]
    assert str(day)[:10] == (expected or "NaT")
    assert responses.persons["date"].dtype.kind == "M"


def test_person_columns_can_be_mapped(tmp_path):
    path = write(tmp_path, [("x7", "B", "K", "1")], ("patient", "afdeling", "koen", "a"))
    columns = {"person": "patient", "site": "afdeling", "sex": "koen"}
    responses = read_responses(path, questionnaire(item("a")), columns=columns)
    assert responses.check.problems == ()
    assert responses.persons.to_dict("records") == [{"person": "x7", "site": "B", "sex": "K", "row": 2}]


def test_rows_can_stand_for_persons_on_request(tmp_path):
    path = write(tmp_path, [("1",), ("1",)], ("a",))
    path.write_text("a,b\n1,1\n1,2\n")
    q = questionnaire(item("a"), item("b"))
    responses = read_responses(path, q, columns={"person": "#row"})
    assert responses.persons["person"].tolist() == ["2", "3"]
    assert not check_responses(path, q).ok


def test_an_item_keeps_its_name_unless_the_caller_says_otherwise(tmp_path):
    path = write(tmp_path, [("p1", "1", "2")], ("id", "age", "sex"))
    responses = read_responses(path, questionnaire(item("age"), item("sex")))
    assert (responses.positions.tolist(), list(responses.persons)) == ([[1, 2]], ["person", "row"])


def test_answers_at_one_time_point(tmp_path):
    path = write(
        tmp_path, [("p1", "før", "1"), ("p1", "efter", "2"), ("p2", "før", "3")], ("id", "time_point", "a")
    )
    responses = read_responses(path, questionnaire(item("a")))
    assert responses.at("før").positions.tolist() == [[1], [3]]
    with pytest.raises(DataError, match="efter, før"):
        responses.at("senere")
    without = read_responses(write(tmp_path, [("p1", "1")], ("id", "a")), questionnaire(item("a")))
    with pytest.raises(DataError, match="map the column"):
        without.at("før")


# privacy

NUMBERS = {
    "010203-1234": True,
    "0102031234": True,
    "010203 1234": True,
    "010203–1234": True,
    "010203 - 1234": True,
    "x010203-1234x": True,
    "(311299-0000)": True,
    "290224-4321": True,
    "0102031234.0": True,
    "300224-4321": False,
    "310424-4321": False,
    "001203-1234": False,
    "321203-1234": False,
    "011303-1234": False,
    "01020312345": False,
    "10102031234": False,
    "010203-123": False,
    "01 02 03 1234": True,
    "01 02 03-1234": True,
    "01.02.03-1234": True,
    "01/02/03-1234": True,
    "010203.1234": True,
    "010203/1234": True,
    "010203_1234": True,
    "010203--1234": True,
    "010203-\n1234": True,
    "010203-\r\n1234": True,
    "0102\u200b031234": True,
    "010203\u00ad1234": True,
    "010203\u00a0-\u00a01234": True,
    "０１０２０３１２３４": True,
    "٠١٠٢٠٣١٢٣٤": True,
    "01021903-1234": True,
    "010219031234": True,
    "01.02.1903-1234": True,
    "9910203-1234, 010203-1234": True,
    "331203 010203-1234": True,
    "30.09.2025 10:15": False,
    "30-09-2025 1015": False,
    "2025-09-30 1015": False,
    "202509301015": False,
    "2011-09-30T10:15:05.12069912": False,
    "1.2.208.176.1.5.1,901,Sundhedsdatastyrelsen": False,
    "102031234": False,
    "8612345678": True,  # day 26 + 60: a replacement number
    "630203-1234": True,
    "9512345678": False,
    "600203-1234": False,
    "2025-09-30 10:15": False,
    "20250930101500": False,
    "1.2.208.176.1.5.1,220": False,
    "p0102031234": True,
}


@pytest.mark.parametrize("text", NUMBERS)
def test_cpr_numbers(text):
    assert has_cpr(text) is NUMBERS[text]


IDS = {
    "102031234": True,
    "102031234.0": True,
    "10203-1234": True,
    "1,02031234E+08": True,
    "1.02031234E+08": True,
    "3.1129912E+9": True,
    "１02031234": True,
    "010203-1234": True,
    "992031234": False,
    "P17": False,
    "10203": False,
    "2,5E+03": False,
    "123456789012345": False,
}


@pytest.mark.parametrize("cell", IDS)
def test_cpr_numbers_that_a_spreadsheet_took_for_numbers(tmp_path, cell):
    assert is_cpr_id(cell) is IDS[cell]
    rows = [("x", cell, "1"), ("102031234", "p2", "1")]  # nine digits elsewhere are no CPR number
    check = check_responses(
        write(tmp_path, rows, ("note", "id", "a"), delimiter=";"), questionnaire(item("a"))
    )
    assert [(p.kind, p.row, p.person) for p in check.errors] == ([("cpr_number", 2, "")] if IDS[cell] else [])
    assert not IDS[cell] or cell not in check.summary() + repr(check)


@pytest.mark.parametrize("text", NUMBERS)
def test_a_masked_text_holds_no_cpr_number_and_else_is_the_same(text):
    assert not has_cpr(masked(text))
    assert (masked(text) == text) is not NUMBERS[text]


@settings(max_examples=60, deadline=None)
@given(
    st.dates(min_value=np.datetime64("1930-01-01").item(), max_value=np.datetime64("2024-12-31").item()),
    st.integers(0, 9999),
    st.sampled_from(["", "-", " "]),
    st.sampled_from(HEADER),
    st.sampled_from([",", ";", "\t"]),
)
def test_a_cpr_number_is_refused_wherever_it_stands(tmp_path_factory, born, last, sign, column, delimiter):
    number = f"{born:%d%m%y}{sign}{last:04d}"
    path = write(
        tmp_path_factory.mktemp("svar"),
        [row(), row("p2") if column == "person" else row("p2", **{column: number})],
    )
    if column == "person":
        path = write(path.parent, [row(), row(number)], delimiter=delimiter)
    check = check_responses(path, standard())
    assert [(p.row, p.column) for p in check.errors if p.kind == "cpr_number"] == [(3, column)]
    assert number not in check.summary() + repr(check) + check.to_frame().to_string()
    with pytest.raises(DataError) as caught:
        read_responses(path, standard())
    assert number not in str(caught.value)


def test_free_text_is_not_kept(tmp_path):
    responses = read_responses(
        write(tmp_path, [row(words="min nabo er høj"), row("p2", words="")]), standard()
    )
    assert responses.positions[:, 4].tolist() == [0, int(BLANK)]
    assert b"nabo" not in pickle.dumps((responses.positions, responses.persons, responses.check))


def test_values_are_cut(tmp_path):
    check = check_responses(write(tmp_path, [row(date="x" * 500, person="y" * 500)]), standard())
    (problem,) = check.errors
    assert (problem.value, len(problem.person)) == ("", 40)


WORDS = "ring til min datter"


@pytest.mark.parametrize("column", ["date", "age"])
@pytest.mark.parametrize("cell", [WORDS, "Jensen", "44 år", "1" * 21, "123456789"])
def test_words_and_long_numbers_among_dates_and_ages_are_not_shown(tmp_path, column, cell):
    check = check_responses(write(tmp_path, [row(**{column: cell})]), standard())
    (problem,) = check.errors
    assert (problem.kind, problem.value, problem.detail) == (f"bad_{column}", "", "text, not shown")
    assert cell not in check.summary() + repr(check)


@pytest.mark.parametrize("cell", ["44,5", "1.000", "-4"])
def test_a_wrong_age_is_shown_when_it_is_a_number(tmp_path, cell):
    (problem,) = check_responses(write(tmp_path, [row(age=cell)]), standard()).errors
    assert (problem.kind, problem.value, problem.detail) == ("bad_age", cell, "")


HOSPITAL = "Tværfagligt Smertecenter, Aarhus Universitetshospital"
SENTENCE = "Jeg vil gerne ringes op i morgen, for jeg har det slet ikke godt i dag"


@pytest.mark.parametrize(
    ("column", "cell", "wordy"),
    [
        ("site", HOSPITAL, False),
        ("sector", HOSPITAL, False),
        ("site", SENTENCE, True),
        ("sector", "x" * 81, True),
        ("sex", "Jeg vil gerne ringes op", True),
        ("sex", "Min nabo er høj", False),
        ("mode", "x" * 31, True),
    ],
)
def test_words_of_a_person_stand_in_no_result(tmp_path, column, cell, wordy):
    path = write(tmp_path, [("p1", cell, "1"), ("p2", "Odense", "1")], ("id", column, "a"))
    responses = read_responses(path, questionnaire(item("a")))
    expected = [("unexpected_person_value", 2, column, "")] if wordy else []
    assert [(p.kind, p.row, p.column, p.value) for p in responses.check.errors] == expected
    assert responses.persons[column].isna().tolist() == [wordy, False]
    assert not wordy or cell not in responses.check.summary() + responses.persons.to_string()


def test_a_blank_time_point_among_others_is_an_error(tmp_path):
    q = questionnaire(item("a"))
    header = ("id", "time_point", "a")
    check = check_responses(write(tmp_path, [("p1", "før", "1"), ("p1", " ", "2")], header), q)
    assert [(p.kind, p.severity, p.row) for p in check.problems] == [("missing_time_point", "error", 3)]
    check = check_responses(write(tmp_path, [("p1", "", "1"), ("p2", "", "2")], header), q)
    assert [p.kind for p in check.problems] == ["missing_person_value"] * 2


def test_a_second_row_names_its_time_point(tmp_path):
    path = write(tmp_path, [("p1", "før", "1"), ("p1", "før", "2")], ("id", "time_point", "a"))
    assert [p.value for p in check_responses(path, questionnaire(item("a"))).errors] == ["før"]


def test_a_date_of_birth_is_noted_by_its_year(tmp_path):
    check = check_responses(
        write(tmp_path, [row(date="12-03-1951"), row("p2", date="2000-01-01")]), standard()
    )
    (problem,) = check.problems
    assert (problem.kind, problem.severity, problem.row, problem.value) == (
        "unlikely_date",
        "warning",
        2,
        "1951",
    )


def test_a_column_for_two_things_is_said_to_be_so(tmp_path):
    path = write(tmp_path, [("p1", "B", "1")], ("id", "afdeling", "a"))
    columns = {"site": "afdeling", "sector": "afdeling"}
    (problem,) = check_responses(path, questionnaire(item("a")), columns=columns).problems
    assert (problem.kind, problem.column, problem.detail) == (
        "column_mapped_twice",
        "afdeling",
        "site, sector",
    )


def test_who_names_columns_has_declared_them_all(tmp_path):
    path = write(tmp_path, [("p1", "k", "1", "2")], ("id", "koen", "age", "a"))
    responses = read_responses(path, questionnaire(item("a")), columns={"sex": "koen"})
    assert responses.persons["sex"].tolist() == ["k"]
    assert "age" not in responses.persons  # a column of that name may hold anything
    assert [(p.kind, p.column) for p in responses.check.problems] == [("unknown_column", "age")]
    assert read_responses(path, questionnaire(item("a"))).persons["age"].tolist() == [1.0]

"""Reading answers: encodings, separators, codes, labels, and the file as a whole."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.data import CsvFormat, check_responses, read_responses
from propsych.errors import DataError
from propsych.questionnaire import MissingKind
from tests.answer_files import (
    BLANK,
    GOOD,
    HEADER,
    HIDDEN,
    INVALID,
    LINK,
    NO_IDEA,
    NOT_RELEVANT,
    SHADES,
    item,
    questionnaire,
    row,
    standard,
    write,
)

# the file's form

ENCODINGS = {"utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "utf-16": "utf-16", "cp1252": "cp1252"}


@pytest.mark.parametrize(
    ("encoding", "delimiter", "decimal"), list(itertools.product(ENCODINGS, [",", ";", "\t"], [".", ","]))
)
def test_every_form_is_read_alike_and_the_form_is_stored(tmp_path, encoding, delimiter, decimal):
    rows = [row(site="Sønderjylland", age=f"44{decimal}0", a=f"3{decimal}0"), row("æ2", a=f"0{decimal}0")]
    header = tuple(LINK if name == "a" else name for name in HEADER)
    responses = read_responses(
        write(tmp_path, rows, header, delimiter=delimiter, encoding=encoding), standard()
    )
    assert responses.check.ok, responses.check.summary()
    assert responses.check.format == CsvFormat(ENCODINGS[encoding], delimiter, decimal)
    assert responses.positions[:, 0].tolist() == [3, 0]
    assert responses.persons["person"].tolist() == ["p1", "æ2"]
    assert responses.persons["site"].tolist() == ["Sønderjylland", "Aarhus"]
    assert responses.persons["age"].tolist() == [44.0, 44.0]


def test_a_linkid_with_commas_needs_no_quotes_among_semicolons(tmp_path):
    path = tmp_path / "svar.csv"
    path.write_text(f"id;{LINK}\np1;2\n")
    assert read_responses(path, questionnaire(item("a", link_id=LINK))).positions.tolist() == [[2]]


def test_a_declared_form_is_binding(tmp_path):
    path = write(tmp_path, [("p1", "3,0")], ("id", "a"), delimiter=";")
    q = questionnaire(item("a"))
    assert check_responses(path, q, format=CsvFormat(decimal=",")).ok
    assert [p.kind for p in check_responses(path, q, format=CsvFormat(decimal=".")).errors] == [
        "code_out_of_range"
    ]
    assert not check_responses(path, q, format=CsvFormat(delimiter=",")).ok
    assert [p.kind for p in check_responses(path, q, format=CsvFormat(encoding="utf-16")).errors] == [
        "not_csv"
    ]


def test_a_declared_decimal_sign_leaves_no_doubt_about_three_decimals(tmp_path):
    path = write(tmp_path, [("p1", "3,000")], ("id", "a"), delimiter=";")
    q = questionnaire(item("a"))
    assert check_responses(path, q, format=CsvFormat(decimal=",")).ok
    assert [(p.kind, p.value) for p in check_responses(path, q).errors] == [("ambiguous_number", "3,000")]


def test_both_decimal_signs_in_codes_are_noted_once(tmp_path):
    q = questionnaire(item("a"), item("b"))
    path = write(tmp_path, [("p1", "3,0", "1"), ("p2", "1", "2.0"), ("p3", "1,0", "1.0")], ("id", "a", "b"))
    (problem,) = read_responses(path, q).check.problems
    assert (problem.kind, problem.severity, problem.detail) == ("mixed_decimals", "warning", "b, a")


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_first_line_for_excel_declares_the_separator(tmp_path, first, end):
    path = tmp_path / "svar.csv"
    path.write_text(end.join([first, "id;x,y,z,id;a", "p1;1,2,3,4;7", ""]), newline="")
    check = check_responses(path, questionnaire(item("a")))
    assert check.format.delimiter == ";"
    assert [(p.kind, p.row) for p in check.problems] == [("unknown_column", None), ("code_out_of_range", 3)]


def test_blank_rows_at_the_end_are_left_out_with_one_warning(tmp_path):
    path = tmp_path / "svar.csv"
    path.write_text("id;a\np1;1\n;\np2;2\n;\n ; \n;;;\n")
    responses = read_responses(path, questionnaire(item("a")))
    found = [(p.kind, p.row, p.value) for p in responses.check.problems]
    assert found == [("blank_rows", None, "3"), ("missing_id", 3, "")]
    assert len(responses) == 3


def test_a_row_may_be_longer_by_blank_fields(tmp_path):
    path = tmp_path / "svar.csv"
    path.write_text("id;a\np1;1;;\np2;2; \np3;3;;x\n")
    responses = read_responses(path, questionnaire(item("a")))
    assert [(p.kind, p.row) for p in responses.check.problems] == [("ragged_row", 4)]
    assert responses.positions.tolist() == [[1], [2]]


def test_a_mark_is_no_letter_of_the_first_name(tmp_path):
    path = write(tmp_path, [("p1", "3")], ("id", "a"), encoding="utf-8-sig")
    assert check_responses(path, questionnaire(item("a")), format=CsvFormat(encoding="utf-8")).ok


@pytest.mark.parametrize(
    "wrong", [{"encoding": "klingon"}, {"delimiter": ", "}, {"delimiter": "1"}, {"decimal": ";"}]
)
def test_an_impossible_form_is_refused(wrong):
    with pytest.raises(DataError, match="Remedy"):
        CsvFormat(**wrong)


def test_letters_written_in_two_parts_are_the_same_letters(tmp_path):
    import unicodedata

    path = tmp_path / "svar.csv"
    path.write_text(unicodedata.normalize("NFD", "id,a\np1,Særdeles meget\n"), encoding="utf-8")
    assert read_responses(path, questionnaire(item("a")), values="labels").positions.tolist() == [[3]]


def test_fingerprint_is_that_of_the_bytes(tmp_path):
    path = write(tmp_path, [GOOD])
    assert read_responses(path, standard()).fingerprint == hashlib.sha256(path.read_bytes()).hexdigest()


# cells

CELLS = {
    "3": 3,
    " 3 ": 3,
    "3.0": 3,
    "3,0": 3,
    "3.00": 3,
    "+3": 3,
    "03": 3,
    "": BLANK,
    "  ": BLANK,
    "99": BLANK,
    "99.0": BLANK,
    "97": HIDDEN,
    "98": NO_IDEA,
    "Ved ikke": NO_IDEA,
    "96": NOT_RELEVANT,
    "4": INVALID,
    "3.1": INVALID,
    "3.": INVALID,
    "1e0": INVALID,
    "３": INVALID,
    "ved ikke": INVALID,
    "0x3": INVALID,
    "1.000,0": INVALID,
    "1.000": INVALID,
    "3,000": INVALID,
    "99.000": INVALID,
    "3.0000": 3,
    "-0": 0,
}


@pytest.mark.parametrize("cell", CELLS)
def test_codes(tmp_path, cell):
    path = write(tmp_path, [("p1", cell)], ("id", "a"))
    responses = read_responses(path, questionnaire(item("a")))
    assert responses.positions.tolist() == [[int(CELLS[cell])]]
    assert responses.check.ok == (CELLS[cell] != INVALID)


@pytest.mark.parametrize("values", ["codes", "labels"])
def test_positions_follow_the_questionnaire_whichever_way_codes_run(tmp_path, values):
    falling = item("a") | {"categories": item("a")["categories"][::-1]}
    cells = ["0", "3"] if values == "codes" else [SHADES[0][0], SHADES[3][1]]
    path = write(tmp_path, [("p1", cells[0]), ("p2", cells[1])], ("id", "a"))
    responses = read_responses(path, questionnaire(falling), values=values)
    assert responses.positions.tolist() == [[3], [0]]
    assert responses.items().values.tolist() == [[0.0], [3.0]]


def test_labels_of_any_language_and_kinds_of_missing(tmp_path):
    cells = ["Slet ikke", " Not at all ", "Særdeles meget", "Extremely", "Ved ikke", "98", "", "lidt"]
    path = write(tmp_path, [(f"p{k}", c) for k, c in enumerate(cells)], ("id", "a"))
    responses = read_responses(path, questionnaire(item("a")), values="labels")
    expected = [0, 0, 3, 3, NO_IDEA, NO_IDEA, BLANK, INVALID]
    assert responses.positions[:, 0].tolist() == [int(state) for state in expected]
    assert [(p.row, p.detail) for p in responses.check.errors] == [(9, "Lidt")]


def test_an_items_own_missing_codes_go_before_the_questionnaires(tmp_path):
    path = write(tmp_path, [("p1", "99")], ("id", "a"))
    own = questionnaire(item("a", missing={"prefer_not": ["99"]}))
    assert read_responses(path, own).positions.tolist() == [[int(MissingKind.PREFER_NOT)]]


# as a whole


def test_nothing_can_be_changed(tmp_path):
    responses = read_responses(write(tmp_path, [GOOD]), standard())
    with pytest.raises(ValueError, match="read-only"):
        responses.positions[0, 0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        responses.fingerprint = ""


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_on_purpose(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("svar") / "svar.csv"
    path.write_bytes(data)
    check = check_responses(path, standard())
    assert check.problems


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["", "1", "99", "x", "p1", '"', "a;b", CELL := "2,0"]), max_size=10),
        max_size=5,
    )
)
def test_any_cells_are_read_or_refused_on_purpose(tmp_path_factory, rows):
    path = write(tmp_path_factory.mktemp("svar"), rows)
    check = check_responses(path, standard())
    assert check.summary().startswith("svar.csv: ")


def test_the_order_of_columns_does_not_matter(tmp_path):
    rows = [row("p1", a="2"), row("p2", smoke="0", often="", stop="")]
    straight = read_responses(write(tmp_path, rows), standard())
    turned = read_responses(write(tmp_path, [r[::-1] for r in rows], HEADER[::-1]), standard())
    assert (straight.positions == turned.positions).all()
    assert straight.persons[["person", "site"]].equals(turned.persons[["person", "site"]])


def test_ten_thousand_persons_take_no_time(tmp_path):
    rng = np.random.default_rng(1)
    q = questionnaire(*(item(f"i{k}") for k in range(50)))
    cells = rng.integers(0, 4, (10_000, 50)).astype(str)
    rows = [(f"p{k}", *cells[k], f"fri tekst nummer {k}") for k in range(10_000)]
    path = write(tmp_path, rows, ("id", *(f"i{k}" for k in range(50)), "words"))
    start = time.perf_counter()
    responses = read_responses(path, q)
    seconds = time.perf_counter() - start
    assert (responses.positions == cells.astype(int)).all()
    assert seconds < 2

"""Reading answers: encodings, separators, labels, branching, versions, persons, privacy, speed."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.data import CsvFormat, check_responses, read_responses
from propsych.data.cpr import has_cpr
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
    OTHER,
    SHADES,
    UNKNOWN,
    item,
    questionnaire,
    row,
    standard,
    write,
    yes_no,
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
    assert [(p.row, p.detail) for p in responses.check.errors] == [(9, "closest: Lidt")]


def test_an_items_own_missing_codes_go_before_the_questionnaires(tmp_path):
    path = write(tmp_path, [("p1", "99")], ("id", "a"))
    own = questionnaire(item("a", missing={"prefer_not": ["99"]}))
    assert read_responses(path, own).positions.tolist() == [[int(MissingKind.PREFER_NOT)]]


# branching: smoke -> often (if smoke = 1) -> stop (if often = 2 or 3)

BRANCHES = {
    # cells of smoke, often, stop: their states
    ("1", "3", "0"): (1, 3, 0),
    ("1", "3", ""): (1, 3, BLANK),
    ("1", "1", ""): (1, 1, HIDDEN),
    ("0", "", ""): (0, HIDDEN, HIDDEN),
    ("0", "97", "97"): (0, HIDDEN, HIDDEN),
    ("0", "99", "99"): (0, HIDDEN, HIDDEN),
    ("0", "2", ""): (0, HIDDEN, HIDDEN),
    ("0", "2", "1"): (0, HIDDEN, HIDDEN),
    ("0", "7", ""): (0, INVALID, UNKNOWN),
    ("", "", ""): (BLANK, UNKNOWN, UNKNOWN),
    ("98", "", ""): (NO_IDEA, UNKNOWN, UNKNOWN),
    ("96", "", ""): (NOT_RELEVANT, UNKNOWN, UNKNOWN),
    ("97", "", ""): (HIDDEN, HIDDEN, HIDDEN),
    ("", "2", "1"): (BLANK, 2, 1),
    ("", "2", ""): (BLANK, 2, BLANK),
    ("", "0", ""): (BLANK, 0, HIDDEN),
    ("1", "", ""): (1, BLANK, UNKNOWN),
    ("1", "98", ""): (1, NO_IDEA, UNKNOWN),
    ("1", "", "1"): (1, BLANK, 1),
    ("7", "", ""): (INVALID, UNKNOWN, UNKNOWN),
}


@pytest.mark.parametrize("cells", BRANCHES)
def test_branching(tmp_path, cells):
    smoke, often, stop = cells
    path = write(tmp_path, [row(smoke=smoke, often=often, stop=stop)])
    responses = read_responses(path, standard())
    assert responses.positions[0, 1:4].tolist() == [int(state) for state in BRANCHES[cells]]


def test_a_parent_without_column_does_not_flood_the_report(tmp_path):
    path = write(tmp_path, [("p1", "2"), ("p2", "")], ("id", "often"))
    q = questionnaire(yes_no("smoke"), item("often", asked_if={"item": "smoke", "codes": [1]}))
    assert [p.kind for p in check_responses(path, q).problems] == ["missing_column"]


def test_whichever_version_of_the_parent_was_given_decides(tmp_path):
    q = questionnaire(
        yes_no("smoke", version="1"),
        yes_no("smoke", version="2"),
        item("often", asked_if={"item": "smoke", "codes": [1]}),
    )
    rows = [
        ("p1", "1", "", ""),
        ("p2", "", "1", ""),
        ("p3", "0", "", ""),
        ("p4", "", "0", ""),
        ("p5", "", "", ""),
    ]
    responses = read_responses(write(tmp_path, rows, ("id", "smoke@1", "smoke@2", "often")), q)
    assert responses.positions[:, 2].tolist() == [int(k) for k in (BLANK, BLANK, HIDDEN, HIDDEN, UNKNOWN)]


# versions

FREE = questionnaire(item("a", version="1"), item("a", version="2"))
DATED = questionnaire(item("a", version="1"), item("a", version="2", in_use_from="2025-11-01"))
HEAD = ("id", "date", "a@1", "a@2")


def states(tmp_path, q, rows, header):
    responses = read_responses(write(tmp_path, rows, header), q)
    return [tuple(MissingKind(p) if p < 0 else p for p in person) for person in responses.positions.tolist()]


def test_versions_with_columns_of_their_own(tmp_path):
    rows = [
        ("p1", "", "1", ""),
        ("p2", "", "", "2"),
        ("p3", "", "", ""),
        ("p4", "", "98", "97"),
        ("p5", "", "1", "1"),
    ]
    expected = [(1, OTHER), (OTHER, 2), (UNKNOWN, UNKNOWN), (NO_IDEA, OTHER), (INVALID, INVALID)]
    assert states(tmp_path, FREE, rows, HEAD) == expected


def test_blank_versions_are_told_apart_by_date(tmp_path):
    rows = [
        ("p1", "2025-10-31", "", ""),
        ("p2", "2025-11-01", "", ""),
        ("p3", "", "", ""),
        ("p4", "2025-10-31", "", "2"),
    ]
    assert states(tmp_path, DATED, rows, HEAD) == [
        (BLANK, OTHER),
        (OTHER, BLANK),
        (UNKNOWN, UNKNOWN),
        (OTHER, 2),
    ]


def test_one_column_is_divided_by_date(tmp_path):
    rows = [
        ("p1", "31-10-2025 23:59", "1"),
        ("p2", "2025-11-01T00:00:00Z", "2"),
        ("p3", "", "3"),
        ("p4", "2025-12-24", ""),
    ]
    expected = [(1, OTHER), (OTHER, 2), (UNKNOWN, UNKNOWN), (OTHER, BLANK)]
    assert states(tmp_path, DATED, rows, ("id", "date", "a")) == expected


def test_a_version_without_column_does_not_make_the_other_unknown(tmp_path):
    rows = [("p1", "", "1"), ("p2", "", ""), ("p3", "2025-12-24", "")]
    assert states(tmp_path, DATED, rows, ("id", "date", "a@1")) == [
        (1, OTHER),
        (BLANK, OTHER),
        (OTHER, UNKNOWN),
    ]


def test_hidden_items_are_hidden_in_every_version(tmp_path):
    only_smokers = {"asked_if": {"item": "smoke", "codes": [1]}}
    q = questionnaire(
        yes_no("smoke"), item("a", version="1", **only_smokers), item("a", version="2", **only_smokers)
    )
    rows = [("p1", "0", "", ""), ("p2", "1", "", ""), ("p3", "0", "2", "")]
    assert states(tmp_path, q, rows, ("id", "smoke", "a@1", "a@2")) == [
        (0, HIDDEN, HIDDEN),
        (1, UNKNOWN, UNKNOWN),
        (0, HIDDEN, OTHER),
    ]


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
    "8612345678": False,
    "2025-09-30 10:15": False,
    "20250930101500": False,
    "1.2.208.176.1.5.1,220": False,
    "p0102031234": True,
}


@pytest.mark.parametrize("text", NUMBERS)
def test_cpr_numbers(text):
    assert has_cpr(text) is NUMBERS[text]


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
    assert (len(problem.value), len(problem.person)) == (40, 40)


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

"""What a blank means: branching, and versions of an item."""

from __future__ import annotations

import pytest

from propsych.data import check_responses, read_responses
from propsych.questionnaire import MissingKind
from tests.answer_files import (
    BLANK,
    HIDDEN,
    INVALID,
    NO_IDEA,
    NOT_RELEVANT,
    OTHER,
    UNKNOWN,
    item,
    questionnaire,
    row,
    standard,
    write,
    yes_no,
)

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

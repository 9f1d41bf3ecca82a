"""Bad input of reliability and measurement error: each a named error, or a documented result with its reason.

`TABLE` lists every problem of issue 3 for every public entry point. A row is (problem, entry point, data,
options, outcome): the words of the error, or `Documented` and the words of the result's notes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError
from tests.bad_ratings import (
    CODED,
    ENTRY,
    FIVE,
    GAPS,
    GOOD,
    ICC,
    KAPPAS,
    LONG,
    PAIRS,
    SCORES,
    TABLES,
    Documented,
    Row,
    X,
    Y,
    check,
    named,
    rows,
)
from tests.rating_data import NAN, ratings

ISSUE = (
    "one item",
    "one person",
    "constant item",
    "all-missing item",
    "more items than persons",
    "infinite values",
    "a code outside the declared range",
    "unbalanced ratings",
    "duplicate (person, rater) rows",
)

CONSTANT = np.column_stack([X, np.full(12, 3.0)])
MISSING = np.column_stack([GOOD, np.full(12, NAN)])
WIDER = ratings(4, 6, 5, seed=2)
INFINITE = np.where(np.arange(24).reshape(12, 2) == 5, np.inf, GOOD)
OUTSIDE = np.where(np.arange(24).reshape(12, 2) == 5, 9.0, GOOD)
TWICE = pd.DataFrame({"who": [1, 1, 1, 2, 2, 3, 3], "by": list("aababab"), "said": [1, 2, 1, 3, 3, 2, 4]})
SHORT = (X[:5], Y[:4])
TWO_ROWS = tuple(pd.Series(x[:5], index=[1, 1, 2, 3, 4]) for x in (X, Y))


def as_items(data: Any) -> Callable[[], Any]:
    return lambda: as_item_data(data, categories=FIVE)


TABLE: list[Row] = [
    *rows(
        "one item", ICC, "agreement needs at least two raters; got 1.*Remedy: give one column", GOOD[:, :1]
    ),
    *rows("one item", CODED, "rating: agreement needs two raters", GOOD[:, :1]),
    *rows("one item", "kendall_w", "rating: agreement needs two raters", GOOD[:, :1]),
    *rows("one item", KAPPAS, "this is no column of ratings; got NoneType", X, None),
    *rows("one item", SCORES, "this is no frame with items in columns; got NoneType", X, None),
    *rows("one person", "icc", "at least 3 persons rated by every rater; got 1", GOOD[:1]),
    *rows("one person", "icc, all ratings", "at least 3 persons", GAPS[[0, 2]]),
    *rows("one person", CODED, "at least 3 persons with two ratings; got 1", GOOD[:1]),
    *rows("one person", "kendall_w", "at least 3 persons with every rating; got 1", GOOD[:1]),
    *rows("one person", KAPPAS, "at least 3 persons with both ratings; got 1", X[:1], Y[:1]),
    *rows("one person", ("test_retest", "bland_altman"), "fewer than 3 persons.*got 1", X[:1], Y[:1]),
    *rows("one person", "measurement_error", "fewer than 4 persons have both.*got 1", X[:1], Y[:1]),
    # one person's change can be judged: the error comes from others
    *rows("one person", "reliable_change", Documented("1 of 1 persons have both scores"), X[:1], Y[:1]),
    *rows(
        "constant item", ICC, Documented("x2 gives everybody the same rating, which tells nobody"), CONSTANT
    ),
    *rows("constant item", CODED, Documented("x2 puts everybody into one category"), CONSTANT),
    *rows(
        "constant item",
        "kendall_w",
        "x2: the rater gives everybody the same rating. that is no order",
        CONSTANT,
    ),
    *rows(
        "constant item", KAPPAS, Documented("second rating puts everybody into one category"), X, X * 0 + 3
    ),
    *rows("constant item", "test_retest", Documented("retest gives everybody the same rating"), X, X * 0 + 3),
    *rows(
        "constant item", "measurement_error", Documented("second score is the same for everybody"), X, X * 0
    ),
    *rows(
        "constant item",
        "bland_altman",
        Documented("one pair of limits does not fit all scores"),
        X,
        X * 0 + 3,
    ),
    *rows("constant item", "reliable_change", Documented("12 of 12 persons have both scores"), X, X * 0 + 3),
    *rows("all-missing item", ICC, "x3: the rater rated nobody. Remedy: leave the rater out", MISSING),
    *rows("all-missing item", CODED, "x3: a rater has no ratings. Remedy: leave the rater out", MISSING),
    *rows(
        "all-missing item", "kendall_w", "x3: a rater has no ratings. Remedy: leave the rater out", MISSING
    ),
    *rows("all-missing item", KAPPAS, "at least 3 persons with both ratings; got 0", X, X * NAN),
    *rows("all-missing item", ("test_retest", "bland_altman"), "fewer than 3.*got 0", X, X * NAN),
    *rows("all-missing item", "measurement_error", "fewer than 4 persons have both.*got 0", X, X * NAN),
    *rows("all-missing item", "reliable_change", "nobody has both measurements; got 0", X, X * NAN),
    *rows("more items than persons", ICC, Documented("4 persons are few"), WIDER),
    *rows("more items than persons", CODED, Documented("With 4 persons the interval is rough"), WIDER),
    *rows("more items than persons", "kendall_w", Documented("chi-squared test is not to be trusted"), WIDER),
    # two ratings of one person
    *rows("more items than persons", KAPPAS, "at least 3 persons with both ratings; got 1", [1], [2]),
    *rows("more items than persons", ("test_retest", "bland_altman"), "fewer than 3.*got 1", [1], [2]),
    *rows("more items than persons", "measurement_error", "fewer than 4.*got 1", [1], [2]),
    *rows("more items than persons", "reliable_change", Documented("1 of 1 persons"), [1], [2]),
    *rows("infinite values", ICC, "x2: the column holds 1 infinite numbers. Remedy: correct them", INFINITE),
    *rows("infinite values", CODED, "x2: 1 rating is none of the declared categories", INFINITE),
    *rows("infinite values", "kendall_w", "x2: the column holds 1 infinite numbers", INFINITE),
    *rows("infinite values", KAPPAS, "rating, second rating: 1 rating is none of the declared", *INFINITE.T),
    *rows("infinite values", SCORES, "second: the column holds 1 infinite numbers", *INFINITE.T),
    *rows(
        "a code outside the declared range", CODED, "x2: 1 rating is none of the declared categories", OUTSIDE
    ),
    *rows("a code outside the declared range", KAPPAS, "second rating: 1 rating is none of the", *OUTSIDE.T),
    # scores declare no range; items do, and the gate that they pass refuses the code
    *rows(
        "a code outside the declared range", (*ICC, "kendall_w"), "x2: .*9; declared: 1", as_items(OUTSIDE)
    ),
    *rows("a code outside the declared range", SCORES, "no declared category", X, as_items(OUTSIDE[:, [1]])),
    *rows("unbalanced ratings", "icc", Documented(r"9 of 12 persons were used (listwise)"), GAPS),
    *rows("unbalanced ratings", "icc, all ratings", Documented("takes them as missing at random"), GAPS),
    *rows(
        "unbalanced ratings", "agreement", Documented("12 persons have a rating, 9 of them two or more"), GAPS
    ),
    *rows("unbalanced ratings", "krippendorff_alpha", Documented("9 of 12 persons rated have two"), GAPS),
    *rows("unbalanced ratings", "kendall_w", Documented("9 of 12 persons have all 2 ratings"), GAPS),
    *rows("unbalanced ratings", KAPPAS, "the two ratings differ in length; got 5 and 4", *SHORT),
    *rows("unbalanced ratings", SCORES, "have different lengths; got 5 and 4.*NaN where a score is", *SHORT),
    *rows(
        "duplicate (person, rater) rows",
        TABLES,
        "1 ratings stand twice for the same person and",
        TWICE,
        **LONG,
    ),
    *rows("duplicate (person, rater) rows", KAPPAS, "a person stands twice in the ratings", *TWO_ROWS),
    *rows("duplicate (person, rater) rows", SCORES, "a person stands twice in the measurements", *TWO_ROWS),
]


@pytest.mark.parametrize("row", [named(row) for row in TABLE])
def test_every_row_of_the_table(row: Row) -> None:
    check(row)


def test_the_table_lists_every_problem_of_the_issue_for_every_entry_point() -> None:
    assert {(row[0], row[1]) for row in TABLE} == {(problem, entry) for problem in ISSUE for entry in ENTRY}


ANY = st.sampled_from([1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0, 0.1, 0.3, 1 / 3, 7.0, NAN])


@given(arrays.arrays(float, st.tuples(st.integers(0, 9), st.integers(2, 4)), elements=ANY))
@settings(max_examples=60)
def test_whatever_comes_there_is_an_error_in_words_or_finite_numbers_with_room_between(
    values: NDArray[np.float64],
) -> None:
    for entry, function in ENTRY.items():
        try:
            result = function(values) if entry in TABLES else function(values[:, 0], values[:, 1])
        except AnalysisError:
            continue
        assert result.summary()
        for record in result.records():
            value, low, high = record.estimate.value, record.estimate.lower, record.estimate.upper
            assert all(x is None or math.isfinite(float(x)) for x in (value, low, high)), (entry, record)
            if low is not None and high is not None:
                assert low - 1e-9 <= value <= high + 1e-9, (entry, record)
                assert high - low > 1e-9, (entry, record)


def test_no_message_tells_who_a_person_is_or_what_he_answered() -> None:
    """Persons are known by CPR numbers, their answers are words that nobody else wrote."""
    cpr, words = "010203-1234", "I was so ill in March"
    frame = pd.DataFrame({"who": [cpr, cpr, "2", "2"], "by": list("aaab"), "said": [1, 2, 1, 1]})
    spoken = pd.DataFrame({"who": [cpr, cpr, "2", "2"], "by": list("abab"), "said": [words, "1", "1", "1"]})
    index = [cpr, cpr, "2", "3"]
    one, other = pd.Series([1.0, 2, 3, 4], index=index), pd.Series([words, "1", "2", "3"], index=index)
    swapped = {"person": "by", "rater": "who", "rating": "said"}
    silent = frame.assign(by=list("abcd"), said=[np.nan, np.nan, 1, 1])
    calls: list[Callable[[], object]] = [
        *(lambda entry=entry: ENTRY[entry](silent, **swapped) for entry in TABLES),
        *(lambda entry=entry, f=f: ENTRY[entry](f, **LONG) for entry in TABLES for f in (frame, spoken)),
        *(lambda entry=entry, b=b: ENTRY[entry](one, b) for entry in PAIRS for b in (one, other)),
    ]
    for call in calls:
        with pytest.raises(AnalysisError) as caught:
            call()
        assert cpr not in str(caught.value)
        assert words not in str(caught.value)

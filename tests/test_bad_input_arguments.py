"""Bad input of reliability and measurement error beyond issue 3: forms of data, long rows, arguments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tests.bad_ratings import (
    CODED,
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
from tests.rating_data import NAN

FRAME = pd.DataFrame(GOOD, columns=["a", "b"])
ROWS = pd.DataFrame({"who": [1, 1, 2, 2, 3, 3], "by": list("ababab"), "said": [1, 2, 3, 3, 2, 4]})
OTHER = (pd.Series(X, index=range(12)), pd.Series(Y, index=range(1, 13)))
SAME = np.full((12, 2), 3.0)
X_ROUNDED = np.column_stack([X, np.tile([0.3, 0.1 + 0.2], 6)])
ROUNDED = np.column_stack([np.full(12, 0.3), np.tile([0.3, 0.1 + 0.2], 6)])

MORE: list[Row] = [
    *rows("no rows", (*ICC, "kendall_w"), "there are no rows", GOOD[:0]),
    *rows("no rows", CODED, "there are no ratings", GOOD[:0]),
    *rows("no rows", KAPPAS, "got 0", [], []),
    *rows("no rows", SCORES, "there are no rows", [], []),
    *rows("everything the same", ICC, "all ratings are the same. persons cannot be told apart", SAME),
    *rows("everything the same", CODED, "all ratings are in one category.*percentage of agreement", SAME),
    *rows("the same but for rounding", ICC, "ratings: all ratings are the same", ROUNDED),
    *rows("the same but for rounding", "kendall_w", "x2: the rater gives everybody the same", X_ROUNDED),
    *rows("the same but for rounding", ("test_retest", "measurement_error"), "are the same", *ROUNDED.T),
    *rows("the same but for rounding", "bland_altman", Documented("differences are the same"), *ROUNDED.T),
    *rows("everything the same", "kendall_w", "the rater gives everybody the same rating", SAME),
    *rows("everything the same", KAPPAS, "all ratings are in one category", *SAME.T),
    *rows("everything the same", "test_retest", "score: all ratings are the same", *SAME.T),
    *rows("everything the same", "measurement_error", "score: all scores are the same", *SAME.T),
    *rows("everything the same", "bland_altman", Documented("All differences are the same"), *SAME.T),
    *rows(
        "everything the same, with gaps",
        "icc, all ratings",
        "all ratings are the same",
        np.where(GAPS > 0, 3, NAN),
    ),
    *rows(
        "no disagreement, with gaps",
        "icc, all ratings",
        "there is no error",
        np.column_stack([X, GAPS[:, 1] * 0 + X]),
    ),
    *rows(
        "text",
        (*ICC, "kendall_w"),
        "x1: the column holds text, not numbers",
        [["1", "2"], ["2", "3"], ["1", "1"]],
    ),
    *rows("text", CODED, "x1: 3 ratings are none of the declared", [["1", "2"], ["2", "3"], ["1", "1"]]),
    *rows("text", KAPPAS, "3 ratings are none of the declared", ["1", "2", "1"], ["2", "2", "1"]),
    *rows("text", SCORES, "first: the column holds text", ["1", "2", "1"], ["2", "2", "1"]),
    *rows(
        "text in long rows",
        (*ICC, "kendall_w"),
        "said: a rating is no number",
        ROWS.astype({"said": str}),
        **LONG,
    ),
    *rows(
        "an infinite long row",
        ICC,
        "b: a rating is infinite",
        ROWS.assign(said=[1, 2, 3, np.inf, 2, 4]),
        **LONG,
    ),
    *rows("complex numbers", (*ICC, "kendall_w"), "x1: the column holds complex numbers", GOOD * 1j),
    *rows("rows of different lengths", (*ICC, "kendall_w"), "the rows have different lengths", [[1, 2], [1]]),
    *rows("rows of different lengths", CODED, "an array of 1 dimensions", [[1, 2], [1]]),
    *rows("three dimensions", (*ICC, "kendall_w"), "an array of 3 dimensions", np.ones((3, 2, 2))),
    *rows("three dimensions", CODED, "an array of 3 dimensions", np.ones((3, 2, 2))),
    *rows("two dimensions", KAPPAS, "an array of 2 dimensions", GOOD, GOOD),
    *rows("two dimensions", SCORES, "first: several columns where one score is needed", GOOD, GOOD),
    *rows("no table", (*ICC, "kendall_w"), "this is no frame with items in columns; got NoneType", None),
    *rows("no table", CODED, "this is no table of ratings; got NoneType", None),
    *rows("a lazy frame", TABLES, "got LazyFrame.*collect", pl.LazyFrame({"a": [1, 2], "b": [1, 2]})),
    *rows(
        "a frame as a column",
        KAPPAS,
        "this is no column of ratings; got DataFrame",
        FRAME[["a"]],
        FRAME[["b"]],
    ),
    *rows("a dictionary as a column", KAPPAS, "no column of ratings; got dict", {"a": 1}, {"a": 2}),
    *rows("a text as a column", KAPPAS, "no column of ratings; got str", "abc", "abd"),
    *rows("a number as a column", SCORES, "got int", 3, 4),
    *rows("lists as ratings", KAPPAS, "no column of ratings; got list", [[1], [2], [3]], [1, 2, 3]),
    *rows("lists as ratings", CODED, "1 rating is none of", pd.DataFrame({"a": [[1], 1, 2], "b": [1, 2, 3]})),
    *rows(
        "a column name twice", TABLES, "a: the column name stands twice", FRAME.set_axis(["a", "a"], axis=1)
    ),
    *rows(
        "a column name twice",
        TABLES,
        "a: the column name",
        pa.table([pa.array([1, 2])] * 2, names=["a", "a"]),
    ),
    *rows("other persons", KAPPAS, "the two ratings have different indexes", *OTHER),
    *rows(
        "other persons",
        SCORES,
        "different persons, or another order. rows would be paired with the wrong",
        *OTHER,
    ),
    *rows(
        "a long row without a person",
        TABLES,
        "1 rows name no person",
        ROWS.assign(who=[1, None, 2, 2, 3, 3]),
        **LONG,
    ),
    *rows(
        "a long row without a rater",
        TABLES,
        "2 rows name no rater",
        ROWS.assign(by=["a", None] * 2 + ["a", "b"]),
        **LONG,
    ),
    *rows(
        "two of three columns",
        TABLES,
        "long ratings need three columns; got who, by",
        ROWS,
        person="who",
        rater="by",
    ),
    *rows(
        "no such column",
        TABLES,
        "no such column; got 'x'. Remedy: use one of who, by, said",
        ROWS,
        **{**LONG, "rating": "x"},
    ),
    *rows("a level of percent", (*TABLES,), "the confidence level is impossible; got 95", GOOD, level=95),
    *rows("a level of percent", PAIRS, "the confidence level is impossible; got 95", X, Y, level=95),
    *rows(
        "a level in words", (*TABLES,), "confidence level is impossible; got '0.9'.*0.95", GOOD, level="0.9"
    ),
    *rows("no level", PAIRS, "confidence level is impossible; got nan", X, Y, level=NAN),
    *rows("a share of percent", "bland_altman", "the share of differences is impossible", X, Y, agreement=95),
    *rows(
        "an unknown rule",
        "icc",
        "unknown missing rule; got 'pairwise'. Remedy: use one of listwise",
        GOOD,
        missing="pairwise",
    ),
    *rows("an unknown interval", "icc", "unknown interval; got 'normal'", GOOD, interval="normal"),
    *rows(
        "an unknown interval", "agreement", "unknown interval; got 'F'.*jackknife, delta", GOOD, interval="F"
    ),
    *rows("an unknown interval", KAPPAS, "unknown interval; got 'F'", X, Y, interval="F"),
    *rows(
        "F with gaps", "icc, all ratings", "with missing ratings there is no F interval", GAPS, interval="F"
    ),
    *rows(
        "unknown weights",
        "agreement",
        "unknown weights; got 'squared'. Remedy: use one of unweighted",
        GOOD,
        weights="squared",
    ),
    *rows("unknown weights", "weighted_kappa", "unknown weights; got 'squared'", X, Y, weights="squared"),
    *rows(
        "an unknown metric",
        "krippendorff_alpha",
        "unknown level of measurement",
        GOOD,
        level_of_measurement="ranked",
    ),
    *rows(
        "the ratio of text",
        "krippendorff_alpha",
        "ratio measurement of text categories",
        [["a", "b"], ["b", "b"], ["a", "a"]],
        categories=["a", "b"],
        level_of_measurement="ratio",
    ),
    *rows(
        "the ratio of scores below 0",
        "krippendorff_alpha",
        "ratio measurement of scores below 0",
        GOOD - 3,
        categories=range(-2, 3),
        level_of_measurement="ratio",
    ),
    *rows(
        "ratio weights of scores below 0",
        "agreement",
        "ratio weights of scores below 0",
        GOOD - 3,
        categories=range(-2, 3),
        weights="ratio",
    ),
    *rows(
        "ratio weights of scores below 0",
        "weighted_kappa",
        "ratio weights of scores below 0",
        X - 3,
        Y - 3,
        categories=range(-2, 3),
        weights="ratio",
    ),
    *rows("no error given", "reliable_change", "measurement error is impossible; got 0", X, Y, sem=0),
    *rows("a negative error", "reliable_change", "measurement error is impossible; got -1.0", X, Y, sem=-1.0),
    *rows("an unknown error", "reliable_change", "measurement error is impossible; got nan", X, Y, sem=NAN),
    *rows("an error in words", "reliable_change", "measurement error is impossible; got '1'", X, Y, sem="1"),
    *rows("no direction", "reliable_change", "unknown direction; got None.*better, worse", X, Y, higher=None),
]

NO_CATEGORIES = {
    "none": (None, "the categories are not declared. agreement by chance depends on"),
    "a text": ("12345", "the categories are not declared"),
    "a number": (5, "the categories are not declared"),
    "one": ([1], "fewer than two categories; got 1"),
    "a set": ({1, 2, 3, 4, 5}, "a set of categories has no order"),
    "twice": ([1, 2, 2, 3], "a category is declared twice"),
    "falling": ([5, 4, 3, 2, 1], "not in increasing order"),
    "infinite": ([1, 2, np.inf], "not in increasing order"),
    "mixed": ([1, 2, "three"], "categories mix numbers with text"),
    "missing as one": (["a", "b", None], "neither a number nor text.*needs no category"),
    "lists": ([[1], [2]], "neither a number nor text"),
}
MORE += [
    row
    for what, (given, words) in NO_CATEGORIES.items()
    for row in (
        *rows(f"categories: {what}", CODED, words, GOOD, categories=given),
        *rows(f"categories: {what}", KAPPAS, words, X, Y, categories=given),
    )
]


@pytest.mark.parametrize("row", [named(row) for row in MORE])
def test_every_row(row: Row) -> None:
    check(row)

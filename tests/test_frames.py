"""Bare frames and arrays: the same answers give the same ItemData, and what cannot be read is named."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import propsych as pp
from propsych.data import ItemData, as_item_data, read_responses
from propsych.errors import AnalysisError, CategoriesObservedWarning, DataError
from tests.answer_files import item, questionnaire, write

ROWS = [[0, 3], [None, 2], [3, 0], [1, None], [0, 0]]
NAMES = ["x1", "x2"]
COLUMNS = dict(zip(NAMES, map(list, zip(*ROWS, strict=True)), strict=True))
LABELS = ["never", "seldom", "often", "always"]
FLOATS = np.array([[math.nan if v is None else v for v in row] for row in ROWS], dtype=float)


def ordered_pyarrow(values: list, categories: list) -> pa.Array:
    index = pa.array([None if v is None else categories.index(v) for v in values], pa.int8())
    return pa.DictionaryArray.from_arrays(index, pa.array(categories), ordered=True)


PLAIN = {
    "pandas": pd.DataFrame(COLUMNS),
    "pandas Int64": pd.DataFrame(COLUMNS, dtype="Int64"),
    "pandas object": pd.DataFrame(COLUMNS, dtype=object),
    "pandas arrow": pd.DataFrame(COLUMNS).astype("float64[pyarrow]"),
    "pandas with another index": pd.DataFrame(COLUMNS, index=list("abcde")),
    "polars": pl.DataFrame(COLUMNS),
    "polars floats": pl.DataFrame(COLUMNS).cast(pl.Float32),
    "polars NaN": pl.DataFrame({k: FLOATS[:, j] for j, k in enumerate(NAMES)}),
    "polars decimals": pl.DataFrame(COLUMNS).cast(pl.Decimal(10, 2)),
    "pyarrow": pa.table(COLUMNS),
    "pyarrow in chunks": pa.concat_tables([pa.table(COLUMNS).slice(0, 2), pa.table(COLUMNS).slice(2)]),
    "numpy": FLOATS,
    "numpy float32": FLOATS.astype(np.float32),
    "numpy object": np.array(ROWS, dtype=object),
    "lists": ROWS,
    "tuples of decimals": tuple(tuple(None if v is None else Decimal(v) for v in row) for row in ROWS),
}
CODES = range(4)
CATEGORICAL = {
    "pandas": pd.DataFrame({k: pd.Categorical(v, CODES, ordered=True) for k, v in COLUMNS.items()}),
    "pandas text": pd.DataFrame(
        {
            k: pd.Categorical([None if x is None else str(x) for x in v], list("0123"), ordered=True)
            for k, v in COLUMNS.items()
        }
    ),
    "polars": pl.DataFrame(
        {k: [None if x is None else str(x) for x in v] for k, v in COLUMNS.items()},
        schema=dict.fromkeys(NAMES, pl.Enum(list("0123"))),
    ),
    "pyarrow": pa.table({k: ordered_pyarrow(v, list(CODES)) for k, v in COLUMNS.items()}),
}
POSITIONS = [[0, 3], [-1, 2], [3, 0], [1, -1], [0, 0]]


def same(a: ItemData, b: ItemData) -> bool:
    return (
        np.array_equal(a.positions, b.positions)
        and a.positions.dtype == b.positions.dtype == np.int16
        and (a.names, a.scores, a.labels, a.source, a.name) == (b.names, b.scores, b.labels, b.source, b.name)
        and a.persons.shape == b.persons.shape
    )


EXPECTED = ItemData(
    positions=np.array(POSITIONS, dtype=np.int16),
    names=("x1", "x2"),
    scores=((0.0, 1.0, 2.0, 3.0),) * 2,
    labels=(("0", "1", "2", "3"),) * 2,
    source="declared",
    persons=pd.DataFrame(index=range(5)),
)


@pytest.mark.parametrize("form", PLAIN)
def test_declared_by_argument(form):
    assert same(as_item_data(PLAIN[form], categories=CODES), EXPECTED)
    assert same(as_item_data(PLAIN[form], categories={name: [0, 1, 2, 3] for name in NAMES}), EXPECTED)


@pytest.mark.parametrize("form", CATEGORICAL)
def test_declared_by_dtype(form):
    assert same(as_item_data(CATEGORICAL[form]), EXPECTED)
    assert same(as_item_data(CATEGORICAL[form], categories=CODES), EXPECTED)


@pytest.mark.parametrize("form", PLAIN)
def test_observed_with_one_warning_a_call(form):
    with pytest.warns(CategoriesObservedWarning, match="x1, x2: no categories are declared") as caught:
        items = as_item_data(PLAIN[form])
    assert len(caught) == 1
    assert items.source == "observed"
    assert items.scores == ((0.0, 1.0, 3.0), (0.0, 2.0, 3.0))
    assert items.labels == (("0", "1", "3"), ("0", "2", "3"))
    assert np.array_equal(items.values, FLOATS, equal_nan=True)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": pd.Categorical(["often", None, "never"], LABELS, ordered=True)}),
        pl.DataFrame({"x": ["often", None, "never"]}, schema={"x": pl.Enum(LABELS)}),
        pa.table({"x": ordered_pyarrow(["often", None, "never"], LABELS)}),
    ],
    ids=["pandas", "polars", "pyarrow"],
)
def test_labels_are_scored_in_order(frame):
    items = as_item_data(frame)
    assert items.labels == (tuple(LABELS),)
    assert items.scores == ((0.0, 1.0, 2.0, 3.0),)
    assert items.positions.tolist() == [[2], [-1], [0]]


def test_falling_categories_keep_questionnaire_order():
    items = as_item_data([[3], [0], [2]], categories=[3, 2, 1, 0])
    assert items.positions.tolist() == [[0], [3], [1]]
    assert items.values.tolist() == [[3.0], [0.0], [2.0]]


def test_one_undeclared_column_makes_the_whole_observed():
    frame = pd.DataFrame({"a": pd.Categorical([0, 1], [0, 1, 2], ordered=True), "b": [0, 1]})
    with pytest.warns(CategoriesObservedWarning, match="^b: "):
        items = as_item_data(frame)
    assert (items.source, items.scores) == ("observed", ((0.0, 1.0, 2.0), (0.0, 1.0)))


@pytest.mark.filterwarnings("ignore::propsych.errors.CategoriesObservedWarning")
def test_real_valued_scores_may_have_any_number_of_values():
    values = np.random.default_rng(1).normal(size=(40_000, 1))
    items = as_item_data(values)
    assert len(items.scores[0]) == 40_000
    assert np.array_equal(items.values, values)


def test_booleans_are_zero_and_one():
    for frame in (
        pd.DataFrame({"x": [True, False]}),
        pl.DataFrame({"x": [True, False]}),
        np.array([[True], [False]]),
    ):
        assert as_item_data(frame, categories=[0, 1]).positions.tolist() == [[1], [0]]
    assert as_item_data(pl.DataFrame({"x": [True, None]}), categories=[0, 1]).positions.tolist() == [
        [1],
        [-1],
    ]


def test_what_is_checked_already_is_returned(tmp_path):
    assert as_item_data(EXPECTED) is EXPECTED
    responses = read_responses(write(tmp_path, [("p1", "2")], ("id", "a")), questionnaire(item("a")))
    assert as_item_data(responses).names == ("a@1",)
    bad = read_responses(write(tmp_path, [("p1", "9")], ("id", "a")), questionnaire(item("a")))
    with pytest.raises(DataError):
        as_item_data(bad)


TEXT = {"x": ["1", "two"]}
BAD = {
    "infinite": (np.array([[1.0], [np.inf]]), {}, "x1: .*infinite"),
    "infinite in polars": (pl.DataFrame({"x": [1.0, -math.inf]}), {}, "x: .*infinite"),
    "text in pandas": (pd.DataFrame(TEXT), {}, "x: .*text"),
    "text in polars": (pl.DataFrame(TEXT), {}, "x: .*text"),
    "text in pyarrow": (pa.table(TEXT), {}, "x: .*text"),
    "text in numpy": (np.array([["1"], ["2"]]), {}, "x1: .*text"),
    "text in lists": ([[1], ["two"]], {}, "x1: .*text"),
    "text among objects": (pd.DataFrame({"x": [1, "two"]}, dtype=object), {}, "x: .*text"),
    "complex": (np.array([[1j], [2]]), {}, "x1: .*complex"),
    "complex in pandas": (pd.DataFrame({"x": [1j, 2]}), {}, "x: .*complex"),
    "dates": (pd.DataFrame({"x": pd.to_datetime(["2025-09-30"])}), {}, "x: "),
    "dates in numpy": (np.array([["2025-09-30"]], dtype="datetime64[D]"), {}, "x1: "),
    "lists in cells": (pl.DataFrame({"x": [[1], [2]]}), {}, "x: "),
    "not declared": ([[1], [7]], {"categories": [0, 1]}, "x1: 1 answers .*7; declared: 0, 1"),
    "half a category": ([[1], [0.5]], {"categories": [0, 1]}, "x1: .*0.5"),
    "column twice in pandas": (pd.DataFrame([[1, 2]], columns=["x", "x"]), {}, "x: .*twice"),
    "1 and '1'": (pd.DataFrame([[1, 2]], columns=[1, "1"]), {}, "1: .*twice"),
    "column twice in pyarrow": (pa.table([[1], [2]], names=["x", "x"]), {}, "x: .*twice"),
    "no columns": (pd.DataFrame(index=range(3)), {}, "no columns"),
    "no columns in polars": (pl.DataFrame(), {}, "no columns"),
    "no rows": (pd.DataFrame({"x": []}, dtype=float), {}, "no rows"),
    "no rows in numpy": (np.zeros((0, 2)), {}, "no rows"),
    "nothing": ([], {}, "1 dimensions"),
    "one dimension": (np.arange(3), {}, "1 dimensions"),
    "three dimensions": (np.zeros((2, 2, 2)), {}, "3 dimensions"),
    "rows of different lengths": ([[1, 2], [3]], {}, "different lengths"),
    "a lazy frame": (pl.LazyFrame({"x": [1]}), {}, "collect"),
    "a series": (pd.Series([1, 2]), {}, "Series"),
    "a word": ("answers.csv", {}, "str"),
    "None": (None, {}, "NoneType"),
    "only missing": (pd.DataFrame({"x": [None, None]}), {}, "x: .*holds no number"),
    "unordered in pandas": (pd.DataFrame({"x": ["a", "b"]}, dtype="category"), {}, "x: .*no order"),
    "unordered in polars": (pl.DataFrame({"x": ["a"]}, schema={"x": pl.Categorical}), {}, "x: .*no order"),
    "unordered in pyarrow": (pa.table({"x": pa.array(["a"]).dictionary_encode()}), {}, "x: .*no order"),
    "numbers out of order": (
        pd.DataFrame({"x": pd.Categorical([1], [1, 3, 2], ordered=True)}),
        {},
        "x: .*rise or fall",
    ),
    "one category": (pd.DataFrame({"x": pd.Categorical([1], [1], ordered=True)}), {}, "x: .*fewer than two"),
    "declared twice": (CATEGORICAL["pandas"], {"categories": [1, 2, 3, 4]}, "x1: .*other categories"),
    "categories for ItemData": (EXPECTED, {"categories": CODES}, "declare their categories"),
    "categories are labels": ([[1]], {"categories": ["a", "b"]}, "finite numbers"),
    "categories are digits": ([[1]], {"categories": ["0", "1"]}, "finite numbers"),
    "categories are a word": ([[1]], {"categories": "01"}, "list of numbers"),
    "categories are a number": ([[1]], {"categories": 5}, "list of numbers"),
    "categories with NaN": ([[1]], {"categories": [0, math.nan]}, "finite numbers"),
    "categories repeat": ([[1]], {"categories": [0, 1, 1]}, "rise or fall"),
    "categories for one column only": (PLAIN["pandas"], {"categories": {"x1": CODES}}, "x2: .*no categories"),
    "categories for no column": (
        PLAIN["pandas"],
        {"categories": {"x1": CODES, "x2": CODES, "z": CODES}},
        "'z'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_named(name):
    data, options, words = BAD[name]
    with pytest.raises(AnalysisError, match=words):
        as_item_data(data, **options)


MATRICES = st.integers(1, 4).flatmap(
    lambda k: st.lists(
        st.lists(st.sampled_from([None, 0, 1, 2, 3, 4]), min_size=k, max_size=k), min_size=1, max_size=8
    )
)


@settings(max_examples=60, deadline=None)
@given(MATRICES)
def test_every_library_gives_the_same(rows):
    names = [f"x{j + 1}" for j in range(len(rows[0]))]
    columns = {name: [row[j] for row in rows] for j, name in enumerate(names)}
    schema = pa.schema([(name, pa.int64()) for name in names])
    frames = [
        np.array(rows, dtype=object),
        pd.DataFrame(columns, dtype="Int64"),
        pd.DataFrame(columns, dtype=float),
        pl.DataFrame(columns, schema=dict.fromkeys(names, pl.Int8)),
        pa.table(columns, schema=schema),
    ]
    first, *others = (as_item_data(frame, categories=range(5)) for frame in frames)
    assert first.positions.tolist() == [[-1 if v is None else v for v in row] for row in rows]
    assert all(same(first, other) for other in others)


def test_reading_changes_nothing_and_is_quiet():
    frame = PLAIN["pandas"].copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        items = as_item_data(frame, categories=CODES)
    with pytest.raises(ValueError, match="read-only"):
        items.positions[0, 0] = 2
    assert frame.equals(PLAIN["pandas"])


def test_columns_named_by_numbers_are_columns() -> None:
    """``pd.DataFrame(array)`` names its columns 0, 1, 2: narwhals would take such a name for a row."""
    rng = np.random.default_rng(3)
    scores = rng.standard_normal((60, 1)) + rng.standard_normal((60, 3))
    answers = np.digitize(scores, [-1.0, 0.0, 1.0])
    frame = pd.DataFrame(scores)
    assert pp.icc(frame).estimate("ICC(2,1)") == pp.icc(scores).estimate("ICC(2,1)")
    assert pp.kendall_w(frame).estimate == pp.kendall_w(scores).estimate
    assert pp.measurement_error(frame[0], frame[1]).sample.n_used == 60
    assert pp.test_retest(frame[0], frame[1]).sample.n_used == 60
    alpha = pp.cronbach_alpha(answers, categories=range(4)).estimate
    for same in (pd.DataFrame(answers), pd.DataFrame(answers).astype("Int64")):
        assert pp.cronbach_alpha(same, categories=range(4)).estimate == pytest.approx(alpha)

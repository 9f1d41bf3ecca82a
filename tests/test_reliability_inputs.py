"""The same ratings in every form give the same: wide or long; lists, NumPy, pandas, polars, pyarrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from propsych.data.frames import as_item_data
from propsych.properties.measurement_error import bland_altman, measurement_error, reliable_change
from propsych.properties.reliability import (
    agreement,
    cohen_kappa,
    icc,
    kendall_w,
    krippendorff_alpha,
    test_retest,
    weighted_kappa,
)
from propsych.result import Result
from tests.rating_data import ratings

FIVE = range(1, 6)
VALUES = ratings(40, 3, 5, seed=1, gaps=0.1)
NAMES = ["anna", "bo", "cy"]
WORDS = {1: "never", 2: "seldom", 3: "often", 4: "mostly", 5: "always"}
FRAME = pd.DataFrame(VALUES, columns=NAMES)
LONG = FRAME.rename_axis(index="who", columns="by").stack().dropna().astype(int).rename("said").reset_index()


def nullable(values: NDArray[np.float64]) -> list[list[int | None]]:
    return [[None if np.isnan(v) else int(v) for v in row] for row in values]


def hidden(values: NDArray[np.float64]) -> np.ma.MaskedArray[Any, Any]:
    """Return a masked array that holds a rating where it masks one."""
    return np.ma.array(np.nan_to_num(values, nan=1.0), mask=np.isnan(values))


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(pd.CategoricalDtype([1.0, 2.0, 3.0, 4.0, 5.0], ordered=True))


WIDE: dict[str, Any] = {
    "list": nullable(VALUES),
    "array of objects": np.array(nullable(VALUES), dtype=object),
    "masked array": hidden(VALUES),
    "pandas": FRAME,
    "pandas nullable": FRAME.astype("Int64"),
    "pandas ordered": ordered(FRAME),
    "polars": pl.DataFrame(nullable(VALUES), schema=NAMES, orient="row"),
    "pyarrow": pa.table(
        {
            name: pa.array(column)
            for name, column in zip(NAMES, zip(*nullable(VALUES), strict=True), strict=True)
        }
    ),
    "ItemData": as_item_data(FRAME, categories=FIVE),
}
Call = Callable[..., Result]
TABLES: dict[str, Call] = {
    "icc": icc,
    "icc, all ratings": lambda data, **k: icc(data, missing="available", **k),
    "agreement": lambda data, **k: agreement(data, categories=FIVE, weights="linear", **k),
    "krippendorff_alpha": lambda data, **k: krippendorff_alpha(
        data, categories=FIVE, level_of_measurement="ordinal", **k
    ),
    "kendall_w": kendall_w,
}
tables = pytest.mark.parametrize("name", TABLES)


def same(one: Result, other: Result) -> None:
    assert one.to_dict() == other.to_dict()


@tables
@pytest.mark.parametrize("form", WIDE)
def test_a_wide_table_in_every_form(name: str, form: str) -> None:
    same(TABLES[name](WIDE[form]), TABLES[name](VALUES))


LONG_FORMS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
}


@tables
@pytest.mark.parametrize("form", LONG_FORMS)
def test_long_rows_in_every_form_and_order(name: str, form: str) -> None:
    columns = {"person": "who", "rater": "by", "rating": "said"}
    found = TABLES[name](LONG_FORMS[form](LONG), **columns)
    wide = TABLES[name](VALUES)
    turned = TABLES[name](LONG_FORMS[form](LONG.sample(frac=1, random_state=3)), **columns)
    for other in (found, turned):
        for key, entry in wide.to_dict().items():
            theirs = other.to_dict()[key]
            assert set(theirs) == set(entry)
            for part, value in entry.items():
                expected = pytest.approx(value, rel=1e-7) if isinstance(value, float) else value
                assert theirs[part] == expected, (key, part)


@pytest.mark.parametrize("form", ["array of objects", "pandas", "polars", "pyarrow"])
def test_ratings_in_words(form: str) -> None:
    words = [[None if v is None else WORDS[v] for v in row] for row in nullable(VALUES)]
    data = {
        "array of objects": lambda: np.array(words, dtype=object),
        "pandas": lambda: pd.DataFrame(words, columns=NAMES),
        "polars": lambda: pl.DataFrame(words, schema=NAMES, orient="row"),
        "pyarrow": lambda: pa.table(dict(zip(NAMES, zip(*words, strict=True), strict=True))),
    }[form]()
    for weights in ("unweighted", "quadratic"):
        same(
            agreement(data, categories=WORDS.values(), weights=weights),
            agreement(VALUES, categories=FIVE, weights=weights),
        )


COLUMNS: dict[str, Callable[[NDArray[np.float64]], Any]] = {
    "array": lambda x: x,
    "list": lambda x: [None if np.isnan(v) else v for v in x.tolist()],
    "masked array": hidden,
    "pandas": pd.Series,
    "pandas nullable": lambda x: pd.Series(x).astype("Float64"),
    "polars": lambda x: pl.Series([None if np.isnan(v) else v for v in x]),
    "pyarrow": lambda x: pa.array(x, from_pandas=True),
    "pyarrow, in pieces": lambda x: pa.chunked_array([pa.array(x, from_pandas=True)]),
}
PAIRS: dict[str, Call] = {
    "cohen_kappa": lambda a, b: cohen_kappa(a, b, categories=FIVE),
    "weighted_kappa": lambda a, b: weighted_kappa(a, b, categories=FIVE),
    "test_retest": test_retest,
    "measurement_error": measurement_error,
    "bland_altman": bland_altman,
    "reliable_change": lambda a, b: reliable_change(a, b, sem=0.5, higher="worse"),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("form", COLUMNS)
def test_two_columns_in_every_form(name: str, form: str) -> None:
    a, b = VALUES[:, :2].T
    make = COLUMNS[form]
    same(PAIRS[name](make(a), make(b)), PAIRS[name](a, b))


@pytest.mark.parametrize("name", ["test_retest", "measurement_error", "bland_altman", "reliable_change"])
def test_a_frame_of_one_column_is_a_column(name: str) -> None:
    a, b = VALUES[:, :2].T
    for frame in (pd.DataFrame, lambda data: pl.DataFrame(data, nan_to_null=True)):
        same(PAIRS[name](frame({"a": a}), frame({"b": b})), PAIRS[name](a, b))


def test_persons_and_raters_keep_the_order_they_appear_in() -> None:
    from propsych.data.ratings import wide_ratings

    rows = pd.DataFrame({"who": ["z", "a", "z", "m"], "by": [2, 1, 1, 2], "said": [5, 4, 3, 2]})
    table = wide_ratings(rows, person="who", rater="by", rating="said")
    assert table.persons == ("z", "a", "m")
    assert table.raters == ("2", "1")
    assert table.values.tolist() == [[5, 3], [None, 4], [2, None]]
    numbered = wide_ratings(VALUES)
    assert numbered.persons[0] == "1"
    assert numbered.raters == ("x1", "x2", "x3")

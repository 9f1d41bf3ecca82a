"""Bad input of internal consistency and factor models: each a named error, or a documented result.

`TABLE` lists every problem of issue 3 that scales of items can have, and more, for every public entry point:
the words of the error, or `Documented` and the words of the result's notes or of a number's method.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.bad_scales import (
    ALL,
    ALPHA,
    BOUNDS,
    ENTRY,
    FIVE,
    LATENT,
    LISTWISE,
    MODELS,
    NEEDED,
    ONE_FACTOR,
    SCALES,
    Documented,
    Outcomes,
    check,
    good,
    outcome_of,
)
from tests.consistency_data import Floats
from tests.small_pilot import pilot

NAN = np.nan
NOTHING_LEFT = "nobody answered x2. nobody has every answer then. Remedy: leave the item out"
SINGULAR = "singular: one item follows from the others. Remedy: leave out items that repeat others"
UNIDENTIFIED = "x1 and x2: the polychoric correlation is not identified by the answers"
FEW = "at least three persons who answered every item; got {}. Remedy: collect more answers"
ROOM = "needs more persons who answered every item than items; got {} and {} items"


def changed(column: int, value: Any, n: int = 60) -> Floats:
    values = good(n)
    values[:, column] = value(values) if callable(value) else value
    return values


def one_cell(value: float) -> Floats:
    values = good()
    values[3, 1] = value
    return values


def nobody_complete() -> Floats:
    values = good()
    values[np.arange(60), np.arange(60) % 5] = NAN
    return values


def constant_among_complete() -> Floats:
    """The item varies, but not among those who answered everything."""
    values = good()
    values[:, 1] = 1.0
    values[:10, 1], values[:10, 0] = 3.0, NAN
    return values


def single_deviant() -> Floats:
    values = changed(1, 1.0)
    values[17, 1] = 2.0
    return values


def no_sum(k: int) -> Floats:
    """Each item is followed by itself turned, so that every person has the same sum."""
    values = good(60, k)
    for j in range(1, k, 2):
        values[:, j] = 4 - values[:, j - 1]
    return values


def unrelated() -> Floats:
    rng = np.random.default_rng(5)
    values = good(60, 5)
    return np.stack([rng.permutation(values[:, j]) for j in range(5)], axis=1)


def needs(entry: str) -> str:
    return f"needs at least {NEEDED[entry]} items; got 1. Remedy: add items"


PROBLEMS: dict[str, tuple[Any, Outcomes]] = {
    "one item": (good(60, 1), {entry: needs(entry) for entry in ALL}),
    "no items": (good()[:, :0], {ALL: "there are no columns. Remedy: give at least one item"}),
    "one person": (
        good()[:1],
        {
            SCALES: FEW.format(1),
            MODELS: ROOM.format("1 person", 5),
            "factorability": ROOM.format("1 person", 5),
            "cronbach_alpha, pairwise": "at least three persons who answered both x1 and x1; got 1",
        },
    ),
    "nobody": (good()[:0], {ALL: "there are no rows. Remedy: give at least one person"}),
    "constant item": (
        changed(1, 2.0),
        {ALL: "everybody gave the same answer to x2. .*Remedy: leave the item out of this analysis"},
    ),
    "item constant among the complete": (
        constant_among_complete(),
        {
            ALL: "everybody who answered every item gave the same answer to x2",
            "cronbach_alpha, pairwise": Documented("Each covariance is from other persons"),
        },
    ),
    "item that one person varies": (
        single_deviant(),
        {
            ALL: Documented("60 persons are few"),
            "guttman": Documented("without one of the persons the number does not exist"),
            (*LATENT, "omega_categorical"): "the polychoric correlation is not identified",
            "omega_schmid_leiman": Documented("without one of the persons the number does not exist"),
        },
    ),
    "all-missing item": (changed(1, NAN), {ALL: NOTHING_LEFT}),
    "nobody complete": (
        nobody_complete(),
        {
            SCALES: FEW.format(0),
            (*MODELS, "factorability"): ROOM.format("0 persons", 5),
            "cronbach_alpha, pairwise": Documented("60 of 60 persons asked were used .pairwise."),
        },
    ),
    "more items than persons": (
        good(6, 8, seed=3),
        {
            (*ALPHA, *BOUNDS): Documented("There are no more persons .6. than items .8."),
            "ordinal_alpha": "polychoric correlation is not identified",
            ("omega", *ONE_FACTOR, "omega_schmid_leiman"): ROOM.format("6 persons", 8),
            (*MODELS, "factorability"): ROOM.format("6 persons", 8),
            "omega": Documented("needs more persons who answered every item than items; got 6 persons"),
        },
    ),
    "infinite values": (
        one_cell(np.inf),
        {ALL: "x2: the column holds 1 infinite numbers. Remedy: correct them"},
    ),
    "a code outside the declared range": (
        one_cell(9.0),
        {ALL: "x2: 1 answers are no declared category; got 9; declared: 0, 1, 2, 3, 4. Remedy: correct"},
    ),
    "a code between the declared": (one_cell(1.5), {ALL: "x2: 1 answers are no declared category; got 1.5"}),
    "item twice": (
        changed(1, lambda x: x[:, 0]),
        {
            LISTWISE: Documented("An item follows from the others, so lambda 6 is one convention"),
            "cronbach_alpha, pairwise": Documented("60 persons are few"),
            "guttman": Documented("an item follows from the others, so its squared multiple correlation"),
            ("greatest_lower_bound", "split_half"): Documented("60 persons are few"),
            (*ONE_FACTOR, "omega_schmid_leiman", *MODELS, "factorability"): SINGULAR,
            "omega": Documented("singular: one item follows from the others"),
            LATENT: UNIDENTIFIED,
        },
    ),
    "all items alike": (
        np.tile(good()[:, :1], 5),
        {
            ALPHA: Documented("60 persons are few"),
            BOUNDS: Documented("60 persons are few"),
            (*ONE_FACTOR, "omega_schmid_leiman", *MODELS, "factorability"): SINGULAR,
            "omega": Documented("singular: one item follows from the others"),
            LATENT: UNIDENTIFIED,
        },
    ),
    "a sum that does not vary": (
        no_sum(4),
        {
            SCALES: "the sum of the items does not vary. Remedy: check the declared reversal",
            MODELS: SINGULAR,
            "factorability": SINGULAR,
            LATENT: UNIDENTIFIED,
            "ordinal_alpha": "the sum of the items does not vary",
        },
    ),
    "item coded the wrong way": (
        changed(1, lambda x: 4 - x[:, 1]),
        {
            SCALES: Documented(
                "x2 correlates negatively with the rest of the scale: declare reverse = true for it if it is"
                " worded the other way round; if not, find the site that coded it wrongly"
            ),
            MODELS: Documented("x2 loads negatively: declare reverse = true if it is worded the other way"),
            "factorability": Documented("60 persons are few"),
        },
    ),
    "items that have nothing to do with each other": (
        unrelated(),
        {
            ALL: Documented("correlate so little .* that nothing tells whether they are one-dimensional"),
            # of the latent responses the interval is wider and ends above the limit
            (*LATENT, "omega_categorical"): Documented("It cannot be told whether one factor describes"),
            "cronbach_alpha, pairwise": Documented("x2, x4 correlate negatively with the rest of the scale"),
            "omega_schmid_leiman": Documented("Two group factors do not determine the general one"),
            ("congeneric_fit", "congeneric_fit, ordered"): Documented("loads negatively"),
            "factorability": Documented("KMO 0.541"),
        },
    ),
    "text": (
        pd.DataFrame({"a": ["no", "yes", "no"], "b": [1, 2, 1], "c": [1, 2, 3]}),
        {ALL: "a: the column holds text, not numbers"},
    ),
    "a name twice": (pd.DataFrame(good(), columns=list("aabcd")), {ALL: "a: the column name stands twice"}),
    "one column without its frame": (good()[:, 0], {ALL: "an array of 1 dimensions"}),
    "rows of different lengths": ([[1, 2, 3], [1, 2]], {ALL: "the rows have different lengths"}),
    "no data at all": (None, {ALL: "this is no frame with items in columns; got NoneType"}),
    "a whole questionnaire": (
        pilot(40),
        {
            SCALES: "belongs to one scale, not to a questionnaire. Remedy: give one scale",
            (*MODELS, "factorability"): "nobody|needs more persons",
        },
    ),
    "a formative scale": (
        pilot(200).scale("index"),
        {ALL: "index: the scale is declared formative, so .* does not apply"},
    ),
    "a level of 1": (good(), {ALL: "the confidence level is impossible; got 1.0"}),
    "categories in words": (good(), {ALL: "categories are finite numbers"}),
    "one category": (good(), {ALL: "categories are at least two, in order"}),
}
WITHOUT_LEVEL = (
    "greatest_lower_bound",
    "split_half",
    "congeneric_fit",
    "congeneric_fit, ordered",
    "factorability",
)
OPTIONS: dict[str, dict[str, Any]] = {
    "a level of 1": {"level": 1.0},
    "categories in words": {"categories": ["no", "yes"]},
    "one category": {"categories": [1]},
    # these declare their own
    "a whole questionnaire": {"categories": None},
    "a formative scale": {"categories": None},
}
TABLE = [
    pytest.param(problem, entry, id=f"{problem}: {entry}")
    for problem in PROBLEMS
    for entry in ALL
    if not (problem == "a level of 1" and entry in WITHOUT_LEVEL)
]


@pytest.mark.parametrize(("problem", "entry"), TABLE)
def test_bad_input_is_an_error_in_words_or_a_documented_result(problem: str, entry: str) -> None:
    data, outcomes = PROBLEMS[problem]
    outcome = outcome_of(outcomes, entry)
    assert outcome is not None, "the table says nothing of this entry point"
    check(entry, data, OPTIONS.get(problem, {}), outcome)


def test_the_good_answers_are_good_everywhere() -> None:
    """So that each problem is the only one of its row."""
    for entry in ENTRY:
        check(entry, good(150), {}, Documented("150 of 150 persons"))


def test_the_table_holds_the_problems_that_the_issue_names() -> None:
    named = (
        "one item",
        "one person",
        "constant item",
        "all-missing item",
        "more items than persons",
        "infinite values",
        "a code outside the declared range",
    )
    assert set(named) <= set(PROBLEMS)
    assert list(FIVE) == [0, 1, 2, 3, 4]

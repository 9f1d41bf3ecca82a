"""What must hold of every coefficient of a scale on any answers: order, labels, reversal, units, frames."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.data import as_item_data
from propsych.errors import AnalysisError, EstimationWarning
from propsych.result import Result
from tests.bad_scales import ALL, ENTRY, LATENT, numbers_are_possible
from tests.consistency_data import Floats, ordered

FOUR = range(4)
SEEDS = st.integers(0, 100_000)
SEARCH = 2e-5
"""Distance of numbers that a search found from two starts, and of the ends of their intervals."""
SINGLE = tuple(name for name in ALL if name != "omega")  # which calls the others
QUICK = tuple(name for name in SINGLE if name != "omega_schmid_leiman")
OF_RANKS = (*LATENT[:1], "omega_categorical", *LATENT[1:])


def answers(seed: int) -> Floats:
    """Return 90 answers to five items in four categories, some of them related weakly."""
    rng = np.random.default_rng(seed)
    return ordered(90, rng.uniform(0.4, 0.75, 5).tolist(), seed, cuts=(-0.8, 0.1, 0.9))


def numbers(entry: str, data: Any, **options: Any) -> dict[str, float] | str:
    """Return every number and end of an interval by name, or the error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        try:
            result = ENTRY[entry](data, **{"categories": FOUR, **options})
        except AnalysisError as error:
            return str(error).split(";")[0]
    return of(result)


def of(result: Result) -> dict[str, float]:
    found: dict[str, float] = {}
    for record in result.records():
        # the numbers of the group factors follow their order, which is that of their sums of squares
        if ":g" in record.statistic:
            continue
        for name in ("value", "lower", "upper"):
            number = getattr(record.estimate, name)
            if number is not None:
                found[f"{record.target}/{record.statistic}/{name}"] = float(number)
    return found


def same(first: dict[str, float] | str, second: dict[str, float] | str) -> None:
    if isinstance(first, str):
        assert second == first
    else:
        assert second == pytest.approx(first, rel=SEARCH, abs=SEARCH)


@pytest.mark.parametrize("entry", SINGLE)
@given(SEEDS)
@settings(max_examples=4)
def test_the_order_of_persons_changes_nothing(entry: str, seed: int) -> None:
    if entry == "cronbach_alpha, bootstrap":
        return  # the same seed draws other persons
    values = answers(seed)
    same(numbers(entry, values), numbers(entry, np.random.default_rng(seed).permutation(values)))


@pytest.mark.parametrize("entry", ALL)
@given(SEEDS)
@settings(max_examples=4)
def test_the_order_of_items_changes_nothing(entry: str, seed: int) -> None:
    frame = pd.DataFrame(answers(seed), columns=list("abcde"))
    order = np.random.default_rng(seed).permutation(5)
    same(numbers(entry, frame), numbers(entry, frame.iloc[:, order]))


@pytest.mark.parametrize("entry", QUICK)
@given(SEEDS, st.integers(-20, 20), st.sampled_from([0.25, 1.0, 3.0, 100.0]))
@settings(max_examples=4)
def test_a_shift_and_a_unit_change_nothing(entry: str, seed: int, shift: int, unit: float) -> None:
    if entry in ("congeneric_fit", "greatest_lower_bound"):
        return  # loadings have a unit; the bound is tested with its kernel
    values = answers(seed)
    moved = numbers(entry, shift + unit * values, categories=shift + unit * np.arange(4))
    same(numbers(entry, values), moved)


@pytest.mark.parametrize("entry", SINGLE)
@given(SEEDS)
@settings(max_examples=4)
def test_an_item_asked_the_other_way_and_declared_so_gives_the_same(entry: str, seed: int) -> None:
    items = as_item_data(answers(seed), categories=FOUR, name="scale")
    j = seed % 5
    positions = items.positions.copy()
    positions[:, j] = 3 - positions[:, j]
    scores = tuple(tuple(reversed(s)) if i == j else s for i, s in enumerate(items.scores))
    turned = replace(items, positions=positions, scores=scores)
    same(numbers(entry, items, categories=None), numbers(entry, turned, categories=None))


@pytest.mark.parametrize(
    "entry", ["cronbach_alpha", "guttman", "split_half", "omega_unidimensional", "factorability"]
)
@given(SEEDS)
@settings(max_examples=4)
def test_all_items_the_other_way_round_give_the_same(entry: str, seed: int) -> None:
    values = answers(seed)
    same(numbers(entry, values), numbers(entry, 3 - values))


@pytest.mark.parametrize("entry", OF_RANKS)
@given(SEEDS)
@settings(max_examples=4)
def test_declared_categories_that_nobody_used_change_nothing(entry: str, seed: int) -> None:
    values = answers(seed)
    same(numbers(entry, values), numbers(entry, values, categories=range(-2, 6)))


@pytest.mark.parametrize("entry", ["ordinal_alpha", "congeneric_fit, ordered"])
@given(SEEDS)
@settings(max_examples=4)
def test_what_is_about_latent_responses_depends_on_the_order_of_the_categories_alone(
    entry: str, seed: int
) -> None:
    values = answers(seed)
    scores = np.array([-3.0, 0.0, 0.5, 40.0])
    same(numbers(entry, values), numbers(entry, scores[values.astype(int)], categories=scores))


def test_what_is_about_the_score_depends_on_the_scores() -> None:
    values = answers(1)
    scores = np.array([-3.0, 0.0, 0.5, 40.0])
    for entry in ("cronbach_alpha", "omega_categorical"):
        assert numbers(entry, values) != pytest.approx(
            numbers(entry, scores[values.astype(int)], categories=scores), abs=1e-3
        )


@pytest.mark.parametrize("entry", SINGLE)
@given(SEEDS)
@settings(max_examples=4)
def test_numbers_are_possible_and_lie_within_their_intervals(entry: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = ordered(
        int(rng.integers(12, 60)), rng.uniform(-0.3, 0.9, 6).tolist(), seed, cuts=(-0.3, 0.6, 1.5)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        try:
            result = ENTRY[entry](values, categories=FOUR)
        except AnalysisError:
            return  # the table of bad input says which, and in which words
    assert not list(numbers_are_possible(result))


@given(SEEDS)
@settings(max_examples=15)
def test_coefficients_stand_in_their_order(seed: int) -> None:
    """Guttman's bounds rise towards the greatest, and the halves of an even number of items hold alpha."""
    values = ordered(
        70, np.random.default_rng(seed).uniform(0.3, 0.8, 6).tolist(), seed, cuts=(-0.8, 0.1, 0.9)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        bounds, alpha = (
            ENTRY["guttman"](values, categories=FOUR),
            ENTRY["cronbach_alpha"](values, categories=FOUR),
        )
        halves, glb = (
            ENTRY[name](values, categories=FOUR) for name in ("split_half", "greatest_lower_bound")
        )
    found = {name: bounds.value(name) for name in bounds.estimates}
    assert found["lambda1"] <= found["lambda3"] <= found["lambda2"] + 1e-12
    assert found["mu0"] <= found["mu1"] <= found["mu2"] <= found["mu3"] <= glb.value("glb") + 1e-9
    assert found["lambda3"] == pytest.approx(alpha.estimate)
    assert (
        halves.value("split_half_min")
        <= alpha.estimate
        <= halves.value("split_half_max")
        <= glb.value("glb") + 1e-9
    )
    assert halves.value("split_half_mean") == pytest.approx(alpha.estimate)
    assert found["lambda4"] == halves.value("split_half_max")


FRAMES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas, whole numbers": lambda frame: frame.astype("Int64"),
    "pandas, ordered categories": lambda frame: frame.astype(int).astype(
        pd.CategoricalDtype([0, 1, 2, 3], ordered=True)
    ),
    "polars": pl.from_pandas,
    "polars, Enum": lambda frame: pl.from_pandas(frame.astype(int).astype(str)).cast(pl.Enum(list("0123"))),
    "pyarrow": pa.Table.from_pandas,
    "numpy": lambda frame: frame.to_numpy(),
    "lists": lambda frame: frame.to_numpy().tolist(),
}


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize(
    "entry", ["cronbach_alpha", "guttman", "omega_categorical", "congeneric_fit", "factorability"]
)
def test_every_kind_of_frame_gives_the_same(kind: str, entry: str) -> None:
    frame = pd.DataFrame(answers(1), columns=[f"x{j}" for j in range(1, 6)])
    declared = {"categories": None} if "categories" in kind or "Enum" in kind else {}
    assert numbers(entry, FRAMES[kind](frame), **declared) == pytest.approx(numbers(entry, frame), rel=1e-12)

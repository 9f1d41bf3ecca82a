"""Wrong arguments of internal consistency and factor models are refused in words, whatever the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from propsych.errors import AnalysisError, CategoriesObservedWarning
from propsych.properties.internal_consistency import (
    alpha_by,
    composite_reliability,
    cronbach_alpha,
    greatest_lower_bound,
    guttman,
    omega,
    omega_schmid_leiman,
    split_half,
)
from propsych.properties.structure import congeneric_fit
from tests.bad_scales import ALL, ENTRY, good
from tests.consistency_data import ordered
from tests.small_pilot import pilot

NAMED = pd.DataFrame(good(120, 6), columns=list("abcdef"))
TWO = {"f": ["a", "b", "c"], "g": ["d", "e", "f"]}

WRONG: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (cronbach_alpha, {"missing": "mean"}, "unknown missing rule; got 'mean'. Remedy: use one of listwise"),
    (cronbach_alpha, {"interval": "fisher"}, "unknown interval; got 'fisher'"),
    (cronbach_alpha, {"interval": "bca", "missing": "pairwise"}, "need complete persons"),
    (
        cronbach_alpha,
        {"n_boot": 99},
        "n_boot is impossible; got 99. Remedy: use a whole number of at least 100",
    ),
    (cronbach_alpha, {"n_boot": 200.5}, "n_boot is impossible; got 200.5"),
    (cronbach_alpha, {"seed": -1}, "seed is impossible; got -1"),
    (cronbach_alpha, {"level": "95%"}, "the confidence level is impossible; got '95%'"),
    (guttman, {"matrix": "rank"}, "unknown matrix; got 'rank'. Remedy: use one of covariance, correlation"),
    (guttman, {"seed": 1.5}, "seed is impossible"),
    (guttman, {"level": 0}, "the confidence level is impossible"),
    (greatest_lower_bound, {"matrix": None}, "unknown matrix; got None"),
    (split_half, {"n_splits": 0}, "n_splits is impossible; got 0"),
    (split_half, {"seed": None}, "seed is impossible; got None"),
    (split_half, {"matrix": "cov"}, "unknown matrix"),
    (omega, {"n_factors": 1}, "n_factors is impossible; got 1. Remedy: use a whole number of at least 2"),
    (omega, {"seed": -1}, "seed is impossible; got -1"),
    (omega, {"level": 2}, "the confidence level is impossible"),
    (omega, {"correlation": "spearman"}, "unknown correlation; got 'spearman'"),
    (omega_schmid_leiman, {"n_factors": 1}, "n_factors is impossible"),
    (omega_schmid_leiman, {"n_factors": 5}, "6 items are too few for 5 group factors. Remedy: use fewer"),
    (omega_schmid_leiman, {"n_starts": 0}, "n_starts is impossible"),
    (omega_schmid_leiman, {"seed": True}, "seed is impossible; got True"),
    (omega_schmid_leiman, {"correlation": "kendall"}, "unknown correlation"),
    (congeneric_fit, {"estimator": "ULS"}, "unknown estimator; got 'ULS'. Remedy: use one of ML, WLSMV"),
    (congeneric_fit, {"factors": {}}, "factors are a mapping of names to items"),
    (congeneric_fit, {"factors": ["a", "b", "c"]}, "factors are a mapping of names to items"),
    (congeneric_fit, {"factors": {"f": "abc"}}, "factor f has no list of items"),
    (congeneric_fit, {"factors": {"f": 3}}, "factor f has no list of items"),
    (congeneric_fit, {"factors": {"f": ["a", "b", "z"]}}, "factor f names an unknown item; got 'z'"),
    (congeneric_fit, {"factors": {"f": ["a", "b"]}}, "factor f needs at least 3 items; got 2"),
    (congeneric_fit, {"factors": {**TWO, "g": ["d"]}}, "factor g needs at least 2 items; got 1"),
    (congeneric_fit, {"factors": {"f": ["a", "a", "a"]}}, "factor f needs at least 3 items; got 1"),
    (
        congeneric_fit,
        {"factors": {"f": ["a", "b", "c"]}},
        "d: the item belongs to no factor. Remedy: leave it out",
    ),
    (
        congeneric_fit,
        {"factors": {"f": list("abcdef"), "g": list("abcdef"), "h": list("abcdef")}},
        "the model has more parameters than the items have correlations; got 21 and 15",
    ),
]


@pytest.mark.parametrize(("f", "options", "words"), WRONG)
def test_a_wrong_argument_is_named_with_its_value_and_remedy(
    f: Callable[..., Any], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(AnalysisError, match=words):
        f(NAMED, categories=range(5), **options)


@pytest.mark.parametrize("entry", ALL)
def test_categories_taken_from_the_data_are_warned_of_once(entry: str) -> None:
    with pytest.warns(CategoriesObservedWarning) as met:
        result = ENTRY[entry](good(150), categories=None)
    assert len(met) == 1
    assert next(iter(result.records())).sample is not None
    assert all(record.sample is None or record.sample.categories == "observed" for record in result.records())


def test_data_that_declare_their_categories_take_no_others() -> None:
    with pytest.raises(AnalysisError, match="these data declare their categories"):
        cronbach_alpha(pilot(100).scale("mood"), categories=range(5))


@pytest.mark.parametrize("name", ["person", "date", "weather"])
def test_groups_of_what_is_no_group(name: str) -> None:
    with pytest.raises(AnalysisError, match="persons cannot be grouped by this"):
        alpha_by(pilot(100), "mood", name)


def test_a_level_of_groups_is_checked_before_groups_are_made() -> None:
    with pytest.raises(AnalysisError, match="the confidence level is impossible"):
        alpha_by(pilot(100), "mood", "site", level=1.5)


def test_composite_reliability_takes_a_converged_fit_without_cross_loadings() -> None:
    with pytest.raises(AnalysisError, match="this is no fitted model; got ndarray"):
        composite_reliability(good())  # type: ignore[arg-type]
    crossed = congeneric_fit(NAMED, {**TWO, "f": list("abcd")}, categories=range(5))
    with pytest.raises(AnalysisError, match="d loads on several factors"):
        composite_reliability(crossed)


def test_a_name_of_a_coefficient_that_is_not_there() -> None:
    found = guttman(NAMED, categories=range(5))
    with pytest.raises(AnalysisError, match=r"no such coefficient; got 'lambda7'\. Remedy: use one of"):
        found["lambda7"]


def test_pairwise_covariances_that_contradict_each_other_give_no_alpha_above_1() -> None:
    """Nine persons with many gaps: without the check alpha was 1.08 in an interval from 1.60 to 1.00."""
    rng = np.random.default_rng(2168)
    values = np.digitize(
        rng.normal(size=(9, 1)) * 2 + rng.normal(size=(9, 4)), [-1.5, -0.5, 0.5, 1.5]
    ).astype(float)
    values[rng.random(values.shape) < 0.35] = np.nan
    with pytest.raises(AnalysisError, match=r"contradict each other: alpha would be above 1; got 1\.090"):
        cronbach_alpha(values, missing="pairwise", categories=range(5))


def test_pairwise_alpha_of_pairs_that_nobody_answered() -> None:
    values = ordered(40, [0.8, 0.7, 0.6])
    values[:20, 0], values[20:, 1] = np.nan, np.nan
    with pytest.raises(AnalysisError, match="at least three persons who answered both x1 and x2; got 0"):
        cronbach_alpha(values, missing="pairwise", categories=range(5))

"""Parts of a scale and of a model: without an item, of a factor, of a fit, and what cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from propsych.errors import EstimationWarning
from propsych.properties.internal_consistency import (
    composite_reliability,
    cronbach_alpha,
    guttman,
    omega_categorical,
    omega_schmid_leiman,
    omega_unidimensional,
    ordinal_alpha,
)
from propsych.properties.structure import congeneric_fit
from propsych.result import FactorFit, Result
from tests.consistency_data import ordered

CATEGORIES = range(5)
SCALE = ordered(300, [0.8, 0.7, 0.75, 0.6, 0.65, 0.7])


def test_without_each_item_omega_and_its_relatives_are_those_of_the_others() -> None:
    for f, name in (
        (omega_unidimensional, "omega_unidimensional"),
        (omega_categorical, "omega_categorical"),
        (ordinal_alpha, "ordinal_alpha_of_latent_responses"),
    ):
        found = f(SCALE, categories=CATEGORIES).tables["if_dropped"][name]
        for item in (0, 3):
            others = f(np.delete(SCALE, item, axis=1), categories=CATEGORIES)
            assert found.iloc[item] == pytest.approx(others.value(name), abs=1e-6)
    three = omega_unidimensional(SCALE[:, :3], categories=CATEGORIES).tables["if_dropped"]
    assert three.isna().all().all()


def test_items_with_categories_and_scores_of_their_own() -> None:
    """Uneven scores, and fewer categories in one item: each must stay with its item when another goes."""
    points = {
        "a": [0, 1, 2, 3, 7],
        "b": [0, 2, 3, 4, 5],
        "c": [1, 2, 4, 6, 7],
        "d": [0, 10],
        "e": [-5, 0, 1, 2, 3],
    }
    frame = pd.DataFrame({name: SCALE[:, j] for j, name in enumerate(points)}).astype(int)
    frame["d"] = (frame["d"] > 2).astype(int)
    for name, scores in points.items():
        frame[name] = np.array(scores)[frame[name]]
    found = omega_categorical(frame, categories=points)
    for item in points:
        kept = {name: scores for name, scores in points.items() if name != item}
        others = omega_categorical(frame[list(kept)], categories=kept)
        dropped = found.tables["if_dropped"]["omega_categorical"]
        assert dropped[item] == pytest.approx(others.value("omega_categorical"), abs=1e-6)
    fit = congeneric_fit(frame, estimator="WLSMV", categories=points)
    again = composite_reliability(fit)["categorical_omega:factor"]
    whole = found["omega_categorical"]
    assert (again.value, again.lower) == pytest.approx((whole.value, whole.lower), abs=1e-6)


def test_without_each_item_alpha_and_lambda_6_are_those_of_the_others() -> None:
    found = cronbach_alpha(SCALE, categories=CATEGORIES)
    for item in range(6):
        others = cronbach_alpha(np.delete(SCALE, item, axis=1), categories=CATEGORIES)
        row = found.if_dropped.iloc[item]
        assert row["alpha"] == pytest.approx(others.estimate, rel=1e-10)
        assert row["lambda6"] == pytest.approx(others.lambda6, rel=1e-10)
        assert row["standardised"] == pytest.approx(others.standardised, rel=1e-10)
        assert row["mean_r"] == pytest.approx(others.mean_inter_item, rel=1e-10)


def test_one_factor_and_composite_reliability_are_the_same_number() -> None:
    fit = congeneric_fit(SCALE, categories=CATEGORIES)
    both, alone = composite_reliability(fit), omega_unidimensional(SCALE, categories=CATEGORIES)
    implied = both["composite_reliability_implied:factor"]
    assert implied.value == pytest.approx(alone.value("omega_unidimensional"), abs=1e-9)
    assert implied.lower == pytest.approx(alone["omega_unidimensional"].lower, abs=1e-7)
    ordered_fit = congeneric_fit(SCALE, estimator="WLSMV", categories=CATEGORIES)
    categorical = omega_categorical(SCALE, categories=CATEGORIES)["omega_categorical"]
    again = composite_reliability(ordered_fit)["categorical_omega:factor"]
    assert (again.value, again.lower) == pytest.approx((categorical.value, categorical.lower), abs=1e-7)


def test_of_two_factors_each_has_its_own_numbers_and_sentence() -> None:
    values = np.concatenate([ordered(400, [0.85] * 4, 1), ordered(400, [0.5] * 4, 2)], axis=1)
    frame = pd.DataFrame(values, columns=list("abcdefgh"))
    fit = congeneric_fit(frame, {"first": list("abcd"), "second": list("efgh")}, categories=CATEGORIES)
    found = composite_reliability(fit)
    for factor, own in (("first", values[:, :4]), ("second", values[:, 4:])):
        alone = omega_unidimensional(own, categories=CATEGORIES)["omega_unidimensional"]
        e = found[f"composite_reliability_implied:{factor}"]
        expected = (alone.value, alone.lower, alone.upper)
        assert (e.value, e.lower, e.upper) == pytest.approx(expected, abs=0.005)
    said = " ".join(found.notes())
    assert "One factor describes the items of first" in said
    assert "one factor describes the items of second" in said.lower()


def test_a_fit_that_does_not_say_what_each_person_adds_has_no_intervals() -> None:
    fit = congeneric_fit(SCALE, categories=CATEGORIES)
    bare = FactorFit(**{**{f: getattr(fit, f) for f in fit.__dataclass_fields__}, "influence": {}})
    found = composite_reliability(bare)["composite_reliability:factor"]
    assert found.lower is None
    assert "does not say what each person adds" in found.method


def test_a_heywood_case_is_warned_of_and_named() -> None:
    # the square of the first loading is r12 r13 / r23 = 1.2
    R = np.array([[1.0, 0.7, 0.7], [0.7, 1.0, 0.4], [0.7, 0.4, 1.0]])
    latent = np.random.default_rng(3).multivariate_normal(np.zeros(3), R, 300)
    values = np.digitize(latent, [-1.2, -0.4, 0.4, 1.2])
    with pytest.warns(EstimationWarning, match="the residual variance of x1 is not positive"):
        fit = congeneric_fit(values, categories=CATEGORIES)
    assert any("Heywood" in note for note in fit.notes())
    said = omega_unidimensional(values, categories=CATEGORIES).notes()
    assert any("The residual variance of x1 is not positive" in note for note in said)


def test_a_model_that_explains_more_than_there_is_gives_no_coefficient_above_1() -> None:
    """Few persons and weak items: omega of a group was 1.03, and composite reliability 1.01."""
    rng = np.random.default_rng(1111)
    n = int(rng.integers(12, 60))
    values = ordered(n, rng.uniform(-0.3, 0.9, 6).tolist(), 1111, cuts=(-0.3, 0.6, 1.5))
    found = omega_schmid_leiman(values, n_factors=2, categories=range(4))["omega_total:g1"]
    assert found.value is None
    assert "is above 1, so the model explains more variance than the sum has" in found.method


def test_results_do_not_change_under_their_reader() -> None:
    found: Result = guttman(SCALE, categories=CATEGORIES)
    with pytest.raises(AttributeError):
        found.scale = "other"  # type: ignore[attr-defined]

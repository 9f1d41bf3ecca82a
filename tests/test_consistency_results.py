"""What every coefficient of a scale carries: sample, rule, method, interval, and when not to trust it."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from propsych.errors import EstimationWarning
from propsych.properties.internal_consistency import (
    ScaleCoefficients,
    cronbach_alpha,
    greatest_lower_bound,
    guttman,
    omega,
    omega_categorical,
    omega_schmid_leiman,
    omega_unidimensional,
    ordinal_alpha,
    split_half,
)
from propsych.properties.internal_consistency.doubts import negative_items, one_dimension
from propsych.result import FactorFit
from tests.bad_scales import ALL, ENTRY, everything_said, good, numbers_are_possible
from tests.consistency_data import clusters, ordered

CATEGORIES = range(5)
SCALE = ordered(300, [0.8, 0.7, 0.75, 0.6, 0.65, 0.7])
APART = clusters(500, (4, 4), loading=0.8)
WITH_DIMENSION = tuple(
    name
    for name in ALL
    if name
    not in (
        "omega_schmid_leiman",
        "congeneric_fit",
        "congeneric_fit, ordered",
        "factorability",
        "cronbach_alpha, pairwise",
    )
)


@pytest.mark.parametrize("entry", ALL)
def test_every_number_has_its_sample_rule_and_method(entry: str) -> None:
    holes = good(150)
    holes[:7, 2] = np.nan
    result = ENTRY[entry](holes)
    used, rule = (150, "pairwise") if entry.endswith("pairwise") else (143, "listwise")
    assert f"{used} of 150 persons" in result.notes()[0]
    assert rule in result.notes()[0]
    records = list(result.records())
    assert records
    for record in records:
        assert record.sample is not None
        assert (record.sample.n_asked, record.sample.n_used, record.sample.rule) == (150, used, rule)
        assert record.sample.n_dropped == 150 - used
        assert record.estimate.method or entry.endswith("pairwise")
    assert not list(numbers_are_possible(result))


@pytest.mark.parametrize("entry", ALL)
def test_it_prints_writes_html_and_fills_dictionary_and_frame(entry: str) -> None:
    result = ENTRY[entry](good(150))
    text, html = str(result), result._repr_html_()
    assert text.startswith(result.title)
    for note in result.notes():
        assert note in text
    assert html.startswith("<h4>")
    assert set(result.to_dict()) == {record.id for record in result.records()}
    frame = result.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame.index.is_unique
    if isinstance(result, FactorFit):
        with pytest.raises(TypeError, match="FactorFit has no picture"):
            result.plot()
        return
    assert result.plot().has_data()


def test_pictures_where_little_or_nothing_can_be_drawn() -> None:
    assert cronbach_alpha(SCALE[:, :2], categories=CATEGORIES).plot().has_data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        assert cronbach_alpha(np.tile(SCALE[:, :1], 3), categories=CATEGORIES).plot().has_data()
    few = omega(SCALE[:, :3], categories=CATEGORIES)
    assert few["omega_total"].value is None
    assert few.plot().has_data()
    nothing = omega(good(6, 8, seed=3), categories=CATEGORIES)
    assert all(estimate.value is None for estimate in nothing.estimates.values())
    assert nothing.plot() is not None
    assert "-" in nothing.summary()


@pytest.mark.parametrize("entry", WITH_DIMENSION)
def test_items_that_are_not_one_dimensional_are_called_so(entry: str) -> None:
    """Two clean clusters without correlation, 500 persons; and one factor, which is called one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        said = everything_said(ENTRY[entry](APART))
    assert "not one-dimensional" in said
    assert "Do not rely on one number for their sum" in said
    assert "One factor describes" in everything_said(ENTRY[entry](SCALE))


def test_the_dimension_has_three_states_and_a_number() -> None:
    assert cronbach_alpha(APART, categories=CATEGORIES).dimension.state == "no"
    assert cronbach_alpha(SCALE, categories=CATEGORIES).dimension.state == "yes"
    few = cronbach_alpha(clusters(60, (4, 4), loading=0.7), categories=CATEGORIES).dimension
    assert few.residual.value > 0.08
    assert few.state == "cannot tell"
    assert few.residual.lower < 0.08 < few.residual.upper
    assert "It cannot be told" in few.sentence
    assert one_dimension(SCALE[:, :3], 0.95).state == "cannot tell"
    assert "3 items always fit one factor" in one_dimension(SCALE[:, :3], 0.95).sentence


def test_so_many_answers_that_alpha_leaves_the_dimension_to_omega() -> None:
    rng = np.random.default_rng(1)
    many = np.digitize(rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 16)), [-1, 0, 1])
    found = cronbach_alpha(many, categories=range(4))
    assert found.dimension.state == "cannot tell"
    assert any("see omega_unidimensional" in note for note in found.notes())


def test_under_pairwise_deletion_the_dimension_is_not_examined() -> None:
    found = cronbach_alpha(SCALE, missing="pairwise", categories=CATEGORIES)
    assert any("not examined. That takes persons with every answer" in note for note in found.notes())


def test_hierarchical_omega_of_one_factor_is_not_to_be_relied_on() -> None:
    found = omega_schmid_leiman(ordered(400, [0.7] * 9), categories=CATEGORIES)
    assert any("so 3 group factors are hardly determined" in note for note in found.notes())


def test_the_sentence_on_items_coded_the_wrong_way() -> None:
    names = ["a", "b", "c", "d", "e"]
    assert negative_items(names, np.array([0.5, 0.4, 0.3, 0.2, 0.0])) == ""
    one = negative_items(names, np.array([0.5, -0.1, 0.5, 0.5, 0.5]))
    assert one.startswith("b correlates negatively with the rest of the scale: declare reverse = true for it")
    two = negative_items(names, np.array([0.5, -0.1, 0.5, -0.2, 0.5]))
    assert two.startswith(
        "b, d correlate negatively with the rest of the scale: declare reverse = true for those"
    )
    most = negative_items(names, np.array([-0.5, -0.1, 0.5, -0.2, 0.5]))
    assert "the items as coded do not measure one thing" in most


def test_names_of_the_coefficients() -> None:
    found = {
        "ordinal": list(ordinal_alpha(SCALE, categories=CATEGORIES).estimates),
        "guttman": list(guttman(SCALE, categories=CATEGORIES).estimates),
        "halves": list(split_half(SCALE, categories=CATEGORIES).estimates),
        "omega": list(omega(SCALE, n_factors=2, categories=CATEGORIES).estimates),
        "latent": list(omega(SCALE, n_factors=2, correlation="polychoric", categories=CATEGORIES).estimates),
        "schmid": list(omega_schmid_leiman(SCALE, n_factors=2, categories=CATEGORIES).estimates),
    }
    assert found["ordinal"] == ["ordinal_alpha_of_latent_responses"]
    assert found["guttman"] == [f"lambda{i}" for i in range(1, 7)] + [f"mu{i}" for i in range(4)]
    assert found["halves"] == ["split_half_max", "split_half_min", "split_half_mean"]
    assert found["omega"] == [
        "omega_unidimensional",
        "omega_categorical",
        "omega_total",
        "omega_hierarchical",
    ]
    assert found["latent"][2:] == [
        "omega_total_of_latent_responses",
        "omega_hierarchical_of_latent_responses",
    ]
    assert found["schmid"] == [
        "omega_total",
        "omega_hierarchical",
        "omega_hierarchical_asymptotic",
        "explained_common_variance",
        *(f"omega_{kind}:g{g}" for kind in ("total", "general", "group") for g in (1, 2)),
    ]


def test_which_numbers_have_no_interval_and_why() -> None:
    bounds = guttman(SCALE, categories=CATEGORIES)
    for name, estimate in bounds.estimates.items():
        if name in ("lambda4", "lambda5"):
            assert estimate.lower is None
            assert estimate.method.startswith("no interval: ")
        else:
            assert estimate.lower < estimate.value < estimate.upper
    glb = greatest_lower_bound(SCALE, categories=CATEGORIES)["glb"]
    best = split_half(SCALE, categories=CATEGORIES)["split_half_max"]
    assert glb.lower is None
    assert "a bootstrap covers 15 %" in glb.method
    assert best.lower is None
    assert "a bootstrap of the largest covers 15 %" in best.method
    for f in (omega_unidimensional, omega_categorical, ordinal_alpha, omega_schmid_leiman):
        for estimate in f(SCALE, categories=CATEGORIES).estimates.values():
            if estimate.value is not None:
                assert estimate.lower < estimate.value < estimate.upper


def test_intervals_are_wider_at_a_higher_level() -> None:
    def width(result: ScaleCoefficients, name: str) -> float:
        estimate = result[name]
        assert estimate.lower is not None
        assert estimate.upper is not None
        return estimate.upper - estimate.lower

    for f, name in (
        (guttman, "lambda2"),
        (omega_unidimensional, "omega_unidimensional"),
        (omega_categorical, "omega_categorical"),
        (ordinal_alpha, "ordinal_alpha_of_latent_responses"),
    ):
        assert width(f(SCALE, level=0.99, categories=CATEGORIES), name) > width(
            f(SCALE, categories=CATEGORIES), name
        )
        assert any(
            "Intervals are at 99%." in note for note in f(SCALE, level=0.99, categories=CATEGORIES).notes()
        )


def test_kr_20_is_named_for_items_of_0_and_1() -> None:
    right = (SCALE > 2).astype(int)
    assert cronbach_alpha(right, categories=[0, 1]).title == "Cronbach's alpha (KR-20): scale"
    assert cronbach_alpha(SCALE, categories=CATEGORIES).title == "Cronbach's alpha: scale"


def test_an_interval_that_does_not_exist_is_said_in_words() -> None:
    alike = cronbach_alpha(np.tile(SCALE[:, :1], 3), categories=CATEGORIES)
    assert alike.estimate == pytest.approx(1.0)
    assert "no jackknife interval" in str(alike)
    assert "nan" not in str(alike)

"""Measurement invariance: levels, differences, releases, and what must not change them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propsych.errors import AnalysisError
from propsych.properties.structure.invariance import measurement_invariance
from propsych.properties.structure.invariance_result import MeasurementInvariance

MODEL = "f =~ a + b + c + d"
NAMES = ["a", "b", "c", "d"]


def _latent(n: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sex = np.where(np.arange(n) % 2 == 0, "f", "m")
    y = rng.normal(size=(n, 1)) + 0.3 * (sex == "m")[:, None] + rng.normal(size=(n, 4))
    y[:, 2] += shift * (sex == "m")
    return pd.DataFrame(y, columns=NAMES).assign(sex=sex)


def _ordered(
    n: int = 1000, seed: int = 1, shift: float = 0.0, cuts: tuple[float, ...] = (-1, 0, 1.2)
) -> pd.DataFrame:
    frame = _latent(n, seed, shift)
    frame[NAMES] = np.digitize(frame[NAMES], cuts)
    return frame


def _test(data: pd.DataFrame, estimator: str = "WLSMV", **options: object) -> MeasurementInvariance:
    return measurement_invariance(MODEL, data, group="sex", estimator=estimator, **options)  # type: ignore[arg-type]


def _number(found: MeasurementInvariance, level: str, name: str) -> float:
    return float(found.levels[name].to_dict()[level])


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLM", "WLSMV", "ULSMV", "WLSM", "WLSMVS"])
def test_equal_populations_are_not_contradicted_and_a_shifted_item_is_named(estimator: str) -> None:
    ordered = estimator not in ("ML", "MLR", "MLM")
    make = _ordered if ordered else _latent
    last = "intercepts" if ordered else "scalar"
    levels = ["configural", "loadings", "intercepts"] if ordered else ["configural", "metric", "scalar"]
    same = _test(make(1000, 3), estimator, levels=levels)
    assert _number(same, last, "pvalue_diff") > 0.01
    found = _test(make(1000, 1, 0.8), estimator, levels=levels)
    assert _number(found, last, "pvalue_diff") < 1e-4
    first = found.release_candidates(last).iloc[0]
    assert (first["lhs"], first["op"], first["group"]) == ("c", "~1", "m")
    assert any("c ~ 1" in note for note in found.notes())
    released = _test(make(1000, 1, 0.8), estimator, levels=levels, release=["c ~1"])
    assert _number(released, last, "pvalue_diff") > 0.01


@pytest.mark.parametrize("std_lv", [False, True])
def test_parameterisation_and_unit_do_not_matter(std_lv: bool) -> None:
    data = _ordered(800, 2, 0.3)
    levels = ["configural", "thresholds", "loadings", "intercepts"]
    one = _test(data, levels=levels).levels
    two = _test(data, levels=levels, parameterization="delta", std_lv=std_lv).levels
    assert np.allclose(one, two, rtol=1e-5, atol=1e-6, equal_nan=True)


def test_degrees_of_freedom_of_the_levels() -> None:
    assert _test(_ordered()).levels["df"].tolist() == [4, 8, 11, 14, 18]
    assert _test(_latent(400, 1), "ML").levels["df"].tolist() == [4, 7, 10, 14]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_swapping_groups_and_shuffling_persons_and_items_changes_no_test(seed: int) -> None:
    data = _ordered(700, 5, 0.2)
    swapped = data.sample(frac=1.0, random_state=seed).assign(
        sex=lambda x: x["sex"].map({"m": "a", "f": "z"})
    )
    swapped[NAMES] = swapped[NAMES] * 3 - 1
    rng = np.random.default_rng(seed)
    syntax = "f =~ " + " + ".join(rng.permutation(NAMES))
    one = _test(data).levels
    two = measurement_invariance(syntax, swapped, group="sex", estimator="WLSMV").levels
    assert np.allclose(one, two, rtol=1e-4, atol=1e-5, equal_nan=True)


def test_the_declared_order_of_groups_holds() -> None:
    data = _latent(400, 1)
    data["sex"] = pd.Categorical(data["sex"], ["m", "f"], ordered=True)
    assert list(_test(data, "ML").group_sizes) == ["m", "f"]


def test_three_categories_make_equal_thresholds_no_restriction() -> None:
    found = _test(_ordered(cuts=(-0.5, 0.7)))
    assert _number(found, "thresholds", "df_diff") == 0
    assert any("nothing to test" in note for note in found.notes())
    assert np.isnan(_number(found, "thresholds", "pvalue_diff"))


def test_two_categories_are_tested_at_once() -> None:
    data = _latent(3000, 4)
    data[NAMES] = (data[NAMES].to_numpy() > [-1.0, -0.2, 0.5, 1.2]).astype(int)
    assert list(_test(data).fits) == ["configural", "intercepts", "residuals"]
    with pytest.raises(AnalysisError, match="not identified"):
        _test(data, levels=["configural", "thresholds"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"levels": ["metric"]}, "level of invariance"),
        ({"levels": ["loadings", "configural"]}, "from wide to narrow"),
        ({"levels": ["residuals"], "parameterization": "delta"}, "theta"),
        ({"release": ["q ~ 1"]}, "no such parameter"),
        ({"release": "c ~ 1"}, "list"),
        ({"missing": "fiml"}, "full information"),
        ({"estimator": "ML", "missing": "pairwise"}, "ordered items"),
        ({"estimator": "GLS"}, "estimator"),
    ],
)
def test_bad_requests_are_refused_in_words(options: dict[str, object], words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        _test(_ordered(), **options)  # type: ignore[arg-type]


def test_a_category_that_a_group_lacks_is_named() -> None:
    data = _ordered()
    data.loc[(data["sex"] == "m") & (data["b"] == 0), "b"] = 1
    with pytest.raises(AnalysisError, match="chose 0 of b"):
        _test(data)


def test_records_and_text_hold_every_level() -> None:
    found = _test(_latent(400, 1), "MLR")
    ids = {record.statistic for record in found.records()}
    assert {"invariance:scalar:pvalue_diff", "invariance:strict:cfi"} <= ids
    text = str(found)
    assert all(level in text for level in found.fits)

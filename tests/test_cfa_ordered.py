"""Confirmatory factor analysis of ordered items: through `cfa`, with the rules for categories."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import propsych as pp
from propsych.errors import AnalysisError
from propsych.properties.structure.ordered_result import OrderedCfaResult

MODEL = "f =~ a + b + c + d\ng =~ e + f1 + h"
NAMES = ["a", "b", "c", "d", "e", "f1", "h"]


def _answers(n: int = 700, seed: int = 1, cuts: tuple[float, ...] = (-1.0, 0.0, 0.8)) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 2)) @ np.array([[1.0, 0.5], [0.0, 0.8]])
    y = latent[:, [0, 0, 0, 0, 1, 1, 1]] * 0.8 + 0.6 * rng.normal(size=(n, 7))
    frame = pd.DataFrame(np.digitize(y, cuts), columns=NAMES)
    return frame.assign(sex=np.where(rng.random(n) < 0.5, "m", "f"))


def _fit(data: pd.DataFrame, model: str = MODEL, **options: object) -> OrderedCfaResult:
    arguments = {"estimator": "WLSMV", "ordered": True} | options
    fit = pp.cfa(model, data, **arguments)  # type: ignore[arg-type]
    assert isinstance(fit, OrderedCfaResult)
    return fit


def test_both_parameterisations_fit_alike() -> None:
    data = _answers()
    delta, theta = _fit(data), _fit(data, parameterization="theta")
    for name in ("chisq", "chisq.scaled", "cfi.robust", "rmsea.robust", "srmr"):
        assert delta.fit_indices[name] == pytest.approx(theta.fit_indices[name], rel=1e-6, abs=1e-8)
    both = [one.standardised_solution().query("op == '=~'") for one in (delta, theta)]
    assert both[0]["est_std"].to_numpy() == pytest.approx(both[1]["est_std"].to_numpy(), abs=1e-6)
    assert both[0]["se"].to_numpy() == pytest.approx(both[1]["se"].to_numpy(), rel=1e-4)


def test_recovers_loadings_and_the_factors_correlation() -> None:
    found = _fit(_answers(6000)).standardised_solution()
    loadings = found.query("op == '=~'")["est_std"]
    assert np.abs(loadings - 0.8).max() < 0.05


@pytest.mark.parametrize("estimator", ["WLSMV", "WLSMVS", "WLSM", "ULSMV", "ULSMVS", "ULSM"])
def test_order_of_items_and_persons_and_codes_do_not_matter(estimator: str) -> None:
    data = _answers(400)
    base = _fit(data, estimator=estimator)
    other = data.sample(frac=1.0, random_state=1)[[*reversed(NAMES), "sex"]]
    other[NAMES] = other[NAMES] * 2 + 1
    again = _fit(other, "g =~ e + h + f1\nf =~ a + d + c + b", estimator=estimator)
    for name in ("chisq", "chisq.scaled", "pvalue.scaled", "cfi.scaled", "rmsea.scaled"):
        assert again.fit_indices[name] == pytest.approx(base.fit_indices[name], rel=1e-6, abs=1e-9)


def test_residuals_and_modification_indices_name_the_pair() -> None:
    data = _answers()
    data["b"] = np.where(np.random.default_rng(2).random(len(data)) < 0.5, data["a"], data["b"])
    fit = _fit(data)
    first = fit.modification_indices().iloc[0]
    assert {first["lhs"], first["rhs"]} == {"a", "b"}
    residual = fit.residual_correlations
    assert isinstance(residual, pd.DataFrame)
    assert np.abs(np.diag(residual)).max() < 1e-10
    freed = _fit(data, MODEL + "\na ~~ b")
    gain = fit.fit_indices["chisq"] - freed.fit_indices["chisq"]
    assert 0.3 < first["mi"] / gain < 2.0


def test_written_thresholds_are_equal_or_fixed() -> None:
    fit = _fit(_answers(), MODEL + "\na | u*t1\nb | u*t1\nc | 0*t2")
    t = fit.parameters.query("op == '|'").set_index(["lhs", "rhs"])["est"]
    assert t["a", "t1"] == t["b", "t1"]
    assert t["c", "t2"] == 0.0
    assert fit.fit_indices["df"] == _fit(_answers()).fit_indices["df"] + 2


def test_group_swap_gives_the_same_fit() -> None:
    data = _answers(900)
    swapped = data.assign(sex=data["sex"].map({"m": "a", "f": "b"}))
    one, two = _fit(data, group="sex"), _fit(swapped, group="sex")
    assert one.fit_indices["chisq.scaled"] == pytest.approx(two.fit_indices["chisq.scaled"], rel=1e-7)
    assert list(one.group_sizes.values()) == list(reversed(two.group_sizes.values()))


def test_pairwise_answers_are_used() -> None:
    data = _answers()
    whole = _fit(data, missing="pairwise")
    assert whole.fit_indices["chisq"] == pytest.approx(_fit(data).fit_indices["chisq"])
    data = data.astype({name: float for name in NAMES})
    data.loc[:80, "a"] = np.nan
    assert _fit(data, missing="pairwise").sample.n_used == len(data)
    assert _fit(data).sample.n_used == len(data) - 81


def test_unused_categories_are_told_and_a_saturated_model_is_not_tested() -> None:
    data = _answers()
    fit = _fit(data[NAMES], "f =~ a + b + c", categories=range(6))
    text = " ".join(fit.notes())
    assert "Nobody chose 4 of a" in text
    assert "cannot be tested" in text
    assert "t4" not in fit.parameters["rhs"].tolist()
    assert "chisq.scaled" not in fit.fit_indices


def test_cutoffs_are_said_to_come_from_maximum_likelihood() -> None:
    assert any("maximum likelihood" in note for note in _fit(_answers()).notes())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ordered": False}, "ordered=True"),
        ({"estimator": "ML"}, "estimator"),
        ({"ordered": ["a"]}, "not named"),
        ({"missing": "fiml"}, "full information"),
        ({"parameterization": "gamma"}, "parameterization"),
        ({"model": MODEL + "\na | t9"}, "no threshold t9"),
        ({"model": MODEL + "\na ~~ 0.5*a"}, "scale"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        _fit(_answers(), **options)  # type: ignore[arg-type]


def test_a_category_that_one_group_lacks_is_named_with_the_remedy() -> None:
    data = _answers()
    data.loc[(data["sex"] == "m") & (data["c"] == 3), "c"] = 2
    with pytest.raises(AnalysisError, match=r"chose 3 of c.*group m|group m.*chose 3 of c"):
        _fit(data, group="sex")


def test_items_that_are_not_ordered_are_refused() -> None:
    data = _answers()
    data["a"] = np.random.default_rng(1).normal(size=len(data))
    with pytest.raises(AnalysisError, match="too many"):
        _fit(data)
    data["a"] = 1
    with pytest.raises(AnalysisError, match="same answer to a"):
        _fit(data)
    with pytest.raises(AnalysisError, match="latent responses"):
        _fit(_answers()).factor_fit()
    with pytest.raises(AnalysisError, match="scores"):
        _fit(_answers()).scores()

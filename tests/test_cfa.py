"""Confirmatory factor analysis as the researcher calls it."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import propsych as pp
from propsych.errors import AnalysisError, EstimationWarning
from propsych.properties.structure import CfaResult

TWO = "pain =~ p1 + p2 + p3\nmood =~ m1 + m2 + m3"
NAMES = ["p1", "p2", "p3", "m1", "m2", "m3"]


def answers(n: int = 400, seed: int = 1, noise: float = 0.7) -> pd.DataFrame:
    """Two factors correlated .5, loadings .8, .7, .6 each."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    loadings = np.kron(np.eye(2), [[0.8, 0.7, 0.6]])
    values = factors @ loadings + noise * rng.normal(size=(n, 6)) + [1, 2, 3, 4, 5, 6]
    return pd.DataFrame(values, columns=NAMES)


def with_holes(frame: pd.DataFrame, share: float = 0.15, seed: int = 2) -> pd.DataFrame:
    return frame.mask(np.random.default_rng(seed).random(frame.shape) < share)


def row(fit: CfaResult, lhs: str, op: str, rhs: str = "") -> pd.Series:
    frame = fit.parameters
    return frame[(frame.lhs == lhs) & (frame.op == op) & (frame.rhs == rhs)].iloc[0]


def test_a_true_model_fits_and_its_parameters_are_found() -> None:
    fit = pp.cfa(TWO, answers(5000), std_lv=True)
    assert (fit.convergence, fit.improper, fit.sample.n_used) == ("converged", (), 5000)
    assert fit.fit_indices["df"] == 8
    assert fit.fit_indices["pvalue"] > 0.01
    assert fit.fit_indices["cfi"] > 0.99
    for name, value in (("p1", 0.8), ("p2", 0.7), ("p3", 0.6)):
        found = row(fit, "pain", "=~", name)
        assert abs(found.est - value) < 4 * found.se
    covariance = row(fit, "pain", "~~", "mood")
    assert covariance.lower < 0.5 < covariance.upper
    assert row(fit, "pain", "~~", "pain")[["free", "est"]].tolist() == [False, 1.0]


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLM", "ULS"])
def test_marker_and_unit_variance_are_one_model(estimator: Any) -> None:
    data = answers(seed=3)
    marker, unit = (pp.cfa(TWO, data, estimator=estimator, std_lv=flag) for flag in (False, True))
    assert marker.fit_indices["chisq"] == pytest.approx(unit.fit_indices["chisq"], abs=1e-7)
    key = ["lhs", "op", "rhs"]
    a, b = (fit.parameters.set_index(key)["std_all"] for fit in (marker, unit))
    assert a.to_numpy() == pytest.approx(b.loc[a.index].to_numpy(), abs=1e-6)
    errors = [
        fit.standardised_solution().set_index(key)["se"].loc["pain", "=~", "p2"] for fit in (marker, unit)
    ]
    assert errors[0] == pytest.approx(errors[1], rel=1e-4)


def test_estimators_share_estimates_and_differ_in_errors() -> None:
    data = np.exp(answers(seed=4) / 2)
    plain, huber, scaled = (pp.cfa(TWO, data, estimator=e) for e in ("ML", "MLR", "MLM"))  # type: ignore[arg-type]
    for robust in (huber, scaled):
        assert robust.parameters["est"].to_numpy() == pytest.approx(
            plain.parameters["est"].to_numpy(), abs=1e-8
        )
        assert not np.allclose(robust.parameters["se"].dropna(), plain.parameters["se"].dropna(), rtol=0.05)
        assert {"cfi.scaled", "cfi.robust", "rmsea.robust", "chisq.scaling.factor"} <= set(
            robust.fit_indices.index
        )
    assert not any(name.endswith((".scaled", ".robust")) for name in plain.fit_indices.index)


def test_full_information_uses_every_answer_and_agrees_without_holes() -> None:
    data = answers(seed=5)
    both = pp.cfa(TWO, data, meanstructure=True), pp.cfa(TWO, data, missing="fiml")
    assert both[0].parameters["est"].to_numpy() == pytest.approx(
        both[1].parameters["est"].to_numpy(), abs=1e-6
    )
    assert both[0].fit_indices["chisq"] == pytest.approx(both[1].fit_indices["chisq"], abs=1e-6)
    assert both[1].fit_indices["cfi.robust"] == pytest.approx(both[1].fit_indices["cfi"], abs=1e-3)
    holes = with_holes(data)
    holes.iloc[0] = np.nan
    full, complete = pp.cfa(TWO, holes, missing="fiml"), pp.cfa(TWO, holes, meanstructure=True)
    assert (full.sample.n_asked, full.sample.n_used, full.sample.n_dropped) == (400, 399, 1)
    assert complete.sample.n_used == int(holes.notna().all(axis=1).sum())
    assert row(full, "pain", "=~", "p2").se < row(complete, "pain", "=~", "p2").se
    assert any("Full information" in note for note in full.notes())


def test_groups_are_fitted_at_once_and_labels_make_equal() -> None:
    data = answers(500, seed=6)
    data["sector"] = ["b", "a"] * 250
    data["comment"] = "text that no model names"
    free = pp.cfa(TWO, data, group="sector")
    apart = [pp.cfa(TWO, data[data.sector == g], meanstructure=True) for g in ("a", "b")]
    assert free.group_sizes == {"a": 250, "b": 250}
    assert free.fit_indices["chisq"] == pytest.approx(sum(f.fit_indices["chisq"] for f in apart), abs=1e-6)
    first = free.parameters[free.parameters.group == "a"]["est"].to_numpy()
    assert first == pytest.approx(apart[0].parameters["est"].to_numpy(), abs=1e-6)
    equal = pp.cfa("pain =~ p1 + l*p2 + m*p3\nmood =~ m1 + m2 + m3", data, group=data.sector.tolist())
    assert equal.fit_indices["df"] == free.fit_indices["df"] + 2
    loadings = equal.parameters[(equal.parameters.rhs == "p2") & (equal.parameters.op == "=~")]
    assert len(loadings) == 2
    assert loadings["est"].nunique() == 1
    assert set(free.scores()["group"]) == {"a", "b"}
    assert isinstance(free.residual_correlations, dict)
    assert list(pd.DataFrame(free.r_squared).columns) == ["a", "b"]
    with pytest.raises(AnalysisError, match="one group"):
        free.factor_fit()


def test_modification_indices_find_what_was_left_out() -> None:
    data = answers(1000, seed=7)
    shared = 0.4 * np.random.default_rng(1).normal(size=(1000, 1))
    data[["p3", "m1"]] += shared
    found = pp.cfa(TWO, data).modification_indices()
    assert found.loc[0, ["lhs", "op", "rhs"]].tolist() == ["p3", "~~", "m1"]
    assert found.loc[0, "epc"] == pytest.approx(0.16, abs=0.06)
    assert found["mi"].is_monotonic_decreasing
    freed = pp.cfa(TWO + "\np3 ~~ m1", data)
    drop = pp.cfa(TWO, data).fit_indices["chisq"] - freed.fit_indices["chisq"]
    assert found.loc[0, "mi"] == pytest.approx(drop, rel=0.25)
    assert len(pp.cfa(TWO, data).modification_indices(least=4.0)) < len(found)
    orthogonal = pp.cfa(TWO, data, orthogonal=True).modification_indices()
    assert ("pain", "~~", "mood") in set(orthogonal[["lhs", "op", "rhs"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("method", ["regression", "Bartlett"])
def test_scores_follow_the_latent_variables(method: Any) -> None:
    data = answers(seed=8)
    fit = pp.cfa(TWO, data)
    scores = fit.scores(method)
    assert scores.shape == (400, 2)
    assert scores.mean().to_numpy() == pytest.approx([0, 0], abs=1e-9)
    holes = pp.cfa(TWO, with_holes(data), missing="fiml").scores(method)
    assert np.corrcoef(holes["pain"].fillna(0), scores["pain"])[0, 1] > 0.9


def test_composite_reliability_takes_the_fit() -> None:
    data = answers(seed=9)
    fit = pp.cfa(TWO, data)
    ours = pp.composite_reliability(fit.factor_fit())
    peer = pp.composite_reliability(
        pp.congeneric_fit(
            data.round(2),
            {"pain": NAMES[:3], "mood": NAMES[3:]},
            categories=sorted(set(data.round(2).to_numpy().ravel())),
        )
    )
    for name in ("composite_reliability:pain", "average_variance_extracted:mood"):
        a, b = ours.estimates[name], peer.estimates[name]
        assert (a.value, a.lower, a.upper) == pytest.approx((b.value, b.lower, b.upper), abs=2e-3)


def test_no_degrees_of_freedom_is_said() -> None:
    fit = pp.cfa("f =~ p1 + p2 + p3", answers())
    assert fit.fit_indices["df"] == 0
    assert np.isnan(fit.fit_indices["pvalue"])
    assert any("cannot be tested" in note for note in fit.notes())


def test_an_improper_solution_is_named() -> None:
    rng = np.random.default_rng(3)
    C = np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1]]) + 1e-9
    values, vectors = np.linalg.eigh(C)
    data = rng.normal(size=(500, 3)) @ (vectors * np.sqrt(np.maximum(values, 0.02))).T
    with pytest.warns(EstimationWarning, match="residual variance of x1 is negative"):
        fit = pp.cfa("f =~ x1 + x2 + x3", data)
    assert any("Improper solution: the residual variance of x1" in note for note in fit.notes())
    assert np.isnan(pd.Series(fit.r_squared)["x1"]) or pd.Series(fit.r_squared)["x1"] > 1


def test_what_the_data_do_not_determine_is_said() -> None:
    data = answers(seed=10)
    with pytest.warns(EstimationWarning, match="do not determine"):
        fit = pp.cfa("f =~ NA*p1 + p2 + p3 + m1 + m2", data)
    assert fit.convergence == "ill-determined"
    assert fit.parameters["se"].isna().all()
    assert any("Do NOT use it" in note for note in fit.notes())
    copied = data.assign(p2=data.p1 + 1e-4 * np.random.default_rng(1).normal(size=len(data)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        doubtful = pp.cfa("f =~ NA*p1 + p2 + p3 + m1 + m2", copied)
    assert doubtful.convergence == "data suspected"
    assert any("one may be a copy" in note for note in doubtful.notes())


@pytest.mark.parametrize(
    ("model", "change", "options", "told"),
    [
        ("f =~ p1 + p9", {}, {}, "do not have; got p9.*p1"),
        ("f =~ p1 + p2", {}, {}, "5 free parameters|4 free parameters"),
        ("f =~ p1 + p2 +", {}, {}, "line 1, column 15"),
        (TWO, {"p1": 1.0}, {}, "same answer to p1"),
        (TWO, {"p1": np.nan}, {"missing": "fiml"}, "nobody answered p1"),
        (TWO, {"p1": "text"}, {}, "text, not numbers"),
        (TWO, {}, {"estimator": "WLS"}, "unknown estimator"),
        (TWO, {}, {"missing": "mean"}, "unknown missing rule"),
        (TWO, {}, {"missing": "pairwise"}, "ordered items"),
        (TWO, {}, {"missing": "fiml", "estimator": "ULS"}, "full information needs"),
        (TWO, {}, {"level": 95}, "confidence level"),
        (TWO, {}, {"group": "sector"}, "no such column of groups"),
        (TWO, {"g": "a"}, {"group": "g"}, "there is but one"),
        (TWO, {}, {"group": [1, 2]}, "one group label a person"),
        (TWO + "\np1 | t1", {}, {}, "thresholds"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    model: str, change: dict[str, Any], options: Any, told: str
) -> None:
    with pytest.raises(AnalysisError, match=told):
        pp.cfa(model, answers(50).assign(**change), **options)


def test_few_persons_and_singular_items_are_refused() -> None:
    with pytest.raises(AnalysisError, match="more persons than items"):
        pp.cfa(TWO, answers(6))
    data = answers()
    with pytest.raises(AnalysisError, match="singular"):
        pp.cfa(TWO, data.assign(p3=data.p1 + data.p2))
    assert any("few for a factor model" in note for note in pp.cfa(TWO, answers(60, seed=12)).notes())


def test_every_form_of_data_gives_the_same() -> None:
    import polars as pl

    frame = answers(seed=13).round(1)
    base = pp.cfa(TWO, frame).parameters["est"].to_numpy()
    assert pp.cfa(TWO, pl.from_pandas(frame)).parameters["est"].to_numpy() == pytest.approx(base)
    array = TWO
    for i, name in enumerate(NAMES):
        array = array.replace(name, f"x{i + 1}")
    assert pp.cfa(array, frame.to_numpy()).parameters["est"].to_numpy() == pytest.approx(base)


def test_result_prints_and_names_its_numbers() -> None:
    fit = pp.cfa(TWO, answers(), estimator="MLR")
    text = str(fit)
    assert text.startswith("Confirmatory factor analysis (MLR): model")
    assert "Hu & Bentler 1999" in text
    assert re.search(r"pain\s+=~\s+p1", text)
    found = fit.to_dict()
    assert found["structure/p2/all/loading:pain"]["lower"] < found["structure/p2/all/loading:pain"]["value"]
    assert {"structure/model/all/cfi.robust", "structure/model/all/rmsea"} <= set(found)
    assert found["structure/model/all/rmsea"]["level"] == 0.90
    assert len(found) == len(list(fit.records()))
    assert fit._repr_html_().startswith("<h4>")
    with pytest.raises(AnalysisError, match="unknown method"):
        fit.scores("mean")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="unknown kind"):
        fit.standardised_solution("x")  # type: ignore[arg-type]


def test_higher_order_and_bifactor_models() -> None:
    rng = np.random.default_rng(14)
    g = rng.normal(size=(600, 1))
    groups = [0.7 * g + 0.7 * rng.normal(size=(600, 1)) for _ in range(3)]
    data = pd.DataFrame(
        np.hstack([f * [0.8, 0.7, 0.75] + 0.6 * rng.normal(size=(600, 3)) for f in groups]),
        columns=[f"x{i}" for i in range(1, 10)],
    )
    first = "a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6\nc =~ x7 + x8 + x9"
    flat = pp.cfa(first, data)
    second = pp.cfa(first + "\ng =~ a + b + c", data)
    assert second.fit_indices["chisq"] == pytest.approx(flat.fit_indices["chisq"], abs=1e-6)
    assert {"a", "b", "c"} <= set(pd.Series(second.r_squared).index)
    assert list(second.factor_fit().loadings.columns) == ["a", "b", "c"]
    assert second.scores("Bartlett")["g"].isna().all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        bifactor = pp.cfa(
            "g =~ " + " + ".join(data.columns) + "\n" + first, data, orthogonal=True, std_lv=True
        )
    shares = bifactor.general_factor()
    assert 0 < shares["omega_hierarchical"] < shares["omega_total"] < 1
    of_sum = second.general_factor()
    assert 0 < of_sum["omega_l1"] < of_sum["omega_l2"] < of_sum["partial_omega_l1"] < 1
    with pytest.raises(AnalysisError, match="no general factor"):
        flat.general_factor()
    assert bifactor.fit_indices["chisq"] <= second.fit_indices["chisq"] + 1e-6


def test_the_picture_shows_every_estimate_of_the_group_asked_for() -> None:
    from propsych.plotting import to_svg

    data = answers(300, seed=15).assign(sector=["a", "b", "c"] * 100)
    fit = pp.cfa(TWO, data, group="sector")
    texts = [text.get_text() for text in fit.plot(group="b").texts]
    own = fit.parameters[fit.parameters.group == "b"]
    shown = own[(own.op == "=~") | ((own.lhs == "pain") & (own.rhs == "mood"))]["std_all"]
    assert sorted(texts) == sorted([*(f"{value:.2f}" for value in shown), *NAMES, "pain", "mood"])
    assert texts != [text.get_text() for text in fit.plot().texts]
    with pytest.raises(AnalysisError, match="unknown group"):
        fit.plot(group="d")
    higher = pp.cfa("a =~ p1 + p2 + p3\nb =~ m1 + m2 + m3\ng =~ 1*a + 1*b", data)
    assert "<svg" in to_svg(higher.plot())

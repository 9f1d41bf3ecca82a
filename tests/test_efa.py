"""Exploratory factor analysis as a user calls it."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import propsych as pp
from propsych.errors import AnalysisError, EstimationWarning
from propsych.kernels.factor_bootstrap import align
from propsych.plotting import to_svg
from propsych.properties.structure import EFA
from propsych.properties.structure.rotating import ROTATIONS
from tests.consistency_data import clusters, one_factor, thurstone

FIVE = range(5)
PATTERN = np.kron(np.eye(3), [[0.8], [0.7], [0.6], [0.75]])
PHI = np.array([[1.0, 0.3, 0.1], [0.3, 1.0, 0.4], [0.1, 0.4, 1.0]])


def answers(n: int = 400, seed: int = 1) -> np.ndarray:
    """Ordered answers 0-4 of three correlated factors of four items."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 3)) @ np.linalg.cholesky(PHI).T
    latent = factors @ PATTERN.T + rng.normal(size=(n, 12)) * np.sqrt(1.0 - np.square(PATTERN).sum(axis=1))
    return np.digitize(latent, (-1.2, -0.4, 0.4, 1.2)).astype(float)


def fit(data: Any = None, m: int = 3, **options: Any) -> EFA:
    return pp.efa(answers() if data is None else data, m, **{"categories": FIVE, **options})


def exact(pattern: np.ndarray = PATTERN, phi: np.ndarray = PHI) -> np.ndarray:
    R = pattern @ phi @ pattern.T
    np.fill_diagonal(R, 1.0)
    return np.asarray(R)


def matched(found: EFA, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and factor correlations in the order and with the signs of a pattern."""
    L, phi = align(found.loadings.to_numpy()[None], found.factor_correlations.to_numpy()[None], pattern)
    return L[0], phi[0]


@pytest.mark.parametrize("method", ["minres", "ml", "pa"])
def test_a_known_pattern_and_its_factor_correlations_come_back(method: Any) -> None:
    found = pp.efa(exact(), 3, method=method, n_persons=300)
    L, phi = matched(found, PATTERN)
    assert pytest.approx(PATTERN, abs=1e-5) == L
    assert phi == pytest.approx(PHI, abs=1e-5)
    assert found.fit.chi2 == pytest.approx(0.0, abs=1e-6)
    assert found.fit.rms == pytest.approx(0.0, abs=1e-7)


def test_polychoric_loadings_come_nearer_to_those_of_the_latent_responses() -> None:
    data = answers(4000)
    plain, latent = (matched(fit(data, correlation=c), PATTERN)[0] for c in ("pearson", "polychoric"))
    assert np.abs(latent - PATTERN).max() < 0.06
    own = PATTERN > 0
    assert (PATTERN - latent)[own].mean() < (PATTERN - plain)[own].mean()


@pytest.mark.parametrize("method", ["minres", "ml", "pa"])
@pytest.mark.parametrize("rotation", ["none", "varimax", "oblimin", "promax"])
def test_loadings_and_uniquenesses_give_back_the_diagonal(method: Any, rotation: str) -> None:
    found = fit(method=method, rotation=rotation)
    common = found.structure.to_numpy() @ found.loadings.to_numpy().T
    assert np.diag(common) + found.uniquenesses.to_numpy() == pytest.approx(np.ones(12))
    assert found.residuals.to_numpy() == pytest.approx(found.correlations.to_numpy() - common)


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_neither_the_order_of_persons_nor_of_items_matters(seed: int) -> None:
    data = pd.DataFrame(answers(200), columns=[f"i{j}" for j in range(12)])
    rng = np.random.default_rng(seed)
    shuffled = data.iloc[rng.permutation(200), rng.permutation(12)]
    one, other = fit(data), fit(shuffled)
    L = other.loadings.loc[one.loadings.index].to_numpy()
    aligned, phi = align(L[None], other.factor_correlations.to_numpy()[None], one.loadings.to_numpy())
    assert aligned[0] == pytest.approx(one.loadings.to_numpy(), abs=1e-4)
    assert phi[0] == pytest.approx(one.factor_correlations.to_numpy(), abs=1e-4)
    assert other.fit.chi2 == pytest.approx(one.fit.chi2, rel=1e-8)


def test_turning_an_item_turns_its_loadings_alone() -> None:
    data = answers()
    turned = data.copy()
    turned[:, 2] = 4 - turned[:, 2]
    one = fit(data)
    L, _ = matched(fit(turned), one.loadings.to_numpy())
    L[2] *= -1
    assert pytest.approx(one.loadings.to_numpy(), abs=1e-5) == L


# biquartimin is slow where there is no general factor
QUICK = [name for name in ROTATIONS if name not in ("targetT", "targetQ", "biquartimin")]


@pytest.mark.parametrize("rotation", QUICK)
def test_another_rotation_is_a_new_result_that_fits_alike(rotation: str) -> None:
    found = fit()
    before = found.loadings.copy()
    other = found.rotate(rotation, n_starts=3)
    assert other.rotation == rotation
    assert found.loadings.equals(before)
    assert other.communalities.to_numpy() == pytest.approx(found.communalities.to_numpy(), abs=1e-9)
    assert other.fit == found.fit


def test_rotating_to_a_target_keeps_its_order_of_factors() -> None:
    aim = np.where(PATTERN[:, ::-1] > 0, np.nan, 0.0)
    found = fit(rotation="targetQ", target=aim)
    assert [int(f) for f in found.loadings.abs().to_numpy()[[0, 4, 8]].argmax(axis=1)] == [2, 1, 0]


def test_a_heywood_case_is_named_and_warned_of() -> None:
    R = one_factor([1.0, 0.8, 0.7, 0.6, 0.5])
    R[0, 1:] *= 1.08
    R[1:, 0] *= 1.08
    frame = pd.DataFrame(R, columns=list("abcde"))
    for method in ("minres", "pa"):
        with pytest.warns(EstimationWarning, match="uniqueness of a is next to nothing"):
            found = pp.efa(frame, 1, method=method, n_persons=200)  # type: ignore[arg-type]
        assert found.heywood == ("a",)
        assert any("Heywood case" in note and " a " in note for note in found.notes())
    with pytest.warns(EstimationWarning), pytest.raises(AnalysisError, match="Bartlett scores divide"):
        pp.efa(frame, 1, n_persons=200).weights("bartlett")


def test_local_optima_of_the_rotation_are_reported() -> None:
    A = np.random.default_rng(7).normal(size=(12, 4))
    A *= 0.8 / np.sqrt(np.square(A).sum(axis=1, keepdims=True))
    R = exact(A, np.eye(4))
    found = pp.efa(R, 4, n_persons=300, rotation="geominQ", n_starts=20)
    assert len(found.optima) > 1
    assert found.optima["criterion"].is_monotonic_increasing
    assert any("different optima" in note for note in found.notes())


def test_the_bootstrap_is_seeded_aligned_and_covers_the_estimate() -> None:
    found, again = (fit(n_boot=60, seed=5) for _ in range(2))
    assert found.lower is not None
    assert found.upper is not None
    assert again.lower is not None
    assert found.lower.equals(again.lower)
    inside = (found.lower <= found.loadings) & (found.loadings <= found.upper)
    assert float(inside.to_numpy().mean()) > 0.9
    # narrow: no replicate has its factors in another order or turned
    assert float((found.upper - found.lower).to_numpy().max()) < 0.5
    entry = next(r for r in found.records() if r.statistic == "efa_loading:F1").estimate
    assert (entry.lower, entry.level) == (found.lower.iloc[0, 0], 0.95)
    assert found.rotate("varimax").lower is None


@pytest.mark.parametrize(
    "options", [{"rotation": "promax"}, {"correlation": "polychoric"}, {"missing": "pairwise"}]
)
def test_the_bootstrap_takes_every_kind_of_solution(options: dict[str, Any]) -> None:
    data = answers(250)
    if "missing" in options:
        data[::9, 3] = np.nan
    found = fit(data, n_boot=10, **options)
    assert found.lower is not None
    assert np.isfinite(found.lower.to_numpy()).all()


def test_scores_are_of_persons_and_missing_where_an_answer_is() -> None:
    data = answers(300)
    data[0, 0] = np.nan
    found = fit(data)
    scores = found.scores(data, categories=FIVE)
    assert scores.shape == (300, 3)
    assert scores.iloc[0].isna().all()
    assert scores.iloc[1:].notna().all(axis=None)
    tenberge = found.scores(data, "tenberge", categories=FIVE).dropna().corr()
    assert tenberge.to_numpy() == pytest.approx(found.factor_correlations.to_numpy(), abs=1e-6)
    with pytest.raises(AnalysisError, match="other items"):
        found.scores(data[:, :4], categories=FIVE)


def test_schmid_leiman_keeps_the_communalities_and_needs_correlated_factors() -> None:
    found = fit()
    table = found.schmid_leiman()
    squares = np.square(table[["g", *found.loadings.columns]]).sum(axis=1)
    assert squares.to_numpy() == pytest.approx(found.communalities.to_numpy(), abs=0.02)
    for m, rotation in ((3, "varimax"), (1, "oblimin")):
        with pytest.raises(AnalysisError, match="correlated factors"):
            fit(m=m, rotation=rotation).schmid_leiman()


def test_it_prints_a_sorted_table_and_draws_itself() -> None:
    found = fit()
    table = found.to_frame()
    own = table[list(found.loadings.columns)].abs().to_numpy()
    first = own.argmax(axis=1)
    assert (np.diff(first) >= 0).all()
    for f in range(3):
        assert (np.diff(own[first == f].max(axis=1)) <= 0).all()
    text = str(found)
    assert "Correlations of the factors" in text
    assert "Variance accounted for" in text
    assert "400 of 400 persons" in text
    assert "<svg" in to_svg(found.plot())
    assert "Correlations of the factors" not in str(fit(rotation="varimax"))


def test_missing_answers_are_counted_and_the_rule_is_told() -> None:
    data = answers(300)
    data[:40, 1] = np.nan
    listwise, pairwise = fit(data), fit(data, missing="pairwise")
    assert (listwise.sample.n_used, listwise.sample.n_dropped, listwise.n) == (260, 40, 260)
    assert (pairwise.sample.n_used, pairwise.n) == (300, 260)
    assert any("pair by pair" in note for note in pairwise.notes())


def test_correlations_given_are_as_good_as_the_answers() -> None:
    data = answers()
    one, other = fit(data), pp.efa(np.corrcoef(data.T), 3, n_persons=400)
    assert other.loadings.to_numpy() == pytest.approx(one.loadings.to_numpy(), abs=1e-8)
    assert other.fit.chi2 == pytest.approx(one.fit.chi2)


def test_no_degrees_of_freedom_is_said() -> None:
    found = pp.efa(one_factor([0.8, 0.7, 0.6]), 1, n_persons=200)
    assert found.fit.df == 0
    assert any("cannot be tested" in note for note in found.notes())
    assert "efa_rmsea" in {record.statistic for record in found.records()}


def test_records_have_stable_names() -> None:
    ids = [record.id for record in fit().records()]
    assert len(ids) == len(set(ids))
    assert "structure/scale/all/efa_factor_correlation:F1:F2" in ids


def _with(column: int, value: float) -> np.ndarray:
    data = answers(100)
    data[:, column] = value
    return data


INDEFINITE = np.array(
    [[1.0, 0.9, -0.9, 0.1], [0.9, 1.0, 0.9, 0.1], [-0.9, 0.9, 1.0, 0.1], [0.1, 0.1, 0.1, 1.0]]
)
BAD: list[tuple[Any, int, dict[str, Any], str]] = [
    (answers(100), 8, {}, "12 items do not identify so many factors; got 8. Remedy: use at most 7"),
    (answers(100), 0, {}, "n_factors is impossible"),
    (answers(100)[:, :2], 1, {}, "at least three items"),
    (answers(12), 1, {}, "more persons who answered every item than items"),
    (_with(3, 2.0), 2, {}, "gave the same answer to"),
    (_with(3, np.nan), 2, {}, "nobody answered"),
    (_with(3, np.nan), 2, {"missing": "pairwise"}, "answered both"),
    (answers(100), 2, {"rotation": "Oblimin"}, "unknown rotation"),
    (answers(100), 2, {"method": "uls"}, "unknown method"),
    (answers(100), 2, {"correlation": "spearman"}, "unknown correlation"),
    (answers(100), 2, {"missing": "mean"}, "unknown missing rule"),
    (answers(100), 2, {"rotation": "targetT"}, "they need one"),
    (answers(100), 2, {"rotation": "varimax", "target": np.zeros((12, 2))}, "belongs to the rotations"),
    (answers(100), 2, {"rotation": "targetT", "target": np.zeros((12, 3))}, "another shape"),
    (answers(100), 2, {"rotation": "targetT", "target": np.full((12, 2), np.nan)}, "asks nothing"),
    (answers(100), 2, {"rotation": "bifactor"}, "three factors or more"),
    (answers(100), 2, {"gamma": 1.0}, "gamma is below 1"),
    (answers(100), 2, {"delta": 0.0}, "delta is above 0"),
    (answers(100), 2, {"n_starts": 0}, "n_starts is impossible"),
    (answers(100), 2, {"n_boot": -1}, "n_boot is impossible"),
    (answers(100), 2, {"level": 95}, "level is impossible"),
    (answers(100), 2, {"n_persons": 100}, "correlations have no categories"),
    (np.zeros((4, 3)), 1, {"n_persons": 100, "categories": None}, "matrix of correlations"),
    (2 * np.eye(4), 1, {"n_persons": 100, "categories": None}, "ones in its diagonal"),
    (np.eye(4), 1, {"n_persons": 4, "categories": None}, "more persons than items"),
    (np.eye(4), 1, {"n_persons": 100, "n_boot": 10, "categories": None}, "cannot be bootstrapped"),
    (INDEFINITE, 1, {"n_persons": 100, "method": "ml", "categories": None}, "positive definite"),
]


@pytest.mark.parametrize(("data", "m", "options", "words"), BAD)
def test_bad_input_is_refused_in_words(data: Any, m: int, options: dict[str, Any], words: str) -> None:
    with pytest.raises(AnalysisError, match=re.escape(words)):
        fit(data, m, **options)


def test_an_indefinite_matrix_has_loadings_but_no_chi_square_and_no_scores() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        found = pp.efa(INDEFINITE, 1, n_persons=100)
    assert np.isnan(found.fit.chi2)
    assert any("not positive definite" in note for note in found.notes())
    with pytest.raises(AnalysisError, match="not positive definite"):
        found.weights()


def test_few_persons_and_weak_factors_are_doubted() -> None:
    notes = " ".join(fit(answers(60)).notes())
    assert "60 persons are few" in notes
    two_items = np.concatenate([clusters(300, (4,)), clusters(300, (2,), seed=9)], axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        assert "Fewer than three items belong mostly to" in " ".join(fit(two_items, 2).notes())


def test_published_correlations_give_the_factors_they_are_known_for() -> None:
    found = pp.efa(thurstone(), 3, n_persons=213)
    own = found.loadings.abs().to_numpy().argmax(axis=1)
    assert [len(set(own[i : i + 3])) for i in (0, 3, 6)] == [1, 1, 1]
    assert len(set(own)) == 3

"""Adapters of alpha of polychoric correlations and of semTools's composite reliabilities."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from propsych.errors import PropsychWarning
from propsych.kernels.alpha import consistency, consistency_if_dropped, raw_alpha
from propsych.kernels.polychoric import Polychoric, log_likelihood, polychoric
from propsych.properties.internal_consistency import composite_reliability
from propsych.properties.structure import congeneric_fit
from propsych.result import FactorFit
from tests.conformance.adapters.matrices import answers_of
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

NAMES = {
    "raw_alpha": "alpha",
    "std.alpha": "standardised",
    "G6(smc)": "lambda6",
    "average_r": "mean_r",
    "S/N": "signal_noise",
    "median_r": "median_r",
    "var.r": "variance_r",
    "med.r": "median_r",
}
STOPS_EARLY = (
    "psych's one-dimensional search stops at about 1e-5; by the same likelihood our correlations are"
    " better, and what is computed from them differs as much. Its default call ignores `correct`: no cell"
    " is corrected"
)


def _polychoric(frame: pd.DataFrame) -> Polychoric:
    codes = frame.to_numpy(dtype=float)
    low = np.nanmin(codes, axis=0)
    positions = np.where(np.isnan(codes), -1, codes - low).astype(np.int64)
    return polychoric(positions, int(positions.max()) + 1)


def ordinal_alpha(case: Case) -> Iterator[Actual]:
    """psych::alpha(psych::polychoric(x)$rho)."""
    found = _polychoric(answers_of(case))
    first, second = found.tables.first, found.tables.second
    theirs = np.array(case.values["rho"]["values"], dtype=float)
    names = case.values["rho"]["cols"]
    ours = log_likelihood(found.tables, found.thresholds, found.R[first, second])
    peers = log_likelihood(found.tables, found.thresholds, theirs[first, second])
    k = len(found.R)
    better = np.zeros((2, k, k))
    better[0][first, second] = better[0][second, first] = ours
    better[1][first, second] = better[1][second, first] = peers
    for i in range(k):
        for j in range(k):
            objective = None if i == j else (float(better[0][i, j]), float(better[1][i, j]))
            yield Actual(("rho", i, names[j]), float(found.R[i, j]), objective, STOPS_EARLY)
    # every coefficient of the matrix inherits the better likelihood of its correlations
    objective = (float(ours.sum()), float(peers.sum()))
    whole, dropped = consistency(found.R), consistency_if_dropped(found.R)
    for name, field in NAMES.items():
        yield Actual(("total", name, 0), float(getattr(whole, field)), objective)
        for i, value in enumerate(getattr(dropped, field)):
            yield Actual(("alpha_drop", name, i), float(value), objective)


def _model(case: Case, columns: list[str]) -> dict[str, list[str]]:
    """Return factor -> items from lavaan syntax; one factor of all columns without a model."""
    text = case.option("model") or ""
    factors: dict[str, list[str]] = {}
    for line in re.split(r"[\n;]", text):
        left, sign, right = line.partition("=~")
        if sign:
            members = [part.split("*")[-1].strip() for part in right.split("+")]
            factors.setdefault(left.strip(), []).extend(members)
    if factors:
        return factors
    groups = case.values.get("compRelSEM") or case.values.get("ord_scale") or {"f": None}
    return {next(iter(groups)): columns}


def composite(case: Case) -> Iterator[Actual]:
    """semTools::compRelSEM, reliability and AVE of a lavaan fit."""
    frame = answers_of(case)
    factors = _model(case, [str(c) for c in frame.columns])
    frame = frame[[item for members in factors.values() for item in members]].dropna()
    ordered = "ord_scale" in case.values or case.option("estimator") in ("WLSMV", "DWLS")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        fit = congeneric_fit(frame, factors, estimator="WLSMV" if ordered else "ML")
    found = composite_reliability(fit)
    for factor, items in factors.items():
        if ordered:
            yield from _ordered(case, fit, factor, items, frame, found.value)
        else:
            yield from _observed(fit, factor, items, frame, found.value)


def _observed(fit, factor, items, frame, value) -> Iterator[Actual]:  # type: ignore[no-untyped-def]
    alpha = float(raw_alpha(np.cov(frame[items].to_numpy().T)))
    observed, implied = (
        value(f"composite_reliability:{factor}"),
        value(f"composite_reliability_implied:{factor}"),
    )
    extracted = value(f"average_variance_extracted:{factor}")
    yield Actual(("compRelSEM", factor), observed)
    yield Actual(("compRelSEM_tau", factor), alpha)
    yield Actual(("AVE", factor), extracted)
    for row, number in enumerate((alpha, implied, implied, observed, extracted)):
        yield Actual(("reliability", row, factor), number)


def _ordered(case, fit: FactorFit, factor, items, frame, value) -> Iterator[Actual]:  # type: ignore[no-untyped-def]
    alpha = float(raw_alpha(np.cov(frame[items].to_numpy().T)))
    R = fit.observed.loc[items, items].to_numpy()
    latent_alpha = float(raw_alpha(R))
    loadings = fit.loadings.loc[items, factor].to_numpy()
    categorical = value(f"categorical_omega:{factor}")
    yield Actual(("ord_scale", factor), categorical)
    yield Actual(("latent_response_scale", factor), value(f"latent_response_reliability:{factor}"))
    yield Actual(("tau_eq", factor), alpha)
    yield Actual(("tau_eq_latent", factor), latent_alpha)
    implied = _implied_categorical(fit, factor, items)
    extracted = float(np.square(loadings).mean())
    rows = (alpha, latent_alpha, implied, implied, categorical, extracted)
    names = case.values.get("reliability", {}).get("rows", [])
    for row, number in zip(range(len(names)), rows, strict=False):
        yield Actual(("reliability", row, factor), number)
    order = list(case.values.get("std", {}).get("rows", []))
    for item, loading in zip(items, loadings, strict=True):
        if item in order:
            yield Actual(("std", order.index(item), factor), float(loading))
        for t, threshold in enumerate((fit.thresholds or {})[item]):
            yield Actual(("thresholds", f"{item}|t{t + 1}"), float(threshold))


def _implied_categorical(fit: FactorFit, factor: str, items: list[str]) -> float:
    """Green and Yang's coefficient with the correlations that the model implies in the denominator."""
    from propsych.kernels.categorical_omega import sum_score_reliability

    loadings = fit.loadings.loc[items, factor].to_numpy()
    common = np.outer(loadings, loadings)
    total = common.copy()
    np.fill_diagonal(total, 1.0)
    thresholds = np.stack([(fit.thresholds or {})[item] for item in items])
    scores = np.tile(np.arange(thresholds.shape[1] + 1.0), (len(items), 1))
    return sum_score_reliability(thresholds, common, total, scores)

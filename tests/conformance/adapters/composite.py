"""Adapter of semTools's composite reliabilities of a lavaan fit."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.errors import PropsychWarning
from propsych.kernels.alpha import raw_alpha
from propsych.kernels.categorical_omega import sum_score_reliability
from propsych.kernels.cfa import fit_dwls, fit_ml, pattern_of
from propsych.properties.internal_consistency import composite_reliability
from propsych.properties.structure import congeneric_fit
from propsych.result import FactorFit
from tests.conformance.adapters.lavaan_model import (
    DIAGONALLY_WEIGHTED,
    MAXIMUM_LIKELIHOOD,
    UNWEIGHTED,
    Model,
    parse,
)
from tests.conformance.adapters.matrices import answers_of
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

UNFITTED = (
    "propsych's congeneric factors do not have {}: only alpha of complete answers, which needs no fit, is"
    " compared"
)
THETA = (
    "with parameterization theta semTools multiplies the observed covariances of alpha (tau_eq) by the scales"
    " of the latent responses, and sums latent responses with a residual variance of 1: neither is of the"
    " score. propsych's alpha is that of the answers themselves, its latent responses have a variance of 1;"
    " what does not depend on the scale is compared"
)


def composite(case: Case) -> Iterator[Actual]:
    """semTools::compRelSEM, reliability and AVE of a lavaan fit."""
    frame = answers_of(case)
    model = _model(case, [str(c) for c in frame.columns])
    items = list(dict.fromkeys(item for members in model.factors.values() for item in members))
    items = [item for item in items if item in frame.columns]
    ordered = "ord_scale" in case.values or _estimator(case) in DIAGONALLY_WEIGHTED
    unfitted = model.unfitted or _unfitted(case, frame[items], ordered)
    frame = frame[items].dropna()
    if unfitted:
        yield Actual((), None, note=UNFITTED.format(unfitted))
        if case.argument("missing") in (None, "listwise") and case.argument("group") is None:
            yield from _alphas(case, model, frame, "")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        fit = _fit(case, frame, model, ordered)
    found = composite_reliability(fit)
    yield from _alphas(case, model, frame, THETA if _theta(case) else "")
    for factor, members in model.factors.items():
        if ordered:
            yield from _ordered(case, fit, factor, members, found.value)
        else:
            yield from _observed(case, factor, found.value)
    if ordered:
        yield from _measurement(case, fit)
    else:
        yield from _total(fit)


def _model(case: Case, columns: list[str]) -> Model:
    """Return the model; one factor of all columns without one."""
    text = case.option("model")
    if text:
        return parse(str(text))
    groups = case.values.get("compRelSEM") or case.values.get("ord_scale") or {"f": None}
    return Model({next(iter(groups)): columns}, "")


def _estimator(case: Case) -> str:
    default = "WLSMV" if "ord_scale" in case.values else "ML"
    return str(case.argument("estimator", default=default)).upper()


def _theta(case: Case) -> bool:
    return str(case.argument("parameterization", default="delta")) == "theta"


def _unfitted(case: Case, frame: pd.DataFrame, ordered: bool) -> str:
    known = DIAGONALLY_WEIGHTED if ordered else MAXIMUM_LIKELIHOOD
    if _estimator(case) not in known | UNWEIGHTED:
        return f"the estimator {_estimator(case)}"
    missing = case.argument("missing", default="listwise")
    if missing != "listwise" and frame.isna().any(axis=None):
        return f"a fit to incomplete answers (missing={missing!r})"
    return "groups" if case.argument("group") is not None else ""


def _fit(case: Case, frame: pd.DataFrame, model: Model, ordered: bool) -> FactorFit:
    """Return our fit; unweighted or with uncorrelated factors it is the kernel's, not the public one."""
    fit = congeneric_fit(frame, model.factors, estimator="WLSMV" if ordered else "ML")
    correlated = not case.argument("orthogonal", default=False)
    unweighted = _estimator(case) in UNWEIGHTED
    if correlated and not unweighted:
        return fit
    S = fit.observed.to_numpy(copy=True)
    pattern = pattern_of(fit.loadings.to_numpy() != 0.0, correlated)
    if ordered or unweighted:
        weights = np.ones_like(S) if unweighted else _weights(fit)
        found = fit_dwls(S, weights, pattern)
        # free residual variances fit the diagonal whatever the loadings are
        theta = np.diag(S) - ((found.loadings @ found.phi) * found.loadings).sum(axis=1)
    else:
        found = fit_ml(S, pattern)
        theta = found.theta
    names, factors = fit.loadings.index, fit.loadings.columns
    return replace(
        fit,
        loadings=pd.DataFrame(found.loadings, index=names, columns=factors),
        factor_correlations=pd.DataFrame(found.phi, index=factors, columns=factors),
        residuals=pd.DataFrame(np.diag(theta), index=names, columns=names),
        influence={},
    )


def _weights(fit: FactorFit) -> Floats:
    k = len(fit.loadings)
    weights = np.zeros((k, k))
    first, second = np.triu_indices(k, 1)
    weights[first, second] = weights[second, first] = 1.0 / np.square(fit.influence["correlations"]).mean(
        axis=0
    )
    return weights


def _alphas(case: Case, model: Model, frame: pd.DataFrame, note: str) -> Iterator[Actual]:
    """Yield alpha of each factor's items, which needs no fit."""
    for factor, members in model.factors.items():
        if not set(members) <= set(frame.columns):
            continue
        alpha = float(raw_alpha(np.cov(frame[members].to_numpy().T)))
        yield Actual(("compRelSEM_tau", factor), alpha, note=note)
        yield Actual(("reliability", 0, factor), alpha, note=note)
        if not _theta(case):
            yield Actual(("tau_eq", factor), alpha)


def _observed(case: Case, factor: str, value: Any) -> Iterator[Actual]:
    observed = value(f"composite_reliability:{factor}")
    implied = value(f"composite_reliability_implied:{factor}")
    extracted = value(f"average_variance_extracted:{factor}")
    yield Actual(("compRelSEM", factor), observed)
    yield Actual(("AVE", factor), extracted)
    rows = {"omega": implied, "omega2": implied, "omega3": observed, "avevar": extracted}
    names = _rows_of(case, "reliability")
    for name, number in rows.items():
        if name in names:
            yield Actual(("reliability", names.index(name), factor), number)


def _rows_of(case: Case, name: str) -> list[str]:
    rows = (case.values.get(name) or {}).get("rows") or []
    return [rows] if isinstance(rows, str) else list(rows)


def _total(fit: FactorFit) -> Iterator[Actual]:
    """Yield the reliability of the sum of all items (return.total=TRUE)."""
    L, phi, S = (part.to_numpy() for part in (fit.loadings, fit.factor_correlations, fit.observed))
    yield Actual(("compRelSEM", "total"), float((L @ phi @ L.T).sum() / S.sum()))
    yield Actual(("compRelSEM_tau", "total"), float(raw_alpha(S)))


def _ordered(case: Case, fit: FactorFit, factor: str, items: list[str], value: Any) -> Iterator[Actual]:
    latent_alpha = float(raw_alpha(fit.observed.loc[items, items].to_numpy()))
    categorical = value(f"categorical_omega:{factor}")
    yield Actual(("ord_scale", factor), categorical)
    rows = {"alpha.ord": latent_alpha, "omega3": categorical}
    rows["omega"] = rows["omega2"] = _implied_categorical(fit, factor, items)
    if not _theta(case):
        latent = value(f"latent_response_reliability:{factor}")
        yield Actual(("latent_response_scale", factor), latent)
        yield Actual(("tau_eq_latent", factor), latent_alpha)
        rows["avevar"] = float(np.square(fit.loadings.loc[items, factor].to_numpy()).mean())
    names = _rows_of(case, "reliability")
    for name, number in rows.items():
        if name in names:
            yield Actual(("reliability", names.index(name), factor), number)


def _measurement(case: Case, fit: FactorFit) -> Iterator[Actual]:
    """Yield standardised loadings, 0 for items of other factors, signs as the peer has them; thresholds."""
    table = case.values.get("std")
    if table is not None:
        theirs = pd.DataFrame(table["values"], index=_rows_of(case, "std"), columns=table["cols"])
        ours = fit.loadings.loc[theirs.index, theirs.columns]
        sign = np.where((ours * theirs.astype(float)).sum() < 0.0, -1.0, 1.0)
        for i, row in enumerate((ours * sign).to_numpy()):
            for factor, number in zip(theirs.columns, row, strict=True):
                yield Actual(("std", i, factor), float(number))
    for item, thresholds in (fit.thresholds or {}).items():
        # categories that nobody used have no threshold in lavaan
        inner = np.unique(thresholds[np.isfinite(thresholds)])
        for t, threshold in enumerate(inner, start=1):
            yield Actual(("thresholds", f"{item}|t{t}"), float(threshold))


def _implied_categorical(fit: FactorFit, factor: str, items: list[str]) -> float:
    """Green and Yang's coefficient with the correlations that the model implies in the denominator."""
    loadings = fit.loadings.loc[items, factor].to_numpy()
    common = np.outer(loadings, loadings)
    total = common.copy()
    np.fill_diagonal(total, 1.0)
    thresholds = np.stack([(fit.thresholds or {})[item] for item in items])
    scores = np.tile(np.arange(thresholds.shape[1] + 1.0), (len(items), 1))
    return sum_score_reliability(thresholds, common, total, scores)

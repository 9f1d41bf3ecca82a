"""Adapters of lavaan's confirmatory fits, factor scores and heterotrait-monotrait ratios."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from propsych.errors import PropsychWarning
from propsych.kernels.sem.estimate import fit_function, implied_moments
from propsych.kernels.sem.ordered import least_squares
from propsych.properties.internal_consistency import composite_reliability
from propsych.properties.structure.cfa import cfa
from propsych.properties.structure.cfa_result import CfaResult
from propsych.properties.structure.discriminant import htmt
from propsych.properties.structure.ordered_fit import ORDERED_ESTIMATORS, OrderedFit
from tests.conformance.compare import Actual
from tests.conformance.pack import Case, Path_

CONTINUOUS = {"ML", "MLR", "MLM", "ULS"}
PARAMETERS = {
    "est": "est",
    "se": "se",
    "z": "z",
    "pvalue": "pvalue",
    "ci.lower": "lower",
    "ci.upper": "upper",
    "std.lv": "std_lv",
    "std.all": "std_all",
}
NAMED = ("lhs", "op", "rhs", "group")
MODIFICATIONS = {
    "mi": "mi",
    "epc": "epc",
    "sepc.lv": "sepc_lv",
    "sepc.all": "sepc_all",
    "sepc.nox": "sepc_all",
}
GENERAL = {
    "bifactor_indices": {
        "omega_h": "omega_hierarchical",
        "omega_t": "omega_total",
        "ECV": "explained_common_variance",
    },
    "reliabilityL2": {
        "omegaL1": "omega_l1",
        "omegaL2": "omega_l2",
        "partialOmegaL1": "partial_omega_l1",
    },
}
SATURATED = "without degrees of freedom no n is critical: lavaan's cn of 1 is not compared"
ULS_CHANGES = (
    "lavaan's expected changes with ULS are (n - 1) / n of the least squares step, and its indices the square"
    " of that: modification indices are not compared"
)
CONSTRAINED = (
    "with equal parameters lavaan divides the trace behind scaling.factor.h0 by all entries, propsych (as the"
    " difference test of Satorra & Bentler 2001 needs it) by those that are free to differ: converted"
)
INCREMENTAL = ("cfi.robust", "tli.robust", "nnfi.robust", "rni.robust")
ROBUST_BASELINE = (
    "in several groups of ordered items lavaan divides the trace of each group's baseline by its share"
    " of persons, and that of the model not; propsych treats both alike (tr(V Gamma), summed over groups):"
    " CFI, TLI and RNI in robust form are not compared"
)
NOT_COVERED = (
    "propsych has neither this estimator of ordered items, nor models of ordered and continuous items"
    " together, nor factor scores of ordered items: nothing of this case is compared"
)
ULS_ERRORS = (
    "lavaan's standard errors with ULS presume that variances and covariances have equal sampling variances"
    " and do not covary; propsych's are those of ULSM, which presume no such thing: errors, z, p and"
    " intervals are not compared"
)


def _ordered(case: Case) -> bool:
    estimator = str(case.argument("estimator", default="ML")).upper()
    return bool(case.argument("ordered")) or estimator not in CONTINUOUS


def model_of(case: Case) -> str:
    """Return the model; where the case does not write it, the peer's loadings say which it is."""
    if case.option("model"):
        return str(case.option("model"))
    table = _columns(case, "parameters")
    names = zip(table["lhs"], table["op"], table["rhs"], strict=True)
    return "\n".join(f"{lhs} =~ {rhs}" for lhs, op, rhs in names if op == "=~")


def _with_group(case: Case) -> pd.DataFrame:
    """Return the columns used, and the column of groups where it is none of them."""
    group = case.argument("group")
    if group is None or case.columns is None or group in case.columns:
        frame = case.frame()
    else:
        frame = replace(case, columns=(*case.columns, str(group))).frame()
    # R turns what is no name of a variable into one: unkind* becomes unkind.
    named = model_of(case)
    turned = {c: re.sub(r"[^\w.]", ".", str(c)) for c in frame.columns}
    return frame.rename(
        columns={c: r for c, r in turned.items() if r != c and r in named and str(c) not in named}
    )


def labels_of(case: Case) -> list[str]:
    """Return the labels of the groups in the peer's order: that of the rows."""
    group = case.argument("group")
    return [str(label) for label in pd.unique(_with_group(case)[group].dropna())] if group else ["all"]


def fit_of(case: Case) -> CfaResult | None:
    """Return propsych's fit of a case, or None for what it has no fit for."""
    ordered = _ordered(case)
    estimator = str(case.argument("estimator", default="WLSMV" if ordered else "ML")).upper()
    missing = str(case.argument("missing", default="listwise")).lower()
    if ordered and (estimator not in ORDERED_ESTIMATORS or isinstance(case.argument("ordered"), list)):
        return None
    options: dict[str, Any] = {
        "estimator": estimator,
        "missing": "fiml" if missing in ("ml", "fiml", "direct") else missing,
        "std_lv": bool(case.argument("std.lv", default=False)),
        "orthogonal": bool(case.argument("orthogonal", default=False)),
    }
    if ordered:
        options["ordered"] = True
        options["parameterization"] = str(case.argument("parameterization", default="delta"))
    elif case.argument("meanstructure") is not None:
        options["meanstructure"] = bool(case.argument("meanstructure"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        return cfa(model_of(case), _with_group(case), group=case.argument("group"), **options)


def confirmatory(case: Case) -> Iterator[Actual]:
    """lavaan::cfa: fit measures, parameters, modification indices and R2."""
    fit = fit_of(case)
    if fit is None:
        yield Actual((), None, note=NOT_COVERED)
        return
    yield from compared(case, fit)


def compared(case: Case, fit: CfaResult) -> Iterator[Actual]:
    """Yield what a fit has of the values of a case."""
    indices = fit.fit_indices.copy()
    if indices["df"] == 0:
        yield Actual((), None, note=SATURATED)
        indices = indices.drop(["cn_05", "cn_01"])
    entries, distinct = int(fit.parameters["free"].sum()), fit.fitted.model.n_parameters
    if entries > distinct and "scaling.factor.h0" in indices:
        yield Actual((), None, note=CONSTRAINED)
        indices["scaling.factor.h0"] *= distinct / entries
    if isinstance(fit.fitted, OrderedFit) and len(fit.group_sizes) > 1:
        yield Actual((), None, note=ROBUST_BASELINE)
        indices = indices.drop([name for name in INCREMENTAL if pd.notna(indices[name])])
    for key in ("fit", "fit_all"):
        yield from (Actual((key, str(name)), float(value)) for name, value in indices.items())
    if "converged" in case.values:
        yield Actual(("converged",), float(fit.converged))
    yield Actual(("nobs",), float(fit.sample.n_used))
    yield from _parameters(case, fit)
    yield from _modifications(case, fit)
    yield from _explained(case, fit)
    for key, names in GENERAL.items():
        if key in case.values:
            shares = fit.general_factor()
            yield from (Actual((key, theirs), float(shares[own])) for theirs, own in names.items())


def _explained(case: Case, fit: CfaResult) -> Iterator[Actual]:
    labels = labels_of(case)
    if len(labels) == 1:
        yield from (Actual(("r2", str(name)), float(v)) for name, v in pd.Series(fit.r_squared).items())
        return
    shares = pd.DataFrame(fit.r_squared)
    for g, label in enumerate(labels):
        for name, value in shares[label].items():
            yield Actual(("r2", g, str(name)), float(value))
            yield Actual(("r2", str(g + 1), str(name)), float(value))
            yield Actual(("r2", label, str(name)), float(value))


Key = tuple[str, str, str, str]


def _key(lhs: str, op: str, rhs: str, group: str) -> Key:
    first, second = sorted((lhs, rhs)) if op == "~~" else (lhs, rhs)
    return first, op, second, group


def _keys(case: Case, table: dict[str, list[Any]]) -> list[Key]:
    """Return the rows of a peer's table by what they name."""
    labels = labels_of(case)
    groups = [
        labels[int(g) - 1] if len(labels) > 1 else "all" for g in table.get("group", [1] * len(table["lhs"]))
    ]
    return [_key(*names) for names in zip(table["lhs"], table["op"], table["rhs"], groups, strict=True)]


def _columns(case: Case, name: str) -> dict[str, list[Any]]:
    table = case.values.get(name) or {}
    return dict(table.get("columns", {}))


def _parameters(case: Case, fit: CfaResult) -> Iterator[Actual]:
    """Yield parameters in the peer's order; a better optimum is judged by the fit function at both."""
    theirs = _columns(case, "parameters")
    if not theirs:
        return
    ours = {_key(*(row[n] for n in NAMED)): row for row in fit.parameters.to_dict("records")}
    keys = _keys(case, theirs)
    objective = _objectives(dict(zip(keys, theirs["est"], strict=True)), fit)
    turned = _turned(dict(zip(keys, theirs["est"], strict=True)), fit)
    uls = fit.estimator == "ULS"
    if uls:
        yield Actual((), None, note=ULS_ERRORS)
    for i, key in enumerate(keys):
        if key not in ours:  # what the peer defines beside the parameters
            continue
        row = ours[key]
        for column, own in PARAMETERS.items():
            if column not in theirs or (uls and own in ("se", "z", "pvalue", "lower", "upper")):
                continue
            back = _sign(key, turned) < 0
            opposite = {"lower": "upper", "upper": "lower"} if back else {}
            value = float(row[opposite.get(own, own)])
            if not row["free"] and own in ("se", "lower", "upper"):
                value = 0.0 if own == "se" else float(row["est"])
            if back and own not in ("se", "pvalue"):
                value = -value
            yield Actual(("parameters", column, i), value, objective)
        yield from (Actual(("parameters", name, i), theirs[name][i]) for name in ("lhs", "op", "rhs"))
        if "group" in theirs:
            yield Actual(("parameters", "group", i), float(theirs["group"][i]))


def _turned(peer: dict[Key, Any], fit: CfaResult) -> set[tuple[str, str]]:
    """Return the factors (and their groups) that point the other way: the sign of a factor is arbitrary."""
    ours = fit.parameters.query("op == '=~'").drop_duplicates(["lhs", "group"])
    return {
        (row["lhs"], row["group"])
        for row in ours.to_dict("records")
        if row["est"] * float(peer.get(_key(*(row[n] for n in NAMED)), row["est"])) < 0.0
    }


def _sign(key: Key, turned: set[tuple[str, str]]) -> float:
    lhs, _, rhs, group = key
    return float((-1) ** (((lhs, group) in turned) + ((rhs, group) in turned)))


def _objectives(peer: dict[Key, Any], fit: CfaResult) -> tuple[float, float] | None:
    """Return log likelihoods (or less squares), ours and at the peer's estimates, by the same function."""
    fitted = fit.fitted
    parameters = fitted.estimation.parameters.copy()
    for row, place in zip(fitted.table.rows, fitted.position, strict=True):
        if place >= 0:
            key = _key(row.lhs, row.op, row.rhs, fitted.groups[row.group - 1])
            if key not in peer:
                return None
            parameters[place] = float(peer[key])
    if isinstance(fitted, OrderedFit):
        squares = [
            -least_squares(fitted.ordered, fitted.statistics, fitted.weights, x)[0] * fitted.data.n
            for x in (fitted.estimation.parameters, parameters)
        ]
        return (squares[0], squares[1]) if all(map(math.isfinite, squares)) else None
    found = [
        -fit_function(fitted.model, fitted.data, fitted.estimator, x)[0] * fitted.data.n
        for x in (fitted.estimation.parameters, parameters)
    ]
    return (found[0], found[1]) if all(map(math.isfinite, found)) else None


def _modifications(case: Case, fit: CfaResult) -> Iterator[Actual]:
    theirs = _columns(case, "modindices")
    if not theirs:
        return
    if fit.estimator == "ULS":
        yield Actual((), None, note=ULS_CHANGES)
        return
    found = fit.modification_indices().to_dict("records")
    ours = {_key(*(row[n] for n in NAMED)): row for row in found}
    peer = _columns(case, "parameters")
    turned = _turned(dict(zip(_keys(case, peer), peer["est"], strict=True)), fit) if peer else set()
    for i, key in enumerate(_keys(case, theirs)):
        if key not in ours:
            continue
        yield from (Actual(("modindices", name, i), theirs[name][i]) for name in ("lhs", "op", "rhs"))
        if "group" in theirs:
            yield Actual(("modindices", "group", i), float(theirs["group"][i]))
        for column, own in MODIFICATIONS.items():
            if column in theirs:
                sign = 1.0 if own == "mi" else _sign(key, turned)
                yield Actual(("modindices", column, i), sign * float(ours[key][own]))


def factor_scores(case: Case) -> Iterator[Actual]:
    """lavPredict, and the implied and residual matrices of the same fit."""
    fit = None if _ordered(case) else fit_of(case)
    if fit is None:
        yield Actual((), None, note=NOT_COVERED)
        return
    for key, method in (("regression", "regression"), ("bartlett", "Bartlett")):
        table = case.values.get(key)
        if table is not None:
            scores = fit.scores(method).to_numpy()[: len(table["values"])]  # type: ignore[arg-type]
            yield from _matrix((key,), pd.DataFrame(scores, columns=list(fit.fitted.table.latent)), table)
    names = list(fit.fitted.table.observed)
    sigma = implied_moments(fit.fitted.model, fit.fitted.estimation.parameters)[0][1]
    matrices = {
        "implied": pd.DataFrame(sigma, index=names, columns=names),
        "resid_cor": pd.DataFrame(fit.residual_correlations),
    }
    for key, frame in matrices.items():
        table = case.values.get(key)
        if table is not None:
            yield from _matrix((key,), frame.loc[table["rows"]], table)


def _matrix(path: Path_, frame: pd.DataFrame, table: dict[str, Any]) -> Iterator[Actual]:
    for i, row in enumerate(frame[list(table["cols"])].to_numpy()):
        for name, value in zip(table["cols"], row, strict=True):
            yield Actual((*path, i, name), float(value))


def ratios(case: Case) -> Iterator[Actual]:
    """semTools::htmt, with reliabilities and factor correlations of the same model's fit."""
    frame, model = case.frame(), model_of(case)
    for key, method in (("htmt", "htmt"), ("htmt2", "htmt2")):
        if case.values.get(key) is not None:
            yield from _matrix(
                (key,), _of(htmt(frame, model, method=method).table, case, key), case.values[key]
            )
    fit = fit_of(case)
    if fit is None:
        return
    factor = fit.factor_fit()
    found = composite_reliability(factor)
    for key, name in (("cr", "composite_reliability"), ("ave", "average_variance_extracted")):
        for f in factor.loadings.columns:
            yield Actual((key, str(f)), found.value(f"{name}:{f}"))
    if case.values.get("phi") is not None:
        yield from _matrix(("phi",), _of(factor.factor_correlations, case, "phi"), case.values["phi"])


def _of(frame: pd.DataFrame, case: Case, key: str) -> pd.DataFrame:
    return frame.loc[case.values[key]["rows"]]

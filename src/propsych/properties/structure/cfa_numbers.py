"""Tables and indices of a fitted model, by the names of lavaan's output."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.sem.estimate import (
    Estimation,
    baseline_model,
    baseline_parameters,
    implied_moments,
)
from propsych.kernels.sem.indices import (
    CLOSE,
    NOT_CLOSE,
    ChiSquare,
    absolute_indices,
    chi_square_tail,
    goodness_of_fit,
    incremental_indices,
    likelihood_indices,
    residual_indices,
    rmsea_indices,
    robust_incremental,
    weighted_squares,
)
from propsych.kernels.sem.missing_fit import complete_data_test, pairwise_squares
from propsych.kernels.sem.model import Entries, implied
from propsych.kernels.sem.score_tests import score_tests
from propsych.kernels.sem.standardise import Kind, delta_errors, deviations_of, explained, standardised
from propsych.properties.structure.cfa_fit import FittedModel
from propsych.properties.structure.parameter_table import Parameter, place_of

__all__ = [
    "candidates_of",
    "fit_indices",
    "modification_table",
    "parameter_frame",
    "path_numbers",
    "r_squared",
    "residual_frames",
    "standardised_frame",
]

Floats = NDArray[np.float64]
NAN = float("nan")


def parameter_frame(fitted: FittedModel, level: float) -> pd.DataFrame:
    """Return one row a parameter: estimate, standard error, z, p, interval, standardised estimates."""
    rows = fitted.table.rows
    est = fitted.estimates
    se = _errors(fitted)
    half = float(special.ndtri((1.0 + level) / 2.0)) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        z = est / se
    return pd.DataFrame(
        {
            "lhs": [row.lhs for row in rows],
            "op": [row.op for row in rows],
            "rhs": [row.rhs for row in rows],
            "group": [fitted.groups[row.group - 1] for row in rows],
            "label": [row.label for row in rows],
            "free": [row.free for row in rows],
            "est": est,
            "se": se,
            "z": z,
            "pvalue": 2.0 * special.ndtr(-np.abs(z)),
            "lower": est - half,
            "upper": est + half,
            "std_lv": _standardised(fitted, "std.lv", fitted.estimation.parameters),
            "std_all": _standardised(fitted, "std.all", fitted.estimation.parameters),
        }
    )


def _errors(fitted: FittedModel) -> Floats:
    """Return standard errors, NaN for fixed parameters and where there is none."""
    variance = np.diag(fitted.estimation.covariance)
    se = np.sqrt(np.where(variance >= 0.0, variance, np.nan))
    if fitted.convergence != "converged":
        se = np.full_like(se, np.nan)
    return np.where(fitted.position >= 0, se[np.maximum(fitted.position, 0)], np.nan)


def _standardised(fitted: FittedModel, kind: Kind, parameters: Floats) -> Floats:
    matrix, row, column = fitted.places()
    values = fitted.values_at(parameters)
    group = np.array([one.group for one in fitted.table.rows])
    out = values.copy()
    for g in range(len(fitted.groups)):
        own = group == g + 1
        sd = deviations_of(fitted.matrices(g, parameters))
        out[own] = standardised(matrix[own], row[own], column[own], values[own], sd, kind)
    return out


def standardised_frame(fitted: FittedModel, kind: Kind, level: float) -> pd.DataFrame:
    """Return the standardised solution with standard errors by the delta method."""
    est = _standardised(fitted, kind, fitted.estimation.parameters)
    estimation = fitted.estimation
    se = delta_errors(lambda x: _standardised(fitted, kind, x), estimation.parameters, estimation.covariance)
    # what is 1 or 0 by rule has no error but that of rounding
    se = np.where(se > 1e-9, se, np.nan)
    half = float(special.ndtri((1.0 + level) / 2.0)) * se
    frame = parameter_frame(fitted, level)[["lhs", "op", "rhs", "group"]]
    z = est / se
    numbers = {"est_std": est, "se": se, "z": z, "pvalue": 2.0 * special.ndtr(-np.abs(z))}
    return frame.assign(**numbers, lower=est - half, upper=est + half)


def r_squared(fitted: FittedModel) -> pd.Series[float] | pd.DataFrame:
    """Return the explained share of each variable's variance; one column a group if there are several."""
    columns: dict[str, pd.Series[float]] = {}
    for g, label in enumerate(fitted.groups):
        observed, latent = explained(fitted.matrices(g))
        names = [*fitted.table.observed, *fitted.table.latent]
        series = pd.Series(np.concatenate([observed, latent]), index=pd.Index(names, name="variable"))
        columns[label] = series[[True] * len(observed) + np.isfinite(latent).tolist()]
    if len(columns) == 1:
        only: pd.Series[float] = next(iter(columns.values())).rename("r_squared")
        return only
    return pd.DataFrame(columns)


def residual_frames(fitted: FittedModel) -> dict[str, pd.DataFrame]:
    """Return observed less implied correlations of each group."""
    names = pd.Index(fitted.table.observed, name="item")
    out = {}
    for g, (label, sample) in enumerate(zip(fitted.groups, fitted.data.moments, strict=True)):
        sigma = implied(fitted.matrices(g))[1]
        a, b = np.sqrt(np.diag(sample.covariance)), np.sqrt(np.diag(sigma))
        residual = sample.covariance / np.outer(a, a) - sigma / np.outer(b, b)
        out[label] = pd.DataFrame(residual, index=names, columns=names)
    return out


def candidates_of(fitted: FittedModel) -> list[Parameter]:
    """Return what is fixed and could be free: loadings, residual covariances, covariances of latents.

    Fixed loadings are among them: that of a marker item has no index of its own, unless something else gives
    the latent variable its unit.
    """
    table = fitted.table
    free = {(row.op, row.group, frozenset((row.lhs, row.rhs))) for row in table.rows if row.free}
    out: list[Parameter] = []
    for group in range(1, table.n_groups + 1):
        loadings = [
            Parameter(factor, "=~", item, group, False, 0.0)
            for factor in table.latent
            for item in table.observed
        ]
        pairs = [
            Parameter(a, "~~", b, group, False, 0.0)
            for names in (table.observed, table.latent)
            for a, b in combinations(names, 2)
        ]
        lower = {row.rhs for row in table.rows if row.op == "=~"}
        for row in (*loadings, *pairs):
            latent_pair = row.op == "~~" and row.lhs in table.latent
            if (row.op, group, frozenset((row.lhs, row.rhs))) in free:
                continue
            if latent_pair and (row.lhs in lower) is not (row.rhs in lower):
                continue
            out.append(row)
    return out


def modification_table(fitted: FittedModel, least: float) -> pd.DataFrame:
    """Return modification indices of at least `least`, the largest first."""
    observed = {name: i for i, name in enumerate(fitted.table.observed)}
    latent = {name: i for i, name in enumerate(fitted.table.latent)}
    candidates = candidates_of(fitted)
    places = np.array([place_of(row, observed, latent) for row in candidates], dtype=np.int64).reshape(-1, 3)
    group = np.array([row.group for row in candidates], dtype=np.int64)
    batches = []
    for g in range(len(fitted.groups)):
        own = places[group == g + 1].T
        batches.append(Entries(own[0], own[1], own[2], np.zeros(own.shape[1], dtype=np.int64)))
    parameters = fitted.estimation.parameters
    found = score_tests(fitted.model, fitted.data, fitted.estimator, parameters, batches)
    mi = np.concatenate([one.indices for one in found])
    epc = np.concatenate([one.change for one in found])
    by_lv, by_all = epc.copy(), epc.copy()
    for g in range(len(fitted.groups)):
        own_rows = group == g + 1
        sd = deviations_of(fitted.matrices(g))
        where = places[own_rows].T
        by_lv[own_rows] = standardised(where[0], where[1], where[2], epc[own_rows], sd, "std.lv")
        by_all[own_rows] = standardised(where[0], where[1], where[2], epc[own_rows], sd, "std.all")
    frame = pd.DataFrame(
        {
            "lhs": [row.lhs for row in candidates],
            "op": [row.op for row in candidates],
            "rhs": [row.rhs for row in candidates],
            "group": [fitted.groups[row.group - 1] for row in candidates],
            "mi": mi,
            "epc": epc,
            "sepc_lv": by_lv,
            "sepc_all": by_all,
        }
    )
    shown = frame[frame["mi"] >= least]
    return shown.sort_values("mi", ascending=False, kind="stable").reset_index(drop=True)


def _test(estimation: Estimation) -> ChiSquare:
    if estimation.scaling is None:
        return ChiSquare(estimation.chi2, estimation.df)
    factor = estimation.scaling.factor
    scaled = estimation.chi2 / factor if estimation.df > 0 and factor > 0 else NAN
    if estimation.df == 0:
        scaled = 0.0
    return ChiSquare(estimation.chi2, estimation.df, factor, estimation.scaling.trace, scaled)


def fit_indices(fitted: FittedModel) -> dict[str, float]:
    """Return fit indices by lavaan's names; NaN where an index is not defined."""
    estimation, baseline = fitted.estimation, fitted.baseline
    data, parameters = fitted.data, estimation.parameters
    model, base = _test(estimation), _test(baseline)
    df, n_groups, n = estimation.df, len(fitted.groups), data.n
    npar = fitted.model.n_parameters
    least_squares = fitted.estimator == "ULS"
    effective = float(n - n_groups if least_squares else n)
    has_scaled = np.isfinite(model.scaled)
    out: dict[str, float] = {"npar": npar, "fmin": estimation.fit}
    for prefix, one in (("", model), ("baseline.", base)):
        out |= {f"{prefix}chisq": one.chi2, f"{prefix}df": one.df}
        out[f"{prefix}pvalue"] = NAN if least_squares else chi_square_tail(one.chi2, one.df)
        if has_scaled:
            out[f"{prefix}chisq.scaled"], out[f"{prefix}df.scaled"] = one.scaled, one.df
            out[f"{prefix}pvalue.scaled"] = chi_square_tail(one.scaled, one.df)
            out[f"{prefix}chisq.scaling.factor"] = one.factor
    scaling = estimation.scaling
    if scaling is not None and np.isfinite(scaling.restricted):
        out["scaling.factor.h0"], out["scaling.factor.h1"] = scaling.restricted, scaling.unrestricted
    out |= incremental_indices(model, base)
    if not least_squares:
        out |= likelihood_indices(estimation.log_likelihood, data.log_likelihood, npar, n)
    out["ntotal"] = n
    out |= rmsea_indices(model.chi2, df, effective, n_groups)
    out |= {"rmsea.ci.level": 0.90, "rmsea.close.h0": CLOSE, "rmsea.notclose.h0": NOT_CLOSE}
    if has_scaled:
        # the plain chi-square on as many degrees of freedom as its mean
        out |= rmsea_indices(model.chi2, model.trace if df > 0 else NAN, effective, n_groups, ".scaled")
        if df > 0:
            out["rmsea.scaled"] = rmsea_indices(model.scaled, df, effective, n_groups)["rmsea"]
    out |= _robust(fitted, model, base, effective, n_groups)
    implied = implied_moments(fitted.model, parameters)
    moments = [(one.mean, one.covariance) for one in data.moments]
    shares = [one.n / n for one in data.moments]
    means = fitted.table.means
    out |= residual_indices(moments, implied, shares, means)
    out |= absolute_indices(model.chi2, df, npar, effective)
    gap, whole = _squares(fitted)
    k = len(fitted.table.observed)
    return out | goodness_of_fit(gap, whole, n_groups * (k * (k + 1) // 2 + (k if means else 0)), df)


def _squares(fitted: FittedModel) -> tuple[float, float]:
    """Return weighted squares of residuals and of moments, a mean over groups."""
    data = fitted.data
    gap, whole = 0.0, 0.0
    found = implied_moments(fitted.model, fitted.estimation.parameters)
    for g, (sample, (mean, sigma)) in enumerate(zip(data.moments, found, strict=True)):
        if data.patterns is not None:
            part = pairwise_squares(data.values[g], data.patterns[g], mean, sigma)
        else:
            V = None if fitted.estimator == "ULS" else np.asarray(np.linalg.inv(sigma), dtype=float)
            moment = (sample.mean, sample.covariance)
            part = weighted_squares(moment, (mean, sigma), V, fitted.table.means)
        gap += sample.n / data.n * part[0]
        whole += sample.n / data.n * part[1]
    return gap, whole


def _robust(
    fitted: FittedModel, model: ChiSquare, base: ChiSquare, n: float, n_groups: int
) -> dict[str, float]:
    """Return the robust forms: after scaling, or for what is missing."""
    if model.df <= 0:
        if not np.isfinite(model.scaled) and fitted.data.patterns is None:
            return {}
        names = ("cfi.robust", "tli.robust", "nnfi.robust", "rni.robust")
        return dict.fromkeys(names, NAN) | rmsea_indices(0.0, 0, n, n_groups, ".robust")
    if fitted.data.patterns is not None:
        robust = fitted.estimation.scaling is not None
        k, means = len(fitted.table.observed), fitted.table.means
        parameters = fitted.estimation.parameters
        model = complete_data_test(fitted.model, fitted.data, parameters, model.df, robust)
        base = complete_data_test(
            baseline_model(k, n_groups, means),
            fitted.data,
            baseline_parameters(fitted.data, means),
            base.df,
            robust,
        )
    elif not np.isfinite(model.scaled):
        return {}
    out = robust_incremental(model, base)
    if not model.factor > 0:
        return out
    return out | rmsea_indices(model.chi2 / model.factor, model.df, n, n_groups, ".robust", model.factor)


def path_numbers(
    parameters: pd.DataFrame, group: str, items: Sequence[str], latents: Sequence[str]
) -> tuple[Floats, Floats, Floats]:
    """Return standardised loadings, effects and covariances of latent variables; NaN where none is."""
    own = parameters[parameters["group"] == group]
    place = {name: j for j, name in enumerate(latents)}
    row = {name: i for i, name in enumerate(items)}
    m = len(latents)
    loadings = np.full((len(items), m), np.nan)
    effects, covariances = np.full((m, m), np.nan), np.full((m, m), np.nan)
    for lhs, op, rhs, value in own[["lhs", "op", "rhs", "std_all"]].itertuples(index=False):
        if op == "=~" and rhs in row:
            loadings[row[rhs], place[lhs]] = value
        elif op == "=~":
            effects[place[rhs], place[lhs]] = value
        elif op == "~":
            effects[place[lhs], place[rhs]] = value
        elif op == "~~" and lhs in place and lhs != rhs and value != 0.0:
            i, j = place[lhs], place[rhs]
            covariances[max(i, j), min(i, j)] = value
    return loadings, effects, covariances

"""Fit indices and modification indices of ordered items, by the names of lavaan's output."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.indices import (
    CLOSE,
    NAN,
    NOT_CLOSE,
    ChiSquare,
    absolute_indices,
    chi_square_tail,
    goodness_of_fit,
    incremental_indices,
    rmsea_indices,
    robust_incremental,
)
from propsych.kernels.sem.model import Entries, collected
from propsych.kernels.sem.ordered import entry_slopes
from propsych.kernels.sem.ordered_fit import OrderedEstimation, adjusted
from propsych.kernels.sem.ordered_indices import (
    latent_response_tests,
    ordered_residual_indices,
    ordered_squares,
)
from propsych.properties.structure.ordered_fit import OrderedFit, is_unweighted

__all__ = ["ordered_fit_indices", "ordered_score_tests"]

Floats = NDArray[np.float64]
ROBUST = tuple(
    f"{name}.robust"
    for name in (
        *("cfi", "tli", "nnfi", "rni", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper"),
        *("rmsea.pvalue", "rmsea.notclose.pvalue"),
    )
)


def _test(found: OrderedEstimation, fitted: OrderedFit) -> ChiSquare:
    kind = fitted.adjustment
    test = adjusted(found.chi2, found.df, found.trace, found.trace_of_square, kind)
    broken = test.df if kind == "satterthwaite" else NAN
    return ChiSquare(found.chi2, found.df, test.factor, found.trace, test.chi2, broken)


def ordered_fit_indices(fitted: OrderedFit) -> dict[str, float]:
    """Return fit indices of a model of ordered items; NaN where an index is not defined.

    Notes
    -----
    The chi-square before adjustment is no chi-square: its plain p-value and the plain indices that rest on it
    are shown because they are asked for. RMSEA has n less the number of groups, as in lavaan. Robust indices
    are those of Savalei (2021), where every group has thresholds of its own.
    """
    model, base = _test(fitted.result, fitted), _test(fitted.base, fitted)
    n, n_groups, df = fitted.data.n, len(fitted.groups), fitted.result.df
    effective = float(n - n_groups)
    npar = fitted.model.n_parameters
    out: dict[str, float] = {"npar": npar, "fmin": fitted.result.fit}
    for prefix, one in (("", model), ("baseline.", base)):
        out |= {f"{prefix}chisq": one.chi2, f"{prefix}df": one.df}
        plain = not is_unweighted(fitted.estimator)
        out[f"{prefix}pvalue"] = chi_square_tail(one.chi2, one.df) if plain else NAN
        if np.isfinite(one.scaled):
            broken = one.df_scaled if np.isfinite(one.df_scaled) else float(one.df)
            out |= {f"{prefix}chisq.scaled": one.scaled, f"{prefix}df.scaled": broken}
            out[f"{prefix}pvalue.scaled"] = chi_square_tail(one.scaled, broken)
            out[f"{prefix}chisq.scaling.factor"] = one.factor
    out |= incremental_indices(model, base)
    out["ntotal"] = n
    out |= rmsea_indices(model.chi2, df, effective, n_groups)
    out |= {"rmsea.ci.level": 0.90, "rmsea.close.h0": CLOSE, "rmsea.notclose.h0": NOT_CLOSE}
    if np.isfinite(model.scaled):
        if fitted.adjustment == "shifted":
            out |= rmsea_indices(model.scaled, df, effective, n_groups, ".scaled")
        else:
            out |= rmsea_indices(model.chi2, model.trace, effective, n_groups, ".scaled")
            if fitted.adjustment == "mean":
                out["rmsea.scaled"] = rmsea_indices(model.scaled, df, effective, n_groups)["rmsea"]
    out |= _robust(fitted, effective)
    shares = [one.n / n for one in fitted.statistics]
    implied = [fitted.implied(g) for g in range(n_groups)]
    out |= ordered_residual_indices(fitted.statistics, implied, shares)
    out |= absolute_indices(model.chi2, df, npar, effective)
    gap = ordered_squares(fitted.statistics, implied, fitted.weights, shares)
    count = sum(len(one.values) for one in fitted.statistics)
    out |= goodness_of_fit(gap, 1.0, count, df)
    out["wrmr"] = float(np.sqrt(fitted.result.chi2 * n_groups / count))
    out.pop("ecvi")
    out |= {"srmr_mplus": NAN, "srmr_mplus_nomean": NAN}
    return out


def _robust(fitted: OrderedFit, effective: float) -> dict[str, float]:
    if fitted.result.df <= 0:
        return dict.fromkeys(ROBUST, NAN)
    model, base = latent_response_tests(
        fitted.ordered,
        fitted.statistics,
        fitted.weights,
        fitted.estimation.parameters,
        fitted.result.df,
    )
    if not np.isfinite(model.chi2) or not model.factor > 0.0:
        return dict.fromkeys(ROBUST, NAN)
    out = robust_incremental(model, base)
    return out | rmsea_indices(
        model.chi2 / model.factor, model.df, effective, len(fitted.groups), ".robust", model.factor
    )


def ordered_score_tests(fitted: OrderedFit, candidates: list[Entries]) -> list[tuple[Floats, Floats]]:
    r"""Return modification index and expected change of single entries, one batch for each group.

    Notes
    -----
    As :mod:`propsych.kernels.sem.score_tests`, with the slope of F and :math:`J' W J` in the places of the
    score and the information; not adjusted as the chi-square is, so it orders candidates and tests none.
    """
    p, total = fitted.model.n_parameters, fitted.data.n
    parameters = fitted.estimation.parameters
    E = np.zeros((p, p))
    parts = []
    for g, (one, w, more) in enumerate(zip(fitted.statistics, fitted.weights, candidates, strict=True)):
        share = one.n / total
        group = fitted.model.groups[g]
        joined = Entries(*(np.concatenate(pair) for pair in zip(group.entries, more, strict=True)))
        whole = entry_slopes(fitted.ordered, g, parameters, joined, one.item, one.threshold)
        q = len(group.entries.matrix)
        J, extra = collected(whole[:, :q], group, p), whole[:, q:]
        Q = extra * (share * w)[:, None]
        E += J.T @ (J * (share * w)[:, None])
        residual = one.values - fitted.implied(g)
        slope = Q.T @ residual * ((one.n - 1) / one.n)
        parts.append((slope, np.einsum("sq,sq->q", Q, extra), Q.T @ J))
    scale = np.sqrt(np.maximum(np.diag(E), 1e-300))
    bread = np.linalg.pinv(E / np.outer(scale, scale), hermitian=True) / np.outer(scale, scale)
    out = []
    for slope, own, crossed in parts:
        left = own - np.einsum("ai,ij,aj->a", crossed, bread, crossed)
        v = np.where(left > 1e-9 * own, left, np.nan)
        out.append((total * np.square(slope) / v, slope / v))
    return out

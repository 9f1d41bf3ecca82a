r"""Fit indices that only models of ordered items have: residuals with thresholds, and Savalei's robust forms.

The robust CFI, TLI and RMSEA of Savalei (2021), doi:10.1080/00273171.2020.1717922, take the estimates of
diagonally weighted least squares, and the maximum likelihood discrepancy of the polychoric correlations at
them, :math:`n F_{ML}(R, \Sigma)`. To first order that is a weighted sum of chi-squares whose weights add up
to :math:`tr(A' V A \Gamma)`, :math:`A = I - J (J' W J)^{-1} J' W`, V the normal-theory weight of
correlations: what normal theory would give the population if the latent responses were seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.indices import NAN, ChiSquare
from propsych.kernels.sem.model import ALPHA, DELTA, NU, TAU
from propsych.kernels.sem.normal import inverse_and_log_det
from propsych.kernels.sem.ordered import (
    OrderedModel,
    OrderedStatistics,
    implied_statistics,
    statistic_slopes,
)
from propsych.kernels.sem.robust import inverse

__all__ = ["latent_response_tests", "ordered_residual_indices", "ordered_squares"]

Floats = NDArray[np.float64]


def ordered_residual_indices(
    data: Sequence[OrderedStatistics], implied: Sequence[Floats], shares: Sequence[float]
) -> dict[str, float]:
    """Return rmr, srmr and crmr; srmr is that of the correlations alone, as lavaan has it for ordered items.

    Names without ``_nomean`` count thresholds as well, except srmr.
    """
    out = dict.fromkeys(
        ("rmr", "rmr_nomean", "srmr_bentler", "srmr_bentler_nomean", "crmr", "crmr_nomean"), 0.0
    )
    for one, model, share in zip(data, implied, shares, strict=True):
        m, k = len(one.item), len(one.correlations)
        squares = np.square(one.values - model)
        levels, rest = float(squares[:m].sum()), float(squares[m:].sum())
        moments = k * (k + 1) // 2
        for name, count in (("rmr", moments), ("srmr_bentler", moments), ("crmr", k * (k - 1) // 2)):
            out[name] += share * float(np.sqrt((levels + rest) / (count + m)))
            out[f"{name}_nomean"] += share * float(np.sqrt(rest / max(count, 1)))
    return out | {"srmr": out["srmr_bentler_nomean"]}


def ordered_squares(
    data: Sequence[OrderedStatistics],
    implied: Sequence[Floats],
    weights: Sequence[Floats],
    shares: Sequence[float],
) -> float:
    """Return weighted squares of residuals as a share of those of the statistics, a mean over groups."""
    return sum(
        share * float(w @ np.square(one.values - model)) / float(w @ np.square(one.values))
        for one, model, w, share in zip(data, implied, weights, shares, strict=True)
    )


def latent_response_tests(
    ordered: OrderedModel,
    data: Sequence[OrderedStatistics],
    weights: Sequence[Floats],
    parameters: Floats,
    df: int,
) -> tuple[ChiSquare, ChiSquare]:
    """Return the normal-theory chi-square of the correlations, of the model and the baseline.

    NaN where a matrix of polychoric correlations is not positive definite, and where thresholds are not free:
    estimates then answer to the thresholds as well, and the first-order result does not hold.
    """
    k = len(data[0].correlations)
    first, second = np.triu_indices(k, 1)
    base_df = len(data) * len(first)
    none = ChiSquare(NAN, df), ChiSquare(NAN, base_df)
    if not _thresholds_free(ordered, data):
        return none
    total, p = sum(one.n for one in data), ordered.model.n_parameters
    E, QGQ, JVJ, crossed = (np.zeros((p, p)) for _ in range(4))
    trace, chi2, base, base_trace = 0.0, 0.0, 0.0, 0.0
    for g, (one, weight) in enumerate(zip(data, weights, strict=True)):
        m, share = len(one.item), one.n / total
        sigma = np.eye(k)
        rho = implied_statistics(ordered, g, parameters, one.item, one.threshold)[m:]
        sigma[first, second] = sigma[second, first] = rho
        solved, observed = inverse_and_log_det(sigma), inverse_and_log_det(one.correlations)
        if solved is None or observed is None:
            return none
        P, log_det = solved
        gamma = one.nacov[m:, m:]
        J = statistic_slopes(ordered, g, parameters, one.item, one.threshold)[m:]
        Q = J * weight[m:, None]
        V = P[np.ix_(first, first)] * P[np.ix_(second, second)]
        V += P[np.ix_(first, second)] * P[np.ix_(second, first)]
        VJ, GQ = V @ J, gamma @ Q
        trace += float(np.einsum("ij,ij->", V, gamma))
        E += share * (J.T @ Q)
        QGQ += share * (Q.T @ GQ)
        JVJ += share * (J.T @ VJ)
        crossed += share * (GQ.T @ VJ)
        chi2 += one.n * (log_det + float(np.einsum("ij,ij->", P, one.correlations)) - observed[1] - k)
        base -= one.n * observed[1]
        base_trace += float(np.trace(gamma))
    moving = np.diag(E) > 0.0  # thresholds move no correlation
    bread = inverse(E[np.ix_(moving, moving)])
    QGQ, JVJ, crossed = (part[np.ix_(moving, moving)] for part in (QGQ, JVJ, crossed))
    trace -= 2.0 * float(np.einsum("ij,ji->", bread, crossed))
    trace += float(np.einsum("ij,ji->", bread @ QGQ, bread @ JVJ))
    factor = trace / df if df > 0 else NAN
    model = ChiSquare(chi2, df, factor, trace)
    return model, ChiSquare(base, base_df, base_trace / base_df, base_trace)


def _thresholds_free(ordered: OrderedModel, data: Sequence[OrderedStatistics]) -> bool:
    """Return whether every group has thresholds of its own, and nothing else that moves them."""
    positions = np.concatenate([group.entries.parameter for group in ordered.model.groups])
    used = np.bincount(positions, minlength=ordered.model.n_parameters)
    for group, one in zip(ordered.model.groups, data, strict=True):
        entries = group.entries
        own = entries.parameter[entries.matrix == TAU]
        if len(own) != len(one.item) or (used[own] > 1).any():
            return False
        if np.isin(entries.matrix, (NU, ALPHA, DELTA)).any():
            return False
    return True

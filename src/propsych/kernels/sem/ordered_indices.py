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
) -> tuple[float, float]:
    """Return weighted squares of residuals and of the statistics themselves, a mean over groups."""
    gap, whole = 0.0, 0.0
    for one, model, w, share in zip(data, implied, weights, shares, strict=True):
        gap += share * float(w @ np.square(one.values - model))
        whole += share * float(w @ np.square(one.values))
    return gap, whole


def latent_response_tests(
    ordered: OrderedModel, one: OrderedStatistics, weight: Floats, parameters: Floats, df: int
) -> tuple[ChiSquare, ChiSquare]:
    """Return the normal-theory chi-square of the correlations, of the model and the baseline; one group.

    NaN where the matrix of polychoric correlations is not positive definite.
    """
    k, m = len(one.correlations), len(one.item)
    first, second = np.triu_indices(k, 1)
    base_df = len(first)
    none = ChiSquare(NAN, df), ChiSquare(NAN, base_df)
    rho = implied_statistics(ordered, 0, parameters, one.item, one.threshold)[m:]
    sigma = np.eye(k)
    sigma[first, second] = sigma[second, first] = rho
    solved, observed = inverse_and_log_det(sigma), inverse_and_log_det(one.correlations)
    if solved is None or observed is None:
        return none
    P, log_det = solved
    gamma, w = one.nacov[m:, m:], weight[m:]
    whole = statistic_slopes(ordered, 0, parameters, one.item, one.threshold)
    J = whole[m:, np.abs(whole[m:]).any(axis=0)]
    Q = J * w[:, None]
    # columns of A' V A are not needed: tr(A'VA Gamma) in four terms
    V = P[np.ix_(first, first)] * P[np.ix_(second, second)]
    V += P[np.ix_(first, second)] * P[np.ix_(second, first)]
    bread = inverse(J.T @ Q)
    VJ, GQ = V @ J, gamma @ Q
    trace = float(np.einsum("ij,ij->", V, gamma)) - 2.0 * float(np.einsum("ij,ji->", bread, GQ.T @ VJ))
    trace += float(np.einsum("ij,ji->", bread @ (Q.T @ GQ), bread @ (J.T @ VJ)))
    chi2 = one.n * (log_det + float(np.einsum("ij,ij->", P, one.correlations)) - observed[1] - k)
    base, base_trace = -one.n * observed[1], float(np.trace(gamma))
    factor = trace / df if df > 0 else NAN
    return (
        ChiSquare(chi2, df, factor, trace),
        ChiSquare(base, base_df, base_trace / base_df, base_trace),
    )

r"""Fit indices after full-information ML that mean the same as with complete answers.

Zhang & Savalei (2022), doi:10.1037/met0000445: the complete-data fit function at the unrestricted moments and
the model's, less what it would be on average if the model held,
:math:`tr(W_c [W_m^{-1} - \Delta (\Delta' W_m \Delta)^{-1} \Delta'])`; with a robust estimator the covariance
of the unrestricted moments takes the sandwich's form. :math:`W_c`, the complete-data information, and
:math:`W_m`, the observed information with the holes, are taken at the unrestricted moments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.covariance import covariance as pairwise_covariance
from propsych.kernels.sem.casewise import pattern_scores
from propsych.kernels.sem.estimate import Unrestricted
from propsych.kernels.sem.fiml import Patterns, pattern_curvature, saturated_curvature, saturated_directions
from propsych.kernels.sem.indices import ChiSquare
from propsych.kernels.sem.model import Model, collected, directions, fill, moment_slopes
from propsych.kernels.sem.normal import information_of, inverse_and_log_det, normal_derivatives
from propsych.kernels.sem.robust import inverse

__all__ = ["complete_data_test", "pairwise_squares"]

Floats = NDArray[np.float64]


def complete_data_test(
    model: Model, data: Unrestricted, parameters: Floats, df: int, robust: bool
) -> ChiSquare:
    """Return the complete-data chi-square of a full-information fit with the trace it has to be corrected by.

    Parameters
    ----------
    model : Model
    data : Unrestricted
        With missing patterns.
    parameters : ndarray of float, shape (p,)
        Full-information estimates.
    df : int
    robust : bool
        Presume no normality.
    """
    if data.patterns is None:
        raise ValueError("complete answers need no correction")
    chi2 = data.n * normal_derivatives(model, data.moments, parameters)[0]
    p = model.n_parameters
    whole = 0.0
    A, B, C = np.zeros((p, p)), np.zeros((p, p)), np.zeros((p, p))
    crossed = np.zeros((p, p))
    for group, sample, patterns in zip(model.groups, data.moments, data.patterns, strict=True):
        matrices = fill(group, parameters)
        slopes = collected(moment_slopes(directions(group, matrices), True), group, p)
        Wm = saturated_curvature(patterns, sample)
        free = saturated_directions(len(sample.mean))
        solved = inverse_and_log_det(sample.covariance)
        if solved is None:
            return ChiSquare(chi2, df)
        Wc = information_of(free, solved[0], True)
        gamma = inverse(Wm)
        share = sample.n / data.n
        if robust:
            scores = pattern_scores(free, patterns, sample.mean, sample.covariance)
            gamma = gamma @ (scores.T @ scores / sample.n) @ gamma
        whole += float(np.einsum("ij,ji->", Wc, gamma))
        carried = Wm @ slopes
        A += share * slopes.T @ carried
        C += share * slopes.T @ Wc @ slopes
        B += share * carried.T @ gamma @ carried
        crossed += share * (Wc @ slopes).T @ gamma @ carried
    bread = inverse(A)
    # residual = (I - P) e with P = D (D'Wm D)^-1 D'Wm, and e of covariance gamma
    trace = whole - 2.0 * float(np.trace(bread @ crossed.T)) + float(np.trace(bread @ B @ bread @ C))
    return ChiSquare(chi2, df, trace / df if df > 0 else float("nan"), trace)


def pairwise_squares(values: Floats, patterns: Patterns, mean: Floats, sigma: Floats) -> tuple[float, float]:
    """Return weighted squares of residuals and of moments of one group's answers with holes.

    As lavaan has it for the goodness-of-fit index: the moments are those of the pairs answered (divisor n),
    the weight is the information of the patterns at the implied moments.
    """
    solved = inverse_and_log_det(sigma)
    if solved is None:
        return float("nan"), float("nan")
    free = saturated_directions(len(mean))
    weight = pattern_curvature(free, patterns, solved[0], None) / len(values)
    n = len(values)
    observed = pairwise_covariance(values, "pairwise").matrix * ((n - 1.0) / n)
    lower = np.tril_indices(len(mean))
    level = np.nanmean(values, axis=0)
    residual = np.concatenate([level - mean, (observed - sigma)[lower]])
    whole = np.concatenate([level, observed[lower]])
    return float(residual @ weight @ residual), float(whole @ weight @ whole)

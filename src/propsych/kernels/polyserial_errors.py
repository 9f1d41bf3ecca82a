"""Standard errors of polyserial and Pearson correlations, from how far each person moves the estimate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.polyserial import TwoStepPolyserial
from propsych.kernels.polyserial_joint import JointPolyserial

__all__ = ["joint_polyserial_errors", "pearson_errors", "two_step_polyserial_errors"]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


def two_step_polyserial_errors(
    fit: TwoStepPolyserial, z: Floats, positions: Positions, threshold_shifts: Floats
) -> Floats:
    """Return standard errors of two-step polyserial correlations, shape (n_pairs,).

    The parts of the thresholds, and of the variable's mean and variance, are included (Muthen 1984,
    doi:10.1007/BF02294210); information is the sum over persons of squared scores, as for polychoric
    correlations.

    Parameters
    ----------
    fit : TwoStepPolyserial
    z : ndarray of float, shape (n, n_pairs)
        As `fit` was made from: standardised over everybody who has the variable.
    positions : ndarray of int, shape (n, n_pairs)
    threshold_shifts : ndarray of float, shape (n_pairs, C - 1, C + 1)
        Of each pair's item, from :func:`propsych.kernels.polychoric_errors.threshold_shifts`.
    """
    known = ~np.isnan(z)
    x, n = np.where(known, z, 0.0), np.maximum(known.sum(axis=0), 1)
    carried = np.einsum("ptc,pt->pc", threshold_shifts, fit.by_threshold)
    C = carried.shape[1] - 1
    place = np.where(positions < 0, C, positions)
    moved = fit.score - carried[np.arange(len(carried)), place]
    moved = moved - np.where(known, fit.by_mean * x + fit.by_variance * (np.square(x) - 1.0), 0.0) / n
    information = np.square(fit.score).sum(axis=0)
    return np.asarray(np.sqrt(np.square(moved).sum(axis=0)) / np.where(information > 0, information, np.nan))


def joint_polyserial_errors(fit: JointPolyserial, z: Floats, positions: Positions) -> Floats:
    r"""Return standard errors of joint polyserial correlations, shape (n_pairs,).

    To the variance at a fixed scale of the variable comes that of its SD, which the joint estimate does not
    depend on otherwise: :math:`\rho^2(1-\rho^2)^2` times the sampling variance of its logarithm.
    """
    together = ~np.isnan(z) & (positions >= 0)
    n = np.maximum(together.sum(axis=0), 1)
    fourth = np.where(together, np.square(np.square(z)), 0.0).sum(axis=0) / n
    of_scale = np.square(fit.rho * (1.0 - np.square(fit.rho))) * (fourth - 1.0) / (4.0 * n)
    return np.asarray(np.sqrt(fit.covariance[:, 0, 0] + of_scale))


def pearson_errors(x: Floats, y: Floats, r: Floats) -> Floats:
    """Return standard errors of Pearson correlations, shape (n_pairs,), whatever the distribution.

    `x` and `y` of shape (n, n_pairs) are standardised among the persons of each pair, NaN for the others.
    """
    together = ~np.isnan(x) & ~np.isnan(y)
    a, b = np.where(together, x, 0.0), np.where(together, y, 0.0)
    moved = a * b - r * (np.square(a) + np.square(b)) / 2.0
    return np.asarray(np.sqrt(np.square(moved).sum(axis=0)) / np.maximum(together.sum(axis=0), 1))

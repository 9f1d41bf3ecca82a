"""How far a sum score is of a general factor: bifactor and second-order models."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.model import Matrices, implied

__all__ = ["bifactor_indices", "second_order_indices"]

Floats = NDArray[np.float64]


def bifactor_indices(matrices: Matrices, general: int) -> dict[str, float]:
    r"""Return coefficients of the sum of standardised items under uncorrelated factors.

    Notes
    -----
    omega_hierarchical: variance of the sum due to the general factor; omega_total: due to all factors; both
    as shares of the implied variance (Reise 2012, doi:10.1080/00273171.2012.715555).
    explained_common_variance: the general factor's share of the squared standardised loadings.
    """
    _, sigma = implied(matrices)
    sd = np.sqrt(np.diag(sigma))
    L = matrices.lam * np.sqrt(np.diag(matrices.psi)) / sd[:, None]
    total = float((sigma / np.outer(sd, sd)).sum())
    squares = np.square(L).sum(axis=0)
    return {
        "omega_hierarchical": float(L[:, general].sum() ** 2 / total),
        "omega_total": float(np.square(L.sum(axis=0)).sum() / total),
        "explained_common_variance": float(squares[general] / squares.sum()),
    }


def second_order_indices(matrices: Matrices, general: int) -> dict[str, float]:
    r"""Return coefficients of the sum of the items under a factor of factors.

    Notes
    -----
    omega_l1: share of the sum's implied variance due to the second-order factor; omega_l2: its share of the
    variance of the sum of the first-order factors; partial_omega_l1: of the sum's variance without what is
    of the first-order factors alone.
    """
    _, sigma = implied(matrices)
    m = len(matrices.alpha)
    inverse = np.linalg.inv(np.eye(m) - matrices.beta)
    latent = inverse @ matrices.psi @ inverse.T
    first = np.flatnonzero(matrices.lam.any(axis=0))
    slopes, variance = inverse[first, general], float(latent[general, general])
    whole = float((matrices.lam[:, first] @ slopes).sum() ** 2 * variance)
    return {
        "omega_l1": whole / float(sigma.sum()),
        "omega_l2": float(slopes.sum() ** 2 * variance / latent[np.ix_(first, first)].sum()),
        "partial_omega_l1": whole / (whole + float(matrices.theta.sum())),
    }

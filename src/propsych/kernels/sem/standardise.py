"""Standardised solutions, explained variance, and their errors by the delta method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.model import ALPHA, BETA, DELTA, LAMBDA, NU, PSI, TAU, THETA, Matrices

__all__ = ["Deviations", "Kind", "delta_errors", "deviations_of", "explained", "standardised"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["std.lv", "std.all"]


class Deviations(NamedTuple):
    """Model-implied standard deviations: of variables and latent variables, whole and residual."""

    observed: Floats
    latent: Floats
    residual: Floats
    disturbance: Floats


def _root(variance: Floats) -> Floats:
    """Return roots; NaN of a negative variance."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(variance))


def deviations_of(matrices: Matrices) -> Deviations:
    """Return the standard deviations that the matrices of one group imply."""
    m = len(matrices.alpha)
    inverse = np.linalg.inv(np.eye(m) - matrices.beta)
    latent = inverse @ matrices.psi @ inverse.T
    sigma = matrices.lam @ latent @ matrices.lam.T + matrices.theta
    diagonals = (sigma, latent, matrices.theta, matrices.psi)
    return Deviations(*(_root(np.diag(part)) for part in diagonals))


def standardised(
    matrix: Ints, row: Ints, column: Ints, values: Floats, sd: Deviations, kind: Kind, residual: bool = True
) -> Floats:
    """Return standardised values of entries.

    ``"std.lv"``: latent variables have a variance of 1; ``"std.all"``: items too. A residual variance is
    divided by the whole variance; a residual covariance becomes the correlation of the residuals.
    """
    out = values.astype(float).copy()
    of_items = kind == "std.all"
    for code in np.unique(matrix).tolist():
        own = matrix == code
        r, c = row[own], column[own]
        if code == LAMBDA:
            out[own] *= sd.latent[c] / (sd.observed[r] if of_items else 1.0)
        elif code == BETA:
            out[own] *= sd.latent[c] / sd.latent[r]
        elif code in (PSI, THETA):
            whole, rest = (sd.latent, sd.disturbance) if code == PSI else (sd.observed, sd.residual)
            with np.errstate(divide="ignore", invalid="ignore"):
                unit = np.where(r == c, np.square(whole[r]), rest[r] * rest[c])
                out[own] = out[own] / (unit if code == PSI or of_items else 1.0)
        elif code == ALPHA:
            out[own] /= sd.latent[r]
        elif code in (NU, TAU) and of_items:
            out[own] /= sd.observed[r]
        elif code == DELTA and of_items:
            out[own] = 1.0
    return out


def explained(matrices: Matrices) -> tuple[Floats, Floats]:
    """Return the share of each variable's and each latent variable's variance that is explained.

    NaN where the residual variance is negative, or a latent variable depends on no other.
    """
    sd = deviations_of(matrices)
    observed = 1.0 - np.square(sd.residual / sd.observed)
    with np.errstate(divide="ignore", invalid="ignore"):
        latent = 1.0 - np.square(sd.disturbance / sd.latent)
    return observed, np.where(matrices.beta.any(axis=1), latent, np.nan)


def delta_errors(function: Callable[[Floats], Floats], parameters: Floats, covariance: Floats) -> Floats:
    """Return standard errors of a function of the parameters by the delta method (numeric slopes)."""
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    size = np.where(scale > 0, 1e-3 * scale, 1e-6)
    size = np.where(np.isfinite(size), size, 1e-6)
    slopes = np.stack(
        [
            (function(parameters + step) - function(parameters - step)) / (2.0 * size[i])
            for i, step in enumerate(np.diag(size))
        ],
        axis=1,
    )
    variance = np.einsum("ai,ij,aj->a", slopes, covariance, slopes)
    return _root(np.where(variance > -1e-12, np.maximum(variance, 0.0), variance))

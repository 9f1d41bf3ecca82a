"""Factor scores of persons: regression (posterior mean) and Bartlett, also with missing answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.model import Matrices, implied
from propsych.kernels.sem.normal import inverse_and_log_det

__all__ = ["bartlett_scores", "regression_scores"]

Floats = NDArray[np.float64]


def _deviations(values: Floats, centre: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    answered = ~np.isnan(values)
    return np.where(answered, values - centre, 0.0), answered


def _by_pattern(answered: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Return distinct patterns with the persons who have them; persons without an answer have none."""
    kinds, index = np.unique(answered, axis=0, return_inverse=True)
    order = np.argsort(index.ravel(), kind="stable")
    bounds = np.searchsorted(index.ravel()[order], np.arange(len(kinds) + 1))
    return [
        (kind, order[bounds[j] : bounds[j + 1]].astype(np.int64))
        for j, kind in enumerate(kinds)
        if kind.any()
    ]


def regression_scores(matrices: Matrices, values: Floats, centre: Floats) -> Floats:
    """Return expected latent variables given what each person answered, (n, m); NaN without an answer.

    Thurstone (1935); `values` (n, k) hold NaN where missing, `centre` are the items' means.
    """
    m = len(matrices.alpha)
    inverse = np.linalg.inv(np.eye(m) - matrices.beta)
    carried = matrices.lam @ inverse @ matrices.psi @ inverse.T
    _, sigma = implied(matrices)
    deviations, answered = _deviations(values, centre)
    out = np.full((len(values), m), np.nan)
    for kind, persons in _by_pattern(answered):
        weights = np.linalg.solve(sigma[np.ix_(kind, kind)], carried[kind])
        out[persons] = deviations[np.ix_(persons, kind)] @ weights
    return out + inverse @ matrices.alpha


def bartlett_scores(matrices: Matrices, values: Floats, centre: Floats) -> Floats:
    """Return Bartlett's (1937) scores, (n, m): unbiased for the person, and of a wider spread.

    NaN for a latent variable without items of its own, and where a person's answers do not tell it.
    """
    own = matrices.lam.any(axis=0)
    m = len(matrices.alpha)
    inverse = np.linalg.inv(np.eye(m) - matrices.beta)
    level = (inverse @ matrices.alpha)[own]
    lam = matrices.lam[:, own]
    deviations, answered = _deviations(values, centre)
    out = np.full((len(values), m), np.nan)
    for kind, persons in _by_pattern(answered):
        solved = inverse_and_log_det(matrices.theta[np.ix_(kind, kind)])
        if solved is None:
            continue
        weighted = solved[0] @ lam[kind]
        inner = lam[kind].T @ weighted
        if np.linalg.matrix_rank(inner, hermitian=True) < len(inner):
            continue
        scores = deviations[np.ix_(persons, kind)] @ weighted @ np.linalg.inv(inner)
        out[np.ix_(persons, own)] = scores + level
    return out

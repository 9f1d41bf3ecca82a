r"""How the moments bend: second derivatives of :math:`tr(G \Sigma) + w' \mu` for fixed G and w.

The curvature of a fit function is its information plus this, with G and w the slopes of the fit function in
the moments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.model import ALPHA, BETA, LAMBDA, PSI, Entries, Matrices

__all__ = ["bend"]

Floats = NDArray[np.float64]


def bend(entries: Entries, matrices: Matrices, G: Floats, w: Floats | None) -> Floats:
    r"""Return the second derivatives between all pairs of entries, shape (q, q).

    Notes
    -----
    With :math:`A = (I - B)^{-1}`, :math:`H = \Lambda A`, :math:`\Phi = A \Psi A'` and
    :math:`M = \Lambda' G \Lambda` every block is an element-wise product of entries of such matrices, for
    instance :math:`2 G_{ij} \Phi_{fg}` between loadings (i, f) and (j, g).
    """
    m = len(matrices.alpha)
    A = np.asarray(np.linalg.inv(np.eye(m) - matrices.beta), dtype=float)
    H, Phi = matrices.lam @ A, A @ matrices.psi @ A.T
    inner = A.T @ matrices.lam.T @ G @ matrices.lam @ A  # A'MA
    carried = G @ matrices.lam @ Phi
    level = A @ matrices.alpha
    pull = np.zeros(m) if w is None else H.T @ w
    outer = np.zeros(len(G)) if w is None else w
    GH = G @ H
    PMA = Phi @ matrices.lam.T @ GH
    where = {code: np.flatnonzero(entries.matrix == code) for code in (LAMBDA, PSI, BETA, ALPHA)}
    row = {code: entries.row[own] for code, own in where.items()}
    column = {code: entries.column[own] for code, own in where.items()}
    out = np.zeros((len(entries.matrix), len(entries.matrix)))

    def put(first: int, second: int, block: Floats) -> None:
        out[np.ix_(where[first], where[second])] = block
        if first != second:
            out[np.ix_(where[second], where[first])] = block.T

    i, f = row[LAMBDA][:, None], column[LAMBDA][:, None]
    put(LAMBDA, LAMBDA, 2.0 * G[i, i.T] * Phi[f, f.T])
    half = np.where(row[PSI] == column[PSI], 1.0, 2.0)
    g, h = row[PSI][None], column[PSI][None]
    put(LAMBDA, PSI, half * (GH[i, g] * A[f, h] + GH[i, h] * A[f, g]))
    put(LAMBDA, ALPHA, outer[i] * A[f, row[ALPHA][None]])
    if len(where[BETA]):
        k, j = row[BETA][None], column[BETA][None]
        means = outer[i] * A[f, k] * level[j]
        put(LAMBDA, BETA, 2.0 * (GH[i, k] * Phi[j, f] + carried[i, j] * A[f, k]) + means)
        r, c = k.T, j.T
        first = A[c, k] * PMA[j, r] + Phi[c, j] * inner[k, r] + PMA[c, k] * A[j, r]
        put(BETA, BETA, 2.0 * first + A[j, r] * pull[k] * level[c] + pull[r] * A[c, k] * level[j])
        put(BETA, PSI, half * (A[c, g] * inner[h, r] + A[c, h] * inner[g, r]))
        put(BETA, ALPHA, pull[r] * A[c, row[ALPHA][None]])
    return out

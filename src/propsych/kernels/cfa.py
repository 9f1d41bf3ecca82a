r"""Confirmatory factor models with a free pattern of loadings: maximum likelihood, diagonal least squares.

The model of a covariance matrix is :math:`\Sigma = \Lambda \Phi \Lambda' + \Theta`, with factor
variances of 1 and diagonal :math:`\Theta`. For polychoric correlations :math:`\Theta` follows from the
diagonal of 1 (delta parameterisation), so only off-diagonal entries are fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CfaFit",
    "Pattern",
    "fit_dwls",
    "fit_ml",
    "pattern_of",
    "theta_influence_dwls",
    "theta_influence_ml",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Derivatives = tuple[float, Floats, Floats]
"""Value, gradient (p,) and information (p, p) of a fit function."""

PRECISION = 1e-10
"""Change of a parameter, in units of standardised items, at which a search ends."""
MAX_ITER = 500


class Pattern(NamedTuple):
    """Which parameters are free: loadings (k, m), and pairs of correlated factors."""

    loadings: Flags
    phi_rows: NDArray[np.int64]
    phi_columns: NDArray[np.int64]


class CfaFit(NamedTuple):
    """A fitted model.

    Attributes
    ----------
    loadings : ndarray of float, shape (k, m)
    phi : ndarray of float, shape (m, m)
    theta : ndarray of float, shape (k,)
        Residual variances; negative in a Heywood case.
    parameters : ndarray of float, shape (p,)
        Free loadings row by row, factor correlations, and for ML residual variances.
    fit : float
        F of maximum likelihood, or half the weighted sum of squares.
    df : int
        Degrees of freedom.
    converged : bool
    n_iter : int
    """

    loadings: Floats
    phi: Floats
    theta: Floats
    parameters: Floats
    fit: float
    df: int
    converged: bool
    n_iter: int


def pattern_of(loadings: Flags, correlated: bool = True) -> Pattern:
    """Return the pattern of a boolean matrix of free loadings, factors all correlated or all not."""
    m = loadings.shape[1]
    rows, columns = np.tril_indices(m, -1) if correlated else (np.empty(0, dtype=int),) * 2
    return Pattern(loadings, rows, columns)


def _unpack(parameters: Floats, pattern: Pattern) -> tuple[Floats, Floats, Floats]:
    k, m = pattern.loadings.shape
    n_loadings, n_phi = int(pattern.loadings.sum()), len(pattern.phi_rows)
    L, phi = np.zeros((k, m)), np.eye(m)
    L[pattern.loadings] = parameters[:n_loadings]
    phi[pattern.phi_rows, pattern.phi_columns] = parameters[n_loadings : n_loadings + n_phi]
    phi[pattern.phi_columns, pattern.phi_rows] = parameters[n_loadings : n_loadings + n_phi]
    return L, phi, parameters[n_loadings + n_phi :]


def _slopes(L: Floats, phi: Floats, pattern: Pattern, with_theta: bool) -> Floats:
    """Return the slope of the model matrix in each parameter, shape (p, k, k)."""
    k = len(L)
    items, factors = np.nonzero(pattern.loadings)
    half = np.zeros((len(items), k, k))
    # a loading of item i on factor f moves row i by what factor f shares with every item
    half[np.arange(len(items)), items, :] = (L @ phi)[:, factors].T
    parts = [half + half.transpose(0, 2, 1)]
    outer = L[:, pattern.phi_rows].T[:, :, None] * L[:, pattern.phi_columns].T[:, None, :]
    parts.append(outer + outer.transpose(0, 2, 1))
    if with_theta:
        single = np.zeros((k, k, k))
        single[np.arange(k), np.arange(k), np.arange(k)] = 1.0
        parts.append(single)
    return np.concatenate(parts)


def _start(R: Floats, pattern: Pattern, with_theta: bool) -> Floats:
    """Return loadings of .7 signed as each factor's first component, and middling other parameters."""
    vectors = np.zeros(pattern.loadings.shape)
    for f in range(pattern.loadings.shape[1]):
        own = np.flatnonzero(pattern.loadings[:, f])
        top = np.linalg.eigh(R[np.ix_(own, own)])[1][:, -1]
        vectors[own, f] = 0.7 * np.sign(top * (1.0 if top.sum() >= 0 else -1.0))
    values = [vectors[pattern.loadings], np.full(len(pattern.phi_rows), 0.3)]
    if with_theta:
        values.append(np.full(len(R), 0.5))
    return np.concatenate(values)


def _units(scale: Floats, pattern: Pattern) -> Floats:
    """Return what each maximum likelihood parameter of standardised items is multiplied by, shape (p,)."""
    items = np.nonzero(pattern.loadings)[0]
    return np.concatenate([scale[items], np.ones(len(pattern.phi_rows)), np.square(scale)])


def fit_ml(S: Floats, pattern: Pattern) -> CfaFit:
    r"""Fit by normal-theory maximum likelihood.

    Parameters
    ----------
    S : ndarray of float, shape (k, k)
        Covariance matrix with divisor n, as lavaan takes it.
    pattern : Pattern

    Notes
    -----
    Minimises :math:`F = \log|\Sigma| + tr(S\Sigma^{-1}) - \log|S| - k` (Joreskog 1969,
    doi:10.1007/BF02289343) by Fisher scoring with damping; n F is the chi-square. The items are standardised
    for the search and the parameters turned back, which changes nothing in F: so the units of the items,
    however different, neither hold it up nor end it early.
    """
    k = len(S)
    scale = np.sqrt(np.diag(S))
    R = S / np.outer(scale, scale)
    base = float(np.linalg.slogdet(R)[1]) + k

    def at(parameters: Floats) -> Derivatives:
        L, phi, theta = _unpack(parameters, pattern)
        sigma = L @ phi @ L.T + np.diag(theta)
        sign, log_det = np.linalg.slogdet(sigma)
        if sign <= 0 or np.linalg.eigvalsh(sigma)[0] <= 0:
            return np.inf, np.zeros_like(parameters), np.eye(len(parameters))
        inverse = np.linalg.inv(sigma)
        value = float(log_det + np.trace(R @ inverse) - base)
        weighted = inverse @ _slopes(L, phi, pattern, True)
        gap = inverse @ (sigma - R)
        gradient = np.einsum("aij,ji->a", weighted, gap)
        flat = weighted.reshape(len(parameters), -1)
        information = flat @ weighted.transpose(0, 2, 1).reshape(len(parameters), -1).T
        return value, gradient, information

    found, value, converged, n_iter = _minimise(at, _start(R, pattern, True))
    found = found * _units(scale, pattern)
    L, phi, theta = _unpack(found, pattern)
    df = k * (k + 1) // 2 - len(found)
    return _signed(CfaFit(L, phi, theta, found, value, df, converged, n_iter), pattern)


def fit_dwls(R: Floats, weights: Floats, pattern: Pattern) -> CfaFit:
    """Fit correlations by diagonally weighted least squares (the point estimates of WLSMV).

    Parameters
    ----------
    R : ndarray of float, shape (k, k)
        Polychoric correlations.
    weights : ndarray of float, shape (k, k)
        Symmetric: 1 / (n times the sampling variance) of each correlation; the diagonal is not used.

    Notes
    -----
    Muthen, du Toit & Spisic (1997); half the weighted sum of squares is made small, by Gauss-Newton steps.
    """
    k = len(R)
    rows, columns = np.tril_indices(k, -1)
    w = weights[rows, columns]

    def at(parameters: Floats) -> Derivatives:
        L, phi, _ = _unpack(parameters, pattern)
        gap = (L @ phi @ L.T)[rows, columns] - R[rows, columns]
        slopes = _slopes(L, phi, pattern, False)[:, rows, columns]
        return 0.5 * float((w * gap) @ gap), slopes @ (w * gap), (slopes * w) @ slopes.T

    found, value, converged, n_iter = _minimise(at, _start(R, pattern, False))
    L, phi, _ = _unpack(found, pattern)
    theta = 1.0 - ((L @ phi) * L).sum(axis=1)
    return _signed(CfaFit(L, phi, theta, found, value, len(rows) - len(found), converged, n_iter), pattern)


def _minimise(at: Callable[[Floats], Derivatives], start: Floats) -> tuple[Floats, float, bool, int]:
    """Return parameters, value, convergence and steps: scoring, damped less while it succeeds.

    Levenberg-Marquardt, with the damping in units of each parameter's own information.
    """
    x, damping = start, 1e-3
    value, gradient, information = at(x)
    n_iter = 0
    while n_iter < MAX_ITER:
        n_iter += 1
        scale = np.diag(information)
        system = information + damping * np.diag(np.maximum(scale, 1e-12))
        trial = x - np.linalg.lstsq(system, gradient, rcond=None)[0]
        new_value, new_gradient, new_information = at(trial)
        moved = float(np.abs(trial - x).max())
        if new_value <= value + 1e-14 * max(abs(value), 1.0):
            x, value, gradient, information = trial, new_value, new_gradient, new_information
            damping = max(damping / 10.0, 1e-15)
            if moved < PRECISION:
                return x, value, bool(np.abs(gradient).max() < 1e-5), n_iter
        else:
            damping = min(damping * 10.0, 1e12)
            if moved < 1e-14:
                return x, value, bool(np.abs(gradient).max() < 1e-6), n_iter
    return x, value, False, n_iter


def _signed(fit: CfaFit, pattern: Pattern) -> CfaFit:
    """Turn each factor so that its loadings have a positive sum."""
    sign = np.where(fit.loadings.sum(axis=0) < 0.0, -1.0, 1.0)
    L, phi = fit.loadings * sign, fit.phi * np.outer(sign, sign)
    n_loadings, n_phi = int(pattern.loadings.sum()), len(pattern.phi_rows)
    parameters = fit.parameters.copy()
    parameters[:n_loadings] = L[pattern.loadings]
    parameters[n_loadings : n_loadings + n_phi] = phi[pattern.phi_rows, pattern.phi_columns]
    return fit._replace(loadings=L, phi=phi, parameters=parameters)


def theta_influence_ml(values: Floats, fit: CfaFit, pattern: Pattern) -> Floats:
    """Return what each person adds to the parameters of a maximum likelihood fit, shape (n, p).

    Notes
    -----
    The sandwich that presumes no distribution: Satorra & Bentler (1994); their mean of products over n is
    the robust covariance of the parameters.
    """
    d = values - values.mean(axis=0)
    # in standardised items, so that different units do not make the information ill-conditioned
    scale = np.sqrt(np.square(d).mean(axis=0))
    d = d / scale
    loadings = fit.loadings / scale[:, None]
    sigma = loadings @ fit.phi @ loadings.T + np.diag(fit.theta / np.square(scale))
    inverse = np.linalg.inv(sigma)
    slopes = _slopes(loadings, fit.phi, pattern, True)
    weighted = inverse @ slopes
    p = len(slopes)
    information = weighted.reshape(p, -1) @ weighted.transpose(0, 2, 1).reshape(p, -1).T
    kernel = weighted @ inverse
    scores = np.einsum("ni,aij,nj->na", d, kernel, d, optimize=True)
    added = np.linalg.lstsq(information, (scores - scores.mean(axis=0)).T, rcond=None)[0].T
    return np.asarray(added * _units(scale, pattern))


def theta_influence_dwls(correlations: Floats, weights: Floats, fit: CfaFit, pattern: Pattern) -> Floats:
    """Return what each person adds to the parameters of a weighted fit, shape (n, p).

    `correlations` has shape (n, n_pairs): what each person adds to the correlations of pairs i < j.
    """
    rows, columns = np.triu_indices(len(weights), 1)
    slopes = _slopes(fit.loadings, fit.phi, pattern, False)[:, rows, columns]
    weighted = slopes * weights[rows, columns]
    return np.asarray(np.linalg.lstsq(weighted @ slopes.T, weighted @ correlations.T, rcond=None)[0].T)

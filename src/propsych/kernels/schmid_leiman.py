"""Schmid-Leiman solution: one general factor and group factors, from oblique factors; omegas from it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.efa import minres

__all__ = ["GroupOmega", "SchmidLeiman", "general_loadings", "group_omegas", "omegas", "schmid_leiman"]

Floats = NDArray[np.float64]


class SchmidLeiman(NamedTuple):
    """Loadings on uncorrelated general and group factors.

    Attributes
    ----------
    general : ndarray of float, shape (..., k)
    group : ndarray of float, shape (..., k, m)
    communalities : ndarray of float, shape (..., k)
    factors_on_general : ndarray of float, shape (..., m)
        Loadings of the oblique factors on the general one.
    """

    general: Floats
    group: Floats
    communalities: Floats
    factors_on_general: Floats


class GroupOmega(NamedTuple):
    """Omegas of the items of each group factor; NaN for a factor that no item loads on most."""

    total: Floats
    general: Floats
    group: Floats
    members: NDArray[np.int64]


def general_loadings(phi: Floats) -> Floats:
    """Return the loadings of oblique factors on one general factor, shape (..., m).

    With three factors they are exact, with more a minimum-residual fit; two factors do not determine them and
    get the same loading, the root of their correlation (with its sign at the second).
    """
    m = phi.shape[-1]
    if m == 1:
        return np.ones(phi.shape[:-1])
    if m == 2:
        r = phi[..., 0, 1]
        root = np.sqrt(np.abs(r))
        return np.stack([root, np.sign(r) * root], axis=-1)
    return minres(phi, 1).loadings[..., 0]


def schmid_leiman(L: Floats, phi: Floats) -> SchmidLeiman:
    """Return the Schmid-Leiman solution of oblique loadings (..., k, m) with correlations (..., m, m).

    Notes
    -----
    Schmid & Leiman (1957), doi:10.1007/BF02289209. A group loading is the oblique one times the root of what
    the general factor leaves of its factor.
    """
    on_general = general_loadings(phi)
    general = (L @ on_general[..., None])[..., 0]
    rest = np.sqrt(np.maximum(1.0 - np.square(on_general), 0.0))
    communalities = ((L @ phi) * L).sum(axis=-1)
    return SchmidLeiman(general, L * rest[..., None, :], communalities, on_general)


def omegas(C: Floats, general: Floats, communalities: Floats) -> tuple[Floats, Floats]:
    """Return omega total and omega hierarchical, shape (...,).

    Parameters
    ----------
    C : ndarray of float, shape (..., k, k)
        Correlation matrices; their sum is the variance of the total score.
    general, communalities : ndarray of float, shape (..., k)

    Notes
    -----
    McDonald (1999), Test Theory; Zinbarg, Revelle, Yovel & Li (2005), doi:10.1007/s11336-003-0974-7. Total is
    what all common factors explain, hierarchical what the general factor alone explains.
    """
    variance = C.sum(axis=(-2, -1))
    unique = (np.diagonal(C, axis1=-2, axis2=-1) - communalities).sum(axis=-1)
    return np.asarray(1.0 - unique / variance), np.asarray(np.square(general.sum(axis=-1)) / variance)


def group_omegas(C: Floats, solution: SchmidLeiman, members: NDArray[np.int64] | None = None) -> GroupOmega:
    """Return the omegas of each group factor's own items, shape (..., m).

    Parameters
    ----------
    C : ndarray of float, shape (..., k, k)
        Correlation matrices.
    solution : SchmidLeiman
    members : ndarray of int, shape (k,), optional
        Group factor of each item; default the one it loads on most (of a single solution).

    Notes
    -----
    Reise, Bonifay & Haviland (2013), doi:10.1080/00223891.2012.725437: variance of the items' sum from the
    general factor, from the group factor, and from both, over its whole variance.
    """
    m = solution.group.shape[-1]
    own_factor = np.abs(solution.group).argmax(axis=-1) if members is None else members
    own = (own_factor[:, None] == np.arange(m)).astype(float)
    variance = ((C @ own) * own).sum(axis=-2)
    general = np.square(solution.general @ own)
    group = np.square((solution.group * own).sum(axis=-2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1.0 / np.where(own.sum(axis=0) > 0, variance, np.nan)
    return GroupOmega((general + group) * share, general * share, group * share, own_factor)

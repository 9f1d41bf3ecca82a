"""The rotations by name: criterion, orthogonal or oblique, Kaiser normalisation, and promax."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels import rotation_criteria as criteria
from propsych.kernels.rotation import Rotation, best_rotation, factor_order
from propsych.kernels.rotation_criteria import Criterion

__all__ = [
    "OBLIQUE",
    "ORTHOGONAL",
    "Settings",
    "named_rotation",
    "promax",
    "promax_of_varimax",
    "settings_of",
]

Floats = NDArray[np.float64]

ORTHOGONAL = (
    "varimax",
    "quartimax",
    "equamax",
    "geominT",
    "bentlerT",
    "bifactor",
    "entropy",
    "infomaxT",
    "targetT",
)
"""Names of rotations that leave factors uncorrelated."""
OBLIQUE = (
    "oblimin",
    "quartimin",
    "promax",
    "geominQ",
    "bentlerQ",
    "biquartimin",
    "infomaxQ",
    "targetQ",
)
"""Names of rotations that let factors correlate."""
KAISER = frozenset({"varimax", "promax"})
"""Those that are normalised unless told otherwise, as R's varimax and psych's promax are."""


class Settings(NamedTuple):
    """What a name stands for; `criterion` is None for promax, which has no single one."""

    criterion: Criterion | None
    oblique: bool
    kaiser: bool
    reorder: bool = True


def settings_of(
    name: str,
    shape: tuple[int, int],
    *,
    kaiser: bool | None = None,
    gamma: float = 0.0,
    delta: float = 0.01,
    aim: Floats | None = None,
) -> Settings:
    """Return what the name of a rotation stands for.

    Parameters
    ----------
    name : str
        One of :data:`ORTHOGONAL` and :data:`OBLIQUE`.
    shape : (k, m)
        Of the loadings.
    kaiser : bool, optional
        Default True for varimax and promax, else False.
    gamma : float
        Of oblimin.
    delta : float
        Of geomin.
    aim : ndarray of float, shape (k, m), optional
        Target; NaN where nothing is asked of a loading.
    """
    k, m = shape
    found: dict[str, Criterion | None] = {
        "varimax": criteria.varimax,
        "quartimax": criteria.quartimax,
        "equamax": criteria.crawford_ferguson(m / (2.0 * k)),
        "geominT": criteria.geomin(delta),
        "geominQ": criteria.geomin(delta),
        "bentlerT": criteria.bentler,
        "bentlerQ": criteria.bentler,
        "bifactor": criteria.bifactor,
        "biquartimin": criteria.bifactor,
        "entropy": criteria.entropy,
        "infomaxT": criteria.infomax,
        "infomaxQ": criteria.infomax,
        "oblimin": criteria.oblimin_family(gamma),
        "quartimin": criteria.oblimin_family(),
        "promax": None,
    }
    if aim is not None:
        found |= {"targetT": criteria.target(aim), "targetQ": criteria.target(aim)}
    normalised = name in KAISER if kaiser is None else kaiser
    return Settings(found[name], name in OBLIQUE, normalised, not name.startswith("target"))


def named_rotation(
    A: Floats, settings: Settings, *, n_starts: int = 10, seed: int = 1, power: float = 4.0
) -> Rotation:
    """Rotate one loading matrix (k, m); a single factor needs no rotation.

    `power` is promax's.
    """
    if A.shape[1] == 1:
        sign = -1.0 if A.sum() < 0.0 else 1.0
        one = np.ones((1, 1))
        return Rotation(A * sign, one, one * sign, np.asarray(0.0), np.asarray(True), 0)
    if settings.criterion is None:
        return promax(A, power=power, kaiser=settings.kaiser, n_starts=n_starts, seed=seed)
    return best_rotation(
        A,
        settings.criterion,
        oblique=settings.oblique,
        n_starts=n_starts,
        seed=seed,
        kaiser=settings.kaiser,
        reorder=settings.reorder,
    )


def promax(
    A: Floats, *, power: float = 4.0, kaiser: bool = True, n_starts: int = 10, seed: int = 1
) -> Rotation:
    """Rotate by promax: the oblique least-squares fit to powers of (Kaiser-normalised) varimax loadings.

    Parameters
    ----------
    A : ndarray of float, shape (k, m)
    power : float
        Of the loadings, their signs kept.
    kaiser : bool
        True fits the powers of loadings scaled to communality 1, as psych's ``promax`` does; False those of
        the loadings themselves, as R's ``stats::promax`` (and factanal) does. Varimax is normalised in both.
    n_starts, seed : int
        Of varimax.

    Notes
    -----
    Hendrickson & White (1964), doi:10.1111/j.2044-8317.1964.tb00244.x.
    """
    first = best_rotation(A, criteria.varimax, oblique=False, n_starts=n_starts, seed=seed, kaiser=True)
    V = first.loadings
    U = promax_of_varimax(V, power=power, kaiser=kaiser)
    order, sign = factor_order(V @ U)
    U = U[:, order] * sign
    # L = A (T')^-1 with T = varimax's transformation times (U')^-1
    T = first.transformation @ np.linalg.inv(U).T
    return first._replace(loadings=V @ U, phi=T.T @ T, transformation=T)


def promax_of_varimax(V: Floats, *, power: float = 4.0, kaiser: bool = True) -> Floats:
    """Return the matrix (m, m) that takes varimax loadings (k, m) to promax's; see :func:`promax`."""
    length = np.sqrt(np.square(V).sum(axis=1, keepdims=True))
    scaled = V / np.where(length > 0.0, length, 1.0) if kaiser else V
    U = np.linalg.lstsq(scaled, scaled * np.abs(scaled) ** (power - 1.0), rcond=None)[0]
    return np.asarray(U * np.sqrt(np.diag(np.linalg.inv(U.T @ U))))

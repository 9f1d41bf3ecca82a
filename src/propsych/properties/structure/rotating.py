"""Rotation by name, with its arguments checked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from propsych.data.arguments import require_choice, require_count
from propsych.errors import AnalysisError, message
from propsych.kernels.rotation import Rotation
from propsych.kernels.rotation_named import OBLIQUE, ORTHOGONAL, Settings, named_rotation, settings_of

__all__ = ["ROTATIONS", "Rotated", "rotated"]

Floats = NDArray[np.float64]
ROTATIONS = ("none", *ORTHOGONAL, *OBLIQUE)


class Rotated(NamedTuple):
    """A rotation and what made it; `settings` is None without one."""

    rotation: Rotation
    settings: Settings | None


def rotated(
    unrotated: Floats,
    name: str,
    *,
    target: ArrayLike | None = None,
    kaiser: bool | None = None,
    n_starts: int = 10,
    seed: int = 1,
    gamma: float = 0.0,
    delta: float = 0.01,
) -> Rotated:
    """Rotate loadings by name.

    Raises
    ------
    propsych.errors.AnalysisError
        For an unknown rotation, a target that is missing or has another shape, or impossible settings.
    """
    require_choice("rotation", name, ROTATIONS)
    starts = require_count("n_starts", n_starts)
    require_count("seed", seed, 0)
    if not gamma < 1.0:
        raise AnalysisError(message("oblimin's gamma is below 1", got=repr(gamma), remedy="use 0"))
    if not delta > 0.0:
        raise AnalysisError(message("geomin's delta is above 0", got=repr(delta), remedy="use 0.01"))
    aim = _target(name, unrotated.shape, target)
    m = unrotated.shape[1]
    if name == "none" or m == 1:
        one = np.eye(m)
        return Rotated(Rotation(unrotated, one, one, np.asarray(0.0), np.asarray(True), 0), None)
    if name in ("bifactor", "biquartimin") and m < 3:
        what = "a bifactor rotation needs three factors or more: a general one and two groups"
        raise AnalysisError(message(what, got=str(m), remedy="use more factors, or another rotation"))
    k, _ = unrotated.shape
    settings = settings_of(name, (k, m), kaiser=kaiser, gamma=gamma, delta=delta, aim=aim)
    return Rotated(named_rotation(unrotated, settings, n_starts=starts, seed=seed), settings)


def _target(name: str, shape: tuple[int, ...], target: ArrayLike | None) -> Floats | None:
    wanted = name.startswith("target")
    if target is None and not wanted:
        return None
    if target is None or not wanted:
        what = "a target belongs to the rotations targetT and targetQ, and they need one"
        raise AnalysisError(message(what, got=name, remedy="give both, or neither"))
    remedy = "give items x factors, NaN where nothing is asked of a loading"
    try:
        aim = np.asarray(target, dtype=float)
    except (TypeError, ValueError):
        raise AnalysisError(message("a target holds numbers", remedy=remedy)) from None
    if aim.shape != shape:
        got = f"{aim.shape}, not {shape}"
        raise AnalysisError(message("the target has another shape than the loadings", got=got, remedy=remedy))
    if np.isinf(aim).any() or np.isnan(aim).all():
        raise AnalysisError(message("the target asks nothing, or the infinite", remedy=remedy))
    return aim

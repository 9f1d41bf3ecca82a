"""Omega total and hierarchical from a Schmid-Leiman solution, with the omegas of the group factors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_count, require_level
from propsych.errors import AnalysisError, message
from propsych.kernels.covariance import correlation_from_covariance
from propsych.kernels.efa import Extraction, minres
from propsych.kernels.one_factor import correlation_influence
from propsych.kernels.polychoric import polychoric, polychoric_influence
from propsych.kernels.rotation import Rotation, oblimin, rotate_oblimin
from propsych.kernels.schmid_leiman import SchmidLeiman, group_omegas, omegas, schmid_leiman
from propsych.properties.internal_consistency.coefficients import ScaleCoefficients
from propsych.properties.internal_consistency.doubts import OneDimension, one_dimension, one_dimension_of
from propsych.properties.internal_consistency.gate import (
    ScaleAnswers,
    require_identified,
    require_room_for_a_model,
    scale_answers,
    shared_remarks,
    sparse_remark,
)
from propsych.properties.internal_consistency.schmid_leiman_interval import (
    nearby_start,
    rotated_estimates,
    total_estimate,
)
from propsych.result import Estimate

__all__ = ["omega_schmid_leiman"]

Correlation = Literal["pearson", "polychoric"]
Floats = NDArray[np.float64]


class _Solution(NamedTuple):
    R: Floats
    extraction: Extraction
    rotation: Rotation
    solution: SchmidLeiman


def omega_schmid_leiman(
    data: Any,
    *,
    n_factors: int = 3,
    correlation: Correlation = "pearson",
    n_starts: int = 10,
    seed: int = 1,
    level: float = 0.95,
    categories: Iterable[Any] | None = None,
) -> ScaleCoefficients:
    """Return omega total and omega hierarchical of one scale with several group factors.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    n_factors : int, default 3
        Group factors. Two do not determine the general factor: its loadings are then set equal.
    correlation : {"pearson", "polychoric"}
        Of the scores; or of latent responses, and then the names say so.
    n_starts, seed : int
        Starts of the oblique rotation, and the seed of the random ones.
    level : float, default 0.95
        Confidence level.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``omega_total``, ``omega_hierarchical``, ``omega_hierarchical_asymptotic`` (of an endless test
        made alike), ``explained_common_variance``, and for each group factor g ``omega_total:g``,
        ``omega_general:g`` and ``omega_group:g`` of its own items. Of latent responses each name ends in
        ``_of_latent_responses``. Tables: ``"loadings"`` (general, group factors, communality, share of the
        general factor) and ``"factor_correlations"``.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, too few items for the factors, no more complete persons than items, an
        item without variance, items that follow from one another, or a search that does not converge.

    Notes
    -----
    Minimum-residual factors, oblimin rotation, Schmid & Leiman (1957), doi:10.1007/BF02289209; Zinbarg,
    Revelle, Yovel & Li (2005), doi:10.1007/s11336-003-0974-7; group omegas: Reise, Bonifay & Haviland (2013),
    doi:10.1080/00223891.2012.725437. The correlations are those of the standardised items.

    No interval presumes a distribution. That of total is a jackknife. The other numbers depend on the
    rotation, which curves within one standard error, and which pulls factors apart by chance, so that
    hierarchical omega is too low: their intervals are by :func:`propsych.kernels.principal_steps.around`,
    and wider by the estimated bias on the side where the truth then lies. Below 200 persons there is none: no
    interval that was tried holds there (docs/coverage.md).

    Do not trust the hierarchical omega with two group factors, with several optima of the rotation, in a
    Heywood case, or where the group factors are not the ones meant: it is then another number.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> general, group = rng.normal(size=(500, 1)), np.repeat(rng.normal(size=(500, 3)), 3, axis=1)
    >>> scores = np.digitize(general + 0.7 * group + rng.normal(size=(500, 9)), [-1, 0, 1])
    >>> found = omega_schmid_leiman(scores, categories=range(4))
    >>> found.value("omega_hierarchical") < found.value("omega_total")
    True
    """
    level = require_level(level)
    m, n_starts = require_count("n_factors", n_factors, least=2), require_count("n_starts", n_starts)
    require_choice("correlation", correlation, ("pearson", "polychoric"))
    answers = _answers(data, categories, m)
    if correlation == "pearson":
        R, pairs = correlation_from_covariance(answers.C), None
        sparse: tuple[str, ...] = ()
    else:
        positions = answers.positions()
        found = polychoric(positions, answers.n_categories)
        require_identified(found, answers.items)
        R, pairs, sparse = found.R, polychoric_influence(positions, found)[1], sparse_remark(found)
    solved = _solve(R, m, n_starts, require_count("seed", seed, least=0), answers)
    estimates = _estimates(answers, solved, pairs, level)
    if correlation == "polychoric":
        estimates = {f"{name}_of_latent_responses": e for name, e in estimates.items()}
    one = one_dimension(answers.values, level) if pairs is None else one_dimension_of(R, pairs, level)
    about = (*_remarks(answers, solved, one), *sparse, *shared_remarks(answers, dimension=False))
    heading = f"Omega from Schmid and Leiman, {m} group factors, {correlation} correlations"
    tables = _tables(answers, solved)
    return ScaleCoefficients(heading, answers.items.name, estimates, answers.sample, about, tables)


def _answers(data: Any, categories: Iterable[Any] | None, m: int) -> ScaleAnswers:
    what = f"omega with {m} group factors"
    answers = scale_answers(data, categories, least_items=4, what=what)
    k = answers.items.n_items
    if (k - m) ** 2 < k + m:
        remedy = "use fewer group factors or more items"
        text = f"{k} items are too few for {m} group factors"
        raise AnalysisError(message(text, where=answers.items.name, remedy=remedy))
    require_room_for_a_model(answers, what)
    return answers


def _solve(R: Floats, m: int, n_starts: int, seed: int, answers: ScaleAnswers) -> _Solution:
    extraction = minres(R, m)
    rotation = oblimin(extraction.loadings, n_starts, seed)
    if not (extraction.converged and rotation.converged):
        what, remedy = f"the {m} factors were not found", "use fewer group factors"
        raise AnalysisError(message(what, where=answers.items.name, remedy=remedy))
    return _Solution(R, extraction, rotation, schmid_leiman(rotation.loadings, rotation.phi))


def _names(m: int) -> list[str]:
    names = [
        "omega_total",
        "omega_hierarchical",
        "omega_hierarchical_asymptotic",
        "explained_common_variance",
    ]
    return names + [f"omega_{kind}:g{f + 1}" for kind in ("total", "general", "group") for f in range(m)]


def _numbers(R: Floats, solution: SchmidLeiman, members: NDArray[np.int64]) -> Floats:
    """Return the numbers of `_names`, shape (..., q)."""
    total, hierarchical = omegas(R, solution.general, solution.communalities)
    common = np.square(solution.general).sum(axis=-1)
    shared = common + np.square(solution.group).sum(axis=(-2, -1))
    first = np.stack([total, hierarchical, hierarchical / total, common / shared], axis=-1)
    return np.concatenate([first, *group_omegas(R, solution, members)[:3]], axis=-1)


def _estimates(
    answers: ScaleAnswers, solved: _Solution, pairs: Floats | None, level: float
) -> dict[str, Estimate]:
    members = group_omegas(solved.R, solved.solution).members
    m = solved.solution.group.shape[-1]

    def numbers(R: Floats) -> Floats:
        extraction = minres(R, m, solved.extraction.uniquenesses)
        start = nearby_start(solved.rotation, extraction.loadings)
        rotation = rotate_oblimin(extraction.loadings, start)
        found = _numbers(R, schmid_leiman(rotation.loadings, rotation.phi), members)
        return np.where(rotation.converged[:, None], found, np.nan)

    names, values = _names(m), _numbers(solved.R, solved.solution, members)
    estimates = {names[0]: total_estimate(float(values[0]), answers.values, solved.R, pairs, m, level)}
    added = correlation_influence(answers.values) if pairs is None else pairs
    for name, estimate in zip(names[1:], rotated_estimates(numbers, solved.R, added, level)[1:], strict=True):
        estimates[name] = estimate
    return estimates


def _tables(answers: ScaleAnswers, solved: _Solution) -> dict[str, pd.DataFrame]:
    solution = solved.solution
    groups = [f"g{f + 1}" for f in range(solution.group.shape[1])]
    index = pd.Index(answers.items.names, name="item")
    loadings = pd.DataFrame(solution.group, index=index, columns=groups)
    loadings.insert(0, "general", solution.general)
    loadings["communality"] = solution.communalities
    explained = np.where(solution.communalities > 0, solution.communalities, np.nan)
    loadings["general_share"] = np.square(solution.general) / explained
    phi = pd.DataFrame(solved.rotation.phi, index=groups, columns=groups)
    phi["on_general"] = solution.factors_on_general
    return {"loadings": loadings, "factor_correlations": phi}


def _remarks(answers: ScaleAnswers, solved: _Solution, one: OneDimension) -> tuple[str, ...]:
    remarks = ["Hierarchical omega depends on the number of group factors and on their rotation."]
    m = solved.solution.group.shape[1]
    if one.state == "yes":
        remarks.append(
            f"One factor describes the items, so {m} group factors are hardly determined: do not rely on the"
            " hierarchical omega."
        )
    if m == 2:
        remarks.append(
            "Two group factors do not determine the general one: its loadings were set equal, so do not"
            " rely on the hierarchical omega."
        )
    if solved.rotation.n_optima > 1:
        remarks.append(f"The rotation has {solved.rotation.n_optima} optima; the best was taken.")
    heywood = [answers.items.names[j] for j in np.flatnonzero(solved.extraction.uniquenesses <= 0.005)]
    if heywood:
        remarks.append(
            f"{', '.join(heywood)} is explained completely (Heywood case): do not rely on the numbers."
        )
    whole = np.abs(solved.solution.factors_on_general) > 0.995
    if m > 2 and whole.any():
        remarks.append("A group factor is the general factor itself: do not rely on the hierarchical omega.")
    negative = [answers.items.names[j] for j in np.flatnonzero(solved.solution.general < 0)]
    if negative:
        remarks.append(f"{', '.join(negative)} loads negatively on the general factor: check its reversal.")
    return tuple(remarks)

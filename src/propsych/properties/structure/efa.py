"""Exploratory factor analysis of the items of one scale."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from propsych.data.arguments import require_choice, require_count, require_level
from propsych.errors import AnalysisError, EstimationWarning, message
from propsych.kernels.covariance import correlation_from_covariance, pearson
from propsych.kernels.cross_products import cross_products
from propsych.kernels.efa import LEAST_UNIQUENESS, Extraction
from propsych.kernels.extraction import EXTRACTIONS, best_extraction
from propsych.kernels.factor_bootstrap import Replicates, resampled_correlations, rotated_replicates
from propsych.kernels.factor_fit import factor_df, factor_fit
from propsych.kernels.polychoric import polychoric
from propsych.kernels.resampling import percentile_interval
from propsych.properties.structure.correlations import (
    Correlation,
    ItemCorrelations,
    Missing,
    correlations_of,
    ordered_positions,
)
from propsych.properties.structure.exploratory import EFA
from propsych.properties.structure.rotating import ROTATIONS, Rotated, rotated

__all__ = ["efa"]

Method = Literal["minres", "ml", "pa"]
Floats = NDArray[np.float64]


def efa(
    data: Any,
    n_factors: int,
    *,
    method: Method = "minres",
    rotation: str = "oblimin",
    correlation: Correlation = "pearson",
    n_starts: int = 10,
    seed: int = 1,
    missing: Missing = "listwise",
    categories: Iterable[Any] | None = None,
    level: float = 0.95,
    n_boot: int = 0,
    n_persons: int | None = None,
    target: ArrayLike | None = None,
    kaiser: bool | None = None,
    gamma: float = 0.0,
    delta: float = 0.01,
) -> EFA:
    """Find factors behind the items' correlations, and rotate them to simple structure.

    Parameters
    ----------
    data : ItemData, data frame or array
        Answers to the items of one scale; or, with `n_persons`, their correlations.
    n_factors : int
        See :func:`propsych.number_of_factors`.
    method : {"minres", "ml", "pa"}
        Minimum residuals; maximum likelihood, which presumes normal items and needs positive definite
        correlations; principal axis, to convergence, which leaves a communality beyond 1 as it is.
    rotation : str
        Orthogonal: none, varimax, quartimax, equamax, geominT, bentlerT, bifactor, entropy, infomaxT,
        targetT. Oblique: oblimin, quartimin, promax, geominQ, bentlerQ, biquartimin, infomaxQ, targetQ.
        Promax (power 4) is psych's with Kaiser normalisation, and R's stats::promax without.
    correlation : {"pearson", "polychoric"}
    n_starts : int
        Starts of the rotation: the unrotated solution, and random ones. Extraction has nine of its own.
    seed : int
        Of random starts and of the bootstrap.
    missing : {"listwise", "pairwise"}
        Persons with every answer, or for each pair of items those with both; then the fit counts the fewest
        persons of any pair.
    categories : iterable, optional
        Declared categories of a bare frame or array.
    level : float
        Of the bootstrap's intervals.
    n_boot : int
        Bootstrap samples of persons, for percentile intervals of loadings and factor correlations.
    n_persons : int, optional
        Persons behind correlations that are given as `data`.
    target : array_like of shape (k, n_factors), optional
        Of targetT and targetQ; NaN where nothing is asked.
    kaiser : bool, optional
        Rotate the loadings of items scaled to communality 1. Default as the field does: True for varimax and
        promax, else False.
    gamma, delta : float
        Of oblimin (0 is quartimin) and of geomin.

    Returns
    -------
    EFA

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than three items, more factors than the correlations identify, no more
        persons than items, an item that nobody answered or that does not vary, a polychoric correlation that
        the answers do not identify, maximum likelihood of correlations that are not positive definite, or
        impossible arguments.

    Warns
    -----
    propsych.errors.EstimationWarning
        For a Heywood case, an extraction or a rotation that does not converge.

    Notes
    -----
    :mod:`propsych.kernels.efa`, :mod:`propsych.kernels.rotation`. The chi-square has Bartlett's factor and
    presumes normal items: with polychoric correlations it and RMSEA are only descriptive. Do not trust
    loadings from fewer than about 100 persons, factors of fewer than three items, or a solution with a
    Heywood case (MacCallum et al. 1999, doi:10.1037/1082-989X.4.1.84). A rotation is one of many that fit
    equally well.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> factors = rng.normal(size=(400, 2)) @ np.kron(np.eye(2), np.full((1, 4), 1.5))
    >>> answers = np.digitize(factors + rng.normal(size=(400, 8)), [-1, 0, 1])
    >>> found = efa(answers, 2, categories=range(4))
    >>> bool((found.loadings.max(axis=1) > 0.7).all()), round(found.fit.rmsea, 2)
    (True, 0.0)
    """
    require_choice("method", method, tuple(EXTRACTIONS))
    require_choice("rotation", rotation, ROTATIONS)
    level = require_level(level)
    n_boot = require_count("n_boot", n_boot, 0)
    m = require_count("n_factors", n_factors)
    found = correlations_of(
        data,
        "factor analysis",
        correlation=correlation,
        missing=missing,
        categories=categories,
        n_persons=n_persons,
    )
    _require_identified(found, m, method)
    if n_boot and found.items is None:
        what, remedy = "correlations cannot be bootstrapped", "give the answers, or leave out n_boot"
        raise AnalysisError(message(what, where=found.name, remedy=remedy))
    extraction = best_extraction(found.R, m, method, require_count("seed", seed, 0))
    turned = rotated(
        extraction.loadings,
        rotation,
        target=target,
        kaiser=kaiser,
        n_starts=n_starts,
        seed=seed,
        gamma=gamma,
        delta=delta,
    )
    result = _labelled(found, extraction, turned, method, rotation, level)
    _warn(result)
    return _with_intervals(result, found, extraction, turned, n_boot, seed) if n_boot else result


def _require_identified(found: ItemCorrelations, m: int, method: str) -> None:
    k = len(found.R)
    if m >= k or factor_df(k, m) < 0:
        most = max(m for m in range(k) if factor_df(k, m) >= 0)
        what = f"{k} items do not identify so many factors"
        remedy = f"use at most {most}" if most else "add items"
        raise AnalysisError(message(what, where=found.name, got=str(m), remedy=remedy))
    if method == "ml" and not found.definite:
        what = "maximum likelihood needs positive definite correlations"
        remedy = 'use method="minres", listwise deletion, or leave out items that repeat others'
        raise AnalysisError(message(what, where=found.name, remedy=remedy))


def _labelled(
    found: ItemCorrelations, extraction: Extraction, turned: Rotated, method: str, rotation: str, level: float
) -> EFA:
    items = pd.Index(found.names, name="item")
    factors = pd.Index([f"F{f + 1}" for f in range(extraction.loadings.shape[1])], name="factor")
    L, phi = turned.rotation.loadings, turned.rotation.phi
    limit = LEAST_UNIQUENESS if method != "pa" else 0.0
    heywood = tuple(found.names[j] for j in np.flatnonzero(extraction.uniquenesses <= limit))
    few = [str(f) for f, n in zip(factors, _markers(L), strict=True) if n < 3]
    remarks = list(found.remarks)
    if few:
        remarks.append(
            f"Fewer than three items belong mostly to {', '.join(few)}: such a factor seldom returns."
        )
    if found.correlation == "polychoric":
        remarks.append(
            "Of polychoric correlations chi-square, RMSEA, TLI and BIC are only descriptive: test the model"
            " with WLSMV."
        )
    return EFA(
        name=found.name,
        loadings=pd.DataFrame(L, index=items, columns=factors),
        factor_correlations=pd.DataFrame(phi, index=factors, columns=factors),
        method=method,
        rotation=rotation,
        correlation=found.correlation,
        correlations=pd.DataFrame(found.R, index=items, columns=items),
        unrotated=pd.DataFrame(extraction.loadings, index=items, columns=factors),
        fit=factor_fit(found.R, L, found.n, 0.90, phi),
        heywood=heywood,
        optima=pd.DataFrame(list(turned.rotation.optima), columns=["criterion", "n_starts"]),
        converged=bool(extraction.converged),
        rotation_converged=bool(turned.rotation.converged),
        sample=found.sample,
        n=found.n,
        level=level,
        moments=_moments(found, items),
        remarks=tuple(remarks),
    )


def _markers(L: Floats) -> NDArray[np.int64]:
    """Return how many items load most on each factor."""
    return np.bincount(np.abs(L).argmax(axis=1), minlength=L.shape[1])


def _moments(found: ItemCorrelations, index: pd.Index[Any]) -> pd.DataFrame | None:
    if found.moments is None:
        return None
    return pd.DataFrame({"mean": found.moments[0], "sd": found.moments[1]}, index=index)


def _warn(result: EFA) -> None:
    if result.heywood:
        what = f"the uniqueness of {', '.join(result.heywood)} is next to nothing (Heywood case)"
        remedy = "use fewer factors, leave the item out, or collect more answers"
        text = message(what, where=result.name, consequence="do not rely on the loadings", remedy=remedy)
        warnings.warn(text, EstimationWarning, stacklevel=3)
    for ended, step in ((result.converged, "extraction"), (result.rotation_converged, "rotation")):
        if not ended:
            text = message(f"the {step} did not converge", where=result.name, remedy="use fewer factors")
            warnings.warn(text, EstimationWarning, stacklevel=3)


def _with_intervals(
    result: EFA, found: ItemCorrelations, extraction: Extraction, turned: Rotated, n_boot: int, seed: int
) -> EFA:
    """Return the result with percentile intervals of loadings and factor correlations."""
    replicates = _replicates(result, found, extraction, turned, n_boot, seed)
    good = int(np.isfinite(replicates.loadings).all(axis=(1, 2)).sum())
    loadings = percentile_interval(replicates.loadings, result.level)
    phi = percentile_interval(replicates.phi, result.level)
    like, between = result.loadings, result.factor_correlations
    remark = (
        f"Intervals of loadings from {good} of {n_boot} bootstrap samples (percentile, {result.level:g})."
    )
    return replace(
        result,
        lower=pd.DataFrame(loadings.lower, index=like.index, columns=like.columns),
        upper=pd.DataFrame(loadings.upper, index=like.index, columns=like.columns),
        phi_lower=pd.DataFrame(phi.lower, index=between.index, columns=between.columns),
        phi_upper=pd.DataFrame(phi.upper, index=between.index, columns=between.columns),
        remarks=(*result.remarks, remark),
    )


def _complete_pearson(scores: NDArray[Any]) -> Floats:
    return np.asarray(correlation_from_covariance(cross_products(scores).covariance))


def _replicates(
    result: EFA, found: ItemCorrelations, extraction: Extraction, turned: Rotated, n_boot: int, seed: int
) -> Replicates:
    items = found.items
    if items is None:
        raise AnalysisError(message("there are no answers to draw from", where=result.name))
    answered = items.positions >= 0
    used = answered.all(axis=1) if found.missing == "listwise" else answered.any(axis=1)
    if found.correlation == "pearson" and answered[used].all():
        R = resampled_correlations(items.complete_scores(), n_boot, seed, _complete_pearson)
    elif found.correlation == "pearson":
        R = resampled_correlations(items.values[used], n_boot, seed, lambda x: pearson(x, "pairwise").matrix)
    else:
        n_categories = max(len(scores) for scores in items.scores)
        positions = ordered_positions(items, items.positions[used])
        R = resampled_correlations(positions, n_boot, seed, lambda x: polychoric(x, n_categories).R)
    return rotated_replicates(
        R,
        EXTRACTIONS[result.method],
        extraction.loadings,
        extraction.uniquenesses,
        turned.rotation.loadings,
        turned.rotation.transformation,
        turned.settings,
    )

"""Composite reliability of each factor of a fitted model, of the observed sum or of latent responses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.data.arguments import require_level
from propsych.errors import AnalysisError, message
from propsych.kernels.sum_reliability import (
    CategoricalOmega,
    Coefficient,
    SumParts,
    omega_by_implied,
    omega_by_observed,
    parts_influence,
    variance_extracted,
    without_each,
)
from propsych.properties.internal_consistency.coefficients import (
    ScaleCoefficients,
    left_out_estimate,
    why_impossible,
)
from propsych.properties.internal_consistency.doubts import FEW_ITEMS, one_dimension, one_dimension_of
from propsych.result import Estimate, FactorFit

__all__ = ["composite_reliability"]

OBSERVED: dict[str, Coefficient] = {
    "composite_reliability": omega_by_observed,
    "composite_reliability_implied": omega_by_implied,
    "average_variance_extracted": variance_extracted,
}


def composite_reliability(fit: FactorFit, *, level: float = 0.95) -> ScaleCoefficients:
    """Return the reliability of the unit-weighted sum of each factor's items.

    Parameters
    ----------
    fit : FactorFit
        For instance from :func:`propsych.properties.structure.congeneric_fit`.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    ScaleCoefficients
        For observed scores and each factor f: ``composite_reliability:f`` (variance of the sum as
        observed in the denominator), ``composite_reliability_implied:f`` (as the model implies) and
        ``average_variance_extracted:f``. For ordered items: ``categorical_omega:f`` (of the observed sum
        score) and ``latent_response_reliability:f`` (of latent responses, never judged against .70).

    Raises
    ------
    propsych.errors.AnalysisError
        If the fit did not converge, or items load on several factors, where a sum has no single factor.

    Notes
    -----
    Raykov (1997), doi:10.1177/01466216970212006; with cross-loadings it is not defined here. Average variance
    extracted: Fornell & Larcker (1981), doi:10.1177/002224378101800104. Ordered items: Green & Yang (2009),
    doi:10.1007/s11336-008-9099-3, with polychoric correlations in the denominator. Intervals by the
    delta method from what each person adds to the parameters, which presumes no distribution. Where the
    two denominators differ much, the model does not fit. Do not trust it in a Heywood case, where one factor
    does not describe a factor's own items (the notes say so), or from few persons.

    Examples
    --------
    >>> from propsych.properties.structure import congeneric_fit
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> fit = congeneric_fit(np.digitize(answers, [-1, 0, 1]), categories=range(4))
    >>> 0.6 < composite_reliability(fit).value("composite_reliability:factor") < 0.9
    True
    """
    level = require_level(level)
    if not isinstance(fit, FactorFit):
        remedy = "fit a model first, for instance with congeneric_fit"
        raise AnalysisError(message("this is no fitted model", got=type(fit).__name__, remedy=remedy))
    if not fit.converged:
        raise AnalysisError(message("the model did not converge", where=fit.name, remedy="fit another model"))
    free = fit.loadings.to_numpy() != 0.0
    crossed = [str(fit.loadings.index[int(i)]) for i in np.flatnonzero(free.sum(axis=1) > 1)]
    if crossed:
        what = f"{', '.join(crossed)} loads on several factors"
        consequence = "the sum of a factor's items has no single factor behind it"
        remedy = "fit a model in which each item belongs to one factor"
        raise AnalysisError(message(what, where=fit.name, consequence=consequence, remedy=remedy))
    latent = fit.scale == "latent responses"
    estimates: dict[str, Estimate] = {}
    dimensions: list[str] = []
    for f, factor in enumerate(fit.loadings.columns):
        own = free[:, f]
        dimensions += _dimension(fit, own, str(factor), level)
        parts = _parts(fit, own, f)
        kinds = _ordered_kinds(fit, own) if latent else OBSERVED
        for name, coefficient in kinds.items():
            value = float(coefficient(parts))
            if "parameters" not in fit.influence:
                why = "no interval: the fit does not say what each person adds"
                possible = value <= 1.0 + 1e-9
                given = (
                    Estimate(value, method=why) if possible else Estimate(None, method=why_impossible(value))
                )
                estimates[f"{name}:{factor}"] = given
                continue
            influence = parts_influence(fit.influence, own, np.flatnonzero(np.nonzero(free)[1] == f))
            without = without_each(parts, coefficient, influence)
            how = f"{fit.estimator}, {fit.scale}"
            estimates[f"{name}:{factor}"] = left_out_estimate(value, without, level, how)
    about = [*dimensions, *fit.remarks]
    if latent:
        about.insert(0, "Latent-response reliability is not about the score: do not judge it against .70.")
    few = [str(factor) for f, factor in enumerate(fit.loadings.columns) if free[:, f].sum() <= FEW_ITEMS]
    if few:
        about.append(f"{', '.join(few)}: with three items or fewer every reliability is unsure.")
    return ScaleCoefficients("Composite reliability", fit.name, estimates, fit.sample, tuple(about))


def _dimension(fit: FactorFit, own: NDArray[np.bool_], factor: str, level: float) -> list[str]:
    """Return a sentence on whether one factor describes this factor's items, if the fit can tell."""
    subject = f"the items of {factor}"
    if "deviations" in fit.influence:
        return [one_dimension(fit.influence["deviations"][:, own], level, subject=subject).sentence]
    if "correlations" in fit.influence:
        first, second = np.triu_indices(len(own), 1)
        added = fit.influence["correlations"][:, own[first] & own[second]]
        R = fit.observed.to_numpy()[np.ix_(own, own)]
        return [one_dimension_of(R, added, level, subject=subject).sentence]
    return []


def _parts(fit: FactorFit, own: NDArray[np.bool_], f: int) -> SumParts:
    thresholds = np.empty((int(own.sum()), 0))
    if fit.thresholds is not None:
        thresholds = np.stack(list(fit.thresholds.values()))[own]
    return SumParts(
        fit.loadings.to_numpy(copy=True)[own, f],
        np.diag(fit.residuals.to_numpy())[own].copy(),
        fit.observed.to_numpy(copy=True)[np.ix_(own, own)],
        thresholds,
    )


def _ordered_kinds(fit: FactorFit, own: NDArray[np.bool_]) -> dict[str, Coefficient]:
    given = list((fit.scores or {}).values())
    width = max((len(scores) for scores in given), default=0)
    # the last score is repeated where an item has fewer categories: no threshold leads to it
    padded = [[*scores, *[scores[-1]] * (width - len(scores))] for scores in given]
    scores = np.asarray(padded, dtype=float)[own]
    return {
        "categorical_omega": CategoricalOmega(scores),
        "latent_response_reliability": omega_by_observed,
    }

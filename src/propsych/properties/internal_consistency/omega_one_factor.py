"""Omegas of a one-factor fit: of observed scores, and of ordered answers on the sum-score scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_level
from propsych.errors import AnalysisError, message
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.cfa import CfaFit, pattern_of
from propsych.kernels.factor_model import FactorModel, observed_model, ordered_model
from propsych.kernels.sum_reliability import (
    CategoricalOmega,
    Coefficient,
    SumParts,
    omega_by_implied,
    omega_by_observed,
    parts_influence,
    without_each,
)
from propsych.properties.internal_consistency.coefficients import ScaleCoefficients, left_out_estimate
from propsych.properties.internal_consistency.doubts import OneDimension, one_dimension, one_dimension_of
from propsych.properties.internal_consistency.gate import (
    ScaleAnswers,
    require_identified,
    require_room_for_a_model,
    scale_answers,
    shared_remarks,
    sparse_remark,
)
from propsych.result import Estimate

__all__ = ["omega_categorical", "omega_unidimensional"]


def omega_unidimensional(
    data: Any, *, level: float = 0.95, categories: Iterable[Any] | None = None
) -> ScaleCoefficients:
    """Return omega of the sum of one scale's items from a one-factor maximum likelihood fit.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    level : float, default 0.95
        Confidence level.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``omega_unidimensional``: the factor's share of the variance that the model implies for the sum (as in
        MBESS); ``omega_unidimensional_observed``: of the observed variance (as in semTools). Tables:
        ``"if_dropped"`` (from four items on), ``"loadings"``, and ``"dimension"``: whether one factor
        describes the items.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than three items, no more complete persons than items, an item without
        variance, items that follow from one another, or a fit that does not converge.

    Notes
    -----
    McDonald (1999), Test Theory, equation 6.20b. The interval is a delta method that presumes no
    distribution, on the scale of log(1 - omega), and that the model holds. Do not trust it where one factor
    does not describe the items (the notes say so), in a Heywood case, or from few persons.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = np.digitize(rng.normal(size=(300, 1)) + rng.normal(size=(300, 5)), [-1, 0, 1])
    >>> found = omega_unidimensional(scores, categories=range(4))
    >>> 0.7 < found.value("omega_unidimensional") < 0.9
    True
    """
    level = require_level(level)
    answers = _answers(data, categories, "omega")
    model = _fit(answers, _observed)
    kinds: dict[str, Coefficient] = {
        "omega_unidimensional": omega_by_implied,
        "omega_unidimensional_observed": omega_by_observed,
    }
    estimates = _estimates(model, kinds, level)
    dropped = _if_dropped(answers, _observed, lambda parts, _: float(omega_by_implied(parts)))
    return _result("Omega of one factor", answers, model, estimates, dropped, level)


def omega_categorical(
    data: Any, *, level: float = 0.95, categories: Iterable[Any] | None = None
) -> ScaleCoefficients:
    """Return omega of the observed sum score of ordered items, from a one-factor fit of latent responses.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    level : float, default 0.95
        Confidence level.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``omega_categorical``. Tables: ``"if_dropped"`` (from four items on), standardised ``"loadings"`` of
        latent responses, and ``"dimension"``: whether one factor describes them.

    Raises
    ------
    propsych.errors.AnalysisError
        As :func:`omega_unidimensional`, and for a polychoric correlation that its table does not identify.

    Notes
    -----
    Green & Yang (2009), doi:10.1007/s11336-008-9099-3, with the polychoric correlations in the
    denominator; the model is fitted by diagonally weighted least squares (WLSMV's point estimates). The
    interval is a delta method over thresholds, correlations and loadings, on the scale of log(1 -
    omega). Unlike ordinal alpha it is about the score that is used, so it may be judged as other
    reliabilities are. Do not trust it where one factor does not describe the latent responses (the notes say
    so), where many pairs of answers were given by nobody, or from few persons.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = np.digitize(rng.normal(size=(300, 1)) + rng.normal(size=(300, 5)), [0, 1, 1.5])
    >>> 0.6 < omega_categorical(scores, categories=range(4)).value("omega_categorical") < 0.9
    True
    """
    level = require_level(level)
    answers = _answers(data, categories, "categorical omega")
    model = _fit(answers, _ordered)
    scores = answers.category_scores()
    estimates = _estimates(model, {"omega_categorical": CategoricalOmega(scores)}, level)
    dropped = _if_dropped(answers, _ordered, lambda parts, kept: float(CategoricalOmega(scores[kept])(parts)))
    return _result("Categorical omega of one factor", answers, model, estimates, dropped, level)


def _answers(data: Any, categories: Iterable[Any] | None, what: str) -> ScaleAnswers:
    answers = scale_answers(data, categories, least_items=3, what=what)
    require_room_for_a_model(answers, what)
    return answers


Fit = Callable[[ScaleAnswers, NDArray[np.bool_]], FactorModel]


def _observed(answers: ScaleAnswers, kept: NDArray[np.bool_]) -> FactorModel:
    return observed_model(answers.values[:, kept], pattern_of(np.ones((int(kept.sum()), 1), dtype=bool)))


def _ordered(answers: ScaleAnswers, kept: NDArray[np.bool_]) -> FactorModel:
    pattern = pattern_of(np.ones((int(kept.sum()), 1), dtype=bool))
    return ordered_model(answers.positions()[:, kept], answers.n_categories, pattern)


def _fit(answers: ScaleAnswers, fit: Fit) -> FactorModel:
    model = fit(answers, np.ones(answers.items.n_items, dtype=bool))
    if model.polychoric is not None:
        require_identified(model.polychoric, answers.items)
    if not model.fit.converged:
        what, remedy = "the one-factor fit did not converge", "check the declared items and reversals"
        raise AnalysisError(message(what, where=answers.items.name, remedy=remedy))
    return model


def _parts(model: FactorModel) -> SumParts:
    k = len(model.observed)
    thresholds = np.empty((k, 0)) if model.polychoric is None else model.polychoric.thresholds
    return SumParts(
        model.fit.loadings[:, 0].copy(), model.fit.theta.copy(), model.observed.copy(), thresholds
    )


def _estimates(model: FactorModel, kinds: dict[str, Coefficient], level: float) -> dict[str, Estimate]:
    k, parts = len(model.observed), _parts(model)
    influence = parts_influence(model.influence, np.ones(k, dtype=bool), np.arange(k))
    method = "one factor, ML" if model.polychoric is None else "one factor, WLSMV, observed sum score"
    return {
        name: left_out_estimate(
            float(coefficient(parts)), without_each(parts, coefficient, influence), level, method
        )
        for name, coefficient in kinds.items()
    }


def _if_dropped(
    answers: ScaleAnswers, fit: Fit, coefficient: Callable[[SumParts, NDArray[np.bool_]], float]
) -> NDArray[np.float64]:
    k = answers.items.n_items
    values = np.full(k, np.nan)
    if k < 4:
        # two items do not determine a factor
        return values
    for item in range(k):
        kept = np.arange(k) != item
        model = fit(answers, kept)
        if model.fit.converged:
            values[item] = coefficient(_parts(model), kept)
    return values


def _result(
    heading: str,
    answers: ScaleAnswers,
    model: FactorModel,
    estimates: dict[str, Estimate],
    dropped: NDArray[np.float64],
    level: float,
) -> ScaleCoefficients:
    index = pd.Index(answers.items.names, name="item")
    name = next(iter(estimates))
    dimension = _dimension(answers, model, level)
    tables = {
        "if_dropped": pd.DataFrame({name: dropped}, index=index),
        "loadings": pd.DataFrame(
            {"loading": model.fit.loadings[:, 0], "residual_variance": model.fit.theta}, index=index
        ),
        "dimension": dimension.to_frame(),
    }
    about = (
        dimension.sentence,
        *_fit_remarks(model.fit, answers),
        *shared_remarks(answers, dimension=False),
        *(() if model.polychoric is None else sparse_remark(model.polychoric)),
    )
    return ScaleCoefficients(heading, answers.items.name, estimates, answers.sample, about, tables)


def _dimension(answers: ScaleAnswers, model: FactorModel, level: float) -> OneDimension:
    if model.polychoric is None:
        return one_dimension(answers.values, level, any_size=True)
    influence = model.influence["correlations"]
    return one_dimension_of(model.observed, influence, level, subject="the latent responses")


def _fit_remarks(fit: CfaFit, answers: ScaleAnswers) -> Iterator[str]:
    names = answers.items.names
    heywood = [names[j] for j in np.flatnonzero(fit.theta <= 0)]
    if heywood:
        yield f"The residual variance of {', '.join(heywood)} is not positive: do not rely on it."
    _, rest = item_total_from_covariance(answers.C)
    # those with a negative item-rest correlation are named anyway
    turned = [names[j] for j in np.flatnonzero((fit.loadings[:, 0] < 0) & ~(rest < 0))]
    if turned:
        yield (
            f"{', '.join(turned)} loads negatively on the factor: declare reverse = true if it is worded the"
            " other way round; if not, the items do not measure one thing."
        )

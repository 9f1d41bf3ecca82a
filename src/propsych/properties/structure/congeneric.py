"""Factor models in which each item belongs to declared factors."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData
from propsych.data.arguments import require_choice
from propsych.data.frames import as_item_data
from propsych.data.scale_answers import (
    refuse_constant,
    require_items,
    require_more_persons_than_items,
    require_reflective,
)
from propsych.errors import AnalysisError, EstimationWarning, message
from propsych.kernels.cfa import CfaFit, Pattern, pattern_of
from propsych.kernels.covariance import complete_rows
from propsych.kernels.factor_model import FactorModel, observed_model, ordered_model, unidentified_pairs
from propsych.result import FactorFit, Sample

__all__ = ["congeneric_fit"]

Estimator = Literal["ML", "WLSMV"]
FEW_PERSONS = 100


def congeneric_fit(
    data: Any,
    factors: Mapping[str, Sequence[str]] | None = None,
    *,
    estimator: Estimator = "ML",
    categories: Iterable[Any] | None = None,
) -> FactorFit:
    """Fit correlated factors, each measured by declared items.

    Parameters
    ----------
    data : ItemData, data frame or array
        Answers to the items, reversed as declared.
    factors : mapping of str to sequence of str, optional
        Factor -> its items; default one factor of all items.
    estimator : {"ML", "WLSMV"}
        Normal-theory maximum likelihood of the covariances; or, for ordered categories, diagonally weighted
        least squares of the polychoric correlations.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    FactorFit
        Persons with every answer are used.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, an unknown item, a factor of fewer than two items (three if there is only one
        factor), more parameters than correlations, no more complete persons than items, an item that nobody
        answered or that does not vary, items that follow from one another, or a model that does not
        converge.

    Warns
    -----
    propsych.errors.EstimationWarning
        For a negative residual variance (Heywood case).

    Notes
    -----
    Maximum likelihood: Joreskog (1969), doi:10.1007/BF02289343; WLSMV's point estimates: Muthen (1984),
    doi:10.1007/BF02294210, with a diagonal weight; what each person adds: Satorra & Bentler (1994). Do not
    trust it from fewer than about 100 persons, with few answers in a category, or with a residual variance
    that is not positive.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> fit = congeneric_fit(np.digitize(answers, [-1, 0, 1]), categories=range(4))
    >>> fit.converged, fit.df
    (True, 2)
    """
    require_choice("estimator", estimator, ("ML", "WLSMV"))
    items = as_item_data(data, categories=categories, name="scale")
    require_reflective(items, "a factor model")
    require_items(items, "a factor model", 3)
    chosen = {"factor": items.names} if factors is None else _named(factors)
    pattern = _pattern(items, chosen)
    complete = complete_rows(items.values)
    values = items.values[complete]
    require_more_persons_than_items(items, "a factor model", len(values))
    refuse_constant(items, np.flatnonzero(np.ptp(values, axis=0) == 0).tolist())
    if estimator == "ML":
        return _ml(items, complete, pattern, tuple(chosen))
    return _wlsmv(items, complete, pattern, tuple(chosen))


def _named(factors: Any) -> dict[str, tuple[str, ...]]:
    """Return factor -> names of its items, whatever mapping was given."""
    if not isinstance(factors, Mapping) or not factors:
        remedy = 'write {"mood": ["m1", "m2", "m3"]}'
        raise AnalysisError(message("factors are a mapping of names to items", remedy=remedy))
    for factor, members in factors.items():
        if isinstance(members, str) or not isinstance(members, Iterable):
            remedy = "give a list of items"
            raise AnalysisError(message(f"factor {factor} has no list of items", remedy=remedy))
    return {str(factor): tuple(str(item) for item in members) for factor, members in factors.items()}


def _pattern(items: ItemData, factors: Mapping[str, Sequence[str]]) -> Pattern:
    free = np.zeros((items.n_items, len(factors)), dtype=bool)
    for f, (factor, members) in enumerate(factors.items()):
        least = 3 if len(factors) == 1 else 2
        unknown = [item for item in members if item not in items.names]
        if unknown:
            what, remedy = f"factor {factor} names an unknown item", f"use {', '.join(items.names)}"
            raise AnalysisError(message(what, got=repr(unknown[0]), remedy=remedy))
        if len(set(members)) < least:
            what = f"factor {factor} needs at least {least} items"
            raise AnalysisError(message(what, got=str(len(set(members))), remedy="add items"))
        free[[items.names.index(item) for item in members], f] = True
    unused = [items.names[j] for j in np.flatnonzero(~free.any(axis=1))]
    if unused:
        remedy = "leave it out of the data, or name it under a factor"
        raise AnalysisError(message("the item belongs to no factor", where=unused[0], remedy=remedy))
    pattern = pattern_of(free)
    k, spent = items.n_items, int(free.sum()) + len(pattern.phi_rows)
    if spent > k * (k - 1) // 2:
        what = "the model has more parameters than the items have correlations"
        got, remedy = f"{spent} and {k * (k - 1) // 2}", "use fewer factors or fewer cross-loadings"
        raise AnalysisError(message(what, where=items.name, got=got, remedy=remedy))
    return pattern


def _ml(
    items: ItemData, complete: NDArray[np.bool_], pattern: Pattern, factors: tuple[str, ...]
) -> FactorFit:
    values = items.values[complete]
    if np.linalg.eigvalsh(np.corrcoef(values.T))[0] <= 1e-10:
        what = "the items' covariances are singular: one item follows from the others"
        raise AnalysisError(message(what, where=items.name, remedy="leave out items that repeat others"))
    return _labelled(items, observed_model(values, pattern), factors, len(values))


def _wlsmv(
    items: ItemData, complete: NDArray[np.bool_], pattern: Pattern, factors: tuple[str, ...]
) -> FactorFit:
    positions = items.positions[complete].astype(np.int64)
    # in the order of the scores, so that a reversed item's latent response is reversed too
    ranks = [np.argsort(np.argsort(scores)) for scores in items.scores]
    ordered = np.stack([rank[column] for rank, column in zip(ranks, positions.T, strict=True)], axis=1)
    model = ordered_model(ordered, max(len(scores) for scores in items.scores), pattern)
    lost = unidentified_pairs(model.polychoric) if model.polychoric is not None else []
    if lost:
        what = "the polychoric correlation is not identified by the answers"
        where = f"{items.names[lost[0][0]]} and {items.names[lost[0][1]]}"
        raise AnalysisError(message(what, where=where, remedy="leave one of the two items out"))
    return _labelled(items, model, factors, len(positions))


def _labelled(items: ItemData, model: FactorModel, factors: tuple[str, ...], n: int) -> FactorFit:
    fit, found = model.fit, model.polychoric
    n_empty = 0 if found is None else int(found.n_empty.sum())
    thresholds = None if found is None else dict(zip(items.names, found.thresholds, strict=True))
    if not fit.converged:
        what = "the factor model did not converge"
        remedy = "check the declared factors and reversals, or use fewer factors"
        raise AnalysisError(message(what, where=items.name, got=f"{fit.n_iter} steps", remedy=remedy))
    names, columns = pd.Index(items.names, name="item"), pd.Index(factors, name="factor")
    remarks = tuple(_remarks(items, fit, n, n_empty))
    heywood = [items.names[j] for j in np.flatnonzero(fit.theta <= 0)]
    if heywood:
        warnings.warn(_heywood(heywood, items.name), EstimationWarning, stacklevel=4)
    ordered = thresholds is not None
    scores = {name: tuple(sorted(s)) for name, s in zip(items.names, items.scores, strict=True)}
    return FactorFit(
        name=items.name,
        loadings=pd.DataFrame(fit.loadings, index=names, columns=columns),
        factor_correlations=pd.DataFrame(fit.phi, index=columns, columns=columns),
        residuals=pd.DataFrame(np.diag(fit.theta), index=names, columns=names),
        observed=pd.DataFrame(model.observed, index=names, columns=names),
        estimator="WLSMV" if ordered else "ML",
        scale="latent responses" if ordered else "observed",
        thresholds=thresholds,
        scores=scores if ordered else None,
        objective=fit.fit,
        df=fit.df,
        converged=fit.converged,
        n_iter=fit.n_iter,
        sample=Sample(items.n_asked_any, n, "listwise", items.source),
        influence=model.influence,
        remarks=remarks,
    )


def _heywood(names: list[str], where: str) -> str:
    return message(
        f"the residual variance of {', '.join(names)} is not positive (Heywood case)",
        where=where,
        consequence="coefficients from this fit cannot be trusted",
        remedy="use fewer factors, leave the item out, or collect more answers",
    )


def _remarks(items: ItemData, fit: CfaFit, n: int, n_empty: int) -> Iterator[str]:
    if n < FEW_PERSONS:
        yield f"Do not rely on it: {n} persons are few for a factor model."
    negative = [items.names[i] for i in np.flatnonzero((fit.loadings < 0).any(axis=1))]
    if negative:
        yield (
            f"{', '.join(negative)} loads negatively: declare reverse = true if it is worded the other way"
            " round; if not, find who coded it wrongly."
        )
    if (np.abs(fit.phi[np.tril_indices(len(fit.phi), -1)]) >= 1.0).any():
        yield "Two factors correlate 1 or more: they are one, or the model is wrong. Do not rely on it."
    if n_empty:
        yield f"{n_empty} combinations of two answers were chosen by nobody, which makes correlations unsure."
    heywood = [items.names[j] for j in np.flatnonzero(fit.theta <= 0)]
    if heywood:
        yield _heywood(heywood, items.name)

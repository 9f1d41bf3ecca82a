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
        For an unknown item, a factor of fewer than two items (three if there is only one factor), too few
        persons, an item without variance, or a model that does not converge.

    Warns
    -----
    propsych.errors.EstimationWarning
        For a negative residual variance (Heywood case).

    Notes
    -----
    :mod:`propsych.kernels.cfa`. Do not trust it from fewer than about 100 persons, or with few answers in a
    category.

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
    chosen = {"factor": items.names} if factors is None else {str(f): tuple(i) for f, i in factors.items()}
    pattern = _pattern(items, chosen)
    complete = complete_rows(items.values)
    _require_estimable(items, complete, len(pattern.loadings.nonzero()[0]))
    if estimator == "ML":
        return _ml(items, complete, pattern, tuple(chosen))
    return _wlsmv(items, complete, pattern, tuple(chosen))


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
    return pattern_of(free)


def _require_estimable(items: ItemData, complete: NDArray[np.bool_], n_loadings: int) -> None:
    n = int(complete.sum())
    if n <= items.n_items:
        what = "a factor model needs more persons with every answer than items"
        got = f"{n} persons and {items.n_items} items"
        raise AnalysisError(message(what, where=items.name, got=got, remedy="collect more answers"))
    values = items.values[complete]
    constant = [items.names[j] for j in np.flatnonzero(values.min(axis=0) == values.max(axis=0))]
    if constant:
        what = f"everybody gave the same answer to {', '.join(constant)}"
        raise AnalysisError(message(what, where=items.name, remedy="leave the item out of this analysis"))


def _ml(
    items: ItemData, complete: NDArray[np.bool_], pattern: Pattern, factors: tuple[str, ...]
) -> FactorFit:
    values = items.values[complete]
    S = np.cov(values.T, ddof=0)
    if np.linalg.eigvalsh(S)[0] <= 1e-10 * float(np.trace(S)):
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
    if n_empty:
        yield f"{n_empty} combinations of two answers were chosen by nobody, which makes correlations unsure."
    heywood = [items.names[j] for j in np.flatnonzero(fit.theta <= 0)]
    if heywood:
        yield _heywood(heywood, items.name)

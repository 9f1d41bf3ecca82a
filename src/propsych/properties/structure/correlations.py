"""The correlations that exploratory analyses start from, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData
from propsych.data.arguments import require_choice, require_count
from propsych.data.scale_answers import (
    one_scale,
    refuse_constant,
    require_items,
    require_more_persons_than_items,
)
from propsych.errors import AnalysisError, message
from propsych.kernels.covariance import correlation_from_covariance, pearson
from propsych.kernels.cross_products import cross_products
from propsych.kernels.factor_model import unidentified_pairs
from propsych.kernels.polychoric import polychoric
from propsych.result import Sample

__all__ = ["Correlation", "ItemCorrelations", "Missing", "correlations_of", "ordered_positions"]

Correlation = Literal["pearson", "polychoric"]
Missing = Literal["listwise", "pairwise"]
Floats = NDArray[np.float64]

FEW_PERSONS = 100
DEFINITE = 1e-10
"""Least root of a matrix that counts as positive definite."""


class ItemCorrelations(NamedTuple):
    """Correlations of items with the answers behind them.

    Attributes
    ----------
    R : ndarray of float, shape (k, k)
    n : int
        Persons behind the fit: with pairwise deletion the fewest of any pair.
    names : tuple of str
    name : str
    sample : Sample
    items : ItemData or None
        None where the correlations themselves were given.
    correlation, missing : str
    remarks : tuple of str
    moments : ndarray of float, shape (2, k), or None
        Means and SDs of the items.
    """

    R: Floats
    n: int
    names: tuple[str, ...]
    name: str
    sample: Sample
    items: ItemData | None
    correlation: Correlation
    missing: Missing
    remarks: tuple[str, ...]
    moments: Floats | None = None

    @property
    def definite(self) -> bool:
        """True if the matrix is positive definite."""
        return bool(np.linalg.eigvalsh(self.R)[0] > DEFINITE)


def correlations_of(
    data: Any,
    what: str,
    *,
    correlation: str = "pearson",
    missing: str = "listwise",
    categories: Iterable[Any] | None = None,
    n_persons: int | None = None,
) -> ItemCorrelations:
    """Return the correlations of the items of one scale, or those that are given with `n_persons`.

    Raises
    ------
    propsych.errors.AnalysisError
        See :func:`propsych.efa`.
    """
    kind: Correlation = (
        "pearson"
        if require_choice("correlation", correlation, ("pearson", "polychoric")) == "pearson"
        else "polychoric"
    )
    rule: Missing = (
        "listwise"
        if require_choice("missing rule", missing, ("listwise", "pairwise")) == "listwise"
        else "pairwise"
    )
    if n_persons is not None:
        return _given(data, require_count("n_persons", n_persons, 3), kind, categories)
    items = one_scale(data, categories, what)
    require_items(items, what, 3)
    if rule == "listwise" or items.positions.min(initial=0) >= 0:
        found = _complete(items, what, kind, rule)
    else:
        found = _pairwise(items, what, kind)
    return found._replace(remarks=(*found.remarks, *_doubts(found)))


def _complete(items: ItemData, what: str, kind: Correlation, rule: Missing) -> ItemCorrelations:
    """Return the correlations of the persons with every answer."""
    scores = items.complete_scores()
    n = len(scores)
    require_more_persons_than_items(items, what, n)
    found = cross_products(scores)
    variance = np.diag(found.covariance)
    refuse_constant(items, [int(j) for j in np.flatnonzero(variance <= 0.0)])
    R = _unit_diagonal(correlation_from_covariance(found.covariance))
    remarks: tuple[str, ...] = ()
    if kind == "polychoric":
        complete = slice(None) if n == items.n_persons else (items.positions >= 0).all(axis=1)
        R, remarks = _polychoric(items, items.positions[complete])
    sample = Sample(items.n_asked_any, n, rule, items.source)
    moments = np.stack([found.mean, np.sqrt(variance)])
    return ItemCorrelations(R, n, items.names, items.name, sample, items, kind, rule, remarks, moments)


def _pairwise(items: ItemData, what: str, kind: Correlation) -> ItemCorrelations:
    """Return the correlations of all persons with any answer."""
    used = (items.positions >= 0).any(axis=1)
    positions, values = items.positions[used], items.values[used]
    together = _persons_together(positions, items, what)
    refuse_constant(items, _constant(positions))
    R, remarks = _polychoric(items, positions) if kind == "polychoric" else (_pearson(items, values), ())
    told = f"Answers are left out pair by pair: from {together} persons a pair; fit counts {together}."
    sample = Sample(items.n_asked_any, len(positions), "pairwise", items.source)
    moments = np.stack([np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)])
    names, name = items.names, items.name
    return ItemCorrelations(
        R, together, names, name, sample, items, kind, "pairwise", (*remarks, told), moments
    )


def _constant(positions: NDArray[Any]) -> list[int]:
    largest = positions.max(axis=0)
    smallest = np.where(positions >= 0, positions, np.iinfo(positions.dtype).max).min(axis=0)
    return [int(j) for j in np.flatnonzero(smallest >= largest)]


def _persons_together(positions: NDArray[Any], items: ItemData, what: str) -> int:
    """Return the fewest persons who answered both items of any pair."""
    present = (positions >= 0).astype(np.float32)
    both = present.T @ present
    fewest = int(both.min())
    if fewest <= items.n_items:
        i, j = np.unravel_index(int(both.argmin()), both.shape)
        where = f"{items.names[int(i)]} and {items.names[int(j)]}"
        text = f"{what} needs more persons who answered both of two items than there are items"
        got = f"{fewest} persons and {items.n_items} items"
        raise AnalysisError(message(text, where=where, got=got, remedy="collect more answers"))
    return fewest


def _pearson(items: ItemData, values: Floats) -> Floats:
    R = pearson(values, "pairwise").matrix
    if np.isnan(R).any():
        i, j = np.argwhere(np.isnan(R))[0]
        what = "an item does not vary among the persons who answered both"
        where = f"{items.names[int(i)]} and {items.names[int(j)]}"
        raise AnalysisError(message(what, where=where, remedy='use missing="listwise", or leave one out'))
    return R


def _unit_diagonal(R: Floats) -> Floats:
    R = (R + R.T) / 2.0
    np.fill_diagonal(R, 1.0)
    return R


def ordered_positions(items: ItemData, positions: NDArray[Any]) -> NDArray[np.int64]:
    """Return answers as positions in the order of the scores, so that reversal counts; -1 if missing."""
    ranks = [np.argsort(np.argsort(scores)) for scores in items.scores]
    columns = zip(ranks, positions.T.astype(np.int64), strict=True)
    return np.stack([np.where(c >= 0, rank[np.maximum(c, 0)], -1) for rank, c in columns], axis=1)


def _polychoric(items: ItemData, positions: NDArray[Any]) -> tuple[Floats, tuple[str, ...]]:
    found = polychoric(ordered_positions(items, positions), max(len(scores) for scores in items.scores))
    lost = unidentified_pairs(found)
    if lost:
        where = f"{items.names[lost[0][0]]} and {items.names[lost[0][1]]}"
        what = "the polychoric correlation is not identified by the answers"
        consequence = "the two answers go together completely, or one has a single value"
        raise AnalysisError(
            message(what, where=where, consequence=consequence, remedy="leave one of the two items out")
        )
    if not found.n_empty.any():
        return found.R, ()
    n = int(found.n_empty.sum())
    return found.R, (f"{n} pairs of answers were given by nobody, which makes the correlations unsure.",)


def _given(data: Any, n: int, kind: Correlation, categories: Iterable[Any] | None) -> ItemCorrelations:
    """Return correlations that the caller has."""
    if categories is not None:
        remedy = "leave out categories, or give answers and leave out n_persons"
        raise AnalysisError(message("correlations have no categories", remedy=remedy))
    frame = data if isinstance(data, pd.DataFrame) else None
    try:
        R = np.array(data, dtype=float)
    except (TypeError, ValueError):
        R = np.zeros(0)
    remedy = "give a correlation matrix with n_persons, or answers without it"
    shaped = R.ndim == 2 and R.shape[0] == R.shape[1] and len(R) > 0 and bool(np.isfinite(R).all())
    if not shaped or np.abs(R - R.T).max() > 1e-8 or np.abs(np.diag(R) - 1.0).max() > 1e-8:
        what = "with n_persons the data are a matrix of correlations: symmetric, with ones in its diagonal"
        raise AnalysisError(message(what, remedy=remedy))
    if np.abs(R).max() > 1.0 + 1e-8:
        raise AnalysisError(message("a correlation is beyond 1", remedy=remedy))
    if len(R) < 3:
        raise AnalysisError(message("three items are needed at least", got=str(len(R)), remedy="add items"))
    if n <= len(R):
        got = f"{n} persons and {len(R)} items"
        raise AnalysisError(message("more persons than items are needed", got=got, remedy="add persons"))
    names = tuple(map(str, frame.columns)) if frame is not None else tuple(f"v{j + 1}" for j in range(len(R)))
    sample = Sample(n, n, "as in the correlations given")
    found = ItemCorrelations(_unit_diagonal(R), n, names, "items", sample, None, kind, "listwise", ())
    return found._replace(remarks=_doubts(found))


def _doubts(found: ItemCorrelations) -> tuple[str, ...]:
    remarks = []
    if found.n < FEW_PERSONS:
        remarks.append(f"Do not rely on it: {found.n} persons are few for a factor analysis.")
    least = float(np.linalg.eigvalsh(found.R)[0])
    if least <= DEFINITE:
        remarks.append(
            f"The correlations are not positive definite (smallest root {least:.2g}): chi-square, and what"
            " rests on it, does not exist, and communalities may be too large."
        )
    return tuple(remarks)

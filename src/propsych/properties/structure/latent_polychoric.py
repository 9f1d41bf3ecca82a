"""Polychoric correlations of ordered answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from propsych.data import ItemData
from propsych.data.arguments import require_choice, require_level
from propsych.data.frames import as_item_data
from propsych.data.scale_answers import require_items
from propsych.errors import AnalysisError, message
from propsych.kernels.pair_tables import pair_tables
from propsych.kernels.polychoric import (
    PairTables,
    Polychoric,
    corrected_counts,
    log_likelihood,
    polychoric_errors,
    polychoric_from_tables,
    saturated_log_likelihood,
)
from propsych.kernels.polychoric_joint import joint_polychoric
from propsych.properties.structure.latent_result import LatentCorrelations, PairRows, assemble
from propsych.result import Sample

__all__ = ["Method", "Missing", "polychoric", "require_correction"]

Floats = NDArray[np.float64]
Method = Literal["two_step", "ml"]
Missing = Literal["pairwise", "listwise"]

DEPARTS = 0.001
"""A test of normal latent responses below this is remarked upon, after Bonferroni's correction for pairs."""


def polychoric(
    data: Any,
    *,
    method: Method = "two_step",
    correct: float = 0.0,
    missing: Missing = "pairwise",
    smooth: bool = False,
    categories: Iterable[Any] | None = None,
    level: float = 0.95,
) -> LatentCorrelations:
    """Estimate the polychoric correlations of ordered items; of two categories each: tetrachoric.

    Parameters
    ----------
    data : ItemData, Responses, data frame or array_like, shape (n_persons, n_items)
        Answers, reversed as declared.
    method : {"two_step", "ml"}
        Thresholds from each item's shares and then each correlation; or thresholds and correlation of each
        pair together, by maximum likelihood.
    correct : float, default 0
        Added to the empty cells of each pair's table, among the categories that occur, for the correlation
        alone. 0 leaves the likelihood as it is; .5, a habit, pulls sparse correlations towards 0.
    missing : {"pairwise", "listwise"}
        For each correlation the persons with both answers, thresholds from everybody who answered the item;
        or persons with every answer. Both take answers as missing completely at random.
    smooth : bool, default False
        Move a matrix that is not positive definite to one that is; the result says so either way.
    categories : iterable, optional
        Declared categories of a bare frame or array.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    LatentCorrelations
        A pair whose table does not identify a correlation has NaN, is named in `remarks`, and is never
        replaced by a Pearson correlation. Standard errors of ``"two_step"`` include the thresholds' part;
        with a correction they are approximate. Thresholds are from each item's shares under both methods.

    Raises
    ------
    propsych.errors.AnalysisError
        For fewer than two items, an item that nobody answered or that takes one value only, a correction that
        is no number from 0 to 1, and what :func:`propsych.data.frames.as_item_data` refuses.

    Notes
    -----
    Olsson (1979), doi:10.1007/BF02296207; standard errors of the two steps after Muthen (1984),
    doi:10.1007/BF02294210, with missing answers as lavaan's pairwise rule has them. Intervals are symmetric
    on the scale of Fisher's z. The test of normal latent responses is the likelihood ratio of each pair's
    table (of the two-step estimate it is a little too large).

    Do not trust them where the latent responses are skewed (answers that most people cannot or do not have,
    counts of symptoms), from fewer than about 200 persons, where a category has few answers, or beside empty
    cells: they are then biased, mostly away from 0, and two-by-two tables with an empty cell say nothing at
    all. They are larger than the correlations of the answers, so a reliability computed from them is not
    that of the score.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> latent = rng.normal(size=(500, 1)) + rng.normal(size=(500, 3))
    >>> found = polychoric(np.digitize(latent, [-1.5, 0, 1.5]), categories=range(4))
    >>> round(found.estimate("x1", "x2").value, 1)
    0.5
    >>> found.pairs["kind"].tolist()
    ['polychoric', 'polychoric', 'polychoric']
    """
    require_choice("method", method, ("two_step", "ml"))
    require_choice("missing rule", missing, ("pairwise", "listwise"))
    correct, level = require_correction(correct), require_level(level)
    items = as_item_data(data, categories=categories)
    require_items(items, "a correlation", 2)
    positions = items.ordered_positions
    if missing == "listwise":
        positions = positions[(positions >= 0).all(axis=1)]
        used = len(positions)
    else:
        used = int((positions >= 0).any(axis=1).sum()) if positions.min(initial=0) < 0 else len(positions)
    tables = pair_tables(positions, max(len(scores) for scores in items.scores))
    require_varying(items, tables, missing)
    fit = polychoric_from_tables(tables, correct)
    rows = PairRows(items.n_items)
    fill_ordered(rows, np.arange(len(rows.first)), fit, method)
    return assemble(
        rows,
        list(items.names),
        threshold_frame(items, fit),
        tables.marginal.sum(axis=1).astype(np.int64),
        Sample(items.n_asked_any, used, missing, items.source),
        method=method,
        level=level,
        correct=correct,
        smooth=bool(smooth),
        name=items.name,
        remarks=tuple(_remarks(items, fit, rows, correct)),
    )


def require_correction(correct: Any) -> float:
    """Return the correction of empty cells, or raise `AnalysisError`."""
    number = isinstance(correct, int | float | np.number) and not isinstance(correct, bool)
    if not number or not 0.0 <= float(correct) <= 1.0:
        remedy = "use a number from 0 to 1"
        raise AnalysisError(message("the correction is impossible", got=repr(correct), remedy=remedy))
    return float(correct)


def require_varying(items: ItemData, tables: PairTables, missing: str) -> None:
    """Raise `AnalysisError` for an item that nobody answered or that takes one value only."""
    who = "among the persons with every answer" if missing == "listwise" else ""
    answered = tables.marginal.sum(axis=1)
    for j in np.flatnonzero(answered == 0):
        what = " ".join(["nobody answered the item", who]).strip()
        raise AnalysisError(message(what, where=items.names[j], remedy="leave the item out"))
    for j in np.flatnonzero((tables.marginal > 0).sum(axis=1) < 2):
        what = " ".join(["everybody gave the same answer", who]).strip()
        consequence = "it has no correlation with other items"
        raise AnalysisError(
            message(what, where=items.names[j], consequence=consequence, remedy="leave the item out")
        )


def fill_ordered(rows: PairRows, at: NDArray[np.int64], fit: Polychoric, method: str) -> None:
    """Put what was found of pairs of ordered items into `rows`, at these places."""
    tables = fit.tables
    counts = corrected_counts(tables, fit.correct) if fit.correct else tables.counts
    rho = fit.R[tables.first, tables.second]
    if method == "ml":
        joint = joint_polychoric(counts)
        rho, value, converged = joint.rho, joint.log_likelihood, joint.converged
        se = np.sqrt(joint.covariance[:, 0, 0])
    else:
        converged = fit.converged
        se = polychoric_errors(fit).correlations
        value = log_likelihood(tables, fit.thresholds, np.where(converged, rho, 0.0), fit.correct)
    row_used, column_used = tables.counts.any(axis=2).sum(axis=1), tables.counts.any(axis=1).sum(axis=1)
    df = np.maximum(row_used * column_used - row_used - column_used, 0)
    testable = converged & (df > 0)
    rows.r[at], rows.se[at] = np.where(converged, rho, np.nan), np.where(converged, se, np.nan)
    rows.n[at], rows.n_empty[at] = tables.counts.sum(axis=(1, 2)).astype(np.int64), fit.n_empty
    rows.chi2[at] = np.where(testable, 2.0 * (saturated_log_likelihood(counts) - value), np.nan)
    rows.df[at] = df
    rows.p[at] = np.where(testable, special.chdtrc(np.maximum(df, 1), rows.chi2[at]), np.nan)
    two = (tables.marginal > 0).sum(axis=1) == 2
    rows.kind[at] = np.where(two[tables.first] & two[tables.second], "tetrachoric", "polychoric")


def threshold_frame(items: ItemData, fit: Polychoric) -> pd.DataFrame:
    """Return items x thresholds, NaN beyond an item's own categories."""
    own = np.array([len(scores) for scores in items.scores]) - 1
    width = fit.thresholds.shape[1]
    values = np.where(np.arange(width) < own[:, None], fit.thresholds, np.nan)
    return pd.DataFrame(values, index=list(items.names), columns=[f"t{t + 1}" for t in range(width)])


def _remarks(items: ItemData, fit: Polychoric, rows: PairRows, correct: float) -> Iterator[str]:
    yield from unused_remarks(items, fit)
    if correct and fit.n_empty.any():
        yield f"{correct:g} was added to each empty cell, which pulls those correlations towards 0."
    bad = int((rows.p * max(len(rows.p), 1) < DEPARTS).sum())
    if bad:
        yield (
            f"{bad} of {len(rows.p)} pairs of answers do not look like two normal latent responses cut in"
            " categories (likelihood ratio test, corrected for the number of pairs): with many persons small"
            " departures show; with a large one the correlation is biased."
        )


def unused_remarks(items: ItemData, fit: Polychoric) -> Iterator[str]:
    """Yield a sentence on declared categories that nobody chose."""
    own = np.arange(fit.tables.marginal.shape[1]) < np.array([len(s) for s in items.scores])[:, None]
    unused = ((fit.tables.marginal == 0) & own).sum(axis=1)
    named = [f"{items.names[j]} ({unused[j]})" for j in np.flatnonzero(unused)]
    if named:
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        yield (f"Declared categories that nobody chose were left out: {', '.join(named[:5])}{more}.")

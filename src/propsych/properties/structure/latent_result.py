"""What polychoric and mixed correlations return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message
from propsych.kernels.smoothing import smooth_roots
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LatentCorrelations", "PairRows", "assemble"]

Floats = NDArray[np.float64]
Kind = Literal["polychoric", "tetrachoric", "polyserial", "biserial", "pearson"]

FEW_PERSONS = 200
"""Below this, polychoric correlations of skewed items are biased and their errors too small."""
_FEW = 5


@dataclass(frozen=True, eq=False)
class LatentCorrelations(Result):
    """Correlations of the continuous responses behind ordered answers.

    Attributes
    ----------
    matrix : pandas.DataFrame
        Items x items. NaN where the answers do not identify a correlation (`remarks` names the pair).
        Smoothed where `smoothed` says so; the estimates themselves are then in `pairs`.
    thresholds : pandas.DataFrame
        Items x ``t1``, ``t2``, ...: where each latent response passes from one category to the next, from
        everybody who answered the item. Infinite beyond the last category used, equal to the one before at a
        category nobody used, NaN for a continuous variable and beyond an item's own categories.
    se : pandas.DataFrame
        Standard errors of the correlations, 0 on the diagonal, NaN where not known.
    kinds : pandas.DataFrame
        ``"polychoric"``, ``"tetrachoric"`` (two categories each), ``"polyserial"``, ``"biserial"`` (two
        categories and a continuous variable) or ``"pearson"``.
    n : pandas.DataFrame
        Persons behind each correlation; on the diagonal those who answered the item.
    pairs : pandas.DataFrame
        One row a pair: `first`, `second`, `kind`, `r`, `se`, `lower`, `upper`, `n`, `n_empty` (combinations
        of two used categories that nobody chose), `chi2`, `df` and `p` of the likelihood ratio test of normal
        latent responses (polychoric pairs with degrees of freedom; else NaN).
    method : {"two_step", "ml"}
    level : float
        Of the intervals in `pairs`.
    correct : float
        What was added to empty cells.
    smallest_root : float
        Smallest root of the matrix before smoothing; NaN if a correlation is.
    smoothed : bool
    sample : Sample
    remarks : tuple of str
        Reasons for doubt in these data.
    name : str
    """

    matrix: pd.DataFrame
    thresholds: pd.DataFrame
    se: pd.DataFrame
    kinds: pd.DataFrame
    n: pd.DataFrame
    pairs: pd.DataFrame
    method: str
    level: float
    correct: float
    smallest_root: float
    smoothed: bool
    sample: Sample
    remarks: tuple[str, ...] = ()
    name: str = "items"

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        kinds = list(dict.fromkeys(self.pairs["kind"]))
        return f"{' and '.join(kinds).capitalize()} correlations: {self.name}"

    def estimate(self, first: str, second: str) -> Estimate:
        """Return one correlation with its interval, before any smoothing."""
        pairs = self.pairs
        found = pairs[
            ((pairs["first"] == first) & (pairs["second"] == second))
            | ((pairs["first"] == second) & (pairs["second"] == first))
        ]
        if found.empty:
            what, remedy = "no such pair", f"use two of {', '.join(map(str, self.matrix.columns))}"
            raise AnalysisError(message(what, got=f"{first!r} and {second!r}", remedy=remedy))
        return self._of_row(found.iloc[0])

    def _of_row(self, row: pd.Series) -> Estimate:
        method = f"{row['kind']}, {self.method}"
        value, lower, upper = (float(row[name]) for name in ("r", "lower", "upper"))
        if not np.isfinite(value):
            return Estimate(None, None, None, self.level, f"{method}: not identified by the answers")
        if not np.isfinite(lower):
            return Estimate(value, None, None, self.level, f"{method}: no interval")
        return Estimate(value, lower, upper, self.level, method)

    def records(self) -> Iterator[Record]:
        """Yield each correlation of property ``structure`` under ``r_SECOND`` of the first item."""
        for _, row in self.pairs.iterrows():
            sample = Sample(self.sample.n_asked, int(row["n"]), self.sample.rule, self.sample.categories)
            yield Record(
                "structure", str(row["first"]), "all", f"r_{row['second']}", self._of_row(row), sample
            )

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix."""
        return self.matrix.copy()

    def notes(self) -> tuple[str, ...]:
        """Return the sample, what is estimated, and when not to trust it."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule}).",
            "These are correlations of the normal latent responses that are taken to lie behind the answers,"
            " not of the answers: they say nothing about the reliability of a score that is observed.",
            *self.remarks,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the matrix as a heat map."""
        from propsych.plotting import heat_map, new_axes

        k = len(self.matrix)
        axes = ax if ax is not None else new_axes(170 + 46 * k, 26 * (k + 1))
        return heat_map(axes, [str(name) for name in self.matrix.index], self.matrix.to_numpy().tolist())


class PairRows:
    """The columns of `pairs` while they are filled, one entry a pair in the order (0, 1), (0, 2), ..."""

    def __init__(self, k: int) -> None:
        self.first, self.second = np.triu_indices(k, 1)
        self.k, size = k, len(self.first)
        self.kind = np.empty(size, dtype=object)
        self.r, self.se, self.chi2, self.p = (np.full(size, np.nan) for _ in range(4))
        self.n, self.n_empty, self.df = (np.zeros(size, dtype=np.int64) for _ in range(3))

    def frame(self, names: list[str], level: float) -> pd.DataFrame:
        """Return the table, with intervals on the scale of Fisher's z."""
        from scipy import special

        with np.errstate(invalid="ignore", divide="ignore"):
            reach = special.ndtri((1.0 + level) / 2.0) * self.se / (1.0 - np.square(self.r))
            lower, upper = np.tanh(np.arctanh(self.r) - reach), np.tanh(np.arctanh(self.r) + reach)
        labels = np.array(names, dtype=object)
        return pd.DataFrame(
            {
                "first": labels[self.first],
                "second": labels[self.second],
                "kind": self.kind,
                "r": self.r,
                "se": self.se,
                "lower": lower,
                "upper": upper,
                "n": self.n,
                "n_empty": self.n_empty,
                "chi2": self.chi2,
                "df": self.df,
                "p": self.p,
            }
        )

    def square(self, values: NDArray[np.generic], diagonal: object, names: list[str]) -> pd.DataFrame:
        """Return the entries of all pairs as a symmetric matrix."""
        matrix = np.empty((self.k, self.k), dtype=values.dtype)
        matrix[self.first, self.second] = matrix[self.second, self.first] = values
        matrix[np.arange(self.k), np.arange(self.k)] = diagonal
        return pd.DataFrame(matrix, index=names, columns=names)


def assemble(
    rows: PairRows,
    names: list[str],
    thresholds: pd.DataFrame,
    alone: NDArray[np.int64],
    sample: Sample,
    *,
    method: str,
    level: float,
    correct: float,
    smooth: bool,
    name: str,
    remarks: tuple[str, ...],
) -> LatentCorrelations:
    """Return the result from what was found of each pair; `alone` are the persons who answered each item."""
    pairs = rows.frame(names, level)
    matrix = rows.square(rows.r, 1.0, names)
    values = matrix.to_numpy()
    root, smoothed = float("nan"), False
    if not np.isnan(values).any():
        found = smooth_roots(values)
        root = found.smallest_root
        if found.changed:
            smoothed = smooth
            remarks = (*remarks, _indefinite(root, found.largest_change, smooth))
            matrix = pd.DataFrame(found.R, index=names, columns=names) if smooth else matrix
    return LatentCorrelations(
        matrix=matrix,
        thresholds=thresholds,
        se=rows.square(rows.se, 0.0, names),
        kinds=rows.square(rows.kind, "", names),
        n=rows.square(rows.n, alone, names),
        pairs=pairs,
        method=method,
        level=level,
        correct=correct,
        smallest_root=root,
        smoothed=smoothed,
        sample=sample,
        remarks=remarks + tuple(_doubts(rows, names)),
        name=name,
    )


def _indefinite(root: float, change: float, smooth: bool) -> str:
    start = f"The correlations are not positive definite together (smallest root {root:.2g})"
    if smooth:
        return (
            f"{start}: the matrix was smoothed (roots that are not positive raised, unit diagonal restored),"
            f" which changed a correlation by up to {change:.2g}. The table of pairs holds the estimates."
        )
    return f"{start}: factor analyses of the matrix may fail. smooth=True moves it to one that is."


def _doubts(rows: PairRows, names: list[str]) -> Iterator[str]:
    pair = [f"{names[i]} and {names[j]}" for i, j in zip(rows.first, rows.second, strict=True)]
    lost = [pair[p] for p in np.flatnonzero(np.isnan(rows.r))]
    if lost:
        yield (
            f"Not identified by the answers, so there is no number: {_listed(lost)}. The two go together"
            " completely, or nobody answered both, or one takes a single value among those who did."
        )
    empty = int(rows.n_empty.sum())
    if empty:
        where = [pair[p] for p in np.argsort(-rows.n_empty, kind="stable") if rows.n_empty[p]]
        yield (
            f"{empty} combinations of two answers were chosen by nobody ({_listed(where)}), which makes those"
            " correlations and their standard errors unsure."
        )
    few = int(rows.n.min(initial=FEW_PERSONS))
    if few < FEW_PERSONS:
        yield f"Do not rely on it: a correlation rests on {few} persons, and these need about {FEW_PERSONS}."


def _listed(entries: list[str]) -> str:
    more = f" and {len(entries) - _FEW} more" if len(entries) > _FEW else ""
    return "; ".join(entries[:_FEW]) + more

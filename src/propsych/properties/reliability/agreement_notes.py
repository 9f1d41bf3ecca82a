"""Sentences on agreement coefficients: few persons, one crowded category, near-perfect agreement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["constant_raters", "crowded", "few_persons", "kappa_remarks", "near_perfect"]

FEW = 50
"""Below this an interval of a coefficient of agreement is wide and only roughly right."""
CROWDED = 0.8
"""Share of all ratings in one category from which chance agreement dominates."""
FEW_DISAGREEMENTS = 5
"""Below this many disagreements the standard error rests on next to nothing."""
APART = 0.1
"""Difference of two raters' shares of a category that is worth a sentence."""


def few_persons(n: int) -> Iterator[str]:
    """Yield a sentence if there are few persons."""
    if n < FEW:
        yield f"With {n} persons the interval is rough; plan at least {FEW}, better 100."


def crowded(shares: NDArray[np.float64]) -> Iterator[str]:
    """Yield a sentence if one category holds nearly all ratings."""
    most = float(shares.max())
    if most >= CROWDED:
        yield (
            f"{most:.0%} of the ratings are in one category, so chance agreement is high and kappa and alpha"
            " can be low though raters agree: read the percentage, Gwet's coefficient and Brennan-Prediger"
            " beside them."
        )


def constant_raters(positions: NDArray[np.int64], raters: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each rater who knows one category only; positions are negative where missing."""
    lowest = np.where(positions >= 0, positions, np.iinfo(np.int64).max).min(axis=0)
    for j in np.flatnonzero(positions.max(axis=0) == lowest).tolist():
        yield f"{raters[j]} puts everybody into one category, which tells nobody apart."


def near_perfect(n_disagreeing: int) -> Iterator[str]:
    """Yield a sentence if hardly anybody disagrees."""
    if n_disagreeing == 0:
        yield "Nobody disagrees in this sample, so there is no interval; that does not mean nobody ever will."
    elif n_disagreeing < FEW_DISAGREEMENTS:
        who = "person has" if n_disagreeing == 1 else "persons have"
        yield (
            f"Only {n_disagreeing} {who} ratings that disagree: near-perfect agreement makes every"
            " interval unreliable, and the large-sample one collapses or passes 1."
        )


def kappa_remarks(table: NDArray[np.float64], value: float, weights: str) -> Iterator[str]:
    """Yield reasons for doubt about kappa of two raters.

    Parameters
    ----------
    table : ndarray of float, shape (q, q)
    value : float
        Kappa.
    weights : str
    """
    n, q = int(table.sum()), table.shape[0]
    row, column = table.sum(axis=1) / n, table.sum(axis=0) / n
    yield from few_persons(n)
    yield from crowded((row + column) / 2.0)
    gap = float(np.abs(row - column).max())
    if gap >= APART:
        yield (
            f"The two ratings use a category {gap:.0%} of the time apart, so part of the disagreement is a"
            " shift between them, not noise."
        )
    for name, shares in (("first", row), ("second", column)):
        if shares.max() == 1.0:
            yield f"The {name} rating puts everybody into one category, so kappa is 0 whatever the other is."
    yield from near_perfect(n - int(np.trace(table)))
    if value < 0:
        yield "Kappa below 0: the ratings agree less than by chance; check that both use the same coding."
    if weights == "quadratic":
        yield (
            "Quadratic weights make kappa nearly ICC(A,1), so the two are one piece of evidence;"
            f" it depends on the number of categories ({q}) and forgives near misses."
        )
    elif weights != "unweighted":
        yield f"Weighted kappa depends on the number of categories ({q}) and on the weights ({weights})."

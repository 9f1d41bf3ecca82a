"""Sentences that say when not to trust a coefficient of a scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.one_factor import correlation_influence, one_factor_misfit
from propsych.result import Estimate

__all__ = [
    "MANY",
    "OneDimension",
    "negative_items",
    "not_examined",
    "one_dimension",
    "one_dimension_of",
    "reasons_for_doubt",
    "too_many",
]

Floats = NDArray[np.float64]

FEW_PERSONS = 100
"""Terwee et al. (2007), doi:10.1016/j.jclinepi.2006.03.012, ask for 100 persons."""
FEW_ITEMS = 3
LIMIT = 0.08
"""Root mean squared residual correlation that COSMIN takes as the end of one dimension (Prinsen et al. 2018,
doi:10.1007/s11136-018-1798-3, after Hu & Bentler 1999, doi:10.1080/10705519909540118)."""
EXAMINED = 2_000_000
"""Persons times pairs of items up to which alpha looks at the dimension by the way."""

MANY = "Of so many answers this takes long: see omega_unidimensional."


@dataclass(frozen=True)
class OneDimension:
    """Whether one factor describes the items, in three states.

    Attributes
    ----------
    state : {"yes", "no", "cannot tell"}
        The interval of the residual correlations lies below .08 and below half of the correlations
        themselves; it lies above .08; or neither.
    residual : Estimate
        Root mean squared residual correlation of one factor, corrected for sampling (Maydeu-Olivares 2017,
        doi:10.1007/s11336-016-9552-7).
    sentence : str
        The same for a reader.
    """

    state: Literal["yes", "no", "cannot tell"]
    residual: Estimate
    sentence: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row: value, lower, upper, level and state."""
        e = self.residual
        row = {"value": e.value, "lower": e.lower, "upper": e.upper, "level": e.level, "state": self.state}
        return pd.DataFrame([row], index=pd.Index(["residual_of_one_factor"], name="coefficient"))


def one_dimension(
    values: NDArray[Any], level: float, *, any_size: bool = False, subject: str = "the items"
) -> OneDimension:
    """Return whether one factor describes complete scores of shape (n, k)."""
    if not any_size and too_many(*values.shape):
        return not_examined(MANY)
    scores = values.astype(float)
    R = np.asarray(np.corrcoef(scores.T))
    return one_dimension_of(R, correlation_influence(scores), level, subject=subject)


def too_many(n: int, k: int) -> bool:
    """Return whether n answers to k items are too many to look at their dimension by the way."""
    return n * k * (k - 1) // 2 > EXAMINED


def not_examined(why: str) -> OneDimension:
    """Return that nothing is known, and why."""
    text = f"Whether one factor describes the items was not examined. {why}"
    return OneDimension("cannot tell", Estimate(None, method="not examined"), text)


def one_dimension_of(
    R: Floats, influence: Floats, level: float, *, subject: str = "the items"
) -> OneDimension:
    """Return whether one factor describes correlations to which each person adds `influence` (n, n_pairs)."""
    k = len(R)
    if k < 4:
        text = f"{k} items always fit one factor, so nothing tells whether {subject} are one-dimensional."
        return OneDimension("cannot tell", Estimate(None, method="fewer than four items"), text)
    found = one_factor_misfit(R, influence, level)
    residual = Estimate(found.srmr, found.lower, found.upper, level, "minimum residuals, unbiased SRMR")
    what = f"root mean squared residual correlation {found.srmr:.3f}"
    ends = f"{level:.0%} interval {found.lower:.3f} to {found.upper:.3f}"
    if found.upper < LIMIT and found.upper >= found.size / 2.0:
        # a residual is small too where there is nothing to describe
        text = (
            f"{subject.capitalize()} correlate so little (root mean square {found.size:.3f}) that nothing"
            " tells whether they are one-dimensional."
        )
        return OneDimension("cannot tell", residual, text)
    if found.upper < LIMIT:
        text = f"One factor describes {subject}: {what} ({ends}, below {LIMIT})."
        return OneDimension("yes", residual, text)
    if found.lower > LIMIT:
        text = (
            f"{subject.capitalize()} are not one-dimensional: {what} of one factor ({ends}, above {LIMIT})."
            " Do not rely on one number for their sum."
        )
        return OneDimension("no", residual, text)
    text = f"It cannot be told whether one factor describes {subject}: {what} ({ends}, around {LIMIT})."
    return OneDimension("cannot tell", residual, text)


def negative_items(names: Sequence[str], rest: Floats) -> str:
    """Return a sentence on the items that correlate negatively with the rest, "" if there are none."""
    negative = [name for name, r in zip(names, rest, strict=True) if r < 0]
    if not negative:
        return ""
    one = len(negative) == 1
    named = f"{', '.join(negative)} correlate{'s' if one else ''} negatively with the rest of the scale"
    if len(negative) > len(names) / 2:
        return (
            f"{named}: the items as coded do not measure one thing. Find which are worded the other way"
            " round and declare reverse = true for those."
        )
    return (
        f"{named}: declare reverse = true for {'it if it is' if one else 'those that are'} worded the other"
        " way round; if not, find the site that coded it wrongly."
    )


def reasons_for_doubt(names: Sequence[str], rest: Floats, n: int) -> Iterator[str]:
    """Yield reasons that hold for every coefficient: item-rest correlations, few persons, few items."""
    negative = negative_items(names, rest)
    if negative:
        yield negative
    if n < FEW_PERSONS:
        yield f"Do not rely on it: {n} persons are few."
    if len(names) <= FEW_ITEMS:
        yield f"With {len(names)} items every reliability is unsure."
    if n <= len(names):
        yield f"There are no more persons ({n}) than items ({len(names)})."

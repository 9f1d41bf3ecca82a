"""Pairs of items of one scale that are answered almost alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError, message
from propsych.kernels.association import fisher_interval, pairs
from propsych.kernels.covariance import complete_rows
from propsych.kernels.proportions import normal_quantile
from propsych.result import Estimate, Record, Result, Sample, freeze

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ItemPairs", "item_pairs"]


@dataclass(frozen=True, eq=False)
class ItemPairs(Result):
    """Correlations of every pair of items of a scale.

    Attributes
    ----------
    pairs : tuple of (str, str)
        Item keys in scale order.
    r, lower, upper : ndarray, shape (n_pairs,)
        Pearson correlations with distribution-free intervals at `level`; NaN where an item does not vary.
    sample : Sample
        Persons who answered every item.
    """

    pairs: tuple[tuple[str, str], ...]
    r: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    level: float
    sample: Sample

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return "Pairs of items"

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``redundancy``; the target is ``a@1~b@1``."""
        for (a, b), r, lower, upper in zip(self.pairs, self.r, self.lower, self.upper, strict=True):
            if np.isnan(r):
                estimate = Estimate(None, method="an item does not vary")
            elif np.isnan(lower):
                estimate = Estimate(float(r), method="Pearson")
            else:
                method = "Pearson; distribution-free, Fisher z"
                estimate = Estimate(float(r), float(lower), float(upper), self.level, method)
            yield Record("redundancy", f"{a}~{b}", "all", "correlation", estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair, the highest correlation first."""
        frame = pd.DataFrame(list(self.pairs), columns=["item", "other"])
        frame = frame.assign(correlation=self.r, lower=self.lower, upper=self.upper)
        return frame.sort_values(
            ["correlation", "item", "other"], ascending=[False, True, True], ignore_index=True
        )

    def notes(self) -> tuple[str, ...]:
        """Return the sample behind the correlations."""
        return (f"Listwise: {self.sample.n_used} of {self.sample.n_asked} persons answered every item.",)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the correlations with their intervals, the highest first."""
        from propsych.plotting import new_axes

        frame = self.to_frame()
        axes = ax if ax is not None else new_axes(640, 22 * len(frame))
        axes.set(xlim=(-1, 1), ylim=(len(frame), -1))
        axes.hlines(frame.index, frame["lower"], frame["upper"])
        axes.plot(frame["correlation"], frame.index, "o")
        axes.set_yticks(
            list(frame.index), [f"{a} ~ {b}" for a, b in zip(frame["item"], frame["other"], strict=True)]
        )
        return axes


def item_pairs(data: Any, *, categories: Iterable[Any] | None = None, level: float = 0.95) -> ItemPairs:
    """Correlate every pair of items of a scale, to find items that ask the same thing twice.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, for instance ``answers.scale("mood")``.
    categories : iterable, optional
        Declared categories of a bare frame or array.
    level : float, default 0.95
        Confidence level of each interval; the intervals are not adjusted for the number of pairs.

    Returns
    -------
    ItemPairs

    Raises
    ------
    propsych.errors.AnalysisError
        With fewer than two items.

    Notes
    -----
    Pearson's r of items with few and skewed categories is smaller than the correlation of what they measure,
    so a pair below a threshold is not shown to be different. The interval uses influence functions on
    Fisher's scale, and takes persons as independent.

    Examples
    --------
    >>> answers = [[1, 1, 4], [2, 2, 1], [3, 3, 3], [4, 3, 2], [4, 4, 1]]
    >>> result = item_pairs(answers, categories=range(1, 5))
    >>> result.to_frame()["correlation"].round(2).tolist()
    [0.94, -0.56, -0.61]
    """
    items = as_item_data(data, categories=categories)
    if items.n_items < 2:
        raise AnalysisError(
            message("pairs need at least two items", where=items.name, remedy="name the others")
        )
    values = items.values[complete_rows(items.values)]
    correlations = pairs(values)
    lower, upper = fisher_interval(correlations.r, correlations.se_z, normal_quantile(level))
    left, right = np.triu_indices(items.n_items, 1)
    names = tuple((items.names[i], items.names[j]) for i, j in zip(left, right, strict=True))
    sample = Sample(items.n_asked_any, len(values), f"listwise within {items.name}", items.source)
    return ItemPairs(names, freeze(correlations.r), freeze(lower), freeze(upper), level, sample)

"""Factorability of a scale's items: KMO and Bartlett's test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from propsych.data.frames import as_item_data
from propsych.data.scale_answers import (
    refuse_constant,
    require_items,
    require_more_persons_than_items,
    require_reflective,
)
from propsych.errors import AnalysisError, message
from propsych.kernels.covariance import complete_rows
from propsych.kernels.sampling_adequacy import bartlett_sphericity, kmo
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Factorability", "factorability"]

FEW_PERSONS = 100
"""Terwee et al. (2007), doi:10.1016/j.jclinepi.2006.03.012, ask for 100 persons, and seven an item."""


@dataclass(frozen=True, eq=False)
class Factorability(Result):
    """KMO of a scale and of its items, and Bartlett's test of sphericity.

    Attributes
    ----------
    name : str
    kmo, bartlett_chi2 : float
    bartlett_df : int
    bartlett_p : float
    items : pandas.Series
        KMO of each item.
    sample : Sample
    """

    name: str
    kmo: float
    bartlett_chi2: float
    bartlett_df: int
    bartlett_p: float
    items: pd.Series[float]
    sample: Sample

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Factorability: {self.name}"

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``structure``."""
        numbers = {
            "kmo": Estimate(self.kmo, method="Pearson"),
            "bartlett_chi2": Estimate(self.bartlett_chi2, method="chi-square"),
            "bartlett_df": Estimate(self.bartlett_df, method="chi-square"),
            "bartlett_p": Estimate(self.bartlett_p, method="chi-square"),
        }
        for statistic, estimate in numbers.items():
            yield Record("structure", self.name, "all", statistic, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item."""
        return self.items.rename("kmo").to_frame()

    def notes(self) -> tuple[str, ...]:
        """Return the sample and what the numbers can tell."""
        few = f"Do not rely on it: {self.sample.n_used} persons are few for a factor analysis."
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons asked were used ({self.sample.rule}).",
            f"KMO {self.kmo:.3f}; Bartlett's chi-square {self.bartlett_chi2:.1f} on"
            f" {self.bartlett_df} degrees of freedom, p {self.bartlett_p:.3g}. Neither has an interval.",
            "They say whether there is anything to analyse, not how many factors there are.",
            *((few,) if self.sample.n_used < FEW_PERSONS else ()),
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the KMO of each item as a dot, and that of all items as a line."""
        from propsych.plotting import new_axes

        axes = ax if ax is not None else new_axes(640, 26 * (len(self.items) + 1))
        axes.axvline(self.kmo)
        axes.plot(self.items, range(len(self.items)), "o")
        axes.set_yticks(range(len(self.items)), [str(item) for item in self.items.index])
        axes.set(xlim=(0.0, 1.0), ylim=(len(self.items), -1), xlabel="KMO")
        return axes


def factorability(data: Any, *, categories: Iterable[Any] | None = None) -> Factorability:
    """Return KMO and Bartlett's test of sphericity of the items of one scale, listwise.

    Parameters
    ----------
    data : ItemData, data frame or array
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    Factorability

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than three items, no more complete persons than items, an item that
        nobody answered or that does not vary, or items that follow from one another.

    Notes
    -----
    Kaiser (1974), doi:10.1007/BF02291575; Bartlett (1951), doi:10.1093/biomet/38.3-4.337. Do not take a large
    KMO for one dimension, nor a small p for a good scale: with a hundred persons the test nearly always
    rejects, and it presumes normal items.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = np.digitize(rng.normal(size=(200, 1)) + rng.normal(size=(200, 4)), [-1, 0, 1])
    >>> 0.7 < factorability(scores, categories=range(4)).kmo < 0.9
    True
    """
    items = as_item_data(data, categories=categories, name="scale")
    require_reflective(items, "factorability")
    require_items(items, "factorability", 3)
    values = items.values[complete_rows(items.values)]
    n = len(values)
    require_more_persons_than_items(items, "factorability", n)
    refuse_constant(items, np.flatnonzero(np.ptp(values, axis=0) == 0).tolist())
    R = np.asarray(np.corrcoef(values.T))
    adequacy, test = kmo(R), bartlett_sphericity(R, n)
    if np.isnan(adequacy.overall):
        what = "the items' correlations are singular: one item follows from the others"
        raise AnalysisError(message(what, where=items.name, remedy="leave out items that repeat others"))
    sample = Sample(items.n_asked_any, n, "listwise", items.source)
    names = pd.Index(items.names, name="item")
    per_item = pd.Series(adequacy.items, index=names)
    return Factorability(items.name, adequacy.overall, test.chi2, test.df, test.p, per_item, sample)

"""Cronbach's alpha as a result: the number, its intervals, the items, and reasons for doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from propsych.properties.internal_consistency.doubts import OneDimension
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Alpha"]


@dataclass(frozen=True, eq=False)
class Alpha(Result):
    """Cronbach's alpha of one scale.

    Attributes
    ----------
    scale : str
        Id of the scale.
    group : str
        ``"all"`` or ``"site=a"``.
    estimate : float
        Alpha. It may be negative.
    interval : tuple of (float, float)
        The interval that was asked for.
    method : str
        Which one, for instance ``"jackknife"`` or ``"feldt"``.
    intervals : mapping of str to Estimate
        ``"jackknife"``, ``"adf"``, ``"adf_log"`` (distribution-free; absent under pairwise deletion),
        ``"feldt"``, ``"bonett"``, and the bootstrap interval that was asked for.
    level : float
        Confidence level.
    standardised, lambda6, mean_inter_item, median_inter_item : float
        Alpha and Guttman's lambda 6 of the correlation matrix, mean and median inter-item correlation.
    standardised_interval, mean_inter_item_interval : Estimate
        Standardised alpha and the mean inter-item correlation with their intervals.
    kr20 : bool
        True where all items are declared 0/1, so that alpha is KR-20.
    dimension : OneDimension or None
        Whether one factor describes the items, which alpha presumes; None for a group of persons.
    if_dropped : pandas.DataFrame
        One row an item: alpha, standardised alpha, lambda 6 and mean inter-item correlation without the item.
        NaN for two items.
    items : pandas.DataFrame
        One row an item: n, mean, sd, item-total and item-rest correlation.
    sample : Sample
        Persons asked and used, missing rule.
    remarks : tuple of str
        Reasons for doubt.
    """

    scale: str
    group: str
    estimate: float
    interval: tuple[float, float]
    method: str
    intervals: Mapping[str, Estimate]
    level: float
    standardised: float
    lambda6: float
    mean_inter_item: float
    median_inter_item: float
    if_dropped: pd.DataFrame
    items: pd.DataFrame
    sample: Sample
    standardised_interval: Estimate
    mean_inter_item_interval: Estimate
    kr20: bool = False
    dimension: OneDimension | None = None
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        where = "" if self.group == "all" else f", {self.group}"
        name = "Cronbach's alpha (KR-20)" if self.kr20 else "Cronbach's alpha"
        return f"{name}: {self.scale}{where}"

    @property
    def item_rest(self) -> pd.Series[float]:
        """Correlation of each item with the sum of the others."""
        return self.items["item_rest"]

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``internal_consistency`` under their stable names."""
        names = {"jackknife": "alpha", "feldt": "alpha_feldt"}
        for method, name in names.items():
            if method in self.intervals:
                yield self._record(name, self.intervals[method])
        if self.group == "all":
            yield self._record("standardised_alpha", self.standardised_interval)
            yield self._record("mean_inter_item", self.mean_inter_item_interval)

    def _record(self, statistic: str, estimate: Estimate) -> Record:
        return Record("internal_consistency", self.scale, self.group, statistic, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: its statistics, and alpha without it."""
        return self.items.join(self.if_dropped.add_suffix("_if_dropped"))

    def summary(self, decimals: int = 3) -> str:
        """Return alpha with its interval, then one line an item, then the reasons for doubt."""
        low, high = self.interval
        d = decimals
        ends = f"{self.level:.0%} interval [{low:.{d}f}, {high:.{d}f}] ({self.method})"
        if np.isnan(low):
            ends = f"no {self.method} interval: at the end of its range, or one person decides"
        head = (
            f"alpha = {self.estimate:.{d}f}, {ends}"
            f"\nstandardised {self.standardised:.{d}f}, mean inter-item r {self.mean_inter_item:.{d}f}"
        )
        shown = self.to_frame()[["n", "mean", "sd", "item_rest", "alpha_if_dropped"]]
        body = shown.to_string(float_format=lambda x: f"{x:.{d}f}", na_rep="-")
        return "\n".join([self.title, "=" * len(self.title), head, "", body, "", *self.notes()])

    def notes(self) -> tuple[str, ...]:
        """Return the sample, the missing rule and reasons for doubt."""
        sample = self.sample
        return (
            f"{sample.n_used} of {sample.n_asked} persons asked were used ({sample.rule}).",
            "Alpha presumes that the items measure one thing about equally well; it does not show it.",
            *self.remarks,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw alpha without each item as dots, and alpha of the whole scale as a line."""
        from propsych.plotting import new_axes

        dropped = self.if_dropped["alpha"]
        axes = ax if ax is not None else new_axes(640, 26 * (len(dropped) + 1))
        axes.set(
            xlim=(min(0.0, float(dropped.min(skipna=True)), self.estimate), 1.0), ylim=(len(dropped), -1)
        )
        axes.axvline(self.estimate)
        axes.plot(dropped, range(len(dropped)), "o")
        axes.set_yticks(range(len(dropped)), [str(item) for item in dropped.index])
        return axes

"""What item statistics are: numbers by item and statistic, with the sample behind each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from propsych.errors import AnalysisError, message
from propsych.questionnaire import NOT_ASKED_KINDS, MissingKind
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["GroupedItemStatistics", "ItemStatistics", "Numbers"]

Numbers = Mapping[str, tuple[tuple[Estimate, Sample | None] | None, ...]]
"""Statistic -> for each item its estimate and sample, or None where the statistic does not apply."""


@dataclass(frozen=True, eq=False)
class ItemStatistics(Result):
    """The pilot table of items, for all persons or one group.

    Attributes
    ----------
    items : tuple of str
        Item keys (``id@version``), or column names.
    group : str
        ``"all"`` or ``"site=a"``, ``"month=2025-09"``, ...
    level : float
        Confidence level of every interval.
    numbers : mapping
        Statistic -> for each item an estimate with its sample, or None where the statistic does not apply.
        `Result.to_frame` shows the same as a table.
    counts : pandas.DataFrame
        The distribution over the declared categories: one row an item and category, columns ``item``,
        ``code``, ``label``, ``count``, ``share`` (of the answered).
    remarks : tuple of str
        What a reader must know; see `notes`.
    """

    items: tuple[str, ...]
    group: str
    level: float
    numbers: Numbers
    counts: pd.DataFrame
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return "Item statistics" if self.group == "all" else f"Item statistics, {self.group}"

    @property
    def clustered(self) -> bool:
        """True if some share has an interval that respects sites."""
        return any(entry is not None for entry in self.numbers.get("lowest_clustered", ()))

    def estimate(self, item: str, statistic: str) -> Estimate:
        """Return one number with its interval.

        Raises
        ------
        propsych.errors.AnalysisError
            If there is no such item or statistic, or the statistic does not apply to the item.
        """
        if item not in self.items:
            raise AnalysisError(message(f"unknown item {item!r}", remedy="see .items for their names"))
        entry = self.numbers.get(statistic, (None,) * len(self.items))[self.items.index(item)]
        if entry is None:
            what = f"no statistic {statistic!r} for item {item!r}"
            raise AnalysisError(message(what, remedy="see .to_frame() for what there is"))
        return entry[0]

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``items`` under their stable names, item by item."""
        for j, item in enumerate(self.items):
            for statistic, entries in self.numbers.items():
                entry = entries[j]
                if entry is not None:
                    yield Record("items", item, self.group, statistic, *entry)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item, indexed by item key; intervals as ``<statistic>_lower`` and ``_upper``.

        Each kind of missing also has its share, ``share_missing:<kind>``: of the asked, or of all persons for
        the kinds that mean "not asked".
        """
        columns: dict[str, list[float | int | str | bool | None]] = {}
        for statistic, entries in self.numbers.items():
            estimates = [entry[0] if entry is not None else Estimate(None) for entry in entries]
            columns[statistic] = [estimate.value for estimate in estimates]
            if any(estimate.level is not None for estimate in estimates):
                columns[f"{statistic}_lower"] = [estimate.lower for estimate in estimates]
                columns[f"{statistic}_upper"] = [estimate.upper for estimate in estimates]
        frame = pd.DataFrame(columns, index=pd.Index(self.items, name="item"))
        for kind in MissingKind:
            if (count := f"missing:{kind.label}") in frame:
                base = frame["n_persons" if kind in NOT_ASKED_KINDS else "n_asked"]
                frame[f"share_{count}"] = frame[count] / base.where(base > 0)
        return frame

    def summary(self, decimals: int = 3) -> str:
        """Return the columns that fit on a page as text; `to_frame` has them all."""
        shown = [
            "n_asked",
            "n_answered",
            "skipped",
            "lowest",
            "highest",
            "mean",
            "sd",
            "skewness",
            "n_unused",
        ]
        shown += [s for s in ("item_rest", "alpha_if_dropped", "mean_inter_item") if s in self.numbers]
        body = self.to_frame()[shown].to_string(float_format=lambda x: f"{x:.{decimals}f}", na_rep="-")
        return "\n".join([self.title, "=" * len(self.title), body, *self.notes()])

    def notes(self) -> tuple[str, ...]:
        """Return sentences that a reader needs beside the numbers."""
        return self.remarks

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw one stacked bar an item, categories in questionnaire order."""
        from propsych.plotting import category_styles, new_axes

        axes = ax if ax is not None else new_axes(640, 30 * len(self.items))
        width, height = axes.get_xlim()[1], axes.get_ylim()[0] / len(self.items)
        for j, item in enumerate(self.items):
            rows = self.counts[self.counts["item"] == item]
            left = 0.0
            for share, style in zip(rows["share"].fillna(0.0), category_styles(len(rows)), strict=True):
                axes.barh(
                    (j + 0.5) * height,
                    share * width,
                    0.8 * height,
                    left=left,
                    color=style.colour,
                    linewidth=0.5,
                )
                left += share * width
        axes.set_yticks([(j + 0.5) * height for j in range(len(self.items))], self.items)
        return axes


@dataclass(frozen=True, eq=False)
class GroupedItemStatistics(Result):
    """Item statistics of every group of persons.

    Attributes
    ----------
    by : str
        What the groups were made by.
    groups : dict of str to ItemStatistics
        Label (``"site=a"``) -> statistics, in the order of the labels.
    n_without : int
        Persons without a value, who belong to no group.
    """

    by: str
    groups: dict[str, ItemStatistics]
    n_without: int

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Item statistics by {self.by}"

    def __getitem__(self, label: str) -> ItemStatistics:
        return self.groups[label]

    def records(self) -> Iterator[Record]:
        """Yield the numbers of every group."""
        for statistics in self.groups.values():
            yield from statistics.records()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group and item."""
        if not self.groups:
            return pd.DataFrame()
        frames = {label: statistics.to_frame() for label, statistics in self.groups.items()}
        return pd.concat(frames, names=["group", "item"])

    def notes(self) -> tuple[str, ...]:
        """Return how many persons belong to no group."""
        if not self.groups:
            return (f"No person has a {self.by}, so there are no groups.",)
        return (
            (f"{self.n_without} persons have no {self.by} and belong to no group.",) if self.n_without else ()
        )

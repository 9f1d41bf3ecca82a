"""Sites: how each one's answers differ in level and in pattern from those of the others together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData, Responses
from propsych.data.groups import Group, grouping
from propsych.errors import AnalysisError, message
from propsych.kernels.association import difference_interval, fisher_interval, item_rest
from propsych.kernels.contrast import mean_contrast, pooled_sd
from propsych.kernels.covariance import complete_rows
from propsych.kernels.proportions import t_quantile
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LEAST_ANSWERS", "SiteDifferences", "site_differences"]

LEAST_ANSWERS = 10
"""A site with fewer answers to an item gets no value: one person would move it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SiteDifferences(Result):
    """Each site against all the others together.

    Attributes
    ----------
    numbers : tuple of Record
        ``mean_difference`` and ``item_rest_difference`` by item and site.
    sites : tuple of str
        Labels (``"site=a"``).
    level : float
        Confidence level that holds for all sites of an item together (Bonferroni).
    n_persons, n_without : int
        Persons with and without a site; the latter are left out.
    """

    numbers: tuple[Record, ...]
    sites: tuple[str, ...]
    level: float
    n_persons: int
    n_without: int

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return "Each site against the others together"

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``sites`` under their stable names."""
        yield from self.numbers

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item, site and statistic."""
        rows = [
            (
                r.target,
                r.group,
                r.statistic,
                r.estimate.value,
                r.estimate.lower,
                r.estimate.upper,
                r.sample.n_used,
            )
            for r in self.numbers
            if r.sample is not None
        ]
        return pd.DataFrame(rows, columns=["item", "site", "statistic", "value", "lower", "upper", "n_used"])

    def notes(self) -> tuple[str, ...]:
        """Return what the intervals hold for and who was left out."""
        if not self.sites:
            return ("The answers name no sites.",)
        lines = [
            f"Intervals hold for all {len(self.sites)} sites of an item together ({self.level:.0%},"
            f" Bonferroni); a site with fewer than {LEAST_ANSWERS} answers has no value.",
            "Sites may differ because their patients differ; this is no ranking.",
        ]
        if self.n_without:
            lines.append(f"{self.n_without} persons without a site were left out.")
        return tuple(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the mean differences, one dot an item and site."""
        from propsych.plotting import new_axes

        frame = self.to_frame()
        frame = frame[frame["statistic"] == "mean_difference"]
        items = list(dict.fromkeys(frame["item"]))
        axes = ax if ax is not None else new_axes(640, 24 * max(len(items), 1))
        axes.set(xlim=(-2, 2), ylim=(len(items), -1))
        axes.plot(frame["value"], [items.index(item) for item in frame["item"]], "o")
        axes.set_yticks(range(len(items)), items)
        return axes


def site_differences(answers: Responses, *, level: float = 0.95) -> SiteDifferences:
    """Compare each site with all the others together, item by item.

    Parameters
    ----------
    answers : Responses
        Checked answers with a column ``site``.
    level : float, default 0.95
        Confidence level for all sites of an item together.

    Returns
    -------
    SiteDifferences
        ``mean_difference``: mean item score at the site minus that at the others, in units of the pooled SD
        within sites (taken as known), with Welch's interval; not for an item that belongs to no scale and
        declares no direction, whose codes may have no order. ``item_rest_difference``, for items of
        reflective scales: the item-rest correlation at the site minus that at the others, listwise within
        the scale, with an interval made from the two distribution-free Fisher intervals (Zou 2007). None for
        a site with fewer than ten answers, or with fewer than two sites. Empty without a column ``site``.

    Raises
    ------
    propsych.errors.AnalysisError
        If `level` is not between 0 and 1.

    Notes
    -----
    A difference is no fault of a site: patients differ. A negative ``item_rest_difference`` near minus twice
    the usual correlation is what an item coded the other way round looks like. Items are not adjusted for
    each other, so among many items some intervals miss by chance.
    """
    if not 0 < level < 1:
        raise AnalysisError(
            message("the confidence level lies between 0 and 1", got=str(level), remedy="use 0.95")
        )
    q = answers.questionnaire
    # a level needs an order with a meaning: an item alone and without a direction may be nominal
    ordered = [i.key for i in q.items if i.type == "choice" and (i.direction or q.scale_of(i.id))]
    items = answers.items(ordered)
    groups = grouping(items.persons, "site")
    numbers = _means(items, groups, level) if ordered else []
    seen: set[str] = set()
    for scale in q.scales:
        if scale.model == "reflective":
            data = answers.scale(scale.id)
            numbers += [r for r in _patterns(data, groups, level) if r.target not in seen]
            seen |= set(data.names)
    n_grouped = sum(int(group.rows.sum()) for group in groups)
    labels = tuple(group.label for group in groups)
    return SiteDifferences(tuple(numbers), labels, level, n_grouped, items.n_persons - n_grouped)


def _others(group: Group, groups: Sequence[Group]) -> NDArray[np.bool_]:
    rows = np.zeros_like(group.rows)
    for other in groups:
        if other is not group:
            rows |= other.rows
    return rows


def _simultaneous(n_sites: NDArray[np.int64], level: float) -> Floats:
    """Return the level of each interval that makes `level` hold for all sites with a value."""
    return np.asarray(1.0 - (1.0 - level) / np.maximum(n_sites, 1))


def _means(items: ItemData, groups: Sequence[Group], level: float) -> list[Record]:
    if not groups:
        return []
    sd = pooled_sd([items.values[group.rows] for group in groups])
    contrasts = [mean_contrast(items.values[g.rows], items.values[_others(g, groups)]) for g in groups]
    usable = np.array(
        [(c.n_first >= LEAST_ANSWERS) & (c.n_second >= LEAST_ANSWERS) & ~np.isnan(sd) for c in contrasts]
    ).reshape(len(groups), items.n_items)
    each = _simultaneous(usable.sum(axis=0), level)
    records = []
    for group, contrast, ok in zip(groups, contrasts, usable, strict=True):
        quantile = np.array([t_quantile(float(p), df) for p, df in zip(each, contrast.df, strict=True)])
        half = np.where(contrast.se > 0, quantile * contrast.se, 0.0) / sd
        value = contrast.difference / sd
        asked = items.asked[group.rows].sum(axis=0)
        for j, name in enumerate(items.names):
            sample = Sample(int(asked[j]), int(contrast.n_first[j]), "answered", items.source)
            estimate = _estimate(
                (value[j], value[j] - half[j], value[j] + half[j]), bool(ok[j]), level, "Welch, Bonferroni"
            )
            records.append(Record("sites", name, group.label, "mean_difference", estimate, sample))
    return records


def _patterns(scale: ItemData, groups: Sequence[Group], level: float) -> list[Record]:
    if not groups:
        return []
    complete = complete_rows(scale.values)
    here = [item_rest(scale.values[complete & group.rows]) for group in groups]
    there = [item_rest(scale.values[complete & _others(group, groups)]) for group in groups]
    usable = np.array(
        [
            (np.full(scale.n_items, min(a.n, b.n) >= LEAST_ANSWERS) & ~np.isnan(a.se_z) & ~np.isnan(b.se_z))
            for a, b in zip(here, there, strict=True)
        ]
    ).reshape(len(groups), scale.n_items)
    each = _simultaneous(usable.sum(axis=0), level)
    records = []
    for group, a, b, ok in zip(groups, here, there, usable, strict=True):
        ends = [
            (c.r, *fisher_interval(c.r, c.se_z, np.array([t_quantile(float(p), c.n - 2) for p in each])))
            for c in (a, b)
        ]
        value, lower, upper = difference_interval(*ends)
        sample = Sample(
            int(scale.asked[group.rows].any(axis=1).sum()), a.n, f"listwise within {scale.name}", scale.source
        )
        for j, name in enumerate(scale.names):
            method = "Fisher z by influence functions, Zou, Bonferroni"
            estimate = _estimate((value[j], lower[j], upper[j]), bool(ok[j]), level, method)
            records.append(Record("sites", name, group.label, "item_rest_difference", estimate, sample))
    return records


def _estimate(numbers: tuple[float, float, float], usable: bool, level: float, method: str) -> Estimate:
    if not usable:
        return Estimate(None, method=f"fewer than {LEAST_ANSWERS} answers, one site only, or no variation")
    value, lower, upper = (float(number) for number in numbers)
    return Estimate(value, lower, upper, level, method)

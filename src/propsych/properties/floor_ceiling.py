"""Floor and ceiling: the share of persons at the lowest and at the highest possible score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.clusters import MIN_SITES, site_numbers
from propsych.data.entry import numeric_columns
from propsych.errors import AnalysisError, message
from propsych.kernels.proportions import clopper_pearson, clustered_share, wilson
from propsych.result import Estimate, Record, Result, Sample
from propsych.scoring import Scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FloorCeiling", "floor_ceiling"]

Range = tuple[float, float]
Method = Literal["wilson", "clopper_pearson"]


@dataclass(frozen=True, eq=False)
class FloorCeiling(Result):
    """Shares at the ends of the declared range.

    Attributes
    ----------
    targets : tuple of str
        Ids of scales, or column names.
    ranges : dict of str to (float, float)
        Lowest and highest possible score.
    floor, ceiling : tuple of Estimate
        One a target.
    floor_clustered, ceiling_clustered : tuple of Estimate
        With intervals that respect sites; empty with fewer than four sites.
    counts : pandas.DataFrame
        One row a target: ``n``, ``floor``, ``ceiling``, all counts of persons.
    samples : tuple of Sample
        One a target: persons asked, and those with a score.
    samples_clustered : tuple of Sample
        One a target, for the shares that respect sites: those with a score and a site.
    remark : str
        What the intervals hold for.
    """

    targets: tuple[str, ...]
    ranges: dict[str, Range]
    floor: tuple[Estimate, ...]
    ceiling: tuple[Estimate, ...]
    floor_clustered: tuple[Estimate, ...]
    ceiling_clustered: tuple[Estimate, ...]
    counts: pd.DataFrame
    samples: tuple[Sample, ...]
    samples_clustered: tuple[Sample, ...]
    remark: str

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return "Floor and ceiling"

    def _columns(self) -> dict[str, tuple[Estimate, ...]]:
        columns = {"floor": self.floor, "ceiling": self.ceiling}
        if self.floor_clustered:
            columns |= {"floor_clustered": self.floor_clustered, "ceiling_clustered": self.ceiling_clustered}
        return columns

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``floor_ceiling`` under their stable names."""
        for j, target in enumerate(self.targets):
            for statistic, estimates in self._columns().items():
                samples = self.samples_clustered if statistic.endswith("_clustered") else self.samples
                yield Record("floor_ceiling", target, "all", statistic, estimates[j], samples[j])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a target."""
        frame = self.counts.rename(columns={"floor": "n_floor", "ceiling": "n_ceiling"})
        for statistic, estimates in self._columns().items():
            frame[statistic] = [e.value for e in estimates]
            frame[f"{statistic}_lower"] = [e.lower for e in estimates]
            frame[f"{statistic}_upper"] = [e.upper for e in estimates]
        return frame

    def notes(self) -> tuple[str, ...]:
        """Return what the intervals hold for."""
        return (self.remark,)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw both shares of each target as bars."""
        from propsych.plotting import new_axes

        axes = ax if ax is not None else new_axes(640, 40 * len(self.targets))
        axes.set(xlim=(0, 1), ylim=(len(self.targets), 0))
        for j, (floor, ceiling) in enumerate(zip(self.floor, self.ceiling, strict=True)):
            axes.barh(j + 0.3, floor.value or 0.0, 0.3)
            axes.barh(j + 0.7, ceiling.value or 0.0, 0.3, hatch="//")
        axes.set_yticks([j + 0.5 for j in range(len(self.targets))], list(self.targets))
        return axes


def floor_ceiling(
    data: Any,
    *,
    range: Range | Mapping[str, Range] | None = None,
    level: float = 0.95,
    method: Method = "wilson",
) -> FloorCeiling:
    """Estimate the share of persons at the lowest and at the highest possible score.

    Parameters
    ----------
    data : Scores, data frame or array
        Scores of persons; persons in rows, scores in columns. Missing scores are left out.
    range : (float, float) or mapping of str to (float, float), optional
        Lowest and highest possible score, for every column or by column. `Scores` carry the declared range of
        each scale; for anything else it must be given.
    level : float, default 0.95
        Confidence level.
    method : {"wilson", "clopper_pearson"}
        Interval of ``floor`` and ``ceiling``.

    Returns
    -------
    FloorCeiling
        With at least four sites (`Scores` whose persons have a site) also shares with intervals that respect
        sites, see :func:`propsych.kernels.proportions.clustered_share`.

    Raises
    ------
    propsych.errors.AnalysisError
        Without a declared range, if a score lies outside it, or if the data are not numbers.

    Notes
    -----
    The 15 % criterion of Terwee et al. (2007), doi:10.1016/j.jclinepi.2006.03.012, is about scale scores, not
    single items, and about patients like those of the study. A ceiling may be the truth: ask whether the
    people at the end differ in what the scale should tell apart.

    Examples
    --------
    >>> result = floor_ceiling([0, 0, 5, 10], range=(0, 10))
    >>> result.floor[0].value, result.ceiling[0].value
    (0.5, 0.25)
    """
    if not 0 < level < 1:
        raise AnalysisError(
            message("the confidence level lies between 0 and 1", got=str(level), remedy="use 0.95")
        )
    sites, asked = None, None
    declared = range
    if isinstance(data, Scores):
        asked = data.asked.sum(axis=0).to_numpy()
        sites = site_numbers(data.persons)
        declared = range if range is not None else data.ranges
        data = data.values
    names, values = numeric_columns(data)
    ranges = _ranges(names, declared)
    low = np.array([ranges[name][0] for name in names])
    high = np.array([ranges[name][1] for name in names])
    _require_inside(names, values, low, high)
    missing = np.isnan(values)
    ends = {
        "floor": np.where(missing, np.nan, values == low),
        "ceiling": np.where(missing, np.nan, values == high),
    }
    n = (~missing).sum(axis=0)
    counts = pd.DataFrame(
        {"n": n} | {e: np.nansum(s, axis=0).astype(int) for e, s in ends.items()}, index=names
    )
    plain = {end: _plain(counts[end].to_numpy(), n, level, method) for end in ends}
    clustered, remark = _clustered(ends, sites, level)
    asked = asked if asked is not None else np.full(len(names), len(values))
    samples = tuple(Sample(int(a), int(count), "with a score") for a, count in zip(asked, n, strict=True))
    # who has no site is in the plain share and not in the other
    located = (~missing)[sites >= 0].sum(axis=0) if sites is not None else n
    clustered_samples = tuple(
        Sample(int(a), int(count), "with a score and a site") for a, count in zip(asked, located, strict=True)
    )
    return FloorCeiling(
        names,
        ranges,
        plain["floor"],
        plain["ceiling"],
        clustered.get("floor", ()),
        clustered.get("ceiling", ()),
        counts,
        samples,
        clustered_samples,
        remark,
    )


def _ranges(names: tuple[str, ...], declared: Range | Mapping[str, Range] | None) -> dict[str, Range]:
    if declared is None:
        raise AnalysisError(
            message(
                "floor and ceiling need the declared range",
                consequence="the lowest score observed need not be the lowest possible",
                remedy="give range=(lowest, highest), or scores made by propsych.score",
            )
        )
    ranges = dict(declared) if isinstance(declared, Mapping) else dict.fromkeys(names, declared)
    for name in names:
        if name not in ranges:
            raise AnalysisError(message("no range is declared", where=name, remedy="add it to range"))
        if not ranges[name][0] < ranges[name][1]:
            what = "the lowest possible score is below the highest"
            raise AnalysisError(message(what, where=name, got=str(ranges[name]), remedy="correct range"))
    return {name: (float(ranges[name][0]), float(ranges[name][1])) for name in names}


def _require_inside(
    names: tuple[str, ...], values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> None:
    outside = ((values < low) | (values > high)).any(axis=0)
    if outside.any():
        j = int(outside.argmax())
        what = f"a score lies outside the declared range {low[j]:g} to {high[j]:g}"
        raise AnalysisError(message(what, where=names[j], remedy="correct the range or the data"))


def _plain(
    count: NDArray[np.int64], n: NDArray[np.int64], level: float, method: Method
) -> tuple[Estimate, ...]:
    makers = {"wilson": (wilson, "Wilson"), "clopper_pearson": (clopper_pearson, "Clopper-Pearson")}
    if method not in makers:
        remedy = "use wilson or clopper_pearson"
        raise AnalysisError(message("unknown interval", got=repr(method), remedy=remedy))
    make, name = makers[method]
    share = make(count, n, level)
    return tuple(
        _estimate(*row, level, name) for row in zip(share.estimate, share.lower, share.upper, strict=True)
    )


def _estimate(value: float, lower: float, upper: float, level: float, method: str) -> Estimate:
    if np.isnan(value):
        return Estimate(None, method="no scores")
    return Estimate(float(value), float(lower), float(upper), level, method)


def _clustered(
    ends: Mapping[str, NDArray[np.float64]], sites: NDArray[np.int64] | None, level: float
) -> tuple[dict[str, tuple[Estimate, ...]], str]:
    n_sites = int(sites.max(initial=-1)) + 1 if sites is not None else 0
    if sites is None or n_sites < MIN_SITES:
        return {}, f"The intervals hold for these persons only; {MIN_SITES} sites are needed to say more."
    columns = {}
    name = "Wilson with the effective sample size of the sites, t"
    for end, success in ends.items():
        share = clustered_share(success, sites, level)
        enough = share.n_clusters >= MIN_SITES
        value = np.where(enough, share.estimate, np.nan)
        rows = zip(value, share.lower, share.upper, strict=True)
        columns[end] = tuple(_estimate(*row, level, name) for row in rows)
    return columns, f"Intervals named clustered allow for differences between sites like these {n_sites}."

"""Reliability coefficients of one scale as a result, and the interval that they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message
from propsych.kernels.jackknife import log1m_jackknife
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ScaleCoefficients", "left_out_estimate", "no_interval", "why_impossible"]

JACKKNIFE = "jackknife on log(1 - x)"
WITHOUT_SOMEBODY = "without one of the persons the number does not exist, since an item then has one value"


@dataclass(frozen=True, eq=False)
class ScaleCoefficients(Result):
    """Named coefficients of one scale, each with its interval.

    Attributes
    ----------
    heading : str
        What they are.
    scale : str
        Id of the scale.
    estimates : mapping of str to Estimate
        Name -> number; the name says exactly which coefficient it is.
    sample : Sample
    remarks : tuple of str
        What the numbers mean, and reasons for doubt.
    tables : mapping of str to pandas.DataFrame
        Further tables, for instance ``"if_dropped"`` or ``"loadings"``.
    """

    heading: str
    scale: str
    estimates: Mapping[str, Estimate]
    sample: Sample
    remarks: tuple[str, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"{self.heading}: {self.scale}"

    def __getitem__(self, name: str) -> Estimate:
        if name not in self.estimates:
            remedy = f"use one of {', '.join(self.estimates)}"
            raise AnalysisError(message("no such coefficient", got=repr(name), remedy=remedy))
        return self.estimates[name]

    def value(self, name: str) -> float:
        """Return one number, NaN where it could not be computed."""
        value = self[name].value
        return float("nan") if value is None else float(value)

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``internal_consistency`` under their names."""
        for name, estimate in self.estimates.items():
            yield Record("internal_consistency", self.scale, "all", name, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient: value, lower, upper, method."""
        rows = {name: [e.value, e.lower, e.upper, e.method] for name, e in self.estimates.items()}
        columns = ["value", "lower", "upper", "method"]
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("coefficient")
        return frame.astype({"value": float, "lower": float, "upper": float})

    def notes(self) -> tuple[str, ...]:
        """Return the sample, what the numbers mean, and reasons for doubt."""
        sample = self.sample
        levels = sorted({e.level for e in self.estimates.values() if e.level is not None})
        return (
            f"{sample.n_used} of {sample.n_asked} persons asked were used ({sample.rule}).",
            *(f"Intervals are at {level:.0%}." for level in levels),
            *self.remarks,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each coefficient as a dot with its interval."""
        from propsych.plotting import new_axes

        frame = self.to_frame().dropna(subset=["value"])
        axes = ax if ax is not None else new_axes(640, 30 * (len(frame) + 2))
        rows = np.arange(len(frame))
        axes.hlines(rows, frame["lower"], frame["upper"])
        axes.plot(frame["value"], rows, "o")
        axes.set_yticks(rows, [str(name) for name in frame.index])
        axes.set(ylim=(max(len(frame), 1) - 0.5, -0.5), xlabel="reliability")
        return axes


def left_out_estimate(value: float, without: NDArray[np.float64], level: float, method: str = "") -> Estimate:
    """Return a coefficient of at most 1 with the jackknife interval from its values without each person."""
    if not np.isfinite(value) or value > 1.0 + 1e-9:
        return Estimate(None, method=why_impossible(value))
    lower, upper = (None if np.isnan(end) else end for end in log1m_jackknife(value, without, level))
    how = JACKKNIFE
    if lower is None:
        missing = np.isnan(without).any()
        how = f"no interval: {WITHOUT_SOMEBODY if missing else 'too few persons, or at the end of its range'}"
    return Estimate(float(value), lower, upper, level, f"{method}; {how}" if method else how)


def why_impossible(value: float) -> str:
    """Return why there is no such coefficient."""
    if not np.isfinite(value):
        return "not estimable"
    return f"impossible: {value:.3f} is above 1, so the model explains more variance than the sum has"


def no_interval(value: float, why: str) -> Estimate:
    """Return a number that has no interval, and why."""
    if not np.isfinite(value) or value > 1.0 + 1e-9:
        return Estimate(None, method=why_impossible(value))
    return Estimate(float(value), method=f"no interval: {why}")

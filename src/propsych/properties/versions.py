"""Versions: whether an item that was reworded during the pilot is answered at another level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from propsych.data import Responses
from propsych.errors import AnalysisError, message
from propsych.kernels.contrast import mean_contrast, pooled_sd
from propsych.kernels.proportions import t_quantile
from propsych.questionnaire import Item
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["VersionDifferences", "version_differences"]


@dataclass(frozen=True, eq=False)
class VersionDifferences(Result):
    """Items with several versions.

    Attributes
    ----------
    numbers : tuple of Record
        ``n_versions`` and ``mean_difference`` of each item with several versions; the target is its latest.
    level : float
        Confidence level of each interval.
    """

    numbers: tuple[Record, ...]
    level: float

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return "Items reworded during the pilot"

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``versions`` under their stable names."""
        yield from self.numbers

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item and statistic."""
        rows = [
            (r.target, r.statistic, r.estimate.value, r.estimate.lower, r.estimate.upper, r.estimate.method)
            for r in self.numbers
        ]
        return pd.DataFrame(rows, columns=["item", "statistic", "value", "lower", "upper", "method"])

    def notes(self) -> tuple[str, ...]:
        """Return why a difference need not come from the wording."""
        if not self.numbers:
            return ("No item has more than one version.",)
        return (
            "The versions were answered in different months, by different persons: time differs as well.",
        )


def version_differences(answers: Responses, *, level: float = 0.95) -> VersionDifferences:
    """Compare the latest version of each reworded item with its earlier versions together.

    Parameters
    ----------
    answers : Responses
        Checked answers.
    level : float, default 0.95
        Confidence level of each interval; not adjusted for the number of items.

    Returns
    -------
    VersionDifferences
        ``n_versions``, and ``mean_difference``: latest minus earlier in units of the pooled SD within
        versions
        (taken as known), with Welch's interval. None where the categories differ, a version has fewer than
        two answers, or nothing varies. Empty if no item has several versions.

    Raises
    ------
    propsych.errors.AnalysisError
        If `level` is not between 0 and 1.

    Notes
    -----
    Do not take the difference for an effect of the wording: whoever answered later also answered at another
    time, and perhaps at other sites. An interval that covers 0 does not show that the versions are
    equivalent.
    """
    if not 0 < level < 1:
        raise AnalysisError(
            message("the confidence level lies between 0 and 1", got=str(level), remedy="use 0.95")
        )
    questionnaire = answers.questionnaire
    records: list[Record] = []
    for name in dict.fromkeys(item.id for item in questionnaire.items if item.type == "choice"):
        versions = questionnaire.versions(name)
        if len(versions) > 1:
            records += _compare(answers, versions, level)
    return VersionDifferences(tuple(records), level)


def _compare(answers: Responses, versions: tuple[Item, ...], level: float) -> Iterator[Record]:
    target = versions[-1].key
    data = answers.items([item.key for item in versions if item.type == "choice"])
    sample = Sample(
        int(data.asked.any(axis=1).sum()), int((data.positions >= 0).any(axis=1).sum()), "answered"
    )
    # a version that is declared and was given to nobody is no change during the pilot
    n_given = int(data.asked.any(axis=0).sum())
    yield Record("versions", target, "all", "n_versions", Estimate(n_given), sample)
    yield Record(
        "versions", target, "all", "mean_difference", _difference(data.values, versions, level), sample
    )


def _difference(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], versions: tuple[Item, ...], level: float
) -> Estimate:
    if any(item.type != "choice" or sorted(item.scores) != sorted(versions[-1].scores) for item in versions):
        return Estimate(None, method="the versions have different categories")
    latest, earlier = values[:, -1:], values[:, :-1].reshape(-1, 1)
    contrast = mean_contrast(latest, earlier)
    sd = pooled_sd([values[:, j : j + 1] for j in range(values.shape[1])])[0]
    if min(contrast.n_first[0], contrast.n_second[0]) < 2 or np.isnan(sd):
        return Estimate(None, method="fewer than two answers, or no variation")
    value = float(contrast.difference[0] / sd)
    half = float(t_quantile(level, contrast.df)[0] * contrast.se[0] / sd)
    return Estimate(value, value - half, value + half, level, "Welch")

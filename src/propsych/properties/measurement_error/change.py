"""Reliable change of single persons, in three states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from propsych.data.arguments import require_choice, require_level
from propsych.data.paired import paired_scores
from propsych.errors import AnalysisError, message
from propsych.kernels.measurement_error import detectable_change
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["ReliableChange", "reliable_change"]


@dataclass(frozen=True, eq=False)
class ReliableChange(Result):
    """Who changed by more than measurement error.

    Attributes
    ----------
    name : str
    table : pandas.DataFrame
        One row a person with both scores: `change` (second minus first), `index` (change over its standard
        error) and `state` (``"better"``, ``"worse"``, ``"cannot tell"``).
    threshold : float
        Smallest change that counts, in score points.
    sample : Sample
    """

    name: str
    table: pd.DataFrame
    threshold: float
    level: float
    sample: Sample

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Reliable change: {self.name}"

    @property
    def counts(self) -> dict[str, int]:
        """Number of persons in each state."""
        states = self.table["state"]
        return {state: int((states == state).sum()) for state in ("better", "worse", "cannot tell")}

    def records(self) -> Iterator[Record]:
        """Yield how many persons are in each state; no person."""
        for state, n in self.counts.items():
            statistic = "n_" + state.replace(" ", "_")
            yield Record("measurement_error", self.name, "all", statistic, Estimate(n), self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return the number of persons in each state."""
        return pd.DataFrame({"persons": self.counts}).rename_axis("state")

    def notes(self) -> tuple[str, ...]:
        """Return the sample, and what the states mean."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons have both scores.",
            f"A change counts from {self.threshold:.3g} points on. Of persons who did not change,"
            f" {1 - self.level:.0%} pass it by chance alone.",
            "Cannot tell: the change is within measurement error; the person may have changed all the same.",
        )


def reliable_change(
    before: Any,
    after: Any,
    *,
    sem: float,
    higher: Literal["better", "worse"],
    level: float = 0.95,
    name: str = "score",
) -> ReliableChange:
    """Tell for each person whether the change is beyond measurement error.

    Parameters
    ----------
    before, after : pandas Series or array_like of shape (n_persons,)
        Two scores; two Series must share their index.
    sem : float
        Standard error of measurement in score points, from persons who did not change.
    higher : {"better", "worse"}
        Direction of the score, declared.
    level : float, default 0.95
        Share of unchanged persons who stay within the threshold.
    name : str
        Id of the scale or score, for the records.

    Returns
    -------
    ReliableChange

    Raises
    ------
    propsych.errors.AnalysisError
        If `sem` is no positive number, lengths or persons differ, or nobody has both scores.

    Notes
    -----
    Jacobson & Truax (1991), doi:10.1037/0022-006X.59.1.12: the change over sqrt(2) SEM. It takes one error
    for all scores, and no regression to the mean into account.

    Examples
    --------
    >>> found = reliable_change([40, 50, 60], [55, 51, 40], sem=3.0, higher="better")
    >>> found.table["state"].tolist()
    ['better', 'cannot tell', 'worse']
    """
    level = require_level(level)
    require_choice("direction", higher, ("better", "worse"))
    if isinstance(sem, bool) or not isinstance(sem, int | float | np.number) or not 0 < float(sem) < np.inf:
        what, remedy = "the measurement error is impossible", "give the SEM in score points"
        raise AnalysisError(message(what, got=repr(sem), remedy=remedy))
    paired = paired_scores(before, after, least=1)
    change = paired.values[:, 1] - paired.values[:, 0]
    threshold = detectable_change(float(sem), level)
    up, down = ("better", "worse") if higher == "better" else ("worse", "better")
    state = np.where(change > threshold, up, np.where(change < -threshold, down, "cannot tell"))
    index = pd.Index(paired.persons, tupleize_cols=False, name="person")
    columns = {"change": change, "index": change / (np.sqrt(2.0) * float(sem)), "state": state}
    sample = Sample(paired.n_persons, len(change), "both scores")
    return ReliableChange(name, pd.DataFrame(columns, index=index), threshold, level, sample)

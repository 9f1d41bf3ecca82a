"""Responses -> Scores, under the rule that each scale declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import Responses
from propsych.data.groups import Group, grouping
from propsych.kernels.proportions import t_quantile
from propsych.questionnaire import Scale, ScoreRule
from propsych.result import Estimate, Record, Result, Sample
from propsych.scoring.bins import Bins, score_bins

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Scores", "apply_rule", "score", "score_range"]


@dataclass(frozen=True, eq=False)
class Scores(Result):
    """Scale scores with the rule that made each.

    Attributes
    ----------
    values : pandas.DataFrame, shape (n_persons, n_scales)
        Score of each person; NaN where the rule gives none.
    n_answered : pandas.DataFrame of int, shape (n_persons, n_scales)
        Answered items of each scale.
    asked : pandas.DataFrame of bool, shape (n_persons, n_scales)
        True where the person was asked at least one item of the scale.
    scales : tuple of Scale
        Declarations, with the rule that was executed.
    ranges : dict of str to (float, float)
        Scale id -> lowest and highest possible score under the declared categories.
    bins : dict of str to Bins
        Scale id -> bins of a histogram, each with the same number of possible scores.
    persons : pandas.DataFrame
        As in :attr:`Responses.persons`.
    level : float
        Confidence level of the means' intervals in the records.
    """

    values: pd.DataFrame
    n_answered: pd.DataFrame
    asked: pd.DataFrame
    scales: tuple[Scale, ...]
    ranges: dict[str, tuple[float, float]]
    bins: dict[str, Bins]
    persons: pd.DataFrame
    level: float = 0.95

    def why_missing(self) -> pd.DataFrame:
        """Return, for each person and scale, why there is no score (empty where there is one)."""
        reasons = {}
        for scale in self.scales:
            needed = scale.rule.missing.required(len(scale.items))
            text = f"fewer than {needed} of {len(scale.items)} items answered"
            reasons[scale.id] = np.where(self.values[scale.id].isna(), text, "")
        return pd.DataFrame(reasons, index=self.values.index)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a person: id, time point, each scale's score and ``<scale>_n_answered``."""
        keys = self.persons[[c for c in ("person", "time_point") if c in self.persons]]
        return pd.concat([keys, self.values, self.n_answered.add_suffix("_n_answered")], axis=1)

    def summary(self, decimals: int = 3) -> str:
        """Return one line a scale: n, mean, SD, range."""
        frame = self.values.agg(["count", "mean", "std", "min", "max"]).T
        return f"{self.title}\n{frame.round(decimals).to_string()}"

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``scores`` for all persons and by site, sector and month."""
        everyone = Group("all", np.ones(len(self.values), dtype=bool))
        groups = [everyone, *(g for by in ("site", "sector", "month") for g in grouping(self.persons, by))]
        for scale in self.scales:
            for group in groups:
                yield from self._describe(scale, group)
            yield from self._bins(scale)

    def _describe(self, scale: Scale, group: Group) -> Iterator[Record]:
        column = self.values.loc[group.rows, scale.id].to_numpy(dtype=float)
        scored = column[~np.isnan(column)]
        asked = int(self.asked.loc[group.rows, scale.id].sum())
        sample = Sample(asked, len(scored), _missing_rule_name(scale))
        for name, count in (("n_persons", len(column)), ("n_scored", len(scored))):
            yield Record("scores", scale.id, group.label, name, Estimate(count))
        for name, estimate in _moments(scored, self.level).items():
            yield Record("scores", scale.id, group.label, name, estimate, sample)

    def _bins(self, scale: Scale) -> Iterator[Record]:
        scored = self.values[scale.id].dropna().to_numpy(dtype=float)
        bins = self.bins[scale.id]
        for name, count in zip(bins.names, bins.count(scored), strict=True):
            yield Record("scores", scale.id, "all", f"bin:{name}", Estimate(int(count)))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the distribution of the first scale's scores with the ends of its range marked."""
        from propsych.plotting import histogram, new_axes

        scale = self.scales[0]
        counts = self.bins[scale.id].count(self.values[scale.id].to_numpy(dtype=float))
        axes = ax if ax is not None else new_axes()
        return histogram(axes, counts.tolist(), list(self.ranges[scale.id]))


def _moments(scored: NDArray[np.float64], level: float) -> dict[str, Estimate]:
    """Return mean with its t interval, SD and median; None where there are too few scores."""
    n = len(scored)
    sd = float(scored.std(ddof=1)) if n > 1 else None
    mean, median = (float(scored.mean()), float(np.median(scored))) if n else (None, None)
    if mean is None or sd is None:
        average = Estimate(mean, method="mean of scores")
    else:
        half = float(t_quantile(level, n - 1)) * sd / n**0.5
        average = Estimate(mean, mean - half, mean + half, level, "mean of scores, t")
    return {
        "mean": average,
        "sd": Estimate(sd, method="divisor n - 1"),
        "median": Estimate(median, method="median"),
    }


def _missing_rule_name(scale: Scale) -> str:
    return f"at least {scale.rule.missing.required(len(scale.items))} of {len(scale.items)} items"


def score_range(scores: tuple[tuple[float, ...], ...], rule: ScoreRule) -> tuple[float, float]:
    """Return the lowest and highest possible score of items with these declared item scores."""
    lows = [min(item) for item in scores]
    highs = [max(item) for item in scores]
    if rule.kind == "percent":
        return 0.0, 100.0
    if rule.kind == "mean":
        return float(np.mean(lows)), float(np.mean(highs))
    return float(sum(lows)), float(sum(highs))


def apply_rule(
    values: NDArray[np.float64], item_scores: tuple[tuple[float, ...], ...], rule: ScoreRule
) -> NDArray[np.float64]:
    """Score persons by one rule.

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_items)
        Item scores after the declared reversal, NaN where missing.
    item_scores : tuple of tuple of float, length n_items
        Declared scores of each item's categories; they give the range.
    rule : ScoreRule
        What to do.

    Returns
    -------
    ndarray of float, shape (n_persons,)
        NaN where fewer items were answered than the rule's missing rule asks for.

    Examples
    --------
    >>> rule = ScoreRule(kind="percent", missing={"kind": "at_least_half"})
    >>> apply_rule(np.array([[0.0, 4.0], [1.0, np.nan], [np.nan, np.nan]]), ((0, 1, 2, 3, 4),) * 2, rule)
    array([50., 25., nan])
    """
    n_items = values.shape[1]
    answered = ~np.isnan(values)
    n_answered = answered.sum(axis=1)
    total = np.where(answered, values, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n_answered
    if rule.kind == "sum":
        # a complete sum is not made from the mean: the integer stays exact
        result = np.where(n_answered == n_items, total, mean * n_items)
    elif rule.kind == "mean":
        result = mean
    else:
        low = float(np.mean([min(item) for item in item_scores]))
        high = float(np.mean([max(item) for item in item_scores]))
        result = (mean - low) / (high - low) * 100.0
        if rule.flip:
            result = 100.0 - result
    return np.where(n_answered >= rule.missing.required(n_items), result, np.nan)


def score(answers: Responses, *, level: float = 0.95) -> Scores:
    """Score every scale of the questionnaire by its declared rule.

    Parameters
    ----------
    answers : Responses
        Checked answers.
    level : float, default 0.95
        Confidence level of the means' intervals.

    Returns
    -------
    Scores

    Raises
    ------
    propsych.errors.DataError
        If the check of the answers found errors.

    Notes
    -----
    Do not compare scores made under different missing rules: a scale scored from half of its items is less
    precise, and the persons who skip differ from those who do not.
    """
    answers.require_valid()
    values, n_answered, asked, ranges, bins = {}, {}, {}, {}, {}
    for scale in answers.questionnaire.scales:
        data = answers.scale(scale.id)
        values[scale.id] = apply_rule(data.values, data.scores, scale.rule)
        n_answered[scale.id] = (data.positions >= 0).sum(axis=1)
        asked[scale.id] = data.asked.any(axis=1)
        ranges[scale.id] = score_range(data.scores, scale.rule)
        lowest, highest = (sum(pick(item) for item in data.scores) for pick in (min, max))
        low, high = ranges[scale.id]
        # one step of one item, as it shows in the score
        bins[scale.id] = score_bins(low, high, (high - low) / (highest - lowest))
    index = answers.persons.index
    return Scores(
        pd.DataFrame(values, index=index),
        pd.DataFrame(n_answered, index=index),
        pd.DataFrame(asked, index=index),
        answers.questionnaire.scales,
        ranges,
        bins,
        answers.persons,
        level,
    )

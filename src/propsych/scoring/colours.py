"""Red, yellow and green by the declared algorithm of each item. A missing answer is grey, never green."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from propsych.data import Responses
from propsych.questionnaire import Item
from propsych.result import Estimate, Record, Result

__all__ = ["COLOURS", "Colours", "item_colours"]

COLOURS = ("green", "yellow", "red", "grey")


@dataclass(frozen=True, eq=False)
class Colours(Result):
    """Number of persons in each colour, for every item with an algorithm.

    Attributes
    ----------
    counts : pandas.DataFrame, shape (n_items, 4)
        Index item key, columns green, yellow, red, grey. Persons who were not asked are in none.
    """

    counts: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the counts."""
        return self.counts

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``colours``."""
        for key, row in self.counts.iterrows():
            for colour in COLOURS:
                yield Record("colours", str(key), "all", f"count:{colour}", Estimate(int(row[colour])))


def item_colours(answers: Responses) -> Colours:
    """Count colours for every item with a colour algorithm.

    Parameters
    ----------
    answers : Responses
        Checked answers.

    Returns
    -------
    Colours
        Grey are those who were asked and gave no answer.
    """
    items = [item for item in answers.questionnaire.items if item.colours is not None]
    data = answers.items([item.key for item in items], name="colours")
    rows = {}
    for j, item in enumerate(items):
        column = data.positions[:, j]
        answered = np.bincount(column[column >= 0], minlength=len(item.codes))
        rows[item.key] = [*_by_colour(item, answered), int((data.asked[:, j] & (column < 0)).sum())]
    return Colours(pd.DataFrame.from_dict(rows, orient="index", columns=list(COLOURS), dtype=int))


def _by_colour(item: Item, answered: np.ndarray) -> list[int]:
    rule = item.colours
    if rule is None:
        return [0, 0, 0]
    per_code = dict(zip(item.codes, answered.tolist(), strict=True))
    return [sum(per_code[code] for code in codes) for codes in (rule.green, rule.yellow, rule.red)]

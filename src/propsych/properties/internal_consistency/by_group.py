"""Alpha in each group of persons, for the appendix: it follows the spread, so it compares no groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from propsych.data import PERSON_COLUMNS, Responses
from propsych.data.arguments import require_level
from propsych.data.groups import grouping
from propsych.data.scale_answers import LEAST_PERSONS, require_items, require_reflective
from propsych.errors import AnalysisError, message
from propsych.properties.internal_consistency.alpha import alpha_of
from propsych.properties.internal_consistency.alpha_interval import DEFAULT_INTERVAL
from propsych.properties.internal_consistency.result import Alpha
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["AlphaByGroup", "alpha_by"]


@dataclass(frozen=True, eq=False)
class AlphaByGroup(Result):
    """Alpha of one scale in each group.

    Attributes
    ----------
    scale, by : str
        Id of the scale, and what the groups were made by.
    groups : dict of str to (Alpha or None)
        Label (``"site=a"``) -> alpha, None where it cannot be estimated.
    samples : dict of str to Sample
        Label -> persons asked and used.
    reasons : dict of str to str
        Label -> why there is no alpha.
    n_without : int
        Persons without a value, who belong to no group.
    """

    scale: str
    by: str
    groups: dict[str, Alpha | None]
    samples: dict[str, Sample]
    reasons: dict[str, str]
    n_without: int

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Cronbach's alpha: {self.scale} by {self.by}"

    def __getitem__(self, label: str) -> Alpha | None:
        return self.groups[label]

    def records(self) -> Iterator[Record]:
        """Yield alpha of each group; where there is none, no value and the reason as its method."""
        for label, alpha in self.groups.items():
            if alpha is not None:
                yield from alpha.records()
                continue
            none = Estimate(None, method=self.reasons[label])
            for statistic in ("alpha", "alpha_feldt"):
                yield Record("internal_consistency", self.scale, label, statistic, none, self.samples[label])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group."""
        rows = []
        for label, alpha in self.groups.items():
            row: dict[str, object] = {"group": label, "n_used": self.samples[label].n_used}
            if alpha is not None:
                lower, upper = alpha.interval
                row |= {"alpha": alpha.estimate, "lower": lower, "upper": upper}
            rows.append(row | {"reason": self.reasons.get(label, "")})
        columns = ["group", "n_used", "alpha", "lower", "upper", "reason"]
        return pd.DataFrame(rows, columns=columns).set_index("group")

    def notes(self) -> tuple[str, ...]:
        """Return why groups are not compared by alpha, and who is in none."""
        spread = "Alpha follows the spread of a group, so a lower alpha does not mean poorer answers."
        if self.n_without:
            return spread, f"{self.n_without} persons have no {self.by} and belong to no group."
        return (spread,)


def alpha_by(answers: Responses, scale: str, by: str, *, level: float = 0.95) -> AlphaByGroup:
    """Estimate alpha of a reflective scale in each group, listwise.

    Parameters
    ----------
    answers : Responses
        Checked answers.
    scale : str
        Id of the scale.
    by : str
        ``"site"``, ``"sector"``, ``"month"``, ``"sex"``, ``"age"``, ``"mode"`` or ``"time_point"``.
    level : float, default 0.95
        Confidence level of each interval.

    Returns
    -------
    AlphaByGroup
        A group with fewer than three complete persons, or with an item that does not vary, has None and a
        reason.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, a scale of one item, or an unknown `by`.
    KeyError
        If there is no such scale.

    Notes
    -----
    Do not use these numbers to say that a scale works worse in one group: alpha falls when the group is more
    alike, with the same items answered equally well.
    """
    if by not in (*PERSON_COLUMNS, "month") or by in ("person", "date"):
        remedy = "use site, sector, month, sex, age, mode or time_point"
        raise AnalysisError(message("persons cannot be grouped by this", got=repr(by), remedy=remedy))
    level = require_level(level)
    items = answers.scale(scale)
    require_reflective(items, "alpha")
    require_items(items, "alpha", 2)
    groups: dict[str, Alpha | None] = {}
    samples: dict[str, Sample] = {}
    reasons: dict[str, str] = {}
    n_grouped = 0
    for group in grouping(items.persons, by):
        chosen = items.select(group.rows)
        n_grouped += chosen.n_persons
        complete = int((chosen.positions >= 0).all(axis=1).sum())
        samples[group.label] = Sample(chosen.n_asked_any, complete, "listwise", items.source)
        try:
            alpha = alpha_of(
                chosen, missing="listwise", interval=DEFAULT_INTERVAL, level=level, group=group.label
            )
            groups[group.label] = alpha
        except AnalysisError:
            groups[group.label] = None
            few = complete < LEAST_PERSONS
            why = "fewer than three complete persons" if few else "an item or their sum does not vary"
            reasons[group.label] = why
    return AlphaByGroup(scale, by, groups, samples, reasons, items.n_persons - n_grouped)

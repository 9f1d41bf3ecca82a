"""Judging numbers by criteria, in three states: yes, no, cannot tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from propsych.criteria.model import CriteriaSet, Criterion
from propsych.result import Estimate, Record

__all__ = ["Judgement", "State", "judge", "state_of"]

State = Literal["yes", "no", "cannot_tell"]
Reason = Literal["", "too_few", "interval_straddles", "not_estimable", "no_interval"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one criterion says of one number.

    Attributes
    ----------
    criterion : str
        Id of the criterion.
    target, group : str
        As in :class:`Record`.
    state : {"yes", "no", "cannot_tell"}
        Whether this is a point of attention.
    reason : str
        Why it cannot be told: ``too_few``, ``interval_straddles``, ``not_estimable``, ``no_interval`` (an
        estimate at a level of confidence whose interval could not be made, for instance where both answers
        of everybody are the same).
    record : str
        Id of the number that was judged.
    value, n : float or None, int or None
        The number and the answers behind it.
    """

    criterion: str
    target: str
    group: str
    state: State
    reason: Reason
    record: str
    value: float | None
    n: int | None


def judge(records: Iterable[Record], criteria: CriteriaSet) -> tuple[Judgement, ...]:
    """Judge every record that a criterion looks at.

    A point of attention ("yes") needs the whole interval beyond the threshold, "no" needs it wholly on the
    other side; otherwise the answer is "cannot tell". A number without a level of confidence is a count and
    is compared as it is. Too few answers is always "cannot tell".

    Parameters
    ----------
    records : iterable of Record
        The numbers of a study, in any order.
    criteria : CriteriaSet
        The thresholds.

    Returns
    -------
    tuple of Judgement
        In the order of the criteria, then of the records.

    Examples
    --------
    >>> from propsych.result import Estimate, Record, Sample
    >>> shipped = CriteriaSet.load()
    >>> skipped = Estimate(0.22, 0.17, 0.28, 0.95, "Wilson")
    >>> record = Record("items", "sleep_2@1", "all", "skipped", skipped, Sample(420, 420, "asked"))
    >>> [(j.criterion, j.state) for j in judge([record], shipped)]
    [('skipped', 'yes')]
    """
    by_place: defaultdict[tuple[str, str], dict[tuple[str, str], Record]] = defaultdict(dict)
    for record in records:
        by_place[record.property, record.statistic][record.target, record.group] = record
    judgements = []
    for criterion in criteria.criteria:
        chosen: dict[tuple[str, str], Record] = {}
        for statistic in reversed(criterion.statistics):
            chosen |= by_place[criterion.property, statistic]
        judgements += [
            _judge_one(record, criterion) for place, record in chosen.items() if _concerns(place, criterion)
        ]
    return tuple(judgements)


def _concerns(place: tuple[str, str], criterion: Criterion) -> bool:
    return place[1].startswith("site=") if criterion.applies_to == "site" else place[1] == "all"


def _judge_one(record: Record, criterion: Criterion) -> Judgement:
    n = record.sample.n_used if record.sample is not None else None
    state, reason = state_of(record.estimate, criterion, n)
    return Judgement(
        criterion.id, record.target, record.group, state, reason, record.id, record.estimate.value, n
    )


def state_of(estimate: Estimate, criterion: Criterion, n: int | None) -> tuple[State, Reason]:
    """Return the state of one estimate under one criterion, and why it cannot be told."""
    if n is not None and n < criterion.least_n:
        return "cannot_tell", "too_few"
    if estimate.value is None:
        return "cannot_tell", "not_estimable"
    if estimate.level is not None and estimate.lower is None and estimate.upper is None:
        return "cannot_tell", "no_interval"
    low = estimate.lower if estimate.lower is not None else estimate.value
    high = estimate.upper if estimate.upper is not None else estimate.value
    value = criterion.value
    if criterion.attention == "above":
        yes, no = low > value, high <= value
    elif criterion.attention == "below":
        yes, no = high < value, low >= value
    else:
        yes, no = low > value or high < -value, -value <= low and high <= value
    if yes:
        return "yes", ""
    return ("no", "") if no else ("cannot_tell", "interval_straddles")

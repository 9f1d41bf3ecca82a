"""Judgements about withheld numbers: what is left of them, and whether the state alone tells the count."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

from propsych.criteria import Judgement
from propsych.criteria.judge import state_of
from propsych.report.disclosure.attack import derivable
from propsych.report.disclosure.judged_sites import tells_a_site
from propsych.report.disclosure.needs import count_of
from propsych.report.disclosure.plan import Plan
from propsych.result import Estimate, Record
from propsych.study.results import StudyResults

__all__ = ["publishable_judgement"]


def publishable_judgement(
    results: StudyResults, judgement: Judgement, published: Record | None, plan: Plan
) -> Judgement:
    """Return a judgement with no more numbers than its record; "cannot tell" where its state tells a count.

    Parameters
    ----------
    results : StudyResults
        The unsuppressed results.
    judgement : Judgement
        One of theirs.
    published : Record or None
        The judged record as it is printed; None if it is left out.
    plan : Plan
        What is suppressed.
    """
    value = published.estimate.value if published is not None else None
    shows_n = published is not None and published.sample is not None and value is not None
    bare = replace(judgement, value=value, n=judgement.n if shows_n else None)
    record = results.records.get(judgement.record)
    if record is not None and tells_a_site(results, judgement, record, plan):
        return replace(bare, state="cannot_tell", reason="not_estimable")
    if value is not None:
        return bare
    if judgement.target in plan.silent or _tells(results, judgement, plan):
        return replace(bare, state="cannot_tell", reason="not_estimable")
    return bare


def _tells(results: StudyResults, judgement: Judgement, plan: Plan) -> bool:
    """Return True if some count that the tables leave possible would have been judged otherwise."""
    record = results.records.get(judgement.record)
    cells = count_of(results, record) if record is not None else None
    if record is None or cells is None or plan.prints(cells[0]):
        return False
    table = plan.table_of(cells[0])
    if table is None or cells[1] not in table.cells:
        return True
    low, high = derivable(table, {c: b for c, b in plan.hidden.items() if c in table.cells}, [cells[0]])[
        cells[0]
    ]
    n = table.cells[cells[1]].value
    criterion = results.criteria[judgement.criterion]
    level = record.estimate.level or results.info.level
    ends = (state_of(_wilson(count, n, level), criterion, n) for count in (low, min(high, n)))
    return any(end != (judgement.state, judgement.reason) for end in ends)


def _wilson(count: int, n: int, level: float) -> Estimate:
    """Return a share with its interval by Wilson (1927), doi:10.1080/01621459.1927.10502953."""
    if n < 1:
        return Estimate(None)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = count / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Estimate(share, centre - half, centre + half, level)

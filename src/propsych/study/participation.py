"""Who took part: counts by site, sector, month, sex and age."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from propsych.data.groups import grouping
from propsych.result import Estimate, Record
from propsych.study.plan import SitePlan

__all__ = ["participation_records"]

_BY = ("site", "sector", "month", "sex", "age", "mode")


def participation_records(persons: pd.DataFrame, sites: tuple[SitePlan, ...]) -> Iterator[Record]:
    """Yield the numbers of property ``participation``: ``n`` of all and each group; ``invited``."""
    yield _count("all", "n", len(persons))
    for by in _BY:
        for group in grouping(persons, by):
            yield _count(group.label, "n", int(group.rows.sum()))
    invited = {site.id: site.invited for site in sites if site.invited is not None}
    for site, count in invited.items():
        yield _count(f"site={site}", "invited", count)
    if sites and len(invited) == len(sites):
        yield _count("all", "invited", sum(invited.values()))


def _count(group: str, statistic: str, n: int) -> Record:
    return Record("participation", "persons", group, statistic, Estimate(n))

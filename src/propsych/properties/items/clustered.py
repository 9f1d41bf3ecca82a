"""Shares of items with intervals that respect the clustering of persons by site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.data import ItemData
from propsych.data.clusters import MIN_SITES, site_numbers
from propsych.kernels.proportions import clustered_share
from propsych.questionnaire import MissingKind
from propsych.result import Estimate, Sample

__all__ = ["clustered_shares"]

Column = tuple[tuple[Estimate, Sample | None] | None, ...]
METHOD = "Wilson with the effective sample size of the sites, t"


def clustered_shares(items: ItemData, level: float) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Return ``*_clustered`` columns, None where an item has too few sites, and what to say of them."""
    sites = site_numbers(items.persons)
    n_sites = int(sites.max(initial=-1)) + 1 if sites is not None else 0
    if sites is None or n_sites < MIN_SITES:
        reason = "the file names no sites" if sites is None else f"there are {n_sites} sites"
        return {}, (
            f"Intervals of shares hold for these sites only: {reason}, and at least {MIN_SITES} are needed to"
            " say more.",
        )
    rule = ""
    n_lost = int((sites < 0).sum())
    if n_lost:
        rule = f" {n_lost} persons without a site are not in them."
    lowest = np.array([int(np.argmin(scores)) for scores in items.scores])
    highest = np.array([int(np.argmax(scores)) for scores in items.scores])
    answered = items.positions >= 0
    columns = {
        "skipped_clustered": _column(items.positions == MissingKind.SKIPPED, items.asked, sites, level),
        "lowest_clustered": _column(items.positions == lowest, answered, sites, level),
        "highest_clustered": _column(items.positions == highest, answered, sites, level),
    }
    remark = (
        f"Intervals named clustered allow for differences between sites like these {n_sites};"
        f" the others hold for these sites only.{rule}"
    )
    return columns, (remark,)


def _column(
    success: NDArray[np.bool_], counts: NDArray[np.bool_], sites: NDArray[np.int64], level: float
) -> Column:
    share = clustered_share(np.where(counts, success, np.nan), sites, level)
    used = (counts & (sites >= 0)[:, None]).sum(axis=0)
    rows = zip(
        share.estimate, share.lower, share.upper, share.n_clusters, counts.sum(axis=0), used, strict=True
    )
    return tuple(
        (
            Estimate(float(value), float(lower), float(upper), level, METHOD),
            Sample(int(n), int(n_used), "with a site"),
        )
        if n_clusters >= MIN_SITES
        else None
        for value, lower, upper, n_clusters, n, n_used in rows
    )

"""How an item follows the other items of its reflective scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from propsych.data import ItemData
from propsych.kernels.alpha import adf_alpha
from propsych.kernels.association import fisher_interval, item_rest
from propsych.kernels.covariance import complete_rows, pearson
from propsych.kernels.proportions import normal_quantile
from propsych.result import Estimate, Sample

__all__ = ["within_scale"]

Entry = tuple[Estimate, Sample | None]
Column = tuple[Entry | None, ...]
STATISTICS = ("item_rest", "alpha_if_dropped", "mean_inter_item")


def within_scale(names: Sequence[str], scales: Sequence[ItemData], level: float) -> dict[str, Column]:
    """Return item-rest r, alpha if dropped and mean inter-item r for items of scales; None for other items.

    An item of several scales is described within the first. Every number is listwise within the scale.
    """
    if not scales:
        return {}
    found: dict[str, dict[str, Entry]] = {}
    for scale in scales:
        for name, entries in _describe(scale, level):
            found.setdefault(name, entries)
    return {
        statistic: tuple(found[name][statistic] if name in found else None for name in names)
        for statistic in STATISTICS
    }


def _describe(scale: ItemData, level: float) -> Iterator[tuple[str, dict[str, Entry]]]:
    complete = complete_rows(scale.values)
    values = scale.values[complete]
    sample = Sample(scale.n_asked_any, len(values), f"listwise within {scale.name}", scale.source)
    quantile = normal_quantile(level)
    rest = item_rest(values)
    rest_ends = fisher_interval(rest.r, rest.se_z, quantile)
    alpha = adf_alpha(values)
    alpha_ends = (
        alpha.if_dropped - quantile * alpha.se_if_dropped,
        np.minimum(alpha.if_dropped + quantile * alpha.se_if_dropped, 1.0),
    )
    correlations = pearson(values).matrix
    others = scale.n_items - 1
    inter_item = (correlations.sum(axis=0) - np.diag(correlations)) / (others if others else np.nan)
    for j, name in enumerate(scale.names):
        yield (
            name,
            {
                "item_rest": (
                    _estimate(
                        rest.r[j], rest_ends[0][j], rest_ends[1][j], level, "distribution-free, Fisher z"
                    ),
                    sample,
                ),
                "alpha_if_dropped": (
                    _estimate(alpha.if_dropped[j], alpha_ends[0][j], alpha_ends[1][j], level, "ADF"),
                    sample,
                ),
                "mean_inter_item": (_estimate(inter_item[j], np.nan, np.nan, level, "Pearson"), sample),
            },
        )


def _estimate(value: float, lower: float, upper: float, level: float, method: str) -> Estimate:
    if np.isnan(value):
        return Estimate(None, method=f"{method}; not defined for these answers")
    if np.isnan(lower) or np.isnan(upper):
        return Estimate(float(value), method=method)
    return Estimate(float(value), float(lower), float(upper), level, method)

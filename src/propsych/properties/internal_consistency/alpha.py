"""Cronbach's alpha with distribution-free and Feldt intervals."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData, Responses
from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError, EstimationWarning, message
from propsych.kernels.alpha import adf_alpha, consistency, consistency_if_dropped, feldt_interval
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import complete_rows, covariance
from propsych.kernels.moments import mean_and_sd
from propsych.kernels.proportions import normal_quantile
from propsych.properties.internal_consistency.result import Alpha
from propsych.result import Estimate, Sample

__all__ = ["LEAST_PERSONS", "alpha_of", "cronbach_alpha", "require_reflective"]

Missing = Literal["listwise", "pairwise"]
Interval = Literal["adf", "feldt"]
LEAST_PERSONS = 3
"""Fewest complete persons: with two, every correlation is -1 or 1."""
SMALL_SAMPLE = 100
"""Below this the simulations behind the distribution-free interval do not support it."""


def cronbach_alpha(
    data: Any,
    *,
    missing: Missing = "listwise",
    interval: Interval | None = None,
    level: float = 0.95,
    categories: Iterable[Any] | None = None,
) -> Alpha:
    """Estimate Cronbach's alpha of one scale.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, for instance ``answers.scale("mood")``, reversed as declared.
    missing : {"listwise", "pairwise"}
        Persons with every answer, or for each pair of items those with both.
    interval : {"adf", "feldt"}, optional
        Which interval is `Alpha.interval`; default the distribution-free one, and Feldt's under pairwise
        deletion, where the distribution-free one is not defined.
    level : float, default 0.95
        Confidence level.
    categories : iterable, optional
        Declared categories of a bare frame or array; without, those observed are used, with a warning.

    Returns
    -------
    Alpha
        For items scored 0 and 1 alpha is KR-20.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than two items, fewer than three complete persons, items without
        variance, or a distribution-free interval under pairwise deletion.

    Warns
    -----
    propsych.errors.EstimationWarning
        If an item correlates negatively with the rest of the scale.

    Notes
    -----
    Cronbach (1951), doi:10.1007/BF02310555; intervals: :func:`propsych.kernels.alpha.adf_alpha` and
    :func:`propsych.kernels.alpha.feldt_interval`. Under pairwise deletion Feldt's interval takes the smallest
    number of persons behind any pair.

    Do not trust alpha where the scale has more than one dimension, where items share wording beyond the
    concept, or as a comparison of groups that differ in spread. It grows with the number of items. Both
    intervals take persons as independent.

    Examples
    --------
    >>> answers = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4], [2, 3, 2]]
    >>> result = cronbach_alpha(answers, categories=range(1, 5))
    >>> round(result.estimate, 3), result.sample.n_used
    (0.932, 5)
    """
    if isinstance(data, Responses):
        remedy = 'give one scale: cronbach_alpha(answers.scale("..."))'
        raise AnalysisError(message("alpha belongs to one scale, not to a questionnaire", remedy=remedy))
    items = as_item_data(data, categories=categories, name="scale")
    require_reflective(items)
    chosen = _chosen_interval(missing, interval)
    result = alpha_of(items, missing=missing, interval=chosen, level=level)
    negative = [str(item) for item, r in result.item_rest.items() if r < 0]
    if negative:
        warnings.warn(_negative(negative, items.name), EstimationWarning, stacklevel=2)
    return result


def require_reflective(items: ItemData) -> None:
    """Raise `AnalysisError` unless alpha can be asked of these items at all."""
    if items.model == "formative":
        raise AnalysisError(
            message(
                "the scale is declared formative, so internal consistency does not apply",
                where=items.name,
                consequence="its items make up an index and need not correlate",
                remedy="leave alpha out, or declare the scale reflective if its items mirror one thing",
            )
        )
    if items.n_items < 2:
        raise AnalysisError(
            message(
                "alpha needs at least two items", where=items.name, got=str(items.n_items), remedy="add items"
            )
        )


def _chosen_interval(missing: str, interval: str | None) -> Interval:
    if missing not in ("listwise", "pairwise"):
        raise AnalysisError(
            message("unknown missing rule", got=repr(missing), remedy="use listwise or pairwise")
        )
    if interval not in (None, "adf", "feldt"):
        raise AnalysisError(message("unknown interval", got=repr(interval), remedy="use adf or feldt"))
    if missing == "pairwise" and interval == "adf":
        what = "the distribution-free interval needs complete persons"
        raise AnalysisError(message(what, remedy='use missing="listwise", or interval="feldt"'))
    return "feldt" if interval == "feldt" or missing == "pairwise" else "adf"


def _negative(items: list[str], scale: str) -> str:
    named = ", ".join(items)
    return message(
        f"{named} correlates negatively with the rest of the scale",
        where=scale,
        consequence="alpha is too low if the item is worded the other way round",
        remedy="declare reverse = true for it if it is; if not, find the site that coded it wrongly",
    )


def alpha_of(
    items: ItemData, *, missing: Missing, interval: Interval, level: float, group: str = "all"
) -> Alpha:
    """Return alpha of a reflective scale without warning; see :func:`cronbach_alpha`.

    Raises
    ------
    propsych.errors.AnalysisError
        If there are too few persons or no variance.
    """
    complete = items.values[complete_rows(items.values)]
    used = items.values if missing == "pairwise" else complete
    C, pair_n = covariance(items.values, missing)
    n = int(pair_n.min())
    _require_estimable(items, C, n)
    whole, dropped = consistency(C), consistency_if_dropped(C)
    ends = {"feldt": _feldt(float(whole.alpha), n, items.n_items, level)}
    if missing == "listwise":
        ends["adf"] = _adf(complete, level)
    n_used = n if missing == "listwise" else int((items.positions >= 0).any(axis=1).sum())
    sample = Sample(items.n_asked_any, n_used, missing, items.source)
    names = pd.Index(items.names, name="item")
    columns = ["alpha", "standardised", "lambda6", "mean_r"]
    total, rest = item_total_from_covariance(C)
    n_item, mean, sd = mean_and_sd(used)
    table = {"n": n_item, "mean": mean, "sd": sd, "item_total": total, "item_rest": rest}
    shown = ends[interval]
    return Alpha(
        scale=items.name,
        group=group,
        estimate=float(whole.alpha),
        interval=(_number(shown.lower), _number(shown.upper)),
        method=interval,
        intervals=ends,
        level=level,
        standardised=float(whole.standardised),
        lambda6=float(whole.lambda6),
        mean_inter_item=float(whole.mean_r),
        median_inter_item=float(whole.median_r),
        if_dropped=pd.DataFrame({c: getattr(dropped, c) for c in columns}, index=names),
        items=pd.DataFrame(table, index=names),
        sample=sample,
        remarks=tuple(_remarks(items, rest, n, missing)),
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _require_estimable(items: ItemData, C: NDArray[np.float64], n: int) -> None:
    if n < LEAST_PERSONS:
        what = f"alpha needs at least {LEAST_PERSONS} persons who answered every item"
        raise AnalysisError(message(what, where=items.name, got=str(n), remedy="collect more answers"))
    constant = [name for name, variance in zip(items.names, np.diag(C), strict=True) if not variance > 0]
    if constant:
        raise AnalysisError(
            message(
                f"everybody gave the same answer to {', '.join(constant)}",
                where=items.name,
                consequence="an item without variance has no correlation with the others",
                remedy="leave the item out of this analysis",
            )
        )
    if not C.sum() > 0:
        raise AnalysisError(
            message(
                "the sum of the items does not vary", where=items.name, remedy="check the declared reversal"
            )
        )


def _feldt(alpha: float, n: int, k: int, level: float) -> Estimate:
    lower, upper = feldt_interval(alpha, n, k, level)
    return Estimate(alpha, float(lower), float(upper), level, "Feldt")


def _adf(complete: NDArray[np.float64], level: float) -> Estimate:
    alpha = adf_alpha(complete)
    half = normal_quantile(level) * alpha.se
    # alpha cannot exceed 1, so neither can the end of its interval
    return Estimate(alpha.alpha, alpha.alpha - half, min(alpha.alpha + half, 1.0), level, "ADF")


def _remarks(items: ItemData, rest: NDArray[np.float64], n: int, missing: Missing) -> Iterable[str]:
    negative = [name for name, r in zip(items.names, rest, strict=True) if r < 0]
    if negative:
        yield _negative(negative, items.name)
    if n < SMALL_SAMPLE:
        yield f"With {n} persons the distribution-free interval is narrow; simulations support it from 100."
    if missing == "pairwise":
        yield "Each covariance is from other persons; the interval takes the smallest number behind any pair."

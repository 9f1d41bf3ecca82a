"""Cronbach's alpha with distribution-free and Feldt intervals."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData, Responses
from propsych.data.arguments import require_choice, require_count, require_level
from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError, EstimationWarning, message
from propsych.kernels.alpha import Consistency, consistency_and_if_dropped, feldt_interval
from propsych.kernels.alpha_intervals import bonett_interval
from propsych.kernels.alpha_left_out import person_sums
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import covariance
from propsych.kernels.cross_products import CrossProducts, cross_products
from propsych.kernels.moments import mean_and_sd
from propsych.properties.internal_consistency.alpha_interval import (
    BOOTSTRAP,
    DEFAULT_INTERVAL,
    INTERVALS,
    Interval,
    alpha_intervals,
    bootstrap_intervals,
    relatives,
)
from propsych.properties.internal_consistency.result import Alpha
from propsych.result import Estimate, Sample

__all__ = ["LEAST_PERSONS", "alpha_of", "cronbach_alpha", "require_reflective"]

Missing = Literal["listwise", "pairwise"]
LEAST_PERSONS = 3
"""Fewest complete persons: with two, every correlation is -1 or 1."""
SMALL_SAMPLE = 100
"""Terwee et al. (2007) ask for 100 persons."""
FEW_ITEMS = 3


def cronbach_alpha(
    data: Any,
    *,
    missing: Missing = "listwise",
    interval: Interval | None = None,
    level: float = 0.95,
    n_boot: int = 2000,
    seed: int = 1,
    categories: Iterable[Any] | None = None,
) -> Alpha:
    """Estimate Cronbach's alpha of one scale.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, for instance ``answers.scale("mood")``, reversed as declared.
    missing : {"listwise", "pairwise"}
        Persons with every answer, or for each pair of items those with both.
    interval : {"jackknife", "adf", "adf_log", "feldt", "bonett", "percentile", "bca"}, optional
        Which interval is `Alpha.interval`; default the jackknife on the scale of log(1 - alpha), which covers
        best (docs/coverage.md), and Feldt's under pairwise deletion, where the distribution-free ones are not
        defined. The last two are bootstrap intervals, made only when asked for.
    level : float, default 0.95
        Confidence level.
    n_boot, seed : int
        Samples of a bootstrap interval, and their seed.
    categories : iterable, optional
        Declared categories of a bare frame or array; without, those observed are used, with a warning.

    Returns
    -------
    Alpha
        For items scored 0 and 1 alpha is KR-20, and the result says so.

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
    Cronbach (1951), doi:10.1007/BF02310555; intervals: :func:`propsych.kernels.jackknife.log1m_jackknife`,
    :func:`propsych.kernels.alpha.adf_alpha`, :func:`propsych.kernels.alpha.feldt_interval`,
    :func:`propsych.kernels.alpha_intervals.bonett_interval`, :mod:`propsych.kernels.resampling`. Under
    pairwise deletion Feldt's interval takes the smallest number of persons behind any pair.

    Do not trust alpha where the scale has more than one dimension, where items share wording beyond the
    concept, or as a comparison of groups that differ in spread. It grows with the number of items. All
    intervals take persons as independent. Feldt's and Bonett's presume normal items: on skewed ones Feldt's
    covers .85 at a nominal .95.

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
    level, n_boot = require_level(level), require_count("n_boot", n_boot, least=100)
    chosen = _chosen_interval(missing, interval)
    result = alpha_of(items, missing=missing, interval=chosen, level=level)
    if chosen in BOOTSTRAP:
        result = _with_bootstrap(result, items, chosen, n_boot, require_count("seed", seed, least=0))
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
    require_choice("missing rule", missing, ("listwise", "pairwise"))
    default = "feldt" if missing == "pairwise" else DEFAULT_INTERVAL
    chosen = require_choice("interval", default if interval is None else interval, INTERVALS)
    if missing == "pairwise" and chosen not in ("feldt", "bonett"):
        what = "the distribution-free intervals need complete persons"
        raise AnalysisError(message(what, remedy='use missing="listwise", or interval="feldt"'))
    return cast(Interval, chosen)


def _with_bootstrap(result: Alpha, items: ItemData, kind: str, n_boot: int, seed: int) -> Alpha:
    complete = items.complete_scores()
    found, standardised = bootstrap_intervals(complete, result.estimate, result.level, kind, n_boot, seed)
    return replace(
        result,
        interval=(_number(found.lower), _number(found.upper)),
        intervals={**result.intervals, kind: found},
        standardised_interval=standardised,
    )


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
    moments = _moments(items, missing)
    C, n = moments.C, moments.n
    _require_estimable(items, C)
    whole, dropped = consistency_and_if_dropped(C)
    ends, standardised, mean_r = _intervals(moments, whole, level)
    n_used = n if missing == "listwise" else int((items.positions >= 0).any(axis=1).sum())
    sample = Sample(items.n_asked_any, n_used, missing, items.source)
    names = pd.Index(items.names, name="item")
    total, rest = item_total_from_covariance(C)
    table = {"n": moments.n_item, "mean": moments.mean, "sd": moments.sd}
    table |= {"item_total": total, "item_rest": rest}
    # a bootstrap interval takes this place later
    shown = ends[interval if interval in ends else DEFAULT_INTERVAL]
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
        standardised_interval=standardised,
        mean_inter_item_interval=mean_r,
        kr20=all(set(scores) == {0.0, 1.0} for scores in items.scores),
        median_inter_item=float(whole.median_r),
        if_dropped=pd.DataFrame(dropped._asdict(), index=names),
        items=pd.DataFrame(table, index=names),
        sample=sample,
        remarks=tuple(_remarks(items, rest, n, missing)),
    )


class _Moments(NamedTuple):
    C: NDArray[np.float64]
    n: int  # behind any pair of items
    n_item: NDArray[np.int64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    complete: NDArray[Any] | None = None
    cross: CrossProducts | None = None


def _moments(items: ItemData, missing: Missing) -> _Moments:
    if missing == "pairwise":
        C, pair_n = covariance(items.values, "pairwise")
        _require_persons(items, int(pair_n.min()))
        return _Moments(C, int(pair_n.min()), *mean_and_sd(items.values))
    complete = items.complete_scores()
    n = len(complete)
    _require_persons(items, n)
    cross = cross_products(complete)
    sd = np.sqrt(np.diag(cross.covariance))
    return _Moments(cross.covariance, n, np.full(items.n_items, n), cross.mean, sd, complete, cross)


def _intervals(
    moments: _Moments, whole: Consistency, level: float
) -> tuple[dict[str, Estimate], Estimate, Estimate]:
    """Return the intervals of alpha, standardised alpha and the mean correlation."""
    alpha, k = float(whole.alpha), len(moments.C)
    if moments.complete is None or moments.cross is None:
        ends = _pairwise(alpha, moments.n, k, level)
        return ends, Estimate(float(whole.standardised)), Estimate(float(whole.mean_r))
    sums = person_sums(moments.complete, moments.cross)
    return (
        alpha_intervals(sums, alpha, k, level),
        *relatives(moments.complete, moments.cross, sums, whole, level),
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _require_persons(items: ItemData, n: int) -> None:
    if n < LEAST_PERSONS:
        what = f"alpha needs at least {LEAST_PERSONS} persons who answered every item"
        raise AnalysisError(message(what, where=items.name, got=str(n), remedy="collect more answers"))


def _require_estimable(items: ItemData, C: NDArray[np.float64]) -> None:
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


def _pairwise(alpha: float, n: int, k: int, level: float) -> dict[str, Estimate]:
    feldt, bonett = feldt_interval(alpha, n, k, level), bonett_interval(alpha, n, k, level)
    return {
        "feldt": Estimate(alpha, float(feldt[0]), float(feldt[1]), level, "Feldt"),
        "bonett": Estimate(alpha, float(bonett[0]), float(bonett[1]), level, "Bonett"),
    }


def _remarks(items: ItemData, rest: NDArray[np.float64], n: int, missing: Missing) -> Iterable[str]:
    negative = [name for name, r in zip(items.names, rest, strict=True) if r < 0]
    if negative:
        yield _negative(negative, items.name)
    if n < SMALL_SAMPLE:
        yield f"Do not rely on it: {n} persons are few."
    if items.n_items <= FEW_ITEMS:
        yield f"With {items.n_items} items every reliability is unsure."
    if n <= items.n_items:
        yield f"There are no more persons ({n}) than items ({items.n_items})."
    if missing == "pairwise":
        yield "Each covariance is from other persons; the interval takes the smallest number behind any pair."

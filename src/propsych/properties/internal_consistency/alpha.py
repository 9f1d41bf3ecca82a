"""Cronbach's alpha of one scale, with its relatives, intervals and reasons for doubt."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import ItemData
from propsych.data.arguments import require_choice, require_count, require_level
from propsych.data.scale_answers import (
    LEAST_PERSONS,
    one_scale,
    refuse_constant,
    refuse_sum_without_variance,
    require_items,
    require_persons,
)
from propsych.errors import AnalysisError, EstimationWarning, message
from propsych.kernels.alpha import Consistency, consistency_and_if_dropped, feldt_interval
from propsych.kernels.alpha_intervals import bonett_interval
from propsych.kernels.alpha_left_out import person_sums
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import correlation_from_covariance, covariance
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
from propsych.properties.internal_consistency.doubts import (
    MANY,
    negative_items,
    not_examined,
    one_dimension,
    reasons_for_doubt,
    too_many,
)
from propsych.properties.internal_consistency.result import Alpha
from propsych.result import Estimate, Sample

__all__ = ["alpha_of", "cronbach_alpha"]

Missing = Literal["listwise", "pairwise"]


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
        For a formative scale, fewer than two items, fewer than three complete persons, an item that nobody
        answered or that does not vary, a sum that does not vary, a distribution-free interval under pairwise
        deletion, or pairwise covariances that give an alpha above 1.

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

    Do not trust alpha where the scale has more than one dimension (`Alpha.dimension` says whether), where
    items share wording beyond the concept, or as a comparison of groups that differ in spread. It grows with
    the number of items. All intervals take persons as independent. Feldt's and Bonett's presume normal
    items: on skewed ones Feldt's covers .85 at a nominal .95.

    Examples
    --------
    >>> answers = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4], [2, 3, 2]]
    >>> result = cronbach_alpha(answers, categories=range(1, 5))
    >>> round(result.estimate, 3), result.sample.n_used
    (0.932, 5)
    """
    level, n_boot = require_level(level), require_count("n_boot", n_boot, least=100)
    seed, chosen = require_count("seed", seed, least=0), _chosen_interval(missing, interval)
    items = one_scale(data, categories, "alpha")
    require_items(items, "alpha", 2)
    result = alpha_of(items, missing=missing, interval=chosen, level=level)
    if chosen in BOOTSTRAP:
        result = _with_bootstrap(result, items, chosen, n_boot, seed)
    result = _with_dimension(result, items, missing)
    negative = negative_items(items.names, np.asarray(result.item_rest, dtype=np.float64))
    if negative:
        warnings.warn(f"{items.name}: {negative}", EstimationWarning, stacklevel=2)
    return result


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


def _with_dimension(result: Alpha, items: ItemData, missing: Missing) -> Alpha:
    """Return alpha with what it presumes: whether one factor describes the items."""
    if missing == "pairwise":
        found = not_examined("That takes persons with every answer.")
    elif too_many(result.sample.n_used, items.n_items):
        found = not_examined(MANY)
    else:
        found = one_dimension(items.complete_scores(), result.level)
    return replace(result, dimension=found, remarks=(found.sentence, *result.remarks))


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
    refuse_constant(items, np.flatnonzero(~(np.diag(C) > 0)).tolist())
    refuse_sum_without_variance(items, C)
    whole, dropped = consistency_and_if_dropped(C)
    _refuse_impossible(items, whole)
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
        if_dropped=pd.DataFrame(np.column_stack(dropped), index=names, columns=list(dropped._fields)),
        items=pd.DataFrame(table, index=names),
        sample=sample,
        remarks=tuple(_remarks(items, C, rest, n, missing)),
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
        _require_pairs(items, pair_n)
        return _Moments(C, int(pair_n.min()), *mean_and_sd(items.values))
    complete = items.complete_scores()
    n = len(complete)
    require_persons(items, "alpha", n)
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


def _require_pairs(items: ItemData, pair_n: NDArray[np.int64]) -> None:
    """Raise `AnalysisError` unless enough persons answered both items of every pair."""
    if pair_n.min() >= LEAST_PERSONS:
        return
    if (np.diag(pair_n) == 0).any():
        require_persons(items, "alpha", 0)
    i, j = np.unravel_index(int(pair_n.argmin()), pair_n.shape)
    what = f"alpha needs at least three persons who answered both {items.names[i]} and {items.names[j]}"
    got = str(int(pair_n.min()))
    raise AnalysisError(message(what, where=items.name, got=got, remedy="collect more answers"))


def _refuse_impossible(items: ItemData, whole: Consistency) -> None:
    """Raise `AnalysisError` for an alpha above 1, which only covariances of different persons can make."""
    highest = max(float(whole.alpha), float(whole.standardised))
    if highest > 1.0 + 1e-9:
        what = "the covariances of different persons contradict each other: alpha would be above 1"
        remedy = 'use missing="listwise"'
        raise AnalysisError(message(what, where=items.name, got=f"{highest:.3f}", remedy=remedy))


def _pairwise(alpha: float, n: int, k: int, level: float) -> dict[str, Estimate]:
    feldt, bonett = feldt_interval(alpha, n, k, level), bonett_interval(alpha, n, k, level)
    return {
        "feldt": Estimate(alpha, float(feldt[0]), float(feldt[1]), level, "Feldt"),
        "bonett": Estimate(alpha, float(bonett[0]), float(bonett[1]), level, "Bonett"),
    }


def _remarks(
    items: ItemData, C: NDArray[np.float64], rest: NDArray[np.float64], n: int, missing: Missing
) -> Iterable[str]:
    yield from reasons_for_doubt(items.names, rest, n)
    if missing == "pairwise":
        yield "Each covariance is from other persons; the interval takes the smallest number behind any pair."
        if not _positive(correlation_from_covariance(C), -1e-10):
            yield "The covariances of different persons contradict each other: do not rely on alpha."
    elif not _positive(correlation_from_covariance(C), 1e-10):
        yield "An item follows from the others, so lambda 6 is one convention of several: do not rely on it."


def _positive(R: NDArray[np.float64], least: float) -> bool:
    """Return whether every eigenvalue is above `least`, without computing them."""
    try:
        np.linalg.cholesky(R - least * np.eye(len(R)))
    except np.linalg.LinAlgError:
        return False
    return True

"""The item pilot table: one row an item, for all persons or by group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data import PERSON_COLUMNS, ItemData, Responses
from propsych.data.frames import as_item_data
from propsych.data.groups import Group, grouping
from propsych.errors import AnalysisError, message
from propsych.kernels.moments import describe_columns
from propsych.kernels.proportions import t_quantile, wilson
from propsych.properties.items.clustered import clustered_shares
from propsych.properties.items.result import GroupedItemStatistics, ItemStatistics
from propsych.properties.items.within_scale import within_scale
from propsych.questionnaire import MissingKind
from propsych.result import Estimate, Sample

__all__ = ["grouped_item_statistics", "item_statistics"]

Entry = tuple[Estimate, Sample | None]
Column = tuple[Entry | None, ...]


def item_statistics(
    data: Any, *, categories: Iterable[Any] | None = None, level: float = 0.95
) -> ItemStatistics:
    """Describe every item: who was asked, who answered, how, and how the item follows its scale.

    Parameters
    ----------
    data : Responses, ItemData, data frame or array
        Answers. Of `Responses` every choice item is taken, each version its own row.
    categories : iterable, optional
        Declared categories of a bare frame or array; without, those observed are used, with a warning.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    ItemStatistics
        Counts (``n_persons``, ``n_asked``, ``n_answered``, ``count:<code>``, ``missing:<kind>``); shares with
        Wilson intervals (``skipped`` of the asked; ``lowest``, ``highest`` and ``smallest_share`` of the
        answered; lowest and highest by item score, so after reversal); ``mean``, ``sd``, ``median``,
        ``skewness``, ``kurtosis`` (type 3) of the item scores; ``n_unused`` categories.

        With at least four sites ``skipped_clustered``, ``lowest_clustered`` and ``highest_clustered`` have
        intervals that respect sites; see :func:`propsych.kernels.proportions.clustered_share`.

        Items of a declared *reflective* scale also have ``item_rest`` (distribution-free interval on Fisher's
        scale), ``alpha_if_dropped`` and ``mean_inter_item``, listwise within the scale: from the persons
        who answered every item of it. Single items and items of formative scales have none.

    Raises
    ------
    propsych.errors.DataError
        If the check of the answers found errors.
    propsych.errors.AnalysisError
        If `level` is not between 0 and 1, or there are no items.

    Notes
    -----
    Do not read ``item_rest`` of a short scale as if it were one of a long one, nor ``smallest_share``'s
    interval as if the category had been chosen in advance. Skewness of an item with few categories says where
    the mass is, not that an analysis is invalid.

    Examples
    --------
    >>> answers = [[1, 2], [2, 2], [3, None], [3, 1]]
    >>> table = item_statistics(answers, categories=[1, 2, 3]).to_frame()
    >>> table[["n_answered", "mean", "n_unused"]]
          n_answered      mean  n_unused
    item
    x1             4  2.250000         0
    x2             3  1.666667         1
    """
    _require_level(level)
    items = as_item_data(data, categories=categories)
    everyone = Group("all", np.ones(items.n_persons, dtype=bool))
    return _statistics(items, _reflective_scales(data, items), everyone, level)


def grouped_item_statistics(
    data: Responses | ItemData, by: str, *, level: float = 0.95
) -> GroupedItemStatistics:
    """Describe every item in each group of persons.

    Parameters
    ----------
    data : Responses or ItemData
        Answers with what is known of the persons.
    by : str
        ``"site"``, ``"sector"``, ``"month"`` (of the date), ``"sex"``, ``"age"`` (in bands), ``"mode"`` or
        ``"time_point"``.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    GroupedItemStatistics
        Empty when the file does not have the column. Persons without a value are counted in ``n_without``.

    Raises
    ------
    propsych.errors.AnalysisError
        If `by` is nothing that can be known of a person.

    Notes
    -----
    Do not rank sites by these numbers: their patients differ, and the smallest site has the widest spread.
    """
    _require_level(level)
    if by not in (*PERSON_COLUMNS, "month") or by in ("person", "date"):
        remedy = "use site, sector, month, sex, age, mode or time_point"
        raise AnalysisError(message("persons cannot be grouped by this", got=repr(by), remedy=remedy))
    items = as_item_data(data)
    groups = grouping(items.persons, by)
    n_grouped = sum(int(group.rows.sum()) for group in groups)
    tables = {group.label: _statistics(items, [], group, level) for group in groups}
    return GroupedItemStatistics(by, tables, items.n_persons - n_grouped)


def _require_level(level: float) -> None:
    if not 0 < level < 1:
        raise AnalysisError(
            message("the confidence level lies between 0 and 1", got=str(level), remedy="use 0.95")
        )


def _reflective_scales(data: Any, items: ItemData) -> list[ItemData]:
    if isinstance(data, Responses):
        return [data.scale(s.id) for s in data.questionnaire.scales if s.model == "reflective"]
    return [items] if items.model == "reflective" else []


def _statistics(items: ItemData, scales: list[ItemData], group: Group, level: float) -> ItemStatistics:
    chosen = items if group.label == "all" else items.select(group.rows)
    source = chosen.source
    asked, answered = chosen.asked.sum(axis=0), (chosen.positions >= 0).sum(axis=0)
    of_asked = [Sample(int(a), int(a), "asked", source) for a in asked]
    of_answered = [Sample(int(a), int(n), "answered", source) for a, n in zip(asked, answered, strict=True)]
    counts = _category_counts(chosen)
    numbers = _counted(chosen, counts) | _shares(chosen, counts, of_asked, of_answered, level)
    numbers |= _moments(chosen, of_answered, level)
    remarks: tuple[str, ...] = ()
    if group.label == "all":
        numbers |= _categories_used(counts, of_answered, level)
        clustered, remarks = clustered_shares(chosen, level)
        numbers |= clustered
        numbers |= within_scale(chosen.names, scales, level)
    if any("item_rest" in name for name in numbers):
        remarks += ("Item-rest, alpha if dropped and mean inter-item r are listwise within the scale.",)
    return ItemStatistics(chosen.names, group.label, level, numbers, _counts_frame(chosen, counts), remarks)


def _category_counts(items: ItemData) -> list[NDArray[np.int64]]:
    """Return, for each item, the number of persons in each category."""
    most = max(len(scores) for scores in items.scores)
    table = np.stack([(items.positions == p).sum(axis=0) for p in range(most)])
    return [table[: len(scores), j] for j, scores in enumerate(items.scores)]


def codes_of(items: ItemData, j: int) -> tuple[float | int, ...]:
    """Return the codes of an item's categories; those of a bare frame are its scores."""
    if items.codes:
        return items.codes[j]
    return tuple(int(score) if float(score).is_integer() else score for score in items.scores[j])


def _counts_frame(items: ItemData, counts: list[NDArray[np.int64]]) -> pd.DataFrame:
    rows = [
        (name, code, label, int(count), float(count / counts[j].sum()) if counts[j].sum() else None)
        for j, name in enumerate(items.names)
        for code, label, count in zip(codes_of(items, j), items.labels[j], counts[j], strict=True)
    ]
    return pd.DataFrame(rows, columns=["item", "code", "label", "count", "share"])


def _counted(items: ItemData, counts: list[NDArray[np.int64]]) -> dict[str, Column]:
    def column(values: Iterable[int]) -> Column:
        return tuple((Estimate(int(value)), None) for value in values)

    numbers: dict[str, Column] = {
        "n_persons": column([items.n_persons] * items.n_items),
        "n_asked": column(items.asked.sum(axis=0)),
        "n_answered": column((items.positions >= 0).sum(axis=0)),
    }
    by_item = [dict(zip(codes_of(items, j), count, strict=True)) for j, count in enumerate(counts)]
    for code in sorted({code for entry in by_item for code in entry}):
        numbers[f"count:{code}"] = tuple(
            (Estimate(int(entry[code])), None) if code in entry else None for entry in by_item
        )
    for kind in MissingKind:
        if kind is not MissingKind.INVALID:
            numbers[f"missing:{kind.label}"] = column(items.n_missing(kind))
    return numbers


def _share_column(
    count: NDArray[np.int64], samples: list[Sample], level: float, method: str = "Wilson"
) -> Column:
    share = wilson(count, np.array([sample.n_used for sample in samples]), level)
    return tuple(
        (_estimate(*numbers, level=level, method=method), sample)
        for *numbers, sample in zip(share.estimate, share.lower, share.upper, samples, strict=True)
    )


def _estimate(value: float, lower: float, upper: float, *, level: float, method: str) -> Estimate:
    if np.isnan(value):
        return Estimate(None, method="no answers")
    return Estimate(float(value), float(lower), float(upper), level, method)


def _ends(items: ItemData) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the categories with the lowest and the highest item score."""
    return (
        np.array([int(np.argmin(scores)) for scores in items.scores]),
        np.array([int(np.argmax(scores)) for scores in items.scores]),
    )


def _shares(
    items: ItemData,
    counts: list[NDArray[np.int64]],
    of_asked: list[Sample],
    of_answered: list[Sample],
    level: float,
) -> dict[str, Column]:
    low, high = _ends(items)
    return {
        "skipped": _share_column(items.n_missing(MissingKind.SKIPPED), of_asked, level),
        "lowest": _share_column(
            np.array([c[p] for c, p in zip(counts, low, strict=True)]), of_answered, level
        ),
        "highest": _share_column(
            np.array([c[p] for c, p in zip(counts, high, strict=True)]), of_answered, level
        ),
    }


def _categories_used(
    counts: list[NDArray[np.int64]], of_answered: list[Sample], level: float
) -> dict[str, Column]:
    smallest = np.array([int(c.min()) for c in counts])
    unused = tuple(
        (Estimate(int((c == 0).sum())), sample) for c, sample in zip(counts, of_answered, strict=True)
    )
    method = "Wilson; the category was chosen because it is the least used"
    return {"smallest_share": _share_column(smallest, of_answered, level, method), "n_unused": unused}


def _moments(items: ItemData, of_answered: list[Sample], level: float) -> dict[str, Column]:
    moments = describe_columns(items.values)
    half = t_quantile(level, moments.n - 1) * moments.se
    nothing = np.full(items.n_items, np.nan)
    columns = {
        "mean": (moments.mean, half, "mean of item scores, t"),
        "sd": (moments.sd, nothing, "divisor n - 1"),
        "median": (moments.median, nothing, "median"),
        "skewness": (moments.skewness, nothing, "type 3 of Joanes & Gill (1998)"),
        "kurtosis": (moments.kurtosis, nothing, "excess, type 3 of Joanes & Gill (1998)"),
    }
    return {
        name: tuple(
            (_with_half_width(value, width, level, method), sample)
            for value, width, sample in zip(values, widths, of_answered, strict=True)
        )
        for name, (values, widths, method) in columns.items()
    }


def _with_half_width(value: float, half: float, level: float, method: str) -> Estimate:
    if np.isnan(value):
        return Estimate(None, method="not defined for these answers")
    if np.isnan(half):
        return Estimate(float(value), method=method)
    return Estimate(float(value), float(value - half), float(value + half), level, method)

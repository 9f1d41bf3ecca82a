"""Which counts each record gives away: it is printed only if all of them are."""

from __future__ import annotations

import math
from typing import Literal

from propsych.questionnaire import Item
from propsych.report.disclosure.item_tables import cell_of
from propsych.report.disclosure.scale_tables import COMPLETE, end_cell
from propsych.report.disclosure.tables import persons_cell
from propsych.result import Record
from propsych.study.results import StudyResults

__all__ = [
    "COEFFICIENTS",
    "DROPPED",
    "OF_RETEST",
    "PRECISION",
    "Policy",
    "count_of",
    "decimals",
    "is_clustered",
    "policy",
    "rounding",
    "sample_cells",
]

PRECISION = 2
"""Decimals of correlations and of alpha in a publishable report."""

DROPPED: Literal["dropped"] = "dropped"
Policy = tuple[str, ...] | Literal["dropped", "withheld"]
"""The cells that must all be printed; or that the record is left out, or stands there without a number."""

_GROUP_COUNTS = {
    "items": ("n_persons", "n_asked", "n_answered"),
    "scores": ("n_persons", "n_scored"),
}
_OF_SCALE = ("item_rest", "alpha_if_dropped", "mean_inter_item")
_ENDS = ("floor", "ceiling")
_SHARES = ("skipped", "lowest", "highest")
_CLUSTERED = "_clustered"
_MOMENTS = ("mean", "sd", "median")
_COUNTS = {"items": ("count:", "missing:"), "scores": ("bin:",), "colours": ("count:",)}
OF_RETEST = ("reliability", "measurement_error")
COEFFICIENTS = ("internal_consistency", "structure", *OF_RETEST)
"""Properties whose numbers are functions of many persons' answers together, and no counts."""
_KNOWN = {
    "participation": ("n", "invited"),
    "items": (
        *("n_persons", "n_asked", "n_answered", "n_unused", "smallest_share", "skewness", "kurtosis"),
        *(*_MOMENTS, *_OF_SCALE, *_SHARES, *(share + _CLUSTERED for share in _SHARES)),
    ),
    "scores": ("n_persons", "n_scored", *_MOMENTS),
    "floor_ceiling": (*_ENDS, *(end + _CLUSTERED for end in _ENDS)),
    "internal_consistency": (
        *("alpha", "alpha_feldt", "standardised_alpha", "mean_inter_item"),
        *("omega_unidimensional", "omega_categorical"),
    ),
    "structure": ("kmo", "one_factor_residual"),
    "reliability": ("icc_agreement", "icc_consistency", "below_at_retest"),
    "measurement_error": ("sem_agreement", "sdc_individual"),
    "redundancy": ("correlation",),
    "versions": ("n_versions",),
}
"""What was examined here: any other statistic is withheld, whatever its property."""


def decimals(results: StudyResults, scale_id: str) -> int:
    """Return how many decimals of a scale's scores are printed: a thousandth of the range, or coarser."""
    scale = results.questionnaire.scale(scale_id)
    items = [results.questionnaire.item(name) for name in scale.items]
    spreads = [max(item.scores) - min(item.scores) for item in items]
    width = {"percent": 100.0, "mean": sum(spreads) / len(spreads), "sum": float(sum(spreads))}[
        scale.rule.kind
    ]
    return max(0, math.floor(math.log10(1000.0 / width)))


def rounding(results: StudyResults, record: Record) -> int | None:
    """Return the decimals of a record, or None where a function of printed counts needs no rounding."""
    if record.property == "scores" and record.statistic in _MOMENTS:
        return decimals(results, record.target)
    if record.property == "measurement_error":
        return decimals(results, record.target)
    if record.property in ("redundancy", *COEFFICIENTS) or record.statistic in _OF_SCALE:
        return PRECISION
    return None


def policy(results: StudyResults, record: Record) -> Policy:
    """Return what a record needs. A property or a statistic that is not known here is withheld."""
    if record.property not in ("participation", "sites") and record.group != "all":
        return _by_group(record)
    if not _is_known(record):
        return "withheld"
    if record.property == "participation":
        return (record.id,)
    if record.property == "versions":
        return ()
    if record.property == "items":
        return _item(results, record)
    if record.property in ("scores", "floor_ceiling", *COEFFICIENTS):
        return _scale(results, record)
    if record.property == "colours":
        return (record.id,)
    if record.property == "redundancy":
        return tuple(cell for key in record.target.split("~") for cell in _distribution(results, key))
    return "withheld"


def _is_known(record: Record) -> bool:
    counts = _COUNTS.get(record.property, ())
    return record.statistic in _KNOWN.get(record.property, ()) or record.statistic.startswith(counts)


def is_clustered(record: Record) -> bool:
    """Return True for a share whose interval respects sites."""
    return record.statistic.endswith(_CLUSTERED)


def _by_group(record: Record) -> Policy:
    """Of sites only persons, asked and answered (or scored) are printed; of sectors and months nothing."""
    if not record.group.startswith("site=") or record.statistic not in _GROUP_COUNTS.get(record.property, ()):
        return DROPPED
    return (persons_cell(record.group),) if record.statistic == "n_persons" else (record.id,)


def _distribution(results: StudyResults, key: str) -> tuple[str, ...]:
    codes = results.questionnaire.item(key).codes
    return (*(cell_of(key, f"count:{code}") for code in codes), cell_of(key, "n_answered"))


def _item(results: StudyResults, record: Record) -> Policy:
    key, statistic = record.target, record.statistic
    if statistic == "n_persons":
        return (persons_cell("all"),)
    if statistic in ("n_asked", "n_answered") or statistic.startswith(("count:", "missing:")):
        return (record.id,)
    if count_of(results, record) is not None:
        return tuple(count_of(results, record) or ())
    empty = tuple(
        c for c in _distribution(results, key)[:-1] if c in results.records and not _value(results, c)
    )
    if statistic == "n_unused":
        return empty
    if statistic == "smallest_share" and empty:
        return (*empty, cell_of(key, "n_answered"))
    return _distribution(results, key)


def _value(results: StudyResults, name: str) -> float | None:
    return results.records[name].estimate.value


def _scale(results: StudyResults, record: Record) -> Policy:
    scored = f"scores/{record.target}/all/n_scored"
    if record.statistic == "n_persons":
        return (persons_cell("all"),)
    if record.statistic == "n_scored" or record.statistic.startswith("bin:"):
        return (record.id,)
    if record.property == "floor_ceiling":
        return tuple(count_of(results, record) or ())
    if record.property in COEFFICIENTS:
        return ()
    bins = [r.id for r in results.select("scores", record.target, "all") if r.statistic.startswith("bin:")]
    return (*bins, scored)


def count_of(results: StudyResults, record: Record) -> tuple[str, str] | None:
    """Return the cells of numerator and denominator of a share, or None if the record is no share."""
    name = record.statistic.removesuffix(_CLUSTERED)
    if record.property == "floor_ceiling" and name in _ENDS:
        return end_cell(record.target, name), f"scores/{record.target}/all/n_scored"
    if record.property != "items" or name not in _SHARES:
        return None
    if name == "skipped":
        return cell_of(record.target, "missing:skipped"), cell_of(record.target, "n_asked")
    code = _end_code(results.questionnaire.item(record.target), name)
    return cell_of(record.target, f"count:{code}"), cell_of(record.target, "n_answered")


def _end_code(item: Item, end: str) -> int:
    choose = min if end == "lowest" else max
    return choose(zip(item.scores, item.codes, strict=True))[1]


def sample_cells(record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the cells that may be a record's n asked, and those that may be its n used."""
    target, group = record.target, record.group
    persons = persons_cell(group)
    if record.property == "items" and record.statistic not in _OF_SCALE:
        asked, answered = cell_of(target, "n_asked", group), cell_of(target, "n_answered", group)
        if record.statistic.startswith("skipped"):
            return (asked,), (asked,)
        # a share of the answered names them as its base
        return ((answered,) if is_clustered(record) else (asked,)), (answered,)
    if record.property in ("scores", "floor_ceiling"):
        return (persons,), (f"scores/{target}/{group}/n_scored",)
    if record.property == "internal_consistency":
        return (persons,), (f"internal_consistency/{target}/{group}/{COMPLETE}",)
    return (), ()

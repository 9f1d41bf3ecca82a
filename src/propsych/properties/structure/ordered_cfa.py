"""Confirmatory factor analysis of ordered items; :func:`propsych.properties.structure.cfa.cfa` calls it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from propsych.data.arguments import require_choice
from propsych.data.model_columns import model_columns
from propsych.errors import AnalysisError, message
from propsych.kernels.sem.ordered import Parameterization
from propsych.properties.structure.ordered_answers import ordered_answers
from propsych.properties.structure.ordered_fit import ORDERED_ESTIMATORS, fit_ordered_table
from propsych.properties.structure.ordered_result import OrderedCfaResult
from propsych.properties.structure.ordered_table import ordered_table
from propsych.properties.structure.parameter_table import parameter_table
from propsych.properties.structure.syntax import Term

__all__ = ["is_ordered", "ordered_cfa"]


def is_ordered(ordered: bool | Sequence[str], estimator: str) -> bool:
    """Return whether items are to be taken as ordered; refuse what does not go together."""
    wanted = ordered if isinstance(ordered, bool) else bool(list(ordered))
    if estimator in ORDERED_ESTIMATORS and not wanted:
        remedy = "give ordered=True, if every item has ordered categories"
        raise AnalysisError(message("this estimator is for ordered items", got=estimator, remedy=remedy))
    if wanted:
        require_choice("estimator of ordered items", estimator, ORDERED_ESTIMATORS)
    return wanted


def ordered_cfa(
    terms: Sequence[Term],
    data: Any,
    *,
    syntax: str,
    estimator: str,
    ordered: bool | Sequence[str],
    parameterization: Parameterization,
    missing: str,
    std_lv: bool,
    orthogonal: bool,
    group: str | Sequence[Any] | None,
    level: float,
    categories: Iterable[Any] | None,
) -> OrderedCfaResult:
    """Fit a model of ordered items; arguments are those of `cfa`."""
    require_choice("parameterization", parameterization, ("delta", "theta"))
    if missing == "fiml":
        what = "full information is not for ordered items"
        raise AnalysisError(message(what, remedy='use missing="listwise" or "pairwise"'))
    names = parameter_table([term for term in terms if term.op != "|"]).observed
    _require_all(ordered, names)
    columns = model_columns(data, names, group=group, categories=categories, what="a factor model")
    found = ordered_answers(columns, names, missing, data, categories)
    table = ordered_table(
        terms,
        found.n_thresholds,
        n_groups=len(columns.groups),
        std_lv=std_lv,
        orthogonal=orthogonal,
        parameterization=parameterization,
    )
    fitted = fit_ordered_table(
        table, found.statistics, found.values, estimator, columns.groups, parameterization
    )
    sizes = {label: len(one) for label, one in zip(columns.groups, found.values, strict=True)}
    return OrderedCfaResult(columns.name, syntax, level, found.sample, sizes, fitted, found.remarks)


def _require_all(ordered: bool | Sequence[str], names: Sequence[str]) -> None:
    if isinstance(ordered, bool):
        return
    named = [ordered] if isinstance(ordered, str) else list(ordered)
    lacking = [name for name in names if name not in named]
    if lacking:
        what = "some items of the model are ordered and some are not"
        remedy = "name all items of the model, or give ordered=True"
        raise AnalysisError(message(what, got=f"not named: {', '.join(lacking[:5])}", remedy=remedy))

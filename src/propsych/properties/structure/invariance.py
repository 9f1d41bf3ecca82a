"""Measurement invariance across groups, of continuous and of ordered items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from propsych.data.arguments import require_choice, require_level
from propsych.data.model_columns import model_columns
from propsych.errors import AnalysisError, message
from propsych.kernels.sem.estimate import unrestricted
from propsych.kernels.sem.ordered import Parameterization
from propsych.properties.structure.cfa import used_answers, warn_of_fit
from propsych.properties.structure.cfa_fit import fit_table
from propsych.properties.structure.cfa_result import CfaResult
from propsych.properties.structure.invariance_result import MeasurementInvariance
from propsych.properties.structure.invariance_tables import (
    CONTINUOUS_LEVELS,
    ORDERED_LEVELS,
    continuous_level,
    ordered_level,
)
from propsych.properties.structure.ordered_answers import ordered_answers
from propsych.properties.structure.ordered_fit import ORDERED_ESTIMATORS, fit_ordered_table
from propsych.properties.structure.ordered_result import OrderedCfaResult
from propsych.properties.structure.ordered_table import ordered_table
from propsych.properties.structure.parameter_table import ParameterTable, parameter_table
from propsych.properties.structure.syntax import Term, parse_model

__all__ = ["measurement_invariance"]

InvarianceEstimator = Literal["ML", "MLR", "MLM", "WLSMV", "WLSMVS", "WLSM", "ULSMV", "ULSMVS", "ULSM"]
CONTINUOUS: tuple[Literal["ML", "MLR", "MLM"], ...] = ("ML", "MLR", "MLM")


def measurement_invariance(
    model: str,
    data: Any,
    *,
    group: str | Sequence[Any],
    estimator: InvarianceEstimator = "MLR",
    levels: Sequence[str] | None = None,
    release: Sequence[str] = (),
    parameterization: Parameterization = "theta",
    missing: Literal["listwise", "fiml", "pairwise"] = "listwise",
    std_lv: bool = False,
    orthogonal: bool = False,
    level: float = 0.95,
    categories: Iterable[Any] | None = None,
) -> MeasurementInvariance:
    r"""Test whether items measure the same in several groups, level by level.

    Parameters
    ----------
    model : str
        In lavaan's syntax.
    data : ItemData, Responses, data frame or array
        Answers, reversed as declared.
    group : str or sequence
        Column of groups, or one label a person. The first group, in the order of its declared categories or
        of the labels, has latent means of 0.
    estimator : str
        ``"ML"``, ``"MLR"``, ``"MLM"`` take the items as continuous; ``"WLSMV"`` and its kin as ordered.
    levels : sequence of str, optional
        Which levels, in order. Continuous items: ``"configural"``, ``"metric"`` (equal loadings),
        ``"scalar"`` (and intercepts), ``"strict"`` (and residual variances). Ordered items (Wu & Estabrook
        2016): ``"configural"``, ``"thresholds"``, ``"loadings"``, ``"intercepts"``, and with
        ``parameterization="theta"`` ``"residuals"``. By default all that the items identify.
    release : sequence of str
        Parameters not to hold equal: ``"f =~ x3"``, ``"x3 ~ 1"``, ``"x3 | t2"``, ``"x3 ~~ x3"``.
    parameterization : {"theta", "delta"}
        Of ordered items.
    missing : {"listwise", "fiml", "pairwise"}
        As in :func:`propsych.properties.structure.cfa`.
    std_lv : bool
        Latent variances are 1 (in the first group, once loadings are equal); else the unit of the first item.
    orthogonal : bool
        Latent variables do not covary.
    level : float, default 0.95
        Confidence level.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    MeasurementInvariance

    Raises
    ------
    propsych.errors.AnalysisError
        For one group only, unknown levels or parameters to release, what `cfa` refuses, and, of ordered
        items, a category that one group used and another did not (named, with the remedy).

    Notes
    -----
    Differences: :func:`propsych.properties.structure.invariance_result.difference`. With equal thresholds of
    ordered items intercepts and scales are free in all groups but the first, for the units of the latent
    responses are then those of the first group (Wu & Estabrook 2016, doi:10.1007/s11336-016-9506-0). Three
    categories make equal thresholds no restriction. Of items with two categories single levels restrict
    nothing either; thresholds, loadings and intercepts are tested at once, as ``"intercepts"``.

    When not to trust it: groups below about 200 persons; a configural model that does not fit; parameters
    released after looking at these data. What is not contradicted is not shown to be equal.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.normal(size=(600, 1)) + rng.normal(size=(600, 4))
    >>> sites = ["a", "b"] * 300
    >>> found = measurement_invariance("f =~ x1 + x2 + x3 + x4", answers, group=sites, estimator="ML")
    >>> found.levels["df"].tolist()
    [4.0, 7.0, 10.0, 14.0]
    """
    level = require_level(level)
    require_choice("estimator", estimator, (*CONTINUOUS, *ORDERED_ESTIMATORS))
    require_choice("missing rule", missing, ("listwise", "fiml", "pairwise"))
    terms = parse_model(model)
    names = parameter_table([term for term in terms if term.op != "|"]).observed
    columns = model_columns(data, names, group=group, categories=categories, what="a factor model")
    if len(columns.groups) < 2:
        remedy = "give a column with two groups or more"
        raise AnalysisError(
            message("invariance needs several groups", got=", ".join(columns.groups), remedy=remedy)
        )
    fits: dict[str, CfaResult] = {}
    remarks: tuple[str, ...] = ()
    if estimator in ORDERED_ESTIMATORS:
        require_choice("parameterization", parameterization, ("delta", "theta"))
        if missing == "fiml":
            what = "full information is not for ordered items"
            raise AnalysisError(message(what, remedy='use missing="listwise" or "pairwise"'))
        found = ordered_answers(columns, names, missing, data, categories)
        binary = [name for name, count in zip(names, found.n_thresholds, strict=True) if count == 1]
        chosen = _chosen(levels, _ordered_levels(binary, parameterization), ORDERED_LEVELS)
        base = ordered_table(
            terms,
            found.n_thresholds,
            n_groups=len(columns.groups),
            std_lv=std_lv,
            orthogonal=orthogonal,
            parameterization=parameterization,
        )
        _require_known(release, base)
        sample, remarks = found.sample, found.remarks
        sizes = {label: len(one) for label, one in zip(columns.groups, found.values, strict=True)}
        for name in chosen:
            table = ordered_level(base, name, std_lv, parameterization, binary, release)
            fitted = fit_ordered_table(
                table, found.statistics, found.values, estimator, columns.groups, parameterization
            )
            warn_of_fit(fitted, f"{columns.name}, {name}")
            fits[name] = OrderedCfaResult(columns.name, model, level, sample, sizes, fitted)
    else:
        continuous = next(one for one in CONTINUOUS if one == estimator)
        _require_continuous(terms, missing, estimator)
        chosen = _chosen(levels, CONTINUOUS_LEVELS, CONTINUOUS_LEVELS)
        base = parameter_table(
            terms, n_groups=len(columns.groups), means=True, std_lv=std_lv, orthogonal=orthogonal
        )
        _require_known(release, base)
        values, sample = used_answers(columns, base, missing)
        sizes = {label: len(one) for label, one in zip(columns.groups, values, strict=True)}
        moments = unrestricted(values, continuous, missing == "fiml")
        for name in chosen:
            table = continuous_level(base, name, std_lv, release)
            plain = fit_table(table, moments, continuous, columns.groups)
            warn_of_fit(plain, f"{columns.name}, {name}")
            fits[name] = CfaResult(columns.name, model, level, sample, sizes, plain)
    return MeasurementInvariance(columns.name, sample, sizes, fits, tuple(release), remarks)


def _ordered_levels(binary: Sequence[str], parameterization: str) -> tuple[str, ...]:
    """Return the levels that ordered items identify."""
    levels = ORDERED_LEVELS if parameterization == "theta" else ORDERED_LEVELS[:-1]
    if binary:
        return tuple(name for name in levels if name not in ("thresholds", "loadings"))
    return levels


def _chosen(levels: Sequence[str] | None, usual: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    if levels is None:
        return tuple(usual)
    wanted = [levels] if isinstance(levels, str) else list(levels)
    for name in wanted:
        require_choice("level of invariance", name, tuple(known))
        if name not in usual:
            what = f"the level {name} is not identified by these items and this parameterization"
            remedy = f"use {', '.join(usual)}"
            if name == "residuals":
                remedy = 'use parameterization="theta"'
            raise AnalysisError(message(what, remedy=remedy))
    if not wanted or wanted != sorted(set(wanted), key=list(known).index):
        remedy = f"name levels once, in the order {', '.join(usual)}"
        raise AnalysisError(message("levels of invariance go from wide to narrow", remedy=remedy))
    return tuple(wanted)


def _require_continuous(terms: Sequence[Term], missing: str, estimator: str) -> None:
    if any(term.op == "|" for term in terms):
        remedy = 'leave the thresholds out, or use estimator="WLSMV"'
        raise AnalysisError(message("thresholds belong to ordered items", remedy=remedy))
    if missing == "pairwise":
        remedy = 'use missing="listwise" or "fiml"'
        raise AnalysisError(message("pairwise answers are for ordered items", remedy=remedy))
    if missing == "fiml" and estimator not in ("ML", "MLR"):
        remedy = 'use estimator="ML" or "MLR", or missing="listwise"'
        raise AnalysisError(
            message("full information needs maximum likelihood", got=estimator, remedy=remedy)
        )


def _require_known(release: Sequence[str], table: ParameterTable) -> None:
    if isinstance(release, str):
        raise AnalysisError(message("release is a list of parameters", remedy=f"use [{release!r}]"))
    known = {"".join(row.name.split()) for row in table.rows}
    for name in release:
        if "".join(str(name).split()) not in known:
            remedy = "write it as in the parameters, for instance 'x3 ~ 1' or 'f =~ x3'"
            raise AnalysisError(message("the model has no such parameter", got=str(name), remedy=remedy))

"""Confirmatory factor analysis of items that are taken as continuous, or as ordered."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_level
from propsych.data.model_columns import ModelColumns, model_columns
from propsych.errors import AnalysisError, EstimationWarning, message
from propsych.kernels.sem.estimate import Estimator, unrestricted
from propsych.kernels.sem.ordered import Parameterization
from propsych.properties.structure.cfa_fit import FittedModel, fit_table
from propsych.properties.structure.cfa_notes import not_converged
from propsych.properties.structure.cfa_result import CfaResult
from propsych.properties.structure.ordered_cfa import is_ordered, ordered_cfa
from propsych.properties.structure.ordered_fit import ORDERED_ESTIMATORS
from propsych.properties.structure.parameter_table import ParameterTable, parameter_table, variables
from propsych.properties.structure.syntax import parse_model
from propsych.result import Sample

__all__ = ["cfa", "used_answers", "warn_of_fit"]

CONTINUOUS = ("ML", "MLR", "MLM", "ULS")
Missing = Literal["listwise", "fiml", "pairwise"]
OrderedEstimator = Literal["WLSMV", "WLSMVS", "WLSM", "ULSMV", "ULSMVS", "ULSM"]


def cfa(
    model: str,
    data: Any,
    *,
    estimator: Estimator | OrderedEstimator = "ML",
    ordered: bool | Sequence[str] = False,
    parameterization: Parameterization = "delta",
    missing: Missing = "listwise",
    std_lv: bool = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    group: str | Sequence[Any] | None = None,
    level: float = 0.95,
    categories: Iterable[Any] | None = None,
) -> CfaResult:
    r"""Fit a confirmatory factor model.

    Parameters
    ----------
    model : str
        In lavaan's syntax: ``"pain =~ p1 + p2 + p3"``; see :mod:`propsych.properties.structure.syntax`.
    data : ItemData, Responses, data frame or array
        Answers, reversed as declared. Columns that the model does not name are left alone.
    estimator : str
        ``"ML"``, ``"MLR"``, ``"MLM"``, ``"ULS"``: normal-theory maximum likelihood; the same estimates with
        errors and a test that presume no normality (Yuan-Bentler, Satorra-Bentler); unweighted least squares
        with such errors. For ordered items ``"WLSMV"``, ``"WLSMVS"``, ``"WLSM"``, diagonally weighted least
        squares of thresholds and polychoric correlations, or ``"ULSMV"``, ``"ULSMVS"``, ``"ULSM"``, where
        these count alike: they differ in the test, see :mod:`propsych.kernels.sem.ordered_fit`.
    ordered : bool or sequence of str
        Take the items as ordered categories (all of them, or none).
    parameterization : {"delta", "theta"}
        Of ordered items: scales or residual variances of the latent responses are 1.
    missing : {"listwise", "fiml", "pairwise"}
        Persons with every answer; or every answer, by full-information maximum likelihood (ML and MLR), which
        presumes that answers are missing at random; or, of ordered items, every pair of answers, which
        presumes that they are missing completely at random.
    std_lv : bool
        Latent variables have a variance of 1; else the unit of their first item.
    orthogonal : bool
        Latent variables do not covary.
    meanstructure : bool, optional
        Model the means; by default with full information, groups, or intercepts in the model.
    group : str or sequence, optional
        Column, or one label a person: the model is fitted in all groups at once, nothing equal but what the
        model's labels say.
    level : float, default 0.95
        Confidence level.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    CfaResult
        Of ordered items an OrderedCfaResult, with thresholds ``item | t1`` among the parameters.

    Raises
    ------
    propsych.errors.AnalysisError
        For a model that cannot be read (with the place), an item that the data do not have, too few persons,
        an item without variance, or more parameters than the covariances can determine.

    Warns
    -----
    propsych.errors.EstimationWarning
        If no best fit was found, or the solution is improper (negative variance, correlation beyond 1).

    Notes
    -----
    :math:`\Sigma = \Lambda (I - B)^{-1} \Psi (I - B)^{-T} \Lambda' + \Theta` is fitted by
    :math:`F = \log|\Sigma| + tr(S \Sigma^{-1}) - \log|S| - k` (Joreskog 1969, doi:10.1007/BF02289343). The
    covariances have divisor n, and :math:`n F` is the chi-square (with ULS divisor and factor n - 1).
    Standard errors: expected information for ML, observed with full information, sandwiches for the others
    (:mod:`propsych.kernels.sem.robust`). Groups stand in the order of their labels.

    When not to trust it: fewer than about 100 persons; items with few categories (below five) or very
    skewed, where ordered categories need their own estimator; a model that was changed to fit these data.
    A good fit does not show that the model is right: others may fit as well.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> fit = cfa("pain =~ x1 + x2 + x3 + x4", answers)
    >>> fit.converged, int(fit.fit_indices["df"])
    (True, 2)
    """
    level = require_level(level)
    require_choice("estimator", estimator, (*CONTINUOUS, *ORDERED_ESTIMATORS))
    require_choice("missing rule", missing, ("listwise", "fiml", "pairwise"))
    if is_ordered(ordered, estimator):
        result = ordered_cfa(
            parse_model(model),
            data,
            syntax=model,
            estimator=estimator,
            ordered=ordered,
            parameterization=parameterization,
            missing=missing,
            std_lv=std_lv,
            orthogonal=orthogonal,
            group=group,
            level=level,
            categories=categories,
        )
        warn_of_fit(result.fitted, result.name)
        return result
    continuous = cast(Estimator, estimator)
    if missing == "pairwise":
        remedy = 'use missing="listwise" or "fiml"'
        raise AnalysisError(message("pairwise answers are for ordered items", remedy=remedy))
    if missing == "fiml" and estimator not in ("ML", "MLR"):
        remedy = 'use estimator="ML" or "MLR", or missing="listwise"'
        raise AnalysisError(
            message("full information needs maximum likelihood", got=estimator, remedy=remedy)
        )
    terms = parse_model(model)
    if any(term.op == "|" for term in terms):
        remedy = "leave the thresholds out"
        raise AnalysisError(message("thresholds belong to ordered items", remedy=remedy))
    means = meanstructure or missing == "fiml" or (group is not None and meanstructure is None)
    options = {"means": bool(means), "std_lv": std_lv, "orthogonal": orthogonal}
    names, latent = variables(terms)
    if not latent:
        parameter_table(terms)  # refuses it in words
    columns = model_columns(data, names, group=group, categories=categories, what="a factor model")
    table = parameter_table(terms, n_groups=len(columns.groups), **options)
    values, sample = used_answers(columns, table, missing)
    found = unrestricted(values, continuous, missing == "fiml")
    fitted = fit_table(table, found, continuous, columns.groups)
    warn_of_fit(fitted, columns.name)
    sizes = {label: len(one) for label, one in zip(columns.groups, values, strict=True)}
    return CfaResult(columns.name, model, level, sample, sizes, fitted)


def used_answers(
    columns: ModelColumns, table: ParameterTable, missing: str
) -> tuple[list[NDArray[np.float64]], Sample]:
    """Return the answers used in each group, and the sample."""
    lacking = np.isnan(columns.values)
    drop = lacking.any(axis=1) if missing == "listwise" else lacking.all(axis=1)
    keep = ~drop & (columns.group >= 0)
    values = [columns.values[keep & (columns.group == g)] for g in range(len(columns.groups))]
    for label, one in zip(columns.groups, values, strict=True):
        where = columns.name if len(columns.groups) == 1 else f"{columns.name}, group {label}"
        _require_estimable(one, table.observed, where, missing)
    rule = "listwise" if missing == "listwise" else "full information, all answers"
    if (columns.group < 0).any():
        rule += ", with a known group"
    return values, Sample(int(columns.asked.sum()), int(keep.sum()), rule, columns.source)


def _require_estimable(values: NDArray[np.float64], names: Sequence[str], where: str, missing: str) -> None:
    n, k = values.shape
    if n <= k:
        what = "a factor model needs more persons than items"
        got = f"{n} persons{' with every answer' if missing == 'listwise' else ''} and {k} items"
        remedy = (
            "collect more answers" if missing == "fiml" else 'collect more answers, or use missing="fiml"'
        )
        raise AnalysisError(message(what, where=where, got=got, remedy=remedy))
    answered = ~np.isnan(values)
    empty = [names[j] for j in np.flatnonzero(~answered.any(axis=0)).tolist()]
    if empty:
        raise AnalysisError(
            message(f"nobody answered {', '.join(empty)}", where=where, remedy="leave the item out")
        )
    constant = np.nanmax(values, axis=0) == np.nanmin(values, axis=0)
    if constant.any():
        named = ", ".join(names[j] for j in np.flatnonzero(constant).tolist())
        what, remedy = f"everybody gave the same answer to {named}", "leave the item out of this analysis"
        raise AnalysisError(message(what, where=where, remedy=remedy))
    if missing == "listwise":
        R = np.corrcoef(values.T)
        if k > 1 and np.linalg.eigvalsh(R)[0] < 1e-10:
            what = "the items' covariances are singular: one item follows from the others"
            raise AnalysisError(message(what, where=where, remedy="leave out items that repeat others"))


def warn_of_fit(fitted: FittedModel, where: str) -> None:
    """Warn of a fit that cannot be used, or of an improper solution."""
    broken = not_converged(fitted)
    if broken:
        text = message(
            broken,
            where=where,
            consequence="the numbers of this fit cannot be used",
            remedy="check the model and the data, or use fewer latent variables",
        )
        warnings.warn(text, EstimationWarning, stacklevel=3)
        return
    improper = list(fitted.improper())
    if improper:
        text = message(
            f"the solution is improper: {'; '.join(improper)}",
            where=where,
            consequence="this part of the model cannot be interpreted",
            remedy="use fewer latent variables, leave the item out, or collect more answers",
        )
        warnings.warn(text, EstimationWarning, stacklevel=3)

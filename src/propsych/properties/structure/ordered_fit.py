"""A model of ordered items, fitted: the object that every number of such an analysis is taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message
from propsych.kernels.sem.estimate import Estimation, Unrestricted
from propsych.kernels.sem.model import Matrices
from propsych.kernels.sem.normal import Moments
from propsych.kernels.sem.ordered import (
    OrderedModel,
    OrderedStatistics,
    Parameterization,
    complete_matrices,
    implied_statistics,
    statistic_slopes,
)
from propsych.kernels.sem.ordered_fit import (
    Adjustment,
    OrderedEstimation,
    estimate_ordered,
    independence,
    weights_of,
)
from propsych.properties.structure.cfa_fit import FittedModel
from propsych.properties.structure.ordered_table import ordered_model_of
from propsych.properties.structure.parameter_table import ParameterTable

__all__ = ["ADJUSTMENTS", "ORDERED_ESTIMATORS", "OrderedFit", "fit_ordered_table", "is_unweighted"]

Floats = NDArray[np.float64]
ADJUSTMENTS: dict[str, Adjustment] = {
    "WLSMV": "shifted",
    "WLSMVS": "satterthwaite",
    "WLSM": "mean",
    "ULSMV": "shifted",
    "ULSMVS": "satterthwaite",
    "ULSM": "mean",
}
ORDERED_ESTIMATORS = tuple(ADJUSTMENTS)


def is_unweighted(estimator: str) -> bool:
    """Return whether the statistics count alike."""
    return estimator.startswith("ULS")


@dataclass(frozen=True, eq=False)
class OrderedFit(FittedModel):
    """A table of ordered items with its data and its fit.

    Attributes
    ----------
    ordered : OrderedModel
    statistics : tuple of OrderedStatistics
        Thresholds and polychoric correlations of each group.
    weights : tuple of ndarray
    result, base : OrderedEstimation
        Of the model, and of the model in which items do not correlate.
    """

    ordered: OrderedModel
    statistics: tuple[OrderedStatistics, ...]
    weights: tuple[Floats, ...]
    result: OrderedEstimation
    base: OrderedEstimation

    @property
    def adjustment(self) -> Adjustment:
        """How the chi-square is adjusted."""
        return ADJUSTMENTS[self.estimator]

    def matrices(self, g: int, parameters: Floats | None = None) -> Matrices:
        """Return the matrices of group number `g`, with the residual variances that follow."""
        return complete_matrices(self.ordered, g, self._at(parameters))[0]

    def thresholds(self, g: int, parameters: Floats | None = None) -> Floats:
        """Return the thresholds of group number `g`, shape (k, C - 1)."""
        return complete_matrices(self.ordered, g, self._at(parameters))[1]

    def _at(self, parameters: Floats | None) -> Floats:
        return self.estimation.parameters if parameters is None else parameters

    def values_at(self, parameters: Floats) -> Floats:
        """Return one number a row at other parameters; what follows from others is filled in."""
        values = super().values_at(parameters)
        at = {name: i for i, name in enumerate(self.table.observed)}
        for g in range(len(self.groups)):
            matrices, _, scale = complete_matrices(self.ordered, g, parameters)
            for i, row in enumerate(self.table.rows):
                if row.group != g + 1 or row.lhs not in at or row.lhs != row.rhs:
                    continue
                if row.op == "~~":
                    values[i] = matrices.theta[at[row.lhs], at[row.lhs]]
                elif row.op == "~*~":
                    values[i] = scale[at[row.lhs]]
        return values

    def implied(self, g: int) -> Floats:
        """Return the implied standardised thresholds and correlations of group number `g`."""
        one = self.statistics[g]
        return implied_statistics(self.ordered, g, self.estimation.parameters, one.item, one.threshold)

    def slopes(self) -> Floats:
        """Return the slopes of all groups' statistics in the parameters, one group below the other."""
        parameters = self.estimation.parameters
        return np.concatenate(
            [
                statistic_slopes(self.ordered, g, parameters, one.item, one.threshold)
                for g, one in enumerate(self.statistics)
            ]
        )


def fit_ordered_table(
    table: ParameterTable,
    statistics: Sequence[OrderedStatistics],
    values: Sequence[Floats],
    estimator: str,
    groups: tuple[str, ...],
    parameterization: Parameterization,
    start: Floats | None = None,
) -> OrderedFit:
    """Fit a table of ordered items, as it stands.

    Parameters
    ----------
    table : ParameterTable
    statistics : sequence of OrderedStatistics
        Of each group.
    values : sequence of ndarray of float, shape (n, k)
        The categories used (from 0), NaN where missing.
    estimator : str
        One of ``ORDERED_ESTIMATORS``.
    groups : tuple of str
    parameterization : {"delta", "theta"}
    start : ndarray of float, optional

    Raises
    ------
    propsych.errors.AnalysisError
        For more parameters than thresholds and correlations.
    """
    ordered, position = ordered_model_of(table, parameterization)
    p = ordered.model.n_parameters
    count = sum(len(one.values) for one in statistics)
    if p > count:
        what = f"the model has {p} free parameters for {count} thresholds and correlations"
        consequence = "the data cannot determine them"
        raise AnalysisError(message(what, consequence=consequence, remedy="fix parameters, or add items"))
    begin = np.full(p, np.nan) if start is None else start
    for row, place in zip(table.rows, position, strict=True):
        if place >= 0 and np.isfinite(row.start):
            begin[place] = row.start
    weights = weights_of(statistics, is_unweighted(estimator))
    found = estimate_ordered(ordered, statistics, weights, begin)
    base = independence(statistics, weights)
    moments = tuple(Moments(one.n, np.zeros(len(one.correlations)), one.correlations) for one in statistics)
    data = Unrestricted(tuple(values), moments, None, float("nan"), True)
    return OrderedFit(
        table,
        ordered.model,
        position,
        data,
        _estimation(found),
        _estimation(base),
        estimator,  # type: ignore[arg-type]
        groups,
        ordered,
        tuple(statistics),
        weights,
        found,
        base,
    )


def _estimation(found: OrderedEstimation) -> Estimation:
    nan = float("nan")
    return Estimation(
        found.parameters,
        found.covariance,
        found.chi2,
        found.df,
        nan,
        found.fit,
        None,
        found.search,
        found.determined,
    )

"""A model's table, fitted: the one object that every number of a confirmatory analysis is taken from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message
from propsych.kernels.sem.estimate import (
    Estimation,
    Estimator,
    Unrestricted,
    baseline_model,
    baseline_parameters,
    estimate,
    evaluate,
)
from propsych.kernels.sem.model import Matrices, Model, fill
from propsych.kernels.sem.standardise import deviations_of
from propsych.properties.structure.parameter_table import ParameterTable, model_of, place_of

__all__ = ["Convergence", "FittedModel", "fit_table"]

Floats = NDArray[np.float64]
Convergence = Literal["converged", "failed", "ill-determined", "data suspected"]
DUPLICATE = 0.98
"""Correlation from which two items are suspected to be copies."""


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A table of parameters with its data and its fit.

    Attributes
    ----------
    table : ParameterTable
    model : Model
        The same as matrices.
    position : ndarray of int
        For each row of the table its position among the parameters; -1: fixed.
    data : Unrestricted
    estimation, baseline : Estimation
        Of the model, and of the model in which items do not covary.
    estimator : str
    groups : tuple of str
        Labels.
    """

    table: ParameterTable
    model: Model
    position: NDArray[np.int64]
    data: Unrestricted
    estimation: Estimation
    baseline: Estimation
    estimator: Estimator
    groups: tuple[str, ...]

    @property
    def estimates(self) -> Floats:
        """One number a row of the table, fixed values included."""
        return self.values_at(self.estimation.parameters)

    def values_at(self, parameters: Floats) -> Floats:
        """Return one number a row at other parameters."""
        fixed = np.array([row.value for row in self.table.rows])
        return np.where(self.position >= 0, parameters[np.maximum(self.position, 0)], fixed)

    def matrices(self, g: int, parameters: Floats | None = None) -> Matrices:
        """Return the matrices of group number `g` (from 0)."""
        return fill(self.model.groups[g], self.estimation.parameters if parameters is None else parameters)

    def places(self) -> NDArray[np.int64]:
        """Return matrix number, row and column of each row of the table, shape (3, rows)."""
        observed = {name: i for i, name in enumerate(self.table.observed)}
        latent = {name: i for i, name in enumerate(self.table.latent)}
        return np.array([place_of(row, observed, latent) for row in self.table.rows], dtype=np.int64).T

    @property
    def convergence(self) -> Convergence:
        """Whether the search ended at parameters that the data determine; if not, what is suspected."""
        search = self.estimation.search
        if (search is None or search.converged) and self.estimation.determined:
            return "converged"
        if any(True for _ in self.suspects()):
            return "data suspected"
        return "failed" if search is not None and not search.converged else "ill-determined"

    def suspects(self) -> Iterator[str]:
        """Yield what in the data may keep a model from being estimated."""
        names = self.table.observed
        for label, sample, values in zip(self.groups, self.data.moments, self.data.values, strict=True):
            where = "" if len(self.groups) == 1 else f" in group {label}"
            if sample.n <= len(names):
                yield f"{sample.n} persons are no more than the {len(names)} items{where}"
            sd = np.sqrt(np.diag(sample.covariance))
            R = sample.covariance / np.outer(sd, sd)
            copies = np.argwhere(np.tril(np.abs(R), -1) > DUPLICATE)
            for i, j in copies[:3].tolist():
                yield f"{names[j]} and {names[i]} correlate {R[i, j]:.2f}{where}: one may be a copy"
            if not len(copies) and np.linalg.eigvalsh(R)[0] < 1e-8:
                yield f"one item follows from the others{where}"
            answered = (~np.isnan(values)).astype(float)
            together = answered.T @ answered
            apart = np.argwhere(np.tril(together < 2, -1))
            for i, j in apart[:3].tolist():
                yield f"nobody answered both {names[j]} and {names[i]}{where}"
        if not self.data.converged:
            yield "the unrestricted moments were not found from the answers that there are"

    def improper(self) -> Iterator[str]:
        """Yield what the solution holds that no population can have, with the item or latent variable."""
        observed, latent = self.table.observed, self.table.latent
        for g, label in enumerate(self.groups):
            where = "" if len(self.groups) == 1 else f" in group {label}"
            matrices = self.matrices(g)
            parts = (
                (matrices.theta, observed, "the residual variance of {} is negative"),
                (matrices.psi, latent, "the variance of {} is negative"),
            )
            for part, names, told in parts:
                for at in np.flatnonzero(np.diag(part) < 0.0).tolist():
                    yield f"{told.format(names[at])} ({part[at, at]:.3f}){where}"
                sd = np.sqrt(np.where(np.diag(part) > 0.0, np.diag(part), np.nan))
                r = np.tril(part / np.outer(sd, sd), -1)
                for i, j in np.argwhere(np.abs(r) > 1.0 + 1e-8).tolist():
                    what = "residuals of " if part is matrices.theta else ""
                    yield f"{what}{names[j]} and {names[i]} correlate {r[i, j]:.3f}{where}"
            sd = deviations_of(matrices).latent
            if np.isfinite(sd).all() and len(sd):
                inverse = np.linalg.inv(np.eye(len(sd)) - matrices.beta)
                phi = inverse @ matrices.psi @ inverse.T / np.outer(sd, sd)
                proper = not (np.abs(np.tril(phi, -1)) > 1.0 + 1e-8).any()
                if proper and np.linalg.eigvalsh(phi)[0] < -1e-8:
                    yield f"the latent variables' covariances are impossible together{where}"


def fit_table(
    table: ParameterTable, data: Unrestricted, estimator: Estimator, groups: tuple[str, ...]
) -> FittedModel:
    """Fit a table of parameters, as it stands, to the unrestricted moments of each group.

    Raises
    ------
    propsych.errors.AnalysisError
        For more parameters than means and covariances.
    """
    model, position = model_of(table)
    k = len(table.observed)
    moments = len(groups) * (k * (k + 1) // 2 + (k if table.means else 0))
    if model.n_parameters > moments:
        what = f"the model has {model.n_parameters} free parameters for {moments} variances and covariances"
        consequence = "the data cannot determine them"
        raise AnalysisError(message(what, consequence=consequence, remedy="fix parameters, or add items"))
    start = np.full(model.n_parameters, np.nan)
    for row, place in zip(table.rows, position, strict=True):
        if place >= 0 and np.isfinite(row.start):
            start[place] = row.start
    found = estimate(model, data, estimator, start)
    base = baseline_model(k, len(groups), table.means)
    baseline = evaluate(base, data, estimator, baseline_parameters(data, table.means))
    return FittedModel(table, model, position, data, found, baseline, estimator, groups)

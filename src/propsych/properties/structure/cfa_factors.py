"""A fitted confirmatory model as the factor fit that other properties take."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.errors import AnalysisError, message
from propsych.kernels.sem.estimate import fit_function
from propsych.kernels.sem.general import bifactor_indices, second_order_indices
from propsych.kernels.sem.robust import inverse, person_scores
from propsych.properties.structure.cfa_fit import FittedModel
from propsych.result import FactorFit, Sample

__all__ = ["factor_fit", "general_factor"]

Floats = NDArray[np.float64]


def _pieces(fitted: FittedModel, parameters: Floats) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Return loadings on factors of variance 1, their correlations, residuals, and which have items."""
    matrices = fitted.matrices(0, parameters)
    own = np.asarray(matrices.lam.any(axis=0))
    back = np.linalg.inv(np.eye(len(matrices.alpha)) - matrices.beta)
    latent = (back @ matrices.psi @ back.T)[np.ix_(own, own)]
    sd = np.sqrt(np.abs(np.diag(latent)))
    return matrices.lam[:, own] * sd, latent / np.outer(sd, sd), matrices.theta, own


def factor_fit(fitted: FittedModel, name: str, sample: Sample, remarks: tuple[str, ...]) -> FactorFit:
    """Return the first group's factors with what each person adds to them, for intervals.

    Factors of factors are left out: what they share is in the correlations of the first-order factors.
    """
    parameters = fitted.estimation.parameters
    loadings, phi, theta, own = _pieces(fitted, parameters)
    items = pd.Index(fitted.table.observed, name="item")
    factors = pd.Index([f for f, has in zip(fitted.table.latent, own, strict=True) if has], name="factor")
    search = fitted.estimation.search
    return FactorFit(
        name=name,
        loadings=pd.DataFrame(loadings, index=items, columns=factors),
        factor_correlations=pd.DataFrame(phi, index=factors, columns=factors),
        residuals=pd.DataFrame(theta, index=items, columns=items),
        observed=pd.DataFrame(fitted.data.moments[0].covariance, index=items, columns=items),
        estimator=fitted.estimator,
        scale="observed",
        thresholds=None,
        scores=None,
        objective=2.0 * fitted.estimation.fit,
        df=fitted.estimation.df,
        converged=fitted.convergence == "converged",
        n_iter=0 if search is None else search.n_iter,
        sample=sample,
        influence=_influence(fitted) if fitted.data.patterns is None else {},
        remarks=remarks,
    )


def _influence(fitted: FittedModel) -> dict[str, Floats]:
    """Return what each person adds to loadings, factor correlations and residual variances."""
    parameters = fitted.estimation.parameters

    def flat(x: Floats) -> Floats:
        loadings, phi, theta, _ = _pieces(fitted, x)
        free = _pieces(fitted, parameters)[0] != 0.0
        return np.concatenate([loadings[free], phi[np.tril_indices(len(phi), -1)], np.diag(theta)])

    curvature = fit_function(fitted.model, fitted.data, fitted.estimator, parameters, False)[2]
    scores = person_scores(fitted.model, fitted.data, fitted.estimator, parameters, 0)
    added = (scores - scores.mean(axis=0)) @ inverse(0.5 * curvature)
    size = 1e-4 * np.maximum(np.abs(parameters), 0.1)
    slopes = np.stack(
        [
            (flat(parameters + step) - flat(parameters - step)) / (2.0 * size[i])
            for i, step in enumerate(np.diag(size))
        ],
        axis=1,
    )
    values = fitted.data.values[0]
    return {"parameters": added @ slopes.T, "deviations": values - values.mean(axis=0)}


def general_factor(fitted: FittedModel) -> dict[str, float]:
    """Return coefficients of the general factor, from what the model says is one."""
    matrices = fitted.matrices(0)
    loads = matrices.lam != 0.0
    bare = np.flatnonzero(~loads.any(axis=0))
    apart = not (matrices.psi - np.diag(np.diag(matrices.psi))).any()
    if len(fitted.groups) == 1 and apart:
        on_all = np.flatnonzero(loads.all(axis=0))
        if len(on_all) == 1 and loads.shape[1] > 1 and not matrices.beta.any():
            return bifactor_indices(matrices, int(on_all[0]))
        if len(bare) == 1 and matrices.beta[:, bare[0]].astype(bool).sum() == loads.shape[1] - 1:
            return second_order_indices(matrices, int(bare[0]))
    what = "the model has no general factor"
    remedy = "fit a bifactor model (orthogonal=True) or a factor of all factors, in one group"
    raise AnalysisError(message(what, remedy=remedy))

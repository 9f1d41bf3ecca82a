"""A fitted factor model, as several properties need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.result.base import Result
from propsych.result.record import Estimate, Record, Sample

__all__ = ["FactorFit"]


@dataclass(frozen=True, eq=False)
class FactorFit(Result):
    """A factor model of the items' covariances, or of the correlations of their latent responses.

    Attributes
    ----------
    name : str
        What was fitted.
    loadings : pandas.DataFrame
        Items x factors; factor variances are 1.
    factor_correlations : pandas.DataFrame
        Factors x factors.
    residuals : pandas.DataFrame
        Items x items: what the factors leave over (diagonal here).
    observed : pandas.DataFrame
        Items x items: the covariances (divisor n) or polychoric correlations that were fitted.
    estimator : str
        ``"ML"`` or ``"WLSMV"``.
    scale : {"observed", "latent responses"}
        What loadings and residuals are about.
    thresholds : mapping of str to ndarray of float, or None
        Item -> thresholds of its latent response.
    scores : mapping of str to tuple of float, or None
        Item -> score of each declared category.
    objective : float
        Fit function: F of maximum likelihood, or half the weighted sum of squares.
    df : int
    converged : bool
    n_iter : int
    sample : Sample
    influence : mapping of str to ndarray
        What each person adds to ``"parameters"`` (n, p); ``"deviations"`` from the means (n, k) of observed
        scores; for ordered items what each adds to ``"thresholds"``
        (n, k, C - 1) and ``"correlations"`` (n, n_pairs): for distribution-free intervals.
    remarks : tuple of str
        Reasons for doubt.
    """

    name: str
    loadings: pd.DataFrame
    factor_correlations: pd.DataFrame
    residuals: pd.DataFrame
    observed: pd.DataFrame
    estimator: str
    scale: Literal["observed", "latent responses"]
    thresholds: Mapping[str, NDArray[np.float64]] | None
    scores: Mapping[str, tuple[float, ...]] | None
    objective: float
    df: int
    converged: bool
    n_iter: int
    sample: Sample
    influence: Mapping[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Factor model ({self.estimator}, {self.scale}): {self.name}"

    @property
    def implied(self) -> pd.DataFrame:
        """Covariances that the model implies."""
        return self.common + self.residuals

    @property
    def common(self) -> pd.DataFrame:
        """Covariances that come from the factors."""
        return self.loadings @ self.factor_correlations @ self.loadings.T

    def records(self) -> Iterator[Record]:
        """Yield the loadings of property ``structure``."""
        for factor in self.loadings.columns:
            for item, value in self.loadings[factor].items():
                if value != 0.0:
                    loading = Estimate(float(value), method=f"{self.estimator}, {self.scale}")
                    target, name = str(item), f"loading:{factor}"
                    yield Record("structure", target, "all", name, loading, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return loadings and residual variances."""
        residual = np.diag(self.residuals.to_numpy())
        return self.loadings.assign(residual_variance=residual)

    def notes(self) -> tuple[str, ...]:
        """Return the sample, how the search ended, and reasons for doubt."""
        ended = "converged" if self.converged else "did NOT converge: do not use it"
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule}).",
            f"The search {ended} after {self.n_iter} steps; {self.df} degrees of freedom.",
            *self.remarks,
        )

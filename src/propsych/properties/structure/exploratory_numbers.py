"""The numbers of exploratory factors as estimates under stable names, and the table of fit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.factor_fit import FactorFitStatistics
from propsych.result import Estimate

__all__ = ["estimate_of", "fit_estimates", "fit_table", "loading_estimates", "phi_estimates"]

Floats = NDArray[np.float64]
RMSEA_LEVEL = 0.90


def estimate_of(
    value: float, method: str, ends: tuple[float, float] | None = None, level: float | None = None
) -> Estimate:
    """Return a number as an estimate; None where it does not exist."""
    if not np.isfinite(value):
        return Estimate(None, method=method)
    if ends is None or not np.isfinite(ends).all():
        return Estimate(value, method=method)
    return Estimate(value, *ends, level, method)


def loading_estimates(
    loadings: pd.DataFrame, ends: tuple[pd.DataFrame, pd.DataFrame] | None, level: float, method: str
) -> Iterator[tuple[str, str, Estimate]]:
    """Yield item, name and estimate of each loading."""
    values = loadings.to_numpy()
    limits = None if ends is None else (ends[0].to_numpy(), ends[1].to_numpy())
    for f, factor in enumerate(loadings.columns):
        for i, item in enumerate(loadings.index):
            own = None if limits is None else (float(limits[0][i, f]), float(limits[1][i, f]))
            yield str(item), f"efa_loading:{factor}", estimate_of(float(values[i, f]), method, own, level)


def phi_estimates(phi: pd.DataFrame, method: str) -> Iterator[tuple[str, Estimate]]:
    """Yield name and estimate of each correlation between two factors."""
    values = phi.to_numpy()
    for j, second in enumerate(phi.columns):
        for i, first in enumerate(phi.columns[:j]):
            name = f"efa_factor_correlation:{first}:{second}"
            yield name, estimate_of(float(values[i, j]), method)


def fit_estimates(fit: pd.Series[float], method: str) -> Iterator[tuple[str, Estimate]]:
    """Yield name and estimate of the fit."""
    for name in ("chi2", "df", "p", "tli", "bic", "rmsr"):
        yield f"efa_{name}", estimate_of(float(fit[name]), method)
    ends = float(fit["rmsea_lower"]), float(fit["rmsea_upper"])
    yield "efa_rmsea", estimate_of(float(fit["rmsea"]), method, ends, RMSEA_LEVEL)


def fit_table(fit: FactorFitStatistics, R: Floats, residuals: Floats, n: int) -> pd.Series[float]:
    """Return the fit of factors to correlations R by name; `explained` are shares of squared correlations."""
    off = ~np.eye(len(R), dtype=bool)
    df = fit.df if fit.df > 0 else float("nan")
    return pd.Series(
        {
            "n": float(n),
            "chi2": fit.chi2,
            "df": float(fit.df),
            "p": fit.p,
            "empirical_chi2": fit.empirical_chi2,
            "rmsea": fit.rmsea,
            "rmsea_lower": fit.rmsea_lower,
            "rmsea_upper": fit.rmsea_upper,
            "tli": fit.tli,
            "cfi": fit.cfi,
            "bic": fit.bic,
            "sabic": fit.chi2 - df * float(np.log((n + 2.0) / 24.0)),
            "ebic": fit.empirical_chi2 - df * float(np.log(n)),
            "rmsr": fit.rms,
            "rmsr_corrected": fit.corrected_rms,
            "objective": fit.objective,
            "null_chi2": fit.null_chi2,
            "null_df": float(fit.null_df),
            "explained": 1.0 - float(np.square(residuals).sum() / np.square(R).sum()),
            "explained_off_diagonal": 1.0 - float(np.square(residuals[off]).sum() / np.square(R[off]).sum()),
        },
        name="value",
    )

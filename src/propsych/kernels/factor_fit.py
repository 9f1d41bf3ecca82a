"""How well loadings reproduce a correlation matrix: residuals, chi-square, RMSEA."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

__all__ = ["FactorFitStatistics", "factor_fit", "rmsea"]

Floats = NDArray[np.float64]


class FactorFitStatistics(NamedTuple):
    """Fit of exploratory loadings; `rmsea` with its 90 % interval, NaN without degrees of freedom."""

    df: int
    chi2: float
    rms: float
    rmsea: float
    rmsea_lower: float
    rmsea_upper: float
    bic: float


def factor_fit(R: Floats, loadings: Floats, n: int, level: float = 0.90) -> FactorFitStatistics:
    """Return fit statistics of uncorrelated factors with these loadings (k, m).

    Notes
    -----
    The chi-square is n - 1 - (2 k + 5) / 6 - 2 m / 3 times the maximum likelihood discrepancy (Bartlett 1950,
    doi:10.1111/j.2044-8317.1950.tb00285.x), whatever way the loadings were found; rms is the root mean
    squared off-diagonal residual.
    """
    k, m = loadings.shape
    df = k * (k - 1) // 2 - k * m + m * (m - 1) // 2
    model = loadings @ loadings.T
    residual = (R - model)[np.tril_indices(k, -1)]
    np.fill_diagonal(model, np.diag(R))
    ratio = np.linalg.solve(model, R)
    sign, log_det = np.linalg.slogdet(ratio)
    objective = float(np.trace(ratio) - log_det - k) if sign > 0 else float("nan")
    chi2 = max(objective * (n - 1 - (2 * k + 5) / 6 - 2 * m / 3), 0.0)
    value, lower, upper = rmsea(chi2, df, n, level)
    bic = chi2 - df * float(np.log(n)) if df > 0 else float("nan")
    return FactorFitStatistics(df, chi2, float(np.sqrt(np.square(residual).mean())), value, lower, upper, bic)


def rmsea(chi2: float, df: int, n: int, level: float = 0.90) -> tuple[float, float, float]:
    """Return the root mean square error of approximation with its interval.

    Notes
    -----
    Steiger & Lind (1980); the ends are those noncentralities at which the chi-square is an outer
    quantile of the noncentral distribution (Browne & Cudeck 1992, doi:10.1177/0049124192021002005).
    """
    if df <= 0 or not np.isfinite(chi2):
        return float("nan"), float("nan"), float("nan")
    tail = (1.0 - level) / 2.0

    def end(p: float) -> float:
        if float(special.chndtr(chi2, df, 0.0)) <= p:
            return 0.0
        top = max(chi2, 1.0)
        while float(special.chndtr(chi2, df, top)) > p:
            top *= 2.0
        found = optimize.brentq(lambda x: float(special.chndtr(chi2, df, x)) - p, 0.0, top, xtol=1e-10)
        return float(np.sqrt(found / ((n - 1.0) * df)))

    value = float(np.sqrt(max(chi2 / (df * n) - 1.0 / (n - 1.0), 0.0)))
    return value, end(1.0 - tail), end(tail)

"""How well loadings reproduce a correlation matrix: residuals, chi-square, RMSEA."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from propsych.kernels.sampling_adequacy import bartlett_sphericity

__all__ = ["FactorFitStatistics", "factor_df", "factor_fit", "rmsea"]

Floats = NDArray[np.float64]


class FactorFitStatistics(NamedTuple):
    """Fit of exploratory loadings; `rmsea` with its interval. NaN where there are no degrees of freedom.

    Attributes
    ----------
    df : int
    chi2 : float
        Of the likelihood ratio, with Bartlett's factor.
    rms : float
        Root mean square of the off-diagonal residuals (RMSR).
    rmsea, rmsea_lower, rmsea_upper : float
    bic : float
        `chi2` less df times log n.
    objective : float
        Maximum likelihood discrepancy.
    empirical_chi2 : float
        n times the squared off-diagonal residuals, both triangles.
    p : float
        Of `chi2`.
    null_chi2 : float
        Of uncorrelated items (Bartlett's sphericity).
    null_df : int
    tli, cfi : float
        Tucker-Lewis and comparative fit against uncorrelated items.
    corrected_rms : float
        `rms` for degrees of freedom instead of correlations.
    """

    df: int
    chi2: float
    rms: float
    rmsea: float
    rmsea_lower: float
    rmsea_upper: float
    bic: float
    objective: float
    empirical_chi2: float
    p: float
    null_chi2: float
    null_df: int
    tli: float
    cfi: float
    corrected_rms: float


def factor_df(k: int, m: int) -> int:
    """Return the degrees of freedom of m exploratory factors of k items: below 0 they are not identified."""
    return k * (k - 1) // 2 - k * m + m * (m - 1) // 2


def factor_fit(
    R: Floats, loadings: Floats, n: int, level: float = 0.90, phi: Floats | None = None
) -> FactorFitStatistics:
    """Return fit statistics of factors with these loadings (k, m), uncorrelated unless `phi` is given.

    Notes
    -----
    The chi-square is n - 1 - (2 k + 5) / 6 - 2 m / 3 times the maximum likelihood discrepancy (Bartlett 1950,
    doi:10.1111/j.2044-8317.1950.tb00285.x), whatever way the loadings were found; rms is the root mean
    squared off-diagonal residual.
    """
    k, m = loadings.shape
    df = factor_df(k, m)
    common = loadings if phi is None else loadings @ phi
    model = common @ loadings.T
    squares = float(np.square((R - model)[np.tril_indices(k, -1)]).sum())
    np.fill_diagonal(model, np.diag(R))
    objective = _discrepancy(R, model)
    persons = n - 1 - (2 * k + 5) / 6 - 2 * m / 3
    chi2 = objective * persons
    chi2 = chi2 if np.isnan(chi2) else max(chi2, 0.0)
    value, lower, upper = rmsea(chi2, df, n, level)
    null = bartlett_sphericity(R, n)
    free = df if df > 0 else float("nan")
    return FactorFitStatistics(
        df=df,
        chi2=chi2,
        rms=float(np.sqrt(squares / (k * (k - 1) / 2))),
        rmsea=value,
        rmsea_lower=lower,
        rmsea_upper=upper,
        bic=chi2 - free * float(np.log(n)),
        objective=objective,
        empirical_chi2=2.0 * n * squares,
        p=float(special.chdtrc(df, chi2)) if df > 0 else float("nan"),
        null_chi2=null.chi2,
        null_df=null.df,
        tli=_tucker_lewis(_discrepancy(R, np.diag(np.diag(R))) / null.df, objective / free, persons),
        cfi=_comparative(chi2 - free, null.chi2 - null.df),
        corrected_rms=float(np.sqrt(squares / free)),
    )


def _discrepancy(R: Floats, model: Floats) -> float:
    """Return the maximum likelihood discrepancy of R and a model; NaN where either is not definite."""
    if np.linalg.eigvalsh(model)[0] <= 0.0 or np.linalg.eigvalsh(R)[0] <= 0.0:
        return float("nan")
    ratio = np.linalg.solve(model, R)
    return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(R))


def _tucker_lewis(null: float, own: float, persons: float) -> float:
    """Return Tucker & Lewis's coefficient (1973, doi:10.1007/BF02291170) of discrepancies per df."""
    most = null - 1.0 / persons
    return (null - own) / most if most > 0.0 else float("nan")


def _comparative(excess: float, null: float) -> float:
    if np.isnan(excess) or np.isnan(null):
        return float("nan")
    largest = max(null, excess, 0.0)
    return 1.0 - max(excess, 0.0) / largest if largest > 0.0 else 1.0


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

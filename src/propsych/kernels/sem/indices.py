r"""Fit indices by lavaan's names, plain, scaled and robust, from chi-squares and residuals.

``.scaled`` indices put the scaled chi-square in the place of the chi-square and estimate something else than
the plain ones; ``.robust`` indices correct for that (Brosseau-Liard & Savalei 2014,
doi:10.1080/00273171.2014.933697; Savalei 2018, doi:10.1080/00273171.2018.1455142; with missing answers
Zhang & Savalei 2022, doi:10.1037/met0000445).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

__all__ = [
    "ChiSquare",
    "absolute_indices",
    "chi_square_tail",
    "goodness_of_fit",
    "incremental_indices",
    "likelihood_indices",
    "residual_indices",
    "rmsea_indices",
    "robust_incremental",
    "weighted_squares",
]

Floats = NDArray[np.float64]
NAN = float("nan")
Moment = tuple[Floats, Floats]
"""Means and covariances."""
CLOSE, NOT_CLOSE = 0.05, 0.08


class ChiSquare(NamedTuple):
    """A chi-square with what a robust form of it needs.

    `factor` is the scaling factor c, `trace` the sum of its eigenvalues (c times df for a mean-scaled test).
    For a scaled and shifted test `scaled` is (chi2 / factor + shift). `df_scaled` where the adjustment broke
    the degrees of freedom.
    """

    chi2: float
    df: int
    factor: float = NAN
    trace: float = NAN
    scaled: float = NAN
    df_scaled: float = NAN


def chi_square_tail(chi2: float, df: float) -> float:
    """Return the probability of a larger chi-square; NaN without degrees of freedom."""
    return float(special.chdtrc(df, max(chi2, 0.0))) if df > 0 and np.isfinite(chi2) else NAN


def incremental_indices(model: ChiSquare, baseline: ChiSquare) -> dict[str, float]:
    """Return indices that compare with the baseline model, plain and, where there is a factor, scaled."""
    found = _incremental(model.chi2, model.df, baseline.chi2, baseline.df)
    if np.isfinite(model.scaled):
        scaled = _incremental(model.scaled, _broken(model), baseline.scaled, _broken(baseline))
        found |= {f"{name}.scaled": value for name, value in scaled.items()}
    return found


def _broken(test: ChiSquare) -> float:
    return test.df_scaled if np.isfinite(test.df_scaled) else float(test.df)


def _incremental(x: float, df: float, b: float, df_b: float) -> dict[str, float]:
    gap, gap_b = x - df, b - df_b
    worst = max(gap, gap_b, 0.0)
    cfi = 1.0 if worst == 0.0 else 1.0 - max(gap, 0.0) / worst
    per_b = b / df_b
    if df > 0:
        tli = (per_b - x / df) / (per_b - 1.0) if per_b != 1.0 else NAN
        rfi = (per_b - x / df) / per_b
    else:
        tli, rfi = 1.0, 1.0
    # a model of fewer parameters than the baseline is not nested in it
    nested = df <= df_b
    return {
        "cfi": cfi,
        "tli": tli,
        "nnfi": tli,
        "rfi": rfi if nested else NAN,
        "nfi": (b - x) / b if nested else NAN,
        "pnfi": df / df_b * (b - x) / b,
        "ifi": (b - x) / (b - df),
        "rni": 1.0 - gap / gap_b,
    }


def robust_incremental(model: ChiSquare, baseline: ChiSquare) -> dict[str, float]:
    """Return CFI, TLI, NNFI and RNI with each chi-square corrected by its own trace."""
    gap, gap_b = model.chi2 - model.trace, baseline.chi2 - baseline.trace
    worst = max(gap, gap_b, 0.0)
    tli = 1.0 - gap * baseline.df / (gap_b * model.df) if model.df > 0 else 1.0
    return {
        "cfi.robust": 1.0 if worst == 0.0 else 1.0 - max(gap, 0.0) / worst,
        "tli.robust": tli,
        "nnfi.robust": tli,
        "rni.robust": 1.0 - gap / gap_b,
    }


def rmsea_indices(
    chi2: float, df: float, n: float, n_groups: int, suffix: str = "", stretch: float = 1.0
) -> dict[str, float]:
    """Return RMSEA with its 90 % interval, and the tests of .05 and .08.

    `stretch` is the scaling factor of the robust form: noncentralities are multiplied by it.

    Notes
    -----
    Steiger (1998), doi:10.1080/10705519809540115, for several groups; Browne & Cudeck (1992),
    doi:10.1177/0049124192021002005.
    """
    names = ("", ".ci.lower", ".ci.upper", ".pvalue", ".notclose.pvalue")
    if not df > 0 or not np.isfinite(chi2):
        values = (0.0, 0.0, 0.0, NAN, NAN) if df == 0 else (NAN,) * 5
        return {f"rmsea{name}{suffix}": value for name, value in zip(names, values, strict=True)}
    size = stretch * n_groups / (n * df)
    value = float(np.sqrt(max(chi2 - df, 0.0) * size))
    lower = np.sqrt(noncentrality(chi2, df, 0.95) * size)
    upper = np.sqrt(noncentrality(chi2, df, 0.05) * size)
    close = 1.0 - float(special.chndtr(chi2, df, CLOSE**2 / size))
    not_close = float(special.chndtr(chi2, df, NOT_CLOSE**2 / size))
    values = (value, float(lower), float(upper), close, not_close)
    return {f"rmsea{name}{suffix}": value for name, value in zip(names, values, strict=True)}


def noncentrality(chi2: float, df: float, p: float) -> float:
    """Return the noncentrality at which the chi-square is the quantile `p`; 0 if there is none."""
    if float(special.chdtr(df, chi2)) <= p:
        return 0.0
    top = max(chi2, 1.0)
    while float(special.chndtr(chi2, df, top)) > p:
        top *= 2.0
    root: float = optimize.brentq(
        lambda x: float(special.chndtr(chi2, df, x)) - p, 0.0, top, xtol=1e-9, rtol=1e-12
    )
    return float(root)


def likelihood_indices(log_likelihood: float, unrestricted: float, npar: int, n: int) -> dict[str, float]:
    """Return log likelihoods, AIC, BIC and the sample-size adjusted BIC (bic2; Sclove 1987)."""
    deviance = -2.0 * log_likelihood
    return {
        "logl": log_likelihood,
        "unrestricted.logl": unrestricted,
        "aic": deviance + 2.0 * npar,
        "bic": deviance + npar * float(np.log(n)),
        "bic2": deviance + npar * float(np.log((n + 2.0) / 24.0)),
    }


def absolute_indices(chi2: float, df: int, npar: int, n: float) -> dict[str, float]:
    """Return Hoelter's critical n, McDonald's index and the expected cross-validation index."""
    found = {}
    for name, level in (("cn_05", 0.95), ("cn_01", 0.99)):
        usable = df > 0 and chi2 > 0
        found[name] = float(special.chdtri(df, 1.0 - level)) / (chi2 / n) + 1.0 if usable else NAN
    found["mfi"] = float(np.exp(-0.5 * (chi2 - df) / n))
    found["ecvi"] = (chi2 + 2.0 * npar) / n
    return found


def goodness_of_fit(gap: float, whole: float, count: int, df: int) -> dict[str, float]:
    """Return GFI, AGFI and PGFI: the share of the moments' weighted squares that the model accounts for.

    `gap` is the weighted sum of squared residuals of `count` moments, `whole` that of the moments themselves.
    """
    gfi = 1.0 - gap / whole
    agfi = 1.0 - count / df * (1.0 - gfi) if df > 0 else 1.0
    return {"gfi": gfi, "agfi": agfi, "pgfi": df / count * gfi}


def weighted_squares(moment: Moment, model: Moment, V: Floats | None, means: bool) -> tuple[float, float]:
    """Return weighted sums of squares of residuals and of moments of one group.

    V is the inverse of the implied covariances (normal theory), or None: every moment counts once.
    """
    (mean, S), (mu, sigma) = moment, model
    out = []
    for difference, matrix in ((mean - mu, S - sigma), (mean, S)):
        if V is None:
            total = float(np.square(matrix[np.tril_indices(len(S))]).sum())
            total += float(difference @ difference) if means else 0.0
        else:
            weighed = V @ matrix
            total = 0.5 * float(np.einsum("ij,ji->", weighed, weighed))
            total += float(difference @ V @ difference) if means else 0.0
        out.append(total)
    return out[0], out[1]


def residual_indices(
    moments: Sequence[tuple[Floats, Floats]],
    implied: Sequence[tuple[Floats, Floats]],
    shares: Sequence[float],
    means: bool,
) -> dict[str, float]:
    """Return the root mean squared residuals: rmr, srmr, crmr and Mplus's srmr, with and without means.

    srmr divides residual covariances by observed standard deviations (Bentler 1995), crmr is that of
    correlations (Maydeu-Olivares 2017, doi:10.1007/s11336-016-9552-7); groups are weighted by their persons.
    """
    found = dict.fromkeys(("rmr", "srmr", "crmr", "srmr_mplus"), 0.0)
    bare = dict.fromkeys(found, 0.0)
    for (mean, S), (mu, sigma), share in zip(moments, implied, shares, strict=True):
        k = len(S)
        lower = np.tril_indices(k)
        sd, sd_model = np.sqrt(np.diag(S)), np.sqrt(np.abs(np.diag(sigma)))
        raw = S - sigma
        correlation = S / np.outer(sd, sd) - sigma / np.outer(sd_model, sd_model)
        mixed = correlation.copy()
        np.fill_diagonal(mixed, np.diag(raw) / np.diag(S))
        squares = {
            "rmr": np.square(raw[lower]).sum(),
            "srmr": np.square((raw / np.outer(sd, sd))[lower]).sum(),
            "crmr": np.square(correlation[lower]).sum(),
            "srmr_mplus": np.square(mixed[lower]).sum(),
        }
        by_both = mean / sd - mu / sd_model
        of_means = {
            "rmr": np.square(mean - mu).sum(),
            "srmr": np.square((mean - mu) / sd).sum(),
            "crmr": np.square((mean - mu) / sd).sum(),
            "srmr_mplus": np.square(by_both).sum(),
        }
        for name in found:
            count = k * (k - 1) // 2 if name == "crmr" else k * (k + 1) // 2
            bare[name] += share * float(np.sqrt(squares[name] / max(count, 1)))
            total = squares[name] + (of_means[name] if means else 0.0)
            found[name] += share * float(np.sqrt(total / max(count + (k if means else 0), 1)))
    out = {"rmr": found["rmr"], "rmr_nomean": bare["rmr"], "srmr": found["srmr"]}
    out |= {"srmr_bentler": found["srmr"], "srmr_bentler_nomean": bare["srmr"]}
    for name in ("crmr", "srmr_mplus"):
        out |= {name: found[name], f"{name}_nomean": bare[name]}
    return out

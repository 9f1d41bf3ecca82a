"""What a confirmatory factor analysis says in words beside its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from propsych.properties.structure.cfa_fit import FittedModel
from propsych.result import Sample

__all__ = ["FEW_PERSONS", "cfa_notes", "not_converged", "test_sentence"]

FEW_PERSONS = 100
"""Below this number of persons estimates and tests of a factor model are not to be relied on."""
ENDS = {
    "failed": "the search did not end at a best fit",
    "ill-determined": "the data do not determine every parameter: others fit equally well",
    "data suspected": "no best fit was found, and the data may be the cause",
}
ERRORS = {
    "ML": "presume normal scores",
    "MLR": "presume no normality (Huber-White)",
    "MLM": "presume no normality (Satorra-Bentler)",
    "ULS": "presume no normality (sandwich)",
}


def cfa_notes(
    fitted: FittedModel, sample: Sample, sizes: Mapping[str, int], indices: pd.Series[float]
) -> tuple[str, ...]:
    """Return the notes of a fit, in the order in which a reader needs them."""
    return tuple(_notes(fitted, sample, sizes, indices))


def not_converged(fitted: FittedModel) -> str:
    """Return what kept a model from being estimated; empty if nothing did."""
    if fitted.convergence == "converged":
        return ""
    told = ENDS[fitted.convergence]
    suspects = list(fitted.suspects())
    return f"{told}: {'; '.join(suspects)}" if suspects else told


def _notes(
    fitted: FittedModel, sample: Sample, sizes: Mapping[str, int], indices: pd.Series[float]
) -> Iterator[str]:
    dropped = f"; {sample.n_dropped} were left out" if sample.n_dropped else ""
    yield f"{sample.n_used} of {sample.n_asked} persons were used ({sample.rule}){dropped}."
    if len(sizes) > 1:
        yield "Groups: " + ", ".join(f"{label} {n}" for label, n in sizes.items()) + " persons."
    broken = not_converged(fitted)
    if broken:
        yield f"Do NOT use it: {broken}."
        return
    yield f"Estimator {fitted.estimator}; standard errors {ERRORS[fitted.estimator]}."
    if fitted.data.patterns is not None:
        yield (
            "Full information: every answer counts, if whether it is missing depends on nothing but the"
            " answers given."
        )
    yield from test_sentence(fitted, indices)
    for what in fitted.improper():
        yield (
            f"Improper solution: {what}. Look for a wrong model, too few persons, or items that are almost"
            " copies; do not interpret this part."
        )
    least = min(sizes.values())
    if least < FEW_PERSONS:
        yield f"Do not rely on it: {least} persons are few for a factor model."


def test_sentence(fitted: FittedModel, indices: pd.Series[float]) -> Iterator[str]:
    """Yield the test of fit, the indices, and how far they can be trusted."""
    if fitted.estimation.df == 0:
        yield "The model has no degrees of freedom: it reproduces any data, so its fit cannot be tested."
        return
    scaled = "chisq.scaled" in indices
    suffix = ".scaled" if scaled else ""
    chi2, p = indices[f"chisq{suffix}"], indices[f"pvalue{suffix}"]
    robust = ".robust" if "cfi.robust" in indices else ""
    told = (
        f"Chi-square {chi2:.1f}{' (scaled)' if scaled else ''} on {fitted.estimation.df} degrees of freedom"
    )
    yield told + (f", p {p:.3g}." if np.isfinite(p) else ".")
    kind = " (robust)" if robust else ""
    ends = [indices.get(f"rmsea.ci.{end}{robust}", float("nan")) for end in ("lower", "upper")]
    yield (
        f"CFI{kind} {indices['cfi' + robust]:.3f}, TLI{kind} {indices['tli' + robust]:.3f}, RMSEA{kind}"
        f" {indices.get('rmsea' + robust, float('nan')):.3f} (90 % {ends[0]:.3f} to {ends[1]:.3f}), SRMR"
        f" {indices['srmr']:.3f}."
    )
    yield (
        "Cut-offs such as CFI .95, RMSEA .06 and SRMR .08 come from maximum likelihood of normal scores (Hu &"
        " Bentler 1999) and hold for no other estimator; they depend on the loadings and the number of items."
    )
    if fitted.estimator in ("MLR", "MLM"):
        yield (
            "The scaled chi-square rejects true models too often where persons are few for the number of"
            " items, or items are very skewed."
        )

"""A confirmatory factor analysis of ordered items, as the researcher sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from propsych.errors import AnalysisError, message
from propsych.kernels.sem.model import Entries
from propsych.kernels.sem.standardise import deviations_of, standardised
from propsych.properties.structure.cfa_notes import FEW_PERSONS, not_converged
from propsych.properties.structure.cfa_numbers import candidates_of
from propsych.properties.structure.cfa_result import CfaResult
from propsych.properties.structure.ordered_fit import OrderedFit, is_unweighted
from propsych.properties.structure.ordered_numbers import ordered_fit_indices, ordered_score_tests
from propsych.properties.structure.parameter_table import place_of
from propsych.result import FactorFit

__all__ = ["OrderedCfaResult"]

HOW = {
    "shifted": "scaled and shifted (Asparouhov & Muthen 2010)",
    "satterthwaite": "adjusted in mean and variance (Satterthwaite)",
    "mean": "adjusted in its mean (Satorra & Bentler)",
}


@dataclass(frozen=True, eq=False)
class OrderedCfaResult(CfaResult):
    """A fitted confirmatory factor model of ordered items.

    Attributes
    ----------
    fitted : OrderedFit
        Table, data and fit; thresholds stand in the table as ``item | t1``.
    remarks : tuple of str
        Categories that nobody or few chose.

    Notes
    -----
    Loadings, covariances and standardised numbers are of the latent responses, not of the answers: they are
    larger than those of a model of the answers, and a reliability computed from them is not that of a sum.
    """

    fitted: OrderedFit = field(repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def parameterization(self) -> str:
        """``"delta"`` or ``"theta"``."""
        return self.fitted.ordered.parameterization

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Confirmatory factor analysis of ordered items ({self.estimator}): {self.name}"

    @cached_property
    def fit_indices(self) -> pd.Series[float]:
        """Fit indices by lavaan's names, NaN where one is not defined.

        Judge by ``.scaled`` and ``.robust``: the plain chi-square is none, and CFI and RMSEA from it flatter.
        See :func:`propsych.properties.structure.ordered_numbers.ordered_fit_indices`.
        """
        return pd.Series(ordered_fit_indices(self.fitted), name="value", dtype=float)

    def modification_indices(self, least: float = 0.0) -> pd.DataFrame:
        """Return what the chi-square would fall by, about, if a parameter that is fixed at 0 were free.

        As :meth:`CfaResult.modification_indices`. The indices are not adjusted as the chi-square is: they put
        candidates in an order and have no p-value.
        """
        fitted = self.fitted
        observed = {name: i for i, name in enumerate(fitted.table.observed)}
        latent = {name: i for i, name in enumerate(fitted.table.latent)}
        rows = candidates_of(fitted)
        places = np.array([place_of(row, observed, latent) for row in rows], dtype=np.int64).reshape(-1, 3)
        group = np.array([row.group for row in rows], dtype=np.int64)
        parts = [places[group == g + 1].T for g in range(len(fitted.groups))]
        found = ordered_score_tests(
            fitted,
            [Entries(part[0], part[1], part[2], np.zeros(part.shape[1], dtype=np.int64)) for part in parts],
        )
        epc = np.concatenate([one[1] for one in found])
        frame = pd.DataFrame(
            {
                "lhs": [row.lhs for row in rows],
                "op": [row.op for row in rows],
                "rhs": [row.rhs for row in rows],
                "group": [fitted.groups[row.group - 1] for row in rows],
                "mi": np.concatenate([one[0] for one in found]),
                "epc": epc,
            }
        )
        for kind, name in (("std.lv", "sepc_lv"), ("std.all", "sepc_all")):
            column = epc.copy()
            for g, part in enumerate(parts):
                own = group == g + 1
                sd = deviations_of(fitted.matrices(g))
                column[own] = standardised(part[0], part[1], part[2], epc[own], sd, kind)  # type: ignore[arg-type]
            frame[name] = column
        shown = frame[frame["mi"] >= least]
        return shown.sort_values("mi", ascending=False, kind="stable").reset_index(drop=True)

    def scores(self, method: Literal["regression", "Bartlett"] = "regression") -> pd.DataFrame:
        """Refuse: scores of ordered items are not a linear function of the answers."""
        what = "factor scores of ordered items are not part of propsych"
        remedy = "use relations between latent variables from the model, or the scale's own score"
        raise AnalysisError(message(what, where=self.name, remedy=remedy))

    def factor_fit(self) -> FactorFit:
        """Refuse: the factors are of latent responses, the reliability of a sum is of the answers."""
        what = "a model of latent responses does not give the reliability of the answers"
        remedy = 'use propsych.congeneric_fit(items, estimator="WLSMV") for each factor'
        raise AnalysisError(message(what, where=self.name, remedy=remedy))

    def notes(self) -> tuple[str, ...]:
        """Return the sample, the test and the indices, what they can tell, and reasons for doubt."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        fitted, sample = self.fitted, self.sample
        dropped = f"; {sample.n_dropped} were left out" if sample.n_dropped else ""
        yield f"{sample.n_used} of {sample.n_asked} persons were used ({sample.rule}){dropped}."
        if len(self.group_sizes) > 1:
            yield (
                "Groups: " + ", ".join(f"{label} {n}" for label, n in self.group_sizes.items()) + " persons."
            )
        broken = not_converged(fitted)
        if broken:
            yield f"Do NOT use it: {broken}."
            return
        weight = "unweighted" if is_unweighted(self.estimator) else "diagonally weighted"
        yield (
            f"Estimator {self.estimator}: {weight} least squares of thresholds and polychoric correlations"
            f" ({self.parameterization} parameterisation); robust standard errors; the test is"
            f" {HOW[fitted.adjustment]}."
        )
        yield from self._fit_sentences()
        yield from self.remarks
        for what in self.improper:
            yield (
                f"Improper solution: {what}. Look for a wrong model, too few persons, or items that are"
                " almost copies; do not interpret this part."
            )
        least = min(self.group_sizes.values())
        if least < 2 * FEW_PERSONS:
            yield f"Do not rely on it: {least} persons are few for polychoric correlations."

    def _fit_sentences(self) -> Iterator[str]:
        x, fitted = self.fit_indices, self.fitted
        if fitted.result.df == 0:
            yield "The model has no degrees of freedom: it reproduces any data, so its fit cannot be tested."
            return
        nan = float("nan")
        df, p = x.get("df.scaled", nan), x.get("pvalue.scaled", nan)
        chi2 = x.get("chisq.scaled", nan)
        yield f"Chi-square {chi2:.1f} (adjusted) on {df:g} degrees of freedom, p {p:.3g}."
        form = ".robust" if np.isfinite(x.get("cfi.robust", nan)) else ".scaled"
        ends = [x.get(f"rmsea.ci.{end}{form}", nan) for end in ("lower", "upper")]
        yield (
            f"CFI ({form[1:]}) {x.get('cfi' + form, nan):.3f}, TLI {x.get('tli' + form, nan):.3f}, RMSEA"
            f" {x.get('rmsea' + form, nan):.3f} (90 % {ends[0]:.3f} to {ends[1]:.3f}), SRMR {x['srmr']:.3f}."
        )
        yield (
            "Cut-offs such as CFI .95, RMSEA .06 and SRMR .08 come from maximum likelihood of normal scores"
            " (Hu & Bentler 1999), not from ordered items: plain and scaled indices of least squares look"
            " better at the same misfit (Xia & Yang 2019)."
        )

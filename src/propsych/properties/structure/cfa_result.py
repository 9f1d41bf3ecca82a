"""A confirmatory factor analysis as the researcher sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from propsych.data.arguments import require_choice
from propsych.errors import AnalysisError, message
from propsych.kernels.sem.predict import bartlett_scores, regression_scores
from propsych.properties.structure.cfa_factors import factor_fit, general_factor
from propsych.properties.structure.cfa_fit import Convergence, FittedModel
from propsych.properties.structure.cfa_notes import cfa_notes
from propsych.properties.structure.cfa_numbers import (
    fit_indices,
    modification_table,
    parameter_frame,
    path_numbers,
    r_squared,
    residual_frames,
    standardised_frame,
)
from propsych.result import Estimate, FactorFit, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CfaResult"]

SHOWN = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr")
"""Indices that stand in the heading and in the records, plain, scaled and robust as far as they exist."""


@dataclass(frozen=True, eq=False)
class CfaResult(Result):
    """A fitted confirmatory factor model.

    Attributes
    ----------
    name : str
        The scale, or "model".
    syntax : str
        The model as it was written.
    level : float
        Confidence level of the intervals.
    sample : Sample
        Persons asked and used, and the missing rule.
    group_sizes : mapping of str to int
        Persons used in each group; one entry ``"all"`` without groups.
    fitted : FittedModel
        Table, data and fit, for analyses that build on this one.
    """

    name: str
    syntax: str
    level: float
    sample: Sample
    group_sizes: dict[str, int]
    fitted: FittedModel = field(repr=False)

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        rule = ", full information" if self.fitted.data.patterns is not None else ""
        return f"Confirmatory factor analysis ({self.estimator}{rule}): {self.name}"

    @property
    def estimator(self) -> str:
        """``"ML"``, ``"MLR"``, ``"MLM"`` or ``"ULS"``."""
        return self.fitted.estimator

    @property
    def converged(self) -> bool:
        """Whether the search ended at parameters that the data determine."""
        return self.convergence == "converged"

    @property
    def convergence(self) -> Convergence:
        """``"converged"``; or ``"failed"``, ``"ill-determined"`` or ``"data suspected"``."""
        return self.fitted.convergence

    @property
    def improper(self) -> tuple[str, ...]:
        """What no population can have, with the item: negative variances, correlations beyond 1."""
        return tuple(self.fitted.improper())

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter.

        Columns lhs, op, rhs, group, label, free, est, se, z, pvalue, lower, upper, std_lv, std_all. Fixed
        parameters have no standard error.
        """
        return parameter_frame(self.fitted, self.level)

    @cached_property
    def fit_indices(self) -> pd.Series[float]:
        """Fit indices by lavaan's names, NaN where one is not defined.

        ``.scaled`` and ``.robust`` are different quantities: see :mod:`propsych.kernels.sem.indices`.
        """
        return pd.Series(fit_indices(self.fitted), name="value", dtype=float)

    def standardised_solution(self, kind: Literal["std.all", "std.lv"] = "std.all") -> pd.DataFrame:
        """Return the standardised solution with standard errors and intervals by the delta method.

        ``"std.lv"``: latent variables have a variance of 1; ``"std.all"``: items too.
        """
        require_choice("kind of standardisation", kind, ("std.all", "std.lv"))
        return standardised_frame(self.fitted, kind, self.level)

    @property
    def r_squared(self) -> pd.Series[float] | pd.DataFrame:
        """Share of each item's (and each explained latent variable's) variance that is explained.

        NaN where the residual variance is negative. One column a group if there are several.
        """
        return r_squared(self.fitted)

    @property
    def residual_correlations(self) -> pd.DataFrame | dict[str, pd.DataFrame]:
        """Observed less implied correlations; a mapping from group to frame if there are several groups."""
        found = residual_frames(self.fitted)
        return next(iter(found.values())) if len(found) == 1 else found

    def modification_indices(self, least: float = 0.0) -> pd.DataFrame:
        """Return what the chi-square would fall by, about, if a parameter that is fixed at 0 were free.

        Parameters
        ----------
        least : float
            Leave out smaller indices.

        Returns
        -------
        pandas.DataFrame
            lhs, op, rhs, group, mi, epc (expected change), sepc_lv, sepc_all; the largest first.

        Notes
        -----
        :mod:`propsych.kernels.sem.score_tests`. A model that was changed by them has to be tested in new
        data: they follow chance (MacCallum, Roznowski & Necowitz 1992, doi:10.1037/0033-2909.111.3.490).
        """
        return modification_table(self.fitted, least)

    def scores(self, method: Literal["regression", "Bartlett"] = "regression") -> pd.DataFrame:
        """Return factor scores of the persons used, in their order; one column a latent variable.

        Parameters
        ----------
        method : {"regression", "Bartlett"}
            Expected value given the answers, which is drawn towards the mean; or unbiased for the person,
            with a wider spread. With full information from what was answered.

        Notes
        -----
        Scores of either kind are not the latent variable: their variances and correlations differ from those
        in the model. Relations between latent variables are taken from the model.
        """
        require_choice("method of factor scores", method, ("regression", "Bartlett"))
        predict = regression_scores if method == "regression" else bartlett_scores
        fitted = self.fitted
        parts = []
        for g, values in enumerate(fitted.data.values):
            matrices = fitted.matrices(g)
            inverse = np.linalg.inv(np.eye(len(matrices.alpha)) - matrices.beta)
            centre = matrices.nu + matrices.lam @ inverse @ matrices.alpha
            if not fitted.table.means:
                centre = fitted.data.moments[g].mean
            frame = pd.DataFrame(predict(matrices, values, centre), columns=list(fitted.table.latent))
            if len(fitted.groups) > 1:
                frame.insert(0, "group", fitted.groups[g])
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def factor_fit(self) -> FactorFit:
        """Return the model as :func:`propsych.composite_reliability` takes it: factor variances of 1.

        Raises
        ------
        propsych.errors.AnalysisError
            For several groups.
        """
        if len(self.fitted.groups) > 1:
            remedy = "fit each group by itself"
            raise AnalysisError(message("a factor fit is of one group", where=self.name, remedy=remedy))
        return factor_fit(self.fitted, self.name, self.sample, tuple(self._doubts()))

    def general_factor(self) -> pd.Series[float]:
        """Return how far the sum of all items is of the general factor of a bifactor or second-order model.

        Of a bifactor model omega_hierarchical, omega_total and explained_common_variance, of a second-order
        model omega_l1, omega_l2 and partial_omega_l1: see :mod:`propsych.kernels.sem.general`. Do not trust
        it where the solution is improper.

        Raises
        ------
        propsych.errors.AnalysisError
            For a model with no general factor, or several groups.
        """
        return pd.Series(general_factor(self.fitted), name="general_factor", dtype=float)

    def records(self) -> Iterator[Record]:
        """Yield fit indices and parameters of property ``structure``."""
        for name, value in self.fit_indices.items():
            base, _, form = str(name).partition(".")
            if base not in SHOWN or form not in ("", "scaled", "robust"):
                continue
            number = float(value)
            interval = [
                self.fit_indices.get(f"rmsea.ci.{end}.{form}".rstrip(".")) for end in ("lower", "upper")
            ]
            known = base == "rmsea" and all(end is not None and np.isfinite(end) for end in interval)
            estimate = Estimate(
                number if np.isfinite(number) else None,
                float(interval[0] or 0.0) if known else None,
                float(interval[1] or 0.0) if known else None,
                0.90 if known else None,
                f"{self.estimator}{', ' + form if form else ''}",
            )
            yield Record("structure", self.name, "all", str(name), estimate, self.sample)
        for row in self.parameters[self.parameters["free"]].to_dict("records"):
            est, lower, upper = (
                float(row[name]) if np.isfinite(row[name]) else None for name in ("est", "lower", "upper")
            )
            estimate = Estimate(est, lower, upper, self.level, f"{self.estimator}, {row['op']}")
            target = row["rhs"] if row["op"] == "=~" else row["lhs"]
            statistic = {
                "=~": f"loading:{row['lhs']}",
                "~~": f"covariance:{row['rhs']}",
                "~1": "intercept",
                "~": f"regression:{row['rhs']}",
                "|": f"threshold:{row['rhs']}",
                "~*~": "scale",
            }[str(row["op"])]
            yield Record("structure", str(target), str(row["group"]), statistic, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a parameter."""
        return self.parameters.copy()

    def summary(self, decimals: int = 3) -> str:
        """Return parameters and fit as text, rounded for reading."""
        columns = ["lhs", "op", "rhs", *(["group"] if len(self.group_sizes) > 1 else [])]
        numbers = ["est", "se", "lower", "upper", "std_all"]
        frame = self.parameters[[*columns, *numbers]]
        body = frame.to_string(index=False, float_format=lambda x: f"{x:.{decimals}f}", na_rep="-")
        return "\n".join([self.title, "=" * len(self.title), body, *self.notes()])

    def notes(self) -> tuple[str, ...]:
        """Return the sample, the test and the indices, what they can tell, and reasons for doubt."""
        return cfa_notes(self.fitted, self.sample, self.group_sizes, self.fit_indices)

    def plot(self, ax: Axes | None = None, *, group: str | None = None) -> Axes:
        """Draw the standardised model of one group (default: the first) as a path picture.

        Raises
        ------
        propsych.errors.AnalysisError
            For a group that there is not.
        """
        from propsych.plotting import new_axes, path_picture

        groups = self.fitted.groups
        chosen = require_choice("group", groups[0] if group is None else group, groups)
        items, latents = self.fitted.table.observed, self.fitted.table.latent
        height = max(30 * len(items), 50 * len(latents))
        axes = ax if ax is not None else new_axes(760, height)
        return path_picture(axes, items, latents, *path_numbers(self.parameters, chosen, items, latents))

    def _doubts(self) -> Iterator[str]:
        yield from (f"Improper solution: {what}." for what in self.improper)

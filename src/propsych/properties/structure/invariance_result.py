"""Measurement invariance as the researcher sees it: levels, their differences, and what could be released."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from propsych.kernels.sem.indices import chi_square_tail
from propsych.kernels.sem.model import Entries
from propsych.kernels.sem.ordered_fit import difference_test
from propsych.kernels.sem.score_tests import score_tests
from propsych.properties.structure.cfa_notes import FEW_PERSONS
from propsych.properties.structure.cfa_result import CfaResult
from propsych.properties.structure.invariance_tables import constrained_rows
from propsych.properties.structure.ordered_fit import OrderedFit
from propsych.properties.structure.ordered_numbers import ordered_score_tests
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["Difference", "MeasurementInvariance", "difference", "difference_rmsea"]

NAN = float("nan")
CFI_LOSS, RMSEA_GAIN = 0.010, 0.015
"""Chen (2007), doi:10.1080/10705510701301834, from maximum likelihood of normal scores."""
ALPHA = 0.05


@dataclass(frozen=True)
class Difference:
    """Test of a level against the wider one before it."""

    chi2: float
    df: float
    pvalue: float
    method: str


def difference(wide: CfaResult, narrow: CfaResult) -> Difference:
    """Test a narrower model within a wider one of the same data and estimator.

    Notes
    -----
    Maximum likelihood: the difference of the chi-squares. Robust maximum likelihood: that divided by
    :math:`(d_0 c_0 - d_1 c_1) / (d_0 - d_1)` (Satorra & Bentler 2001, doi:10.1007/BF02296192); not defined
    where the divisor is not positive. Ordered items: Satorra (2000), adjusted as the estimator's own test,
    see :func:`propsych.kernels.sem.ordered_fit.difference_test`.
    """
    a, b = wide.fitted, narrow.fitted
    if isinstance(a, OrderedFit) and isinstance(b, OrderedFit):
        test = difference_test(a.result, a.slopes(), b.result, b.slopes(), a.adjustment)
        return Difference(test.chi2, test.df, chi_square_tail(test.chi2, test.df), "Satorra 2000")
    one, two = a.estimation, b.estimation
    df = two.df - one.df
    if df <= 0:
        return Difference(NAN, float(df), NAN, "none")
    raw = two.chi2 - one.chi2
    if one.scaling is None or two.scaling is None:
        return Difference(raw, float(df), chi_square_tail(raw, df), "difference of chi-squares")
    divisor = (two.scaling.trace - one.scaling.trace) / df
    chi2 = raw / divisor if divisor > 0.0 else NAN
    return Difference(chi2, float(df), chi_square_tail(chi2, df), "Satorra & Bentler 2001")


def difference_rmsea(test: Difference, n: int, n_groups: int) -> float:
    """Return the RMSEA of a difference between models."""
    if not test.df > 0 or not np.isfinite(test.chi2):
        return NAN
    return float(np.sqrt(n_groups * max(test.chi2 - test.df, 0.0) / (n * test.df)))


@dataclass(frozen=True, eq=False)
class MeasurementInvariance(Result):
    """Models of several groups, each holding more equal than the one before.

    Attributes
    ----------
    name : str
        The scale, or "model".
    sample : Sample
    group_sizes : dict of str to int
        In the order of the groups; the first is the one the others are compared with.
    fits : dict of str to CfaResult
        One a level, in order.
    released : tuple of str
        Parameters that were not held equal.
    remarks : tuple of str
    """

    name: str
    sample: Sample
    group_sizes: dict[str, int]
    fits: dict[str, CfaResult] = field(repr=False)
    released: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Measurement invariance ({next(iter(self.fits.values())).estimator}): {self.name}"

    @cached_property
    def form(self) -> str:
        """Form of CFI and RMSEA that is compared: ``"robust"``, ``"scaled"``, or ``"plain"``."""
        for form in ("robust", "scaled"):
            if all(np.isfinite(fit.fit_indices.get(f"cfi.{form}", NAN)) for fit in self.fits.values()):
                return form
        return "plain"

    @cached_property
    def levels(self) -> pd.DataFrame:
        """One row a level.

        Columns chisq, df, pvalue (adjusted where the estimator has it), cfi, rmsea, srmr, then against the
        level before: chisq_diff, df_diff, pvalue_diff, rmsea_diff (of the
        difference itself; Savalei, Brace & Fouladi 2023), delta_cfi, delta_rmsea, delta_srmr.
        """
        suffix = "" if self.form == "plain" else f".{self.form}"
        rows: list[dict[str, float]] = []
        before: CfaResult | None = None
        for fit in self.fits.values():
            x = fit.fit_indices
            scaled = ".scaled" if "chisq.scaled" in x else ""
            row = {name: float(x[f"{name}{scaled}"]) for name in ("chisq", "pvalue")}
            row["df"] = float(x[f"df{scaled}"] if scaled else x["df"])
            row |= {name: float(x.get(f"{name}{suffix}", NAN)) for name in ("cfi", "rmsea")}
            row["srmr"] = float(x["srmr"])
            if before is not None:
                test = difference(before, fit)
                row |= {"chisq_diff": test.chi2, "df_diff": test.df, "pvalue_diff": test.pvalue}
                row["rmsea_diff"] = difference_rmsea(test, self.sample.n_used, len(self.group_sizes))
                row |= {f"delta_{name}": row[name] - rows[-1][name] for name in ("cfi", "rmsea", "srmr")}
            rows.append(row)
            before = fit
        order = ["chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "chisq_diff", "df_diff", "pvalue_diff"]
        order += ["rmsea_diff", "delta_cfi", "delta_rmsea", "delta_srmr"]
        return pd.DataFrame(rows, index=pd.Index(list(self.fits), name="level")).reindex(columns=order)

    def release_candidates(self, level: str | None = None) -> pd.DataFrame:
        """Return what the chi-square would fall by, about, if one equality were released in one group.

        Parameters
        ----------
        level : str, optional
            By default the last one. Only what this level added is looked at.

        Returns
        -------
        pandas.DataFrame
            lhs, op, rhs, group, mi, epc (how the group differs, about), the largest first.

        Notes
        -----
        Score tests as in :meth:`CfaResult.modification_indices`. Release one parameter at a time, fit again,
        and take the result as found in these data until others confirm it.
        """
        level = list(self.fits)[-1] if level is None else level
        fitted = self.fits[level].fitted
        ordered = isinstance(fitted, OrderedFit)
        known = [i for i in constrained_rows(fitted.table, ordered, level) if fitted.table.rows[i].group > 1]
        places = fitted.places()
        shared = np.bincount(fitted.position[fitted.position >= 0], minlength=fitted.model.n_parameters)
        at = [i for i in known if fitted.position[i] < 0 or shared[fitted.position[i]] > 1]
        batches, rows = [], []
        for g in range(len(fitted.groups)):
            own = [i for i in at if fitted.table.rows[i].group == g + 1]
            where = places[:, own]
            batches.append(Entries(where[0], where[1], where[2], np.zeros(len(own), dtype=np.int64)))
            rows += [fitted.table.rows[i] for i in own]
        if isinstance(fitted, OrderedFit):
            found = ordered_score_tests(fitted, batches)
        else:
            parameters = fitted.estimation.parameters
            tests = score_tests(fitted.model, fitted.data, fitted.estimator, parameters, batches)
            found = [(one.indices, one.change) for one in tests]
        frame = pd.DataFrame(
            {
                "lhs": [row.lhs for row in rows],
                "op": [row.op for row in rows],
                "rhs": [row.rhs for row in rows],
                "group": [fitted.groups[row.group - 1] for row in rows],
                "mi": np.concatenate([one[0] for one in found]),
                "epc": np.concatenate([one[1] for one in found]),
            }
        )
        return frame.sort_values("mi", ascending=False, kind="stable").reset_index(drop=True)

    def records(self) -> Iterator[Record]:
        """Yield the numbers of each level under property ``structure``."""
        method = next(iter(self.fits.values())).estimator
        for level, row in self.levels.iterrows():
            for name, value in row.items():
                known = float(value) if np.isfinite(value) else None
                estimate = Estimate(known, None, None, None, method)
                statistic = f"invariance:{level}:{name}"
                yield Record("structure", self.name, "all", statistic, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a level."""
        return self.levels.copy()

    def notes(self) -> tuple[str, ...]:
        """Return what each level says, what could be released, and reasons for doubt."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        yield f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule})."
        yield "Groups: " + ", ".join(f"{label} {n}" for label, n in self.group_sizes.items()) + " persons."
        if self.released:
            yield (
                f"Not held equal: {', '.join(self.released)} (partial invariance; if chosen from these data,"
                " new data have to confirm it)."
            )
        yield from self.remarks
        for level, row in self.levels.iloc[1:].to_dict("index").items():
            yield from self._step(str(level), {str(name): float(value) for name, value in row.items()})
        yield (
            f"CFI and RMSEA are {self.form}. Changes of CFI below -.010 and of RMSEA above .015 come from"
            " maximum likelihood of normal scores (Chen 2007); for ordered items no such limit is agreed on,"
            " and the test of difference goes first. With many persons the test finds differences that do not"
            " matter, with few persons neither finds those that do."
        )
        least = min(self.group_sizes.values())
        if least < 2 * FEW_PERSONS:
            yield f"Do not rely on it: {least} persons in a group are few for a comparison of models."

    def _step(self, level: str, row: dict[str, float]) -> Iterator[str]:
        fit = self.fits[level]
        if not fit.converged:
            yield f"{level}: do NOT use it, {fit.convergence}."
            return
        if row["df_diff"] <= 0:
            yield f"{level}: the same model as the one before, only written otherwise: nothing to test."
            return
        p = float(row["pvalue_diff"])
        tested = f"p {p:.3g}" if np.isfinite(p) else "the test of difference is not defined"
        worse = row["delta_cfi"] < -CFI_LOSS or row["delta_rmsea"] > RMSEA_GAIN
        if np.isfinite(p) and p >= ALPHA and not worse:
            told = "not contradicted"
        elif worse and (p < ALPHA or not np.isfinite(p)):
            told = "contradicted"
        else:
            told = "cannot be told: test and indices disagree"
        yield (
            f"{level}: {told} ({tested}, change of CFI {row['delta_cfi']:+.3f}, of RMSEA"
            f" {row['delta_rmsea']:+.3f})."
        )
        if told == "not contradicted":
            return
        first = self.release_candidates(level).dropna().head(1)
        for one in first.to_dict("records"):
            name = f"{one['lhs']} {one['op']} {one['rhs']}" if one["op"] != "~1" else f"{one['lhs']} ~ 1"
            yield f"The equality that fits least is {name} (group {one['group']}, index {one['mi']:.1f})."

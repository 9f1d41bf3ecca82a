"""Adapters of psych::ICC and irr::icc."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import special

from propsych.kernels.icc import (
    MeanSquares,
    f_interval,
    f_test,
    icc_from_mean_squares,
    mean_squares,
    satterthwaite_df,
)
from propsych.properties.reliability import icc as public_icc
from tests.conformance.adapters.matrices import answers_of
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

IRR_DF = (
    "irr takes the degrees of freedom of its F test of agreement at the estimate, where McGraw & Wong"
    " (1996) take them at the tested value 0, (n - 1)(k - 1), as psych does; and for the mean of k raters"
    " it multiplies by k once more, so that its interval of ICC(A,k) is not the Spearman-Brown transform of"
    " that of ICC(A,1), though the coefficients are: psych is right, irr's numbers are computed from its"
    " own formula to compare them"
)


def psych_icc(case: Case) -> Iterator[Actual]:
    """psych::ICC(lmer=FALSE)."""
    values = answers_of(case).dropna().to_numpy(dtype=float)
    level = 1.0 - float(case.argument("alpha", default=0.05))
    ms = mean_squares(values)
    table = public_icc(values, level=level, interval="F").table
    columns = {
        "ICC": "icc",
        "F": "F",
        "df1": "df1",
        "df2": "df2",
        "p": "p",
        "lower bound": "lower",
        "upper bound": "upper",
    }
    for theirs, ours in columns.items():
        for i, value in enumerate(table[ours]):
            yield Actual(("results", theirs, i), float(value))
    n, k = ms.n, ms.k
    df = [n - 1.0, k - 1.0, (n - 1.0) * (k - 1.0)]
    squares = [float(ms.persons), float(ms.raters), float(ms.error)]
    sums = [d * s for d, s in zip(df, squares, strict=True)]
    F = [squares[0] / squares[2], squares[1] / squares[2], float("nan")]
    p = [float(special.fdtrc(d, df[2], f)) for d, f in zip(df[:2], F[:2], strict=True)] + [float("nan")]
    names = ("subjects", "Judges", "Residual")
    for row, numbers in enumerate((df, sums, squares, F, p)):
        for i, value in enumerate(numbers):
            yield Actual(("stats", row, names[i]), value)
            yield Actual(("summary", f"V{3 * row + i + 1}", 0), value)
    yield Actual(("MSW",), float(ms.within))
    yield Actual(("n_obs",), float(n))
    yield Actual(("n_judge",), float(k))


def irr_icc(case: Case) -> Iterator[Actual]:
    """irr::icc for every model, type and unit."""
    values = answers_of(case).dropna().to_numpy(dtype=float)
    level = float(case.argument("conf.level", default=0.95))
    if len(values) < 2:
        yield Actual((), None, note="fewer than two persons with every rating: irr's numbers are 0 / 0")
        return
    ms = mean_squares(values)
    coefficients, test, ends = icc_from_mean_squares(ms), f_test(ms), f_interval(ms, level)
    k, r0 = ms.k, float(case.argument("r0", default=0.0))
    forms = {
        "oneway_consistency_single": (0, "ICC(1)"),
        "oneway_consistency_average": (3, f"ICC({k})"),
        "twoway_consistency_single": (2, "ICC(C,1)"),
        "twoway_consistency_average": (5, f"ICC(C,{k})"),
        "twoway_agreement_single": (1, "ICC(A,1)"),
        "twoway_agreement_average": (4, f"ICC(A,{k})"),
    }
    for form, (i, name) in forms.items():
        lower, upper, df2, note = float(ends.lower[i]), float(ends.upper[i]), float(test.df2[i]), ""
        if name.startswith("ICC(A"):
            df2, note = float(satterthwaite_df(ms, coefficients[i])), IRR_DF
            if i == 4:
                lower, upper = _irr_mean_limits(ms, df2, level)
        F = _tested(ms, i, float(test.F[i]), r0)
        numbers = {"value": coefficients[i], "lbound": lower, "ubound": upper, "F": F, "df1": test.df1[i]}
        numbers |= {"df2": df2, "p": special.fdtrc(test.df1[i], df2, F)}
        yield Actual((form, "name"), name, note=note)
        for entry, value in numbers.items():
            yield Actual((form, entry), float(value))


def _tested(ms: MeanSquares, form: int, F: float, r0: float) -> float:
    """Return F for the hypothesis that the coefficient is r0; propsych tests 0, where F is as it stands."""
    average = form >= 3
    if form % 3 != 1:
        return F * (1.0 - r0) / (1.0 if average else 1.0 + (ms.k - 1) * r0)
    odds = (1.0 if average else ms.k) * r0 / (ms.n * (1.0 - r0))
    return float(ms.persons / (odds * ms.raters + (1.0 + odds * (ms.n - 1)) * ms.error))


def _irr_mean_limits(ms: MeanSquares, df: float, level: float) -> tuple[float, float]:
    q, n = (1.0 + level) / 2.0, ms.n
    low, high = special.fdtri(n - 1.0, df, q), special.fdtri(df, n - 1.0, q)
    shift = ms.raters - ms.error
    lower = n * (ms.persons - low * ms.error) / (low * shift + n * ms.persons)
    upper = n * (high * ms.persons - ms.error) / (shift + n * high * ms.persons)
    return float(np.asarray(lower)), float(np.asarray(upper))

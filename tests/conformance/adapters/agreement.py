"""Adapters of irr::kripp.alpha, irr::kendall and irrCAC's functions of raw ratings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.agreement import agreement
from propsych.kernels.agreement_weights import WEIGHTS, agreement_weights
from propsych.kernels.kendall_w import kendall_w as kendall_kernel
from propsych.kernels.krippendorff import METRICS, krippendorff_alpha
from propsych.properties.reliability import kendall_w
from propsych.properties.reliability.kendall import LEAST_PERSONS
from tests.conformance.adapters.kappa import observed_categories, positions
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

IRRCAC = {
    "gwet.ac1": (4, "AC1"),
    "fleiss.kappa": (2, "Fleiss' Kappa"),
    "conger.kappa": (3, "Conger's Kappa"),
    "krippen.alpha": (5, "Krippendorff's Alpha"),
    "bp.coeff": (1, "Brennan-Prediger"),
    "pa.coeff": (0, "Percent Agreement"),
}
"""irrCAC's function -> place of the coefficient in the kernel, and its name there."""
PAIRS = (
    "with three raters or more and no missing rating irr::kripp.alpha counts pairs as values: its n is (m -"
    " 1) times too large, so its 1 - alpha is (n - 1/(m-1)) / (n - 1) times Krippendorff's (2011). propsych"
    " and irrCAC are right; irr's number is reproduced by that factor."
)
ORDINAL = (
    "irr's ordinal metric is Krippendorff's and moves with the marginals, irrCAC's ordinal weights are"
    " Gwet's and do not: both are right for what they define."
)
TEXT = "interval and ratio distances need numbers: of text neither irr nor propsych has an alpha"
UNRATED = (
    "persons whom nobody rated: irrCAC counts them in n, which makes AC1 and Fleiss' kappa NaN and the other"
    " standard errors wrong, though its documentation says to leave them out; propsych leaves them out, and"
    " what does not depend on them is compared"
)
NO_SPREAD = "the standard error is 0 up to rounding: irrCAC's p-value is rounding over rounding, not compared"
SINGLE = (
    "persons with one rating: irrCAC leaves the centring by the share of persons with two ratings out of"
    " the linearised variance of percent agreement, Brennan-Prediger and the like, so its standard error is"
    " too large (a jackknife and simulation show it); reproduced, and not the default of propsych."
)


def kripp(case: Case) -> Iterator[Actual]:
    """irr::kripp.alpha."""
    frame = case.frame()
    categories = observed_categories(frame)
    index = positions(frame, categories)
    m = index.shape[1]
    complete = bool((index >= 0).all()) and m > 2
    for metric in METRICS:
        if metric in ("interval", "ratio") and not _numbers(categories):
            yield Actual((metric,), None, note=TEXT)
            continue
        fit = krippendorff_alpha(index, _scores(categories), metric)
        alpha = fit.alpha
        if complete:
            alpha = 1.0 - (1.0 - alpha) * (fit.n_values - 1.0 / (m - 1)) / (fit.n_values - 1.0)
        if len(categories) == 1:  # irr calls it 1, propsych has no alpha where nothing varies
            alpha = 1.0
        note = ORDINAL if metric == "ordinal" else PAIRS if complete else ""
        yield Actual((metric,), alpha, note=note)


def _numbers(categories: list[Any]) -> bool:
    return all(isinstance(c, int | float | np.number) for c in categories)


def _scores(categories: list[Any]) -> NDArray[np.float64]:
    """Return the categories' numbers, their positions where they are text."""
    if _numbers(categories):
        return np.array(categories, dtype=float)
    return np.arange(1.0, len(categories) + 1.0)


def irrcac(case: Case) -> Iterator[Actual]:
    """irrCAC's ``*.raw`` functions with several weights."""
    frame = case.frame()
    if not all(pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes):
        frame = frame.apply(lambda column: column.astype("string").str.strip().str.upper().astype(object))
    categories = case.argument("categ.labels", default=observed_categories(frame))
    index = positions(frame, categories)
    m = (index >= 0).sum(axis=1)
    note = UNRATED if (m == 0).any() else SINGLE if (m == 1).any() else ""
    level = float(case.argument("conflev", default=0.95))
    for key in case.values:
        function, _, named = key.partition("|")
        kind = named if named in WEIGHTS else "unweighted"
        place, name = next(found for start, found in IRRCAC.items() if function.startswith(start))
        fit = agreement(index, agreement_weights(_scores(categories), kind))
        name = "AC2" if name == "AC1" and kind != "unweighted" else name
        # Krippendorff's alpha drops persons without a pair before it counts them
        wrong = bool((m == 0).any()) and not name.startswith("Krippendorff")
        if wrong and name in ("AC1", "AC2", "Fleiss' Kappa"):
            yield Actual((key, "pa"), float(fit.observed[place]), note=note)
            continue
        values = (fit.estimate, fit.observed, fit.expected, fit.se)
        one = tuple(float(column[place]) for column in values)
        for entry in _irrcac_one(one, int(fit.n[place]), level):
            if not wrong or entry.path[0] in ("pa", "pe", "coeff.val"):
                yield entry._replace(path=(key, *entry.path), note=entry.note or note)
        yield Actual((key, "coeff.name"), name)
        yield Actual((key, "w.name"), named or "unweighted")
        yield Actual((key, "tot.obs"), int((index >= 0).sum()))


def _irrcac_one(one: tuple[float, ...], n: int, level: float) -> Iterator[Actual]:
    value, pa, pe, se = one
    yield Actual(("pa",), pa)
    yield Actual(("pe",), pe)
    yield Actual(("coeff.val",), value)
    yield Actual(("coeff.se",), se)
    half = float(special.stdtrit(n - 1, (1.0 + level) / 2.0)) * se
    ends = (_three(value - half), _three(min(1.0, value + half)))
    certain = se < 1e-12
    yield Actual(("conf.int",), f"({ends[0]},{ends[1]})", note=NO_SPREAD if certain else "")
    if not certain:
        yield Actual(("p.value",), float(2.0 * special.stdtr(n - 1, -abs(value / se))))
    elif abs(value) > 1e-12:
        yield Actual(("p.value",), 0.0)


def _three(number: float) -> str:
    """Return a number as R pastes round(x, 3): no trailing zeros, no negative zero."""
    return "NaN" if np.isnan(number) else f"{round(number, 3) + 0.0:.3f}".rstrip("0").rstrip(".")


def kendall(case: Case) -> Iterator[Actual]:
    """irr::kendall, with or without the correction for ties; it ranks constant raters and text too."""
    frame = case.frame().dropna()
    values = positions(frame, observed_categories(frame)).astype(float)
    fit = kendall_kernel(values)
    # the visible calls correct for ties; irr's own default does not
    w = fit.w if case.argument("correct", default=True) else fit.uncorrected
    chi2 = values.shape[1] * fit.df * w
    if len(values) >= LEAST_PERSONS and (values.min(axis=0) < values.max(axis=0)).all():
        w = kendall_w(values).estimate if w == fit.w else w
    yield Actual(("W",), w)
    yield Actual(("chisq",), chi2)
    yield Actual(("p",), float(special.chdtrc(fit.df, chi2)))

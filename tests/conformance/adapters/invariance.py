"""Adapter of measurement invariance: lavaan's group.equal and lavTestLRT, and semTools' measEq.syntax."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd

from propsych.errors import PropsychWarning
from propsych.properties.structure.invariance import measurement_invariance
from propsych.properties.structure.invariance_result import (
    MeasurementInvariance,
    difference,
    difference_rmsea,
)
from propsych.properties.structure.invariance_tables import CONTINUOUS_LEVELS, ORDERED_LEVELS
from propsych.properties.structure.ordered_fit import ORDERED_ESTIMATORS
from tests.conformance.adapters.cfa import compared, labels_of
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

CONTINUOUS = ("ML", "MLR", "MLM")
ORDERED_NAMES = {
    "configural": "configural",
    "thresholds": "thresholds",
    "thresholds_loadings": "loadings",
    "thr_load": "loadings",
    "loadings": "loadings",
    "thr_load_int": "intercepts",
    "thresholds_loadings_intercepts": "intercepts",
    "intercepts": "intercepts",
    "thr_load_int_res": "residuals",
    "residuals": "residuals",
}
CONTINUOUS_NAMES = {name: name for name in CONTINUOUS_LEVELS}
LATER = (
    "lavaan after 0.6-14 defines GFI and AGFI otherwise and gives no p-value of a chi-square that is none:"
    " not compared with a later version"
)
RMSEA = (
    "lavaan's RMSEA of a difference takes the chi-squares before they are adjusted, propsych's the adjusted"
    " difference, which is the one with a chi-square distribution: not compared"
)
SKIPPED = ("gfi", "agfi", "pgfi", "pvalue", "baseline.pvalue")
NOT_COVERED = (
    "propsych does not fit this by levels (estimator, model or group not known): nothing is compared"
)


def invariance(case: Case) -> Iterator[Actual]:
    """Fits of every level as for `cfa`, and the tests of difference."""
    ordered = bool(case.argument("ordered")) or "ID.cat" in case.call or "ordered" in case.call
    names = ORDERED_NAMES if ordered else CONTINUOUS_NAMES
    keys = {key: names[key] for key in case.values if key in names}
    model, group = case.option("model"), case.argument("group") or _group(case)
    estimator = str(case.argument("estimator", default="WLSMV" if ordered else "ML")).upper()
    known = ORDERED_ESTIMATORS if ordered else CONTINUOUS
    if not model or not group or not keys or estimator not in known or len(set(keys.values())) < len(keys):
        yield Actual((), None, note=NOT_COVERED)
        return
    case = replace(case, options=case.options | {"group": group})
    found = _found(case, str(model), str(group), estimator, list(keys.values()), ordered)
    later = not str(case.package_version.get("lavaan", "0.6")).startswith("0.6")
    if later:
        yield Actual((), None, note=LATER)
    for key, level in keys.items():
        for one in compared(replace(case, values=case.values[key]), found.fits[level]):
            at = one.path
            changed = at and at[0] != "parameters" and at[-1] in SKIPPED
            if not (later and changed):
                yield one._replace(path=(key, *at) if at else ())
    for key in case.values:
        if key.startswith("lrt"):
            yield from _tests(case, key, found, keys)
    for i, label in enumerate(labels_of(case)):
        yield Actual(("group_labels", i), label)
        yield Actual(("group_n", i), float(found.group_sizes[label]))


def _group(case: Case) -> str | None:
    """Return the one column used that the model does not name."""
    outside = [name for name in case.columns or () if name not in str(case.option("model", default=""))]
    return outside[0] if len(outside) == 1 else None


def _found(
    case: Case, model: str, group: str, estimator: str, levels: list[str], ordered: bool
) -> MeasurementInvariance:
    columns = case.columns
    whole = case if columns is None or group in columns else replace(case, columns=(*columns, group))
    frame = whole.frame()
    frame = frame[frame[group].notna()].assign(
        **{group: lambda x: pd.Categorical(x[group].map(str), labels_of(case), ordered=True)}
    )
    parameterization = "theta" if "theta" in str(case.argument("parameterization")) else "delta"
    missing = str(case.argument("missing", default="listwise")).lower()
    options: dict[str, Any] = {
        "missing": "fiml" if missing in ("ml", "fiml", "direct") else missing,
        "std_lv": bool(case.argument("std.lv")) or case.argument("ID.fac") in ("std.lv", "uv"),
    }
    if ordered:
        options["parameterization"] = parameterization
    known = ORDERED_LEVELS if ordered else CONTINUOUS_LEVELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        return measurement_invariance(
            model,
            frame,
            group=group,
            estimator=estimator,  # type: ignore[arg-type]
            levels=[name for name in known if name in levels],
            **options,
        )


def _tests(case: Case, key: str, found: MeasurementInvariance, keys: dict[str, str]) -> Iterator[Actual]:
    """Yield lavTestLRT's table: its chi-squares are not adjusted, its differences are."""
    table = case.values[key]
    rows = [str(name) for name in table["rows"]]
    if any(name not in keys for name in rows):
        return
    fits = [found.fits[keys[name]] for name in rows]
    for i, fit in enumerate(fits):
        x = fit.fit_indices
        for theirs, own in (("Df", "df"), ("AIC", "aic"), ("BIC", "bic"), ("Chisq", "chisq")):
            yield Actual((key, theirs, i), float(x.get(own, float("nan"))))
    empty = float("nan")
    yield from (Actual((key, name, 0), empty) for name in ("Chisq diff", "Df diff", "Pr(>Chisq)", "RMSEA"))
    for i, (wide, narrow) in enumerate(pairwise(fits), start=1):
        test = difference(wide, narrow)
        yield Actual((key, "Chisq diff", i), test.chi2)
        yield Actual((key, "Df diff", i), test.df)
        yield Actual((key, "Pr(>Chisq)", i), test.pvalue)
        size = difference_rmsea(test, found.sample.n_used, len(found.group_sizes))
        if test.method == "difference of chi-squares":
            yield Actual((key, "RMSEA", i), size)
        elif "RMSEA" in table["columns"]:
            yield Actual((), None, note=RMSEA)

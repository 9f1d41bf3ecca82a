"""Adapters of psych::cohen.kappa, irr::kappa2 and irr::kappam.fleiss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.agreement import COEFFICIENTS, agreement
from propsych.kernels.agreement_weights import agreement_weights
from propsych.kernels.fleiss import fleiss_kappa
from propsych.kernels.kappa import cross_table, kappa
from propsych.kernels.proportions import normal_quantile
from propsych.properties.reliability import weighted_kappa
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]
DISAGREEMENT = (
    "psych puts weights of disagreement into the variance of Fleiss, Cohen & Everitt (1969), which is for"
    " weights of agreement: its var_weighted and interval are wrong. The same kappa has one variance;"
    " propsych's is that of linear_w_agreement, and the delta method gives it for either form."
)
NO_SPREAD = (
    "a rater who used one category leaves no variance where kappa is 0: irr's statistic is the root of a"
    " rounding error, and may be NaN; not compared"
)
LEVELS = (
    "irr::kappa2 puts categories that only one rater used last (text) or sorts them as text, so its"
    " weighted kappa is of another order of categories; propsych's, over the declared order, is right."
)


def observed_categories(frame: pd.DataFrame) -> list[Any]:
    """Return the categories that occur, in order, as R infers them: letters first, small before capital."""
    values = [value for value in pd.unique(frame.to_numpy(dtype=object).ravel()) if not pd.isna(value)]
    if all(isinstance(value, str) for value in values):
        return sorted(values, key=lambda text: (text.casefold(), text.swapcase()))
    return sorted(values)


def positions(frame: pd.DataFrame, categories: list[Any]) -> NDArray[np.int64]:
    """Return positions among the categories, -1 where missing."""
    places = {category: k for k, category in enumerate(categories)}
    return np.array([[places.get(v, -1) for v in row] for row in frame.to_numpy(dtype=object)])


def kappa_case(case: Case) -> Iterator[Actual]:
    """psych::cohen.kappa with several weights, and irr::kappa2."""
    frame = case.frame()
    for key in case.values:
        yield from _irr(key, frame) if key.startswith("irr") else _psych(case, key, frame)


def _kind(key: str) -> str:
    return next((kind for kind in ("linear", "quadratic") if kind in key), "unweighted")


def _psych(case: Case, key: str, frame: pd.DataFrame) -> Iterator[Actual]:
    frame = frame.dropna()
    categories = observed_categories(frame)
    index = positions(frame, categories)
    q = len(categories)
    first, second = index.T
    alpha = float(case.argument("alpha", default=0.05))
    asked: dict[str, Any] = {"categories": range(q), "level": 1.0 - alpha, "interval": "delta"}
    plain = weighted_kappa(first, second, weights="unweighted", **asked)
    losses = case.option("disagreement")
    if losses is not None:
        weights = 1.0 - np.array(losses, dtype=float) / np.max(losses)
        yield Actual((key, "kappa"), plain.estimate)
        yield Actual((key, "weighted"), float(kappa(plain.table.to_numpy(float), weights).kappa))
        yield Actual((key, "n"), plain.sample.n_used)
        return
    kind = _kind(key) if _kind(key) != "unweighted" else "quadratic"
    weighted = weighted_kappa(first, second, weights=kind, **asked)
    variance, note = weighted.se**2, ""
    if "disagreement" in key:
        variance = float(kappa(plain.table.to_numpy(float), 1.0 - weighted.weight_matrix.to_numpy()).se ** 2)
        note = DISAGREEMENT
    yield Actual((key, "kappa"), plain.estimate)
    yield Actual((key, "weighted"), weighted.estimate)
    yield Actual((key, "var_kappa"), plain.se**2)
    yield Actual((key, "var_weighted"), variance, note=note)
    yield Actual((key, "n"), plain.sample.n_used)
    half = normal_quantile(1.0 - alpha)
    for i, (value, var) in enumerate(((plain.estimate, plain.se**2), (weighted.estimate, variance))):
        ends = np.clip([value - half * var**0.5, value, value + half * var**0.5], -1.0, 1.0)
        for name, end in zip(("lower", "estimate", "upper"), ends, strict=True):
            yield Actual((key, "confid", i, name), float(end))
    shares = plain.table.to_numpy() / plain.sample.n_used
    for i in range(q):
        for j in range(q):
            yield Actual((key, "agree", i, _label(categories[j])), float(shares[i, j]))


def _label(category: Any) -> str:
    whole = isinstance(category, float | np.floating) and float(category).is_integer()
    return str(int(category)) if whole else str(category)


def _irr(key: str, frame: pd.DataFrame) -> Iterator[Actual]:
    complete = frame.dropna()
    categories = _irr_levels(complete)
    note = LEVELS if categories != observed_categories(complete) and _kind(key) != "unweighted" else ""
    index = positions(complete, categories)
    W = agreement_weights(np.arange(len(categories)), _kind(key))
    fit = kappa(cross_table(index[:, 0], index[:, 1], len(categories)), W)
    se = float(fit.se_null)
    certain = len(categories) < 2 or se < 1e-7
    yield Actual((key, "value"), float(fit.kappa), note=NO_SPREAD if certain else note)
    if certain:
        return
    z = float(fit.kappa) / se
    yield Actual((key, "statistic"), z)
    yield Actual((key, "p.value"), float(2.0 * special.ndtr(-abs(z))))


def _irr_levels(complete: pd.DataFrame) -> list[Any]:
    one, two = (observed_categories(complete.iloc[:, [j]]) for j in (0, 1))
    both = one + two if len(one) >= len(two) else two + one
    if all(pd.api.types.is_numeric_dtype(dtype) for dtype in complete.dtypes):
        both = sorted(both, key=_label)
    return list(dict.fromkeys(both))


def kappam(case: Case) -> Iterator[Actual]:
    """irr::kappam.fleiss: Fleiss' kappa with its test, by category, and the exact (Conger's) one."""
    frame = case.frame().dropna()
    categories = observed_categories(frame)
    index = positions(frame, categories)
    q = len(categories)
    fit = fleiss_kappa((index[..., None] == np.arange(q)).sum(axis=1).astype(float))
    several = agreement(index, np.eye(q)).estimate
    z = fit.kappa / fit.se_null
    yield Actual(("fleiss",), float(several[COEFFICIENTS.index("fleiss")]))
    yield Actual(("z",), z)
    yield Actual(("p",), float(2 * special.ndtr(-abs(z))))
    yield Actual(("conger",), float(several[COEFFICIENTS.index("conger")]))
    zk = fit.by_category / fit.se_null_by_category
    columns = {"Kappa": fit.by_category, "z": zk, "p.value": 2 * special.ndtr(-np.abs(zk))}
    for name, column in columns.items():
        for i in range(q):
            yield Actual(("detail", i, name), float(np.round(column[i], 3)))

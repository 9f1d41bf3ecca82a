"""Adapters of psych::alpha and psych::alpha.ci."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.errors import PropsychWarning
from propsych.kernels.alpha import (
    Consistency,
    consistency,
    consistency_if_dropped,
    drop_each,
    feldt_interval,
    normal_theory_variance,
    raw_alpha,
)
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import correlation_from_covariance, covariance, pearson
from propsych.kernels.guttman import squared_multiple_correlations
from propsych.kernels.moments import mean_and_sd
from propsych.properties.internal_consistency import cronbach_alpha
from tests.conformance.adapters.columns import frequencies, numbers_only
from tests.conformance.adapters.psych_keys import item_keys, reverse, selected
from tests.conformance.compare import Actual
from tests.conformance.pack import Case, Path_

Floats = NDArray[np.float64]
NAMES = {
    "raw_alpha": "alpha",
    "std.alpha": "standardised",
    "G6(smc)": "lambda6",
    "average_r": "mean_r",
    "S/N": "signal_noise",
}


@dataclass(frozen=True)
class Prepared:
    """Data as psych::alpha works on them: items chosen, imputed, constant ones out, keys found."""

    raw: pd.DataFrame
    keyed: pd.DataFrame
    keys: Floats
    constant_sum: float
    n_constant: int
    missing: Any


def alpha(case: Case) -> Iterator[Actual]:
    """psych::alpha of answers, or of a correlation matrix."""
    frame = case.frame()
    if "variable" in frame.columns:
        frame = frame.drop(columns="variable")
    frame = numbers_only(frame)
    values = frame.to_numpy()
    if values.shape[0] == values.shape[1] and np.array_equal(values, values.T):
        yield from _of_matrix(case, frame)
        return
    data = _prepare(case, frame)
    n = len(data.raw)
    C = covariance(data.keyed.to_numpy(), data.missing).matrix
    yield from _total(C, n, _scores(case, data))
    yield from _dropped(C, max(n, int(case.argument("n.obs", default=0))))
    yield from _items(data, C, _scores(case, data))
    yield from _feldt(C, n)
    yield from frequencies(data.raw, case.argument("max", default=10), ("response_freq",))
    yield from _keys(data)
    yield from _public(data)


def _prepare(case: Case, frame: pd.DataFrame) -> Prepared:
    keys = case.argument("keys")
    frame = selected(frame, keys)
    impute = case.argument("impute")
    if impute in ("median", "mean"):
        frame = frame.fillna(getattr(frame, impute)())
    spread = mean_and_sd(frame.to_numpy())[2]
    flat = (spread <= 0) | np.isnan(spread)
    constant = list(frame.columns[flat]) if case.argument("delete", default=True) else []
    constant_sum = float(np.nansum(frame[constant].to_numpy()[0])) if constant else 0.0
    frame = frame.drop(columns=constant)
    rule = "pairwise" if str(case.argument("use", default="pairwise")).startswith("pairwise") else "listwise"
    signs = item_keys(frame, keys, bool(case.argument("check.keys", default=False)))
    return Prepared(frame, reverse(frame, signs), signs, constant_sum, len(constant), rule)


def _scores(case: Case, data: Prepared) -> Floats:
    cumulative = bool(case.argument("cumulative", default=False))
    sums, means = data.keyed.sum(axis=1), data.keyed.mean(axis=1)
    if cumulative:
        return (sums + data.constant_sum).to_numpy()
    if not data.n_constant:
        return means.to_numpy()
    k = data.keyed.shape[1]
    return ((k * means + data.constant_sum) / (k + data.n_constant)).to_numpy()


def _row(path: Path_, parts: Consistency, i: int | None = None) -> Iterator[Actual]:
    for name, attribute in NAMES.items():
        value = getattr(parts, attribute)
        yield Actual((*path, name, i or 0), float(value if i is None else value[i]))


def _total(C: Floats, n: int, scores: Floats | None) -> Iterator[Actual]:
    parts = consistency(C)
    yield from _row(("total",), parts)
    yield Actual(("total", "median_r", 0), float(parts.median_r))
    yield Actual(("total", "ase", 0), float(np.sqrt(normal_theory_variance(C, n))))
    if scores is not None:
        _, mean, sd = mean_and_sd(scores[:, None])
        yield Actual(("total", "mean", 0), float(mean[0]))
        yield Actual(("total", "sd", 0), float(sd[0]))


def _dropped(C: Floats, n: int) -> Iterator[Actual]:
    path = ("alpha_drop",)
    if len(C) == 2:
        yield from _two_items(C)
        return
    parts = consistency_if_dropped(C)
    se = np.sqrt(normal_theory_variance(drop_each(C), n))
    for i in range(len(C)):
        yield from _row(path, parts, i)
        yield Actual((*path, "alpha se", i), float(se[i]))
        yield Actual((*path, "var.r", i), float(parts.variance_r[i]))
        yield Actual((*path, "med.r", i), float(parts.median_r[i]))


def _two_items(C: Floats) -> Iterator[Actual]:
    """One item has no alpha (ours is NaN); psych prints the regression slope and the correlation instead."""
    R = correlation_from_covariance(C)
    r, smc = R[0, 1], squared_multiple_correlations(R)[0]
    for i, slope in enumerate((C[0, 1] / C[1, 1], C[0, 1] / C[0, 0])):
        row = {"raw_alpha": slope, "std.alpha": r, "G6(smc)": smc, "average_r": r, "S/N": r / (1 - r)}
        row |= {"alpha se": np.nan, "var.r": 0.0, "med.r": r}
        for name, value in row.items():
            yield Actual(("alpha_drop", name, i), float(value))


def _standardised_totals(C: Floats) -> tuple[Floats, Floats]:
    """Return item-total correlations of standardised items, and those corrected for overlap by the SMC."""
    R = correlation_from_covariance(C)
    corrected = R.copy()
    np.fill_diagonal(corrected, squared_multiple_correlations(R))
    return R.sum(axis=0) / np.sqrt(R.sum()), corrected.sum(axis=0) / np.sqrt(corrected.sum())


def _items(data: Prepared, C: Floats, scores: Floats) -> Iterator[Actual]:
    keyed = data.keyed.to_numpy()
    n, mean, sd = mean_and_sd(keyed)
    standardised, corrected = _standardised_totals(C)
    together = np.column_stack([scores, keyed])
    columns = {
        "n": n,
        "raw.r": pearson(together, data.missing).matrix[0, 1:],
        "std.r": standardised,
        "r.cor": corrected,
        "r.drop": item_total_from_covariance(C)[1],
        "mean": mean,
        "sd": sd,
    }
    for name, column in columns.items():
        for i, value in enumerate(column):
            yield Actual(("item_stats", name, i), float(value))


def _feldt(C: Floats, n: int) -> Iterator[Actual]:
    k = len(C)
    value = float(raw_alpha(C))
    lower, upper = feldt_interval(value, n, k)
    row = {"alpha": value, "lower.ci": float(lower), "upper.ci": float(upper), "r.bar": _mean_r(value, k)}
    for name, number in row.items():
        yield Actual(("feldt", name, "raw_alpha", 0), number)


def _mean_r(value: float, k: int) -> float:
    """Return the mean correlation that would give this alpha (Spearman-Brown backwards)."""
    return value / (k - value * (k - 1))


def _keys(data: Prepared) -> Iterator[Actual]:
    for i, (name, sign) in enumerate(zip(data.raw.columns, data.keys, strict=True)):
        text = str(name) if sign > 0 else f"-{name}"
        yield Actual(("keys", 0, i), text)
        yield Actual(("keys", i), text)


def _public(data: Prepared) -> Iterator[Actual]:
    """Yield what `cronbach_alpha` gives in place of the kernels' numbers: what a user gets is compared."""
    keyed = data.keyed
    if keyed.shape[1] < 3:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        result = cronbach_alpha(keyed, missing=data.missing, interval="feldt")
    yield Actual(("total", "raw_alpha", 0), result.estimate)
    yield Actual(("total", "std.alpha", 0), result.standardised)
    yield Actual(("total", "G6(smc)", 0), result.lambda6)
    yield Actual(("total", "average_r", 0), result.mean_inter_item)
    yield Actual(("total", "median_r", 0), result.median_inter_item)
    for i, item in enumerate(keyed.columns):
        yield Actual(("alpha_drop", "raw_alpha", i), float(result.if_dropped["alpha"].iloc[i]))
        yield Actual(("item_stats", "r.drop", i), float(result.item_rest[str(item)]))


def _of_matrix(case: Case, frame: pd.DataFrame) -> Iterator[Actual]:
    C = frame.to_numpy()
    keys = item_keys(frame, case.argument("keys"), check=False, matrix=True)
    if case.argument("check.keys", default=False):
        keys = item_keys(frame, None, check=True, matrix=True)
    C = C * keys[:, None] * keys[None, :]
    n = int(case.argument("n.obs", default=0))
    yield from _total(C, n or len(C), None)
    yield from _dropped(C, max(len(C), n))
    standardised, corrected = _standardised_totals(C)
    columns = {"r": standardised, "r.cor": corrected, "r.drop": item_total_from_covariance(C)[1]}
    for name, column in columns.items():
        for i, value in enumerate(column):
            yield Actual(("item_stats", name, i), float(value))
    yield from _feldt(C, len(C))
    yield Actual(("response_freq",), None)


def alpha_ci(case: Case) -> Iterator[Actual]:
    """psych::alpha.ci, Feldt's interval of raw alpha."""
    keys = case.argument("keys")
    frame = selected(numbers_only(case.frame()), keys)
    signs = item_keys(frame, keys, bool(case.argument("check.keys", default=False)))
    C = covariance(reverse(frame, signs).to_numpy(), "pairwise").matrix
    value = float(case.argument("alpha", default=float(raw_alpha(C))))
    n, k = int(case.argument("n.obs", default=len(frame))), int(case.argument("n.var", default=len(C)))
    lower, upper = feldt_interval(value, n, k, 1.0 - float(case.argument("p.val", default=0.05)))
    row = {"alpha": value, "lower": float(lower), "upper": float(upper), "r_bar": _mean_r(value, k)}
    for name, number in row.items():
        yield Actual((name,), number)

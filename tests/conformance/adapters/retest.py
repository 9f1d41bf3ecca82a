"""Adapter of psych::testRetest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.alpha import consistency, normal_theory_variance
from propsych.kernels.covariance import correlation_from_covariance, covariance, pearson
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]


def test_retest(case: Case) -> Iterator[Actual]:
    """psych::testRetest of items on two occasions."""
    table = case.values["item_stats"]
    items = [str(row).removeprefix("-") for row in table["rows"]]
    raw = _occasions(case, items)
    given = _given(table, len(items))
    # keys that the caller gave turn items before anything else, keys that psych finds before scoring only
    turned = [_keyed(values, given) for values in raw]
    components = [_first_component(values) for values in turned]
    found = np.ones(len(items))
    if case.argument("check.keys", default=True) and any((one < 0).any() for one in components):
        found = np.where(components[0] < 0, -1.0, 1.0)
    first, second = (_keyed(values, found) for values in turned)
    scores = np.column_stack([_row_means(one) for one in (first, second)])
    yield Actual(("r12",), float(pearson(scores, "pairwise").matrix[0, 1]))
    yield from _alphas(first, second)
    for i, value in enumerate(_profile_correlations(first, second)):
        yield Actual(("rqq", i), float(value))
    pairs = zip(raw[0].T, raw[1].T, strict=True)
    by_item = [pearson(np.column_stack([a, b]), "pairwise").matrix[0, 1] for a, b in pairs]
    columns: dict[str, Any] = {
        "rii": by_item,
        "PC1": components[0],
        "PC2": components[1],
        "mean1": np.nanmean(raw[0], axis=0),
        "mean2": np.nanmean(raw[1], axis=0),
        "keys": found,
        "keys.orig": table["columns"].get("keys.orig", []),
    }
    for name, column in columns.items():
        for i, value in enumerate(column):
            yield Actual(("item_stats", name, i), value if isinstance(value, str) else float(value))


test_retest.__dict__["__test__"] = False


def _given(table: Any, n_items: int) -> Floats:
    """Return the keys of the call, which psych hands back: names with a minus, or numbers of columns."""
    keys = table["columns"].get("keys.orig") or [1] * n_items
    return np.array([-1.0 if str(key).startswith("-") else 1.0 for key in keys])


def _occasions(case: Case, items: list[str]) -> tuple[Floats, Floats]:
    """Return both occasions, from one wide file or from rows with a time; psych drops who has one only."""
    frame = pd.read_csv(case.folder / "data" / str(case.data))
    if f"{items[0]}.1" in frame.columns:
        first, second = (frame[[f"{item}.{t}" for item in items]].to_numpy(float) for t in (1, 2))
        return first, second
    study = case.argument("study")
    frame = frame if study is None else frame[frame["study"] == study]
    parts = [part.sort_values("id") for _, part in frame.groupby("time")][:2]
    if len(parts[0]) != len(parts[1]):
        both = set(parts[0]["id"]) & set(parts[1]["id"])
        parts = [part[part["id"].isin(both)] for part in parts]
    return parts[0][items].to_numpy(float), parts[1][items].to_numpy(float)


def _row_means(values: Floats) -> Floats:
    answered = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(answered, values, 0.0).sum(axis=1) / answered.sum(axis=1))


def _keyed(values: Floats, keys: Floats) -> Floats:
    low, high = np.nanmin(values), np.nanmax(values)
    return values * keys + np.where(keys < 0, low + high, 0.0)


def _alphas(first: Floats, second: Floats) -> Iterator[Actual]:
    """Two rows (occasions) of nine columns, column by column.

    psych labels the sixth to eighth se, lower and upper; they are the variance of alpha for one person and
    two shares of squared correlations that their mean reproduces (the second over squares of R - 1, not of R
    without its diagonal).
    """
    for row, values in enumerate((first, second)):
        C = covariance(values, "pairwise").matrix
        R = correlation_from_covariance(C)
        found = consistency(C)
        off = R[~np.eye(len(R), dtype=bool)]
        residual = np.square(off - off.mean()).sum()
        on_diagonal = len(R) * (1.0 - off.mean()) ** 2
        columns = (
            found.alpha,
            found.standardised,
            found.lambda6,
            found.mean_r,
            found.signal_noise,
            normal_theory_variance(C, 1),
            1.0 - (residual + on_diagonal) / np.square(R).sum(),
            1.0 - residual / np.square(R - 1.0).sum(),
            off.var(ddof=1),
        )
        for i, value in enumerate(columns):
            yield Actual(("alpha", 2 * i + row), float(value))


def _profile_correlations(first: Floats, second: Floats) -> list[float]:
    found = []
    for a, b in zip(first, second, strict=True):
        both = ~np.isnan(a) & ~np.isnan(b)
        varies = both.sum() > 1 and np.ptp(a[both]) > 0 and np.ptp(b[both]) > 0
        found.append(float(np.corrcoef(a[both], b[both])[0, 1]) if varies else float("nan"))
    return found


def _first_component(values: Floats) -> Floats:
    roots, vectors = np.linalg.eigh(pearson(values, "pairwise").matrix)
    loadings = vectors[:, -1] * np.sqrt(roots[-1])
    return np.asarray(loadings * np.sign(loadings.sum()))

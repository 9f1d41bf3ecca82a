"""Adapters of Bland-Altman limits and psych::testRetest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.alpha import consistency, normal_theory_variance
from propsych.kernels.bland_altman import concordance, limits_of_agreement, proportional_bias
from propsych.kernels.covariance import correlation_from_covariance, covariance, pearson
from propsych.kernels.icc import icc_from_mean_squares, mean_squares
from propsych.kernels.measurement_error import detectable_change, sem_agreement, sem_consistency
from propsych.kernels.rank_correlation import spearman
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]


def bland_altman(case: Case) -> Iterator[Actual]:
    """Limits of agreement, d = y - x, and the measurement error of the same scores."""
    frame = case.frame()
    x_name, y_name = case.option("x", default=frame.columns[0]), case.option("y", default=frame.columns[1])
    values = frame[[x_name, y_name]].dropna().to_numpy(dtype=float)
    x, y = values.T
    d, n = y - x, len(values)
    level = float(case.option("level", "conf.level", default=0.95))
    found = limits_of_agreement(d, level=level)
    slope = proportional_bias(d, values.mean(axis=1), level)
    ms = mean_squares(values)
    agreement, same = float(sem_agreement(ms)), float(sem_consistency(ms))
    icc3 = float(icc_from_mean_squares(ms)[2])
    numbers: dict[str, float | tuple[float, float]] = {
        "n": float(n),
        "mean_diff": found.mean,
        "sd_diff": found.sd,
        "mean_ci": _pair(found.mean_ends),
        "loa": (found.lower, found.upper),
        "loa_196": (found.mean - 1.96 * found.sd, found.mean + 1.96 * found.sd),
        "loa_se": found.se,
        "loa_se_approx_sqrt3": found.sd * float(np.sqrt(3.0 / n)),
        "loa_ci_lower": _pair(found.lower_ends),
        "loa_ci_upper": _pair(found.upper_ends),
        "prop_bias_slope": slope.slope,
        "prop_bias_p": slope.p,
        "MS_rows": float(ms.persons),
        "MS_cols": float(ms.raters),
        "MS_error": float(ms.error),
        "SEM_consistency": same,
        "SEM_agreement": agreement,
        "SEM_sd_icc31": float(values.std(ddof=1)) * float(np.sqrt(1.0 - icc3)),
        "SDC_ind_agreement": detectable_change(agreement),
        "SDC_ind_consistency": detectable_change(same),
        "SDC_group_agreement": detectable_change(agreement, n=n),
        "pearson": float(pearson(values).matrix[0, 1]),
        "spearman": float(spearman(values)[0, 1]),
        "ccc": concordance(x, y),
        "ccc_biased_n": concordance(x, y, ddof=0),
        "t_paired": float(np.sqrt(n)) * found.mean / found.sd,
    }
    for name, value in numbers.items():
        if isinstance(value, tuple):
            for i, end in enumerate(value):
                yield Actual((name, i), float(end))
        else:
            yield Actual((name,), float(value))


def _pair(limits: tuple[Floats, Floats]) -> tuple[float, float]:
    return float(limits[0]), float(limits[1])


def test_retest(case: Case) -> Iterator[Actual]:
    """psych::testRetest of items on two occasions."""
    table = case.values["item_stats"]
    items = [str(row).removeprefix("-") for row in table["rows"]]
    found_keys = np.array(table["columns"]["keys"], dtype=float)
    given = [-1.0 if str(key).startswith("-") else 1.0 for key in table["columns"].get("keys.orig", items)]
    raw = _occasions(case, items)
    # keys that the caller gave turn items before anything else, keys that psych found before scoring only
    turned = [_keyed(values, np.array(given)) for values in raw]
    first, second = (_keyed(values, found_keys) for values in turned)
    scores = np.column_stack([np.nanmean(one, axis=1) for one in (first, second)])
    yield Actual(("r12",), float(pearson(scores, "pairwise").matrix[0, 1]))
    yield from _alphas(first, second)
    for i, value in enumerate(_profile_correlations(first, second)):
        yield Actual(("rqq", i), float(value))
    pairs = zip(raw[0].T, raw[1].T, strict=True)
    by_item = [pearson(np.column_stack([a, b]), "pairwise").matrix[0, 1] for a, b in pairs]
    columns = {
        "rii": by_item,
        "PC1": _first_component(turned[0]),
        "PC2": _first_component(turned[1]),
        "mean1": np.nanmean(raw[0], axis=0),
        "mean2": np.nanmean(raw[1], axis=0),
        "keys": found_keys,
    }
    for name, column in columns.items():
        for i, value in enumerate(column):
            yield Actual(("item_stats", name, i), float(value))


test_retest.__dict__["__test__"] = False


def _occasions(case: Case, items: list[str]) -> tuple[Floats, Floats]:
    frame = pd.read_csv(case.folder / "data" / str(case.data))
    if f"{items[0]}.1" in frame.columns:
        first, second = (frame[[f"{item}.{t}" for item in items]].to_numpy(float) for t in (1, 2))
        return first, second
    times = sorted(frame["time"].unique())
    parts = [frame[frame["time"] == t].sort_values("id") for t in times[:2]]
    both = set(parts[0]["id"]) & set(parts[1]["id"])
    first, second = (part[part["id"].isin(both)][items].to_numpy(float) for part in parts)
    return first, second


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

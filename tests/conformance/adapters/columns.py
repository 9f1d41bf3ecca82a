"""Adapters of kinds that describe columns one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from propsych.errors import AnalysisError
from propsych.kernels.proportions import clopper_pearson, wilson
from propsych.properties.floor_ceiling import floor_ceiling
from propsych.properties.items import describe as propsych_describe
from propsych.properties.items import response_frequencies
from tests.conformance.compare import Actual
from tests.conformance.pack import Case, Path_

PEER_NAMES = {"trimmed": "trimmed", "minimum": "min", "maximum": "max", "skewness": "skew"}


def numbers_only(frame: pd.DataFrame) -> pd.DataFrame:
    """Return text columns as psych reads them: the position, from 1, of a text among the sorted ones."""
    coded = {}
    for name in frame.columns:
        column = frame[name]
        if not pd.api.types.is_numeric_dtype(column):
            # the order of R's factor levels: letters first, small before capital
            levels = sorted(column.dropna().unique(), key=lambda text: (text.casefold(), text.swapcase()))
            column = column.map({text: float(i) for i, text in enumerate(levels, start=1)})
        coded[name] = column.astype(float)
    return pd.DataFrame(coded)


def describe(case: Case) -> Iterator[Actual]:
    """psych::describe."""
    frame = numbers_only(case.frame())
    kind, trim = case.option("type", default=3), case.option("trim", default=0.1)
    result = propsych_describe(frame, type=kind, trim=trim)
    table = result.to_frame().rename(columns=PEER_NAMES)
    table["vars"] = np.arange(1, len(table) + 1)
    if kind == 1 and len(frame.columns) > 1 and _divides_by_rows(case):
        # psych's type 1 kurtosis of a frame takes all rows for n, missing ones too; ours is Joanes & Gill's
        table["kurtosis"] = (table["kurtosis"] + 3.0) * len(frame) / table["n"] - 3.0
    for name in table.columns:
        for i, value in enumerate(table[name]):
            yield Actual((name, i), float(value))
            if len(table) == 1:
                yield Actual((name,), float(value))


def _divides_by_rows(case: Case) -> bool:
    version = tuple(int(part) for part in case.package_version.get("psych", "0").split("."))
    return version <= (2, 2, 9)


def _of(option: Any, j: int, name: str) -> float:
    if isinstance(option, dict):
        return float(option[name])
    return float(option[j] if isinstance(option, list) else option)


def floorceiling(case: Case) -> Iterator[Actual]:
    """Share at the declared ends with Wilson, prop.test (without correction) and exact intervals."""
    frame = numbers_only(case.frame())
    level = case.option("conf", "conf.level", "level", default=0.95)
    for i, name in enumerate(frame.columns):
        low, high = (_of(case.options[end], i, str(name)) for end in ("min", "max"))
        column = frame[[name]]
        n = int(column[name].notna().sum())
        yield Actual((i, "n"), n)
        for end, code in (("floor", low), ("ceil", high)):
            count = int((column[name] == code).sum())
            yield Actual((i, f"{end}_n"), count)
            for method, labels in (("wilson", ("wilson", "proptest")), ("clopper_pearson", ("exact",))):
                value, lower, upper = _interval(column, (low, high), end, method, level)
                yield Actual((i, f"{end}_p"), value)
                for label in labels:
                    yield Actual((i, f"{end}_{label}_lo"), lower)
                    yield Actual((i, f"{end}_{label}_hi"), upper)


def _interval(
    column: pd.DataFrame, ends: tuple[float, float], end: str, method: Any, level: float
) -> tuple[float | None, float | None, float | None]:
    try:
        result = floor_ceiling(column, range=ends, level=level, method=method)
        estimate = (result.floor if end == "floor" else result.ceiling)[0]
        return estimate.value, estimate.lower, estimate.upper
    except (
        AnalysisError
    ):  # propsych refuses scores outside the declared range; the case counts them all the same
        values = column.iloc[:, 0]
        count = (values == ends[0 if end == "floor" else 1]).sum()
        make = wilson if method == "wilson" else clopper_pearson
        share = make(count, values.notna().sum(), level)
        return float(share.estimate), float(share.lower), float(share.upper)


def response_freq(case: Case) -> Iterator[Actual]:
    """psych::response.frequencies."""
    yield from frequencies(case.frame(), case.option("max", default=10), ())


def frequencies(frame: pd.DataFrame, most: int, path: Path_) -> Iterator[Actual]:
    """Yield the shares of the categories and of missing rows; NULL with more categories than `most`."""
    frame = numbers_only(frame)
    spread = frame.max() - frame.min()
    chosen = frame.loc[:, spread < most + 1]
    codes = pd.unique(chosen.to_numpy().ravel())
    if chosen.empty or len(codes) > most or chosen.iloc[:, 0].nunique() > most:
        yield Actual(path, None)
        return
    if chosen.shape[1] == 1:  # psych drops the frame to a vector and counts rows as items: not compared
        return
    table = response_frequencies(chosen).to_frame().rename(columns={"missing": "miss"})
    for name in table.columns:
        label = name if isinstance(name, str) else f"{name:.15g}"
        for i, value in enumerate(table[name]):
            yield Actual((*path, i, label), float(value))

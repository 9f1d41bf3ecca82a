"""Adapters of kinds that correlate items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from propsych.properties.items import item_correlations as propsych_correlations
from propsych.properties.items import item_discrimination
from tests.conformance.adapters.columns import numbers_only
from tests.conformance.compare import Actual
from tests.conformance.pack import Case


def missing_rule(case: Case) -> Literal["listwise", "pairwise"]:
    """Return the missing rule that the case names; listwise where it names none."""
    use = str(case.option("use", default=case.call))
    return "pairwise" if "pairwise" in use else "listwise"


def item_correlations(case: Case) -> Iterator[Actual]:
    """cor() by three methods and the corrected item-total correlation; ``_n500`` takes the first 500 rows."""
    frame = numbers_only(case.frame())
    rule: Any = missing_rule(case)
    for key in case.values:
        method, _, rows = re.fullmatch(r"([a-z_]+?)(_n(\d+))?", key).groups()  # type: ignore[union-attr]
        part = frame.iloc[: int(rows)] if rows else frame
        if method in ("pearson", "spearman", "kendall"):
            matrix = propsych_correlations(part, methods=(method,), missing=rule)[method]
            for i in range(len(matrix)):
                for name in matrix.columns:
                    yield Actual((key, i, name), float(matrix[name].iloc[i]))
        elif method in ("item_total", "item_rest"):
            series = getattr(propsych_correlations(part, methods=(), missing=rule), method)
            for i, (name, value) in enumerate(series.items()):
                yield Actual((key, str(name)), float(value))
                yield Actual((key, i), float(value))


def discrimination(case: Case) -> Iterator[Actual]:
    """Difficulty p, point-biserial with the sum (pbis) and with the rest (rpbis), KR-20."""
    result = item_discrimination(numbers_only(case.frame()))
    table = result.to_frame()
    for name in table.columns:
        for i, (item, value) in enumerate(table[name].items()):
            yield Actual((name, str(item)), float(value))
            yield Actual((name, i), float(value))
    yield Actual(("kr20",), float(np.float64(result.kr20)))

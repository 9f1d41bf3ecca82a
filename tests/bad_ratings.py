"""Entry points of reliability and measurement error, and what a row of the tables of bad input is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from propsych.errors import AnalysisError
from propsych.properties.measurement_error import bland_altman, measurement_error, reliable_change
from propsych.properties.reliability import (
    agreement,
    cohen_kappa,
    icc,
    kendall_w,
    krippendorff_alpha,
    test_retest,
    weighted_kappa,
)
from propsych.result import Result
from tests.rating_data import NAN, ratings

FIVE = range(1, 6)
LONG = {"person": "who", "rater": "by", "rating": "said"}
GOOD = ratings(12, 2, 5, seed=1)
X, Y = GOOD.T
GAPS = np.where(np.arange(24).reshape(12, 2) % 9 == 5, NAN, GOOD)

ENTRY: dict[str, Callable[..., Result]] = {
    "icc": icc,
    "icc, all ratings": lambda data, **k: icc(data, missing="available", **k),
    "agreement": lambda data, **k: agreement(data, **{"categories": FIVE, **k}),
    "krippendorff_alpha": lambda data, **k: krippendorff_alpha(
        data, **{"categories": FIVE, "level_of_measurement": "nominal", **k}
    ),
    "kendall_w": kendall_w,
    "cohen_kappa": lambda a, b, **k: cohen_kappa(a, b, **{"categories": FIVE, **k}),
    "weighted_kappa": lambda a, b, **k: weighted_kappa(a, b, **{"categories": FIVE, **k}),
    "test_retest": test_retest,
    "measurement_error": measurement_error,
    "bland_altman": bland_altman,
    "reliable_change": lambda a, b, **k: reliable_change(a, b, **{"sem": 1.0, "higher": "better", **k}),
}
ICC = ("icc", "icc, all ratings")
CODED = ("agreement", "krippendorff_alpha")
TABLES = (*ICC, *CODED, "kendall_w")
KAPPAS = ("cohen_kappa", "weighted_kappa")
SCORES = ("test_retest", "measurement_error", "bland_altman", "reliable_change")
PAIRS = (*KAPPAS, *SCORES)


class Documented(str):
    """Words of the notes of a result that there is."""


Row = tuple[str, str, tuple[Any, ...], dict[str, Any], str]


def rows(problem: str, entries: tuple[str, ...] | str, words: str, *data: Any, **options: Any) -> list[Row]:
    chosen = (entries,) if isinstance(entries, str) else entries
    return [(problem, entry, data, options, words) for entry in chosen]


def called(entry: str, data: tuple[Any, ...], options: dict[str, Any]) -> Result:
    # what fails while it is made, fails as a part of the call
    made = [part() if callable(part) else part for part in data]
    return ENTRY[entry](*made, **options)


def check(row: Row) -> None:
    """Assert that a row's outcome is what it says: an error in words, or a result with its reason."""
    _, entry, data, options, words = row
    if isinstance(words, Documented):
        result = called(entry, data, options)
        assert words in " ".join(result.notes())
        assert result.to_dict()
        assert result.summary()
        return
    with pytest.raises(AnalysisError, match=words) as caught:
        called(entry, data, options)
    text = str(caught.value)
    assert "\n" not in text
    assert "Remedy: " in text
    # the traceback shows no other package's words
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def named(row: Row) -> Any:
    """Return a row as a case of its own, with its problem and entry point as the name."""
    return pytest.param(row, id=f"{row[0]}: {row[1]}")

"""Entry points of internal consistency and of factor models, and what a row of the table of bad input is."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from propsych.errors import AnalysisError, EstimationWarning
from propsych.properties.internal_consistency import (
    ScaleCoefficients,
    composite_reliability,
    cronbach_alpha,
    greatest_lower_bound,
    guttman,
    omega,
    omega_categorical,
    omega_schmid_leiman,
    omega_unidimensional,
    ordinal_alpha,
    split_half,
)
from propsych.properties.structure import congeneric_fit, factorability
from propsych.result import Result
from tests.consistency_data import Floats, ordered

FIVE = range(5)


def _with(f: Callable[..., Result], **more: Any) -> Callable[..., Result]:
    return lambda data, **given: f(data, **{"categories": FIVE, **more, **given})


def _composite(estimator: str) -> Callable[..., Result]:
    def entry(data: Any, **given: Any) -> Result:
        level = given.pop("level", 0.95)
        fit = congeneric_fit(data, **{"categories": FIVE, "estimator": estimator, **given})
        return composite_reliability(fit, level=level)

    return entry


ENTRY: dict[str, Callable[..., Result]] = {
    "cronbach_alpha": _with(cronbach_alpha),
    "cronbach_alpha, bootstrap": _with(cronbach_alpha, interval="bca", n_boot=100),
    "cronbach_alpha, pairwise": _with(cronbach_alpha, missing="pairwise"),
    "ordinal_alpha": _with(ordinal_alpha),
    "guttman": _with(guttman),
    "greatest_lower_bound": _with(greatest_lower_bound),
    "split_half": _with(split_half),
    "omega": _with(omega, n_factors=2),
    "omega_unidimensional": _with(omega_unidimensional),
    "omega_categorical": _with(omega_categorical),
    "omega_schmid_leiman": _with(omega_schmid_leiman, n_factors=2),
    "composite_reliability": _composite("ML"),
    "composite_reliability, ordered": _composite("WLSMV"),
    "congeneric_fit": _with(congeneric_fit),
    "congeneric_fit, ordered": _with(congeneric_fit, estimator="WLSMV"),
    "factorability": _with(factorability),
}
ALL = tuple(ENTRY)
LISTWISE = ("cronbach_alpha", "cronbach_alpha, bootstrap")
ALPHA = (*LISTWISE, "cronbach_alpha, pairwise")
BOUNDS = ("guttman", "greatest_lower_bound", "split_half")
ONE_FACTOR = ("omega_unidimensional", "omega_categorical")
MODELS = tuple(name for name in ALL if name.startswith(("composite", "congeneric")))
LATENT = ("ordinal_alpha", "composite_reliability, ordered", "congeneric_fit, ordered")
SCALES = tuple(name for name in ALL if name not in (*MODELS, "factorability"))
NEEDED = {
    **dict.fromkeys((*ALPHA, "ordinal_alpha"), "two"),
    **dict.fromkeys((*BOUNDS, "omega", *ONE_FACTOR, *MODELS, "factorability"), "three"),
    "omega_schmid_leiman": "four",
}
"""Fewest items, as the errors spell them."""


class Documented(str):
    """Words that the notes, or the methods of the estimates, of a result hold (a regular expression)."""


Outcomes = dict[str | tuple[str, ...], str]


def outcome_of(outcomes: Outcomes, entry: str) -> str | None:
    """Return the last outcome given for an entry point, by name or as one of several."""
    found = None
    for names, outcome in outcomes.items():
        if entry == names or (isinstance(names, tuple) and entry in names):
            found = outcome
    return found


def good(n: int = 60, k: int = 5, seed: int = 1) -> Floats:
    """Return answers that every entry point accepts."""
    return ordered(n, [0.8, 0.7, 0.75, 0.6, 0.65, 0.7, 0.8, 0.7, 0.6, 0.7][:k], seed)


def everything_said(result: Result) -> str:
    """Return notes, methods of the numbers, and reasons why there is none, as one text."""
    methods = [record.estimate.method for record in result.records()]
    return " ".join([*result.notes(), *methods])


def numbers_are_possible(result: Result) -> Iterator[str]:
    """Yield what is wrong with the numbers of a result: not finite, above 1, outside their interval."""
    for record in result.records():
        e = record.estimate
        if e.value is None:
            if not e.method:
                yield f"{record.id} is empty without a reason"
            continue
        if not np.isfinite(float(e.value)):
            yield f"{record.id} is {e.value}"
        if isinstance(result, ScaleCoefficients) and float(e.value) > 1.0 + 1e-9:
            yield f"{record.id} is above 1"
        for end in (e.lower, e.upper):
            if end is not None and not np.isfinite(end):
                yield f"an end of {record.id} is {end}"
        if e.lower is not None and e.upper is not None and not e.lower <= float(e.value) <= e.upper:
            yield f"{record.id} lies outside its interval"


def check(entry: str, data: Any, options: dict[str, Any], outcome: str) -> None:
    """Assert that an entry point raises the named error, or gives the documented result."""
    if not isinstance(outcome, Documented):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EstimationWarning)
            with pytest.raises(AnalysisError, match=f"(?s){outcome}"):
                ENTRY[entry](data, **options)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        result = ENTRY[entry](data, **options)
    assert re.search(outcome, everything_said(result)), everything_said(result)
    assert not list(numbers_are_possible(result))
    # what can be asked of every result
    assert str(result)
    assert result._repr_html_()
    assert result.to_dict()
    assert len(result.to_frame())

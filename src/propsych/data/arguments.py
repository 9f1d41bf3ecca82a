"""Checks of arguments that many analyses share: a level, a choice, a whole number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

from propsych.errors import AnalysisError, message

__all__ = ["require_choice", "require_count", "require_level"]


def require_level(level: Any, what: str = "the confidence level") -> float:
    """Return a confidence level, or raise `AnalysisError` unless it is a number between 0 and 1.

    Examples
    --------
    >>> require_level(0.9)
    0.9
    """
    number = float(level) if isinstance(level, Real) and not isinstance(level, bool) else math.nan
    if not 0.0 < number < 1.0:
        remedy = "use a number between 0 and 1, for instance 0.95"
        raise AnalysisError(message(f"{what} is impossible", got=repr(level), remedy=remedy))
    return number


def require_choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """Return `value`, or raise `AnalysisError` unless it is one of `choices`."""
    allowed = tuple(choices)
    if not isinstance(value, str) or value not in allowed:
        remedy = f"use one of {', '.join(allowed)}"
        raise AnalysisError(message(f"unknown {name}", got=repr(value), remedy=remedy))
    return value


def require_count(name: str, value: Any, least: int = 1) -> int:
    """Return `value` as an integer, or raise `AnalysisError` unless it is whole and at least `least`."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        remedy = f"use a whole number of at least {least}"
        raise AnalysisError(message(f"{name} is impossible", got=repr(value), remedy=remedy))
    return int(value)

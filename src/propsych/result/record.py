"""The smallest pieces of a result: an estimate with its interval, the sample behind it, a named record."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Literal

__all__ = ["Estimate", "Record", "Sample", "Value"]

Value = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval.

    Attributes
    ----------
    value : float or None
        The number; None when it could not be computed (`Sample` or `method` says why).
    lower, upper : float or None
        Ends of the interval at `level`.
    level : float or None
        Confidence level, between 0 and 1.
    method : str
        How the number and its interval were made.
    """

    value: float | None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Who a number is about.

    Attributes
    ----------
    n_asked : int
        Persons who were asked (branching and other versions left out).
    n_used : int
        Persons whose answers the number uses.
    n_dropped : int
        Asked and not used; ``n_asked - n_used``.
    rule : str
        The missing rule, for instance ``"listwise"`` or ``"answered"``.
    categories : {"declared", "observed"}
        Where the response categories came from.
    """

    n_asked: int
    n_used: int
    rule: str
    categories: Literal["declared", "observed"] = "declared"

    @property
    def n_dropped(self) -> int:
        """Asked and not used."""
        return self.n_asked - self.n_used


@dataclass(frozen=True, slots=True)
class Record:
    """One number of a result under a stable name: ``property/target/group/statistic``.

    `target` is a scale's id or an item's key (``id@version``), never a position; `group` is ``"all"`` or
    ``"site=a"``, ``"sector=hospital"``, ``"month=2025-09"``.
    """

    property: str
    target: str
    group: str
    statistic: str
    estimate: Estimate
    sample: Sample | None = None

    @builtins.property  # the field above has the name of the decorator
    def id(self) -> str:
        """The four parts joined by ``/``."""
        return "/".join((self.property, self.target, self.group, self.statistic))

"""Compare a case with what an adapter computes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tests.conformance.pack import Case, Path_, leaves
from tests.conformance.tolerances import tolerance

BETTER = 1e-8
"""Our objective must be better by more than this for "better optimum"."""

EARLY_STOP = 1e-2
"""Differences that an early stop explains; another optimum altogether has a reach of its own."""

Verdict = Literal["ok", "failure", "better optimum"]


class Actual(NamedTuple):
    """What propsych gives for the number at `path`.

    `objective` is ours and the peer's, both to be made large by the same function, for estimates that are
    found by search. `note` says, where peers disagree or one is wrong, who is right and why. `reach` is how
    far (measured like a tolerance) a search that stopped early can be from its optimum: a larger
    difference is a failure whatever the objectives are. Without a path, an entry is a note on the whole case.
    """

    path: Path_
    value: float | str | None
    objective: tuple[float, float] | None = None
    note: str = ""
    reach: float = EARLY_STOP


Adapter = Callable[[Case], Iterable[Actual]]


@dataclass(frozen=True)
class Comparison:
    """One number compared."""

    path: Path_
    expected: float | str
    actual: float | str
    tolerance: float
    verdict: Verdict
    objective: tuple[float, float] | None = None

    @property
    def is_number(self) -> bool:
        """Texts are compared too, but they are not counted among the numbers."""
        return not isinstance(self.expected, str)

    @property
    def differences(self) -> tuple[float, float]:
        """Absolute and relative difference; 0 where both are missing or infinite alike."""
        a, b = self.actual, self.expected
        if isinstance(a, str) or isinstance(b, str) or a == b or (math.isnan(a) and math.isnan(b)):
            return 0.0, 0.0
        gap = abs(a - b)
        return gap, gap / abs(b) if b else math.inf


@dataclass
class CaseReport:
    """What came of one case."""

    case: Case
    comparisons: list[Comparison] = field(default_factory=list)
    not_compared: list[Path_] = field(default_factory=list)
    error: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[Comparison]:
        """Numbers outside tolerance."""
        return [c for c in self.comparisons if c.verdict == "failure"]

    @property
    def failed(self) -> bool:
        """True if a number is outside tolerance or the adapter raised."""
        return bool(self.failures or self.error)


def compare(case: Case, adapter: Adapter) -> CaseReport:
    """Run the adapter and compare; every number of the case is compared or listed as not compared."""
    report = CaseReport(case)
    expected = dict(leaves(case.values))
    try:
        actual = {entry.path: entry for entry in adapter(case)}
    except Exception as problem:  # an adapter that cannot run is a failure of this case, not of the run
        actual = {}
        report.error = f"{type(problem).__name__}: {problem}"
    told = (entry.note for path, entry in actual.items() if path in expected or not path)
    report.notes = list(dict.fromkeys(note for note in told if note))
    for path, value in expected.items():
        if path in actual:
            report.comparisons.append(_compare_one(case, value, actual[path]))
        elif not isinstance(value, str):
            report.not_compared.append(path)
    return report


def _compare_one(case: Case, expected: float | str, actual: Actual) -> Comparison:
    limit = tolerance(case.kind, actual.path, case.id)
    value = math.nan if actual.value is None else actual.value
    verdict: Verdict = "ok" if _close(expected, value, limit) else "failure"
    if verdict == "failure" and actual.objective is not None:
        ours, theirs = actual.objective
        if ours > theirs + BETTER and _close(expected, value, actual.reach):
            verdict = "better optimum"
    return Comparison(actual.path, expected, value, limit, verdict, actual.objective)


def _close(expected: float | str, actual: float | str, limit: float) -> bool:
    if isinstance(expected, str) or isinstance(actual, str):
        return expected == actual
    if math.isnan(expected) or math.isnan(actual):
        return math.isnan(expected) and math.isnan(actual)
    if math.isinf(expected) or math.isinf(actual):
        return expected == actual
    return abs(actual - expected) <= limit * max(1.0, abs(expected))

"""Print what was compared, what was not, and what failed, equally plainly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.conformance.compare import CaseReport
from tests.conformance.pack import Case, Path_

COLUMNS = (
    ("cases", 7),
    ("numbers", 9),
    ("not compared", 14),
    ("max abs", 11),
    ("max rel", 11),
    ("failures", 10),
)
HEAD = f"{'kind':<20}" + "".join(f"{name:>{width}}" for name, width in COLUMNS)


def name_of(path: Path_) -> str:
    """Return a path as text."""
    return "/".join(str(part) for part in path)


def kind_lines(reports: Iterable[CaseReport]) -> list[str]:
    """Return a table with one line a kind."""
    by_kind: dict[str, list[CaseReport]] = {}
    for report in reports:
        by_kind.setdefault(report.case.kind, []).append(report)
    return [HEAD, *(_kind_line(kind, group) for kind, group in sorted(by_kind.items()))]


def _numbers(group: Iterable[CaseReport]) -> int:
    return sum(c.is_number for report in group for c in report.comparisons)


def _kind_line(kind: str, group: list[CaseReport]) -> str:
    gaps = [c.differences for report in group for c in report.comparisons if c.is_number]
    absolute, relative = (max((gap[i] for gap in gaps), default=0.0) for i in (0, 1))
    skipped = sum(len(report.not_compared) for report in group)
    failures = sum(len(report.failures) + bool(report.error) for report in group)
    entries = (len(group), _numbers(group), skipped, f"{absolute:.1e}", f"{relative:.1e}", failures)
    return f"{kind:<20}" + "".join(f"{e:>{width}}" for e, (_, width) in zip(entries, COLUMNS, strict=True))


def case_lines(report: CaseReport, verbose: bool) -> list[str]:
    """Return what must be read of a case: failures, better optima, and (verbose) what was not compared."""
    place = report.case.id + ("" if report.case.gate else " (not gated)")
    lines = [f"  error in {place}: {report.error}"] if report.error else []
    lines += [f"  note on {place}: {note}" for note in report.notes]
    for c in report.comparisons:
        if c.verdict == "failure":
            lines.append(
                f"  failure in {place}: {name_of(c.path)}: expected {c.expected!r}, got {c.actual!r}"
            )
        elif c.verdict == "better optimum" and c.objective is not None:
            ours, theirs = c.objective
            both = f"objective {ours!r}, the peer's {theirs!r}"
            lines.append(f"  better optimum in {place}: {name_of(c.path)}: {both}")
    if verbose:
        lines += [f"  not compared in {report.case.id}: {name_of(path)}" for path in report.not_compared]
    return lines


def last_line(reports: list[CaseReport], n_kinds_without: int) -> str:
    """Return the line that other programs read."""
    failures = sum(len(report.failures) + bool(report.error) for report in reports)
    return (
        f"compared {_numbers(reports)} numbers in {len(reports)} cases: {failures} outside tolerance,"
        f" {n_kinds_without} kinds without an adapter"
    )


def as_dict(reports: list[CaseReport], without: dict[str, list[Case]]) -> dict[str, Any]:
    """Return the whole run as plain data."""
    return {
        "summary": last_line(reports, len(without)),
        "cases": [
            {
                "id": report.case.id,
                "kind": report.case.kind,
                "gate": report.case.gate,
                "compared": _numbers([report]),
                "not_compared": [name_of(path) for path in report.not_compared],
                "error": report.error or None,
                "failures": [
                    {"path": name_of(c.path), "expected": str(c.expected), "actual": str(c.actual)}
                    for c in report.failures
                ],
                "better_optimum": [
                    {"path": name_of(c.path), "objective": c.objective}
                    for c in report.comparisons
                    if c.verdict == "better optimum"
                ],
            }
            for report in reports
        ],
        "without_adapter": {kind: [case.id for case in cases] for kind, cases in sorted(without.items())},
    }

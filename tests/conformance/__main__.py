"""``python -m tests.conformance --pack DIR [--kind K] [--json OUT] [--verbose]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.adapters import ADAPTERS
from tests.conformance.compare import compare
from tests.conformance.pack import Case, leaves, read_pack
from tests.conformance.report import as_dict, case_lines, kind_lines, last_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare a pack; return 1 if a gated case has a number outside tolerance, 2 if there is no pack."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument(
        "--pack", type=Path, required=True, metavar="DIR", help="folder with data/ and cases/"
    )
    parser.add_argument("--kind", action="append", metavar="K", help="only this kind (may be repeated)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write everything to a file")
    parser.add_argument("--verbose", action="store_true", help="list every number that no adapter compares")
    options = parser.parse_args(arguments)
    try:
        cases = read_pack(options.pack)
    except (OSError, ValueError, KeyError) as problem:
        sys.stderr.write(f"no pack: {problem}\n")
        return 2
    chosen = [case for case in cases if not options.kind or case.kind in options.kind]
    if not chosen:
        sys.stderr.write("no case of this kind\n")
        return 2
    reports = [compare(case, ADAPTERS[case.kind]) for case in chosen if case.kind in ADAPTERS]
    without: dict[str, list[Case]] = {}
    for case in chosen:
        if case.kind not in ADAPTERS:
            without.setdefault(case.kind, []).append(case)
    lines = kind_lines(reports)
    for report in reports:
        lines += case_lines(report, options.verbose)
    for kind, group in sorted(without.items()):
        n = sum(not isinstance(value, str) for case in group for _, value in leaves(case.values))
        lines.append(f"no adapter for {kind}: {len(group)} cases, {n} numbers not compared")
    lines.append(last_line(reports, len(without)))
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json is not None:
        options.json.write_text(json.dumps(as_dict(reports, without), indent=1), encoding="utf-8")
    return int(any(report.failed and report.case.gate for report in reports))


if __name__ == "__main__":
    sys.exit(main())

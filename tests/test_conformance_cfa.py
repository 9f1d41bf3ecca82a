"""What the runner says of confirmatory models, in the own pack and in a shared one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.__main__ import main

HERE = Path(__file__).parent
OWN = HERE / "conformance" / "pack"
SHARED = HERE.parent.parent / "shared" / "reference"
KINDS = [part for kind in ("cfa", "scores", "htmt") for part in ("--kind", kind)]


def report(pack: Path, tmp_path: Path) -> dict[str, set[str]]:
    """Run the pack without a failure; return what is not compared, by case."""
    out = tmp_path / "out.json"
    assert main(["--pack", str(pack), "--json", str(out), *KINDS]) == 0
    cases = json.loads(out.read_text())["cases"]
    return {case["id"]: set(case["not_compared"]) for case in cases}


def test_every_number_of_the_own_pack_is_compared(tmp_path: Path) -> None:
    left = report(OWN, tmp_path)
    assert len(left) >= 17
    # lavaan's own robust baseline of several groups: the runner's note says why
    robust = left.pop("cfa.ordered_wards")
    assert robust == {f"fit/{name}.robust" for name in ("cfi", "nnfi", "rni", "tli")}
    assert not any(left.values())


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared reference pack beside the repository")
def test_of_the_shared_pack_only_naive_errors_of_least_squares_and_ordered_items_are_not(
    tmp_path: Path,
) -> None:
    left = {case: names for case, names in report(SHARED, tmp_path).items() if "wlsmv" not in case}
    uls = {name.split("/")[1] for name in left.pop("cfa.hs_uls", set())}
    assert uls <= {"se", "z", "pvalue", "ci.lower", "ci.upper"}
    assert not any(left.values())

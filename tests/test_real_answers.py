"""Real answers go the whole way: 766 people and 29 anxiety items, 2,800 people and 25 personality items.

The data come from GPL packages and are not copied here; they lie beside the project where it is developed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from propsych.study import PilotStudy

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "reference" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the reference data do not lie beside the project")


@pytest.mark.parametrize(("name", "persons", "items"), [("anxiety", 766, 29), ("bfi", 2800, 25)])
def test_check_and_report(tmp_path: Path, name: str, persons: int, items: int) -> None:
    pilot = str(HERE / "real_answers" / name / "pilot.toml")
    run = [sys.executable, "-W", "error", "-m", "propsych"]
    checked = subprocess.run([*run, "check", pilot], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    report = tmp_path / "rapport.html"
    written = subprocess.run(
        [*run, "report", pilot, "-o", str(report)], capture_output=True, text=True, check=False
    )
    assert written.returncode == 0, written.stderr
    text = report.read_text(encoding="utf-8")
    assert f"{persons:,}".replace(",", ".") in text
    results = PilotStudy.load(pilot).analyse()
    assert results.value("participation", "persons", "n") == persons
    assert sum(r.statistic == "n_answered" and r.group == "all" for r in results.records.values()) == items


def test_reversed_items_of_bfi_follow_their_scales() -> None:
    results = PilotStudy.load(HERE / "real_answers" / "bfi" / "pilot.toml").analyse()
    for item in results.questionnaire.items:
        assert results.value("items", item.key, "item_rest") > 0.2, item.key
    # R: psych::alpha(x) on the 2,709 complete rows of A1-A5, A1 as 7 - A1
    alpha = results.get("internal_consistency", "A", "alpha")
    assert alpha.estimate.value == pytest.approx(0.703755894374836, rel=1e-12)


def test_the_example_of_factor_structure_runs_from_file_to_invariance() -> None:
    script = HERE.parent / "examples" / "bfi" / "factor_structure.py"
    run = [sys.executable, "-W", "error", str(script), str(DATA / "bfi.csv")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for heading in ("HOW MANY FACTORS", "WHICH ITEMS GO TOGETHER", "DOES THE INTENDED MODEL HOLD"):
        assert heading in done.stdout
    assert "Groups: men 889, women 1805 persons." in done.stdout

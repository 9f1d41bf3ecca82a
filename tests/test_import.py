"""Importing propsych loads nothing heavy; each part loads when it is first used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "scipy",
    "matplotlib",
    "statsmodels",
    "pingouin",
    "factor_analyzer",
    "sklearn",
    "jinja2",
    "babel",
    "rich",
)


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_import_alone_loads_nothing_heavy() -> None:
    assert loaded_after("import propsych").isdisjoint((*HEAVY, "pandas", "pydantic", "typer"))


def test_reading_answers_needs_no_statistics_and_no_pictures() -> None:
    assert loaded_after("import propsych as pp; pp.Questionnaire, pp.read_responses").isdisjoint(HEAVY)


def test_every_public_name_exists_and_an_unknown_one_does_not() -> None:
    import propsych

    for name in propsych.__all__:
        assert getattr(propsych, name) is not None
    assert set(propsych.__all__) <= set(dir(propsych))
    with pytest.raises(AttributeError, match="no_such_name"):
        propsych.no_such_name  # noqa: B018

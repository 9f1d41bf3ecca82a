"""Every page that a text of the project names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_links_between_pages_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_pages_named_in_docstrings_exist() -> None:
    for file in (ROOT / "src").rglob("*.py"):
        for name in re.findall(r"docs/([a-z-]+\.md)", file.read_text(encoding="utf-8")):
            assert (ROOT / "docs" / name).exists(), (file.name, name)

"""A small questionnaire with branching, versions and free text, and ways to write answer files for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from propsych.questionnaire import MissingKind, Questionnaire, from_dict

LINK = "1.2.208.176.1.5.1,220,Sundhedsdatastyrelsen"
CPR = "010203-1234"
SHADES = [
    ("Slet ikke", "Not at all"),
    ("Lidt", "A little"),
    ("Meget", "A lot"),
    ("Særdeles meget", "Extremely"),
]

BLANK, HIDDEN, UNKNOWN, OTHER, INVALID, NO_IDEA, NOT_RELEVANT = (
    MissingKind.SKIPPED,
    MissingKind.NOT_ASKED,
    MissingKind.UNKNOWN_IF_ASKED,
    MissingKind.OTHER_VERSION,
    MissingKind.INVALID,
    MissingKind.DONT_KNOW,
    MissingKind.NOT_RELEVANT,
)


def item(name: str, **more: Any) -> dict[str, Any]:
    """Declare an item with codes 0-3."""
    labels = [{"code": k, "label": {"da": da, "en": en}} for k, (da, en) in enumerate(SHADES)]
    return {"id": name, "text": {"da": f"Spørgsmål {name}"}, "categories": labels} | more


def yes_no(name: str, **more: Any) -> dict[str, Any]:
    """Declare an item with codes 0 (no) and 1 (yes)."""
    labels = [
        {"code": 0, "label": {"da": "Nej", "en": "No"}},
        {"code": 1, "label": {"da": "Ja", "en": "Yes"}},
    ]
    return {"id": name, "text": {"da": f"Spørgsmål {name}"}, "categories": labels} | more


def questionnaire(*items: Mapping[str, Any]) -> Questionnaire:
    """Declare a questionnaire of some items."""
    return from_dict(
        {
            "id": "demo",
            "version": "1",
            "title": {"da": "Demo"},
            "languages": ["da"],
            "missing": {
                "skipped": ["99"],
                "not_asked": ["97"],
                "dont_know": ["98", "Ved ikke"],
                "not_relevant": ["96"],
            },
            "items": list(items),
        }
    )


def standard() -> Questionnaire:
    """Return one with a branching chain (smoke -> often -> stop) and free text."""
    return questionnaire(
        item("a", link_id=LINK),
        yes_no("smoke"),
        item("often", asked_if={"item": "smoke", "codes": [1]}),
        yes_no("stop", asked_if={"item": "often", "codes": [2, 3]}),
        {"id": "words", "text": {"da": "Andet?"}, "type": "text"},
    )


HEADER = ("person", "site", "date", "age", "a", "smoke", "often", "stop", "words")
GOOD = ("p1", "Aarhus", "2025-09-30", "44", "3", "1", "2", "0", "intet")


def row(person: str = "p1", **cells: str) -> tuple[str, ...]:
    """Return a good row with some cells changed."""
    return tuple({**dict(zip(HEADER, GOOD, strict=True)), "person": person, **cells}.values())


def write(
    folder: Path,
    rows: Sequence[Sequence[str]],
    header: Sequence[str] = HEADER,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    """Write a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    path = folder / "svar.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path

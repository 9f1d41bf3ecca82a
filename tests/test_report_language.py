"""The catalogues: complete in both languages, with the same fields, read at run time."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import propsych.report
from propsych.data import PROBLEM_KINDS
from propsych.data.problem import PROBLEM_DETAILS
from propsych.errors import StudyError
from propsych.report.i18n import Language, languages
from propsych.report.pages.attention import KNOWN_SOURCES

ROOM = Path(propsych.report.__file__).parent
SINGLE, PLURAL = {"gettext", "tr", "N_"}, {"ngettext", "many"}
MessageId = str | tuple[str, str]


def used() -> set[MessageId]:
    """Return every message id that report and command line ask for, and the problems' texts."""
    found: set[MessageId] = set()
    for file in (*ROOM.rglob("*.py"), *(ROOM.parent / "cli").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found.update(_asked(node))
    for kind in PROBLEM_KINDS.values():
        found |= {kind.what, kind.remedy}
    return found | set(PROBLEM_DETAILS)


def _asked(call: ast.Call) -> Iterator[MessageId]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    words = [
        arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    ]
    if name in SINGLE and words:
        yield words[0]
    if name in PLURAL and len(words) == 2:
        yield words[0], words[1]


def catalogue(language: str) -> Catalog:
    with (ROOM / "locale" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_message_is_there_and_none_too_many(language: str) -> None:
    there = {message.id for message in catalogue(language) if message.id}
    assert used() - there == set()
    assert there - used() == set()


@pytest.mark.parametrize("language", ["da", "en"])
def test_translations_are_whole_and_keep_their_fields(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert len(strings) == len(ids)
        for text in strings:
            assert text, message.id
            assert fields(text) == fields(ids[-1]), message.id


def test_english_is_what_the_code_says_but_for_what_comes_from_elsewhere() -> None:
    problems = {text for kind in PROBLEM_KINDS.values() for text in (kind.what, kind.remedy)}
    for message in catalogue("en"):
        if message.id and message.id not in problems and message.id not in KNOWN_SOURCES:
            assert message.string == message.id


def test_there_are_two_languages_and_a_third_is_refused_clearly() -> None:
    assert languages() == ("da", "en")
    with pytest.raises(StudyError, match="no report in language 'de'"):
        Language("de")


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-0.256, 2, "−0,26", "−0.26"),
        (-0.001, 2, "0,00", "0.00"),
        (7, 0, "7", "7"),
    ],
)
def test_numbers(value: float, decimals: int, danish: str, english: str) -> None:
    assert Language("da").number(value, decimals) == danish
    assert Language("en").number(value, decimals) == english


@pytest.mark.parametrize(
    ("share", "danish"),
    [
        (0.11, "11\u00a0%"),
        (0.0, "0\u00a0%"),
        (1.0, "100\u00a0%"),
        (0.002, "under 1\u00a0%"),
        (0.998, "over 99\u00a0%"),
    ],
)
def test_shares_are_never_rounded_to_none_or_all(share: float, danish: str) -> None:
    assert Language("da").percent(share) == danish


def test_dates_and_lists() -> None:
    danish = Language("da")
    assert danish.date("2025-09-01") == "1. september 2025"
    assert danish.month("2025-09") == "september 2025"
    assert danish.join(["a", "b", "c"]) == "a, b og c"
    assert danish.quote("Hver nat") == "»Hver nat«"


def test_a_text_from_a_file_is_never_taken_for_a_pattern() -> None:
    assert Language("da").lookup("100 {per cent}") == "100 {per cent}"

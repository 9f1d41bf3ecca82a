"""What a cell could mean twice, and what lacks words in a declared language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from propsych.questionnaire.model import Category, Item, Questionnaire, Text

__all__ = ["ambiguous_codes", "lacking_texts"]

Contradiction = tuple[str, str, str]
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(?:[.,]0+)?")


def ambiguous_codes(q: Questionnaire) -> Iterator[Contradiction]:
    """Yield codes and labels of an item that mean two things; of a shared response set once."""
    found = [clash for i, item in enumerate(q.items) for clash in _of_item(q, i, item)]
    yield from dict.fromkeys(found)


def _of_item(q: Questionnaire, i: int, item: Item) -> Iterator[Contradiction]:
    own = f"items[{i}] ({item.key})"
    shared = _place_of_set(q, item)
    codes = {str(code) for code in item.codes}
    labels = {_plain(text) for category in item.categories for _, text in category.label}
    numbers: dict[str, str] = {}
    for code, kind in q.missing_codes(item).items():
        here = own if any(code in values for values in item.missing.values()) else shared or own
        number = _number(code)
        if number in codes:
            what = f"code {number} is a category and also missing.{kind.label}"
            yield here, what + (f" ({code!r} is read as the same number)" if code != number else ""), _CHANGE
        elif _plain(code) in labels:
            yield here, f"{code!r} is the label of a category and also missing.{kind.label}", _RENAME
        if numbers.setdefault(number, kind.label) != kind.label:
            what = f"code {code!r} is read as the same number as one of missing.{numbers[number]}"
            yield f"{own}.missing", f"{what}, and declared as {kind.label}", _CHANGE
    for language, label in _same_labels(item.categories):
        what = f"two categories have the label {label!r} in language {language!r}"
        yield shared or own, what, "give each category its own label"


_CHANGE = "change one of the two codes"
_RENAME = "take it out of missing, or give the category another label"


def _place_of_set(q: Questionnaire, item: Item) -> str:
    for k, entry in enumerate(q.response_sets):
        if entry.id == item.response_set:
            return f"response_sets[{k}] ({entry.id})"
    return ""


def _same_labels(categories: Sequence[Category]) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    for category in categories:
        for language, text in category.label:
            entry = (language, _plain(text))
            if entry in seen:
                yield entry
            seen.add(entry)


def _plain(text: str) -> str:
    """Return a text as cells are compared with it."""
    return unicodedata.normalize("NFC", text).strip()


def _number(code: str) -> str:
    """Return a whole number as the reader of a file takes it (``0,0`` is 0), other codes as they are."""
    text = _plain(code)
    return str(int(re.split("[.,]", text)[0])) if _WHOLE.fullmatch(text) else text


def lacking_texts(q: Questionnaire) -> Iterator[Contradiction]:
    """Yield every text that is not there in a declared language."""
    for place, text in _texts(q):
        for language in dict.fromkeys(q.languages):
            if language not in text.languages:
                yield place, f"has no text in language {language!r}", "add it, or drop it from languages"


def _texts(q: Questionnaire) -> Iterator[tuple[str, Text]]:
    yield "title", q.title
    for i, topic in enumerate(q.topics):
        yield f"topics[{i}] ({topic.id}).name", topic.name
    for i, entry in enumerate(q.response_sets):
        yield from _labels(f"response_sets[{i}] ({entry.id})", entry.categories)
    for i, item in enumerate(q.items):
        here = f"items[{i}] ({item.key})"
        yield f"{here}.text", item.text
        if item.short is not None:
            yield f"{here}.short", item.short
        if item.response_set is None:
            yield from _labels(here, item.categories)
    for i, scale in enumerate(q.scales):
        yield f"scales[{i}] ({scale.id}).name", scale.name


def _labels(here: str, categories: Sequence[Any]) -> Iterator[tuple[str, Text]]:
    for k, category in enumerate(categories):
        yield f"{here}.categories[{k}].label", category.label

"""Frozen Item, Scale and Questionnaire: everything that is declared, and nothing inferred from answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StrictInt, model_validator

from propsych.questionnaire.frozen_dict import FrozenDict
from propsych.questionnaire.missing import MissingKind
from propsych.questionnaire.rule import ColourRule, Frozen, ScoreRule

__all__ = ["Category", "Condition", "Item", "Questionnaire", "ResponseSet", "Scale", "Text", "Topic"]

Direction = Literal["higher_is_better", "higher_is_worse"]


class Text(tuple[tuple[str, str], ...]):
    """A text in one or more languages: immutable, hashable, read like a mapping.

    Examples
    --------
    >>> Text({"da": "Søvn", "en": "Sleep"})["en"]
    'Sleep'
    >>> Text({"da": "Søvn"}).get("en")
    'Søvn'
    """

    __slots__ = ()

    def __new__(cls, entries: dict[str, str] | tuple[tuple[str, str], ...]) -> Text:
        """Make a text from a mapping of language to text."""
        return super().__new__(cls, tuple(entries.items() if isinstance(entries, dict) else entries))

    def __getitem__(self, language: Any) -> Any:
        if isinstance(language, str):
            return dict(self)[language]
        return super().__getitem__(language)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in the order declared."""
        return tuple(language for language, _ in self)

    def get(self, language: str) -> str:  # what a reader is shown when the language is lacking: the first one
        """Return the text in `language`, or in the first declared language when it has none."""
        entries = dict(self)
        return entries.get(language) or next(iter(entries.values()))

    def to_dict(self) -> dict[str, str]:
        """Return a plain dictionary."""
        return dict(self)


def _read_text(value: object) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        raise ValueError('a text names its language: { da = "..." }')
    if not isinstance(value, dict) or not value:
        raise ValueError('a text is a table with one entry a language: { da = "..." }')
    for language, text in value.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"the text in language {language!r} is empty")
    return Text({str(language): text for language, text in value.items()})


TextField = Annotated[
    Any, BeforeValidator(_read_text), PlainSerializer(lambda t: t.to_dict(), return_type=dict)
]
DeclarableKind = Literal["skipped", "not_asked", "not_relevant", "dont_know", "prefer_not"]


def _one_meaning_a_code(
    codes: dict[DeclarableKind, tuple[str, ...]],
) -> FrozenDict[DeclarableKind, tuple[str, ...]]:
    """Refuse a code of two kinds, and the blank one: what a blank means follows from branching."""
    meanings: dict[str, str] = {}
    for kind, values in codes.items():
        for value in values:
            if not value.strip():
                raise ValueError(f"a blank cell needs no code; take {value!r} out of {kind}")
            if meanings.setdefault(value.strip(), kind) != kind:
                raise ValueError(f"code {value} is declared as {meanings[value.strip()]} and as {kind}")
    return FrozenDict(codes)


MissingCodes = Annotated[dict[DeclarableKind, tuple[str, ...]], AfterValidator(_one_meaning_a_code)]
Identifier = Annotated[str, Field(pattern=r"^[^\W\d_][\w.\-]*$", max_length=64)]


class Category(Frozen):
    """One response category: the code in the file, which is also its score, and the label that people saw."""

    code: StrictInt
    label: TextField


class ResponseSet(Frozen):
    """Categories that several items share, in the order in which they stand in the questionnaire."""

    id: Identifier
    categories: tuple[Category, ...]

    @model_validator(mode="after")
    def _categories_are_ordered(self) -> ResponseSet:
        _require_order(self.categories)
        return self


def _require_order(categories: tuple[Category, ...]) -> None:
    """Refuse categories that are too few, or whose codes do not rise or fall throughout."""
    if len(categories) < 2:
        raise ValueError("a choice item declares at least two categories (or names a response_set)")
    codes = [category.code for category in categories]
    steps = [b - a for a, b in pairwise(codes)]
    if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
        raise ValueError(f"categories are ordered: their codes rise or fall throughout; got {codes}")


class Topic(Frozen):
    """A topic area (spørgeområde)."""

    id: Identifier
    name: TextField


class Condition(Frozen):
    """Branching: the item is asked only if `item` was answered with one of `codes`."""

    item: Identifier
    codes: tuple[StrictInt, ...] = Field(min_length=1)


class Item(Frozen):
    """One version of one question with its response categories.

    Two versions of a question are two items with the same `id`; `key` tells them apart. They are
    different columns unless `equivalent_to` names the other version.
    """

    id: Identifier
    version: str = Field(default="1", pattern=r"^[\w.\-]+$")
    link_id: str | None = None
    text: TextField
    short: TextField | None = None
    topic: str | None = None
    type: Literal["choice", "text"] = "choice"
    response_set: str | None = None
    categories: tuple[Category, ...] = ()
    direction: Direction | None = None
    reverse: bool = False
    missing: MissingCodes = Field(default_factory=FrozenDict)
    asked_if: Condition | None = None
    colours: ColourRule | None = None
    in_use_from: dt.date | None = None
    in_use_to: dt.date | None = None
    equivalent_to: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``id@version``: the name of the column everywhere in propsych."""
        return f"{self.id}@{self.version}"

    @property
    def codes(self) -> tuple[int, ...]:
        """Codes in questionnaire order."""
        return tuple(category.code for category in self.categories)

    @property
    def scores(self) -> tuple[int, ...]:
        """Item score of each category in questionnaire order; reversed if `reverse` says so."""
        if not self.reverse:
            return self.codes
        return tuple(min(self.codes) + max(self.codes) - code for code in self.codes)

    @model_validator(mode="after")
    def _categories_are_ordered(self) -> Item:
        if self.type == "text":
            if self.categories or self.colours or self.reverse:
                raise ValueError("a text item has no categories, colours or reversal")
            return self
        _require_order(self.categories)
        return self

    @model_validator(mode="after")
    def _codes_mean_one_thing(self) -> Item:
        declared = {str(code) for code in self.codes}
        for kind, codes in self.missing.items():
            clash = declared.intersection(codes)
            if clash:
                raise ValueError(f"code {sorted(clash)[0]} is a category and also missing.{kind}")
        if self.colours is not None:
            coloured = {*self.colours.green, *self.colours.yellow, *self.colours.red}
            if coloured != set(self.codes):
                wrong = sorted(coloured.symmetric_difference(self.codes))
                raise ValueError(f"colours must name every declared code and no other; see code {wrong[0]}")
        if self.in_use_from and self.in_use_to and self.in_use_from > self.in_use_to:
            raise ValueError("in_use_from lies after in_use_to")
        return self


class Scale(Frozen):
    """Items that are scored together.

    Reflective scales have items that mirror one thing, so internal consistency applies to them;
    formative ones are an index, and it does not.
    """

    id: Identifier
    name: TextField
    items: tuple[Identifier, ...] = Field(min_length=1)
    model: Literal["reflective", "formative"]
    direction: Direction
    type: Literal["generic", "domain_specific", "diagnosis_specific"]
    rule: ScoreRule
    embedded: bool = False
    instrument: str | None = None


class Questionnaire(Frozen):
    """A composite questionnaire: embedded instruments, new scales and single items.

    Read one with :meth:`load`; every cross-reference has been checked.
    """

    format: Literal[1] = 1
    id: Identifier
    version: str
    title: TextField
    languages: tuple[str, ...] = Field(min_length=1)
    topics: tuple[Topic, ...] = ()
    missing: MissingCodes = Field(default_factory=FrozenDict)
    response_sets: tuple[ResponseSet, ...] = ()
    items: tuple[Item, ...] = Field(min_length=1)
    scales: tuple[Scale, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill_in_response_sets(cls, data: Any) -> Any:
        """Give each item that names a response set its categories."""
        if not isinstance(data, dict):
            return data
        declared, entries = data.get("response_sets", ()), data.get("items")
        if not isinstance(declared, list | tuple) or not isinstance(entries, list | tuple):
            return data  # of the wrong type, or not there: the fields say so
        sets = {
            entry["id"]: entry.get("categories", ())
            for entry in declared
            if isinstance(entry, dict) and isinstance(entry.get("id"), str)
        }
        items = []
        for item in entries:
            name = item.get("response_set") if isinstance(item, dict) else None
            if isinstance(name, str) and name in sets and "categories" not in item:
                item = {**item, "categories": sets[name]}
            items.append(item)
        return {**data, "items": items}

    def __iter__(self) -> Iterator[Item]:  # type: ignore[override]
        return iter(self.items)

    @cached_property
    def _by_key(self) -> dict[str, Item]:
        return {item.key: item for item in self.items}

    def item(self, name: str) -> Item:
        """Return the item named by key (``id@version``), or by id: then its latest declared version.

        Raises
        ------
        KeyError
            If there is no such item.
        """
        if name in self._by_key:
            return self._by_key[name]
        versions = self.versions(name)
        if not versions:
            raise KeyError(f"questionnaire {self.id!r} has no item {name!r}")
        return versions[-1]

    def versions(self, item_id: str) -> tuple[Item, ...]:
        """Return every version of an item, in the order declared (oldest first)."""
        return tuple(item for item in self.items if item.id == item_id)

    def scale(self, scale_id: str) -> Scale:
        """Return a scale.

        Raises
        ------
        KeyError
            If there is no such scale.
        """
        for scale in self.scales:
            if scale.id == scale_id:
                return scale
        raise KeyError(f"questionnaire {self.id!r} has no scale {scale_id!r}")

    def scale_of(self, item_id: str) -> Scale | None:
        """Return the first scale that holds an item, or None for a single item."""
        return next((scale for scale in self.scales if item_id in scale.items), None)

    def missing_codes(self, item: Item) -> dict[str, MissingKind]:
        """Return code -> kind of missing for one item; the item's own codes go before the questionnaire's."""
        codes: dict[str, MissingKind] = {}
        for declared in (self.missing, item.missing):
            for kind, values in declared.items():
                codes.update(dict.fromkeys(values, MissingKind[kind.upper()]))
        return codes

    @classmethod
    def load(cls, path: Any) -> Questionnaire:
        """Read a questionnaire file (TOML).

        Parameters
        ----------
        path : str or os.PathLike
            The file.

        Returns
        -------
        Questionnaire

        Raises
        ------
        propsych.errors.QuestionnaireError
            If the file cannot be read or contradicts itself; the message lists every problem with file,
            key and remedy.
        """
        from propsych.questionnaire.toml_file import load

        return load(path)

    def dump(self, path: Any) -> None:
        """Write the questionnaire as TOML; :meth:`load` gives an equal object back. Comments are not kept."""
        from propsych.questionnaire.toml_file import dump

        dump(self, path)

"""Cross-references within a questionnaire: what one declaration says of another."""

from __future__ import annotations

from collections.abc import Iterator

from propsych.questionnaire.codes_and_texts import ambiguous_codes, lacking_texts
from propsych.questionnaire.model import Item, Questionnaire

__all__ = ["contradictions"]

Contradiction = tuple[str, str, str]
"""Key, what is wrong, remedy."""


def contradictions(q: Questionnaire) -> list[Contradiction]:
    """Return every contradiction between the parts of a questionnaire."""
    return [
        *_blanks(q),
        *_duplicates(q),
        *_item_references(q),
        *ambiguous_codes(q),
        *_branching(q),
        *_scales(q),
        *lacking_texts(q),
    ]


def _blanks(q: Questionnaire) -> Iterator[Contradiction]:
    if not q.version.strip():
        yield "version", "the version is blank", 'write version = "1.0"'
    for i, item in enumerate(q.items):
        if item.link_id is not None and not item.link_id.strip():
            yield f"items[{i}] ({item.key}).link_id", "the link_id is blank", "write it, or drop the key"
    for k, language in enumerate(q.languages):
        if not language.strip():
            yield f"languages[{k}]", "the language is blank", 'write languages = ["da"]'


def _duplicates(q: Questionnaire) -> Iterator[Contradiction]:
    for language in sorted({name for name in q.languages if q.languages.count(name) > 1}):
        yield "languages", f"{language!r} stands twice", "name each language once"
    groups: dict[str, list[str]] = {
        "items": [item.key for item in q.items],
        "items.link_id": [item.link_id for item in q.items if item.link_id and item.link_id.strip()],
        "scales": [scale.id for scale in q.scales],
        "topics": [topic.id for topic in q.topics],
        "response_sets": [entry.id for entry in q.response_sets],
    }
    for place, names in groups.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield place, f"{name!r} is declared more than once", "give each its own id, version or link_id"
    ids = {item.id for item in q.items}
    link_ids = {item.link_id for item in q.items if item.link_id}
    for name in sorted(link_ids & (ids | {item.key for item in q.items})):
        if q.item(name).link_id != name:
            yield (
                "items.link_id",
                f"{name!r} is the link_id of one item and the id of another",
                "rename one of them",
            )


def _item_references(q: Questionnaire) -> Iterator[Contradiction]:
    topics = {topic.id for topic in q.topics}
    sets = {entry.id: entry.categories for entry in q.response_sets}
    for i, item in enumerate(q.items):
        here = f"items[{i}] ({item.key})"
        if item.topic is not None and item.topic not in topics:
            yield f"{here}.topic", f"unknown topic {item.topic!r}", "declare it under [[topics]]"
        if item.response_set is not None and item.response_set not in sets:
            yield (
                f"{here}.response_set",
                f"unknown response set {item.response_set!r}",
                "declare it under [[response_sets]]",
            )
        elif item.response_set is not None and item.categories != sets[item.response_set]:
            yield here, "both response_set and other categories are given", "keep one of them"
        others = {other.version for other in q.versions(item.id) if other is not item}
        for version in item.equivalent_to:
            if version not in others:
                yield (
                    f"{here}.equivalent_to",
                    f"there is no version {version!r} of this item",
                    "name a declared version",
                )
            elif q.item(f"{item.id}@{version}").codes != item.codes:
                yield (
                    f"{here}.equivalent_to",
                    f"version {version!r} has other codes",
                    "versions with other categories are not equivalent",
                )


def _branching(q: Questionnaire) -> Iterator[Contradiction]:
    seen: dict[str, Item] = {}
    for i, item in enumerate(q.items):
        here = f"items[{i}] ({item.key}).asked_if"
        if item.asked_if is not None:
            if len(set(item.asked_if.codes)) < len(item.asked_if.codes):
                yield f"{here}.codes", "a code stands twice", "name each code once"
            parent = seen.get(item.asked_if.item)
            if parent is None or parent.id == item.id:
                yield (
                    here,
                    f"the item depends on {item.asked_if.item!r}, which does not stand before it",
                    "name an earlier item",
                )
            elif not set(item.asked_if.codes) <= set(parent.codes):
                wrong = sorted(set(item.asked_if.codes) - set(parent.codes))[0]
                yield here, f"code {wrong} is not a category of {parent.id!r}", "name declared codes"
        seen[item.id] = item


def _scales(q: Questionnaire) -> Iterator[Contradiction]:
    for i, scale in enumerate(q.scales):
        here = f"scales[{i}] ({scale.id}).items"
        for name in scale.items:
            versions = q.versions(name)
            if not versions:
                yield here, f"unknown item {name!r}", "declare it under [[items]]"
            elif versions[-1].type == "text":
                yield here, f"{name!r} is free text and cannot be scored", "take it out of the scale"
        if len(set(scale.items)) < len(scale.items):
            yield here, "an item stands twice", "name each item once"
        required = scale.rule.missing.required(len(scale.items))
        if required > len(scale.items):
            yield (
                f"scales[{i}] ({scale.id}).rule.missing.count",
                f"asks for {required} of {len(scale.items)} items",
                "lower the count",
            )
        scored = [q.item(name) for name in scale.items if q.versions(name) and q.item(name).codes]
        ranges = {(min(item.codes), max(item.codes)) for item in scored}
        if (scale.rule.kind != "sum" or scale.rule.prorate) and len(ranges) > 1:
            what = "a mean" if scale.rule.kind != "sum" else "a prorated sum"
            yield (
                f"scales[{i}] ({scale.id}).rule",
                f"{what} needs items with the same range",
                'use kind = "sum" with every item answered, or equal categories',
            )

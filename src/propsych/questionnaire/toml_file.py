"""Reading and writing the questionnaire file, with errors that name file, key and remedy."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from propsych.errors import QuestionnaireError, message, read_toml, validation_lines
from propsych.questionnaire.consistency import contradictions
from propsych.questionnaire.model import Questionnaire

Place = tuple[int | str, ...]

__all__ = ["dump", "dumps", "from_dict", "load", "to_dict"]


def from_dict(data: dict[str, Any], file: str = "questionnaire") -> Questionnaire:
    """Make a questionnaire from plain data; raise `QuestionnaireError` listing every problem."""
    try:
        questionnaire = Questionnaire.model_validate(data)
    except ValidationError as problem:
        follows = _from_response_sets(data, [entry["loc"] for entry in problem.errors(include_url=False)])
        raise QuestionnaireError("\n".join(validation_lines(problem, file, data, follows))) from None
    lines = [
        message(what, where=f"{file}: {key}", remedy=remedy)
        for key, what, remedy in contradictions(questionnaire)
    ]
    if lines:
        raise QuestionnaireError("\n".join(lines))
    return questionnaire


def _from_response_sets(data: Any, places: Sequence[Place]) -> Callable[[Place], bool]:
    """Return what tells whether a problem of an item is only that of the response set that it names."""
    numbers = {place[1] for place in places if place[:1] == ("response_sets",) and len(place) > 1}
    sets = [data["response_sets"][k] for k in numbers]
    wrong = [entry["id"] for entry in sets if isinstance(entry, dict) and isinstance(entry.get("id"), str)]

    def follows(place: Place) -> bool:
        if place == ("items",):  # pydantic calls a list too short when every entry of it is wrong
            return isinstance(data.get("items"), list | tuple) and len(data["items"]) > 0
        if place[:1] != ("items",) or len(place) < 2 or place[2:3] not in ((), ("categories",)):
            return False
        item = data["items"][place[1]]
        return isinstance(item, dict) and "categories" not in item and item.get("response_set") in wrong

    return follows


def to_dict(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return plain data that :func:`from_dict` turns into an equal questionnaire."""
    data = questionnaire.model_dump(mode="python", exclude_defaults=True)
    data = {"format": questionnaire.format, **data}
    for item in data["items"]:
        if "response_set" in item:
            del item["categories"]
    return _plain(data)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value


def load(path: str | os.PathLike[str]) -> Questionnaire:
    """Read a questionnaire file; see :meth:`Questionnaire.load`."""
    return from_dict(read_toml(path, QuestionnaireError), Path(path).name)


def dumps(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as TOML text."""
    return tomli_w.dumps(to_dict(questionnaire), multiline_strings=False)


def dump(questionnaire: Questionnaire, path: str | os.PathLike[str]) -> None:
    """Write a questionnaire file; see :meth:`Questionnaire.dump`."""
    file = Path(path)
    try:
        file.write_text(dumps(questionnaire), encoding="utf-8", newline="\n")
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        remedy = "check the folder and its rights"
        raise QuestionnaireError(
            message(f"the file cannot be written: {reason}", where=file.name, remedy=remedy)
        ) from None

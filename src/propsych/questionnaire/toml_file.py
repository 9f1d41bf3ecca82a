"""Reading and writing the questionnaire file, with errors that name file, key and remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from propsych.errors import QuestionnaireError, message, read_toml, validation_lines
from propsych.questionnaire.consistency import contradictions
from propsych.questionnaire.model import Questionnaire

__all__ = ["dump", "dumps", "from_dict", "load", "to_dict"]


def from_dict(data: dict[str, Any], file: str = "questionnaire") -> Questionnaire:
    """Make a questionnaire from plain data; raise `QuestionnaireError` listing every problem."""
    try:
        questionnaire = Questionnaire.model_validate(data)
    except ValidationError as problem:
        raise QuestionnaireError("\n".join(validation_lines(problem, file, data))) from None
    lines = [
        message(what, where=f"{file}: {key}", remedy=remedy)
        for key, what, remedy in contradictions(questionnaire)
    ]
    if lines:
        raise QuestionnaireError("\n".join(lines))
    return questionnaire


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

"""Reading and writing the questionnaire file, with errors that name file, key and remedy."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from propsych.errors import QuestionnaireError, message
from propsych.questionnaire.consistency import contradictions
from propsych.questionnaire.model import Questionnaire

__all__ = ["dump", "dumps", "from_dict", "load", "read_toml", "to_dict", "validation_lines"]

_REMEDIES = {
    "missing": "add the key",
    "extra_forbidden": "remove the key or correct its spelling",
    "literal_error": "use one of the values named",
    "string_pattern_mismatch": "begin with a letter, then letters, digits, '_', '.' or '-'",
}


def read_toml(path: str | os.PathLike[str], error: type[Exception]) -> dict[str, Any]:
    """Read a TOML file, or raise `error` with one clear sentence."""
    file = Path(path)
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise error(message("the file does not exist", where=file.name, remedy="check its name and folder")) from None
    except (IsADirectoryError, PermissionError):
        raise error(message("the file cannot be read", where=file.name, remedy="name a readable file")) from None
    except UnicodeDecodeError:
        raise error(message("the file is not UTF-8", where=file.name, remedy="save it as UTF-8")) from None
    except tomllib.TOMLDecodeError as problem:
        raise error(message(f"not valid TOML: {problem}", where=file.name, remedy="correct that line")) from None


def validation_lines(problem: ValidationError, file: str, data: Any) -> list[str]:
    """Turn a pydantic error into one line a problem: file, key (with the item's id), what, remedy."""
    lines = []
    for entry in problem.errors(include_url=False):
        key = _key(entry["loc"], data)
        what = entry["msg"].removeprefix("Value error, ")
        remedy = _REMEDIES.get(entry["type"], "correct the value")
        lines.append(message(what, where=f"{file}: {key}", remedy=remedy))
    return lines


def _key(location: tuple[int | str, ...], data: Any) -> str:
    """Name a place as a person would look for it: ``items[3] (soevn_02).categories``."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
            data = data[part] if isinstance(data, list | tuple) and part < len(data) else None
            if isinstance(data, dict) and "id" in data:
                text += f" ({data['id']})"
        else:
            text += f".{part}" if text else part
            data = data.get(part) if isinstance(data, dict) else None
    return text or "(whole file)"


def from_dict(data: dict[str, Any], file: str = "questionnaire") -> Questionnaire:
    """Make a questionnaire from plain data; raise `QuestionnaireError` listing every problem."""
    try:
        questionnaire = Questionnaire.model_validate(data)
    except ValidationError as problem:
        raise QuestionnaireError("\n".join(validation_lines(problem, file, data))) from None
    lines = [message(what, where=f"{file}: {key}", remedy=remedy) for key, what, remedy in contradictions(questionnaire)]
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
    Path(path).write_text(dumps(questionnaire), encoding="utf-8")

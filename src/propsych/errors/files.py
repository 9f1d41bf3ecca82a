"""Declared files (TOML): read, or refused in one clear sentence that names file, key and remedy.

Questionnaire, criteria and pilot files share this, so that they fail alike.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from propsych.errors.classes import message

__all__ = ["read_toml", "validation_lines"]

_REMEDIES = {
    "missing": "add the key",
    "extra_forbidden": "remove the key or correct its spelling",
    "literal_error": "use one of the values named",
    "string_type": 'write it in quotes: "99"',
    "int_type": "write a whole number, without quotes",
    "tuple_type": "write a list; entries with keys of their own are written [[...]]",
    "dict_type": "write a table: { key = value }",
    "model_type": "write a table: { key = value }",
    "too_short": "name at least one",
    "string_pattern_mismatch": "begin with a letter, then letters, digits, '_', '.' or '-'",
}


class _ValidationProblem(Protocol):
    """What is used of ``pydantic.ValidationError``; this room imports no package."""

    def errors(self, *, include_url: bool) -> Sequence[Any]: ...


def read_toml(path: str | os.PathLike[str], error: type[Exception]) -> dict[str, Any]:
    """Read a TOML file, or raise `error` with one clear sentence."""
    file = Path(path)
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise error(
            message("the file does not exist", where=file.name, remedy="check its name and folder")
        ) from None
    except OSError:
        raise error(
            message("the file cannot be read", where=file.name, remedy="name a readable file")
        ) from None
    except UnicodeDecodeError:
        raise error(message("the file is not UTF-8", where=file.name, remedy="save it as UTF-8")) from None
    except RecursionError:
        raise error(
            message("lists or tables are nested too deeply", where=file.name, remedy="nest them less deeply")
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise error(
            message(f"not valid TOML: {problem}", where=file.name, remedy="correct that line")
        ) from None


def validation_lines(
    problem: _ValidationProblem,
    file: str,
    data: Any,
    follows: Callable[[tuple[int | str, ...]], bool] = lambda _: False,
) -> list[str]:
    """Turn a validation error into one line a problem: file, key (with the entry's id), what, remedy.

    A problem at a place that `follows` from another place's is left out.
    """
    lines = []
    for entry in problem.errors(include_url=False):
        if follows(entry["loc"]):
            continue
        what = entry["msg"].removeprefix("Value error, ")
        remedy = _REMEDIES.get(entry["type"], "correct the value")
        lines.append(message(what, where=f"{file}: {_key(entry['loc'], data)}", remedy=remedy))
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

"""Criteria sets: dated, cited thresholds read from a file. Thresholds change without touching statistics."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from propsych.errors import StudyError, read_toml, validation_lines

__all__ = ["CriteriaSet", "Criterion"]


class Criterion(BaseModel):
    """One threshold: what it looks at, where it lies, whose it is, and from how many answers on it speaks.

    Attributes
    ----------
    property, statistics
        The number that is judged: the first of `statistics` that the results hold.
    attention
        On which side of `value` a point of attention lies: ``above``, ``below``, or ``beyond`` (further from
        zero than `value`, on either side).
    least_n
        With fewer answers the judgement is "cannot tell".
    role
        ``point``: "yes" is a point of attention. ``use``: the judgement says what a number is good enough
        for, beside the number; "yes" (not good enough) is no fault, and no point of attention.
    source
        Whose threshold it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: dict[str, str]
    applies_to: Literal["item", "pair", "site", "scale"]
    property: str
    statistics: tuple[str, ...] = Field(min_length=1)
    attention: Literal["above", "below", "beyond"]
    value: float
    least_n: int = Field(ge=1)
    role: Literal["point", "use"] = "point"
    source: str = Field(min_length=1)
    note: str = ""


class CriteriaSet(BaseModel):
    """A named and dated set of criteria."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    id: str
    version: str
    title: dict[str, str]
    agreed: str = ""
    criteria: tuple[Criterion, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> CriteriaSet:
        ids = [criterion.id for criterion in self.criteria]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"criterion {twice[0]!r} stands twice")
        return self

    def __getitem__(self, criterion_id: str) -> Criterion:
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    @classmethod
    def from_dict(cls, data: dict[str, Any], file: str = "criteria") -> CriteriaSet:
        """Make a set from plain data; raise `StudyError` listing every problem."""
        try:
            return cls.model_validate(data)
        except ValidationError as problem:
            raise StudyError("\n".join(validation_lines(problem, file, data))) from None

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None) -> CriteriaSet:
        """Read a criteria file (TOML); without a path, the pilot set that propsych ships.

        Raises
        ------
        propsych.errors.StudyError
            If the file cannot be read or a criterion is incomplete; every problem with file and key.
        """
        path = path if path is not None else Path(__file__).parent / "pilot_items.toml"
        return cls.from_dict(read_toml(path, StudyError), Path(path).name)

"""The pilot file (``pilot.toml``): which files, which columns, which sites, which settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from propsych.data import CsvFormat
from propsych.errors import StudyError, read_toml, validation_lines

__all__ = ["AnswersPlan", "PilotPlan", "PublishablePlan", "RetestPlan", "SitePlan"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


NonEmpty = Annotated[str, Field(pattern=r"\S")]
AnchorAnswer = Annotated[
    str, BeforeValidator(lambda v: str(v) if isinstance(v, int) and not isinstance(v, bool) else v), NonEmpty
]
"""An answer as it stands in the file; a number may be written as one."""
PersonColumn = Literal["person", "time_point", "site", "sector", "date", "age", "sex", "mode", "anchor"]
FileName = Annotated[str, Field(pattern=r"^[^\x00-\x1f]+$")]


class AnswersPlan(_Frozen):
    """The answers file: its name, how its answers are written, and which columns say who a person is."""

    file: FileName
    values: Literal["codes", "labels"] = "codes"
    columns: dict[PersonColumn, str] = Field(default_factory=dict)
    delimiter: Literal[",", ";", "\t"] | None = None
    decimal: Literal[",", "."] | None = None
    encoding: str | None = None

    @field_validator("encoding")
    @classmethod
    def _is_a_text_encoding(cls, name: str | None) -> str | None:
        try:
            if name is not None:
                "".encode(name)
        except LookupError:
            raise ValueError('unknown encoding; use for instance "utf-8" or "cp1252"') from None
        return name

    def csv_format(self) -> CsvFormat:
        """Return how the file is written; what is None is detected."""
        return CsvFormat(delimiter=self.delimiter, decimal=self.decimal, encoding=self.encoding)


class SitePlan(_Frozen):
    """One pilot site. `invited` is the number of persons who were given the questionnaire."""

    id: str
    name: str
    sector: str = ""
    invited: int | None = Field(default=None, ge=0)


class PublishablePlan(_Frozen):
    """What the publishable report hides: counts from 1 to ``small_cell_limit - 1``."""

    small_cell_limit: int = Field(default=5, ge=2)


class RetestPlan(_Frozen):
    """Which two time points are a retest, who counts as unchanged, and how far apart the answers may be.

    `stable` and `changed` are the answers to the anchor (the person column ``anchor``, given at the second
    time point) that count as unchanged and as changed; any other answer is an error in the data.
    """

    first: NonEmpty
    second: NonEmpty
    stable: tuple[AnchorAnswer, ...] = ()
    changed: tuple[AnchorAnswer, ...] = ()
    min_days: int | None = Field(default=None, ge=0)
    max_days: int | None = Field(default=None, ge=0)

    @property
    def has_limits(self) -> bool:
        """True if the interval between the answers is limited."""
        return self.min_days is not None or self.max_days is not None

    @model_validator(mode="after")
    def _is_possible(self) -> RetestPlan:
        if self.first == self.second:
            raise ValueError("first and second are the same time point")
        if bool(self.stable) != bool(self.changed):
            raise ValueError("declare the anchor's stable and changed answers together, or neither")
        both = set(self.stable) & set(self.changed)
        if both:
            raise ValueError(f"{min(both)!r} cannot be stable and changed")
        if self.min_days is not None and self.max_days is not None and self.max_days < self.min_days:
            raise ValueError("max_days is below min_days")
        return self


class PilotPlan(_Frozen):
    """Everything that the pilot file declares."""

    format: Literal[1] = 1
    title: dict[str, NonEmpty] = Field(min_length=1)
    questionnaire: FileName
    criteria: FileName | None = None
    language: Literal["da", "en"] = "da"
    respondent: Literal["patient", "borger"] = "patient"
    seed: int = 1
    level: float = Field(default=0.95, gt=0.5, lt=1.0)
    time_point: str | None = None
    answers: AnswersPlan
    sites: tuple[SitePlan, ...] = ()
    sectors: dict[str, str] = Field(default_factory=dict)
    publishable: PublishablePlan = PublishablePlan()
    retest: RetestPlan | None = None

    @model_validator(mode="after")
    def _sites_are_declared_once(self) -> PilotPlan:
        ids = [site.id for site in self.sites]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"site {twice[0]!r} is declared more than once")
        unknown = sorted({site.sector for site in self.sites if site.sector} - set(self.sectors))
        if unknown and self.sectors:
            raise ValueError(f"sector {unknown[0]!r} of a site is not declared under [sectors]")
        if self.retest is not None and self.time_point is None:
            raise ValueError("a retest needs time_point, the one that the rest of the analysis uses")
        if ("anchor" in self.answers.columns) != bool(self.retest and self.retest.stable):
            raise ValueError("the column anchor and [retest] stable and changed belong together")
        return self

    @classmethod
    def load(cls, path: Path) -> PilotPlan:
        """Read the pilot file; raise `StudyError` with one line a problem."""
        data: dict[str, Any] = read_toml(path, StudyError)
        try:
            return cls.model_validate(data)
        except ValidationError as problem:
            raise StudyError("\n".join(validation_lines(problem, path.name, data))) from None

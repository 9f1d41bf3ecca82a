"""StudyResults: everything a study found, in one file that CI compares and the report prints."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from propsych.criteria import CriteriaSet, Judgement
from propsych.data import PROBLEM_KINDS, Problem
from propsych.errors import StudyError, message
from propsych.questionnaire import Questionnaire
from propsych.questionnaire import from_dict as questionnaire_from_dict
from propsych.questionnaire import to_dict as questionnaire_to_dict
from propsych.result import Estimate, Record, Sample
from propsych.study.opinion import SecondOpinion

__all__ = ["SCHEMA", "SUPPRESSED", "Site", "StudyInfo", "StudyResults"]

SCHEMA = 2
SUPPRESSED = "suppressed"
"""The method of an estimate that disclosure control withheld."""


@dataclass(frozen=True, slots=True)
class Site:
    """A pilot site as declared in the pilot file."""

    id: str
    name: str
    sector: str = ""
    invited: int | None = None


@dataclass(frozen=True, slots=True)
class StudyInfo:
    """What the numbers are about and how they were made: no timestamp, so that two runs are identical.

    Attributes
    ----------
    title : dict of str
        Language -> title of the pilot.
    respondent : {"patient", "borger"}
        What the report calls the persons.
    clustered : bool
        True if pooled shares have intervals that respect sites; otherwise they hold for these sites only.
    audience : {"internal", "publishable"}
        Whether small counts were suppressed.
    data_fingerprint : str
        SHA-256 of the answers file (internal), or an HMAC-SHA-256 keyed with the secretariat's secret
        (publishable), or empty.
    """

    title: dict[str, str]
    language: str
    respondent: Literal["patient", "borger"]
    propsych_version: str
    questionnaire_fingerprint: str
    data_fingerprint: str
    source: str
    seed: int
    level: float
    first_date: str | None
    last_date: str | None
    sites: tuple[Site, ...]
    sectors: dict[str, str]
    clustered: bool
    small_cell_limit: int
    audience: Literal["internal", "publishable"] = "internal"


@dataclass(frozen=True)
class StudyResults:
    """Numbers under stable names, judgements, and the warnings about the data.

    Attributes
    ----------
    records : mapping of str to Record
        Id (``property/target/group/statistic``) -> number.
    judgements : tuple of Judgement
        What the criteria say.
    problems : tuple of Problem
        Warnings from the check of the data, without persons and values.
    second_opinions : tuple of SecondOpinion
        Numbers compared with those of established packages.
    """

    info: StudyInfo
    questionnaire: Questionnaire
    criteria: CriteriaSet
    records: Mapping[str, Record]
    judgements: tuple[Judgement, ...] = ()
    problems: tuple[Problem, ...] = ()
    second_opinions: tuple[SecondOpinion, ...] = ()

    def get(self, property: str, target: str, statistic: str, group: str = "all") -> Record | None:
        """Return one number, or None if it was not computed."""
        return self.records.get(f"{property}/{target}/{group}/{statistic}")

    def value(self, property: str, target: str, statistic: str, group: str = "all") -> float | None:
        """Return the value of one number; None if it was not computed or is suppressed."""
        record = self.get(property, target, statistic, group)
        return record.estimate.value if record is not None else None

    def is_suppressed(self, property: str, target: str, statistic: str, group: str = "all") -> bool:
        """Return True if disclosure control withheld this number."""
        record = self.get(property, target, statistic, group)
        return record is not None and record.estimate.method == SUPPRESSED

    def select(self, property: str, target: str | None = None, group: str | None = None) -> Iterator[Record]:
        """Yield the numbers of a property, optionally of one target or group."""
        for record in self.records.values():
            if (
                record.property == property
                and target in (None, record.target)
                and group in (None, record.group)
            ):
                yield record

    def bins(self, scale_id: str) -> tuple[tuple[float, float, Record], ...]:
        """Return a scale's histogram: lowest and highest possible score of each bin, and its count."""
        found = []
        for record in self.select("scores", scale_id, "all"):
            if record.statistic.startswith("bin:"):
                low, _, high = record.statistic.removeprefix("bin:").partition("..")
                found.append((float(low), float(high), record))
        return tuple(sorted(found, key=lambda entry: entry[0]))

    def judged(self, target: str) -> tuple[Judgement, ...]:
        """Return the judgements about one item (also as part of a pair) or scale."""
        return tuple(j for j in self.judgements if target in j.target.split("~"))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as ``results.json`` holds it."""
        return {
            "schema": SCHEMA,
            "study": dataclasses.asdict(self.info),
            "questionnaire": questionnaire_to_dict(self.questionnaire),
            "criteria": self.criteria.model_dump(mode="json"),
            "results": {name: _record_to_dict(self.records[name]) for name in sorted(self.records)},
            "judgements": [dataclasses.asdict(judgement) for judgement in self.judgements],
            "problems": [dataclasses.asdict(problem) for problem in self.problems],
            "second_opinions": [dataclasses.asdict(opinion) for opinion in self.second_opinions],
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write ``results.json``: numbers with 12 significant digits, sorted names, no timestamp."""
        text = json.dumps(_plain(self.to_dict()), ensure_ascii=False, indent=1)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> StudyResults:
        """Read ``results.json``.

        Raises
        ------
        propsych.errors.StudyError
            If the file is not a results file of this schema.
        """
        file = Path(path)
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(data, dict) or data.get("schema") != SCHEMA:
                raise ValueError(f"schema {SCHEMA} expected")
            return _from_dict(data)
        except OSError:
            raise StudyError(
                message("the file cannot be read", where=file.name, remedy="check its name")
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
            what = f"not a results file of this version ({type(problem).__name__})"
            raise StudyError(message(what, where=file.name, remedy="run `propsych analyse` again")) from None


def _record_to_dict(record: Record) -> dict[str, Any]:
    estimate, sample = record.estimate, record.sample
    entry: dict[str, Any] = {"value": estimate.value}
    for name in ("lower", "upper", "level", "method"):
        if getattr(estimate, name) not in (None, ""):
            entry[name] = getattr(estimate, name)
    if sample is not None:
        entry |= {"n_asked": sample.n_asked, "n_used": sample.n_used, "n_dropped": sample.n_dropped}
        entry |= {"rule": sample.rule, "categories": sample.categories}
    return entry


def _record_from_dict(name: str, entry: dict[str, Any]) -> Record:
    # a group's label may hold a slash (a site's name); the other parts never do
    property_, target, rest = name.split("/", 2)
    group, statistic = rest.rsplit("/", 1)
    sample = None
    if "n_asked" in entry:
        sample = Sample(entry["n_asked"], entry["n_used"], entry["rule"], entry["categories"])
    if any(not isinstance(entry.get(key), int | float | None) for key in ("value", "lower", "upper")):
        raise TypeError(name)
    estimate = Estimate(
        entry["value"], entry.get("lower"), entry.get("upper"), entry.get("level"), entry.get("method", "")
    )
    return Record(property_, target, group, statistic, estimate, sample)


def _from_dict(data: dict[str, Any]) -> StudyResults:
    study = dict(data["study"])
    study["sites"] = tuple(Site(**site) for site in study["sites"])
    results = StudyResults(
        info=StudyInfo(**study),
        questionnaire=questionnaire_from_dict(data["questionnaire"], "results"),
        criteria=CriteriaSet.from_dict(data["criteria"], "results"),
        records={name: _record_from_dict(name, entry) for name, entry in data["results"].items()},
        judgements=tuple(Judgement(**entry) for entry in data["judgements"]),
        problems=tuple(Problem(**entry) for entry in data["problems"]),
        second_opinions=tuple(SecondOpinion(**entry) for entry in data["second_opinions"]),
    )
    for judgement in results.judgements:
        results.criteria[judgement.criterion]
    for problem in results.problems:
        PROBLEM_KINDS[problem.kind]
    return results


def _plain(value: Any) -> Any:
    """Round floats to 12 significant digits; everything else as JSON and TOML allow."""
    if isinstance(value, float):
        return float(f"{value:.12g}") if value == value else None
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value

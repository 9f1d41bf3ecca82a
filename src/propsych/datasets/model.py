"""What a synthetic pilot is: questionnaire, answers, and the list of what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from propsych.questionnaire import Questionnaire, Text

__all__ = ["PlantedKind", "PlantedProblem", "SyntheticPilot"]

PlantedKind = Literal[
    "ceiling",
    "skipped",
    "redundant",
    "wrong_way_round",
    "dif",
    "reworded",
    "unused_category",
    "straight_lining",
]


@dataclass(frozen=True, slots=True)
class PlantedProblem:
    """One problem planted on purpose.

    Attributes
    ----------
    kind : str
        Which problem.
    targets : tuple of str
        Item keys (``id@version``); ``("persons",)`` where it concerns persons and no item.
    description : Text
        What was done, in Danish and English.
    visible_now : bool
        Whether the statistics that propsych has now can see it.
    site : str
        The site that it concerns, or empty.
    """

    kind: PlantedKind
    targets: tuple[str, ...]
    description: Text
    visible_now: bool
    site: str = ""

    @property
    def target(self) -> str:
        """Name of the target as in the results: a pair is ``a@1~b@1``."""
        return "~".join(self.targets)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, without an empty site."""
        data: dict[str, Any] = {"kind": self.kind, "targets": list(self.targets)}
        if self.site:
            data["site"] = self.site
        return data | {"visible_now": self.visible_now, "description": self.description.to_dict()}


@dataclass(frozen=True, eq=False)
class SyntheticPilot:
    """A made-up pilot.

    Attributes
    ----------
    questionnaire : Questionnaire
        What was asked.
    answers : pandas.DataFrame, one row a person
        As it stands in the CSV file: every cell a string, empty where nothing was answered; first the Danish
        person columns, then one column an item (``id``, or ``id@version`` where there are several versions).
    retest : pandas.DataFrame
        The second answers of some persons, in the same columns; ``forandring`` is their answer about change.
    planted : tuple of PlantedProblem
        Empty for a clean pilot.
    seed : int
        Seed that gives the same pilot again.
    """

    questionnaire: Questionnaire
    answers: pd.DataFrame
    retest: pd.DataFrame
    planted: tuple[PlantedProblem, ...]
    seed: int

    def __len__(self) -> int:
        return len(self.answers)

    def to_csv(self) -> bytes:
        """Return both answers as a CSV file: semicolons, UTF-8 without BOM, one line feed a row."""
        return (
            pd.concat([self.answers, self.retest])
            .to_csv(index=False, sep=";", lineterminator="\n")
            .encode("utf-8")
        )

"""The problems that are planted: one function a stage of the generator, and their list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.datasets.latent import Array, Blueprint
from propsych.datasets.model import PlantedKind, PlantedProblem
from propsych.datasets.persons import SITES, Persons
from propsych.questionnaire import Questionnaire, Text

__all__ = [
    "SKIPPED_BY_MANY",
    "SKIP_RATE",
    "is_straight_line",
    "plant_in_blueprint",
    "plant_in_latent",
    "plant_in_positions",
    "planted",
    "turned_at_one_site",
]

CEILING = "triv_01@1"
SKIPPED_BY_MANY = "hverdag_08@1"
SKIP_RATE = 0.22
PAIR = ("hverdag_02@1", "hverdag_03@1")
WRONG_WAY_ROUND, WRONG_SITE = "soevn_03@1", "kommune_a"
DIFFERENT_FOR_SEXES = "humoer_01@1"
REWORDED = ("smerte_vaerst@1", "smerte_vaerst@2")
UNUSED = "foelger_04@1"

_CEILING_THRESHOLDS = (-1.88, -1.41, -0.95, -0.50)  # shares .03 .05 .09 .14 .69
_PAIR_CORRELATION = 0.96  # of the continuous answers; five categories leave about .90
_SEX_SHIFT = 0.90
_FIRST_WORDING = (1.20, 0.70)  # vaguer: spread, and stronger pain
_SECOND_WORDING = (1.00, -0.35)
_SHARE_STRAIGHT_LINERS = 0.04


def _columns(q: Questionnaire) -> dict[str, int]:
    return {item.key: j for j, item in enumerate(q.items)}


def plant_in_blueprint(blueprint: Blueprint, q: Questionnaire) -> Blueprint:
    """Return thresholds with an item at the ceiling, a category out of reach, and a pair with equal ones."""
    at = _columns(q)
    thresholds = blueprint.thresholds.copy()
    thresholds[at[CEILING], :4] = _CEILING_THRESHOLDS
    thresholds[at[UNUSED], 3] = np.inf
    thresholds[at[PAIR[1]]] = thresholds[at[PAIR[0]]]
    return blueprint._replace(thresholds=thresholds)


def plant_in_latent(rng: np.random.Generator, latent: Array, persons: Persons, q: Questionnaire) -> Array:
    """Return continuous answers with a redundant pair, an item unlike for men and women, and a rewording."""
    at = _columns(q)
    latent = latent.copy()
    noise = rng.standard_normal(len(latent))
    latent[:, at[PAIR[1]]] = (
        _PAIR_CORRELATION * latent[:, at[PAIR[0]]] + np.sqrt(1 - _PAIR_CORRELATION**2) * noise
    )
    latent[:, at[DIFFERENT_FOR_SEXES]] += _SEX_SHIFT * (persons.woman - 0.62)
    for key, (spread, shift) in zip(REWORDED, (_FIRST_WORDING, _SECOND_WORDING), strict=True):
        latent[:, at[key]] = spread * latent[:, at[key]] + shift
    return latent


def _in_scales(q: Questionnaire) -> NDArray[np.int64]:
    return np.array([j for j, item in enumerate(q.items) if q.scale_of(item.id) is not None])


def is_straight_line(positions: NDArray[np.int64], q: Questionnaire) -> NDArray[np.bool_]:
    """Return who gives the same answer all the way through the scales."""
    answers = positions[:, _in_scales(q)]
    # one item may have been turned round
    return np.asarray((answers == np.median(answers, axis=1, keepdims=True)).mean(axis=1) > 0.9)


def plant_in_positions(
    rng: np.random.Generator, positions: NDArray[np.int64], persons: Persons, q: Questionnaire
) -> NDArray[np.int64]:
    """Return answers with straight-liners, and one item turned round at one site."""
    positions = positions.copy()
    in_scales = _in_scales(q)
    n_liners = round(_SHARE_STRAIGHT_LINERS * len(positions))
    liners = rng.choice(len(positions), n_liners, replace=False)
    # Not the outermost categories: those would fill the category that nobody is to use.
    positions[np.ix_(liners, in_scales)] = rng.integers(1, 4, (n_liners, 1))
    return turned_at_one_site(positions, persons, q)


def turned_at_one_site(positions: NDArray[np.int64], persons: Persons, q: Questionnaire) -> NDArray[np.int64]:
    """Return answers with one item turned round at one site."""
    positions = positions.copy()
    site = [name for name, _, _ in SITES].index(WRONG_SITE)
    j, rows = _columns(q)[WRONG_WAY_ROUND], persons.site == site
    positions[rows, j] = len(q.items[j].categories) - 1 - positions[rows, j]
    return positions


def planted() -> tuple[PlantedProblem, ...]:
    """Return the list of everything that is planted."""
    return (
        _problem("ceiling", (CEILING,), True, _TEXTS["ceiling"]),
        _problem("skipped", (SKIPPED_BY_MANY,), True, _TEXTS["skipped"]),
        _problem("redundant", PAIR, True, _TEXTS["redundant"]),
        _problem("wrong_way_round", (WRONG_WAY_ROUND,), True, _TEXTS["wrong_way_round"], WRONG_SITE),
        _problem("dif", (DIFFERENT_FOR_SEXES,), False, _TEXTS["dif"]),
        _problem("reworded", (REWORDED[1],), True, _TEXTS["reworded"]),
        _problem("unused_category", (UNUSED,), True, _TEXTS["unused_category"]),
        _problem("straight_lining", ("persons",), False, _TEXTS["straight_lining"]),
    )


def _problem(
    kind: PlantedKind, targets: tuple[str, ...], visible_now: bool, texts: tuple[str, str], site: str = ""
) -> PlantedProblem:
    return PlantedProblem(kind, targets, Text({"da": texts[0], "en": texts[1]}), visible_now, site)


_TEXTS: dict[PlantedKind, tuple[str, str]] = {
    "ceiling": (
        "Omkring to tredjedele vælger den højeste svarmulighed.",
        "About two thirds choose the highest category.",
    ),
    "skipped": (
        "Omkring 22 % springer spørgsmålet over.",
        "About 22 % skip the question.",
    ),
    "redundant": (
        "De to spørgsmål besvares næsten ens (korrelation omkring 0,90).",
        "The two questions are answered almost alike (correlation about 0.90).",
    ),
    "wrong_way_round": (
        "Svarene er kodet omvendt på ét pilotsted.",
        "The answers are coded the wrong way round at one site.",
    ),
    "dif": (
        "Kvinder svarer omkring 0,9 standardafvigelser højere end mænd, der har det lige så svært.",
        "Women answer about 0.9 standard deviations higher than men whose mood is equally low.",
    ),
    "reworded": (
        "Ordlyden blev ændret 1. november 2025, i pilotens tredje måned; svarene er lavere bagefter.",
        "The wording changed on 1 November 2025, in the pilot's third month; answers are lower afterwards.",
    ),
    "unused_category": (
        "Ingen bruger den højeste svarmulighed.",
        "Nobody uses the highest category.",
    ),
    "straight_lining": (
        "Omkring 4 % af patienterne giver samme svar hele vejen gennem skalaerne.",
        "About 4 % of the patients give the same answer all the way through the scales.",
    ),
}

"""make_pilot: a seeded synthetic pilot of the example questionnaire, with planted problems or without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.datasets.gaps import BLANK, STRAYS, draw_missing, hide_branches
from propsych.datasets.latent import Array, categorise, draw_blueprint, draw_latent, draw_traits
from propsych.datasets.model import SyntheticPilot
from propsych.datasets.persons import SITES, Persons, draw_persons
from propsych.datasets.planting import (
    SKIP_RATE,
    SKIPPED_BY_MANY,
    is_straight_line,
    plant_in_blueprint,
    plant_in_latent,
    plant_in_positions,
    planted,
    turned_at_one_site,
)
from propsych.datasets.retest import answer_again, draw_retest
from propsych.errors import DataError, message
from propsych.questionnaire import Questionnaire

__all__ = ["example_questionnaire", "make_pilot"]

_LEAST_N = 30
_PERIOD = (dt.date(2025, 9, 1), dt.date(2026, 2, 28))
_CLEAN_PERIOD = (dt.date(2025, 11, 1), dt.date(2026, 4, 30))
"""Six months too, but begun with the second wording: in a clean pilot everybody gets the latest version."""

_REMARKS = (
    "Jeg vil gerne tale med nogen om mit arbejde.",
    "Skemaet var nemt at udfylde, men lidt langt.",
    "Det svinger meget fra dag til dag, så det er svært at svare.",
    "Min familie hjælper meget til.",
    "Jeg savner, at nogen tager smerterne alvorligt.",
    "Varmt vand hjælper mig mere end piller.",
    "Tak, fordi I spørger.",
)


@cache
def example_questionnaire() -> Questionnaire:
    """Return the example questionnaire about chronic pain, read from the package.

    Examples
    --------
    >>> len({item.id for item in example_questionnaire()})
    46
    """
    with as_file(files("propsych.datasets") / "kroniske_smerter" / "spoergeskema.toml") as path:
        return Questionnaire.load(path)


def make_pilot(seed: int = 2025, n: int = 420, *, problems: bool = True) -> SyntheticPilot:
    """Make a synthetic six-month pilot at six sites in three sectors.

    Parameters
    ----------
    seed : int
        The same seed, `n` and `problems` give the same pilot.
    n : int
        Number of patients, at least 30.
    problems : bool
        Whether problems are planted: an item at the ceiling, an item that many skip, a redundant pair, an
        item coded the wrong way round at one site, an item that works differently for men and women, a
        reworded item, a category never used, straight-liners. Without them every item is unproblematic.

    Returns
    -------
    SyntheticPilot

    Raises
    ------
    propsych.errors.DataError
        If `n` is below 30.

    Notes
    -----
    About three in ten patients answer once more after one to three weeks, and say whether their pain has
    changed since (:mod:`propsych.datasets.retest`).

    Nobody's answers went into it, and it says nothing about people with chronic pain. The effects are large
    enough to be seen at the default `n`; with half as many patients some planted problems may go unseen.

    Examples
    --------
    >>> pilot = make_pilot(seed=1)
    >>> len(pilot), len(pilot.planted), make_pilot(seed=1, problems=False).planted
    (420, 8, ())
    """
    if n < _LEAST_N:
        raise DataError(
            message("too few patients for six sites", remedy=f"ask for at least {_LEAST_N}", got=str(n))
        )
    rng = np.random.default_rng([seed, n, int(problems)])
    q = example_questionnaire()
    period = _PERIOD if problems else _CLEAN_PERIOD
    persons = draw_persons(rng, n, *period)
    skipped = {SKIPPED_BY_MANY: SKIP_RATE} if problems else {}
    latent, thresholds = _draw_latent(rng, persons, q, problems)
    positions = categorise(latent, thresholds)
    if problems:
        positions = plant_in_positions(rng, positions, persons, q)
    answers = _answers(rng, positions, persons, q, skipped, STRAYS)
    # a stream of its own, so that the first answers are the same with and without a retest
    again = np.random.default_rng([seed, n, int(problems), 1])
    # who rushed through the first time does not come back
    retest = draw_retest(again, persons, ~is_straight_line(positions, q), period[1])
    latent = _order_pain(answer_again(again, latent[retest.rows], retest, q), q)
    positions = categorise(latent, thresholds)
    if problems:
        positions = turned_at_one_site(positions, retest.persons, q)
    second = _answers(again, positions, retest.persons, q, skipped, {})
    second["patient"] = answers["patient"].to_numpy()[retest.rows]
    second["tidspunkt"], second["forandring"] = "gensvar", retest.anchor
    return SyntheticPilot(q, answers, second, planted() if problems else (), seed)


def _draw_latent(
    rng: np.random.Generator, persons: Persons, q: Questionnaire, problems: bool
) -> tuple[Array, Array]:
    """Return the continuous answers and the items' thresholds."""
    blueprint = draw_blueprint(rng, q)
    latent = draw_latent(rng, blueprint, draw_traits(rng, persons))
    if not problems:
        return _order_pain(latent, q), blueprint.thresholds
    latent = _order_pain(plant_in_latent(rng, latent, persons, q), q)
    return latent, plant_in_blueprint(blueprint, q).thresholds


def _answers(
    rng: np.random.Generator,
    positions: NDArray[np.int64],
    persons: Persons,
    q: Questionnaire,
    skipped: dict[str, float],
    strays: Mapping[str, int],
) -> pd.DataFrame:
    """Return the file's rows: codes with what is missing, hidden by branching, or of another version."""
    codes = draw_missing(rng, _to_codes(positions, q), persons, q, skipped)
    codes = hide_branches(rng, codes, persons, q, strays)
    return _frame(rng, _one_version_each(codes, persons, q), persons, q)


def _order_pain(latent: Array, q: Questionnaire) -> Array:
    """Return `latent` with nobody's strongest pain below the usual one, or weakest above it."""
    latent = latent.copy()
    at = {item.key: j for j, item in enumerate(q.items)}
    usual = latent[:, at["smerte_snit@1"]]
    for key in ("smerte_vaerst@1", "smerte_vaerst@2"):
        latent[:, at[key]] = np.maximum(latent[:, at[key]], usual)
    latent[:, at["smerte_mindst@1"]] = np.minimum(latent[:, at["smerte_mindst@1"]], usual)
    return latent


def _to_codes(positions: NDArray[np.int64], q: Questionnaire) -> NDArray[np.int64]:
    table = np.full((len(q.items), max(len(item.categories) for item in q.items)), BLANK)
    for j, item in enumerate(q.items):
        table[j, : len(item.categories)] = item.codes
    return table[np.arange(len(q.items)), positions]


def _one_version_each(codes: NDArray[np.int64], persons: Persons, q: Questionnaire) -> NDArray[np.int64]:
    """Return `codes` with a blank under every version that was not in use on the person's day."""
    codes = codes.copy()
    for j, item in enumerate(q.items):
        if item.in_use_from is not None:
            codes[persons.day < np.datetime64(item.in_use_from), j] = BLANK
        if item.in_use_to is not None:
            codes[persons.day > np.datetime64(item.in_use_to), j] = BLANK
    return codes


def _frame(
    rng: np.random.Generator, codes: NDArray[np.int64], persons: Persons, q: Questionnaire
) -> pd.DataFrame:
    n = len(codes)
    sites = np.array([name for name, _, _ in SITES], dtype=object)
    sectors = np.array([sector for _, sector, _ in SITES], dtype=object)
    columns: dict[str, object] = {
        "patient": [f"P{row:04d}" for row in range(1, n + 1)],
        "tidspunkt": ["start"] * n,
        "pilotsted": sites[persons.site],
        "sektor": sectors[persons.site],
        "dato": np.datetime_as_string(persons.day).astype(object),
        "alder": persons.age.astype(str).astype(object),
        "koen": np.where(persons.woman, "kvinde", "mand").astype(object),
        "svarform": np.where(persons.paper, "papir", "digital").astype(object),
        "forandring": [""] * n,
    }
    cells = np.where(codes == BLANK, "", codes.astype(str)).astype(object)
    for j, item in enumerate(q.items):
        name = item.key if len(q.versions(item.id)) > 1 else item.id
        columns[name] = cells[:, j] if item.type == "choice" else _remarks(rng, n)
    return pd.DataFrame(columns, dtype="str")


def _remarks(rng: np.random.Generator, n: int) -> NDArray[np.object_]:
    remarks = np.array(("", *_REMARKS), dtype=object)
    which = np.where(rng.random(n) < 0.12, rng.integers(1, len(remarks), n), 0)
    return np.asarray(remarks[which], dtype=object)

"""The synthetic pilot's retest: who answers once more, when, and how much the answers have moved.

Of every continuous answer a part lasts; the rest is drawn anew, one part shared by the answers about the
same trait (a good or a bad day) and one of each answer's own.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.datasets.latent import TRAITS, Array, draw_blueprint
from propsych.datasets.persons import Persons
from propsych.questionnaire import Questionnaire

__all__ = ["Retest", "answer_again", "draw_retest"]

_SHARE = 0.30
_DAYS = (7, 21)
_CHANGED = (("bedre", 0.12, -0.7), ("vaerre", 0.08, 0.7))
"""What a changed patient says, the share of those, and how far the traits moved (towards more trouble)."""
_NO_ANSWER = 0.02
_OTHER_MODE = 0.06
_DAY = {"trivsel": 0.08, "goeremaal": 0.03, "humoer": 0.06, "soevn": 0.22, "kropstillid": 0.12}
"""Variance of the day by trait: sleep is a matter of last night."""
_DAY_OF_OTHERS, _OWN = 0.08, 0.20


class Retest(NamedTuple):
    """Who answers again: their rows, the persons as they are at the second answer, and what they say."""

    rows: NDArray[np.int64]
    persons: Persons
    shift: Array
    anchor: NDArray[np.object_]


def draw_retest(
    rng: np.random.Generator, persons: Persons, willing: NDArray[np.bool_], end: dt.date
) -> Retest:
    """Draw about three in ten patients, of those `willing` who can answer again before the pilot's end."""
    in_time = persons.day + np.timedelta64(_DAYS[1], "D") <= np.datetime64(end, "D")
    early = np.flatnonzero(in_time & willing)
    n = min(round(_SHARE * len(persons.day)), len(early))
    rows = np.sort(rng.choice(early, n, replace=False)).astype(np.int64)
    gap = rng.integers(_DAYS[0], _DAYS[1] + 1, n).astype("timedelta64[D]")
    other = rng.random(n) < _OTHER_MODE
    site, day, age, woman, paper = persons
    part = Persons(site[rows], day[rows] + gap, age[rows], woman[rows], paper[rows] ^ other)
    anchor, shift = np.full(n, "uaendret", dtype=object), np.zeros(n)
    order, start = rng.permutation(n), 0
    for said, share, moved in _CHANGED:
        chosen = order[start : start + round(share * n)]
        anchor[chosen], shift[chosen] = said, moved
        start += len(chosen)
    anchor[order[start : start + round(_NO_ANSWER * n)]] = ""
    return Retest(rows, part, shift, anchor)


def answer_again(rng: np.random.Generator, latent: Array, retest: Retest, q: Questionnaire) -> Array:
    """Return the continuous second answers to the first ones, shape (n, n_items)."""
    blueprint = draw_blueprint(np.random.default_rng(0), q)  # for traits and signs, which are not drawn
    day = np.array([_DAY.get(trait, _DAY_OF_OTHERS) for trait in TRAITS])
    day[TRAITS.index("alder")] = 0.0
    part = day[blueprint.trait]
    traits = rng.standard_normal((len(latent), len(TRAITS)))
    moved = np.sqrt(part) * traits[:, blueprint.trait] + retest.shift[:, None]
    own = np.sqrt(_OWN) * rng.standard_normal(latent.shape)
    return np.asarray(np.sqrt(1.0 - part - _OWN) * latent + blueprint.sign * moved + own)

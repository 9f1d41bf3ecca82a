"""What is missing from a synthetic pilot's answers, and why: skips, other kinds of missing, branching."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from propsych.datasets.persons import Persons
from propsych.questionnaire import Item, Questionnaire

__all__ = ["BLANK", "STRAYS", "draw_missing", "hide_branches"]

BLANK = -100
"""Stands for an empty cell among the codes; no code of the questionnaire is so low."""

_RATES = {
    "not_relevant": {"hverdag_03": 0.010, "hverdag_08": 0.030, "foelger_01": 0.020, "foelger_06": 0.010},
    "dont_know": {"triv_06": 0.008, "smerte_mindst": 0.008, "kropstillid_02": 0.015, "tabte_timer": 0.015},
    "prefer_not": {"hverdag_08": 0.015, "livsmod": 0.015, "foelger_02": 0.015},
}
_SKIP_RATES = (0.012, 0.038)
_PARENTS_ARE_SKIPPED_LESS = 0.3
STRAYS = {"tabte_timer": 2, "bivirkninger": 1}
"""How many answer on paper what branching should have hidden from them."""


def draw_missing(
    rng: np.random.Generator,
    codes: NDArray[np.int64],
    persons: Persons,
    q: Questionnaire,
    much_skipped: dict[str, float],
) -> NDArray[np.int64]:
    """Return `codes` with some answers skipped, some "ved ikke", "ikke relevant", "ønsker ikke at svare".

    `much_skipped` maps item keys to a skip rate of their own. On paper more is skipped than on a screen.
    """
    codes = codes.copy()
    for kind, rates in _RATES.items():
        code = int(q.missing[kind][0])  # type: ignore[index]
        for j, item in enumerate(q.items):
            if item.id in rates:
                codes[rng.random(len(codes)) < rates[item.id], j] = code
    rate = rng.uniform(*_SKIP_RATES, len(q.items))
    parents = {item.asked_if.item for item in q.items if item.asked_if is not None}
    for j, item in enumerate(q.items):
        rate[j] = much_skipped.get(
            item.key, rate[j] * (_PARENTS_ARE_SKIPPED_LESS if item.id in parents else 1.0)
        )
    by_mode = np.where(persons.paper, 1.25, 0.94)
    codes[rng.random(codes.shape) < by_mode[:, None] * rate] = BLANK
    return codes


def hide_branches(
    rng: np.random.Generator,
    codes: NDArray[np.int64],
    persons: Persons,
    q: Questionnaire,
    strays: Mapping[str, int],
) -> NDArray[np.int64]:
    """Return `codes` with items hidden where branching says so.

    A screen writes the code for "not asked" and paper leaves a blank; below a blank parent all is blank.
    A few patients (`strays`, by item) answer on paper what they should have passed by.
    """
    codes = codes.copy()
    column = {item.id: j for j, item in enumerate(q.items)}
    for j, item in enumerate(q.items):
        if item.asked_if is not None:
            parent = codes[:, column[item.asked_if.item]]
            hidden = _hidden(codes[:, j], parent, persons, item, int(q.missing["not_asked"][0]))
            codes[:, j] = _with_strays(rng, hidden, codes[:, j], parent, persons, item, strays)
    return codes


def _hidden(
    child: NDArray[np.int64], parent: NDArray[np.int64], persons: Persons, item: Item, not_asked: int
) -> NDArray[np.int64]:
    shown = np.isin(parent, item.asked_if.codes if item.asked_if else ())
    return np.where(shown, child, np.where(persons.paper | (parent == BLANK), BLANK, not_asked))


def _with_strays(
    rng: np.random.Generator,
    hidden: NDArray[np.int64],
    child: NDArray[np.int64],
    parent: NDArray[np.int64],
    persons: Persons,
    item: Item,
    strays: Mapping[str, int],
) -> NDArray[np.int64]:
    shown = np.isin(parent, item.asked_if.codes if item.asked_if else ())
    could = np.flatnonzero(~shown & persons.paper & (parent != BLANK) & (child >= 0))
    few = rng.choice(could, min(strays.get(item.id, 0), len(could)), replace=False)
    result = hidden.copy()
    result[few] = child[few]
    return result

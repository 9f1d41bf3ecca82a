"""The graded-response-like model: correlated traits, loadings and thresholds, and the answers they give.

A person's answer to an item is the number of the item's thresholds that lie below
``sign * (loading * trait + sqrt(1 - loading ** 2) * noise)``. Traits are scaled to variance 1 and point
towards more trouble, so `sign` is -1 for items whose higher codes are better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.datasets.persons import SITES, Persons
from propsych.questionnaire import Item, Questionnaire

__all__ = ["Blueprint", "categorise", "draw_blueprint", "draw_latent", "draw_traits"]

Array = NDArray[np.float64]

TRAITS = ("trivsel", "goeremaal", "humoer", "soevn", "foelger", "kropstillid", "smerte", "alder")
"""Scale ids, then pain intensity, then age itself (it decides who works and who has a pension)."""

_WOMEN = np.array([0.05, 0.05, 0.12, 0.15, 0.0, 0.05, 0.05, 0.0])
_PER_DECADE = np.array([-0.03, 0.08, -0.05, 0.03, -0.05, 0.03, 0.04, 0.0])

_HALF_WIDTH = {4: 0.80, 5: 1.20, 6: 1.30, 11: 1.50}
"""Outermost thresholds by number of categories, for items without thresholds of their own."""


class _Single(NamedTuple):
    """How an item outside the reflective scales depends on a trait; `location` moves its thresholds up."""

    trait: str
    loading: float
    location: float = 0.0
    thresholds: tuple[float, ...] = ()


_SINGLES = {
    "smerte_nu": _Single("smerte", 0.88),
    "smerte_vaerst": _Single("smerte", 0.93),
    "smerte_mindst": _Single("smerte", 0.93),
    "smerte_snit": _Single("smerte", 0.93),
    "livsmod": _Single("humoer", 0.65, 0.60),
    "arbejdsliv": _Single("alder", 0.75, 0.0, (-0.99, -0.41, 0.0, 0.47)),  # shares .16 .18 .16 .18 .32
    "tabte_timer": _Single("foelger", 0.55, 0.10),
    "medicin": _Single("smerte", 0.45, 0.0, (-0.99, -0.33, 0.47)),  # shares .16 .21 .31 .32
    "bivirkninger": _Single("smerte", 0.35, 0.10),
}


class Blueprint(NamedTuple):
    """Parameters of the items in questionnaire order; free text has no thresholds."""

    trait: NDArray[np.int64]
    """Position in `TRAITS`, shape (n_items,)."""
    loading: Array
    """Shape (n_items,)."""
    sign: Array
    """1 or -1, shape (n_items,)."""
    thresholds: Array
    """Rising, infinite where an item has fewer; shape (n_items, most thresholds)."""


def draw_blueprint(rng: np.random.Generator, questionnaire: Questionnaire) -> Blueprint:
    """Draw the parameters of one pilot's items.

    The ranges keep an item unproblematic: the item-rest correlation is about .5 to .7, correlations within a
    scale about .4 to .6, and an end category holds about 5 to 20 % of the answers.
    """
    items = questionnaire.items
    loading = rng.uniform(0.70, 0.80, len(items))
    location = rng.uniform(-0.30, 0.30, len(items))
    trait = np.zeros(len(items), dtype=np.int64)
    most = max(len(item.categories) for item in items) - 1
    thresholds = np.full((len(items), most), np.inf)
    for j, item in enumerate(items):
        scale = questionnaire.scale_of(item.id)
        single = _SINGLES.get(item.id)
        if single is not None:
            loading[j], location[j] = single.loading, single.location
        elif scale is not None and scale.model == "formative":
            loading[j] -= 0.20
        trait[j] = TRAITS.index(single.trait if single else scale.id if scale else "smerte")
        k = len(item.categories)
        if k:
            own = single.thresholds if single else ()
            width = _HALF_WIDTH.get(k, 1.2)
            thresholds[j, : k - 1] = (own or np.linspace(-width, width, k - 1)) + location[j]
    return Blueprint(trait, loading, _signs(items), thresholds)


def _signs(items: Sequence[Item]) -> Array:
    return np.array([-1.0 if item.direction == "higher_is_better" else 1.0 for item in items])


def draw_traits(rng: np.random.Generator, persons: Persons) -> Array:
    """Draw every person's traits; shape (n, n_traits), variance about 1.

    Traits share one general factor (correlations of .4 to .6). Sites differ: the intra-site correlation of a
    trait is drawn between .02 and .05, so that of an item is about half of it.
    """
    n, n_traits = len(persons.age), len(TRAITS)
    share = rng.uniform(0.40, 0.60, n_traits)
    general, own = rng.standard_normal((n, 1)), rng.standard_normal((n, n_traits))
    traits = np.sqrt(share) * general + np.sqrt(1 - share) * own
    decades = (persons.age[:, None] - 54) / 10
    traits += _WOMEN * (persons.woman[:, None] - 0.5) + _PER_DECADE * decades
    icc = rng.uniform(0.02, 0.05, n_traits)
    effects = rng.standard_normal((len(SITES), n_traits))
    # Centred and scaled, so that the six sites differ by as much as the drawn correlation says.
    effects = (effects - effects.mean(axis=0)) / effects.std(axis=0, ddof=1) * np.sqrt(icc)
    traits = np.sqrt(1 - icc) * traits + effects[persons.site]
    traits[:, TRAITS.index("alder")] = (persons.age - 54) / 15
    return np.asarray(traits, dtype=np.float64)


def draw_latent(rng: np.random.Generator, blueprint: Blueprint, traits: Array) -> Array:
    """Draw the continuous answer behind every answer; shape (n, n_items)."""
    noise = rng.standard_normal((len(traits), len(blueprint.trait)))
    loading = blueprint.loading
    return np.asarray(
        blueprint.sign * (loading * traits[:, blueprint.trait] + np.sqrt(1 - loading**2) * noise),
        dtype=np.float64,
    )


def categorise(latent: Array, thresholds: Array) -> NDArray[np.int64]:
    """Return the position of the answered category, 0 for the first; shape (n, n_items)."""
    return np.asarray((latent[:, :, None] > thresholds).sum(axis=2), dtype=np.int64)

"""The checks that agreement of any number of raters shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.data.categories import Categories, declared_categories, rating_positions
from propsych.data.ratings import wide_ratings
from propsych.errors import AnalysisError, message
from propsych.kernels.agreement_weights import agreement_weights

__all__ = ["LEAST_PERSONS", "Columns", "Rated", "declared_ratings", "weights_of"]

LEAST_PERSONS = 3
"""With two, leaving one out leaves nothing to vary."""


class Columns(NamedTuple):
    """Columns of long rows; all None for a wide table."""

    person: str | None = None
    rater: str | None = None
    rating: str | None = None


class Rated(NamedTuple):
    """Positions among declared categories, -1 where missing."""

    positions: NDArray[np.int64]
    categories: Categories
    raters: tuple[str, ...]

    @property
    def n_rated(self) -> int:
        """Persons with any rating."""
        return int((self.positions >= 0).any(axis=1).sum())

    @property
    def n_pairable(self) -> int:
        """Persons with two ratings or more."""
        return int(((self.positions >= 0).sum(axis=1) >= 2).sum())

    @property
    def n_disagreeing(self) -> int:
        """Persons whose ratings are not all the same."""
        held = np.where(self.positions >= 0, self.positions, -1)
        low = np.where(held >= 0, held, np.iinfo(np.int64).max).min(axis=1)
        return int(((held.max(axis=1) > low) & (held >= 0).any(axis=1)).sum())

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of all ratings in each category."""
        used = self.positions[self.positions >= 0]
        return np.bincount(used, minlength=len(self.categories.labels)) / len(used)


def declared_ratings(data: Any, categories: Iterable[Any] | None, columns: Columns, name: str) -> Rated:
    """Return checked ratings; see :func:`propsych.data.ratings.wide_ratings` for the forms of `data`.

    Raises
    ------
    propsych.errors.AnalysisError
        For one rater, a rater without ratings, fewer than three persons with two ratings, ratings in one
        category only, or what the readers refuse.
    """
    declared = declared_categories(categories)
    table = wide_ratings(data, person=columns.person, rater=columns.rater, rating=columns.rating)
    rated = Rated(rating_positions(table.values, declared, table.raters), declared, table.raters)
    if len(rated.raters) < 2:
        raise AnalysisError(message("agreement needs two raters", where=name, remedy="add ratings"))
    silent = np.flatnonzero(~np.atleast_1d((rated.positions >= 0).any(axis=0)))
    if silent.size:
        remedy = "leave the rater out"
        raise AnalysisError(message("a rater has no ratings", where=rated.raters[silent[0]], remedy=remedy))
    if rated.n_pairable < LEAST_PERSONS:
        what = f"agreement needs at least {LEAST_PERSONS} persons with two ratings"
        got = str(rated.n_pairable)
        raise AnalysisError(message(what, where=name, got=got, remedy="collect more ratings"))
    paired = rated.positions[(rated.positions >= 0).sum(axis=1) >= 2]
    if len(np.unique(paired[paired >= 0])) < 2:
        raise AnalysisError(
            message(
                "all ratings are in one category",
                where=name,
                consequence="what chance would give is complete agreement, so no coefficient exists",
                remedy="report the percentage of agreement, and rate persons who differ",
            )
        )
    return rated


def weights_of(declared: Categories, weights: str) -> NDArray[np.float64]:
    """Return agreement weights of declared categories.

    Raises
    ------
    propsych.errors.AnalysisError
        For weights by ratio of scores below 0, whose ratios say nothing.
    """
    if weights == "ratio" and declared.scores.min() < 0:
        what, remedy = "ratio weights of scores below 0", "declare scores from 0, or choose other weights"
        raise AnalysisError(message(what, where="weights", remedy=remedy))
    return agreement_weights(declared.scores, weights)

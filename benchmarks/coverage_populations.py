"""The simulated populations of the coverage study: ordered categories cut from normal responses.

Whatever is observed has five categories, or two where the coefficient is for two, with the item skewness
that is asked for. Responses behind the categories are normal; the scores are not.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, special

__all__ = [
    "binary_items",
    "binary_ratings",
    "category_shares",
    "grouped_items",
    "incomplete_ratings",
    "one_factor_items",
    "ratings",
    "scores",
]

Answers = np.ndarray
MISSING = 0.1


def category_shares(cuts: np.ndarray) -> np.ndarray:
    """Return the share of each category between thresholds of a standard normal response."""
    return np.diff(np.concatenate([[0.0], special.ndtr(cuts), [1.0]]))


def skewness(cuts: np.ndarray) -> float:
    """Return the skewness of the categories 0, 1, 2, ..."""
    p = category_shares(cuts)
    x = np.arange(len(p), dtype=float)
    d = x - p @ x
    return float(p @ d**3 / (p @ d**2) ** 1.5)


def five(skew: float) -> np.ndarray:
    """Return thresholds of five categories with this skewness."""
    if skew == 0.0:
        return special.ndtri(np.array([0.1, 0.3, 0.7, 0.9]))
    base = np.array([0.0, 0.6, 1.1, 1.6])
    return base + optimize.brentq(lambda shift: skewness(base + shift) - skew, -1.0, 2.0)


def two(skew: float) -> np.ndarray:
    """Return the threshold of two categories with this skewness: a share of .5, or .17 for 1.8."""
    return np.array([optimize.brentq(lambda cut: skewness(np.array([cut])) - skew, -1.0, 3.0)])


def _items(rng: np.random.Generator, n: int, k: int, cuts: np.ndarray) -> Answers:
    latent = 0.7 * rng.standard_normal((n, 1)) + np.sqrt(0.51) * rng.standard_normal((n, k))
    return np.digitize(latent, cuts).astype(float)


def one_factor_items(rng: np.random.Generator, n: int, skew: float) -> Answers:
    """Six items, loading .7."""
    return _items(rng, n, 6, five(skew))


def binary_items(rng: np.random.Generator, n: int, skew: float) -> Answers:
    """Eight items of two categories, loading .7."""
    return _items(rng, n, 8, two(skew))


def grouped_items(rng: np.random.Generator, n: int, skew: float) -> Answers:
    """Nine items: a general factor, loading .6, and three groups of three, loading .6, .5 and .4.

    The groups differ so that they can be told apart.
    """
    own = np.repeat([0.6, 0.5, 0.4], 3)
    group = np.repeat(rng.standard_normal((n, 3)), 3, axis=1)
    rest = np.sqrt(1.0 - 0.36 - np.square(own))
    latent = 0.6 * rng.standard_normal((n, 1)) + own * group + rest * rng.standard_normal((n, 9))
    return np.digitize(latent, five(skew)).astype(float)


def _rated(rng: np.random.Generator, n: int, k: int, cuts: np.ndarray) -> Answers:
    latent = np.sqrt(0.8) * rng.standard_normal((n, 1)) + np.sqrt(0.2) * rng.standard_normal((n, k))
    return np.digitize(latent, cuts).astype(float)


def ratings(rng: np.random.Generator, n: int, skew: float) -> Answers:
    """Ratings of four raters, correlation .8 before they are cut into categories."""
    return _rated(rng, n, 4, five(skew))


def incomplete_ratings(rng: np.random.Generator, n: int, skew: float) -> Answers:
    """As :func:`ratings`, a tenth of them missing at random."""
    x = ratings(rng, n, skew)
    x[rng.random(x.shape) < MISSING] = np.nan
    return x


def binary_ratings(rng: np.random.Generator, n: int, skew: float) -> Answers:
    """As :func:`ratings`, of two raters in two categories."""
    return _rated(rng, n, 2, two(skew))


def scores(rng: np.random.Generator, n: int, skew: float) -> Answers:
    """Return sums of six items at two occasions, the trait and each item's own part lasting."""
    trait = rng.standard_normal((n, 1, 1))
    lasting = rng.standard_normal((n, 6, 1))
    latent = 0.7 * trait + 0.5 * lasting + np.sqrt(0.26) * rng.standard_normal((n, 6, 2))
    return np.digitize(latent, five(skew)).sum(axis=1).astype(float)

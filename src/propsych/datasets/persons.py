"""Synthetic patients: where and when they answered, and who they are."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SITES", "Persons", "draw_persons"]

SITES: tuple[tuple[str, str, float], ...] = (
    ("hospital_a", "hospital", 0.22),
    ("hospital_b", "hospital", 0.18),
    ("kommune_a", "kommune", 0.19),
    ("kommune_b", "kommune", 0.15),
    ("praksis_a", "praksis", 0.14),
    ("praksis_b", "praksis", 0.12),
)
"""Site, its sector and its share of the patients."""

_SHARE_WOMEN = 0.62
_SHARE_PAPER = 0.18


class Persons(NamedTuple):
    """Patients in order of date; every array has shape (n,)."""

    site: NDArray[np.int64]
    """Position in `SITES`."""
    day: NDArray[np.datetime64]
    age: NDArray[np.int64]
    woman: NDArray[np.bool_]
    paper: NDArray[np.bool_]


def draw_persons(rng: np.random.Generator, n: int, start: dt.date, end: dt.date) -> Persons:
    """Draw `n` patients between two dates, both included. The sites' sizes are fixed, not drawn."""
    edges = np.round(np.cumsum([share for _, _, share in SITES]) * n).astype(np.int64)
    edges[-1] = n
    site = np.repeat(np.arange(len(SITES)), np.diff(edges, prepend=0))
    days = (end - start).days + 1
    day = np.datetime64(start, "D") + np.sort(rng.integers(0, days, n))
    age = np.clip(np.round(rng.normal(54, 15, n)), 18, 90).astype(np.int64)
    # Older patients more often answer on paper; the tilt keeps the overall share about the same.
    paper = rng.random(n) < _SHARE_PAPER * np.exp((age - 54) / 40)
    return Persons(rng.permutation(site), day, age, rng.random(n) < _SHARE_WOMEN, paper)

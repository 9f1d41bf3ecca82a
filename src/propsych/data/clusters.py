"""Numbers of the sites that persons belong to, for intervals that respect sites."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["MIN_SITES", "site_numbers"]

MIN_SITES = 4
"""Fewest sites for an interval that respects sites; with fewer its degrees of freedom say nothing."""


def site_numbers(persons: pd.DataFrame) -> NDArray[np.int64] | None:
    """Return the number of each person's site in the order of the sites' names, -1 without one.

    None where the file has no column ``site``.

    Examples
    --------
    >>> site_numbers(pd.DataFrame({"site": ["b", "a", None, "b"]}))
    array([ 1,  0, -1,  1])
    """
    if "site" not in persons:
        return None
    codes, _ = pd.factorize(persons["site"], sort=True)
    return np.asarray(codes, dtype=np.int64)

"""Published ratings and small simulated ones that the tests of reliability share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NAN = np.nan

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
"""Shrout & Fleiss (1979), table 2: six targets, four judges."""

KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
"""Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C: four observers, gaps."""

FLEISS_COHEN_EVERITT = np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]], dtype=float)
"""Fleiss, Cohen & Everitt (1969), table 1: 200 persons, two raters, three categories."""

PEAK_FLOW = np.array(
    [
        [494, 512],
        [395, 430],
        [516, 520],
        [434, 428],
        [476, 500],
        [557, 600],
        [413, 364],
        [442, 380],
        [650, 658],
        [433, 445],
        [417, 432],
        [656, 626],
        [267, 260],
        [478, 477],
        [178, 259],
        [423, 350],
        [427, 451],
    ],
    dtype=float,
)
"""Bland & Altman (1986), first readings with the large and the mini meter, 17 persons."""


def ratings(n: int, k: int, q: int, seed: int, *, gaps: float = 0.0) -> NDArray[np.float64]:
    """Return correlated ratings from 1 to `q` of `n` persons by `k` raters, some missing."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) + 0.7 * rng.normal(size=(n, k)) + 0.3 * rng.normal(size=k)
    cuts = np.quantile(latent, np.linspace(0, 1, q + 1)[1:-1])
    values = 1.0 + np.searchsorted(cuts, latent)
    values[rng.random((n, k)) < gaps] = np.nan
    return values


def positions(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return positions from 0 of ratings from 1, -1 where missing."""
    return np.where(np.isnan(values), 0.0, values).astype(np.int64) - 1

"""Split-half reliabilities: all splits up to 16 items, a seeded sample above."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["EXACT_UP_TO", "SplitHalves", "split_halves"]

Floats = NDArray[np.float64]

EXACT_UP_TO = 16
CHUNK = 65_536


class SplitHalves(NamedTuple):
    """Largest, smallest and mean reliability over the splits."""

    maximum: float
    minimum: float
    mean: float
    n_splits: int
    exact: bool


def split_halves(C: Floats, n_splits: int = 10_000, seed: int = 1) -> SplitHalves:
    r"""Return the split-half reliabilities of a covariance or correlation matrix.

    Parameters
    ----------
    C : ndarray of float, shape (k, k)
    n_splits, seed : int
        Sampled splits above 16 items.

    Notes
    -----
    Guttman (1945), doi:10.1007/BF02288892: with signs s = +1 in one half and -1 in the other, the variance of
    the sum is :math:`V = 1'C1` and four times the halves' covariance is :math:`V - s'Cs`, so the
    reliability is :math:`1 - s'Cs / V`. Halves of an odd number of items differ by one item. The largest
    is lambda 4.

    Examples
    --------
    >>> C = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    >>> found = split_halves(C)
    >>> round(found.mean, 6), found.n_splits, found.exact
    (0.8, 3, True)
    """
    k = C.shape[0]
    exact = k <= EXACT_UP_TO
    signs = _all_signs(k) if exact else _sampled_signs(k, n_splits, seed)
    total = float(C.sum())
    parts = [signs[i : i + CHUNK].astype(float) for i in range(0, len(signs), CHUNK)]
    gap = np.concatenate([((part @ C) * part).sum(axis=1) for part in parts])
    reliability = 1.0 - gap / total
    return SplitHalves(
        float(reliability.max()), float(reliability.min()), float(reliability.mean()), len(signs), exact
    )


@cache
def _all_signs(k: int) -> NDArray[np.int8]:
    """Return every split once, shape (n_splits, k): at most 6,435 splits of 16 items."""
    half = k // 2
    if k % 2 == 0:
        # the half with the first item stands for both halves
        chosen = np.array([(0, *rest) for rest in combinations(range(1, k), half - 1)], dtype=int)
    else:
        chosen = np.array(list(combinations(range(k), half)), dtype=int)
    signs = -np.ones((len(chosen), k), dtype=np.int8)
    signs[np.arange(len(chosen))[:, None], chosen.reshape(len(chosen), -1)] = 1
    signs.setflags(write=False)
    return signs


def _sampled_signs(k: int, n_splits: int, seed: int) -> NDArray[np.int8]:
    order = np.random.default_rng(seed).random((n_splits, k)).argsort(axis=1)
    return np.where(order < k // 2, 1, -1).astype(np.int8)

"""Bins of a histogram of scale scores, each holding the same number of possible scores.

Equal bins over the range would hold two possible scores here and three there, and draw peaks that no
person made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bins", "score_bins"]

_FEWEST, _MOST, _WISHED = 5, 15, 10


@dataclass(frozen=True)
class Bins:
    """Bins of possible scores: `low` and `high` are the lowest and highest possible score of each."""

    low: tuple[float, ...]
    high: tuple[float, ...]
    edges: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """``low..high`` with six significant digits."""
        return tuple(f"{low:.6g}..{high:.6g}" for low, high in zip(self.low, self.high, strict=True))

    def count(self, scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the number of scores in each bin; a prorated score belongs to the nearest possible one."""
        counts, _ = np.histogram(scores[~np.isnan(scores)], bins=np.asarray(self.edges))
        return counts.astype(np.int64)


def score_bins(low: float, high: float, step: float) -> Bins:
    """Divide the possible scores ``low, low + step, ..., high`` into about ten bins.

    Parameters
    ----------
    low, high : float
        Declared range of the score.
    step : float
        Distance between neighbouring possible scores of a person who answered everything.

    Returns
    -------
    Bins
        All with the same number of possible scores; the last has fewer only where no division is even.

    Examples
    --------
    >>> score_bins(0, 24, 1).names
    ('0..4', '5..9', '10..14', '15..19', '20..24')
    """
    n_possible = round((high - low) / step) + 1
    widths = [w for w in range(1, n_possible + 1) if _FEWEST <= -(-n_possible // w) <= _MOST] or [1]
    width = min(widths, key=lambda w: ((-n_possible % w) / w, abs(-(-n_possible // w) - _WISHED)))
    starts = np.arange(0, n_possible, width)
    ends = np.minimum(starts + width - 1, n_possible - 1)
    edges = [low + (start - 0.5) * step for start in starts] + [high + 0.5 * step]
    lows, highs = low + starts * step, low + ends * step
    return Bins(tuple(lows.tolist()), tuple(highs.tolist()), tuple(float(edge) for edge in edges))

"""Alpha of bootstrap samples, and Bonett's interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from propsych.kernels.resampling import bootstrap_counts

__all__ = ["BootstrapAlpha", "bonett_interval", "bootstrap_alpha"]

Floats = NDArray[np.float64]
CHUNK = 100_000
"""Bootstrap counts held at once: they then stay in the processor's cache, which is four times as fast."""


def bonett_interval(alpha: ArrayLike, n: int, k: int, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return Bonett's interval for alpha of `k` items and `n` persons.

    Notes
    -----
    Bonett (2002), doi:10.3102/10769986027004335: log(1 - alpha) is normal with variance
    2 k / ((k - 1) (n - 2)) about log(n / (n - 1)) more than it should be, for normal, parallel items.

    Examples
    --------
    >>> lower, upper = bonett_interval(0.70, 100, 5)
    >>> round(float(lower), 2), round(float(upper), 2)
    (0.59, 0.78)
    """
    value = np.asarray(alpha, dtype=float)
    if n < 3 or k < 2:
        return np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    half = special.ndtri((1.0 + level) / 2.0) * np.sqrt(2.0 * k / ((k - 1.0) * (n - 2.0)))
    bias = np.log(n / (n - 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.log1p(-value) - bias
        return np.asarray(1.0 - np.exp(centre + half)), np.asarray(1.0 - np.exp(centre - half))


class BootstrapAlpha(NamedTuple):
    """Alpha and standardised alpha of the same bootstrap samples, each of shape (n_boot,)."""

    alpha: Floats
    standardised: Floats


def bootstrap_alpha(values: Floats, n_boot: int, seed: int) -> BootstrapAlpha:
    """Return alpha and standardised alpha of `n_boot` bootstrap samples of complete answers.

    Products of the counts with the items, their squares and the squared totals give every sample's
    variances. NaN where the sum, or for standardised alpha an item, does not vary in a sample.
    """
    n, k = values.shape
    x = values - values.mean(axis=0)
    columns = np.column_stack([x, np.square(x), np.square(x.sum(axis=1))])
    across = np.ascontiguousarray(x.T)
    # a sample that holds one answer many times leaves only rounding of a variance
    floor = 1e-12 * np.square(x).mean(axis=0)
    rng = np.random.default_rng(seed)
    per_chunk = max(1, CHUNK // n)
    chunks = []
    for start in range(0, n_boot, per_chunk):
        counts = bootstrap_counts(n, min(per_chunk, n_boot - start), rng)
        moments = counts @ columns / n
        means = moments[:, :k]
        variances = moments[:, k:-1] - np.square(means)
        scale = moments[:, -1] - np.square(means.sum(axis=1))
        chunks.append(
            [
                _alpha(variances.sum(axis=1), np.where(scale > floor.sum(), scale, np.nan), k),
                _standardised(counts, across, means, np.where(variances > floor, variances, np.nan)),
            ]
        )
    return BootstrapAlpha(*np.concatenate(chunks, axis=1))


def _alpha(items: Floats, scale: Floats, k: int) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = k / (k - 1.0) * (1.0 - items / np.where(scale > 1e-12 * items, scale, np.nan))
    # identical items leave rounding above 1
    return np.asarray(np.minimum(alpha, 1.0))


def _standardised(counts: Floats, across: Floats, means: Floats, variances: Floats) -> Floats:
    """Return alpha of each sample's standardised items; `across` holds the items in rows."""
    k, n = across.shape
    scale = 1.0 / np.sqrt(variances)
    totals = scale @ across
    np.square(totals, out=totals)
    spread = np.einsum("ij,ij->i", counts, totals) / n - np.square((means * scale).sum(axis=1))
    spread = np.where(spread > 1e-12 * k, spread, np.nan)
    return np.asarray(k / (k - 1.0) * (1.0 - k / spread))

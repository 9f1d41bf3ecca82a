"""Made-up answers for the tests of internal consistency, and deletion of persons by brute force."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CUTS = (-1.2, -0.4, 0.4, 1.2)

_THURSTONE = """
.828
.776 .779
.439 .493 .460
.432 .464 .425 .674
.447 .489 .443 .590 .541
.447 .432 .401 .381 .402 .288
.541 .537 .534 .350 .367 .320 .555
.380 .358 .359 .424 .446 .325 .598 .452
"""
"""Thurstone & Thurstone (1941), nine tests of 213 persons as Bechtoldt (1961) prints their correlations."""


def ordered(n: int, loadings: list[float], seed: int = 1, cuts: tuple[float, ...] = CUTS) -> Floats:
    """Return ordered answers 0, 1, ... of one factor with these standardised loadings, shape (n, k)."""
    rng = np.random.default_rng(seed)
    weight = np.asarray(loadings)
    latent = rng.normal(size=(n, 1)) * weight + rng.normal(size=(n, len(weight))) * np.sqrt(1.0 - weight**2)
    return np.digitize(latent, cuts).astype(float)


def clusters(n: int, sizes: tuple[int, ...], loading: float = 0.8, seed: int = 1) -> Floats:
    """Return ordered answers of uncorrelated clusters of items, shape (n, sum of the sizes)."""
    return np.concatenate(
        [ordered(n, [loading] * size, seed=seed + 100 * c) for c, size in enumerate(sizes)], axis=1
    )


def one_factor(loadings: list[float], theta: list[float] | None = None) -> Floats:
    """Return the covariances of one factor; errors fill the variances up to 1 unless they are given."""
    weight = np.asarray(loadings)
    rest = 1.0 - weight**2 if theta is None else np.asarray(theta)
    return np.asarray(np.outer(weight, weight) + np.diag(rest))


def without_each(f: Callable[[Floats], object], values: Floats) -> Floats:
    """Return f of the answers without person 1, 2, ... by really leaving them out."""
    return np.array([f(np.delete(values, i, axis=0)) for i in range(len(values))])


def any_covariance(k: int, seed: int) -> Floats:
    """Return a positive definite matrix with unequal variances, mostly positive, shape (k, k)."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.3, 1.5, k)
    rest = rng.normal(size=(k, 2 * k)) * 0.4
    return np.asarray(np.outer(weight, weight) + rest @ rest.T / k + np.diag(rng.uniform(0.3, 1.0, k)))


def thurstone() -> Floats:
    """Return the correlations of nine tests of ability, three each of three kinds."""
    R = np.eye(9)
    for i, row in enumerate(_THURSTONE.split("\n")[1:-1], start=1):
        R[i, :i] = [float(r) for r in row.split()]
    return R + R.T - np.eye(9)

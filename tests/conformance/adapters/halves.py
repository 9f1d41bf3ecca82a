"""Adapters of psych::guttman, splitHalf and tenberge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.alpha import raw_alpha
from propsych.kernels.covariance import off_diagonal
from propsych.kernels.guttman import lambda5, lambda6_covariance, lambda_1_2_3, mu
from propsych.kernels.split_half import EXACT_UP_TO, split_halves
from tests.conformance.adapters.matrices import by_first_component, matrix_of
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

SAMPLED = (
    "psych samples the splits of more than 16 items from R's random numbers: its extremes and mean cannot"
    " be met by other samples and are not compared; what does not depend on the sample is"
)
ODD = (
    "psych 2.2.9 takes half of the choose(k, (k - 1) / 2) splits of an odd number of items, as if every"
    " split had a twin with the halves exchanged; an odd number has none, so it misses half of them:"
    " propsych and psych 2.5.3 take all"
)


def guttman(case: Case) -> Iterator[Actual]:
    """psych::guttman of a correlation matrix; its split halves turn negative items, nothing else does."""
    R = matrix_of(case).matrix
    k = len(R)
    first, second, third = lambda_1_2_3(R)
    yield Actual(("lambda1",), float(first), note="" if k <= EXACT_UP_TO else SAMPLED)
    yield Actual(("lambda2",), float(second))
    yield Actual(("lambda3",), float(third))
    if k <= EXACT_UP_TO:
        keys = by_first_component(R)
        halves = split_halves(R * np.outer(keys, keys))
        yield Actual(("lambda4",), halves.maximum, note=_odd(case, k))
        yield Actual(("beta",), max(halves.minimum, 0.0))
    yield Actual(("lambda5",), float(lambda5(R)))
    yield Actual(("lambda5p",), float(lambda5(R, corrected=True)))
    yield Actual(("lambda6",), float(lambda6_covariance(R)))
    for name, value in zip(("mu0", "mu1", "mu2", "mu3"), mu(R), strict=True):
        yield Actual(("tenBerge", name), float(value))
    largest = np.linalg.eigvalsh(R)[-1]
    # alpha of the first principal component: its eigenvalue takes the place of the mean correlation
    yield Actual(("alpha_pc",), float((1.0 - 1.0 / largest) * k / (k - 1)))


def _odd(case: Case, k: int) -> str:
    old = case.package_version.get("psych", "").startswith(("1.", "2.0", "2.1", "2.2"))
    return ODD if k % 2 and old else ""


def tenberge(case: Case) -> Iterator[Actual]:
    """psych::tenberge of a correlation matrix."""
    for name, value in zip(("mu0", "mu1", "mu2", "mu3"), mu(matrix_of(case).matrix), strict=True):
        yield Actual((name,), float(value))


def split_half(case: Case) -> Iterator[Actual]:
    """psych::splitHalf of covariances (covar=TRUE), else of the correlations of pairwise covariances."""
    data = matrix_of(case, covariances=True)
    C = data.matrix if case.argument("covar", default=False) else data.standardised
    if case.argument("key") is None and case.argument("check.keys", default=True):
        keys = by_first_component(C)
        C = C * np.outer(keys, keys)
    exact = len(C) <= EXACT_UP_TO
    if exact:
        found = split_halves(C)
        yield Actual(("maxrb",), found.maximum, note=_odd(case, len(C)))
        yield Actual(("minrb",), found.minimum)
        yield Actual(("meanr",), found.mean)
    if exact or not case.argument("raw", default=False):
        yield from _kept(case, C)
    yield Actual(("av_r",), float(off_diagonal(C).mean()), note="" if exact else SAMPLED)
    yield Actual(("alpha",), float(raw_alpha(C)))
    yield Actual(("lambda6",), float(lambda6_covariance(C)))
    yield Actual(("lambda2",), float(lambda_1_2_3(C)[1]))


def _kept(case: Case, C: Floats) -> Iterator[Actual]:
    """Yield how many splits there are, with their quantiles: psych has them only if it keeps them (raw)."""
    tail = float(case.argument("ci", default=0.05)) / 2.0
    ends: list[float | None] = [None] * 3
    n: float | None = None
    if case.argument("raw", default=False):
        values = _all_splits(C)
        n, ends = float(len(values)), [float(q) for q in np.quantile(values, [tail, 0.5, 1.0 - tail])]
    yield Actual(("n_splits",), n)
    for name, end in zip(("2.5%", "50%", "97.5%"), ends, strict=True):
        yield Actual(("ci", name), end)


def _all_splits(C: Floats) -> Floats:
    """Return every split-half reliability, halves of an even number of items once."""
    k = len(C)
    chosen = [half for half in combinations(range(k), k // 2) if k % 2 or half[0] == 0]
    signs = -np.ones((len(chosen), k))
    signs[np.arange(len(chosen))[:, None], np.array(chosen)] = 1.0
    return np.asarray(1.0 - ((signs @ C) * signs).sum(axis=1) / C.sum())

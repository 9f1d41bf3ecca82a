"""Adapters of psych::guttman, splitHalf and tenberge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from propsych.kernels.alpha import raw_alpha
from propsych.kernels.covariance import off_diagonal
from propsych.kernels.guttman import lambda5, lambda6_covariance, lambda_1_2_3, mu
from propsych.kernels.split_half import EXACT_UP_TO, split_halves
from tests.conformance.adapters.matrices import matrix_of
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

SAMPLED = (
    "psych samples the splits of more than 16 items from R's random numbers: its extremes and mean cannot"
    " be met by other samples and are not compared; what does not depend on the sample is"
)


def guttman(case: Case) -> Iterator[Actual]:
    """psych::guttman of a correlation matrix."""
    R = matrix_of(case).matrix
    k = len(R)
    first, second, third = lambda_1_2_3(R)
    yield Actual(("lambda1",), float(first))
    yield Actual(("lambda2",), float(second))
    yield Actual(("lambda3",), float(third))
    if k <= EXACT_UP_TO:
        yield Actual(("lambda4",), split_halves(R).maximum)
        yield Actual(("beta",), max(split_halves(R).minimum, 0.0))
    yield Actual(("lambda5",), float(lambda5(R)))
    yield Actual(("lambda5p",), float(lambda5(R, corrected=True)))
    yield Actual(("lambda6",), float(lambda6_covariance(R)))
    for name, value in zip(("mu0", "mu1", "mu2", "mu3"), mu(R), strict=True):
        yield Actual(("tenBerge", name), float(value))
    largest = np.linalg.eigvalsh(R)[-1]
    # alpha of the first principal component: its eigenvalue takes the place of the mean correlation
    yield Actual(("alpha_pc",), float((1.0 - 1.0 / largest) * k / (k - 1)))


def tenberge(case: Case) -> Iterator[Actual]:
    """psych::tenberge of a correlation matrix."""
    for name, value in zip(("mu0", "mu1", "mu2", "mu3"), mu(matrix_of(case).matrix), strict=True):
        yield Actual((name,), float(value))


def split_half(case: Case) -> Iterator[Actual]:
    """psych::splitHalf of correlations, or of covariances with covar=TRUE."""
    covariances = bool(case.option("covar", default="covar=TRUE" in case.call.replace(" ", "")))
    C = matrix_of(case, covariances=covariances).matrix
    key = case.option("key")
    if key is not None:
        C = C * np.outer(key, key)
    note = "" if len(C) <= EXACT_UP_TO else SAMPLED
    if not note:
        found = split_halves(C)
        yield Actual(("maxrb",), found.maximum)
        yield Actual(("minrb",), found.minimum)
        yield Actual(("meanr",), found.mean)
    for empty in (("n_splits",), ("ci", "2.5%"), ("ci", "50%"), ("ci", "97.5%")):
        # psych gives none unless all splits are kept (raw=TRUE)
        yield Actual(empty, None)
    yield Actual(("av_r",), float(off_diagonal(C).mean()), note=note)
    yield Actual(("alpha",), float(raw_alpha(C)))
    yield Actual(("lambda6",), float(lambda6_covariance(C)))
    yield Actual(("lambda2",), float(lambda_1_2_3(C)[1]))

"""A case's data as a correlation or covariance matrix, whether it holds answers or the matrix itself."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.covariance import correlation_from_covariance, covariance, pearson
from tests.conformance.adapters.columns import numbers_only
from tests.conformance.pack import Case

Floats = NDArray[np.float64]

PERSONS = {"harman74_cor.csv": 145, "thurstone_cor.csv": 213}
"""Persons behind the shared correlation matrices, for cases that do not tell."""


class MatrixData(NamedTuple):
    """`values` is None where the file holds a matrix; `n` is 0 where the case does not tell it."""

    names: tuple[str, ...]
    matrix: Floats
    values: Floats | None
    n: int

    @property
    def standardised(self) -> Floats:
        """The correlations of these covariances: pairwise, they differ from pairwise correlations."""
        return correlation_from_covariance(self.matrix)


def answers_of(case: Case) -> pd.DataFrame:
    """Return the case's numeric columns; text columns (names of variables) are left out."""
    frame = case.frame()
    return numbers_only(frame.drop(columns=[c for c in ("variable", "Unnamed: 0") if c in frame.columns]))


def matrix_of(case: Case, *, covariances: bool = False) -> MatrixData:
    """Return the matrix as psych takes it: pairwise deletion unless the call says complete; keys applied."""
    frame = answers_of(case)
    values = frame.to_numpy(dtype=float)
    names = tuple(map(str, frame.columns))
    n = int(case.argument("n.obs", "n_obs", default=0))
    key = case.argument("key")
    sign = np.ones(len(names)) if key is None else np.asarray(key, dtype=float)
    if values.shape[0] == values.shape[1] and np.allclose(values, values.T, atol=1e-12):
        return MatrixData(names, values * np.outer(sign, sign), None, n)
    complete = "complete" in str(case.argument("use", default=""))
    rule: Literal["listwise", "pairwise"] = "listwise" if complete else "pairwise"
    matrix = (covariance if covariances else pearson)(values, rule).matrix
    return MatrixData(names, matrix * np.outer(sign, sign), values, len(values))


def persons_behind(case: Case, data: MatrixData) -> int:
    """Return the persons behind a matrix, 1 where nobody knows: the scale of a chi-square."""
    return data.n or PERSONS.get(str(case.data), 1)


def by_first_component(C: Floats) -> Floats:
    """Return psych's automatic keys: -1 for a variable that loads negatively on the first component."""
    loadings = np.linalg.eigh(C)[1][:, -1]
    return np.where(loadings * (1.0 if loadings.sum() >= 0 else -1.0) < 0, -1.0, 1.0)

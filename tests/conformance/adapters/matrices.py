"""A case's data as a correlation or covariance matrix, whether it holds answers or the matrix itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.kernels.covariance import covariance, pearson
from tests.conformance.adapters.columns import numbers_only
from tests.conformance.pack import Case

Floats = NDArray[np.float64]


class MatrixData(NamedTuple):
    """`values` is None where the file holds a matrix; `n` is 0 where the case does not tell it."""

    names: tuple[str, ...]
    matrix: Floats
    values: Floats | None
    n: int


def answers_of(case: Case) -> pd.DataFrame:
    """Return the case's numeric columns; text columns (names of variables) are left out."""
    frame = case.frame()
    return numbers_only(frame.drop(columns=[c for c in ("variable", "Unnamed: 0") if c in frame.columns]))


def matrix_of(case: Case, *, covariances: bool = False) -> MatrixData:
    """Return the matrix as psych takes it: pairwise deletion."""
    frame = answers_of(case)
    values = frame.to_numpy(dtype=float)
    names = tuple(map(str, frame.columns))
    n = int(case.option("n.obs", "n_obs", default=0))
    if values.shape[0] == values.shape[1] and np.allclose(values, values.T, atol=1e-12):
        return MatrixData(names, values, None, n)
    matrix = (covariance if covariances else pearson)(values, "pairwise").matrix
    return MatrixData(names, matrix, values, len(values))

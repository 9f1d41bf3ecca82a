"""Difficulty and discrimination of items scored 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.entry import numeric_columns
from propsych.errors import AnalysisError, message
from propsych.kernels.alpha import raw_alpha
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import complete_rows, covariance
from propsych.kernels.moments import mean_and_sd
from propsych.result import Result, freeze

__all__ = ["ItemDiscrimination", "item_discrimination"]


@dataclass(frozen=True, eq=False)
class ItemDiscrimination(Result):
    """Difficulty and discrimination.

    Attributes
    ----------
    items : tuple of str
        Names.
    p : ndarray, shape (n_items,)
        Share of 1 among those who answered the item.
    point_biserial, corrected : ndarray, shape (n_items,)
        Correlation with the sum of all items, and with the sum of the others; listwise. NaN without variance.
    kr20 : float
        Kuder & Richardson's formula 20, which is Cronbach's alpha of 0/1 items; listwise.
    n_rows, n_complete : int
        Persons, and those who answered every item.
    """

    items: tuple[str, ...]
    p: NDArray[np.float64]
    point_biserial: NDArray[np.float64]
    corrected: NDArray[np.float64]
    kr20: float
    n_rows: int
    n_complete: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: ``p``, ``pbis``, ``rpbis`` (corrected for the item itself)."""
        columns = {"p": self.p, "pbis": self.point_biserial, "rpbis": self.corrected}
        return pd.DataFrame(columns, index=pd.Index(self.items, name="item"))

    def notes(self) -> tuple[str, ...]:
        """Return KR-20 and the missing rule."""
        return (f"KR-20 = {self.kr20:.3f}; {self.n_complete} of {self.n_rows} persons answered every item.",)


def item_discrimination(data: Any) -> ItemDiscrimination:
    """Describe items scored 0 and 1: share of 1, point-biserial correlations, KR-20.

    Parameters
    ----------
    data : ItemData, Responses, data frame or array
        Columns of 0 and 1.

    Returns
    -------
    ItemDiscrimination

    Raises
    ------
    propsych.errors.AnalysisError
        If a column holds anything but 0, 1 and missing.

    Notes
    -----
    Kuder & Richardson (1937), doi:10.1007/BF02288391. The point-biserial correlation with the whole sum is
    inflated by the item itself; report the corrected one.

    Examples
    --------
    >>> round(item_discrimination([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 0]]).kr20, 4)
    0.75
    """
    names, values = numeric_columns(data)
    other = ~np.isin(values, (0.0, 1.0)) & ~np.isnan(values)
    if other.any():
        where = names[int(other.any(axis=0).argmax())]
        remedy = "score the items, or use item_statistics"
        raise AnalysisError(
            message("the column holds something else than 0 and 1", where=where, remedy=remedy)
        )
    C = covariance(values).matrix
    total, rest = item_total_from_covariance(C)
    return ItemDiscrimination(
        names,
        freeze(mean_and_sd(values)[1]),
        freeze(total),
        freeze(rest),
        float(raw_alpha(C)),
        len(values),
        int(complete_rows(values).sum()),
    )

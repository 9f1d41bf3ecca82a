"""Groups of persons under stable labels: ``site=a``, ``sector=hospital``, ``month=2025-09``."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["AGE_BANDS", "Group", "grouping"]

AGE_BANDS = (18, 30, 40, 50, 60, 70, 80)
"""Lower ends of the age groups; below the first and from the last on are groups too."""


@dataclass(frozen=True, eq=False)
class Group:
    """Some of the persons: the label and the rows (boolean mask over all persons)."""

    label: str
    rows: NDArray[np.bool_]


def grouping(persons: pd.DataFrame, by: str) -> tuple[Group, ...]:
    """Split persons by site, sector, month, sex, age, mode or time_point.

    Persons without a value belong to no group. A file without the column gives no groups.

    Parameters
    ----------
    persons : pandas.DataFrame
        As in :attr:`Responses.persons`.
    by : str
        A column of `persons`, or ``"month"`` (of ``date``) or ``"age"`` (in bands, see `AGE_BANDS`).

    Returns
    -------
    tuple of Group
        In the order of the labels, so that nothing depends on the order of persons.
    """
    column = "date" if by == "month" else by
    if column not in persons:
        return ()
    values = persons[column]
    if by == "month":
        values = values.dt.strftime("%Y-%m")
    elif by == "age":
        values = _age_band(values)
    known = values.notna()
    return tuple(
        Group(f"{by}={value}", (values == value).to_numpy(dtype=bool))
        for value in sorted(values[known].unique())
    )


def _age_band(age: pd.Series[float]) -> pd.Series[str]:
    labels = [f"-{AGE_BANDS[0] - 1}"]
    labels += [f"{low}-{high - 1}" for low, high in pairwise(AGE_BANDS)]
    labels.append(f"{AGE_BANDS[-1]}-")
    return pd.cut(age, [-np.inf, *AGE_BANDS, np.inf], right=False, labels=labels).astype("object")

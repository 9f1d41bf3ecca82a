"""Plain descriptives of columns of numbers, items or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from propsych.data.entry import numeric_columns
from propsych.errors import AnalysisError, message
from propsych.kernels.moments import Moments, describe_columns
from propsych.result import Result

__all__ = ["Descriptives", "ResponseFrequencies", "describe", "response_frequencies"]


@dataclass(frozen=True, eq=False)
class Descriptives(Result):
    """Descriptives of columns.

    Attributes
    ----------
    columns : tuple of str
        Names.
    moments : Moments
        Arrays of shape (n_columns,); NaN where a number is not defined.
    type : {1, 2, 3}
        Type of skewness and kurtosis.
    trim : float
        Share left out at each end for the trimmed mean.
    n_rows : int
        Rows, answered or not.
    """

    columns: tuple[str, ...]
    moments: Moments
    type: int
    trim: float
    n_rows: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a column."""
        return pd.DataFrame(self.moments._asdict(), index=pd.Index(self.columns, name="column"))

    def notes(self) -> tuple[str, ...]:
        """Return the missing rule and the type of skewness."""
        return (
            f"Each column from those of its {self.n_rows} rows that have a value; trimmed mean without"
            f" {self.trim:.0%} at each end; skewness and kurtosis of type {self.type} (Joanes & Gill 1998).",
        )


def describe(data: Any, *, type: Literal[1, 2, 3] = 3, trim: float = 0.1) -> Descriptives:
    """Describe columns of numbers.

    Parameters
    ----------
    data : Responses, ItemData, data frame or array
        Columns of numbers; missing values are left out column by column.
    type : {1, 2, 3}
        Skewness and kurtosis of Joanes & Gill (1998), doi:10.1111/1467-9884.00122: g, G or b.
    trim : float, default 0.1
        Share of the answers left out at each end for the trimmed mean.

    Returns
    -------
    Descriptives
        n, mean, sd, median, trimmed mean, mad (times 1.4826), minimum, maximum, range, skewness, excess
        kurtosis, standard error of the mean.

    Raises
    ------
    propsych.errors.AnalysisError
        If a column is not numeric, or `type` or `trim` is none of those allowed.

    Notes
    -----
    The standard error takes persons as independent, so it is too small where they come from a few sites.

    Examples
    --------
    >>> describe(pd.DataFrame({"a": [1, 2, 3, 10]})).to_frame()["skewness"].round(4).item()
    0.6614
    """
    if type not in (1, 2, 3):
        raise AnalysisError(message("skewness has types 1, 2 and 3", got=repr(type), remedy="use type=3"))
    if not 0 <= trim <= 0.5:
        raise AnalysisError(message("trim lies between 0 and 0.5", got=str(trim), remedy="use trim=0.1"))
    columns = numeric_columns(data)
    moments = describe_columns(columns.values, type, trim)
    return Descriptives(columns.names, moments, type, trim, len(columns.values))


@dataclass(frozen=True, eq=False)
class ResponseFrequencies(Result):
    """How the answers of each column spread over the categories.

    Attributes
    ----------
    shares : pandas.DataFrame, shape (n_columns, n_categories)
        Of the answers to the column; NaN where nobody answered.
    counts : pandas.DataFrame of int, shape (n_columns, n_categories)
        Persons.
    missing : pandas.Series, shape (n_columns,)
        Share of the rows without an answer.
    declared : bool
        Whether the categories were declared or taken from the data.
    """

    shares: pd.DataFrame
    counts: pd.DataFrame
    missing: pd.Series[float]
    declared: bool

    def to_frame(self) -> pd.DataFrame:
        """Return one row a column: the share of each category, and ``missing``."""
        return self.shares.assign(missing=self.missing)

    def notes(self) -> tuple[str, ...]:
        """Return where the categories came from."""
        source = "declared" if self.declared else "those observed in any of the columns"
        return (f"Shares of the answered; categories are {source}.",)


def response_frequencies(data: Any, *, categories: Iterable[float] | None = None) -> ResponseFrequencies:
    """Count the answers to each column over one set of categories.

    Parameters
    ----------
    data : Responses, ItemData, data frame or array
        Columns of codes.
    categories : iterable of float, optional
        Declared categories; without, those observed in any of the columns, so that a category nobody uses is
        not seen.

    Returns
    -------
    ResponseFrequencies

    Raises
    ------
    propsych.errors.AnalysisError
        If a column is not numeric, or holds a code that was not declared.

    Examples
    --------
    >>> response_frequencies([[1, 2], [2, 2], [2, None]]).to_frame()
        1.0  2.0   missing
    x1  0.333333  0.666667  0.000000
    x2  0.000000  1.000000  0.333333
    """
    columns = numeric_columns(data)
    observed = np.unique(columns.values[~np.isnan(columns.values)])
    codes = np.asarray(sorted(categories), dtype=float) if categories is not None else observed
    if not np.isin(observed, codes).all():
        wrong = observed[~np.isin(observed, codes)][0]
        what = f"code {wrong:g} is not among the declared categories"
        raise AnalysisError(message(what, remedy="declare it, or correct the data"))
    counts = (
        np.stack([(columns.values == code).sum(axis=0) for code in codes], axis=1)
        if len(codes)
        else (np.zeros((len(columns.names), 0), dtype=int))
    )
    answered = counts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = counts / np.where(answered > 0, answered, np.nan)[:, None]
        missing = 1.0 - answered / len(columns.values)
    index = pd.Index(columns.names)
    return ResponseFrequencies(
        pd.DataFrame(shares, index=index, columns=codes),
        pd.DataFrame(counts, index=index, columns=codes),
        pd.Series(missing, index=index),
        categories is not None,
    )

"""Correlations among columns: Pearson, Spearman, Kendall, with the total and with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from propsych.data.entry import numeric_columns
from propsych.errors import AnalysisError, message
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.covariance import complete_rows, covariance, pearson
from propsych.kernels.rank_correlation import kendall, spearman
from propsych.result import Result

__all__ = ["ItemCorrelations", "item_correlations"]

Missing = Literal["listwise", "pairwise"]
METHODS = ("pearson", "spearman", "kendall")


@dataclass(frozen=True, eq=False)
class ItemCorrelations(Result):
    """Correlations among items.

    Attributes
    ----------
    matrices : mapping of str to pandas.DataFrame
        Method (``"pearson"``, ``"spearman"``, ``"kendall"``: tau-b) -> square matrix.
    item_total : pandas.Series
        Pearson correlation of each item with the sum of all, itself included.
    item_rest : pandas.Series
        Pearson correlation of each item with the sum of the others.
    missing : {"listwise", "pairwise"}
        Missing rule.
    n_rows, n_complete : int
        Persons, and those of them without a missing answer.
    """

    matrices: Mapping[str, pd.DataFrame]
    item_total: pd.Series[float]
    item_rest: pd.Series[float]
    missing: Missing
    n_rows: int
    n_complete: int

    def __getitem__(self, method: str) -> pd.DataFrame:
        return self.matrices[method]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a method and item: its correlations with every item, the total and the rest."""
        frame = pd.concat(dict(self.matrices), names=["method", "item"])
        items = frame.index.get_level_values("item")
        return frame.assign(
            item_total=self.item_total.loc[items].to_numpy(), item_rest=self.item_rest.loc[items].to_numpy()
        )

    def notes(self) -> tuple[str, ...]:
        """Return the missing rule."""
        if self.missing == "listwise":
            return (f"Listwise: {self.n_complete} of {self.n_rows} persons answered every item.",)
        return (f"Pairwise: each correlation from those of {self.n_rows} persons who answered both items.",)


def item_correlations(
    data: Any, *, methods: tuple[str, ...] = METHODS, missing: Missing = "listwise"
) -> ItemCorrelations:
    """Correlate items with each other, with their sum and with the sum of the others.

    Parameters
    ----------
    data : ItemData, Responses, data frame or array
        Items coded in the same direction.
    methods : tuple of str
        Some of ``"pearson"``, ``"spearman"``, ``"kendall"`` (tau-b). Kendall's takes time with the square of
        the number of persons.
    missing : {"listwise", "pairwise"}
        Persons with every answer, or for each pair those with both. Under ``"pairwise"`` the item-total and
        item-rest correlations come from the pairwise covariance matrix, as psych computes them.

    Returns
    -------
    ItemCorrelations
        NaN where an item does not vary.

    Raises
    ------
    propsych.errors.AnalysisError
        If a column is not numeric, or a method or missing rule is unknown.

    Examples
    --------
    >>> result = item_correlations([[1, 2], [2, 3], [3, 3], [4, 5]])
    >>> result["kendall"].round(3).to_numpy().tolist()
    [[1.0, 0.913], [0.913, 1.0]]
    """
    unknown = [method for method in methods if method not in METHODS]
    if unknown:
        remedy = "use " + ", ".join(METHODS)
        raise AnalysisError(message("unknown correlation", got=repr(unknown[0]), remedy=remedy))
    if missing not in ("listwise", "pairwise"):
        raise AnalysisError(
            message("unknown missing rule", got=repr(missing), remedy="use listwise or pairwise")
        )
    names, values = numeric_columns(data)
    matrices = {}
    for method in methods:
        if method == "pearson":
            matrix = pearson(values, missing).matrix
        else:
            matrix = spearman(values, missing) if method == "spearman" else kendall(values, missing)
        matrices[method] = pd.DataFrame(matrix, index=list(names), columns=list(names))
    total, rest = item_total_from_covariance(covariance(values, missing).matrix)
    return ItemCorrelations(
        matrices,
        pd.Series(total, index=list(names)),
        pd.Series(rest, index=list(names)),
        missing,
        len(values),
        int(complete_rows(values).sum()),
    )

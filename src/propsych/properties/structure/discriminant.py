"""Discriminant validity of scales: heterotrait-monotrait ratios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from propsych.data.arguments import require_choice
from propsych.data.model_columns import model_columns
from propsych.errors import AnalysisError, message
from propsych.kernels.covariance import complete_rows
from propsych.kernels.heterotrait import heterotrait_monotrait
from propsych.properties.structure.syntax import parse_model
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["HeterotraitMonotrait", "htmt"]


@dataclass(frozen=True, eq=False)
class HeterotraitMonotrait(Result):
    """Heterotrait-monotrait ratios of each pair of factors.

    Attributes
    ----------
    name : str
    table : pandas.DataFrame
        Factors x factors; 1 on the diagonal.
    method : {"htmt2", "htmt"}
    sample : Sample
    remarks : tuple of str
        Reasons for doubt in these data.
    """

    name: str
    table: pd.DataFrame
    method: str
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Heterotrait-monotrait ratios ({self.method.upper()}): {self.name}"

    def records(self) -> Iterator[Record]:
        """Yield the ratio of each pair, of property ``structure``."""
        names, ratios = list(self.table.columns), self.table.to_numpy(dtype=float)
        for i, first in enumerate(names):
            for j, second in enumerate(names[i + 1 :], start=i + 1):
                value = float(ratios[i, j])
                estimate = Estimate(value if np.isfinite(value) else None, method=self.method)
                yield Record("structure", str(first), "all", f"{self.method}:{second}", estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return the ratios, factors x factors."""
        return self.table.copy()

    def notes(self) -> tuple[str, ...]:
        """Return the sample and what the ratios can tell."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule}).",
            "A ratio estimates the correlation of two factors; near 1 the items of both measure the same."
            " Rules of .85 and .90 are conventions.",
            *self.remarks,
        )


def htmt(
    data: Any, factors: str | Mapping[str, Sequence[str]], *, method: str = "htmt2"
) -> HeterotraitMonotrait:
    """Estimate how far factors can be told apart, without fitting a model.

    Parameters
    ----------
    data : ItemData, Responses, data frame or array
        Persons with every answer are used.
    factors : str or mapping of str to sequence of str
        A model in lavaan's syntax, of which only ``=~`` counts, or factor -> items.
    method : {"htmt2", "htmt"}
        With geometric means; or with arithmetic ones, which presume equal loadings.

    Returns
    -------
    HeterotraitMonotrait

    Raises
    ------
    propsych.errors.AnalysisError
        For fewer than two factors, a factor of fewer than two items, an item of two factors, or an item
        without variance.

    Notes
    -----
    :mod:`propsych.kernels.heterotrait`. Do not trust it where correlations within a factor differ in sign
    after reversal, or where the factor has sub-factors.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> result = htmt(answers, {"a": ["x1", "x2"], "b": ["x3", "x4"]})
    >>> bool(0.9 < result.table.loc["a", "b"] < 1.1)
    True
    """
    require_choice("method", method, ("htmt2", "htmt"))
    chosen = _factors(factors)
    names = tuple(item for items in chosen.values() for item in items)
    columns = model_columns(data, names, what="a ratio of correlations between scales")
    values = columns.values[complete_rows(columns.values)]
    if len(values) < 3:
        what = "correlations need at least three persons with every answer"
        raise AnalysisError(message(what, where=columns.name, got=str(len(values)), remedy="collect answers"))
    constant = np.flatnonzero(np.ptp(values, axis=0) == 0.0).tolist()
    if constant:
        what = f"everybody gave the same answer to {', '.join(names[j] for j in constant)}"
        raise AnalysisError(message(what, where=columns.name, remedy="leave the item out"))
    R = np.asarray(np.corrcoef(values.T))
    members = np.zeros((len(names), len(chosen)), dtype=bool)
    for f, items in enumerate(chosen.values()):
        members[[names.index(item) for item in items], f] = True
    ratio = heterotrait_monotrait(R, members, method == "htmt2")
    labels = pd.Index(list(chosen), name="factor")
    within = members @ members.T
    negative = np.argwhere(np.tril(within & (R < 0.0), -1)).tolist()
    remarks = tuple(
        f"{names[j]} and {names[i]} of one factor correlate {R[i, j]:.2f}: check the declared reversal."
        for i, j in negative
    )
    sample = Sample(int(columns.asked.sum()), len(values), "listwise", columns.source)
    table = pd.DataFrame(ratio, index=labels, columns=labels)
    return HeterotraitMonotrait(columns.name, table, method, sample, remarks)


def _factors(factors: str | Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    if isinstance(factors, str):
        chosen: dict[str, list[str]] = {}
        for term in parse_model(factors):
            if term.op == "=~":
                chosen.setdefault(term.lhs, []).append(term.rhs)
    else:
        chosen = {str(name): [str(item) for item in items] for name, items in factors.items()}
    items = [item for members in chosen.values() for item in members]
    twice = [item for item in dict.fromkeys(items) if items.count(item) > 1]
    if twice:
        what = "an item of two factors tells nothing about their difference"
        raise AnalysisError(message(what, got=twice[0], remedy="name it under one factor, or leave it out"))
    small = [name for name, members in chosen.items() if len(members) < 2]
    if len(chosen) < 2 or small:
        what = "ratios need two factors of at least two items each"
        raise AnalysisError(message(what, got=small[0] if small else str(len(chosen)), remedy="add items"))
    return chosen

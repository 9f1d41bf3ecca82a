"""How many factors: all criteria beside one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_count
from propsych.errors import AnalysisError, message
from propsych.kernels.extraction import best_extraction
from propsych.kernels.factor_fit import factor_df, factor_fit
from propsych.kernels.factor_scores import hofmann_complexity
from propsych.kernels.number_of_factors import average_partials, very_simple_structure
from propsych.kernels.rotation_named import named_rotation, settings_of
from propsych.kernels.sampling_adequacy import Sphericity, bartlett_sphericity, kmo
from propsych.properties.structure.correlations import (
    Correlation,
    ItemCorrelations,
    Missing,
    correlations_of,
)
from propsych.properties.structure.parallel import ParallelAnalysis, parallel_of
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["NumberOfFactors", "number_of_factors"]

Floats = NDArray[np.float64]
ENOUGH_KMO = 0.5
"""Kaiser (1974) calls a measure below it unacceptable."""


@dataclass(frozen=True, eq=False)
class NumberOfFactors(Result):
    """All criteria of how many factors there are.

    Attributes
    ----------
    name : str
    suggestions : pandas.Series
        Criterion -> number of factors.
    table : pandas.DataFrame
        One row a number of factors, from 0: `map` and `map_fourth` (of so many components), `vss_1` and
        `vss_2`, and the fit of so many minimum-residual factors: `df`, `chi2`, `p`, `rmsea`, `bic`, `sabic`,
        `rmsr`, and the mean `complexity` of the items after varimax.
    parallel : ParallelAnalysis
    kmo : float
    kmo_items : pandas.Series
    bartlett : Sphericity
    correlation : str
    sample : Sample
    """

    name: str
    suggestions: pd.Series[int]
    table: pd.DataFrame
    parallel: ParallelAnalysis
    kmo: float
    kmo_items: pd.Series[float]
    bartlett: Sphericity
    correlation: str
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Number of factors: {self.name}, {self.correlation}"

    def records(self) -> Iterator[Record]:
        """Yield the numbers suggested, KMO and Bartlett's test, of property ``structure``."""
        for name, value in self.suggestions.items():
            estimate = Estimate(int(value), method=self.correlation)
            yield Record("structure", self.name, "all", f"n_factors:{name}", estimate, self.sample)
        for name, number in (
            ("n_factors_kmo", self.kmo),
            ("n_factors_bartlett_chi2", self.bartlett.chi2),
            ("n_factors_bartlett_p", self.bartlett.p),
        ):
            estimate = Estimate(number if np.isfinite(number) else None, method=self.correlation)
            yield Record("structure", self.name, "all", name, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a criterion."""
        return self.suggestions.to_frame()

    def notes(self) -> tuple[str, ...]:
        """Return the sample, whether the criteria agree, and reasons for doubt."""
        low, high = int(self.suggestions.min()), int(self.suggestions.max())
        if low == high:
            agree = f"All criteria suggest {low}."
        else:
            agree = (
                f"The criteria disagree: from {low} to {high}. Compare the solutions by what their factors"
                " mean, and test the one chosen on other persons."
            )
        most = int(self.table.index[-1])
        edge = [name for name in ("map", "bic", "sabic", "vss_1", "vss_2") if self._at(name) == most > 1]
        below = [str(item) for item, value in self.kmo_items.items() if value < ENOUGH_KMO]
        low_kmo = (
            f"KMO is below {ENOUGH_KMO} for {', '.join(below)}: hardly anything in common with the others."
        )
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons asked were used ({self.sample.rule}).",
            f"KMO {self.kmo:.3f}; Bartlett's chi-square {self.bartlett.chi2:.1f} on {self.bartlett.df}"
            f" degrees of freedom, p {self.bartlett.p:.3g}.",
            agree,
            "The smallest BIC takes more factors the more persons there are; very simple structure finds the"
            " factors of items that are on one factor each.",
            *((f"{', '.join(edge)}: {most} is the most that was tried.",) if edge else ()),
            *((low_kmo,) if below else ()),
            *self.remarks,
        )

    def _at(self, name: str) -> int:
        return int(self.suggestions.get(name, -1))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the scree with the eigenvalues of chance."""
        return self.parallel.plot(ax)


def number_of_factors(
    data: Any,
    *,
    correlation: Correlation = "pearson",
    n_max: int | None = None,
    n_replicates: int = 100,
    quantile: float = 0.95,
    seed: int = 1,
    missing: Missing = "listwise",
    categories: Iterable[Any] | None = None,
    n_persons: int | None = None,
) -> NumberOfFactors:
    """Show what all criteria say of the number of factors: they may disagree.

    Parameters
    ----------
    data : ItemData, data frame or array
        Answers to the items of one scale; or, with `n_persons`, their correlations.
    correlation : {"pearson", "polychoric"}
    n_max : int, optional
        Most factors tried; default 8, or as many as the items identify.
    n_replicates, quantile, seed
        Of :func:`propsych.parallel_analysis`.
    missing : {"listwise", "pairwise"}
    categories : iterable, optional
        Declared categories of a bare frame or array.
    n_persons : int, optional
        Persons behind correlations that are given as `data`.

    Returns
    -------
    NumberOfFactors

    Raises
    ------
    propsych.errors.AnalysisError
        See :func:`propsych.efa`; also for an `n_max` that the items do not identify.

    Notes
    -----
    Parallel analysis; Velicer's minimum average partial in its original and revised form; very simple
    structure of complexity 1 and 2 (Revelle & Rocklin 1979, doi:10.1207/s15327906mbr1404_2), of varimax
    factors; eigenvalues above 1 (shown because it is asked for: it takes too many); the smallest BIC and
    sample-size adjusted BIC of minimum-residual factors.

    Do not let a count decide: a factor is worth keeping if three items or more say the same of it.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> factors = rng.normal(size=(400, 2)) @ np.kron(np.eye(2), np.full((1, 4), 1.5))
    >>> answers = np.digitize(factors + rng.normal(size=(400, 8)), [-1, 0, 1])
    >>> found = number_of_factors(answers, categories=range(4))
    >>> int(found.suggestions["map"]), int(found.suggestions["vss_1"])
    (2, 2)
    """
    found = correlations_of(
        data,
        "the number of factors",
        correlation=correlation,
        missing=missing,
        categories=categories,
        n_persons=n_persons,
    )
    k = len(found.R)
    identified = max(m for m in range(k) if factor_df(k, m) >= 0)
    most = min(8, identified) if n_max is None else require_count("n_max", n_max)
    if most > identified:
        what, remedy = f"{k} items do not identify so many factors", f"use at most {identified}"
        raise AnalysisError(message(what, where=found.name, got=str(most), remedy=remedy))
    parallel = parallel_of(found, n_replicates=n_replicates, quantile=quantile, seed=seed)
    adequacy = kmo(found.R)
    table = _table(found, most)
    return NumberOfFactors(
        name=found.name,
        suggestions=_suggestions(table, parallel),
        table=table,
        parallel=parallel,
        kmo=adequacy.overall,
        kmo_items=pd.Series(adequacy.items, index=pd.Index(found.names, name="item"), name="kmo"),
        bartlett=bartlett_sphericity(found.R, found.n),
        correlation=found.correlation,
        sample=found.sample,
        remarks=tuple(dict.fromkeys((*found.remarks, *parallel.remarks))),
    )


def _table(found: ItemCorrelations, most: int) -> pd.DataFrame:
    R = found.R
    partials = average_partials(R, most)
    rows = []
    for m in range(1, most + 1):
        A = best_extraction(R, m).loadings
        L = named_rotation(A, settings_of("varimax", (len(R), m))).loadings
        simple = very_simple_structure(R, L)
        fit = factor_fit(R, L, found.n)
        free = fit.df if fit.df > 0 else float("nan")
        rows.append(
            {
                "vss_1": float(simple[0]),
                "vss_2": float(simple[1]) if m > 1 else float("nan"),
                "df": fit.df,
                "chi2": fit.chi2,
                "p": fit.p,
                "rmsea": fit.rmsea,
                "bic": fit.bic,
                "sabic": fit.chi2 - free * float(np.log((found.n + 2.0) / 24.0)),
                "rmsr": fit.rms,
                "complexity": float(hofmann_complexity(L).mean()),
            }
        )
    table = pd.DataFrame(rows, index=pd.RangeIndex(1, most + 1, name="n_factors"))
    table = table.reindex(pd.RangeIndex(0, most + 1, name="n_factors"))
    table.insert(0, "map", partials.squared)
    table.insert(1, "map_fourth", partials.fourth)
    return table


def _suggestions(table: pd.DataFrame, parallel: ParallelAnalysis) -> pd.Series[int]:
    """Return what each criterion suggests; those that do not exist are left out."""
    found = {f"parallel_{name}": int(value) for name, value in parallel.suggestions.items()}
    # the table begins with 0 factors, so that positions are numbers of factors
    for name in ("map", "map_fourth", "bic", "sabic", "vss_1", "vss_2"):
        if table[name].notna().any():
            best = np.nanargmax if name.startswith("vss") else np.nanargmin
            found[name] = int(best(table[name].to_numpy()))
    found["eigenvalues_above_1"] = int((parallel.table["components"] > 1.0).sum())
    return pd.Series(found, name="n_factors").rename_axis("criterion")

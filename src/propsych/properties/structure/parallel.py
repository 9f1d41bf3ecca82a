"""Parallel analysis: as many factors as have larger eigenvalues than unrelated items give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_count, require_level
from propsych.errors import AnalysisError, message
from propsych.kernels.chance import (
    normal_correlations,
    resampled_correlations,
    shuffled_polychorics,
    simulated_polychorics,
)
from propsych.kernels.number_of_factors import common_roots, component_roots, first_below
from propsych.kernels.pair_tables import pair_tables, thresholds_from_counts
from propsych.properties.structure.correlations import (
    Correlation,
    ItemCorrelations,
    Missing,
    correlations_of,
    ordered_positions,
)
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ParallelAnalysis", "parallel_analysis", "parallel_of"]

Communalities = Literal["one_factor", "smc"]
Floats = NDArray[np.float64]
FEW_REPLICATES = 100


@dataclass(frozen=True, eq=False)
class ParallelAnalysis(Result):
    """Eigenvalues of the items' correlations beside those of chance.

    Attributes
    ----------
    name : str
    table : pandas.DataFrame
        One row a number: `components` and `factors` of the data, and of each the mean and the quantile of
        chance, ``components_simulated_mean``, ``components_simulated_quantile``, ``..._resampled_...``.
        Resampled are the items' own answers, shuffled; NaN where correlations were given.
    suggestions : pandas.Series
        How many come before chance is as large, of each column of chance.
    correlation : str
    n_replicates : int
        Of each kind.
    quantile : float
    seed : int
    sample : Sample
    """

    name: str
    table: pd.DataFrame
    suggestions: pd.Series[int]
    correlation: str
    n_replicates: int
    quantile: float
    seed: int
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Parallel analysis: {self.name}, {self.correlation}"

    @property
    def n_factors(self) -> int:
        """Components above the quantile of chance: the variant that errs least in simulations."""
        kind = "resampled" if "components_resampled_quantile" in self.suggestions.index else "simulated"
        return int(self.suggestions[f"components_{kind}_quantile"])

    def records(self) -> Iterator[Record]:
        """Yield the numbers suggested, of property ``structure``."""
        method = f"parallel analysis, {self.correlation}, {self.n_replicates} replicates, seed {self.seed}"
        for name, value in self.suggestions.items():
            estimate = Estimate(int(value), method=method)
            yield Record("structure", self.name, "all", f"parallel_{name}", estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a component or factor."""
        return self.table.copy()

    def notes(self) -> tuple[str, ...]:
        """Return the sample, what is suggested, and when not to trust it."""
        several = ", ".join(f"{name} {value}" for name, value in self.suggestions.items())
        few = (
            f"{self.n_replicates} replicates leave the {self.quantile:.0%} quantile unsure: use"
            f" {FEW_REPLICATES} or more.",
        )
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons asked were used ({self.sample.rule}).",
            f"Suggested: {self.n_factors}. All variants: {several}.",
            "Factors (reduced matrices) find minor factors too; components miss factors that correlate much.",
            *(few if self.n_replicates < FEW_REPLICATES else ()),
            *self.remarks,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the scree of components, with the mean and the quantile of chance."""
        from propsych.plotting import new_axes, scree_plot

        kind = "resampled" if "components_resampled_quantile" in self.suggestions.index else "simulated"
        series: list[tuple[str, Floats]] = [("data", self.table["components"].to_numpy())]
        for part, label in (("mean", "chance, mean"), ("quantile", f"chance, {self.quantile:.0%}")):
            series.append((label, self.table[f"components_{kind}_{part}"].to_numpy()))
        axes = ax if ax is not None else new_axes(560, 320)
        return scree_plot(axes, series, "component", "eigenvalue")


def parallel_analysis(
    data: Any,
    *,
    correlation: Correlation = "pearson",
    n_replicates: int = 100,
    quantile: float = 0.95,
    communalities: Communalities = "one_factor",
    seed: int = 1,
    missing: Missing = "listwise",
    categories: Iterable[Any] | None = None,
    n_persons: int | None = None,
) -> ParallelAnalysis:
    """Compare the eigenvalues of the items' correlations with those of unrelated items.

    Parameters
    ----------
    data : ItemData, data frame or array
        Answers to the items of one scale; or, with `n_persons`, their correlations.
    correlation : {"pearson", "polychoric"}
    n_replicates : int
        Of unrelated items, simulated and resampled each.
    quantile : float
        Of chance, beside its mean.
    communalities : {"one_factor", "smc"}
        In the diagonal of the reduced matrices: those of one minimum-residual factor, as psych has it, or
        squared multiple correlations.
    seed : int
    missing : {"listwise", "pairwise"}
    categories : iterable, optional
        Declared categories of a bare frame or array.
    n_persons : int, optional
        Persons behind correlations that are given as `data`; polychoric ones then cannot be imitated.

    Returns
    -------
    ParallelAnalysis

    Raises
    ------
    propsych.errors.AnalysisError
        See :func:`propsych.efa`.

    Notes
    -----
    Horn (1965), doi:10.1007/BF02289447; the quantile Glorfeld (1995), doi:10.1177/0013164495055003002.
    Simulated items are normal; for polychoric correlations they are cut at the items' own thresholds, so that
    they are as uncertain as the data's. Resampled items are the data's, each shuffled among the persons.

    Do not trust it where a general factor is strong (it then finds too few group factors), or as a count of
    what is worth a scale of its own: with many persons it also finds what is trivial. Lim & Jahng (2019),
    doi:10.1037/met0000230, found components safest.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> factors = rng.normal(size=(400, 2)) @ np.kron(np.eye(2), np.full((1, 4), 1.5))
    >>> answers = np.digitize(factors + rng.normal(size=(400, 8)), [-1, 0, 1])
    >>> parallel_analysis(answers, categories=range(4)).n_factors
    2
    """
    found = correlations_of(
        data,
        "parallel analysis",
        correlation=correlation,
        missing=missing,
        categories=categories,
        n_persons=n_persons,
    )
    return parallel_of(
        found, n_replicates=n_replicates, quantile=quantile, communalities=communalities, seed=seed
    )


def parallel_of(
    found: ItemCorrelations,
    *,
    n_replicates: int = 100,
    quantile: float = 0.95,
    communalities: str = "one_factor",
    seed: int = 1,
) -> ParallelAnalysis:
    """Return the parallel analysis of correlations; arguments as of :func:`parallel_analysis`."""
    n_replicates = require_count("n_replicates", n_replicates, 2)
    seed = require_count("seed", seed, 0)
    quantile = require_level(quantile, "the quantile")
    require_choice("communalities", communalities, ("one_factor", "smc"))
    if found.items is None and found.correlation == "polychoric":
        what = "chance cannot be imitated for polychoric correlations without the answers"
        raise AnalysisError(message(what, where=found.name, remedy="give the answers"))
    columns = {
        "components": component_roots(found.R),
        "factors": common_roots(found.R, communalities).roots,
    }
    suggestions, remarks = {}, list(found.remarks)
    for kind, R in _chance(found, n_replicates, seed):
        usable = R[np.isfinite(R).all(axis=(1, 2))]
        if len(usable) < 2:
            what = "hardly a replicate of chance has correlations: too few persons, or too rare categories"
            raise AnalysisError(message(what, where=found.name, remedy="collect more answers"))
        if len(usable) < n_replicates:
            lost = n_replicates - len(usable)
            remarks.append(f"{lost} {kind} replicates held an item that did not vary and were left out.")
        for what, roots in (
            ("components", component_roots(usable)),
            ("factors", common_roots(usable, communalities).roots),
        ):
            for part, chance in (("mean", roots.mean(axis=0)), ("quantile", np.quantile(roots, quantile, 0))):
                name = f"{what}_{kind}_{part}"
                columns[name] = chance
                suggestions[name] = first_below(columns[what], chance)
    index = pd.RangeIndex(1, len(found.R) + 1, name="number")
    return ParallelAnalysis(
        found.name,
        pd.DataFrame(columns, index=index),
        pd.Series(suggestions, name="n_factors"),
        found.correlation,
        n_replicates,
        quantile,
        seed,
        found.sample,
        tuple(remarks),
    )


def _chance(found: ItemCorrelations, n_replicates: int, seed: int) -> Iterator[tuple[str, Floats]]:
    """Yield kind and correlations (n_replicates, k, k) of unrelated items."""
    simulated, resampled = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    n, k = found.n, len(found.R)
    if found.items is None:
        yield "simulated", normal_correlations(n, k, n_replicates, simulated)
        return
    answered = found.items.positions >= 0
    used = np.asarray(answered.all(axis=1) if found.missing == "listwise" else answered.any(axis=1))
    if found.correlation == "pearson":
        yield "simulated", normal_correlations(n, k, n_replicates, simulated)
        yield "resampled", resampled_correlations(found.items.values[used], n_replicates, resampled)
        return
    positions = ordered_positions(found.items, found.items.positions[used])
    n_categories = max(len(scores) for scores in found.items.scores)
    thresholds = thresholds_from_counts(pair_tables(positions, n_categories).marginal)
    yield "simulated", simulated_polychorics(thresholds, n, n_replicates, simulated)
    yield "resampled", shuffled_polychorics(positions, n_categories, n_replicates, resampled)

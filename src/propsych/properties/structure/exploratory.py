"""Exploratory factors as a result: loadings, fit, scores, other rotations, Schmid-Leiman."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from propsych.data.arguments import require_choice
from propsych.data.frames import as_item_data
from propsych.errors import AnalysisError, message
from propsych.kernels.factor_fit import FactorFitStatistics
from propsych.kernels.factor_scores import (
    ScoreMethod,
    determinacy,
    hofmann_complexity,
    score_weights,
    variance_accounted,
)
from propsych.kernels.rotation import Rotation
from propsych.kernels.schmid_leiman import schmid_leiman
from propsych.properties.structure.exploratory_numbers import (
    estimate_of,
    fit_estimates,
    fit_table,
    loading_estimates,
    phi_estimates,
)
from propsych.properties.structure.rotating import rotated
from propsych.result import Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EFA"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class EFA(Result):
    """Exploratory factors of items.

    Attributes
    ----------
    name : str
    loadings : pandas.DataFrame
        Items x factors, the pattern of correlated factors. Factors in the order of their sums of squares.
    factor_correlations : pandas.DataFrame
        In the order of the loadings.
    method : {"minres", "ml", "pa"}
    rotation : str
    correlation : {"pearson", "polychoric"}
    correlations : pandas.DataFrame
        The correlations analysed.
    unrotated : pandas.DataFrame
    fit : FactorFitStatistics
    heywood : tuple of str
        Items whose uniqueness is at the end of its range, or below 0.
    optima : pandas.DataFrame
        Criterion values that the rotation's starts ended at, lowest first, and how many did.
    converged, rotation_converged : bool
    sample : Sample
    level : float
        Of the intervals of loadings; those of RMSEA are 90 %.
    lower, upper : pandas.DataFrame or None
        Bootstrap intervals of the loadings.
    phi_lower, phi_upper : pandas.DataFrame or None
        The same of the factor correlations.
    n : int
        Persons that the fit counts.
    """

    name: str
    loadings: pd.DataFrame
    factor_correlations: pd.DataFrame
    method: str
    rotation: str
    correlation: str
    correlations: pd.DataFrame
    unrotated: pd.DataFrame
    fit: FactorFitStatistics
    heywood: tuple[str, ...]
    optima: pd.DataFrame
    converged: bool
    rotation_converged: bool
    sample: Sample
    n: int
    level: float = 0.95
    lower: pd.DataFrame | None = None
    upper: pd.DataFrame | None = None
    phi_lower: pd.DataFrame | None = None
    phi_upper: pd.DataFrame | None = None
    moments: pd.DataFrame | None = field(default=None, repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        m = self.loadings.shape[1]
        factors = f"{m} factor" + ("s" if m > 1 else "")
        return f"Exploratory factors: {self.name}, {factors}, {self.method}, {self.rotation}"

    @property
    def _arrays(self) -> tuple[Floats, Floats, Floats]:
        return self.correlations.to_numpy(), self.loadings.to_numpy(), self.factor_correlations.to_numpy()

    @property
    def structure(self) -> pd.DataFrame:
        """Correlations of items with factors."""
        return self.loadings @ self.factor_correlations

    @property
    def communalities(self) -> pd.Series[float]:
        """What the factors, their correlations included, explain of each item."""
        return (self.structure * self.loadings).sum(axis=1).rename("communality")

    @property
    def uniquenesses(self) -> pd.Series[float]:
        """What they leave over of each item."""
        return (1.0 - self.communalities).rename("uniqueness")

    @property
    def complexity(self) -> pd.Series[float]:
        """Factors that each item takes: Hofmann's index, 1 for an item on one factor only."""
        values = hofmann_complexity(self.loadings.to_numpy())
        return pd.Series(values, index=self.loadings.index, name="complexity")

    @property
    def variance_accounted(self) -> pd.DataFrame:
        """Sums of squares of each factor and its shares of all variance and of the factors' together."""
        _, L, phi = self._arrays
        sums, total, common = variance_accounted(L, phi)
        rows = {
            "sum of squares": sums,
            "share of variance": total,
            "cumulative share of variance": np.cumsum(total),
            "share of explained": common,
            "cumulative share of explained": np.cumsum(common),
        }
        return pd.DataFrame(rows, index=self.loadings.columns).T

    @property
    def residuals(self) -> pd.DataFrame:
        """Correlations less what the factors reproduce; the uniquenesses in the diagonal."""
        return self.correlations - self.structure @ self.loadings.T

    @property
    def determinacy(self) -> pd.Series[float]:
        """Squared multiple correlation of each factor with the items: how well scores can give it."""
        R, L, phi = self._arrays
        _require_definite(R, "a factor's determinacy")
        return pd.Series(determinacy(R, L, phi), index=self.loadings.columns, name="determinacy")

    @property
    def fit_indices(self) -> pd.Series[float]:
        """Chi-square and what is made of it, residuals, and RMSEA with its 90 % interval."""
        return fit_table(self.fit, self.correlations.to_numpy(), self.residuals.to_numpy(), self.n)

    def scores(
        self, data: Any, method: ScoreMethod = "regression", *, categories: Iterable[Any] | None = None
    ) -> pd.DataFrame:
        """Return factor scores of persons.

        Parameters
        ----------
        data : ItemData, data frame or array
            Answers to the same items, in the same order.
        method : {"regression", "bartlett", "tenberge"}
        categories : iterable, optional
            Declared categories of a bare frame or array.

        Returns
        -------
        pandas.DataFrame
            Persons x factors; NaN for a person who left an item out. Items are standardised with the means
            and SDs of the persons analysed, or, of correlations given, with those of `data`.

        Notes
        -----
        See :func:`propsych.kernels.factor_scores.score_weights`. Many different scores agree with the same
        loadings: do not trust those of a factor whose :attr:`determinacy` is below about .8. Of polychoric
        loadings, scores of the observed answers only come near the factors.
        """
        items = as_item_data(data, categories=categories, name=self.name)
        if items.names != tuple(map(str, self.loadings.index)) and not _unnamed(items.names, self.loadings):
            what = "the data hold other items than were analysed"
            remedy = f"give {', '.join(map(str, self.loadings.index))}"
            raise AnalysisError(message(what, got=", ".join(items.names), remedy=remedy))
        values = items.values
        if self.moments is None:
            centre, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)
        else:
            centre, spread = self.moments["mean"].to_numpy(), self.moments["sd"].to_numpy()
        weights = self.weights(method).to_numpy()
        columns = self.loadings.columns
        return pd.DataFrame((values - centre) / spread @ weights, index=items.persons.index, columns=columns)

    def weights(self, method: ScoreMethod = "regression") -> pd.DataFrame:
        """Return what each standardised item counts in the scores of each factor."""
        require_choice("method of scores", method, ("regression", "bartlett", "tenberge"))
        R, L, phi = self._arrays
        _require_definite(R, "factor scores")
        if method == "bartlett" and self.heywood:
            what = "Bartlett scores divide by the uniquenesses"
            remedy = "use regression scores, or leave the item out"
            raise AnalysisError(message(what, where=", ".join(self.heywood), remedy=remedy))
        return self._labelled(score_weights(R, L, phi, method))

    def rotate(
        self,
        rotation: str,
        *,
        target: ArrayLike | None = None,
        kaiser: bool | None = None,
        n_starts: int = 10,
        seed: int = 1,
        gamma: float = 0.0,
        delta: float = 0.01,
    ) -> EFA:
        """Return the same factors in another rotation; arguments as of :func:`propsych.efa`.

        Bootstrap intervals belong to the old rotation and are left out.
        """
        found = rotated(
            self.unrotated.to_numpy(),
            rotation,
            target=target,
            kaiser=kaiser,
            n_starts=n_starts,
            seed=seed,
            gamma=gamma,
            delta=delta,
        )
        return self._with_rotation(found.rotation, rotation)

    def _with_rotation(self, found: Rotation, rotation: str) -> EFA:
        factors = self.loadings.columns
        return replace(
            self,
            loadings=self._labelled(found.loadings),
            factor_correlations=pd.DataFrame(found.phi, index=factors, columns=factors),
            rotation=rotation,
            optima=pd.DataFrame(list(found.optima), columns=["criterion", "n_starts"]),
            rotation_converged=bool(found.converged),
            lower=None,
            upper=None,
            phi_lower=None,
            phi_upper=None,
        )

    def _labelled(self, values: Floats) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.loadings.index, columns=self.loadings.columns)

    def schmid_leiman(self) -> pd.DataFrame:
        """Return the items' loadings on one general and on uncorrelated group factors.

        Columns ``g``, the factors, ``communality``, ``uniqueness`` and ``general_share``, the part of the
        communality that is general.

        Raises
        ------
        propsych.errors.AnalysisError
            Of uncorrelated factors, or of one.

        Notes
        -----
        Schmid & Leiman (1957), doi:10.1007/BF02289209. Two factors do not determine their loadings on the
        general one: they are taken as equal. Do not trust it where the factors hardly correlate.
        """
        _, L, phi = self._arrays
        m = L.shape[1]
        if m < 2 or not np.any(np.abs(phi - np.eye(m)) > 1e-12):
            what = "a Schmid-Leiman solution needs correlated factors"
            remedy = 'use two factors or more and an oblique rotation, for instance "oblimin"'
            raise AnalysisError(message(what, got=f"{m} with {self.rotation}", remedy=remedy))
        found = schmid_leiman(L, phi)
        table = self._labelled(found.group)
        table.insert(0, "g", found.general)
        h2 = found.communalities
        return table.assign(communality=h2, uniqueness=1.0 - h2, general_share=np.square(found.general) / h2)

    def records(self) -> Iterator[Record]:
        """Yield loadings, communalities, factor correlations and fit of property ``structure``."""
        method = f"{self.method}, {self.rotation}, {self.correlation}"
        ends = None if self.lower is None or self.upper is None else (self.lower, self.upper)
        for item, statistic, estimate in loading_estimates(self.loadings, ends, self.level, method):
            yield Record("structure", item, "all", statistic, estimate, self.sample)
        for item, value in zip(self.loadings.index, self.communalities, strict=True):
            estimate = estimate_of(float(value), method)
            yield Record("structure", str(item), "all", "efa_communality", estimate, self.sample)
        between = phi_estimates(self.factor_correlations, method)
        for statistic, estimate in (*between, *fit_estimates(self.fit_indices, method)):
            yield Record("structure", self.name, "all", statistic, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return loadings, communalities, uniquenesses and complexity, sorted by factor and size."""
        size = self.loadings.abs().to_numpy()
        own = size.argmax(axis=1)
        order = np.lexsort((-size.max(axis=1), own))
        table = self.loadings.assign(
            communality=self.communalities, uniqueness=self.uniquenesses, complexity=self.complexity
        )
        return table.iloc[order]

    def summary(self, decimals: int = 3) -> str:
        """Return loadings, factor correlations and variance accounted for as text, rounded for reading."""

        def text(frame: pd.DataFrame) -> str:
            return frame.to_string(float_format=lambda x: f"{x:.{decimals}f}", na_rep="-")

        parts = [self.title, "=" * len(self.title), text(self.to_frame())]
        if self.loadings.shape[1] > 1 and not np.allclose(
            self.factor_correlations, np.eye(self.loadings.shape[1])
        ):
            parts += ["", "Correlations of the factors", text(self.factor_correlations)]
        parts += ["", "Variance accounted for", text(self.variance_accounted), ""]
        return "\n".join([*parts, *self.notes()])

    def notes(self) -> tuple[str, ...]:
        """Return sample, fit, optima of the rotation, and reasons for doubt."""
        fit = self.fit
        if fit.df > 0:
            fits = (
                f"Chi-square {fit.chi2:.1f} on {fit.df} degrees of freedom, RMSEA {fit.rmsea:.3f}"
                f" ({fit.rmsea_lower:.3f} to {fit.rmsea_upper:.3f}), TLI {fit.tli:.3f}, RMSR {fit.rms:.3f}."
            )
        else:
            fits = f"There are no degrees of freedom, so fit cannot be tested; RMSR {fit.rms:.3f}."
        asked = f"{self.sample.n_used} of {self.sample.n_asked} persons asked were used ({self.sample.rule})."
        return (asked, fits, *self._of_searches(), *self.remarks)

    def _of_searches(self) -> Iterator[str]:
        if not self.converged:
            yield "The extraction did NOT converge: do not use it."
        if not self.rotation_converged:
            yield "The rotation did NOT converge: another one, or fewer factors, may."
        if len(self.optima) > 1:
            starts = int(self.optima["n_starts"].sum())
            first, second = (float(x) for x in self.optima["criterion"].iloc[:2])
            yield (
                f"{len(self.optima)} different optima of the rotation were found from {starts} starts"
                f" (criterion {first:.4f}, next {second:.4f}): others may be nearly as simple."
            )
        if self.heywood:
            yield (
                f"The uniqueness of {', '.join(self.heywood)} is next to nothing (Heywood case): do not rely"
                " on it; use fewer factors, leave the item out, or collect more answers."
            )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the loadings as a table of shaded cells, sorted as the printed one."""
        from propsych.plotting import loadings_plot, new_axes

        table = self.to_frame()[list(self.loadings.columns)]
        axes = ax if ax is not None else new_axes(150 + 64 * table.shape[1], 24 * (len(table) + 1))
        return loadings_plot(
            axes, list(map(str, table.index)), list(map(str, table.columns)), table.to_numpy()
        )


def _unnamed(names: tuple[str, ...], loadings: pd.DataFrame) -> bool:
    """Return whether either side has no names of its own, and the numbers of items agree."""
    return len(names) == len(loadings) and not set(names) & set(map(str, loadings.index))


def _require_definite(R: Floats, what: str) -> None:
    if np.linalg.eigvalsh(R)[0] <= 1e-10:
        text = f"{what} cannot be had: the correlations are not positive definite"
        remedy = "use listwise deletion or Pearson correlations, or leave out items that repeat others"
        raise AnalysisError(message(text, remedy=remedy))

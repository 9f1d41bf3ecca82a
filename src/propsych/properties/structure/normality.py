"""Mardia's multivariate skewness and kurtosis of items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from propsych.data.scale_answers import (
    one_scale,
    refuse_constant,
    require_items,
    require_more_persons_than_items,
)
from propsych.errors import AnalysisError, message
from propsych.kernels.mardia import Mardia
from propsych.kernels.mardia import mardia as mardia_of
from propsych.result import Estimate, Record, Result, Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MultivariateNormality", "mardia"]

SIGNIFICANT = 0.05
LARGE = 1000
"""Persons from which trivial departures are significant."""


@dataclass(frozen=True, eq=False)
class MultivariateNormality(Result):
    """Mardia's coefficients, their tests, and the persons' distances.

    Attributes
    ----------
    name : str
    coefficients : Mardia
    n_items : int
    distances : pandas.Series
        Mahalanobis distance of each person analysed from the means.
    sample : Sample
    """

    name: str
    coefficients: Mardia
    n_items: int
    distances: pd.Series[float]
    sample: Sample

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Multivariate normality (Mardia): {self.name}"

    def records(self) -> Iterator[Record]:
        """Yield coefficients and tests of property ``structure``."""
        found = self.coefficients
        numbers = {
            "mardia_skewness": found.b1,
            "mardia_kurtosis": found.b2,
            "mardia_skewness_chi2": found.skewness_small,
            "mardia_skewness_p": found.p_skewness_small,
            "mardia_kurtosis_z": found.kurtosis,
            "mardia_kurtosis_p": found.p_kurtosis,
        }
        for name, value in numbers.items():
            estimate = Estimate(value, method="Mardia, covariances with divisor n - 1")
            yield Record("structure", self.name, "all", name, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return skewness, skewness corrected for small samples, and kurtosis, with their tests."""
        found, nan = self.coefficients, float("nan")
        rows = {
            "skewness": (found.b1, 0.0, found.skewness, found.df, found.p_skewness),
            "skewness, small sample": (found.b1, 0.0, found.skewness_small, found.df, found.p_skewness_small),
            "kurtosis": (
                found.b2,
                self.n_items * (self.n_items + 2.0),
                found.kurtosis,
                nan,
                found.p_kurtosis,
            ),
        }
        return pd.DataFrame.from_dict(
            rows, orient="index", columns=["coefficient", "normal", "statistic", "df", "p"]
        )

    def notes(self) -> tuple[str, ...]:
        """Return the sample, and what follows for the choice of an estimator."""
        found = self.coefficients
        if min(found.p_skewness_small, found.p_kurtosis) < SIGNIFICANT:
            words = (
                "The answers are not multivariate normal: use WLSMV for ordered answers, or robust maximum"
                " likelihood (MLR); standard errors and chi-square of plain ML would be wrong."
            )
        else:
            words = "Nothing speaks against normality here, which does not prove it."
        many = (
            "With so many persons departures that do no harm are significant too: look at the coefficients."
        )
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons asked were used ({self.sample.rule}).",
            words,
            *((many,) if self.sample.n_used >= LARGE else ()),
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the squared distances by the quantiles of chi-square, where normal answers lie on a line."""
        from propsych.plotting import new_axes, quantile_plot

        squares = np.sort(np.square(self.distances.to_numpy()))
        at = (np.arange(len(squares)) + 0.5) / len(squares)
        expected = special.chdtri(self.n_items, 1.0 - at)
        axes = ax if ax is not None else new_axes(420, 320)
        return quantile_plot(axes, expected, squares, "quantile of chi-square", "squared distance")


def mardia(data: Any, *, categories: Iterable[Any] | None = None) -> MultivariateNormality:
    """Test whether the items' answers are multivariate normal, by Mardia's skewness and kurtosis, listwise.

    Parameters
    ----------
    data : ItemData, data frame or array
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    MultivariateNormality

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than two items, no more complete persons than items, an item that nobody
        answered or that does not vary, or items that follow from one another.

    Notes
    -----
    Mardia (1970), doi:10.1093/biomet/57.3.519, and (1974) for the correction of skewness. Covariances have
    the divisor n - 1, as in psych. It is a reason to choose a robust estimator, not a test of the items: few
    ordered categories are never normal, and with many persons it always rejects.

    Examples
    --------
    >>> answers = np.digitize(np.random.default_rng(1).exponential(size=(300, 3)), [0.5, 1, 2])
    >>> mardia(answers, categories=range(4)).coefficients.p_skewness < 0.001
    True
    """
    what = "multivariate normality"
    items = one_scale(data, categories, what)
    require_items(items, what, 2)
    complete: NDArray[np.bool_] = np.asarray((items.positions >= 0).all(axis=1))
    values = items.values[complete]
    require_more_persons_than_items(items, what, len(values))
    refuse_constant(items, np.flatnonzero(np.ptp(values, axis=0) == 0).tolist())
    if np.linalg.eigvalsh(np.corrcoef(values.T))[0] <= 1e-10:
        text = "the items' correlations are singular: one item follows from the others"
        raise AnalysisError(message(text, where=items.name, remedy="leave out items that repeat others"))
    found = mardia_of(values)
    index = items.persons.index[complete]
    distances = pd.Series(found.distances, index=index, name="distance")
    sample = Sample(items.n_asked_any, len(values), "listwise", items.source)
    return MultivariateNormality(items.name, found, items.n_items, distances, sample)

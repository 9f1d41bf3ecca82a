"""Cohen's kappa of two raters or two occasions, unweighted and weighted, over declared categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_level
from propsych.data.categories import Categories, declared_categories, rating_positions
from propsych.errors import AnalysisError, message
from propsych.kernels.agreement_weights import WEIGHTS
from propsych.kernels.kappa import KappaFit, cross_table, kappa, kappa_jackknife
from propsych.kernels.proportions import normal_quantile, wilson
from propsych.properties.reliability.agreement_interval import (
    DEFAULT_INTERVAL,
    INTERVALS,
    ends,
    jackknife_estimate,
    large_sample_estimate,
)
from propsych.properties.reliability.agreement_notes import kappa_remarks
from propsych.properties.reliability.rated import weights_of
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["Kappa", "cohen_kappa", "weighted_kappa"]

LEAST_PERSONS = 3
"""With two, leaving one out leaves nothing to vary."""


@dataclass(frozen=True, eq=False)
class Kappa(Result):
    """Cohen's kappa of two ratings of the same persons.

    Attributes
    ----------
    name : str
        What was rated.
    weights : str
        ``"unweighted"``, ``"linear"``, ``"quadratic"`` ...
    estimate : float
        Kappa.
    interval : tuple of (float, float)
        The interval that was asked for; NaN where there is none.
    method : str
        Which one.
    intervals : mapping of str to Estimate
        ``"jackknife"`` and ``"delta"`` (Fleiss, Cohen & Everitt's large-sample one, normal, cut at 1).
    level : float
        Confidence level.
    se, se_null : float
        Large-sample standard error, and the one that holds where kappa is 0.
    observed, expected : float
        Weighted agreement seen, and expected by chance from the two raters' marginals.
    percent_agreement : float
        Share of persons with the same category twice, whatever the weights.
    table : pandas.DataFrame
        Counts over the declared categories: first rating in rows, second in columns.
    weight_matrix : pandas.DataFrame
        Agreement weights.
    sample : Sample
        Persons rated at all, and with both ratings.
    remarks : tuple of str
        Reasons for doubt.
    """

    name: str
    weights: str
    estimate: float
    interval: tuple[float, float]
    method: str
    intervals: Mapping[str, Estimate]
    level: float
    se: float
    se_null: float
    observed: float
    expected: float
    percent_agreement: float
    table: pd.DataFrame
    weight_matrix: pd.DataFrame
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        kind = "" if self.weights == "unweighted" else f", {self.weights} weights"
        return f"Cohen's kappa{kind}: {self.name}"

    @property
    def statistic(self) -> str:
        """Name of the record: ``cohen_kappa`` or ``weighted_kappa_quadratic``."""
        return "cohen_kappa" if self.weights == "unweighted" else f"weighted_kappa_{self.weights}"

    def records(self) -> Iterator[Record]:
        """Yield kappa and percent agreement under property ``reliability``."""
        for statistic, estimate in (
            (self.statistic, self.intervals[self.method]),
            ("percent_agreement", self.share),
        ):
            yield Record("reliability", self.name, "all", statistic, estimate, self.sample)

    @property
    def share(self) -> Estimate:
        """Percent agreement with Wilson's interval."""
        n = self.sample.n_used
        found = wilson(round(self.percent_agreement * n), n, self.level)
        ends = float(found.lower), float(found.upper)
        return Estimate(self.percent_agreement, *ends, self.level, "share of persons, Wilson")

    def to_frame(self) -> pd.DataFrame:
        """Return one row an interval: kappa, its ends, and how they were made."""
        rows = [
            {"interval": name, "kappa": self.estimate, "lower": e.lower, "upper": e.upper, "method": e.method}
            for name, e in self.intervals.items()
        ]
        frame = pd.DataFrame(rows).set_index("interval")
        return frame.astype({"lower": float, "upper": float})

    def notes(self) -> tuple[str, ...]:
        """Return the sample, what was counted as agreement, and reasons for doubt."""
        sample = self.sample
        return (
            f"{sample.n_used} of {sample.n_asked} persons have both ratings ({sample.rule}).",
            f"{self.percent_agreement:.0%} have the same category twice; chance alone gives"
            f" {'an' if self.weights == 'unweighted' else 'a weighted'} agreement of {self.expected:.2f},"
            f" {self.observed:.2f} was seen.",
            *self.remarks,
        )


def cohen_kappa(
    a: Any,
    b: Any,
    *,
    categories: Iterable[Any],
    level: float = 0.95,
    interval: str = DEFAULT_INTERVAL,
    name: str = "rating",
) -> Kappa:
    """Estimate Cohen's unweighted kappa: only the same category counts as agreement.

    For categories without an order, or where a near miss is as bad as any other. Otherwise see
    :func:`weighted_kappa`, which has the same parameters, result and errors.

    Examples
    --------
    >>> a = ["yes", "yes", "no", "no", "no", "yes", "no", "no"]
    >>> b = ["yes", "no", "no", "no", "no", "yes", "no", "yes"]
    >>> round(cohen_kappa(a, b, categories=["no", "yes"]).estimate, 4)
    0.4667
    """
    return weighted_kappa(
        a, b, weights="unweighted", categories=categories, level=level, interval=interval, name=name
    )


def weighted_kappa(
    a: Any,
    b: Any,
    *,
    weights: str = "quadratic",
    categories: Iterable[Any],
    level: float = 0.95,
    interval: str = DEFAULT_INTERVAL,
    name: str = "rating",
) -> Kappa:
    """Estimate Cohen's weighted kappa of two ratings of the same persons.

    Parameters
    ----------
    a, b : array_like, shape (n_persons,)
        First and second rating (two raters, or one person at two visits), in the same order of persons. None
        and NaN are missing; persons without both are left out.
    weights : {"quadratic", "linear", "unweighted", "ordinal", "radical", "ratio", "circular", "bipolar"}
        What a near miss is worth, from the scores of the categories: the numbers themselves, or 1, 2, ... for
        text.
    categories : iterable
        Every category that could be chosen, in order, used or not.
    level : float, default 0.95
        Confidence level.
    interval : {"jackknife", "delta"}
        Which interval is `Kappa.interval`.
    name : str
        What was rated, for records and messages.

    Returns
    -------
    Kappa

    Raises
    ------
    propsych.errors.AnalysisError
        If the categories are not declared, a rating is none of them, the two differ in length or index, a
        person stands twice in an index, fewer than three persons have both ratings, all ratings are in one
        category, the weights are by ratio and a score is below 0, or an argument is unknown.

    Notes
    -----
    Cohen (1968), doi:10.1037/h0026256; standard errors: :func:`propsych.kernels.kappa.kappa`. With quadratic
    weights kappa is nearly the intraclass correlation ICC(A,1) (Fleiss & Cohen 1973,
    doi:10.1177/001316447303300309), so the two are not two pieces of evidence.

    Do not trust kappa where nearly all ratings are in one category: chance agreement is then nearly 1 and
    kappa falls though raters agree (compare :func:`~propsych.properties.reliability.agreement.agreement`). Do
    not compare kappas over different numbers of categories: linear and quadratic ones rise with it.

    The default interval is Student's t on Fisher's z scale around a delete-one jackknife. At 60 persons and
    five categories skewed by 1.8 it covers .95 where Fleiss, Cohen & Everitt's covers .89.

    Examples
    --------
    >>> first = [0, 1, 2, 3, 4, 1, 2, 3, 2, 0]
    >>> second = [0, 1, 3, 3, 4, 2, 2, 3, 1, 0]
    >>> result = weighted_kappa(first, second, categories=range(5))
    >>> round(result.estimate, 3), result.sample.n_used
    (0.908, 10)
    """
    level = require_level(level)
    require_choice("weights", weights, WEIGHTS)
    require_choice("interval", interval, INTERVALS)
    declared = declared_categories(categories)
    positions = rating_positions(_pair(a, b), declared, (f"{name}, first rating", f"{name}, second rating"))
    q = len(declared.labels)
    table = cross_table(positions[:, 0], positions[:, 1], q)
    W = weights_of(declared, weights)
    _require_estimable(table, name)
    fit = kappa(table, W)
    rated = int((positions >= 0).any(axis=1).sum())
    estimates = _intervals(table, W, fit, level)
    return _result(table, W, fit, estimates, declared, (name, weights, interval, level, rated))


def _pair(a: Any, b: Any) -> NDArray[Any]:
    columns = [_column(values) for values in (a, b)]
    if len(columns[0]) != len(columns[1]):
        got = f"{len(columns[0])} and {len(columns[1])}"
        raise AnalysisError(
            message("the two ratings differ in length", got=got, remedy="give one row a person")
        )
    if isinstance(a, pd.Series) and isinstance(b, pd.Series) and not a.index.equals(b.index):
        remedy = "bring both into the same order of persons, or pass .to_numpy()"
        raise AnalysisError(message("the two ratings have different indexes", remedy=remedy))
    if isinstance(a, pd.Series) and not a.index.is_unique:
        remedy = "keep one row a person, or pass .to_numpy()"
        raise AnalysisError(message("a person stands twice in the ratings", remedy=remedy))
    return np.stack(columns, axis=1)


def _column(values: Any) -> NDArray[Any]:
    import narwhals as nw

    series = nw.from_native(values, series_only=True, pass_through=True)
    listed = series.to_list() if isinstance(series, nw.Series) else _listed(values)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def _listed(values: Any) -> list[Any]:
    """Return the values of an array, a list, or what turns into a list (an array of pyarrow)."""
    remedy = "give one value a person, a list, an array or a Series"
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise AnalysisError(message(f"an array of {values.ndim} dimensions", remedy=remedy))
        return list(values.tolist())  # None where a masked array masks
    turned = values.to_pylist() if hasattr(values, "to_pylist") else values
    if not isinstance(turned, list | tuple) or any(isinstance(v, list | tuple | dict) for v in turned):
        got = type(values).__name__
        raise AnalysisError(message("this is no column of ratings", got=got, remedy=remedy))
    return list(turned)


def _require_estimable(table: NDArray[np.float64], name: str) -> None:
    n = int(table.sum())
    if n < LEAST_PERSONS:
        what = f"kappa needs at least {LEAST_PERSONS} persons with both ratings"
        raise AnalysisError(message(what, where=name, got=str(n), remedy="collect more ratings"))
    if ((table.sum(axis=0) + table.sum(axis=1)) > 0).sum() < 2:
        raise AnalysisError(
            message(
                "all ratings are in one category",
                where=name,
                consequence="chance agreement is complete, so kappa does not exist",
                remedy="report the percentage of agreement, and rate persons who differ",
            )
        )


def _intervals(
    table: NDArray[np.float64], W: NDArray[np.float64], fit: KappaFit, level: float
) -> dict[str, Estimate]:
    value, half = float(fit.kappa), normal_quantile(level) * float(fit.se)
    return {
        "jackknife": jackknife_estimate(value, kappa_jackknife(table, W), level),
        "delta": large_sample_estimate(value, half, level, "large-sample normal (Fleiss, Cohen & Everitt)"),
    }


def _result(
    table: NDArray[np.float64],
    W: NDArray[np.float64],
    fit: KappaFit,
    estimates: dict[str, Estimate],
    declared: Categories,
    asked: tuple[str, str, str, float, int],
) -> Kappa:
    name, weights, interval, level, rated = asked
    labels = pd.Index(declared.labels, name="category")
    n = int(fit.n)
    return Kappa(
        name=name,
        weights=weights,
        estimate=float(fit.kappa),
        interval=ends(estimates[interval]),
        method=interval,
        intervals=estimates,
        level=level,
        se=float(fit.se),
        se_null=float(fit.se_null),
        observed=float(fit.observed),
        expected=float(fit.expected),
        percent_agreement=float(np.trace(table) / n),
        table=pd.DataFrame(table.astype(int), index=labels, columns=labels),
        weight_matrix=pd.DataFrame(W, index=labels, columns=labels),
        sample=Sample(rated, n, "both ratings"),
        remarks=tuple(kappa_remarks(table, float(fit.kappa), weights)),
    )

"""Test-retest reliability: agreement of two measurements of unchanged persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_level
from propsych.data.entry import numeric_columns
from propsych.data.paired import Paired, differences, paired_scores
from propsych.errors import AnalysisError, message
from propsych.kernels.association import pairs
from propsych.kernels.jackknife import fisher_jackknife
from propsych.kernels.proportions import t_quantile
from propsych.kernels.retest import correlation_without_each, share_below_at_retest
from propsych.properties.reliability.icc import ICC, icc
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["RetestDesign", "TestRetest", "share_below_at_retest", "test_retest"]

FOR_GROUPS, FOR_ONE_PERSON = 0.70, 0.90


@dataclass(frozen=True)
class RetestDesign:
    """How the second measurement was made, and what had to be assumed.

    Attributes
    ----------
    n_measured_twice : int
        Persons with both scores.
    n_stable : int or None
        Those who count as unchanged; None without an anchor.
    days : tuple of (float, float, float) or None
        Shortest, median and longest interval of those used, in days.
    n_same_mode : int or None
        Those used who answered in the same mode both times.
    n_no_anchor : int
        Persons with both scores whose answer to the anchor is unknown: not used.
    n_no_days, n_no_mode : int
        Those used for whom this is unknown.
    """

    n_measured_twice: int
    n_stable: int | None
    days: tuple[float, float, float] | None
    n_same_mode: int | None
    n_no_anchor: int = 0
    n_no_days: int = 0
    n_no_mode: int = 0

    def sentences(self) -> Iterator[str]:
        """Yield what was known and what was assumed."""
        if self.n_stable is None:
            yield "No anchor: everybody is taken as unchanged, so real change counts as error."
        else:
            yield (
                f"{self.n_stable} of {self.n_measured_twice} persons counted as unchanged by the anchor and"
                f" were used; {self.n_no_anchor} had no answer to the anchor."
            )
        if self.days is None:
            yield "The interval between the answers is unknown; it is taken as long enough to forget answers."
        else:
            low, middle, high = self.days
            unknown = f" (unknown for {self.n_no_days} of those used)" if self.n_no_days else ""
            yield f"Days between the answers: median {middle:g}, from {low:g} to {high:g}{unknown}."
        if self.n_same_mode is None:
            yield "The mode of answering is unknown and taken as the same both times."
        else:
            unknown = f"; unknown for {self.n_no_mode}" if self.n_no_mode else ""
            yield f"{self.n_same_mode} of those used answered in the same mode both times{unknown}."


@dataclass(frozen=True, eq=False)
class TestRetest(Result):
    """Agreement of two measurements of the same persons.

    Attributes
    ----------
    name : str
        What was measured.
    coefficients : ICC
        All six intraclass correlations.
    pearson : Estimate
        Correlation, blind to shifts and spread, with the jackknife's interval.
    mean_difference : Estimate
        Second minus first score.
    below_at_retest : Estimate
        Share of those beyond a cut at +1 SD who fall below it at retest although nothing changed, from
        ICC(2,1) and its interval, for normal scores.
    design : RetestDesign
    sample : Sample
        Persons of the input, and those used.
    remarks : tuple of str
    """

    # pytest takes every class of this name for a test
    __test__ = False

    name: str
    coefficients: ICC
    pearson: Estimate
    mean_difference: Estimate
    below_at_retest: Estimate
    design: RetestDesign
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Test-retest reliability: {self.name}"

    @property
    def agreement(self) -> Estimate:
        """ICC(2,1) = ICC(A,1): a shift of all scores counts as error."""
        return self.coefficients.estimate("ICC(2,1)")

    @property
    def consistency(self) -> Estimate:
        """ICC(3,1) = ICC(C,1): a shift of all scores does not count."""
        return self.coefficients.estimate("ICC(3,1)")

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``reliability``."""
        numbers = {
            "icc_agreement": self.agreement,
            "icc_consistency": self.consistency,
            "pearson": self.pearson,
            "mean_change": self.mean_difference,
            "below_at_retest": self.below_at_retest,
            "n_measured_twice": Estimate(self.design.n_measured_twice),
        }
        if self.design.n_stable is not None:
            numbers["n_stable"] = Estimate(self.design.n_stable)
        if self.design.days is not None:
            for part, value in zip(("shortest", "median", "longest"), self.design.days, strict=True):
                numbers[f"days_{part}"] = Estimate(value)
        if self.design.n_same_mode is not None:
            numbers["n_same_mode"] = Estimate(self.design.n_same_mode)
        for statistic, estimate in numbers.items():
            yield Record("reliability", self.name, "all", statistic, estimate, self.sample)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number."""
        rows = {
            record.statistic: {
                "value": record.estimate.value,
                "lower": record.estimate.lower,
                "upper": record.estimate.upper,
            }
            for record in self.records()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("statistic").astype(float)

    def notes(self) -> tuple[str, ...]:
        """Return sample, design, what the reliability is enough for, and reasons for doubt."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule}).",
            *self.design.sentences(),
            f"For comparing groups {FOR_GROUPS:.2f} is asked for, for following one person"
            f" {FOR_ONE_PERSON:.2f}: at {FOR_GROUPS:.2f} about half of those beyond a cut at +1 SD"
            f" ({share_below_at_retest(FOR_GROUPS):.0%}) fall below it at retest although nothing changed, at"
            f" {FOR_ONE_PERSON:.2f} still {share_below_at_retest(FOR_ONE_PERSON):.0%}.",
            *self.remarks,
        )


def test_retest(
    test: Any,
    retest: Any,
    *,
    stable: Any = None,
    days: Any = None,
    same_mode: Any = None,
    level: float = 0.95,
    name: str = "score",
) -> TestRetest:
    """Estimate test-retest reliability of one score.

    Parameters
    ----------
    test, retest : pandas Series or array_like of shape (n_persons,)
        First and second score; two Series must share their index. NaN where missing.
    stable : array_like of bool, shape (n_persons,), optional
        Who counts as unchanged by an anchor; None or NaN where unknown, which is not used. Without it
        everybody is taken as unchanged, and the result says so. A Series must share the index of the scores,
        as those below.
    days : array_like of float, shape (n_persons,), optional
        Days between the two answers, as numbers.
    same_mode : array_like of bool, shape (n_persons,), optional
        Whether both were answered in the same mode.
    level : float, default 0.95
        Confidence level.
    name : str
        Id of the scale or score, for the records.

    Returns
    -------
    TestRetest

    Raises
    ------
    propsych.errors.AnalysisError
        If lengths or persons differ, fewer than three unchanged persons have both scores, nothing varies, or
        an interval is negative or infinite.

    Notes
    -----
    ICC(2,1) for agreement: McGraw & Wong (1996), doi:10.1037/1082-989X.1.1.30. COSMIN asks for stable
    persons, a fitting interval and the same conditions: Mokkink et al. (2020),
    doi:10.1186/s12874-020-01179-5.

    Do not trust it from few persons (50 are asked for), without an anchor, or for a group with another
    spread of scores.

    Examples
    --------
    >>> result = test_retest([10, 20, 30, 40, 50], [12, 19, 31, 38, 52])
    >>> round(result.agreement.value, 2), result.sample.n_used
    (0.99, 5)
    """
    level = require_level(level)
    paired = paired_scores(test, retest)
    for what, given in (("stable", stable), ("days", days), ("same_mode", same_mode)):
        _require_same_persons(test, given, what)
    unchanged = _flags(stable, "stable", paired.n_persons)
    used = paired.kept if unchanged is None else paired.kept & (unchanged == 1.0)
    values = np.full((paired.n_persons, 2), np.nan)
    values[paired.kept] = paired.values
    if used.sum() < 3:
        what = "fewer than three unchanged persons have both scores"
        raise AnalysisError(message(what, where=name, got=str(int(used.sum())), remedy="collect more"))
    chosen = values[used]
    design = _design(paired, unchanged, used, _numbers(days, "days", paired.n_persons), same_mode)
    coefficients = icc(pd.DataFrame(chosen, columns=["test", "retest"]), level=level, name=name)
    agreement = coefficients.estimate("ICC(2,1)")
    rule = "both scores" if unchanged is None else "both scores, unchanged by the anchor"
    return TestRetest(
        name=name,
        coefficients=coefficients,
        pearson=_pearson(chosen, level),
        mean_difference=_mean_difference(chosen, level),
        below_at_retest=_below(agreement),
        design=design,
        sample=Sample(paired.n_persons, int(used.sum()), rule),
        remarks=coefficients.remarks,
    )


# pytest takes every function of this name for a test
test_retest.__dict__["__test__"] = False


def _require_same_persons(test: Any, given: Any, what: str) -> None:
    both = isinstance(test, pd.Series) and isinstance(given, pd.Series)
    if both and not test.index.equals(given.index):
        raise AnalysisError(
            message(
                f"{what} has other persons than the scores, or another order",
                consequence="it would be taken for another person's",
                remedy=f"align it first, for instance {what}.reindex(test.index)",
            )
        )


def _numbers(given: Any, what: str, n: int) -> NDArray[np.float64] | None:
    if given is None:
        return None
    if not np.iterable(given):
        remedy = "give one value a person, in the order of the scores"
        raise AnalysisError(message(f"{what} is no column", got=type(given).__name__, remedy=remedy))
    # text is refused, and so are dates and intervals of time, which would be counted in nanoseconds
    columns = numeric_columns(given.rename(what) if isinstance(given, pd.Series) else given, what).values
    if columns.shape[1] != 1:
        raise AnalysisError(message(f"{what} has several columns", remedy="give one value a person"))
    numbers = columns[:, 0]
    if len(numbers) != n:
        got, remedy = f"{len(numbers)} for {n} persons", "give one value a person, in the order of the scores"
        raise AnalysisError(message(f"{what} has another length than the scores", got=got, remedy=remedy))
    if (numbers < 0).any():
        raise AnalysisError(message(f"{what} is negative for somebody", remedy="correct it"))
    return np.asarray(numbers)


def _flags(given: Any, what: str, n: int) -> NDArray[np.float64] | None:
    """Return 1 for yes, 0 for no, NaN for unknown."""
    if given is None:
        return None
    numbers = _numbers(given, what, n)
    if numbers is not None and not np.isin(numbers[~np.isnan(numbers)], (0.0, 1.0)).all():
        remedy = "use True, False, or missing where it is unknown"
        raise AnalysisError(message(f"{what} holds something else than yes and no", remedy=remedy))
    return numbers


def _design(
    paired: Paired,
    unchanged: NDArray[np.float64] | None,
    used: NDArray[np.bool_],
    days: NDArray[np.float64] | None,
    same_mode: Any,
) -> RetestDesign:
    mode = _flags(same_mode, "same_mode", paired.n_persons)
    known = days[used & ~np.isnan(days)] if days is not None else np.empty(0)
    spread = (float(known.min()), float(np.median(known)), float(known.max())) if known.size else None

    def unknown(values: NDArray[np.float64] | None, among: NDArray[np.bool_]) -> int:
        return 0 if values is None else int(np.isnan(values[among]).sum())

    return RetestDesign(
        n_measured_twice=int(paired.kept.sum()),
        n_stable=None if unchanged is None else int(used.sum()),
        days=spread,
        n_same_mode=None if mode is None else int((mode[used] == 1.0).sum()),
        n_no_anchor=unknown(unchanged, paired.kept),
        n_no_days=unknown(days, used),
        n_no_mode=unknown(mode, used),
    )


def _pearson(values: NDArray[np.float64], level: float) -> Estimate:
    found = pairs(values)
    r = float(found.r[0])
    if np.isnan(r):
        return Estimate(None, None, None, level, "Pearson: one of the measurements does not vary")
    if 1.0 - abs(r) < 1e-12:
        return Estimate(r, None, None, level, "Pearson: no interval, all lie on one line")
    lower, upper = fisher_jackknife(r, correlation_without_each(values), level)
    if np.isnan(lower):
        return Estimate(
            r, None, None, level, "Pearson: no interval, all but one lie on one line or at one score"
        )
    return Estimate(r, lower, upper, level, "Pearson, jackknife on Fisher's z")


def _mean_difference(values: NDArray[np.float64], level: float) -> Estimate:
    d = differences(values)
    if np.ptp(d) == 0:
        return Estimate(float(d[0]), None, None, level, "second minus first: no interval, all are the same")
    half = float(t_quantile(level, len(d) - 1)) * float(d.std(ddof=1)) / np.sqrt(len(d))
    mean = float(d.mean())
    return Estimate(mean, mean - half, mean + half, level, "second minus first, Student's t")


def _below(agreement: Estimate) -> Estimate:
    def share(reliability: float | None) -> float | None:
        # a reliability below 0 tells nobody apart, as 0 does
        return None if reliability is None else share_below_at_retest(max(reliability, 0.0))

    method = "from ICC(2,1), for normal scores and a cut at +1 SD"
    if agreement.upper is not None and agreement.upper <= 0.0:
        return Estimate(share(agreement.value), None, None, agreement.level, f"{method}: no interval below 0")
    # a higher reliability gives a lower share, so the ends change places
    ends = share(agreement.upper), share(agreement.lower)
    return Estimate(share(agreement.value), *ends, agreement.level, method)

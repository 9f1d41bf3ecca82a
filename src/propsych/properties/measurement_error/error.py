"""Standard error of measurement and smallest detectable change, from two measurements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_level
from propsych.data.paired import paired_scores
from propsych.errors import AnalysisError, message
from propsych.kernels.icc import all_the_same, icc_from_mean_squares, mean_squares
from propsych.kernels.measurement_error import StandardError, detectable_change, standard_errors
from propsych.kernels.resampling import Limits
from propsych.properties.measurement_error.limits import FEW_PERSONS, BlandAltman, bland_altman
from propsych.result import Estimate, Record, Result, Sample

__all__ = ["MeasurementError", "measurement_error"]


@dataclass(frozen=True, eq=False)
class MeasurementError(Result):
    """Measurement error of one score, in score points.

    Attributes
    ----------
    name : str
        What was measured.
    sem_agreement, sem_consistency : Estimate
        Standard error of measurement from the residual variance, with and without the shift between
        occasions.
    sem_from_icc : Estimate
        SD * sqrt(1 - ICC(2,1)) with the SD of all scores: another estimate of the agreement form, for
        comparison with papers.
    sdc_individual, sdc_group : Estimate
        Smallest change of one person, and of the mean of these persons, beyond measurement error
        (agreement form).
    limits : BlandAltman
        Limits of agreement of the same scores.
    level : float
    sample : Sample
    remarks : tuple of str
    """

    name: str
    sem_agreement: Estimate
    sem_consistency: Estimate
    sem_from_icc: Estimate
    sdc_individual: Estimate
    sdc_group: Estimate
    limits: BlandAltman
    level: float
    sample: Sample
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return f"Measurement error: {self.name}"

    def records(self) -> Iterator[Record]:
        """Yield the numbers of property ``measurement_error``, the limits of agreement among them."""
        for statistic in (
            "sem_agreement",
            "sem_consistency",
            "sem_from_icc",
            "sdc_individual",
            "sdc_group",
        ):
            estimate = getattr(self, statistic)
            yield Record("measurement_error", self.name, "all", statistic, estimate, self.sample)
        yield from self.limits.records()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number."""
        table = {
            record.statistic: [record.estimate.value, record.estimate.lower, record.estimate.upper]
            for record in self.records()
        }
        columns = ["value", "lower", "upper"]
        return pd.DataFrame.from_dict(table, orient="index", columns=columns).astype(float)

    def notes(self) -> tuple[str, ...]:
        """Return the sample, what the numbers mean, and reasons for doubt."""
        return (
            f"{self.sample.n_used} of {self.sample.n_asked} persons were used ({self.sample.rule}).",
            f"A change of one person smaller than the SDC may be measurement error alone ({self.level:.0%})."
            " Whether a larger one matters to the person is another question (minimal important change).",
            "One error for all scores: near the ends of the scale it is often smaller.",
            *self.remarks,
        )


def measurement_error(
    test: Any, retest: Any, *, level: float = 0.95, name: str = "score"
) -> MeasurementError:
    """Estimate measurement error from two measurements of unchanged persons.

    Parameters
    ----------
    test, retest : pandas Series or array_like of shape (n_persons,)
        First and second score; two Series must share their index. NaN where missing. Leave out persons who
        changed: real change would count as error.
    level : float, default 0.95
        Confidence level of the intervals, and of "beyond measurement error".
    name : str
        Id of the scale or score, for the records.

    Returns
    -------
    MeasurementError

    Raises
    ------
    propsych.errors.AnalysisError
        If lengths or persons differ, fewer than four persons have both scores, or nothing varies.

    Notes
    -----
    :func:`propsych.kernels.measurement_error.standard_errors`; SDC = z sqrt(2) SEM (de Vet et al. 2006,
    doi:10.1016/j.jclinepi.2005.10.015), for the mean of n persons divided by sqrt(n).

    From ICC(3,1), with the standard deviation within occasions, the consistency form comes out as the very
    number that the residual variance gives; so only the agreement form has a second estimate, from ICC(2,1).

    Do not trust it from few persons (50 are asked for), or where error grows with the score.

    Examples
    --------
    >>> result = measurement_error([10, 20, 30, 40, 50], [12, 19, 31, 38, 52])
    >>> round(result.sem_agreement.value, 2), round(result.sdc_individual.value, 1)
    (1.28, 3.6)
    """
    level = require_level(level)
    paired = paired_scores(test, retest, least=4)
    values, n = paired.values, len(paired.values)
    if all_the_same(values):
        what = "all scores are the same"
        raise AnalysisError(message(what, where=name, remedy="check the scores"))
    found = standard_errors(values, level)
    method = "from residual variance; jackknife, log scale"
    agreement = _estimate(found.agreement, found.agreement_limits, 1.0, level, method)
    one = detectable_change(1.0, level)
    group = detectable_change(1.0, level, n)
    icc2 = float(icc_from_mean_squares(mean_squares(values))[1])
    sd = float(values.std(ddof=1))
    remarks = tuple(_remarks(found, values))
    return MeasurementError(
        name=name,
        sem_agreement=agreement,
        sem_consistency=_estimate(found.consistency, found.consistency_limits, 1.0, level, method),
        sem_from_icc=Estimate(sd * float(np.sqrt(max(1.0 - icc2, 0.0))), method="SD * sqrt(1 - ICC(2,1))"),
        sdc_individual=_estimate(found.agreement, found.agreement_limits, one, level, "z sqrt(2) SEM"),
        sdc_group=_estimate(found.agreement, found.agreement_limits, group, level, "z sqrt(2) SEM / sqrt(n)"),
        limits=bland_altman(test, retest, level=level, name=name),
        level=level,
        sample=Sample(paired.n_persons, n, "both scores"),
        remarks=remarks,
    )


def _remarks(found: StandardError, values: NDArray[np.float64]) -> Iterator[str]:
    n = len(values)
    for j in np.flatnonzero(np.ptp(values, axis=0) == 0):
        which = ("first", "second")[j]
        yield f"The {which} score is the same for everybody, so it measures nothing and this is no error."
    if n < FEW_PERSONS:
        yield f"Do not rely on it: {n} persons are few (COSMIN asks for {FEW_PERSONS})."
    if found.agreement == 0:
        yield "Both scores are the same for everybody: check that they are independent and not copies."
    elif found.consistency == 0:
        yield "Everybody moved by the same amount: check that the scores are independent and not copies."


def _estimate(value: float, ends: Limits, factor: float, level: float, method: str) -> Estimate:
    if np.isnan(ends.lower):
        return Estimate(value * factor, None, None, level, f"{method}: no interval")
    lower, upper = (None if np.isnan(end) else float(end) * factor for end in ends)
    return Estimate(value * factor, lower, upper, level, method)

"""A second opinion: numbers of the study computed once more by an established package.

Each opinion takes the checked answers and the study's records and yields comparisons. The other package is
imported inside its own opinion, and its warnings are silenced around its call alone. What it is known to get
wrong is named and not compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd

from propsych.data import Responses
from propsych.kernels.covariance import complete_rows
from propsych.kernels.efa import minres
from propsych.kernels.rotation import oblimin, oblimin_criterion
from propsych.result import Record
from propsych.study.opinion import SecondOpinion, State
from propsych.study.retest_numbers import RetestNumbers

__all__ = ["Source", "second_opinions"]

CLOSED, ROUNDED, SEARCHED = 1e-8, 6e-4, 1e-5
"""Tolerances, relative above 1: a closed form; a number that the package rounds to three digits; a search."""
SMALLEST = 1e-9
"""Smaller differences are written as 0: they differ from machine to machine."""


@dataclass(frozen=True)
class Source:
    """What the opinions work on."""

    answers: Responses
    records: Mapping[str, Record]
    level: float
    retest: RetestNumbers


Pair = tuple[str, float, float]
"""Record id, our number, the other package's."""


def second_opinions(source: Source) -> tuple[SecondOpinion, ...]:
    """Return every comparison that the study's numbers allow, one entry for each kind of number."""
    found = (_compared(*opinion, source) for opinion in OPINIONS)
    return tuple(opinion for opinion in found if opinion is not None)


def _compared(
    kind: str, package: str, tolerance: float, pairs: Callable[[Source], Iterator[Pair]], source: Source
) -> SecondOpinion | None:
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return SecondOpinion(
            kind, "", package, "", 0, None, None, None, tolerance, "not_compared", "not installed"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = list(pairs(source))
    except Exception as problem:  # whatever another package raises must not end the study
        why = type(problem).__name__
        return SecondOpinion(kind, "", package, version, 0, None, None, None, tolerance, "not_compared", why)
    if not found:
        return None
    gaps = np.array([abs(ours - theirs) / max(1.0, abs(theirs)) for _, ours, theirs in found])
    gaps = np.where(np.isnan(gaps), np.inf, np.where(gaps < SMALLEST, 0.0, gaps))
    worst = int(np.argmax(gaps))
    record, ours, theirs = found[worst]
    state: State = "agrees" if gaps[worst] <= tolerance else "differs"
    difference = abs(ours - theirs) if gaps[worst] else 0.0
    return SecondOpinion(
        kind, record, package, version, len(found), ours, theirs, difference, tolerance, state
    )


def _complete(source: Source, scale: str) -> pd.DataFrame:
    items = source.answers.scale(scale)
    values = items.values[complete_rows(items.values)]
    return pd.DataFrame(values, columns=list(items.names))


def _of(source: Source, property_: str, statistic: str) -> Iterator[tuple[str, Record, float]]:
    for name, record in source.records.items():
        value = record.estimate.value
        here = record.property == property_ and record.statistic == statistic and record.group == "all"
        if here and isinstance(value, int | float):
            yield name, record, float(value)


def _alpha(source: Source) -> Iterator[Pair]:
    import pingouin

    for name, record, ours in _of(source, "internal_consistency", "alpha"):
        theirs, _ = pingouin.cronbach_alpha(_complete(source, record.target))
        yield name, ours, float(theirs)


def _alpha_ends(source: Source) -> Iterator[Pair]:
    import pingouin

    for name, record, _ in _of(source, "internal_consistency", "alpha_feldt"):
        _, ends = pingouin.cronbach_alpha(_complete(source, record.target), ci=source.level)
        for ours, theirs in zip((record.estimate.lower, record.estimate.upper), ends, strict=True):
            if ours is not None:
                yield name, ours, float(theirs)


def _kmo(source: Source) -> Iterator[Pair]:
    from factor_analyzer import calculate_kmo

    for name, record, ours in _of(source, "structure", "kmo"):
        yield name, ours, float(calculate_kmo(_complete(source, record.target))[1])


def _bartlett(source: Source) -> Iterator[Pair]:
    from factor_analyzer import calculate_bartlett_sphericity

    for name, record, ours in _of(source, "structure", "bartlett_chi2"):
        yield name, ours, float(calculate_bartlett_sphericity(_complete(source, record.target))[0])


def _rotation(source: Source) -> Iterator[Pair]:
    """Compare the criterion that both reach from the same unrotated loadings of two factors."""
    from factor_analyzer import Rotator

    for name, record, _ in _of(source, "structure", "kmo"):
        values = _complete(source, record.target)
        if values.shape[1] < 6:
            continue
        unrotated = minres(np.corrcoef(values.to_numpy().T), 2).loadings
        ours = float(oblimin(unrotated, n_starts=1).criterion)
        theirs = Rotator(method="oblimin", normalize=False).fit_transform(unrotated)
        yield name.replace("/kmo", "/oblimin_criterion"), ours, float(oblimin_criterion(np.asarray(theirs)))


def _wilson(source: Source) -> Iterator[Pair]:
    from statsmodels.stats.proportion import proportion_confint

    chosen = [
        (name, record)
        for name, record in source.records.items()
        if record.estimate.method == "Wilson" and record.sample is not None and record.sample.n_used
        and record.estimate.value is not None and record.estimate.lower is not None
    ]  # fmt: skip
    if not chosen:
        return
    n = np.array([record.sample.n_used for _, record in chosen if record.sample is not None], dtype=float)
    count = np.round(n * np.array([float(record.estimate.value or 0.0) for _, record in chosen]))
    lower, upper = proportion_confint(count, n, alpha=1.0 - source.level, method="wilson")
    for i, (name, record) in enumerate(chosen):
        yield name, float(record.estimate.lower or 0.0), float(lower[i])
        yield name, float(record.estimate.upper or 0.0), float(upper[i])


def _icc(source: Source) -> Iterator[Pair]:
    import pingouin

    for scale, scores in source.retest.scores.items():
        name = f"reliability/{scale}/all/icc_agreement"
        record = source.records.get(name)
        if record is None or not isinstance(record.estimate.value, int | float):
            continue
        long = pd.DataFrame(scores, columns=["first", "second"]).reset_index(names="person")
        long = long.melt(id_vars="person", var_name="occasion", value_name="score")
        table = pingouin.intraclass_corr(long, targets="person", raters="occasion", ratings="score")
        two = table[table["Type"].astype(str).isin(["ICC2", "ICC(A,1)"])]
        yield name, float(record.estimate.value), float(two["ICC"].iloc[0])


def _weighted_kappa(source: Source) -> Iterator[Pair]:
    from statsmodels.stats.inter_rater import cohens_kappa

    for item, table in source.retest.tables.items():
        name = f"reliability/{item}/all/weighted_kappa"
        record = source.records.get(name)
        if record is not None and isinstance(record.estimate.value, int | float):
            theirs: Any = cohens_kappa(table, wt="quadratic", return_results=True)
            yield name, float(record.estimate.value), float(theirs.kappa)


OPINIONS: tuple[tuple[str, str, float, Callable[[Source], Iterator[Pair]]], ...] = (
    ("alpha", "pingouin", CLOSED, _alpha),
    ("feldt", "pingouin", ROUNDED, _alpha_ends),
    ("icc", "pingouin", CLOSED, _icc),
    ("kmo", "factor-analyzer", CLOSED, _kmo),
    ("bartlett", "factor-analyzer", CLOSED, _bartlett),
    ("rotation", "factor-analyzer", SEARCHED, _rotation),
    ("weighted_kappa", "statsmodels", CLOSED, _weighted_kappa),
    ("wilson", "statsmodels", CLOSED, _wilson),
)
"""Kind, package, tolerance, and what yields the pairs of numbers."""

"""The steps of an analysis, in the order of the report. Each turns answers into records."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from propsych.data import Responses
from propsych.errors import AnalysisError
from propsych.properties.floor_ceiling import floor_ceiling
from propsych.properties.internal_consistency import (
    alpha_by,
    cronbach_alpha,
    omega_categorical,
    omega_unidimensional,
)
from propsych.properties.items import grouped_item_statistics, item_pairs, item_statistics
from propsych.properties.sites import site_differences
from propsych.properties.structure import factorability
from propsych.properties.versions import version_differences
from propsych.questionnaire import Scale
from propsych.result import Estimate, Record, Sample
from propsych.scoring import item_colours, score

__all__ = ["GROUPINGS", "STEPS"]

Step = Callable[[Responses, float], Iterator[Record]]

GROUPINGS = ("site", "sector", "month")


def _items(answers: Responses, level: float) -> Iterator[Record]:
    yield from item_statistics(answers, level=level).records()
    for by in GROUPINGS:
        yield from grouped_item_statistics(answers, by, level=level).records()


def _reflective(answers: Responses) -> list[Scale]:
    return [s for s in answers.questionnaire.scales if s.model == "reflective" and len(s.items) > 1]


def _pairs(answers: Responses, level: float) -> Iterator[Record]:
    for scale in _reflective(answers):
        yield from item_pairs(answers.scale(scale.id), level=level).records()


def _sites(answers: Responses, level: float) -> Iterator[Record]:
    yield from site_differences(answers, level=level).records()


def _versions(answers: Responses, level: float) -> Iterator[Record]:
    yield from version_differences(answers, level=level).records()


def _scores(answers: Responses, level: float) -> Iterator[Record]:
    scores = score(answers, level=level)
    yield from scores.records()
    if scores.scales:
        yield from floor_ceiling(scores, level=level).records()


def _consistency(answers: Responses, level: float) -> Iterator[Record]:
    for scale in _reflective(answers):
        yield from _alpha(answers, scale, level)
        for by in GROUPINGS:
            yield from alpha_by(answers, scale.id, by, level=level).records()


def _alpha(answers: Responses, scale: Scale, level: float) -> Iterator[Record]:
    """Yield alpha's numbers, or one record that says why there is none: the rest of the study goes on."""
    try:
        alpha = cronbach_alpha(answers.scale(scale.id), level=level)
        yield from alpha.records()
        if alpha.dimension is not None and alpha.dimension.residual.value is not None:
            residual = alpha.dimension.residual
            yield Record("structure", scale.id, "all", "one_factor_residual", residual, alpha.sample)
    except AnalysisError as error:
        for statistic in ("alpha", "alpha_feldt"):
            yield _none(answers, scale, "internal_consistency", statistic, str(error))


def _structure(answers: Responses, level: float) -> Iterator[Record]:
    for scale in _reflective(answers):
        try:
            yield from factorability(answers.scale(scale.id)).records()
        except AnalysisError as error:
            yield _none(answers, scale, "structure", "kmo", str(error))


def _omegas(answers: Responses, level: float) -> Iterator[Record]:
    """Yield the omegas of one factor, or why there is none."""
    calls = {"omega_unidimensional": omega_unidimensional, "omega_categorical": omega_categorical}
    for scale in _reflective(answers):
        for name, call in calls.items():
            try:
                found = call(answers.scale(scale.id), level=level)
            except AnalysisError as error:
                yield _none(answers, scale, "internal_consistency", name, str(error))
            else:
                yield Record("internal_consistency", scale.id, "all", name, found[name], found.sample)


def _none(answers: Responses, scale: Scale, property: str, statistic: str, why: str) -> Record:
    data = answers.scale(scale.id)
    complete = int((data.positions >= 0).all(axis=1).sum())
    sample = Sample(data.n_asked_any, complete, "listwise")
    return Record(property, scale.id, "all", statistic, Estimate(None, method=why), sample)


def _colours(answers: Responses, level: float) -> Iterator[Record]:
    yield from item_colours(answers).records()


STEPS: tuple[tuple[str, Step], ...] = (
    ("items", _items),
    ("pairs of items", _pairs),
    ("sites", _sites),
    ("versions", _versions),
    ("scores", _scores),
    ("internal consistency", _consistency),
    ("omega", _omegas),
    ("structure", _structure),
    ("colours", _colours),
)

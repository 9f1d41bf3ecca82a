"""Scales as tables: scored persons, the histogram's bars, the ends of the range, and their ties to the items.

A scale's numbers say something of its items' counts: who has the lowest score gave the lowest answer to
every item, who has no score skipped some item, and a mean times its n is a sum of item scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from propsych.questionnaire import Item, Questionnaire, Scale
from propsych.report.disclosure.cells import System, SystemBuilder
from propsych.report.disclosure.item_tables import cell_of, enough_answers
from propsych.report.disclosure.tables import count, persons_cell, site_groups
from propsych.study.results import StudyResults

__all__ = ["COMPLETE", "end_cell", "scale_items", "scale_table", "with_moments"]

COMPLETE = "alpha"
"""Statistic of the record whose sample prints the number of persons with all items answered."""

_COUNT, _SITE, _TOTAL = 0, 1, 2


def end_cell(scale_id: str, end: str) -> str:
    """Return the name of the count behind the share at one end (``"floor"`` or ``"ceiling"``)."""
    return f"floor_ceiling/{scale_id}/all/{end}"


def scale_items(questionnaire: Questionnaire, scale: Scale) -> tuple[tuple[Item, ...], ...]:
    """Return for each item of a scale the versions whose answers are scored."""
    found = []
    for name in scale.items:
        latest = questionnaire.item(name)
        found.append((latest, *(questionnaire.item(f"{latest.id}@{v}") for v in latest.equivalent_to)))
    return tuple(found)


def scale_table(results: StudyResults, items: System, scale: Scale) -> System:
    """Return the table of a scale on top of the tables of its items and of participation."""
    table = SystemBuilder(dict(items.cells), list(items.relations))
    scored_value = count(results, "scores", scale.id, "n_scored")
    if scored_value is None:
        return table.system()
    scored = table.cell(f"scores/{scale.id}/all/n_scored", scored_value, _TOTAL)
    if persons_cell("all") in table.cells:
        table.difference(persons_cell("all"), [scored], f"~{scale.id} not scored")
    _sites(results, table, scale.id, scored, site_groups(items))
    bins = [record for _, _, record in results.bins(scale.id)]
    names = [table.cell(r.id, round(float(r.estimate.value or 0)), _COUNT) for r in bins]
    if names:
        table.total(scored, names)
    for end, bar in (("floor", names[:1]), ("ceiling", names[-1:])):
        share = results.value("floor_ceiling", scale.id, end)
        if share is not None:
            cell = table.cell(end_cell(scale.id, end), round(float(share) * scored_value), _COUNT)
            for name in bar:
                table.difference(name, [cell], f"~{scale.id} near the {end}")
    for judgement in results.judgements:
        # a retest's numbers are of other persons than the scores
        if judgement.target == scale.id and not judgement.record.startswith("reliability/"):
            enough_answers(results, table, judgement, scored)
    _complete(results, table, scale.id, scored)
    _ties_to_items(results, table, scale)
    return table.system()


def _sites(
    results: StudyResults, table: SystemBuilder, scale_id: str, scored: str, sites: tuple[str, ...]
) -> None:
    parts = []
    for group in sites:
        value = count(results, "scores", scale_id, "n_scored", group)
        if value is None:
            return
        part = table.cell(f"scores/{scale_id}/{group}/n_scored", value, _SITE)
        table.difference(persons_cell(group), [part], f"~{scale_id} {group} not scored")
        parts.append(part)
    if parts:
        table.remainder(scored, parts, f"~{scale_id} scored without site")


def _complete(results: StudyResults, table: SystemBuilder, scale_id: str, scored: str) -> None:
    record = results.get("internal_consistency", scale_id, COMPLETE)
    if record is None or record.sample is None:
        return
    complete = table.cell(record.id, record.sample.n_used, _COUNT)
    if persons_cell("all") in table.cells:
        table.difference(persons_cell("all"), [complete], f"~{scale_id} not complete")
    table.difference(scored, [complete], f"~{scale_id} scored and not complete")


@dataclass(frozen=True)
class _Scale:
    """One scale while it is tied to its items."""

    table: SystemBuilder
    answered: tuple[tuple[str, ...], ...]
    persons: str
    n_items: int

    def say(self, terms: Mapping[str, float], low: float, high: float) -> None:
        """Add a relation that is true of these data; persons that are not printed count as any other cell."""
        value = sum(coefficient * self.table.cells[name].value for name, coefficient in terms.items())
        if low <= value <= high:
            self.table.between(terms, low, high)

    def missing(self, weight: float) -> dict[str, float]:
        """Return the terms of `weight` times the number of missing item answers."""
        terms: dict[str, float] = {self.persons: weight * self.n_items}
        for names in self.answered:
            for name in names:
                terms[name] = terms.get(name, 0.0) - weight
        return terms


def _ties_to_items(results: StudyResults, table: SystemBuilder, scale: Scale) -> None:
    versions = scale_items(results.questionnaire, scale)
    answered = tuple(tuple(cell_of(item.key, "n_answered") for item in own) for own in versions)
    persons = persons_cell("all")
    if persons not in table.cells or any(name not in table.cells for names in answered for name in names):
        return
    tie = _Scale(table, answered, persons, len(versions))
    needed = scale.rule.missing.required(len(versions))
    counted = {f"scores/{scale.id}/all/n_scored": needed}
    if f"internal_consistency/{scale.id}/all/{COMPLETE}" in table.cells:
        counted[f"internal_consistency/{scale.id}/all/{COMPLETE}"] = len(versions)
    for cell, required in counted.items():
        _who_is_counted(tie, cell, required)
    for end in ("floor", "ceiling"):
        if end_cell(scale.id, end) in table.cells:
            _ends(tie, scale, versions, end)


def _who_is_counted(tie: _Scale, cell: str, required: int) -> None:
    """Say what the number of persons with at least `required` answers tells of the missing ones, and back."""
    n, infinity = tie.n_items, float("inf")
    # who is left out lacks n - required + 1 answers or more, who is counted lacks at most the rest
    fewest = tie.missing(1.0)
    fewest[tie.persons] -= n - required + 1
    tie.say({**fewest, cell: n - required + 1.0}, 0, infinity)
    most = tie.missing(-1.0)
    most[tie.persons] += n
    tie.say({**most, cell: -float(required)}, 0, infinity)
    if required == n:
        for names in tie.answered:
            tie.say({**dict.fromkeys(names, 1.0), cell: -1.0}, 0, infinity)


def _ends(tie: _Scale, scale: Scale, versions: tuple[tuple[Item, ...], ...], end: str) -> None:
    """Say that whoever is at an end of the scale chose that end of every item that was answered."""
    lowest = (end == "floor") != scale.rule.flip
    for own, answered in zip(versions, tie.answered, strict=True):
        chosen = []
        for item in own:
            extreme = min(item.scores) if lowest else max(item.scores)
            chosen += [
                cell_of(item.key, f"count:{code}")
                for code, score in zip(item.codes, item.scores, strict=True)
                if score == extreme
            ]
        if all(name in tie.table.cells for name in chosen):
            terms = {**dict.fromkeys(chosen, 1.0), end_cell(scale.id, end): -1.0}
            if scale.rule.missing.kind != "all":
                terms |= {tie.persons: 1.0, **dict.fromkeys(answered, -1.0)}
            tie.say(terms, 0, float("inf"))


def with_moments(
    results: StudyResults, system: System, scale: Scale, precision: tuple[float, float], *, mean: bool
) -> System:
    """Return the table with what a printed mean and alpha tell of the item scores.

    Parameters
    ----------
    results : StudyResults
        Where means, SDs and alpha stand.
    system : System
        The scale's table.
    scale : Scale
        The scale.
    precision : (float, float)
        Half a unit in the last printed digit of the scores and of alpha.
    mean : bool
        Whether the scores' mean and SD are printed.

    Notes
    -----
    The attacker is taken to know more than is printed: that the scale's mean times its n is the sum of the
    item scores even where answers are missing, and that alpha gives the sum of the squared item scores.
    """
    table = SystemBuilder(dict(system.cells), list(system.relations))
    versions = scale_items(results.questionnaire, scale)
    terms: dict[str, float] = {}
    squares: dict[str, float] = {}
    for own in versions:
        for item in own:
            for code, score in zip(item.codes, item.scores, strict=True):
                name = cell_of(item.key, f"count:{code}")
                if name in table.cells:
                    terms[name] = float(score)
                    squares[name] = float(score) ** 2
    n = count(results, "scores", scale.id, "n_scored") or 0
    spread = sum(max(own[0].scores) - min(own[0].scores) for own in versions)
    unit = {"percent": spread / 100.0, "mean": float(len(versions)), "sum": 1.0}[scale.rule.kind]
    if mean and terms:
        _near(table, terms, precision[0] * unit * n)
    sd = results.value("scores", scale.id, "sd")
    if results.value("internal_consistency", scale.id, COMPLETE) is not None and sd is not None and terms:
        # alpha = k / (k - 1) (1 - sum of item variances / variance of the sum)
        k = len(versions)
        _near(table, squares, precision[1] * (k - 1) / k * (sd * unit) ** 2 * (n - 1))
    return table.system()


def _near(table: SystemBuilder, terms: Mapping[str, float], tolerance: float) -> None:
    truth = sum(weight * table.cells[name].value for name, weight in terms.items())
    table.between(
        {name: weight for name, weight in terms.items() if weight}, truth - tolerance, truth + tolerance
    )

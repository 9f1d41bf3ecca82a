"""An attack on everything that is printed: the attacker shares no code with the suppression."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from propsych.datasets import write_example
from propsych.report.disclosure import plan, publishable
from propsych.report.disclosure.suppress import primary
from propsych.study import PilotStudy
from propsych.study.results import StudyResults
from tests.disclosure_attacker import pinned
from tests.disclosure_pilots import random_pilot
from tests.disclosure_site_attack import site_counts_pinned, with_clustered_intervals


def with_primary_suppression_alone(results: StudyResults, monkeypatch: pytest.MonkeyPatch) -> StudyResults:
    monkeypatch.setattr(
        plan, "protect", lambda system, limit, given=None: ({**primary(system, limit), **(given or {})}, True)
    )
    monkeypatch.setattr(plan, "unprotected", lambda *_: ())
    published = publishable(results)
    monkeypatch.undo()
    return published


@pytest.mark.parametrize(
    ("seed", "n", "skipping"),
    [(0, 12, 0.03), (1, 40, 0.03), (2, 60, 0.03), (5, 90, 0.0), (6, 200, 0.03), (7, 300, 0.0)],
)
def test_no_small_count_can_be_derived(
    seed: int, n: int, skipping: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = random_pilot(seed, n, skipping=skipping)
    assert pinned(pilot, publishable(pilot)) == []
    assert pinned(pilot, with_primary_suppression_alone(pilot, monkeypatch)), (
        "the attack finds nothing at all"
    )


def test_a_mean_left_beside_suppressed_counts_is_found_out() -> None:
    from dataclasses import replace

    pilot = random_pilot(2, 200, skew=1.6, skipping=0.0)
    published = publishable(pilot)
    before = pinned(pilot, published)
    hidden = [
        r.target
        for r in published.select("items", group="all")
        if r.statistic == "mean" and r.estimate.value is None
    ]
    leaky = dict(published.records)
    for key in hidden:
        for statistic in ("mean", "n_answered"):
            leaky[f"items/{key}/all/{statistic}"] = pilot.records[f"items/{key}/all/{statistic}"]
    assert before == []
    assert pinned(pilot, replace(published, records=leaky))


@pytest.mark.parametrize(("seed", "n", "skipping"), [(3, 150, 0.0), (6, 200, 0.03)])
def test_no_count_of_a_site_follows_from_what_respects_sites(seed: int, n: int, skipping: float) -> None:
    pilot = random_pilot(seed, n, skipping=skipping)
    published = publishable(pilot)
    lost, tried = site_counts_pinned(pilot, published)
    assert tried
    assert lost == []
    assert site_counts_pinned(pilot, with_clustered_intervals(pilot, published))[0], (
        "the attack finds nothing"
    )


def test_a_state_left_to_an_interval_that_respects_sites_is_found_out() -> None:
    from dataclasses import replace

    pilot = random_pilot(6, 200)
    published = publishable(pilot)
    states = {(j.criterion, j.record): j.state for j in pilot.judgements}
    kept = tuple(
        replace(j, state=states[j.criterion, j.record], reason="") if j.reason == "not_estimable" else j
        for j in published.judgements
    )
    assert site_counts_pinned(pilot, published)[0] == []
    assert site_counts_pinned(pilot, replace(published, judgements=kept))[0]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> StudyResults:
    folder: Path = tmp_path_factory.mktemp("example")
    write_example(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PilotStudy.load(folder / "pilot.toml").analyse()


def test_the_example_pilot_keeps_its_secrets(example: StudyResults) -> None:
    published = publishable(example)
    assert pinned(example, published) == []
    assert site_counts_pinned(example, published)[0] == []
    assert len(site_counts_pinned(example, with_clustered_intervals(example, published))[0]) > 20
    shown = [r for r in published.select("items", group="all") if r.statistic.startswith("count:")]
    assert sum(r.estimate.value is not None for r in shown) > 0.8 * len(shown)

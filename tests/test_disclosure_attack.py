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
    shown = [r for r in published.select("items", group="all") if r.statistic.startswith("count:")]
    assert sum(r.estimate.value is not None for r in shown) > 0.8 * len(shown)

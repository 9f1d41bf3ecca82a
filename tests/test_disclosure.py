"""What a publishable report is built from: what is left out, what is withheld, what stays."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from propsych.data import Problem
from propsych.errors import StudyError
from propsych.report.disclosure import publishable
from propsych.study.results import StudyResults
from tests.disclosure_pilots import random_pilot


@pytest.fixture(scope="module")
def internal() -> StudyResults:
    return random_pilot(11, n=150)


@pytest.fixture(scope="module")
def published(internal: StudyResults) -> StudyResults:
    return publishable(internal, secret=b"key")


def test_no_count_from_1_to_4_is_left_anywhere(published: StudyResults) -> None:
    for record in published.records.values():
        counted = (
            record.statistic.startswith(("n_", "count:", "missing:", "bin:"))
            or record.property == "participation"
        )
        if counted and record.statistic not in ("n_unused", "n_versions"):
            assert record.estimate.value not in (1, 2, 3, 4), record.id
        if record.sample is not None:
            assert {record.sample.n_asked, record.sample.n_used}.isdisjoint((1, 2, 3, 4)), record.id


def test_zeros_are_shown(internal: StudyResults, published: StudyResults) -> None:
    zeros = [
        r.id
        for r in internal.select("items", group="all")
        if r.estimate.value == 0 and r.statistic.startswith("missing:")
    ]
    assert zeros
    assert all(published.records[name].estimate.value == 0 for name in zeros)


def test_groups_have_no_distribution(published: StudyResults) -> None:
    statistics = {r.statistic for r in published.select("items") if r.group.startswith("site=")}
    assert statistics == {"n_persons", "n_asked", "n_answered"}
    assert {r.statistic for r in published.select("scores") if r.group != "all"} == {"n_persons", "n_scored"}
    assert not [r for r in published.select("items") if r.group.startswith(("sector=", "month="))]
    assert not [r for r in published.select("internal_consistency") if r.group != "all"]


def test_what_is_withheld_holds_no_number(published: StudyResults) -> None:
    for record in published.records.values():
        if published.is_suppressed(record.property, record.target, record.statistic, record.group):
            estimate = record.estimate
            assert (estimate.value, estimate.lower, estimate.upper, record.sample) == (None, None, None, None)
    assert all(r.estimate.value is None for r in published.select("sites"))


def test_moments_and_shares_are_withheld_with_a_count_of_the_item(published: StudyResults) -> None:
    hidden = {
        r.target
        for r in published.select("items", group="all")
        if r.statistic.startswith("count:") and r.estimate.value is None
    }
    assert hidden
    for key in hidden:
        for statistic in ("mean", "sd", "median", "skewness", "kurtosis"):
            assert published.is_suppressed("items", key, statistic)
        assert published.value("redundancy", f"{key}~s3@1", "correlation") is None


def test_shares_that_respect_sites_have_no_interval(internal: StudyResults, published: StudyResults) -> None:
    shares = [r for r in published.records.values() if r.statistic.endswith("_clustered")]
    assert any(r.estimate.value is not None for r in shares)
    for record in shares:
        assert (record.estimate.lower, record.estimate.upper, record.estimate.level) == (None, None, None)
        plain = published.records[record.id.removesuffix("_clustered")]
        assert record.estimate.value in (None, plain.estimate.value)


def test_a_statistic_that_is_not_known_is_withheld(internal: StudyResults) -> None:
    from dataclasses import replace

    known = {r.property: r for r in internal.records.values() if r.group == "all"}
    assert len(known) > 6
    new = [replace(r, statistic="novel") for r in known.values()] + [
        replace(r, property="novel") for r in known.values()
    ]
    published = publishable(replace(internal, records={**internal.records, **{r.id: r for r in new}}))
    assert all(published.records[r.id].estimate.method == "suppressed" for r in new)


def test_the_interval_of_a_mean_score_is_made_of_rounded_numbers() -> None:
    from dataclasses import replace

    from scipy.stats import t

    pilot = random_pilot(1, n=90)
    published = publishable(replace(pilot, info=replace(pilot.info, small_cell_limit=1)))
    mean, sd = (published.get("scores", "s", name) for name in ("mean", "sd"))
    n = published.value("scores", "s", "n_scored")
    half = t.ppf(0.975, n - 1) * sd.estimate.value / n**0.5
    assert mean.estimate.lower == round(mean.estimate.value - half, 1)
    assert mean.estimate.upper == round(mean.estimate.value + half, 1)


def test_judgements_hold_no_more_than_their_records(internal: StudyResults, published: StudyResults) -> None:
    assert published.judgements
    for judgement in published.judgements:
        record = published.records.get(judgement.record)
        if record is None or record.estimate.value is None:
            assert (judgement.value, judgement.n) == (None, None)
        elif record.sample is None:
            assert judgement.n is None
    assert {j.criterion for j in published.judgements} == {j.criterion for j in internal.judgements}


def test_of_problems_only_the_kinds_stay(published: StudyResults) -> None:
    assert published.problems == (Problem("parent_blank"),)


def test_fingerprint_is_keyed(internal: StudyResults, published: StudyResults) -> None:
    expected = hmac.new(b"key", b"abc", hashlib.sha256).hexdigest()
    assert published.info.data_fingerprint == expected
    assert published.info.audience == "publishable"
    assert publishable(internal).info.data_fingerprint == ""


def test_results_are_made_publishable_once(published: StudyResults) -> None:
    with pytest.raises(StudyError, match="publishable already"):
        publishable(published)


def test_the_file_can_be_saved_and_read(published: StudyResults, tmp_path) -> None:  # type: ignore[no-untyped-def]
    published.save(tmp_path / "p.json")
    assert (
        StudyResults.load(tmp_path / "p.json").to_dict() == StudyResults.load(tmp_path / "p.json").to_dict()
    )


def test_a_small_group_that_answers_alike_shows_no_distribution() -> None:
    from dataclasses import replace

    from propsych.report.disclosure.item_tables import whole_groups

    pilot = random_pilot(3, n=60)
    records = dict(pilot.records)
    for code, n in ((0, 0), (1, 7), (2, 0), (3, 0)):
        name = f"items/hours@1/all/count:{code}"
        records[name] = replace(records[name], estimate=replace(records[name].estimate, value=n))
    hidden = whole_groups(replace(pilot, records=records), pilot.questionnaire.items, 5)
    assert hidden == {f"items/hours@1/all/count:{code}": 0 for code in range(4)}


def test_a_pilot_of_fewer_persons_than_the_limit_prints_no_number() -> None:
    published = publishable(random_pilot(2, n=4))
    assert [
        r.id
        for r in published.records.values()
        if r.estimate.value is not None and r.statistic != "n_versions"
    ] == []


def test_without_small_counts_nothing_is_withheld_but_site_statistics() -> None:
    from dataclasses import replace

    pilot = random_pilot(1, n=30)
    limitless = replace(pilot, info=replace(pilot.info, small_cell_limit=1))
    published = publishable(limitless)
    kinds = {r.property for r in published.records.values() if r.estimate.method == "suppressed"}
    # of structure, Bartlett's chi-square: it has too many digits
    assert kinds <= {"sites", "versions", "structure"}

"""Second opinions: every kind is compared, a difference is found and reported, and the packages load late."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from propsych.datasets import make_pilot, write_example
from propsych.report.disclosure import publishable
from propsych.report.pages.appendix_opinions import KNOWN_DEFECTS
from propsych.result import Record
from propsych.study import DEFECTS, PilotStudy, SecondOpinion, StudyResults, second_opinions
from propsych.study.retest import retest_pairs
from propsych.study.retest_numbers import retest_numbers
from propsych.study.second_opinions import OPINIONS, Source, _compared
from propsych.study.second_opinions import second_opinions as all_opinions
from tests.report_fixture import results as hand_made
from tests.test_report_wording import words


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("opinions")
    write_example(folder, make_pilot(seed=4, n=120))
    study = PilotStudy.load(folder / "pilot.toml")
    results = study.analyse()
    assert study.plan.retest is not None
    retest = retest_numbers(retest_pairs(study._bind(), study.plan.retest), study.plan.level)
    return Source(study.read(), results.records, study.plan.level, retest)


def off(record: Record, by: float) -> Record:
    value = float(record.estimate.value or 0.0) + by
    return dataclasses.replace(record, estimate=dataclasses.replace(record.estimate, value=value))


def test_every_kind_is_compared_and_agrees(source: Source) -> None:
    found = all_opinions(source)
    assert {opinion.kind for opinion in found} == {kind for kind, *_ in OPINIONS}
    assert {opinion.state for opinion in found} == {"agrees"}
    assert all(opinion.n_compared > 0 and opinion.version for opinion in found)
    packages = {opinion.kind: opinion.package for opinion in found}
    assert packages["alpha"] == packages["icc"] == "pingouin"
    assert packages["kmo"] == packages["bartlett"] == packages["rotation"] == "factor-analyzer"
    assert packages["weighted_kappa"] == packages["wilson"] == "statsmodels"


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("alpha", "internal_consistency/trivsel/all/alpha"),
        ("icc", "reliability/trivsel/all/icc_agreement"),
        ("kmo", "structure/trivsel/all/kmo"),
        ("bartlett", "structure/trivsel/all/bartlett_chi2"),
        ("weighted_kappa", "reliability/triv_02@1/all/weighted_kappa"),
    ],
)
def test_a_number_that_is_off_by_more_than_rounding_differs(source: Source, kind: str, record: str) -> None:
    wrong = {**source.records, record: off(source.records[record], 1e-4)}
    (found,) = (o for o in all_opinions(dataclasses.replace(source, records=wrong)) if o.kind == kind)
    assert found.state == "differs"
    assert found.record == record
    assert found.difference == pytest.approx(1e-4)


def test_a_package_that_fails_or_is_not_there_does_not_end_the_study(source: Source) -> None:
    def fails(source: Source) -> Iterator[tuple[str, float, float]]:
        raise ValueError("something with P0007 in it")
        yield "", 0.0, 0.0

    found = _compared("alpha", "pingouin", 1e-8, fails, source)
    assert found is not None
    assert (found.state, found.note) == ("not_compared", "ValueError")
    missing = _compared("alpha", "no-such-package", 1e-8, fails, source)
    assert missing is not None
    assert missing.note == "not installed"


def test_a_number_that_the_other_package_cannot_tell_differs(source: Source) -> None:
    found = _compared("alpha", "pingouin", 1e-8, lambda _: iter([("a", 0.5, float("nan"))]), source)
    assert found is not None
    assert found.state == "differs"


def test_the_packages_are_imported_where_they_are_used_only() -> None:
    code = (
        "import sys, propsych as pp; from propsych.study import PilotStudy\n"
        "pp.cronbach_alpha([[1, 2], [2, 2], [3, 4]], categories=range(5))\n"
        "print([m for m in ('pingouin', 'statsmodels', 'factor_analyzer', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opinions_survive_saving(source: Source, tmp_path: Path) -> None:
    given = with_opinions(*all_opinions(source))
    given.save(tmp_path / "r.json")
    again = StudyResults.load(tmp_path / "r.json")
    assert [o.kind for o in again.second_opinions] == [o.kind for o in given.second_opinions]
    assert [o.state for o in again.second_opinions] == [o.state for o in given.second_opinions]


# -- in the report -------------------------------------------------------------------------------------------

AGREES = SecondOpinion(
    "alpha", "internal_consistency/sovn/all/alpha", "pingouin", "0.7.0", 2, 0.81, 0.81, 0.0, 1e-8, "agrees"
)
DIFFERS = dataclasses.replace(AGREES, theirs=0.83, difference=0.02, state="differs")


def with_opinions(*opinions: SecondOpinion) -> StudyResults:
    return dataclasses.replace(hand_made(), second_opinions=opinions)


def test_the_appendix_prints_package_version_and_difference() -> None:
    text = words(with_opinions(AGREES), "appendix-opinions")
    assert "Cronbachs alfa, fuldt besvarede pingouin 0.7.0 2 0,810000 0,810000 0,000000 stemmer" in text
    assert "Advarsel" not in text


def test_a_difference_is_a_warning_on_the_first_page_and_in_the_appendix() -> None:
    warning = "Advarsel: nogle tal bliver anderledes, når en anden pakke regner dem ud"
    for page in ("front", "appendix-opinions"):
        assert warning in words(with_opinions(DIFFERS), page)
    assert warning not in words(with_opinions(AGREES), "front")


def test_known_defects_are_named_and_not_compared() -> None:
    text = words(with_opinions(AGREES), "appendix-opinions", "en")
    for package, fault in DEFECTS:
        assert f"{package}: {fault}" in text
    assert tuple(fault for _, fault in DEFECTS) == KNOWN_DEFECTS


def test_what_is_published_names_no_number() -> None:
    (published,) = publishable(with_opinions(DIFFERS)).second_opinions
    assert (published.record, published.ours, published.theirs, published.difference) == (
        "",
        None,
        None,
        None,
    )
    assert published.state == "differs"


def test_the_module_and_the_function_are_both_reachable() -> None:
    assert second_opinions.OPINIONS is OPINIONS

"""The pages on the retest: what a reader is told of groups, of one person, and of what was assumed."""

from __future__ import annotations

import dataclasses

import pytest

from propsych.plotting import new_axes, zones
from propsych.report.disclosure import publishable
from propsych.result import Estimate, Record, Sample
from propsych.study import StudyResults
from tests.report_fixture import results
from tests.report_reading import read
from tests.test_report_wording import page, with_records, withheld, words

PAGE = "scale-sovn-again"
SAMPLE = Sample(90, 70, "both scores, unchanged by the anchor")


def number(statistic: str, value: float, *ends: float, property: str = "reliability") -> Record:
    return Record(property, "sovn", "all", statistic, Estimate(value, *ends), SAMPLE)


def retested(
    icc: float = 0.8, ends: tuple[float, float] = (0.72, 0.86), *, anchor: bool = True, n: int = 70
) -> StudyResults:
    sample = dataclasses.replace(SAMPLE, n_used=n)
    counts = {"n_twice": 90, "n_in_time": 90, "n_unchanged": 70 if anchor else 90}
    records = [Record("participation", "retest", "all", k, Estimate(v)) for k, v in counts.items()]
    records += [
        number("icc_agreement", icc, *ends),
        number("below_at_retest", 0.38, 0.3, 0.45),
        number("n_measured_twice", 88),
        number("days_shortest", 7),
        number("days_median", 14),
        number("days_longest", 21),
        number("n_same_mode", 65),
        number("sdc_individual", 4.26, 3.6, 5.1, property="measurement_error"),
    ]
    records += [number("n_stable", 70)] if anchor else []
    return with_records(results(), *(dataclasses.replace(r, sample=sample) for r in records))


def test_without_a_retest_it_is_said_and_there_is_no_page() -> None:
    given = results()
    assert "Ikke undersøgt i piloten: ingen svarede to gange." in words(given, "scale-sovn")
    assert page(given, PAGE) == ""
    assert "Om en person svarer det samme i næste uge" in words(given, "front")


def test_with_a_retest_the_front_page_no_longer_says_that_it_was_not_examined() -> None:
    assert "Om en person svarer det samme i næste uge" not in words(retested(), "front")


@pytest.mark.parametrize(
    ("icc", "ends", "groups", "person"),
    [
        (0.95, (0.92, 0.97), "godt nok.", "godt nok."),
        (0.80, (0.72, 0.86), "godt nok.", "ikke godt nok."),
        (0.75, (0.62, 0.84), "kan ikke afgøres.", "ikke godt nok."),
        (0.88, (0.82, 0.93), "godt nok.", "kan ikke afgøres."),
        (0.50, (0.35, 0.64), "ikke godt nok.", "ikke godt nok."),
    ],
)
def test_groups_and_one_person_are_told_apart(
    icc: float, ends: tuple[float, float], groups: str, person: str
) -> None:
    text = words(retested(icc, ends), PAGE)
    assert f"Til at sammenligne grupper af mennesker: {groups} Der kræves mindst 0,70." in text
    assert f"Til at følge én person over tid: {person} Der kræves mindst 0,90." in text


def test_too_few_is_said_with_how_many_are_needed() -> None:
    assert "kan ikke afgøres, for få svarede to gange (der skal mindst 50 til)." in words(
        retested(n=20), PAGE
    )


def test_a_score_too_unsure_for_groups_is_a_point_of_attention_for_one_person_it_is_not() -> None:
    loose = retested(0.50, (0.35, 0.64))
    name = "corerne svinger for meget fra gang til gang"
    assert name in words(loose, "front")
    assert name in words(loose, PAGE)
    usable = retested()
    assert {j.state for j in usable.judgements if j.criterion == "retest_person"} == {"yes"}
    assert "Scoren er for usikker til at følge én person" not in words(usable, "front")


def test_the_reader_is_told_what_the_number_means_at_the_limits() -> None:
    text = words(retested(), PAGE)
    assert "omkring halvdelen, hvis tallet er 0,70, og omkring en fjerdedel, hvis det er 0,90" in text
    assert "På denne skala er det omkring 38\xa0% (mellem 30 og 45\xa0%)." in text


def test_the_smallest_change_beyond_chance_stands_in_points_of_the_scale() -> None:
    text = words(retested(), PAGE)
    assert "ændrer sig med under 4,3 point, kan det være tilfældigt" in text
    assert "mellem 3,6 og 5,1" in text


def test_what_was_assumed_is_said() -> None:
    text = words(retested(), PAGE)
    assert "Tallet bygger på 70 af de 88 med en score begge gange: dem, der sagde, at intet" in text
    assert "Der gik 7 til 21 dage mellem svarene, typisk omkring 14." in text
    assert "65 af 70 svarede på samme måde begge gange (papir eller skærm)." in text
    without = retested(anchor=False)
    bare = {k: r for k, r in without.records.items() if "days_" not in k and "n_same_mode" not in k}
    text = words(dataclasses.replace(without, records=bare), PAGE)
    assert "Ingen spurgte, om noget havde ændret sig, så virkelige ændringer tæller som tilfældige." in text
    assert "Det vides ikke, hvor lang tid der gik mellem svarene." in text
    assert "Det vides ikke, om de svarede på samme måde begge gange (papir eller skærm)." in text


def test_a_number_that_cannot_be_worked_out_is_said() -> None:
    none = Record("reliability", "sovn", "all", "icc_agreement", Estimate(None, method="nothing varies"))
    text = words(with_records(retested(), none), PAGE)
    assert "Det kan ikke regnes ud fra svarene." in text


def test_why_it_cannot_be_worked_out_is_said() -> None:
    sample = Sample(90, 2, "both scores, unchanged by the anchor")
    none = Record("reliability", "sovn", "all", "icc_agreement", Estimate(None, method="few"), sample)
    text = words(with_records(retested(), none), PAGE)
    assert "Af 90, der svarede to gange, har 2 en score begge gange og regnes for uændrede." in text


def test_few_persons_and_copies_come_with_a_caution_first() -> None:
    few = "Så få svarede to gange, at alle tal på denne side er meget usikre."
    assert few in words(retested(n=20), PAGE)
    assert few not in words(retested(), PAGE)
    same = with_records(retested(), number("icc_agreement", 1.0))

    alike = "De to scorer er næsten ens for alle. Undersøg, om de andre svar er kopier."
    assert alike in words(same, PAGE)
    assert alike not in words(retested(), PAGE)


def test_without_an_interval_nothing_is_decided() -> None:
    bare = dataclasses.replace(number("icc_agreement", 1.0), estimate=Estimate(1.0, None, None, 0.95))
    text = words(with_records(retested(), bare), PAGE)
    assert "kan ikke afgøres, fordi usikkerheden ikke kan regnes ud." in text
    assert "godt nok" not in text.replace("god nok", "")


def test_who_answered_too_late_is_counted() -> None:
    given = retested()
    late = with_records(given, Record("participation", "retest", "all", "n_twice", Estimate(103)))
    assert "13 personer mere svarede to gange, men for tidligt eller for sent, og er udeladt." in words(
        late, PAGE
    )


def test_what_is_withheld_is_not_shown() -> None:
    given = retested()
    hidden = with_records(given, withheld(given.records["reliability/sovn/all/icc_agreement"]))
    text = words(hidden, PAGE)
    assert "0,80" not in text


def test_published_coefficients_are_rounded_and_numbers_of_persons_are_left_out() -> None:
    shown = publishable(retested(0.80456, (0.7212, 0.8699)))
    icc = shown.records["reliability/sovn/all/icc_agreement"]
    assert (icc.estimate.value, icc.estimate.lower, icc.estimate.upper) == (0.80, 0.72, 0.87)
    assert icc.sample is None
    assert shown.records["reliability/sovn/all/n_stable"].estimate.value is None
    assert shown.records["participation/retest/all/n_twice"].estimate.value is None
    assert "Hvor mange der svarede to gange, vises ikke." in words(shown, PAGE)


def test_the_picture_has_its_numbers_as_a_table() -> None:
    reader = read(page(retested(), PAGE))
    ((_, alt, table),) = reader.pictures()
    for text in ("0,80", "0,72–0,86", "0,70", "0,90"):
        assert text in alt
        assert text in table


def test_a_question_says_how_many_gave_the_same_answer() -> None:
    sample = Sample(70, 68, "both answers")
    same = Record("reliability", "sov_2@1", "all", "n_same", Estimate(51), sample)
    said = "51 af 68, der svarede to gange og havde det uændret, gav samme svar (75\xa0%)."
    assert said in words(with_records(retested(), same), "item-sov_2")
    plain = "51 af de 68, der svarede to gange, gav samme svar (75\xa0%)."
    assert plain in words(with_records(retested(anchor=False), same), "item-sov_2")


@pytest.mark.parametrize("value", [-0.2, 0.0, 0.5, 1.0])
def test_a_number_beyond_the_scale_is_drawn_at_its_end(value: float) -> None:
    ax = zones(new_axes(400, 80), value, None, [(0.7, "0.70", "groups")])
    (dot,) = ax.lines
    assert 0.0 <= float(dot.get_xdata()[0]) <= 400.0


def test_the_line_spans_the_interval() -> None:
    ax = zones(new_axes(400, 80), 0.8, (0.6, 0.9), [(0.7, "0.70", "groups"), (0.9, "0.90", "one")])
    line, dot = ax.lines
    low, high = (float(x) for x in line.get_xdata())
    middle = float(dot.get_xdata()[0])
    assert (middle - low) / (high - low) == pytest.approx(2.0 / 3.0)
    assert len(ax.patches) == 3

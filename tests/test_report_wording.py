"""What the sentences of the report may claim: whose answers, how sure, and why a number is not there."""

from __future__ import annotations

import dataclasses
import re

import pytest

from propsych.criteria import judge
from propsych.data import Problem
from propsych.questionnaire import from_dict, to_dict
from propsych.report.context import Context
from propsych.report.document import build_document
from propsych.report.html import to_html
from propsych.report.i18n import Language
from propsych.report.pages.bins import bin_words
from propsych.result import Estimate, Record, Sample
from propsych.study import SUPPRESSED, StudyResults
from tests.report_fixture import results
from tests.report_reading import visible


def with_records(given: StudyResults, *records: Record) -> StudyResults:
    """Return the results with some records added or replaced, judged anew."""
    known = dict(given.records) | {record.id: record for record in records}
    return dataclasses.replace(given, records=known, judgements=judge(known.values(), given.criteria))


def page(given: StudyResults, name: str, language: str = "da") -> str:
    """Return the HTML of one page."""
    document = build_document(given, language)
    alone = dataclasses.replace(document, pages=tuple(p for p in document.pages if p.id == name))
    return to_html(alone).partition(f'id="{name}"')[2].partition("</section>")[0]


def words(given: StudyResults, name: str, language: str = "da") -> str:
    """Return the visible text of one page, with single spaces."""
    return re.sub(r"[ \n]+", " ", visible(page(given, name, language)))


def item_rest(key: str, value: float, half: float = 0.08) -> Record:
    sample = Sample(420, 280, "listwise within sovn")
    return Record("items", key, "all", "item_rest", Estimate(value, value - half, value + half), sample)


def withheld(record: Record) -> Record:
    return dataclasses.replace(record, estimate=Estimate(None, method=SUPPRESSED), sample=None)


def published(given: StudyResults) -> StudyResults:
    return dataclasses.replace(given, info=dataclasses.replace(given.info, audience="publishable"))


# -- whose answers -------------------------------------------------------------------------------------------


def test_numbers_of_whole_scales_name_their_own_sample() -> None:
    given = with_records(results(), item_rest("sov_2@1", 0.12))
    assert "bygger på de 280 af 420, der svarede på alle skalaens spørgsmål." in words(given, "item-sov_2")
    english = words(given, "item-sov_2", "en")
    assert "The number rests on the 280 of 420 who answered every question in the scale." in english
    assert "408 of 418 answered" not in english.partition("How patients")[0].partition("hardly follow")[2]
    assert "Tallet bygger på de 380 af 410" in words(given, "scale-sovn")
    assert "Ved Sted syd bygger tallet på de 130 af 130" in words(given, "item-sov_3")


def test_participation_stands_with_item_points_where_everyone_invited_is_counted() -> None:
    invited = Record("participation", "persons", "all", "invited", Estimate(611))
    assert "inviterede deltog" not in words(results(), "item-sov_3")
    given = with_records(results(), invited)
    assert "418 af 611 inviterede deltog (68\u00a0%)." in words(given, "item-sov_3")
    assert "418 of 611 invited took part (68%)." in words(given, "item-sov_3", "en")


def test_the_reasons_for_not_being_asked_are_sentences() -> None:
    assert "118 fik det ikke på grund af et tidligere svar." in words(results(), "item-dag_2")
    assert "der svarede »Sjældent« eller »Til tider«" in words(results(), "item-dag_2")


# -- how sure ------------------------------------------------------------------------------------------------


def test_green_only_if_every_criterion_could_tell() -> None:
    clear = "Ingen af pilotens kriterier peger på dette spørgsmål"
    assert clear in words(results(), "item-dag_1")
    wide = Record("items", "dag_1@1", "all", "skipped", Estimate(0.1, 0.05, 0.2), Sample(300, 300, "asked"))
    given = page(with_records(results(), wide), "item-dag_1")
    assert clear not in visible(given)
    assert 'class="callout clear"' not in given
    assert "Ingen kriterier er klart overskredet. Noget kan ikke afgøres, se nedenfor." in " ".join(
        visible(given).split()
    )
    assert (
        "Piloten kan ikke afgøre, om mange springer spørgsmålet over: 10\u00a0% (mellem 5 og 20\u00a0%); "
        "grænsen er 10\u00a0%." in words(with_records(results(), wide), "item-dag_1")
    )


def test_a_question_in_own_words_gets_no_verdict() -> None:
    assert "callout" not in page(results(), "item-ord")


@pytest.mark.parametrize(
    ("value", "half", "said"),
    [(0.6, 0.1, "svarer oftest"), (0.45, 0.08, "svarer i nogen grad"), (0.3, 0.1, "")],
)
def test_how_strongly_a_question_follows_its_scale(value: float, half: float, said: str) -> None:
    text = words(with_records(_none_turned(), item_rest("sov_1@1", value, half)), "item-sov_1")
    expected = f"De, der svarer højt her, {said} også højt på skalaens andre spørgsmål"
    assert (expected in text) if said else ("De, der svarer højt her" not in text)


def _none_turned(*turned: str) -> StudyResults:
    """Return results of a questionnaire in which only the named questions are turned."""
    given = results()
    data = to_dict(given.questionnaire)
    for item in data["items"]:
        item.pop("reverse", None)
        if item["id"] in turned:
            item["reverse"] = True
    return dataclasses.replace(given, questionnaire=from_dict(data, "fixture"))


def test_a_turned_question_is_said_to_run_the_other_way() -> None:
    # sov_4 stands out at no site in its pattern, sov_3 does: there nothing is said
    given = with_records(_none_turned("sov_4"), item_rest("sov_4@1", 0.6))
    assert "svarer oftest lavt på skalaens andre spørgsmål" in words(given, "item-sov_4")
    assert "De, der" not in words(with_records(results(), item_rest("sov_3@1", 0.6)), "item-sov_3")
    mixed = with_records(_none_turned("sov_4"), item_rest("sov_1@1", 0.6))
    assert "De, der får mange point her, får oftest også mange" in words(mixed, "item-sov_1")


def test_a_site_that_departs_is_told_in_words() -> None:
    text = words(results(), "item-sov_3")
    assert (
        "Ved Sted syd passer svarene ikke sammen med resten af skalaen, som de gør de andre steder." in text
    )
    assert "omvendt er −1, så et fald kan være op til 2" in text
    assert "om svarene ved Sted vest hænger anderledes sammen end ved de andre." in text


def test_an_unused_option_comes_with_its_uncertainty() -> None:
    least = Record("items", "sov_4@1", "all", "smallest_share", Estimate(0.0, 0.0, 0.0095))
    given = with_records(results(), least)
    assert "Ingen af 410 valgte »Til tider« (mellem 0 og 1\u00a0%)." in words(given, "item-sov_4")
    assert "None of 410 chose “Til tider” (between 0 and 1%)." in words(given, "item-sov_4", "en")


def test_a_new_wording_is_told_with_numbers_and_the_decision_comes_last() -> None:
    text = words(results(), "item-styrke")
    assert "»10« blev valgt af 14 af 99 (14\u00a0%) før og 34 af 259 (13\u00a0%) efter." in text
    assert "Det var forskellige patienter." in text
    assert text.index("Tidligere ordlyd") < text.index("Beslutning / begrundelse")
    assert "Flest valgte »10«: 34 af 259 (13\u00a0%)." in text


def test_the_front_page_counts_questions_and_scales_apart() -> None:
    text = words(results(), "front")
    assert re.search(r"\d spørgsmål at se nærmere på 1 skala at se nærmere på", text)
    assert "Skalaer med opmærksomhedspunkter:" in text
    assert "Det betyder ikke, at de er uden problemer: noget kan piloten ikke afgøre." in text
    assert "det rigtige i 95 ud af 100 piloter som denne" in text


# -- why a number is not there -------------------------------------------------------------------------------


def test_withheld_is_never_called_undecided() -> None:
    given = results()
    hide = [
        withheld(given.records[name])
        for name in (
            "items/dag_2@1/all/skipped",
            "floor_ceiling/dag/all/floor",
            "internal_consistency/sovn/all/alpha",
            "scores/dag/all/n_scored",
        )
    ]
    shown = published(with_records(given, *hide))
    text = words(shown, "item-dag_2")
    reason = "Tallet vises ikke, fordi det kunne afsløre et antal under 5. Det gælder: mange springer"
    assert reason in text
    assert "kan ikke afgøre" not in text
    assert "Nogle tal vises ikke, se nedenfor." in text
    assert "Mange springer spørgsmålet over: kan ikke" not in words(shown, "front")
    assert "kan ikke beregnes" not in words(shown, "scale-sovn")
    assert "Hvor mange der har en score, vises ikke." in words(shown, "scale-dag")
    assert "could reveal a count below 5" in words(shown, "item-dag_2", "en")


def test_an_end_of_a_scale_that_is_withheld_keeps_its_box() -> None:
    given = results()
    floor = given.records["floor_ceiling/sovn/all/floor"]
    judged = given.judgements  # the state stays, the number goes
    shown = published(with_records(given, withheld(floor)))
    text = words(dataclasses.replace(shown, judgements=judged), "scale-sovn")
    assert "Få ligger helt i bund. Tallet vises ikke, fordi det kunne afsløre et antal under 5." in text
    assert "Kilde: Terwee et al. (2007)" in text.partition("Få ligger helt i bund")[2]


# -- scores --------------------------------------------------------------------------------------------------


def test_intervals_of_scores_touch_unless_only_whole_scores_are_possible() -> None:
    ctx = Context(results(), Language("da"))
    percent = list(bin_words(ctx, ctx.results.questionnaire.scale("sovn")).values())
    assert percent[:2] == ["0 til under 9,5", "9,5 til under 19,5"]
    assert percent[-1] == "89,5 til og med 100"
    sums = list(bin_words(ctx, ctx.results.questionnaire.scale("dag")).values())
    assert sums[1] == "10 til 19"


def test_the_scale_page_says_how_many_got_no_score_and_why() -> None:
    text = words(results(), "scale-sovn")
    assert "8 fik ingen score, fordi for mange svar mangler. Reglen kræver 2 af 4 svar." in text


# -- numbers, names, languages -------------------------------------------------------------------------------


def test_small_shares_are_not_rounded_to_nothing() -> None:
    ctx = Context(results(), Language("da"))
    assert ctx.of(14, 2800) == "under 1\u00a0%"
    low = Record("items", "sov_1@1", "all", "skipped", Estimate(0.01, 0.002, 0.03))
    assert ctx.between(low) == "mellem under 1\u00a0% og 3\u00a0%"
    assert ctx.between(dataclasses.replace(low, estimate=Estimate(0.0, 0.0, 0.004))) == (
        "mellem 0 og under 1\u00a0%"
    )


def test_warnings_name_questions_and_not_columns() -> None:
    given = dataclasses.replace(
        results(), problems=(Problem("parent_blank", column="sov_1", detail="sov_2"),)
    )
    text = words(given, "participation")
    assert "Det er uvist, om »Vågner 1« blev vist, fordi »Vågner 2« ikke er besvaret." in text
    many = tuple(Problem("parent_blank", column=f"sov_{i}", detail="") for i in (1, 2, 3, 4))
    text = words(dataclasses.replace(given, problems=many), "participation")
    assert "Det er uvist, om et spørgsmål blev vist, fordi et tidligere spørgsmål ikke er besvaret." in text


def test_the_appendix_has_no_raw_keys_and_marks_english() -> None:
    text = to_html(build_document(results(), "da"))
    assert "bin:" not in text
    assert "inden for skalaen sovn" not in text
    assert '<td lang="en" class="words">Terwee et al. (2007)' in text
    assert 'lang="en"' not in to_html(build_document(results(), "en")).partition("<body>")[2]
    assert "not checked in the book" not in text.partition('<section class="page appendix"')[0]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0.10, 0.14), "Svarene peger på, at der ligger mere end én ting bag spørgsmålene."),
        ((0.01, 0.04), "Svarene passer med, at spørgsmålene måler én ting."),
        ((0.05, 0.11), "Piloten kan ikke afgøre, om spørgsmålene måler én ting."),
    ],
)
def test_whether_a_scale_measures_one_thing_is_said_in_three_states(
    ends: tuple[float, float], said: str
) -> None:
    estimate = Estimate(sum(ends) / 2, *ends)
    record = Record("structure", "sovn", "all", "one_factor_residual", estimate, Sample(420, 280, "listwise"))
    given = with_records(results(), record)
    assert said in words(given, "scale-sovn")
    flagged = "Spørgsmålene måler mere end én ting" in words(given, "front")
    assert flagged == (ends[0] > 0.08 or ends[0] < 0.08 < ends[1])  # a point, or what cannot be told

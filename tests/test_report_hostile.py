"""Hostile texts stay text; withheld numbers stay withheld."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import propsych.report.disclosure
from propsych.report import write_report
from propsych.result import Estimate
from propsych.study import SUPPRESSED, StudyResults
from tests.report_fixture import results
from tests.report_reading import read, visible

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{name}%s$x^2$ ‮𝛼😀 =SUM(A1)"


@pytest.mark.parametrize("language", ["da", "en"])
def test_markup_in_texts_and_names_is_shown_not_run(tmp_path: Path, language: str) -> None:
    text = write_report(results(hostile=NASTY), tmp_path / "r.html", language=language).read_text("utf-8")
    page = read(text)
    assert "script" not in page.tags
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.images)
    assert all(set(image) <= {"src", "alt", "width"} for image in page.images)
    assert NASTY in visible(text)
    for svg, _, _ in page.pictures():
        assert "<script" not in svg
        assert "onerror=alert(2)>" not in svg


def withheld(original: StudyResults) -> StudyResults:
    """Return results as disclosure control would: one category, the skipped, the answered, sites, a mean."""
    hidden = {
        "items/dag_1@1/all/count:4",
        "items/dag_1@1/all/count:3",
        "items/dag_1@1/all/highest",
        "items/dag_1@1/all/mean",
        "items/dag_2@1/all/n_answered",
        "items/dag_2@1/all/count:0",
        "items/dag_2@1/all/missing:skipped",
        "colours/styrke@2/all/count:grey",
        "scores/dag/all/bin:0..9",
        "floor_ceiling/sovn/all/ceiling",
        "redundancy/sov_1@1~sov_2@1/all/correlation",
    }
    assert hidden <= set(original.records)
    records = {
        name: dataclasses.replace(record, estimate=Estimate(None, method=SUPPRESSED))
        if name in hidden
        else record
        for name, record in original.records.items()
        if not (
            record.property == "items" and "site=" in record.group and record.statistic.startswith("count:")
        )
    }
    info = dataclasses.replace(original.info, audience="publishable", data_fingerprint="f" * 64)
    return dataclasses.replace(original, info=info, records=records)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    asked: list[bytes | None] = []

    def stand_in(given: StudyResults, *, secret: bytes | None = None) -> StudyResults:
        asked.append(secret)
        return withheld(given)

    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(propsych.report.disclosure, "publishable", stand_in)
        texts = {
            language: write_report(
                results(factor=7),
                folder / f"{language}.html",
                language=language,
                audience="publishable",
                secret=b"x",
            ).read_text("utf-8")
            for language in ("da", "en")
        }
    assert asked == [b"x", b"x"]
    return texts


def test_only_what_disclosure_control_returned_is_written(published: dict[str, str]) -> None:
    assert "(sløret)" in published["da"]
    assert "(suppressed)" in published["en"]
    assert "ffffffffffff" in published["da"]
    assert "0123456789ab" not in published["da"]
    assert "til offentliggørelse" in published["da"]


def test_withheld_numbers_are_nowhere_not_even_in_a_picture(published: dict[str, str]) -> None:
    page = published["da"].partition('id="item-dag_1"')[2].partition("</section>")[0]
    whole = visible(page) + " ".join(visible(svg) for svg, _, _ in read(page).pictures())
    numbers = re.findall(r"(?<![\w.#])\d+(?:\.\d{3})*(?![\w.])", whole)
    assert "728" not in numbers  # 7 x 104 and 7 x 3 are withheld, their sum follows from what is printed
    assert "21" not in numbers
    assert "749" in numbers
    assert "slørede tal i alt 749" in whole


def test_a_bar_without_the_number_answered_rests_on_the_number_asked(published: dict[str, str]) -> None:
    page = published["da"].partition('id="item-dag_2"')[2].partition("</section>")[0]
    alt = read(page).images[0]["alt"]
    assert "slørede tal i alt 700" in alt  # 2,100 asked, 4 x 350 shown
    assert "1.750" not in visible(page)


def test_sites_show_answered_and_asked_only(published: dict[str, str]) -> None:
    page = published["da"].partition('id="item-sov_1"')[2].partition("</section>")[0]
    site_table = read(page).tables[-1]
    assert "Svarede" in site_table
    assert "%" not in site_table


def test_sentences_leave_withheld_numbers_out(published: dict[str, str]) -> None:
    text = visible(published["da"])
    assert "None" not in text
    assert "nan" not in re.findall(r"\bnan\b", text)
    assert "har den højest mulige score (" not in visible(
        published["da"].partition('id="scale-sovn"')[2].partition("</section>")[0]
    )


def test_a_table_with_withheld_numbers_explains_them(published: dict[str, str]) -> None:
    assert "(sløret): et antal fra 1 til 4" in published["da"]

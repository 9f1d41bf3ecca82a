"""The report: one file, accessible, in plain words, the same every time."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path

import pytest

from propsych.errors import StudyError
from propsych.report import write_report
from tests.report_fixture import results
from tests.report_reading import body, lix, read, visible

FORBIDDEN = {
    "da": r"\b(items?|cronbachs?|alfa|alpha|p-værdi\w*|signifikan\w*|korrelation\w*|standardafvigelse\w*"
    r"|sikker|slet|ingen forskel)\b",
    "en": r"\b(items?|cronbach\w*|alpha|p-values?|significan\w*|correlations?|standard deviations?"
    r"|certain|bad|no difference)\b",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("report")
    return {
        language: write_report(results(), folder / f"{language}.html", language=language).read_text("utf-8")
        for language in ("da", "en")
    }


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_file_needs_nothing_else(written: dict[str, str], language: str) -> None:
    text, page = written[language], read(written[language])
    assert not page.tags & {"script", "link", "iframe", "object", "embed", "form", "input", "video"}
    assert not re.search(r"https?:|@import|url\(", text)
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.images)
    assert f'<html lang="{language}">' in text


@pytest.mark.parametrize("language", ["da", "en"])
def test_headings_are_in_order_and_links_lead_somewhere(written: dict[str, str], language: str) -> None:
    page = read(written[language])
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert all(text.strip() for _, text in page.headings)
    assert len(page.ids) == len(set(page.ids))
    assert {target.removeprefix("#") for target in page.targets} <= set(page.ids)
    assert page.targets[0] == "#main"


def test_every_question_and_scale_has_a_page_in_the_contents(written: dict[str, str]) -> None:
    page = read(written["da"])
    q = results().questionnaire
    wanted = {f"item-{item.id}" for item in q.items} | {f"scale-{scale.id}" for scale in q.scales}
    assert {f"#{name}" for name in wanted} <= set(page.targets)
    assert wanted <= set(page.ids)


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_picture_has_alternative_text_and_its_numbers_as_a_table(
    written: dict[str, str], language: str
) -> None:
    pictures = read(written[language]).pictures()
    assert len(pictures) > 15
    for svg, alt, table in pictures:
        assert len(alt) > 20
        drawn = [re.sub(r"^[●▲■○] ", "", text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
        counts = [text for text in drawn if re.fullmatch(r"[\d.,]+", text)]
        cells = table.split()
        assert all(count in cells for count in counts), (alt, counts, table)
        assert len(svg) < 15_000


def test_header_cells_say_what_they_head(written: dict[str, str]) -> None:
    assert all(cell.get("scope") in ("col", "row") for cell in read(written["da"]).header_cells)
    assert written["da"].count("<caption") == written["da"].count("<table")


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_body_uses_no_word_that_needs_training_in_statistics(
    written: dict[str, str], language: str
) -> None:
    found = re.findall(FORBIDDEN[language], visible(body(written[language])), flags=re.IGNORECASE)
    assert not found


def test_the_danish_sentences_are_easy_to_read(written: dict[str, str]) -> None:
    text = body(written["da"])
    sentences = re.findall(
        r"<(?:p|li|figcaption)(?: class=\"(?:lead|basis|meta|note|small| )+\")?>(.*?)</(?:p|li|figcaption)>",
        text,
    )
    plain = visible(" ".join(s if re.search(r"[.:?!]\s*$", s) else s + "." for s in sentences))
    assert len(plain) > 3000
    assert lix(plain) <= 40


def test_numbers_are_danish_in_danish_and_english_in_english(written: dict[str, str]) -> None:
    danish, english = visible(body(written["da"])), visible(body(written["en"]))
    assert "29 af 418 sprang spørgsmålet over (7\u00a0%)." in danish
    assert "29 of 418 skipped the question (7%)." in english
    assert "mellem 0,84 og 0,91" in danish
    assert "between 0.84 and 0.91" in english
    assert not re.search(r"\d\.\d\d\b", danish)
    assert "1. september 2025" in danish
    assert "September 1, 2025" in english
    large = results(factor=100)
    from propsych.report.document import build_document
    from propsych.report.html import to_html

    assert "2.900 af 41.800" in visible(to_html(build_document(large, "da")))


def test_each_state_is_said_in_its_own_words(written: dict[str, str]) -> None:
    text = visible(body(written["da"]))
    assert "Opmærksomhedspunkt: mange springer spørgsmålet over." in text
    assert "Ingen valgte »Til tider«." in text
    assert "Disse to spørgsmål besvares næsten ens:" in text
    assert "Svarene fra Sted nord ligger lavere end fra de andre steder." in text
    assert "Noget kan ikke afgøres. " in text
    assert "Ingen af pilotens kriterier peger på dette spørgsmål." in text
    assert "Spørgsmålene hænger godt sammen. Tallet er 0,84" in text
    assert "behøver ikke følges ad" in text
    assert "Ikke indlæst i denne version." in text


def test_an_embedded_instrument_can_neither_be_changed_nor_taken_out(written: dict[str, str]) -> None:
    pages = dict(
        re.findall(r'<section class="page item" id="([^"]+)"(.*?)</section>', written["da"], flags=re.DOTALL)
    )
    choices = {name: re.findall(r"</span> (\w[^<]*)</li>", text) for name, text in pages.items()}
    assert choices["item-dag_1"] == ["Beholdes", "Drøftes i KKG"]
    assert choices["item-sov_1"] == ["Beholdes", "Ændres", "Drøftes i KKG", "Udgår"]


def test_versions_stand_apart_the_latest_first(written: dict[str, str]) -> None:
    page = written["da"].partition('id="item-styrke"')[2].partition("</section>")[0]
    assert (
        page.index("Hvor ondt gør det lige nu?")
        < page.index("Tidligere ordlyd")
        < page.index("Hvor ondt gør det?«")
    )
    assert page.count("<figure") >= 3


def test_few_sites_are_said_to_hold_for_themselves_only(tmp_path: Path) -> None:
    text = write_report(results(clustered=False), tmp_path / "r.html").read_text("utf-8")
    assert "Usikkerheden gælder kun for disse steder." in visible(body(text))


def test_every_number_stands_in_the_appendix(written: dict[str, str]) -> None:
    appendix = visible(written["da"][written["da"].index('<section class="page appendix"') :])
    for name in (
        "2,250",
        "0,610",
        "0,530–0,690",
        "−0,90 (−1,10 til −0,70)",
        "0,84 (0,81–0,87)",
        "0123456789abcdef" * 4,
    ):
        assert name in appendix


def test_the_footer_names_what_made_the_report(written: dict[str, str]) -> None:
    footers = re.findall(r"<footer>(.*?)</footer>", written["da"], flags=re.DOTALL)
    assert len(footers) == written["da"].count("<section")
    for part in ("propsych 0.1.0", "spørgeskema prove 0.1", "data 0123456789ab<", "startværdi 7", "intern"):
        assert all(part in footer for footer in footers)


def test_the_same_results_give_the_same_bytes(tmp_path: Path, written: dict[str, str]) -> None:
    again = write_report(results(), tmp_path / "again.html", language="da")
    assert again.read_bytes() == written["da"].encode("utf-8")


def test_the_order_of_the_records_does_not_matter(tmp_path: Path, written: dict[str, str]) -> None:
    backwards = results()
    backwards = dataclasses.replace(backwards, records=dict(reversed(backwards.records.items())))
    assert write_report(backwards, tmp_path / "r.html").read_text("utf-8") == written["da"]


def test_an_unknown_language_or_audience_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="language 'sv'"):
        write_report(results(), tmp_path / "r.html", language="sv")
    with pytest.raises(StudyError, match="audience 'press'"):
        write_report(results(), tmp_path / "r.html", audience="press")  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="cannot be written"):
        write_report(results(), tmp_path / "nowhere" / "r.html")

"""Files that are no answers at all: refused with one clear sentence, and listed by the check."""

from __future__ import annotations

import pytest

from propsych.data import check_responses, read_responses
from propsych.data.problem import PROBLEM_DETAILS
from propsych.errors import DataError
from tests.answer_files import standard

FILES = {
    "no file": ("file_missing", None),
    "a folder": ("file_is_folder", None),
    "an empty file": ("file_empty", b""),
    "blank lines only": ("file_empty", b"\xef\xbb\xbf \r\n\r\n"),
    "a workbook": ("not_csv", b"PK\x03\x04\x14\x00\x06\x00"),
    "an old workbook": ("not_csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256))),
    "a picture": ("not_csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "a web page": ("not_csv", b"<!DOCTYPE html><table><tr><td>id</td></tr></table>"),
    "JSON": ("not_csv", b'[{"id": 1, "a": 2}]'),
    "prose": ("not_csv", b"Dette er ikke svar.\nDet er en note.\n"),
    "prose with a comma": ("not_csv", b"Dette, ja, er en note\nog ikke svar.\n"),
    "one column": ("not_csv", b"person\np1\np2\n"),
    "an open quote": ("not_csv", b'person,a\np1,"1\np2,2\n'),
    "UTF-16 without a mark": ("not_csv", "person;a\np1;1\n".encode("utf-16-le")),
    "no text in any encoding": ("not_csv", b"person,a\np1,\x81\x8d\n"),
    "a blank header": ("not_csv", b",,\n1,2,3\n"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_none(tmp_path, name):
    kind, content = FILES[name]
    path = tmp_path / "svar.csv"
    if content is not None:
        path.write_bytes(content)
    if kind == "file_is_folder":
        path.mkdir()
    check = check_responses(path, standard())
    assert [p.kind for p in check.problems] == [kind]
    assert kind != "not_csv" or check.problems[0].detail in PROBLEM_DETAILS  # so that it is translated
    assert check.source == "svar.csv"
    with pytest.raises(DataError, match=r"^svar\.csv(, row \d)?: .*Remedy") as caught:
        read_responses(path, standard())
    assert caught.value.check == check
    assert str(tmp_path) not in str(caught.value)


def test_a_file_without_rights_is_refused(tmp_path, monkeypatch):
    from pathlib import Path

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "svar.csv"
    path.write_text("id,a\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = check_responses(path, standard()).problems
    assert (problem.kind, problem.detail) == ("file_unreadable", "Permission denied")


def test_a_cpr_number_in_the_name_of_the_file_is_not_shown(tmp_path):
    path = tmp_path / "svar 010203-1234.csv"
    assert check_responses(path, standard()).source == "svar ##########.csv"
    path.write_text("id,a\np1,1\n")
    assert "010203" not in check_responses(path, standard()).summary()

"""The one gate: a file of answers becomes Responses, with every problem that was found in it."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from propsych.data.columns import known_names, require_person_columns
from propsych.data.cpr import masked
from propsych.data.csv_format import CsvFormat, NotCsvError, declared_delimiter, decode, detect_delimiter
from propsych.data.csv_table import decimal_sign, parse
from propsych.data.gate import Reading, Values, check_table
from propsych.data.problem import FILE_KINDS, CheckReport, Problem
from propsych.data.responses import Responses
from propsych.errors import DataError, message
from propsych.questionnaire import Questionnaire

__all__ = ["check_responses", "read_responses"]


def read_responses(
    path: str | os.PathLike[str],
    questionnaire: Questionnaire,
    *,
    columns: Mapping[str, str] | None = None,
    values: Values = "codes",
    format: CsvFormat | None = None,
) -> Responses:
    r"""Read a CSV file of answers, bind it to the questionnaire and check it.

    Parameters
    ----------
    path : str or os.PathLike
        A CSV file with one row a person and time point. Items have columns named by key (``id@version``),
        id or linkId; a column named by the id of an item with several versions is divided among them by
        date.
    questionnaire : Questionnaire
        Declares items, codes, kinds of missing, branching and versions.
    columns : mapping of str to str, optional
        Machine name (see `PERSON_COLUMNS`) -> the file's column. Without it the person is in ``person`` or
        ``id`` and the others in columns of their own names, where the file has them; with it only what it
        names is read (and the person, from ``person`` or ``id``). ``{"person": "#row"}``:
        the file has no ids, and each row is a person named by its line.
    values : {"codes", "labels"}
        What stands in the item columns: codes (``3``, ``3.0`` and ``3,0`` are one code), or labels in any
        declared language, spelt exactly as declared.
    format : CsvFormat, optional
        Encoding, separator and decimal sign; what is not given is detected and stored in ``.check.format``.

    Returns
    -------
    Responses
        With every problem in ``.check``. Where it holds errors, every analysis refuses.

    Raises
    ------
    propsych.errors.DataError
        If there is nothing to return: no file, no CSV, no rows, no column of person ids, or something that
        looks like a CPR number. The attribute ``check`` of the error lists every problem found all the same.

    Notes
    -----
    Nothing is repaired. An empty cell is *skipped* unless branching says that the item was not shown; where
    the parent is blank too, it is unknown whether the person was asked. An answer that branching should have
    hidden is listed and not used. Rows that are blank at the end of the file are left out with one warning.

    A cell with a CPR number is neither stored nor printed, and the text in a free-text item is not
    kept. Person ids are refused too if they are CPR numbers that a spreadsheet took for numbers (nine
    digits, the zero in front lost); nine digits elsewhere are not looked at. Cells that may be a
    person's own words are not shown: dates and ages only if they are digits and separators, labels only
    if they are all but a declared one. A site, sector, sex or mode of more than 30 characters or four
    words is an error, and is not kept.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from propsych.questionnaire import from_dict
    >>> yes_no = [{"code": 0, "label": {"da": "Nej"}}, {"code": 1, "label": {"da": "Ja"}}]
    >>> item = {"id": "soevn", "text": {"da": "Sover du godt?"}, "categories": yes_no}
    >>> head = {"id": "demo", "version": "1", "title": {"da": "Demo"}, "languages": ["da"]}
    >>> q = from_dict({**head, "items": [item]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "svar.csv")
    ...     _ = file.write_text("id;soevn\np1;1\np2;7\n")
    ...     print(read_responses(file, q).check)
    svar.csv: 1 errors, 0 warnings (read as utf-8, semicolon, decimal point)
    error: row 3, person p2, soevn: 7 is not a declared code (0, 1). Remedy: correct the code, or declare it
    in the questionnaire.
    """
    responses, check = _read(Path(path), questionnaire, columns, values, format or CsvFormat())
    if responses is None:
        fatal = next(p for p in check.problems if _is_fatal(p))
        n = len(check.errors)
        where = check.source + (f", row {fatal.row}" if fatal.row else "")
        what = fatal.what if n == 1 else f"{fatal.what} (and {n - 1} more errors; `.check` lists all)"
        raise DataError(message(what, where=where, remedy=fatal.remedy), check)
    return responses


def check_responses(
    path: str | os.PathLike[str],
    questionnaire: Questionnaire,
    *,
    columns: Mapping[str, str] | None = None,
    values: Values = "codes",
    format: CsvFormat | None = None,
) -> CheckReport:
    """List every problem in a file of answers, and never raise because of what the file holds.

    Parameters
    ----------
    path, questionnaire, columns, values, format
        As in :func:`read_responses`.

    Returns
    -------
    CheckReport
        Empty when nothing was found.
    """
    return _read(Path(path), questionnaire, columns, values, format or CsvFormat())[1]


def _is_fatal(problem: Problem) -> bool:
    if problem.kind == "missing_person_column":
        return problem.detail == "person"
    return problem.kind in ("cpr_number", "no_rows") or problem.kind in FILE_KINDS


def _read(
    path: Path, q: Questionnaire, columns: Mapping[str, str] | None, values: Values, form: CsvFormat
) -> tuple[Responses | None, CheckReport]:
    """Return the responses, or None where a problem is fatal, and the report."""
    if values not in ("codes", "labels"):
        raise DataError(message('values is "codes" or "labels"', got=repr(values)))
    mapping = require_person_columns(columns)
    source = masked(path.name)
    data, problem = _bytes(path)
    if problem is not None:
        return None, CheckReport(source, (problem,))
    try:
        text, encoding = decode(data, form.encoding)
        text = unicodedata.normalize("NFC", text)  # the same letters, whichever program wrote them
        declared, text = declared_delimiter(text)
        delimiter = form.delimiter or declared or detect_delimiter(text, known_names(q, mapping))
        table = parse(text, delimiter)
    except NotCsvError as reason:
        return None, CheckReport(source, (Problem("not_csv", reason.line, detail=str(reason)),))
    found = replace(form, encoding=encoding, delimiter=delimiter)
    persons, positions, problems = check_table(table, q, Reading(mapping, values, form.decimal))
    check = CheckReport(source, problems, replace(found, decimal=form.decimal or decimal_sign(table)))
    if any(map(_is_fatal, problems)):
        return None, check
    positions.setflags(write=False)
    return Responses(q, persons, positions, check, hashlib.sha256(data).hexdigest()), check


def _bytes(path: Path) -> tuple[bytes, Problem | None]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b"", Problem("file_missing")
    except OSError as error:
        if path.is_dir():
            return b"", Problem("file_is_folder")
        return b"", Problem("file_unreadable", detail=error.strerror or type(error).__name__)
    return data, None if data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00") else Problem("file_empty")

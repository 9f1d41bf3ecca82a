"""How a CSV file is written: encoding, separator, decimal sign; declared or detected, always the same way."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from propsych.errors import DataError, message

__all__ = ["CsvFormat", "NotCsvError", "declared_delimiter", "decode", "detect_delimiter"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = (
    (b"PK\x03\x04", "it looks like an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "it looks like an old Excel workbook"),
    (b"%PDF", "it looks like a PDF document"),
    (b"$FL2", "it looks like an SPSS file"),
    (b"<", "it looks like HTML or XML"),
    (b"{", "it looks like JSON"),
    (b"[{", "it looks like JSON"),
)
_DELIMITERS = (",", ";", "\t")
_DECLARED = re.compile(r'"?sep=([,;\t|])"?[,;\t ]*(?=\r?\n)', re.IGNORECASE)
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


class NotCsvError(ValueError):
    """The bytes are not a CSV file; the text says why and holds nothing of the file.

    The texts are message ids of the catalogue (:data:`propsych.data.problem.PROBLEM_DETAILS`).
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a CSV file is written. What is None is detected.

    Attributes
    ----------
    encoding : str or None
        Name of a Python codec. Detected: UTF-8 or UTF-16 by their mark, else UTF-8 if the bytes are valid
        UTF-8, else Windows-1252.
    delimiter : str or None
        One character. Detected: what a first line ``sep=;`` says, as Excel writes it,
        else the one of comma, semicolon and tab by which most column names are known
        to the questionnaire.
    decimal : {".", ","} or None
        Declared: the only sign allowed before decimals. Detected: both are, and what the file has is stored
        (a point when it has neither).

    Raises
    ------
    propsych.errors.DataError
        If the codec is unknown, or a sign is not one that a CSV file can have.

    Examples
    --------
    >>> print(CsvFormat("utf-8", ";", ","))
    utf-8, semicolon, decimal comma
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None

    def __post_init__(self) -> None:
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise DataError(
                    message("unknown encoding", got=repr(self.encoding), remedy='use "utf-8" or "cp1252"')
                ) from None
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n.0123456789'):
            raise DataError(
                message("the separator is one character", got=repr(self.delimiter), remedy='use "," or ";"')
            )
        if self.decimal not in (None, ".", ","):
            raise DataError(message("unknown decimal sign", got=repr(self.decimal), remedy='use "." or ","'))

    def __str__(self) -> str:
        delimiter = _NAMES.get(self.delimiter or "", repr(self.delimiter))
        return f"{self.encoding}, {delimiter}, decimal {'comma' if self.decimal == ',' else 'point'}"


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file and its encoding.

    Parameters
    ----------
    data : bytes
        The whole file.
    encoding : str, optional
        Declared encoding; otherwise detected.

    Returns
    -------
    tuple of str
        Text without a byte order mark, and the encoding.

    Raises
    ------
    NotCsvError
        If the bytes are no text.
    """
    for start, reason in _OTHER_FORMATS:
        if data.lstrip().startswith(start):
            raise NotCsvError(reason)
    mark = next((name for start, name in _MARKS if data.startswith(start)), None)
    candidates = [encoding] if encoding else [mark] if mark else ["utf-8", "cp1252"]
    for name in candidates:
        try:
            text = data.decode(name)
        except UnicodeError:
            continue
        if any(ch < " " and ch not in "\t\r\n" for ch in set(text)):
            raise NotCsvError(
                "it holds control characters, as a program or a picture does, or UTF-16 without a mark"
            )
        return text.removeprefix("\ufeff"), name
    raise NotCsvError("its bytes are no text in the encoding declared or detected")


def declared_delimiter(text: str) -> tuple[str | None, str]:
    r"""Return the separator that a first line ``sep=;`` declares, as Excel reads it, and the text without it.

    The line is left blank, so that the others keep their numbers.

    Examples
    --------
    >>> declared_delimiter("sep=;\nid;a\n")
    (';', '\nid;a\n')
    """
    match = _DECLARED.match(text)
    return (match[1], text[match.end() :]) if match else (None, text)


def detect_delimiter(text: str, known: Collection[str]) -> str:
    """Return the separator by which most column names are known; then the one with most columns.

    A name may itself hold commas (linkIds do), so counting signs would mislead.

    Raises
    ------
    NotCsvError
        If no separator gives two columns.

    Examples
    --------
    >>> detect_delimiter("id;1.2,220,A;1.2,221,A", {"id", "1.2,220,A"})
    ';'
    """
    best, best_score = "", (0, 1)
    for delimiter in _DELIMITERS:
        try:
            header = next(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1), [])
        except csv.Error:
            continue
        score = (len({name.strip() for name in header} & set(known)), len(header))
        if len(header) > 1 and score > best_score:
            best, best_score = delimiter, score
    if not best:
        raise NotCsvError("its first line holds no comma, semicolon or tab between two names")
    return best

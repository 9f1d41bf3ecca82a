"""Finding Danish personal identification (CPR) numbers, so that they can be refused without being shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["MASK", "has_cpr", "is_cpr_id", "masked"]

MASK = "\x00"
"""Stands in for a cell that held a CPR number; no CSV file that is read can hold it."""

_HIDDEN = "#" * 10
_DASHES = "\\-\u2010-\u2015\u2212"
_BETWEEN = rf"[\s._/{_DASHES}]{{0,4}}"  # before the last four: a hyphen, also at the end of a line, a dot ...
_CPR = re.compile(
    rf"""(?<![0-9])(?P<d>[0-9]{{2}})(?:
      (?P<m>[01][0-9])(?:1[89]|20)?[0-9]{{2}}{_BETWEEN}            # 010203-1234, 01021903-1234
    | (?P<s>[ ._/{_DASHES}])(?P<m2>[01][0-9])(?P=s)(?:
          [0-9]{{2}}{_BETWEEN}                                     # 01.02.03-1234
        | (?:1[89]|20)[0-9]{{2}}\s?[{_DASHES}]\s?                  # 01.02.1903-1234; a space precedes a time
      )
    )[0-9]{{4}}(?![0-9])""",
    re.VERBOSE,
)
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NO_ZERO = re.compile(rf"[0-9]{{5}}{_BETWEEN}[0-9]{{4}}(?:[.,]0+)?")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]{1,9}))?[eE]\+?0?([89])")


def has_cpr(text: str) -> bool:
    """Tell whether a text holds ten digits, ddmmyy-xxxx, that begin with a day and a month that exist.

    Blanks, dots, dashes, slashes and underscores may stand between the parts, and the year may have its
    century. Digits of other scripts and widths count, and signs that cannot be seen do not. No check digit is
    asked for: numbers issued since 2007 need not have one. Replacement numbers (erstatnings-CPR-nummer), with
    60 added to the day, count too. So about one in 14 ten-digit numbers is taken for a CPR number that is
    none. A date with a time is none, unless it is written with a year of two digits and a time of four.

    Examples
    --------
    >>> has_cpr("ring 010203-1234"), has_cpr("0113031234"), has_cpr("700203-1234")
    (True, False, True)
    >>> has_cpr("01.02.03 1234"), has_cpr("30-09-2025 1015")
    (True, False)
    """
    return next(_found(_plain(text)), None) is not None


def is_cpr_id(cell: str) -> bool:
    """Tell whether a person's id is a CPR number, also one that a spreadsheet has taken for a number.

    A spreadsheet drops the zero that a number begins with, and may write what is left as 1.02031234E+08. Nine
    digits are looked at among ids only: elsewhere far too many numbers have nine. About one in eight ids of
    nine random digits is taken for a CPR number that is none.

    Examples
    --------
    >>> is_cpr_id("102031234"), is_cpr_id("1,02031234E+08"), is_cpr_id("992031234")
    (True, True, False)
    """
    cell = _plain(cell).strip()
    number = _SCIENTIFIC.fullmatch(cell)
    if number is not None:
        digits, places = number[2] or "", int(number[3])
        cell = (number[1] + digits.ljust(places, "0")[:places]).zfill(10)
    return has_cpr(cell) or (_NO_ZERO.fullmatch(cell) is not None and has_cpr("0" + cell))


def masked(text: str) -> str:
    """Return a text with its CPR numbers replaced, and as it is when it holds none.

    Examples
    --------
    >>> masked("svar 010203-1234.csv"), masked("svar 2025-09-30.csv")
    ('svar ##########.csv', 'svar 2025-09-30.csv')
    """
    if not has_cpr(text):
        return text
    plain, parts, end = _plain(text), [], 0
    for match in _found(plain):
        parts += [plain[end : match.start()], _HIDDEN]
        end = match.end()
    return "".join([*parts, plain[end:]])


def _found(text: str) -> Iterator[re.Match[str]]:
    start = 0
    while (match := _CPR.search(text, start)) is not None:
        day, month = int(match["d"]) % 60, int(match["m"] or match["m2"])
        real = 1 <= month <= 12 and 1 <= day <= _DAYS[month]
        start = match.end() if real else match.start() + 1
        if real:
            yield match


def _plain(text: str) -> str:
    """Return the text with plain digits and blanks, and without signs that cannot be seen."""
    if text.isascii():
        return text
    seen = (ch for ch in unicodedata.normalize("NFKC", text) if unicodedata.category(ch) != "Cf")
    return "".join(str(unicodedata.decimal(ch)) if ch.isdecimal() else ch for ch in seen)

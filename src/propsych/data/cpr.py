"""Finding Danish personal identification (CPR) numbers, so that they can be refused without being shown."""

from __future__ import annotations

import re

__all__ = ["MASK", "has_cpr"]

MASK = "\x00"
"""Stands in for a cell that held a CPR number; no CSV file that is read can hold it."""

_DASHES = "\\-\u00ad\u2010-\u2015\u2212"
_SPACES = "[ \t\u00a0\u2009\u202f]?"
_CPR = re.compile(
    rf"(?<![0-9])([0-9]{{2}})([01][0-9])[0-9]{{2}}{_SPACES}[{_DASHES}]?{_SPACES}[0-9]{{4}}(?![0-9])"
)
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def has_cpr(text: str) -> bool:
    """Tell whether a text holds ten digits, ddmmyy-xxxx, that begin with a day and a month that exist.

    A hyphen, a dash or a space may stand before the last four. No check digit is asked for: numbers
    issued since 2007 need not have one. Replacement numbers (erstatnings-CPR-nummer), whose day has 60
    added, count too. So about one in 14 ten-digit numbers is taken for a CPR number that is none.

    Examples
    --------
    >>> has_cpr("ring 010203-1234"), has_cpr("0113031234"), has_cpr("700203-1234")
    (True, False, True)
    """
    for match in _CPR.finditer(text):
        day, month = int(match[1]) % 60, int(match[2])
        if 1 <= month <= 12 and 1 <= day <= _DAYS[month]:
            return True
    return False

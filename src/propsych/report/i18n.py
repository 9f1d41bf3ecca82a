"""Message catalogues, read at run time, and numbers and dates as a language writes them.

A message id is the English sentence. Who writes a new one in the code adds it to every ``locale/*.po``, by
hand or with ``pybabel``; a test names what is lacking, unused or half translated. A new language is one file.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from propsych.errors import StudyError, message

if TYPE_CHECKING:
    from babel import Locale
    from babel.support import Translations

__all__ = ["N_", "Language", "languages"]

_CATALOGUES = Path(__file__).parent / "locale"
_NEARLY = 0.005  # shares that would round to 0 % or 100 % without being so


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a text for the catalogue."""
    return text


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue.

    Examples
    --------
    >>> languages()
    ('da', 'en')
    """
    return tuple(sorted(file.stem for file in _CATALOGUES.glob("*.po")))


class Language:
    """One language: sentences from its catalogue, numbers and dates from its locale.

    Parameters
    ----------
    code : str
        A language with a catalogue: ``"da"`` or ``"en"``.

    Raises
    ------
    propsych.errors.StudyError
        If there is no catalogue for `code`.

    Examples
    --------
    >>> danish = Language("da")
    >>> danish.number(12.5, 1), danish.percent(0.1129).split()
    ('12,5', ['11', '%'])
    """

    def __init__(self, code: str) -> None:
        if code not in languages():
            known = ", ".join(languages())
            raise StudyError(message(f"no report in language {code!r}", remedy=f"choose one of {known}"))
        self.code = code
        self._messages, self._locale = _load(code)
        # Formatting by Babel costs half a millisecond a number and the appendix holds 25,000: so the
        # locale is asked once for its marks.
        self._marks = _marks(self._locale)
        self._percent_sign = str(self._locale.percent_formats[None].pattern).rsplit("0", 1)[1]

    def gettext(self, msgid: str, **fields: object) -> str:
        """Return the translation of `msgid` with its named fields filled in."""
        return self._messages.gettext(msgid).format(**fields)

    def lookup(self, text: str) -> str:
        """Return the translation of a text from a file, or the text itself; nothing is filled in."""
        return self._messages.gettext(text) if text else text

    def ngettext(self, one: str, many: str, n: int, **fields: object) -> str:
        """Return the plural form for `n`; the field ``{n}`` is the count as the language writes it."""
        return self._messages.ngettext(one, many, n).format(n=self.number(n), **fields)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with the language's decimal mark, and a true minus sign."""
        text = f"{value:,.{decimals}f}"
        if text.startswith("-"):
            text = "\u2212" + text[1:] if text.strip("-0.,") else text[1:]
        return text.translate(self._marks)

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share (0 to 1) as per cent; never 0 or 100 for what is only nearly so."""

        def text(value: float) -> str:
            return self.number(100 * value, decimals) + self._percent_sign

        if decimals == 0 and 0 < share <= _NEARLY:
            return self.gettext("under {percent}", percent=text(0.01))
        if decimals == 0 and 1 - _NEARLY <= share < 1:
            return self.gettext("over {percent}", percent=text(0.99))
        return text(share)

    def percents(self, low: float, high: float, decimals: int = 0) -> tuple[str, str]:
        """Return the two ends of a range of shares; the first with its sign only where words need it."""
        first, last = self.percent(low, decimals), self.percent(high, decimals)
        return (self.number(100 * low, decimals) if first[:1].isdigit() else first), last

    def date(self, iso: str) -> str:
        """Return an ISO date as a reader writes it."""
        from babel.dates import format_date

        return format_date(dt.date.fromisoformat(iso[:10]), format="long", locale=self._locale)

    def month(self, text: str) -> str:
        """Return ``2025-09`` as month and year."""
        from babel.dates import format_date

        return format_date(dt.date.fromisoformat(f"{text}-01"), format="LLLL y", locale=self._locale)

    def join(self, parts: Sequence[str]) -> str:
        """Return parts as an enumeration: "a, b and c"."""
        from babel.lists import format_list

        return format_list(list(parts), locale=self._locale)

    def either(self, parts: Sequence[str]) -> str:
        """Return parts as alternatives: "a, b or c"."""
        from babel.lists import format_list

        return format_list(list(parts), style="or", locale=self._locale)

    def quote(self, text: str) -> str:
        """Return `text` in the language's quotation marks."""
        return self.gettext("“{text}”", text=text)

    def capital(self, text: str) -> str:
        """Return `text` as it stands at the head of a sentence."""
        return text[:1].upper() + text[1:]

    def pick(self, texts: dict[str, str]) -> str:
        """Return the text in this language, or in the first one that there is."""
        return texts.get(self.code) or next(iter(texts.values()), "")


def _marks(locale: Locale) -> dict[int, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return str.maketrans({".": get_decimal_symbol(locale), ",": get_group_symbol(locale)})


@lru_cache(maxsize=8)
def _load(code: str) -> tuple[Translations, Locale]:
    """Read a catalogue; the compiled form exists in memory only, so there is no build step."""
    from babel import Locale
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    with (_CATALOGUES / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled), Locale.parse(code)

"""Colours and hatching: one palette throughout, legible in greyscale and to colour-blind readers."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ALGORITHM_STYLES",
    "GRID",
    "INK",
    "MISSING_STYLES",
    "SOFT",
    "SUPPRESSED_STYLE",
    "FillStyle",
    "category_styles",
    "contrast",
    "ink_on",
]

INK = "#1b2530"
SOFT = "#55616e"
GRID = "#c3ccd4"


class FillStyle(NamedTuple):
    """How an area is filled: colour (``#rrggbb``) and hatching, a name of `plotting.bars.HATCHES`."""

    colour: str
    pattern: str = ""


# Anchors of the sequential blues. Lightness falls evenly, so the order survives a greyscale printer.
_BLUES = ("#dbe9f1", "#a9cbdd", "#6ba3c0", "#2f7398", "#124a69")

MISSING_STYLES: dict[str, FillStyle] = {
    "skipped": FillStyle("#d4d4d4", "slash"),
    "not_relevant": FillStyle("#e4e4e4", "lines"),
    "dont_know": FillStyle("#e4e4e4", "back"),
    "prefer_not": FillStyle("#e4e4e4", "cross"),
}
"""Greys for the kinds of missing answer, told apart by their hatching."""

SUPPRESSED_STYLE = FillStyle("#f4f1ea", "grid")
"""Counts that disclosure control withheld, drawn together."""

ALGORITHM_STYLES: dict[str, FillStyle] = {
    "green": FillStyle("#8fc9a4"),
    "yellow": FillStyle("#f2d272", "lines"),
    "red": FillStyle("#c8553d", "slash"),
    "grey": FillStyle("#d4d4d4", "back"),
}
"""Fills of a colour algorithm: different in lightness and in hatching, never in hue alone."""


def category_styles(n: int) -> tuple[FillStyle, ...]:
    """Return `n` fills from light to dark blue, one a category in questionnaire order.

    Parameters
    ----------
    n : int
        Number of categories, at least 1.

    Returns
    -------
    tuple of FillStyle

    Examples
    --------
    >>> [style.colour for style in category_styles(3)]
    ['#dbe9f1', '#6ba3c0', '#124a69']
    """
    if n == 1:
        return (FillStyle(_BLUES[2]),)
    return tuple(FillStyle(_blue(i / (n - 1))) for i in range(n))


def _blue(position: float) -> str:
    """Return the colour at a position from 0 (light) to 1 (dark), linear between the anchors."""
    at = position * (len(_BLUES) - 1)
    low = min(int(at), len(_BLUES) - 2)
    pairs = zip(_rgb(_BLUES[low]), _rgb(_BLUES[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (at - low)):02x}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [c / 255 for c in _rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21.

    Source: WCAG 2.1, "contrast ratio".

    Examples
    --------
    >>> round(contrast("#ffffff", "#000000"), 1)
    21.0
    """
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def ink_on(background: str) -> str:
    """Return the text colour, black or white, with the greater contrast on `background`.

    One of the two always reaches 4.58 (their contrasts multiply to 21), which no softer black would.

    Examples
    --------
    >>> ink_on("#124a69"), ink_on("#dbe9f1")
    ('#ffffff', '#000000')
    """
    return "#ffffff" if contrast(background, "#ffffff") > contrast(background, "#000000") else "#000000"

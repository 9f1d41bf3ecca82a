"""Bars: one stacked bar in a given order, a colour strip, and counts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from propsych.plotting.style import ALGORITHM_STYLES, INK, FillStyle, category_styles, ink_on
from propsych.plotting.svg import FONT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["HATCHES", "colour_strip", "count_bars", "stacked_bar"]

HATCHES = {"": "", "slash": "////", "back": "\\\\\\\\", "lines": "---", "cross": "xxx", "grid": "++"}
"""Names of patterns -> matplotlib's hatches: lines only, since a hatch of dots makes an SVG of 70 kB."""

_DIGIT = 0.62  # width of a digit in units of the font size, generous
SYMBOLS = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}
"""Symbols of a colour algorithm, so that a colour is never told by its hue alone."""


def stacked_bar(
    ax: Axes,
    counts: Sequence[int],
    styles: Sequence[FillStyle] | None = None,
    texts: Sequence[str] | None = None,
) -> Axes:
    """Draw one horizontal bar across the axes, segments in the order given, each count inside its segment.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    counts : sequence of int, length k
        Widths; a count of 0 draws nothing.
    styles : sequence of FillStyle, length k, optional
        Fills; default the sequential blues.
    texts : sequence of str, length k, optional
        What stands inside; default the counts. A text wider than its segment is left out: the table
        beside the picture holds every number.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = stacked_bar(new_axes(400, 40), [21, 38, 62, 97])
    >>> [text.get_text() for text in ax.texts]
    ['21', '38', '62', '97']
    """
    from matplotlib.patches import Rectangle

    styles = styles if styles is not None else category_styles(len(counts))
    texts = texts if texts is not None else [str(count) for count in counts]
    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    total = sum(counts)
    left = 1.0
    for count, style, text in zip(counts, styles, texts, strict=True):
        if count <= 0 or total <= 0:
            continue
        span = (width - 2.0) * count / total
        # A dark outline gives neighbours of like lightness an edge of enough contrast.
        edge: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.8, "hatch": HATCHES[style.pattern] or None}
        ax.add_patch(Rectangle((left, 1.0), span, height - 2.0, facecolor=style.colour, **edge))
        if span >= (len(text) * _DIGIT + 0.5) * FONT_SIZE:
            _inside(ax, left + span / 2, height / 2, text, style)
        left += span
    return ax


def _inside(ax: Axes, x: float, y: float, text: str, style: FillStyle) -> None:
    box = {"facecolor": style.colour, "edgecolor": "none", "pad": 1.5} if style.pattern else None
    ink = ink_on(style.colour)
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center_baseline",
        fontsize=FONT_SIZE,
        color=ink,
        bbox=box,
        parse_math=False,
    )


def colour_strip(ax: Axes, counts: Sequence[int]) -> Axes:
    """Draw the counts of a colour algorithm: green, yellow, red, grey, each with its symbol.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        As for :func:`stacked_bar`.
    counts : sequence of int, length 4
        Persons in green, yellow, red and grey (no answer).

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = colour_strip(new_axes(400, 30), [200, 120, 70, 0])
    >>> [text.get_text() for text in ax.texts]
    ['● 200', '▲ 120', '■ 70']
    """
    names = list(ALGORITHM_STYLES)
    texts = [f"{SYMBOLS[name]} {count}" for name, count in zip(names, counts, strict=True)]
    return stacked_bar(ax, counts, [ALGORITHM_STYLES[name] for name in names], texts)


def count_bars(ax: Axes, counts: Sequence[int], labels: Sequence[str], label_width: float = 150.0) -> Axes:
    """Draw one horizontal bar a label, in the order given, with its count at the end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels; the height is shared evenly between the bars.
    counts : sequence of int, length k
    labels : sequence of str, length k
        Shortened where they are too long.
    label_width : float
        Pixels left for the labels.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = count_bars(new_axes(400, 60), [12, 30], ["A", "B"])
    >>> [text.get_text() for text in ax.texts]
    ['A', '12', 'B', '30']
    """
    from matplotlib.patches import Rectangle

    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    row = height / max(len(counts), 1)
    longest = max([*counts, 1])
    room = width - label_width - 4 * FONT_SIZE
    for i, (count, label) in enumerate(zip(counts, labels, strict=True)):
        y = (i + 0.5) * row
        style: dict[str, Any] = {
            "va": "center_baseline",
            "fontsize": FONT_SIZE,
            "color": INK,
            "parse_math": False,
        }
        ax.text(0.0, y, shorten(label, label_width), ha="left", **style)
        length = room * count / longest
        ax.add_patch(
            Rectangle((label_width, y - row * 0.34), length, row * 0.68, facecolor="#2f7398", linewidth=0)
        )
        ax.text(label_width + length + 5, y, str(count), ha="left", **style)
    return ax


def shorten(text: str, width: float) -> str:
    """Return `text`, cut with an ellipsis where it would be wider than `width` pixels."""
    room = max(int(width / (0.56 * FONT_SIZE)), 2)
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"

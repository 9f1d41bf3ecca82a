"""A square of numbers between -1 and 1 as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from propsych.plotting.bars import shorten
from propsych.plotting.style import INK, ink_on
from propsych.plotting.svg import FONT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["heat_map"]

_NEGATIVE, _MIDDLE, _POSITIVE = (0xC8, 0x55, 0x3D), (0xFF, 0xFF, 0xFF), (0x12, 0x4A, 0x69)
_NONE = "#d4d4d4"


def heat_map(
    ax: Axes, labels: Sequence[str], values: Sequence[Sequence[float]], label_width: float = 150.0
) -> Axes:
    """Draw each number as a square with its value, blue above 0 and red below.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    labels : sequence of str, length k
        Names of rows and, numbered, of columns.
    values : sequence of sequence of float, shape (k, k)
        NaN is grey and says so.
    label_width : float
        Pixels left for the labels.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = heat_map(new_axes(360, 80), ["a", "b"], [[1.0, 0.5], [0.5, 1.0]])
    >>> [text.get_text() for text in ax.texts]
    ['1 a', '1.00', '.50', '2 b', '.50', '1.00', '1', '2']
    """
    from matplotlib.patches import Rectangle

    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    k = max(len(labels), 1)
    side, row = (width - label_width) / k, (height - 1.7 * FONT_SIZE) / k
    style: dict[str, Any] = {"va": "center_baseline", "parse_math": False}
    small = min(FONT_SIZE, 0.38 * side, 0.8 * row)
    for i, (label, line) in enumerate(zip(labels, values, strict=True)):
        text = shorten(f"{i + 1} {label}", label_width - 4)
        ax.text(0.0, (i + 0.5) * row, text, ha="left", color=INK, fontsize=FONT_SIZE, **style)
        for j, value in enumerate(line):
            fill = _colour(value)
            ax.add_patch(Rectangle((label_width + j * side, i * row), side, row, color=fill))
            ax.text(
                label_width + (j + 0.5) * side,
                (i + 0.5) * row,
                _text(value),
                ha="center",
                color=ink_on(fill),
                fontsize=small,
                **style,
            )
    for j in range(len(labels)):
        place = label_width + (j + 0.5) * side, height - 0.5 * FONT_SIZE
        ax.text(*place, str(j + 1), ha="center", color=INK, fontsize=FONT_SIZE, **style)
    return ax


def _colour(value: float) -> str:
    if value != value:
        return _NONE
    strength = min(abs(value), 1.0)
    end = _POSITIVE if value >= 0 else _NEGATIVE
    parts = (round(m + (e - m) * strength) for m, e in zip(_MIDDLE, end, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _text(value: float) -> str:
    if value != value:
        return "?"
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 0.995 else f"{value:.2f}"

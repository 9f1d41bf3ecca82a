"""Dots with intervals, one row a group, in the order given: no ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from propsych.plotting.bars import shorten
from propsych.plotting.style import GRID, INK, SOFT
from propsych.plotting.svg import FONT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["interval_dots"]

Interval = tuple[float, float, float]


def interval_dots(
    ax: Axes,
    labels: Sequence[str],
    intervals: Sequence[Interval | None],
    ticks: Sequence[tuple[float, str]] = ((0.0, "0"), (0.5, "0.5"), (1.0, "1")),
    label_width: float = 150.0,
) -> Axes:
    """Draw a dot and a line for each group.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    labels : sequence of str, length k
        Names of the groups, drawn from the top down.
    intervals : sequence of (value, lower, upper) or None, length k
        On the scale of the ticks; None leaves the row empty.
    ticks : sequence of (position, text)
        First and last are the ends of the scale.
    label_width : float
        Pixels left for the labels.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = interval_dots(new_axes(360, 80), ["A", "B"], [(0.4, 0.3, 0.5), None])
    >>> [text.get_text() for text in ax.texts]
    ['0', '0.5', '1', 'A', 'B']
    """
    from matplotlib.lines import Line2D

    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    first, last = ticks[0][0], ticks[-1][0]
    right = width - 1.6 * FONT_SIZE
    bottom = height - 1.7 * FONT_SIZE

    def at(value: float) -> float:
        return label_width + (right - label_width) * (value - first) / (last - first)

    style: dict[str, Any] = {"fontsize": FONT_SIZE, "parse_math": False}
    for position, text in ticks:
        ax.add_line(Line2D([at(position)] * 2, [2.0, bottom], color=GRID, linewidth=1.0))
        ax.text(
            at(position),
            height - 0.5 * FONT_SIZE,
            text,
            ha="center",
            va="center_baseline",
            color=SOFT,
            **style,
        )
    row = bottom / max(len(labels), 1)
    for i, (label, interval) in enumerate(zip(labels, intervals, strict=True)):
        y = (i + 0.5) * row
        ax.text(0.0, y, shorten(label, label_width - 4), ha="left", va="center_baseline", color=INK, **style)
        if interval is not None:
            value, low, high = (at(entry) for entry in interval)
            ax.add_line(Line2D([low, high], [y, y], color="#2f7398", linewidth=2.4))
            ax.add_line(Line2D([value], [y], color="#124a69", marker="o", markersize=7, linestyle="none"))
    return ax

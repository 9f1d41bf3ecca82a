"""One number with its interval on a scale that limits divide into zones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from propsych.plotting.style import INK, SOFT, category_styles
from propsych.plotting.svg import FONT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["zones"]

_MARGIN = 12.0


def zones(
    ax: Axes,
    value: float,
    interval: tuple[float, float] | None,
    limits: Sequence[tuple[float, str, str]],
    ends: tuple[tuple[float, str], tuple[float, str]] = ((0.0, "0"), (1.0, "1")),
) -> Axes:
    """Draw a dot and a line over zones that grow darker from limit to limit.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    value : float
        The number; one beyond the ends of the scale is drawn at the end.
    interval : (float, float) or None
        Its interval.
    limits : sequence of (position, number, name)
        Where each next zone begins, rising: the number and the name stand below it, one above the other.
    ends : pair of (position, text)
        The ends of the scale.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = zones(new_axes(400, 80), 0.8, (0.7, 0.9), [(0.7, "0.70", "groups")])
    >>> [text.get_text() for text in ax.texts]
    ['0', '1', '0.70', 'groups']
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    (first, _), (last, _) = ends
    bottom = height - 3.1 * FONT_SIZE

    def at(x: float) -> float:
        share = (min(max(x, first), last) - first) / (last - first)
        return float(_MARGIN + (width - 2.0 * _MARGIN) * share)

    style: dict[str, Any] = {
        "fontsize": FONT_SIZE,
        "parse_math": False,
        "ha": "center",
        "va": "center_baseline",
    }
    edges = [first, *(position for position, _, _ in limits), last]
    # the lightest blues: dot and line keep their contrast on every zone
    fills = category_styles(2 * len(edges) - 1)
    for i, (low, high) in enumerate(pairwise(edges)):
        ax.add_patch(
            Rectangle(
                (at(low), 2.0),
                at(high) - at(low),
                bottom - 2.0,
                facecolor=fills[i].colour,
                edgecolor=INK,
                linewidth=0.8,
            )
        )
    for position, text in ends:
        ax.text(at(position), bottom + 0.9 * FONT_SIZE, text, color=SOFT, **style)
    for position, number, name in limits:
        ax.text(at(position), bottom + 0.9 * FONT_SIZE, number, color=INK, **style)
        ax.text(at(position), bottom + 2.2 * FONT_SIZE, name, color=INK, **style)
    y = (2.0 + bottom) / 2.0
    if interval is not None:
        ax.add_line(Line2D([at(interval[0]), at(interval[1])], [y, y], color=INK, linewidth=3.0))
    ax.add_line(Line2D([at(value)], [y], color=INK, marker="o", markersize=10, linestyle="none"))
    return ax

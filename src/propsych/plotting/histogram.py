"""A histogram of scores over the declared range, with both ends named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from propsych.plotting.style import INK, SOFT
from propsych.plotting.svg import FONT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["histogram"]


def histogram(ax: Axes, counts: Sequence[int], ends: Sequence[str | float], direction: str = "") -> Axes:
    """Draw counts over equal intervals of the declared range, each count above its bar.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    counts : sequence of int, length k
        Persons in each of the k equal intervals, from the lowest to the highest score.
    ends : sequence of str or float
        What stands below the lowest and the highest possible score: its first and last entry, so the
        edges of the intervals will do.
    direction : str
        What stands between them, for instance ``"higher = worse"``.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = histogram(new_axes(400, 120), [3, 0, 9], ("0", "30"), "higher = worse")
    >>> [text.get_text() for text in ax.texts]
    ['3', '0', '9', '0', '30', 'higher = worse']
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    base, top = height - 1.8 * FONT_SIZE, 1.5 * FONT_SIZE
    step = width / max(len(counts), 1)
    highest = max([*counts, 1])
    style: dict[str, Any] = {"fontsize": FONT_SIZE, "parse_math": False, "va": "center_baseline"}
    for i, count in enumerate(counts):
        tall = (base - top) * count / highest
        # The ends are hatched as well: who stands there has no room to move further.
        end = i in (0, len(counts) - 1)
        fill: dict[str, Any] = {"facecolor": "#a9cbdd", "hatch": "////"} if end else {"facecolor": "#6ba3c0"}
        ax.add_patch(
            Rectangle((i * step + 2, base - tall), step - 4, tall, edgecolor=INK, linewidth=0.8, **fill)
        )
        ax.text((i + 0.5) * step, base - tall - 0.65 * FONT_SIZE, str(count), ha="center", color=INK, **style)
    ax.add_line(Line2D([0, width], [base, base], color=INK, linewidth=1.2))
    below = height - 0.7 * FONT_SIZE
    ax.text(0.0, below, _text(ends[0]), ha="left", color=INK, **style)
    ax.text(width, below, _text(ends[-1]), ha="right", color=INK, **style)
    if direction:
        ax.text(width / 2, below, direction, ha="center", color=SOFT, **style)
    return ax


def _text(end: str | float) -> str:
    return end if isinstance(end, str) else f"{end:g}"

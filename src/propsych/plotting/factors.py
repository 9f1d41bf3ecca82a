"""Loadings as a table of shaded cells, a scree with the eigenvalues of chance, quantiles by quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from propsych.plotting.bars import shorten
from propsych.plotting.style import GRID, INK, SOFT, ink_on
from propsych.plotting.svg import FONT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["loadings_plot", "quantile_plot", "scree_plot"]

STRONG, WEAK = "#2f7398", "#ffffff"
LINES = (("#124a69", "o", "-"), ("#c8553d", "s", "--"), ("#55616e", "^", ":"))


def loadings_plot(
    ax: Axes, items: Sequence[str], factors: Sequence[str], loadings: ArrayLike, label_width: float = 140.0
) -> Axes:
    """Draw each loading as a number in a cell that is the darker the larger it is, whatever its sign.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    items, factors : sequence of str
        Drawn from the top down and from left to right.
    loadings : array_like of shape (n_items, n_factors)
    label_width : float
        Pixels left for the items' names.

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = loadings_plot(new_axes(300, 60), ["a"], ["F1", "F2"], [[0.8, -0.1]])
    >>> [text.get_text() for text in ax.texts]
    ['F1', 'F2', 'a', '0.80', '-0.10']
    """
    from matplotlib.patches import Rectangle

    values = np.asarray(loadings, dtype=float)
    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    column, row = (width - label_width) / len(factors), height / (len(items) + 1)
    style: dict[str, Any] = {"fontsize": FONT_SIZE, "parse_math": False, "va": "center_baseline"}
    for f, factor in enumerate(factors):
        ax.text(label_width + (f + 0.5) * column, 0.5 * row, factor, ha="center", color=SOFT, **style)
    for i, item in enumerate(items):
        y = (i + 1.5) * row
        ax.text(0.0, y, shorten(item, label_width - 4), ha="left", color=INK, **style)
        for f in range(len(factors)):
            shade = _shade(float(min(abs(values[i, f]), 1.0)))
            x = label_width + f * column
            ax.add_patch(Rectangle((x + 1, y - row / 2 + 1), column - 2, row - 2, facecolor=shade))
            # adding 0 makes what rounds to -0.00 a plain 0.00
            text = f"{round(float(values[i, f]), 2) + 0.0:.2f}"
            ax.text(x + column / 2, y, text, ha="center", color=ink_on(shade), **style)
    return ax


def _shade(size: float) -> str:
    ends = zip(bytes.fromhex(WEAK[1:]), bytes.fromhex(STRONG[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * size):02x}" for a, b in ends)


def scree_plot(ax: Axes, series: Sequence[tuple[str, ArrayLike]], x_label: str, y_label: str) -> Axes:
    """Draw eigenvalues by their number, one line a series: those of the data first, then those of chance.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    series : sequence of (name, values)
        Up to three.
    x_label, y_label : str

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = scree_plot(new_axes(300, 200), [("data", [2.0, 0.6, 0.4])], "component", "eigenvalue")
    >>> len(ax.lines) > 0
    True
    """
    from matplotlib.lines import Line2D

    lines = [(name, np.asarray(values, dtype=float)) for name, values in series]
    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    left, right, top, bottom = 4.0 * FONT_SIZE, width - FONT_SIZE, 1.5 * FONT_SIZE, height - 3.2 * FONT_SIZE
    together = np.concatenate([values for _, values in lines])
    low, high = min(0.0, float(together.min())), float(together.max())
    count = max(len(values) for _, values in lines)
    style: dict[str, Any] = {"fontsize": FONT_SIZE, "parse_math": False, "va": "center_baseline"}

    def at(i: float, value: float) -> tuple[float, float]:
        x = left + (right - left) * (i + 0.5) / count
        return x, bottom - (bottom - top) * (value - low) / ((high - low) or 1.0)

    for tick in np.unique(np.round(np.linspace(low, high, 5), 1)):
        y = at(0, float(tick))[1]
        ax.add_line(Line2D([left, right], [y, y], color=GRID, linewidth=1.0))
        ax.text(left - 6, y, f"{tick:.1f}", ha="right", color=SOFT, **style)
    for i in range(0, count, max(1, count // 15)):
        ax.text(at(i, low)[0], bottom + FONT_SIZE, str(i + 1), ha="center", color=SOFT, **style)
    ax.text((left + right) / 2, height - 0.6 * FONT_SIZE, x_label, ha="center", color=INK, **style)
    ax.text(left - 6, 0.5 * FONT_SIZE, y_label, ha="left", color=INK, **style)
    for (name, values), (colour, marker, dash) in zip(lines, LINES, strict=False):
        points = np.array([at(i, float(value)) for i, value in enumerate(values)])
        style = {"color": colour, "marker": marker, "markersize": 5, "linestyle": dash, "label": name}
        ax.add_line(Line2D(points[:, 0], points[:, 1], **style))
    if len(lines) > 1:
        ax.legend(frameon=False, fontsize=FONT_SIZE, loc="upper right")
    return ax


def quantile_plot(ax: Axes, expected: ArrayLike, observed: ArrayLike, x_label: str, y_label: str) -> Axes:
    """Draw observed by expected quantiles as dots, with the line where both are the same.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    expected, observed : array_like, length n
    x_label, y_label : str

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> ax = quantile_plot(new_axes(300, 200), [1.0, 2.0], [1.1, 2.5], "expected", "observed")
    >>> [text.get_text() for text in ax.texts][-2:]
    ['expected', 'observed']
    """
    from matplotlib.lines import Line2D

    x, y = np.asarray(expected, dtype=float), np.asarray(observed, dtype=float)
    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    left, right, top, bottom = 4.0 * FONT_SIZE, width - FONT_SIZE, 1.8 * FONT_SIZE, height - 3.2 * FONT_SIZE
    most = float(max(x.max(initial=0.0), y.max(initial=0.0))) or 1.0
    style: dict[str, Any] = {"fontsize": FONT_SIZE, "parse_math": False, "va": "center_baseline"}
    across, down = left + (right - left) * x / most, bottom - (bottom - top) * y / most
    for tick in np.linspace(0.0, most, 5):
        at = tick / most
        ax.text(left - 6, bottom - (bottom - top) * at, f"{tick:.3g}", ha="right", color=SOFT, **style)
        ax.text(
            left + (right - left) * at, bottom + FONT_SIZE, f"{tick:.3g}", ha="center", color=SOFT, **style
        )
    ax.add_line(Line2D([left, right], [bottom, top], color=GRID, linewidth=1.5))
    ax.add_line(Line2D(across, down, color="#124a69", marker="o", markersize=3, linestyle="none"))
    ax.text((left + right) / 2, height - 0.6 * FONT_SIZE, x_label, ha="center", color=INK, **style)
    ax.text(left - 6, 0.6 * FONT_SIZE, y_label, ha="left", color=INK, **style)
    return ax

"""A path picture: items in boxes, latent variables in ellipses, loadings as arrows, covariances as arcs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from propsych.plotting.bars import shorten
from propsych.plotting.style import GRID, INK, SOFT
from propsych.plotting.svg import FONT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["path_picture"]

Floats = NDArray[np.float64]
BOX, ELLIPSE = (92.0, 20.0), (104.0, 34.0)
POSITIVE, NEGATIVE = "#124a69", "#c8553d"
MARGIN = 110.0
"""Pixels left of the latent variables for arcs."""


def path_picture(
    ax: Axes,
    items: Sequence[str],
    latents: Sequence[str],
    loadings: ArrayLike,
    effects: ArrayLike,
    covariances: ArrayLike,
) -> Axes:
    """Draw a factor model with its standardised estimates.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits in pixels, as :func:`new_axes` makes them.
    items, latents : sequence of str
        Items from the top down.
    loadings : array_like of shape (n_items, n_latents)
        NaN where there is no arrow.
    effects : array_like of shape (n_latents, n_latents)
        Of the latent variable in the column on that in the row; NaN where there is none.
    covariances : array_like of shape (n_latents, n_latents)
        Standardised; the lower triangle is drawn as arcs, NaN where there is none.

    Notes
    -----
    A latent variable whose items hold those of another stands to the right of the items, one that has latent
    variables only furthest to the left. Negative estimates are dashed and of another colour.

    Examples
    --------
    >>> from propsych.plotting import new_axes
    >>> none = [[float("nan")]]
    >>> ax = path_picture(new_axes(500, 60), ["a", "b"], ["F"], [[0.8], [-0.5]], none, none)
    >>> [text.get_text() for text in ax.texts]
    ['0.80', '-0.50', 'a', 'b', 'F']
    """
    L = np.asarray(loadings, dtype=float)
    B = np.asarray(effects, dtype=float)
    C = np.asarray(covariances, dtype=float)
    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    item_y = (np.arange(len(items)) + 0.5) * height / len(items)
    column, latent_y = _places(L, B, item_y, height)
    x_of = _columns(column, width)
    for i, f in np.argwhere(np.isfinite(L)).tolist():
        right = column[f] == 1
        start = (x_of[column[f]] + (-0.5 if right else 0.5) * ELLIPSE[0], latent_y[f])
        end = (x_of[0] + (0.5 if right else -0.5) * BOX[0], item_y[i])
        _arrow(ax, start, end, L[i, f], 0.6)
    for f, g in np.argwhere(np.isfinite(B)).tolist():
        same = column[f] == column[g]
        side = -0.5 if same else 0.5
        start = (x_of[column[g]] + side * ELLIPSE[0], latent_y[g])
        end = (x_of[column[f]] - 0.5 * ELLIPSE[0], latent_y[f])
        _arrow(ax, start, end, B[f, g], 0.5, arc=0.35 if same else 0.0)
    for f, g in np.argwhere(np.tril(np.isfinite(C), -1)).tolist():
        side = 0.5 if column[f] == 1 else -0.5
        ends = [(x_of[column[h]] + side * ELLIPSE[0], latent_y[h]) for h in (f, g)]
        _arrow(ax, ends[0], ends[1], C[f, g], 0.5, arc=side * _bow(ends, height), both=True)
    _nodes(ax, items, [(x_of[0], y) for y in item_y], BOX, False)
    places = [(x_of[c], y) for c, y in zip(column, latent_y, strict=True)]
    _nodes(ax, latents, places, ELLIPSE, True)
    return ax


def _bow(ends: list[tuple[float, float]], height: float) -> float:
    """Return how much an arc bends: the longest stays within the margin, and each has its own place."""
    rise = ends[1][1] - ends[0][1]
    reach = 16.0 + (MARGIN - 40.0) * abs(rise) / height
    return 4.0 * reach / rise if rise else 0.0


def _columns(column: Sequence[int], width: float) -> dict[int, float]:
    """Return the x of each column: -2 latents of latents, -1 latents, 0 items, 1 general latents."""
    used = [c for c in (-2, -1, 0, 1) if c == 0 or c in column]
    left = MARGIN + ELLIPSE[0] / 2 if used[0] < 0 else BOX[0] / 2
    right = width - (ELLIPSE[0] / 2 + 4 if used[-1] == 1 else BOX[0] / 2 + 4)
    return dict(zip(used, np.linspace(left, right, len(used)).tolist(), strict=True))


def _places(L: Floats, B: Floats, item_y: Floats, height: float) -> tuple[list[int], Floats]:
    """Return the column and the y of each latent variable."""
    has = np.isfinite(L)
    m = L.shape[1]
    column, target = [], np.full(m, height / 2)
    for f in range(m):
        inside = [bool((has[:, g] <= has[:, f]).all() and has[:, g].any()) for g in range(m) if g != f]
        holds = any(inside) and has[:, f].sum() > min(has[:, g].sum() for g in range(m) if g != f)
        column.append((1 if holds else -1) if has[:, f].any() else -2)
        if has[:, f].any():
            target[f] = item_y[has[:, f]].mean()
    for f in range(m):
        lower = np.flatnonzero(np.isfinite(B[:, f]))
        if column[f] == -2 and len(lower):
            target[f] = target[lower].mean()
    y = target.copy()
    for c in set(column):
        own = [f for f in range(m) if column[f] == c]
        if len(own) > 1 and np.diff(np.sort(target[own])).min() < ELLIPSE[1] + 6:
            order = sorted(own, key=lambda f: (target[f], f))
            y[order] = (np.arange(len(own)) + 0.5) * height / len(own)
    return column, y


def _arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    value: float,
    at: float,
    arc: float = 0.0,
    both: bool = False,
) -> None:
    from matplotlib.patches import FancyArrowPatch

    colour = POSITIVE if value >= 0 else NEGATIVE
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="<|-|>" if both else "-|>",
            connectionstyle=f"arc3,rad={-arc}",
            mutation_scale=7,
            shrinkA=0,
            shrinkB=0,
            linewidth=0.6 + 1.6 * min(abs(value), 1.0),
            linestyle="-" if value >= 0 else "--",
            color=colour,
        )
    )
    (x0, y0), (x1, y1) = start, end
    # the middle of a quadratic curve lies half as far out as its control point; y grows downwards here, and
    # upwards where the arc is drawn
    x = x0 + at * (x1 - x0) + arc * (y1 - y0) / 2
    y = y0 + at * (y1 - y0) - arc * (x1 - x0) / 2
    text: dict[str, Any] = {"fontsize": FONT_SIZE - 2, "parse_math": False}
    white = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    ax.text(x, y, f"{value:.2f}", ha="center", va="center", color=colour, bbox=white, **text)


def _nodes(
    ax: Axes, names: Sequence[str], places: list[tuple[float, float]], size: tuple[float, float], round_: bool
) -> None:
    from matplotlib.patches import Ellipse, Patch, Rectangle

    style: dict[str, Any] = {"fontsize": FONT_SIZE, "parse_math": False, "va": "center_baseline", "zorder": 4}
    for name, (x, y) in zip(names, places, strict=True):
        look: dict[str, Any] = {"facecolor": "white", "edgecolor": SOFT if round_ else GRID, "zorder": 3}
        node: Patch = (
            Ellipse((x, y), *size, **look)
            if round_
            else Rectangle((x - size[0] / 2, y - size[1] / 2), *size, **look)
        )
        ax.add_patch(node)
        ax.text(x, y, shorten(name, size[0] - 8), ha="center", color=INK, **style)

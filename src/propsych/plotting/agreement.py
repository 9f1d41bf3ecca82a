"""Bland-Altman picture: differences against means, with bias and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from propsych.plotting.svg import new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["agreement_plot"]

Line = tuple[float | None, float | None, float | None]


def agreement_plot(
    means: NDArray[np.float64],
    differences: NDArray[np.float64],
    lines: Sequence[Line],
    *,
    labels: tuple[str, str] = ("Mean of both", "Second minus first"),
    ax: Axes | None = None,
) -> Axes:
    """Draw one point a person, and bias and limits as lines with bands for their intervals.

    Parameters
    ----------
    means, differences : ndarray of float, shape (n,)
    lines : sequence of (value, lower, upper)
        Bias, lower limit, upper limit; each with the ends of its interval, None where there is none.
    labels : tuple of str
        Names of the axes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
    """
    axes = ax if ax is not None else new_axes(640, 420)
    axes.plot(means, differences, "o", markersize=5, markerfacecolor="none", markeredgecolor="#1d3557")
    for i, (value, lower, upper) in enumerate(lines):
        if value is None:
            continue
        # solid for the bias and dashed for the limits, so that colour is not needed to tell them apart
        axes.axhline(value, linestyle="-" if i == 0 else "--", color="#333333", linewidth=1.5)
        axes.annotate(
            f"{value:.2f}",
            (1.0, value),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
        )
        if lower is not None and upper is not None:
            axes.axhspan(lower, upper, color="#777777", alpha=0.2, linewidth=0)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    return axes

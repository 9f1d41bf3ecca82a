"""New axes without pyplot, and an Axes as SVG text that is the same byte for byte every time."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FONT_SIZE", "new_axes", "to_svg"]

_DPI = 72  # matplotlib's SVG unit: one pixel of the picture is then one unit of width and height
FONT_SIZE = 13.0
_FONTS = "'Source Sans 3', 'Segoe UI', 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"
# Text stays text: a quarter of the size of outlines, sharp at any zoom, and a reader's machine has the
# glyphs (emoji, Arabic) that no bundled font has. Positions are anchored, so another font does no harm.
_SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "propsych", "hatch.linewidth": 0.8}


def new_axes(width: float = 560.0, height: float = 150.0) -> Axes:
    """Return axes that fill a new figure of `width` x `height` pixels, without frame and ticks.

    Parameters
    ----------
    width, height : float
        Size in pixels; one data unit is one pixel, with the origin at the top left.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = new_axes(100, 20)
    >>> [float(x) for x in ax.get_xlim()]
    [0.0, 100.0]
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, frameon=False)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_axis_off()
    ax.set_xlim(0.0, float(width))
    ax.set_ylim(float(height), 0.0)
    return ax


def to_svg(ax: Axes) -> str:
    """Return the figure of `ax` as SVG text, without a date and with stable ids.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    str
        From ``<svg`` on: no XML prologue and no reference to another file.

    Examples
    --------
    >>> to_svg(new_axes(10, 10)) == to_svg(new_axes(10, 10))
    True
    """
    import matplotlib

    figure = ax.get_figure(root=True)
    out = io.StringIO()
    with matplotlib.rc_context(_SETTINGS), warnings.catch_warnings():
        # matplotlib measures with its own font; the reader's fonts draw what that one lacks
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        if figure is not None:
            empty = {"Date": None, "Creator": None, "Format": None, "Type": None}
            figure.savefig(out, format="svg", metadata=empty)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"font-family: [^;]*;", f"font-family: {_FONTS};", text)
    return re.sub(r">\s+<", "><", text).strip()

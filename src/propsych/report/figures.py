"""Figures of the document model, drawn."""

from __future__ import annotations

from propsych.plotting import (
    colour_strip,
    count_bars,
    histogram,
    interval_dots,
    new_axes,
    stacked_bar,
    to_svg,
    zones,
)
from propsych.report.model import (
    BarData,
    CountBarsData,
    DotsData,
    FigureData,
    HistogramData,
    StripData,
    ZonesData,
)

__all__ = ["draw", "width_of"]

_BAR = (520.0, 40.0)
_STRIP = (360.0, 30.0)
_HISTOGRAM = (560.0, 150.0)
_ZONES = (560.0, 80.0)
_ROW = 22.0


def width_of(data: FigureData) -> int:
    """Return the width in pixels at which a picture's text has its natural size."""
    return int(_size(data)[0])


def _size(data: FigureData) -> tuple[float, float]:
    if isinstance(data, BarData):
        return _BAR
    if isinstance(data, StripData):
        return _STRIP
    if isinstance(data, HistogramData):
        return _HISTOGRAM
    if isinstance(data, ZonesData):
        return _ZONES
    if isinstance(data, DotsData):
        return 360.0, _ROW * len(data.labels) + 24.0
    return 360.0, _ROW * len(data.labels)


def draw(data: FigureData) -> str:
    """Return a figure as SVG text, identical for identical data.

    Parameters
    ----------
    data : FigureData

    Returns
    -------
    str
    """
    ax = new_axes(*_size(data))
    if isinstance(data, BarData):
        stacked_bar(ax, data.counts, data.styles, data.texts)
    elif isinstance(data, StripData):
        colour_strip(ax, data.counts)
    elif isinstance(data, DotsData):
        interval_dots(ax, data.labels, data.intervals, data.ticks)
    elif isinstance(data, HistogramData):
        histogram(ax, data.counts, data.ends, data.direction)
    elif isinstance(data, ZonesData):
        zones(ax, data.value, data.interval, data.limits, ((0.0, data.ends[0]), (1.0, data.ends[1])))
    elif isinstance(data, CountBarsData):
        count_bars(ax, data.counts, data.labels, label_width=135.0)
    return to_svg(ax)

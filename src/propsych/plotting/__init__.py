"""Pictures from arrays and labels. Every function takes and returns an Axes and never sees a result."""

from propsych.plotting.agreement import agreement_plot
from propsych.plotting.bars import colour_strip, count_bars, stacked_bar
from propsych.plotting.dots import interval_dots
from propsych.plotting.factors import loadings_plot, quantile_plot, scree_plot
from propsych.plotting.heat_map import heat_map
from propsych.plotting.histogram import histogram
from propsych.plotting.paths import path_picture
from propsych.plotting.style import (
    ALGORITHM_STYLES,
    MISSING_STYLES,
    SUPPRESSED_STYLE,
    FillStyle,
    category_styles,
    contrast,
    ink_on,
)
from propsych.plotting.svg import new_axes, to_svg
from propsych.plotting.zones import zones

__all__ = [
    "ALGORITHM_STYLES",
    "MISSING_STYLES",
    "SUPPRESSED_STYLE",
    "FillStyle",
    "agreement_plot",
    "category_styles",
    "colour_strip",
    "contrast",
    "count_bars",
    "heat_map",
    "histogram",
    "ink_on",
    "interval_dots",
    "loadings_plot",
    "new_axes",
    "path_picture",
    "quantile_plot",
    "scree_plot",
    "stacked_bar",
    "to_svg",
    "zones",
]

"""Polychoric correlations: the estimates and their sampling errors, under one name."""

from propsych.kernels.pair_tables import PairTables, pair_tables, thresholds_from_counts
from propsych.kernels.polychoric_errors import (
    PolychoricErrors,
    conditional_errors,
    parameter_positions,
    polychoric_errors,
    polychoric_influence,
    polychoric_nacov,
    polychoric_shifts,
    stacked_influence,
)
from propsych.kernels.polychoric_search import corners, search
from propsych.kernels.polychoric_two_step import (
    Polychoric,
    corrected_counts,
    log_likelihood,
    polychoric,
    polychoric_from_tables,
    saturated_log_likelihood,
)

__all__ = [
    "PairTables",
    "Polychoric",
    "PolychoricErrors",
    "conditional_errors",
    "corners",
    "corrected_counts",
    "log_likelihood",
    "pair_tables",
    "parameter_positions",
    "polychoric",
    "polychoric_errors",
    "polychoric_from_tables",
    "polychoric_influence",
    "polychoric_nacov",
    "polychoric_shifts",
    "saturated_log_likelihood",
    "search",
    "stacked_influence",
    "thresholds_from_counts",
]

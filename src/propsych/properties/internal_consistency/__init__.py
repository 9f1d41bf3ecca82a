"""Internal consistency of declared reflective scales: alpha, omegas, lower bounds, split halves."""

from propsych.properties.internal_consistency.alpha import cronbach_alpha
from propsych.properties.internal_consistency.by_group import AlphaByGroup, alpha_by
from propsych.properties.internal_consistency.coefficients import ScaleCoefficients
from propsych.properties.internal_consistency.composite import composite_reliability
from propsych.properties.internal_consistency.guttman import greatest_lower_bound, guttman
from propsych.properties.internal_consistency.halves import split_half
from propsych.properties.internal_consistency.omega import omega
from propsych.properties.internal_consistency.omega_one_factor import omega_categorical, omega_unidimensional
from propsych.properties.internal_consistency.omega_schmid_leiman import omega_schmid_leiman
from propsych.properties.internal_consistency.ordinal import ordinal_alpha
from propsych.properties.internal_consistency.result import Alpha

__all__ = [
    "Alpha",
    "AlphaByGroup",
    "ScaleCoefficients",
    "alpha_by",
    "composite_reliability",
    "cronbach_alpha",
    "greatest_lower_bound",
    "guttman",
    "omega",
    "omega_categorical",
    "omega_schmid_leiman",
    "omega_unidimensional",
    "ordinal_alpha",
    "split_half",
]

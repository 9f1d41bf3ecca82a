"""Measurement error: how far a score may move although the person has not changed."""

from propsych.properties.measurement_error.change import ReliableChange, reliable_change
from propsych.properties.measurement_error.error import MeasurementError, measurement_error
from propsych.properties.measurement_error.limits import BlandAltman, bland_altman

__all__ = [
    "BlandAltman",
    "MeasurementError",
    "ReliableChange",
    "bland_altman",
    "measurement_error",
    "reliable_change",
]

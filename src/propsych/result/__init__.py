"""Frozen results: the base, the estimate, the sample and the named record."""

from propsych.result.base import Result, freeze
from propsych.result.record import Estimate, Record, Sample

__all__ = ["Estimate", "Record", "Result", "Sample", "freeze"]

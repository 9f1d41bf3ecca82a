"""Frozen results: the base, the estimate, the sample and the named record."""

from propsych.result.base import Result, freeze
from propsych.result.factor import FactorFit
from propsych.result.record import Estimate, Record, Sample

__all__ = ["Estimate", "FactorFit", "Record", "Result", "Sample", "freeze"]

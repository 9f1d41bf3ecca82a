"""Criteria as dated, cited data, and the judgement of a number by them."""

from propsych.criteria.judge import Judgement, judge
from propsych.criteria.model import CriteriaSet, Criterion

__all__ = ["CriteriaSet", "Criterion", "Judgement", "judge"]

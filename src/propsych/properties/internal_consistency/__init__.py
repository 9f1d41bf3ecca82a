"""Internal consistency of declared reflective scales: Cronbach's alpha, for all persons and by group."""

from propsych.properties.internal_consistency.alpha import cronbach_alpha
from propsych.properties.internal_consistency.by_group import AlphaByGroup, alpha_by
from propsych.properties.internal_consistency.result import Alpha

__all__ = ["Alpha", "AlphaByGroup", "alpha_by", "cronbach_alpha"]

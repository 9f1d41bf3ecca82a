"""Structural validity: factor models of the items, and whether they are worth one."""

from propsych.properties.structure.adequacy import Factorability, factorability
from propsych.properties.structure.congeneric import congeneric_fit

__all__ = ["Factorability", "congeneric_fit", "factorability"]

"""Structural validity: factor models of the items, and whether they are worth one."""

from propsych.properties.structure.adequacy import Factorability, factorability
from propsych.properties.structure.congeneric import congeneric_fit
from propsych.properties.structure.efa import efa
from propsych.properties.structure.exploratory import EFA

__all__ = ["EFA", "Factorability", "congeneric_fit", "efa", "factorability"]

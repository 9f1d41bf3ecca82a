"""Structural validity: factor models of the items, and whether they are worth one."""

from propsych.properties.structure.adequacy import Factorability, factorability
from propsych.properties.structure.congeneric import congeneric_fit
from propsych.properties.structure.efa import efa
from propsych.properties.structure.exploratory import EFA
from propsych.properties.structure.latent_polychoric import polychoric
from propsych.properties.structure.latent_result import LatentCorrelations

__all__ = [
    "EFA",
    "Factorability",
    "LatentCorrelations",
    "congeneric_fit",
    "efa",
    "factorability",
    "polychoric",
]

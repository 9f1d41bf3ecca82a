"""Structural validity: factor models of the items, and whether they are worth one."""

from propsych.properties.structure.adequacy import Factorability, factorability
from propsych.properties.structure.cfa import cfa
from propsych.properties.structure.cfa_result import CfaResult
from propsych.properties.structure.congeneric import congeneric_fit
from propsych.properties.structure.discriminant import HeterotraitMonotrait, htmt
from propsych.properties.structure.efa import efa
from propsych.properties.structure.exploratory import EFA
from propsych.properties.structure.invariance import measurement_invariance
from propsych.properties.structure.invariance_result import MeasurementInvariance
from propsych.properties.structure.latent_mixed import mixed_correlations
from propsych.properties.structure.latent_polychoric import polychoric
from propsych.properties.structure.latent_result import LatentCorrelations
from propsych.properties.structure.normality import MultivariateNormality, mardia
from propsych.properties.structure.number_of_factors import NumberOfFactors, number_of_factors
from propsych.properties.structure.parallel import ParallelAnalysis, parallel_analysis

__all__ = [
    "EFA",
    "CfaResult",
    "Factorability",
    "HeterotraitMonotrait",
    "LatentCorrelations",
    "MeasurementInvariance",
    "MultivariateNormality",
    "NumberOfFactors",
    "ParallelAnalysis",
    "cfa",
    "congeneric_fit",
    "efa",
    "factorability",
    "htmt",
    "mardia",
    "measurement_invariance",
    "mixed_correlations",
    "number_of_factors",
    "parallel_analysis",
    "polychoric",
]

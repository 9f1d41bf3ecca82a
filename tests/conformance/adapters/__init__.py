"""One adapter a kind of case: it maps the case to propsych calls and yields what propsych gives, by path."""

from tests.conformance.adapters.agreement import irrcac, kendall, kripp
from tests.conformance.adapters.alpha import alpha, alpha_ci
from tests.conformance.adapters.bland_altman import bland_altman
from tests.conformance.adapters.cfa import confirmatory, factor_scores, ratios
from tests.conformance.adapters.columns import describe, floorceiling, response_freq
from tests.conformance.adapters.composite import composite
from tests.conformance.adapters.correlations import discrimination, item_correlations
from tests.conformance.adapters.exploratory import fa
from tests.conformance.adapters.glb_fa import glb_fa
from tests.conformance.adapters.halves import guttman, split_half, tenberge
from tests.conformance.adapters.how_many import bartlett, kmo_case, mardia, parallel, vss
from tests.conformance.adapters.icc import irr_icc, psych_icc
from tests.conformance.adapters.invariance import invariance
from tests.conformance.adapters.kappa import kappa_case, kappam
from tests.conformance.adapters.mixed import hetcor, mixedcor, polyserial, psych_polyserial
from tests.conformance.adapters.omega import omega
from tests.conformance.adapters.ordinal_alpha import ordinal_alpha
from tests.conformance.adapters.polychoric import lavcor, polychor, psych_polychoric, psych_tetrachoric
from tests.conformance.adapters.retest import test_retest
from tests.conformance.adapters.rotations import factanal, gpa
from tests.conformance.compare import Adapter

ADAPTERS: dict[str, Adapter] = {
    "alpha": alpha,
    "alpha_ci": alpha_ci,
    "bartlett": bartlett,
    "blandaltman": bland_altman,
    "cfa": confirmatory,
    "comprel": composite,
    "describe": describe,
    "discrimination": discrimination,
    "fa": fa,
    "factanal": factanal,
    "floorceiling": floorceiling,
    "glbfa": glb_fa,
    "gpa": gpa,
    "guttman": guttman,
    "hetcor": hetcor,
    "htmt": ratios,
    "icc": psych_icc,
    "invariance": invariance,
    "irr_icc": irr_icc,
    "irrcac": irrcac,
    "item_correlations": item_correlations,
    "kappa": kappa_case,
    "kappam": kappam,
    "kendallW": kendall,
    "kmo": kmo_case,
    "kripp": kripp,
    "lavcor": lavcor,
    "mardia": mardia,
    "mixedcor": mixedcor,
    "omega": omega,
    "ordinal_alpha": ordinal_alpha,
    "parallel": parallel,
    "polychor": polychor,
    "polychoric": psych_polychoric,
    "polyserial": polyserial,
    "psych_polyserial": psych_polyserial,
    "response_freq": response_freq,
    "scores": factor_scores,
    "splithalf": split_half,
    "tenberge": tenberge,
    "testretest": test_retest,
    "tetrachoric": psych_tetrachoric,
    "vss": vss,
}

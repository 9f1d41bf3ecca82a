"""propsych tells whether a health questionnaire measures what it should.

Everything heavy loads when it is first used, so importing the package costs little more than NumPy and
pandas. Top-level names are few; the rest is reached through the module of its property.

Examples
--------
>>> import propsych as pp
>>> pp.cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 4]], categories=range(1, 5)).sample.n_used
4
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from propsych.criteria import CriteriaSet, Judgement, judge
    from propsych.data import CheckReport, CsvFormat, Responses, check_responses, read_responses
    from propsych.datasets import make_pilot
    from propsych.properties.floor_ceiling import floor_ceiling
    from propsych.properties.internal_consistency import (
        composite_reliability,
        cronbach_alpha,
        greatest_lower_bound,
        guttman,
        omega,
        omega_categorical,
        omega_schmid_leiman,
        omega_unidimensional,
        ordinal_alpha,
        split_half,
    )
    from propsych.properties.items import item_statistics
    from propsych.properties.measurement_error import bland_altman, measurement_error, reliable_change
    from propsych.properties.reliability import (
        agreement,
        cohen_kappa,
        icc,
        kendall_w,
        krippendorff_alpha,
        test_retest,
        weighted_kappa,
    )
    from propsych.properties.structure import (
        cfa,
        congeneric_fit,
        efa,
        mardia,
        measurement_invariance,
        mixed_correlations,
        number_of_factors,
        parallel_analysis,
        polychoric,
    )
    from propsych.questionnaire import Item, Questionnaire, Scale
    from propsych.report import write_report
    from propsych.scoring import score
    from propsych.study import PilotStudy, StudyResults

__version__ = "0.1.0"

_HOMES = {
    "CheckReport": "propsych.data",
    "CriteriaSet": "propsych.criteria",
    "CsvFormat": "propsych.data",
    "Item": "propsych.questionnaire",
    "Judgement": "propsych.criteria",
    "PilotStudy": "propsych.study",
    "Questionnaire": "propsych.questionnaire",
    "Responses": "propsych.data",
    "Scale": "propsych.questionnaire",
    "StudyResults": "propsych.study",
    "agreement": "propsych.properties.reliability",
    "bland_altman": "propsych.properties.measurement_error",
    "cfa": "propsych.properties.structure",
    "check_responses": "propsych.data",
    "cohen_kappa": "propsych.properties.reliability",
    "composite_reliability": "propsych.properties.internal_consistency",
    "congeneric_fit": "propsych.properties.structure",
    "cronbach_alpha": "propsych.properties.internal_consistency",
    "efa": "propsych.properties.structure",
    "floor_ceiling": "propsych.properties.floor_ceiling",
    "greatest_lower_bound": "propsych.properties.internal_consistency",
    "guttman": "propsych.properties.internal_consistency",
    "icc": "propsych.properties.reliability",
    "item_statistics": "propsych.properties.items",
    "judge": "propsych.criteria",
    "kendall_w": "propsych.properties.reliability",
    "krippendorff_alpha": "propsych.properties.reliability",
    "make_pilot": "propsych.datasets",
    "mardia": "propsych.properties.structure",
    "measurement_error": "propsych.properties.measurement_error",
    "measurement_invariance": "propsych.properties.structure",
    "mixed_correlations": "propsych.properties.structure",
    "number_of_factors": "propsych.properties.structure",
    "omega": "propsych.properties.internal_consistency",
    "omega_categorical": "propsych.properties.internal_consistency",
    "omega_schmid_leiman": "propsych.properties.internal_consistency",
    "omega_unidimensional": "propsych.properties.internal_consistency",
    "ordinal_alpha": "propsych.properties.internal_consistency",
    "parallel_analysis": "propsych.properties.structure",
    "polychoric": "propsych.properties.structure",
    "read_responses": "propsych.data",
    "reliable_change": "propsych.properties.measurement_error",
    "score": "propsych.scoring",
    "split_half": "propsych.properties.internal_consistency",
    "test_retest": "propsych.properties.reliability",
    "weighted_kappa": "propsych.properties.reliability",
    "write_report": "propsych.report",
}

__all__ = [
    "CheckReport",
    "CriteriaSet",
    "CsvFormat",
    "Item",
    "Judgement",
    "PilotStudy",
    "Questionnaire",
    "Responses",
    "Scale",
    "StudyResults",
    "__version__",
    "agreement",
    "bland_altman",
    "cfa",
    "check_responses",
    "cohen_kappa",
    "composite_reliability",
    "congeneric_fit",
    "cronbach_alpha",
    "efa",
    "floor_ceiling",
    "greatest_lower_bound",
    "guttman",
    "icc",
    "item_statistics",
    "judge",
    "kendall_w",
    "krippendorff_alpha",
    "make_pilot",
    "mardia",
    "measurement_error",
    "measurement_invariance",
    "mixed_correlations",
    "number_of_factors",
    "omega",
    "omega_categorical",
    "omega_schmid_leiman",
    "omega_unidimensional",
    "ordinal_alpha",
    "parallel_analysis",
    "polychoric",
    "read_responses",
    "reliable_change",
    "score",
    "split_half",
    "test_retest",
    "weighted_kappa",
    "write_report",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'propsych' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

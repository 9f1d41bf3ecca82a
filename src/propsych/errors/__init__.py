"""One error root, one warning root, the builder of every message, and declared files that fail clearly."""

from propsych.errors.classes import (
    AnalysisError,
    CategoriesObservedWarning,
    DataError,
    EstimationWarning,
    PropsychError,
    PropsychWarning,
    QuestionnaireError,
    StudyError,
    message,
)
from propsych.errors.files import read_toml, validation_lines

__all__ = [
    "AnalysisError",
    "CategoriesObservedWarning",
    "DataError",
    "EstimationWarning",
    "PropsychError",
    "PropsychWarning",
    "QuestionnaireError",
    "StudyError",
    "message",
    "read_toml",
    "validation_lines",
]

"""Reading answers, binding them to the questionnaire, the one gate of checks."""

from propsych.data.item_data import ItemData
from propsych.data.problem import PROBLEM_KINDS, CheckReport, Problem
from propsych.data.responses import PERSON_COLUMNS, Responses

__all__ = ["PERSON_COLUMNS", "PROBLEM_KINDS", "CheckReport", "ItemData", "Problem", "Responses"]

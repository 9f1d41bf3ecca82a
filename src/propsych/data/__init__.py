"""Reading answers, binding them to the questionnaire, the one gate of checks."""

from propsych.data.csv_format import CsvFormat
from propsych.data.frames import as_item_data
from propsych.data.item_data import ItemData
from propsych.data.problem import PROBLEM_KINDS, CheckReport, Problem
from propsych.data.reader import check_responses, read_responses
from propsych.data.responses import PERSON_COLUMNS, Responses

__all__ = [
    "PERSON_COLUMNS",
    "PROBLEM_KINDS",
    "CheckReport",
    "CsvFormat",
    "ItemData",
    "Problem",
    "Responses",
    "as_item_data",
    "check_responses",
    "read_responses",
]

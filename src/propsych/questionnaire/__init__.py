"""The declared questionnaire: items, scales, categories, kinds of missing, rules."""

from propsych.questionnaire.missing import DECLARABLE_KINDS, NOT_ASKED_KINDS, MissingKind
from propsych.questionnaire.model import (
    Category,
    Condition,
    Item,
    Questionnaire,
    ResponseSet,
    Scale,
    Text,
    Topic,
)
from propsych.questionnaire.rule import ColourRule, MissingRule, Rule, ScoreRule
from propsych.questionnaire.toml_file import dumps, from_dict, to_dict

__all__ = [
    "DECLARABLE_KINDS",
    "NOT_ASKED_KINDS",
    "Category",
    "ColourRule",
    "Condition",
    "Item",
    "MissingKind",
    "MissingRule",
    "Questionnaire",
    "ResponseSet",
    "Rule",
    "Scale",
    "ScoreRule",
    "Text",
    "Topic",
    "dumps",
    "from_dict",
    "to_dict",
]

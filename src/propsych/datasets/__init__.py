"""Seeded synthetic pilots with planted problems, and the example questionnaire that they answer."""

from propsych.datasets.example import write_example, write_pilot
from propsych.datasets.model import PlantedProblem, SyntheticPilot
from propsych.datasets.pilot import example_questionnaire, make_pilot

__all__ = [
    "PlantedProblem",
    "SyntheticPilot",
    "example_questionnaire",
    "make_pilot",
    "write_example",
    "write_pilot",
]

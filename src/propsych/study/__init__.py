"""The pilot study: its file, its analysis, its results."""

from propsych.data import PROBLEM_KINDS, Problem
from propsych.study.opinion import DEFECTS, SecondOpinion
from propsych.study.pilot import PilotStudy
from propsych.study.results import SUPPRESSED, Site, StudyInfo, StudyResults

__all__ = [
    "DEFECTS",
    "PROBLEM_KINDS",
    "SUPPRESSED",
    "PilotStudy",
    "Problem",
    "SecondOpinion",
    "Site",
    "StudyInfo",
    "StudyResults",
]

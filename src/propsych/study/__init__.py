"""The pilot study: its file, its analysis, its results."""

from propsych.data import PROBLEM_KINDS, Problem
from propsych.study.pilot import PilotStudy
from propsych.study.results import SUPPRESSED, Site, StudyInfo, StudyResults

__all__ = ["PROBLEM_KINDS", "SUPPRESSED", "PilotStudy", "Problem", "Site", "StudyInfo", "StudyResults"]

"""The pilot study: its file, its analysis, its results."""

from propsych.study.pilot import PilotStudy
from propsych.study.results import SUPPRESSED, Site, StudyInfo, StudyResults

__all__ = ["SUPPRESSED", "PilotStudy", "Site", "StudyInfo", "StudyResults"]

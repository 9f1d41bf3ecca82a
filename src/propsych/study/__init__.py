"""The pilot study: its file, its analysis, its results."""

from propsych.study.results import SUPPRESSED, Site, StudyInfo, StudyResults

__all__ = ["SUPPRESSED", "Site", "StudyInfo", "StudyResults"]

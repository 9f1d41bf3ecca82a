"""The steps of an analysis, in the order of the report. Each turns answers into records."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from propsych.data import Responses
from propsych.result import Record
from propsych.scoring import item_colours, score

__all__ = ["MIN_CLUSTERS", "STEPS"]

Step = Callable[[Responses, float], Iterator[Record]]

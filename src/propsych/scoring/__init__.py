"""Responses -> scores and colours, under the declared rules."""

from propsych.scoring.colours import Colours, item_colours
from propsych.scoring.scores import Scores, score

__all__ = ["Colours", "Scores", "item_colours", "score"]

"""Items: the pilot table of an item, its place in its scale, pairs, and plain descriptives of columns."""

from propsych.properties.items.correlations import ItemCorrelations, item_correlations
from propsych.properties.items.descriptives import (
    Descriptives,
    ResponseFrequencies,
    describe,
    response_frequencies,
)
from propsych.properties.items.discrimination import ItemDiscrimination, item_discrimination
from propsych.properties.items.pairs import ItemPairs, item_pairs
from propsych.properties.items.result import GroupedItemStatistics, ItemStatistics
from propsych.properties.items.statistics import grouped_item_statistics, item_statistics

__all__ = [
    "Descriptives",
    "GroupedItemStatistics",
    "ItemCorrelations",
    "ItemDiscrimination",
    "ItemPairs",
    "ItemStatistics",
    "ResponseFrequencies",
    "describe",
    "grouped_item_statistics",
    "item_correlations",
    "item_discrimination",
    "item_pairs",
    "item_statistics",
    "response_frequencies",
]

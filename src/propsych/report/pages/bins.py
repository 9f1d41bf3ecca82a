"""The intervals of a histogram of scores, in words that leave no score between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from propsych.questionnaire import Scale
from propsych.report.context import Context
from propsych.report.wording import score_range

__all__ = ["bin_words", "range_words"]

_FINE = 10.0  # a range up to this long needs two decimals
_SAME = 1e-9


def range_words(ctx: Context, scale: Scale) -> tuple[str, str]:
    """Return the lowest and highest possible score."""
    low, high = score_range(ctx, scale)
    digits = 0 if low.is_integer() and high.is_integer() else 1
    return ctx.language.number(low, digits), ctx.language.number(high, digits)


def bin_words(ctx: Context, scale: Scale) -> dict[str, str]:
    """Return the words for each bin of a scale's scores, by the name of its statistic.

    Sums of whole numbers are told by their ends ("5 to 9"). Other scores may lie anywhere when answers are
    lacking, so one interval ends where the next begins, halfway between their possible scores.
    """
    bins = ctx.results.bins(scale.id)
    names = [record.statistic for _, _, record in bins]
    tr, number = ctx.language.gettext, ctx.language.number
    if _whole(scale) and all(low.is_integer() and high.is_integer() for low, high, _ in bins):
        ends = [(number(low), number(high)) for low, high, _ in bins]
        words = [a if a == b else tr("{low} to {high}", low=a, high=b) for a, b in ends]
        return dict(zip(names, words, strict=True))
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(bins)]
    lowest, highest = range_words(ctx, scale)
    digits = _digits(ctx, scale, middles)
    limits = [lowest, *(number(middle, digits) for middle in middles), highest]
    words = [tr("{low} to below {high}", low=a, high=b) for a, b in pairwise(limits)]
    words[-1:] = [tr("{low} up to and including {high}", low=limits[-2], high=limits[-1])] if bins else []
    return dict(zip(names, words, strict=True))


def _whole(scale: Scale) -> bool:
    complete = scale.rule.missing.required(len(scale.items)) == len(scale.items)
    return scale.rule.kind == "sum" and (complete or not scale.rule.prorate)


def _digits(ctx: Context, scale: Scale, middles: Sequence[float]) -> int:
    """Return the decimals that show the limits as they are, or at least apart."""
    low, high = score_range(ctx, scale)
    enough = 2 if high - low <= _FINE else 1
    for digits in range(enough):
        if all(abs(middle - round(middle, digits)) < _SAME for middle in middles):
            return digits
    everything = [low, *middles, high]
    while enough < 6 and len({round(limit, enough) for limit in everything}) < len(everything):
        enough += 1
    return enough

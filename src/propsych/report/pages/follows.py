"""How a question goes with the rest of its scale, in one sentence."""

from __future__ import annotations

from propsych.questionnaire import Item
from propsych.report.context import Context

__all__ = ["follows_sentence"]

_MOSTLY = 0.40  # the whole interval; below it, "to some degree"


def follows_sentence(ctx: Context, item: Item) -> str:
    """Return how the answers go with the rest of the scale, if that is certain enough to say.

    Nothing is said where the criterion is not met with certainty, or where a site departs from the pattern.
    """
    record = ctx.results.get("items", item.key, "item_rest")
    interval = ctx.between(record)
    if record is None or record.estimate.value is None or not interval:
        return ""
    judged = ctx.judged(item.key)
    met = any(j.record == record.id and j.state == "no" for j in judged)
    departs = any(j.state == "yes" and j.record.endswith("/item_rest_difference") for j in judged)
    if not met or departs:
        return ""
    strong = record.estimate.lower is not None and record.estimate.lower >= _MOSTLY
    tr = ctx.language.gettext
    return tr(
        "{who} ({value}; {interval}; 0 is none, {one} is full).",
        who=_turned(ctx, item, how=tr("mostly") if strong else tr("to some degree")),
        value=ctx.shown(record),
        interval=interval,
        one=ctx.language.number(1),
    )


def _turned(ctx: Context, item: Item, *, how: str) -> str:
    """Return the sentence's body: who answers high answers high, or low, in the rest as it was asked."""
    tr = ctx.language.gettext
    scale = ctx.scale_of(item)
    names = [name for name in scale.items if name != item.id] if scale is not None else []
    others = {ctx.results.questionnaire.item(name).reverse for name in names}
    if others == {not item.reverse}:
        return tr(
            "Those who answer high here {how} answer low in the rest of the scale, as it is turned", how=how
        )
    if others == {item.reverse}:
        return tr("Those who answer high here {how} answer high in the rest of the scale too", how=how)
    return tr("Those who score high here {how} score high in the rest of the scale too", how=how)

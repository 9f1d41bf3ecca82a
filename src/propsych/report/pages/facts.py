"""What a judged number means, in plain sentences; one function for each kind of number."""

from __future__ import annotations

from collections.abc import Callable

from propsych.criteria import Judgement
from propsych.questionnaire import Item
from propsych.report.context import Context, is_share
from propsych.report.model import Words
from propsych.report.wording import highest_category, item_direction, lowest_category
from propsych.result import Record
from propsych.study import SUPPRESSED

__all__ = ["fact", "judged_record", "value_words"]

Fact = Callable[[Context, Judgement, Record | None], list[Words]]


def judged_record(ctx: Context, judgement: Judgement) -> Record | None:
    """Return the number that was judged."""
    return ctx.results.records.get(judgement.record)


def fact(ctx: Context, judgement: Judgement) -> list[Words]:
    """Return the sentences about a judged number; without the number itself where it is withheld."""
    criterion = ctx.results.criteria[judgement.criterion]
    record = judged_record(ctx, judgement)
    statistic = record.statistic if record is not None else criterion.statistics[0]
    return _FACTS.get(statistic.removesuffix("_clustered"), _any_number)(ctx, judgement, record)


def value_words(ctx: Context, record: Record | None) -> str:
    """Return value and interval ("44 %, between 39 and 49 %"), or nothing where withheld."""
    if record is None or record.estimate.method == SUPPRESSED or record.estimate.value is None:
        return ""
    value = record.estimate.value
    text = ctx.language.percent(value) if is_share(record.statistic) else ctx.shown(record)
    interval = ctx.between(record)
    return f"{text}, {interval}" if interval else text


def _any_number(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    value = ctx.shown(record)
    withheld = record is None or record.estimate.value is None
    return [] if withheld else [(ctx.language.gettext("The number is {value}.", value=value),)]


def _skipped(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    sentence = skipped_sentence(ctx, judgement.target)
    return [(sentence,)] if sentence else []


def skipped_sentence(ctx: Context, key: str) -> str:
    """Return "29 of 418 skipped the question (7 %).", or nothing where a number is withheld."""
    skipped = ctx.count("items", key, "missing:skipped")
    asked = ctx.count("items", key, "n_asked")
    if skipped is None or not asked:
        return ""
    return ctx.language.ngettext(
        "{n} of {asked} skipped the question ({percent}).",
        "{n} of {asked} skipped the question ({percent}).",
        skipped,
        asked=ctx.language.number(asked),
        percent=ctx.of(skipped, asked),
    )


def _lowest(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    return _end_of_item(ctx, judgement, highest=False)


def _highest(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    return _end_of_item(ctx, judgement, highest=True)


def _end_of_item(ctx: Context, judgement: Judgement, *, highest: bool) -> list[Words]:
    item = ctx.results.questionnaire.item(judgement.target)
    category = item.categories[highest_category(item) if highest else lowest_category(item)]
    sentences = [chosen_sentence(ctx, item, category.code)]
    direction = item_direction(item, ctx.scale_of(item))
    if direction is not None:
        worse = highest == (direction == "higher_is_worse")
        if worse:
            sentences.append(ctx.language.gettext("The question cannot show if things get worse for them."))
        else:
            sentences.append(ctx.language.gettext("The question cannot show if things get better for them."))
    return [(sentence,) for sentence in sentences if sentence]


def chosen_sentence(ctx: Context, item: Item, code: int) -> str:
    """Return "171 of 389 chose “Every night” (44 %).", or nothing where a number is withheld."""
    count = ctx.count("items", item.key, f"count:{code}")
    answered = ctx.count("items", item.key, "n_answered")
    if count is None or not answered:
        return ""
    label = next(c.label for c in item.categories if c.code == code).get(ctx.language.code)
    return ctx.language.ngettext(
        "{n} of {answered} chose {label} ({percent}).",
        "{n} of {answered} chose {label} ({percent}).",
        count,
        answered=ctx.language.number(answered),
        label=ctx.language.quote(label),
        percent=ctx.of(count, answered),
    )


def _item_rest(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    item = ctx.results.questionnaire.item(judgement.target)
    scale = ctx.scale_of(item)
    name = ctx.language.quote(scale.name.get(ctx.language.code)) if scale is not None else ""
    first = ctx.language.gettext(
        "The answers hardly follow those to the other questions of the scale {name}.", name=name
    )
    return [(first,), *_link_strength(ctx, record)]


def _link_strength(ctx: Context, record: Record | None) -> list[Words]:
    if record is None or record.estimate.value is None:
        return []
    text = ctx.language.gettext(
        "The link is {value}, where 0 is none and {one} is complete.",
        value=ctx.shown(record),
        one=ctx.language.number(1),
    )
    return [(text,)]


def _correlation(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    names = [key.rpartition("@")[0] for key in judgement.target.split("~")]
    links = [ctx.item_link(name) for name in names]
    text = ctx.language.gettext("These two questions are answered almost alike: ")
    return [(text, links[0], ctx.and_between, links[1], "."), *_link_strength(ctx, record)]


def _unused(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    item = ctx.results.questionnaire.item(judgement.target)
    labels = [
        ctx.language.quote(category.label.get(ctx.language.code))
        for category in item.categories
        if ctx.count("items", item.key, f"count:{category.code}") == 0
    ]
    if not labels:
        return []
    text = ctx.language.ngettext(
        "No one chose {labels}.", "No one chose {labels}.", len(labels), labels=ctx.language.join(labels)
    )
    return [(text,)]


def _mean_difference(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    tr = ctx.language.gettext
    if judgement.group == "all":
        return _version_difference(ctx, record)
    site = ctx.site_name(judgement.group.partition("=")[2])
    if record is None or record.estimate.value is None:
        return [(tr("The answers at {site} lie on another level than at the other sites.", site=site),)]
    value = record.estimate.value
    size = ctx.language.number(abs(value), 1)
    higher = tr("The answers at {site} lie higher than at the other sites.", site=site)
    lower = tr("The answers at {site} lie lower than at the other sites.", site=site)
    how_much = tr("The gap is {size} times the usual spread between persons.", size=size)
    why = tr("This may be because other persons come there.")
    return [(higher if value > 0 else lower,), (how_much,), (why,)]


def _version_difference(ctx: Context, record: Record | None) -> list[Words]:
    if record is None or record.estimate.value is None:
        return []
    size = ctx.shown(record, 1)
    return [
        (
            ctx.language.gettext(
                "From the old wording to the new, the level moved {size} times the usual spread.", size=size
            ),
        )
    ]


def _item_rest_difference(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    tr = ctx.language.gettext
    site = ctx.site_name(judgement.group.partition("=")[2])
    first = tr(
        "At {site} the answers fit the rest of the scale in another way than at the other sites.", site=site
    )
    return [(first,), (tr("The answers may have been stored the other way round there."),)]


def _versions(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    tr = ctx.language.gettext
    return [
        (tr("The question had more than one wording during the pilot."),),
        (tr("The numbers for each wording are kept apart."),),
    ]


def _end_of_scale(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    if record is None or record.estimate.value is None or record.sample is None:
        return []
    share, n = (
        ctx.language.capital(ctx.language.percent(record.estimate.value)),
        ctx.language.number(record.sample.n_used),
    )
    if record.statistic.startswith("ceiling"):
        return [(ctx.language.gettext("{share} of {n} have the highest possible score.", share=share, n=n),)]
    return [(ctx.language.gettext("{share} of {n} have the lowest possible score.", share=share, n=n),)]


_FACTS: dict[str, Fact] = {
    "skipped": _skipped,
    "lowest": _lowest,
    "highest": _highest,
    "item_rest": _item_rest,
    "correlation": _correlation,
    "n_unused": _unused,
    "mean_difference": _mean_difference,
    "item_rest_difference": _item_rest_difference,
    "n_versions": _versions,
    "floor": _end_of_scale,
    "ceiling": _end_of_scale,
}

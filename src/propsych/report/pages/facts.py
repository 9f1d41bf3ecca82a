"""What a judged number means, in plain sentences; one function for each kind of number."""

from __future__ import annotations

from collections.abc import Callable

from propsych.criteria import Judgement
from propsych.questionnaire import Item
from propsych.report.context import Context
from propsych.report.model import Words
from propsych.report.wording import highest_category, item_direction, lowest_category
from propsych.result import Record

__all__ = ["chosen_sentence", "fact", "judged_record", "most_chosen_sentence", "skipped_sentence"]

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
    return ctx.language.ngettext(
        "{n} of {answered} chose {label} ({percent}).",
        "{n} of {answered} chose {label} ({percent}).",
        count,
        answered=ctx.language.number(answered),
        label=_label(ctx, item, code),
        percent=ctx.of(count, answered),
    )


def _label(ctx: Context, item: Item, code: int) -> str:
    named = next(c.label for c in item.categories if c.code == code)
    return ctx.language.quote(named.get(ctx.language.code))


def most_chosen_sentence(ctx: Context, item: Item) -> str:
    """Return "Most often chosen: “3”, 35 of 272 (13%).", or nothing where a withheld count may be larger."""
    counts = {c.code: ctx.count("items", item.key, f"count:{c.code}") for c in item.categories}
    known = {code: count for code, count in counts.items() if count}
    answered = ctx.count("items", item.key, "n_answered")
    if not known or not answered:
        return ""
    code = max(known, key=lambda code: known[code])
    if None in counts.values() and answered - sum(known.values()) >= known[code]:
        return ""
    return ctx.language.ngettext(
        "Most often chosen: {label}, {n} of {answered} ({percent}).",
        "Most often chosen: {label}, {n} of {answered} ({percent}).",
        known[code],
        answered=ctx.language.number(answered),
        label=_label(ctx, item, code),
        percent=ctx.of(known[code], answered),
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
    tr, either = ctx.language.gettext, ctx.language.either(labels)
    answered = ctx.count("items", item.key, "n_answered")
    interval = ctx.between(ctx.results.get("items", item.key, "smallest_share"))
    if not interval or not answered:
        return [(tr("No one chose {labels}.", labels=either),)]
    n = ctx.language.number(answered)
    return [(tr("None of {n} chose {labels} ({interval}).", n=n, labels=either, interval=interval),)]


def _mean_difference(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    tr = ctx.language.gettext
    if judgement.group == "all":
        return _version_difference(ctx, record)
    site = ctx.site_name(judgement.group.partition("=")[2])
    if record is None or record.estimate.value is None:
        return [(tr("The answers at {site} lie on another level than at the other sites.", site=site),)]
    value = record.estimate.value
    size = ctx.language.number(abs(value), 2)
    higher = tr("The answers at {site} lie higher than at the other sites.", site=site)
    lower = tr("The answers at {site} lie lower than at the other sites.", site=site)
    how_much = tr("The gap is {size} times the usual spread between persons.", size=size)
    why = tr("This may be because other persons come there.")
    return [(higher if value > 0 else lower,), (how_much,), (why,)]


def _version_difference(ctx: Context, record: Record | None) -> list[Words]:
    if record is None or record.estimate.value is None:
        return []
    size = ctx.shown(record)
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
    first = tr("At {site} the answers do not fit the rest of the scale as they do elsewhere.", site=site)
    return [(first,), (tr("They may have been recorded in reverse."),)]


def _versions(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    tr = ctx.language.gettext
    start = tr("The question had more than one wording during the pilot.")
    return [(start,), *_before_and_after(ctx, judgement.target.rpartition("@")[0])]


def _before_and_after(ctx: Context, item_id: str) -> list[Words]:
    """Return how many chose the highest category under the last two wordings."""
    versions = ctx.results.questionnaire.versions(item_id)[-2:]
    if len(versions) < 2 or any(item.type != "choice" for item in versions):
        return [(ctx.language.gettext("The numbers for each wording are kept apart."),)]
    tops = [item.categories[highest_category(item)].code for item in versions]
    labels = [_label(ctx, item, code) for item, code in zip(versions, tops, strict=True)]
    if labels[0] != labels[1]:
        return [(ctx.language.gettext("The numbers for each wording are kept apart."),)]
    shares = []
    for item, code in zip(versions, tops, strict=True):
        count = ctx.count("items", item.key, f"count:{code}")
        answered = ctx.count("items", item.key, "n_answered")
        if count is None or not answered:
            return [(ctx.not_shown(),)] if ctx.publishable else []
        number, of = ctx.language.number(count), ctx.language.number(answered)
        shares.append(
            ctx.language.gettext(
                "{n} of {answered} ({percent})", n=number, answered=of, percent=ctx.of(count, answered)
            )
        )
    text = ctx.language.gettext(
        "{label} was chosen by {before} before and {after} after. They were different {respondents}.",
        label=labels[1],
        before=shares[0],
        after=shares[1],
        respondents=ctx.respondents(),
    )
    return [(text,)]


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


def _icc(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    if record is None or record.estimate.value is None:
        return []
    text = ctx.language.gettext(
        "The number is {value}, where {one} is the same score both times and 0 is no link at all.",
        value=ctx.shown(record),
        one=ctx.language.number(1),
    )
    return [(text,)]


def _one_factor(ctx: Context, judgement: Judgement, record: Record | None) -> list[Words]:
    tr = ctx.language.gettext
    first = tr("Some questions go together more closely than one common thing explains.")
    if record is None or record.estimate.value is None:
        return [(first,)]
    more = tr("The number is {value}, where 0 is complete agreement.", value=ctx.shown(record))
    return [(first,), (more,)]


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
    "icc_agreement": _icc,
    "one_factor_residual": _one_factor,
}

"""Declarations in words: kinds of missing, directions, rules, groups."""

from __future__ import annotations

from propsych.questionnaire import Item, MissingKind, Scale
from propsych.report.context import Context

__all__ = [
    "direction_words",
    "group_words",
    "highest_category",
    "item_direction",
    "lowest_category",
    "missing_label",
    "missing_rule_words",
    "score_range",
    "score_rule_words",
    "short_source",
]


def missing_label(ctx: Context, kind: MissingKind) -> str:
    """Return what a kind of missing answer is called."""
    tr = ctx.language.gettext
    return {
        MissingKind.SKIPPED: tr("Skipped the question"),
        MissingKind.NOT_ASKED: tr("Not asked because of an earlier answer"),
        MissingKind.NOT_RELEVANT: tr("Answered “not relevant”"),
        MissingKind.DONT_KNOW: tr("Answered “don't know”"),
        MissingKind.PREFER_NOT: tr("Answered “prefer not to answer”"),
        MissingKind.UNKNOWN_IF_ASKED: tr("Unknown whether the question was shown"),
        MissingKind.OTHER_VERSION: tr("Was given another wording"),
        MissingKind.INVALID: tr("The answer could not be read"),
    }[kind]


def highest_category(item: Item) -> int:
    """Return the position of the category with the highest item score."""
    return item.scores.index(max(item.scores))


def lowest_category(item: Item) -> int:
    """Return the position of the category with the lowest item score."""
    return item.scores.index(min(item.scores))


def item_direction(item: Item, scale: Scale | None) -> str | None:
    """Return whether a higher *item score* is better or worse, or None if nothing is declared.

    A scale whose rule flips the score turns the direction of its items round.
    """
    if scale is None:
        return item.direction
    if not scale.rule.flip:
        return scale.direction
    return "higher_is_better" if scale.direction == "higher_is_worse" else "higher_is_worse"


def direction_words(ctx: Context, direction: str) -> str:
    """Return "higher = worse" or "higher = better"."""
    tr = ctx.language.gettext
    return tr("higher = worse") if direction == "higher_is_worse" else tr("higher = better")


def score_rule_words(ctx: Context, scale: Scale) -> str:
    """Return in one sentence how the answers become a score."""
    tr = ctx.language.gettext
    rule = scale.rule
    if rule.kind == "percent":
        if rule.flip:
            return tr(
                "The score is the mean of the answers, turned round and moved to a scale from 0 to 100."
            )
        return tr("The score is the mean of the answers, moved to a scale from 0 to 100.")
    if rule.kind == "mean":
        return tr("The score is the mean of the answers.")
    if rule.prorate:
        return tr("The score is the sum of the answers. Lacking answers are set to the person's own mean.")
    return tr("The score is the sum of the answers.")


def missing_rule_words(ctx: Context, scale: Scale) -> str:
    """Return in one sentence how many answers a score needs."""
    n = len(scale.items)
    needed = scale.rule.missing.required(n)
    if needed == n:
        return ctx.language.gettext("Only those who answered every question get a score.")
    return ctx.language.gettext(
        "Those who answered at least {needed} of the {n} questions get a score.",
        needed=ctx.language.number(needed),
        n=ctx.language.number(n),
    )


def score_range(ctx: Context, scale: Scale) -> tuple[float, float]:
    """Return the lowest and highest possible score that the declarations allow."""
    if scale.rule.kind == "percent":
        return 0.0, 100.0
    items = [ctx.results.questionnaire.item(name) for name in scale.items]
    low, high = sum(min(item.codes) for item in items), sum(max(item.codes) for item in items)
    divisor = len(items) if scale.rule.kind == "mean" else 1
    return low / divisor, high / divisor


def group_words(ctx: Context, group: str) -> str:
    """Return what a group is called: a site's name, a sector's, a month, or everyone."""
    tr = ctx.language.gettext
    by, _, value = group.partition("=")
    if by == "all":
        return tr("Everyone")
    if by == "site":
        return ctx.site_name(value)
    if by == "sector":
        return ctx.results.info.sectors.get(value, value)
    if by == "month":
        return ctx.language.month(value)
    if by == "sex":
        known = {
            "female": tr("Women"),
            "woman": tr("Women"),
            "kvinde": tr("Women"),
            "k": tr("Women"),
            "f": tr("Women"),
        }
        known |= {"male": tr("Men"), "man": tr("Men"), "mand": tr("Men"), "m": tr("Men")}
        return known.get(value.lower(), value)
    if by == "age":
        return _age(ctx, value)
    return value


def _age(ctx: Context, band: str) -> str:
    low, _, high = band.partition("-")
    if not low:
        return ctx.language.gettext("up to {age} years", age=high)
    if not high:
        return ctx.language.gettext("{age} years and over", age=low)
    return ctx.language.gettext("{low}–{high} years", low=low, high=high)


def short_source(source: str) -> str:
    """Return the first words of a source, enough to find it in the appendix.

    Examples
    --------
    >>> short_source("Terwee et al. (2007), doi:10.1016/j: at most 15 %")
    'Terwee et al. (2007)'
    >>> short_source("PMC5028167, table 1 (over 10 % flagged); PMC5141593")
    'PMC5028167, table 1'
    """
    text = source
    for mark in ("; ", ", doi", ": "):
        text = text.split(mark)[0]
    head, bracket, rest = text.partition(" (")
    return f"{head} ({rest.partition(')')[0]})" if bracket and rest[:4].isdigit() else head

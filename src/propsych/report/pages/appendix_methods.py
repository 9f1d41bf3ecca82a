"""The appendix's page on methods."""

from __future__ import annotations

from propsych.report.context import Context
from propsych.report.model import BulletList, Node, Page, Table, Words, cells
from propsych.report.pages.labels import method_label, property_label, sample_rule_label, statistic_label

__all__ = ["appendix_page", "methods_page"]


def appendix_page(ctx: Context, name: str, title: str, body: list[Node]) -> Page:
    """Return a page of the appendix."""
    eyebrow = (ctx.language.gettext("Technical appendix"), "")
    return Page(f"appendix-{name}", title, "appendix", tuple(body), eyebrow, toc=title)


def methods_page(ctx: Context) -> Page:
    """Return the methods in words, and the method of every kind of number."""
    tr = ctx.language.gettext
    level = ctx.language.percent(ctx.results.info.level)
    sentences = (
        tr(
            "Shares of single groups have Wilson's score interval. All intervals are at the level of "
            "{level}.",
            level=level,
        ),
        _clustering(ctx),
        tr(
            "A criterion says yes or no only if the whole interval lies on one side of its limit; "
            "otherwise “cannot tell”."
        ),
        tr(
            "Lowest and highest are the declared categories with the lowest and highest item score, "
            "after reversal."
        ),
        tr(
            "Item-rest correlation: Pearson's correlation of an item with the sum of the other items "
            "of its scale."
        ),
        tr(
            "Cronbach's alpha and the omegas: each person is left out in turn (jackknife), on the scale of "
            "log(1 - x), which presumes no distribution. Feldt's interval assumes normal data and is too "
            "narrow for skewed items."
        ),
        tr(
            "Retest: the intraclass correlation for agreement, ICC(2,1), of those who count as unchanged. "
            "Its interval and that of the standard error of measurement leave each person out in turn."
        ),
        tr(
            "Smallest detectable change: the change of one person that measurement error alone exceeds with "
            "a probability of one minus the level."
        ),
        tr(
            "Alpha by group follows the spread in the group. A low alpha at one site may only mean "
            "that its persons "
            "are alike."
        ),
        tr(
            "Alpha does not show that a scale measures one thing. Whether it does is judged by what one "
            "factor leaves of the correlations: the root mean square of the rest, corrected for sampling."
        ),
        tr(
            "Differences between sites: one site minus all others, in pooled within-site standard "
            "deviations, with "
            "Bonferroni's simultaneous intervals."
        ),
        tr("Versions that were not declared equivalent are not pooled."),
        tr("Each number names its own method and missing rule in the tables that follow."),
    )
    lines: tuple[Words, ...] = tuple((sentence,) for sentence in sentences)
    body: list[Node] = [BulletList(lines), *_method_table(ctx)]
    return appendix_page(ctx, "methods", tr("Methods"), body)


def _clustering(ctx: Context) -> str:
    if ctx.results.info.clustered:
        return ctx.language.gettext(
            "Pooled shares marked “sites respected” have cluster-robust intervals, with t on sites minus one "
            "degrees of freedom."
        )
    return ctx.language.gettext(
        "There are too few sites for intervals that respect them, so every interval holds for these "
        "sites only."
    )


def _method_table(ctx: Context) -> list[Table]:
    """Return one row for each kind of number and method, with the missing rules that it occurs with."""
    seen: dict[tuple[str, str, str], set[str]] = {}
    for record in ctx.results.records.values():
        method = method_label(ctx, record.estimate.method)
        if record.sample is not None and record.estimate.value is not None:
            key = (record.property, record.statistic.partition(":")[0], method)
            seen.setdefault(key, set()).add(sample_rule_label(ctx, record.sample.rule))
    tr = ctx.language.gettext
    rows = tuple(
        cells(
            property_label(ctx, name),
            statistic_label(ctx, family),
            method,
            "; ".join(sorted(seen[name, family, method])),
        )
        for name, family, method in sorted(seen)
    )
    if not rows:
        return []
    header = cells(tr("Property"), tr("Statistic"), tr("Method"), tr("Missing rule"))
    return [Table(tr("How each kind of number was made"), header, rows, text_columns=(1, 2, 3), role="dense")]

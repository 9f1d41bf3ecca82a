"""The appendix's page on second opinions: numbers computed once more by other packages."""

from __future__ import annotations

from propsych.report.context import Context
from propsych.report.i18n import N_
from propsych.report.model import (
    BulletList,
    Callout,
    Heading,
    Node,
    Page,
    Paragraph,
    Row,
    Table,
    Words,
    cells,
)
from propsych.report.pages.appendix_methods import appendix_page
from propsych.study import DEFECTS, SecondOpinion

__all__ = ["differing_callout", "opinions_page"]

_KINDS = {
    "alpha": N_("Cronbach's alpha, complete rows"),
    "feldt": N_("Feldt's interval of alpha, complete rows (the package rounds to three digits)"),
    "icc": N_("Intraclass correlation for agreement"),
    "kmo": N_("Kaiser-Meyer-Olkin measure"),
    "bartlett": N_("Bartlett's test of sphericity"),
    "rotation": N_("Criterion of the oblimin rotation of the same loadings"),
    "weighted_kappa": N_("Weighted kappa, quadratic weights"),
    "wilson": N_("Wilson's interval of a share"),
}
_STATES = {
    "agrees": N_("agrees"),
    "differs": N_("differs"),
    "not_compared": N_("not compared"),
}
KNOWN_DEFECTS = (
    N_(
        "cronbach_alpha(nan_policy='listwise') counts persons before it drops those with a missing answer, so"
        " its interval is too narrow: complete rows are given to it."
    ),
    N_(
        "Factor correlations are not put in the order of the loadings after a rotation, and every fit fails"
        " with scikit-learn 1.8 and later: only the rotation criterion of the same loadings is compared."
    ),
    N_("Its promax is a varimax rotation: it is not used."),
)
"""What the study says of the packages, marked for the catalogue."""


def opinions_page(ctx: Context) -> Page:
    """Return every comparison, and what is known to be wrong with the other packages."""
    tr = ctx.language.gettext
    body: list[Node] = [
        Paragraph(
            (
                tr(
                    "Some numbers were computed once more with other packages. Each row names the number of "
                    "its kind that differs most; what is below rounding is written as 0."
                ),
            )
        )
    ]
    opinions = ctx.results.second_opinions
    if not opinions:
        body = [Paragraph((tr("No number of this report was computed once more."),))]
    else:
        body += differing_callout(ctx)
        header = cells(
            tr("Kind of number"),
            tr("Package"),
            tr("Version"),
            tr("Compared"),
            "propsych",
            tr("The package"),
            tr("Largest difference"),
            tr("Result"),
        )
        rows = tuple(_row(ctx, opinion) for opinion in opinions)
        body.append(Table(tr("Numbers computed twice"), header, rows, text_columns=(1, 2, 7), role="dense"))
        body.append(Heading(tr("Known faults of these packages")))
        body.append(BulletList(tuple((f"{package}: {tr(fault)}",) for package, fault in DEFECTS)))
    return appendix_page(ctx, "opinions", tr("Second opinion"), body)


def _row(ctx: Context, opinion: SecondOpinion) -> Row:
    number = ctx.language.number
    numbers = [
        number(value, 6) if value is not None else "–"
        for value in (opinion.ours, opinion.theirs, opinion.difference)
    ]
    result = ctx.language.gettext(_STATES[opinion.state])
    if opinion.note:
        result += f" ({opinion.note})"
    return cells(
        _kind(ctx, opinion),
        opinion.package,
        opinion.version or "–",
        number(opinion.n_compared),
        *numbers,
        result,
    )


def _kind(ctx: Context, opinion: SecondOpinion) -> str:
    return ctx.language.gettext(_KINDS[opinion.kind]) if opinion.kind in _KINDS else opinion.kind


def differing_callout(ctx: Context) -> list[Callout]:
    """Return a warning if some number differs beyond rounding."""
    tr = ctx.language.gettext
    differing = [opinion for opinion in ctx.results.second_opinions if opinion.state == "differs"]
    if not differing:
        return []
    lines: list[Words] = [
        (
            tr(
                "{kind}: {package} gives another number, and the difference is larger than rounding.",
                kind=_kind(ctx, opinion),
                package=opinion.package,
            ),
        )
        for opinion in differing
    ]
    title = tr("Warning: some numbers differ when another package computes them")
    basis: Words = (tr("Ask whoever made the report to find out why, before you rely on these numbers."),)
    return [Callout("attention", title, tuple(lines), (basis,))]

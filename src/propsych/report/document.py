"""Study results -> document."""

from __future__ import annotations

from propsych.report.context import Context
from propsych.report.footnotes import with_footnotes
from propsych.report.i18n import Language
from propsych.report.model import Document, Link, Page, TocGroup
from propsych.report.pages.appendix import appendix_pages
from propsych.report.pages.front import front_page
from propsych.report.pages.item import item_page
from propsych.report.pages.participation import participation_page
from propsych.report.pages.retest import retest_pages
from propsych.report.pages.scale import scale_page
from propsych.study import StudyResults

__all__ = ["build_document"]


def build_document(results: StudyResults, language: str) -> Document:
    """Build the report of a study, for whichever audience the results are meant.

    Parameters
    ----------
    results : StudyResults
        Internal, or already suppressed: the document holds what they hold.
    language : str
        ``"da"`` or ``"en"``.

    Returns
    -------
    Document
    """
    ctx = Context(results, Language(language))
    tr = ctx.language.gettext
    opening = [front_page(ctx), participation_page(ctx)]
    items = [item_page(ctx, name) for name in ctx.item_ids]
    scales = [
        page
        for scale in results.questionnaire.scales
        for page in (scale_page(ctx, scale), *retest_pages(ctx, scale))
    ]
    appendix = appendix_pages(ctx)
    groups = [
        (tr("Overview"), opening),
        (tr("Questions"), items),
        (tr("Scales"), scales),
        (tr("Technical appendix"), appendix),
    ]
    audience = tr("For internal use") if results.info.audience == "internal" else tr("May be published")
    pages = (*opening, *items, *scales, *appendix)
    return Document(
        language=language,
        title=ctx.language.pick(results.info.title),
        subtitle=" · ".join([tr("Pilot report"), audience]),
        pages=tuple(with_footnotes(ctx, page) for page in pages),
        contents=tuple(TocGroup(title, _links(pages)) for title, pages in groups if pages),
        footer=_footer(ctx),
        chrome={"skip": tr("Go to the report"), "contents": tr("Contents")},
    )


def _links(pages: list[Page]) -> tuple[Link, ...]:
    return tuple(Link(page.toc, page.id) for page in pages)


def _footer(ctx: Context) -> tuple[str, ...]:
    tr, info, q = ctx.language.gettext, ctx.results.info, ctx.results.questionnaire
    audience = tr("internal") if info.audience == "internal" else tr("publishable")
    fingerprint = info.data_fingerprint[:12] or "–"
    return (
        f"propsych {info.propsych_version}",
        tr("questionnaire {id} {version}", id=q.id, version=q.version),
        tr("data {fingerprint}", fingerprint=fingerprint),
        tr("seed {seed}", seed=str(info.seed)),
        audience,
    )

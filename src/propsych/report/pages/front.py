"""The front page: what was asked, of whom, what stands out, how to read, what cannot be told."""

from __future__ import annotations

from propsych.criteria import Criterion, Judgement
from propsych.questionnaire import Scale
from propsych.report.context import Context, is_share
from propsych.report.model import (
    BulletList,
    Callout,
    Heading,
    Inline,
    KeyNumber,
    KeyNumbers,
    Link,
    Node,
    Page,
    Paragraph,
    Strong,
    Words,
)
from propsych.report.pages.appendix_opinions import differing_callout
from propsych.report.pages.facts import judged_record
from propsych.report.pages.retest import retest_examined
from propsych.report.wording import group_words

__all__ = ["front_page"]


def front_page(ctx: Context) -> Page:
    """Return the front page."""
    tr = ctx.language.gettext
    body: list[Node] = [
        Paragraph(_lead(ctx), "lead"),
        _key_numbers(ctx),
        *_who(ctx),
        *differing_callout(ctx),
        *_stands_out(ctx),
        Heading(tr("How to read this report")),
        BulletList(_how_to_read(ctx)),
        Heading(tr("What this pilot cannot tell")),
        BulletList(_cannot_tell(ctx)),
    ]
    return Page("front", tr("The pilot in short"), "front", tuple(body), toc=tr("The pilot in short"))


def _lead(ctx: Context) -> Words:
    info = ctx.results.info
    title = ctx.results.questionnaire.title.get(ctx.language.code)
    tr = ctx.language.gettext
    words = [tr("The pilot tried out the questionnaire {title}.", title=ctx.language.quote(title))]
    n = ctx.cell("participation", "persons", "n")
    words.append(tr("{n} {respondents} answered it.", n=n, respondents=ctx.respondents()))
    if info.first_date and info.last_date:
        first, last = ctx.language.date(info.first_date), ctx.language.date(info.last_date)
        words.append(tr("The first answer came on {first} and the last on {last}.", first=first, last=last))
    return (" ".join(words),)


def _key_numbers(ctx: Context) -> KeyNumbers:
    n_persons = ctx.count("participation", "persons", "n")
    info, many = ctx.results.info, ctx.language.ngettext
    sectors = [r for r in ctx.select("participation", "persons") if r.group.startswith("sector=")]

    def label(one: str, n: int) -> KeyNumber:
        return KeyNumber(ctx.language.number(n), one)

    numbers = [KeyNumber(ctx.cell("participation", "persons", "n"), ctx.respondents())]
    if n_persons is None:
        numbers = [KeyNumber(ctx.withheld(), ctx.respondents())]
    n_sites, n_items, n_scales = len(info.sites), len(ctx.item_ids), len(ctx.results.questionnaire.scales)
    if n_sites:
        numbers.append(label(many("pilot site", "pilot sites", n_sites), n_sites))
    if sectors:
        numbers.append(label(many("sector", "sectors", len(sectors)), len(sectors)))
    numbers.append(label(many("question", "questions", n_items), n_items))
    if n_scales:
        numbers.append(label(many("scale", "scales", n_scales), n_scales))
    flagged = sum(1 for name in ctx.item_ids if _is_flagged(ctx, name))
    numbers.append(label(many("question to look at", "questions to look at", flagged), flagged))
    scales = [scale for scale in ctx.results.questionnaire.scales if _is_scale_flagged(ctx, scale)]
    if scales:
        numbers.append(label(many("scale to look at", "scales to look at", len(scales)), len(scales)))
    return KeyNumbers(tuple(numbers))


def _is_flagged(ctx: Context, item_id: str) -> bool:
    keys = [item.key for item in ctx.results.questionnaire.versions(item_id)]
    return any(j.state == "yes" for key in keys for j in ctx.judged(key))


def _is_scale_flagged(ctx: Context, scale: Scale) -> bool:
    return any(j.state == "yes" for j in ctx.judged(scale.id))


def _who(ctx: Context) -> list[Node]:
    """Return who answered, by sex and age, where the file says."""
    tr, sentences = ctx.language.gettext, []
    for by, lead in (("sex", tr("Sex")), ("age", tr("Age"))):
        groups = [r for r in ctx.select("participation", "persons") if r.group.startswith(f"{by}=")]
        parts = [
            f"{group_words(ctx, r.group)} ({ctx.shown(r)})"
            for r in sorted(groups, key=lambda r: _age_key(r.group))
        ]
        if parts:
            sentences.append(f"{lead}: {ctx.language.join(parts)}.")
    return [Paragraph((" ".join(sentences),), "meta")] if sentences else []


def _age_key(group: str) -> tuple[int, str]:
    low = group.partition("=")[2].partition("-")[0]
    return (int(low) if low.isdigit() else -1, group)


# -- what stands out -----------------------------------------------------------------------------------------


def _stands_out(ctx: Context) -> list[Node]:
    tr = ctx.language.gettext
    nodes: list[Node] = [Heading(tr("What stands out"))]
    points = [c for c in ctx.results.criteria.criteria if c.role == "point"]
    found = _found(ctx, [c for c in points if c.applies_to != "scale"])
    of_scales = _found(ctx, [c for c in points if c.applies_to == "scale"])
    quiet = sum(1 for name in ctx.item_ids if not _is_flagged(ctx, name))
    total = ctx.language.number(len(ctx.item_ids))
    rest = ctx.language.ngettext(
        "{n} of the {total} questions has no point of attention.",
        "{n} of the {total} questions have no point of attention.",
        quiet,
        total=total,
    )
    reserve = tr("This does not mean that they are without problems: there are things the pilot cannot tell.")
    if not found and not of_scales:
        return [*nodes, Callout("note", rest, ((reserve,),))]
    intro = tr("A point of attention is something to talk about. It does not say that a question must go.")
    nodes.append(Paragraph((intro,)))
    if found:
        nodes.append(BulletList(found))
    if of_scales:
        nodes += [Paragraph((tr("Scales with points of attention:"),)), BulletList(of_scales)]
    return [*nodes, Paragraph((Strong(rest), " " + reserve))]


def _found(ctx: Context, criteria: list[Criterion]) -> tuple[Words, ...]:
    lines = [_criterion_words(ctx, criterion) for criterion in criteria]
    return tuple(line for line in lines if line)


def _criterion_words(ctx: Context, criterion: Criterion) -> Words:
    """Return one line for a criterion: its name and the pages concerned."""
    hits = [j for j in ctx.results.judgements if j.criterion == criterion.id and j.state == "yes"]
    if not hits:
        return ()
    places: dict[str, list[Inline]] = {}
    for hit in hits:
        again = _place(hit) in places
        places.setdefault(_place(hit), []).extend(_link(ctx, criterion, hit, again=again))
    words: list[Inline] = [Strong(f"{ctx.language.pick(criterion.name)}: ")]
    for i, place in enumerate(places.values()):
        words += [*([", "] if i else []), *place]
    return (*words, ".")


def _place(judgement: Judgement) -> str:
    """Return what a judgement is about: versions and sites of one question stand together."""
    return "~".join(key.rpartition("@")[0] or key for key in judgement.target.split("~"))


def _link(ctx: Context, criterion: Criterion, judgement: Judgement, *, again: bool) -> list[Inline]:
    if criterion.applies_to == "scale":
        links: list[Inline] = [ctx.scale_link(ctx.results.questionnaire.scale(judgement.target))]
    else:
        links = [ctx.item_link(name) for name in _place(judgement).split("~")]
    if criterion.applies_to == "pair":
        return [links[0], ctx.and_between, links[1]]
    if criterion.applies_to == "site":
        site = ctx.site_name(judgement.group.partition("=")[2])
        return [f" + {site}"] if again else [links[0], f" – {site}"]
    if again:
        return []
    record = judged_record(ctx, judgement)
    digits = 1 if record is not None and is_share(record.statistic) else 2
    number = ctx.shown(record, digits) if record is not None and record.estimate.value is not None else ""
    show = number and criterion.statistics[0] not in ("n_unused", "n_versions", "item_rest")
    return [links[0], f" ({number})"] if show else [links[0]]


# -- how to read, what cannot be told ------------------------------------------------------------------------


def _how_to_read(ctx: Context) -> tuple[Words, ...]:
    tr = ctx.language.gettext
    level = 100 * ctx.results.info.level
    lines: list[Words] = [
        (tr("Each question has a page of its own. The box at its foot is for your decision."),),
        (
            tr("Each point of attention names its rule and where the rule comes from. See "),
            Link(tr("all rules"), "appendix-criteria"),
            ".",
        ),
        (_uncertainty(ctx, ctx.language.number(level, 0 if level.is_integer() else 1)),),
        (tr("“Cannot tell” means that there are too few answers to say yes or no."),),
    ]
    if not ctx.results.info.clustered:
        with_sites = tr("The uncertainty holds for these sites only. It says nothing of other places.")
        without = tr("The answers name no sites. So the uncertainty says nothing of how places differ.")
        lines.append((with_sites if ctx.results.info.sites else without,))
    if ctx.publishable:
        most = ctx.language.number(ctx.results.info.small_cell_limit - 1)
        lines.append(
            (
                tr(
                    "Numbers marked “(suppressed)” are left out. No count from 1 to {most} is shown.",
                    most=most,
                ),
            )
        )
    return tuple(lines)


def _uncertainty(ctx: Context, level: str) -> str:
    tr = ctx.language.gettext
    return tr(
        "Another group would answer a little differently. Ranges like “between 39 and 49%” are calculated to "
        "contain the true number in {level} of {hundred} such pilots. They do not allow for those who did "
        "not answer.",
        hundred=ctx.language.number(100),
        level=level,
    )


def _cannot_tell(ctx: Context) -> tuple[Words, ...]:
    tr = ctx.language.gettext
    bullets: list[Words] = []
    for criterion in ctx.results.criteria.criteria:
        unsure = {
            _place(j) for j in ctx.results.judgements if j.criterion == criterion.id and ctx.cannot_tell(j)
        }
        if unsure:
            bullets.append(_unsure_words(ctx, criterion, len(unsure)))
    general = [
        tr("Whether women and men, or young and old, understand the questions alike: not examined yet.")
    ]
    if not retest_examined(ctx):
        general.append(tr("Whether a person gives the same answers next week: not examined."))
    general.append(tr("What those who did not take part would have answered."))
    return (*bullets, *((text,) for text in general))


def _unsure_words(ctx: Context, criterion: Criterion, n: int) -> Words:
    name = ctx.language.pick(criterion.name)
    many = ctx.language.ngettext
    if criterion.applies_to == "scale":
        return (
            many(
                "{name}: cannot be decided for {n} scale.",
                "{name}: cannot be decided for {n} scales.",
                n,
                name=name,
            ),
        )
    if criterion.applies_to == "pair":
        return (
            many(
                "{name}: cannot be decided for {n} pair.",
                "{name}: cannot be decided for {n} pairs.",
                n,
                name=name,
            ),
        )
    return (
        many(
            "{name}: cannot be decided for {n} question.",
            "{name}: cannot be decided for {n} questions.",
            n,
            name=name,
        ),
    )

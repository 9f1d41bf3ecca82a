"""Warnings about the data as a reader of the report understands them: by the names of the questions."""

from __future__ import annotations

from dataclasses import replace

from propsych.report.context import Context
from propsych.report.i18n import N_
from propsych.report.model import Row, cells
from propsych.study import Problem

__all__ = ["warning_row"]

_MANY = 3  # more names than these are not listed

_WARNINGS = {
    "parent_blank": (
        N_("It is unknown whether {question} was shown, because {detail} was not answered."),
        N_("Find out whether the question was shown. Without an answer the person does not count."),
    ),
    "answered_though_hidden": (
        N_("{question} was answered, although the answer to {detail} should have hidden it."),
        N_("Check when the question is shown. These answers do not count."),
    ),
    "not_asked_though_shown": (
        N_("{question} is noted as not shown, although the answer to {detail} should have shown it."),
        N_("Check when the question is shown. The person does not count."),
    ),
    "version_unknown": (
        N_("A date is missing, so it is unknown which wording of {question} was given."),
        N_("Find the date. The answer does not count."),
    ),
    "version_undecided": (
        N_("A date does not show which wording of {question} was given."),
        N_("Check the date, and when each wording was used. The answer does not count."),
    ),
    "version_out_of_period": (
        N_("A wording of {question} was answered outside the time when it was used."),
        N_("Check the date, and when each wording was used. The answer counts."),
    ),
}
"""Kind -> what was found and what to do; other kinds are told in the words of the check itself."""


def warning_row(ctx: Context, kind: str) -> Row:
    """Return one kind of warning: what, how often, what to do, with the places put together."""
    problems = [problem for problem in ctx.results.problems if problem.kind == kind]
    if kind in _WARNINGS:
        fields = {"question": _names(ctx, [p.column for p in problems], ctx.language.gettext("a question"))}
        fields["detail"] = _names(
            ctx, [p.detail for p in problems], ctx.language.gettext("an earlier question")
        )
        texts = [ctx.language.gettext(text, **fields) for text in _WARNINGS[kind]]
    else:
        texts = _as_checked(ctx, problems)
    what, remedy = (ctx.language.capital(text) for text in texts)
    return cells(what, ctx.language.number(len(problems)), remedy)


def _names(ctx: Context, ids: list[str], otherwise: str) -> str:
    """Return the short names of some questions, or a general word for none or many."""
    known = list(dict.fromkeys(name for name in sorted(ids) if name))
    if not 0 < len(known) <= _MANY:
        return otherwise
    items = {item.id: item for item in ctx.results.questionnaire.items}
    return ctx.language.either(
        [ctx.language.quote(ctx.short(items[name]) if name in items else name) for name in known]
    )


def _as_checked(ctx: Context, problems: list[Problem]) -> list[str]:
    details = sorted({ctx.language.lookup(problem.detail) for problem in problems if problem.detail})
    fields = {"detail": ctx.language.join(details) or "…", "value": "…", "column": "…"}
    # the untranslated sentence, with its fields still open, is the message id
    open_fields = replace(problems[0], value="{value}", column="{column}", detail="{detail}")
    return [ctx.language.gettext(text, **fields) for text in (open_fields.what, open_fields.remedy)]

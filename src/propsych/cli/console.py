"""What the commands print: lines, a table of problems, a progress bar, one sentence for an error."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

from propsych.data import PROBLEM_KINDS, CheckReport, Problem
from propsych.errors import DataError, PropsychError, PropsychWarning

if TYPE_CHECKING:
    from propsych.report.i18n import Language

__all__ = ["failing_clearly", "problem_table", "progress_bar", "tell"]

LOG_WIDTH = 200
"""Characters in a line where the output is no terminal."""


def tell(line: str) -> None:
    """Print one line to standard output."""
    typer.echo(line)


def _complain(kind: str, text: str) -> None:
    for line in text.splitlines():
        typer.echo(f"propsych: {kind}: {line}", err=True)


@contextlib.contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn errors into one sentence and an exit status; print propsych's warnings as sentences too.

    An error that propsych did not foresee is named by its type alone: its text could hold an answer.
    Set PROPSYCH_TRACEBACK=1 to see where it came from.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PropsychWarning)
        try:
            yield
        except typer.Exit:
            raise
        except DataError as error:
            _complain("error", str(error))
            raise typer.Exit(1) from None
        except PropsychError as error:
            _complain("error", str(error))
            raise typer.Exit(2) from None
        except OSError as error:
            _complain("error", f"{os.path.basename(str(error.filename or 'file'))}: {error.strerror}.")
            raise typer.Exit(2) from None
        except Exception as error:
            if os.environ.get("PROPSYCH_TRACEBACK"):
                raise
            _complain("error", f"unexpected {type(error).__name__}; set PROPSYCH_TRACEBACK=1 to see where.")
            raise typer.Exit(70) from None
        finally:
            for warning in caught:
                if issubclass(warning.category, PropsychWarning):
                    _complain("warning", str(warning.message))


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Give a progress callback: a bar on a terminal, nothing in a log."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step, done, total: None
        return
    bar = Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        yield show


def problem_table(report: CheckReport, language: str) -> None:
    """Print every problem in one table, and a closing line with the counts."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from propsych.report.i18n import Language

    words = Language(language)
    console = Console(width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False)
    if report.problems:
        table = Table()
        tr = words.gettext
        severity = {"error": tr("error"), "warning": tr("warning")}
        for heading in (
            "",
            tr("Row"),
            tr("Person"),
            tr("Column"),
            tr("Value"),
            tr("Problem"),
            tr("What to do"),
        ):
            table.add_column(heading, overflow="fold")
        for problem in report.problems:
            row = str(problem.row) if problem.row is not None else ""
            fixed = (severity[problem.severity], row, problem.person, problem.column, problem.value)
            table.add_row(*(Text(cell) for cell in (*fixed, *_translated(problem, words))))
        console.print(table)
    errors, found = len(report.errors), len(report.warnings)
    counted = (
        words.ngettext("{n} error", "{n} errors", errors),
        words.ngettext("{n} warning", "{n} warnings", found),
    )
    console.print(Text(f"{report.source}: {words.join(counted)}"))


def _translated(problem: Problem, words: Language) -> tuple[str, str]:
    kind = PROBLEM_KINDS[problem.kind]
    fields = {"value": problem.value, "column": problem.column, "detail": words.lookup(problem.detail)}
    return words.gettext(kind.what, **fields), words.gettext(kind.remedy, **fields)

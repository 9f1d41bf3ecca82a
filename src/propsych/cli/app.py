"""Commands. Each is a few lines over the library; errors become one sentence and an exit status.

Exit status: 0; 1 = an error in the data; 2 = usage, which includes a pilot, questionnaire or criteria file
that is wrong.
"""

from __future__ import annotations

import enum
import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from propsych.cli.console import failing_clearly, problem_table, progress_bar, tell

__all__ = ["app", "main"]

app = typer.Typer(
    name="propsych",
    help="Tells whether a health questionnaire measures what it should, and writes the pilot report.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class Language(enum.StrEnum):
    """Languages of the report."""

    da = "da"
    en = "en"


class Audience(enum.StrEnum):
    """Who reads the report."""

    internal = "internal"
    publishable = "publishable"


PilotFile = Annotated[Path, typer.Argument(help="The pilot file (pilot.toml).", show_default=False)]
LanguageOption = Annotated[
    Language | None, typer.Option("--language", "-l", help="Default: the pilot file's.")
]
AudienceOption = Annotated[Audience, typer.Option("--audience", "-a", help="publishable hides small counts.")]
SecretOption = Annotated[
    Path | None,
    typer.Option(
        "--secret-file",
        envvar="PROPSYCH_SECRET_FILE",
        help="File with the secretariat's secret: keys the fingerprint of the publishable report.",
    ),
]


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from propsych import __version__

        tell(f"propsych {__version__}")
        raise typer.Exit


@app.command()
def check(
    pilot: PilotFile,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the list as CSV too.")] = None,
    language: LanguageOption = None,
) -> None:
    """List every problem in the pilot's answers: row, person, column, value and what to do."""
    from propsych.study import PilotStudy

    with failing_clearly():
        study = PilotStudy.load(pilot)
        report = study.check()
        problem_table(report, (language or Language(study.plan.language)).value)
        if output is not None:
            report.to_frame().to_csv(output, index=False)
            tell(str(output))
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def analyse(
    pilot: PilotFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the results go.")] = Path(
        "results.json"
    ),
) -> None:
    """Compute every number and judgement, and write results.json."""
    from propsych.study import PilotStudy

    with failing_clearly():
        study = PilotStudy.load(pilot)
        with progress_bar() as progress:
            results = study.analyse(progress)
        results.save(output)
        tell(str(output))


@app.command()
def report(
    source: Annotated[Path, typer.Argument(help="pilot.toml or results.json.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the report goes.")] = Path(
        "rapport.html"
    ),
    language: LanguageOption = None,
    audience: AudienceOption = Audience.internal,
    secret_file: SecretOption = None,
) -> None:
    """Write the pilot report as one HTML file."""
    with failing_clearly():
        _write_report(source, output, language, audience, secret_file)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the example goes.")] = Path("propsych-demo"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of the synthetic answers.")] = 2025,
    report: Annotated[bool, typer.Option(help="Write the report too.")] = True,
) -> None:
    """Write a made-up pilot (questionnaire, criteria, answers of 420 synthetic patients) and its report."""
    from propsych.datasets import make_pilot, write_example

    with failing_clearly():
        for path in write_example(folder, make_pilot(seed=seed)):
            tell(str(path))
        if report:
            _write_report(folder / "pilot.toml", folder / "rapport.html", None, Audience.internal, None)


def _write_report(
    source: Path, output: Path, language: Language | None, audience: Audience, secret_file: Path | None
) -> None:
    from propsych.report import write_report
    from propsych.study import PilotStudy, StudyResults

    with progress_bar() as progress:
        if source.suffix == ".json":
            results = StudyResults.load(source)
        else:
            results = PilotStudy.load(source).analyse(progress)
    secret = secret_file.read_bytes().strip() if secret_file is not None else None
    chosen = language.value if language is not None else results.info.language
    write_report(results, output, language=chosen, audience=audience.value, secret=secret)
    tell(str(output))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # a terminal or log that lacks a letter shows a question mark; no line is lost
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()

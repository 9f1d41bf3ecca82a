"""Problems in an answers file: one table classes every kind as error or warning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from propsych.data.csv_format import CsvFormat

__all__ = ["FILE_KINDS", "PROBLEM_DETAILS", "PROBLEM_KINDS", "CheckReport", "Problem", "ProblemKind"]


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What one kind of problem means.

    `what` and `remedy` are message ids of the catalogue as well, so they hold only the named fields
    ``{value}``, ``{column}``, ``{detail}``.
    """

    severity: Literal["error", "warning"]
    what: str
    remedy: str


PROBLEM_KINDS: dict[str, ProblemKind] = {
    # the whole file
    "file_missing": ProblemKind("error", "there is no such file", "check its name and folder"),
    "file_is_folder": ProblemKind("error", "this is a folder, not a file", "name the file with the answers"),
    "file_unreadable": ProblemKind("error", "the file cannot be read", "check its name, folder and rights"),
    "file_empty": ProblemKind("error", "the file is empty", "export the answers again"),
    "not_csv": ProblemKind("error", "the file is not a CSV file: {detail}", "export the answers as CSV"),
    "no_rows": ProblemKind("error", "the file has a header and no answers", "export the answers again"),
    "ragged_row": ProblemKind(
        "error",
        "the row has {value} fields and the header {detail}",
        "quote fields that contain the separator",
    ),
    "blank_rows": ProblemKind(
        "warning", "{value} blank rows at the end of the file are not read", "delete them"
    ),
    "mixed_decimals": ProblemKind(
        "warning",
        "some codes have a decimal point and others a decimal comma ({detail})",
        "export the file with one decimal sign",
    ),
    # columns
    "duplicate_column": ProblemKind("error", "the column stands twice", "keep one of the two"),
    "missing_column": ProblemKind(
        "error", "no column for this item", "add the column, named by the item's id or linkId"
    ),
    "missing_person_column": ProblemKind(
        "error", "the file has no column {column}", "correct the name of the column for {detail}"
    ),
    "column_mapped_twice": ProblemKind(
        "error",
        "the column {column} is named for two things: {detail}",
        "name another column for one of them, or leave it out",
    ),
    "unknown_column": ProblemKind(
        "warning",
        "the column belongs to no item and is not read",
        "name it in the questionnaire, or delete it",
    ),
    "versions_not_separable": ProblemKind(
        "error",
        "the column holds several versions of the item, and nothing tells which one a person was given",
        "give each version its own column ({detail}), "
        "or declare in_use_from and in_use_to and give each row a date",
    ),
    "versions_blank": ProblemKind(
        "warning",
        "{value} rows are blank in every version of the item, and nothing tells which one was given",
        "declare in_use_from and in_use_to and give each row a date; these rows do not count as asked",
    ),
    # persons
    "missing_id": ProblemKind("error", "the row has no person id", "give the row its id"),
    "duplicate_person": ProblemKind(
        "error",
        "the person has more than one row at this time point",
        "keep one row, or give the rows different time points",
    ),
    "cpr_number": ProblemKind(
        "error",
        "this looks like a CPR number, so the file is refused",
        "replace it by a pseudonym before the file leaves the register; "
        "an id that is no CPR number is let through once it has more than twelve digits",
    ),
    "missing_time_point": ProblemKind(
        "error",
        "the row has no time point, and other rows have one, so a person may count twice",
        "give the row its time point",
    ),
    "bad_date": ProblemKind("error", "not a date: {value}{detail}", "write dates as 2025-09-30"),
    "unlikely_date": ProblemKind(
        "warning",
        "the year {value} is no likely year of an answer",
        "check that the column holds the date of the answer, and no date of birth",
    ),
    "bad_age": ProblemKind("error", "not an age in years: {value}{detail}", "write whole years, 0 to 120"),
    "unexpected_person_value": ProblemKind(
        "error",
        "the value is too long for a name or a code and may be a person's own words; "
        "it is not shown and not used",
        "write a name or a code: at most 80 characters for a site or sector, 30 for sex, mode or anchor",
    ),
    "missing_person_value": ProblemKind(
        "warning", "the row has no {detail}", "fill it in; the row is left out where it is needed"
    ),
    "unknown_site": ProblemKind(
        "error",
        "the site is not declared in the pilot file",
        "declare it under [[sites]], or correct the answers file",
    ),
    "unknown_anchor": ProblemKind(
        "error",
        "the answer about change is not declared in the pilot file ({detail})",
        "declare it under [retest] as stable or changed, or correct the answers file",
    ),
    "retest_before_test": ProblemKind(
        "error",
        "the second answer is dated before the first",
        "correct the date, or exchange first and second under [retest] in the pilot file",
    ),
    # answers
    "code_out_of_range": ProblemKind(
        "error",
        "{value} is not a declared code ({detail})",
        "correct the code, or declare it in the questionnaire",
    ),
    "code_not_in_version": ProblemKind(
        "error",
        "the code is not declared in {value}, the version in use on this date ({detail})",
        "check the date and the code, or in_use_from and in_use_to",
    ),
    "text_in_coded_column": ProblemKind(
        "error",
        "text where a code is expected; it is not shown, as it may be a person's own words "
        "(declared: {detail})",
        'export codes, or read the file with values = "labels"',
    ),
    "unknown_label": ProblemKind(
        "error",
        "the label is not declared (compare {detail})",
        "correct the label, or declare it in the questionnaire",
    ),
    "ambiguous_label": ProblemKind(
        "error",
        "the label {value} stands for more than one code ({detail})",
        "export codes instead of labels",
    ),
    "ambiguous_number": ProblemKind(
        "error",
        "{value} may be a number with three decimals or a number of thousands",
        "export codes without decimals, or declare the decimal sign",
    ),
    "answered_though_hidden": ProblemKind(
        "warning",
        "answered although {detail} should have hidden the item",
        "check the branching; the answer is not used",
    ),
    "coded_though_hidden": ProblemKind(
        "warning",
        "has the code for skipped although {detail} should have hidden the item",
        "check the branching; the person does not count as asked",
    ),
    "not_asked_though_shown": ProblemKind(
        "warning",
        "marked as not asked although {detail} should have shown the item",
        "check the branching; the person does not count as asked",
    ),
    "parent_blank": ProblemKind(
        "warning",
        "{detail} has no answer, so it is unknown whether the item was shown",
        "find out whether it was; the person does not count as asked unless an answer stands here",
    ),
    "version_unknown": ProblemKind(
        "warning",
        "no date, so it is unknown which version was given",
        "give the row its date; the answer is not used",
    ),
    "version_undecided": ProblemKind(
        "warning",
        "the date lies in no version's period of use, or in several, "
        "so it is unknown which version was given",
        "correct the date, or in_use_from and in_use_to; the answer is not used",
    ),
    "version_out_of_period": ProblemKind(
        "warning",
        "answered outside the period in which this version was in use",
        "check the date, or in_use_from and in_use_to; the answer is used",
    ),
    "two_versions_answered": ProblemKind(
        "error",
        "answered in more than one version of the item ({detail})",
        "keep the answer to the version that was given",
    ),
}
"""Every kind of problem, its severity and its words."""

PROBLEM_DETAILS = (
    "text, not shown",
    "it looks like an Excel workbook or a zip archive",
    "it looks like an old Excel workbook",
    "it looks like a PDF document",
    "it looks like an SPSS file",
    "it looks like HTML or XML",
    "it looks like JSON",
    "it holds control characters, as a program or a picture does, or UTF-16 without a mark",
    "its bytes are no text in the encoding declared or detected",
    "its first line holds no comma, semicolon or tab between two names",
    "this line should hold the column names and is blank",
    "a quotation mark stands wrongly, or a field is far too long",
    "no row has as many fields as the first line",
)
"""Whole sentences that stand in ``detail``, so that they can be looked up in the catalogue as well."""

FILE_KINDS = ("file_missing", "file_is_folder", "file_unreadable", "file_empty", "not_csv")
"""Kinds that leave nothing to check."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: which kind, where, and what the cell held.

    `row` is the line in the file (the header is line 1) or None; `person` and `value` are empty where they
    may not be printed (a CPR number) or do not apply.
    """

    kind: str
    row: int | None = None
    person: str = ""
    column: str = ""
    value: str = ""
    detail: str = ""

    @property
    def severity(self) -> str:
        """``"error"`` (stops the analysis) or ``"warning"`` (carried into the report)."""
        return PROBLEM_KINDS[self.kind].severity

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return PROBLEM_KINDS[self.kind].what.format(value=self.value, column=self.column, detail=self.detail)

    @property
    def remedy(self) -> str:
        """What to do, in English."""
        return PROBLEM_KINDS[self.kind].remedy.format(
            value=self.value, column=self.column, detail=self.detail
        )


@dataclass(frozen=True)
class CheckReport:
    """Every problem found in one file, in the order of the file.

    Attributes
    ----------
    source : str
        Name of the file, without its folder.
    problems : tuple of Problem
        First those of the whole file, then row by row.
    format : CsvFormat or None
        Encoding, separator and decimal sign, as declared or as detected; None when the file could not be
        read that far.
    """

    source: str
    problems: tuple[Problem, ...] = ()
    format: CsvFormat | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop the analysis."""
        return tuple(p for p in self.problems if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Problems that are carried into the report."""
        return tuple(p for p in self.problems if p.severity == "warning")

    @property
    def ok(self) -> bool:
        """True when nothing stops the analysis."""
        return not self.errors

    def __add__(self, problems: Iterable[Problem]) -> CheckReport:
        return CheckReport(self.source, (*self.problems, *problems), self.format)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a problem: severity, kind, row, person, column, value, what, remedy."""
        columns = ["severity", "kind", "row", "person", "column", "value", "what", "remedy"]
        rows = [
            asdict(p) | {"severity": p.severity, "what": p.what, "remedy": p.remedy} for p in self.problems
        ]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"row": "Int64"})

    def summary(self) -> str:
        """Return the problems as text, one line each."""
        head = f"{self.source}: {len(self.errors)} errors, {len(self.warnings)} warnings"
        if self.format is not None:
            head += f" (read as {self.format})"
        lines = [
            f"{p.severity}: "
            + ", ".join(
                part
                for part in (
                    f"row {p.row}" if p.row else "",
                    f"person {p.person}" if p.person else "",
                    p.column,
                )
                if part
            )
            + f": {p.what}. Remedy: {p.remedy}."
            for p in self.problems
        ]
        return "\n".join([head, *lines])

    def __str__(self) -> str:
        return self.summary()

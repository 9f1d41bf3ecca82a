"""PilotStudy: from ``pilot.toml`` to results."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from propsych.criteria import CriteriaSet, judge
from propsych.data import CheckReport, Problem, Responses, read_responses
from propsych.data.clusters import MIN_SITES
from propsych.errors import DataError, StudyError, message
from propsych.questionnaire import Questionnaire, dumps
from propsych.result import Record
from propsych.study.participation import participation_records
from propsych.study.plan import PilotPlan
from propsych.study.results import Site, StudyInfo, StudyResults
from propsych.study.retest import retest_pairs, retest_problems
from propsych.study.retest_numbers import RetestNumbers, retest_numbers
from propsych.study.second_opinions import Source, second_opinions
from propsych.study.steps import STEPS

__all__ = ["PilotStudy"]

LONGEST_SITE = 30
"""Characters of an undeclared site that are shown, and three words; more may be somebody's own text."""

Progress = Callable[[str, int, int], None]
"""Called before each step with its name, its number (from 0) and the number of steps."""


@dataclass(frozen=True)
class PilotStudy:
    """A pilot: its plan and the files that the plan names.

    Attributes
    ----------
    plan : PilotPlan
        What ``pilot.toml`` declares.
    questionnaire : Questionnaire
    criteria : CriteriaSet
        The pilot's own criteria, or propsych's starting point.
    answers_file : pathlib.Path
    """

    plan: PilotPlan
    questionnaire: Questionnaire
    criteria: CriteriaSet
    answers_file: Path

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PilotStudy:
        """Read ``pilot.toml`` and the questionnaire and criteria that it names (beside it).

        Parameters
        ----------
        path : str or os.PathLike
            The pilot file.

        Returns
        -------
        PilotStudy

        Raises
        ------
        propsych.errors.StudyError
            If the pilot or criteria file is wrong.
        propsych.errors.QuestionnaireError
            If the questionnaire file is wrong.
        """
        file = Path(path)
        plan = PilotPlan.load(file)
        folder = file.parent
        criteria = CriteriaSet.load(folder / plan.criteria if plan.criteria else None)
        return cls(
            plan, Questionnaire.load(folder / plan.questionnaire), criteria, folder / plan.answers.file
        )

    def check(self) -> CheckReport:
        """Return every problem in the answers file, sites that the pilot file does not declare among them.

        Raises
        ------
        propsych.errors.StudyError
            If the pilot file does not say which of several time points to analyse, or names a retest that the
            answers do not hold.
        """
        try:
            answers = self._bind()
        except DataError as error:
            if isinstance(error.check, CheckReport):
                return error.check
            raise
        self._time_points(answers)
        if self.plan.retest is not None and answers.check.ok:
            retest_pairs(answers, self.plan.retest)
        return answers.check

    def read(self) -> Responses:
        """Read the answers, at the plan's time point if it names one, in the order of the persons' ids.

        Raises
        ------
        propsych.errors.DataError
            If the check of the answers found errors.
        propsych.errors.StudyError
            If the pilot file does not say which of several time points to analyse.
        """
        return self._chosen(self._bind().require_valid())

    def _chosen(self, answers: Responses) -> Responses:
        """Return the answers at the plan's time point, in the order of the persons' ids."""
        if self._time_points(answers):
            answers = answers.at(str(self.plan.time_point))
        # one order whatever the file's, so that sums round alike and results are identical to the byte
        order = np.argsort(answers.persons["person"].to_numpy(dtype=str), kind="stable")
        persons = answers.persons.iloc[order].reset_index(drop=True)
        return replace(answers, persons=persons, positions=answers.positions[order])

    def _bind(self) -> Responses:
        plan = self.plan.answers
        columns = {str(name): column for name, column in plan.columns.items()}
        answers = read_responses(
            self.answers_file,
            self.questionnaire,
            columns=columns,
            values=plan.values,
            format=plan.csv_format(),
        )
        answers = replace(answers, check=answers.check + self._undeclared_sites(answers))
        if self.plan.retest is None:
            return answers
        column = self.plan.answers.columns.get("anchor", "anchor")
        return replace(answers, check=answers.check + retest_problems(answers, self.plan.retest, column))

    def _undeclared_sites(self, answers: Responses) -> Iterator[Problem]:
        if not self.plan.sites or "site" not in answers.persons:
            return
        declared = {site.id for site in self.plan.sites}
        column = self.plan.answers.columns.get("site", "site")
        persons = answers.persons
        unknown = persons["site"].notna() & ~persons["site"].isin(declared)
        for row, person, site in persons.loc[unknown, ["row", "person", "site"]].itertuples(index=False):
            shown = str(site) if len(str(site)) <= LONGEST_SITE and len(str(site).split()) <= 3 else ""
            yield Problem("unknown_site", int(row), str(person), column, shown)

    def _time_points(self, answers: Responses) -> bool:
        """Return True if one of the time points is to be chosen, and raise unless the plan says which."""
        persons = answers.persons
        points = sorted(persons["time_point"].dropna().unique()) if "time_point" in persons else []
        chosen = self.plan.time_point
        if chosen is not None and chosen not in points:
            what = f"no answers at time point {chosen!r}"
            remedy = (
                f"name one of {', '.join(points)}" if points else "map the column time_point, or drop the key"
            )
            raise StudyError(message(what, where="pilot file: time_point", remedy=remedy))
        if chosen is None and len(points) > 1:
            raise StudyError(
                message(
                    "the answers have several time points",
                    where="pilot file: time_point",
                    consequence="Pooled, each person would count more than once",
                    remedy=f"name the one to analyse: one of {', '.join(points)}",
                )
            )
        return chosen is not None

    def analyse(self, progress: Progress | None = None) -> StudyResults:
        """Run the analysis.

        Parameters
        ----------
        progress : callable, optional
            Called with step name, number and total; default none.

        Returns
        -------
        StudyResults

        Raises
        ------
        propsych.errors.DataError
            If the check of the answers found errors.
        propsych.errors.StudyError
            If the pilot file does not say which of several time points to analyse.
        """
        bound = self._bind().require_valid()
        answers = self._chosen(bound)
        records: dict[str, Record] = {}
        for record in participation_records(answers.persons, self.plan.sites):
            records[record.id] = record
        n_steps = len(STEPS) + 2
        tell = progress or (lambda name, number, total: None)
        for i, (name, step) in enumerate(STEPS):
            tell(name, i, n_steps)
            records |= {record.id: record for record in step(answers, self.plan.level)}
        tell("retest", len(STEPS), n_steps)
        retest = self._retest(bound)
        records |= {record.id: record for record in retest.records}
        tell("second opinions", len(STEPS) + 1, n_steps)
        opinions = second_opinions(Source(answers, records, self.plan.level, retest))
        tell("", n_steps, n_steps)
        return StudyResults(
            info=self._info(answers),
            questionnaire=self.questionnaire,
            criteria=self.criteria,
            records=records,
            judgements=judge(records.values(), self.criteria),
            problems=tuple(_anonymous(answers.check.warnings)),
            second_opinions=opinions,
        )

    def _retest(self, answers: Responses) -> RetestNumbers:
        if self.plan.retest is None:
            return RetestNumbers()
        return retest_numbers(retest_pairs(answers, self.plan.retest), self.plan.level)

    def _info(self, answers: Responses) -> StudyInfo:
        from propsych import __version__

        persons = answers.persons
        dates = persons["date"].dropna().tolist() if "date" in persons else []
        present = sorted(set(persons["site"].dropna())) if "site" in persons else []
        sites = tuple(Site(s.id, s.name, s.sector, s.invited) for s in self.plan.sites)
        return StudyInfo(
            title=self.plan.title,
            language=self.plan.language,
            respondent=self.plan.respondent,
            propsych_version=__version__,
            questionnaire_fingerprint=hashlib.sha256(dumps(self.questionnaire).encode()).hexdigest(),
            data_fingerprint=answers.fingerprint,
            source=answers.check.source,
            seed=self.plan.seed,
            level=self.plan.level,
            first_date=str(min(dates).date()) if dates else None,
            last_date=str(max(dates).date()) if dates else None,
            sites=sites or tuple(Site(name, name) for name in present),
            sectors=dict(self.plan.sectors),
            clustered=len(present) >= MIN_SITES,
            small_cell_limit=self.plan.publishable.small_cell_limit,
        )


def _anonymous(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """Keep what kind of problem and in which column; leave out person, row and value."""
    for problem in problems:
        yield replace(problem, row=None, person="", value="")

"""Disclosure control: the data that a publishable report is built from.

The attacker
    has the whole publishable report and the questionnaire, so every printed count, every sum that the
    counts must meet (categories, kinds of missing, sites, sectors, versions of an item, branching, colours,
    bars of a histogram), every share (a count in disguise), the rounded means, SDs and alphas, and every
    judgement; knows that zeros are shown, so that a suppressed count is 1 or more, and that counts are
    whole numbers; and may solve all of that exactly. A count of 1 to ``limit - 1`` is safe if the bounds that
    such an attacker derives cover 1 to ``limit - 1``. That holds for counts that are never printed too, such
    as the unanswered at one site.

What is done
    Small counts are suppressed; then as many others as the attacker's integer programmes say are needed.
    Of sites only persons, asked and answered (or scored) are printed, of sectors and months only the
    persons; no means, SDs or coefficients of any group, since the difference from the whole pilot's would
    be a small group's. Statistics of an item are withheld where one of its counts is; where a small group
    all answered alike, the whole distribution is withheld, zeros too. Scores are rounded to a thousandth of
    their range, correlations and alpha to two decimals; where even that would tell a count, they are
    withheld. Numbers of answers ("n used") stand only where they are printed counts themselves.
    Shares that respect sites have a value and no interval: the interval is a function of the sum over sites
    of (y - p m)^2, which with few sites pins the counts y. Their judgements stay, but become "cannot tell"
    where the state alone would bound a site's small count. Intervals of mean scores and of alpha are made
    from the rounded numbers, so that their ends do not round the exact number twice more. A statistic that
    is not known here is withheld, and so is one of whose counts no table holds. Of a retest only
    coefficients and errors of measurement are printed, rounded as alpha is, and no number of persons.

What is not covered
    Differences between versions of a report, and between reports on overlapping pilots. An attacker who
    knows persons' answers (only counts are protected, not a category that nearly everyone chose). One who
    runs this very algorithm backwards: that a cell is suppressed in company tells that the company needed
    it. Joint distributions: a printed correlation, or the width of an interval of alpha or of a correlation,
    is taken to tell nothing of the margins of other items. That a share that respects sites exists at all,
    which tells that at least four sites have answers. States of several judgements about one item, which
    are examined one at a time.
    Two scales that share items are examined one at a time, and so are families of items beyond the numbers
    of persons and the scales that tie them. Names of sites, the pilot's first and last date and the texts of
    the questionnaire are printed as they are.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

from propsych.errors import StudyError, message
from propsych.report.disclosure.intervals import published_estimate
from propsych.report.disclosure.judged import publishable_judgement
from propsych.report.disclosure.needs import (
    COEFFICIENTS,
    OF_RETEST,
    count_of,
    is_clustered,
    policy,
    sample_cells,
)
from propsych.report.disclosure.plan import Plan, make_plan
from propsych.result import Estimate, Record, Sample
from propsych.study.results import SUPPRESSED, StudyInfo, StudyResults

__all__ = ["publishable"]

_EXACT = 1e-6


def publishable(results: StudyResults, *, secret: bytes | None = None) -> StudyResults:
    """Return results from which no count below the pilot's limit can be derived.

    Parameters
    ----------
    results : StudyResults
        The unsuppressed results of a study.
    secret : bytes, optional
        The secretariat's secret; the fingerprint of the data is keyed with it (HMAC-SHA-256), so that only
        the secretariat can tell which file a report came from. Without one there is no fingerprint.

    Returns
    -------
    StudyResults
        ``info.audience`` is ``"publishable"``. A withheld number is ``Estimate(None, method="suppressed")``;
        numbers that are never published are left out. Of the problems in the data only the kinds stay.

    Raises
    ------
    propsych.errors.StudyError
        If the results are publishable ones already.

    Notes
    -----
    The default limit of 5 follows Danish register practice ("celler med antal < 5 er blændet"). For
    complementary suppression see Hundepool et al. (2012), *Statistical Disclosure Control*, chapter 4,
    doi:10.1002/9781118348239. Do not publish two reports on overlapping pilots without comparing them: their
    differences are not examined.
    """
    if results.info.audience == "publishable":
        raise StudyError(message("these results are publishable already", remedy="give the internal results"))
    plan = make_plan(results)
    records = {}
    for name, record in results.records.items():
        published = _record(results, record, plan)
        if published is not None:
            records[name] = published
    return replace(
        results,
        info=_info(results.info, plan, secret),
        records=records,
        judgements=tuple(
            publishable_judgement(results, judgement, records.get(judgement.record), plan)
            for judgement in results.judgements
            if judgement.group not in plan.left_out
        ),
        problems=tuple(
            replace(problem, row=None, person="", column="", value="", detail="")
            for problem in {problem.kind: problem for problem in results.problems}.values()
        ),
        # which number differs most, and how much it is, is not for others
        second_opinions=tuple(
            replace(opinion, record="", ours=None, theirs=None, difference=None)
            for opinion in results.second_opinions
        ),
    )


def _record(results: StudyResults, record: Record, plan: Plan) -> Record | None:
    """Return a record as it is printed, or None if it is left out."""
    needed = policy(results, record)
    if needed == "dropped" or record.group in plan.left_out:
        return None
    withheld = replace(record, estimate=Estimate(None, method=SUPPRESSED), sample=None)
    if (
        needed == "withheld"
        or _of_withheld_scale(results, record, plan)
        or _counts_hidden_zeros(record, plan)
    ):
        return withheld
    # a count that stands in no table was not examined
    examined = all(plan.prints(cell) and plan.table_of(cell) is not None for cell in needed)
    if not examined or not _is_share_of_cells(results, record, plan):
        return withheld
    return replace(record, estimate=published_estimate(results, record), sample=_sample(record, plan))


def _of_withheld_scale(results: StudyResults, record: Record, plan: Plan) -> bool:
    """Return True for the moments of a scale that may not print them, or of too few persons."""
    if record.property == "scores" and record.statistic in ("mean", "sd", "median"):
        return record.target in plan.without_moments
    few = record.sample is not None and record.sample.n_used < results.info.small_cell_limit
    if record.property in OF_RETEST:
        # of some of the persons, nobody knows which, and of two time points: no table is about them
        return few
    if record.property in COEFFICIENTS:
        return few or record.target in plan.without_moments
    if record.property == "items" and record.statistic in (
        "item_rest",
        "alpha_if_dropped",
        "mean_inter_item",
    ):
        item = results.questionnaire.item(record.target)
        scales = [scale.id for scale in results.questionnaire.scales if item.id in scale.items]
        return few or not plan.without_moments.isdisjoint(scales)
    return few and record.property == "redundancy"


def _counts_hidden_zeros(record: Record, plan: Plan) -> bool:
    """Return True for the number of unused categories of an item whose zeros are not shown."""
    distribution = record.id.removesuffix("n_unused") + "count:"
    return record.statistic == "n_unused" and any(
        least == 0 for cell, least in plan.hidden.items() if cell.startswith(distribution)
    )


def _is_share_of_cells(results: StudyResults, record: Record, plan: Plan) -> bool:
    """Return False for a share of other persons than its counts are about, for instance those with a site."""
    cells, value = count_of(results, record), record.estimate.value
    if cells is None or value is None:
        return True
    part, whole = (_cell_value(plan, name) for name in cells)
    if is_clustered(record):
        # all or none of these shares: else each would tell whether someone without a site is in it
        used = whole if record.sample is None else record.sample.n_used
        if used != whole or plan.table_of("~persons without site") is not None:
            return False
    return part is not None and whole is not None and abs(value * whole - part) < _EXACT


def _sample(record: Record, plan: Plan) -> Sample | None:
    """Return the sample if its numbers are printed counts."""
    if record.sample is None:
        return None
    asked, used = (
        [_cell_value(plan, name) for name in names if plan.prints(name)] for names in sample_cells(record)
    )
    return record.sample if record.sample.n_asked in asked and record.sample.n_used in used else None


def _cell_value(plan: Plan, name: str) -> int | None:
    table = plan.table_of(name)
    return table.cells[name].value if table is not None else None


def _info(info: StudyInfo, plan: Plan, secret: bytes | None) -> StudyInfo:
    fingerprint = ""
    if secret and info.data_fingerprint:
        fingerprint = hmac.new(secret, info.data_fingerprint.encode(), hashlib.sha256).hexdigest()
    sites = tuple(
        site if plan.prints(f"participation/persons/site={site.id}/invited") else replace(site, invited=None)
        for site in info.sites
    )
    return replace(info, audience="publishable", data_fingerprint=fingerprint, sites=sites)

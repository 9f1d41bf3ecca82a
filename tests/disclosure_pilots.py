"""Small random pilots for the tests of disclosure control: real records, from answers drawn by a seed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from propsych.criteria import CriteriaSet, judge
from propsych.data import CheckReport, Problem, Responses
from propsych.errors import EstimationWarning
from propsych.questionnaire import MissingKind, Questionnaire, from_dict
from propsych.study.participation import participation_records
from propsych.study.plan import SitePlan
from propsych.study.results import Site, StudyInfo, StudyResults
from propsych.study.steps import STEPS

SITES = {"a": "north", "b": "north", "c": "south", "d": "south"}


def small_questionnaire() -> Questionnaire:
    """Return a scale of three items (one with colours), a parent and its child, an item with two versions."""
    codes = [{"code": c, "label": {"da": str(c)}} for c in range(4)]
    yes_no = [{"code": c, "label": {"da": str(c)}} for c in (1, 2)]

    def item(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "text": {"da": name}, "categories": codes, **more}

    scale = {
        "id": "s",
        "name": {"da": "s"},
        "items": ["s1", "s2", "s3"],
        "model": "reflective",
        "direction": "higher_is_worse",
        "type": "generic",
        "rule": {"kind": "percent", "missing": {"kind": "at_least_half"}},
    }
    items = [
        item("s1", colours={"green": [0], "yellow": [1, 2], "red": [3]}),
        item("s2", reverse=True),
        item("s3"),
        item("work", categories=yes_no),
        item("hours", asked_if={"item": "work", "codes": [1]}),
        item("new", version="1"),
        item("new", version="2"),
    ]
    head = {"id": "q", "version": "1", "title": {"da": "q"}, "languages": ["da"]}
    return from_dict({**head, "items": items, "scales": [scale]})


def random_pilot(seed: int, n: int = 60, skew: float = 1.0, skipping: float = 0.03) -> StudyResults:
    """Return the results of a pilot of `n` persons; a larger `skew` makes rare categories rarer."""
    rng = np.random.default_rng(seed)
    q = small_questionnaire()
    columns = []
    for item in q.items:
        k = len(item.codes)
        weights = np.exp(-skew * rng.permutation(k))
        column = rng.choice(k, n, p=weights / weights.sum())
        columns.append(np.where(rng.random(n) < skipping, int(MissingKind.SKIPPED), column))
    keys = [item.key for item in q.items]
    parent, child = columns[keys.index("work@1")], keys.index("hours@1")
    columns[child] = np.where(parent == 1, int(MissingKind.NOT_ASKED), columns[child])
    columns[child] = np.where(parent < 0, int(MissingKind.UNKNOWN_IF_ASKED), columns[child])
    days = np.sort(rng.integers(0, 120, n))
    for version, given in (("new@1", days < 60), ("new@2", days >= 60)):
        columns[keys.index(version)] = np.where(
            given, columns[keys.index(version)], int(MissingKind.OTHER_VERSION)
        )
    site = rng.choice(list(SITES), n, p=[0.45, 0.3, 0.2, 0.05])
    persons = pd.DataFrame(
        {
            "person": [str(i) for i in range(n)],
            "site": site,
            "sector": [SITES[s] for s in site],
            "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(days, unit="D"),
            "sex": rng.choice(["f", "m"], n),
        }
    )
    positions = np.stack(columns, axis=1).astype(np.int16)
    return analyse(Responses(q, persons, positions, CheckReport("x.csv"), "0"), rng)


def analyse(answers: Responses, rng: np.random.Generator) -> StudyResults:
    """Run the steps of a study on answers in memory."""
    counts = answers.persons["site"].value_counts()
    plans = tuple(
        SitePlan(id=s, name=s, sector=SITES[s], invited=int(counts.get(s, 0) + rng.integers(0, 9)))
        for s in SITES
    )
    records = {r.id: r for r in participation_records(answers.persons, plans)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)  # random answers hang together badly
        for _, step in STEPS:
            records |= {r.id: r for r in step(answers, 0.95)}
    criteria = CriteriaSet.load()
    info = StudyInfo(
        title={"da": "x"},
        language="da",
        respondent="patient",
        propsych_version="0",
        questionnaire_fingerprint="0",
        data_fingerprint="abc",
        source="x.csv",
        seed=1,
        level=0.95,
        first_date=None,
        last_date=None,
        sites=tuple(Site(p.id, p.name, p.sector, p.invited) for p in plans),
        sectors={s: s for s in ("north", "south")},
        clustered=False,
        small_cell_limit=5,
    )
    problems = (Problem("parent_blank", 7, "p9", "hours", "3", "work"), Problem("parent_blank", 8, "p10"))
    return StudyResults(
        info, answers.questionnaire, criteria, records, judge(records.values(), criteria), problems
    )

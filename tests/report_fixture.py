"""A hand-made pilot for the tests of the report: eight questions, three sites, every kind of judgement."""

from __future__ import annotations

from propsych.criteria import CriteriaSet, judge
from propsych.data import Problem
from propsych.questionnaire import Questionnaire, from_dict
from propsych.result import Estimate, Record, Sample
from propsych.study import Site, StudyInfo, StudyResults

SITES = ("nord", "syd", "vest")
MISSING = (
    "skipped",
    "not_asked",
    "not_relevant",
    "dont_know",
    "prefer_not",
    "unknown_if_asked",
    "other_version",
)
FIVE = ("Aldrig", "Sjældent", "Til tider", "Ofte", "Altid")

# key -> counts of the categories, skipped, not asked, don't know
COUNTS: dict[str, tuple[list[int], int, int, int]] = {
    "sov_1@1": ([21, 38, 62, 97, 171], 29, 0, 0),
    "sov_2@1": ([80, 90, 100, 80, 58], 10, 0, 0),
    "sov_3@1": ([60, 70, 80, 70, 60], 78, 0, 0),
    "sov_4@1": ([90, 90, 0, 120, 110], 8, 0, 0),
    "dag_1@1": ([101, 102, 103, 104, 3], 2, 0, 6),
    "dag_2@1": ([50, 50, 50, 50, 50], 50, 118, 0),
    "styrke@1": ([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], 1, 0, 0),
    "styrke@2": ([14, 15, 16, 17, 18, 19, 30, 31, 32, 33, 34], 9, 0, 0),
}


def questionnaire(*, hostile: str = "") -> Questionnaire:
    """Return the questionnaire; `hostile` is added to a text, a label and a scale's name."""

    def both(da: str, en: str) -> dict[str, str]:
        return {"da": da + hostile, "en": en + hostile}

    five = [{"code": i, "label": both(label, label)} for i, label in enumerate(FIVE)]
    eleven = [{"code": i, "label": {"da": str(i), "en": str(i)}} for i in range(11)]
    text = both("Hvor ofte vågner du om natten?", "How often do you wake at night?")
    items = [
        {
            "id": f"sov_{i}",
            "text": text,
            "short": both(f"Vågner {i}", f"Wakes {i}"),
            "topic": "sovn",
            "categories": five,
        }
        for i in (1, 2, 3, 4)
    ]
    items[2]["reverse"] = True
    items += [
        {
            "id": f"dag_{i}",
            "text": both("Hvor tit går du ud?", "How often do you go out?"),
            "categories": five,
        }
        for i in (1, 2)
    ]
    items[5]["asked_if"] = {"item": "dag_1", "codes": [1, 2]}
    for version, words in (("1", "Hvor ondt gør det?"), ("2", "Hvor ondt gør det lige nu?")):
        items.append(
            {
                "id": "styrke",
                "version": version,
                "text": both(words, words),
                "categories": eleven,
                "direction": "higher_is_worse",
                "colours": {"green": [0, 1, 2, 3], "yellow": [4, 5, 6], "red": [7, 8, 9, 10]},
            }
        )
    items.append({"id": "ord", "text": both("Er der andet?", "Is there more?"), "type": "text"})
    rule = {"kind": "percent", "missing": {"kind": "at_least_half"}}
    data = {
        "id": "prove",
        "version": "0.1",
        "title": both("Prøveskema", "Trial form"),
        "languages": ["da", "en"],
        "topics": [{"id": "sovn", "name": both("Søvn", "Sleep")}],
        "missing": {"dont_know": ["88"]},
        "items": items,
        "scales": [
            {
                "id": "sovn",
                "name": both("Dårlig søvn", "Poor sleep"),
                "items": ["sov_1", "sov_2", "sov_3", "sov_4"],
                "model": "reflective",
                "direction": "higher_is_worse",
                "type": "domain_specific",
                "rule": rule,
            },
            {
                "id": "dag",
                "name": both("Dagen", "The day"),
                "items": ["dag_1", "dag_2"],
                "model": "formative",
                "direction": "higher_is_better",
                "type": "generic",
                "rule": {"kind": "sum"},
                "embedded": True,
                "instrument": "Dagskemaet",
            },
        ],
    }
    return from_dict(data, "fixture")


def results(*, hostile: str = "", clustered: bool = True, factor: int = 1) -> StudyResults:
    """Return study results; `factor` multiplies every count, `hostile` is added to names and texts."""
    q = questionnaire(hostile=hostile)
    records = [*_items(q, factor), *_pairs_and_sites(), *_scales(factor), *_participation(factor)]
    criteria = CriteriaSet.load()
    by_id = {record.id: record for record in records}
    info = StudyInfo(
        title={"da": "Prøvepilot" + hostile, "en": "Trial pilot" + hostile},
        language="da",
        respondent="patient",
        propsych_version="0.1.0",
        questionnaire_fingerprint="a" * 64,
        data_fingerprint="0123456789abcdef" * 4,
        source="svar.csv",
        seed=7,
        level=0.95,
        first_date="2025-09-01",
        last_date="2026-02-28",
        sites=tuple(Site(name, f"Sted {name}{hostile}", "kommune") for name in SITES),
        sectors={"kommune": "Kommune" + hostile},
        clustered=clustered,
        small_cell_limit=5,
    )
    problems = (
        Problem("parent_blank", column="dag_2", detail="dag_1"),
        Problem("missing_person_value", detail="site"),
    )
    return StudyResults(info, q, criteria, by_id, judge(records, criteria), problems)


def _share(count: int, n: int) -> Estimate:
    p = count / n
    half = 1.96 * (p * (1 - p) / n) ** 0.5
    return Estimate(p, max(p - half, 0.0), min(p + half, 1.0), 0.95, "Wilson")


def _items(q: Questionnaire, factor: int) -> list[Record]:
    found = []
    for key, (counts, skipped, not_asked, dont_know) in COUNTS.items():
        item = q.item(key)
        for group, parts in (("all", 1), *((f"site={site}", 3) for site in SITES)):
            scaled = [count * factor // parts for count in counts]
            answered, lacking = (
                sum(scaled),
                {"skipped": skipped * factor // parts, "dont_know": dont_know * factor // parts},
            )
            asked = answered + sum(lacking.values())
            lacking["not_asked"] = not_asked * factor // parts

            def add(
                name: str, estimate: Estimate, n: int | None = None, group: str = group, key: str = key
            ) -> None:
                found.append(
                    Record("items", key, group, name, estimate, Sample(n, n, "answered") if n else None)
                )

            add("n_persons", Estimate(asked + lacking["not_asked"]))
            add("n_asked", Estimate(asked))
            add("n_answered", Estimate(answered))
            for code, count in zip(item.codes, scaled, strict=True):
                add(f"count:{code}", Estimate(count))
            for kind in MISSING:
                add(f"missing:{kind}", Estimate(lacking.get(kind, 0)))
            ends = {
                "lowest": item.scores.index(min(item.scores)),
                "highest": item.scores.index(max(item.scores)),
            }
            add("skipped", _share(lacking["skipped"], asked), asked)
            for name, at in ends.items():
                add(name, _share(scaled[at], answered), answered)
            add("mean", Estimate(1234.5 if factor > 1 else 2.25), answered)
            if group == "all":
                add("n_unused", Estimate(scaled.count(0)), answered)
                if key.startswith("sov"):
                    value = 0.12 if key == "sov_2@1" else 0.61
                    add("item_rest", Estimate(value, value - 0.08, value + 0.08, 0.95, "Pearson"), answered)
    colours = {"green": 62, "yellow": 67, "red": 130, "grey": 9}
    found += [
        Record("colours", "styrke@2", "all", f"count:{c}", Estimate(n * factor)) for c, n in colours.items()
    ]
    found.append(Record("versions", "styrke@2", "all", "n_versions", Estimate(2)))
    return found


def _pairs_and_sites() -> list[Record]:
    sample = Sample(400, 390, "listwise within sovn")
    pair = Estimate(0.88, 0.84, 0.91, 0.95, "Pearson")
    unsure = Estimate(0.79, 0.74, 0.83, 0.95, "Pearson")
    found = [
        Record("redundancy", "sov_1@1~sov_2@1", "all", "correlation", pair, sample),
        Record("redundancy", "sov_1@1~sov_3@1", "all", "correlation", unsure, sample),
    ]
    for site, value in zip(SITES, (-0.9, 0.1, 0.45), strict=True):
        level = Estimate(value, value - 0.2, value + 0.2, 0.95, "Welch, Bonferroni")
        found.append(
            Record("sites", "sov_4@1", f"site={site}", "mean_difference", level, Sample(130, 130, "answered"))
        )
    turned = Estimate(-0.9, -1.1, -0.6, 0.95, "Fisher z by influence functions, Zou, Bonferroni")
    few = Estimate(-0.1, -0.7, 0.5, 0.95, "Fisher z by influence functions, Zou, Bonferroni")
    found.append(
        Record("sites", "sov_3@1", "site=syd", "item_rest_difference", turned, Sample(130, 130, "listwise"))
    )
    found.append(
        Record("sites", "sov_3@1", "site=vest", "item_rest_difference", few, Sample(12, 12, "listwise"))
    )
    return found


def _scales(factor: int) -> list[Record]:
    found = []
    for scale, bins in (("sovn", [9, 20, 30, 60, 80, 70, 50, 40, 30, 21]), ("dag", [5] * 10)):
        n = sum(bins) * factor
        numbers = {"n_persons": n + 8, "n_scored": n} | {
            f"bin:{10 * i}..{10 * i + 9}": count * factor for i, count in enumerate(bins)
        }
        found += [Record("scores", scale, "all", name, Estimate(value)) for name, value in numbers.items()]
        sample = Sample(n + 8, n, "with a score")
        ceiling = (
            Estimate(0.31, 0.25, 0.38, 0.95, "Wilson") if scale == "sovn" else Estimate(0.14, 0.1, 0.2, 0.95)
        )
        found.append(Record("floor_ceiling", scale, "all", "ceiling", ceiling, sample))
        found.append(
            Record("floor_ceiling", scale, "all", "floor", Estimate(0.02, 0.01, 0.05, 0.95, "Wilson"), sample)
        )
    alpha = Estimate(0.84, 0.81, 0.87, 0.95, "ADF")
    found.append(Record("internal_consistency", "sovn", "all", "alpha", alpha, Sample(410, 380, "listwise")))
    found.append(
        Record("internal_consistency", "sovn", "site=nord", "alpha", alpha, Sample(140, 130, "listwise"))
    )
    return found


def _participation(factor: int) -> list[Record]:
    groups = {"all": 418, "site=nord": 150, "site=syd": 140, "site=vest": 128, "sector=kommune": 418}
    groups |= {
        "month=2025-09": 200,
        "month=2025-10": 218,
        "sex=female": 250,
        "sex=male": 168,
        "age=18-29": 200,
    }
    return [
        Record("participation", "persons", group, "n", Estimate(n * factor)) for group, n in groups.items()
    ]

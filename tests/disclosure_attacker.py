"""An attacker of the publishable report who shares no code with the suppression.

It reads nothing but the published results and the questionnaire: every number left in them, in estimates,
samples and judgements, shares turned back into counts, means into sums. It writes its own equations and
solves its own integer programmes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from propsych.study.results import StudyResults

ASKED_MISSING = ("skipped", "not_relevant", "dont_know", "prefer_not")
NOT_ASKED = ("not_asked", "unknown_if_asked", "other_version")
TOO_MANY = 10_000.0


@dataclass
class Attack:
    """Counts with what is known of each, and linear relations between them."""

    low: dict[str, float] = field(default_factory=dict)
    high: dict[str, float] = field(default_factory=dict)
    rows: list[tuple[dict[str, float], float, float]] = field(default_factory=list)

    def var(self, name: str, low: float = 0, high: float = TOO_MANY) -> str:
        self.low[name] = max(self.low.get(name, 0), low)
        self.high[name] = min(self.high.get(name, TOO_MANY), high)
        return name

    def known(self, name: str, value: float) -> None:
        self.var(name, round(value), round(value))

    def equal(self, total: str, parts: list[str]) -> None:
        self.say({total: 1.0, **{p: -1.0 for p in parts}}, 0, 0)

    def at_most(self, small: str, large: str) -> None:
        self.say({large: 1.0, small: -1.0}, 0, np.inf)

    def say(self, terms: dict[str, float], low: float, high: float) -> None:
        for name in terms:
            self.var(name)
        self.rows.append((terms, low, high))

    def range_of(self, terms: dict[str, float]) -> tuple[int, int]:
        """Return the least and largest value of a sum of counts."""
        for name in terms:  # a count of which nothing at all is printed
            self.var(name)
        names, rows = self._tied(terms)
        place = {name: j for j, name in enumerate(names)}
        matrix = np.zeros((len(rows), len(names)))
        for i, (row, _, _) in enumerate(rows):
            for name, weight in row.items():
                matrix[i, place[name]] += weight
        goal = np.array([terms.get(name, 0.0) for name in names])
        bounds = Bounds([self.low[n] for n in names], [self.high[n] for n in names])
        limits = [LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows])] if rows else []
        ends = []
        for sign in (1.0, -1.0):
            found = milp(
                sign * goal, integrality=np.ones(len(names), dtype=int), bounds=bounds, constraints=limits
            )
            if found.status != 0:
                raise AssertionError(f"the printed numbers contradict each other: {found.message}")
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]

    def _tied(self, terms: dict[str, float]) -> tuple[list[str], list[tuple[dict[str, float], float, float]]]:
        """Return what is tied to some counts by relations between counts that are not known."""
        if not hasattr(self, "_of"):
            self._of: dict[str, list[int]] = {}
            for i, (row, _, _) in enumerate(self.rows):
                for name in row:
                    self._of.setdefault(name, []).append(i)
        seen, front, used = set(terms), list(terms), set()
        while front:
            name = front.pop()
            for i in self._of.get(name, []):
                used.add(i)
                for other in self.rows[i][0]:
                    if other not in seen:
                        seen.add(other)
                        if self.low[other] < self.high[other]:
                            front.append(other)
        return list(seen), [self.rows[i] for i in sorted(used)]


def read_report(results: StudyResults) -> Attack:
    """Collect everything that the published results say about counts."""
    attack = Attack()
    for record in results.records.values():
        is_count = (
            record.statistic.startswith(("n_", "count:", "missing:", "bin:"))
            or record.property == "participation"
        )
        if not is_count or record.statistic in ("n_unused", "n_versions"):
            continue
        if record.estimate.value is not None:
            attack.known(record.id, record.estimate.value)
        else:
            attack.var(record.id, low=_least(results, record.property, record.target, record.group))
    _participation(results, attack)
    for item in results.questionnaire.items:
        if f"items/{item.key}/all/n_asked" in results.records:
            _item(results, attack, item)
    _versions(results, attack)
    _branches(results, attack)
    for scale in results.questionnaire.scales:
        _scale(results, attack, scale)
    for judgement in results.judgements:
        _judgement(results, attack, judgement)
    return attack


def _least(results: StudyResults, property: str, target: str, group: str) -> int:
    """Return 1, since zeros are shown, but 0 where of this site or item nothing at all is shown."""
    of_site = group != "all" and property != "participation"
    if of_site and results.value("participation", "persons", "n", group) is None:
        return 0
    same = [r for r in results.select(property, target, "all") if r.statistic.startswith(("count:", "bin:"))]
    return 0 if same and all(r.estimate.value is None for r in same) else 1


def _participation(results: StudyResults, attack: Attack) -> None:
    groups = [r.group for r in results.select("participation") if r.statistic == "n"]

    def n(group: str) -> str:
        return f"participation/persons/{group}/n"

    for by in ("site", "sector", "month", "sex"):
        members = [n(g) for g in groups if g.startswith(f"{by}=")]
        if by == "site":
            members = [n(f"site={s.id}") for s in results.info.sites]
        if members:
            attack.equal(n("all"), members)
    for sector in results.info.sectors:
        members = [n(f"site={s.id}") for s in results.info.sites if s.sector == sector]
        if f"sector={sector}" in groups and members:
            attack.equal(n(f"sector={sector}"), members)
    invited = [r for r in results.select("participation") if r.statistic == "invited"]
    for record in invited:
        if record.group in groups:
            attack.at_most(n(record.group), record.id)
    for site in results.info.sites:
        if site.invited is not None:
            attack.known(f"participation/persons/site={site.id}/invited", site.invited)
    if "all" in {record.group for record in invited}:
        attack.equal(
            "participation/persons/all/invited",
            [f"participation/persons/site={s.id}/invited" for s in results.info.sites],
        )


def _item(results: StudyResults, attack: Attack, item) -> None:  # type: ignore[no-untyped-def]
    key = item.key

    def v(statistic: str, group: str = "all") -> str:
        return f"items/{key}/{group}/{statistic}"

    counts = {code: v(f"count:{code}") for code in item.codes}
    attack.equal(v("n_answered"), list(counts.values()))
    attack.equal(v("n_asked"), [v("n_answered"), *(v(f"missing:{k}") for k in ASKED_MISSING)])
    attack.equal(v("n_persons"), [v("n_asked"), *(v(f"missing:{k}") for k in NOT_ASKED)])
    sites = [f"site={s.id}" for s in results.info.sites]
    for group in sites:
        attack.at_most(v("n_answered", group), v("n_asked", group))
        attack.at_most(v("n_asked", group), v("n_persons", group))
        attack.equal(v("n_persons", group), [f"participation/persons/{group}/n"])
    attack.equal(v("n_persons"), ["participation/persons/all/n"])
    for statistic in ("n_answered", "n_asked") if sites else ():
        attack.equal(v(statistic), [v(statistic, f"site={s.id}") for s in results.info.sites])
    if item.colours is not None:
        for colour in ("green", "yellow", "red"):
            attack.equal(
                f"colours/{key}/all/count:{colour}", [counts[c] for c in getattr(item.colours, colour)]
            )
        attack.equal(f"colours/{key}/all/count:grey", [v(f"missing:{k}") for k in ASKED_MISSING])
    low = item.codes[int(np.argmin(item.scores))]
    high = item.codes[int(np.argmax(item.scores))]
    ends = {"skipped": (v("missing:skipped"), v("n_asked")), "lowest": (counts[low], v("n_answered"))}
    ends["highest"] = (counts[high], v("n_answered"))
    for record in results.select("items", key, "all"):
        _sample_and_share(attack, record, ends.get(record.statistic.removesuffix("_clustered")), v)
    mean = results.value("items", key, "mean")
    answered = results.value("items", key, "n_answered")
    if mean is not None and answered is not None:
        total = mean * answered
        terms = {counts[c]: float(s) for c, s in zip(item.codes, item.scores, strict=True)}
        attack.say(terms, total - 1e-4, total + 1e-4)


def _sample_and_share(attack: Attack, record, cells, v) -> None:  # type: ignore[no-untyped-def]
    sample, value = record.sample, record.estimate.value
    univariate = record.statistic not in ("item_rest", "alpha_if_dropped", "mean_inter_item")
    if sample is not None and univariate:
        whole = v("n_asked") if record.statistic.startswith("skipped") else v("n_answered")
        attack.known(whole, sample.n_used)
        if not record.statistic.endswith("_clustered"):
            attack.known(v("n_asked"), sample.n_asked)
    if cells is not None and value is not None:
        # share x whole = part, whatever of it is known
        part, whole = cells
        attack.say({part: 1.0, whole: -float(value)}, -1e-4, 1e-4)


def _versions(results: StudyResults, attack: Attack) -> None:
    for item_id in {item.id for item in results.questionnaire.items}:
        keys = [item.key for item in results.questionnaire.versions(item_id)]
        if len(keys) < 2:
            continue
        for key in keys:
            given = [
                f"items/{key}/all/{s}" for s in ("n_asked", "missing:not_asked", "missing:unknown_if_asked")
            ]
            attack.equal(f"given {key}", given)
        attack.equal("participation/persons/all/n", [f"given {key}" for key in keys])


def _branches(results: StudyResults, attack: Attack) -> None:
    for item in results.questionnaire.items:
        if item.asked_if is None or len(results.questionnaire.versions(item.id)) > 1:
            continue
        parents = results.questionnaire.versions(item.asked_if.item)
        if len(parents) > 1:
            continue
        parent = parents[0].key
        blank = results.value("items", parent, "missing:skipped")
        inside = [f"items/{parent}/all/count:{c}" for c in item.asked_if.codes]
        if blank is not None and all(p.kind != "answered_though_hidden" for p in results.problems):
            attack.equal(f"items/{item.key}/all/n_asked", inside)
        for record in results.select("items", item.key):
            if record.statistic == "n_asked" and record.group != "all" and not results.problems:
                attack.at_most(record.id, f"items/{parent}/{record.group}/n_answered")


def _bars(results: StudyResults, scale_id: str) -> list[str]:
    bars = [r.id for r in results.select("scores", scale_id, "all") if r.statistic.startswith("bin:")]
    return sorted(bars, key=lambda name: float(name.rpartition("bin:")[2].partition("..")[0]))


def _scale(results: StudyResults, attack: Attack, scale) -> None:  # type: ignore[no-untyped-def]
    def v(statistic: str, group: str = "all") -> str:
        return f"scores/{scale.id}/{group}/{statistic}"

    bars = _bars(results, scale.id)
    attack.equal(v("n_scored"), bars)
    attack.at_most(v("n_scored"), "participation/persons/all/n")
    sites = [f"site={s.id}" for s in results.info.sites]
    for group in sites:
        attack.at_most(v("n_scored", group), f"participation/persons/{group}/n")
    if sites:
        attack.equal(v("n_scored"), [v("n_scored", f"site={s.id}") for s in results.info.sites])
    items = [results.questionnaire.item(name) for name in scale.items]
    answered = [f"items/{item.key}/all/n_answered" for item in items]
    simple = all(not item.equivalent_to for item in items)
    for end, bar in (("floor", bars[0]), ("ceiling", bars[-1])):
        record = results.get("floor_ceiling", scale.id, end)
        if record is None:
            continue
        cell = attack.var(f"{scale.id} {end}", low=1 if record.estimate.value is None else 0)
        if record.estimate.value is not None:
            attack.say({cell: 1.0, v("n_scored"): -float(record.estimate.value)}, -1e-4, 1e-4)
        attack.at_most(cell, bar)
        if record.sample is not None:
            attack.known(v("n_scored"), record.sample.n_used)
    persons = "participation/persons/all/n"
    alpha = results.get("internal_consistency", scale.id, "alpha")
    if alpha is not None and alpha.sample is not None and simple:
        complete = f"{scale.id} complete"
        attack.known(complete, alpha.sample.n_used)
        attack.at_most(complete, v("n_scored"))
        for name in answered:
            attack.at_most(complete, name)
        lacking = {persons: len(items) - 1.0, complete: 1.0, **{name: -1.0 for name in answered}}
        attack.say(lacking, 0, np.inf)
    mean, scored = results.value("scores", scale.id, "mean"), results.value("scores", scale.id, "n_scored")
    n = results.value("participation", "persons", "n")
    if (
        mean is None
        or scored is None
        or n != scored
        or scale.rule.kind != "percent"
        or scale.rule.flip
        or not simple
    ):
        return
    if any(results.value("items", item.key, "n_answered") != n for item in items):
        return
    low = sum(min(item.scores) for item in items)
    spread = sum(max(item.scores) for item in items) - low
    terms = {
        f"items/{item.key}/all/count:{c}": float(s)
        for item in items
        for c, s in zip(item.codes, item.scores, strict=True)
    }
    half = 0.05 if mean == round(mean, 1) else 1e-6
    attack.say(
        terms,
        n * (low + (mean - half) * spread / 100) - 1e-4,
        n * (low + (mean + half) * spread / 100) + 1e-4,
    )


def _judgement(results: StudyResults, attack: Attack, judgement) -> None:  # type: ignore[no-untyped-def]
    least = results.criteria[judgement.criterion].least_n
    counted = "n_asked" if judgement.criterion == "skipped" else "n_answered"
    cell = f"items/{judgement.target}/{judgement.group}/{counted}"
    if cell not in attack.low or judgement.reason == "not_estimable":
        return
    if judgement.n is not None and judgement.criterion != "item_rest":
        attack.known(cell, judgement.n)
    if judgement.reason != "too_few":
        attack.var(cell, low=least)


def small_counts(truth: StudyResults, limit: int = 5) -> dict[str, tuple[dict[str, float], int]]:
    """Return every small count of the unsuppressed results: name -> (sum of printed counts, true value)."""
    found: dict[str, tuple[dict[str, float], int]] = {}

    def value(name: str) -> int | None:
        record = truth.records.get(name)
        return None if record is None or record.estimate.value is None else round(record.estimate.value)

    def add(name: str, terms: dict[str, float]) -> None:
        values = [value(part) for part in terms]
        if all(v is not None for v in values):
            total = round(sum(w * v for w, v in zip(terms.values(), values, strict=True) if v is not None))
            if 1 <= total < limit:
                found[name] = (terms, total)

    for record in truth.records.values():
        one = record.group == "all" or record.group.startswith("site=")
        if record.property in ("items", "scores", "colours") and one:
            all_only = record.statistic.startswith(("count:", "missing:", "bin:")) and record.group == "all"
            if all_only or record.statistic in ("n_asked", "n_answered", "n_scored"):
                add(record.id, {record.id: 1.0})
        if record.property == "participation" and record.statistic == "n":
            add(record.id, {record.id: 1.0})
            add(
                f"{record.group} not responding",
                {record.id.removesuffix("n") + "invited": 1.0, record.id: -1.0},
            )
        if record.property == "items" and record.statistic == "n_asked" and one:
            stem = record.id.removesuffix("n_asked")
            add(f"{stem}unanswered", {record.id: 1.0, f"{stem}n_answered": -1.0})
            add(f"{stem}not asked", {f"participation/persons/{record.group}/n": 1.0, record.id: -1.0})
        if record.property == "scores" and record.statistic == "n_scored" and one:
            add(f"{record.id} not", {f"participation/persons/{record.group}/n": 1.0, record.id: -1.0})
    return found


def pinned(truth: StudyResults, published: StudyResults, limit: int = 5) -> list[str]:
    """Return the small counts whose derivable range does not cover 1 to ``limit - 1``, with that range."""
    attack = read_report(published)
    lost = []
    for name, (terms, value) in small_counts(truth, limit).items():
        low, high = attack.range_of(terms)
        if not low <= value <= high:
            raise AssertionError(f"the attacker is wrong about {name}: {low} to {high}, truly {value}")
        if low > 1 or high < limit - 1:
            lost.append(f"{name}: {low}-{high}")
    return lost

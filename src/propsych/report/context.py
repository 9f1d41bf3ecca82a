"""What every page needs: the results, the language, and numbers as a reader sees them.

Nothing is computed here but count / asked for a percentage, in one place (`Context.of`), and sums of
counts that are printed beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from propsych.criteria import Judgement
from propsych.questionnaire import Item, Scale
from propsych.report.i18n import Language
from propsych.report.model import Link
from propsych.result import Record
from propsych.study import SUPPRESSED, StudyResults

__all__ = ["SHARES", "Context", "is_share"]

SHARES = (
    *("skipped", "lowest", "highest", "smallest_share", "floor", "ceiling"),
    *("percent_agreement", "below_at_retest"),
)
"""Statistics that are shares, with or without ``_clustered`` behind them."""

_COUNTS = (
    *("n", "invited", "n_persons", "n_asked", "n_answered", "n_scored", "n_unused", "n_versions"),
    *("n_twice", "n_in_time", "n_unchanged", "n_measured_twice", "n_stable", "n_same_mode", "n_same"),
    *("days_shortest", "days_median", "days_longest", "bartlett_df"),
)


def is_share(statistic: str) -> bool:
    """Return True if a statistic is a share between 0 and 1.

    Examples
    --------
    >>> is_share("skipped_clustered"), is_share("mean")
    (True, False)
    """
    return statistic.removesuffix("_clustered") in SHARES


def is_count(statistic: str) -> bool:
    """Return True if a statistic is a number of persons, categories or versions."""
    return statistic in _COUNTS or statistic.startswith(("count:", "missing:", "bin:"))


@dataclass(frozen=True)
class Context:
    """Results and language together."""

    results: StudyResults
    language: Language

    # -- what is asked -----------------------------------------------------------------------------

    @cached_property
    def _by_target(self) -> dict[tuple[str, str], list[Record]]:
        found: dict[tuple[str, str], list[Record]] = {}
        for name in sorted(self.results.records):  # a report never depends on the order of the file
            record = self.results.records[name]
            found.setdefault((record.property, record.target), []).append(record)
        return found

    def select(self, property: str, target: str) -> list[Record]:
        """Return the numbers of one property of one item or scale."""
        return self._by_target.get((property, target), [])

    def targets(self, property: str) -> list[str]:
        """Return the items, pairs or scales that a property has numbers of, sorted."""
        return [target for name, target in self._by_target if name == property]

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """The properties that there are numbers of, sorted."""
        return tuple(dict.fromkeys(name for name, _ in self._by_target))

    @cached_property
    def _judged(self) -> dict[str, list[Judgement]]:
        found: dict[str, list[Judgement]] = {}
        for judgement in self.results.judgements:
            for target in judgement.target.split("~"):
                found.setdefault(target, []).append(judgement)
        return found

    def judged(self, target: str) -> list[Judgement]:
        """Return the judgements that may be points of attention, about one item (also in a pair) or scale."""
        found = self._judged.get(target, [])
        return [j for j in found if self.results.criteria[j.criterion].role == "point"]

    def judged_all(self, target: str) -> list[Judgement]:
        """Return every judgement about one item or scale, also what a number is good enough for."""
        return self._judged.get(target, [])

    def judged_of(self, record: Record) -> list[Judgement]:
        """Return every judgement about one number."""
        return [j for j in self._judged.get(record.target, []) if j.record == record.id]

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """Item ids in questionnaire order, each once."""
        return tuple(dict.fromkeys(item.id for item in self.results.questionnaire.items))

    def position(self, item_id: str) -> int:
        """Return an item's place in the questionnaire, from 1."""
        return self.item_ids.index(item_id) + 1

    def scale_of(self, item: Item) -> Scale | None:
        """Return the scale that an item belongs to."""
        return self.results.questionnaire.scale_of(item.id)

    def text(self, item: Item) -> str:
        """Return the question as it was asked."""
        return str(item.text.get(self.language.code))

    def short(self, item: Item) -> str:
        """Return a short name of the question."""
        named = item.short.get(self.language.code) if item.short is not None else self.text(item)
        return str(named)

    def item_link(self, item_id: str) -> Link:
        """Return a link to an item's page: number and short name."""
        item = self.results.questionnaire.item(item_id)
        return Link(f"{self.position(item_id)}. {self.short(item)}", f"item-{item_id}")

    def scale_link(self, scale: Scale) -> Link:
        """Return a link to a scale's page."""
        return Link(str(scale.name.get(self.language.code)), f"scale-{scale.id}")

    def site_name(self, site_id: str) -> str:
        """Return a site's name."""
        return next((site.name for site in self.results.info.sites if site.id == site_id), site_id)

    def respondents(self, form: str = "plain") -> str:
        """Return the word for the persons: ``"plain"`` patients, ``"definite"`` the patients."""
        tr = self.language.gettext
        if self.results.info.respondent == "borger":
            return tr("citizens") if form == "plain" else tr("the citizens")
        return tr("patients") if form == "plain" else tr("the patients")

    @property
    def and_between(self) -> str:
        """What stands between two links."""
        return self.language.gettext(" and ")

    # -- numbers -----------------------------------------------------------------------------------

    @property
    def publishable(self) -> bool:
        """True if small counts were withheld, so that sites have no distribution of their own."""
        return self.results.info.audience == "publishable"

    def count(self, property: str, target: str, statistic: str, group: str = "all") -> int | None:
        """Return a count, or None if it is not there or withheld."""
        value = self.results.value(property, target, statistic, group)
        return round(value) if value is not None else None

    def withheld(self) -> str:
        """Return what stands for a suppressed number."""
        return self.language.gettext("(suppressed)")

    def not_shown(self) -> str:
        """Return the sentence that stands where disclosure control withheld a number."""
        return self.language.gettext(
            "Not shown, because it could reveal a count below {limit}.",
            limit=self.language.number(self.results.info.small_cell_limit),
        )

    def is_withheld(self, judgement: Judgement) -> bool:
        """Return True if the number that was judged is withheld, or its interval: no fault of the pilot's."""
        record = self.results.records.get(judgement.record)
        if record is None or record.estimate.method == SUPPRESSED:
            return self.publishable
        has_value = record.estimate.value is not None
        return self.publishable and judgement.reason == "not_estimable" and has_value

    def cannot_tell(self, judgement: Judgement) -> bool:
        """Return True if the answers leave it open; not where the answer is only withheld."""
        hidden = judgement.reason == "not_estimable" and self.is_withheld(judgement)
        return judgement.state == "cannot_tell" and not hidden

    def shown(self, record: Record | None, decimals: int = 2) -> str:
        """Return one number as text: a count, a per cent, or a decimal; withheld or lacking is said."""
        if record is None:
            return "–"
        value = record.estimate.value
        if record.estimate.method == SUPPRESSED:
            return self.withheld()
        if value is None:
            return "–"
        if is_count(record.statistic):
            return self.language.number(value)
        if is_share(record.statistic):
            return self.language.percent(value, max(decimals - 1, 0))
        return self.language.number(value, decimals)

    def cell(self, property: str, target: str, statistic: str, group: str = "all", decimals: int = 2) -> str:
        """Return one number of the results as text."""
        return self.shown(self.results.get(property, target, statistic, group), decimals)

    def of(self, count: int, n: int) -> str:
        """Return a count as a share of `n`; the one place where the report divides."""
        return self.language.percent(count / n) if n else "–"

    def between(self, record: Record | None, decimals: int = 2) -> str:
        """Return the interval in words ("between 39 and 49 %"), or nothing if there is none to show."""
        if record is None or record.estimate.lower is None or record.estimate.upper is None:
            return ""
        low, high = record.estimate.lower, record.estimate.upper
        if not is_share(record.statistic):
            ends = self.language.number(low, decimals), self.language.number(high, decimals)
        else:
            ends = self.language.percents(max(low, 0.0), min(high, 1.0))
            if ends[0] == ends[1]:
                return ends[0]
        return self.language.gettext("between {low} and {high}", low=ends[0], high=ends[1])

    def in_brackets(self, record: Record | None) -> str:
        """Return the interval in brackets after a number, or nothing if there is none to show."""
        interval = self.between(record)
        return f" ({interval})" if interval else ""

    def range(self, record: Record | None, decimals: int = 2) -> str:
        """Return the interval briefly ("39–49 %"), for tables."""
        if record is None or record.estimate.lower is None or record.estimate.upper is None:
            return ""
        low, high = record.estimate.lower, record.estimate.upper
        if is_share(record.statistic):
            ends = self.language.percents(max(low, 0.0), min(high, 1.0), max(decimals - 1, 0))
            dash = "–" if all(end[:1].isdigit() for end in ends) else self.language.gettext(" to ")
            return dash.join(dict.fromkeys(ends))
        dash = "–" if low >= 0 else self.language.gettext(" to ")
        return f"{self.language.number(low, decimals)}{dash}{self.language.number(high, decimals)}"

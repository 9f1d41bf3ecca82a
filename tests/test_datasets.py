"""The example questionnaire and the synthetic pilots that answer it."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from propsych.data import read_responses
from propsych.datasets import example_questionnaire, make_pilot, write_example, write_pilot
from propsych.errors import DataError
from propsych.questionnaire import Questionnaire

COLUMNS = {
    "person": "patient",
    "time_point": "tidspunkt",
    "site": "pilotsted",
    "sector": "sektor",
    "date": "dato",
    "age": "alder",
    "sex": "koen",
    "mode": "svarform",
    "anchor": "forandring",
}
SEEDS = range(5)


def column(item):
    several = len(example_questionnaire().versions(item.id)) > 1
    return item.key if several else item.id


def codes(pilot, key):
    """Codes of an item as numbers, NaN where nothing or a kind of missing stands."""
    values = pd.to_numeric(pilot.answers[column(pilot.questionnaire.item(key))])
    return values.where(values >= 0)


def scores(pilot, key):
    item = pilot.questionnaire.item(key)
    return codes(pilot, key).map(dict(zip(item.codes, item.scores, strict=True)))


def item_rest(pilot, key):
    """Correlation of an item with the mean of the other items of its scale."""
    scale = pilot.questionnaire.scale_of(key.split("@")[0])
    frame = pd.DataFrame({name: scores(pilot, name) for name in scale.items})
    own = key.split("@")[0]
    return frame[own].corr(frame.drop(columns=own).mean(axis=1))


def shares(pilot, key):
    """Share of each declared category among those who answered."""
    item = pilot.questionnaire.item(key)
    values = codes(pilot, key).dropna()
    return np.array([(values == code).mean() for code in item.codes])


def blank(pilot, key):
    """Share of empty cells; of an item that branching hides, among those to whom it was shown."""
    item = pilot.questionnaire.item(key)
    shown = np.ones(len(pilot), dtype=bool)
    if item.asked_if is not None:
        shown = codes(pilot, item.asked_if.item).isin(item.asked_if.codes).to_numpy()
    return (pilot.answers[column(item)] == "")[shown].mean()


def problem(kind):
    return next(p for p in make_pilot(seed=0).planted if p.kind == kind)


class TestQuestionnaire:
    q = example_questionnaire()

    def test_about_45_items_one_in_two_versions(self):
        assert len({item.id for item in self.q}) == 46
        assert len(self.q.items) == 47
        first, second = self.q.versions("smerte_vaerst")
        assert first.in_use_to < second.in_use_from
        assert not second.equivalent_to

    def test_both_languages_everywhere(self):
        texts = [self.q.title, *(t.name for t in self.q.topics), *(s.name for s in self.q.scales)]
        for item in self.q:
            texts += [item.text, item.short, *(c.label for c in item.categories)]
            assert all(len(item.short[language]) <= 30 for language in ("da", "en")), item.key
        assert all(set(text.languages) == {"da", "en"} for text in texts)

    def test_every_item_has_a_topic_and_a_link_id_with_commas(self):
        assert all(item.topic for item in self.q)
        assert all(item.link_id.split(",")[0] == "1.2.208.176.1.5.1" for item in self.q)

    def test_every_kind_of_rule_scale_and_item(self):
        rules = {(s.rule.kind, s.rule.missing.kind) for s in self.q.scales}
        assert rules == {
            ("percent", "at_least_half"),
            ("mean", "at_least_half"),
            ("sum", "all"),
            ("sum", "at_least"),
        }
        assert {s.model for s in self.q.scales} == {"reflective", "formative"}
        assert {s.type for s in self.q.scales} == {"generic", "domain_specific", "diagnosis_specific"}
        assert [s.id for s in self.q.scales if s.embedded] == ["kropstillid"]
        assert {i.asked_if.item for i in self.q if i.asked_if} == {"arbejdsliv", "medicin"}
        assert [i.id for i in self.q if i.type == "text"] == ["andet"]
        assert [i.id for i in self.q if i.colours and i.colours.safety] == ["livsmod"]
        assert set(self.q.missing) == {"skipped", "not_asked", "not_relevant", "dont_know", "prefer_not"}

    def test_pain_intensity_belongs_to_no_scale(self):
        assert all(self.q.scale_of(i.id) is None for i in self.q if i.topic == "smerter")

    def test_reversal_points_every_item_the_way_of_its_scale(self):
        for scale in self.q.scales:
            for name in scale.items:
                item = self.q.item(name)
                assert (item.direction != scale.direction) == item.reverse, name

    def test_round_trip(self, tmp_path):
        self.q.dump(tmp_path / "again.toml")
        assert Questionnaire.load(tmp_path / "again.toml") == self.q


class TestPilot:
    def test_same_seed_same_bytes(self):
        assert make_pilot(seed=7).to_csv() == make_pilot(seed=7).to_csv()
        assert make_pilot(seed=7).to_csv() != make_pilot(seed=8).to_csv()

    def test_six_sites_three_sectors_six_months(self):
        answers = make_pilot().answers
        assert answers["pilotsted"].nunique() == 6
        assert answers.groupby("sektor")["pilotsted"].nunique().tolist() == [2, 2, 2]
        assert answers["dato"].min() >= "2025-09-01"
        assert answers["dato"].max() <= "2026-02-28"
        assert answers["dato"].str[:7].nunique() == 6
        assert answers["patient"].is_unique

    @pytest.mark.parametrize("n", [30, 61, 420, 1000])
    def test_any_n(self, n):
        pilot = make_pilot(seed=1, n=n)
        assert len(pilot) == n
        assert pilot.answers["pilotsted"].nunique() == 6

    def test_too_few_is_refused(self):
        with pytest.raises(DataError, match="at least 30"):
            make_pilot(n=29)

    @pytest.mark.parametrize("problems", [True, False])
    def test_read_without_errors(self, tmp_path, problems):
        for seed in (0, 1, 2):
            pilot = make_pilot(seed, problems=problems)
            path, _ = write_pilot(tmp_path, pilot)
            check = read_responses(path, pilot.questionnaire, columns=COLUMNS).check
            assert check.errors == ()
            kinds = [p.kind for p in check.warnings]
            assert set(kinds) <= {"parent_blank", "answered_though_hidden"}
            assert kinds.count("answered_though_hidden") in (2, 3)

    def test_every_kind_of_missing_occurs(self):
        cells = make_pilot().answers.to_numpy().ravel()
        assert {"", "-5", "-6", "-7", "-8"} <= set(cells)


class TestRetest:
    pilot = make_pilot()

    def test_the_same_persons_in_the_same_columns_a_little_later(self):
        first = self.pilot.answers.set_index("patient")
        second = self.pilot.retest.set_index("patient")
        assert second.index.is_unique
        assert set(second.index) <= set(first.index)
        assert list(first.columns) == list(second.columns)
        days = pd.to_datetime(second["dato"]) - pd.to_datetime(first["dato"].loc[second.index])
        assert days.dt.days.between(7, 21).all()
        fixed = ["pilotsted", "sektor", "alder", "koen"]
        assert second[fixed].equals(first.loc[second.index, fixed])
        assert second["dato"].max() <= "2026-02-28"

    def test_who_says_better_has_less_trouble_and_who_says_worse_more(self):
        names = ["hverdag_01", "humoer_02", "soevn_02", "smerte_nu"]
        first = self.pilot.answers.set_index("patient")[names].apply(pd.to_numeric)
        second = self.pilot.retest.set_index("patient")[names].apply(pd.to_numeric)
        change = (second.where(second >= 0) - first.where(first >= 0)).mean(axis=1)
        by = change.groupby(self.pilot.retest.set_index("patient")["forandring"]).mean()
        assert by["bedre"] < by["uaendret"] - 0.3 < by["vaerre"]
        assert abs(by["uaendret"]) < 0.15

    def test_the_anchor_is_asked_the_second_time_only(self):
        assert (self.pilot.answers["forandring"] == "").all()
        assert set(self.pilot.retest["forandring"]) == {"uaendret", "bedre", "vaerre", ""}


class TestPlanted:
    pilots = tuple(make_pilot(seed) for seed in SEEDS)

    def test_eight_kinds_six_visible_now(self):
        kinds = {p.kind: p.visible_now for p in self.pilots[0].planted}
        assert len(kinds) == 8
        assert sorted(kind for kind, visible in kinds.items() if not visible) == ["dif", "straight_lining"]

    def test_targets_are_eight_different_items(self):
        targets = [t for p in self.pilots[0].planted for t in p.targets if t != "persons"]
        assert len(set(targets)) == len(targets) == 8
        assert set(targets) <= {item.key for item in example_questionnaire()}

    def test_ceiling(self):
        assert all(0.60 < shares(p, problem("ceiling").target)[-1] < 0.75 for p in self.pilots)

    def test_skipped(self):
        assert all(0.16 < blank(p, problem("skipped").target) < 0.28 for p in self.pilots)

    def test_redundant_pair(self):
        a, b = problem("redundant").targets
        assert all(0.86 < scores(p, a).corr(scores(p, b)) < 0.95 for p in self.pilots)
        assert problem("redundant").target == f"{a}~{b}"

    def test_wrong_way_round_at_one_site(self):
        planted = problem("wrong_way_round")
        name = planted.target.split("@")[0]
        for pilot in self.pilots:
            scale = [n for n in pilot.questionnaire.scale_of(name).items if n != name]
            frame = pd.DataFrame({n: scores(pilot, n) for n in [name, *scale]})
            rest = frame[scale].mean(axis=1)
            by_site = {
                site: frame.loc[rows, name].corr(rest[rows])
                for site, rows in pilot.answers.groupby("pilotsted").groups.items()
            }
            assert by_site.pop(planted.site) < -0.3
            assert min(by_site.values()) > 0.2

    def test_dif_between_the_sexes(self):
        gaps = []
        for pilot in self.pilots:
            woman = pilot.answers["koen"] == "kvinde"
            rest = pd.DataFrame({n: scores(pilot, n) for n in ("humoer_02", "humoer_04", "humoer_07")}).mean(
                axis=1
            )
            item = scores(pilot, problem("dif").target)
            gaps.append(
                (item[woman].mean() - item[~woman].mean()) - (rest[woman].mean() - rest[~woman].mean())
            )
        assert 0.5 < np.mean(gaps) < 1.3

    def test_reworded_in_month_three(self):
        for pilot in self.pilots:
            old, new = codes(pilot, "smerte_vaerst@1"), codes(pilot, "smerte_vaerst@2")
            dates = pilot.answers["dato"]
            assert not (old.notna() & new.notna()).any()
            assert dates[old.notna()].max() < "2025-11-01" <= dates[new.notna()].min()
            assert old.mean() - new.mean() > 0.5

    def test_unused_category(self):
        key = problem("unused_category").target
        assert all(shares(p, key)[-1] == 0 and shares(p, key)[:-1].min() > 0.02 for p in self.pilots)

    def test_straight_liners(self):
        names = [f"hverdag_{k:02d}" for k in range(1, 8)] + [f"humoer_{k:02d}" for k in range(1, 8)]
        for pilot in self.pilots:
            frame = pd.DataFrame({name: codes(pilot, name) for name in names})
            same = (frame.nunique(axis=1) == 1).mean()
            assert 0.03 < same < 0.06


class TestClean:
    pilots = tuple(make_pilot(seed, problems=False) for seed in SEEDS)

    def test_nothing_is_planted(self):
        assert all(pilot.planted == () for pilot in self.pilots)

    def test_everybody_has_the_latest_version(self):
        assert all((p.answers["smerte_vaerst@1"] == "").all() for p in self.pilots)
        assert all(codes(p, "smerte_vaerst@2").notna().mean() > 0.9 for p in self.pilots)

    def test_no_item_is_near_a_criterion(self):
        items = [i for i in example_questionnaire() if i.type == "choice" and i.key != "smerte_vaerst@1"]
        for pilot in self.pilots:
            for item in items:
                share = shares(pilot, item.key)
                assert blank(pilot, item.key) < 0.08, item.key
                assert max(share[0], share[-1]) < 0.42, item.key
                assert share.min() > 0, item.key

    def test_reflective_scales_hang_together_and_repeat_nothing(self):
        for pilot in self.pilots:
            for scale in (s for s in pilot.questionnaire.scales if s.model == "reflective"):
                frame = pd.DataFrame({name: scores(pilot, name) for name in scale.items})
                r = frame.corr().to_numpy()
                assert r[~np.eye(len(r), dtype=bool)].max() < 0.72
                assert all(item_rest(pilot, name) > 0.45 for name in scale.items)

    def test_no_straight_liners_are_planted(self):
        names = [f"hverdag_{k:02d}" for k in range(1, 8)] + [f"humoer_{k:02d}" for k in range(1, 8)]
        frames = [pd.DataFrame({name: codes(p, name) for name in names}) for p in self.pilots]
        assert all((frame.nunique(axis=1) == 1).mean() < 0.02 for frame in frames)


class TestFiles:
    def test_csv_form(self, tmp_path):
        path, _ = write_pilot(tmp_path / "new" / "folder")
        raw = path.read_bytes()
        assert raw.startswith(b"patient;tidspunkt;pilotsted;sektor;dato;alder;koen;svarform;")
        assert b"\r" not in raw
        pilot = make_pilot()
        assert raw.decode("utf-8").count("\n") == 1 + len(pilot.answers) + len(pilot.retest)

    def test_planted_file_lists_what_is_planted(self, tmp_path):
        pilot = make_pilot(seed=3)
        _, path = write_pilot(tmp_path, pilot)
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        assert (listed["seed"], listed["n"]) == (3, 420)
        assert listed["problems"] == [p.to_dict() for p in pilot.planted]

    def test_example_is_complete_and_the_same_every_time(self, tmp_path):
        first, second = write_example(tmp_path / "a"), write_example(tmp_path / "b")
        assert {"spoergeskema.toml", "svar.csv", "planted.toml"} <= {path.name for path in first}
        assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
        assert Questionnaire.load(tmp_path / "a" / "spoergeskema.toml") == example_questionnaire()


def test_the_committed_example_is_what_the_command_writes(tmp_path):
    committed = Path(__file__).parents[1] / "examples" / "kroniske_smerter"
    written = write_example(tmp_path)
    for path in written:
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name

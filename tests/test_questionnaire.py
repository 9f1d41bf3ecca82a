"""The questionnaire file: round trip, frozen, and errors that name file, key and remedy."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from propsych.errors import PropsychError, QuestionnaireError
from propsych.questionnaire import MissingKind, Questionnaire, dumps, from_dict

HEAD = """
id = "demo"
version = "1.0"
title = { da = "Afprøvning" }
languages = ["da"]
[missing]
skipped = ["99"]
dont_know = ["98"]
[[topics]]
id = "soevn"
name = { da = "Søvn" }
[[response_sets]]
id = "ja_nej"
categories = [{ code = 0, label = { da = "Nej" } }, { code = 1, label = { da = "Ja" } }]
"""
ITEM = """
[[items]]
id = "a"
text = { da = "Spørgsmål a" }
response_set = "ja_nej"
"""
SECOND = ITEM.replace('"a"', '"b"')
SCALE = """
[[scales]]
id = "s"
name = { da = "Skala" }
items = ["a", "b"]
model = "reflective"
direction = "higher_is_worse"
type = "generic"
rule = { kind = "sum" }
"""
GOOD = HEAD + ITEM + SECOND + SCALE


def load(tmp_path: Path, text: str | bytes) -> Questionnaire:
    file = tmp_path / "skema.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return Questionnaire.load(file)


def test_the_good_file_is_read(tmp_path):
    q = load(tmp_path, GOOD)
    assert [item.key for item in q] == ["a@1", "b@1"]
    assert q.item("a").codes == (0, 1)
    assert q.missing_codes(q.item("a")) == {"99": MissingKind.SKIPPED, "98": MissingKind.DONT_KNOW}
    assert q.scale_of("b") is q.scale("s")


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    assert load(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == load(tmp_path, GOOD)


BAD = {
    "not toml": ("id = ", "not valid TOML", "correct that line"),
    "not utf-8": (GOOD.encode("cp1252"), "not UTF-8", "save it as UTF-8"),
    "empty file": ("", "id: Field required", "add the key"),
    "no title": (GOOD.replace('title = { da = "Afprøvning" }', ""), "title: ", "add the key"),
    "unknown key": (GOOD + "colour = 1", "scales[0] (s).colour", "remove the key"),
    "later format": ("format = 2\n" + GOOD, "format: ", "use one of the values"),
    "text without language": (
        GOOD.replace('text = { da = "Spørgsmål a" }', 'text = "Spørgsmål a"'),
        "items[0] (a).text",
        "correct",
    ),
    "blank text": (GOOD.replace('"Spørgsmål a"', '" "'), "items[0] (a).text", "correct"),
    "language lacking": (GOOD.replace('["da"]', '["da", "en"]'), "items[0] (a@1).text", "add it"),
    "id with a space": (
        GOOD.replace('id = "s"', 'id = "my scale"'),
        "scales[0] (my scale).id",
        "begin with a letter",
    ),
    "items is no list": (
        GOOD.split("[[items]]")[0].replace("[missing]", "items = 3\n[missing]"),
        "items",
        "list",
    ),
    "items is a table": (HEAD + "[items]\nid = 'a'", "items", "list"),
    "item is a number": (HEAD.replace("[missing]", "items = [3]\n[missing]"), "items[0]", "table"),
    "response set without id": (GOOD.replace('id = "ja_nej"', ""), "response_sets[0]", "add the key"),
    "response sets no list": (
        HEAD.split("[[response_sets]]")[0].replace("[missing]", "response_sets = 1\n[missing]") + ITEM,
        "response_sets",
        "list",
    ),
    "response set named by a list": (
        GOOD.replace('response_set = "ja_nej"', "response_set = []", 1),
        "items[0] (a).response_set",
        "quotes",
    ),
    "unknown response set": (
        GOOD.replace('response_set = "ja_nej"', 'response_set = "x"', 1),
        "items[0] (a)",
        "correct",
    ),
    "one category": (
        HEAD + ITEM.replace('response_set = "ja_nej"', 'categories = [{ code = 0, label = { da = "Nej" } }]'),
        "items[0] (a)",
        "correct",
    ),
    "codes out of order": (GOOD.replace("code = 1", "code = 0"), "response_sets[0] (ja_nej): ", "correct"),
    "missing code with the number of a category": (
        GOOD.replace('["99"]', '["00"]'),
        "response_sets[0] (ja_nej): code 0 is a category and also missing.skipped",
        "change one",
    ),
    "missing code with the decimal number of a category": (
        HEAD + ITEM + '[items.missing]\nnot_relevant = ["1,0"]',
        "items[0] (a@1): code 1 is a category",
        "change one",
    ),
    "missing code with the number of another kind": (
        GOOD.replace('["98"]', '["99.0"]'),
        "items[0] (a@1).missing",
        "change one",
    ),
    "missing code that is a label": (
        GOOD.replace('["98"]', '["98", "Nej"]'),
        "response_sets[0] (ja_nej): 'Nej' is the label",
        "another label",
    ),
    "label twice": (GOOD.replace('"Nej"', '"Ja "'), "response_sets[0] (ja_nej): two categories", "its own"),
    "label twice in one item": (
        HEAD
        + ITEM.replace(
            'response_set = "ja_nej"',
            'categories = [{ code = 0, label = { da = "x" } }, { code = 1, label = { da = "x" } }]',
        ),
        "items[0] (a@1): two categories",
        "its own",
    ),
    "language twice": (GOOD.replace('["da"]', '["da", "da"]'), "languages: 'da' stands twice", "once"),
    "blank version": (GOOD.replace('version = "1.0"', 'version = " "'), "version: ", "write version"),
    "blank link_id": (HEAD + ITEM + 'link_id = ""', "items[0] (a@1).link_id", "drop the key"),
    "branching on a code twice": (
        HEAD + ITEM + SECOND + 'asked_if = { item = "a", codes = [1, 1] }',
        "items[1] (b@1).asked_if.codes",
        "once",
    ),
    "prorated sum of unequal ranges": (
        GOOD.replace(
            SECOND,
            SECOND.replace(
                'response_set = "ja_nej"',
                'categories = [{ code = 0, label = { da = "x" } }, { code = 5, label = { da = "y" } }]',
            ),
        ).replace('"sum"', '"sum", prorate = true, missing = { kind = "at_least_half" }'),
        "scales[0] (s).rule: a prorated sum",
        "equal categories",
    ),
    "lists nested too deeply": ("a = " + "[" * 5000 + "]" * 5000, "skema.toml", "less deeply"),
    "code in quotes": (
        GOOD.replace("code = 1", 'code = "1"'),
        "response_sets[0] (ja_nej).categories[1].code",
        "without",
    ),
    "code is true": (GOOD.replace("code = 1", "code = true"), "categories[1].code", "whole number"),
    "code is no whole number": (GOOD.replace("code = 1", "code = 1.5"), "categories[1].code", "whole number"),
    "missing code is a number": (GOOD.replace('["99"]', "[99]"), "missing.skipped[0]", "quotes"),
    "missing code of two kinds": (GOOD.replace('["98"]', '["99"]'), "missing", "correct"),
    "blank missing code": (GOOD.replace('["98"]', '[""]'), "missing", "correct"),
    "unknown kind of missing": (GOOD.replace("dont_know", "refused"), "missing.refused", "values named"),
    "missing code is a category": (
        GOOD.replace('["98"]', '["1"]'),
        "response_sets[0] (ja_nej): ",
        "change one",
    ),
    "unknown topic": (GOOD.replace(SCALE, 'topic = "x"\n' + SCALE), "items[1] (b@1).topic", "[[topics]]"),
    "item twice": (HEAD + ITEM + ITEM, "items", "version"),
    "link_id twice": (
        HEAD + ITEM + 'link_id = "1.2,220,SDS"\n' + SECOND + 'link_id = "1.2,220,SDS"',
        "items.link_id",
        "its own",
    ),
    "link_id is another's id": (HEAD + ITEM + SECOND + 'link_id = "a"', "items.link_id", "rename"),
    "scale of unknown item": (GOOD.replace('["a", "b"]', '["a", "c"]'), "scales[0] (s).items", "[[items]]"),
    "scale without items": (GOOD.replace('["a", "b"]', "[]"), "scales[0] (s).items", "at least one"),
    "scale names an item twice": (GOOD.replace('["a", "b"]', '["a", "a"]'), "scales[0] (s).items", "once"),
    "scale of free text": (
        GOOD.replace(SECOND, SECOND.replace('response_set = "ja_nej"', 'type = "text"')),
        "scales[0] (s).items",
        "take it out",
    ),
    "sum with missing items": (
        GOOD.replace('kind = "sum"', 'kind = "sum", missing = { kind = "at_least_half" }'),
        "scales[0] (s).rule",
        "correct",
    ),
    "more items needed than there are": (
        GOOD.replace('kind = "sum"', 'kind = "mean", missing = { kind = "at_least", count = 3 }'),
        "scales[0] (s).rule.missing.count",
        "lower",
    ),
    "branching on a later item": (
        HEAD + ITEM + 'asked_if = { item = "b", codes = [1] }' + SECOND,
        "items[0] (a@1).asked_if",
        "earlier",
    ),
    "branching on an unknown code": (
        HEAD + ITEM + SECOND + 'asked_if = { item = "a", codes = [7] }',
        "items[1] (b@1).asked_if",
        "declared codes",
    ),
    "branching on no code": (
        HEAD + ITEM + SECOND + 'asked_if = { item = "a", codes = [] }',
        "asked_if",
        "at least",
    ),
    "colour for one code only": (HEAD + ITEM + "colours = { green = [0] }", "items[0] (a)", "correct"),
    "two colours for a code": (
        HEAD + ITEM + "colours = { green = [0, 1], red = [1] }",
        "items[0] (a)",
        "correct",
    ),
    "reversed free text": (
        HEAD + ITEM.replace('response_set = "ja_nej"', 'type = "text"\nreverse = true'),
        "items[0] (a)",
        "correct",
    ),
    "period ends before it begins": (
        HEAD + ITEM + "in_use_from = 2025-10-01\nin_use_to = 2025-09-01",
        "items[0] (a)",
        "correct",
    ),
    "not a date": (HEAD + ITEM + 'in_use_from = "soon"', "items[0] (a).in_use_from", "correct"),
    "equivalent to no version": (
        HEAD + ITEM + 'equivalent_to = ["9"]',
        "items[0] (a@1).equivalent_to",
        "declared",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_words(tmp_path, case):
    text, key, remedy = BAD[case]
    with pytest.raises(QuestionnaireError) as caught:
        load(tmp_path, text)
    lines = str(caught.value).splitlines()
    assert all(line.startswith("skema.toml: ") and "Remedy: " in line for line in lines)
    assert any(key in line and remedy in line.split("Remedy: ")[1] for line in lines), lines
    assert str(tmp_path) not in str(caught.value)


def test_every_problem_is_listed_at_once(tmp_path):
    text = (
        GOOD.replace('"Spørgsmål a"', '""')
        .replace('"higher_is_worse"', '"up"')
        .replace("[[topics]]", "[[topic]]")
    )
    with pytest.raises(QuestionnaireError) as caught:
        load(tmp_path, text)
    keys = {line.split(": ")[1] for line in str(caught.value).splitlines()}
    assert {"topic", "items[0] (a).text", "scales[0] (s).direction"} <= keys


@pytest.mark.parametrize(
    ("good", "bad"),
    [("code = 1", 'code = "1"'), ("code = 1", "code = 0"), ('["99"]', '["0"]'), ("Nej", "Ja")],
)
def test_what_is_wrong_in_a_response_set_is_said_once(tmp_path, good, bad):
    with pytest.raises(QuestionnaireError) as caught:
        load(tmp_path, GOOD.replace(good, bad))
    (line,) = str(caught.value).splitlines()
    assert line.startswith("skema.toml: response_sets[0] (ja_nej)")


def test_every_text_is_there_in_every_declared_language(tmp_path):
    with pytest.raises(QuestionnaireError) as caught:
        load(tmp_path, GOOD.replace('["da"]', '["da", "en"]'))
    keys = {line.split(": ")[1] for line in str(caught.value).splitlines()}
    assert keys == {
        "title",
        "topics[0] (soevn).name",
        "response_sets[0] (ja_nej).categories[0].label",
        "response_sets[0] (ja_nej).categories[1].label",
        "items[0] (a@1).text",
        "items[1] (b@1).text",
        "scales[0] (s).name",
    }


@pytest.mark.parametrize("data", [None, 3, [], "x", {}])
def test_what_is_no_table_at_all_is_refused_in_words(data):
    with pytest.raises(QuestionnaireError, match="Remedy"):
        from_dict(data)


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "nothing.toml", tmp_path):
        with pytest.raises(QuestionnaireError, match="Remedy"):
            Questionnaire.load(path)


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path):
    with pytest.raises(QuestionnaireError, match=r"skema\.toml: the file cannot be written"):
        load(tmp_path, GOOD).dump(tmp_path / "nowhere" / "skema.toml")


def test_nothing_can_be_changed(tmp_path):
    q = load(tmp_path, GOOD)
    for thing, name in (
        (q, "id"),
        (q.items[0], "reverse"),
        (q.scales[0], "model"),
        (q.scales[0].rule, "kind"),
    ):
        with pytest.raises(ValueError, match="frozen"):
            setattr(thing, name, "x")
    for change in (
        lambda codes: codes.update(skipped=("1",)),
        lambda codes: codes.__setitem__("skipped", ()),
        lambda codes: codes.pop("skipped"),
        lambda codes: codes.clear(),
    ):
        with pytest.raises(TypeError, match="does not change"):
            change(q.missing)
    with pytest.raises(TypeError):
        q.items[0].text[0] = ("da", "x")
    assert q == load(tmp_path, GOOD)
    assert hash(q) == hash(load(tmp_path, GOOD))


def test_copies_are_equal(tmp_path):
    q = load(tmp_path, GOOD)
    assert pickle.loads(pickle.dumps(q)) == q == copy.deepcopy(q)


def test_reversal_uses_the_declared_range(tmp_path):
    categories = "[" + ", ".join(f'{{ code = {c}, label = {{ da = "k{c}" }} }}' for c in (1, 2, 4)) + "]"
    text = HEAD + ITEM.replace('response_set = "ja_nej"', f"reverse = true\ncategories = {categories}")
    assert load(tmp_path, text).item("a").scores == (4, 3, 1)


# generated questionnaires

WORDS = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12).filter(str.strip)
TEXTS = st.builds(lambda da, en: {"da": da, "en": en}, WORDS, WORDS)
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))


@st.composite
def categories(draw: st.DrawFn) -> list[dict[str, Any]]:
    codes = sorted(draw(st.sets(st.integers(-5, 50), min_size=2, max_size=6)), reverse=draw(st.booleans()))
    labels = {code: draw(TEXTS) for code in codes}
    return [
        {"code": code, "label": {language: f"{text} {code}" for language, text in labels[code].items()}}
        for code in codes
    ]


@st.composite
def items(draw: st.DrawFn, number: int, sets: list[dict[str, Any]]) -> dict[str, Any]:
    item: dict[str, Any] = {"id": f"i{number}", "text": draw(TEXTS), "link_id": f"1.2.208,{number},SDS"}
    if draw(st.booleans()):
        item |= {"short": draw(TEXTS), "version": draw(st.sampled_from(["1", "2.1", "b-2"]))}
    if draw(st.integers(0, 4)) == 0:
        return item | {"type": "text"}
    item["reverse"] = draw(st.booleans())
    if sets and draw(st.booleans()):
        chosen = draw(st.sampled_from(sets))
        item["response_set"], own = chosen["id"], chosen["categories"]
    else:
        own = item["categories"] = draw(categories())
    if draw(st.booleans()):
        item["colours"] = {"green": [c["code"] for c in own[:1]], "red": [c["code"] for c in own[1:]]}
    if draw(st.booleans()):
        item |= {"in_use_from": min(days := [draw(DAYS), draw(DAYS)]), "in_use_to": max(days)}
    if draw(st.booleans()):
        item["missing"] = {"not_relevant": ["Ikke relevant", "97"]}
    return item


def _categories(entry: dict[str, Any], sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shared = {each["id"]: each["categories"] for each in sets}
    return list(entry.get("categories") or shared[entry["response_set"]])


@st.composite
def questionnaires(draw: st.DrawFn) -> dict[str, Any]:
    sets = [{"id": f"r{k}", "categories": draw(categories())} for k in range(draw(st.integers(0, 2)))]
    entries = [draw(items(k, sets)) for k in range(draw(st.integers(1, 5)))]
    choice = [entry["id"] for entry in entries if entry.get("type") != "text"]
    data: dict[str, Any] = {
        "id": "q",
        "version": draw(WORDS),
        "title": draw(TEXTS),
        "languages": ["da", "en"],
        "missing": draw(st.sampled_from([{}, {"skipped": ["99"], "dont_know": ["98", "Ved ikke"]}])),
        "response_sets": sets,
        "items": entries,
    }
    if choice:
        rules: list[dict[str, Any]] = [{"kind": "sum"}]
        ranges = {
            (min(codes := [c["code"] for c in _categories(e, sets)]), max(codes))
            for e in entries
            if e["id"] in choice
        }
        if len(ranges) == 1:
            rules.append({"kind": "sum", "prorate": True, "missing": {"kind": "at_least", "count": 1}})
        data["scales"] = [
            {
                "id": "s",
                "name": draw(TEXTS),
                "items": choice,
                "model": draw(st.sampled_from(["reflective", "formative"])),
                "direction": "higher_is_better",
                "type": "domain_specific",
                "rule": draw(st.sampled_from(rules)),
                "embedded": draw(st.booleans()),
            }
        ]
    return data


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(questionnaires())
def test_what_is_dumped_is_loaded_equal(tmp_path_factory, data):
    q = from_dict(data)
    file = tmp_path_factory.mktemp("q") / "skema.toml"
    q.dump(file)
    again = Questionnaire.load(file)
    assert again == q
    assert [item.categories for item in again] == [item.categories for item in q]
    assert dumps(again) == dumps(q)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_mangled_file_never_ends_in_a_traceback(data):
    """Put anything in any place: the questionnaire is read, or refused on purpose."""
    import tomllib

    root = tomllib.loads(GOOD)
    place: Any = root
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        place = inner
    place[key] = data.draw(JSON)
    try:
        from_dict(root)
    except PropsychError as error:
        refused = str(error)
    else:
        refused = "Remedy"
    assert "Remedy" in refused

"""What every result of reliability and measurement error carries, and that it can be looked at."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import propsych
from propsych.properties import measurement_error as error_room
from propsych.properties import reliability as reliability_room
from propsych.properties.measurement_error import bland_altman, measurement_error, reliable_change
from propsych.properties.reliability import (
    agreement,
    cohen_kappa,
    icc,
    kendall_w,
    krippendorff_alpha,
    test_retest,
    weighted_kappa,
)
from propsych.result import Result
from tests.rating_data import ratings

FIVE = range(1, 6)
MANY, FEW = ratings(80, 2, 5, seed=1), ratings(8, 2, 4, seed=2)
GAPS = ratings(80, 3, 5, seed=3, gaps=0.15)
SAME = np.repeat(ratings(60, 1, 5, seed=4), 2, axis=1)
CROWDED = np.where(np.random.default_rng(5).random((80, 2)) < 0.04, 2.0, 1.0)
DATA = {"many": MANY, "few": FEW, "same": SAME, "crowded": CROWDED, "gaps": GAPS[:, :2]}

Call = Callable[[np.ndarray[Any, Any]], Result]
CALLS: dict[str, Call] = {
    "icc": icc,
    "icc, all ratings": lambda v: icc(v, missing="available"),
    "agreement": lambda v: agreement(v, categories=FIVE),
    "weighted agreement": lambda v: agreement(v, categories=FIVE, weights="quadratic", interval="delta"),
    "cohen_kappa": lambda v: cohen_kappa(*v.T, categories=FIVE),
    "weighted_kappa": lambda v: weighted_kappa(*v.T, categories=FIVE, interval="delta"),
    "krippendorff_alpha": lambda v: krippendorff_alpha(v, categories=FIVE, level_of_measurement="ordinal"),
    "kendall_w": kendall_w,
    "test_retest": lambda v: test_retest(*v.T, days=np.arange(len(v))),
    "measurement_error": lambda v: measurement_error(*v.T),
    "bland_altman": lambda v: bland_altman(*v.T),
    "reliable_change": lambda v: reliable_change(*v.T, sem=0.5, higher="better"),
}
calls = pytest.mark.parametrize("name", CALLS)


@calls
@pytest.mark.parametrize("data", DATA)
def test_every_way_to_look_at_it_works_on_ordinary_and_extreme_ratings(name: str, data: str) -> None:
    result = CALLS[name](DATA[data])
    text = result.summary()
    assert text.startswith(result.title)
    assert str(result) == text
    assert not re.search(r"\b(nan|None|inf)\b", text)
    html = result._repr_html_()
    assert html.startswith("<h4>")
    assert "<table" in html
    for note in result.notes():
        assert note[0].isupper() or note[0].isdigit() or note.startswith(("x", "retest", "test"))
        assert note.endswith(".")
        assert note in text
    assert len(set(result.notes())) == len(result.notes())


@calls
@pytest.mark.parametrize("data", DATA)
def test_every_number_has_its_sample_its_rule_its_method_and_finite_ends(name: str, data: str) -> None:
    result = CALLS[name](DATA[data])
    found = list(result.records())
    assert len({record.id for record in found}) == len(found)
    room = (
        "measurement_error"
        if name in ("measurement_error", "bland_altman", "reliable_change")
        else "reliability"
    )
    for record in found:
        assert record.property == room
        assert record.sample is not None
        assert 0 < record.sample.n_used <= record.sample.n_asked
        assert record.sample.n_dropped == record.sample.n_asked - record.sample.n_used
        assert record.sample.rule
        e = record.estimate
        for number in (e.value, e.lower, e.upper):
            assert number is None or math.isfinite(float(number)), record.id
        counted = record.statistic.startswith(("n_", "days_"))
        assert counted or e.method, record.id
        if e.lower is not None:
            assert e.level == 0.95
    entries = result.to_dict()
    assert set(entries) == {record.id for record in found}
    assert all({"n_asked", "n_used", "n_dropped", "rule"} <= set(entry) for entry in entries.values())


@calls
def test_a_result_cannot_be_changed(name: str) -> None:
    result = CALLS[name](MANY)
    with pytest.raises(AttributeError):
        result.name = "another"  # type: ignore[attr-defined]
    frame = result.to_frame()
    frame["another"] = 0
    assert "another" not in result.to_frame()


TO_DOUBT = {
    # what is wrong with the data -> words, by function
    "few": {
        "icc": "8 persons are few",
        "icc, all ratings": "8 persons are few",
        "agreement": "With 8 persons the interval is rough",
        "cohen_kappa": "With 8 persons the interval is rough",
        "krippendorff_alpha": "With 8 persons the interval is rough",
        "kendall_w": "With 8 persons the interval is rough",
        "test_retest": "8 persons are few",
        "measurement_error": "8 persons are few",
        "bland_altman": "8 persons are few",
    },
    "same": {
        "icc": "near perfect",
        "agreement": "Nobody disagrees",
        "cohen_kappa": "Nobody disagrees",
        "krippendorff_alpha": "Nobody disagrees",
        "kendall_w": "All raters have the same order",
        "test_retest": "near perfect",
        "measurement_error": "same for everybody",
        "bland_altman": "All differences are the same",
    },
    "crowded": {
        "agreement": "of the ratings are in one category",
        "cohen_kappa": "of the ratings are in one category",
        "krippendorff_alpha": "of the ratings are in one category",
    },
    "many": {
        "weighted_kappa": "nearly ICC(A,1)",
        "weighted agreement": "depend on the weights",
        "krippendorff_alpha": "ordinal metric is Krippendorff's",
        "kendall_w": "Without any agreement W is about 0.50",
        "icc": "in a more uniform group it is lower",
        "measurement_error": "near the ends of the scale it is often smaller",
        "bland_altman": "if these are normal",
        "reliable_change": "may have changed all the same",
        "test_retest": "real change counts as error",
    },
    "gaps": {"icc, all ratings": "missing at random", "agreement": "have one rating only"},
}
DOUBTS = [(data, name, words) for data, named in TO_DOUBT.items() for name, words in named.items()]


@pytest.mark.parametrize(("data", "name", "words"), DOUBTS)
def test_it_says_when_not_to_trust_it(data: str, name: str, words: str) -> None:
    assert words in " ".join(CALLS[name](DATA[data]).notes())


def test_reasons_that_do_not_apply_are_not_given() -> None:
    for name in ("icc", "agreement", "cohen_kappa", "krippendorff_alpha", "test_retest", "measurement_error"):
        notes = " ".join(CALLS[name](MANY).notes())
        for words in ("few", "rough", "Nobody", "near perfect", "one category", "negative", "below 0"):
            assert words not in notes, (name, words)


def test_shifts_and_ratings_worse_than_chance_are_told() -> None:
    a, b = MANY.T
    up = cohen_kappa(a, np.minimum(a + 1, 5), categories=FIVE)
    assert any("shift between them" in note for note in up.notes())
    worse = cohen_kappa([1, 2] * 30, [2, 1] * 29 + [2, 2], categories=[1, 2])
    assert worse.estimate < 0
    assert any("Kappa below 0" in note for note in worse.notes())
    assert any(
        "negative" in note or "nobody apart" in note
        for note in icc(np.column_stack([a, 6 - a + (b > 3)])).notes()
    )


def test_the_picture_of_limits_is_drawn_where_asked() -> None:
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    assert bland_altman(*MANY.T).plot(axes) is axes
    points, *lines = axes.lines
    assert len(points.get_xdata()) == len(MANY)
    found = bland_altman(*MANY.T)
    drawn = [line.get_ydata()[0] for line in lines]
    assert drawn == pytest.approx([found.bias.value, found.lower.value, found.upper.value])
    assert len(axes.patches) == 3
    assert bland_altman(*FEW.T).plot().get_xlabel() == "Mean of both"
    # no interval: lines without bands
    axes = bland_altman(*SAME.T).plot()
    assert (len(axes.lines), len(axes.patches)) == (4, 0)
    with pytest.raises(TypeError, match="has no picture"):
        icc(MANY).plot()


PUBLIC = [getattr(room, name) for room in (reliability_room, error_room) for name in room.__all__]


@pytest.mark.parametrize("function", [f for f in PUBLIC if inspect.isfunction(f)], ids=lambda f: f.__name__)
def test_the_documentation_has_an_example_and_every_parameter(function: Callable[..., Any]) -> None:
    text = inspect.getdoc(function) or ""
    assert ">>>" in text
    if function is cohen_kappa:
        assert ":func:`weighted_kappa`" in text
        return
    for parameter in inspect.signature(function).parameters:
        assert parameter in text.split("Returns")[0], parameter
    if function.__name__ != "share_below_at_retest":
        assert "propsych.errors.AnalysisError" in text
        assert "doi:" in text or "kernels." in text
        assert any(words in text for words in ("Do not trust", "no reliability", "no regression to the mean"))


def test_all_of_it_can_be_had_from_the_package_itself() -> None:
    for function in CALLS:
        name = function.split(",")[0].removeprefix("weighted a")
        name = "agreement" if name == "greement" else name
        assert getattr(propsych, name) in PUBLIC

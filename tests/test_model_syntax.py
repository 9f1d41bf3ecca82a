"""The model syntax: what it means, that errors point at the place, and that nothing crashes it."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from propsych.errors import AnalysisError
from propsych.properties.structure.parameter_table import model_of, parameter_table
from propsych.properties.structure.syntax import Term, parse_model

Plain = tuple[str, str, str]


def plain(terms: tuple[Term, ...]) -> list[Plain]:
    return [(term.lhs, term.op, term.rhs) for term in terms]


def test_statements_in_every_form() -> None:
    text = """
    # a comment
    visual =~ x1 + x2 +
              x3         ! another
            + x4
    textual =~ 1*x5 + NA*x6 + start(0.5)*x7 + lab*x8 + -0.3*x9; x1 ~~ x2
    f + g =~ y1@2 + `y 2`
    x1 ~ 1; x2 + x3 ~ 0.5*1
    f ~ visual
    x1 | t1 + c(a, b)*t2
    """
    terms = parse_model(text)
    assert plain(terms)[:4] == [("visual", "=~", f"x{i}") for i in range(1, 5)]
    by_key = {(t.lhs, t.op, t.rhs): t for t in terms}
    assert by_key["textual", "=~", "x5"].fixed == (1.0,)
    assert by_key["textual", "=~", "x6"].fixed == (None,)
    assert by_key["textual", "=~", "x7"].start == (0.5,)
    assert by_key["textual", "=~", "x8"].label == ("lab",)
    assert by_key["textual", "=~", "x9"].fixed == (-0.3,)
    assert {("f", "=~", "y1@2"), ("g", "=~", "y 2"), ("x1", "~1", ""), ("f", "~", "visual")} <= set(by_key)
    assert by_key["x3", "~1", ""].fixed == (0.5,)
    assert by_key["x1", "|", "t2"].label == ("a", "b")
    assert (by_key["textual", "=~", "x5"].line, by_key["textual", "=~", "x5"].column) == (6, 18)


def test_modifiers_of_groups_and_of_a_variable_written_twice() -> None:
    (first, second) = parse_model("f =~ c(1, NA)*a + c('p', 'q')*b + NA*b + start(c(.1, -2))*b")
    assert first.fixed == (1.0, None)
    assert (second.label, second.fixed, second.start) == (("p", "q"), (None,), (0.1, -2.0))
    assert parse_model("a ~~ l*b; b ~~ 0.2*a; f =~ a")[0].fixed == (0.2,)
    assert parse_model('f =~ "my label"*a + label(c("x","y"))*b')[1].label == ("x", "y")


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("f =~ a + + b", 1, 10, "a variable, a value or a label"),
        ("f =~ a\ng = b", 2, 3, "a name, a number or an operator"),
        ("f =~ a\n  g b", 2, 5, "an operator"),
        ("f =~ a b", 1, 8, "'+', ';' or a new line"),
        ("f =~", 1, 5, "a variable"),
        ("=~ a", 1, 1, "the name of a latent variable"),
        ("f =~ 0.5*0.5", 1, 10, "a variable"),
        ("f =~ 1*2*a", 1, 10, "one fixed"),
        ("f =~ c(1,a)*x", 1, 6, "labels, or values"),
        ("f =~ start(a)*x", 1, 6, "numbers"),
        ("f =~ foo(1)*x", 1, 6, "c(...)"),
        ("f =~ c(1 2)*x", 1, 10, "','"),
        ("a | x1", 1, 5, "a threshold"),
        ("x := a*b", 1, 3, "one of =~"),
        ("f =~ a; a == b", 1, 11, "one of =~"),
        ("f =~ 'a", 1, 6, "a closing quotation mark"),
        ("f =~ 1*a + 2*a", 1, 14, "one fixed for f =~ a"),
        ("", 1, 1, "a model"),
        ("f ~ 2", 1, 5, "a variable or 1"),
        ("f =~ c(-a)*x", 1, 9, "a number"),
    ],
)
def test_errors_point_at_the_place(text: str, line: int, column: int, expected: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        parse_model(text)
    told = str(caught.value)
    first, shown, caret = told.split("\n")
    assert first.startswith(f"model syntax, line {line}, column {column}: expected {expected}"), told
    assert shown == "    " + text.split("\n")[line - 1]
    assert caret.index("^") == 4 + column - 1


def test_model_syntax_is_text() -> None:
    with pytest.raises(AnalysisError, match="model syntax is text"):
        parse_model(3)  # type: ignore[arg-type]


NAMES = st.text(string.ascii_letters + "æøå", min_size=1, max_size=4).filter(
    lambda name: name not in ("NA", "c")
)
VALUES = st.floats(-99, 99, allow_nan=False).map(lambda x: round(x, 3) + 0.0)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, Term]:
    """A term as text and as it should be read."""
    op = draw(st.sampled_from(["=~", "~~", "~", "~1"]))
    lhs, rhs = draw(NAMES), "" if op == "~1" else draw(NAMES)
    fixed = draw(st.none() | st.lists(st.none() | VALUES, min_size=1, max_size=3).map(tuple))
    label = draw(st.none() | st.lists(NAMES, min_size=1, max_size=3).map(tuple))
    start = draw(st.none() | st.lists(VALUES, min_size=1, max_size=3).map(tuple))
    if label is not None and len(label) > 1:
        shown = "c(" + ", ".join(label) + ")"
    else:
        shown = "" if label is None else f"label({label[0]!r})"
    parts = [shown] if shown else []
    if fixed is not None:
        numbers = ["NA" if x is None else repr(x) for x in fixed]
        parts.append(numbers[0] if len(numbers) == 1 else "c(" + ",".join(numbers) + ")")
    if start is not None:
        parts.append("start(" + ", ".join(map(repr, start)) + ")")
    space = draw(st.sampled_from(["", " ", "\t"]))
    head = f"{lhs}{space}{'~' if op == '~1' else op} {space}"
    return head + f"{space}*".join([*parts, rhs or "1"]), Term(lhs, op, rhs, fixed, label, start)


@given(st.lists(written(), min_size=1, max_size=5, unique_by=lambda pair: (pair[1].op, pair[1].lhs)))
def test_round_trip(pairs: list[tuple[str, Term]]) -> None:
    separator = "\n" if len(pairs) % 2 else " ; "
    found = parse_model(separator.join(text for text, _ in pairs))
    expected = [term for _, term in pairs]
    if len(found) == len(expected):  # x ~~ y and y ~~ x are one
        for got, want in zip(found, expected, strict=True):
            assert (got.lhs, got.op, got.rhs) == (want.lhs, want.op, want.rhs)
            assert (got.fixed, got.label, got.start) == (want.fixed, want.label, want.start)


@given(st.text("fgx12 =~+*;|()c,.-#'\"`\nNA@:<>%!1", max_size=40) | st.text(max_size=30))
@example("f =~ c(")
@example("f =~ start(c(c(1")
@example("f =~ a +\n")
@example("\n;;\nf")
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        terms = parse_model(text)
        table = parameter_table(terms)
        model_of(table)
    except AnalysisError:
        return
    assert terms


def names_of(text: str, **options: bool) -> dict[str, float]:
    """Return name -> value, NaN where free."""
    return {row.name: row.value for row in parameter_table(text, **options).rows}


def test_rules_of_cfa() -> None:
    found = names_of("f =~ a + b + c\ng =~ d + e + h")
    assert [name for name, value in found.items() if value == 1.0] == ["f =~ a", "g =~ d"]
    assert np.isnan(found["f ~~ g"])
    assert np.isnan(found["a ~~ a"])
    unit = names_of("f =~ a + b + c\ng =~ d + e + h", std_lv=True, orthogonal=True)
    assert (unit["f ~~ f"], unit["f ~~ g"]) == (1.0, 0.0)
    assert np.isnan(unit["f =~ a"])


def test_latent_variables_of_latent_variables_do_not_covary_with_what_is_above_them() -> None:
    found = names_of("f =~ a + b + c\ng =~ d + e + h\nall =~ f + g", means=True)
    assert "f ~~ g" not in found
    assert "f ~~ all" not in found
    assert found["all =~ f"] == 1.0
    assert found["f ~ 1"] == 0.0
    assert np.isnan(found["a ~ 1"])


def test_what_is_written_overrides_the_rules() -> None:
    found = names_of("f =~ NA*a + b + c\nf ~~ 1*f\na ~~ 0.5*a\nf ~ 1")
    assert np.isnan(found["f =~ a"])
    assert (found["f ~~ f"], found["a ~~ a"]) == (1.0, 0.5)
    assert np.isnan(found["f ~ 1"])
    assert names_of("f =~ a\ng =~ b + c + d")["a ~~ a"] == 0.0
    assert names_of("f =~ start(2)*a + b + c")["f =~ a"] == 1.0
    # the same label as a fixed loading is the same value
    assert names_of("f =~ l*a + l*b + c")["f =~ b"] == 1.0
    assert np.isnan(names_of("f =~ NA*a + l*a + l*b + c; f ~~ 1*f")["f =~ b"])


def test_equal_labels_are_one_parameter_within_and_across_groups() -> None:
    table = parameter_table("f =~ a + l*b + l*c", n_groups=2)
    model, position = model_of(table)
    assert len({position[i] for i, row in enumerate(table.rows) if row.label == "l"}) == 1
    assert model.n_parameters == 1 + 2 * 4
    apart, _ = model_of(parameter_table("f =~ a + c(l, m)*b + c", n_groups=2))
    assert apart.n_parameters == 2 * 6


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a ~~ b", "no latent variable"),
        ("f =~ f + a", "indicator of itself"),
        ("f =~ a + b; f ~ z", "no latent variable"),
        ("f =~ a + b; f ~~ a", "no place for f ~~ a"),
        ("f =~ a + b; f | t1", "thresholds"),
        ("f =~ c(1,2,3)*a + b", "3 values for 2 groups"),
    ],
)
def test_models_that_make_no_sense_are_refused(text: str, told: str) -> None:
    with pytest.raises(AnalysisError, match=told):
        model_of(parameter_table(text, n_groups=2))

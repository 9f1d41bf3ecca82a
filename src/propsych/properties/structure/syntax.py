"""lavaan's model syntax: text to written terms, with errors that point at the place.

The syntax is Rosseel's (2012, doi:10.18637/jss.v048.i02). Covered: ``=~``, ``~~``, ``~`` between latent
variables, ``~ 1``, thresholds ``|``, labels, fixed and start values, ``NA*``, ``c(...)`` for groups,
comments, ``;``, several names on the left, lines that go on after an operator or ``+``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from propsych.errors import AnalysisError

__all__ = ["OPERATORS", "Term", "parse_model"]

OPERATORS = ("=~", "~~", "~", "~1", "|")
"""Operators of a written term; ``~1`` is an intercept."""
OTHER = {
    ":=": "defined parameters",
    "==": "constraints between parameters (give both the same label instead)",
    "<~": "formative factors",
    "~*~": "scaling factors",
    "<": "inequality constraints",
    ">": "inequality constraints",
    "%": "multilevel models",
}
"""Operators of lavaan that are known and not covered."""
TOKEN = re.compile(
    r"(?P<space>[ \t\r\f\v\u00a0]+)|(?P<comment>[#!][^\n]*)|(?P<end>[\n;])"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.@]))"
    r"|(?P<text>\"[^\"\n]*\"|'[^'\n]*')|(?P<quoted>`[^`\n]+`)"
    r"|(?P<operator>~\*~|=~|~~|<~|:=|==|[~|<>%])"
    r"|(?P<name>[^\W\d][\w.@]*|\.[^\W\d][\w.@]*)|(?P<mark>[-+*(),])"
)
Number = float | None
"""A value; None is NA."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the model as it was written: ``f =~ 0.8*x1`` is a term of lhs f, op =~, rhs x1.

    Attributes
    ----------
    lhs, op, rhs : str
        `rhs` is empty for an intercept, ``t1`` and so on for a threshold.
    fixed : tuple of float or None, or None
        One value, or one a group; an entry of None is ``NA``: free. None where nothing was written.
    label : tuple of str, or None
    start : tuple of float or None, or None
    line, column : int
        Where the right-hand name stands, counted from 1.
    """

    lhs: str
    op: str
    rhs: str
    fixed: tuple[Number, ...] | None = None
    label: tuple[str, ...] | None = None
    start: tuple[Number, ...] | None = None
    line: int = 1
    column: int = 1


class Token(NamedTuple):
    """A piece of the text and where it begins."""

    kind: str
    text: str
    place: int


class Modifier(NamedTuple):
    """What stands before ``*``."""

    kind: str
    values: tuple[Number | str, ...]


def parse_model(text: str) -> tuple[Term, ...]:
    """Return the terms of a model in lavaan's syntax, in the order written.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of Term

    Raises
    ------
    propsych.errors.AnalysisError
        Where the text is no model: with line, column, the line itself, a caret under the place, and what was
        expected.

    Examples
    --------
    >>> [f"{t.lhs} {t.op} {t.rhs}" for t in parse_model("pain =~ p1 + p2 + p3; p1 ~~ p2")]
    ['pain =~ p1', 'pain =~ p2', 'pain =~ p3', 'p1 ~~ p2']
    >>> parse_model("pain =~ 0.7*p1")[0].fixed
    (0.7,)
    >>> parse_model("pain =~ p1 + + p2")
    Traceback (most recent call last):
        ...
    propsych.errors.classes.AnalysisError: model syntax, line 1, column 14: expected a variable, a value or...
        pain =~ p1 + + p2
                     ^
    """
    if not isinstance(text, str):
        raise AnalysisError(f"model syntax is text; got {type(text).__name__}. Remedy: give a string.")
    terms = _merged(text, list(_Parser(text).statements()))
    if not terms:
        raise _error(text, len(text), "a model, for instance 'pain =~ p1 + p2 + p3'")
    return terms


def _error(text: str, place: int, expected: str, got: str = "") -> AnalysisError:
    before = text[:place]
    line = before.count("\n") + 1
    column = place - (before.rfind("\n") + 1) + 1
    shown = text.split("\n")[line - 1].replace("\t", " ").rstrip("\r")
    met = f", met {got}" if got else ""
    pointer = " " * (column - 1) + "^"
    return AnalysisError(
        f"model syntax, line {line}, column {column}: expected {expected}{met}.\n    {shown}\n    {pointer}"
    )


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            quote = text[place] in "\"'`"
            expected = "a closing quotation mark" if quote else "a name, a number or an operator"
            raise _error(text, place, expected, repr(text[place]))
        if match.lastgroup not in ("space", "comment"):
            yield Token(match.lastgroup, match[0], place)
        place = match.end()
    yield Token("end", "", len(text))


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def fail(self, expected: str, token: Token | None = None) -> AnalysisError:
        token = token or self.now
        got = "the end of the line" if token.kind == "end" else repr(token.text)
        return _error(self.text, token.place, expected, got)

    def take(self) -> Token:
        token = self.now
        if self.at < len(self.tokens) - 1:
            self.at += 1
        return token

    def is_mark(self, text: str) -> bool:
        return self.now.kind == "mark" and self.now.text == text

    def skip_lines(self) -> None:
        while self.now.kind == "end" and self.now.text == "\n":
            self.take()

    def statements(self) -> Iterator[Term]:
        while self.now.kind == "end" and self.at < len(self.tokens) - 1:
            self.take()
        while self.now.text:
            yield from self.statement()
            if self.now.kind != "end":
                raise self.fail("'+', ';' or a new line")
            while self.now.kind == "end" and self.at < len(self.tokens) - 1:
                self.take()

    def statement(self) -> Iterator[Term]:
        left = [self.name("the name of a latent variable or an item")]
        while self.is_mark("+"):
            self.take()
            left.append(self.name("another name"))
        token = self.take()
        if token.kind == "operator" and token.text in OTHER:
            raise _error(
                self.text, token.place, "one of =~, ~~, ~, |", f"{token.text!r}: {OTHER[token.text]}"
            )
        if token.kind != "operator":
            raise self.fail("an operator: one of =~, ~~, ~, |", token)
        self.skip_lines()
        while True:
            for term in self.term(token.text):
                for name in left:
                    lhs = name.text.strip("`")
                    yield Term(lhs, *term)
            # a sum may go on in the next line, which then begins with +
            ahead = self.at
            while self.tokens[ahead].kind == "end" and self.tokens[ahead].text == "\n":
                ahead += 1
            if not (self.tokens[ahead].kind == "mark" and self.tokens[ahead].text == "+"):
                return
            self.at = ahead
            self.take()
            self.skip_lines()

    def name(self, expected: str) -> Token:
        if self.now.kind not in ("name", "quoted"):
            raise self.fail(expected)
        return self.take()

    Parts = tuple[
        str, str, tuple[Number, ...] | None, tuple[str, ...] | None, tuple[Number, ...] | None, int, int
    ]

    def term(self, operator: str) -> Iterator[Parts]:
        modifiers: list[Modifier] = []
        while True:
            begin = self.now
            value = self.factor(operator)
            if self.is_mark("*"):
                if isinstance(value, Token):
                    value = Modifier("label", (value.text.strip("`"),))
                self.take()
                self.skip_lines()
                modifiers.append(value)
                continue
            break
        if isinstance(value, Modifier):
            one = value.kind == "fixed" and value.values == (1.0,)
            if operator != "~" or not one or begin.text != "1":
                self.at = self.tokens.index(begin)
                raise self.fail("a variable" + (" or 1" if operator == "~" else ""), begin)
            operator, rhs = "~1", ""
        else:
            rhs = value.text.strip("`")
        if operator == "|" and not re.fullmatch(r"t[1-9]\d*", rhs):
            raise self.fail("a threshold: t1, t2, ...", begin)
        before = self.text[: begin.place]
        line, column = before.count("\n") + 1, begin.place - before.rfind("\n")
        fixed, label, start = self.combine(modifiers, begin)
        yield operator, rhs, fixed, label, start, line, column

    def combine(
        self, modifiers: list[Modifier], begin: Token
    ) -> tuple[tuple[Number, ...] | None, tuple[str, ...] | None, tuple[Number, ...] | None]:
        given: dict[str, tuple[Number | str, ...]] = {}
        for modifier in modifiers:
            if modifier.kind in given:
                raise self.fail(f"one {modifier.kind} value or label for a variable, not two", begin)
            given[modifier.kind] = modifier.values
        label = given.get("label")
        return (
            _numbers(given.get("fixed")),
            None if label is None else tuple(str(value) for value in label),
            _numbers(given.get("start")),
        )

    def factor(self, operator: str) -> Token | Modifier:
        """Take a modifier, or the variable (a token)."""
        token = self.now
        if token.kind == "number" or self.is_mark("-") or self.is_mark("+"):
            sign = 1.0
            if token.kind == "mark":
                if self.tokens[min(self.at + 1, len(self.tokens) - 1)].kind != "number":
                    raise self.fail("a variable, a value or a label")
                sign = -1.0 if token.text == "-" else 1.0
                self.take()
            return Modifier("fixed", (sign * float(self.take().text),))
        if token.kind == "text":
            self.take()
            return Modifier("label", (token.text[1:-1],))
        if token.kind not in ("name", "quoted"):
            raise self.fail("a variable, a value or a label")
        self.take()
        if token.text == "NA" and self.is_mark("*"):
            return Modifier("fixed", (None,))
        if self.is_mark("("):
            return self.call(token)
        return token

    def call(self, name: Token) -> Modifier:
        """Take ``c(...)``, ``start(...)``, ``label(...)`` or ``equal(...)`` up to its closing bracket."""
        if name.text not in ("c", "start", "label", "equal"):
            raise self.fail("c(...), start(...), label(...) or equal(...)", name)
        self.take()
        values: list[Number | str] = []
        while True:
            self.skip_lines()
            values.extend(self.argument(name))
            self.skip_lines()
            if self.is_mark(")"):
                break
            if not self.is_mark(","):
                raise self.fail("',' or ')'")
            self.take()
        self.take()
        texts = [isinstance(value, str) for value in values]
        if name.text == "start" and any(texts):
            raise self.fail("numbers", name)
        if name.text == "start":
            return Modifier("start", tuple(values))
        if name.text in ("label", "equal") or any(texts):
            if not all(texts):
                raise self.fail("labels, or values, not both", name)
            return Modifier("label", tuple(values))
        return Modifier("fixed", tuple(values))

    def argument(self, name: Token) -> list[Number | str]:
        token = self.now
        sign = 1.0
        if self.is_mark("-") or self.is_mark("+"):
            sign = -1.0 if token.text == "-" else 1.0
            self.take()
            token = self.now
            if token.kind != "number":
                raise self.fail("a number")
        if token.kind == "number":
            return [sign * float(self.take().text)]
        if token.kind == "text":
            return [self.take().text[1:-1]]
        if token.kind == "name" and token.text == "c" and name.text != "c":
            self.take()
            if not self.is_mark("("):
                raise self.fail("'('")
            inner = self.call(token)
            return list(inner.values)
        if token.kind == "name":
            return [None if self.take().text == "NA" else token.text]
        raise self.fail("a value or a label")


def _numbers(values: tuple[Number | str, ...] | None) -> tuple[Number, ...] | None:
    if values is None:
        return None
    return tuple(None if value is None else float(value) for value in values)


def _merged(text: str, terms: list[Term]) -> tuple[Term, ...]:
    """Return the terms with those that are written twice put together: ``NA*x1 + a*x1``."""
    found: dict[tuple[str, str, str], Term] = {}
    for term in terms:
        key = (term.lhs, term.op, term.rhs)
        turned = (term.rhs, term.op, term.lhs)
        if term.op == "~~" and turned in found:
            key = turned
        before = found.get(key)
        if before is None:
            found[key] = term
            continue
        parts = {}
        for name in ("fixed", "label", "start"):
            old, new = getattr(before, name), getattr(term, name)
            if old is not None and new is not None and old != new:
                place = sum(len(line) + 1 for line in text.split("\n")[: term.line - 1]) + term.column - 1
                raise _error(text, place, f"one {name} for {term.lhs} {term.op} {term.rhs}".rstrip(), "two")
            parts[name] = old if new is None else new
        found[key] = Term(before.lhs, before.op, before.rhs, **parts, line=before.line, column=before.column)
    return tuple(found.values())

"""The document model: what a report says, in plain strings, before any renderer has seen it.

Renderers (HTML now, PDF and DOCX later) walk these nodes. No node holds markup: text from questionnaires
and pilot files stays text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from propsych.plotting import FillStyle

__all__ = [
    "BarData",
    "BulletList",
    "Callout",
    "Cell",
    "Columns",
    "CountBarsData",
    "DecisionBox",
    "Document",
    "DotsData",
    "Figure",
    "FigureData",
    "Heading",
    "HistogramData",
    "Inline",
    "KeyNumber",
    "KeyNumbers",
    "Link",
    "Node",
    "Page",
    "Paragraph",
    "Row",
    "StripData",
    "Strong",
    "Table",
    "TocGroup",
    "ZonesData",
    "cells",
]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a page of this document, named by its id."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry weight."""

    text: str


Inline = str | Link | Strong
Words = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a page; the document's title is level 1 and a page's title level 2."""

    text: str
    level: int = 3
    id: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `role` tells a renderer how it should feel."""

    words: Words
    role: Literal["", "lead", "question", "meta", "note"] = ""


@dataclass(frozen=True, slots=True)
class BulletList:
    """Points of equal rank."""

    items: tuple[Words, ...]
    role: Literal["", "compact"] = ""


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """One number that a reader should take along, with what it counts."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class KeyNumbers:
    """Key numbers side by side."""

    numbers: tuple[KeyNumber, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """A box: a point of attention, what cannot be told, or a note.

    Attributes
    ----------
    lines : tuple of words
        What is seen.
    basis : tuple of words
        Rule, source, uncertainty and participation, in calmer type.
    """

    kind: Literal["attention", "unsure", "clear", "note"]
    title: str
    lines: tuple[Words, ...] = ()
    basis: tuple[Words, ...] = ()
    bullets: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; with a swatch it is the legend of a picture as well.

    `language` is named where it is another than the document's.
    """

    text: str
    swatch: FillStyle | None = None
    target: str = ""
    language: str = ""


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: caption, column headers, rows whose first cell is the row's header.

    `text_columns` are the columns that hold words rather than numbers (the first one always does).
    """

    caption: str
    header: Row
    rows: tuple[Row, ...]
    text_columns: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    role: Literal["", "dense"] = ""


@dataclass(frozen=True, slots=True)
class BarData:
    """One stacked bar: counts in order, their fills."""

    counts: tuple[int, ...]
    styles: tuple[FillStyle, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StripData:
    """Counts of a colour algorithm: green, yellow, red, grey."""

    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DotsData:
    """Values with intervals, one a label, on the scale of the ticks."""

    labels: tuple[str, ...]
    intervals: tuple[tuple[float, float, float] | None, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class HistogramData:
    """Counts over equal intervals of a declared range."""

    counts: tuple[int, ...]
    ends: tuple[str, str]
    direction: str


@dataclass(frozen=True, slots=True)
class CountBarsData:
    """Counts side by side, one a label."""

    counts: tuple[int, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ZonesData:
    """One number with its interval on a scale from 0 to 1 that limits (position, number, name) divide."""

    value: float
    interval: tuple[float, float] | None
    limits: tuple[tuple[float, str, str], ...]
    ends: tuple[str, str]


FigureData = BarData | StripData | DotsData | HistogramData | CountBarsData | ZonesData


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as data, with alternative text and the same numbers as a table."""

    data: FigureData
    alt: str
    caption: str
    table: Table


@dataclass(frozen=True, slots=True)
class DecisionBox:
    """An empty field for the reference group's decision."""

    title: str
    choices: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts that may stand side by side where there is room.

    Attributes
    ----------
    lead : Figure or None
        A wide picture above the parts; its table opens the first part.
    """

    parts: tuple[tuple[Node, ...], ...]
    lead: Figure | None = None


Node = Heading | Paragraph | BulletList | KeyNumbers | Callout | Table | Figure | DecisionBox | Columns


@dataclass(frozen=True, slots=True)
class Page:
    """A page: id (the target of links), title, what stands above the title, and the body."""

    id: str
    title: str
    kind: Literal["front", "participation", "item", "scale", "appendix"]
    body: tuple[Node, ...]
    eyebrow: tuple[str, str] = ("", "")
    before_title: str = ""
    toc: str = ""


@dataclass(frozen=True, slots=True)
class TocGroup:
    """Links of the table of contents under one heading."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Attributes
    ----------
    language : str
        Language tag of the text.
    footer : tuple of str
        Stands under every page.
    chrome : dict of str
        The few words that a renderer adds: ``"skip"``, ``"contents"``, ``"back"``.
    """

    language: str
    title: str
    subtitle: str
    pages: tuple[Page, ...]
    contents: tuple[TocGroup, ...]
    footer: tuple[str, ...]
    chrome: dict[str, str] = field(default_factory=dict)


def cells(*texts: str) -> Row:
    """Return a row of plain cells.

    Examples
    --------
    >>> [cell.text for cell in cells("a", "b")]
    ['a', 'b']
    """
    return tuple(Cell(text) for text in texts)

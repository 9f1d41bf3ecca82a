"""Reading a written report back: tags in order, pictures with the table that follows them, visible text."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Read(HTMLParser):
    """What the tests ask of a report."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    sequence: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    header_cells: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._heading: int | None = None
        self._in_table = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.targets.append(given.get("href", ""))
        if re.fullmatch(r"h[1-6]", tag):
            self._heading = int(tag[1])
            self.headings.append((self._heading, ""))
        if tag == "img":
            self.images.append(given)
            self.sequence.append("img")
        if tag == "table":
            self._in_table = True
            self.tables.append("")
            self.sequence.append("table")
        if tag == "th":
            self.header_cells.append(given)

    def handle_endtag(self, tag: str) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self._heading = None
        if tag == "table":
            self._in_table = False

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        if self._in_table:
            self.tables[-1] += " " + data.strip()

    def pictures(self) -> list[tuple[str, str, str]]:
        """Return SVG text, alternative text and the text of the table that follows, for every picture."""
        found, n_image, n_table = [], 0, 0
        for i, tag in enumerate(self.sequence):
            if tag == "table":
                n_table += 1
                continue
            image = self.images[n_image]
            n_image += 1
            follows = self.sequence[i + 1] == "table" if i + 1 < len(self.sequence) else False
            svg = base64.b64decode(image["src"].partition("base64,")[2]).decode()
            found.append((svg, image["alt"], self.tables[n_table] if follows else ""))
        return found


def read(text: str) -> Read:
    """Parse a report."""
    reader = Read()
    reader.feed(text)
    return reader


def body(text: str) -> str:
    """Return the part for readers without training in statistics: everything before the appendix."""
    start, end = text.index("<main"), text.index('<section class="page appendix"')
    return text[start:end]


def visible(text: str) -> str:
    """Return the text that a reader sees, with alternative texts."""
    alts = " ".join(re.findall(r'alt="([^"]*)"', text))
    return html.unescape(re.sub(r"<[^>]+>", " ", text) + " " + alts)


def lix(text: str) -> float:
    """Return the reading ease: words per sentence plus the share of words over six letters in per cent."""
    words = re.findall(r"[^\W\d_]+", text)
    sentences = len(re.findall(r"[.!?:]", text))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)

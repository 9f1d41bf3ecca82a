"""Document -> one self-contained HTML file: no script, no request, every figure also a table."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from propsych.report.figures import draw, width_of
from propsych.report.model import Document, Figure, FigureData, Node

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["to_html"]

_TEMPLATES = Path(__file__).parent / "templates"


def to_html(document: Document) -> str:
    """Return a document as HTML.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str
        The same text for the same document, byte for byte.
    """
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    text = _environment().get_template("report.html").render(doc=document, style=style)
    return "\n".join(line for line in (line.strip() for line in text.splitlines()) if line) + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"kind": _kind, "svg": _picture, "width": width_of, "classed": _classed}
    environment.tests |= {"figure": lambda node: isinstance(node, Figure)}
    return environment


def _kind(node: Node | str) -> str:
    """Name a node's macro: ``BulletList`` -> ``"BulletList"``, plain words -> ``"str"``."""
    return type(node).__name__


def _picture(data: FigureData) -> str:
    """Return a picture as a data address: it is part of the file, and nothing in it can run."""
    return "data:image/svg+xml;base64," + base64.b64encode(draw(data).encode()).decode()


def _classed(data: FigureData) -> str:
    """Return the class of a picture: ``"bar"``, ``"dots"`` ..."""
    return type(data).__name__.removesuffix("Data").lower()

"""Study results -> document model -> one self-contained HTML file. Computes no statistic."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from propsych.study import StudyResults

__all__ = ["write_report"]


def write_report(
    results: StudyResults,
    path: str | os.PathLike[str],
    *,
    language: str = "da",
    audience: Literal["internal", "publishable"] = "internal",
    secret: bytes | None = None,
) -> Path:
    """Write the pilot report as one HTML file.

    Parameters
    ----------
    results : StudyResults
        The full results.
    path : str or os.PathLike
        Where the file goes.
    language : {"da", "en"}
        Language of the report.
    audience : {"internal", "publishable"}
        ``"publishable"`` is built from results in which small counts were suppressed, and from nothing else.
    secret : bytes, optional
        Keys the fingerprint of the data in the publishable report; without it the fingerprint is left out.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    propsych.errors.StudyError
        If there is no such language or audience, or the file cannot be written.
    """
    from propsych.errors import StudyError, message
    from propsych.report.document import build_document
    from propsych.report.html import to_html

    if audience not in ("internal", "publishable"):
        raise StudyError(message(f"no audience {audience!r}", remedy="choose internal or publishable"))
    if audience == "publishable":
        from propsych.report.disclosure import publishable

        results = publishable(results, secret=secret)
    text = to_html(build_document(results, language))
    file = Path(path)
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as problem:
        what = f"the report cannot be written ({problem.strerror})"
        raise StudyError(message(what, where=file.name, remedy="choose another place")) from None
    return file

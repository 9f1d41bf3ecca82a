"""One error root, one warning root, and the builder of every message.

Callers catch :class:`PropsychError` for the whole library or a subclass for one stage. A message says
what is wrong, where, what follows from it and what to do; it never holds an answer together with a
person, and never a CPR number.
"""

from __future__ import annotations

__all__ = [
    "AnalysisError",
    "CategoriesObservedWarning",
    "DataError",
    "EstimationWarning",
    "PropsychError",
    "PropsychWarning",
    "QuestionnaireError",
    "StudyError",
    "message",
]


class PropsychError(Exception):
    """Root of every error that propsych raises on purpose."""


class QuestionnaireError(PropsychError, ValueError):
    """The questionnaire file, or an object made from it, contradicts itself."""


class DataError(PropsychError, ValueError):
    """Answers cannot be read, or hold errors that stop the analysis.

    The problems, where they were listed, are in the attribute ``check``.
    """

    def __init__(self, text: str, check: object | None = None) -> None:
        super().__init__(text)
        self.check = check


class AnalysisError(PropsychError, ValueError):
    """An analysis was asked for that these data or declarations do not allow."""


class StudyError(PropsychError, ValueError):
    """A pilot, criteria or results file is wrong."""


class PropsychWarning(UserWarning):
    """Root of every warning that propsych raises on purpose."""


class EstimationWarning(PropsychWarning):
    """A number was computed, and there is a reason not to trust it."""


class CategoriesObservedWarning(PropsychWarning):
    """Categories were not declared, so those that occur in the data were taken."""


def message(what: str, *, where: str = "", consequence: str = "", remedy: str = "", got: str = "") -> str:
    """Build the text of an error or a warning.

    Parameters
    ----------
    what : str
        What is wrong, a clause without a full stop.
    where : str, optional
        File, key, item or column.
    consequence : str, optional
        What follows if nothing is done.
    remedy : str, optional
        What to do.
    got : str, optional
        The value that was met.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> message("unknown item 'x9'", where="pain.toml: scales[0].items", remedy="declare it under [[items]]")
    "pain.toml: scales[0].items: unknown item 'x9'. Remedy: declare it under [[items]]."
    """
    text = f"{where}: {what}" if where else what
    if got:
        text += f"; got {got}"
    text += "."
    if consequence:
        text += f" {consequence.rstrip('.')}."
    if remedy:
        text += f" Remedy: {remedy.rstrip('.')}."
    return text

"""The kinds of missing answer. They are different facts about a person, so they are never merged."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["DECLARABLE_KINDS", "NOT_ASKED_KINDS", "MissingKind"]


class MissingKind(IntEnum):
    """Why an answer is missing. The value is the code stored in :attr:`Responses.positions`."""

    SKIPPED = -1
    """The person was asked and gave no answer."""
    NOT_ASKED = -2
    """Branching hid the item."""
    NOT_RELEVANT = -3
    """Answered "ikke relevant"."""
    DONT_KNOW = -4
    """Answered "ved ikke"."""
    PREFER_NOT = -5
    """Answered "ønsker ikke at svare"."""
    UNKNOWN_IF_ASKED = -6
    """The branching parent is blank, so nobody knows whether the item was shown."""
    OTHER_VERSION = -7
    """The person was given another version of the item."""
    INVALID = -8
    """The cell holds something that is not declared; such an error stops the analysis."""

    @property
    def label(self) -> str:
        """Machine name, as in the questionnaire file: ``"skipped"``."""
        return self.name.lower()


DECLARABLE_KINDS: tuple[MissingKind, ...] = (
    MissingKind.SKIPPED,
    MissingKind.NOT_ASKED,
    MissingKind.NOT_RELEVANT,
    MissingKind.DONT_KNOW,
    MissingKind.PREFER_NOT,
)
"""The kinds that may have codes of their own in a data file."""

NOT_ASKED_KINDS: tuple[MissingKind, ...] = (
    MissingKind.NOT_ASKED,
    MissingKind.UNKNOWN_IF_ASKED,
    MissingKind.OTHER_VERSION,
)
"""The kinds that leave a person out of "n asked"."""

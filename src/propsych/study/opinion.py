"""What a second opinion says, and what is known to be wrong with the packages that give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["DEFECTS", "SecondOpinion", "State"]

State = Literal["agrees", "differs", "not_compared"]

DEFECTS: tuple[tuple[str, str], ...] = (
    (
        "pingouin",
        "cronbach_alpha(nan_policy='listwise') counts persons before it drops those with a missing answer, so"
        " its interval is too narrow: complete rows are given to it.",
    ),
    (
        "factor-analyzer",
        "Factor correlations are not put in the order of the loadings after a rotation, and every fit fails"
        " with scikit-learn 1.8 and later: only the rotation criterion of the same loadings is compared.",
    ),
    ("statsmodels", "Its promax is a varimax rotation: it is not used."),
)
"""Package -> what is known to be wrong with it, and what is done about that."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """One kind of number compared with another package.

    Attributes
    ----------
    kind : str
        What was compared, for instance ``"alpha"`` or ``"wilson"``.
    record : str
        Id of the record that differs most.
    package, version : str
    n_compared : int
        Numbers of this kind that were compared.
    ours, theirs, difference : float or None
        At the record that differs most.
    tolerance : float
        Largest difference that is rounding, relative to numbers above 1.
    state : {"agrees", "differs", "not_compared"}
    note : str
        Why it was not compared.
    """

    kind: str
    record: str
    package: str
    version: str
    n_compared: int
    ours: float | None
    theirs: float | None
    difference: float | None
    tolerance: float
    state: State
    note: str = ""

"""The frozen base of every result, and the one place where results become text and HTML."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from propsych.result.record import Record

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Result", "freeze"]


def freeze(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return `array` marked read-only, so that a result cannot change under its reader."""
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Result:
    """What an analysis returns: numbers, the sample behind them, and ways to look at them.

    Subclasses are frozen dataclasses. They implement :meth:`records` and :meth:`to_frame`; printing,
    HTML and dictionaries follow from those two.
    """

    @property
    def title(self) -> str:
        """Heading of the printed result."""
        return type(self).__name__

    def records(self) -> Iterator[Record]:
        """Yield every number under a stable name."""
        raise TypeError(f"{type(self).__name__} names no records")

    def to_frame(self) -> pd.DataFrame:
        """Return the result as a data frame with machine names and unrounded numbers."""
        raise TypeError(f"{type(self).__name__} has no frame")

    def notes(self) -> tuple[str, ...]:
        """Return sentences that a reader needs beside the numbers: sample, method, reasons for doubt."""
        return ()

    def to_dict(self) -> dict[str, Any]:
        """Return name -> number with its sample, as ``results.json`` holds it."""
        return {record.id: _entry(record) for record in self.records()}

    def summary(self, decimals: int = 3) -> str:
        """Return the result as text, rounded for reading."""
        frame = self.to_frame()
        body = frame.to_string(float_format=lambda x: f"{x:.{decimals}f}", na_rep="-")
        return "\n".join([self.title, "=" * len(self.title), body, *self.notes()])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the result on `ax`, or on a new figure's axes, and return the axes."""
        raise TypeError(f"{type(self).__name__} has no picture")

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        from html import escape

        table = self.to_frame().to_html(float_format=lambda x: f"{x:.3f}", na_rep="–", border=0)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes())
        return f"<h4>{escape(self.title)}</h4>{table}{notes}"


def _entry(record: Record) -> dict[str, Any]:
    entry = {
        key: value for key, value in dataclasses.asdict(record.estimate).items() if value not in (None, "")
    }
    entry.setdefault("value", None)
    if record.sample is not None:
        entry |= {
            "n_asked": record.sample.n_asked,
            "n_used": record.sample.n_used,
            "n_dropped": record.sample.n_dropped,
            "rule": record.sample.rule,
        }
        if record.sample.categories != "declared":
            entry["categories"] = record.sample.categories
    return entry

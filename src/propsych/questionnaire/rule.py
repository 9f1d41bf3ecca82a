"""The one rule model: how answers become a score or a colour. What is printed is what executes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

__all__ = ["ColourRule", "MissingRule", "Rule", "ScoreRule"]


class Frozen(BaseModel):
    """Immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MissingRule(Frozen):
    """How many answers a score needs.

    ``all``: every item; ``at_least_half``: half of the items, rounded up; ``at_least``: ``count`` items.
    """

    kind: Literal["all", "at_least_half", "at_least"] = "all"
    count: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _count_belongs_to_at_least(self) -> MissingRule:
        if (self.kind == "at_least") != (self.count is not None):
            raise ValueError("'count' belongs to kind = \"at_least\", and is needed there")
        return self

    def required(self, n_items: int) -> int:
        """Return the least number of answered items among `n_items`.

        Examples
        --------
        >>> MissingRule(kind="at_least_half").required(5)
        3
        """
        if self.kind == "all":
            return n_items
        if self.kind == "at_least_half":
            return (n_items + 1) // 2
        return int(self.count or n_items)


class ScoreRule(Frozen):
    """A scale score.

    ``sum``: the sum of the item scores; where `missing` lets items be absent, `prorate` must be true and
    the sum is the mean of the answered items times the number of items. ``mean``: the mean of the answered
    items. ``percent``: the mean moved to 0-100 by the declared range; `flip` turns the direction round.
    """

    kind: Literal["sum", "mean", "percent"]
    id: str = ""
    version: str = "1"
    missing: MissingRule = MissingRule()
    prorate: bool = False
    flip: bool = False

    @model_validator(mode="after")
    def _sum_over_fewer_items_is_prorated(self) -> ScoreRule:
        if self.kind == "sum" and self.missing.kind != "all" and not self.prorate:
            raise ValueError(
                "a sum over fewer items is not comparable with a full one: "
                'set prorate = true or missing.kind = "all"'
            )
        if self.kind != "sum" and self.prorate:
            raise ValueError("'prorate' belongs to kind = \"sum\"; a mean needs none")
        if self.flip and self.kind != "percent":
            raise ValueError("'flip' belongs to kind = \"percent\"")
        return self


class ColourRule(Frozen):
    """Red, yellow or green by the code answered. A missing answer is grey, never green."""

    kind: Literal["colour"] = "colour"
    id: str = ""
    version: str = "1"
    green: tuple[StrictInt, ...] = ()
    yellow: tuple[StrictInt, ...] = ()
    red: tuple[StrictInt, ...] = ()
    safety: bool = False

    @model_validator(mode="after")
    def _each_code_has_one_colour(self) -> ColourRule:
        codes = [*self.green, *self.yellow, *self.red]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"code {twice[0]} has more than one colour")
        return self


Rule = Annotated[ScoreRule | ColourRule, Field(discriminator="kind")]
"""Either rule; ``kind`` tells which."""

"""A dictionary that cannot change, so that a frozen declaration is frozen all through."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

__all__ = ["FrozenDict"]

Key = TypeVar("Key")
Value = TypeVar("Value")


class FrozenDict(dict[Key, Value]):
    """A dict whose entries are set once; it can be hashed if they can.

    Examples
    --------
    >>> codes = FrozenDict({"skipped": ("99",)})
    >>> codes["skipped"] = ("98",)
    Traceback (most recent call last):
    TypeError: a declared questionnaire does not change
    """

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("a declared questionnaire does not change")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

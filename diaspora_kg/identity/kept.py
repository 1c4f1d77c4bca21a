"""What is read off a value again and again while an article is at work, kept for so long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Holder = TypeVar("Holder")
Found = TypeVar("Found")


class Kept(Generic[Holder, Found]):
    """What ``look`` finds in a value, for the last values that were asked for: at most ``most`` of them.

    Values are told apart by what they are and not by what they say: to compare articles takes longer.
    """

    def __init__(self, look: Callable[[Holder], Iterable[Found]], most: int) -> None:
        self._look, self._most = look, most
        self._known: dict[int, tuple[Holder, tuple[Found, ...]]] = {}

    def of(self, holder: Holder) -> tuple[Found, ...]:
        """What is found in this value."""
        known = self._known.get(id(holder))
        if known is not None and known[0] is holder:
            return known[1]
        found = tuple(self._look(holder))
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[id(holder)] = holder, found
        return found

"""Answers that were made lately, so that what everybody asks for is not made anew for each of them.

An entry is named by its ETag, which follows the snapshot. What was made of another snapshot is never found
again, so it leaves when the first answer of a new one is wanted. Only a few answers are made at once, since
the making happens in this process, and whoever has used least goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from diaspora_kg.endpoint.turns import Turns


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of an answer; ``left_out`` counts what it is too short for."""

    body: bytes
    left_out: int = 0


class Kept:
    """The answers of one module: at most ``size`` bytes in all, made when ``turns`` lets them."""

    def __init__(self, turns: Turns, size: int = 16 << 20) -> None:
        self._size = size
        self._used = 0
        self._turns = turns
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._of: object = None

    async def get(self, name: str, client: str, make: Callable[[], Made], of: object = None) -> Made:
        """The answer of that name; ``make`` is called in a thread if it is not at hand.

        ``of`` is the snapshot that it is made from.

        What it raises goes through, and nothing is kept. Raises
        :class:`~diaspora_kg.endpoint.jobs.QueryFailed` where too many wait.
        """
        if of is not self._of:
            self._made.clear()
            self._used, self._of = 0, of
        if found := self._find(name):
            return found
        made = await self._turns.run(client, self._at_hand, name, make)
        if of is self._of:
            self._keep(name, made)
        return made

    def _at_hand(self, name: str, make: Callable[[], Made]) -> Made:
        """In a thread: somebody else may have waited for the same."""
        return self._made.get(name) or make()

    def _find(self, name: str) -> Made | None:
        if name in self._made:
            self._made.move_to_end(name)
        return self._made.get(name)

    def _keep(self, name: str, made: Made) -> None:
        if len(made.body) > self._size // 8 or name in self._made:
            return
        self._made[name] = made
        self._used += len(made.body)
        while self._used > self._size:
            _, old = self._made.popitem(last=False)
            self._used -= len(old.body)

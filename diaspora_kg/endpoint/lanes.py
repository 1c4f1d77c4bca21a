"""Who may run next, so that a few cannot keep the server from all others.

A query of anybody's is tried for a moment in the quick lane; what is not done by then goes on in the
slow lane. The shape of a query that had to be killed is remembered, and the next of that shape goes
straight to the slow lane. Whoever has used much stands further back in the queue.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from diaspora_kg.sparql import Kind, tokens

_HALF_LIFE = 60.0  # seconds
_MANY_CLIENTS = 10_000
_MANY_SHAPES = 1_000
_SHAPE_SECONDS = 600.0
_LOOKED_AT = 2_000  # characters of a query that make its shape: reading takes time too

_BLANKED = {
    Kind.IRI: "i", Kind.NAME: "i", Kind.BLANK: "b", Kind.VARIABLE: "v", Kind.STRING: "s", Kind.NUMBER: "n",
    Kind.LANGUAGE: "", Kind.SPACE: "", Kind.COMMENT: "",
}  # fmt: skip


class Busy(Exception):
    """Too many wait already, or this one waited too long."""


class Penalties:
    """What each client has used of late, in seconds; it halves each minute."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, float]] = {}

    def of(self, client: str) -> float:
        """How far back a client stands."""
        known = self._known.get(client)
        return 0.0 if known is None else _faded(*known)

    def add(self, client: str, seconds: float) -> None:
        """A client has used so much."""
        if len(self._known) >= _MANY_CLIENTS and client not in self._known:
            self._forget()
        self._known[client] = (self.of(client) + seconds, time.monotonic())

    def _forget(self) -> None:
        standing = sorted(self._known, key=self.of)
        for client in standing[: _MANY_CLIENTS // 2]:
            del self._known[client]


def _faded(value: float, when: float) -> float:
    return value * float(0.5 ** ((time.monotonic() - when) / _HALF_LIFE))


class Shapes:
    """The shapes of queries that had to be killed in the last minutes."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def add(self, query: str) -> None:
        """Remember a query's shape."""
        found = shape(query)
        self._known[found] = time.monotonic()
        self._known.move_to_end(found)
        if len(self._known) > _MANY_SHAPES:
            self._known.popitem(last=False)

    def knows(self, query: str) -> bool:
        """Whether a query of this shape had to be killed."""
        if not self._known:
            return False
        found = shape(query)
        when = self._known.get(found)
        if when is not None and time.monotonic() - when > _SHAPE_SECONDS:
            del self._known[found]
            return False
        return when is not None


def shape(query: str) -> bytes:
    """A hash of the query without what can be exchanged: names, values, variables and layout.

    >>> shape('ASK { ?a <urn:b> "c" }') == shape("ASK{?x ex:y 'z'}")
    True
    """
    words = (_BLANKED.get(token.kind, token.text.upper()) for token in tokens(query[:_LOOKED_AT]))
    return hashlib.blake2b(" ".join(word for word in words if word).encode(), digest_size=16).digest()


@dataclass(slots=True)
class _Waiter:
    client: str
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Slots:
    """So many run at once, so many wait; the one who has used least goes first."""

    def __init__(self, running: int, queue: int, penalties: Penalties) -> None:
        self.free = running
        self._queue = queue
        self._penalties = penalties
        self._waiting: list[_Waiter] = []

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take_now(self) -> bool:
        """Take a place if one is free and nobody waits for it."""
        if self.free > 0 and not self._waiting:
            self.free -= 1
            return True
        return False

    async def take(self, client: str, seconds: float) -> None:
        """Wait for a place; raises :class:`Busy`."""
        if self.take_now():
            return
        self._make_room(client)
        waiter = _Waiter(client)
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter.turn
        except (TimeoutError, asyncio.CancelledError) as error:
            self._leave(waiter)
            if isinstance(error, TimeoutError):
                raise Busy from error
            raise

    def give(self) -> None:
        """Give a place back: the next one runs."""
        while self._waiting:
            best = min(self._waiting, key=lambda waiter: self._penalties.of(waiter.client))
            self._waiting.remove(best)
            if not best.turn.done():
                best.turn.set_result(None)
                return
        self.free += 1

    def _leave(self, waiter: _Waiter) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        elif waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
            self.give()  # its turn came in the same moment

    def _make_room(self, client: str) -> None:
        """In a full queue the one who has used most gives way, be it who is coming."""
        if len(self._waiting) < self._queue:
            return
        worst = max(self._waiting, key=lambda waiter: self._penalties.of(waiter.client))
        if self._penalties.of(worst.client) <= self._penalties.of(client):
            raise Busy
        self._waiting.remove(worst)
        if not worst.turn.done():
            worst.turn.set_exception(Busy())

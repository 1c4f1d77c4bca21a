"""A job's hold on what it uses, and long answers as they come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from diaspora_kg.endpoint.engine import Died, Engine
from diaspora_kg.endpoint.frames import END, FAILED, PART, Failure
from diaspora_kg.endpoint.shelf import Shelf

_GRACE = 0.3  # seconds in which a long answer keeps its lane's place
_STALLED = 15.0  # seconds in which a client must take something
_YIELDS = 19


class Broken(Exception):
    """An answer that ends before its end: no client may take it for the whole."""


class Turn:
    """What a job holds: a place in a lane, a worker, its snapshot. Each is given back once."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave: Callable[[], None] | None = leave
        self._give: Callable[[], None] | None = None
        self._stream: Callable[[], None] | None = None
        self._engine: Engine | None = None
        self._shelf: Shelf | None = None

    @property
    def engine(self) -> Engine:
        """The worker that it runs on."""
        if self._engine is None:
            raise RuntimeError("no worker was taken")
        return self._engine

    def holds(self, give: Callable[[], None]) -> None:
        """It has a place; ``give`` gives it back."""
        self._give = give

    def runs(self, engine: Engine, shelf: Shelf) -> None:
        """It has a worker of a shelf."""
        self._engine, self._shelf = engine, shelf

    def streams(self, give: Callable[[], None]) -> None:
        """It has one of the places of long answers too."""
        self._stream = give

    def release(self) -> None:
        """Give the place back."""
        give, self._give = self._give, None
        if give is not None:
            give()

    def promote(self, give: Callable[[], None], niceness: int) -> None:
        """Go on in another place, with the same worker, which its shelf replaces."""
        self.part(niceness)
        self.holds(give)

    def part(self, niceness: int) -> None:
        """Leave the place to others and take the worker along; it yields to them from now on."""
        self.release()
        if self._shelf is not None and self._engine is not None:
            self._engine.yielding(niceness)
            self._shelf.part(self._engine)
            self._shelf = None

    def done(self) -> None:
        """The answer is complete: the worker can take another question."""
        engine, self._engine = self._engine, None
        if engine is not None and self._shelf is not None:
            self._shelf.give(engine)
        elif engine is not None:
            engine.kill()
        self._end()

    def kill(self) -> None:
        """Kill the worker and give the place back; the snapshot stays held."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.kill()  # its shelf hears of it
        self._shelf = None
        self.release()

    def drop(self) -> None:
        """Give everything back, whatever state it is in."""
        self.kill()
        self._end()

    def _end(self) -> None:
        self.release()
        for give in (self._stream, self._leave):
            if give is not None:
                give()
        self._stream = self._leave = None


class Stream:
    """The rest of a long answer: chunks, as the client takes them. Ends by :class:`Broken` or properly."""

    def __init__(
        self, turn: Turn, seconds: float, spent: Callable[[float], None], killed: Callable[[str], None]
    ) -> None:
        self._turn = turn
        self._spent = spent
        self._killed = killed
        self._began = self._taken = time.monotonic()
        self._last = self._began + seconds
        self._over = False
        self._why = ""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_GRACE, self._long)

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> bytes:
        """The next chunk."""
        if self._why:
            raise Broken(self._why)
        if self._over:
            raise StopAsyncIteration
        self._taken = time.monotonic()
        try:
            kind, body = await self._turn.engine.next()
        except Died as error:
            self._stop("lost")
            raise Broken(self._why) from error
        except BaseException:
            self._stop("left")
            raise
        self._taken = time.monotonic()
        if kind == PART:
            return body
        self._finish(kind == END)
        if kind == END:
            raise StopAsyncIteration
        raise Broken(Failure.read(body).sentence if kind == FAILED else "the worker spoke out of turn")

    async def aclose(self) -> None:
        """No more of it is wanted."""
        if not self._over:
            self._stop("left")

    def _long(self) -> None:
        """It takes longer than a moment: its lane goes on without it."""
        self._turn.part(_YIELDS)
        self._watch()

    def _watch(self) -> None:
        now = time.monotonic()
        if now > self._last:
            self._stop("stream-time")
        elif now > self._taken + _STALLED:
            self._stop("stalled")
        else:
            self._timer = asyncio.get_running_loop().call_later(1.0, self._watch)

    def _finish(self, complete: bool) -> None:
        self._over = True
        self._timer.cancel()
        self._spent(time.monotonic() - self._began)
        if not complete:
            self._killed("limit")
        self._turn.done()

    def _stop(self, why: str) -> None:
        if self._over:
            return
        self._over = True
        self._why = f"the answer was cut off ({why})"
        self._timer.cancel()
        self._spent(time.monotonic() - self._began)
        self._killed(why)
        self._turn.drop()

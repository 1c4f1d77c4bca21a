"""The server's side of one worker process: start it, ask it one thing at a time, kill it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from diaspora_kg.endpoint.frames import FAILED, READY, Failure, Frames, Malformed, Start
from diaspora_kg.endpoint.nursery import Nursery, nursery
from diaspora_kg.names import PREFIXES

_YIELDING = 10  # the niceness of the process that forks workers which are to yield
_START_SECONDS = 15.0
_SCHEDULED = 2  # with the number of a process it names, on Linux, the clock of its processor time
_REAPING: set[asyncio.Task[int]] = set()  # asyncio itself keeps weak references only
_WAITING_PARTS = 4  # more than so many pieces that nobody took yet, and the worker has to wait


class StartFailed(Exception):
    """A worker did not get ready; says why."""


class Died(Exception):
    """A worker ended while it was asked; ``by`` is the signal, 0 for none."""

    def __init__(self, by: int = 0) -> None:
        super().__init__(f"a worker ended by signal {by}")
        self.by = by


@dataclass(frozen=True, slots=True)
class Kind:
    """What a worker is for: its bounds, and which server it asks in place of a store of its own."""

    mebibytes: int
    niceness: int
    first_to_go: int
    sandboxed: bool
    rows: int = 100_000
    away: dict[str, str] | None = field(default=None, repr=False)


class Engine(asyncio.Protocol):
    """One worker process. Make it by :meth:`start`; ask it only when the answer before is complete.

    While there is a ``listener``, messages go there and not to :meth:`next`; one that is empty says that the
    worker is gone.
    """

    def __init__(self) -> None:
        self._frames = Frames()
        self._arrived: deque[tuple[bytes, bytes]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._nursery: Nursery | None = None
        self._by: int | None = None
        self.pid = 0
        self._paused = False
        self.alive = True
        self._tell: Callable[[Engine], None] | None = None
        self.listener: Callable[[bytes, bytes], None] | None = None

    @classmethod
    async def start(cls, store: Path, kind: Kind) -> Engine:
        """A worker that is ready; raises :class:`StartFailed`."""
        engine = cls()
        try:
            await engine._connect(store, kind)
            async with asyncio.timeout(_START_SECONDS):
                said, body = await engine.next()
        except (TimeoutError, Died) as error:
            engine.kill()
            reason = (
                str(error)
                or f"{_START_SECONDS:g} seconds were not enough. The machine may be busy: try again"
            )
            raise StartFailed(f"a worker process did not get ready: {reason}") from error
        except BaseException:
            engine.kill()
            raise
        if said != READY:
            engine.kill()
            raise StartFailed(Failure.read(body).sentence if said == FAILED else "a worker spoke out of turn")
        return engine

    async def _connect(self, store: Path, kind: Kind) -> None:
        base = min(kind.niceness, _YIELDING)
        start = Start(
            store=str(store),
            descriptor=-1,
            parent=-1,
            mebibytes=kind.mebibytes,
            niceness=kind.niceness - base,
            sandboxed=kind.sandboxed,
            rows=kind.rows,
            prefixes=PREFIXES,
            away=kind.away,
        )
        try:
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    self._nursery = nursery(base, kind.first_to_go)
                    self.pid = await self._nursery.fork(start, theirs)
                await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)
            except BaseException:
                ours.close()  # the worker sees it and ends
                raise
        except OSError as error:
            reason = error.strerror or error
            raise StartFailed(f"a worker process cannot be started: {reason}") from error

    def send(self, message: bytes) -> None:
        """Send a message; what it answers comes by :meth:`next`."""
        if self._transport is not None and self.alive:
            self._transport.write(message)

    async def next(self) -> tuple[bytes, bytes]:
        """The next message; raises :class:`Died` when there will be none."""
        while not self._arrived:
            if not self.alive:
                raise Died(await self.signal_number())
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        message = self._arrived.popleft()
        if self._paused and self._transport is not None and self.alive:
            self._paused = False
            self._transport.resume_reading()
        return message

    def when_lost(self, tell: Callable[[Engine], None]) -> None:
        """Call this once when the worker is no longer alive."""
        self._tell = tell

    @property
    def worked(self) -> float:
        """Seconds of processor time that it has had; infinite where the system does not tell."""
        try:
            return time.clock_gettime((~self.pid << 3) | _SCHEDULED)
        except (AttributeError, OSError):
            return math.inf

    def yielding(self, niceness: int) -> None:
        """Make it yield to others from now on; that cannot be taken back."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, niceness)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        was_alive, self.alive = self.alive, False
        if self.pid and self._by is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()
        self._wake()
        if was_alive:
            task = asyncio.get_running_loop().create_task(self.signal_number())
            _REAPING.add(task)
            task.add_done_callback(_REAPING.discard)
            if self._tell is not None:
                self._tell(self)
            if self.listener is not None:
                self.listener(b"", b"")

    async def end(self) -> None:
        """Kill it, and wait until the system has taken back what it had."""
        self.kill()
        await self.signal_number()

    async def signal_number(self) -> int:
        """By which signal it ended, 0 for none."""
        if self._nursery is None or not self.pid:
            return 0
        if self._by is None:
            self._by = await self._nursery.end_of(self.pid)
            self._nursery.forget(self.pid)
        return self._by

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        try:
            for kind, body in self._frames.feed(data):
                if self.listener is not None:
                    self.listener(kind, body)
                else:
                    self._arrived.append((kind, body))
        except Malformed:
            self.kill()
        if len(self._arrived) > _WAITING_PARTS and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        if self._arrived:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio: the worker is gone, or will be."""
        del exc
        self.kill()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def all_gone() -> None:
    """Wait until every worker that was killed has left the system."""
    await asyncio.gather(*_REAPING)

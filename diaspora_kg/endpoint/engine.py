"""The server's side of one worker process: start it, ask it one thing at a time, kill it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import diaspora_kg
from diaspora_kg.endpoint.frames import FAILED, READY, Failure, Frames, Malformed, Start
from diaspora_kg.names import PREFIXES

_BEGIN = """\
import os, sys
os.nice(int(sys.argv[4]))
sys.path += sys.argv[1:3]
from diaspora_kg.endpoint.worker import main
main(sys.argv[3])
"""
_START_SECONDS = 15.0
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
    """What a worker is for: its bounds."""

    mebibytes: int
    niceness: int
    first_to_go: int
    sandboxed: bool
    rows: int = 100_000


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
        self._process: subprocess.Popen[bytes] | None = None
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
            reason = str(error) or "it took too long"
            raise StartFailed(f"a worker process did not get ready: {reason}") from error
        except BaseException:
            engine.kill()
            raise
        if said != READY:
            engine.kill()
            raise StartFailed(Failure.read(body).sentence if said == FAILED else "a worker spoke out of turn")
        return engine

    async def _connect(self, store: Path, kind: Kind) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = _spawn(store, kind, theirs.fileno())
            await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)
        except OSError as error:
            ours.close()
            raise StartFailed(f"a worker process cannot be started: {error.strerror or error}") from error

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid if self._process is not None else 0

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

    def yielding(self, niceness: int) -> None:
        """Make it yield to others from now on; that cannot be taken back."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, niceness)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        was_alive, self.alive = self.alive, False
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
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
        process = self._process
        if process is None:
            return 0
        while process.poll() is None:  # its memory goes back first, which may take a while
            await asyncio.sleep(0.005)
        return max(0, -(process.returncode or 0))

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


def _spawn(store: Path, kind: Kind, descriptor: int) -> subprocess.Popen[bytes]:
    found = importlib.util.find_spec("pyoxigraph")
    if found is None or found.origin is None:
        raise StartFailed("pyoxigraph is not installed")
    start = Start(
        store=str(store),
        descriptor=descriptor,
        parent=os.getpid(),
        mebibytes=kind.mebibytes,
        first_to_go=kind.first_to_go,
        sandboxed=kind.sandboxed,
        rows=kind.rows,
        prefixes=PREFIXES,
    )
    paths = [str(Path(file).parents[1]) for file in (diaspora_kg.__file__, found.origin)]
    return subprocess.Popen(  # noqa: S603 - the words are this program's own
        [sys.executable, "-I", "-S", "-c", _BEGIN, *paths, start.write(), str(kind.niceness)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        cwd="/",
        env={"MALLOC_ARENA_MAX": "2"},  # each would reserve address space, which is bounded
    )

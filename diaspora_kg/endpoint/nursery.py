"""The server's side of the process from which workers are forked (``cradle.py``)."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import diaspora_kg
from diaspora_kg.endpoint.frames import Start

_BEGIN = """\
import sys
sys.path += sys.argv[5:]
from diaspora_kg.endpoint.cradle import main
main(*map(int, sys.argv[1:5]))
"""
_KILLED = 9
_LIBRARIES = ("pyoxigraph", "SPARQLWrapper", "rdflib", "pyparsing")
_OF_THE_NETWORK = (
    *("SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"),
)
"""What says how another server is reached that holds the graph."""
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}  # each would reserve address space, which is bounded


class Nursery(asyncio.Protocol):
    """Forks workers and hears of their ends; it belongs to one event loop."""

    def __init__(self, niceness: int, first_to_go: int) -> None:
        with ExitStack() as stack:  # what is open is closed again if the rest does not come
            ours, theirs = map(stack.enter_context, socket.socketpair())
            self._requests = stack.enter_context(ours.dup())
            self._process = _spawn(theirs.fileno(), niceness, first_to_go)
            stack.pop_all()
        theirs.close()
        self._ours = ours
        self._loop = asyncio.get_running_loop()
        self._begun: deque[asyncio.Future[int]] = deque()
        self._ends: dict[int, asyncio.Future[int]] = {}
        self._held = b""
        self._turn = asyncio.Lock()
        self._transport: asyncio.Transport | None = None
        self.alive = True

    @property
    def here(self) -> bool:
        """Whether it can be used in the loop that runs."""
        return self.alive and self._loop is asyncio.get_running_loop()

    async def fork(self, start: Start, line: socket.socket) -> int:
        """A worker that has one end of a line; its process number. Raises :class:`OSError`."""
        async with self._turn:  # one line of JSON is on its way at a time
            if self._transport is None:
                await self._loop.create_unix_connection(lambda: self, sock=self._ours)
            coming: asyncio.Future[int] = self._loop.create_future()
            self._begun.append(coming)
            socket.send_fds(self._requests, [start.write().encode()], [line.fileno()])
            return await asyncio.shield(coming)

    async def end_of(self, pid: int) -> int:
        """By which signal a worker ended, 0 for none, once it has."""
        return await asyncio.shield(self._ends[pid]) if pid in self._ends else _KILLED

    def forget(self, pid: int) -> None:
        """Nobody asks for the end of this worker any more."""
        self._ends.pop(pid, None)

    def close(self) -> None:
        """End it, and with it all workers that are left."""
        self.alive = False
        if self._transport is not None and not self._loop.is_closed():
            self._transport.abort()
        elif self._transport is None:
            self._ours.close()
        self._requests.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        *lines, self._held = (self._held + data).split(b"\n")
        for line in lines:
            word, number, *by = line.split()
            pid = int(number)
            if word == b"began":
                self._ends[pid] = self._loop.create_future()
                coming = self._begun.popleft()
                if not coming.done():
                    coming.set_result(pid)
            elif (ended := self._ends.get(pid)) is not None and not ended.done():
                ended.set_result(int(by[0]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio: the process is gone, and all workers with it."""
        del exc
        self.alive = False
        for ended in self._ends.values():
            if not ended.done():
                ended.set_result(_KILLED)
        for coming in self._begun:
            if not coming.done():
                coming.set_exception(ConnectionError("the process that starts workers is gone"))


_current: dict[tuple[int, int], Nursery] = {}


def nursery(niceness: int, first_to_go: int) -> Nursery:
    """The one of the loop that runs for such workers; another one when the last is gone.

    Those that yield to others have one of their own. Linux may make a process that reaps another wait for
    it in a busy loop, and that must not take the processor from whom it is to yield to.
    """
    key = (niceness, first_to_go)
    known = _current.get(key)
    if known is None or not known.here:
        if known is not None:
            known.close()
        _current[key] = Nursery(niceness, first_to_go)
    return _current[key]


def close() -> None:
    """End all that there are."""
    while _current:
        _current.popitem()[1].close()


def _spawn(descriptor: int, niceness: int, first_to_go: int) -> subprocess.Popen[bytes]:
    found = [importlib.util.find_spec(name) for name in _LIBRARIES]
    origins = (diaspora_kg.__file__, *(one.origin for one in found if one is not None))
    paths = dict.fromkeys(str(Path(origin).parents[1]) for origin in origins if origin is not None)
    numbers = map(str, (descriptor, os.getpid(), niceness, first_to_go))
    return subprocess.Popen(  # noqa: S603 - the words are this program's own
        [sys.executable, "-I", "-S", "-c", _BEGIN, *numbers, *paths],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        cwd="/",
        env=_ENVIRONMENT | {name: os.environ[name] for name in _OF_THE_NETWORK if name in os.environ},
    )

"""Asks a server over and over, in a process of its own: ``python -m tests.bench.load`` with JSON on stdin.

SIGTERM ends it before its time. It prints what it saw as JSON: the times of good answers in milliseconds,
and how many were wrong.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from tests.bench.apart import Apart, apart

LONGEST = 30.0  # seconds that one answer may take


@dataclass(frozen=True)
class Plan:
    """What is asked: ``paths`` one after the other, on so many connections, for so long.

    ``sources`` are addresses of this machine, of which each connection takes one. ``pause`` is what a client
    waits between two requests, in seconds. Every connection begins at another place of the paths.
    """

    host: str
    port: int
    paths: Sequence[str]
    connections: int
    seconds: float
    sources: Sequence[str] = ()
    headers: Sequence[str] = ()
    pause: float = 0.0


@dataclass
class Seen:
    """What came back: ``times`` of the good answers in milliseconds, ``wrong`` by what was wrong."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    bytes: int = 0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """How many milliseconds this share of the good answers took at most."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")

    def failed(self, why: str) -> None:
        """One more that is wrong."""
        self.wrong[why] = self.wrong.get(why, 0) + 1


class Client:
    """One connection, kept open, with one request at a time."""

    def __init__(self, plan: Plan, number: int, seen: Seen) -> None:
        self._plan = plan
        self._seen = seen
        self._source = plan.sources[number % len(plan.sources)] if plan.sources else ""
        extra = "".join(f"{header}\r\n" for header in plan.headers)
        step = max(1, len(plan.paths) // plan.connections)
        paths = [*plan.paths[number * step :], *plan.paths[: number * step]]
        self._requests = [
            f"GET {path} HTTP/1.1\r\nHost: {plan.host}:{plan.port}\r\n{extra}\r\n".encode() for path in paths
        ]
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self, until: float, stop: asyncio.Event) -> None:
        """Ask until the time is over, or somebody says stop."""
        number = 0
        while time.perf_counter() < until and not stop.is_set():
            began = time.perf_counter()
            try:
                async with asyncio.timeout(LONGEST):
                    status = await self._one(self._requests[number % len(self._requests)])
            except (OSError, EOFError, ValueError) as error:
                self._seen.failed(type(error).__name__)
                self._close()
            else:
                if status in {200, 304}:
                    self._seen.times.append((time.perf_counter() - began) * 1000)
                else:
                    self._seen.failed(str(status))
            number += 1
            if self._plan.pause:
                await asyncio.sleep(self._plan.pause)
        self._close()

    async def _one(self, request: bytes) -> int:
        if self._line is None:
            peer = (self._source, 0) if self._source else None
            self._line = await asyncio.open_connection(self._plan.host, self._plan.port, local_addr=peer)
        reader, writer = self._line
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        if b"transfer-encoding: chunked" in head:
            self._seen.bytes += await _chunks(reader)
        elif status != 304:
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self._seen.bytes += len(await reader.readexactly(length))
        if b"connection: close" in head:
            self._close()
        return status

    def _close(self) -> None:
        if self._line is not None:
            self._line[1].close()
            self._line = None


async def _chunks(reader: asyncio.StreamReader) -> int:
    total = 0
    while length := int(await reader.readuntil(b"\r\n"), 16):
        await reader.readexactly(length + 2)
        total += length
    await reader.readexactly(2)
    return total


async def measured(plan: Plan) -> Seen:
    """Carry a plan out in this process."""
    seen = Seen()
    clients = [Client(plan, number, seen) for number in range(plan.connections)]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    began = time.perf_counter()
    await asyncio.gather(*(client.run(began + plan.seconds, stop) for client in clients))
    seen.seconds = time.perf_counter() - began
    return seen


async def started(plan: Plan) -> Apart:
    """Begin to carry a plan out in another process."""
    return await apart("tests.bench.load", asdict(plan))


async def ended(process: Apart) -> Seen:
    """What that process saw."""
    told = await process.told()
    assert isinstance(told, dict)
    return Seen(**told)


def _main() -> None:
    plan = Plan(**json.loads(sys.stdin.read()))
    try:
        import uvloop  # noqa: PLC0415 - optional
    except ImportError:
        seen = asyncio.run(measured(plan))
    else:
        seen = uvloop.run(measured(plan))
    sys.stdout.write(json.dumps(asdict(seen)))


if __name__ == "__main__":
    _main()

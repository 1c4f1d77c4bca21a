"""Clients that mean harm, in a process of their own: ``python -m tests.bench.attack`` with JSON on stdin.

Each has an address of its own (127.0.x.y), so that no limit for one address stops them. What they ask costs
as much as SPARQL allows, with other constants each time. It prints how their requests ended, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import quote

from tests.bench.apart import Apart, apart

PATIENCE = 20.0  # seconds that a hostile client waits for an answer
_PAUSE = 0.05  # seconds that it waits after a refusal


@dataclass(frozen=True)
class Raid:
    """Where, how many, for how long."""

    host: str
    port: int
    clients: int
    seconds: float
    seed: int = 1


def _any(rnd: random.Random) -> str:
    return f"<urn:none:{rnd.randrange(1 << 30)}>"


def product(rnd: random.Random) -> str:
    """A cartesian product that is counted."""
    joins = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(rnd.randint(2, 4)))
    return f"SELECT (COUNT(*) AS ?n) {{ {joins} FILTER(?c0 != {_any(rnd)}) }}"


def ordered(rnd: random.Random) -> str:
    """A cartesian product that is kept and sorted."""
    return f"SELECT DISTINCT ?a ?d {{ ?a ?b ?c . ?d ?e ?f FILTER(?f != {_any(rnd)}) }} ORDER BY ?f ?a"


def path(rnd: random.Random) -> str:
    """Paths of any length, from everywhere to everywhere."""
    return f"SELECT (COUNT(*) AS ?n) {{ ?a (!{_any(rnd)})* ?b . ?b (!{_any(rnd)})+ ?c }}"


def string(rnd: random.Random) -> str:
    """A string that doubles until memory is full."""
    doubled = "?s0"
    steps = []
    for number in range(1, 40):
        steps.append(f"BIND(CONCAT({doubled}, {doubled}) AS ?s{number})")
        doubled = f"?s{number}"
    first = f'BIND("{rnd.randrange(1 << 30)}abcdefgh" AS ?s0)'
    return f"SELECT (STRLEN({doubled}) AS ?n) {{ {first} {' '.join(steps)} }}"


def nested(rnd: random.Random) -> str:
    """Groups in groups until the stack ends."""
    depth = rnd.randint(3000, 9000)
    return f"SELECT * {'{' * depth}{'}' * depth}"


def endless(rnd: random.Random) -> str:
    """More rows than anybody can read."""
    return f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != {_any(rnd)}) }}"


def long(rnd: random.Random) -> str:
    """A text that takes long to read."""
    values = " ".join(str(rnd.randrange(10)) for _ in range(9000))
    return f"SELECT * {{ VALUES ?service {{ {values} }} ?a ?b ?c . ?d ?e ?f }}"


SHAPES: tuple[Callable[[random.Random], str], ...] = (product, ordered, path, string, nested, endless, long)
"""The ways to do harm."""


class _Hostile:
    def __init__(self, raid: Raid, number: int, ended: Counter[str]) -> None:
        self._raid = raid
        self._source = f"127.0.{1 + number // 200}.{10 + number % 200}"
        self._rnd = random.Random(raid.seed * 1000 + number)
        self._ended = ended

    async def run(self, until: float) -> None:
        while time.monotonic() < until:
            shape = self._rnd.choice(SHAPES)
            try:
                async with asyncio.timeout(PATIENCE):
                    told = await self._one(shape(self._rnd))
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                told = type(error).__name__
            self._ended[told] += 1
            if told != "200":
                await asyncio.sleep(_PAUSE)

    async def _one(self, query: str) -> str:
        body = f"query={quote(query)}".encode()
        reader, writer = await asyncio.open_connection(
            self._raid.host, self._raid.port, local_addr=(self._source, 0)
        )
        try:
            writer.write(
                b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
            status = (await reader.readuntil(b"\r\n"))[9:12].decode()
            ended = b""
            while data := await reader.read(1 << 16):
                ended = (ended + data)[-16:]
            return status if status != "200" or ended.endswith((b"0\r\n\r\n", b"}")) else "cut"
        finally:
            writer.close()


async def raided(raid: Raid) -> dict[str, int]:
    """Carry a raid out; how its requests ended."""
    ended: Counter[str] = Counter()
    until = time.monotonic() + raid.seconds
    await asyncio.gather(*(_Hostile(raid, number, ended).run(until) for number in range(raid.clients)))
    return dict(ended)


async def begun(raid: Raid) -> Apart:
    """Begin a raid from another process."""
    return await apart("tests.bench.attack", asdict(raid))


if __name__ == "__main__":
    os.nice(10)  # it stands for other machines, which would take nothing from the processors of this one
    sys.stdout.write(json.dumps(asyncio.run(raided(Raid(**json.loads(sys.stdin.read()))))))

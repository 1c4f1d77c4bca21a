"""The clients of a soak: honest ones, one that asks what must be ended, and one that hangs up."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from tests.bench import attack
from tests.bench.soakasks import CSV, FORM, WHOLE, Ask, Judge
from tests.bench.soakwire import Cut, Wire

LONGEST = 60.0
"""Seconds after which an answer that has not come counts as failed (a hostile client only gives up)."""
HOSTILE = (attack.product, attack.ordered, attack.path, attack.nested, attack.endless)
_EXAMPLES = 20
WEIGHTS = {"page": 6, "id": 4, "data": 3, "search": 3, "saved": 6, "sparql get": 8, "sparql post": 3,
           "refused": 1, "reconcile": 1, "health": 1, "head": 1}  # fmt: skip


@dataclass
class Seen:
    """What came back since it was emptied last: milliseconds of right answers, and what was wrong."""

    times: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


@dataclass
class Told:
    """Everything that the clients saw: ``seen`` of the honest ones now, ``kinds`` in all, with examples of
    what was wrong; how hostile requests ended; how often somebody hung up.
    """

    seen: Seen = field(default_factory=Seen)
    kinds: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    hostile: Counter[str] = field(default_factory=Counter)
    left: int = 0

    def right(self, ask: Ask, seconds: float) -> None:
        """A right answer."""
        self.seen.times.append(seconds * 1000)
        self.kinds[ask.kind] += 1
        self.times.setdefault(ask.kind, []).append(seconds * 1000)

    def failed(self, ask: Ask, why: str) -> None:
        """A wrong one, or none."""
        self.seen.wrong[why] += 1
        self.wrong[f"{ask.kind}: {why}"] += 1
        if len(self.examples) < _EXAMPLES:
            now = time.strftime("%H:%M:%S", time.gmtime())
            self.examples.append(f"{now} {ask.method} {ask.target}: {why}")

    def taken(self) -> Seen:
        """What came since the last time, to be counted as one row."""
        seen, self.seen = self.seen, Seen()
        return seen


@dataclass(frozen=True)
class Load:
    """All clients of one server; ``pause`` is what an honest one waits between two requests, in seconds."""

    host: str
    port: int
    told: Told
    judge: Judge
    pause: float

    async def honest(self, wanted: Iterator[Ask], number: int) -> None:
        """Ask for ever; now and then ask for the same again, to hear that it has not changed."""
        wire, chance = Wire(self.host, self.port, f"127.0.0.{2 + number}"), random.Random(number)
        with closing(wire):
            for ask in wanted:
                tag = await self._one(wire, ask)
                if tag and ask.method == "GET" and chance.random() < 0.2:
                    headers = {**ask.headers, "If-None-Match": tag}
                    await self._one(wire, Ask("again", ask.target, headers=headers, fine=(200, 304)))
                await asyncio.sleep(self.pause * chance.uniform(0.5, 1.5))

    async def _one(self, wire: Wire, ask: Ask) -> str:
        """The ETag of the answer."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(LONGEST):
                said = await wire.ask(ask.method, ask.target, ask.headers, ask.body, ask.pause)
        except (Cut, OSError, ValueError, TimeoutError) as error:
            self.told.failed(ask, f"{type(error).__name__} {error}".strip())
            return ""
        if why := self.judge.wrong(ask, said):
            self.told.failed(ask, why)
        else:
            self.told.right(ask, time.perf_counter() - began)
        return said.headers.get("etag", "")

    async def hostile(self, pause: float) -> None:
        """Ask what costs as much as SPARQL allows; whatever it is told is right."""
        chance = random.Random(1)
        with closing(Wire(self.host, self.port, "127.0.1.10")) as wire:
            while True:
                await self._harm(wire, urlencode({"query": chance.choice(HOSTILE)(chance)}).encode())
                await asyncio.sleep(pause)

    async def _harm(self, wire: Wire, body: bytes) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                said = await wire.ask("POST", "/sparql", FORM, body)
                self.told.hostile[str(said.status)] += 1
        except Cut:
            self.told.hostile["cut"] += 1
        except TimeoutError:  # before OSError, of which it is one
            self.told.hostile[f"not ended after {LONGEST:g} s"] += 1
        except (OSError, ValueError) as error:
            self.told.failed(Ask("hostile", "/sparql"), type(error).__name__)

    async def leaving(self, pause: float) -> None:
        """Hang up: while a query runs, in a long answer, in a head, in a body, or at once."""
        chance = random.Random(2)
        while True:
            with closing(Wire(self.host, self.port, "127.0.2.10")) as wire, suppress(OSError, EOFError):
                await chance.choice(_WAYS)(wire, chance)
            self.told.left += 1
            await asyncio.sleep(pause)


async def _in_a_query(wire: Wire, chance: random.Random) -> None:
    query = quote(attack.product(chance))
    await wire.begin("GET", f"/sparql?query={query}", {})
    await asyncio.sleep(chance.uniform(0, 1))


async def _in_an_answer(wire: Wire, chance: random.Random) -> None:
    await wire.begin("GET", f"/sparql?query={quote(WHOLE)}", {"Accept": CSV})
    await wire.some(chance.randrange(1, 1 << 16))


async def _in_a_body(wire: Wire, chance: random.Random) -> None:
    await wire.begin("POST", "/sparql", {**FORM, "Content-Length": "5000"}, b"query=SELECT")
    await asyncio.sleep(chance.uniform(0, 0.2))


async def _at_once(wire: Wire, chance: random.Random) -> None:
    await wire.begin(chance.choice(("GET", "HEAD")), "/", {})


_WAYS: tuple[Callable[[Wire, random.Random], Awaitable[None]], ...] = (
    _in_a_query, _in_an_answer, _in_a_body, _at_once,
)  # fmt: skip

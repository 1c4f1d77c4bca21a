"""Answers queries in worker processes that are killed when they cost too much.

Queries of strangers run in the quick lane for a moment and then in the slow one; saved queries have
workers of their own. The snapshot is switched without dropping a query when another is published.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from diaspora_kg.endpoint import nursery
from diaspora_kg.endpoint.engine import Died, StartFailed, all_gone
from diaspora_kg.endpoint.express import Done, Express
from diaspora_kg.endpoint.frames import CHECK, CUT, PART, WHOLE, Failure, Question, frame
from diaspora_kg.endpoint.generation import YIELDS, Generation
from diaspora_kg.endpoint.jobs import (
    BUSY,
    DEATHS,
    GONE,
    LOST,
    SLOW,
    Job,
    Lane,
    QueryFailed,
    Reply,
    Why,
    meant,
)
from diaspora_kg.endpoint.lanes import Busy, Penalties, Shapes, Slots
from diaspora_kg.endpoint.metrics import Metrics
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.endpoint.shelf import Shelf
from diaspora_kg.endpoint.streams import Broken, Stream, Turn
from diaspora_kg.endpoint.watched import watched
from diaspora_kg.errors import DkgError
from diaspora_kg.sparql import guard
from diaspora_kg.store import Snapshot

__all__ = ["Broken", "Job", "Lane", "Pool", "QueryFailed", "Reply"]

_QUICK_SECONDS = 0.3
_CROWDED_SECONDS = 0.15  # while others wait
_PATIENCE = 5  # times as long, at most, where the worker does not get the processor
_COSTLY = 0.05  # seconds; what took less costs its client nothing
_SHORT = 1_500  # characters of a query that are checked here: it takes a few milliseconds at most
_CHECK_SECONDS = 2.0
_CRASH_PENALTY = 5.0


class Pool:
    """Runs jobs on the snapshot that is current, or on one that is held."""

    def __init__(self, first: Generation, limits: Limits, metrics: Metrics) -> None:
        self._current = first
        self._limits = limits
        self._metrics = metrics
        self._penalties = Penalties()
        self._shapes = Shapes()
        self._old: list[Generation] = []
        self._quick = Slots(limits.workers, limits.queue, self._penalties)
        self._slow = Slots(limits.slow_workers, limits.queue, self._penalties)
        self._saved = Slots(limits.saved_workers, limits.queue, self._penalties)
        self._express = Express(self._quick, self._shapes, self._penalties)
        self._streams = Slots(limits.streams, 0, self._penalties)

    @property
    def current(self) -> Snapshot:
        """The snapshot that new requests see."""
        return self._current.snapshot

    @contextmanager
    def holding(self) -> Iterator[Generation]:
        """The current snapshot, served until the block ends even if another one is published."""
        generation = self._current
        generation.enter()
        try:
            yield generation
        finally:
            generation.leave()

    def switch(self, generation: Generation) -> None:
        """New requests see this one from now on; those that run end on the one they began with."""
        before, self._current = self._current, generation
        self._old = [one for one in self._old if not one.closed]
        self._old.append(before)
        before.retire()

    async def stop(self) -> None:
        """End everything."""
        for generation in (*self._old, self._current):
            await generation.close()
        await all_gone()
        nursery.close()

    async def guard(self, query: str, client: str) -> str:
        """The form of a query, such as ``SELECT``; a long one is looked at by a worker, since it takes time.

        Raises :class:`~diaspora_kg.sparql.Refused` and :class:`QueryFailed`.
        """
        if len(query) <= _SHORT:
            return guard(query)
        job = Job(query, "", Lane.ADHOC, client)
        generation = self._current
        generation.enter()
        turn = Turn(generation.leave)
        try:
            await self._quick.take(client, self._limits.seconds)
            turn.holds(self._quick.give)
            await self._engine(turn, generation.shelves.quick)
            turn.engine.send(frame(CHECK, query.encode("utf-8", "replace")))
            if reply := await self._continued(job, generation, turn, _CHECK_SECONDS):
                return reply.head.decode()
            raise self._failed(SLOW, _CHECK_SECONDS)
        except Busy as error:
            raise self._failed(BUSY) from error
        finally:
            turn.drop()

    def attempt(self, query: str, media: str, client: str, done: Done) -> bool:
        """Try a query that has passed the guard, for a short answer at once (see ``express.py``)."""
        return self._express.ask(self._current, query, media, client, done)

    async def run(self, job: Job, held: Generation | None = None) -> Reply:
        """Answer a job; raises :class:`QueryFailed`."""
        generation = held or self._current
        generation.enter()
        turn = Turn(generation.leave)
        try:
            if job.lane is Lane.SAVED:
                return await self._in_saved(job, generation, turn)
            return await self._in_quick(job, generation, turn)
        except Busy as error:
            turn.drop()
            raise self._failed(BUSY) from error
        except BaseException:
            turn.drop()
            raise

    async def _in_saved(self, job: Job, generation: Generation, turn: Turn) -> Reply:
        seconds = self._limits.saved_seconds
        if not self._saved.take_now():
            await self._saved.take(job.client, seconds)
        turn.holds(self._saved.give)
        await self._engine(turn, generation.shelves.saved)
        reply = await self._asked(job, generation, turn, seconds)
        return reply or self._out_of_time(job, turn, seconds)

    async def _in_quick(self, job: Job, generation: Generation, turn: Turn) -> Reply:
        if self._shapes.knows(job.query):
            return await self._in_slow(job, generation, turn)
        if not self._quick.take_now():
            await self._quick.take(job.client, self._limits.seconds)
        turn.holds(self._quick.give)
        if self._shapes.knows(job.query):  # one of this shape was killed while this one waited
            turn.release()
            return await self._in_slow(job, generation, turn)
        await self._engine(turn, generation.shelves.quick)
        worked = turn.engine.worked
        seconds = _CROWDED_SECONDS if self._quick.waiting else _QUICK_SECONDS
        if reply := await self._asked(job, generation, turn, seconds):
            return reply
        if reply := await self._starved(job, generation, turn, worked + seconds / 2):
            return reply
        if self._slow.take_now():
            turn.promote(self._slow.give, YIELDS)
            with watched(job):
                reply = await self._continued(job, generation, turn, self._limits.seconds)
            return reply or self._out_of_time(job, turn, self._limits.seconds)
        if turn.engine.worked >= worked + seconds / 2:
            self._shapes.add(job.query)
        self._penalties.add(job.client, seconds)
        self._metrics.killed("moved")
        turn.kill()
        return await self._in_slow(job, generation, turn)

    async def _starved(self, job: Job, generation: Generation, turn: Turn, enough: float) -> Reply | None:
        """More time for a worker that did not get the processor: its query need not be a slow one."""
        for _ in range(_PATIENCE - 1):
            if turn.engine.worked >= enough or self._quick.waiting:
                break
            if reply := await self._continued(job, generation, turn, _QUICK_SECONDS):
                return reply
        return None

    async def _in_slow(self, job: Job, generation: Generation, turn: Turn) -> Reply:
        seconds = self._limits.seconds
        with watched(job):
            await self._slow.take(job.client, seconds)
            turn.holds(self._slow.give)
            await self._engine(turn, generation.shelves.slow)
            reply = await self._asked(job, generation, turn, seconds)
        return reply or self._out_of_time(job, turn, seconds)

    async def _engine(self, turn: Turn, shelf: Shelf) -> None:
        try:
            turn.runs(await shelf.take(), shelf)
        except StartFailed as error:
            raise self._failed(GONE) from error

    async def _asked(self, job: Job, generation: Generation, turn: Turn, seconds: float) -> Reply | None:
        limits = self._limits
        turn.engine.send(
            Question(
                query=job.query,
                media=job.media,
                union=job.union,
                default=None if job.default_graphs is None else list(job.default_graphs),
                named=None if job.named_graphs is None else list(job.named_graphs),
                rows=limits.rows,
                size=min(limits.bytes, job.size or limits.bytes),
                checked=job.checked,
            ).frame()
        )
        return await self._continued(job, generation, turn, seconds)

    async def _continued(self, job: Job, generation: Generation, turn: Turn, seconds: float) -> Reply | None:
        """The beginning of the answer; ``None`` when there was none in time."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                kind, body = await turn.engine.next()
        except TimeoutError:
            return None
        except Died as error:
            raise self._died(job, turn, error.by) from error
        finally:
            if (used := time.monotonic() - began) > _COSTLY:
                self._penalties.add(job.client, used)
        if kind in {WHOLE, CUT}:
            turn.done()
            return Reply(job.media, body, None, generation.snapshot, kind == CUT)
        if kind == PART:
            return Reply(job.media, body, self._stream(job, turn), generation.snapshot)
        turn.done()
        raise self._refused(Failure.read(body), job.query)

    def _stream(self, job: Job, turn: Turn) -> Stream:
        if not self._streams.take_now():
            raise Busy
        turn.streams(self._streams.give)

        def spent(seconds: float) -> None:
            self._penalties.add(job.client, seconds)

        return Stream(turn, self._limits.stream_seconds, spent, self._metrics.killed)

    def _out_of_time(self, job: Job, turn: Turn, seconds: float) -> Reply:
        if job.lane is Lane.ADHOC:
            self._shapes.add(job.query)
        turn.kill()
        raise self._failed(SLOW, seconds)

    def _died(self, job: Job, turn: Turn, by: int) -> QueryFailed:
        turn.kill()
        self._penalties.add(job.client, _CRASH_PENALTY)
        if by in DEATHS and job.lane is Lane.ADHOC:
            self._shapes.add(job.query)
        return self._failed(DEATHS.get(by, LOST))

    def _refused(self, failure: Failure, query: str) -> DkgError:
        if isinstance(found := meant(failure, query), Why):
            return self._failed(found)
        if isinstance(found, QueryFailed):
            self._metrics.failed(failure.kind)
        return found

    def _failed(self, why: Why, seconds: float = 0) -> QueryFailed:
        self._metrics.failed(why.reason)
        return why.failed(self._limits.memory_mib, seconds)

    def stats(self) -> dict[str, float]:
        """What happens now, for /metrics: queues, workers, the snapshot's number."""
        lanes = {"quick": self._quick, "slow": self._slow, "saved": self._saved}
        free = {**lanes, "stream": self._streams}
        shelves = {name: getattr(self._current.shelves, name) for name in lanes}
        return {
            **{f'dkg_waiting{{lane="{name}"}}': lane.waiting for name, lane in lanes.items()},
            **{f'dkg_free{{lane="{name}"}}': lane.free for name, lane in free.items()},
            **{f'dkg_idle_workers{{lane="{name}"}}': shelf.idle for name, shelf in shelves.items()},
            "dkg_draining_snapshots": sum(not one.closed for one in self._old),
            "dkg_snapshot_number": self.current.manifest.number,
        }

    @property
    def whole(self) -> bool:
        """Whether the current snapshot is still where it was opened, and queries are answered."""
        return self._current.there and not self.lost

    @property
    def lost(self) -> bool:
        """Whether some queries cannot be answered, since no worker for them can be started."""
        return any(shelf.lost for shelf in self._current.shelves)

    @property
    def pids(self) -> list[int]:
        """The process numbers of the current snapshot's workers."""
        return [pid for shelf in self._current.shelves for pid in shelf.pids]

"""Answers queries in worker processes that are killed when they cost too much.

Queries of strangers run in the quick lane for a moment and then in the slow one; saved queries have
workers of their own. The snapshot is switched without dropping a query when another is published.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from diaspora_kg.endpoint.engine import Died, all_gone
from diaspora_kg.endpoint.frames import CUT, PART, WHOLE, Failure, Question
from diaspora_kg.endpoint.generation import SLOW, Generation
from diaspora_kg.endpoint.lanes import Busy, Penalties, Shapes, Slots
from diaspora_kg.endpoint.metrics import Metrics
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.endpoint.shelf import Shelf
from diaspora_kg.endpoint.streams import Broken, Stream, Turn
from diaspora_kg.errors import DkgError
from diaspora_kg.store import Snapshot

__all__ = ["Broken", "Job", "Lane", "Pool", "QueryFailed", "Reply"]

_QUICK_SECONDS = 0.3
_CROWDED_SECONDS = 0.15  # while others wait
_COSTLY = 0.05  # seconds; what took less costs its client nothing
_AGAIN = 5  # seconds after which a client that was sent away may come again
_CRASH_PENALTY = 5.0


class Lane(StrEnum):
    """Whose query it is: anybody's, or a saved one with values filled in."""

    ADHOC = "adhoc"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Job:
    """A query to run; it has passed the guard.

    ``default_graphs`` and ``named_graphs`` are what the request gives as its dataset, ``None``: neither.
    Without them the default graph is the union of all named graphs if ``union``, unless the query has FROM.
    ``size`` is a lower limit of bytes than the server's own. ``gone`` waits until the client has left; it is
    asked for only when the query does not end at once.
    """

    query: str
    media: str
    lane: Lane
    client: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    union: bool = True
    size: int | None = None
    gone: Callable[[], Awaitable[object]] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or its beginning: ``rest`` is ``None`` when ``head`` is all of it.

    Chunks of ``rest`` may end with :class:`Broken`: then the client must not get a proper end. Whoever does
    not read it to the end closes it. ``truncated``: it has fewer rows than there are.
    """

    media: str
    head: bytes
    rest: Stream | None
    snapshot: Snapshot
    truncated: bool = False

    async def whole(self, limit: int) -> bytes:
        """All of it; raises :class:`Broken`, and :class:`QueryFailed` when it is longer than ``limit``."""
        if self.rest is None:
            return self.head
        parts = [self.head]
        length = len(self.head)
        try:
            async for part in self.rest:
                parts.append(part)
                length += len(part)
                if length > limit:
                    raise QueryFailed(400, f"the answer is longer than {limit} bytes: ask for less.")
        finally:
            await self.rest.aclose()
        return b"".join(parts)


class QueryFailed(DkgError):
    """A query without an answer: the HTTP status that says so, and one sentence."""

    def __init__(self, status: int, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after


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
            raise self._failed("busy", 503, "the server has too much to do.", _AGAIN) from error
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
        seconds = _CROWDED_SECONDS if self._quick.waiting else _QUICK_SECONDS
        if reply := await self._asked(job, generation, turn, seconds):
            return reply
        if self._slow.take_now():
            turn.promote(self._slow.give, SLOW)
            with _watched(job):
                reply = await self._continued(job, generation, turn, self._limits.seconds)
            return reply or self._out_of_time(job, turn, self._limits.seconds)
        self._shapes.add(job.query)
        self._penalties.add(job.client, seconds)
        self._metrics.killed("moved")
        turn.kill()
        return await self._in_slow(job, generation, turn)

    async def _in_slow(self, job: Job, generation: Generation, turn: Turn) -> Reply:
        seconds = self._limits.seconds
        with _watched(job):
            await self._slow.take(job.client, seconds)
            turn.holds(self._slow.give)
            await self._engine(turn, generation.shelves.slow)
            reply = await self._asked(job, generation, turn, seconds)
        return reply or self._out_of_time(job, turn, seconds)

    async def _engine(self, turn: Turn, shelf: Shelf) -> None:
        turn.runs(await shelf.take(), shelf)

    async def _asked(self, job: Job, generation: Generation, turn: Turn, seconds: float) -> Reply | None:
        limits = self._limits
        turn.engine.ask(
            Question(
                query=job.query,
                media=job.media,
                union=job.union,
                default=None if job.default_graphs is None else list(job.default_graphs),
                named=None if job.named_graphs is None else list(job.named_graphs),
                rows=limits.rows,
                size=min(limits.bytes, job.size or limits.bytes),
            )
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
        raise self._refused(Failure.read(body))

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
        sentence = f"the query took longer than the {seconds:g} seconds that it may take."
        raise self._failed("time", 504, sentence)

    def _died(self, job: Job, turn: Turn, by: int) -> QueryFailed:
        turn.kill()
        self._penalties.add(job.client, _CRASH_PENALTY)
        if by in _DEATHS and job.lane is Lane.ADHOC:
            self._shapes.add(job.query)
        reason, status, sentence, again = _DEATHS.get(by, _LOST)
        return self._failed(reason, status, sentence.format(self._limits.memory_mib), again)

    def _refused(self, failure: Failure) -> QueryFailed:
        if failure.kind in {"syntax", "limit"}:
            self._metrics.failed(failure.kind)
            return QueryFailed(400, failure.sentence)
        if failure.kind == "memory":
            self._metrics.failed("memory")
            return QueryFailed(503, _MEMORY.format(self._limits.memory_mib), _AGAIN)
        self._metrics.failed(failure.kind)
        return QueryFailed(500, "the graph's files could not be read. Whoever runs this server can mend it.")

    def _failed(self, reason: str, status: int, sentence: str, again: int | None = None) -> QueryFailed:
        self._metrics.failed(reason)
        return QueryFailed(status, sentence, again)

    def stats(self) -> dict[str, float]:
        """What happens now, for /metrics: queues, workers, the snapshot's number."""
        shelves = self._current.shelves
        return {
            'dkg_waiting{lane="quick"}': self._quick.waiting,
            'dkg_waiting{lane="slow"}': self._slow.waiting,
            'dkg_waiting{lane="saved"}': self._saved.waiting,
            'dkg_free{lane="quick"}': self._quick.free,
            'dkg_free{lane="slow"}': self._slow.free,
            'dkg_free{lane="saved"}': self._saved.free,
            'dkg_free{lane="stream"}': self._streams.free,
            'dkg_idle_workers{lane="quick"}': shelves.quick.idle,
            'dkg_idle_workers{lane="slow"}': shelves.slow.idle,
            'dkg_idle_workers{lane="saved"}': shelves.saved.idle,
            "dkg_draining_snapshots": sum(not one.closed for one in self._old),
            "dkg_snapshot_number": self.current.manifest.number,
        }

    @property
    def pids(self) -> list[int]:
        """The process numbers of the current snapshot's workers."""
        return [pid for shelf in self._current.shelves for pid in shelf.pids]


_MEMORY = "the query needs more memory than the {0} MiB that it may use."
_LOST = ("lost", 503, "the process that answered was ended from outside. Ask again.", 1)
_DEATHS: dict[int, tuple[str, int, str, int | None]] = {
    6: ("memory", 503, _MEMORY, _AGAIN),  # SIGABRT: the engine ends so when it gets no memory
    11: ("crash", 400, "the query is nested too deeply: it ended the process that answered it.", None),
    31: ("sandbox", 403, "the query did what is not allowed here.", None),  # SIGSYS
}


@contextmanager
def _watched(job: Job) -> Iterator[None]:
    """Ends what the block waits for when the client leaves."""
    current = asyncio.current_task()
    if job.gone is None or current is None:
        yield
        return
    left = False

    def leave(_: object) -> None:
        nonlocal left
        if not watcher.cancelled():
            left = True
            current.cancel()

    watcher = asyncio.ensure_future(job.gone())
    watcher.add_done_callback(leave)
    try:
        yield
    except asyncio.CancelledError as error:
        if left and current.uncancel() == 0:
            raise QueryFailed(499, "the client has left.") from error
        raise
    finally:
        watcher.remove_done_callback(leave)
        watcher.cancel()

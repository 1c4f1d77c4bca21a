"""What the pool is asked and what it gives: jobs, replies, and why there is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from diaspora_kg.endpoint.frames import Failure
from diaspora_kg.endpoint.streams import Stream
from diaspora_kg.endpoint.unreadable import AGAIN, SENTENCE, tell
from diaspora_kg.errors import DkgError
from diaspora_kg.sparql import Refused
from diaspora_kg.store import Snapshot


class Lane(StrEnum):
    """Whose query it is: anybody's, or a saved one with values filled in."""

    ADHOC = "adhoc"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Job:
    """A query to run; it has passed the guard, or is not ``checked`` and will be.

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
    checked: bool = True


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


@dataclass(frozen=True, slots=True)
class Why:
    """How a failure is told: its ``reason`` in the metrics, and what :class:`QueryFailed` needs.

    In ``sentence`` ``{0}`` stands for the limit of memory, ``{1}`` for that of seconds.
    """

    reason: str
    status: int
    sentence: str
    retry_after: int | None = None

    def failed(self, mebibytes: int = 0, seconds: float = 0) -> QueryFailed:
        """The failure."""
        return QueryFailed(self.status, self.sentence.format(mebibytes, f"{seconds:g}"), self.retry_after)


_AGAIN = 5  # seconds after which a client that was sent away may come again

BUSY = Why("busy", 503, "the server has too much to do.", _AGAIN)
SLOW = Why("time", 504, "the query took longer than the {1} seconds that it may take.")
MEMORY = Why("memory", 503, "the query needs more memory than the {0} MiB that it may use.", _AGAIN)
DAMAGED = Why("damaged", 503, SENTENCE, AGAIN)  # the next build mends it
LOST = Why("lost", 503, "the process that answered was ended from outside. Ask again.", 1)
GONE = Why("gone", 503, SENTENCE, AGAIN)
DEATHS = {
    6: MEMORY,  # SIGABRT: the engine ends so when it gets no memory
    11: Why("crash", 400, "the query is nested too deeply: it ended the process that answered it."),
    31: Why("sandbox", 403, "the query did what is not allowed here."),  # SIGSYS
}
"""What a worker's death by a signal means."""


def meant(failure: Failure, query: str) -> Why | QueryFailed | Refused:
    """What a worker's word about a query means."""
    if failure.kind == "refused":
        return Refused(failure.sentence, query, failure.position)
    if failure.kind in {"syntax", "limit"}:
        return QueryFailed(400, failure.sentence)
    if failure.kind == "memory":
        return MEMORY
    tell(f"the graph's files cannot be read: {failure.sentence}")
    return DAMAGED

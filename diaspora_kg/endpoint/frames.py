"""The messages between the server and its worker processes: one byte of kind, a length, a body.

A worker gets ``ASK`` and answers with ``WHOLE`` or ``CUT`` (a complete answer), with ``PART`` messages
and one ``END``, or with ``FAILED``. Nothing here needs more than the standard library: workers load it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEAD = struct.Struct("<cI")
_LONGEST = 1 << 30

READY = b"R"
"""The worker has opened its store and waits."""
ASK = b"Q"
"""A :class:`Question`."""
CHECK = b"G"
"""A query that must pass the guard; its form comes back as ``WHOLE``. For long ones, which take time."""
TRY = b"T"
"""A media type, a line feed, a query: answered only if that is short. Several may be sent at once."""
WHOLE = b"W"
"""An answer that fits into one message."""
CUT = b"C"
"""An answer in one message that has fewer rows than there are: the limit was met."""
PART = b"P"
"""A piece of a long answer; more follows."""
END = b"E"
"""The long answer is complete."""
FAILED = b"F"
"""There is no answer, or no more of it: a :class:`Failure`."""

SHORT_BYTES = 16 * 1024
"""The longest answer of a ``TRY``."""
PART_BYTES = 64 * 1024
"""How long a ``PART`` is, about, after the first."""
WHOLE_BYTES = 256 * 1024
"""Answers up to this length come in one message; until then a failure can still be told by its status."""


@dataclass(frozen=True)
class Start:
    """What a worker is told when it starts; ``away`` says which server holds the graph, if one does."""

    store: str
    descriptor: int
    parent: int
    mebibytes: int
    niceness: int
    sandboxed: bool
    rows: int
    prefixes: dict[str, str]
    away: dict[str, str] | None = None

    def write(self) -> str:
        """As it goes to the process that forks workers."""
        return json.dumps(vars(self))


@dataclass(frozen=True, slots=True)
class Question:
    """What a worker is asked; ``default`` and ``named`` are the graphs of a dataset that was given.

    ``union`` makes all named graphs one default graph, where neither is given and the query has no FROM.
    One that is not ``checked`` has to pass the guard first.
    """

    query: str
    media: str
    union: bool
    default: list[str] | None
    named: list[str] | None
    rows: int
    size: int
    checked: bool = True

    def frame(self) -> bytes:
        """The message."""
        asked = (self.query, self.media, self.union, self.default, self.named)
        return frame(ASK, json.dumps((*asked, self.rows, self.size, self.checked)).encode())

    @classmethod
    def read(cls, body: bytes) -> Question:
        """A question from the body of its message."""
        return cls(*json.loads(body))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer.

    ``kind`` is ``syntax``, ``refused`` (at a ``position`` in the query, counted from 0), ``limit``,
    ``memory``, ``damaged`` or ``engine``; ``away`` or ``wrong`` where another server holds the graph.
    """

    kind: str
    sentence: str
    position: int = 0

    def frame(self) -> bytes:
        """The message."""
        return frame(FAILED, json.dumps((self.kind, self.sentence, self.position)).encode())

    @classmethod
    def read(cls, body: bytes) -> Failure:
        """A failure from the body of its message."""
        return cls(*json.loads(body))


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """One message.

    >>> list(Frames().feed(frame(PART, b"abc") + frame(END)))
    [(b'P', b'abc'), (b'E', b'')]
    """
    return _HEAD.pack(kind, len(body)) + body


class Malformed(ValueError):
    """Bytes that are no messages."""


class Frames:
    """Puts messages together from bytes as they arrive."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The messages that are complete now; raises :class:`Malformed`."""
        held = self._held
        held += data
        while len(held) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(held)
            if length > _LONGEST:
                raise Malformed("a message that is too long")
            end = _HEAD.size + length
            if len(held) < end:
                return
            body = bytes(memoryview(held)[_HEAD.size : end])
            del held[:end]
            yield kind, body

"""The process that answers: it opens one snapshot read-only, and does nothing else until it is killed.

Forked by :mod:`diaspora_kg.endpoint.cradle`, so that it is there in some milliseconds. A query can end it
(too deep, too much memory): that is what it is for.
"""

from __future__ import annotations

import importlib
import os
import socket
import time
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import IO, TYPE_CHECKING, NoReturn, Protocol, cast

import pyoxigraph as ox

from diaspora_kg.endpoint import frames, sandbox
from diaspora_kg.endpoint.rows import CSV, JSON, TSV, XML, RowCount, cut
from diaspora_kg.errors import StoreNotReachable
from diaspora_kg.sparql.guard import Refused, guard, names_dataset

if TYPE_CHECKING:
    from diaspora_kg.endpoint.away import Away

    Asks = ox.Store | Away

_RESULTS = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    CSV: ox.QueryResultsFormat.CSV,
    TSV: ox.QueryResultsFormat.TSV,
}
_GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/n3": ox.RdfFormat.N3,
}


_HELD_SECONDS = 0.001


def load_away() -> ModuleType:
    """What asks another server; most workers do not need it."""
    return importlib.import_module("diaspora_kg.endpoint.away")


class Line(Protocol):
    """Where messages go."""

    def sendall(self, data: bytes, /) -> None:
        """Send a message."""


class _Stop(Exception):
    """Ends the writing of an answer, all about which is said."""


class _Answer:
    """What pyoxigraph writes to: sends it on in pieces, and watches the limits."""

    def __init__(self, line: Line, asked: frames.Question) -> None:
        self._line = line
        self._asked = asked
        self._pieces: list[bytes] = []
        self._length = 0
        self._sent = 0
        self._count = RowCount(asked.media)
        self._over = self._cut = False

    def write(self, data: bytes) -> int:
        """Called by pyoxigraph, every 8 KiB; once more after an exception."""
        if self._over:
            raise _Stop
        self._pieces.append(data)
        self._length += len(data)
        if self._length > (frames.PART_BYTES if self._sent else frames.WHOLE_BYTES):
            self._line.sendall(frames.frame(frames.PART, self._checked()))
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces go when they are long enough."""

    def limited(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        """Triples up to the limit; whoever writes them closes the document."""
        for number, triple in enumerate(triples):
            if number == self._asked.rows:
                self._cut = True
                return
            yield triple

    def finish(self) -> None:
        """The answer is complete."""
        first = not self._sent
        data = self._checked()
        if first:
            self._line.sendall(frames.frame(frames.CUT if self._cut else frames.WHOLE, data))
        elif self._cut:
            self._fail(_too_many(self._asked.rows))
        else:
            self._line.sendall(frames.frame(frames.PART, data) + frames.frame(frames.END))

    def _checked(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        first = not self._sent
        self._sent += len(data)
        if self._sent > self._asked.size:
            self._fail(_too_long(self._asked.size))
        if len(data) == self._sent <= self._asked.rows:
            return data  # a row is a byte at least
        if self._count.add(data) > self._asked.rows:
            if not first:
                self._fail(_too_many(self._asked.rows))
            self._cut = self._over = True
            self._line.sendall(frames.frame(frames.CUT, cut(data, self._asked.media, self._asked.rows)))
            raise _Stop
        return data

    def _fail(self, sentence: str) -> NoReturn:
        self._over = True
        self._line.sendall(frames.Failure("limit", sentence).frame())
        raise _Stop


def _too_long(size: int) -> str:
    return f"the answer is longer than {size} bytes. Ask for less: a LIMIT, or a narrower question."


def _too_many(rows: int) -> str:
    return f"the answer has more than {rows} rows. Ask for less: a LIMIT, or a narrower question."


def _answer(store: Asks, asked: frames.Question, line: Line, prefixes: dict[str, str]) -> None:
    found = _found(store, asked)
    out = _Answer(line, asked)
    if not isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
        form = _GRAPHS[asked.media]
        ox.serialize(out.limited(found), cast("IO[bytes]", out), form, prefixes=prefixes)
    else:
        found.serialize(cast("IO[bytes]", out), _RESULTS[asked.media])
    out.finish()


def _found(store: Asks, asked: frames.Question) -> ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]:
    if not asked.checked:
        guard(asked.query)
    if not isinstance(store, ox.Store):
        return store.found(asked)
    if asked.default is None and asked.named is None:
        # The engine ignores FROM where it is told to make the union.
        everywhere = asked.union and not names_dataset(asked.query)
        return store.query(asked.query, use_default_graph_as_union=everywhere)
    # Both lists, or the one that is not given would mean everything (SPARQL 1.1 Protocol, section 2.1.4).
    return store.query(
        asked.query,
        default_graph=[ox.NamedNode(iri) for iri in asked.default or ()],
        named_graphs=[ox.NamedNode(iri) for iri in asked.named or ()],
    )


def _reply(store: Asks, asked: frames.Question, line: Line, prefixes: dict[str, str]) -> None:
    try:
        _answer(store, asked, line, prefixes)
    except _Stop:
        pass
    except Refused as refused:
        line.sendall(frames.Failure("refused", refused.reason, refused.position).frame())
    except StoreNotReachable as error:
        line.sendall(load_away().failure(error).frame())
    except SyntaxError as error:
        _say(line, "syntax", str(error))
    except MemoryError:
        _say(line, "memory", "the answer needs more memory than a query may use.")
    except (RuntimeError, OSError) as error:
        broken = "damaged" if str(error).startswith("Corruption") else "engine"
        _say(line, "syntax" if isinstance(error, RuntimeError) and broken == "engine" else broken, str(error))
    except (ValueError, KeyError) as error:
        _say(line, "syntax", str(error))


def _say(line: Line, kind: str, sentence: str) -> None:
    line.sendall(frames.Failure(kind, sentence).frame())


def main(start: frames.Start) -> None:
    """Serve until the other end of the line closes."""
    sandbox.die_with(start.parent)
    os.nice(start.niceness)
    sandbox.bounded(start.mebibytes)
    line = socket.socket(fileno=start.descriptor)
    if start.sandboxed and not sandbox.without_network(but_asks=start.away is not None):
        _say(line, "sandbox", "the network cannot be taken away from worker processes")
        return
    if start.away is not None:
        line.sendall(frames.frame(frames.READY))
        _serve(load_away().Away(start.away), line, start)
        return
    try:
        store = ox.Store.read_only(start.store)
        bool(store.query("ASK { GRAPH ?g { ?s ?p ?o } }"))
    except (OSError, RuntimeError, ValueError) as error:
        _say(line, "damaged", str(error))
        return
    line.sendall(frames.frame(frames.READY))
    _serve(store, line, start)


def _serve(store: Asks, line: socket.socket, start: frames.Start) -> None:
    arriving = frames.Frames()
    held = _Held(line)
    while data := line.recv(1 << 20):
        for kind, body in arriving.feed(data):
            if kind == frames.TRY:
                media, _, query = body.decode().partition("\n")
                asked = frames.Question(query, media, True, None, None, start.rows, frames.SHORT_BYTES)
                _reply(store, asked, held, start.prefixes)
            elif kind == frames.CHECK:
                _check(body.decode(), line)
            else:
                _reply(store, frames.Question.read(body), line, start.prefixes)
        held.flush()


class _Held:
    """Sends the short answers of several questions together, if they are there within a millisecond."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._messages: list[bytes] = []
        self._first = 0.0

    def sendall(self, message: bytes) -> None:
        """Send it soon."""
        now = time.monotonic()
        if not self._messages:
            self._first = now
        self._messages.append(message)
        if now - self._first > _HELD_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Send what is held."""
        if self._messages:
            self._line.sendall(b"".join(self._messages))
            self._messages.clear()


def _check(query: str, line: socket.socket) -> None:
    try:
        found = guard(query)
    except Refused as refused:
        line.sendall(frames.Failure("refused", refused.reason, refused.position).frame())
    else:
        line.sendall(frames.frame(frames.WHOLE, found.encode()))

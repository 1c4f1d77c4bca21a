"""Answers the plainest requests before they reach the web framework: GET /sparql?query=… for a few rows.

Which header an answer has is not decided here. The first request with certain header fields goes the ordinary
way, and what that answered is learned; the next ones with the very same fields get the same. Whatever is not
plain, and whatever is not answered at once, goes the ordinary way too.
"""

from __future__ import annotations

import secrets
import time
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from diaspora_kg.endpoint.context import Context, client_of
from diaspora_kg.endpoint.manners import LEVEL, SMALL
from diaspora_kg.endpoint.negotiation import SOLUTIONS, Media, wants_gzip
from diaspora_kg.endpoint.protocol import Operation
from diaspora_kg.endpoint.respond import VOLATILE, etag
from diaspora_kg.sparql.guard import plain
from diaspora_kg.store import Snapshot

if TYPE_CHECKING:
    from diaspora_kg.endpoint.wire import BoundedProtocol

_TARGET = b"/sparql?query="
_LONGEST = 4000  # bytes of a target
_MOST_LEARNED = 500
_ROUTE = "/sparql"

Fields = tuple[tuple[bytes, bytes], ...]

_NOT_PLAIN = frozenset({
    b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"range", b"te",
    b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since", b"if-range",
})  # fmt: skip
_OWN = frozenset({b"etag", b"content-length", b"content-encoding", b"x-request-id", b"x-snapshot"})
_MEDIA = {media.header.encode(): media for media in SOLUTIONS if not media.engine.endswith("xml")}
"""XML is looked through before it goes out, which is the ordinary way's work."""


@dataclass(frozen=True, slots=True)
class _Manner:
    """How requests with certain header fields are answered."""

    media: Media
    head: bytes
    gzip: bool
    forwarded: tuple[str, ...]


class Quick:
    """What was learned, for all connections."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._learned: dict[Fields, _Manner] = {}
        self._client = lru_cache(1000)(client_of)
        self._trusted = context.settings.trusted_proxies
        self._longest = min(_LONGEST, context.settings.limits.query_bytes)

    def learn(self, fields: Fields, answered: list[tuple[bytes, bytes]]) -> None:
        """How a GET of the endpoint with these header fields was answered, in the ordinary way, with 200."""
        given = dict(answered)
        media = _MEDIA.get(given.get(b"content-type", b""))
        if media is None or b"x-result-truncated" in given or b"etag" not in given:
            return
        if any(name in _NOT_PLAIN for name, _ in fields):
            return
        if len(self._learned) >= _MOST_LEARNED:
            self._learned.clear()
        head = b"".join(b"%b: %b\r\n" % field for field in answered if field[0] not in _OWN)
        named = {name: [v.decode("latin-1") for n, v in fields if n == name] for name, _ in fields}
        self._learned[fields] = _Manner(
            media,
            head,
            wants_gzip(named.get(b"accept-encoding", [])),
            tuple(named.get(b"x-forwarded-for", [])) if self._trusted else (),
        )

    def begin(self, line: BoundedProtocol) -> Try | None:
        """Try to answer the request whose head a connection has just read; ``None``: the ordinary way."""
        target = line.url
        if not target.startswith(_TARGET) or len(target) > self._longest or b"&" in target or b"#" in target:
            return None
        manner = self._learned.get(tuple(line.headers))
        if manner is None:
            return None
        try:
            query = unquote_to_bytes(target[len(_TARGET) :].replace(b"+", b" ")).decode("utf-8")
        except UnicodeDecodeError:
            return None
        if plain(query) not in {"SELECT", "ASK"} or VOLATILE.search(query):
            return None
        attempt = Try(self, line, manner, query)
        peer = line.client[0] if line.client else ""
        client = self._client(peer, manner.forwarded, self._trusted)
        return (
            attempt if self._context.pool.attempt(query, manner.media.engine, client, attempt.done) else None
        )

    def tried(self, ended: str, seconds: float = 0.0) -> None:
        """Count a try, and a request that it answered."""
        self._context.metrics.tried(ended)
        if ended == "answered":
            self._context.metrics.answered(_ROUTE, 200, seconds)


class Try:
    """One request that is tried. To uvicorn it looks like the cycle of an ordinary one."""

    def __init__(self, quick: Quick, line: BoundedProtocol, manner: _Manner, query: str) -> None:
        self._quick = quick
        self._line = line
        self._manner = manner
        self._query = query
        self._began = time.monotonic()
        self._abandoned = False
        self.read = (line.url, line.headers, line.scope)
        # What uvicorn's protocol looks at:
        self.response_complete = False
        self.disconnected = False
        self.keep_alive = True
        self.more_body = True
        self.body = bytearray()
        self.message_event = _NoEvent()

    def abandon(self) -> None:
        """Whatever comes is not wanted any more: the request goes the ordinary way."""
        self._abandoned = True

    def done(self, body: bytes | None, snapshot: Snapshot) -> None:
        """The answer is there, or there is none in this way."""
        if self._abandoned or self.disconnected:
            return
        if body is None:
            self._quick.tried("again")
            self._line.again(self)
            return
        packed = self._manner.gzip and len(body) >= SMALL
        if packed:
            packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
            body = packer.compress(body) + packer.flush()
        tag = etag(snapshot, Operation(self._query), self._manner.media)
        own = (
            f"x-snapshot: {snapshot.manifest.id}\r\netag: {tag}\r\ncontent-length: {len(body)}\r\n"
            f"x-request-id: {secrets.token_hex(6)}\r\n{_PACKED if packed else ''}"
            f"{'' if self.keep_alive else _CLOSE}\r\n"
        )
        self.response_complete = True
        self._line.respond(self._manner.head, own.encode("latin-1"), body, keep=self.keep_alive)
        self._quick.tried("answered", time.monotonic() - self._began)


_PACKED = "content-encoding: gzip\r\n"
_CLOSE = "connection: close\r\n"


class _NoEvent:
    """Nobody waits for the body of such a request."""

    def set(self) -> None:
        """Called by uvicorn."""

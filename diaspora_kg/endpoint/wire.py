"""HTTP/1.1 as uvicorn reads it, with the bounds that it does not set itself.

A head that is too long, a request that does not arrive, an answer that nobody takes and an address with
too many connections are ended; each would hold memory or a connection for as long as a client likes.
"""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from diaspora_kg.endpoint.context import client_of
from diaspora_kg.endpoint.quick import Quick, Try
from diaspora_kg.endpoint.settings import Network

LONGEST_TARGET = 0xFFFF
"""Bytes of a request's target: the parser counts with 16 bits. Longer queries come by POST."""
LONGEST_HEAD = 32 * 1024
"""Bytes of all header fields of a request."""
MOST_CONNECTIONS = 128
"""Connections of one address; an IPv6 network of 64 bits is one, since a household has all of it."""
MOST_IN_ALL = 4096
"""Connections of everybody; fewer where the system lets this process open fewer files."""
_ARRIVES = 30.0  # seconds for a whole request
_TAKES = 30.0  # seconds in which a client takes something of what waits for it


def most_connections() -> int:
    """How many connections this process can bear: half of the files that it may open, up to a bound.

    It asks the system for as many files as it may have. The other half is for workers and indexes.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_IN_ALL
    if 0 <= soft < wanted:
        soft = wanted if hard < 0 else min(hard, wanted)
        with suppress(ValueError, OSError):  # macOS allows fewer than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_IN_ALL if soft < 0 else min(MOST_IN_ALL, soft // 2)


class TooLong(ValueError):
    """Raised in the parser, which ends by it; the status stands in the connection."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    trusted: ClassVar[tuple[Network, ...]] = ()
    """Proxies, which have as many connections as they like."""
    quick: ClassVar[Quick | None] = None
    """Answers plain requests without the web framework."""
    most: ClassVar[int] = MOST_IN_ALL
    """How many connections there may be; see :func:`most_connections`."""
    _counts: ClassVar[Counter[str]] = Counter()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._head = 0
        self._open = False
        self._refused = 400
        self._arriving: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._peer = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called by asyncio."""
        super().connection_made(transport)
        self._peer = client_of(self.client[0], (), ()) if self.client else ""
        self._counts[self._peer] += 1
        many = self._counts[self._peer] > MOST_CONNECTIONS and not self._is_trusted()
        if many or self._counts.total() > self.most:
            transport.abort()
            return
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._counts[self._peer] -= 1
        if self._counts[self._peer] <= 0:
            del self._counts[self._peer]
        for timer in (self._arriving, self._taking):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        super().data_received(data)
        if self._open:
            self._expect()
        elif self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def on_message_begin(self) -> None:
        """Called by the parser."""
        if isinstance(self.cycle, Try) and not self.cycle.response_complete:
            self.cycle.abandon()  # it is not waited for when another request comes after it
            self.again(self.cycle)
        self._head = 0
        self._open = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        free = self.cycle is None or self.cycle.response_complete
        if self.quick is not None and free and self._is_plain() and (attempt := self.quick.begin(self)):
            self.cycle = attempt  # type: ignore[assignment]
            return
        super().on_headers_complete()

    def _is_plain(self) -> bool:
        parser = self.parser
        kept = parser.get_http_version() == "1.1" and parser.should_keep_alive()
        return kept and parser.get_method() == b"GET" and not parser.should_upgrade()

    def again(self, attempt: Try) -> None:
        """Handle a request in the ordinary way that was tried in the quick one."""
        if self.parser is None:
            return  # the client has left
        self.url, self.headers, self.scope = attempt.read
        self.cycle = None  # type: ignore[assignment]
        super().on_headers_complete()
        if not attempt.more_body:
            super().on_message_complete()

    def respond(self, head: bytes, own: bytes, body: bytes, *, keep: bool) -> None:
        """Send an answer that is complete."""
        if self.transport.is_closing():
            return
        defaults = b"".join(b"%b: %b\r\n" % field for field in self.server_state.default_headers)
        self.transport.write(b"".join((STATUS_LINE[200], defaults, head, own, body)))
        if not keep:
            self.transport.close()
        self.on_response_complete()

    def on_url(self, url: bytes) -> None:
        """Called by the parser."""
        if len(self.url) + len(url) > LONGEST_TARGET:
            self._refused = 414
            raise TooLong
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        self._head += len(name) + len(value) + 32
        if self._head > LONGEST_HEAD:
            self._refused = 431
            raise TooLong
        super().on_header(name, value)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self._open = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Called for what is no request; what is too long has a status of its own."""
        said = {414: "The address is too long: send the query by POST.", 431: "The header is too long."}.get(
            self._refused, msg
        )
        body = f"{said}\n".encode()
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[self._refused] + head % len(body) + body)
        self.transport.close()

    def pause_writing(self) -> None:
        """Called by asyncio when the client takes less than it gets."""
        super().pause_writing()
        self._taking = self.loop.call_later(_TAKES, self.transport.abort)

    def resume_writing(self) -> None:
        """Called by asyncio."""
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None
        super().resume_writing()

    def _is_trusted(self) -> bool:
        try:
            return any(ip_address(self.client[0] if self.client else "") in one for one in self.trusted)
        except ValueError:
            return False

    def _expect(self) -> None:
        if self._arriving is None:
            self._arriving = self.loop.call_later(_ARRIVES, self.transport.abort)

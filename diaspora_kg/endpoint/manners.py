"""What every response has in common: a number for the log, headers for browsers, CORS, compression.

Who may read this server from another web page: any page when it is public, and only pages of this machine
when it is local, since what it serves may not be published yet.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import zlib

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from diaspora_kg.endpoint.negotiation import wants_gzip
from diaspora_kg.endpoint.streams import Broken

_LOG = logging.getLogger("diaspora_kg.endpoint")
_OWN_ORIGIN = re.compile(r"https?://(?:localhost|[a-z0-9\-]+\.localhost|127\.[0-9.]+|\[::1\])(?::[0-9]+)?")
_CLOSED = re.compile(r"(?:/[a-z]{2,3})?/review(?:/.*)?")  # what no other page may read (see endpoint.review)
_EXPOSED = (
    b"Content-Encoding, ETag, Link, Retry-After, X-Request-Id, X-Result-Truncated, X-Snapshot, X-Total-Count"
)
_ALLOWED = "GET, HEAD, POST, OPTIONS"
_ALLOW_ORIGIN = b"access-control-allow-origin"
_OPEN = [(_ALLOW_ORIGIN, b"*"), (b"access-control-expose-headers", _EXPOSED)]
_DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
_ON_DATA = [*_SAFE, (b"content-security-policy", _DATA_POLICY)]
DATA_HEADERS = {name.decode(): value.decode() for name, value in _ON_DATA}
"""What :class:`Manners` adds to everything but pages, for an answer that does not pass it: a fault's."""
_ON_PAGES = [*_SAFE, (b"content-security-policy", _PAGE_POLICY)]
SMALL = 1024  # bytes that are not worth compressing
_LARGE = 16 << 10  # bytes that are compressed in a thread
LEVEL = 5
_PLAIN = re.compile(
    r"text/|application/(?:json|xml|[a-z0-9.\-]+\+(?:json|xml)|n-triples|n-quads|trig)|image/svg"
)


class Manners:
    """Headers that all responses have; a module's own policies stand."""

    def __init__(self, app: ASGIApp, *, public: bool) -> None:
        self._app = app
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Called for each request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, began = secrets.token_hex(6), time.monotonic()
        scope["request_id"] = number
        _below_root(scope)
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        status = 0
        closed = _CLOSED.fullmatch(scope["path"][len(scope.get("root_path", "")) :]) is not None

        async def mannered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._complete(message, "" if closed else origin, number, status)
            await send(message)

        try:
            if (
                scope["method"] == "OPTIONS"
                and origin
                and not closed
                and "access-control-request-method" in headers
            ):
                await _preflight(mannered)
            else:
                await self._app(scope, receive, mannered)
        except Broken as error:
            _LOG.warning("%s the answer broke off: %s", number, str(error).rstrip("."))
            raise
        finally:
            _log(scope, number, status, time.monotonic() - began)

    def _complete(self, message: Message, origin: str, number: str, status: int) -> None:
        headers = [pair for pair in message.get("headers", ()) if pair[0] != _ALLOW_ORIGIN]
        known = dict(headers)
        page = known.get(b"content-type", b"").startswith(b"text/html")
        # A 304 has no policy: its headers would replace those of the page that the browser has kept.
        policies = () if status == 304 else _ON_PAGES if page else _ON_DATA
        headers += [pair for pair in policies if pair[0] not in known]
        headers.append((b"x-request-id", number.encode()))
        if self._public:
            headers += _OPEN
        elif origin and _OWN_ORIGIN.fullmatch(origin):
            headers += [(_ALLOW_ORIGIN, origin.encode()), _OPEN[1]]
        message["headers"] = headers
        if not self._public:
            varies(MutableHeaders(scope=message), "Origin")


def _below_root(scope: Scope) -> None:
    """Take away a root path that a proxy left in the address: uvicorn has put it there a second time."""
    root: str = scope.get("root_path", "")
    if root and scope["path"].startswith(f"{root}{root}/"):
        scope["path"] = scope["path"][len(root) :]


def varies(headers: MutableHeaders, name: str) -> None:
    """Say once that a response depends on a header of the request."""
    known = headers.get("vary", "")
    if name.lower() not in (one.strip().lower() for one in known.split(",")):
        headers["Vary"] = f"{known}, {name}" if known else name


async def _preflight(send: Send) -> None:
    """The answer to a browser that asks before it sends (Fetch, section 3.2.2)."""
    headers = [
        (b"access-control-allow-methods", _ALLOWED.encode()),
        (b"access-control-allow-headers", b"*, Authorization"),
        (b"access-control-max-age", b"86400"),
        (b"allow", _ALLOWED.encode()),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Gzip:
    """Compresses what is text, when the client likes that as much as the plain bytes.

    A long answer is compressed piece by piece, and each piece goes out at once. An answer that breaks off
    gets no end here either.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Called for each request."""
        if scope["type"] == "http" and wants_gzip(Headers(scope=scope).getlist("accept-encoding")):
            send = _Compressing(send)
        await self._app(scope, receive, send)


class _Compressing:
    """Stands for ``send`` in one request: it waits for the first piece to know the length."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._packer: zlib._Compress | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is None:
            await self._send(await self._packed(message))
            return
        start, self._start = self._start, None
        headers = MutableHeaders(scope=start)
        more = message.get("more_body", False)
        if _packable(headers) and (more or len(message.get("body", b"")) >= SMALL):
            self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
            message = await self._packed(message)
            headers["Content-Encoding"] = "gzip"
            varies(headers, "Accept-Encoding")
            del headers["Content-Length"]
            if not more:
                headers["Content-Length"] = str(len(message["body"]))
        await self._send(start)
        await self._send(message)

    async def _packed(self, message: Message) -> Message:
        if self._packer is None:
            return message
        body: bytes = message.get("body", b"")
        more: bool = message.get("more_body", False)
        if len(body) < _LARGE:
            packed = _pack(self._packer, body, more)
        else:
            packed = await anyio.to_thread.run_sync(_pack, self._packer, body, more)
        return {**message, "body": packed}


def _pack(packer: zlib._Compress, body: bytes, more: bool) -> bytes:
    return packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)


def _packable(headers: Headers) -> bool:
    known = "content-encoding" in headers
    return not known and _PLAIN.match(headers.get("content-type", "")) is not None


def _log(scope: Scope, number: str, status: int, seconds: float) -> None:
    """One line for a request; its query is not told, since it may be nobody else's business."""
    level = logging.WARNING if status >= 500 else logging.INFO if status >= 400 else logging.DEBUG
    if _LOG.isEnabledFor(level):
        told = ascii(scope["path"])[1:-1][:200]
        _LOG.log(level, "%s %s %s %d %.0f ms", number, scope["method"], told, status, seconds * 1000)

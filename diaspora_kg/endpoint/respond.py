"""From an operation to a response: guard, form, ETag, the pool, and a body that never ends too early.

An answer that fits the first piece has a length, and its errors a proper status. A longer one is sent
as it is made. When it breaks off, the connection is closed without the end that HTTP asks for, so that no
client takes a part for the whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import IO, ClassVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from diaspora_kg import __version__
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem, syntax
from diaspora_kg.endpoint.negotiation import GRAPHS, SOLUTIONS, Media, negotiate
from diaspora_kg.endpoint.pool import Broken, Job, Lane, QueryFailed, Reply
from diaspora_kg.endpoint.protocol import Operation
from diaspora_kg.endpoint.unreadable import tell
from diaspora_kg.sparql import Kind, Refused, significant
from diaspora_kg.store import Snapshot

VARY = "Accept, Accept-Encoding"
_READ_HERE = 4000  # characters
_SPOOL = 1 << 20  # bytes of an answer that are held in memory for a client of HTTP/1.0
_SPOOLED = 8  # such clients at once: each may fill a file with the longest answer
_SPOOLED_SECONDS = 60.0  # in which such a client must have taken its answer
VOLATILE = re.compile("NOW|RAND|UUID|BNODE", re.IGNORECASE)
_NOT_XML = re.compile(rb"[\x00-\x08\x0b-\x1f]")


async def answer(context: Context, request: Request, operation: Operation) -> Response:
    """The response to an operation; raises :class:`Problem`."""
    form = await _guarded(context, request, operation.query)
    offers = GRAPHS if form in {"CONSTRUCT", "DESCRIBE"} else SOLUTIONS
    media = negotiate(request.headers.getlist("accept"), operation.form, offers)
    cached = request.method in {"GET", "HEAD"} and not volatile(operation.query)
    if cached:
        tag = etag(context.pool.current, operation, media)
        if listed(tag, request):
            return Response(status_code=304, headers=_headers(context.pool.current, tag))
    reply = await _run(context, request, operation, media)
    tag = etag(reply.snapshot, operation, media) if cached and not reply.truncated else ""
    headers = {**_headers(reply.snapshot, tag), "Content-Type": media.header}
    if reply.truncated:
        headers["X-Result-Truncated"] = "true"
    clean = _clean if media.engine.endswith("xml") else bytes
    if reply.rest is None:
        return Response(clean(reply.head), headers=headers)
    return Streamed(reply, headers, clean)


def etag(snapshot: Snapshot, operation: Operation, media: Media) -> str:
    """The validator of an answer (RFC 9110, section 8.8.3): weak, since rows and blank nodes may come in
    another order, and since it is the same for compressed bytes.
    """
    graphs = (operation.default_graphs, operation.named_graphs)
    known = (__version__, snapshot.manifest.id, operation.query, *graphs, media.type)
    digest = hashlib.sha256(repr(known).encode("utf-8", "backslashreplace")).hexdigest()
    return f'W/"{digest[:32]}"'


def volatile(query: str) -> bool:
    """Whether the same query may have another answer on the same graph.

    The engine reads keywords without anything after them, so a word that merely holds one counts.
    """
    if not VOLATILE.search(query):  # most queries
        return False
    if len(query) > _READ_HERE:
        return True  # perhaps; to read it takes longer than an answer may wait for
    words = (token.text for token in significant(query) if token.kind is Kind.WORD)
    return any(VOLATILE.search(word) for word in words)


async def _guarded(context: Context, request: Request, query: str) -> str:
    """The query's form; raises :class:`Problem`: 403 for what is forbidden, 400 for what is no query."""
    try:
        return await context.pool.guard(query, context.client(request))
    except Refused as error:
        status = 403 if error.forbidden else 400
        raise Problem(status, f"{error}.", line=error.line, column=error.column) from error
    except QueryFailed as error:
        raise failed(error) from error


async def _run(context: Context, request: Request, operation: Operation, media: Media) -> Reply:
    job = Job(
        operation.query,
        media.engine,
        Lane.ADHOC,
        context.client(request),
        operation.default_graphs,
        operation.named_graphs,
        gone=gone(request.receive),
    )
    try:
        return await context.pool.run(job)
    except QueryFailed as error:
        raise failed(error, operation.query) from error


def failed(error: QueryFailed, query: str = "") -> Problem:
    """What a client is told of a query without an answer."""
    if error.status == 400 and error.sentence.startswith("error at "):
        return syntax(error.sentence, query)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    return Problem(error.status, error.sentence, headers)


def gone(receive: Receive) -> Callable[[], Awaitable[None]]:
    """Waits until the client has left; its request must have been read."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    return wait


class Streamed(Response):
    """A long answer, sent piece by piece, in constant memory."""

    spooling: ClassVar[int] = 0
    """How many answers are put into files now."""

    def __init__(self, reply: Reply, headers: dict[str, str], clean: Callable[[bytes], bytes]) -> None:
        self.status_code = 200
        self.background = None
        self.body = b""
        self._reply = reply
        self._clean = clean
        self.raw_headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. What breaks it off is raised: then the connection is dropped without a final chunk."""
        async with self._watched(receive):
            if scope["method"] == "HEAD":
                await self._begin(send)
                await send({"type": "http.response.body", "body": b""})
            elif scope["http_version"] in {"0.9", "1.0"}:
                await self._spooled(send)
            else:
                await self._chunked(send)

    async def _begin(self, send: Send, length: int | None = None) -> None:
        headers = [*self.raw_headers]
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _chunked(self, send: Send) -> None:
        await self._begin(send)
        async for part in self._parts():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _spooled(self, send: Send) -> None:
        """HTTP/1.0 knows no chunks: its end of an answer must be told by the length, so it waits."""
        if Streamed.spooling >= _SPOOLED:
            await _refuse(send, b"Too many long answers go to clients of HTTP/1.0. Use HTTP/1.1.\n")
            return
        Streamed.spooling += 1
        try:
            await self._from_file(send)
        finally:
            Streamed.spooling -= 1

    async def _from_file(self, send: Send) -> None:
        with tempfile.SpooledTemporaryFile(_SPOOL) as file:
            try:
                async for part in self._parts():
                    await run_in_threadpool(file.write, part)
            except Broken as error:
                await _refuse(send, f"{error}\n".encode())
                return
            except OSError as error:  # no room, or no place at all where a file may be made
                tell(f"no answer can be put aside for clients of HTTP/1.0: {error}")
                await _refuse(send, b"This server has no room for long answers by HTTP/1.0. Use HTTP/1.1.\n")
                return
            await self._begin(send, file.tell())
            file.seek(0)
            try:
                async with asyncio.timeout(_SPOOLED_SECONDS):
                    while part := await run_in_threadpool(_next, file):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
            except TimeoutError as error:
                raise Broken("the client took its answer too slowly") from error
            await send({"type": "http.response.body", "body": b""})

    async def _parts(self) -> AsyncIterator[bytes]:
        yield self._clean(self._reply.head)
        if self._reply.rest is not None:
            async for part in self._reply.rest:
                yield self._clean(part)

    @asynccontextmanager
    async def _watched(self, receive: Receive) -> AsyncIterator[None]:
        """Ends the query when the client leaves, and when the block ends."""
        rest = self._reply.rest
        assert rest is not None  # noqa: S101 - who makes one knows

        async def close() -> None:
            await gone(receive)()
            await rest.aclose()

        watcher = asyncio.ensure_future(close())
        try:
            yield
        finally:
            watcher.cancel()
            await rest.aclose()


async def _refuse(send: Send, sentence: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(sentence))]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": sentence})


def _next(file: IO[bytes]) -> bytes:
    return file.read(1 << 16)


def listed(tag: str, request: Request) -> bool:
    """Whether the client says by If-None-Match that it has this; the comparison is the weak one."""
    opaque = tag.removeprefix("W/")
    listed = ",".join(request.headers.getlist("if-none-match")).split(",")
    return any(one.strip().removeprefix("W/") == opaque for one in listed)


def _headers(snapshot: Snapshot, tag: str) -> dict[str, str]:
    """What every answer of the endpoint says; with a validator it may be kept, but is asked for again."""
    common = {"Vary": VARY, "X-Snapshot": snapshot.manifest.id}
    if tag:
        return {**common, "ETag": tag, "Cache-Control": "public, no-cache"}
    return {**common, "Cache-Control": "no-store"}


def _clean(part: bytes) -> bytes:
    """XML 1.0 cannot hold control characters, not even as references: U+FFFD stands for each.

    A carriage return must be a reference, or a reader makes a line feed of it. In UTF-8 they are bytes of
    their own, so a piece can be looked at by itself.
    """
    return _NOT_XML.sub(lambda found: b"&#13;" if found[0] == b"\r" else "\ufffd".encode(), part)

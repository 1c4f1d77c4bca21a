"""One connection of HTTP/1.1, as a client sees it: what was said, and whether it had a proper end."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass

_PIECE = 1 << 16


class Cut(Exception):
    """The connection ended before the answer did."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that was read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        """Its media type."""
        return self.headers.get("content-type", "").partition(";")[0]


class Wire:
    """A connection that is kept open, from one address of this machine."""

    def __init__(self, host: str, port: int, source: str) -> None:
        self._host, self._port, self._source = host, port, source
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"", pause: float = 0.0
    ) -> Said:
        """One request; ``pause`` is waited between two pieces of a long answer.

        Raises :class:`Cut`, and :class:`OSError` where the server cannot be reached.
        """
        try:
            await self.begin(method, target, headers, body)
            return await self._read(method, pause)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionResetError) as error:
            self.close()
            raise Cut(type(error).__name__) from error
        except BaseException:
            self.close()
            raise

    async def begin(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> None:
        """Send a request and read nothing."""
        if self._line is None:
            peer = (self._source, 0)
            self._line = await asyncio.open_connection(self._host, self._port, local_addr=peer)
        fields = {"Host": f"localhost:{self._port}", **headers}
        if body:
            fields.setdefault("Content-Length", str(len(body)))
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._line[1].write(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)

    async def some(self, count: int) -> bytes:
        """At most so many bytes of what comes."""
        return await self._line[0].read(count) if self._line is not None else b""

    def close(self) -> None:
        """Hang up without a word."""
        if self._line is not None:
            self._line[1].transport.abort()
            self._line = None

    async def _read(self, method: str, pause: float) -> Said:
        assert self._line is not None
        reader = self._line[0]
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(first.split()[1])
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines if one)}
        if method == "HEAD" or status in {204, 304}:
            body = b""
        elif headers.get("transfer-encoding") == "chunked":
            body = await _chunks(reader, pause)
        else:
            body = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.close()
        if body and headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Said(status, headers, body)


async def _chunks(reader: asyncio.StreamReader, pause: float) -> bytes:
    parts: list[bytes] = []
    while length := int(await reader.readuntil(b"\r\n"), 16):
        parts.append(await reader.readexactly(length))
        await reader.readexactly(2)
        if pause:
            await asyncio.sleep(pause)
    await reader.readexactly(2)
    return b"".join(parts)

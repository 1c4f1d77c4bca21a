"""Requests to a real server byte by byte, and the graphs that it has for them."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from diaspora_kg.terms import IRI, Literal, nquad, number
from tests.serving import serving

A = "https://example.org/data/"
ONE, TWO, THREE = (f"{A}graph/{name}" for name in ("one", "two", "three"))
TYPE = IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
MANY = 400
"""Things in the third graph; three of them at once are more rows than a server gives."""

LINES = [
    nquad(IRI(f"{A}{name}"), TYPE, IRI(f"{A}Thing"), IRI(graph))
    for name, graph in (("first", ONE), ("second", TWO), ("third", THREE))
]
LINES += [nquad(IRI(f"{A}second"), IRI(f"{A}knows"), IRI(f"{A}third"), IRI(TWO))]
LINES += [nquad(IRI(f"{A}first"), IRI(f"{A}says"), Literal('quoted "words", a comma\tand Ա\n'), IRI(ONE))]
LINES += [nquad(IRI(f"{A}n{n}"), IRI(f"{A}number"), number(n), IRI(THREE)) for n in range(MANY)]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; header names are in lower case, repeated ones joined."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    host: str
    port: int
    process: subprocess.Popen[str]
    log: Path
    root: Path

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: str | list[str],
    ) -> Answer:
        """One request on a connection of its own; keywords are parameters of the URL."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        with closing(connection):
            connection.request(
                method,
                url(path, **parameters),
                body.encode() if isinstance(body, str) else body,
                dict(headers or {}),
            )
            response = connection.getresponse()
            found: dict[str, str] = {}
            for name, value in response.getheaders():
                found[name.lower()] = ", ".join(filter(None, (found.get(name.lower()), value)))
            return Answer(response.status, found, response.read())

    def raw(self, data: bytes) -> bytes:
        """All that the server sends for these bytes until it closes the connection."""
        with socket.create_connection((self.host, self.port), timeout=30) as line:
            line.sendall(data)
            return b"".join(_received(line))

    @property
    def written(self) -> str:
        """The log up to now."""
        return self.log.read_text("utf-8")


def url(path: str, **parameters: str | list[str]) -> str:
    """An address with parameters."""
    return path + (f"?{urlencode(parameters, doseq=True)}" if parameters else "")


def _received(line: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            part = line.recv(1 << 16)
        except ConnectionResetError:
            return
        if not part:
            return
        yield part


@contextmanager
def talking(project: Path, *options: str) -> Iterator[Server]:
    """A server of a project, until the block ends; its log holds no traceback then."""
    with serving(project, *options) as served:
        found = Server(served.host, served.port, served.process, project / "serve.log", project)
        yield found
        assert "Traceback" not in found.written, found.written

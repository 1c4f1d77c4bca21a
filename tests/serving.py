"""A real server in a process of its own, on a small snapshot, and requests to it byte by byte."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from diaspora_kg.build import build
from diaspora_kg.project import Project
from diaspora_kg.store import EmbeddedStore, Snapshot, Snapshots
from diaspora_kg.terms import IRI, Literal, nquad, number
from tests import small
from tests.examples import ROOT

A = "https://example.org/data/"
ONE, TWO, THREE = (f"{A}graph/{name}" for name in ("one", "two", "three"))
TYPE = IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
MANY = 400
"""Things in the third graph; three of them at once are more rows than a server gives."""

LINES = [
    nquad(IRI(f"{A}{name}"), TYPE, IRI(f"{A}Thing"), IRI(graph))
    for name, graph in (("first", ONE), ("second", TWO), ("third", THREE))
]
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

    def raw(self, data: bytes, *, half: bool = False) -> bytes:
        """All that the server sends for these bytes until it closes the connection."""
        with socket.create_connection((self.host, self.port), timeout=30) as line:
            line.sendall(data)
            if half:
                line.shutdown(socket.SHUT_WR)
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
def serving(root: Path, log: Path, *options: str) -> Iterator[Server]:
    """A server of a project, until the block ends."""
    command = [sys.executable, "-m", "diaspora_kg", "serve", "--project", str(root), "--port", "0", *options]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, stderr=out, stdout=out, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
    try:
        host, port = _address(process, log)
        yield Server(host, port, process, log, root)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[str], log: Path) -> tuple[str, int]:
    while True:
        written = log.read_text("utf-8")
        if found := re.search(r"Serving at http://([0-9.]+):([0-9]+)", written):
            return found[1], int(found[2])
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')}")


def project_with_data(root: Path, serve: str = "") -> Path:
    """The small project, built, with three graphs of plain data beside its own; ``serve`` is [serve]."""
    small.project(root)
    settings = root / "dkg.toml"
    settings.write_text(settings.read_text("utf-8") + (f"\n[serve]\n{serve}\n" if serve else ""), "utf-8")
    assert build(Project.load(root)).snapshot is not None
    add_graphs(root, LINES)
    return root


def add_graphs(root: Path, lines: list[str]) -> Snapshot:
    """Publish a snapshot with further quads."""
    snapshots = Snapshots(root / ".dkg")
    before = snapshots.current()
    assert before is not None
    number_, path = snapshots.prepare()
    shutil.copytree(before.path / "store", path / "store")
    for beside in before.path.glob("index.sqlite*"):
        shutil.copyfile(beside, path / beside.name)
    store = EmbeddedStore(path / "store")
    store.load(lines)
    store.close()
    quads = before.manifest.counts.get("quads", 0) + len(lines)
    counts = {**before.manifest.counts, "quads": quads}
    return snapshots.publish(
        path, replace(before.manifest, number=number_, id=f"{number_:064x}", counts=counts)
    )

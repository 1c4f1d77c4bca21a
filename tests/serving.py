"""Real servers for tests and benchmarks: a published snapshot of made-up triples, and ``dkg serve``."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from diaspora_kg.index import Writer
from diaspora_kg.store import EmbeddedStore, Manifest, Snapshot, Snapshots
from tests.conftest import ROOT

BASE = "https://example.org/town/"
JSON = "application/sparql-results+json"


def lines(count: int, mark: str = "") -> Iterator[str]:
    """Made-up quads: each of ``count`` people knows the next one and has a name."""
    graph = f"<{BASE}graph/article/one>"
    for number in range(count):
        person = f"<{BASE}id/person/p{number}>"
        other = f"<{BASE}id/person/p{(number * 7 + 1) % count}>"
        yield f"{person} <{BASE}ns#knows> {other} {graph} ."
        yield f'{person} <{BASE}ns#name> "Person {number} of Vesmark{mark}" {graph} .'


def make_project(folder: Path, settings: str = "") -> Path:
    """A project with nothing but its settings; ``settings`` are lines of its table ``[serve]``."""
    folder.mkdir(parents=True)
    head = f'format = 1\ntitle = "Town"\nbase = "{BASE}"\nlicence = "CC0-1.0"\n'
    (folder / "dkg.toml").write_text(f"{head}\n[serve]\n{settings}\n", "utf-8")
    return folder


def publish(project: Path, quads: Iterable[str]) -> Snapshot:
    """Make these quads the project's next published snapshot."""
    snapshots = Snapshots(project / ".dkg")
    number, path = snapshots.prepare()
    work = path.with_name(f"{number}.work")
    store = EmbeddedStore(work)
    store.load(quads)
    store.backup(path / "store")
    store.close()
    shutil.rmtree(work)
    Writer(path / "index.sqlite").close()
    manifest = Manifest(f"id-{number}", "", number, "2031-05-02T12:00:00Z", BASE, "Town", "CC0-1.0")
    return snapshots.publish(path, manifest)


@dataclass(frozen=True)
class Answer:
    """A response, read to its end; ``complete`` says whether it had a proper one."""

    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool = True

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    host: str
    port: int

    def get(self, path: str, headers: dict[str, str] | None = None, *, source: str = "") -> Answer:
        """Ask for a path, from an address of this machine."""
        peer = (source, 0) if source else None
        line = http.client.HTTPConnection(self.host, self.port, timeout=60, source_address=peer)
        try:
            line.request("GET", path, headers=headers or {})
            said = line.getresponse()
            head = {name.lower(): value for name, value in said.getheaders()}
            try:
                return Answer(said.status, head, said.read())
            except http.client.IncompleteRead as error:
                return Answer(said.status, head, error.partial, complete=False)
        finally:
            line.close()

    def ask(self, query: str, media: str = JSON, *, source: str = "") -> Answer:
        """Ask a query."""
        return self.get(f"/sparql?query={quote(query)}", {"Accept": media}, source=source)

    @property
    def workers(self) -> list[int]:
        """The process numbers of its workers."""
        return [pid for cradle in children(self.process.pid) for pid in children(cradle)]

    def metric(self, name: str) -> float:
        """The value of a metric, named with its labels; 0 when it is not there."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0


@contextmanager
def serving(project: Path, *options: str) -> Iterator[Served]:
    """``dkg serve`` on a free port, ended when the block ends."""
    command = [
        sys.executable,
        "-m",
        "diaspora_kg",
        "serve",
        "--project",
        str(project),
        "--port",
        "0",
        *options,
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log = project / "serve.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(command, stderr=out, text=True, env=environment)
    try:
        yield Served(process, *_address(process, log))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def children(pid: int) -> list[int]:
    """The processes that a process has started; none, when it has ended meanwhile."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in found.split()]


def until(true: Callable[[], bool]) -> None:
    """Wait for something that happens soon."""
    for _ in range(400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def _address(process: subprocess.Popen[str], log: Path) -> tuple[str, int]:
    for _ in range(1200):
        if found := re.search(r"Serving at http://\[?([^\]/]+?)\]?:(\d+)", log.read_text("utf-8")):
            return found[1], int(found[2])
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the server did not start: {log.read_text('utf-8')}")

"""The servers that are measured: this one and two peers, on the same quads."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.store import Snapshots
from tests.bench.measure import surroundings
from tests.serving import Served, children, lines, serving

OXIGRAPH = "oxigraph serve-read-only"
RDFLIB = "rdflib-endpoint"


@dataclass(frozen=True)
class Peer:
    """A server that runs: ``path`` is where its endpoint is, ``pid`` its process."""

    name: str
    host: str
    port: int
    path: str
    pid: int


def ours(served: Served) -> Peer:
    """This program's server as one of the measured."""
    return Peer("dkg serve", served.host, served.port, "/sparql", served.process.pid)


@contextmanager
def oxigraph(project: Path) -> Iterator[Peer]:
    """``oxigraph serve-read-only`` on the published snapshot."""
    snapshot = Snapshots(project / ".dkg").current()
    assert snapshot is not None
    port = unused()
    program = str(Path(sys.executable).with_name("oxigraph"))
    store = str(snapshot.path / "store")
    command = [program, "serve-read-only", "-l", store, "-b", f"127.0.0.1:{port}", "--union-default-graph"]
    with running(command, port, project / "oxigraph.log") as pid:
        yield Peer(OXIGRAPH, "127.0.0.1", port, "/query", pid)


@contextmanager
def rdflib_endpoint(project: Path, people: int) -> Iterator[Peer]:
    """rdflib-endpoint with its own store in memory, on the same triples."""
    port = unused()
    file = project / "peer.nt"
    with file.open("w", encoding="utf-8") as out:
        for line in lines(people):
            out.write(line.rpartition(" <")[0] + " .\n")
    command = [
        sys.executable,
        "-m",
        "rdflib_endpoint",
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        str(file),
    ]
    with running(command, port, project / "rdflib.log") as pid:
        yield Peer(RDFLIB, "127.0.0.1", port, "/", pid)


@contextmanager
def here(project: Path) -> Iterator[Peer]:
    """``dkg serve`` on the published snapshot."""
    with serving(project) as served:
        yield ours(served)


@contextmanager
def running(command: Iterable[str], port: int, log: Path) -> Iterator[int]:
    """A server for the time of a ``with`` block: the number of its process."""
    with (
        log.open("wb") as out,
        subprocess.Popen([*command], env=surroundings(), stdout=out, stderr=out) as process,
    ):
        try:
            _wait(port, process, log)
            yield process.pid
        finally:
            process.kill()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(2400):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"a peer did not start: {log.read_text('utf-8', 'replace')[-500:]}")


def unused() -> int:
    """A port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def resident(pid: int) -> float:
    """MiB of resident memory of a process and those that it started."""
    return sum(map(_mib, family(pid)))


def seconds_used(pid: int) -> float:
    """Seconds of processor time of a process and those that it started."""
    return sum(map(_ticks, family(pid)))


def family(pid: int) -> list[int]:
    """A process and all that it and its children have started."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def _mib(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * 4096 / (1 << 20)
    except OSError:
        return 0.0


def _ticks(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100

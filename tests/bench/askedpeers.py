"""Saved queries at the peers: ``oxigraph serve-read-only`` on the same snapshot, rdflib on the same quads.

``python -m tests.bench.askedpeers FILE.nq SECONDS`` answers with rdflib what comes as JSON on stdin.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType
from urllib.parse import urlencode

from diaspora_kg.store import Snapshots
from tests.bench.loads import program
from tests.bench.measure import ROOT, surroundings
from tests.bench.peers import running, unused

OXIGRAPH, RDFLIB = "oxigraph serve-read-only", "rdflib"
LONGEST = 4  # seconds of one answer
_AGAIN = 1000  # milliseconds; what takes longer is asked once
_LIMIT = re.compile(r"\bLIMIT\s+\d+\s*(OFFSET\s+\d+\s*)?$", re.IGNORECASE)
_SELECT = re.compile(r"^\s*((PREFIX|BASE)\s.*\n|#.*\n|\s*\n)*\s*SELECT\b", re.IGNORECASE)

Times = Mapping[str, float | None]
"""Milliseconds of a query by its name; ``None``: no answer in time."""


def first(text: str, rows: int) -> str:
    """A query that asks for so many rows, if it asks for rows and for no number of them itself."""
    bare = text.rstrip()
    return f"{bare}\nLIMIT {rows}" if _SELECT.match(bare) and not _LIMIT.search(bare) else bare


def oxigraph(project: Path, texts: Mapping[str, str]) -> Times:
    """The times of the server, each query on a line of its own that is kept open."""
    snapshot = Snapshots(project / ".dkg").current()
    assert snapshot is not None
    port = unused()
    place = ["--location", str(snapshot.path / "store"), "--bind", f"127.0.0.1:{port}"]
    words = [program(), "serve-read-only", *place, "--union-default-graph", "--timeout-s", str(LONGEST)]
    with running(words, port, project.parent / "oxigraph.log"):
        return {name: _asked(port, text) for name, text in texts.items()}


def _asked(port: int, text: str) -> float | None:
    best = None
    for _ in range(3):
        line = HTTPConnection("127.0.0.1", port, timeout=LONGEST * 3)
        begun = time.perf_counter()
        head = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", "/query", urlencode({"query": text}), head)
        answer = line.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - begun) * 1000
        line.close()
        if answer.status != 200 or not _whole(body) or taken > LONGEST * 1000:
            return None
        best = taken if best is None else min(best, taken)
        if taken > _AGAIN:
            break
    return best


def _whole(body: bytes) -> bool:
    """Whether an answer is no table that a time-out cut off; a graph is no JSON."""
    if not body.startswith(b"{"):
        return True
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def rdflib(lines: Path, texts: Mapping[str, str]) -> tuple[float, Times]:
    """The seconds of reading the lines, and the times of rdflib in a process of its own."""
    words = [sys.executable, "-m", "tests.bench.askedpeers", str(lines), str(LONGEST)]
    done = subprocess.run(
        words,
        input=json.dumps(texts),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
        env=surroundings(),
    )
    told = json.loads(done.stdout)
    return float(told["read"]), told["times"]


class _Late(BaseException):
    """A query took too long; no handler of rdflib's may take it for an error of its own."""


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise _Late


def _main() -> None:
    from rdflib import Dataset  # noqa: PLC0415 - only this process needs it

    begun = time.perf_counter()
    dataset = Dataset(default_union=True)
    dataset.parse(sys.argv[1], format="nquads")
    read, times = time.perf_counter() - begun, dict[str, float | None]()
    signal.signal(signal.SIGALRM, _late)
    for name, text in json.loads(sys.stdin.read()).items():
        begun = time.perf_counter()
        signal.alarm(int(sys.argv[2]))
        try:
            found = dataset.query(text)
            _ = list(found) if found.type != "ASK" else bool(found.askAnswer)
            times[name] = (time.perf_counter() - begun) * 1000
        except _Late:
            times[name] = None
        finally:
            signal.alarm(0)
    sys.stdout.write(json.dumps({"read": read, "times": times}))


if __name__ == "__main__":
    _main()

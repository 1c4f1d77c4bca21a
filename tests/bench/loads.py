"""The limit of every build: what ``oxigraph load`` needs for the same quads."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.bench.measure import Measure, command, measured

LINES = "corpus.nq"
NAME = "oxigraph load"
THREADS = "oxigraph load reads one file into a new folder; it uses all processors from a million quads on."

_STORE = "peer.store"


def program() -> str:
    """Where ``oxigraph`` lies: beside the Python that runs, or on the path."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.exists() else shutil.which("oxigraph") or str(beside)


def load(folder: Path, file: str = LINES) -> Measure:
    """Load a file of the folder into a store of its own, which is not kept."""
    shutil.rmtree(folder / _STORE, ignore_errors=True)
    settle()
    try:
        return command([program(), "load", "--location", _STORE, "--file", file], folder, watch=True)
    finally:
        shutil.rmtree(folder / _STORE, ignore_errors=True)


def dump(project: Path, folder: Path) -> int:
    """Write what was published, without what was derived of it, as N-Quads; how many lines they are."""
    snapshot = Snapshots(project / ".dkg").current()
    assert snapshot is not None
    derived = Project.load(project).names.graph("derived")
    script = "from tests.bench.loads import write; import sys; write(*sys.argv[1:])"
    measured(["-c", script, str(snapshot.path / "store"), derived, LINES], folder)
    return int((folder / "bench.log").read_text("utf-8").splitlines()[-1])


def write(store: str, derived: str, into: str) -> None:
    """Write a store into a file but for one graph; what a process of its own runs."""
    import pyoxigraph  # noqa: PLC0415 - only the process that dumps needs it

    whole = f"{into}.whole"
    pyoxigraph.Store.read_only(store).dump(whole, format=pyoxigraph.RdfFormat.N_QUADS)
    end, count = f" <{derived}> .\n".encode(), 0
    with Path(whole).open("rb") as lines, Path(into).open("wb") as out:
        for line in lines:
            if not line.endswith(end):
                out.write(line)
                count += 1
    Path(whole).unlink()
    sys.stdout.write(f"{count}\n")


def settle() -> None:
    """Let the disk have what was written before, so that the next command does not wait for it."""
    if hasattr(os, "sync"):
        os.sync()

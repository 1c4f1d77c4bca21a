"""Measured points of how a graph grows: ``python -m tests.bench.growth --articles 300 1000 --into FILE``.

A point is one first build of a made-up corpus with all checks: processor and clock seconds, the peak of
memory, and what is on the disk afterwards. ``--built DIR --time LOG`` takes one from a project that was built
before, with what ``/usr/bin/time -v`` told of the build. Points are kept by their number of articles in a
small file of JSON, from which :mod:`tests.bench.model` fits what it costs to go on.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.bench.corpus import Corpus
from tests.bench.measure import Measure, measured

FILE = Path(__file__).parents[2] / "docs" / "reference" / "growth.json"
"""The points that are committed."""
_MIB = 1 << 20
_USER = re.compile(r"User time \(seconds\): ([0-9.]+)")
_SYSTEM = re.compile(r"System time \(seconds\): ([0-9.]+)")
_CLOCK = re.compile(r"Elapsed \(wall clock\) time .*: (?:(\d+):)?(\d+):([0-9.]+)")
_PEAK = re.compile(r"Maximum resident set size \(kbytes\): (\d+)")


@dataclass(frozen=True, slots=True)
class Point:
    """One first build: ``mib`` is the peak of its largest process, sizes are MiB on the disk, ``nquads_mib``
    is 0 where the lines were not counted.
    """

    articles: int
    quads: int
    cpu: float
    seconds: float
    mib: float
    store_mib: float
    index_mib: float
    state_mib: float
    nquads_mib: float
    date: str
    note: str = ""


def read(path: Path) -> list[Point]:
    """The points of a file, by size; raises :class:`OSError` and :class:`ValueError`."""
    return sorted((Point(**one) for one in json.loads(path.read_text("utf-8"))["points"]), key=_articles)


def write(path: Path, points: Iterable[Point], machine: str) -> None:
    """Write a file."""
    told = [asdict(one) for one in sorted(points, key=_articles)]
    path.write_text(json.dumps({"machine": machine, "points": told}, indent=1) + "\n", "utf-8")


def _articles(point: Point) -> int:
    return point.articles


def point(project: Path, cost: Measure, note: str, *, lines: bool = True) -> Point:
    """The point of a project that is built, with what its first build has cost."""
    derived = Project.load(project).derived
    with Snapshots(derived).reading() as snapshot:
        counts, folder = snapshot.manifest.counts, snapshot.path
        length = _length(folder / "store") if lines else 0
        return Point(
            articles=counts["articles"],
            quads=counts["quads"],
            cpu=round(cost.cpu, 1),
            seconds=round(cost.seconds, 1),
            mib=round(cost.mib, 1),
            store_mib=_size(folder / "store"),
            index_mib=_size(folder, "index*"),
            state_mib=_size(derived, "state.sqlite"),
            nquads_mib=round(length / _MIB, 2),
            date=datetime.now(UTC).strftime("%Y-%m-%d"),
            note=note,
        )


def _size(folder: Path, name: str = "*") -> float:
    return round(sum(path.stat().st_size for path in folder.glob(name) if path.is_file()) / _MIB, 2)


class _Counter:
    """Takes what is written and keeps its length only."""

    def __init__(self) -> None:
        self.length = 0

    def write(self, data: bytes) -> int:
        """Called by pyoxigraph."""
        self.length += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""


def _length(store: Path) -> int:
    """Bytes of the graph as N-Quads."""
    import pyoxigraph as ox  # noqa: PLC0415 - only here: the model itself needs no store

    counter = _Counter()
    ox.Store.read_only(str(store)).dump(counter, ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
    return counter.length


def grown(articles: int, work: Path | None, jobs: int) -> Point:
    """Make a corpus of a size, build it, and take the point."""
    with tempfile.TemporaryDirectory(prefix="dkg-growth-", dir=work) as made:
        folder = Path(made)
        Corpus(articles).write(folder / "corpus")
        cost = measured(["-m", "diaspora_kg", "build", f"--jobs={jobs}", "--project", "corpus"], folder)
        return point(folder / "corpus", cost, "")


def told(log: str) -> Measure:
    """What ``/usr/bin/time -v`` said; raises :class:`ValueError` where it said nothing."""
    user, system, clock, peak = (found.search(log) for found in (_USER, _SYSTEM, _CLOCK, _PEAK))
    if not (user and system and clock and peak):
        raise ValueError("this is not what /usr/bin/time -v writes")
    seconds = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])
    return Measure(seconds, float(user[1]) + float(system[1]), int(peak[1]) / 1024)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="*", default=[], metavar="N", help="sizes to measure")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes of the build")
    parser.add_argument("--work", type=Path, help="where corpora are made (default: a temporary folder)")
    parser.add_argument("--built", type=Path, help="a project that was built from nothing")
    parser.add_argument("--time", type=Path, help="what /usr/bin/time -v said of that build")
    parser.add_argument("--without-lines", action="store_true", help="do not count the bytes of N-Quads")
    parser.add_argument("--note", default="", help="what is to be known of these points")
    parser.add_argument("--machine", default="", help="what they were measured on (kept if not given)")
    parser.add_argument("--into", type=Path, default=FILE, help="the file of points")
    given = parser.parse_args(arguments)
    known = {one.articles: one for one in (read(given.into) if given.into.exists() else ())}
    machine = given.machine or (json.loads(given.into.read_text("utf-8"))["machine"] if known else "")
    for size in given.articles:
        _keep(known, grown(size, given.work, given.jobs), given.note)
        write(given.into, known.values(), machine)
    if given.built:
        cost = told(given.time.read_text("utf-8", "replace"))
        _keep(known, point(given.built, cost, given.note, lines=not given.without_lines), given.note)
    write(given.into, known.values(), machine)


def _keep(known: dict[int, Point], one: Point, note: str) -> None:
    known[one.articles] = Point(**{**asdict(one), "note": note})
    sys.stdout.write(f"{one}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

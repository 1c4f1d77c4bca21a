"""Articles in memory to the store: mapped in processes of their own, and loaded while more is mapped.

They are loaded in the portions of a first build, and, to compare, all in one bulk load.
The peer is ``oxigraph load`` of the very same lines, written into one file before. They take turns as ABC
CBA, each time into a new store; what ran in one round gives one ratio.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from statistics import median

from diaspora_kg.build.loading import PORTION, Loading, at_once
from diaspora_kg.store import EmbeddedStore
from tests.bench import loads
from tests.bench.builds import OF_LOAD
from tests.bench.held import Held, held
from tests.bench.measure import Measure
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, of_runs

_MOST = 10_000  # articles that are held in memory
_TOGETHER = 64  # articles whose lines travel together, as in a build
_END = b""
_AS_BUILT = "in the portions of a first build"


class Mappers:
    """Processes that hold the articles, and send their lines when they are asked to."""

    def __init__(self, project: Path, count: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        pairs = [spawn.Pipe() for _ in range(count)]
        self._lines: list[Connection] = [near for near, _ in pairs]
        self._processes: list[SpawnProcess] = [
            spawn.Process(target=_map, args=(project, share, count, far), daemon=True)
            for share, (_, far) in enumerate(pairs)
        ]
        for process in self._processes:
            process.start()
        for _, far in pairs:
            far.close()  # else the end of one of them would not be noticed
        for line in self._lines:
            line.recv_bytes()  # it has read its articles

    def batches(self) -> Iterator[bytes]:
        """The lines of all articles, mapped now."""
        for line in self._lines:
            line.send_bytes(b"map")
        busy = list(self._lines)
        while busy:
            for line in [one for one in busy if one in wait(busy)]:
                lines = line.recv_bytes()
                if lines == _END:
                    busy.remove(line)
                else:
                    yield lines

    @property
    def cpu(self) -> float:
        """Seconds of processor time that they have used until now."""
        for line in self._lines:
            line.send_bytes(b"cpu")
        return sum(float(line.recv_bytes()) for line in self._lines)

    def close(self) -> None:
        """End them."""
        for process in self._processes:
            process.kill()
            process.join()


def _map(project: Path, share: int, of: int, line: Connection) -> None:
    every = held(project)
    mine = Held(every.setting, every.directory, every.articles[share::of])
    gc.collect()
    gc.freeze()  # as in a worker of a build
    gc.set_threshold(50_000, 20, 100)
    line.send_bytes(b"ready")
    while True:
        if line.recv_bytes() == b"cpu":
            line.send_bytes(str(time.process_time()).encode())
            continue
        articles = mine.lines()
        while batch := b"".join(islice(articles, _TOGETHER)):
            line.send_bytes(batch)
        line.send_bytes(_END)


def rows(plan: Plan) -> Iterator[Row]:
    """A ratio for each way to load."""
    articles = min(plan.articles, _MOST)
    folder = plan.home(articles)
    workers = max(1, plan.jobs - 1)
    with ExitStack() as opened:
        mappers = Mappers(plan.project(articles), workers)
        opened.callback(mappers.close)
        quads = _write(mappers, folder / loads.LINES)
        opened.callback((folder / loads.LINES).unlink)
        found = _in_turns(mappers, folder, max(plan.repeat, 2))
    peers = found.pop(loads.NAME)
    load = _middle(peers)
    for way, ours in found.items():
        both = list(zip(ours, peers, strict=True))
        by_cpu = median(peer.cpu / mine.cpu for mine, peer in both)
        yield of_runs(
            f"articles in memory to the store, {articles:,} articles, {way}",
            [peer.seconds / mine.seconds for mine, peer in both],
            OF_LOAD,
            Goal(0.90, least=True) if way == _AS_BUILT else None,
            ours=f"{_middle(ours).told}, {quads / _middle(ours).seconds:,.0f} quads a second",
            peer=f"{loads.NAME}: {load.told}",
            note=f"{quads:,} quads. Processes that map: {workers}; one more loads. By CPU seconds "
            f"{by_cpu:.2f} of the load. {loads.THREADS}",
            figures={"ours": [one.told for one in ours], "peer": [one.told for one in peers]},
        )


def _middle(runs: list[Measure]) -> Measure:
    return sorted(runs, key=lambda one: one.seconds)[len(runs) // 2]


def _write(mappers: Mappers, path: Path) -> int:
    count = 0
    with path.open("wb") as out:
        for lines in mappers.batches():
            out.write(lines)
            count += lines.count(b"\n")
    return count


def _in_turns(mappers: Mappers, folder: Path, rounds: int) -> dict[str, list[Measure]]:
    """The runs of each way and of the peer, which stands in the middle of every round."""
    turns: dict[str, Callable[[], Measure]] = {
        _AS_BUILT: lambda: _ours(mappers, folder, _in_portions),
        loads.NAME: lambda: loads.load(folder),
        "in one bulk load": lambda: _ours(mappers, folder, _at_once),
    }
    found: dict[str, list[Measure]] = {way: [] for way in turns}
    for number in range(rounds):
        for way in turns if number % 2 == 0 else reversed(turns):
            found[way].append(turns[way]())
    return found


def _ours(mappers: Mappers, folder: Path, way: Callable[[EmbeddedStore, Iterable[bytes]], None]) -> Measure:
    path = folder / "ours.store"
    shutil.rmtree(path, ignore_errors=True)
    loads.settle()
    used, begun = mappers.cpu + _cpu(), time.perf_counter()
    store = EmbeddedStore(path)
    way(store, mappers.batches())
    store.close()
    seconds = time.perf_counter() - begun
    cpu = mappers.cpu + _cpu() - used
    shutil.rmtree(path)
    return Measure(seconds, cpu, 0.0)


def _in_portions(store: EmbeddedStore, batches: Iterable[bytes]) -> None:
    with Loading(store, _portions(batches), at_once()) as loading:
        for _ in loading.done():
            pass


def _portions(batches: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    parts: list[bytes] = []
    end = 0
    for lines in batches:
        parts.append(lines)
        end += len(lines)
        if sum(map(len, parts)) >= PORTION:
            yield b"".join(parts), end
            parts = []
    if parts:
        yield b"".join(parts), end


def _at_once(store: EmbeddedStore, batches: Iterable[bytes]) -> None:
    """The store reads while more is mapped; of a million quads and more it uses several threads."""
    store.load(lines.decode()[:-1] for lines in batches)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

"""``python -m tests.bench.serve``: the server's figures, measured beside its peers in the same run.

Three tables: requests a second for a cheap lookup; what two honest clients of saved queries notice while
sixty-four others attack; and what a switch of snapshots costs. Whoever asks is a process of its own.
Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode

from diaspora_kg import __version__
from diaspora_kg.init import init
from diaspora_kg.queries.expected import Expected, load
from diaspora_kg.store import Snapshots
from tests.bench import attack
from tests.bench.load import Plan, Seen, ended, started
from tests.bench.measure import surroundings
from tests.bench.peers import OXIGRAPH, RDFLIB, Peer, here, oxigraph, rdflib_endpoint, resident, seconds_used
from tests.serving import BASE, Served, lines, make_project, publish, serving

JSON = "Accept: application/sparql-results+json"
CONNECTIONS = 16
PATHS = 4000


@dataclass(frozen=True)
class Figures:
    """One server in one round."""

    peer: str
    rate: float
    p50: float
    p99: float
    wrong: int
    cpu: float


def lookups(peer: Peer, people: int, seed: int) -> list[str]:
    """Cheap lookups, each with another constant."""
    rnd = random.Random(seed)
    queries = (
        f"SELECT ?p ?o WHERE {{ <{BASE}id/person/p{rnd.randrange(people)}> ?p ?o }}" for _ in range(PATHS)
    )
    return [f"{peer.path}?query={quote(query)}" for query in queries]


async def asked(plan: Plan) -> Seen:
    """What a plan sees, carried out by another process."""
    return await ended(await started(plan))


def throughput(folder: Path, people: int, rounds: int, seconds: float) -> Iterator[str]:
    """The table of cheap lookups, in interleaved rounds."""
    project = make_project(folder / "lookups")
    publish(project, lines(people))
    found: list[Figures] = []
    with ExitStack() as stack:
        peers = [
            stack.enter_context(here(project)),
            stack.enter_context(oxigraph(project)),
            stack.enter_context(rdflib_endpoint(project, people)),
        ]
        for number in range(rounds):
            for peer in peers:
                plan = Plan(
                    peer.host, peer.port, lookups(peer, people, number), CONNECTIONS, seconds, headers=[JSON]
                )
                before = seconds_used(peer.pid)
                seen = asyncio.run(asked(plan))
                used = seconds_used(peer.pid) - before
                found.append(_figures(peer.name, seen, used))
        found.append(_repeated(peers[0], people, seconds))
    yield from _throughput_table(found)


def _repeated(peer: Peer, people: int, seconds: float) -> Figures:
    """The same lookups by a client that kept the answers and asks whether they are still right."""
    path = lookups(peer, people, 0)[0]
    with subprocess.Popen(
        ["curl", "-s", "-o", os.devnull, "-D", "-", "-H", JSON, f"http://{peer.host}:{peer.port}{path}"],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        heads = dict(line.strip().split(": ", 1) for line in process.stdout if ": " in line)
    tag = next((value for name, value in heads.items() if name.lower() == "etag"), '""')
    plan = Plan(peer.host, peer.port, [path], CONNECTIONS, seconds, headers=[JSON, f"If-None-Match: {tag}"])
    before = seconds_used(peer.pid)
    seen = asyncio.run(asked(plan))
    return _figures(f"{peer.name}, repeated with If-None-Match", seen, seconds_used(peer.pid) - before)


def _figures(name: str, seen: Seen, used: float) -> Figures:
    each = used / max(1, len(seen.times)) * 1000
    return Figures(name, seen.rate, seen.quantile(0.5), seen.quantile(0.99), sum(seen.wrong.values()), each)


def _throughput_table(found: Sequence[Figures]) -> Iterator[str]:
    names = list(dict.fromkeys(one.peer for one in found))
    rates = {name: statistics.median(one.rate for one in found if one.peer == name) for name in names}
    mine = rates[names[0]]
    yield (
        "| server | requests a second | slowest to fastest round | p50 ms | p99 ms | CPU ms a request "
        "| wrong | dkg serve is |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name in names:
        own = [one for one in found if one.peer == name]
        low, high = min(one.rate for one in own), max(one.rate for one in own)
        middle = [statistics.median(getattr(one, part) for one in own) for part in ("p50", "p99", "cpu")]
        times = f"{mine / rates[name]:.2f} of it" if name == OXIGRAPH else ""
        times = f"{mine / rates[name]:.1f} times it" if name == RDFLIB else times
        yield (
            f"| {name} | {rates[name]:.0f} | {low:.0f} to {high:.0f} | {middle[0]:.2f} | {middle[1]:.1f} "
            f"| {middle[2]:.3f} | {sum(one.wrong for one in own)} | {times} |"
        )


def demo(folder: Path) -> Path:
    """The demo project, built."""
    project = folder / "demo"
    init(project, demo=True)
    subprocess.run(
        [sys.executable, "-m", "diaspora_kg", "build"],
        cwd=project,
        env=surroundings(),
        check=True,
        capture_output=True,
    )
    return project


def saved_paths(tables: Iterable[Expected]) -> list[str]:
    """Every saved query of the demo that has an expected table, with the parameters of that table."""
    given = (
        (table.query, {name: list(values) for name, values in table.parameters.items()}) for table in tables
    )
    return [f"/api/queries/{name}.json?{urlencode(values, doseq=True)}".rstrip("?") for name, values in given]


def attacked(folder: Path, clients: int, seconds: float) -> Iterator[str]:
    """The table of two honest clients, before, during and after an attack."""
    project = demo(folder)
    with serving(project) as served:
        rows = asyncio.run(_attacked(served, saved_paths(load(project / "expected")), clients, seconds))
    yield "| when | saved queries answered | failed | p50 ms | p95 ms | max ms | memory MiB |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    yield from rows


async def _attacked(served: Served, paths: Sequence[str], clients: int, seconds: float) -> list[str]:
    plan = Plan(served.host, served.port, paths, 2, 0, sources=["127.0.0.2", "127.0.0.3"], pause=0.02)
    pid = served.process.pid
    quiet = min(5.0, seconds)
    rows = [_row("before", await asked(replace(plan, seconds=quiet)), resident(pid))]
    before = resident(pid)
    raid = await attack.begun(attack.Raid(served.host, served.port, clients, seconds + 1.5))
    await asyncio.sleep(1.0)
    honest = await started(replace(plan, seconds=seconds))
    peak = before
    waiting = asyncio.create_task(ended(honest))
    while not waiting.done():
        await asyncio.sleep(0.25)
        peak = max(peak, resident(pid))
    rows.append(_row(f"attack by {clients}", waiting.result(), peak))
    ends = await raid.told()
    assert isinstance(ends, dict)
    await asyncio.sleep(min(5.0, seconds))
    after = resident(pid)
    rows.append(_row("after", await asked(replace(plan, seconds=quiet)), after))
    share = (after / before - 1) * 100
    told = ", ".join(f"{count} x {name}" for name, count in sorted(ends.items()))
    rows += ["", f"Memory after against before: {share:+.0f} %. The attackers' requests ended as: {told}."]
    return rows


def _row(when: str, seen: Seen, mib: float) -> str:
    cells = (seen.quantile(0.5), seen.quantile(0.95), max(seen.times, default=float("nan")))
    times = " | ".join(f"{cell:.1f}" for cell in cells)
    wrong = sum(seen.wrong.values())
    return f"| {when} | {len(seen.times)} | {wrong} {seen.wrong or ''} | {times} | {mib:.0f} |"


def switched(folder: Path, people: int, times: int) -> Iterator[str]:
    """The table of switches under load."""
    project = make_project(folder / "switches")
    publish(project, lines(people))
    with serving(project) as served:
        seen, seconds = asyncio.run(_switched(project, served, people, times))
    yield "| switches | seconds | requests | failed | p50 ms | p99 ms | max ms |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    cells = [seen.quantile(0.5), seen.quantile(0.99), max(seen.times)]
    wrong = sum(seen.wrong.values())
    figures = " | ".join(f"{cell:.1f}" for cell in cells)
    yield f"| {times} | {seconds:.0f} | {len(seen.times)} | {wrong} {seen.wrong or ''} | {figures} |"


async def _switched(project: Path, served: Served, people: int, times: int) -> tuple[Seen, float]:
    peer = Peer("dkg serve", served.host, served.port, "/sparql", served.process.pid)
    longest = times * 10.0
    plan = Plan(peer.host, peer.port, lookups(peer, people, 1), 8, longest, headers=[JSON])
    load_process = await started(plan)
    began = time.monotonic()
    for number in range(2, times + 2):
        await asyncio.to_thread(publish, project, lines(people, f" {number}"))
        while await asyncio.to_thread(served.metric, "dkg_snapshot_number") != number:
            await asyncio.sleep(0.1)
        Snapshots(project / ".dkg").prune(2)
    seconds = time.monotonic() - began
    load_process.stop()
    return await ended(load_process), seconds


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serve", description=__doc__)
    parser.add_argument("--people", type=int, default=50_000, help="each is two quads (default: 50000)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds of lookups")
    parser.add_argument("--seconds", type=float, default=5.0, help="of one round")
    parser.add_argument("--attackers", type=int, default=64)
    parser.add_argument("--attack-seconds", type=float, default=60.0)
    parser.add_argument("--switches", type=int, default=20)
    parser.add_argument("--only", choices=["lookups", "attack", "switches"], help="one of the three tables")
    given = parser.parse_args(arguments)
    _say(f"diaspora-kg {__version__}, Python {platform.python_version()}, {platform.system()}")
    _say(f"{platform.machine()}, {os.cpu_count()} processors, load before {os.getloadavg()[0]:.1f}\n")
    _say(f"    python -m tests.bench.serve {' '.join(sys.argv[1:] if arguments is None else arguments)}\n")
    with tempfile.TemporaryDirectory(prefix="dkg-bench-") as made:
        folder = Path(made)
        tables: dict[str, Callable[[], Iterator[str]]] = {
            "lookups": lambda: throughput(folder, given.people, given.rounds, given.seconds),
            "attack": lambda: attacked(folder, given.attackers, given.attack_seconds),
            "switches": lambda: switched(folder, given.people // 10, given.switches),
        }
        for name, table in tables.items():
            if given.only in {None, name}:
                _say(f"## {name}\n")
                for line in table():
                    _say(line)
                _say("")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end with it
    main()

"""``python -m tests.bench.candidates --records 10000 30000 100000``: how `dkg link candidates` scales.

For each size a published graph of fictional records is made (:mod:`tests.bench.variants`), which knows who is
who. Then the command runs on it as a process of its own. A line tells its CPU seconds, the peak of memory of
all its processes together, the pairs that it compared for each record, how many of the true pairs it compared
and proposed, and how many it proposed for each true pair. ``--rules`` tells the same by the rule by which the
two names differ, ``--profile`` where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

from diaspora_kg.candidates import Wanted
from diaspora_kg.candidates.find import Collection, blocked_of, collect, pairs, scored_pairs
from diaspora_kg.index import save
from diaspora_kg.index.rows import Content, NodeRow, OriginRow
from diaspora_kg.names import CLASS_OF_KIND, Names, expand
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.store.snapshots import Manifest
from diaspora_kg.terms import IRI, Literal, Term, nquad
from tests.bench.measure import ROOT, surroundings
from tests.bench.variants import Listed, listed

_SETTINGS = 'format = 1\ntitle = "Bench"\nbase = "https://example.org/bench/"\nlanguages = ["en"]\n'

Pair = tuple[str, str]
"""The keys of two records, the smaller first."""


def make(folder: Path, records: int) -> list[Listed]:
    """A project whose published graph has so many records, as a build would leave it."""
    (folder / "articles").mkdir(parents=True)
    (folder / "dkg.toml").write_text(_SETTINGS, "utf-8")
    project = Project.load(folder)
    every = list(listed(records))
    snapshots = Snapshots(project.derived)
    number, path = snapshots.prepare()
    store = EmbeddedStore(path / "store")
    store.load(_quads(every, project.names))
    store.optimize()
    store.close()
    save(path / "index.sqlite", _index(every, project.names))
    published = "2050-01-01T00:00:00Z"
    snapshots.publish(path, Manifest("0" * 64, "0" * 64, number, published, project.base, "Bench", ""))
    return every


def _quads(every: Sequence[Listed], names: Names) -> Iterator[str]:
    """The records, and that a registered one of the same circle comes up in the same article."""
    known = {one.entity.circle: one for one in every if not one.article}
    for one in every:
        yield from _record(one, names)
        article = IRI(names.node("article", one.article or f"a{one.key[1:]}"))
        for other in (one, known.get(one.entity.circle)):
            if other is not None:
                yield _quad(names, "derived", _iri(other, names), "dkg:mentionedIn", article)


def _record(one: Listed, names: Names) -> Iterator[str]:
    node = _iri(one, names)
    graph = "article/" + one.article if one.article else "register"
    yield _quad(names, graph, node, "rdf:type", IRI(expand(CLASS_OF_KIND[one.entity.kind])))
    if one.article:
        yield _quad(names, graph, node, "dkg:sourceId", Literal(one.key))
    if one.entity.kind == "organization":
        yield _quad(names, graph, node, "dkg:kind", IRI(expand("dkgv:communityOrganization")))
    for number, (form, language, kind) in enumerate(one.names):
        name = IRI(names.node("name", f"{one.key}-{number}"))
        yield _quad(names, graph, node, "dkg:name", name)
        yield _quad(names, graph, name, "skosxl:literalForm", Literal(form, language=language))
        yield _quad(names, graph, name, "dkg:kind", IRI(expand(f"dkgv:{kind}")))


def _iri(one: Listed, names: Names) -> IRI:
    return IRI(names.node(one.entity.kind, one.key))


def _quad(names: Names, graph: str, subject: IRI, predicate: str, value: Term) -> str:
    return nquad(subject, IRI(expand(predicate)), value, IRI(f"{names.base}graph/{graph}"))


def _index(every: Iterable[Listed], names: Names) -> Content:
    nodes, origins = [], []
    for line, one in enumerate(every, 1):
        iri = _iri(one, names).value
        nodes.append(NodeRow(iri, one.entity.kind, one.key, one.names[0][0]))
        origins.append(OriginRow(iri, one.article, "register.yaml", line))
    return Content(tuple(nodes), tuple(origins))


def truth(every: Iterable[Listed]) -> dict[Pair, str]:
    """The pairs that are one, with how their names differ."""
    records: defaultdict[int, list[Listed]] = defaultdict(list)
    for one in every:
        records[one.entity.number].append(one)
    return {
        (min(a.key, b.key), max(a.key, b.key)): f"{a.entity.kind}: {_rule(a, b)}"
        for same in records.values()
        for a, b in combinations(same, 2)
    }


def _rule(one: Listed, other: Listed) -> str:
    rules = sorted({one.rule, other.rule} - {"the same"})
    return " / ".join(rules) or "the same"


class _Memory(threading.Thread):
    """The peak of what a process and its children keep in memory, each page counted once, in MiB."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.ended = False
        self._process = process

    def run(self) -> None:
        while not self.ended:
            self.peak = max(self.peak, sum(map(_pss, _family(self._process))) / 1024)
            time.sleep(0.25)


def _family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _pss(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def run(folder: Path, jobs: int) -> tuple[float, float, float]:
    """The command: seconds by the clock, CPU seconds of all its processes, MiB of all of them together."""
    command = [sys.executable, "-m", "diaspora_kg", "link", "candidates", "--output", "json"]
    command += ["--jobs", str(jobs)]
    script = "import resource, subprocess, sys\n"
    script += "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
    script += "used = resource.getrusage(resource.RUSAGE_CHILDREN)\nprint(used.ru_utime + used.ru_stime)\n"
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", script, *command],
        cwd=folder,
        env=surroundings(ROOT),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        memory = _Memory(process.pid)
        memory.start()
        told = process.communicate()[0]
        memory.ended = True
    if process.returncode:
        raise SystemExit("dkg link candidates failed")
    return time.perf_counter() - begun, float(told.strip()), memory.peak


def look(folder: Path, jobs: int, threshold: float) -> tuple[set[Pair], set[Pair]]:
    """The pairs that are compared and the pairs that are proposed, by keys."""
    project = Project.load(folder)
    with Snapshots(project.derived).reading() as snapshot:
        store = snapshot.store()
        collection = collect(store, project.names)
        store.close()
    blocked = blocked_of(collection, jobs)
    numbers, _ = pairs(collection, blocked)
    many = len(collection.profiles)
    compared = {_keys(collection, *divmod(number, many)) for number in numbers}
    scored, _, _ = scored_pairs(collection, blocked, Wanted(threshold=threshold), jobs=jobs)
    return compared, {_keys(collection, one, other) for _, one, other in scored}


def _keys(collection: Collection, one: int, other: int) -> Pair:
    keys = collection.profiles[one].key, collection.profiles[other].key
    return min(keys), max(keys)


def figures(folder: Path, every: Sequence[Listed], given: argparse.Namespace) -> dict[str, object]:
    """One line of the table."""
    seconds, cpu, mib = run(folder, given.jobs)
    true = truth(every)
    compared, proposed = look(folder, given.jobs, given.threshold)
    if given.rules:
        _rules(true, compared, proposed)
    return {
        "records": len(every),
        "jobs": given.jobs,
        "seconds": round(seconds, 1),
        "cpu": round(cpu, 1),
        "mib": round(mib),
        "compared": round(len(compared) / len(every), 1),
        "found by keys": round(len(compared & true.keys()) / len(true), 4),
        "proposed": round(len(proposed & true.keys()) / len(true), 4),
        "for each true pair": round(len(proposed) / len(true), 2),
    }


def _rules(true: dict[Pair, str], compared: set[Pair], proposed: set[Pair]) -> None:
    total, met, shown = Counter(true.values()), Counter[str](), Counter[str]()
    for pair, rule in true.items():
        met[rule] += pair in compared
        shown[rule] += pair in proposed
    _say("| how two names differ | true pairs | found by keys | proposed |\n|---|---:|---:|---:|")
    for rule, count in sorted(total.items()):
        _say(f"| {rule} | {count} | {met[rule] / count:.3f} | {shown[rule] / count:.3f} |")
    _say("")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="How `dkg link candidates` scales.")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 30_000])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--threshold", type=float, default=Wanted().threshold)
    parser.add_argument("--rules", action="store_true", help="tell recall by the rule by which names differ")
    parser.add_argument("--profile", action="store_true", help="tell where the time goes, with one job")
    parser.add_argument("--out", type=Path, help="a file for the figures as JSON")
    given = parser.parse_args(arguments)
    rows: list[dict[str, object]] = []
    for records in given.records:
        with tempfile.TemporaryDirectory() as folder:
            every = make(Path(folder) / "bench", records)
            if given.profile:
                _profiled(Path(folder) / "bench")
            rows.append(figures(Path(folder) / "bench", every, given))
        if len(rows) == 1:
            _say(f"| {' | '.join(rows[0])} |\n|{'---:|' * len(rows[0])}")
        _say(f"| {' | '.join(map(str, rows[-1].values()))} |")
    if given.out:
        given.out.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


def _profiled(folder: Path) -> None:
    with cProfile.Profile() as profile:
        look(folder, 1, Wanted().threshold)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()

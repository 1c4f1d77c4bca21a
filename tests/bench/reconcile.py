"""``python -m tests.bench.reconcile --records 10000 100000``: how quickly and well ``/reconcile`` answers.

For each size a published graph of fictional records is made (:mod:`tests.bench.variants`), which knows who is
who, and ``dkg serve`` runs on it. Batches of 10 names as articles spell them are sent one after the other. A
line tells the seconds until the first batch is answered (the keys of all names are worked out then), the
median and the slowest of the others, and the CPU seconds of the server for a batch; then for how many names
the entry of the register that is meant was among the candidates, for how many it was the first entry of the
register there, and how many were wrongly called a match.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from diaspora_kg.index import save
from diaspora_kg.index.rows import Content, NodeRow, OriginRow, WordRow
from diaspora_kg.names import Names
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.bench.candidates import make
from tests.bench.variants import Listed
from tests.serving import Served, children, serving

_BATCH, _BATCHES = 10, 40
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Figures:
    """What one size came to."""

    records: int
    first: float
    seconds: tuple[float, ...]
    cpu: float
    among: float
    foremost: float
    wrong: int

    @property
    def line(self) -> str:
        """A row of the table."""
        middle, slowest = statistics.median(self.seconds), max(self.seconds)
        shares = f"{self.among:.1%} | {self.foremost:.1%} | {self.wrong}"
        times = f"{self.first:.1f} | {middle:.2f} | {slowest:.2f} | {self.cpu:.2f}"
        return f"| {self.records} | {times} | {shares} |"


def _words(every: Sequence[Listed], names: Names) -> Content:
    """The index as a build would leave it: with the words by which records are found."""
    nodes, origins, words = [], [], []
    for number, one in enumerate(every, 1):
        iri = names.node(one.entity.kind, one.key)
        nodes.append(NodeRow(iri, one.entity.kind, one.key, one.names[0][0]))
        origins.append(OriginRow(iri, one.article, "register.yaml", number))
        words += [WordRow(iri, "name", language, form) for form, language, _ in one.names]
    return Content(tuple(nodes), tuple(origins), (), tuple(words))


def _asked(every: Sequence[Listed]) -> list[tuple[str, str]]:
    """Names as articles spell them, each with the key of the entry of the register that is meant."""
    entries = {one.entity.number: one.key for one in every if not one.article}
    meant = [(one.names[0][0], entries[one.entity.number]) for one in every
             if one.article and one.entity.number in entries]  # fmt: skip
    random.Random(7).shuffle(meant)
    return meant[: _BATCH * _BATCHES]


def _batches(
    served: Served, asked: Sequence[tuple[str, str]]
) -> Iterator[tuple[float, dict[str, list[dict[str, object]]]]]:
    for start in range(0, len(asked), _BATCH):
        queries = {
            str(n): {"query": name, "limit": 10}
            for n, (name, _) in enumerate(asked[start : start + _BATCH], start)
        }
        began = time.monotonic()
        line = http.client.HTTPConnection(served.host, served.port, timeout=300)
        line.request("POST", "/reconcile", urlencode({"queries": json.dumps(queries)}), _FORM)
        told = json.loads(line.getresponse().read())
        line.close()
        yield time.monotonic() - began, {name: one["result"] for name, one in told.items()}


def _cpu(pid: int) -> float:
    ticks = sum(map(int, Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]))
    return ticks / 100 + sum(_cpu(child) for child in children(pid))


def measure(records: int, folder: Path) -> Figures:
    """The figures of one size."""
    every = make(folder, records)
    project = Project.load(folder)
    with Snapshots(project.derived).reading() as snapshot:
        snapshot.index.unlink()
        save(snapshot.index, _words(every, project.names))
    asked, entries = _asked(every), {one.key for one in every if not one.article}
    with serving(folder) as served:
        answers = _batches(served, asked)
        first, found = next(answers)
        before, times = _cpu(served.process.pid), []
        for seconds, results in answers:
            times.append(seconds)
            found |= results
        cpu = (_cpu(served.process.pid) - before) / len(times)
    among = foremost = wrong = 0
    for number, (_, key) in enumerate(asked):
        keys = [str(one["id"]).partition("/")[2] for one in found[str(number)]]
        known = [one for one in keys if one in entries]
        among += key in known
        foremost += known[:1] == [key]
        wrong += any(one["match"] and not str(one["id"]).endswith(f"/{key}") for one in found[str(number)])
    return Figures(records, first, tuple(times), cpu, among / len(asked), foremost / len(asked), wrong)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[10_000])
    print("| records | first batch s | median s | slowest s | CPU s | among | foremost | wrong matches |")  # noqa: T201
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")  # noqa: T201
    for records in parser.parse_args().records:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(records, Path(folder) / "town").line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

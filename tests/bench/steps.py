"""What is measured on a corpus: the program's own steps, and floors that no such program can go below."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.corpus import Corpus, write
from tests.bench.measure import HERE, Measure, measured

PROJECT = "corpus"
_LINES = "corpus.nq"

_LOAD = f"""\
import pyoxigraph
store = pyoxigraph.Store("peer.store")
store.bulk_load(path="{_LINES}", format=pyoxigraph.RdfFormat.N_QUADS)
store.flush()
"""
_PARSE = """\
import pathlib, yaml
for path in pathlib.Path("corpus/articles").rglob("*.yaml"):
    yaml.compose(path.read_bytes(), Loader=yaml.CSafeLoader)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ``floor`` names the step that its ratio is taken to."""

    step: str
    command: str
    measures: tuple[Measure, ...]
    floor: str = ""

    @property
    def seconds(self) -> float:
        """The median of the times."""
        return sorted(one.seconds for one in self.measures)[len(self.measures) // 2]

    @property
    def mib(self) -> float:
        """The highest peak."""
        return max(one.mib for one in self.measures)


@dataclass(frozen=True, slots=True)
class Bench:
    """The steps on one corpus, in a folder that is empty at first."""

    folder: Path
    corpus: Corpus
    jobs: int = 1
    repeat: int = 3

    def rows(self) -> Iterator[Row]:
        """Measure everything, in the order of the table."""
        jobs = [f"--jobs={self.jobs}"] if self.jobs > 1 else []
        self.corpus.write(self.folder / PROJECT)
        load, parse = "pyoxigraph: bulk load of the same graph", "PyYAML: the same annotations parsed"
        first = self._dkg("build from nothing", ["build", *jobs], load, once=True)
        yield self._peer(load, _LOAD, self._export)
        yield self._peer(parse, _PARSE)
        yield first
        yield self._dkg("build, nothing changed", ["build", *jobs], load)
        yield self._dkg("build, one changed article", ["build", *jobs], load, self._change)
        yield self._dkg("check", ["check", *jobs], parse)

    def _dkg(
        self,
        step: str,
        arguments: list[str],
        floor: str,
        before: Callable[[int], None] | None = None,
        *,
        once: bool = False,
    ) -> Row:
        measures = []
        for number in range(1 if once else self.repeat):
            if before is not None:
                before(number)
            command = ["-m", "diaspora_kg", *arguments, "--project", PROJECT]
            measures.append(measured(command, self.folder))
        return Row(step, " ".join(["dkg", *arguments]), tuple(measures), floor)

    def _peer(self, step: str, program: str, before: Callable[[], None] | None = None) -> Row:
        if before is not None:
            before()
        return Row(step, "python", (measured(["-c", program], self.folder),))

    def _export(self) -> None:
        command = [sys.executable, "-m", "diaspora_kg", "export", "graph", "--project", PROJECT]
        with (self.folder / _LINES).open("wb") as out:
            subprocess.run(command, cwd=self.folder, env=HERE, stdout=out, check=True)

    def _change(self, number: int) -> None:
        """Word one claim of an article in the middle of the corpus differently."""
        plan = list(self.corpus.plans())[self.corpus.articles // 2]
        path = self.folder / PROJECT / "articles" / f"{plan.stem}.yaml"
        written = path.read_text("utf-8")
        at = written.index("\n", written.index("says: ") + 1)
        write(path, f"{written[:at]} So it was said {number + 1} times.{written[at:]}")

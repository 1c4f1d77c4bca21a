"""What is measured on a corpus: the program's own steps, and floors that no such program can go below."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.corpus import Corpus
from tests.bench.edits import Edits
from tests.bench.measure import ROOT, Measure, measured, surroundings

PROJECT = "corpus"
_LINES = "corpus.nq"
_TICK = 2.5  # seconds; a build looks again at what was written just before the one that read it
_PARTS = ("diaspora_kg", "ontology", "ingest", "queries")
_CHECKED = ("ontology", "shapes", "article.ttl")

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
LOAD, PARSE = "pyoxigraph: bulk load of the same graph", "PyYAML: the same annotations parsed"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ``floor`` names the step that its ratio is taken to."""

    step: str
    command: str
    measures: tuple[Measure, ...]
    floor: str = ""

    @property
    def median(self) -> Measure:
        """The run whose time is in the middle."""
        return sorted(self.measures, key=lambda one: one.seconds)[len(self.measures) // 2]

    @property
    def mib(self) -> float:
        """The highest peak."""
        return max(one.mib for one in self.measures)


@dataclass(frozen=True, slots=True)
class Bench:
    """The steps on one corpus, in ``folder``: an empty one, or one in which the same was measured before.

    Without ``checked`` the shapes for one article are left out: the program that runs is a copy that has
    none. The first build then shows what everything else costs. ``without`` names steps that are left out.
    """

    folder: Path
    corpus: Corpus
    jobs: int = 1
    repeat: int = 3
    checked: bool = True
    without: Collection[str] = ()

    def rows(self) -> Iterator[Row]:
        """Measure everything, in the order of the table."""
        jobs = [f"--jobs={self.jobs}"] if self.jobs > 1 else []
        first = None
        if not (self.folder / PROJECT / ".dkg" / "current").exists():
            self.corpus.write(self.folder / PROJECT)
            if not self.checked:
                self._without_shapes()
            time.sleep(_TICK)
            first = self._dkg("build from nothing", ["build", *jobs], once=True)
        yield self._peer(LOAD, _LOAD, self._export)
        yield self._peer(PARSE, _PARSE)
        if first is not None:
            yield first
        edits = Edits(self.folder / PROJECT, self.corpus)
        changes = {f"build, one changed {what}": change for what, change in edits.all().items()}
        for step, change in {"build, nothing changed": None, **changes}.items():
            if step not in self.without:
                yield self._dkg(step, ["build", *jobs], change)
        if "check" not in self.without:
            yield self._dkg("check", ["check", *jobs], floor=PARSE)

    @property
    def _program(self) -> Path:
        return ROOT if self.checked else self.folder / "program"

    def _without_shapes(self) -> None:
        for part in _PARTS:
            shutil.copytree(
                ROOT / part, self._program / part, ignore=shutil.ignore_patterns("__pycache__", "_bundled")
            )
        shapes = self._program.joinpath(*_CHECKED)
        prefixes = [line for line in shapes.read_text("utf-8").splitlines() if line.startswith("@prefix")]
        shapes.write_text("\n".join(prefixes) + "\n", "utf-8")

    def _dkg(
        self,
        step: str,
        arguments: list[str],
        before: Callable[[], None] | None = None,
        *,
        floor: str = LOAD,
        once: bool = False,
    ) -> Row:
        measures = []
        for _ in range(1 if once else self.repeat):
            if before is not None:
                before()
            command = ["-m", "diaspora_kg", *arguments, "--project", PROJECT]
            measures.append(measured(command, self.folder, self._program))
        return Row(step, " ".join(["dkg", *arguments]), tuple(measures), floor)

    def _peer(self, step: str, program: str, before: Callable[[], None] | None = None) -> Row:
        if before is not None:
            before()
        made = measured(["-c", program], self.folder)
        shutil.rmtree(self.folder / "peer.store", ignore_errors=True)
        return Row(step, "python", (made,))

    def _export(self) -> None:
        command = [sys.executable, "-m", "diaspora_kg", "export", "graph", "--project", PROJECT]
        with (self.folder / _LINES).open("wb") as out:
            subprocess.run(command, cwd=self.folder, env=surroundings(self._program), stdout=out, check=True)

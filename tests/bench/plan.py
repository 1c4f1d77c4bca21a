"""What is to be measured: the size, where the corpora lie, how many processes and runs."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from tests.bench.corpus import Corpus
from tests.bench.measure import measured

PROJECT = "corpus"
TICK = 2.5  # seconds; a build looks again at what was written just before the one that read it
_SHORT = 50  # articles
_ONCE, _TWICE = 5_000, 1_000  # articles from which on a first build is run once, or twice


@dataclass(frozen=True)
class Plan:
    """One call of the bench.

    ``folder`` has a folder for each size, with the corpus and what is made of it. ``repeat`` is how often a
    short step is run, ``rounds`` how often a first build (0: by its size). ``pages`` is the number of pages
    that are written, ``morph`` a Python with morph-kgc, empty where there is none.
    """

    folder: Path
    articles: int
    seed: int = 1
    jobs: int = 1
    repeat: int = 3
    rounds: int = 0
    pages: int = 10_000
    morph: str = ""

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """A tenth of the articles, and all of them: what grows is seen between the two."""
        return (self.articles // 10, self.articles) if self.articles >= 20 else (self.articles,)

    @property
    def short(self) -> bool:
        """Whether the run is so small that it shows no more than that it works."""
        return self.articles < _SHORT

    @property
    def parallel(self) -> list[str]:
        """The option of a build for its worker processes."""
        return [f"--jobs={self.jobs}"] if self.jobs > 1 else []

    def corpus(self, articles: int) -> Corpus:
        """The corpus of a size."""
        return Corpus(articles, self.seed)

    def home(self, articles: int) -> Path:
        """The folder of a size."""
        return self.folder / str(articles)

    def project(self, articles: int) -> Path:
        """The project of a size; it is made where it is not there yet."""
        root = self.home(articles) / PROJECT
        if not (root / "articles").exists():
            half = root.with_name("half")
            shutil.rmtree(half, ignore_errors=True)
            self.corpus(articles).write(half)
            half.rename(root)
            time.sleep(TICK)
        return root

    def built(self, articles: int) -> Path:
        """The same, with a graph that is current; a build that nobody measures."""
        root = self.project(articles)
        measured(["-m", "diaspora_kg", "build", *self.parallel, "--project", str(root)], root.parent)
        return root

    def times(self, articles: int) -> int:
        """How often a first build of so many articles is run."""
        return self.rounds or (1 if articles > _ONCE else 2 if articles > _TWICE else 3)

    def told(self) -> str:
        """As JSON."""
        return json.dumps({**asdict(self), "folder": str(self.folder)})


def read(text: str) -> Plan:
    """The plan that :meth:`Plan.told` wrote."""
    told = json.loads(text)
    return Plan(**{**told, "folder": Path(told["folder"])})


def processors() -> int:
    """How many processors may be used."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

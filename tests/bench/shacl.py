"""``python -m tests.bench.shacl``: faults planted for two SHACL engines, and what each finds, as tables.

The first table has a line for each shape: its smallest invalid example is validated alone, and put into real
articles; the second one a line for each kind of small change of an article (``tests/bench/mutate.py``), made
at seeded places. An article is *found* by an engine if it finds anything there; a *disagreement* is a node
and a shape that one of the two alone finds. *Left to pyshacl* are articles in which the fast engine says of a
shape that it cannot decide. The last table says what an article costs. The exit code is 1 if the engines
disagree anywhere.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from pyoxigraph import RdfFormat, parse

from diaspora_kg.article import Article
from diaspora_kg.content import content
from diaspora_kg.ontology import Ontology
from diaspora_kg.pipeline import run
from diaspora_kg.project import Project
from diaspora_kg.shapes.validate import Comparison, Engine, Validator
from tests.bench.corpus import Corpus
from tests.bench.mutate import KINDS, mutated

EXAMPLES = content("ontology", "examples")
_NOBODY = Article("x", "articles/x.yaml", "A day in Vesmark", "en")
_SLOW = 60  # articles that pyshacl is timed on
_COSTS = (
    "| articles | how many | quads each | fast, ms | pyshacl, ms | fast, ms for 120 quads |",
    "|---|---:|---:|---:|---:|---:|",
)
DEMO = Path(__file__).parents[2] / "docs/examples/demo"


@dataclass(frozen=True)
class Lines:
    """The N-Quads of one article, and what is said of nodes outside of it."""

    name: str
    lines: Sequence[str]
    context: Sequence[str] = ()


@dataclass
class Tally:
    """What became of the faults of one line."""

    planted: int = 0
    pyshacl: int = 0
    fast: int = 0
    left: int = 0
    disagreements: list[str] = field(default_factory=list)

    def add(self, name: str, found: Comparison, code: str = "") -> None:
        """Count one article; with a ``code`` the faults of that shape alone are counted as found."""
        self.planted += 1
        self.pyshacl += any(code in {"", one.shape.code} for one in found.pyshacl)
        self.fast += any(code in {"", one.shape.code} for one in found.fast | found.left)
        self.left += bool(found.undecided)
        self.disagreements += [f"{name}: {one.shape.code} of {one.node}" for one in found.disagreements]


def validator(engine: Engine = Engine.FAST, sample: float = 0) -> Validator:
    """The shapes and the ontology that come with the program."""
    slim = Ontology.load([content("ontology")]).slim()
    return Validator([content("ontology", "shapes", "article.ttl")], slim, engine, sample)


def articles_of(project: Project) -> Iterator[Lines]:
    """The articles of a project as the pipeline maps them."""
    for done in run(project).articles:
        if done.mapped is not None:
            lines = [line for graph in done.mapped.graphs.values() for line in graph]
            yield Lines(done.article.key, lines, done.mapped.context)


def made_up(articles: int, seed: int) -> list[Lines]:
    """Articles of a made-up corpus."""
    with TemporaryDirectory() as folder:
        Corpus(articles, seed).write(Path(folder))
        return list(articles_of(Project.load(Path(folder))))


def examples(folder: str) -> Iterator[tuple[str, Lines]]:
    """The smallest examples of the shapes for one article, each with the code of its shape."""
    codes = {shape.code for shape in validator(Engine.PYSHACL).shapes}
    for path in sorted((EXAMPLES / folder).glob("*.trig")):
        code = path.stem.partition("-")[2]
        if code in codes:
            quads = parse(path.read_bytes(), format=RdfFormat.TRIG)
            yield code, Lines(f"{folder}/{path.stem}", [f"{quad} ." for quad in quads])


def planted(shapes: Validator, into: Sequence[Lines]) -> dict[str, Tally]:
    """For each shape, its invalid example alone and within each of some articles; its valid one alone."""
    told: dict[str, Tally] = {}
    for code, example in examples("invalid"):
        tally = told[code] = Tally()
        tally.add(example.name, shapes.compare(example.lines), code)
        for article in into:
            lines = [*article.lines, *example.lines]
            tally.add(f"{example.name} in {article.name}", shapes.compare(lines, article.context), code)
    for code, example in examples("valid"):
        found = shapes.compare(example.lines)
        told[code].disagreements += [f"{example.name}: {one.shape.code}" for one in found.disagreements]
    return told


def changed(shapes: Validator, articles: Sequence[Lines], times: int, seed: int) -> dict[str, Tally]:
    """For each kind of change, so many articles with one (or, every fourth, three) of it."""
    told: dict[str, Tally] = {}
    for kind in KINDS:
        random = Random(f"{seed} {kind}")
        tally = told[kind] = Tally()
        for number in range(times):
            article = random.choice(articles)
            lines: list[str] | None = list(article.lines)
            for _ in range(3 if number % 4 == 3 else 1):
                lines = mutated(lines, kind, random) if lines else None
            if lines:
                tally.add(f"{article.name}, {kind}, {number}", shapes.compare(lines, article.context))
    return told


def tables(told: dict[str, dict[str, Tally]]) -> Iterator[str]:
    """The counts as Markdown."""
    for head, tallies in told.items():
        yield f"| {head} | planted | pyshacl | fast | left to pyshacl | disagreements |"
        yield "|---|---:|---:|---:|---:|---:|"
        for name, one in (*tallies.items(), ("all", _sum(tallies.values()))):
            numbers = (one.planted, one.pyshacl, one.fast, one.left, len(one.disagreements))
            yield f"| {name} | {' | '.join(map(str, numbers))} |"
        yield ""


def _sum(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for one in tallies:
        whole.planted += one.planted
        whole.pyshacl += one.pyshacl
        whole.fast += one.fast
        whole.left += one.left
        whole.disagreements += one.disagreements
    return whole


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU for an article of one set, the shapes at hand, in some rounds of each engine."""

    name: str
    articles: int
    quads: float
    fast: tuple[float, ...]
    pyshacl: tuple[float, ...]

    @property
    def line(self) -> str:
        """The quickest rounds as a row of the table."""
        quick, slow = min(self.fast), min(self.pyshacl)
        numbers = f"{self.quads:.0f} | {quick:.2f} | {slow:.1f} | {quick / self.quads * 120:.2f}"
        return f"| {self.name} | {self.articles} | {numbers} |"


def costs(sets: Mapping[str, Sequence[Lines]], repeat: int) -> Iterator[Cost]:
    """What each set costs; the engines take turns."""
    fast, pyshacl = (_warm(validator(engine)) for engine in Engine)
    for name, articles in sets.items():
        quads = sum(len(one.lines) for one in articles) / len(articles)
        quick, slow = [], []
        for number in range(repeat):
            quick.append(_milliseconds(fast, articles))
            if number % 2 == 0:
                slow.append(_milliseconds(pyshacl, articles[:_SLOW]))
        yield Cost(name, len(articles), quads, tuple(quick), tuple(slow))


def _warm(shapes: Validator) -> Validator:
    shapes.compare(())  # both engines are at hand
    return shapes


def _milliseconds(shapes: Validator, articles: Sequence[Lines]) -> float:
    begun = time.process_time()
    for one in articles:
        shapes.check(one.lines, one.context, {}, _NOBODY)
    return (time.process_time() - begun) / len(articles) * 1000


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.shacl", description=__doc__)
    parser.add_argument("--articles", type=int, default=40, help="articles of the made-up corpus")
    parser.add_argument("--into", type=int, default=2, help="articles into which each example is put")
    parser.add_argument("--changes", type=int, default=25, help="changed articles of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=5, help="rounds of the last table; 0 leaves it out")
    parser.add_argument("--out", type=Path, help="a file for the figures as JSON")
    given = parser.parse_args(arguments)
    shapes = validator()
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it tells of each literal that is ill-formed
    warnings.simplefilter("ignore", UserWarning)
    sets = {"demo": list(articles_of(Project.load(DEMO))), "made-up": made_up(given.articles, given.seed)}
    articles = [one for of in sets.values() for one in of]
    into = sorted(articles, key=lambda one: len(one.lines))[: given.into]
    told = {
        "shape": planted(shapes, into),
        "change": changed(shapes, articles, given.changes, given.seed),
    }
    _say("\n".join(tables(told)))
    found = list(costs(sets, given.repeat)) if given.repeat else []
    if found:
        _say("\n".join((*_COSTS, *(one.line for one in found))))
    if given.out:
        sums = {head: asdict(_sum(tallies.values())) for head, tallies in told.items()}
        given.out.write_text(json.dumps({"faults": sums, "costs": [asdict(one) for one in found]}), "utf-8")
    wrong = [one for tallies in told.values() for tally in tallies.values() for one in tally.disagreements]
    for line, times in sorted(Counter(wrong).items()):
        _say(f"disagreement: {line}" + (f" ({times} times)" if times > 1 else ""))
    return int(bool(wrong))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())

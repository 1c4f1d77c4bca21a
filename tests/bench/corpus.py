"""Makes a project of made-up articles: any size, the same bytes for the same seed.

``python -m tests.bench.corpus --articles N --seed S DIR [--faults] [--decisions]``

Of every ten articles six are small, three middling and one large; five take their actors from the
register; two report on the promise of another article.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.bench.cast import Cast
from tests.bench.decisions import Record, as_tsv, decide
from tests.bench.faults import HEADER, faulty
from tests.bench.scenes import FURTHER, kept, pledge
from tests.bench.sheet import Plan, Sheet
from tests.bench.words import MONTHS

BASE = "https://example.org/corpus/"
SETTINGS = f"""\
format = 1
title = "A made-up corpus"
base = "{BASE}"
languages = ["en"]
licence = "CC0-1.0"
"""
SIZES = (0, 0, 0, 0, 0, 0, 1, 1, 1, 2)
LINES = (35, 60, 110)
QUADS = (120, 200, 360)
"""What articles of each size come to: lines of YAML, quads in the graph of the article and about it."""

_BYTES = ((2000, 3500), (3500, 5500), (5500, 7800))


@dataclass(frozen=True, slots=True)
class Article:
    """Text and annotation of one article; ``records`` are the actors that it declares."""

    text: str
    annotation: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Corpus:
    """So many articles by one seed."""

    articles: int
    seed: int = 1

    @property
    def cast(self) -> Cast:
        """Who occurs in it."""
        return Cast(self.articles)

    def plans(self) -> Iterator[Plan]:
        """What each article is to be; the shares hold in every ten."""
        for first in range(0, self.articles, 10):
            random = Random(f"{self.seed} plan {first}")
            sizes = random.sample(SIZES, 10)
            registered = random.sample((True, False) * 5, 10)
            reporting = random.sample((True, True, *(False,) * 8), 10)
            for number in range(first, min(first + 10, self.articles)):
                at = number - first
                other = random.randrange(number) if reporting[at] and number else None
                told = "" if other is None else key_of(other)
                yield Plan(number, key_of(number), sizes[at], registered[at], told)

    def article(self, plan: Plan, cast: Cast) -> Article:
        """One article."""
        random = Random(f"{self.seed} article {plan.number}")
        cast = cast if plan.registered else replace(cast, variant=True)
        sheet = Sheet(plan, cast, random)
        outlet = cast.rank(random, cast.outlets)
        paper = cast.outlet(outlet)
        publisher = sheet.use(paper, outlet)
        title = pledge(sheet)
        if plan.other:
            kept(sheet)
        for scene in random.choice(FURTHER[plan.size]):
            scene(sheet)
        day = (random.randrange(2030, 2050), random.randrange(1, 13), random.randrange(1, 29))
        byline = f"{paper.name}, {day[2]} {MONTHS[day[1] - 1]} {day[0]}"
        text = sheet.text(title, byline, random.randrange(*_BYTES[plan.size]))
        return Article(text, sheet.annotation(title, publisher, day), tuple(sheet.records()))

    def write(self, root: Path, *, faults: bool = False, decisions: bool = False) -> None:
        """Write the project into a new folder."""
        cast = self.cast
        (root / "articles").mkdir(parents=True)
        write(root / "dkg.toml", SETTINGS)
        write(root / "register.yaml", cast.register())
        records: list[Record] = []
        for plan in self.plans():
            article = self.article(plan, cast)
            beside(root / "articles" / f"{plan.stem}.yaml", article.text, article.annotation)
            records += article.records
        if decisions:
            write(root / "decisions.tsv", as_tsv(decide(records, self.seed)))
        if faults:
            self.plant(root)

    def plant(self, root: Path, sets: int = 0) -> None:
        """Add articles with a fault each to a project: so many sets of them, else one for each thousand."""
        rows = [HEADER]
        for one in faulty(sets * 1000 or self.articles, self.seed):
            beside(root / one.file, one.text, one.annotation)
            rows += one.rows
        write(root / "planted.tsv", "".join("\t".join(row) + "\n" for row in rows))


def key_of(number: int) -> str:
    """The key of an article: a thousand share a folder."""
    return f"n{number // 1000:03}.a{number:06}"


def beside(annotation: Path, text: str, written: str) -> None:
    """Write an annotation and its text."""
    annotation.parent.mkdir(parents=True, exist_ok=True)
    write(annotation, written)
    write(annotation.with_suffix(".txt"), text)


def write(path: Path, text: str) -> None:
    """Write a file as UTF-8 with Unix line ends, wherever this runs."""
    path.write_bytes(text.encode())


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corpus", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="plant faults; planted.tsv lists them")
    parser.add_argument("--decisions", action="store_true", help="write decisions.tsv")
    given = parser.parse_args(arguments)
    corpus = Corpus(given.articles, given.seed)
    corpus.write(given.folder, faults=given.faults, decisions=given.decisions)


if __name__ == "__main__":
    main()

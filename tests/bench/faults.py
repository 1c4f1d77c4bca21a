"""Articles with a planted fault each, among those of the corpus: one set for every thousand articles.

The faults are those of ``tests/planted``, where ``# fault: SHAPE`` ends each line at which a shape must
report; here the marks are taken away and listed in ``planted.tsv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.bench.words import paragraph

PLANTED = Path(__file__).parents[1] / "planted"
HEADER = ("file", "line", "shape")
_MARK = "  # fault: "


@dataclass(frozen=True, slots=True)
class Faulty:
    """One article; ``faults`` are (line, shape)."""

    file: str
    text: str
    annotation: str
    faults: tuple[tuple[int, str], ...]

    @property
    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Its rows in ``planted.tsv``."""
        return ((self.file, str(line), shape) for line, shape in self.faults)


def faulty(articles: int, seed: int) -> Iterator[Faulty]:
    """The faulty articles that go with a corpus of so many."""
    for number in range(max(1, articles // 1000)):
        folder = f"planted/p{number:03}"
        random = Random(f"{seed} faults {number}")
        for path in sorted([*PLANTED.glob("*.yaml"), *PLANTED.glob("across/*.yaml")]):
            yield _faulty(path, folder, random)


def _faulty(path: Path, folder: str, random: Random) -> Faulty:
    first = f"{folder.replace('/', '.')}.{path.stem.rpartition('-')[0]}-1"
    written = path.read_text("utf-8").replace("FIRST", first)
    lines = [line.partition(_MARK) for line in written.splitlines()]
    faults = tuple(
        (number, shape)
        for number, (_, _, shapes) in enumerate(lines, 1)
        for shape in shapes.split(", ")
        if shape
    )
    text = (PLANTED / "text.txt").read_text("utf-8") + "\n" + paragraph(random, 1800) + "\n"
    annotation = "".join(f"{line}\n" for line, _, _ in lines)
    return Faulty(f"articles/{folder}/{path.stem}.yaml", text, annotation, faults)

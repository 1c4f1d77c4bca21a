"""One made-up article while it is written: sentences of its text, and lines of its annotation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from tests.bench.cast import Actor, Cast
from tests.bench.decisions import Record
from tests.bench.words import MONTHS, paragraph

_SECTIONS = ("posts", "world", "statements", "article-says")


@dataclass(frozen=True, slots=True)
class Plan:
    """What one article is to be: ``size`` 0 to 2; ``other`` is the article on whose promise it reports."""

    number: int
    key: str
    size: int
    registered: bool
    other: str = ""

    @property
    def stem(self) -> str:
        """Its path below ``articles/``, without a suffix."""
        return self.key.replace(".", "/")


@dataclass
class Sheet:
    """Text and annotation of one article."""

    plan: Plan
    cast: Cast
    random: Random
    said: list[str] = field(default_factory=list)
    actors: dict[str, Actor] = field(default_factory=dict)
    _sections: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _SECTIONS})
    _known: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def use(self, actor: Actor, rank: int) -> str:
        """The key of an actor here; it is declared unless the article takes it from the register."""
        if not (self.plan.registered and self.cast.knows(actor, rank)):
            self._known[f"the-{actor.key}"] = actor.key if self.cast.knows(actor, rank) else ""
            key = f"the-{actor.key}"  # a local key must not be one of the register
            self.actors[key] = actor
            return key
        return actor.key

    def records(self) -> Iterator[Record]:
        """The actors that it declares, by their full keys."""
        for key, actor in sorted(self.actors.items()):
            yield Record(f"{self.plan.key}.{key}", actor.key, self._known[key])

    def number(self) -> int:
        """A number that occurs once in this article."""
        self._count += 1
        return self._count * 89 + self.random.randrange(10, 80)

    def say(self, sentence: str) -> None:
        """A sentence of the text; it stands in a paragraph of its own, before some filler."""
        self.said.append(sentence)

    def add(self, section: str, lines: str | Iterable[str]) -> None:
        """Lines of one section of the annotation, each indented by two blanks."""
        split = lines.splitlines() if isinstance(lines, str) else lines
        self._sections[section] += [f"  {line}" for line in split]

    def annotation(self, title: str, publisher: str, day: tuple[int, int, int]) -> str:
        """The annotation as YAML."""
        year, month, date = day
        lines = [
            "# Everything here is invented.",
            "format: 1",
            "article:",
            f"  title: {title}",
            f"  publisher: {publisher}",
            f'  published: {{date: "{year}-{month:02}-{date:02}", words: {date} {MONTHS[month - 1]} {year}}}',
            "  language: en",
            "  annotator: Nobody",
            "  not-stated: [author, url]",
        ]
        if self.actors:
            lines += [
                "actors:",
                *(f"  {key}: {actor.declared}" for key, actor in sorted(self.actors.items())),
            ]
        for name, rows in self._sections.items():
            if rows:
                lines += [f"{name}:", *rows]
        return "\n".join(lines) + "\n"

    def text(self, title: str, byline: str, size: int) -> str:
        """The text: what was said, with filler between, of about so many bytes."""
        bare = len(title) + len(byline) + sum(map(len, self.said))
        each = max(0, size - bare) // len(self.said) - 60
        parts = [title, byline]
        for sentence in self.said:
            parts += [sentence, paragraph(self.random, each)]
        return "\n\n".join(parts) + "\n"

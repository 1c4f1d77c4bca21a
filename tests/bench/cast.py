"""Who occurs in the corpus: organizations, persons, outlets and towns by rank, a few of them everywhere.

Ranks follow Zipf's law: the first is met twice as often as the second, three times as often as the third.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from tests.bench.words import invented


@dataclass(frozen=True, slots=True, order=True)
class Actor:
    """One of the cast: ``key`` is its key in the register, ``declared`` how YAML declares it."""

    key: str
    name: str
    declared: str


@dataclass(frozen=True)
class Cast:
    """The cast of a corpus of so many articles.

    With ``variant`` everybody goes by another name than in the register: what a reviewer may join.
    """

    articles: int
    variant: bool = False

    @property
    def size(self) -> int:
        """How many organizations there are, and how many persons."""
        return max(40, self.articles // 5)

    @property
    def outlets(self) -> int:
        """How many papers report."""
        return max(4, self.articles // 500)

    def rank(self, random: Random, below: int | None = None) -> int:
        """A rank from 0, by Zipf's law; ``below`` cuts the tail off."""
        weights = _weights(below or self.size)
        return bisect(weights, random.random() * weights[-1])

    def two(self, random: Random, below: int | None = None) -> tuple[int, int]:
        """Two different ranks, the more frequent one first."""
        first = second = self.rank(random, below)
        while second == first:
            second = self.rank(random, below)
        return min(first, second), max(first, second)

    @property
    def known(self) -> int:
        """How many of each are in the register: the most frequent half."""
        return self.size // 2

    def knows(self, actor: Actor, rank: int) -> bool:
        """Whether somebody is in the register: papers and towns always are."""
        return rank < self.known or actor.key.startswith(("paper-", "town-"))

    def organization(self, rank: int) -> Actor:
        """An organization."""
        sort = ("League", "Circle", "Union", "House")[rank % 4]
        name = f"{sort} of {invented(rank)}" if self.variant else f"{invented(rank)} {sort}"
        return _actor("org", rank, name, "is: organization, kind: community-organization")

    def person(self, rank: int) -> Actor:
        """A person, who chairs the organization of the same rank."""
        first = invented(rank * 7 + 3)
        name = f"{first[0] if self.variant else first} Von{invented(rank).lower()}"
        return _actor("person", rank, name, "is: person")

    def outlet(self, rank: int) -> Actor:
        """A newspaper."""
        name = f"The {invented(rank)}" if self.variant else f"{invented(rank)} Gazette"
        return _actor("paper", rank, name, "is: organization, kind: media-outlet")

    def town(self, rank: int) -> Actor:
        """A town that has laws of its own."""
        name = f"{invented(rank)}port" if self.variant else f"Port{invented(rank).lower()}"
        return _actor("town", rank, name, "is: polity")

    def register(self) -> str:
        """The register of the most frequent ones, as YAML."""
        actors = [self.outlet(rank) for rank in range(self.outlets)]
        actors += [self.town(rank) for rank in range(24)]
        for rank in range(self.known):
            actors += [self.organization(rank), self.person(rank)]
        rows = "".join(f"  {actor.key}: {actor.declared}\n" for actor in actors)
        return f"# Everything here is invented.\nformat: 1\nactors:\n{rows}"


@cache
def _weights(size: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


def _actor(kind: str, rank: int, name: str, sort: str) -> Actor:
    return Actor(f"{kind}-{rank}", name, f"{{{sort}, names: [{{en: {name}}}]}}")

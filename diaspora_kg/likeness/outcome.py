"""What comparing two forms gives, before it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diaspora_kg.likeness.prepared import Part
from diaspora_kg.likeness.words import alike


class Found(NamedTuple):
    """One part of a score: the fields of a Feature."""

    name: str
    value: float
    weight: float
    left: str
    right: str
    note: str


class Outcome(NamedTuple):
    """The score of two forms, its parts, and how complete the comparison was (words that could meet)."""

    score: float
    found: tuple[Found, ...] = ()
    complete: int = 0


class Match(NamedTuple):
    """Two parts that stand for each other."""

    left: int
    right: int
    value: float
    note: str


NOTHING = Outcome(0.0)


def align(left: Sequence[Part], right: Sequence[Part], least: float) -> list[Match]:
    """Pair the words of two names, the best pairs first; each word once; the same both ways."""
    pairs = sorted(_candidates(left, right, least))
    used_left: set[int] = set()
    used_right: set[int] = set()
    matches: list[Match] = []
    for loss, _, _, i, j, note in pairs:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            matches.append(Match(i, j, 1 - loss, note))
    return matches


def _candidates(
    left: Sequence[Part], right: Sequence[Part], least: float
) -> Iterator[tuple[float, int, int, int, int, str]]:
    for i, one in enumerate(left):
        for j, two in enumerate(right):
            value, note = alike(one.word, two.word)
            if value >= least:
                yield 1 - value, abs(i - j), i + j, i, j, note

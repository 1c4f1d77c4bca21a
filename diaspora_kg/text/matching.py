"""Where an anchor matches: its readings, its pieces round an ellipsis, and the one match it means.

All positions here are places of the collapsed text (``stored.py``); the rules are those of
native-format.md, "Anchors".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from diaspora_kg.light import light
from diaspora_kg.text.stored import Range, finds
from diaspora_kg.text.words import END_MARKS, collapse, count, fold

_OUTER = re.compile(r"^(?:…|\.\.\.)\s|\s(?:…|\.\.\.)$")
_ELLIPSIS = re.compile(r"\s+…\s+|\s*\[(?:…|\.\.\.)\]\s*|\s*\.\.\.\s*")

LEADING, TRAILING, LITERAL, FOLDED, OTHER_CASE = "b", "e", "x", "f", "c"
"""How a match differs from the anchor as written: marks left off at the beginning or the end, an
ellipsis that the text prints, folded marks, a first letter in the other case."""


@light
@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an anchor: its pieces, and flags that say how they differ from what is written."""

    pieces: tuple[str, ...]
    flags: str = ""


def pieces_of(words: str, flags: str = "") -> tuple[str, ...]:
    """The pieces of an anchor round each ellipsis, read as ``flags`` say.

    >>> pieces_of("“The Union … of Norland”", "be")
    ('The Union', 'of Norland')
    """
    whole = collapse(words)
    if LITERAL in flags or (whole and "…" not in whole and "..." not in whole):
        pieces = [whole]
    else:
        pieces = [one for one in _ELLIPSIS.split(_OUTER.sub("", whole)) if one]
    if not pieces:
        return ()
    if LEADING in flags:
        pieces[0] = pieces[0].lstrip(END_MARKS + " ")
    if TRAILING in flags:
        pieces[-1] = pieces[-1].rstrip(END_MARKS + " ")
    if FOLDED in flags:
        pieces = [fold(piece) for piece in pieces]
    return tuple(pieces)


def readings(words: str) -> Iterator[Reading]:
    """The readings of an anchor, in the order in which they are tried: as written first, folded last."""
    seen: set[tuple[bool, tuple[str, ...]]] = set()
    gaps = "…" in words or "..." in words
    literal = (LITERAL, "") if gaps and pieces_of(words, LITERAL) != pieces_of(words) else ("",)
    for folded, ends, whole in product(("", FOLDED), ("", LEADING, TRAILING, LEADING + TRAILING), literal):
        flags = ends + whole + folded
        pieces = pieces_of(words, flags)
        if pieces and all(pieces) and (bool(folded), pieces) not in seen:
            seen.add((bool(folded), pieces))
            yield Reading(pieces, flags)


@light
@dataclass(frozen=True, slots=True)
class Candidates:
    """The matches of one reading in one part of the text.

    ``total`` counts every pair of a beginning and an end; ``nearest`` holds for each beginning the
    nearest end, ``tight`` those of them that the rules would take.
    """

    total: int
    nearest: tuple[Range, ...]
    tight: tuple[Range, ...]

    @property
    def only(self) -> Range | None:
        """The one match, or the one that is tight among several."""
        if self.total == 1:
            return self.nearest[0]
        return self.tight[0] if len(self.tight) == 1 else None

    @property
    def choices(self) -> tuple[Range, ...]:
        """What ``nth``, ``before`` and ``after`` choose from."""
        return self.tight or self.nearest


def candidates(
    hay: str, pieces: Sequence[str], allowed: Callable[[int, int], bool], together: Callable[[int, int], bool]
) -> Candidates:
    """All matches whose beginning and end are ``allowed``; a tight one's places must be ``together``."""
    begins = _allowed(hay, pieces[0], allowed)
    if len(pieces) == 1:
        spans = tuple((begin, begin + len(pieces[0])) for begin in begins)
        return Candidates(len(spans), spans, ())
    ends = _allowed(hay, pieces[-1], allowed)
    total, nearest = 0, []
    middle = _Middle(hay, pieces)
    for begin in begins:
        after = middle.end(begin)
        index = bisect_left(ends, after) if after >= 0 else len(ends)
        if index < len(ends):
            total += len(ends) - index
            nearest.append((begin, ends[index] + len(pieces[-1])))
    # A beginning that shares its end with a later one has a second beginning inside it.
    later = [end for _, end in nearest[1:]] + [-1]
    inner = tuple(span for span, next_end in zip(nearest, later, strict=False) if span[1] != next_end)
    sure = min(count(pieces[0]), count(pieces[-1])) >= 2
    return Candidates(total, inner, tuple(span for span in inner if sure and together(*span)))


def _allowed(hay: str, piece: str, allowed: Callable[[int, int], bool]) -> list[int]:
    return [begin for begin in finds(hay, piece) if allowed(begin, begin + len(piece))]


class _Middle:
    """The pieces between the first and the last, followed from one beginning to the next.

    Beginnings come in order, so that what was found still holds until a beginning has passed it: the
    text is searched once, however many beginnings there are.
    """

    def __init__(self, hay: str, pieces: Sequence[str]) -> None:
        self._hay, self._first, self._pieces = hay, len(pieces[0]), pieces[1:-1]
        self._found = [-1] * len(self._pieces)
        self._missing = False

    def end(self, begin: int) -> int:
        """The place after the last piece but one, -1 where a middle piece is missing."""
        here = begin + self._first
        for number, piece in enumerate(self._pieces):
            if not self._missing and self._found[number] < here:
                self._found[number] = self._hay.find(piece, here)
                self._missing = self._found[number] < 0
            if self._missing:  # after a later beginning too
                return -1
            here = self._found[number] + len(piece)
        return here


def beside(hay: str, choices: Sequence[Range], words: str, side: str) -> set[Range]:
    """The choices that stand ``before`` or ``after`` the words: those that touch them, else the nearest."""
    near: set[Range] = set()
    touching: set[Range] = set()
    begins, ends = [begin for begin, _ in choices], [end for _, end in choices]
    for place in finds(hay, words):
        after = place + len(words)
        index = bisect_right(ends, place) - 1 if side == "before" else bisect_left(begins, after)
        if 0 <= index < len(choices):
            best = choices[index]
            near.add(best)
            gap = hay[best[1] : place] if side == "before" else hay[after : best[0]]
            if not any(char.isalnum() for char in gap):
                touching.add(best)
    return touching or near

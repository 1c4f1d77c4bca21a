"""The stored text: collapsed for searching, with the way back to its code points; lines, paragraphs.

Positions without a remark are code points of the text as it was read. A *place* is a position in
the collapsed text.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from diaspora_kg.text.words import fold

Range = tuple[int, int]

_GAP = re.compile(r"[^\S ]\s*| \s+")  # white space that is more, or other, than one blank
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_BREAKS = "\r\x85\u2028\u2029"
_SPACES = "\t\x0b\x0c\x1c\x1d\x1e\x1f\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
_ODD = f"{_BREAKS}{_SPACES}\u202f\u205f\u3000"  # all white space but blanks and line feeds
_ODD_ASCII = "".join(one for one in _ODD if one.isascii())


def sha256(words: str) -> str:
    """SHA-256 of words in UTF-8, in hex."""
    return hashlib.sha256(words.encode("utf-8")).hexdigest()


def finds(text: str, words: str) -> list[int]:
    """Every place where the words begin, overlapping ones too."""
    found, place = [], text.find(words)
    while place >= 0 and words:
        found.append(place)
        place = text.find(words, place + 1)
    return found


class StoredText:
    """One text, verbatim, with what searching it needs."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = len(text)
        self.sha256 = sha256(text)

    @cached_property
    def _collapsed(self) -> tuple[str, list[int], list[int]]:
        """The collapsed text, and its stretches: where each begins there, and in the text."""
        parts: list[str] = []
        places, positions = [0], [0]
        here, place = 0, 0
        for begin, end in _gaps(self.text):
            parts += (self.text[here:begin], " ")
            place += begin - here + 1
            here = end
            places.append(place)
            positions.append(end)
        parts.append(self.text[here:])
        return "".join(parts), places, positions

    @property
    def collapsed(self) -> str:
        """The text with each run of white space as one blank."""
        return self._collapsed[0]

    @cached_property
    def folded(self) -> str:
        """The collapsed text with plain marks, of the same length."""
        return fold(self.collapsed)

    def span(self, begin: int, end: int) -> Range:
        """The code points of a span of places, which neither begins nor ends in a blank."""
        _, places, positions = self._collapsed
        first, last = bisect_right(places, begin) - 1, bisect_right(places, end - 1) - 1
        return begin - places[first] + positions[first], end - places[last] + positions[last]

    def place(self, position: int) -> int:
        """The first place at or after a position."""
        collapsed, places, positions = self._collapsed
        here = bisect_right(positions, position) - 1
        after = places[here + 1] if here + 1 < len(places) else len(collapsed)
        return min(places[here] + position - positions[here], after)

    def words(self, begin: int, end: int) -> str:
        """The words of a span of code points, white space collapsed."""
        return " ".join(self.text[begin:end].split())

    @cached_property
    def lines(self) -> tuple[Range, ...]:
        """Each line, without its line break."""
        if any(one in self.text for one in _BREAKS):
            found = [match.span() for match in _BREAK.finditer(self.text)]
        else:
            found = [(place, place + 1) for place in finds(self.text, "\n")]
        breaks = [(0, 0), *found]
        ends = [begin for begin, _ in breaks[1:]] + [self.length]
        return tuple((start[1], end) for start, end in zip(breaks, ends, strict=True))

    def line(self, position: int) -> int:
        """The number of the line that a position stands in, from 1."""
        return bisect_right(self.lines, (position, self.length + 1))

    @cached_property
    def paragraphs(self) -> tuple[Range, ...]:
        """What stands between blank lines, or each line of a text that has none between its words."""
        full = [bool(self.text[begin:end].strip()) for begin, end in self.lines]
        numbers = [number for number, has_words in enumerate(full) if has_words]
        apart = any(after - before > 1 for before, after in pairwise(numbers))
        groups: list[Range] = []
        previous = -2
        for number in numbers:
            begin, end = self.lines[number]
            if apart and number == previous + 1:
                groups[-1] = (groups[-1][0], end)
            else:
                groups.append((begin, end))
            previous = number
        return tuple(groups)


def _gaps(text: str) -> Iterator[Range]:
    """Each run of white space that is more, or other, than one blank."""
    odd = _ODD_ASCII if text.isascii() else _ODD
    if "  " in text or any(one in text for one in odd):
        yield from (gap.span() for gap in _GAP.finditer(text))
        return
    begin, length = text.find("\n"), len(text)
    while begin >= 0:
        end = begin + 1
        while end < length and text[end] in " \n":
            end += 1
        yield begin - (begin > 0 and text[begin - 1] == " "), end
        begin = text.find("\n", end)


def split_at(ranges: tuple[Range, ...], cut: Range | None) -> tuple[Range, ...]:
    """Ranges in order, divided at both ends of one stretch (a title is a paragraph of its own)."""
    if cut is None:
        return ranges
    out: list[Range] = []
    for begin, end in ranges:
        marks = [begin, *(mark for mark in cut if begin < mark < end), end]
        out.extend(pairwise(marks))
    return tuple(out)

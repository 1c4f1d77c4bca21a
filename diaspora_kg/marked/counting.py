"""How tools count the characters of a text, and the way from their numbers to code points.

A tool may count UTF-16 units (JavaScript, Java) or graphemes where we count code points, a line break of
two characters as one (or one as two, where the text was saved again since), and a byte order mark at
the text's beginning as a character or as nothing. A :class:`Count` turns numbers of one
:class:`Convention` into code points of the stored text, and says so where a number falls inside a
character or outside the text. Nothing is clipped or moved.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

BOM = "\ufeff"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Unit(StrEnum):
    """What one step of a tool's numbers is."""

    CODE_POINTS = "code points"
    UTF16 = "UTF-16 units"
    GRAPHEMES = "graphemes"


class Breaks(StrEnum):
    """How the tool saw the line breaks."""

    AS_STORED = ""
    CRLF_IS_ONE = "CR LF counted as one character"
    LF_IS_TWO = "LF counted as two characters"


class Mark(StrEnum):
    """How the tool saw a byte order mark at the beginning."""

    AS_STORED = ""
    NOT_COUNTED = "the byte order mark not counted"
    GONE = "a byte order mark counted that the text no longer has"


@dataclass(frozen=True, slots=True)
class Convention:
    """One way of counting; ``str()`` says it in words."""

    unit: Unit = Unit.CODE_POINTS
    breaks: Breaks = Breaks.AS_STORED
    mark: Mark = Mark.AS_STORED

    def __str__(self) -> str:
        return ", ".join(part.value for part in (self.unit, self.breaks, self.mark) if part)


@dataclass(frozen=True, slots=True)
class Features:
    """What a text holds that ways of counting differ on."""

    astral: bool
    clusters: bool
    crlf: bool
    lf: bool
    mark: bool

    @classmethod
    def of(cls, text: str, *, graphemes: bool) -> Features:
        """Those of one text; ``graphemes``: look for characters of several code points too."""
        crlf = "\r\n" in text
        return cls(
            astral=not text.isascii() and _ASTRAL.search(text) is not None,
            clusters=graphemes and next(_clusters(text), None) is not None,
            crlf=crlf,
            lf="\n" in text and text.count("\n") > text.count("\r\n"),
            mark=text.startswith(BOM),
        )

    def __or__(self, other: Features) -> Features:
        pairs = zip(self._all(), other._all(), strict=True)
        return Features(*(one or two for one, two in pairs))

    def _all(self) -> tuple[bool, ...]:
        return (self.astral, self.clusters, self.crlf, self.lf, self.mark)

    def conventions(self) -> tuple[Convention, ...]:
        """Every way of counting that may give other numbers for such texts, the plainest first."""
        units = [Unit.CODE_POINTS]
        units += [Unit.UTF16] if self.astral else []
        units += [Unit.GRAPHEMES] if self.clusters else []
        breaks = [Breaks.AS_STORED]
        breaks += [Breaks.CRLF_IS_ONE] if self.crlf else []
        breaks += [Breaks.LF_IS_TWO] if self.lf else []
        marks = [Mark.AS_STORED, *((Mark.NOT_COUNTED,) if self.mark else ()), Mark.GONE]
        return tuple(Convention(unit, how, mark) for mark, how, unit in product(marks, breaks, units))


class Count:
    """The numbers of one convention over one text.

    >>> Count("Baku 😊 Vesmark", Convention(Unit.UTF16)).code_point(8)
    7
    >>> Count("Baku 😊 Vesmark", Convention(Unit.UTF16)).code_point(6) is None  # inside the character
    True
    """

    def __init__(self, text: str, convention: Convention) -> None:
        self.convention = convention
        self.length = len(text)
        number, place = (1, 0) if convention.mark is Mark.GONE else (0, 0)
        if convention.mark is Mark.NOT_COUNTED and text.startswith(BOM):
            place = 1
        self._numbers, self._places, self._ends = [number], [place], [self.length]
        for begin, end, size in _odd(text, convention):
            if begin >= place:
                self._ends[-1] = begin
                number = self._numbers[-1] + begin - self._places[-1] + size
                self._numbers.append(number)
                self._places.append(end)
                self._ends.append(self.length)

    def code_point(self, number: int) -> int | None:
        """The code point before which a tool's number stands; ``None`` outside the text or in a character."""
        at = bisect_right(self._numbers, number) - 1
        if at < 0:
            return None
        place = self._places[at] + number - self._numbers[at]
        return place if place <= self._ends[at] else None

    @property
    def total(self) -> int:
        """The text's length as the tool counts it."""
        return self._numbers[-1] + self.length - self._places[-1]


def _odd(text: str, convention: Convention) -> Iterator[tuple[int, int, int]]:
    """Stretches whose size in the tool's numbers is not that in code points: begin, end, size."""
    if convention.unit is Unit.GRAPHEMES:
        yield from _clusters_and_breaks(text, convention.breaks)
        return
    parts = []
    if convention.unit is Unit.UTF16 and not text.isascii():
        parts.append(f"(?P<two>{_ASTRAL.pattern})")
    if convention.breaks is Breaks.CRLF_IS_ONE:
        parts.append("(?P<one>\r\n)")
    if convention.breaks is Breaks.LF_IS_TWO:
        parts.append("(?P<lf>(?<!\r)\n)")
    for match in re.finditer("|".join(parts), text) if parts else ():
        yield *match.span(), 1 if match.lastgroup == "one" else 2


def _clusters_and_breaks(text: str, breaks: Breaks) -> Iterator[tuple[int, int, int]]:
    """By UAX 29, CR LF is one grapheme, whichever way line breaks are counted else."""
    if breaks is not Breaks.LF_IS_TWO:
        yield from ((begin, end, 1) for begin, end in _clusters(text))
        return
    found = [(begin, end, 1) for begin, end in _clusters(text)]
    found += [(*match.span(), 2) for match in re.finditer("(?<!\r)\n", text)]
    yield from sorted(found)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Graphemes of more than one code point (UAX 29)."""
    if text.isascii() and "\r\n" not in text:
        return
    import regex  # noqa: PLC0415 - large, and only texts of one tool that are not ASCII need it

    yield from (match.span() for match in regex.finditer(r"\X", text) if match.end() - match.start() > 1)

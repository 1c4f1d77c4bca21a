"""The parts of a text: title, page furniture, footer, paragraphs and quoted stretches.

The title is its first occurrence that begins a line outside the furniture, one that fills its line
before any other. The footer is what stands after the last furniture, if there was body before it
and it is one paragraph of at most twelve words (a date line, a code): nothing else is guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from diaspora_kg.article import Region
from diaspora_kg.text.quotation import Stretch, stretches
from diaspora_kg.text.stored import Range, StoredText, finds, split_at
from diaspora_kg.text.words import collapse, count, fold

_FOOTER_WORDS = 12


class Layout:
    """Where the parts of one text are; ``furniture`` is given, the rest is found."""

    def __init__(self, stored: StoredText, title: str = "", furniture: Sequence[Range] = ()) -> None:
        self.stored = stored
        self.furniture = tuple(sorted(furniture))
        self.title = self._find_title(fold(collapse(title)))

    def in_furniture(self, begin: int, end: int) -> bool:
        """Whether an end of a span lies in page furniture; a passage may enclose an advertisement."""
        return any(b <= begin < e or b < end <= e for b, e in self.furniture)

    def region(self, begin: int, end: int) -> Region:
        """The region of a span."""
        if self.furniture and self.in_furniture(begin, end):
            return Region.BOILERPLATE
        if self.title and self.title[0] <= begin and end <= self.title[1]:
            return Region.HEADLINE
        return Region.FOOTER if begin >= self.footer else Region.BODY

    @cached_property
    def paragraphs(self) -> tuple[Range, ...]:
        """The paragraphs, the title one of its own."""
        return split_at(self.stored.paragraphs, self.title)

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The quoted stretches."""
        return stretches(self.stored.text, self.paragraphs)

    def paragraph(self, position: int) -> int:
        """The number of the paragraph that a position stands in or after."""
        return bisect_right(self.paragraphs, (position, self.stored.length + 1)) - 1

    def around(self, begin: int, end: int, more: int = 0) -> Range:
        """The paragraphs of a span as one range, with ``more`` of them on each side."""
        if not self.paragraphs:
            return begin, end
        low = max(self.paragraph(begin) - more, 0)
        high = min(self.paragraph(max(end - 1, begin)) + more, len(self.paragraphs) - 1)
        return self.paragraphs[low][0], self.paragraphs[max(high, low)][1]

    @cached_property
    def footer(self) -> int:
        """The position where the footer begins; the text's length if there is none."""
        length = self.stored.length
        if not self.furniture:
            return length
        last = max(end for _, end in self.furniture)
        first = self.furniture[-1][0]
        rest = [(max(begin, last), end) for begin, end in self.stored.paragraphs if end > last]
        rest = [span for span in rest if self.stored.words(*span)]
        small = len(rest) == 1 and count(self.stored.words(*rest[0])) <= _FOOTER_WORDS
        return last if small and self._body_before(first) else length

    def _body_before(self, limit: int) -> bool:
        spans = [(begin, min(end, limit)) for begin, end in self.paragraphs if begin < limit]
        return any(span != self.title and not self.in_furniture(*span) for span in spans)

    def _find_title(self, title: str) -> Range | None:
        best: Range | None = None
        for place in finds(self.stored.folded, title):
            span = self.stored.span(place, place + len(title))
            if self.in_furniture(*span) or not self._starts_line(span[0]):
                continue
            if self._ends_line(span[1]):
                return span
            best = best or span
        return best

    def _starts_line(self, position: int) -> bool:
        begin, _ = self.stored.lines[self.stored.line(position) - 1]
        return not self.stored.text[begin:position].strip("\ufeff").strip()

    def _ends_line(self, position: int) -> bool:
        _, end = self.stored.lines[self.stored.line(position - 1) - 1]
        return not self.stored.text[position:end].strip()

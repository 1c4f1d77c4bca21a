"""A text with marked passages, which may lie within each other and overlap, as runs that do not.

Positions are code points of the text from 0, ends not included. HTML cannot overlap its elements, so the text
is cut wherever a passage begins or ends; each run knows the passages that it lies in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that lie in the same passages: ``starts`` and ``ends`` are those that begin and end here.

    ``depth`` counts the passages around it; ``furniture`` is what belongs to the page, not to the article.
    """

    words: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    depth: int = 0
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text with words in it; ``headline``: it is the article's title."""

    stretches: tuple[Stretch, ...]
    headline: bool = False


def paragraphs(
    text: str, passages: Sequence[Span], furniture: Iterable[Span] = (), title: str = ""
) -> tuple[Paragraph, ...]:
    """The lines of a text, cut at passages; numbers in stretches are places in ``passages``, from 1.

    >>> [line] = paragraphs("one two three", [(0, 7), (4, 13)])
    >>> [(s.words, s.starts, s.ends, s.depth) for s in line.stretches]
    [('one ', (1,), (), 1), ('two', (2,), (1,), 2), (' three', (), (2,), 1)]
    """
    aside = tuple(furniture)
    marks = sorted({place for span in (*passages, *aside) for place in span})
    inside = [span for span in passages if 0 <= span[0] < span[1] <= len(text)]
    numbers = {span: n for n, span in enumerate(passages, 1)}
    known = " ".join(title.split())
    found = []
    for line in _LINE.finditer(text):
        if line[0].strip():
            spans = [numbers[span] for span in inside if span[0] < line.end() and span[1] > line.start()]
            stretches = tuple(_stretches(text, line.span(), marks, passages, spans, aside))
            found.append(Paragraph(stretches, bool(known) and " ".join(line[0].split()) == known))
    return tuple(found)


def _stretches(
    text: str,
    line: Span,
    marks: Sequence[int],
    passages: Sequence[Span],
    here: Sequence[int],
    aside: Sequence[Span],
) -> Iterator[Stretch]:
    cuts = [line[0], *(place for place in marks if line[0] < place < line[1]), line[1]]
    for begin, end in pairwise(cuts):
        over = [n for n in here if passages[n - 1][0] < end and passages[n - 1][1] > begin]
        yield Stretch(
            text[begin:end],
            tuple(n for n in over if passages[n - 1][0] == begin),
            tuple(n for n in over if _last(text, passages[n - 1], line, end)),
            len(over),
            any(a < end and b > begin for a, b in aside),
        )


def _last(text: str, passage: Span, line: Span, end: int) -> bool:
    """Whether a passage ends with this stretch, also where only line breaks follow."""
    return passage[1] == end or (end == line[1] and not text[end : passage[1]].strip() and passage[1] > end)

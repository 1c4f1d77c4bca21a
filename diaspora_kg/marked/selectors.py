"""Where a Web Annotation points to: its selectors, and the stretch of text that they mean.

The quote wins and the position is a hint, since tools in a browser count UTF-16 units of a page's text
(the Recommendation says code points). A quote is searched with white space collapsed, its prefix and
suffix tell several occurrences apart, and nothing is guessed among those that are left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from diaspora_kg.marked.jsonfiles import Complaints, Object
from diaspora_kg.marked.offsets import Place, Range, Settled, Sheet, settle
from diaspora_kg.text.stored import StoredText
from diaspora_kg.text.words import collapse
from diaspora_kg.visible import visible

QUOTE, POSITION, FRAGMENT, RANGE = (
    "TextQuoteSelector", "TextPositionSelector", "FragmentSelector", "RangeSelector",
)  # fmt: skip
_STRUCTURE = ("CssSelector", "XPathSelector", "SvgSelector", "DataPositionSelector", "EPUBCFISelector")
_CHARS = re.compile(r"char=([0-9]{1,12}),([0-9]{1,12})")  # RFC 5147
_DEEPEST = 8
_MOST_SEARCHED = 3_000_000_000  # code points: a few seconds
_SEARCH = 300  # what beginning a search costs, in the same unit
_HINT = "Export with TextQuoteSelector: it names the words, with some before and after them."


@dataclass(frozen=True, slots=True)
class Aim:
    """What the selectors of one target say, counted and searched in ``inside``, if there is one."""

    quote: str | None = None
    prefix: str = ""
    suffix: str = ""
    position: Range | None = None
    inside: Aim | None = None


def read_aim(selector: object, line: int, complaints: Complaints, depth: int = 0) -> Aim | None:
    """The selectors of a target, a list being alternatives for one stretch; ``None`` with a finding."""
    if depth > _DEEPEST:
        complaints.violation(line, "selector", "The selectors refine one another without end.", _HINT)
        return None
    found, passed = Aim(), []
    for one in complaints.objects(selector, "selector", line):
        kind = str(one.get("type", one.get("@type", "")))
        part = _part(kind, one, line, complaints)
        if part is None:
            passed.append(kind)
            continue
        if one.get("refinedBy") is not None:
            inner = read_aim(one["refinedBy"], line, complaints, depth + 1)
            if inner is None:
                return None
            return _within(inner, part if part != Aim() else None)
        found = _joined(found, part)
    if found.quote is None and found.position is None:
        names = ", ".join(sorted({visible(kind[:40]) or "no type" for kind in passed})) or "none"
        complaints.violation(
            line, "selector", f"No selector that names words or places (found: {names}).", _HINT
        )
        return None
    return found


def _part(kind: str, one: Object, line: int, complaints: Complaints) -> Aim | None:
    if kind == QUOTE:
        exact = complaints.text(one, "exact", line)
        around = complaints.text(one, "prefix", line), complaints.text(one, "suffix", line)
        return Aim(exact, *around) if exact.strip() else None
    if kind == POSITION:
        begin, end = complaints.offset(one, "start", line), complaints.offset(one, "end", line)
        return None if begin is None or end is None else Aim(position=(begin, end))
    if kind == FRAGMENT and (match := _CHARS.fullmatch(complaints.text(one, "value", line))):
        return Aim(position=(int(match[1]), int(match[2])))
    structural = kind in (*_STRUCTURE, FRAGMENT, RANGE)
    return Aim() if structural and one.get("refinedBy") is not None else None


def _joined(one: Aim, other: Aim) -> Aim:
    quoted = one if one.quote is not None else other
    position = one.position if one.position is not None else other.position
    return Aim(quoted.quote, quoted.prefix, quoted.suffix, position)


def _within(inner: Aim, outer: Aim | None) -> Aim:
    """A refined aim; within a structure of a page that nobody has here, its numbers mean nothing."""
    if inner.inside is not None:
        return Aim(inner.quote, inner.prefix, inner.suffix, inner.position, _within(inner.inside, outer))
    position = inner.position if outer is not None else None
    return Aim(inner.quote, inner.prefix, inner.suffix, position, outer)


class Finder:
    """Finds aims in one text."""

    def __init__(self, text: str) -> None:
        self.stored = StoredText(text)
        self._left = _MOST_SEARCHED

    def settle(self, aims: Sequence[Aim]) -> Settled:
        """How the file counts, by the positions of all aims that have one of the whole text."""
        places = tuple(Place((aim.position,), aim.quote) for aim in aims if aim.position is not None)
        return settle([Sheet(self.stored.text, places)])

    def find(self, aim: Aim) -> Range | str:
        """Where the words of an aim stand, or why that cannot be told."""
        bounds = (0, self.stored.length)
        if aim.inside is not None:
            outer = self.find(aim.inside)
            if isinstance(outer, str):
                return outer
            bounds = outer
        if aim.quote is None:
            return _counted(aim, bounds)
        spans = self._spans(aim, bounds)
        if len(spans) == 1:
            return spans[0]
        quote = visible(aim.quote[:60])
        if self._left <= 0:
            return f"“{quote}” was not searched: too many quotes stand without a position in a long text."
        if not spans:
            return f"The words “{quote}” are not in the text, with this prefix and suffix."
        return f"The words “{quote}” stand more than once in the text, and prefix and suffix fit each time."

    def _spans(self, aim: Aim, bounds: Range) -> list[Range]:
        """The first two places that fit."""
        hay, words = self.stored.collapsed, collapse(aim.quote or "")
        before, after = collapse(aim.prefix), collapse(aim.suffix)
        found: list[Range] = []
        here, last = self.stored.place(bounds[0]), self.stored.place(bounds[1])
        while len(found) < 2 and self._left > 0:
            place = hay.find(words, here, last)
            self._left -= (place if place >= 0 else last) - here + _SEARCH
            if place < 0:
                break
            end = place + len(words)
            ahead = hay[max(place - len(before) - 1, 0) : place].rstrip()
            behind = hay[end : end + len(after) + 1].lstrip()
            if ahead.endswith(before) and behind.startswith(after):
                found.append(self.stored.span(place, end))
            here = place + 1
        return found


def _counted(aim: Aim, bounds: Range) -> Range | str:
    begin, end = aim.position or (0, -1)
    if 0 <= begin <= end <= bounds[1] - bounds[0]:
        return bounds[0] + begin, bounds[0] + end
    return f"The place from {begin} to {end} is outside of what it refines."

"""From an anchor to the one place in the text that it means, or to what the researcher should read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diaspora_kg.article import Region
from diaspora_kg.text import trouble
from diaspora_kg.text.layout import Layout
from diaspora_kg.text.matching import FOLDED, Candidates, Reading, beside, candidates, readings
from diaspora_kg.text.stored import Range, StoredText
from diaspora_kg.text.view import Ask, Request, Trouble
from diaspora_kg.text.words import collapse, count, fold

Hit = tuple[Range, str]
"""A span of places, and the flags of the reading that found it."""

Spans = tuple[Range, ...]

_MANY = 500  # matches from which on words that tell them apart are not looked for
_ORDER = (Region.BODY, Region.HEADLINE, Region.FOOTER, Region.BOILERPLATE)
_FIRST = {first: (first, *(one for one in _ORDER if one is not first)) for first in _ORDER}
"""The order in which regions are searched, by the one that comes first."""


def find(stored: StoredText, layout: Layout, request: Request) -> Hit | Trouble:
    """The place that an anchor means, by the rules of native-format.md ("Anchors")."""
    return _Search(stored, layout, request).run()


class _Search:
    def __init__(self, stored: StoredText, layout: Layout, request: Request) -> None:
        self.stored, self.layout, self.request = stored, layout, request
        self.what = "skip" if request.ask is Ask.SKIP else "quote"

    def run(self) -> Hit | Trouble:
        found = self._read()
        if found is None:
            return trouble.not_found(self.stored, self.request.words, self.what)
        reading, matches = found
        chosen = self._choose(self.request, reading, matches)
        if chosen is None:
            return self._ambiguous(reading, matches)
        return chosen if isinstance(chosen, Trouble) else (chosen, reading.flags)

    def _read(self) -> tuple[Reading, Candidates] | None:
        """The first reading that matches anything, with its matches in the first region that has any."""
        for reading in readings(self.request.words):
            hay = self._hay(reading)
            if all(piece in hay for piece in reading.pieces):
                matches = self._matches(reading)
                if matches.total:
                    return reading, matches
        return None

    def _hay(self, reading: Reading) -> str:
        return self.stored.folded if FOLDED in reading.flags else self.stored.collapsed

    def _matches(self, reading: Reading) -> Candidates:
        hay, pieces = self._hay(reading), reading.pieces
        anywhere = lambda _begin, _end: True  # noqa: E731 - passed on as it is
        if self.request.ask is Ask.SKIP:
            return candidates(hay, pieces, anywhere, anywhere)
        for region in _FIRST[self.request.region or Region.BODY]:
            found = candidates(hay, pieces, self._inside(region), self._together)
            if found.total:
                return found
        return candidates(hay, pieces, anywhere, self._together)

    def _inside(self, region: Region) -> Callable[[int, int], bool]:
        return lambda begin, end: self.layout.region(*self.stored.span(begin, end)) is region

    def _together(self, begin: int, end: int) -> bool:
        first, last = self.stored.span(begin, end)
        return self.layout.paragraph(first) == self.layout.paragraph(last - 1)

    def _choose(self, request: Request, reading: Reading, matches: Candidates) -> Range | Trouble | None:
        """The one match; ``None`` where several remain."""
        choices = matches.choices
        if request.before is None and request.after is None and request.nth is None:
            return matches.only
        for side, words in (("before", request.before), ("after", request.after)):
            if words is not None:
                choices = self._beside(reading, choices, words, side)
                if not choices:
                    message = f"no match of these words stands {side} “{collapse(words)}”"
                    return Trouble(f"{self.what}-not-found", message, f"check the words after `{side}:`")
        if request.nth is None:
            return choices[0] if len(choices) == 1 else None
        if 1 <= request.nth <= len(choices):
            return choices[request.nth - 1]
        message = f"`nth: {request.nth}`, but these words match the text {len(choices)} times"
        return Trouble(f"{self.what}-not-found", message, "the title counts only where it is searched first")

    def _beside(self, reading: Reading, choices: Spans, words: str, side: str) -> Spans:
        exact = collapse(words)
        found = beside(self._hay(reading), choices, exact, side)
        return tuple(sorted(found or beside(self.stored.folded, choices, fold(exact), side)))

    def _ambiguous(self, reading: Reading, matches: Candidates) -> Trouble:
        choices = matches.choices
        pieces = reading.pieces
        few = len(pieces) > 1 and not matches.tight and min(count(pieces[0]), count(pieces[-1])) < 2
        advice = (self._advice(reading, matches, number) for number in range(len(choices)))
        return trouble.ambiguous(self.stored, choices, advice, self.what, few)

    def _advice(self, reading: Reading, matches: Candidates, number: int) -> str:
        """The fewest words that would choose one match, else its number."""
        if len(matches.choices) > _MANY:
            return f"nth: {number + 1}"
        span = matches.choices[number]
        for side, words in trouble.neighbours(self.stored, span):
            before, after = (words, None) if side == "before" else (None, words)
            trial = replace(self.request, before=before, after=after, nth=None)
            if words and self._choose(trial, reading, matches) == span:
                return f"{side}: “{words}”"
        return f"nth: {number + 1}"

"""From a span to a passage: which of its words may be shown (native-format.md, "Rights")."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.article import Passage, Region
from diaspora_kg.light import light
from diaspora_kg.text.matching import FOLDED, OTHER_CASE, pieces_of
from diaspora_kg.text.view import Span, TextView
from diaspora_kg.text.words import collapse, count, first, last, switch_first

LONGEST = 200
"""The longest quote that is shown as a whole, in characters (ontology.md, ``quote``)."""

_END_WORDS = 5


@light
@dataclass(frozen=True, slots=True)
class Quoting:
    """The rule for an article's quotes: is its text withheld, and how many words of it may be shown."""

    withheld: bool = False
    words: int = 15
    language: str = "en"

    def passage(self, anchor: str, span: Span, view: TextView) -> Passage:
        """The passage that an anchor found, with its quote or the ends of it."""
        if span.region is Region.BOILERPLATE:
            return _bare(span)
        start, end, whole = self._written(anchor, span, view.printed(span))
        if whole is not None and len(whole) <= LONGEST and not (self.withheld and count(whole) > self.words):
            return _with(span, quote=whole)
        if whole is not None and start == end:
            return _with(span, start=first(whole, self._few), end=last(whole, self._few))
        if count(start) + count(end) > self.words:
            start, end = first(start, self._few), last(end, self._few)
        return _with(span, start=start, end=end)

    def mention(self, form: str, span: Span, view: TextView) -> Passage:
        """The span of a mention, with its printed form; of a withheld text the ends of a long one."""
        words = collapse(form)
        written = switch_first(words, self.language) if OTHER_CASE in span.flags else words
        whole = view.printed(span) or written
        if self.withheld and count(whole) > self.words:
            return _with(span, start=first(whole, self._few), end=last(whole, self._few))
        return _with(span, quote=whole)

    @property
    def _few(self) -> int:
        return min(_END_WORDS, max(1, self.words // 2))

    def _written(self, anchor: str, span: Span, printed: str | None) -> tuple[str, str, str | None]:
        """Both ends of a passage, and the whole where it may be known: not of a withheld ellipsis.

        The words are the printed ones; without the text they are the annotation's, which are the
        same as long as no marks were folded.
        """
        pieces = pieces_of(anchor, span.flags.replace(FOLDED, "")) or (printed or "",)
        alone = len(pieces) == 1
        if printed is None:
            return pieces[0], pieces[-1], pieces[0] if alone else None
        start, end = printed[: len(pieces[0])], printed[-len(pieces[-1]) :]
        return start, end, printed if alone or not self.withheld else None


def _bare(span: Span) -> Passage:
    return Passage(span.begin, span.end, span.region, span.quoted, span.sha256)


def _with(span: Span, quote: str | None = None, start: str | None = None, end: str | None = None) -> Passage:
    return Passage(span.begin, span.end, span.region, span.quoted, span.sha256, quote, start, end)

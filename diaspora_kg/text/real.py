"""A text that is at hand, answering requests; what it was asked is kept for a lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diaspora_kg.article import Anchor, Quoted
from diaspora_kg.text.choose import find
from diaspora_kg.text.layout import Layout
from diaspora_kg.text.matching import FOLDED, OTHER_CASE
from diaspora_kg.text.placed import other_words, outside, stands
from diaspora_kg.text.quotation import how_quoted, words_aside
from diaspora_kg.text.stored import Range, StoredText, finds, sha256
from diaspora_kg.text.trouble import not_found
from diaspora_kg.text.view import Answer, Ask, Request, Span, Trouble
from diaspora_kg.text.words import collapse, fold, switch_first, whole_words


def skip_request(skip: Anchor) -> Request:
    """The request for a stretch of page furniture."""
    if skip.position is not None:
        return Request(Ask.PLACE, skip.words, begin=skip.position[0], end=skip.position[1])
    return Request(Ask.SKIP, skip.words, skip.nth, skip.before, skip.after)


class RealText:
    """The text itself, with the title and the page furniture that the annotation names.

    ``recorded`` holds every request that was answered, with its answer; ``expected`` what a lock says
    that the answers are, by the digest of the request.
    """

    def __init__(
        self, text: str, title: str = "", skips: Sequence[Anchor] = (), language: str = "en"
    ) -> None:
        self.stored = StoredText(text)
        self.language = language
        self.recorded: dict[Request, Answer] = {}
        self.expected: Mapping[str, Answer] | None = None
        self._aside: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = {}
        if skips:
            self.layout = Layout(self.stored)  # where furniture is looked for there is none yet
        furniture = [
            (span.begin, span.end) for skip in skips for span in self._answer(skip_request(skip)).spans
        ]
        self.layout = Layout(self.stored, title, furniture)

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, in hex."""
        return self.stored.sha256

    @property
    def length(self) -> int:
        """The text's length in code points."""
        return self.stored.length

    def printed(self, span: Span) -> str | None:
        """The words of a span, white space collapsed."""
        return self.stored.words(span.begin, span.end)

    def ask(self, request: Request) -> Answer:
        """The answer to a request."""
        known = self.recorded.get(request)
        if known is None:
            known = self.recorded[request] = self._answer(request)
        return known

    @property
    def unexpected(self) -> bool:
        """Whether an answer differs from what the lock says."""
        expected = self.expected
        return expected is not None and any(
            expected.get(request.digest()) != answer for request, answer in self.recorded.items()
        )

    def _answer(self, request: Request) -> Answer:
        match request.ask:
            case Ask.FORM:
                return self._form(request)
            case Ask.PASSAGE | Ask.SKIP:
                return self._anchor(request)
            case Ask.WORDS:
                return self._words(request)
            case Ask.CUE:
                return self._cue(request)
            case Ask.PLACE:
                return self._place(request)
            case Ask.TITLE:
                return self._title(request)

    def _span(self, span: Range, flags: str = "", quoted: Quoted = Quoted.NO) -> Span:
        words = self.stored.text[slice(*span)]
        return Span(*span, self.layout.region(*span), quoted, sha256(words), flags)

    def _title(self, _: Request) -> Answer:
        return Answer((self._span(self.layout.title),) if self.layout.title else ())

    def _anchor(self, request: Request) -> Answer:
        hit = find(self.stored, self.layout, request)
        if isinstance(hit, Trouble):
            return Answer(trouble=hit)
        places, flags = hit
        span = self.stored.span(*places)
        if request.ask is Ask.SKIP:
            return Answer((self._span(span, flags),))
        return Answer((self._span(span, flags, self._how_quoted(span, request)),))

    def _how_quoted(self, span: Range, request: Request) -> Quoted:
        near = [one for one in self.layout.stretches if one.begin < span[1] and span[0] < one.end]
        if not near:
            return Quoted.NO
        key = request.names, request.cue
        aside = self._aside.get(key)
        if aside is None:
            aside = self._aside[key] = words_aside(request.names, request.cue, self.language)
        return how_quoted(self.stored.text, near, span, aside)

    def _place(self, request: Request) -> Answer:
        """The place itself, if it lies in the text and the words stand there."""
        begin, end = request.begin, request.end
        if not 0 <= begin < end <= self.length:
            return Answer(trouble=outside(begin, end, self.length))
        printed = self.stored.words(begin, end)
        if request.words and not stands(request.words, printed):
            return Answer(trouble=other_words(request.words, printed, begin, end))
        return Answer((self._span((begin, end), "", self._how_quoted((begin, end), request)),))

    def _form(self, request: Request) -> Answer:
        """Each place where a form stands as whole words, its first letter in either case."""
        form = collapse(request.words)
        hay, size, plain = self.stored.folded, len(form), fold(form)
        other = switch_first(plain, self.language)
        found = [(place, "") for place in _whole(hay, plain)]
        found += [(place, OTHER_CASE) for place in _whole(hay, other)]
        exact = {"": form, OTHER_CASE: other if plain == form else switch_first(form, self.language)}
        spans = []
        for place, flags in sorted(found):
            same = self.stored.collapsed[place : place + size] == exact[flags]
            spans.append(self._at(place, size, flags if same else flags + FOLDED))
        return Answer(tuple(spans))

    def _at(self, place: int, size: int, flags: str) -> Span:
        return self._span(self.stored.span(place, place + size), flags)

    def _cue(self, request: Request) -> Answer:
        """The cue nearest to a span: in its paragraph, else in those before and after it."""
        for more in (0, 1):
            found = self._loosely(request.words, self.layout.around(request.begin, request.end, more))
            if found:
                nearest = min(found, key=lambda one: (_gap(one[0], (request.begin, request.end)), one[0]))
                return Answer((self._span(*nearest),))
        return Answer(trouble=not_found(self.stored, request.words, "cue"))

    def _words(self, request: Request) -> Answer:
        """The first occurrence of words, in a span or in the whole text."""
        bounds = (0, self.length) if request.begin < 0 else (request.begin, request.end)
        found = self._loosely(request.words, bounds)
        if found:
            return Answer((self._span(*found[0]),))
        return Answer(trouble=not_found(self.stored, request.words, "words"))

    def _loosely(self, words: str, bounds: Range) -> list[tuple[Range, str]]:
        """Occurrences inside bounds: as written, else with folded marks, else with another first letter."""
        exact = collapse(words)
        switched = switch_first(fold(exact), self.language)
        tries = (
            (self.stored.collapsed, exact, ""),
            (self.stored.folded, fold(exact), FOLDED),
            (self.stored.folded, switched, FOLDED + OTHER_CASE),
        )
        for hay, wanted, flags in tries:
            spans = [self.stored.span(place, place + len(wanted)) for place in finds(hay, wanted)]
            inside = [(span, flags) for span in spans if bounds[0] <= span[0] and span[1] <= bounds[1]]
            if inside:
                return inside
        return []


def _whole(hay: str, words: str) -> list[int]:
    return [place for place in finds(hay, words) if whole_words(hay, place, place + len(words))]


def _gap(span: Range, other: Range) -> int:
    """How many code points lie between two spans, 0 where they overlap."""
    return max(other[0] - span[1], span[0] - other[1], 0)

"""Which unit a tool's offsets count, found by its own quotes, and the offsets as code points.

No number is trusted alone. Every quote that a file holds is compared with what stands at its numbers,
under each way of counting that could matter for its texts (:mod:`diaspora_kg.marked.counting`). The way
in which all agree is taken, the tool's own first. Where none does, each place that differs is a
:class:`Fault` that shows both strings, and has no span. Comparing never moves a span: white space is
compared as one blank (brat writes a line break so), letters are not folded.

A format without quotes keeps its tool's way of counting, unless words are cut by it that another way
leaves whole; where neither leaves all words whole, the places are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from diaspora_kg.marked.counting import Breaks, Convention, Count, Features, Mark, Unit
from diaspora_kg.visible import visible

Range = tuple[int, int]

_BLANKS = re.compile(r"\s+")
_SHOWN = 60
_MOST = 50  # faults of one sheet that are told one by one
_SLACK = 1000  # by so much white space may the text's words be longer than the quote
_HINT = "Export the annotation again together with the text that it was made on."


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch as the tool gives it: its numbers, and the words that it says stand there.

    ``quote`` is ``None`` where the format has none; of several fragments it holds their words joined by
    one blank. ``line`` is passed on to a fault.
    """

    fragments: tuple[Range, ...]
    quote: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One text of a file, with its places."""

    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A place that cannot be told: ``sheet`` and ``place`` count from 0."""

    sheet: int
    place: int
    line: int
    code: str
    message: str
    hint: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a file counts, and its places in code points: by sheet, then by place in the order given.

    The spans of a place with a fault are empty.
    """

    convention: Convention
    spans: tuple[tuple[tuple[Range, ...], ...], ...]
    faults: tuple[Fault, ...] = ()
    checked: int = 0

    @property
    def provenance(self) -> str:
        """One line for the record: what the tool counted, and how that is known."""
        how = f"{self.checked} quotes agree" if self.checked else "the file has no quotes to check it by"
        return f"{self.convention}; {how}"


def settle(sheets: Sequence[Sheet], expected: Unit = Unit.CODE_POINTS, *, graphemes: bool = False) -> Settled:
    """Find the one way in which a file counts, and convert its places.

    ``expected`` is the unit that the tool is known to write, ``graphemes`` says that it may count those.
    """
    usual = _Trial(sheets, Convention(expected))
    if usual.fits and (usual.checked or not usual.cut):
        return usual.settled()
    others = [_Trial(sheets, one) for one in _conventions(sheets, graphemes) if one != usual.convention]
    if any(place.quote is not None for sheet in sheets for place in sheet.places):
        return _by_quotes(usual, others).settled()
    return _by_words(usual, others).settled()


def lone_surrogate(text: str) -> int | None:
    r"""Where a text holds half a character, which no file in UTF-8 can have; ``None``: nowhere.

    >>> lone_surrogate("ab\ud83dc")
    2
    """
    found = re.search("[\ud800-\udfff]", text)
    return found.start() if found else None


class _Trial:
    """One way of counting, tried over a whole file; ``failed`` places have no span."""

    def __init__(self, sheets: Sequence[Sheet], convention: Convention) -> None:
        self.convention = convention
        self.sheets = sheets
        self.faults: list[Fault] = []
        self.checked = self.failed = 0
        self.spans = tuple(self._spans(number, sheet) for number, sheet in enumerate(sheets))

    @property
    def fits(self) -> bool:
        return not self.failed

    @cached_property
    def cut(self) -> int:
        """How many places begin or end within a word or in a blank."""
        pairs = zip(self.sheets, self.spans, strict=True)
        return sum(any(_cuts(sheet.text, *part) for part in span) for sheet, spans in pairs for span in spans)

    def settled(self) -> Settled:
        return Settled(self.convention, self.spans, tuple(self.faults), self.checked)

    def fault(self, sheet: int, place: int, code: str, message: str, words: str) -> None:
        """Note what is wrong with a place."""
        line = self.sheets[sheet].places[place].line
        self.failed += 1
        self.faults.append(Fault(sheet, place, line, code, message, _HINT, visible(_short(words))))

    def _spans(self, number: int, sheet: Sheet) -> tuple[tuple[Range, ...], ...]:
        count, most = Count(sheet.text, self.convention), self.failed + _MOST
        spans: list[tuple[Range, ...]] = []
        for at, place in enumerate(sheet.places):
            if self.failed >= most:  # the rest would only fill the report
                left = len(sheet.places) - at
                self.failed += left
                spans.extend([()] * left)
                break
            spans.append(self._span(count, number, at, place))
        return tuple(spans)

    def _span(self, count: Count, number: int, at: int, place: Place) -> tuple[Range, ...]:
        text = self.sheets[number].text
        fragments = []
        for begin, end in place.fragments:
            first, last = count.code_point(begin), count.code_point(end)
            if begin > end or first is None or last is None:
                self.fault(number, at, *_no_stretch(begin, end, count), place.quote or "")
                return ()
            fragments.append((first, last))
        if place.quote is not None:
            if not _agrees(place.quote, text, fragments):
                self.fault(number, at, "offset-differs", _differs(place, text, fragments), place.quote)
                return ()
            self.checked += 1
        return tuple(fragments)


def same_words(quote: str, printed: str) -> bool:
    r"""Whether a tool's quote is what stands in the text; a run of white space equals another.

    >>> same_words("the League", "the\nLeague"), same_words("League", " League"), same_words("É", "E")
    (True, False, False)
    """
    return quote == printed or _BLANKS.sub(" ", quote) == _BLANKS.sub(" ", printed)


def _agrees(quote: str, text: str, fragments: Sequence[Range]) -> bool:
    if sum(end - begin for begin, end in fragments) > 2 * len(quote) + _SLACK:
        return False  # and no copies of long stretches are made
    return same_words(quote, " ".join(text[begin:end] for begin, end in fragments))


def _conventions(sheets: Sequence[Sheet], graphemes: bool) -> tuple[Convention, ...]:
    features = [Features.of(sheet.text, graphemes=graphemes) for sheet in sheets]
    return reduce(or_, features).conventions()


def _by_quotes(usual: _Trial, others: Sequence[_Trial]) -> _Trial:
    """The trial in which most places agree; the tool's own way wins where it does as well as another."""
    best = usual
    for trial in others:
        if (trial.checked, -trial.failed) > (best.checked, -best.failed):
            best = trial
    rivals = [trial for trial in others if trial.fits and trial.spans != best.spans]
    if best.fits and best is not usual and rivals:
        _open_between(best, rivals[0])
    return best


def _by_words(usual: _Trial, others: Sequence[_Trial]) -> _Trial:
    """Without quotes: the tool's own way, unless another cuts fewer words."""
    rivals = [trial for trial in others if trial.fits and _of_a_whole(trial.convention)]
    rivals = [trial for trial in rivals if trial.spans != usual.spans]
    better = [trial for trial in rivals if not usual.fits or trial.cut < usual.cut]
    whole = [trial for trial in better if not trial.cut]
    if whole and all(trial.spans == whole[0].spans for trial in whole):
        return whole[0]
    if usual.fits and better:
        _open_between(usual, better[0])
    return usual


def _of_a_whole(convention: Convention) -> bool:
    """Whether text and offsets can have come together so, in a file that holds both."""
    return convention.breaks is not Breaks.LF_IS_TWO and convention.mark is not Mark.GONE


def _open_between(one: _Trial, other: _Trial) -> None:
    """Refuse the places on which two ways of counting that both fit differ."""
    pairs = zip(one.sheets, one.spans, other.spans, strict=True)
    spans = []
    for number, (sheet, mine, theirs) in enumerate(pairs):
        kept = list(mine)
        for at, (this, that) in enumerate(zip(mine, theirs, strict=True)):
            if this != that:
                words = _printed(sheet.text, this)
                message = (
                    f"It cannot be told what this marks: “{words}” if the file counts {one.convention}, "
                    f"“{_printed(sheet.text, that)}” if it counts {other.convention}."
                )
                one.fault(number, at, "offset-unit-open", message, words)
                kept[at] = ()
        spans.append(tuple(kept))
    one.spans = tuple(spans)


def _cuts(text: str, begin: int, end: int) -> bool:
    """Whether a stretch is empty, has a blank at an end, or a word goes on beyond one."""
    if begin == end or text[begin].isspace() or text[end - 1].isspace():
        return True
    ahead = begin > 0 and text[begin - 1 : begin + 1].isalnum()
    return ahead or (end < len(text) and text[end - 1 : end + 1].isalnum())


def _no_stretch(begin: int, end: int, count: Count) -> tuple[str, str]:
    where = f"This stands from {begin} to {end}"
    if begin > end:
        return "offset-reversed", f"{where}: its end comes before its beginning."
    if begin < 0 or end > count.total:
        return "offset-outside", f"{where}, and the text has {count.total} {count.convention.unit}."
    return "offset-inside-character", f"{where}, and one of them is inside a character ({count.convention})."


def _differs(place: Place, text: str, fragments: Sequence[Range]) -> str:
    quote = place.quote or ""
    where = ", ".join(f"{begin} to {end}" for begin, end in place.fragments[:4])
    said, printed = visible(_short(quote)), _printed(text, fragments)
    found = text.find(quote) if quote else -1
    elsewhere = f"the words begin at {found}" if found >= 0 else "the words are nowhere"
    return f"The file says that “{said}” stands at {where}; “{printed}” is there, and {elsewhere}."


def _printed(text: str, fragments: Sequence[Range]) -> str:
    parts = [text[begin : min(end, begin + _SHOWN + 1)] for begin, end in fragments[:4]]
    return visible(_short(" ".join(parts)))


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"

"""Which stretches of a text stand between quotation marks, and how much of a passage does.

Marks are paired inside a paragraph: “ ” and „ “ and ” ”, « » and » «, " ", 「 」. A paragraph that
opens and never closes is quoted to its end; one that closes without opening, after a paragraph
that was left open, is quoted from its beginning. An apostrophe is never a quotation mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from diaspora_kg.article import Quoted
from diaspora_kg.light import light
from diaspora_kg.text.stored import Range
from diaspora_kg.text.words import QUOTATION_MARKS, collapse, fold, is_word_char, switch_first, whole_words

_CLOSERS = {
    "“": "”“",
    "„": "“”",
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«",
    '"': '"',
    "＂": "＂",
    "「": "」",
    "『": "』",
}
_ALWAYS_OPENS = "„‟「『"
_BEFORE_OPENING = "([{-–—―/\u00a0'‘"


@light
@dataclass(frozen=True, slots=True)
class Stretch:
    """A quoted stretch, its marks included; ``inner`` lies between them."""

    begin: int
    end: int
    inner: Range


def stretches(text: str, paragraphs: Sequence[Range]) -> tuple[Stretch, ...]:
    """The outermost quoted stretches of every paragraph, in order."""
    present = "".join([mark for mark in QUOTATION_MARKS if mark in text])
    if not present:
        return ()
    marks = _marks(present)
    found: list[Stretch] = []
    left_open = False
    for paragraph in paragraphs:
        pairs, left_open = _pair(text, paragraph, left_open, marks)
        found.extend(pairs)
    return tuple(found)


@lru_cache(maxsize=64)
def _marks(present: str) -> re.Pattern[str]:
    """Any of the marks that a text has: most have one or two kinds, which are found ten times as quickly."""
    return re.compile(f"[{present}]")


def _pair(text: str, paragraph: Range, continued: bool, marks: re.Pattern[str]) -> tuple[list[Stretch], bool]:
    """The stretches of one paragraph, and whether it is left open."""
    begin, end = paragraph
    found: list[Stretch] = []
    opened: list[int] = []
    for mark in marks.finditer(text, begin, end):
        here = mark.start()
        if opened and _closes(text, opened[-1], here, end):
            start = opened.pop()
            if not opened:
                found.append(Stretch(start, here + 1, (start + 1, here)))
        elif _opens(text, begin, here, end):
            opened.append(here)
        elif continued and not opened and not found:
            found.append(Stretch(begin, here + 1, (begin, here)))
    if opened:
        found.append(Stretch(opened[0], end, (opened[0] + 1, end)))
    return found, bool(opened)


def _faces_right(text: str, begin: int, here: int, end: int) -> bool:
    """Whether a mark stands as an opening one does: after a gap, before a word."""
    gap = here == begin or text[here - 1].isspace() or text[here - 1] in _BEFORE_OPENING
    return gap and here + 1 < end and not text[here + 1].isspace()


def _opens(text: str, begin: int, here: int, end: int) -> bool:
    mark = text[here]
    if mark in _ALWAYS_OPENS:
        return True
    if mark not in _CLOSERS:
        return False
    if mark in "“«":
        return here + 1 < end
    if mark in "”»":
        return _faces_right(text, begin, here, end)
    stray = here > begin and not text[here - 1].isspace() and (here + 1 == end or text[here + 1].isspace())
    return not stray


def _closes(text: str, start: int, here: int, end: int) -> bool:
    """Whether a mark closes the one that was opened last, rather than opening one inside it."""
    opener, mark = text[start], text[here]
    if mark not in _CLOSERS.get(opener, ""):
        return False
    if opener == "“" and mark == "“":
        return False
    # ' "a "b" c" ': a mark of the same form that faces a word after a gap opens an inner stretch.
    inner = mark == opener and _faces_right(text, start + 1, here, end) and text[here - 1].isspace()
    return not inner


def words_aside(names: Sequence[str], cue: str, language: str) -> tuple[str, ...]:
    """Names and cue, folded, also with their first letter in the other case: words that are no speech."""
    words = [fold(collapse(one)) for one in (*names, cue) if one.strip()]
    return (*words, *(other for one in words if (other := switch_first(one, language))))


def how_quoted(text: str, quoted: Sequence[Stretch], span: Range, aside: Sequence[str] = ()) -> Quoted:
    """How far a passage stands between quotation marks, its own marks and punctuation at the ends aside.

    A pair of marks round one of the words ``aside`` is no speech, and these words, where they
    stand outside the marks, do not keep a passage from being quoted as a whole.
    """
    begin, end = _core(text, span)
    speech = [one for one in quoted if one.begin < end and begin < one.end and not _only(text, one, aside)]
    if begin >= end or not speech:
        return Quoted.NO
    if any(one.begin <= begin and end <= one.end for one in speech):
        return Quoted.WHOLE
    return Quoted.PARTIAL if _something_left(text, (begin, end), speech, aside) else Quoted.WHOLE


def _core(text: str, span: Range) -> Range:
    begin, end = span
    while begin < end and not is_word_char(text[begin]):
        begin += 1
    while begin < end and not is_word_char(text[end - 1]):
        end -= 1
    return begin, end


def _only(text: str, stretch: Stretch, aside: Sequence[str]) -> bool:
    """Whether a stretch encloses only a name or the cue."""
    inner = fold(collapse(text[slice(*_core(text, stretch.inner))]))
    return inner in aside


def _something_left(text: str, span: Range, speech: Sequence[Stretch], aside: Sequence[str]) -> bool:
    """Whether words remain outside the stretches when names and cue are taken away."""
    begin, end = span
    rest, here = [], begin
    for one in speech:
        rest.append(text[here : max(here, one.begin)])
        here = max(here, min(one.end, end))
    rest.append(text[here:end])
    left = fold(collapse(" ".join(rest)))
    for words in sorted(aside, key=len, reverse=True):
        left = _without(left, words)
    return any(is_word_char(char) for char in left)


def _without(left: str, words: str) -> str:
    place = left.find(words)
    while place >= 0:
        if whole_words(left, place, place + len(words)):
            left = left[:place] + " " + left[place + len(words) :]
        place = left.find(words, place + 1)
    return left

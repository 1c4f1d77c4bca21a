"""What a researcher reads when an anchor is not found, or matches more than once."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from diaspora_kg.text.matching import pieces_of
from diaspora_kg.text.stored import Range, StoredText
from diaspora_kg.text.view import Trouble
from diaspora_kg.text.words import collapse, first, fold, last, lowered

_SHOWN = 6  # matches shown in one message
_ROUND = 4  # words shown at each side of a match
_REACH = 300  # code points that are looked at on each side of a match
_LONGEST = 600  # code points of a match that are shown
_COMPARED = 100, 1000  # words and code points that are compared: the cost grows with their square
_NEAR = 0.5  # SequenceMatcher's ratio from which a stretch is worth showing


def not_found(stored: StoredText, words: str, what: str = "quote") -> Trouble:
    """Says that nothing matches: why, where that can be seen, and the nearest text."""
    pieces = pieces_of(words)
    missing = [piece for piece in pieces if fold(piece) not in stored.folded]
    code = f"{what}-not-found"
    if len(pieces) > 1 and not missing:
        lines = ", ".join(str(_line(stored, fold(piece))) for piece in pieces)
        message = "each part of this anchor is in the text, but not in this order"
        return Trouble(code, message, f"they stand in lines {lines} of the text")
    piece = max(missing or [collapse(words)], key=len)
    part = f"“{piece}” " if len(pieces) > 1 else "these words "
    place = lowered(stored.folded).find(lowered(fold(piece)))
    if place >= 0:
        shown, line = _show(stored, (place, place + len(piece)))
        return Trouble(code, f"{part}differ by case from the text", f"line {line} of the text reads: {shown}")
    if _composed(piece) in _composed(stored.collapsed):
        hint = "copy the words from the text file: its accents are stored in another Unicode form"
        return Trouble(code, f"{part}differ from the text in how accents are encoded", hint)
    near = nearest(stored, piece)
    hint = f"the nearest text, in line {near[1]}, reads: {near[0]}" if near else "nothing in the text is near"
    if "…" in piece and len(pieces) == 1:
        hint += "; an ellipsis that stands for other words has a blank on both sides"
    return Trouble(code, f"{part}do not occur in the text", hint)


def _composed(words: str) -> str:
    return unicodedata.normalize("NFC", words)


def _line(stored: StoredText, piece: str) -> int:
    place = stored.folded.find(piece)
    return stored.line(stored.span(place, place + 1)[0])


def _show(stored: StoredText, span: Range) -> tuple[str, int]:
    """At most twenty words of a span of places, and their line."""
    begin, _ = stored.span(*span)
    words = stored.collapsed[slice(*span)]
    short = first(words[:_LONGEST], 20)
    return f"“{short}{' …' if len(short) < len(words) else ''}”", stored.line(begin)


def nearest(stored: StoredText, words: str) -> tuple[str, int] | None:
    """The stretch of the text that shares most with the words, and its line; ``None`` if none is near."""
    number, size = _COMPARED
    wanted = lowered(fold(words)).split()[:number]
    hay = lowered(stored.folded)
    tokens = list(_tokens(hay))
    best = sorted(_windows([hay[begin:end] for begin, end in tokens], wanted), reverse=True)[:3]
    spans = [(tokens[start][0], tokens[min(start + len(wanted), len(tokens)) - 1][1]) for _, start in best]
    goal = " ".join(wanted)[:size]
    near = [
        (SequenceMatcher(None, goal, hay[slice(*span)][:size], autojunk=False).ratio(), span)
        for span in spans
    ]
    ratio, span = max(near, default=(0.0, (0, 0)))
    return _show(stored, span) if ratio >= _NEAR else None


def _tokens(hay: str) -> Iterator[Range]:
    here = 0
    for word in hay.split():
        begin = hay.index(word, here)
        here = begin + len(word)
        yield begin, here


def _windows(tokens: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """For each window as long as the wanted words: how many of them it holds, and where it starts."""
    need = Counter(wanted)
    have: Counter[str] = Counter()
    shared = 0
    for end, token in enumerate(tokens):
        have[token] += 1
        shared += have[token] <= need[token]
        start = end - len(wanted) + 1
        if start > 0:
            gone = tokens[start - 1]
            shared -= have[gone] <= need[gone]
            have[gone] -= 1
        if shared and (start >= 0 or end == len(tokens) - 1):
            yield shared, max(start, 0)


def ambiguous(
    stored: StoredText, spans: Sequence[Range], advice: Iterable[str], what: str, few_words: bool = False
) -> Trouble:
    """Shows each match with its surroundings and what would tell it apart (``advice``, one a match)."""
    shown = [
        f"{number}: line {_around(stored, span)} ({tell})"
        for number, (span, tell) in enumerate(zip(spans[:_SHOWN], advice, strict=False), 1)
    ]
    more = [f"and {len(spans) - _SHOWN} more"] if len(spans) > _SHOWN else []
    hint = "; ".join([*shown, *more])
    if few_words:
        hint = f"write at least two words at each end of the ellipsis, or choose: {hint}"
    return Trouble(f"{what}-ambiguous", f"these words match the text {len(spans)} times", hint)


def _around(stored: StoredText, span: Range) -> str:
    match, line = _show(stored, span)
    left, right = _beside(stored, span)
    return f"{line}, “… {last(left, _ROUND).strip()} [{match[1:-1]}] {first(right, _ROUND).strip()} …”"


def _beside(stored: StoredText, span: Range) -> tuple[str, str]:
    begin, end = span
    return stored.collapsed[max(begin - _REACH, 0) : begin], stored.collapsed[end : end + _REACH]


def neighbours(stored: StoredText, span: Range) -> Iterator[tuple[str, str]]:
    """Words that stand right before and after a match, from one word on: (side of the match, words)."""
    left, right = _beside(stored, span)
    for number in range(1, 9):
        yield "before", first(right, number).strip()
        yield "after", last(left, number).strip()

"""Places that a tool gave by number: do its own words stand there, and what to say if they do not."""

from __future__ import annotations

from diaspora_kg.text.matching import pieces_of
from diaspora_kg.text.view import Trouble
from diaspora_kg.text.words import collapse

_SHOWN = 80
_UNIT = "export the annotation again, with the text that it was made on"


def stands(words: str, printed: str) -> bool:
    """Whether words are those printed at a place, white space collapsed; `` … `` is a gap between fragments.

    >>> stands("The League … of Norland", "The League of Friends of Norland")
    True
    >>> stands("the League", "The League")
    False
    """
    if collapse(words) == printed:
        return True
    here = 0
    pieces = pieces_of(words)
    for piece in pieces:
        found = printed.find(piece, here)
        if found < 0:
            return False
        here = found + len(piece)
    return len(pieces) > 1 and printed.startswith(pieces[0]) and printed.endswith(pieces[-1])


def outside(begin: int, end: int, length: int) -> Trouble:
    """A place that no text of this length has."""
    message = f"this stands from {begin} to {end}, and the text has {length} characters"
    if begin >= end:
        message = f"this stands from {begin} to {end}, which is no stretch of text"
    return Trouble("place-outside", message, _UNIT)


def other_words(words: str, printed: str, begin: int, end: int) -> Trouble:
    """Other words than the tool's stand at the place."""
    said, there = _short(collapse(words)), _short(printed)
    message = f"the annotation has “{said}” from {begin} to {end}, and the text has “{there}” there"
    return Trouble("place-differs", message, _UNIT)


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"

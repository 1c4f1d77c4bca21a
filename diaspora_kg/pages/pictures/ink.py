"""Words and elements of a picture as SVG text, written fast: a page has three pictures, a site thousands.

Everything that comes from outside goes through :func:`ink`; only then may it stand in markup. No word
is placed by guess: :func:`breadth` says how wide it is drawn, so that it is wrapped or cut before it
meets its neighbour.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from diaspora_kg.pages.hiding import safe

_NARROW = frozenset("iIjltfr.,:;!|'’‘()[] ")
_WIDE = frozenset("mwMWшщжюфмШЩЖЮФМ@—…%")
_ELLIPSIS = "…"


def ink(words: str) -> str:
    r"""Words as they may stand in SVG: escaped, with nothing that XML cannot hold or that hides.

    >>> ink("<b>\u202e")
    '&lt;b&gt;⟨U+202E⟩'
    """
    return safe(words)


@lru_cache(maxsize=4096)
def breadth(words: str) -> float:
    """How wide words are drawn in a sans-serif face, in parts of the size of the letters; rather too wide.

    >>> breadth("Tarvia") < breadth("Тарвия") < breadth("タルヴィア")
    True
    """
    return sum(map(_advance, words))


@lru_cache(maxsize=2048)
def _advance(char: str) -> float:
    if char in _NARROW:
        return 0.32
    if char in _WIDE:
        return 0.9
    if char.isascii():
        return 0.66 if char.isupper() else 0.56
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in {"F", "W"}:
        return 1.05
    return 0.72 if char.isupper() else 0.62


def fitting(words: str, room: float) -> str:
    """Words that are no wider than ``room`` (in parts of the size of the letters), cut if they must be.

    >>> fitting("Union of Tarvians in Norland", 8.0)
    'Union of Tarvi…'
    """
    if breadth(words[:400]) <= room and len(words) <= 400:
        return words
    used, kept = breadth(_ELLIPSIS), 0
    for char in words:
        used += _advance(char)
        if used > room:
            break
        kept += 1
    while 0 < kept < len(words) and unicodedata.combining(words[kept]):
        kept -= 1
    return words[:kept].rstrip() + _ELLIPSIS


def wrapped(words: str, room: float, lines: int) -> tuple[str, ...]:
    """Words on up to so many lines, broken at blanks; what is left over is cut.

    >>> wrapped("Union of Tarvians in Norland", 9.0, 2)
    ('Union of Tarvians', 'in Norland')
    """
    done: list[str] = []
    rest = words[:400].split()
    while rest and len(done) < lines - 1:
        line = rest.pop(0)
        while rest and breadth(f"{line} {rest[0]}") <= room:
            line = f"{line} {rest.pop(0)}"
        done.append(fitting(line, room))
    if rest:
        done.append(fitting(" ".join(rest), room))
    return tuple(done)


def number(value: float) -> str:
    """A coordinate with one digit after the point at most.

    >>> number(12.0), number(3.14)
    ('12', '3.1')
    """
    return f"{round(value, 1):g}"


def told(title: str, words: str, name: str) -> str:
    """The title and description of a picture; ``name`` makes their ids the page's only ones."""
    return f'<title id="{name}-t">{ink(title)}</title><desc id="{name}-d">{ink(words)}</desc>'


def opening(kind: str, name: str, width: float, height: float, *, links: bool) -> str:
    """The start tag; ``kind`` is a class of the stylesheet, ``name`` begins the ids.

    A picture with links in it is a group, since an image hides what is in it.
    Left stays left on pages of languages that are written from the right: time runs one way.
    """
    role = "group" if links else "img"
    return (
        f'<svg class="{kind}" viewBox="0 0 {number(width)} {number(height)}" role="{role}" direction="ltr"'
        f' aria-labelledby="{name}-t" aria-describedby="{name}-d">'
    )

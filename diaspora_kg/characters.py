"""Classes of characters for regular expressions, written as what they do not hold.

Python compiles a class by noting each of its characters up to U+FFFF. Names in SPARQL and IRIs may hold
nearly all of them: what they may not hold is a fifth of the work, and these classes were the longest part of
the start of every command.
"""

from __future__ import annotations

import re


def among(plain: str, holes: str) -> str:
    r"""The class of some characters of ASCII, and of all others but those in the ranges ``holes``.

    >>> found = re.compile(among("az_", "\u0080-\u00ff"))
    >>> [character for character in "abz_-\u00e9\u0119" if found.match(character)]
    ['a', 'z', '_', '\u0119']
    """
    others = (character for character in map(chr, range(0x80)) if character not in plain)
    return f"[^{''.join(map(re.escape, others))}{holes}]"

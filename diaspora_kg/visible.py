"""Text from files and servers that may be hostile, made safe to show in a terminal."""

from __future__ import annotations

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    r"""The text with control and direction characters written out.

    >>> visible("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if unicodedata.category(char) in _HIDDEN and char not in _JOINERS
        else char
        for char in text
    )


def width(text: str) -> int:
    """How many columns of a terminal the text takes: wide East Asian characters two, marks none.

    >>> width("VAK"), width("한국"), width("e\u0301")
    (3, 4, 1)
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in {"F", "W"} else 1
        for char in text
    )

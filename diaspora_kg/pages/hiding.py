"""Words of others made fit to stand in markup: what hides or turns round the text after it is named."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_NOT_TEXT = "\\ufdd0-\\ufdef" + "".join(f"\\U00{plane:02x}fff{last}" for plane in range(17) for last in "ef")
_NAMED = (
    "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff" + _NOT_TEXT
)
_HIDING = re.compile(f"[{_NAMED}]")
_SPECIAL = re.compile(f"[&<>\"'{_NAMED}]")


def shown(value: object) -> object:
    r"""Text as every template writes it: characters that hide or turn round what follows are named.

    So are those that are no characters at all, which no page may hold.

    >>> shown("a\u202eb"), shown(7)
    ('a⟨U+202E⟩b', 7)
    """
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value  # nothing that is named can be printed
    return _HIDING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", value)


def safe(words: str) -> str:
    r"""Words as they may stand in markup, between tags and between quotation marks.

    >>> safe("Ada & Co."), safe("a\u202eb")
    ('Ada &amp; Co.', 'a⟨U+202E⟩b')
    """
    if words.isprintable():  # then there is nothing to name, and little to escape
        if not ("<" in words or "&" in words or '"' in words or "'" in words or ">" in words):
            return words
    elif _SPECIAL.search(words) is None:
        return words
    return str(escape(shown(words)))

"""Characters that hide or turn round what follows them, named wherever words of others are shown."""

from __future__ import annotations

import re

from markupsafe import Markup

_HIDING = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(value: object) -> object:
    r"""Text as every template writes it: characters that hide or turn round what follows are named.

    >>> shown("a\u202eb"), shown(7)
    ('a⟨U+202E⟩b', 7)
    """
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _HIDING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", value)

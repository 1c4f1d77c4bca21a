"""Keys with values as the note of an annotation holds them (:mod:`diaspora_kg.marked.notes` reads them)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from diaspora_kg.marked.written import Key, Written, plain

_BARE = re.compile(r"[^\W_][^\"'\[\]{}|\n\t]*")


def note_of(values: Mapping[str, Written]) -> str:
    """The note of all values, in their order.

    >>> note_of({"about": [Key("a"), Key("b")], "when": {"by": "2031"}})
    'about: a | about: b | when: {"by": "2031"}'
    """
    return " | ".join(f"{key}: {value}" for key, written in values.items() for value in _values(written))


def _values(written: Written) -> Iterator[str]:
    if isinstance(written, list):
        keys = [each for each in written if isinstance(each, Key)]
        yield from keys
        rest = [each for each in written if not isinstance(each, Key)]
        if rest:
            yield _flow(rest)
    elif isinstance(written, str) and _BARE.fullmatch(written) and written == written.strip():
        yield written
    else:
        yield _flow(written)


def _flow(written: Written) -> str:
    """Flow YAML in one line: JSON is YAML, and a ``|`` would divide the note."""
    return json.dumps(plain(written), ensure_ascii=False).replace("|", "\\u007c")

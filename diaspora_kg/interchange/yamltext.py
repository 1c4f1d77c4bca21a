"""Writes the small part of YAML that the register needs, so that our reader reads back the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

_PLAIN = re.compile(r"[^\W_](?:[\w .'()/&+-]*[\w.)])?")
_SPECIAL = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n|~|[\d.+-].*|.* -.*")

Value = str | Sequence["Value"] | Mapping[str, "Value"]


def scalar(words: str) -> str:
    """A piece of text: plain where that is plain to everybody, else in quotation marks.

    >>> scalar("Union of Tarvians"), scalar("Halm: a town"), scalar("no")
    ('Union of Tarvians', '"Halm: a town"', '"no"')
    """
    if _PLAIN.fullmatch(words) and not _SPECIAL.fullmatch(words):
        return words
    quoted = json.dumps(words, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" if ord(char) < 65536
                   else f"\\U{ord(char):08x}" for char in quoted)  # fmt: skip


def flow(value: Value) -> str:
    """A value on one line.

    >>> flow({"is": "person", "names": [{"en": "Ada Venn"}]})
    '{is: person, names: [{en: Ada Venn}]}'
    """
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def entry(key: str, fields: Mapping[str, Value], indent: str = "  ", room: int = 110) -> str:
    """An entry of a section: on one line where there is room, else a line for each key."""
    line = f"{indent}{scalar(key)}: {flow(fields)}"
    if len(line) <= room:
        return f"{line}\n"
    return f"{indent}{scalar(key)}:\n" + "".join(
        _field(name, value, indent, room) for name, value in fields.items()
    )


def _field(name: str, value: Value, indent: str, room: int) -> str:
    line = f"{indent * 2}{scalar(name)}: {flow(value)}"
    if len(line) <= room or isinstance(value, str | Mapping):
        return f"{line}\n"
    return f"{indent * 2}{scalar(name)}:\n" + "".join(f"{indent * 3}- {flow(one)}\n" for one in value)


def document(sections: Iterable[tuple[str, Iterable[tuple[str, Mapping[str, Value]]]]]) -> str:
    """Sections, each with its entries; empty ones are left out."""
    parts = []
    for name, entries in sections:
        if listed := [entry(key, fields) for key, fields in entries]:
            parts.append(f"{name}:\n" + "".join(listed))
    return "\n".join(parts)

"""Back from frozen values to the keys of the native format, as plain data that a note can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from diaspora_kg.article import Concept, Link, Name, Node, Participation, Ref, Scalar, Text, When
from diaspora_kg.names import kebab
from diaspora_kg.reading.desk import NOT_STATED
from diaspora_kg.reading.nodes import KINDS, Field, Kind, Type

Plain = str | bool | list["Plain"] | dict[str, "Plain"]
"""Text, truth values, lists and mappings."""

_NEEDS_QUOTES = re.compile(r"""^[\[{"']|\s\|\s|[\r\n\t]|^\s|\s$|^$""")
_BREAKS = {"|": "\\u007c", "\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"}


def note_of(pairs: Iterable[tuple[str, Plain]], first: str = "") -> str:
    """A note that says all this in one line; ``first`` are the words of the key that notes begin with."""
    parts = [first] if first else []
    parts += [f"{key}: {_written(value)}" for key, value in pairs]
    return " | ".join(parts)


def plainly(text: str) -> bool:
    """Whether words can begin a note without a key."""
    return not _NEEDS_QUOTES.search(text) and not re.match(r"[a-z][a-z_-]*:(\s|$)", text)


def _written(value: Plain) -> str:
    if isinstance(value, str) and not _NEEDS_QUOTES.search(value):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return "".join(_BREAKS.get(char, char) for char in text)


def keys_of(node: Node) -> dict[str, Plain]:
    """The keys of a node, without ``is`` and without mentions."""
    kind = KINDS[node.kind]
    found = slots_of(kind, node.slots)
    if node.names:
        found["names"] = [_name(name) for name in node.names]
    return found | parts_of(kind, node.participations) | silences_of(kind, node.unknown)


def whole(node: Node) -> Plain:
    """A node that stands where it is used."""
    return {"is": node.kind, **keys_of(node)}


def slots_of(kind: Kind, slots: Iterable[tuple[str, Scalar]]) -> dict[str, Plain]:
    """Slots by key; several values of one are a list."""
    found: dict[str, list[Plain]] = {}
    for prop, value in slots:
        row = _field(kind, prop)
        if row is not None:
            found.setdefault(row.key, []).append(scalar(value))
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def _field(kind: Kind, prop: str) -> Field | None:
    rows = [row for row in kind.fields if row.prop == prop and row.type is not Type.EXACT]
    return rows[0] if rows else None


def scalar(value: Scalar) -> Plain:
    """One value as it is written."""
    if isinstance(value, Ref):
        return value.key
    if isinstance(value, Concept):
        return kebab(value.name)
    if isinstance(value, Text | Link):
        return value.value if isinstance(value, Text) else value.iri
    if isinstance(value, When):
        return date(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def date(when: When) -> Plain:
    """A date with its form, words and basis."""
    found: dict[str, Plain] = {}
    edtf = when.edtf or ""
    if edtf.startswith("[.."):
        found["by"] = edtf[3:-1]
    elif edtf.endswith("..]"):
        found["after"] = edtf[1:-3]
    elif edtf.startswith("["):
        low, _, high = edtf[1:-1].partition("..")
        found["between"] = [low, high]
    elif edtf:
        found["date"] = edtf
    if when.words:
        found["words"] = when.words
    return found | {"basis": kebab(when.basis)}


def _name(name: Name) -> Plain:
    found: dict[str, Plain] = {name.language: name.form, "kind": kebab(name.kind)}
    return found | ({"transliterates": name.transliterates} if name.transliterates else {})


def parts_of(kind: Kind, parts: Sequence[Participation]) -> dict[str, Plain]:
    """Who takes part, by the key for their role."""
    found: dict[str, list[Plain]] = {}
    for one in parts:
        row = acting(kind, one.role)
        found.setdefault(row.key, []).append(part(one, open_role=row.open_role))
    return {key: list(values) for key, values in found.items()}


def acting(kind: Kind, role: str) -> Field:
    """The key under which somebody in a role is written; raises :class:`ValueError` without one."""
    rows = [row for row in kind.fields if row.type is Type.ACTORS]
    for row in (*(r for r in rows if r.role == role), *(r for r in rows if r.open_role)):
        return row
    raise ValueError(f"nobody takes part in a {kind.name} as {role}")


def part(one: Participation, *, open_role: bool) -> Plain:
    """Somebody who takes part."""
    found: dict[str, Plain] = {"who": one.actor.key if one.actor else NOT_STATED}
    if one.capacity:
        found["as"] = one.capacity.key
    if one.on_behalf_of:
        found["for"] = {one.on_behalf_of.key: one.basis or "stated"}
    if one.source_kind:
        found["source-kind"] = kebab(one.source_kind)
    return found | ({"role": kebab(one.role)} if open_role else {})


def silences_of(kind: Kind, unknown: Iterable[str]) -> dict[str, Plain]:
    """``not-stated`` with the keys of the properties on which the source is silent."""
    rows = (_field(kind, prop) for prop in unknown)
    keys: list[Plain] = [row.key for row in rows if row is not None and row.silence]
    return {NOT_STATED: keys} if keys else {}

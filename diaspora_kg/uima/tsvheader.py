"""The head of a WebAnno TSV file: its version, and the layers that its columns hold.

``#T_SP=type|feature|…`` is a span layer (a slot ``ROLE_host:feature_linktype|targettype`` takes two
columns), ``#T_RL=type|feature|…|BT_base`` a relation layer, ``#T_CH=type|…`` a chain layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FORMAT = "#FORMAT="
VERSIONS = ("WebAnno TSV 3.1", "WebAnno TSV 3.2", "WebAnno TSV 3.3")
CHAIN_ARROW = "referenceRelation"


class Kind(StrEnum):
    """What a layer annotates."""

    SPAN = "SP"
    RELATION = "RL"
    CHAIN = "CH"


class Holds(StrEnum):
    """What a column holds."""

    VALUE = "value"
    PRESENCE = "presence"
    ROLES = "roles"
    TARGETS = "targets"
    SOURCE = "source"
    ARROW = "arrow"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` is its feature's; ``type`` that of a slot's targets or a relation's ends."""

    holds: Holds
    name: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, and its columns in the order of the file."""

    kind: Kind
    type: str
    columns: tuple[Column, ...]
    line: int


class HeaderError(Exception):
    """A line of the head that cannot be understood; the text says why."""


def layer(line: str, number: int) -> Layer | None:
    """The layer that a line declares, if it does; raises :class:`HeaderError`.

    >>> layer("#T_RL=a.Rel|label|BT_a.Span", 3).columns[-1].type
    'a.Span'
    """
    if not line.startswith("#T_"):
        return None
    kind, sign, rest = line[3:].partition("=")
    if not sign or kind not in {each.value for each in Kind}:
        raise HeaderError(f"#T_{kind} is no kind of layer; there are #T_SP, #T_RL and #T_CH")
    name, *parts = rest.split("|")
    if not name:
        raise HeaderError("the layer has no name")
    make = {Kind.SPAN: _span, Kind.RELATION: _relation, Kind.CHAIN: _chain}[Kind(kind)]
    return Layer(Kind(kind), name, tuple(make(parts)), number)


def _span(parts: Sequence[str]) -> list[Column]:
    if not any(parts):
        return [Column(Holds.PRESENCE)]
    columns: list[Column] = []
    for part in parts:
        if columns and columns[-1].holds is Holds.ROLES:
            columns[-1] = Column(Holds.ROLES, columns[-1].name, part)
            columns.append(Column(Holds.TARGETS, columns[-1].name, part))
        elif part.startswith("ROLE_"):
            columns.append(Column(Holds.ROLES, _slot(part)))
        else:
            columns.append(Column(Holds.VALUE, part))
    if columns[-1].holds is Holds.ROLES:
        raise HeaderError(f"the slot {columns[-1].name} does not say what it points to")
    return columns


def _slot(part: str) -> str:
    host, sign, rest = part.removeprefix("ROLE_").partition(":")
    if not sign or not host:
        raise HeaderError(f"{part} is no slot: it would be ROLE_layer:feature_linktype")
    dot = rest.find(".")
    end = rest.rfind("_", 0, dot if dot >= 0 else len(rest))
    return rest[:end] if end > 0 else rest


def _relation(parts: Sequence[str]) -> list[Column]:
    if not parts or not parts[-1].startswith("BT_"):
        raise HeaderError("the relation layer does not end in BT_ and the layer of its ends")
    features = [Column(Holds.VALUE, part) for part in parts[:-1] if part]
    return [*features, Column(Holds.SOURCE, type=parts[-1].removeprefix("BT_"))]


def _chain(parts: Sequence[str]) -> list[Column]:
    if CHAIN_ARROW not in parts:
        raise HeaderError(f"the chain layer has no {CHAIN_ARROW}")
    return [Column(Holds.ARROW if part == CHAIN_ARROW else Holds.VALUE, part) for part in parts]

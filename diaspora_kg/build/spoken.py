"""The rows of the index that one article's graphs make, read off their lines.

To ask the finished store for them takes ten times as long. What the lines of one article cannot tell (a
node of which another article speaks too) is named as ``elsewhere``, and asked of the store at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from diaspora_kg.build.content import ROLES
from diaspora_kg.index.rows import labels_of
from diaspora_kg.names import Names, expand

_TYPE = f"<{expand('rdf:type')}>"
_NAME = f"<{expand('dkg:name')}>"
_ROLES = {f"<{iri}>": role for iri, role in ROLES.items()}
_SPOKEN = frozenset({_TYPE, _NAME, *_ROLES})
SPOKEN = frozenset(name[1:-1] for name in _SPOKEN)
"""The properties of quads that make rows."""

_ESCAPE = re.compile(r'\\(u[0-9A-F]{4}|U[0-9A-F]{8}|[tbnrf"\\])')
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}


Words = tuple[str, str, str, str]
"""The cells of a row of words: IRI, role, language, words."""


@dataclass
class Spoken:
    """Nodes with their words, and the IRIs of those of which these lines do not tell all."""

    nodes: list[tuple[str, str, str, str]] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)


def spoken(lines: Iterable[str], names: Names) -> Spoken:
    """The rows that lines make if nothing else speaks of their nodes."""
    typed: dict[str, None] = {}
    owners: list[tuple[str, str]] = []
    said: dict[str, set[tuple[str, str, str]]] = {}
    for line in lines:
        subject, prop, rest = line.split(" ", 2)
        if prop not in _SPOKEN:
            continue
        if prop == _TYPE:
            typed[subject] = None
        elif prop == _NAME:
            owners.append((subject, rest[: rest.rindex(" <")]))
        elif rest[0] == '"':
            said.setdefault(subject, set()).add((_ROLES[prop], *_literal(rest)))
    return _rows(typed, owners, said, names)


def further(lines: Iterable[str], names: Names) -> tuple[list[Words], set[str]]:
    """Words of nodes that other lines describe, and nodes of which these say more than words."""
    words, others = [], set()
    for line in lines:
        subject, prop, rest = line.split(" ", 2)
        if prop not in _SPOKEN:
            continue
        iri = subject[1:-1]
        if prop == _NAME:
            others |= {iri, rest[1 : rest.index(">")]}
        elif (pair := names.kind_and_key(iri)) is None or pair[0] == "name" or prop == _TYPE:
            others.add(iri)
        elif rest[0] == '"':
            words.append((iri, _ROLES[prop], *_literal(rest)))
    return words, others


def _rows(
    typed: Iterable[str],
    owners: Iterable[tuple[str, str]],
    said: dict[str, set[tuple[str, str, str]]],
    names: Names,
) -> Spoken:
    found = Spoken()
    known = {node[1:-1]: pair for node in typed if (pair := names.kind_and_key(node[1:-1]))}
    words: set[Words] = set()
    owned = set()
    for owner, name in owners:
        owned.add(name)
        words.update((owner[1:-1], *row) for row in said.get(name, ()))
        if name[1:-1] not in known:
            found.elsewhere.add(owner[1:-1])
        if owner[1:-1] not in known:
            found.elsewhere |= {owner[1:-1], name[1:-1]}
    for subject, rows in said.items():
        if subject not in owned:
            words.update((subject[1:-1], *row) for row in rows)
        if subject[1:-1] not in known:
            found.elsewhere.add(subject[1:-1])
    found.words = sorted(row for row in words if row[0] in known)
    labels = labels_of(found.words)
    found.nodes = [(iri, *pair, labels.get(iri, "")) for iri, pair in sorted(known.items())]
    return found


def _literal(rest: str) -> tuple[str, str]:
    """Language and words of the literal with which the rest of a line begins."""
    end = rest.rindex('"')  # an IRI holds none
    value = rest[1:end]
    language = rest[end + 2 : rest.index(" ", end)] if rest.startswith('"@', end) else ""
    return language, _ESCAPE.sub(_plain, value) if "\\" in value else value


def _plain(match: re.Match[str]) -> str:
    one = match[1]
    return _PLAIN[one] if one in _PLAIN else chr(int(one[1:], 16))

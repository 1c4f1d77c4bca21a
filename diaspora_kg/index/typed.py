"""What was typed, looked for in the words of all nodes."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

from diaspora_kg.index.opened import Opened, TimeUp, storable
from diaspora_kg.index.rows import ROLES, Hit, NodeRow, fold

_SHORTEST = 3  # FTS5's trigrams match nothing shorter
_NAMES = 3  # the first roles are those of names: name, label, title

_Rank = tuple[bool, bool, bool, bool, int, bool, int, str]


def search(index: Opened, text: str, limit: int) -> tuple[Hit, ...]:
    """As :meth:`Index.search <diaspora_kg.index.Index.search>`."""
    key = fold(storable(text))
    if not key.split():
        return ()
    where, values = _holding(key, "instr(folded, ?) > 0")
    amended = index.opened()[1]
    found = sorted(
        row
        for part in ("main", "late")[: 1 + amended]
        for row in index.ask(_sql(part, " AND ".join(where), amended=amended), (key, *values, key, limit))
    )
    return tuple(Hit(NodeRow(*row[3:7]), *row[7:]) for row in found[:limit])


def suggest(
    index: Opened, text: str, kinds: Sequence[str], limit: int, seconds: float, *, names: bool
) -> tuple[tuple[Hit, ...], bool]:
    """As :meth:`Index.suggest <diaspora_kg.index.Index.suggest>`."""
    key = fold(storable(text))
    if not key or limit < 1:
        return (), True
    found: dict[str, tuple[_Rank, Hit]] = {}
    whole = True
    try:
        with index.within(seconds):
            for row in _found(index, key, kinds, ROLES[:_NAMES] if names else ROLES):
                rank, hit = _ranked(row, key), Hit(NodeRow(*row[1:5]), *row[5:])
                if hit.node.iri not in found or rank < found[hit.node.iri][0]:
                    found[hit.node.iri] = (rank, hit)
    except TimeUp:
        whole = False
    best = heapq.nsmallest(limit, found.values(), key=lambda ranked: ranked[0])
    return tuple(hit for _, hit in best), whole


def _holding(key: str, short: str) -> tuple[list[str], list[str]]:
    """Conditions for rows that hold every word of the key, and their values; ``short``: for a short word."""
    long = [term for term in key.split() if len(term) >= _SHORTEST]
    rest = [term for term in key.split() if len(term) < _SHORTEST]
    phrases = " AND ".join('"' + term.replace('"', '""') + '"' for term in long)
    return ["word MATCH ?"] * bool(long) + [short] * len(rest), [phrases] * bool(long) + rest


def _found(index: Opened, key: str, kinds: Sequence[str], roles: Sequence[str]) -> Iterator[Any]:
    """Rows that hold every word of the key, in no order, as they are found."""
    where, values = _holding(key, "instr(' ' || folded, ' ' || ?) > 0")
    for column, allowed in (("role", roles), ("kind", kinds)):
        if allowed:
            where.append(f"{column} IN ({', '.join('?' * len(allowed))})")
            values += allowed
    database, amended = index.opened()
    for part in ("main", "late")[: 1 + amended]:
        yield from database.execute(
            "SELECT folded, node.iri, node.kind, node.key, node.label, role, language, words"  # noqa: S608 - own text
            f" FROM {part}.word JOIN {part}.said ON said.id = word.rowid"
            f" JOIN {part}.node ON node.iri = said.iri"
            f" WHERE {' AND '.join(where)}{_alive(part, amended=amended)}",
            values,
        )


def _sql(part: str, where: str, *, amended: bool) -> str:
    rank = " ".join(f"WHEN '{role}' THEN {n}" for n, role in enumerate(ROLES))
    rank = f"CASE role {rank} ELSE 9 END"
    return (
        f"SELECT folded <> ?, {rank}, length(folded), node.iri, node.kind, node.key, node.label,"  # noqa: S608 - own text
        f" role, language, words FROM {part}.word JOIN {part}.said ON said.id = word.rowid"
        f" JOIN {part}.node ON node.iri = said.iri WHERE {where}{_alive(part, amended=amended)}"
        f" ORDER BY folded = ? DESC, {rank}, length(folded), node.iri, role, language, words LIMIT ?"
    )


def _alive(part: str, *, amended: bool) -> str:
    """Of the base count those nodes only that the changes leave as they are."""
    return " AND node.iri NOT IN (SELECT iri FROM late.gone)" * (part == "main" and amended)


def _ranked(row: Sequence[str], key: str) -> _Rank:
    """Where a row of :func:`_found` stands among others, the least first."""
    folded, iri, label, role, words = row[0], row[1], row[4], row[5], row[7]
    begins, holds = folded.startswith(key), f" {key}" in f" {folded}"
    place = ROLES.index(role) if role in ROLES else len(ROLES)
    text = place >= _NAMES  # a name is meant more often than words that somebody said
    return (folded != key, text, not begins, not holds, place, words != label, len(folded), iri)

"""What an index has of names when a spelling is not known exactly: the forms of nodes, and fuzzy search.

The search asks for the rarest groups of three letters of what was typed, so that one wrong letter leaves
most of them. It stays within one script; what joins scripts is made of :func:`forms`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.index.opened import TimeUp
from diaspora_kg.index.reader import Index
from diaspora_kg.index.rows import NodeRow, fold

NAMING = ("name", "label", "title")
"""The roles of words that name a node."""

_AT_ONCE = 400  # values of one question
_RARE = 8  # groups of letters that are asked for
_ROWS = 2000  # rows that may hold one of them
_NAMING = ", ".join(f"'{role}'" for role in NAMING)


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form of the name of a node."""

    iri: str
    language: str
    words: str


def forms(index: Index, kinds: Sequence[str], base: str) -> Iterator[FormRow]:
    """Every form of the names of all nodes of some kinds; ``base`` is where the IRIs of nodes begin."""
    for kind in kinds:
        start = f"{base}id/{kind}/"
        sql = (
            f"SELECT iri, language, words FROM words WHERE role IN ({_NAMING})"  # noqa: S608 - own text
            " AND iri >= ? AND iri < ?"
        )
        yield from (FormRow(*row) for row in index.ask(sql, (start, start + "\U0010ffff")))


def forms_of(index: Index, iris: Sequence[str]) -> Mapping[str, tuple[FormRow, ...]]:
    """The forms of the names of some nodes."""
    found: dict[str, list[FormRow]] = defaultdict(list)
    for start in range(0, len(iris), _AT_ONCE):
        part = iris[start : start + _AT_ONCE]
        sql = (
            f"SELECT iri, language, words FROM words WHERE role IN ({_NAMING})"  # noqa: S608 - marks only
            f" AND iri IN ({', '.join('?' * len(part))}) ORDER BY iri, role <> 'name', language, words"
        )
        for row in index.ask(sql, part):
            found[row[0]].append(FormRow(*row))
    return {iri: tuple(dict.fromkeys(rows)) for iri, rows in found.items()}


def in_register(index: Index, iris: Sequence[str]) -> frozenset[str]:
    """Which of these nodes are entries of the register."""
    found: set[str] = set()
    for start in range(0, len(iris), _AT_ONCE):
        part = iris[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        sql = f"SELECT DISTINCT iri FROM origins WHERE article = '' AND iri IN ({marks})"  # noqa: S608
        found |= {iri for (iri,) in index.ask(sql, part)}
    return frozenset(found)


def alike(
    index: Index, text: str, kinds: Sequence[str], limit: int = 50, seconds: float = 0.1
) -> tuple[tuple[NodeRow, ...], bool]:
    """Nodes whose names share the rarest groups of three letters with a text, the most of them first.

    And whether the time was enough. While it runs no other thread may use this index.
    """
    groups = sorted({fold(text)[n : n + 3] for n in range(max(0, len(fold(text)) - 2))})
    if not groups or not kinds:
        return (), True
    database, amended = index.opened()
    try:
        with index.within(seconds):
            shared = _shared(database, groups, kinds, amended=amended)
    except TimeUp:
        return (), False
    best = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    return tuple(row for row, _ in best), True


def _shared(
    database: sqlite3.Connection, groups: Sequence[str], kinds: Sequence[str], *, amended: bool
) -> dict[NodeRow, float]:
    """How large a part of their letters nodes have in common with the groups."""
    best: dict[NodeRow, float] = {}
    for part in ("main", "late")[: 1 + amended]:
        chosen = _rarest(database, part, groups)
        if not chosen:
            continue
        asked = " OR ".join('"' + group.replace('"', '""') + '"' for group in chosen)
        alive = " AND node.iri NOT IN (SELECT iri FROM late.gone)" * (part == "main" and amended)
        sql = (
            "SELECT folded, node.iri, node.kind, node.key, node.label"  # noqa: S608 - own text
            f" FROM {part}.word JOIN {part}.said ON said.id = word.rowid"
            f" JOIN {part}.node ON node.iri = said.iri WHERE word MATCH ? AND role IN ({_NAMING})"
            f" AND kind IN ({', '.join('?' * len(kinds))}){alive}"
        )
        for folded, *node in database.execute(sql, (asked, *kinds)):
            row = NodeRow(*node)
            best[row] = max(best.get(row, 0.0), _overlap(groups, folded))
    return best


def _rarest(database: sqlite3.Connection, part: str, groups: Sequence[str]) -> list[str]:
    """The groups that the fewest words hold, as many as can be looked through."""
    table = f"temp.groups_{part}"
    database.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5vocab('{part}', 'word', 'row')")
    counted = []
    for group in groups:
        rows = database.execute(f"SELECT doc FROM {table} WHERE term = ?", (group,)).fetchall()  # noqa: S608
        counted += [(int(rows[0][0]), group)] if rows else []
    chosen: list[str] = []
    total = 0
    for count, group in sorted(counted)[:_RARE]:
        total += count
        if total > _ROWS and chosen:
            break
        chosen.append(group)
    return chosen


def _overlap(groups: Sequence[str], folded: str) -> float:
    """Twice the shared groups over all groups of both (Dice's measure)."""
    other = {folded[n : n + 3] for n in range(max(0, len(folded) - 2))}
    return 2 * len(other.intersection(groups)) / (len(other) + len(groups)) if other else 0.0

"""All nodes of a kind in the order of their names, and those of a country, a status, a year.

It is a small database beside a snapshot, made when first asked for: per kind from the snapshot's index, per
grouping from one aggregate query, which is asked in pieces so that no answer grows with the graph. A page of
a list then costs the same in a graph of any size.
"""

from __future__ import annotations

import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.index import Index, NodeRow
from diaspora_kg.index.rows import fold
from diaspora_kg.names import Names
from diaspora_kg.queries.lookup import Asked, ask_pieces

GROUPINGS = {"country": "listed-country", "status": "listed-status", "year": "listed-year"}
"""Ways to divide a kind, and the query that divides."""

OTHER = "#"
"""Where names stand that begin with neither a letter nor a digit."""

_PIECE = 40_000  # rows of one answer

_TABLES = """
CREATE TABLE entry (iri TEXT PRIMARY KEY, kind TEXT NOT NULL, sort TEXT NOT NULL, initial TEXT NOT NULL,
  key TEXT NOT NULL, label TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX entry_sort ON entry (kind, sort, iri);
CREATE INDEX entry_initial ON entry (kind, initial);
CREATE TABLE member (kind TEXT NOT NULL, grouping TEXT NOT NULL, value TEXT NOT NULL, iri TEXT NOT NULL,
  through TEXT NOT NULL, PRIMARY KEY (kind, grouping, value, iri, through)) WITHOUT ROWID;
CREATE TABLE item (list TEXT NOT NULL, sort TEXT NOT NULL, iri TEXT NOT NULL, other TEXT NOT NULL,
  link TEXT NOT NULL, PRIMARY KEY (list, sort, iri, other, link)) WITHOUT ROWID;
CREATE TABLE done (part TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A node in a group, and through what it is there (a status, a relation; empty: by itself)."""

    node: NodeRow
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """An entry of a list that has an order of its own (``sort``): a node, another, how they are linked."""

    sort: str
    iri: str
    other: str = ""
    link: str = ""


def initial(sort: str) -> str:
    """Under which letter a folded name stands.

    >>> initial(fold("Ümumrusiya")), initial(fold("Ёлка")), initial("7th"), initial("…")
    ('U', 'Е', '0-9', '#')
    """
    first = sort[:1]
    if first.isdigit():
        return "0-9"
    return first.upper()[:1] if unicodedata.category(first or " ").startswith("L") else OTHER


class Directory:
    """The lists of one snapshot, safe to use from several threads.

    Without a ``path`` it lies in a file without a name, which SQLite removes with the last use.
    """

    def __init__(self, names: Names, path: Path | None = None) -> None:
        self._names = names
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path or "", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = MEMORY")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of it."""
        self._db.close()

    def total(self, kind: str, index: Index) -> int:
        """How many nodes of a kind there are."""
        with self._lock:
            self._fill_kind(kind, index)
            return self._one("SELECT count(*) FROM entry WHERE kind = ?", kind)

    def nodes(self, kind: str, index: Index, first: int, count: int) -> tuple[NodeRow, ...]:
        """A piece of the nodes of a kind, by their folded names."""
        with self._lock:
            self._fill_kind(kind, index)
            sql = "SELECT iri, kind, key, label FROM entry WHERE kind = ? ORDER BY sort, iri LIMIT ? OFFSET ?"
            return tuple(NodeRow(*row) for row in self._db.execute(sql, (kind, count, first)))

    def initials(self, kind: str, index: Index) -> tuple[tuple[str, int], ...]:
        """Each letter under which names stand, and how many names stand before it."""
        with self._lock:
            self._fill_kind(kind, index)
            sql = "SELECT initial, count(*), min(sort) FROM entry WHERE kind = ? GROUP BY initial ORDER BY 3"
            found, before = [], 0
            for letter, count, _ in self._db.execute(sql, (kind,)):
                found.append((letter, before))
                before += count
        return tuple(found)

    def starts(self, kind: str, index: Index, letter: str) -> tuple[tuple[str, int], ...]:
        """The first two characters of names under a letter, and how many names of the kind stand before."""
        offset = dict(self.initials(kind, index)).get(letter, 0)
        with self._lock:
            sql = (
                "SELECT substr(sort, 1, 2), count(*), min(sort) FROM entry WHERE kind = ? AND initial = ?"
                " GROUP BY 1 ORDER BY 3"
            )
            found = []
            for start, count, _ in self._db.execute(sql, (kind, letter)):
                found.append((start, offset))
                offset += count
        return tuple(found)

    def groups(self, kind: str, grouping: str, index: Index, store: Asked) -> tuple[tuple[str, int], ...]:
        """The values by which nodes of a kind are divided, and how many nodes each has."""
        with self._lock:
            self._fill_group(grouping, store)
            self._fill_kind(kind, index)
            sql = (
                "SELECT value, count(DISTINCT iri) FROM member JOIN entry USING (iri, kind)"
                " WHERE kind = ? AND grouping = ? GROUP BY value ORDER BY value"
            )
            return tuple((value, count) for value, count in self._db.execute(sql, (kind, grouping)))

    def members(
        self, kind: str, grouping: str, value: str, index: Index, store: Asked, first: int, count: int
    ) -> tuple[Member, ...]:
        """A piece of the nodes of a group, by their folded names."""
        with self._lock:
            self._fill_group(grouping, store)
            self._fill_kind(kind, index)
            sql = (
                "SELECT DISTINCT iri, kind, key, label, sort FROM member JOIN entry USING (iri, kind)"
                " WHERE kind = ? AND grouping = ? AND value = ? ORDER BY sort, iri LIMIT ? OFFSET ?"
            )
            rows = self._db.execute(sql, (kind, grouping, value, count, first)).fetchall()
            return tuple(
                Member(NodeRow(*row[:4]), self._through(kind, grouping, value, row[0])) for row in rows
            )

    def count(self, name: str, items: Callable[[], Iterable[Item]]) -> int:
        """How many entries a list has; ``items`` finds them when it is first asked for."""
        with self._lock:
            self._fill_items(name, items)
            return self._one("SELECT count(*) FROM item WHERE list = ?", name)

    def items(
        self, name: str, items: Callable[[], Iterable[Item]], first: int, count: int
    ) -> tuple[Item, ...]:
        """A piece of a list."""
        with self._lock:
            self._fill_items(name, items)
            sql = (
                "SELECT sort, iri, other, link FROM item WHERE list = ?"
                " ORDER BY sort, iri, other, link LIMIT ? OFFSET ?"
            )
            return tuple(Item(*row) for row in self._db.execute(sql, (name, count, first)))

    def _fill_items(self, name: str, items: Callable[[], Iterable[Item]]) -> None:
        if self._is_done(f"list {name}"):
            return
        found = ((name, one.sort, one.iri, one.other, one.link) for one in items())
        self._fill("INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?)", found, f"list {name}")

    def _through(self, *where: str) -> tuple[str, ...]:
        sql = "SELECT through FROM member WHERE kind = ? AND grouping = ? AND value = ? AND iri = ?"
        return tuple(through for (through,) in self._db.execute(sql, where) if through)

    def _one(self, sql: str, *values: str) -> int:
        [count] = self._db.execute(sql, values).fetchone()
        return int(count)

    def _fill_kind(self, kind: str, index: Index) -> None:
        if self._is_done(f"kind {kind}"):
            return
        rows = ((*_sorted(row), row) for row in index.of_kind(kind))
        found = ((row.iri, kind, sort, letter, row.key, row.label) for sort, letter, row in rows)
        self._fill("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?)", found, f"kind {kind}")

    def _fill_group(self, grouping: str, store: Asked) -> None:
        if not self._is_done(f"grouping {grouping}"):
            found = self._found(grouping, store)
            self._fill("INSERT OR IGNORE INTO member VALUES (?, ?, ?, ?, ?)", found, f"grouping {grouping}")

    def _fill(self, sql: str, found: Iterable[tuple[str, ...]], part: str) -> None:
        """All rows of a part, or none where finding them fails."""
        self._db.execute("BEGIN")
        try:
            self._db.executemany(sql, found)
            self._db.execute("INSERT INTO done VALUES (?)", (part,))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _found(self, grouping: str, store: Asked) -> Iterator[tuple[str, ...]]:
        for row in ask_pieces(store, GROUPINGS[grouping], _PIECE):
            node = row["node"].value
            kind = self._names.kind_and_key(node)
            value = row["value"].value if "value" in row else ""
            if kind is not None and value:
                through = row["through"].value if "through" in row else ""
                yield kind[0], grouping, value, node, through

    def _is_done(self, part: str) -> bool:
        return self._db.execute("SELECT 1 FROM done WHERE part = ?", (part,)).fetchone() is not None


def _sorted(row: NodeRow) -> tuple[str, str]:
    sort = fold(row.label) or fold(row.key)
    return sort, initial(sort)

"""Writes an index: a new base from all rows, or the changes to the one before."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from diaspora_kg.index.reader import Index
from diaspora_kg.index.rows import Content, FormerRow, NodeRow, OriginRow, WordRow, cells, entry, fold
from diaspora_kg.index.tables import BASE, DELTA, FORMAT, delta_path
from diaspora_kg.sums import Total

_FEW = 2000  # changed nodes up to this number never make a new base worth its time
_SHARE = 10


class Writer:
    """An index in the making; ``total`` is the hash of its rows, ``kinds`` counts its nodes.

    Of one that amends another, ``before`` is that one, and both begin as they are there.
    """

    def __init__(
        self, path: Path, before: Index | None = None, total: Total | None = None, kinds: Counter[str] | None = None
    ) -> None:
        self.total = total or Total()
        self.kinds = kinds or Counter()
        self._before = before
        target = path if before is None else delta_path(path)
        fresh = not target.exists()
        self._db = sqlite3.connect(target, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")  # a file that is not finished is thrown away
        self._db.execute("PRAGMA synchronous = OFF")  # publishing brings it to the disk
        if fresh:
            self._db.executescript(BASE)
            self._db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            if before is not None:
                self._db.executescript(DELTA)
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Finish the file."""
        self._db.execute("INSERT INTO word (word) VALUES ('optimize')")
        self._db.execute("COMMIT")
        self._db.close()

    def nodes(self, nodes: Iterable[NodeRow], words: Iterable[WordRow]) -> None:
        """Add nodes with their words."""
        for node in nodes:
            self.kinds[node.kind] += 1
            self.total.add(entry("node", node))
            self._db.execute("INSERT INTO node VALUES (?, ?, ?, ?)", cells(node))
        for said in words:
            self.total.add(entry("word", said))
            cursor = self._db.execute(
                "INSERT INTO said (iri, role, language, words) VALUES (?, ?, ?, ?)", cells(said)
            )
            self._db.execute(
                "INSERT INTO word (rowid, folded) VALUES (?, ?)", (cursor.lastrowid, fold(said.words))
            )

    def places(self, origins: Iterable[OriginRow], formers: Iterable[FormerRow]) -> None:
        """Add what one article, or the register, says of places and former keys."""
        for origin in origins:
            self._once("INSERT OR IGNORE INTO origin VALUES (?, ?, ?, ?)", "origin", origin)
        for former in formers:
            self._once("INSERT OR IGNORE INTO former VALUES (?, ?)", "former", former)

    def _once(self, sql: str, table: str, row: OriginRow | FormerRow) -> None:
        if self._db.execute(sql, cells(row)).rowcount:
            self.total.add(entry(table, row))

    def forget_node(self, iri: str) -> None:
        """Take a node of the index before out."""
        nodes, words = self._old.kept(iri)
        for node in nodes:
            self.kinds[node.kind] -= 1
            self.total.take(entry("node", node))
        for said in words:
            self.total.take(entry("word", said))
        self._db.execute("INSERT OR IGNORE INTO gone VALUES (?)", (iri,))
        self._db.execute("DELETE FROM node WHERE iri = ?", (iri,))
        self._db.execute("DELETE FROM word WHERE rowid IN (SELECT id FROM said WHERE iri = ?)", (iri,))
        self._db.execute("DELETE FROM said WHERE iri = ?", (iri,))

    def forget_places(self, article: str, iri: str) -> None:
        """Take out what the index before says of places in an article (its node is ``iri``)."""
        for origin in self._old.origins_in(article):
            self.total.take(entry("origin", origin))
        for key in self._old.formers_of(iri):
            self.total.take(entry("former", FormerRow(key, iri)))
        self._db.execute("INSERT OR IGNORE INTO left VALUES (?)", (article,))
        self._db.execute("INSERT OR IGNORE INTO renamed VALUES (?)", (iri,))
        self._db.execute("DELETE FROM origin WHERE article = ?", (article,))
        self._db.execute("DELETE FROM former WHERE iri = ?", (iri,))

    @property
    def swollen(self) -> bool:
        """Whether a new base is due."""
        gone = self._db.execute("SELECT count(*) FROM gone").fetchone()[0]
        return int(gone) > max(_FEW, sum(self.kinds.values()) // _SHARE)

    @property
    def _old(self) -> Index:
        if self._before is None:
            raise ValueError("this index amends no other")
        return self._before


def save(path: Path, content: Content) -> None:
    """Write an index of these rows into a new file."""
    writer = Writer(path)
    content = content.sorted()
    writer.nodes(content.nodes, content.words)
    writer.places(content.origins, content.formers)
    writer.close()


def compact(path: Path) -> None:
    """Make one base of a base and the changes to it; in a folder that is not published yet."""
    new = path.with_name(path.name + ".new")
    writer = Writer(new)
    with closing(Index(path)) as old:
        writer.nodes((NodeRow(*row) for row in old.all_rows("nodes")), ())  # type: ignore[arg-type]
        writer.nodes((), (WordRow(*row) for row in old.all_rows("words")))  # type: ignore[arg-type]
        writer.places((OriginRow(*row) for row in old.all_rows("origins")), ())  # type: ignore[arg-type]
        writer.places((), (FormerRow(*row) for row in old.all_rows("formers")))  # type: ignore[arg-type]
    writer.close()
    new.replace(path)
    delta_path(path).unlink()



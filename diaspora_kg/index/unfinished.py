"""What a new base of an index lacks until its rows are in it: some indexes, and search in good order.

An index of a table that is made at once, of all its rows, takes half as long as one that grows with each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from diaspora_kg.index.tables import INDEXES

_WHILE_MADE = {"automerge": 0, "crisismerge": 1999, "hashsize": 8 << 20}
"""Words are collected in pieces of some megabytes, which are joined once, when the last word came.

https://www.sqlite.org/fts5.html, sections 6.1 and 6.2; ``hashsize`` (bytes) stands in FTS5's source only.
"""

_AS_USUAL = {"automerge": 4, "crisismerge": 16, "hashsize": 1 << 20}

_SHARE = 4  # search is put in order once more when one in so many of its rows changed since


class Unfinished:
    """One base in the making, or changes to one, which lack nothing; ``fresh`` are those that begin here.

    ``searchable`` says whether any words can be found, ``behind`` whether some were added that cannot be
    found yet, ``placed`` whether there may be places that belong to no article.
    """

    def __init__(self, db: sqlite3.Connection, *, base: bool, fresh: bool) -> None:
        self._db = db
        self._base = base
        self._bare = base
        self._since: int | None = None  # rows of search that changed since it was put in order
        if base:
            self._order(_WHILE_MADE)
        self.searchable = not base
        self.behind = False
        self.placed = not fresh

    def index(self) -> None:
        """Make the indexes, before somebody asks for rows by what only these make quick."""
        if self._bare:
            for statement in INDEXES:
                self._db.execute(statement)
            self._bare = False

    def search(self) -> None:
        """Let all words of a new base be found, also those that were added one by one."""
        [(last,)] = self._db.execute("SELECT ifnull(max(id), 0) FROM word_content")
        self.changed(max(0, self._rows() - last))
        said = "SELECT id, fold(words) FROM said WHERE id > ? ORDER BY id"
        self._db.execute(f"INSERT INTO word (rowid, folded) {said}", (last,))
        self.searchable, self.behind = True, False

    def changed(self, rows: int) -> None:
        """So many rows of search came or went."""
        if self._since is not None:
            self._since += rows

    def tidy(self) -> None:
        """Bring a base that has nearly all its rows into order."""
        self.finish()
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def finish(self) -> None:
        """Let it lack nothing."""
        if self._base:
            self.index()
            self.search()
        if self._since is None or self._since * _SHARE > self._rows():
            self._db.execute("INSERT INTO word (word) VALUES ('optimize')")
            self._since = 0
        if self._base:
            self._order(_AS_USUAL)

    def _order(self, numbers: Mapping[str, int]) -> None:
        for name, number in numbers.items():
            self._db.execute("INSERT INTO word (word, rank) VALUES (?, ?)", (name, number))

    def _rows(self) -> int:
        [(last,)] = self._db.execute("SELECT ifnull(max(id), 0) FROM said")
        return int(last)

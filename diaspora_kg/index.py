"""The search index of a snapshot: ``index.sqlite``.

It finds a node by key, by former key and by words, and says in which file and line it was written.
File and line are here and not in the graph, since reformatting an annotation must not change the
graph. Words come from the published graph alone, so that nothing is here that may not leave.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diaspora_kg.errors import RunStopped

FORMAT = "1"
"""The version of the tables."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE node (iri TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL,
  label TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX node_key ON node (key);
CREATE TABLE origin (iri TEXT NOT NULL, article TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
  PRIMARY KEY (iri, article, file, line)) WITHOUT ROWID;
CREATE INDEX origin_article ON origin (article);
CREATE TABLE former (key TEXT NOT NULL, iri TEXT NOT NULL, PRIMARY KEY (key, iri)) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5 (folded, iri UNINDEXED, role UNINDEXED, language UNINDEXED,
  words UNINDEXED, tokenize = 'trigram case_sensitive 1');
"""
_ROLES = ("name", "label", "title", "paraphrase", "quote")
_SHORTEST = 3  # FTS5's trigrams match nothing shorter


@dataclass(frozen=True, slots=True, order=True)
class NodeRow:
    """One node of the graph: ``kind`` and ``key`` are those of its IRI."""

    iri: str
    kind: str
    key: str
    label: str = ""


@dataclass(frozen=True, slots=True, order=True)
class OriginRow:
    """Where a node was written; ``article`` is empty for the register."""

    iri: str
    article: str
    file: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class FormerRow:
    """A key that a node had before, or that one of the records has which are one node now."""

    key: str
    iri: str


@dataclass(frozen=True, slots=True, order=True)
class WordRow:
    """Words by which a node is found: role is name, label, title, paraphrase or quote."""

    iri: str
    role: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that a search found, and the words in which it was found."""

    node: NodeRow
    role: str
    language: str
    words: str


@dataclass(frozen=True)
class Content:
    """All rows of an index."""

    nodes: tuple[NodeRow, ...] = ()
    origins: tuple[OriginRow, ...] = ()
    formers: tuple[FormerRow, ...] = ()
    words: tuple[WordRow, ...] = ()

    def sorted(self) -> Content:
        """The same rows, each once, in order."""
        return Content(
            tuple(sorted(set(self.nodes))),
            tuple(sorted(set(self.origins))),
            tuple(sorted(set(self.formers))),
            tuple(sorted(set(self.words))),
        )

    def sha256(self) -> str:
        """A hash over all rows, of an index that :meth:`sorted` gave."""
        digest = hashlib.sha256()
        for rows in (self.nodes, self.origins, self.formers, self.words):
            for row in rows:
                digest.update(json.dumps(_cells(row), ensure_ascii=False).encode() + b"\n")
            digest.update(b"\n")
        return digest.hexdigest()


def fold(text: str) -> str:
    """A search key: no case, no diacritics, dotless i as i, white space collapsed.

    >>> fold("Ümumrusiya  Azərbaycanlıları"), fold("İSTANBUL")
    ('umumrusiya azərbaycanlilari', 'istanbul')
    """
    for _ in range(2):  # folding case may bring new marks
        plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = plain.casefold().replace("ı", "i")
    return " ".join(text.split())


def _cells(row: NodeRow | OriginRow | FormerRow | WordRow) -> tuple[str | int, ...]:
    """A row's values (``dataclasses.astuple`` copies each of them, and takes ten times as long)."""
    return tuple(getattr(row, name) for name in row.__slots__)


def _storable(text: str) -> str:
    """What is typed may hold characters that SQLite does not keep; nothing is found by those."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def save(path: Path, content: Content) -> None:
    """Write an index of rows that are sorted into a new file."""
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(_TABLES)
        db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
        db.executemany("INSERT INTO node VALUES (?, ?, ?, ?)", map(_cells, content.nodes))
        db.executemany("INSERT INTO origin VALUES (?, ?, ?, ?)", map(_cells, content.origins))
        db.executemany("INSERT INTO former VALUES (?, ?)", map(_cells, content.formers))
        words = ((fold(row.words), *_cells(row)) for row in content.words)
        db.executemany("INSERT INTO word (folded, iri, role, language, words) VALUES (?, ?, ?, ?, ?)", words)
        db.execute("INSERT INTO word (word) VALUES ('optimize')")


class Index:
    """One snapshot's index, opened for reading.

    It raises :class:`RunStopped`, when it is opened or later, for a file that is none or is damaged.
    """

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise _damaged(error) from error

    def check(self) -> None:
        """Read the whole file; raises :class:`RunStopped` if it is damaged."""
        [(told,)] = self._rows("PRAGMA quick_check(1)")
        if told != "ok":
            raise _damaged(told)

    def _rows(self, sql: str, values: Sequence[str | int] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _damaged(error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def find(self, name: str) -> tuple[NodeRow, ...]:
        """The nodes with this IRI or key; else those that had it before; else none."""
        name = _storable(name)
        rows = self._nodes("SELECT * FROM node WHERE iri = ?1 OR key = ?1 ORDER BY iri", name)
        return rows or self._formerly(name)

    def origin_of(self, iri: str) -> OriginRow | None:
        """Where a node was written: the first place, when there are several."""
        return next(iter(self.origins(iri)), None)

    def origins(self, iri: str) -> tuple[OriginRow, ...]:
        """Every place where a node was written."""
        found = self._rows("SELECT * FROM origin WHERE iri = ? ORDER BY article, file, line", (iri,))
        return tuple(OriginRow(*row) for row in found)

    def origins_in(self, article: str) -> tuple[OriginRow, ...]:
        """Everything that was written in one article (empty: in the register)."""
        found = self._rows("SELECT * FROM origin WHERE article = ? ORDER BY iri, file, line", (article,))
        return tuple(OriginRow(*row) for row in found)

    def formers_of(self, iri: str) -> tuple[str, ...]:
        """The keys that a node had before."""
        found = self._rows("SELECT key FROM former WHERE iri = ? ORDER BY key", (iri,))
        return tuple(key for (key,) in found)

    def formers(self) -> tuple[FormerRow, ...]:
        """Every key that a node had before, or that one of its records has in its article."""
        return tuple(FormerRow(*row) for row in self._rows("SELECT * FROM former ORDER BY key, iri"))

    def articles(self) -> Mapping[str, str]:
        """The published articles: the file of each key."""
        sql = (
            "SELECT node.key, min(origin.file) FROM node JOIN origin USING (iri)"
            " WHERE node.kind = 'article' AND origin.article = node.key GROUP BY node.key ORDER BY node.key"
        )
        return dict(self._rows(sql))

    def search(self, text: str, limit: int = 50) -> tuple[Hit, ...]:
        """Nodes whose words hold every word of ``text``, folded; names first, then the closest."""
        key = fold(_storable(text))
        terms = key.split()
        if not terms:
            return ()
        long = [term for term in terms if len(term) >= _SHORTEST]
        short = [term for term in terms if len(term) < _SHORTEST]
        phrases = ['"' + term.replace('"', '""') + '"' for term in long]
        where = ["word MATCH ?"] * bool(long) + ["instr(folded, ?) > 0"] * len(short)
        values = [" AND ".join(phrases)] * bool(long) + short
        rank = " ".join(f"WHEN '{role}' THEN {n}" for n, role in enumerate(_ROLES))
        sql = (
            "SELECT node.iri, node.kind, node.key, node.label, role, language, words"  # noqa: S608 - own text
            f" FROM word JOIN node USING (iri) WHERE {' AND '.join(where)}"
            f" ORDER BY folded = ? DESC, CASE role {rank} ELSE 9 END, length(folded), node.iri LIMIT ?"
        )
        found = self._rows(sql, (*values, key, limit))
        return tuple(Hit(NodeRow(*row[:4]), *row[4:]) for row in found)

    def _nodes(self, sql: str, *values: str) -> tuple[NodeRow, ...]:
        return tuple(NodeRow(*row) for row in self._rows(sql, values))

    def _formerly(self, name: str) -> tuple[NodeRow, ...]:
        """A node that was renamed, or that lies in an article that was."""
        sql = "SELECT node.* FROM former JOIN node USING (iri) WHERE former.key = ? ORDER BY node.iri"
        if rows := self._nodes(sql, name):
            return rows
        article, dot, key = name.rpartition(".")
        articles = [row for row in self._nodes(sql, article) if row.kind == "article"] if dot else []
        by_key = "SELECT * FROM node WHERE key = ? ORDER BY iri"
        keys = [f"{new.key}.{key}" for new in articles]
        return tuple(row for new in keys for row in self._nodes(by_key, new) or self._nodes(sql, new))


def _damaged(why: object) -> RunStopped:
    return RunStopped(f"The search index of the published graph cannot be read ({why}). Run: dkg build")

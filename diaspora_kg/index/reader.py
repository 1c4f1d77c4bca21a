"""Asks the index of one snapshot."""

from __future__ import annotations

import heapq
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from diaspora_kg.errors import RunStopped
from diaspora_kg.index.parted import Parted
from diaspora_kg.index.parted import read as read_parted
from diaspora_kg.index.rows import ROLES, FormerRow, Hit, NodeRow, OriginRow, WordRow, fold
from diaspora_kg.index.tables import delta_path

_SHORTEST = 3  # FTS5's trigrams match nothing shorter
_NAMES = 3  # the first roles are those of names: name, label, title
_AT_ONCE = 500  # values of one question
_STEPS = 5000  # of SQLite's machine between two looks at the clock: well below a millisecond

_Rank = tuple[bool, bool, bool, bool, int, bool, int, str]

_PLAIN = {
    "nodes": "SELECT * FROM main.node",
    "origins": "SELECT * FROM main.origin",
    "formers": "SELECT * FROM main.former",
    "words": "SELECT iri, role, language, words FROM main.said",
}
_AMENDED = {
    "nodes": "SELECT * FROM main.node WHERE iri NOT IN (SELECT iri FROM late.gone)"
    " UNION ALL SELECT * FROM late.node",
    "origins": "SELECT * FROM main.origin WHERE article NOT IN (SELECT article FROM late.left)"
    " UNION ALL SELECT * FROM late.origin",
    "formers": "SELECT * FROM main.former WHERE iri NOT IN (SELECT iri FROM late.renamed)"
    " UNION ALL SELECT * FROM late.former",
    "words": "SELECT iri, role, language, words FROM main.said WHERE iri NOT IN (SELECT iri FROM late.gone)"
    " UNION ALL SELECT iri, role, language, words FROM late.said",
}


class Index:
    """One snapshot's index, opened for reading.

    It raises :class:`RunStopped`, when it is opened or later, for a file that is none or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        late = delta_path(path)
        self._amended = late.exists()
        try:
            self._db = sqlite3.connect(_uri(path), uri=True, check_same_thread=False)
            if self._amended:
                self._db.execute("ATTACH ? AS late", (_uri(late),))
            for name, select in (_AMENDED if self._amended else _PLAIN).items():
                self._db.execute(f"CREATE TEMP VIEW {name} AS {select}")
        except sqlite3.Error as error:
            raise _damaged(error) from error

    def check(self) -> None:
        """Read the whole file; raises :class:`RunStopped` if it is damaged."""
        for part in ("main", "late")[: 1 + self._amended]:
            [(told,)] = self._rows(f"PRAGMA {part}.quick_check(1)")
            if told != "ok":
                raise _damaged(told)

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _damaged(error) from error

    def opened(self) -> tuple[sqlite3.Connection, bool]:
        """For this package: the open file, and whether changes are attached to it as ``late``."""
        return self._db, self._amended

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
        rows = self._nodes("SELECT * FROM nodes WHERE iri = ?1 OR key = ?1 ORDER BY iri", name)
        return rows or self.formerly(name)

    def beginning(self, start: str, limit: int = 200) -> tuple[NodeRow, ...]:
        """Nodes whose keys begin so, in order of key."""
        start = _storable(start)
        sql = "SELECT * FROM nodes WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3"
        return tuple(NodeRow(*row) for row in self._rows(sql, (start, start + "\U0010ffff", limit)))

    def of_kind(self, kind: str) -> Iterator[NodeRow]:
        """All nodes of a kind."""
        return (NodeRow(*row) for row in self._rows("SELECT * FROM nodes WHERE kind = ?", (kind,)))

    def iris_of(self, kind: str, start: str) -> list[str]:
        """The IRIs of all nodes of a kind; ``start`` is what all of them begin with: none else is read."""
        sql = "SELECT iri FROM nodes WHERE kind = ?1 AND iri >= ?2 AND iri < ?3"
        return [iri for (iri,) in self._rows(sql, (kind, start, start + "\U0010ffff"))]

    def beneath(self, start: str, limit: int, *, registered: bool = False) -> Iterator[str]:
        """The first IRIs that begin so, in their order; ``registered``: of nodes of the register only.

        Both are found by the keys of tables, so at once.
        """
        sql = "SELECT iri FROM nodes WHERE iri >= ?1 AND iri < ?2 ORDER BY iri LIMIT ?3"
        if registered:
            sql = (
                "SELECT DISTINCT iri FROM origins WHERE article = '' AND iri >= ?1 AND iri < ?2"
                " ORDER BY iri LIMIT ?3"
            )
        return (iri for (iri,) in self._rows(sql, (start, start + "\U0010ffff", limit)))

    def rows(self, iris: Sequence[str]) -> tuple[NodeRow, ...]:
        """The nodes that have some IRIs."""
        found: list[NodeRow] = []
        for start in range(0, len(iris), _AT_ONCE):
            part = iris[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            sql = f"SELECT * FROM nodes WHERE iri IN ({marks})"  # noqa: S608 - marks only
            found += self._nodes(sql, *part)
        return tuple(found)

    def origin_of(self, iri: str) -> OriginRow | None:
        """Where a node was written: the first place, when there are several."""
        return next(iter(self.origins(iri)), None)

    def origins(self, iri: str) -> tuple[OriginRow, ...]:
        """Every place where a node was written."""
        found = self._rows("SELECT * FROM origins WHERE iri = ? ORDER BY article, file, line", (iri,))
        return tuple(OriginRow(*row) for row in found)

    def origins_in(self, article: str) -> tuple[OriginRow, ...]:
        """Everything that was written in one article (empty: in the register)."""
        found = self._rows("SELECT * FROM origins WHERE article = ? ORDER BY iri, file, line", (article,))
        return tuple(OriginRow(*row) for row in found)

    def formers_of(self, iri: str) -> tuple[str, ...]:
        """The keys that a node had before."""
        found = self._rows("SELECT key FROM formers WHERE iri = ? ORDER BY key", (iri,))
        return tuple(key for (key,) in found)

    def parted_of(self, iri: str) -> tuple[Parted, ...]:
        """Nodes of which a record was thought to be one with a record of this one, until that was undone."""
        return self._parted.get(iri, ())

    def parted(self) -> tuple[Parted, ...]:
        """All of them, each from both sides."""
        return tuple(row for rows in self._parted.values() for row in rows)

    @cached_property
    def _parted(self) -> Mapping[str, tuple[Parted, ...]]:
        found: dict[str, tuple[Parted, ...]] = {}
        for row in read_parted(self._path):
            found[row.iri] = (*found.get(row.iri, ()), row)
        return found

    def formers(self) -> tuple[FormerRow, ...]:
        """Every key that a node had before, or that one of its records has in its article."""
        return tuple(FormerRow(*row) for row in self._rows("SELECT * FROM formers ORDER BY key, iri"))

    def articles(self) -> Mapping[str, str]:
        """The published articles: the file of each key."""
        sql = (
            "SELECT nodes.key, min(origins.file) FROM nodes JOIN origins USING (iri)"
            " WHERE nodes.kind = 'article' AND origins.article = nodes.key"
            " GROUP BY nodes.key ORDER BY nodes.key"
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
        found = sorted(
            row
            for part in ("main", "late")[: 1 + self._amended]
            for row in self._search(part, " AND ".join(where), (key, *values, key, limit))
        )
        return tuple(Hit(NodeRow(*row[3:7]), *row[7:]) for row in found[:limit])

    def suggest(
        self,
        text: str,
        kinds: Sequence[str] = (),
        limit: int = 10,
        seconds: float = 0.25,
        *,
        names: bool = True,
    ) -> tuple[tuple[Hit, ...], bool]:
        """Nodes that may be meant by what was typed, each once, and whether the time was enough.

        Of the words of a node ``names`` counts names, labels and titles only. Words of one or two
        characters must begin a word. What begins with the typed words comes first, then what holds them
        at the start of a word. While it runs no other thread may use this index.
        """
        key = fold(_storable(text))
        if not key or limit < 1:
            return (), True
        found: dict[str, tuple[_Rank, Hit]] = {}
        end = time.monotonic() + seconds
        self._db.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        try:
            for row in self._typed(key, kinds, ROLES[:_NAMES] if names else ROLES):
                rank, hit = _ranked(row, key), Hit(NodeRow(*row[1:5]), *row[5:])
                if hit.node.iri not in found or rank < found[hit.node.iri][0]:
                    found[hit.node.iri] = (rank, hit)
            whole = True
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise _damaged(error) from error
            whole = False
        except sqlite3.Error as error:
            raise _damaged(error) from error
        finally:
            self._db.set_progress_handler(None, 0)
        best = heapq.nsmallest(limit, found.values(), key=lambda ranked: ranked[0])
        return tuple(hit for _, hit in best), whole

    def _typed(self, key: str, kinds: Sequence[str], roles: Sequence[str]) -> Iterator[Any]:
        """Rows that hold every word of the key, in no order, as they are found."""
        long = [term for term in key.split() if len(term) >= _SHORTEST]
        short = [term for term in key.split() if len(term) < _SHORTEST]
        where = ["word MATCH ?"] * bool(long) + ["instr(' ' || folded, ' ' || ?) > 0"] * len(short)
        values = [" AND ".join('"' + term.replace('"', '""') + '"' for term in long)] * bool(long) + short
        for column, allowed in (("role", roles), ("kind", kinds)):
            if allowed:
                where.append(f"{column} IN ({', '.join('?' * len(allowed))})")
                values += allowed
        for part in ("main", "late")[: 1 + self._amended]:
            alive = " AND node.iri NOT IN (SELECT iri FROM late.gone)" * (part == "main" and self._amended)
            yield from self._db.execute(
                "SELECT folded, node.iri, node.kind, node.key, node.label, role, language, words"  # noqa: S608 - own text
                f" FROM {part}.word JOIN {part}.said ON said.id = word.rowid"
                f" JOIN {part}.node ON node.iri = said.iri WHERE {' AND '.join(where)}{alive}",
                values,
            )

    def _search(
        self, part: str, where: str, values: tuple[object, ...]
    ) -> Iterator[tuple[int, int, int, str, str, str, str, str, str, str]]:
        rank = " ".join(f"WHEN '{role}' THEN {n}" for n, role in enumerate(ROLES))
        rank = f"CASE role {rank} ELSE 9 END"
        alive = "AND node.iri NOT IN (SELECT iri FROM late.gone)" * (part == "main" and self._amended)
        sql = (
            f"SELECT folded <> ?, {rank}, length(folded), node.iri, node.kind, node.key, node.label,"  # noqa: S608 - own text
            f" role, language, words FROM {part}.word JOIN {part}.said ON said.id = word.rowid"
            f" JOIN {part}.node ON node.iri = said.iri WHERE {where} {alive}"
            f" ORDER BY folded = ? DESC, {rank}, length(folded), node.iri, role, language, words LIMIT ?"
        )
        yield from self._rows(sql, values)

    def base_kept(self, iri: str) -> tuple[tuple[NodeRow, ...], tuple[WordRow, ...]]:
        """What the base alone has of one node."""
        words = self._rows("SELECT iri, role, language, words FROM main.said WHERE iri = ?", (iri,))
        return self._nodes("SELECT * FROM main.node WHERE iri = ?", iri), tuple(
            WordRow(*row) for row in words
        )

    def base_origins(self, iri: str) -> tuple[OriginRow, ...]:
        """Where the base alone says that a node was written."""
        return tuple(OriginRow(*row) for row in self._rows("SELECT * FROM main.origin WHERE iri = ?", (iri,)))

    def base_origins_in(self, article: str) -> tuple[OriginRow, ...]:
        """What the base alone says of an article."""
        found = self._rows("SELECT * FROM main.origin WHERE article = ?", (article,))
        return tuple(OriginRow(*row) for row in found)

    def base_formers_of(self, iri: str) -> tuple[str, ...]:
        """The former keys that the base alone has of a node."""
        return tuple(key for (key,) in self._rows("SELECT key FROM main.former WHERE iri = ?", (iri,)))

    def all_rows(self, view: str) -> Iterator[tuple[str | int, ...]]:
        """Every row of ``nodes``, ``origins``, ``formers`` or ``words``."""
        if view not in _PLAIN:
            raise ValueError(view)
        yield from self._db.execute(f"SELECT * FROM {view}")  # noqa: S608 - own names

    def _nodes(self, sql: str, *values: str) -> tuple[NodeRow, ...]:
        return tuple(NodeRow(*row) for row in self._rows(sql, values))

    def formerly(self, name: str) -> tuple[NodeRow, ...]:
        """The nodes that had this key before: renamed, merged, or in an article that was renamed."""
        name = _storable(name)
        sql = "SELECT nodes.* FROM formers JOIN nodes USING (iri) WHERE formers.key = ? ORDER BY nodes.iri"
        if rows := self._nodes(sql, name):
            return rows
        article, dot, key = name.rpartition(".")
        articles = [row for row in self._nodes(sql, article) if row.kind == "article"] if dot else []
        by_key = "SELECT * FROM nodes WHERE key = ? ORDER BY iri"
        keys = [f"{new.key}.{key}" for new in articles]
        return tuple(row for new in keys for row in self._nodes(by_key, new) or self._nodes(sql, new))


def _ranked(row: Sequence[str], key: str) -> _Rank:
    """Where a row of :meth:`Index._typed` stands among others, the least first."""
    folded, iri, label, role, words = row[0], row[1], row[4], row[5], row[7]
    begins, holds = folded.startswith(key), f" {key}" in f" {folded}"
    place = ROLES.index(role) if role in ROLES else len(ROLES)
    text = place >= _NAMES  # a name is meant more often than words that somebody said
    return (folded != key, text, not begins, not holds, place, words != label, len(folded), iri)


def _uri(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def _storable(text: str) -> str:
    """What is typed may hold characters that SQLite does not keep; nothing is found by those."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def _damaged(why: object) -> RunStopped:
    return RunStopped(f"The search index of the published graph cannot be read ({why}). Run: dkg build")

"""Writes an index: a new base from all rows, or the changes to the one before."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import Any

from diaspora_kg.index.hashed import Four, of_formers, of_nodes, of_places
from diaspora_kg.index.newcomers import NODE, kinds_of, left_out, put_new
from diaspora_kg.index.reader import Index
from diaspora_kg.index.rows import (
    Filling,
    FormerRow,
    NodeRow,
    OriginRow,
    WordRow,
    cells,
    fold,
    labels_of,
)
from diaspora_kg.index.tables import BASE, DELTA, FORMAT, INDEXES, delta_path
from diaspora_kg.index.unfinished import Unfinished
from diaspora_kg.sums import Total

_FEW = 2000  # changed nodes up to this number never make a new base worth its time
_SHARE = 10
_ASKED = 500  # nodes of one question
_WORDS = "SELECT iri, role, language, words FROM said"
_SAID = "INSERT INTO said (iri, role, language, words) VALUES (?, ?, ?, ?)"


class Writer:
    """An index in the making; ``total`` is the hash of its rows, ``kinds`` counts its nodes.

    Of one that amends another, ``before`` is that one, and both begin as they are there.
    """

    def __init__(
        self,
        path: Path,
        before: Index | None = None,
        total: Total | None = None,
        kinds: Counter[str] | None = None,
    ) -> None:
        self.total = total or Total()
        self.kinds = kinds or Counter()
        self._before = before
        target = path if before is None else delta_path(path)
        fresh = not target.exists()
        self._db = sqlite3.connect(target, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")  # what is not finished is thrown away
        self._db.execute("PRAGMA synchronous = OFF")  # publishing brings it to the disk
        if fresh:
            self._db.executescript(BASE)
            self._db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            if before is not None:
                self._db.executescript(";".join((DELTA, *INDEXES)))
        self._late = Unfinished(self._db, base=before is None, fresh=fresh)
        self._db.create_function("fold", 1, fold, deterministic=True)
        self._db.execute("PRAGMA cache_size = -65536")
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Finish the file."""
        self._late.finish()
        self._db.execute("COMMIT")
        self._db.close()

    def tidy(self) -> None:
        """Do what can be done before the last few rows come; see :meth:`Unfinished.tidy`."""
        self._late.tidy()

    def make_searchable(self) -> None:
        """Let all words of a new base be found, also those that were added one by one."""
        self._late.search()

    def abandon(self) -> None:
        """Let go of a file that is not needed; nothing happens to one that is finished."""
        self._db.close()

    def fill(self, rows: Filling) -> set[str]:
        """Add the rows of many articles to a new base; the nodes of which they may not tell all.

        Of a node that has rows already none are added: what is said of it must be put together.
        """
        known = put_new(self._db, rows.nodes)
        self.total.join(rows.total)
        self.kinds.update(kinds_of(rows.nodes))
        words, folded = rows.words, rows.folded
        if known:
            left, total = left_out(rows, known)
            self.kinds.subtract(kinds_of(left))
            self.total.part(total)
            folded = [text for said, text in zip(words, folded, strict=True) if said[0] not in known]
            words = [said for said in words if said[0] not in known]
        self._say(words, folded)
        self._db.executemany("INSERT INTO origin VALUES (?, ?, ?, ?, ?)", rows.origins)
        self.places((), rows.formers)
        return known | rows.shared

    def _say(self, words: Sequence[Four], folded: Sequence[str]) -> None:
        """Add words that can be found at once: all of them at the end would keep everyone waiting."""
        if self._late.behind:
            self._late.search()
        [(last,)] = self._db.execute("SELECT ifnull(max(id), 0) FROM said")
        self._db.executemany(_SAID, words)  # these get the numbers that follow
        self._db.executemany("INSERT INTO word (rowid, folded) VALUES (?, ?)", enumerate(folded, last + 1))
        self._late.changed(len(words))
        self._late.searchable = self._late.searchable or bool(words)

    def more(self, words: Iterable[Four]) -> set[str]:
        """Add words to nodes of a new base; the nodes that it does not have yet, of which none are added."""
        self._late.index()
        lacking: set[str] = set()
        by_node: defaultdict[str, set[Four]] = defaultdict(set)
        for row in words:
            by_node[row[0]].add(row)
        iris = sorted(by_node)  # what lies side by side is asked for together
        for start in range(0, len(iris), _ASKED):
            some = iris[start : start + _ASKED]
            found = list(self._of_each("SELECT iri, kind, key, label FROM node", some))
            there = {node[0] for node in found}
            lacking.update(iri for iri in some if iri not in there)
            self._say_more(found, set[Four]().union(*(by_node[iri] for iri in there)))
        return lacking

    def _say_more(self, nodes: Sequence[Four], words: Set[Four]) -> None:
        """Add words to nodes that a new base has."""
        old = set(self._of_each(_WORDS, [node[0] for node in nodes]))
        new = sorted(words - old)
        self._db.executemany(_SAID, new)
        self._late.behind = self._late.behind or bool(new)
        labels = labels_of(old | words)
        labelled = [(*node[:3], labels.get(node[0], "")) for node in nodes]
        self.total.part(of_nodes(nodes, old))
        self.total.join(of_nodes(labelled, old | words))
        other = [(one[3], one[0]) for one, node in zip(labelled, nodes, strict=True) if one != node]
        self._db.executemany("UPDATE node SET label = ? WHERE iri = ?", other)

    def _of_each(self, sql: str, iris: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(iris), _ASKED):
            some = iris[start : start + _ASKED]
            yield from self._db.execute(f"{sql} WHERE iri IN ({', '.join('?' * len(some))})", some)

    def nodes(self, nodes: Iterable[NodeRow], words: Iterable[WordRow]) -> None:
        """Add nodes, each with all its words."""
        nodes, words = list(nodes), list(words)
        self.total.join(of_nodes([*map(cells, nodes)], [*map(cells, words)]))
        self.kinds.update(node.kind for node in nodes)
        self._put(nodes, words)

    def _put(self, nodes: Iterable[NodeRow], words: Iterable[WordRow]) -> None:
        self._db.executemany(NODE, map(cells, nodes))
        for said in words:
            cursor = self._db.execute(_SAID, cells(said))
            self._late.behind = True
            if self._before is not None:  # a new base is made searchable when it is finished
                self._db.execute(
                    "INSERT INTO word (rowid, folded) VALUES (?, ?)", (cursor.lastrowid, fold(said.words))
                )

    def renew(self, iris: Sequence[str], nodes: Sequence[NodeRow], words: Sequence[WordRow]) -> None:
        """Let these be all rows of the nodes with these IRIs."""
        turned = self._turned(iris, nodes, words) if self._before is None else set(iris)
        for iri in iris:
            if iri in turned:
                self.forget_node(iri)
        self.nodes((row for row in nodes if row.iri in turned), (row for row in words if row.iri in turned))

    def _turned(self, iris: Sequence[str], nodes: Sequence[NodeRow], words: Sequence[WordRow]) -> set[str]:
        """The nodes of which a base has other rows; most have these."""
        self._late.index()
        old = Counter[tuple[Any, ...]]()
        for sql in ("SELECT * FROM node", _WORDS):
            old.update(self._of_each(sql, iris))
        new = Counter[tuple[Any, ...]]([cells(row) for rows in (nodes, words) for row in rows])
        return {row[0] for row in old.keys() | new.keys() if old[row] != new[row]}

    def places(self, origins: Iterable[OriginRow], formers: Iterable[FormerRow]) -> None:
        """Add what articles, or the register, say of places and former keys."""
        by_article: defaultdict[str, set[OriginRow]] = defaultdict(set)
        for origin in origins:
            self._late.placed = self._late.placed or not origin.article
            by_article[origin.article].add(origin)
        for article, new in by_article.items():
            old = self.origins_in(article) if article else ()  # of an article they are hashed as a whole
            self.total.part(of_places(map(cells, old)))
            self.total.join(of_places(map(cells, {*old, *self._place(new.difference(old))})))
        self.total.join(of_formers(map(cells, self._lead(formers))))

    def _place(self, origins: Iterable[OriginRow]) -> list[OriginRow]:
        """Add those that are not there yet, and say which these were."""
        sql = "INSERT OR IGNORE INTO origin VALUES (?, ?, ?, ?, ?)"
        return [row for row in origins if self._db.execute(sql, cells(row)).rowcount]

    def _lead(self, formers: Iterable[FormerRow]) -> list[FormerRow]:
        sql = "INSERT OR IGNORE INTO former VALUES (?, ?)"
        return [row for row in formers if self._db.execute(sql, cells(row)).rowcount]

    def copy(self, old: Index) -> None:
        """All rows of another index; they are not counted, nor hashed."""
        self._put((NodeRow(*row) for row in old.all_rows("nodes")), ())  # type: ignore[arg-type]
        self._put((), (WordRow(*row) for row in old.all_rows("words")))  # type: ignore[arg-type]
        self._place(OriginRow(*row) for row in old.all_rows("origins"))  # type: ignore[arg-type]
        self._lead(FormerRow(*row) for row in old.all_rows("formers"))  # type: ignore[arg-type]

    def forget_node(self, iri: str) -> None:
        """Take a node out."""
        self._late.index()
        nodes = [NodeRow(*row) for row in self._own("SELECT * FROM node WHERE iri = ?", iri)]
        words = [WordRow(*row) for row in self._own(f"{_WORDS} WHERE iri = ?", iri)]
        if self._before is not None and self._first("gone", iri):
            old_nodes, old_words = self._before.base_kept(iri)
            nodes, words = [*nodes, *old_nodes], [*words, *old_words]
        self.kinds.subtract(node.kind for node in nodes)
        self.total.part(of_nodes([*map(cells, nodes)], [*map(cells, words)]))
        self._db.execute("DELETE FROM node WHERE iri = ?", (iri,))
        if self._late.searchable:
            self._late.changed(len(words))
            self._db.execute("DELETE FROM word WHERE rowid IN (SELECT id FROM said WHERE iri = ?)", (iri,))
        self._db.execute("DELETE FROM said WHERE iri = ?", (iri,))

    def forget_places(self, article: str, iri: str) -> None:
        """Take out what is said of places in an article, and of former keys of its node ``iri``."""
        self.total.part(of_places(map(cells, self.origins_in(article))))
        self.total.part(of_formers((key, iri) for key in self.formers_of(iri)))
        if self._before is not None:
            self._db.execute("INSERT OR IGNORE INTO left VALUES (?)", (article,))
            self._db.execute("INSERT OR IGNORE INTO renamed VALUES (?)", (iri,))
        if self._placed_in(article):
            self._db.execute("DELETE FROM origin WHERE article = ?", (article,))
        self._db.execute("DELETE FROM former WHERE iri = ?", (iri,))

    def rename(self, iri: str, keys: Iterable[str]) -> None:
        """Let these be the keys that lead to a node besides its own."""
        old, keys = set(self.formers_of(iri)), set(keys)
        if old == keys:
            return
        self.total.part(of_formers((key, iri) for key in old))
        if self._before is not None:
            self._db.execute("INSERT OR IGNORE INTO renamed VALUES (?)", (iri,))
        self._db.execute("DELETE FROM former WHERE iri = ?", (iri,))
        self.places((), (FormerRow(key, iri) for key in sorted(keys)))

    def origins_in(self, article: str) -> tuple[OriginRow, ...]:
        """Everything that was written in one article, as it stands now."""
        sql = "SELECT * FROM origin WHERE article = ?"
        own = [OriginRow(*row) for row in self._own(sql, article)] if self._placed_in(article) else []
        if self._stands("left", "article", article):
            own += self._old.base_origins_in(article)
        return tuple(sorted(own))

    def _placed_in(self, article: str) -> bool:
        """Whether this file may have rows of an article, or (empty) of none, for which there is no index."""
        if article:
            self._late.index()
        return bool(article) or self._late.placed

    def formers_of(self, iri: str) -> tuple[str, ...]:
        """The keys that a node had before, as it stands now."""
        own = [key for (key,) in self._own("SELECT key FROM former WHERE iri = ?", iri)]
        if self._stands("renamed", "iri", iri):
            own += self._old.base_formers_of(iri)
        return tuple(sorted(own))

    def origins(self, iri: str) -> tuple[OriginRow, ...]:
        """Every place where a node was written, as it stands now."""
        own = [OriginRow(*row) for row in self._own("SELECT * FROM origin WHERE iri = ?", iri)]
        if self._before is not None:
            own += [o for o in self._before.base_origins(iri) if self._stands("left", "article", o.article)]
        return tuple(sorted(own))

    def _own(self, sql: str, value: str) -> list[Any]:
        return self._db.execute(sql, (value,)).fetchall()

    def _stands(self, table: str, column: str, value: str) -> bool:
        """Whether the base is still believed here."""
        if self._before is None:
            return False
        return not self._own(f"SELECT 1 FROM {table} WHERE {column} = ?", value)  # noqa: S608 - own names

    def _first(self, table: str, iri: str) -> bool:
        """Note that the base is no longer believed; whether it was until now."""
        return bool(self._db.execute(f"INSERT OR IGNORE INTO {table} VALUES (?)", (iri,)).rowcount)  # noqa: S608

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

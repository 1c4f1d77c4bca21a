"""Asks the index of one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from diaspora_kg.index.opened import VIEWS, Opened, storable
from diaspora_kg.index.parted import Parted
from diaspora_kg.index.parted import read as read_parted
from diaspora_kg.index.rows import FormerRow, Hit, NodeRow, OriginRow, WordRow
from diaspora_kg.index.typed import search, suggest

_AT_ONCE = 500  # values of one question


class Index(Opened):
    """One snapshot's index, opened for reading.

    It raises :class:`RunStopped`, when it is opened or later, for a file that is none or is damaged.
    """

    def find(self, name: str) -> tuple[NodeRow, ...]:
        """The nodes with this IRI or key; else those that had it before; else none."""
        name = storable(name)
        rows = self._nodes("SELECT * FROM nodes WHERE iri = ?1 OR key = ?1 ORDER BY iri", name)
        return rows or self.formerly(name)

    def beginning(self, start: str, limit: int = 200) -> tuple[NodeRow, ...]:
        """Nodes whose keys begin so, in order of key."""
        start = storable(start)
        sql = "SELECT * FROM nodes WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3"
        return tuple(NodeRow(*row) for row in self.ask(sql, (start, start + "\U0010ffff", limit)))

    def of_kind(self, kind: str) -> Iterator[NodeRow]:
        """All nodes of a kind."""
        return (NodeRow(*row) for row in self.ask("SELECT * FROM nodes WHERE kind = ?", (kind,)))

    def iris_of(self, kind: str, start: str) -> list[str]:
        """The IRIs of all nodes of a kind; ``start`` is what all of them begin with: none else is read."""
        sql = "SELECT iri FROM nodes WHERE kind = ?1 AND iri >= ?2 AND iri < ?3"
        return [iri for (iri,) in self.ask(sql, (kind, start, start + "\U0010ffff"))]

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
        return (iri for (iri,) in self.ask(sql, (start, start + "\U0010ffff", limit)))

    def rows(self, iris: Sequence[str]) -> tuple[NodeRow, ...]:
        """The nodes that have some IRIs."""
        found: list[NodeRow] = []
        for start in range(0, len(iris), _AT_ONCE):
            part = iris[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            sql = f"SELECT * FROM nodes WHERE iri IN ({marks})"  # noqa: S608 - marks only
            found += self._nodes(sql, *part)
        return tuple(found)

    def labels(self, iris: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
        """What nodes are called by a label, a title or a paraphrase: IRI, which of these, language, words."""
        for start in range(0, len(iris), _AT_ONCE):
            part = tuple(map(storable, iris[start : start + _AT_ONCE]))
            marks = ", ".join("?" * len(part))
            sql = f"SELECT * FROM words WHERE iri IN ({marks}) AND role IN ('label', 'title', 'paraphrase')"  # noqa: S608 - marks only
            yield from self.ask(sql, part)

    def origin_of(self, iri: str) -> OriginRow | None:
        """Where a node was written: the first place, when there are several."""
        return next(iter(self.origins(iri)), None)

    def origins(self, iri: str) -> tuple[OriginRow, ...]:
        """Every place where a node was written."""
        found = self.ask("SELECT * FROM origins WHERE iri = ? ORDER BY article, file, line", (iri,))
        return tuple(OriginRow(*row) for row in found)

    def origins_in(self, article: str) -> tuple[OriginRow, ...]:
        """Everything that was written in one article (empty: in the register)."""
        found = self.ask("SELECT * FROM origins WHERE article = ? ORDER BY iri, file, line", (article,))
        return tuple(OriginRow(*row) for row in found)

    def formers_of(self, iri: str) -> tuple[str, ...]:
        """The keys that a node had before."""
        found = self.ask("SELECT key FROM formers WHERE iri = ? ORDER BY key", (iri,))
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
        return tuple(FormerRow(*row) for row in self.ask("SELECT * FROM formers ORDER BY key, iri"))

    def articles(self) -> Mapping[str, str]:
        """The published articles: the file of each key."""
        sql = (
            "SELECT nodes.key, min(origins.file) FROM nodes JOIN origins USING (iri)"
            " WHERE nodes.kind = 'article' AND origins.article = nodes.key"
            " GROUP BY nodes.key ORDER BY nodes.key"
        )
        return dict(self.ask(sql))

    def search(self, text: str, limit: int = 50) -> tuple[Hit, ...]:
        """Nodes whose words hold every word of ``text``, folded; names first, then the closest."""
        return search(self, text, limit)

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
        return suggest(self, text, kinds, limit, seconds, names=names)

    def base_kept(self, iri: str) -> tuple[tuple[NodeRow, ...], tuple[WordRow, ...]]:
        """What the base alone has of one node."""
        words = self.ask("SELECT iri, role, language, words FROM main.said WHERE iri = ?", (iri,))
        return self._nodes("SELECT * FROM main.node WHERE iri = ?", iri), tuple(
            WordRow(*row) for row in words
        )

    def base_origins(self, iri: str) -> tuple[OriginRow, ...]:
        """Where the base alone says that a node was written."""
        return tuple(OriginRow(*row) for row in self.ask("SELECT * FROM main.origin WHERE iri = ?", (iri,)))

    def base_origins_in(self, article: str) -> tuple[OriginRow, ...]:
        """What the base alone says of an article."""
        found = self.ask("SELECT * FROM main.origin WHERE article = ?", (article,))
        return tuple(OriginRow(*row) for row in found)

    def base_formers_of(self, iri: str) -> tuple[str, ...]:
        """The former keys that the base alone has of a node."""
        return tuple(key for (key,) in self.ask("SELECT key FROM main.former WHERE iri = ?", (iri,)))

    def all_rows(self, view: str) -> Iterator[tuple[str | int, ...]]:
        """Every row of ``nodes``, ``origins``, ``formers`` or ``words``."""
        if view not in VIEWS:
            raise ValueError(view)
        yield from self._db.execute(f"SELECT * FROM {view}")  # noqa: S608 - own names

    def _nodes(self, sql: str, *values: str) -> tuple[NodeRow, ...]:
        return tuple(NodeRow(*row) for row in self.ask(sql, values))

    def formerly(self, name: str) -> tuple[NodeRow, ...]:
        """The nodes that had this key before: renamed, merged, or in an article that was renamed."""
        name = storable(name)
        sql = "SELECT nodes.* FROM formers JOIN nodes USING (iri) WHERE formers.key = ? ORDER BY nodes.iri"
        if rows := self._nodes(sql, name):
            return rows
        article, dot, key = name.rpartition(".")
        articles = [row for row in self._nodes(sql, article) if row.kind == "article"] if dot else []
        by_key = "SELECT * FROM nodes WHERE key = ? ORDER BY iri"
        keys = [f"{new.key}.{key}" for new in articles]
        return tuple(row for new in keys for row in self._nodes(by_key, new) or self._nodes(sql, new))

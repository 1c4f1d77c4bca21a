"""The directory of all declared nodes, as the state keeps it: asked key by key, never held as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from diaspora_kg.article import Article, Node
from diaspora_kg.build.keyed import Keyed
from diaspora_kg.build.packed import Entries
from diaspora_kg.identity import Directory, Entry, declared, uses
from diaspora_kg.identity.directory import same
from diaspora_kg.identity.references import uses_of_node
from diaspora_kg.state import ArticleState, ReadState, State, codec

_COLUMNS = "written, kind, record, article, path, line"
_CACHED = 500  # entries; those of one article are asked for again and again while it is at work


class StoredDirectory(Directory):
    """Like :class:`Directory`, over the state's entries; ``canonical`` are keys that decisions changed.

    Entries of the register are asked of the state too, unless they lie packed at hand.
    """

    def __init__(
        self,
        state: ReadState,
        canonical: Mapping[str, str] | None = None,
        register: Entries | None = None,
    ) -> None:
        super().__init__((), canonical)
        self._state = state
        self._register = register
        self._nodes = _Entries(state, "kind <> 'article'", canonical or {}, register)
        self._articles = _Entries(state, "kind = 'article'", canonical or {})

    @property
    def renames(self) -> bool:
        """As :attr:`Directory.renames`."""
        return bool(self._former)

    def renamed(self, article: str) -> str | None:
        """As :meth:`Directory.renamed`."""
        return self._former.get(same(article))

    @cached_property
    def _former(self) -> Mapping[str, str]:
        rows = self._state.articles("WHERE formerly <> '[]'")
        return {same(old): row.key for row in rows for old in row.formerly}

    def _keys_in(self, article: str | None, kinds: frozenset[str] | None) -> Iterable[str]:
        if article is None and self._register is not None:
            return self._register.keys_of(kinds)
        where, values = _from(article)
        rows = self._state.rows(f"SELECT written, kind {where}", *values)
        return (key for key, kind in rows if kinds is None or kind in kinds)

    def _declared_in(self, *articles: str | None) -> list[Entry]:
        return [entry for article in dict.fromkeys(articles) for entry in self._of(article)]

    def _of(self, article: str | None) -> Iterable[Entry]:
        """What one article, or the register, declares."""
        if article is None and self._register is not None:
            return self._register.in_order()
        where, values = _from(article)
        rows = self._state.rows(f"SELECT {_COLUMNS} {where} ORDER BY path, seq", *values)
        return [_entry(row, {}) for row in rows]

    def _owner(self, key: str) -> str:
        article = same(key).rpartition(".")[0]
        if article in self._articles:
            return self._articles[article].key
        keys = [written for (written,) in self._state.rows("SELECT DISTINCT key FROM article")]
        return next(iter(get_close_matches(article, keys, n=1)), article)


class _Entries(Keyed):
    def __init__(
        self,
        state: ReadState,
        which: str,
        canonical: Mapping[str, str],
        register: Keyed | None = None,
    ) -> None:
        self._state = state
        self._register = register
        self._which = which
        self._sql = (
            f"SELECT {_COLUMNS} FROM entry WHERE key = ? AND {which}"  # noqa: S608 - our own text
            " ORDER BY article, path, seq LIMIT 1"
        )
        self._canonical = canonical
        self._cache: dict[str, Entry | None] = {}

    def find(self, key: str) -> Entry | None:
        """As :meth:`Keyed.find`; a key without a dot is one of the register, or none."""
        if self._register is not None and "." not in key:
            found = self._register.find(key)
            meant = self._canonical.get(key) if found is not None else None
            return replace(found, canonical=meant) if found is not None and meant else found
        if key in self._cache:
            found = self._cache.pop(key)
        else:
            rows = self._state.rows(self._sql, storable(key))
            found = _entry(rows[0], self._canonical) if rows else None
            if len(self._cache) >= _CACHED:
                del self._cache[next(iter(self._cache))]
        self._cache[key] = found  # behind all others: the first is the one that was asked for least lately
        return found

    def __iter__(self) -> Iterator[str]:
        keys = f"SELECT DISTINCT key FROM entry WHERE {self._which} ORDER BY key"  # noqa: S608 - our own text
        return (key for (key,) in self._state.rows(keys))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _entry(row: tuple[Any, ...], canonical: Mapping[str, str]) -> Entry:
    written, kind, record, article, path, line = row
    made = Entry(written, kind, written, codec.read(record), article or None, path, line)
    meant = canonical.get(same(written)) if kind != "article" else None
    return replace(made, canonical=meant) if meant else made


def _from(article: str | None) -> tuple[str, tuple[str, ...]]:
    """Where all that an article (``None``: the register) declares is found, and the values of that condition.

    Of an article by keys, in the table's own order: there is no index of articles until all are read.
    """
    nodes = "FROM entry WHERE article = ? AND kind <> 'article'"
    if not article:
        return nodes, ("",)
    key = storable(article)
    return f"{nodes} AND key >= ? AND key < ?", (article, f"{key}.", f"{key}/")


def storable(key: str) -> str:
    """What is written as a key may hold characters that SQLite does not keep."""
    return same(key).encode("utf-8", "backslashreplace").decode()


def declare(state: State, path: str, article: str, entries: Iterable[Entry]) -> tuple[set[str], bool]:
    """Replace what an article (empty: the register) declares.

    Returns the keys whose meaning for others changed, and whether any place or key did.
    """
    sql = "SELECT key, kind, written, record, line FROM entry WHERE path = ? AND article = ?"
    before = {_row(*row) for row in state.rows(sql, path, article)}
    rows = entry_rows(path, article, entries)
    now = {_row(row[0], row[5], row[4], row[7], row[6]) for row in rows}
    if now == before:
        return set(), False
    state.do("DELETE FROM entry WHERE path = ? AND article = ?", path, article)
    state.fill("entry", rows)
    changed = {row[:3] for row in before} ^ {row[:3] for row in now}
    return {str(row[0]) for row in changed}, True


def _row(key: str, kind: str, written: str, record: str, line: int) -> tuple[str, str, str, int]:
    return key, kind, f"{written} {codec.said(kind, record)}", line


def entry_rows(path: str, article: str, entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    """What an article (empty: the register) declares, as the state keeps it."""
    return [
        (storable(one.key), article, path, number, one.key, one.kind, one.line, codec.write(one.record))
        for number, one in enumerate(entries)
    ]


def twins(state: ReadState, article: Article) -> Iterator[ArticleState]:
    """Other articles whose key is this one's, case folded."""
    for row in state.articles("WHERE folded = ?", article.key.casefold()):
        if (row.path, row.key) != (article.file, article.key):
            yield row


def elsewhere(article: Article, directory: Directory) -> list[tuple[str, str, int]]:
    """Where an article speaks of nodes of others: the key of that article, the node's, and the line."""
    found = set()
    for use in uses(article):
        if "." in use.ref.key:
            entry = directory.find(use.ref.key, article.key)
            key = storable(entry.key if entry is not None else use.ref.key)
            other = (entry.article if entry is not None else None) or key.rpartition(".")[0]
            found.add((other, key, use.ref.line))
    return sorted(found)


def needs(article: Article, directory: Directory) -> set[str]:
    """Every key on which an article's graph and findings depend, whether something has it or not.

    But for the whole keys of what it declares itself: these the state has as its entries.
    """
    found = {article.key}
    own, begin = {article.key}, len(article.key) + 1
    for entry in declared(article):
        own.add(entry.key)
        found.add(entry.key[begin:])
    for use in uses(article):
        found.add(use.ref.key)
        entry_used = directory.find(use.ref.key, article.key)
        if entry_used is None:
            continue
        found.add(entry_used.key)
        if isinstance(entry_used.record, Node):
            for further in uses_of_node(entry_used.record):
                owner = entry_used.article
                found |= {further.ref.key, f"{owner}.{further.ref.key}" if owner else further.ref.key}
                if other := directory.find(further.ref.key, owner):
                    found.add(other.key)
    return {storable(key) for key in found - own - {""} | {article.key}}

"""From a query to nodes that may be meant: by key, words, nearly the same letters, and other scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diaspora_kg.endpoint.reconcile.asked import Query
from diaspora_kg.endpoint.reconcile.blocks import Blocks
from diaspora_kg.endpoint.reconcile.kinds import KINDS, Types, iri_of
from diaspora_kg.index import Index, NodeRow
from diaspora_kg.index.nearby import alike
from diaspora_kg.names import Names
from diaspora_kg.queries.lookup import Asked, ask_part
from diaspora_kg.terms import IRI, is_iri

_MOST = 60  # nodes that are compared with one query
_SECONDS = 0.1  # of each search in the index
_IDENTITY = ("external-id", "key", "former-key")


@dataclass(frozen=True)
class Found:
    """The nodes for one query; ``sure`` are those that it names by key, IRI or external id.

    ``whole`` is false where a search ran out of time.
    """

    rows: tuple[NodeRow, ...]
    sure: frozenset[str] = frozenset()
    whole: bool = True


@dataclass(frozen=True)
class Finder:
    """Looks in one snapshot. Blocks: call it in a thread."""

    index: Index
    blocks: Blocks
    store: Asked
    names: Names
    types: Types

    def find(self, query: Query) -> Found:
        """The nodes that may be meant, of the kinds that the query's types allow."""
        kinds = self.kinds(query.types)
        words = words_of(query)
        sure = [row for row in self._identified(query) if row.kind in kinds]
        hits, whole = self.index.suggest(words, kinds, _MOST // 2, _SECONDS)
        near, quick = alike(self.index, words, kinds, _MOST // 2, _SECONDS)
        shared = self.blocks.sharing(words, kinds, _MOST // 2)
        known = {row.iri: row for row in (*sure, *(hit.node for hit in hits), *near)}
        known |= {row.iri: row for row in self.index.rows([iri for iri in shared if iri not in known])}
        rows = [row for row in known.values() if row.kind in kinds]
        return Found(tuple(rows), frozenset(row.iri for row in sure), whole and quick)

    def kinds(self, types: Sequence[str]) -> tuple[str, ...]:
        """The kinds of nodes that types allow; without a type that is known, all."""
        meant = [found.kind for one in types if (found := self.types.meant(one))]
        return tuple(dict.fromkeys(meant)) or (() if types else KINDS)

    def _identified(self, query: Query) -> Iterable[NodeRow]:
        """Nodes that are named by what belongs to one alone."""
        asked = [query.words, *(v for one in query.properties if one.id in _IDENTITY for v in one.values)]
        for written in asked:
            if written:
                yield from self.index.find(written)
                yield from self.index.find(iri_of(written, self.names))
        addresses = [IRI(one) for one in asked if "://" in one and is_iri(one)]
        if addresses:
            rows = ask_part(self.store, "reconcile-external", {"value": addresses}, projected=False)
            yield from self.index.rows(sorted({row["node"].value for row in rows}))


def words_of(query: Query) -> str:
    """What is compared with names: the query, or a name among its properties."""
    named = (
        v for one in query.properties if one.id.partition(":")[0] in {"name", "acronym"} for v in one.values
    )
    return query.words or next(named, "")

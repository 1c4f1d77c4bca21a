"""What each article puts into the graph: its new version, or the last valid one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from diaspora_kg.errors import RunStopped
from diaspora_kg.index import Index, OriginRow, Writer
from diaspora_kg.names import Names
from diaspora_kg.pipeline import Prepared
from diaspora_kg.project import Project
from diaspora_kg.store import EmbeddedStore, Snapshot, Snapshots, StoreDamaged
from diaspora_kg.store.hashed import Hashing, of_article
from diaspora_kg.sums import Total


@dataclass(frozen=True)
class Piece:
    """The graphs of one article as sorted N-Quads lines, where its nodes were written, its former keys."""

    key: str
    file: str
    graphs: Mapping[str, Sequence[str]]
    origins: tuple[OriginRow, ...] = ()
    formers: tuple[str, ...] = ()

    @property
    def total(self) -> Total:
        """The hash of its graphs."""
        return of_article(self.graphs.values())

    def same_graphs(self, other: Piece) -> bool:
        """Whether another version says the same, wherever it was written."""
        return {graph: list(lines) for graph, lines in self.graphs.items()} == {
            graph: list(lines) for graph, lines in other.graphs.items()
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Where an article's graphs wait in the spool: as they were and as they shall be (``None``: none).

    Those of an article that ``flowed`` into the store are asked of the last snapshot and of the store.
    """

    old: int | None
    new: int | None
    flowed: bool = False


FLOWED = Change(None, None, flowed=True)
"""An article that is in the store of a build from nothing."""


def lines_of(piece: Piece | None) -> list[str]:
    """The lines of all its graphs; none of no piece."""
    return [line for lines in piece.graphs.values() for line in lines] if piece else []


def piece_of(done: Prepared) -> Piece:
    """The new version of an article; raises :class:`ValueError` for one that was not mapped."""
    if done.mapped is None:
        raise ValueError(f"{done.article.key} was not mapped")
    key = done.article.key
    places = done.mapped.origins.items()
    origins = (OriginRow(iri, key, one.file, one.line, one.where) for iri, one in places)
    return Piece(key, done.article.file, done.mapped.graphs, tuple(origins), done.article.formerly)


def read_piece(key: str, file: str, store: EmbeddedStore, index: Index | Writer, names: Names) -> Piece:
    """An article as a store and its index have it."""
    graphs = {graph: store.graph_lines(graph) for graph in graphs_of(key, names)}
    formers = index.formers_of(names.node("article", key))
    return Piece(key, file, graphs, index.origins_in(key), formers)


@dataclass(frozen=True)
class Previous:
    """What is published now; empty before the first build, or where it cannot be built on.

    ``articles`` maps the published articles to their files; ``damaged`` says why nothing can be read.
    """

    snapshot: Snapshot | None = None
    articles: Mapping[str, str] = field(default_factory=dict)
    store: EmbeddedStore | None = None
    index: Index | None = None
    damaged: str = ""

    def piece(self, key: str, names: Names) -> Piece | None:
        """The published version of an article."""
        if self.store is None or self.index is None or key not in self.articles:
            return None
        return read_piece(key, self.articles[key], self.store, self.index, names)

    def canonical(self, names: Names) -> Mapping[str, str]:
        """What decisions made of the published records: the record that each is part of."""
        if self.index is None:
            return {}
        known = ((row.key, names.kind_and_key(row.iri)) for row in self.index.formers())
        return {key: node[1] for key, node in known if node is not None and node[0] != "article"}

    def lines(self, graph: str) -> list[str]:
        """What a published graph holds; nothing where there is none."""
        return self.store.graph_lines(graph) if self.store is not None else []


def outdated(
    pieces: Iterable[Piece], before: Mapping[str, str], now: Mapping[str, str], names: Names
) -> frozenset[str]:
    """The records of which pieces that were published before speak otherwise than decisions want now.

    ``before`` and ``now`` map the keys of joined records to that of their node.
    """
    moved: dict[str, set[str]] = {}
    for key in before.keys() | now.keys():
        if before.get(key, key) != now.get(key, key):
            moved.setdefault(before.get(key, key), set()).add(key)
    if not moved:
        return frozenset()
    own = re.compile(re.escape(f"<{names.base}id/") + "[^>]*")
    spoken = {
        node[1]
        for piece in pieces
        for lines in piece.graphs.values()
        for line in lines
        for iri in own.findall(line)
        if (node := names.kind_and_key(iri[1:]))
    }
    return frozenset(key for old in moved.keys() & spoken for key in moved[old])


def graphs_of(key: str, names: Names) -> tuple[str, str]:
    """The graph of an article, and the one that describes it."""
    return names.article_graph(key), names.about_graph(key)


@contextmanager
def previous(project: Project, mapping: str, *, sealed: bool = False) -> Iterator[Previous]:
    """The published snapshot, open for reading for the time of a ``with`` block.

    It is read through first, unless it is ``sealed``: unless its files look as they were left.

    One with another base or of another mapping still answers, but no part of it goes into a new graph.
    Of one that cannot be read nothing is kept, and ``damaged`` says so.
    """
    with ExitStack() as opened:
        try:
            before = _opened(project, mapping, opened, sealed=sealed)
        except (RunStopped, OSError) as error:
            before = Previous(damaged=str(error))
        yield before


def _opened(project: Project, mapping: str, opened: ExitStack, *, sealed: bool) -> Previous:
    snapshot = Snapshots(project.derived).current()
    if snapshot is None:
        return Previous()
    if snapshot.manifest.base != project.base or snapshot.manifest.versions.get("mapping") != mapping:
        return Previous(snapshot)
    store = snapshot.store()
    opened.callback(store.close)
    index = opened.enter_context(Index(snapshot.index))
    # A snapshot that answers some questions and not others would else stay for as long as nothing changes.
    if not sealed:
        index.check()
        hashing = Hashing(Names(snapshot.manifest.base), snapshot.manifest.format)
        if total_of(store, hashing).hex != snapshot.manifest.id:
            raise StoreDamaged("The published graph is not what its manifest says.")
    return Previous(snapshot, index.articles(), store, index)


def total_of(store: EmbeddedStore, hashing: Hashing) -> Total:
    """The hash of all quads of a store."""
    for graph in store.graphs():
        for line in store.graph_lines(graph):
            hashing.add(line)
    return hashing.total

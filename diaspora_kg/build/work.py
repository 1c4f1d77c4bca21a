"""One build at work: the state, the store and the index that it changes, and what it changed so far.

An article's new graphs are compared with those that stand, and wait in a spool until all are known; then
they go into the store in batches. What stood before waits there too, for articles that are held back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from diaspora_kg.build.later import Later
from diaspora_kg.build.pieces import Change, Piece, Previous, graphs_of, lines_of, piece_of, read_piece
from diaspora_kg.build.spoken import spoken
from diaspora_kg.build.spool import Spool
from diaspora_kg.build.unowned import place
from diaspora_kg.index import Filling, FormerRow, Writer
from diaspora_kg.names import Names
from diaspora_kg.pipeline import Prepared
from diaspora_kg.pipeline.delta import Quads
from diaspora_kg.pipeline.derive import standing
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.quads import Mapped
from diaspora_kg.state import State
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.store.hashed import by_graph, of_article
from diaspora_kg.sums import Total
from diaspora_kg.terms import IRI, write

_BATCH = 50


@dataclass
class Work:
    """Everything that one build changes.

    ``fresh``: the store and the state began empty. ``content`` is the hash of all quads. ``waiting`` are
    changes that are not in the store yet, ``changed`` all of this build by article; ``held`` says of
    those that were taken back why. ``canonical`` maps records that are part of another to that one,
    ``standing`` did so when the last build ended, ``published`` does in the last snapshot, as far as its
    nodes are in the graph. ``stale`` are the subjects, in a build from nothing, whose rows in the index the
    finished graph must tell; ``subjects`` and ``graphs``, in any other, are those of all quads that went or
    came. ``aside`` is the part of ``content`` that belongs to no article. ``writer`` writes the index; in a
    build from nothing rows of articles wait in ``later`` until :attr:`index` is asked for.
    """

    setting: Setting
    state: State
    store: EmbeddedStore
    writer: Writer
    before: Previous
    spool: Spool[Piece]
    fresh: bool
    content: Total
    canonical: Mapping[str, str] = field(default_factory=dict)
    changed: dict[str, Change] = field(default_factory=dict)
    waiting: dict[str, Change] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    standing: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)
    said: dict[str, Mapping[str, str]] = field(default_factory=dict)
    removed: Quads = field(default_factory=Quads)
    added: Quads = field(default_factory=Quads)
    subjects: set[str] = field(default_factory=set)
    graphs: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    aside: Total = field(default_factory=Total)
    later: Later | None = None
    _loose: dict[str, tuple[Sequence[str], Sequence[str]]] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """Mints IRIs."""
        return self.setting.project.names

    @property
    def index(self) -> Writer:
        """The index, with all rows that waited for it."""
        if self.later is not None:
            later, self.later = self.later, None
            self.stale |= later.bring_in(self.writer)
        return self.writer

    def piece(self, key: str) -> Piece | None:
        """What is published of an article; in a build from nothing, what the last snapshot has."""
        return self.before.piece(key, self.names) if self.fresh else self._standing(key)

    def put(self, done: Prepared) -> None:
        """A valid article: its graphs wait for the store, its places go into the index."""
        new = piece_of(done)
        old = self.piece(new.key)
        self._places(new)
        self.state.fill("piece", [(new.key, new.file)])
        if done.mapped is not None:
            self.said[new.key] = self.state.words(new.file, new.key)
            words = {iri: origin.words for iri, origin in done.mapped.origins.items() if origin.words}
            self.state.keep_words(new.file, new.key, words)
        same = old is not None and old.same_graphs(new)
        if self.fresh or not same:
            self._wait(new.key, old, new, told=not same)

    def keep(self, key: str) -> None:
        """An article that stays as it is published; only a build from nothing has work with it."""
        if self.fresh and (old := self.piece(key)) is not None:
            self._places(old)
            self.state.fill("piece", [(key, old.file)])
            self._wait(key, old, old, told=False)

    def take_out(self, key: str) -> None:
        """An article that leaves."""
        old = self.piece(key)
        self.index.forget_places(key, self.names.node("article", key))
        self.state.do("DELETE FROM piece WHERE key = ?", key)
        if self.fresh:
            self.changed[key] = Change(self.spool.put(old) if old else None, None)
        else:
            self._wait(key, old, None, told=True)

    def loose(self, graph: str, lines: Sequence[str]) -> None:
        """A graph that belongs to no article: the register's, the vocabulary."""
        old = [] if self.fresh else self.store.graph_lines(graph)
        self._amend(graph, old, lines)

    def _amend(self, graph: str, old: Sequence[str], lines: Sequence[str]) -> None:
        if old != list(lines):
            self._loose[graph] = (old, lines)
            self._count_lines(old, lines)
            if self.fresh:
                self.aside.add_all(lines)
                found = spoken(lines, self.names)
                rows = Filling(shared=found.elsewhere)
                rows.tell(found.nodes, found.words)
                self.stale |= self.writer.fill(rows)  # what waits is of articles

    def register(self, mapped: Mapped) -> None:
        """What the register says."""
        project, graph = self.setting.project, self.names.graph("register")
        self.loose(graph, mapped.graphs.get(graph, ()))
        place(self.writer, self.state, project.relative(project.register), mapped)

    def identity(self, mapped: Mapped, gone: Set[str] | None) -> None:
        """What the decisions say: all, or those that came, with the ids of those that went."""
        project, graph = self.setting.project, self.names.graph("identity")
        lines = mapped.graphs.get(graph, ())
        nodes = None if gone is None else {self.names.node("decision", name) for name in gone}
        if nodes is None:
            self.loose(graph, lines)
        else:
            self._amend(graph, sorted(standing(self.store, None, graph, sorted(nodes))), lines)
        place(self.writer, self.state, project.relative(project.decisions), mapped, nodes)

    def revert(self, key: str, why: str, *, noted: bool) -> None:
        """Put an article back to what it was before this build.

        In a build from nothing what changes by that is ``noted`` only if that is asked for.
        """
        if self.fresh and not self.held:  # soon the store is no longer as it was loaded
            self.state.put("round", "")
            self.state.commit()
        old, new = self.version(key, old=True), self.version(key, old=False)
        change = self.changed.pop(key)
        self.held[key] = why
        iri = self.names.node("article", key)
        if old is None:
            self.index.forget_places(key, iri)
            self.state.do("DELETE FROM piece WHERE key = ?", key)
        else:
            self._places(old)
            self.state.fill("piece", [(key, old.file)])
            if not self.state.articles("WHERE key = ?", key):
                self.state.fill("alone", [(key,)])
            if key in self.said or change.flowed:
                self.state.keep_words(old.file, key, self.said.get(key, {}))
        self._count(new, old, noted=noted or not self.fresh)
        if change.flowed:
            change = Change(self.spool.put(old) if old else None, self.spool.put(new) if new else None)
            self._spoil(lines_of(old), lines_of(new))
        self.waiting[key] = Change(change.new, change.old)

    def version(self, key: str, *, old: bool) -> Piece | None:
        """An article that changed in this build, as it was or as it became."""
        change = self.changed[key]
        if change.flowed:
            return self.before.piece(key, self.names) if old else self._standing(key)
        place = change.old if old else change.new
        return self.spool.get(place) if place is not None else None

    def _standing(self, key: str) -> Piece | None:
        """An article as the store has it now."""
        rows = self.state.rows("SELECT path FROM piece WHERE key = ?", key)
        if not rows:
            return None
        return read_piece(key, rows[0][0], self.store, self.index, self.names)

    def withdraw(self, key: str, lines: Sequence[str]) -> None:
        """Take an article out again that came with these lines into a build from nothing."""
        self.content.part(of_article(by_graph(lines)))
        self._spoil(lines)
        forget = self.index.forget_places if self.later is None else self.later.forget
        forget(key, self.names.node("article", key))
        self.state.do("DELETE FROM piece WHERE key = ?", key)
        self.changed.pop(key, None)

    def _spoil(self, *lines: Iterable[str]) -> None:
        self.stale |= {line[1 : line.index(">")] for some in lines for line in some}

    def apply(self) -> None:
        """Bring what waits into the store."""
        graphs: dict[str, Iterable[str]] = {}
        for graph, (old, lines) in self._loose.items():
            if self.fresh:
                graphs[graph] = lines
                continue
            before, now = set(old), set(lines)
            self.store.change(before - now, now - before)
            if not self.store.query(f"ASK {{ GRAPH {write(IRI(graph))} {{ ?s ?p ?o }} }}"):
                graphs[graph] = ()
        self._loose = {}
        for number, (key, change) in enumerate(self.waiting.items(), 1):
            graphs.update((graph, ()) for graph in graphs_of(key, self.names))
            if change.new is not None:
                graphs.update(self.spool.get(change.new).graphs)
            if number % _BATCH == 0:
                self._write(graphs)
                graphs = {}
        self._write(graphs)
        self.waiting = {}

    def turn(self) -> tuple[Quads, Quads]:
        """The quads that went and came since this was asked last."""
        turned = (self.removed, self.added)
        self.removed, self.added = Quads(), Quads()
        return turned

    def count(self, removed: Iterable[str], added: Iterable[str]) -> None:
        """Derived quads that went and came."""
        self.content.change(removed, added)
        for line in (*removed, *added):
            self._turn(line)
        if self.fresh:
            self._spoil(removed, added)

    def _write(self, graphs: Mapping[str, Iterable[str]]) -> None:
        if self.fresh and not self.held:
            self.store.load(line for lines in graphs.values() for line in lines)
        elif graphs:
            self.store.replace(graphs)

    def _wait(self, key: str, old: Piece | None, new: Piece | None, *, told: bool) -> None:
        change = Change(
            self.spool.put(old) if old is not None else None, self.spool.put(new) if new is not None else None
        )
        if told:
            self.changed[key] = change
        self.waiting[key] = change
        if self.fresh:
            self._spoil(lines_of(new))
        self._count(None if self.fresh else old, new, noted=not self.fresh)

    def _count(self, old: Piece | None, new: Piece | None, *, noted: bool) -> None:
        """An article, or none, in the place of another; each of its graphs is hashed as a whole."""
        if old is not None:
            self.content.part(old.total)
        if new is not None:
            self.content.join(new.total)
        if noted:
            before, now = set(lines_of(old)), set(lines_of(new))
            self._note(before - now, now - before)

    def _count_lines(self, old: Iterable[str], new: Iterable[str]) -> None:
        """Lines of a graph that belongs to no article in the place of others; each is hashed by itself."""
        before, now = set(old), set(new)
        self.content.change(before - now, now - before)
        if not self.fresh:
            self._note(before - now, now - before)

    def _note(self, gone: Set[str], come: Set[str]) -> None:
        """What the rules and shapes must look at again; in a build from nothing that is all at first."""
        self.removed.add(gone)
        self.added.add(come)
        for line in gone | come:
            self._turn(line)

    def _turn(self, line: str) -> None:
        self.subjects.add(line[1 : line.index(">")])
        self.graphs.add(line[line.rindex("<") + 1 : line.rindex(">")])

    def _places(self, piece: Piece) -> None:
        iri = self.names.node("article", piece.key)
        self.index.forget_places(piece.key, iri)
        self.index.places(piece.origins, (FormerRow(former, iri) for former in piece.formers))

    def save_totals(self) -> None:
        """Note the hashes in the state."""
        self.state.put("content", self.content.write())
        self.state.put("index", self.index.total.write())
        self.state.put("kinds", json.dumps({k: n for k, n in sorted(self.index.kinds.items()) if n}))

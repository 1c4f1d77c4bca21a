"""What a build changed, sent to the project's server: one PUT for each graph, DELETE for those that left.

The snapshot here is published first: a build stays whole or nothing, and a rollback only points back. Then
the server is brought to it, as far as it lacks something (:mod:`~diaspora_kg.moving.journal`), and its marker
is written last. Where nothing is known of the server, each graph is asked for and compared, so that only
those that differ are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

from diaspora_kg.errors import RunStopped
from diaspora_kg.moving.journal import Journal, Lacking
from diaspora_kg.moving.plain import plain
from diaspora_kg.pipeline.delta import batches
from diaspora_kg.pipeline.pool import Progress, Quiet
from diaspora_kg.store import EmbeddedStore, Snapshot, Snapshots, Solutions
from diaspora_kg.store.base import Store
from diaspora_kg.store.marker import Marker
from diaspora_kg.store.server import ServerStore
from diaspora_kg.store.ways import Way, between, mark
from diaspora_kg.terms import IRI, Literal, write

_THREADS = 4
_AHEAD = 64  # graphs that are read before they are sent
_LARGE = 20_000  # quads of a graph of which only the subjects that changed are sent


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: graphs that were sent, compared and found there, taken away.

    ``mixed``: the server holds articles of others, too, and whatever is asked there sees them.
    """

    sent: int = 0
    stood: int = 0
    removed: int = 0
    mixed: bool = False


def push(snapshots: Snapshots, there: ServerStore, progress: Progress | None = None) -> Pushed:
    """Bring the published snapshot to a server; a caller holds the lock of the one writer.

    Raises :class:`~diaspora_kg.errors.StoreNotReachable`, and :class:`RunStopped` when somebody else pushes
    at the same time: what was sent is noted.
    """
    with snapshots.reading() as snapshot, closing(snapshot.store()) as here:
        journal = Journal.of(snapshots.folder.parent, there.places.graphs)
        standing = there.marker()
        if standing == Marker(snapshot.manifest.id):
            journal.complete(mark(snapshot), standing)
            return Pushed()
        lacking = _lacking(journal.read(), standing, snapshots, snapshot, here)
        return _Push(here, there, journal, progress or Quiet()).go(snapshot, lacking, standing)


def _lacking(
    noted: Lacking | None,
    standing: Marker | None,
    snapshots: Snapshots,
    snapshot: Snapshot,
    here: EmbeddedStore,
) -> Lacking:
    """What the server lacks of a snapshot, as far as that is known."""
    now = mark(snapshot)
    if noted is None or standing is None:
        return Lacking(now, None)
    if standing == Marker(noted.snapshot[1]):
        noted = Lacking(noted.snapshot, frozenset(), frozenset())
    elif standing.write() not in noted.markers:
        return Lacking(now, None)
    elif not standing.behind:  # as before the push: what that had sent by then, somebody took back
        noted = replace(noted, done=frozenset())
    way = Way() if noted.snapshot == now else between(snapshots, noted.snapshot, snapshot)
    if way is None and (changed := _differing(snapshots, noted, here)) is not None:
        return _joined(noted, now, Way(graphs=changed), exact=False)
    return Lacking(now, None) if way is None else _joined(noted, now, way, exact=True)


def _joined(noted: Lacking, now: tuple[int, str], way: Way, *, exact: bool) -> Lacking:
    left = noted.left
    graphs = None if left is None else left | way.graphs
    known = exact and noted.subjects is not None and graphs is not None
    subjects = (noted.subjects or frozenset()) | way.subjects if known else None
    return Lacking(now, graphs, subjects, noted.done - way.graphs if graphs is None else frozenset())


def _differing(snapshots: Snapshots, noted: Lacking, here: EmbeddedStore) -> frozenset[str] | None:
    """The graphs by which an older snapshot that is still at hand differs; ``None``: it is not."""
    with snapshots.holding(noted.snapshot[0]) as before:
        if before is None or mark(before) != noted.snapshot or not before.whole:
            return None
        with closing(before.store()) as old:
            every = {*old.graphs(), *here.graphs()}
            return frozenset(graph for graph in every if old.graph_lines(graph) != here.graph_lines(graph))


class _Push:
    """One push at work."""

    def __init__(self, here: EmbeddedStore, there: ServerStore, journal: Journal, shown: Progress) -> None:
        self._here = here
        self._there = there
        self._journal = journal
        self._shown = shown

    def go(self, snapshot: Snapshot, lacking: Lacking, standing: Marker | None) -> Pushed:
        """Do what is to be done; the marker stands before the first graph and after the last."""
        ours, theirs = frozenset(self._here.graphs()), frozenset[str]()
        compared = lacking.graphs is None
        if compared:
            theirs = frozenset(self._there.graphs())
        todo = (ours | theirs) - lacking.done if lacking.graphs is None else lacking.graphs
        begun = Marker.begin(snapshot.manifest.id, max(1, len(todo)))
        markers = (begun.write(), *([standing.write()] if standing is not None else []))
        self._journal.begin(replace(lacking, markers=markers))
        self._there.mark(begun)
        self._shown.step("Sending to the server", len(todo))
        keep, gone = sorted(todo & ours), sorted(todo - ours)
        with self._journal.noting():
            stay = self._each(keep, self._compared(theirs) if compared else self._sent(lacking.subjects))
            self._each(gone, self._removed)
        self._end(begun, snapshot)
        return Pushed(len(keep) - stay, stay, len(gone), self._there.mixed())

    def _each(self, graphs: Sequence[str], bring: Callable[[str], bool]) -> int:
        """Bring graphs to the server, several at once; how many stood there already."""
        stood = 0
        with ThreadPoolExecutor(_THREADS) as pool:
            for start in range(0, len(graphs), _AHEAD):
                part = graphs[start : start + _AHEAD]
                for graph, stands in zip(part, pool.map(bring, part), strict=True):
                    self._journal.done(graph)
                    self._shown.advance()
                    stood += stands
        return stood

    def _compared(self, theirs: frozenset[str]) -> Callable[[str], bool]:
        def bring(graph: str) -> bool:
            lines = self._here.graph_lines(graph)
            if graph in theirs and set(map(plain, self._there.graph_lines(graph))) == set(map(plain, lines)):
                return True
            self._there.replace({graph: lines})
            return False

        return bring

    def _sent(self, subjects: frozenset[str] | None) -> Callable[[str], bool]:
        def bring(graph: str) -> bool:
            if subjects is not None and _size(self._here, graph) > _LARGE:
                self._amend(graph, subjects)
            else:
                self._there.replace({graph: self._here.graph_lines(graph)})
            return False

        return bring

    def _amend(self, graph: str, subjects: Iterable[str]) -> None:
        """Of a large graph, such as the derived one, only what is said of these."""
        for batch in batches(sorted(subjects)):
            ours = {plain(line): line for line in _lines(self._here, graph, batch)}
            theirs = {plain(line): line for line in _lines(self._there, graph, batch)}
            gone, come = theirs.keys() - ours.keys(), ours.keys() - theirs.keys()
            self._there.change([theirs[line] for line in gone], [ours[line] for line in come])

    def _removed(self, graph: str) -> bool:
        self._there.replace({graph: []})
        return False

    def _end(self, begun: Marker, snapshot: Snapshot) -> None:
        if self._there.marker() != begun:
            self._there.mark(Marker.begin(begun.id, 1))  # whoever else pushes shall see that, too
            raise RunStopped(
                f"{self._there.places.graphs}: somebody else pushed at the same time, so that the two may "
                "have mixed there. When nobody builds any more, run: dkg build"
            )
        complete = Marker(snapshot.manifest.id)
        self._there.mark(complete)
        self._journal.complete(mark(snapshot), complete)


def _size(store: Store, graph: str) -> int:
    found = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {write(IRI(graph))} {{ ?s ?p ?o }} }}")
    number = found.rows[0][0] if isinstance(found, Solutions) and found.rows else None
    return int(number.value) if isinstance(number, Literal) else 0


def _lines(store: Store, graph: str, subjects: Iterable[str]) -> Iterator[str]:
    values = " ".join(write(IRI(one)) for one in subjects)
    name = write(IRI(graph))
    found = store.query(f"SELECT ?s ?p ?o {{ VALUES ?s {{ {values} }} GRAPH {name} {{ ?s ?p ?o }} }}")
    for row in found.rows if isinstance(found, Solutions) else ():
        yield " ".join((*(write(term) for term in row if term is not None), name, "."))

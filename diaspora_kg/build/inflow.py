"""A build from nothing: articles flow from worker processes into the state, the index and the store.

In a first round every file is read; an article that speaks of nothing but its own nodes and the register's
is prepared at once. The others wait for the second round, when everything that was declared is known. The
store is loaded in portions meanwhile, by a thread: it does not need the interpreter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from diaspora_kg.build.batch import (
    Batch,
    First,
    Place,
    Second,
    Valid,
)
from diaspora_kg.build.pickled import pickled
from diaspora_kg.build.pieces import graphs_of
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.taken_up import Rest
from diaspora_kg.build.travelling import PREPARING, READING
from diaspora_kg.build.work import FLOWED, Work
from diaspora_kg.identity import Entry
from diaspora_kg.pipeline.pool import Executor
from diaspora_kg.pipeline.read import read_unit
from diaspora_kg.pipeline.scan import input_file
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.sums import Total

Item = TypeVar("Item")

_BATCH = 64  # articles that travel together
_PORTION = 48_000_000  # bytes of N-Quads of one load: some 2,000 articles
_RESTING = 150_000_000  # bytes of N-Quads after which a build comes to rest: some 6,000 articles
_TWINS = "SELECT path, key FROM article WHERE folded IN"
_COLLIDING = (
    "SELECT DISTINCT path, article FROM entry WHERE article <> '' AND key IN (SELECT key FROM entry"
    " WHERE kind <> 'article' GROUP BY key HAVING count(DISTINCT article) > 1)"
)


class Loading:
    """Loads lines in portions, one at a time, while more of them come in."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1)
        self._parts: list[bytes] = []
        self._size = 0
        self._under_way: Future[None] | None = None

    def add(self, lines: bytes) -> None:
        """More lines, each with its line break."""
        self._parts.append(lines)
        self._size += len(lines)
        if self._size >= _PORTION:
            self._begin()

    def finish(self) -> None:
        """Wait until all of them are in the store."""
        if self._parts:
            self._begin()
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown()

    def _begin(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
        parts, self._parts, self._size = self._parts, [], 0
        self._under_way = self._thread.submit(self._store.load_bytes, parts)


class Inflow:
    """The two rounds of one build."""

    def __init__(
        self,
        sources: Sources,
        work: Work,
        executor: Executor,
        decided: frozenset[str],
        rest: Rest | None = None,
    ) -> None:
        self._sources, self._work, self._executor, self._decided = sources, work, executor, decided
        self._loading = Loading(work.store)
        self._waiting: dict[Place, int] = {}
        self._rest = rest or Rest()
        self._flowed = 0

    def close(self) -> None:
        """Let go of the thread that loads."""
        self._loading.close()

    def first(self, groups: Sequence[Sequence[str]], register: tuple[Entry, ...]) -> None:
        """Read all files, each group of them together."""
        shown = self._sources.shown
        shown.step("Reading", len(groups))
        given = First(self._work.setting, register, self._decided)
        with self._executor.crew(given) as workers:
            for batch in workers.stream(READING, _cut(groups)):
                self._take(batch)
                shown.advance(batch.files)
                self._come_to_rest()

    def second(self) -> None:
        """Prepare the articles that waited, and those of which the first round knew too little."""
        work, shown = self._work, self._sources.shown
        for place in sorted(self._misread()):
            self._again(place)
        shown.step("Preparing", len(self._waiting))
        if work.state.meta("round") == "1":
            work.state.put("round", "2")
        self._come_to_rest(now=True)
        given = Second(work.setting, work.state.path, dict(work.canonical))
        order = sorted(self._waiting, key=lambda place: (place[1], place[0]))
        packed = (work.spool.bytes_at(self._waiting[place]) for place in order)
        try:
            with self._executor.crew(given) as workers:
                for batch in workers.stream(PREPARING, _cut(packed)):
                    self._take(batch)
                    shown.advance(batch.files)
                    self._come_to_rest()
        finally:
            given.close()
        work.state.put("round", "3")
        self._come_to_rest(now=True)

    def _come_to_rest(self, *, now: bool = False) -> None:
        """Now and then, let store, index and state say the same, so that the build can be taken up there."""
        if self._flowed < _RESTING and not now:
            return
        work, rest = self._work, self._rest
        self._flowed = 0
        self._loading.finish()
        rest.step += 1
        rest.content = Total(work.content.value, work.content.count)
        rest.content.part(work.aside)
        rest.index, rest.kinds, rest.stale = work.index.total, work.index.kinds, work.stale
        work.index.rest(rest.step)
        work.state.put("rest", rest.written())
        work.state.commit()

    def _take(self, batch: Batch) -> None:
        work = self._work
        for table, rows in batch.state.items():
            work.state.fill(table, rows)
        work.stale |= work.index.fill(batch.index)
        work.content.join(batch.total)
        for one in batch.valid:
            if self._stands(one):
                self._rest.standing.add(one.key)
            else:
                work.changed[one.key] = FLOWED
            self._loading.add(one.lines)
            self._flowed += len(one.lines)
        for place, data in batch.waiting:
            self._waiting[place] = work.spool.put_bytes(data)
        self._rest.odd = self._rest.odd or batch.odd

    def _stands(self, one: Valid) -> bool:
        """Whether an article is published just so."""
        before, names = self._work.before, self._work.names
        if before.store is None or one.key not in before.articles:
            return False
        old = (line for graph in graphs_of(one.key, names) for line in before.lines(graph))
        return "".join(f"{line}\n" for line in old).encode() == one.lines

    def _misread(self) -> set[Place]:
        """Articles that were prepared too early: others have their key, or decisions join their records."""
        work, state = self._work, self._work.state
        twins = "(SELECT folded FROM article GROUP BY folded HAVING count(*) > 1)"
        found = set(state.rows(f"{_TWINS} {twins}"))
        if self._rest.odd:
            found |= set(state.rows(_COLLIDING))
        for key, into in work.canonical.items():
            if key != into:
                found |= set(state.rows("SELECT path, article FROM need WHERE key = ?", key))
        return found - self._waiting.keys()

    def _again(self, place: Place) -> None:
        """Forget what was made of an article, and let it wait."""
        self._loading.finish()
        work, (file, key) = self._work, place
        work.withdraw(key)
        project = work.setting.project
        work.forget_findings(file, key)
        unit = tuple(input_file(project, one) for one in self._sources.group(file))
        for one in read_unit(unit, work.setting).articles:
            if (one.article.file, one.article.key) == place:
                self._waiting[place] = work.spool.put_bytes(pickled(one))


def _cut(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while some := list(islice(waiting, _BATCH)):
        yield some

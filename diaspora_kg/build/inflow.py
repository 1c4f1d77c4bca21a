"""A build from nothing: articles flow from worker processes into the state, the index and the store.

In a first round every file is read; an article that speaks of nothing but its own nodes and the register's
is prepared at once. The others wait for the second round, when everything that was declared is known. The
store is loaded in portions meanwhile, by a thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import Any, TypeVar

from diaspora_kg.build.batch import Batch, Given, Place, Valid
from diaspora_kg.build.loading import Loading
from diaspora_kg.build.pickled import pickled
from diaspora_kg.build.pieces import graphs_of
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.taken_up import Rest
from diaspora_kg.build.travelling import PREPARING, READING
from diaspora_kg.build.work import FLOWED, Work
from diaspora_kg.errors import ClusterNotReachable
from diaspora_kg.pipeline.graph import rules, whole_shapes
from diaspora_kg.pipeline.job import Job
from diaspora_kg.pipeline.pool import Crew
from diaspora_kg.pipeline.read import read_unit
from diaspora_kg.pipeline.scan import input_file
from diaspora_kg.sums import Total

Item = TypeVar("Item")

BATCH = 64
"""Articles that travel together."""

_PORTION = 48_000_000  # bytes of N-Quads of one load: some 2,000 articles
_RESTING = 150_000_000  # bytes of N-Quads after which a build comes to rest: some 6,000 articles
_LATE = 32  # batches that wait at most while a rest is under way
_TWINS = "SELECT path, key FROM article WHERE folded IN"
_COLLIDING = (
    "SELECT DISTINCT path, article FROM entry WHERE article <> '' AND key IN (SELECT key FROM entry"
    " WHERE kind <> 'article' GROUP BY key HAVING count(DISTINCT article) > 1)"
)


class Inflow:
    """The two rounds of one build."""

    def __init__(
        self,
        sources: Sources,
        work: Work,
        crew: Crew,
        given: Given,
        rest: Rest | None = None,
    ) -> None:
        self._sources, self._work, self._given = sources, work, given
        self._loading = Loading(work.store, _PORTION)
        self._waiting: dict[Place, int] = {}
        self._rest = rest or Rest()
        self._flowed = 0
        self._late: list[Batch] = []
        self._resting = self._noted = False
        self._opened = ExitStack()
        self._opened.callback(self._loading.close)
        self._crew = self._opened.enter_context(crew)
        self._crew.share(given)

    def close(self) -> None:
        """Let go of the workers, and of the thread that loads."""
        self._opened.close()
        self._given.close()

    def first(self, groups: Sequence[Sequence[str]]) -> None:
        """Read all files, each group of them together."""
        self._sources.shown.step("Reading", len(groups))
        self._stream(READING, groups)
        self._loading.begin()

    def second(self) -> None:
        """Prepare the articles that waited, and those of which the first round knew too little."""
        work, shown = self._work, self._sources.shown
        for place in sorted(self._misread()):
            self._again(place)
        shown.step("Preparing", len(self._waiting))
        if work.state.meta("round") == "1":
            work.state.put("round", "2")
        self._begin_rest()
        self._note_rest()  # the workers read the state
        order = sorted(self._waiting, key=lambda place: (place[1], place[0]))
        packed = (work.spool.bytes_at(self._waiting[place]) for place in order)
        self._stream(PREPARING, packed)
        work.state.put("round", "3")
        self._begin_rest()
        rules(work.setting), whole_shapes(work.setting)  # read while the last portion is loaded
        self._end_rest()
        self.close()

    def _stream(self, job: Job[Any, Given, Batch], items: Iterable[object]) -> None:
        try:
            for batch in self._crew.stream(job, _cut(items)):
                self._take(batch)
                self._sources.shown.advance(batch.files)
        except ClusterNotReachable:  # nothing is wrong here: what came back is kept for the next build
            self._record_late()
            self._begin_rest()
            self._end_rest()
            raise
        self._record_late()

    def _take(self, batch: Batch) -> None:
        """Record a batch, or let it wait while a rest is under way; the workers go on meanwhile."""
        if self._resting:
            self._late.append(batch)
            if not self._loading.idle and len(self._late) <= _LATE:
                return
            self._record_late()
        else:
            self._record(batch)
        if self._flowed >= _RESTING:
            self._begin_rest()

    def _record_late(self) -> None:
        if self._resting:
            self._end_rest()
        late, self._late = self._late, []
        for batch in late:
            self._record(batch)

    def _begin_rest(self) -> None:
        """Now and then, let store, index and state say the same, so that the build can be taken up there.

        What was recorded so far is loaded, and nothing is recorded until it is.
        """
        self._flowed = 0
        self._resting = True
        self._noted = False
        self._loading.begin()

    def _note_rest(self) -> None:
        """Bring the state to rest; it counts when the index is, too."""
        work, rest = self._work, self._rest
        rest.step += 1
        rest.content = Total(work.content.value, work.content.count)
        rest.content.part(work.aside)
        rest.index, rest.kinds, rest.stale = work.index.total, work.index.kinds, work.stale
        work.state.put("rest", rest.written())
        work.state.commit()
        self._noted = True

    def _end_rest(self) -> None:
        self._loading.finish()
        if self._noted:
            self._work.index.rest(self._rest.step)
        else:
            self._work.index.rest(self._rest.step + 1)
            self._note_rest()
        self._resting = False

    def _record(self, batch: Batch) -> None:
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
    while some := list(islice(waiting, BATCH)):
        yield some

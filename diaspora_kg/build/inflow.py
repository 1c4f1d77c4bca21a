"""A build from nothing: articles flow from worker processes into the state, the index and the store.

In a first round every file is read; an article that speaks of nothing but its own nodes and the register's
is prepared at once. The others wait for the second round, when everything that was declared is known. Their
lines wait in a file until both rounds are over; then the store is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import Any, TypeVar

from diaspora_kg.build.batch import Batch, Place, Valid
from diaspora_kg.build.given import Given
from diaspora_kg.build.later import ROWS, Later
from diaspora_kg.build.lines import LINES, OUTBOX, Lines, Sent, articles
from diaspora_kg.build.loading import PORTION, Loading, at_once
from diaspora_kg.build.packed import REGISTER, pack
from diaspora_kg.build.pickled import pickled
from diaspora_kg.build.pieces import FLOWED, graphs_of
from diaspora_kg.build.rounds import Waiting
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.spool import emptied
from diaspora_kg.build.taken_up import LOADED, LOADING, Rest, clear, forget_findings
from diaspora_kg.build.travelling import PREPARING, READING
from diaspora_kg.build.work import Work
from diaspora_kg.errors import ClusterNotReachable
from diaspora_kg.identity import Entry
from diaspora_kg.pipeline.graph import rules, whole_shapes
from diaspora_kg.pipeline.job import Job
from diaspora_kg.pipeline.pool import Crew
from diaspora_kg.pipeline.read import read_unit
from diaspora_kg.pipeline.scan import input_file
from diaspora_kg.sums import Total

Item = TypeVar("Item")

BATCH = 64
"""Articles that travel together."""

_RESTING = 350_000_000  # bytes of N-Quads after which a build comes to rest: some 10,000 articles
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
        lines: Lines,
        rows: Later,
        rest: Rest | None = None,
    ) -> None:
        self._sources, self._work, self._given = sources, work, given
        self._lines, self._rows = lines, rows
        self._waiting: dict[Place, int] = {}
        self._rest = rest or Rest()
        self._flowed = 0
        self._opened = ExitStack()
        self._crew = self._opened.enter_context(crew)
        self._crew.share(given)

    def close(self) -> None:
        """Let go of the workers."""
        self._opened.close()
        self._given.close()

    def end(self) -> None:
        """Wait until nothing is left of it; raises :class:`OSError` where something cannot be removed."""
        self._lines.close()

    def first(self, groups: Sequence[Sequence[str]], note: Callable[[], bool]) -> bool:
        """Read all files, each group of them together.

        ``note`` is called when the workers have work, before anything is recorded. Where it says no, nothing
        is, and neither is it read any further.
        """
        self._sources.shown.step("Reading", len(groups))
        return self._stream(READING, groups, note)

    def second(self) -> None:
        """Prepare the articles that waited, and those of which the first round knew too little; load all."""
        begun = self._work.state.meta("round")
        if begun not in {LOADING, LOADED}:
            self._prepare()
        self.close()
        if begun == LOADED:  # what was derived of it may be there, or some of it
            self._work.store.replace({self._work.names.graph("derived"): ()})
        else:
            self._load()
        self._lines.remove()

    def _prepare(self) -> None:
        work, shown = self._work, self._sources.shown
        self._again(sorted(self._misread()))
        shown.step("Preparing", len(self._waiting))
        work.state.put("round", "2")
        self._come_to_rest()
        work.state.share()  # the workers read it
        order = sorted(self._waiting, key=lambda place: (place[1], place[0]))
        waiting = (Waiting(place[0], work.spool.bytes_at(self._waiting[place])) for place in order)
        self._stream(PREPARING, waiting)
        work.state.put("round", LOADING)
        self._come_to_rest()

    def _load(self) -> None:
        """Bring the lines into the store; each portion that is in counts."""
        state, shown = self._work.state, self._sources.shown
        begin = int(state.meta("loaded") or 0)
        every = int(state.rows("SELECT count(*) FROM piece")[0][0])
        shown.step("Loading", round(every * self._lines.left(begin)))
        portions = self._lines.portions(begin, PORTION)
        with Loading(self._work.store, portions, at_once()) as loading:
            rules(self._work.setting), whole_shapes(self._work.setting)  # read while the first are loaded
            try:
                for portion, end in loading.done():
                    state.put("loaded", str(end))
                    state.commit()
                    shown.advance(articles(portion))
            except ValueError as error:  # what was written here can be loaded
                raise self._lines.damaged(error) from error
        state.put("round", LOADED)
        state.commit()

    def _stream(
        self, job: Job[Any, Given, Batch], items: Iterable[object], note: Callable[[], bool] = lambda: True
    ) -> bool:
        noted = False
        try:
            for batch in self._crew.stream(job, _cut(items)):
                if not noted and not note():
                    return False
                noted = True
                self._record(batch)
                if self._flowed >= _RESTING:
                    self._come_to_rest()
                self._sources.shown.advance(batch.files)
        except ClusterNotReachable:  # nothing is wrong here: what came back is kept for the next build
            if noted:
                self._come_to_rest()
            raise
        return noted or note()

    def _come_to_rest(self) -> None:
        """Let lines, rows and state say the same, so that the build can be taken up there."""
        self._flowed = 0
        work, rest = self._work, self._rest
        rest.content = Total(work.content.value, work.content.count)
        rest.content.part(work.aside)
        rest.stale, rest.lines, rest.rows = work.stale, self._lines.rest(), self._rows.rest()
        work.state.put("rest", rest.written())
        work.state.commit()

    def _record(self, batch: Batch) -> None:
        work = self._work
        for table, rows in batch.state.items():
            work.state.fill(table, rows)
        self._rows.fill(batch.rows)
        work.content.join(batch.total)
        for one in batch.valid:
            if self._stands(one, batch.lines):
                self._rest.standing.add(one.key)
            else:
                work.changed[one.key] = FLOWED
        self._lines.add(batch.lines)
        self._flowed += batch.lines.size
        for place, data in batch.waiting:
            self._waiting[place] = work.spool.put_bytes(data)
        self._rest.odd = self._rest.odd or batch.odd

    def _stands(self, one: Valid, lines: Sent) -> bool:
        """Whether an article is published just so."""
        before, names = self._work.before, self._work.names
        if before.store is None or one.key not in before.articles:
            return False
        old = (line for graph in graphs_of(one.key, names) for line in before.lines(graph))
        return "".join(f"{line}\n" for line in old).encode() == lines.part(one.begin, one.end)

    def _misread(self) -> set[Place]:
        """Articles that were prepared too early: others have their key, or decisions join their records."""
        work, state = self._work, self._work.state
        twins = "(SELECT folded FROM article GROUP BY folded HAVING count(*) > 1)"
        found = set(state.rows(f"{_TWINS} {twins}"))
        if self._rest.odd:
            found |= set(state.rows(_COLLIDING))
        for key, into in work.canonical.items():
            if key != into:
                found |= set(state.needing(key))
        return found - self._waiting.keys()

    def _again(self, places: Sequence[Place]) -> None:
        """Forget what was made of some articles, and let them wait."""
        work = self._work
        if places:
            work.state.index()
        for key, lines in self._lines.withdraw({key for _, key in places}):
            work.withdraw(key, lines)
        for file, key in places:
            forget_findings(work.state, file, key)
            unit = tuple(input_file(work.setting.project, one) for one in self._sources.group(file))
            for one in read_unit(unit, work.setting).articles:
                if (one.article.file, one.article.key) == (file, key):
                    self._waiting[file, key] = work.spool.put_bytes(pickled(one))


def begin_inflow(
    sources: Sources,
    work: Work,
    crew: Crew,
    entries: Sequence[Entry],
    decided: frozenset[str],
    rest: Rest | None,
    opened: ExitStack,
) -> Inflow:
    """The two rounds, from nothing or from where they rested; what they need is gone when ``opened`` ends."""
    derived = work.setting.project.derived
    lines = Lines(derived / LINES, rest.lines if rest else None)
    opened.callback(lines.close)
    work.later = rows = Later(derived / ROWS, rest.rows if rest else 0)
    opened.callback(rows.close)
    if rest is not None:
        clear(work, sources, lines, rest)
    opened.callback((derived / REGISTER).unlink, missing_ok=True)
    outbox = opened.enter_context(emptied(derived / OUTBOX))
    given = Given(work.setting, pack(entries, derived / REGISTER), decided, work.state.path, outbox)
    inflow = Inflow(sources, work, crew, given, lines, rows, rest)
    opened.callback(inflow.close)
    return inflow


def _cut(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while some := list(islice(waiting, BATCH)):
        yield some

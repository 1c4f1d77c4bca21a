"""Takes up a build from nothing that was ended before its time.

At some moments of such a build the lines, the rows for the index and the state say the same: then all three
are brought to rest, and the state notes how far they are. What came after the last such moment is forgotten.
When all lines are there they are loaded into the store, and the state notes which of them are in; some may be
loaded twice, which changes nothing. What rules made of a store that was loaded is made again, and so is the
index. Nothing is taken up unless the project and its files are as they were, nor when articles were held back
after the store was loaded: it no longer holds what the state says.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from diaspora_kg.build.ground import Ground, sweep
from diaspora_kg.build.joined import Held
from diaspora_kg.build.later import ROWS
from diaspora_kg.build.lines import LINES, Extent, Lines
from diaspora_kg.build.pieces import FLOWED, Previous
from diaspora_kg.build.publish import core
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.work import Work
from diaspora_kg.errors import ClusterNotReachable
from diaspora_kg.index import Writer
from diaspora_kg.state import LEFT, State
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.sums import Total

STORE, STATE, INDEX = "store.new", "state.sqlite.new", "index.new"
SLACK = 2_000_000_000  # ns; the coarsest clock of a file system still in use ticks every two seconds
LOADING = "3"  # the round in which no article is left to be prepared
LOADED = "4"  # the one in which no line is left to be loaded, and their file is gone
_ROUNDS = {"1", "2", LOADING, LOADED}
_LATER = ("queries", "canonical", "judged", "decided", "unsettled", "renamed")  # settled between the rounds
_DONE = "SELECT 1 FROM need n WHERE n.path = a.path AND n.article = a.key"
_STORED = f"SELECT 1 FROM article a JOIN piece p USING (key) WHERE NOT EXISTS ({_DONE})"  # noqa: S608 - ours


@dataclass
class Rest:
    """How far a build was when it came to rest last; ``rows`` is the length of their file in bytes."""

    content: Total = field(default_factory=Total)
    stale: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)
    odd: bool = False
    lines: Extent = field(default_factory=Extent)
    rows: int = 0

    def written(self) -> str:
        """As the state keeps it."""
        return json.dumps(
            [
                *(self.content.write(), sorted(self.stale), sorted(self.standing), self.odd),
                *(self.lines.size, self.lines.gone, self.rows),
            ]
        )

    @classmethod
    def read(cls, text: str) -> Rest:
        """From what the state keeps; raises :class:`ValueError`."""
        try:
            content, stale, standing, odd, size, gone, rows = json.loads(text)
            return cls(
                *(Total.read(content), set(stale), set(standing), bool(odd)),
                Extent(int(size), [(int(first), int(last)) for first, last in gone]),
                int(rows),
            )
        except (TypeError, AttributeError) as error:
            raise ValueError(f"no note of a rest: {error}") from error


def begin(
    ground: Ground, before: Previous, held: Held, sources_of: Callable[[State], Sources], opened: ExitStack
) -> tuple[Sources, set[str], Rest | None]:
    """The sources of a build from nothing, what it must read, and how far it is if it was begun before."""
    derived = ground.project.derived
    register = ground.project.relative(ground.project.register)
    mark = _identity(ground, before, held)
    if (found := _taken_up(derived, mark)) is not None:
        state, rest = found
        opened.callback(state.close)
        sources = sources_of(state)
        changed = sources.changed_files(int(state.meta("scanned")) - SLACK)
        if still_holds(sources, changed):
            sources.begin({*changed, register})
            return sources, changed | unfinished(sources), rest
        state.close()
    sweep(derived)
    state = State(derived / STATE, fresh=True)
    opened.callback(state.close)
    for name, value in (("begun", mark), ("round", "1"), ("scanned", str(ground.started))):
        state.put(name, value)
    sources = sources_of(state)
    return sources, sources.begin_anew(), None


def _identity(ground: Ground, before: Previous, held: Held) -> str:
    """All but files on which it depends what a build has done so far."""
    known = before.snapshot.manifest.id if before.snapshot else ""
    return json.dumps([core(ground.setting), ground.setting.stamp, known, before.damaged, sorted(held.keys)])


def _taken_up(derived: Path, mark: str) -> tuple[State, Rest] | None:
    """The state of a build that was ended, and how far it was."""
    if not all((derived / name).exists() for name in (STORE, STATE)):
        return None
    try:
        state = State(derived / STATE, taken_up=True)
    except sqlite3.DatabaseError:
        return None
    try:
        if state.meta("begun") == mark and state.meta("round") in _ROUNDS:
            rest = Rest.read(state.meta("rest"))
            if state.meta("round") == LOADED:
                rest.lines = Extent()
            waiting = ((LINES, rest.lines.size), (ROWS, rest.rows))
            if all(_size(derived / name) >= size for name, size in waiting):
                return state, rest
    except (ValueError, sqlite3.DatabaseError):
        pass
    state.close()
    return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def still_holds(sources: Sources, changed: Set[str]) -> bool:
    """Whether of the files that were read none came, changed or went, and no others lie beside them."""
    state = sources.state
    known = {path for (path,) in state.rows("SELECT path FROM file")}
    if changed & known or not changed <= sources.scan.annotations.keys():
        return False
    if changed and state.meta("round") != "1":
        return False
    if state.meta("round") == LOADED and state.rows(f"{_STORED} LIMIT 1"):
        return False
    return not any(path in known for new in changed for path in sources.group(new))


def unfinished(sources: Sources) -> set[str]:
    """The files of articles that were read and not prepared."""
    rows = sources.state.rows(f"SELECT DISTINCT path FROM article a WHERE NOT EXISTS ({_DONE})")  # noqa: S608
    return {path for (path,) in rows}


def clear(work: Work, sources: Sources, lines: Lines, rest: Rest) -> None:
    """Take what was begun as it is recorded, and out of the state what is read again."""
    state = work.state
    state.do("DELETE FROM piece WHERE key NOT IN (SELECT key FROM article WHERE valid)")  # was put in aside
    pieces = [key for (key,) in state.rows("SELECT key FROM piece")]
    work.changed.update((key, FLOWED) for key in pieces if key not in rest.standing)
    work.content.join(rest.content)
    work.stale |= rest.stale
    for name in _LATER:
        state.put(name, "")
    files = [file for path in sorted(unfinished(sources)) for file in sources.group(path)]
    rows = [row for file in files for row in state.articles("WHERE path = ?", file)]
    for key, gone in lines.withdraw({row.key for row in rows}):
        try:
            work.withdraw(key, gone)
        except ValueError as error:  # no line of a graph
            raise lines.damaged(error) from error
    for row in rows:
        forget_findings(state, row.path, row.key)
    for file in files:
        state.tell(file, "", ())


def forget_findings(state: State, file: str, key: str) -> None:
    """Forget what was found of an article, and of what it speaks."""
    for table in ("need", "dotted"):
        state.do(f"DELETE FROM {table} WHERE path = ? AND article = ?", file, key)  # noqa: S608 - ours
    state.do("DELETE FROM finding WHERE owner = ? AND key = ?", file, key)


def forget(state: State) -> None:
    """A build that is finished needs no notes of where it rested."""
    state.do("DELETE FROM meta WHERE key IN ('begun', 'round', 'rest', 'loaded')")


def new_store(path: Path, *, kept: bool) -> EmbeddedStore:
    """The store of a build from nothing, emptied unless the build is taken up."""
    if not kept:
        shutil.rmtree(path, ignore_errors=True)
    return EmbeddedStore(path)


def new_writer(path: Path) -> Writer:
    """The index of a build from nothing."""
    for end in ("", *LEFT):
        path.with_name(path.name + end).unlink(missing_ok=True)
    return Writer(path)


class HalfMade:
    """At the end of a ``with`` block: what is half made stays if the build was interrupted, and no else."""

    def __init__(self, derived: Path) -> None:
        self._derived = derived

    def __call__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Called by the block's end."""
        if kind is not None and issubclass(kind, (KeyboardInterrupt, ClusterNotReachable)):
            return
        shutil.rmtree(self._derived / STORE, ignore_errors=True)
        for name in (LINES, ROWS):
            (self._derived / name).unlink(missing_ok=True)
        for end in ("", *LEFT):
            (self._derived / f"{INDEX}{end}").unlink(missing_ok=True)

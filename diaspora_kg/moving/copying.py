"""`dkg store copy`: every graph to another store, one PUT a graph, and read back to see that it is the same.

What was sent is noted graph by graph, so that a copy that was ended goes on where it was. At the end each
graph is asked for again and compared by its hash (:mod:`diaspora_kg.moving.plain`), so that a note which is
no longer true shows: such a graph is sent once more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.errors import RunStopped
from diaspora_kg.moving.plain import plain, total
from diaspora_kg.pipeline.pool import Progress, Quiet
from diaspora_kg.store.base import Store

_THREADS = 4
_AHEAD = 64  # graphs that are read before they are sent
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """A graph that is not the same on both sides, and lines that one of them has alone."""

    graph: str
    here: int
    there: int
    only_here: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did: graphs that were sent, that were there already, that were taken away there.

    ``quads`` is the number of all quads that are there now; ``differences`` is what did not arrive as it was.
    """

    sent: int
    stood: int
    removed: int
    quads: int
    differences: tuple[Difference, ...] = ()


class Notes:
    """Which graph was sent with which hash: a file of lines, the last one for a graph counts."""

    def __init__(self, path: Path, target: str) -> None:
        """``path`` is a folder; each target has a file of its own in it."""
        name = hashlib.sha256(target.encode()).hexdigest()[:16]
        self._path = path / f"{name}.jsonl"
        self.known: dict[str, str] = {}
        with suppress(FileNotFoundError):
            for line in self._path.read_text("utf-8").splitlines():
                with suppress(ValueError, TypeError, KeyError):
                    told = json.loads(line)
                    self.known[str(told["graph"])] = str(told["hash"])

    def note(self, graph: str, found: str) -> None:
        """A graph was sent."""
        self.known[graph] = found
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"graph": graph, "hash": found}) + "\n")

    def forget(self) -> None:
        """Nothing is known of the target any more."""
        self.known.clear()
        self._path.unlink(missing_ok=True)


def copy(here: Store, there: Store, notes: Notes, progress: Progress | None = None) -> Copied:
    """Make the graphs of ``there`` those of ``here``.

    Raises :class:`~diaspora_kg.errors.StoreNotReachable`; what was sent until then is noted.
    """
    shown = progress or Quiet()
    ours = here.graphs()
    standing = frozenset(there.graphs())
    shown.step("Copying", len(ours))
    sent = sum(1 for moved in _sent(here, there, notes, ours, standing, shown) if moved)
    gone = sorted(standing.difference(ours))
    for start in range(0, len(gone), _AHEAD):
        there.replace({graph: [] for graph in gone[start : start + _AHEAD]})
    differences, quads = _checked(here, there, notes, ours, shown)
    return Copied(sent, len(ours) - sent, len(gone), quads, differences)


def _sent(
    here: Store,
    there: Store,
    notes: Notes,
    ours: Sequence[str],
    standing: frozenset[str],
    shown: Progress,
) -> Iterator[bool]:
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(ours), _AHEAD):
            waiting = {}
            for graph in ours[start : start + _AHEAD]:
                lines = here.graph_lines(graph)
                found = total(lines).hex
                if graph in standing and notes.known.get(graph) == found:
                    shown.advance()
                    yield False
                    continue
                waiting[graph] = (found, pool.submit(there.replace, {graph: lines}))
            for graph, (found, done) in waiting.items():
                done.result()
                notes.note(graph, found)
                shown.advance()
                yield True


def _checked(
    here: Store, there: Store, notes: Notes, ours: Sequence[str], shown: Progress
) -> tuple[tuple[Difference, ...], int]:
    """Read every graph back; one that differs is sent once more before it is called different."""
    shown.step("Checking", len(ours))
    found, quads = [], 0
    for graph, count in _counts(here, there, ours, shown):
        if count is not None:
            quads += count
            continue
        lines = here.graph_lines(graph)
        there.replace({graph: lines})
        notes.note(graph, total(lines).hex)
        back = there.graph_lines(graph)
        quads += len(back)
        if told := difference(graph, lines, back):
            found.append(told)
    extra = set(there.graphs()).difference(ours)
    if extra:
        raise RunStopped(f"{len(extra)} graphs came into the other store while it was copied to. Copy again.")
    return tuple(found), quads


def _counts(
    here: Store, there: Store, ours: Sequence[str], shown: Progress
) -> Iterator[tuple[str, int | None]]:
    """Each graph with its number of quads where both sides are the same, ``None`` where they differ."""
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(ours), _AHEAD):
            part = ours[start : start + _AHEAD]
            for graph, back in zip(part, pool.map(there.graph_lines, part), strict=True):
                shown.advance()
                same = total(back) == total(here.graph_lines(graph))
                yield graph, len(back) if same else None


def difference(graph: str, here: Sequence[str], there: Sequence[str]) -> Difference | None:
    """How a graph differs in two stores, ``None``: not at all."""
    ours, theirs = {plain(line) for line in here}, {plain(line) for line in there}
    if ours == theirs:
        return None
    return Difference(graph, len(here), len(there), _first(ours - theirs), _first(theirs - ours))


def _first(lines: set[str]) -> tuple[str, ...]:
    return tuple(sorted(lines)[:_SHOWN])


def told(copied: Copied) -> Mapping[str, int]:
    """The figures of a copy by name."""
    return {
        "sent": copied.sent,
        "stood": copied.stood,
        "removed": copied.removed,
        "quads": copied.quads,
        "different": len(copied.differences),
    }

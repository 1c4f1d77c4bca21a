"""What a server still lacks of a snapshot: kept here, so that a push which was ended goes on where it was.

One file for each server, in ``.dkg/pushes``: a line of JSON that says what was to be done, then a line for
each graph that was. It is believed for as long as the server's own marker is one that stands in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from diaspora_kg.store.marker import Marker
from diaspora_kg.store.snapshots import replace_text
from diaspora_kg.store.ways import Mark


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a server lacks of a snapshot: these graphs, or ``None``: each has to be compared.

    Of ``graphs`` those that are ``done`` are there by now. ``subjects`` are those of all quads that may
    differ, ``None``: it is not known which. ``markers`` are what the server says of itself meanwhile.
    """

    snapshot: Mark
    graphs: frozenset[str] | None
    subjects: frozenset[str] | None = None
    done: frozenset[str] = frozenset()
    markers: tuple[str, ...] = ()

    @property
    def left(self) -> frozenset[str] | None:
        """The graphs that are not there yet."""
        return None if self.graphs is None else self.graphs - self.done


@dataclass
class Journal:
    """The file about one server."""

    path: Path
    _file: IO[str] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, derived: Path, target: str) -> Journal:
        """The journal for the server at an address."""
        name = hashlib.sha256(target.encode()).hexdigest()[:16]
        return cls(derived / "pushes" / f"{name}.jsonl")

    def read(self) -> Lacking | None:
        """What stands there; ``None``: nothing that can be read."""
        try:
            head, *lines = self.path.read_text("utf-8").split("\n")
            told = json.loads(head)
            number, identity = told["snapshot"]
            graphs, subjects = (_set(told[name]) for name in ("graphs", "subjects"))
            found = Lacking(
                (int(number), str(identity)), graphs, subjects, markers=tuple(map(str, told["markers"]))
            )
        except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
            return None
        return replace(found, done=frozenset(_done(lines)))

    def begin(self, lacking: Lacking) -> None:
        """Note what is to be done, before anything is."""
        told = {
            "snapshot": list(lacking.snapshot),
            "graphs": None if lacking.graphs is None else sorted(lacking.graphs),
            "subjects": None if lacking.subjects is None else sorted(lacking.subjects),
            "markers": list(lacking.markers),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        done = "".join(f"{json.dumps(graph)}\n" for graph in sorted(lacking.done))
        replace_text(self.path, f"{json.dumps(told)}\n{done}")

    def complete(self, snapshot: Mark, marker: Marker) -> None:
        """The server has all of a snapshot."""
        self.begin(Lacking(snapshot, frozenset(), frozenset(), markers=(marker.write(),)))

    @contextmanager
    def noting(self) -> Iterator[None]:
        """A block in which :meth:`done` is called."""
        with self.path.open("a", encoding="utf-8") as self._file:
            yield
        self._file = None

    def done(self, graph: str) -> None:
        """A graph is there."""
        if self._file is not None:
            self._file.write(f"{json.dumps(graph)}\n")
            self._file.flush()


def _set(told: Iterable[object] | None) -> frozenset[str] | None:
    return None if told is None else frozenset(map(str, told))


def _done(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        with suppress(ValueError, RecursionError):  # the last one may have been cut off
            yield str(json.loads(line))

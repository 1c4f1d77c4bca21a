"""The way from one snapshot to another: through the builds between, or back through them."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.errors import RunStopped
from diaspora_kg.store.snapshots import Snapshot, Snapshots

Mark = tuple[int, str]
"""The number and the id of a snapshot, which may be gone."""


@dataclass(frozen=True, slots=True)
class Way:
    """The subjects and the graphs of all quads by which two snapshots may differ."""

    subjects: frozenset[str] = frozenset()
    graphs: frozenset[str] = frozenset()

    def __or__(self, other: Way) -> Way:
        return Way(self.subjects | other.subjects, self.graphs | other.graphs)


def mark(snapshot: Snapshot) -> Mark:
    """The mark of a snapshot."""
    return snapshot.manifest.number, snapshot.manifest.id


def between(snapshots: Snapshots, one: Mark, other: Snapshot) -> Way | None:
    """By what two snapshots may differ; ``None``: that is not known."""
    there = _way(snapshots, other)
    if one in there:
        return there[one]
    try:
        first = snapshots.get(one[0])
    except RunStopped:
        return None
    if mark(first) != one:
        return None
    here = _way(snapshots, first)
    common = max(here.keys() & there.keys(), default=None)
    return None if common is None else here[common] | there[common]


def _way(snapshots: Snapshots, snapshot: Snapshot) -> dict[Mark, Way]:
    """Each snapshot that lies before this one, with what changed since."""
    now = Way()
    found = {mark(snapshot): now}
    while (turned := snapshot.turned()) is not None and (turned.since, turned.id) not in found:
        now |= Way(turned.subjects, turned.graphs)
        found[turned.since, turned.id] = now
        try:
            snapshot = snapshots.get(turned.since)
        except RunStopped:
            break
        if snapshot.manifest.id != turned.id:
            break
    return found

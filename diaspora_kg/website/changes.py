"""What the graph of one snapshot has and that of another has not: quads, found by their subjects.

Each build notes beside its snapshot of which subjects quads went or came (``turned.json``). The way from the
snapshot that a site shows to the published one, through the builds between or, after a rollback, back through
them, names all subjects to compare; both snapshots are then asked for the quads of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diaspora_kg.pipeline.delta import Quads, batches
from diaspora_kg.store import EmbeddedStore, Snapshot, Snapshots
from diaspora_kg.store.ways import between, mark
from diaspora_kg.terms import IRI, write


@dataclass(frozen=True)
class Change:
    """Quads that went from ``old`` and came into ``new``, and their subjects."""

    old: EmbeddedStore
    new: EmbeddedStore
    removed: Quads
    added: Quads
    subjects: frozenset[str]


def subjects_between(snapshots: Snapshots, one: Snapshot, other: Snapshot) -> frozenset[str] | None:
    """The subjects of which the graphs of two snapshots may differ; ``None``: that is not known."""
    way = between(snapshots, mark(one), other)
    return None if way is None else way.subjects


def compare(old: EmbeddedStore, new: EmbeddedStore, subjects: Iterable[str]) -> Change:
    """What two graphs do not share of the quads of some subjects."""
    every = sorted(set(subjects))
    removed, added, differing = Quads(), Quads(), set()
    for batch in batches(every):
        before, now = _quads(old, batch), _quads(new, batch)
        removed.add(before - now)
        added.add(now - before)
        differing |= {line[1 : line.index(">")] for line in before ^ now}
    return Change(old, new, removed, added, frozenset(differing))


def _quads(store: EmbeddedStore, subjects: Iterable[str]) -> set[str]:
    values = " ".join(write(IRI(one)) for one in subjects)
    sparql = f"SELECT ?s ?p ?o ?g {{ VALUES ?s {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    return {
        " ".join((*(write(term) for term in row if term is not None), ".")) for row in store.stream(sparql)
    }

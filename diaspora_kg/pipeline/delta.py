"""What a change of the graph touches: from quads that came or went to the nodes to look at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from diaspora_kg.names import expand
from diaspora_kg.sparql import Probe, bind
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.terms import IRI, write

_TYPE = expand("rdf:type")
_BATCH = 200
_MANY = 20_000
_LOADED = 10_000  # a store holds a kilobyte for each quad of one load

Line = TypeVar("Line")


class TooMuchError(Exception):
    """So much is touched that looking at everything is quicker."""


@dataclass
class Quads:
    """Changed quads, as far as probes ask: subjects and objects by predicate, subjects by class."""

    subjects: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    objects: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    classes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    count: int = 0

    def add(self, lines: Iterable[str]) -> None:
        """More N-Quads lines."""
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            s, p = subject[1:-1], predicate[1:-1]
            self.count += 1
            self.subjects[p].add(s)
            if rest.startswith("<"):
                o = rest[1 : rest.index(">")]
                self.objects[p].add(o)
                if p == _TYPE:
                    self.classes[o].add(s)

    def all_subjects(self) -> set[str]:
        """The subjects of all of them."""
        return set().union(*self.subjects.values())

    def touched_by(self, probe: Probe) -> set[str]:
        """Where a probe may begin."""
        if probe.predicates is None:
            return self.all_subjects()
        if probe.classes is not None:
            return set().union(*(self.classes.get(name, ()) for name in probe.classes))
        found: set[str] = set()
        for predicate in probe.predicates:
            found |= self.subjects.get(predicate, set())
            if probe.inverse:
                found |= self.objects.get(predicate, set())
        return found


def portions(lines: Iterable[Line], size: int = _LOADED) -> Iterator[Sequence[Line]]:
    """What comes one by one, in portions that memory bears."""
    waiting = iter(lines)
    while portion := list(islice(waiting, size)):
        yield portion


def foci(store: EmbeddedStore, quads: Quads, probes: Iterable[Probe]) -> set[str]:
    """The nodes whose answers the quads may touch, as the store is now; raises :class:`TooMuchError`."""
    found: set[str] = set()
    for probe in probes:
        start = quads.touched_by(probe)
        if not start:
            continue
        if probe.climb and probe.predicates:
            start |= _climbed(store, start, probe.predicates, inverse=probe.inverse)
        if len(start) > _MANY:
            raise TooMuchError
        if probe.variable == "focus":
            found |= start
        elif probe.variable is None:
            found |= _selected(store, probe.sparql)
        else:
            for batch in batches(sorted(start)):
                bound = bind(probe.sparql, {probe.variable: [IRI(node) for node in batch]})
                found |= _selected(store, bound)
        if len(found) > _MANY:
            raise TooMuchError
    return found


def batches(nodes: Sequence[str], size: int = _BATCH) -> Iterator[Sequence[str]]:
    """The nodes in portions that fit into one query."""
    return (nodes[n : n + size] for n in range(0, len(nodes), size))


def _climbed(store: EmbeddedStore, start: set[str], predicates: frozenset[str], *, inverse: bool) -> set[str]:
    """All from which a path of these predicates leads here; ``inverse``: steps of it may go backwards."""
    steps = [write(IRI(p)) for p in sorted(predicates)]
    path = "|".join([*steps, *(f"^{step}" for step in steps if inverse)])
    seen, near = set(start), set(start)
    while near:
        further: set[str] = set()
        for batch in batches(sorted(near)):
            values = " ".join(write(IRI(node)) for node in batch)
            sparql = f"SELECT DISTINCT ?s {{ VALUES ?x {{ {values} }} GRAPH ?g {{ ?s {path} ?x }} }}"
            further |= _selected(store, sparql)
        near = further - seen
        seen |= further
        if len(seen) > _MANY:
            raise TooMuchError
    return seen


def _selected(store: EmbeddedStore, sparql: str) -> set[str]:
    return {term.value for (term,) in store.stream(sparql) if isinstance(term, IRI)}

"""Derived triples and whole-graph shapes, all of them or those that a change touches.

Rules see the articles, the register and the vocabulary, never a derived triple, so that their order does
not count. Rules that make triples of one property are a *family*: what one of them stops to say another
may go on saying, so a node's triples of a family are replaced together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline.delta import Quads, TooMuchError, batches, foci
from diaspora_kg.shapes import GraphShape, Rule
from diaspora_kg.sparql import (
    NotTraceable,
    Probe,
    bind,
    narrowed,
    probes,
    produced,
    scanned,
    without_graph,
)
from diaspora_kg.store import EmbeddedStore, QueryRefused
from diaspora_kg.terms import IRI, nquad, write


@dataclass(frozen=True)
class Family:
    """Rules, the properties of what they make, and the probes to their foci (``None``: not traceable)."""

    rules: tuple[Rule, ...]
    properties: frozenset[str]
    probes: tuple[Probe, ...] | None

    def touched(self, store: EmbeddedStore, quads: Quads) -> set[str] | None:
        """The nodes that changed quads may touch, as the store is now; ``None``: perhaps any."""
        return touched(store, quads, self.probes)


def touched(store: EmbeddedStore, quads: Quads, found: tuple[Probe, ...] | None) -> set[str] | None:
    """The foci of some probes; ``None`` where they cannot be told, or are too many."""
    if found is None:
        return set() if not quads.count else None
    try:
        return foci(store, quads, found)
    except TooMuchError:
        return None


def families(rules: Iterable[Rule]) -> tuple[Family, ...]:
    """The rules by the properties that they make."""
    groups: list[tuple[list[Rule], set[str]]] = []
    for rule in rules:
        made = set(properties(rule))
        joined = [group for group in groups if group[1] & made]
        groups = [group for group in groups if group not in joined]
        groups.append(
            (
                [*(one for group in joined for one in group[0]), rule],
                made.union(*(group[1] for group in joined)),
            )
        )
    return tuple(Family(tuple(group), frozenset(made), _probes(group)) for group, made in groups)


def properties(rule: Rule) -> frozenset[str]:
    """The properties of what a rule makes; raises :class:`UsageError` for one whose template is too free."""
    try:
        return produced(rule.sparql)
    except NotTraceable as error:
        raise UsageError(f"The rule {rule.path.name} cannot be used: {error}") from error


def shape_probes(shape: GraphShape) -> tuple[Probe, ...] | None:
    """The probes to the foci of a whole-graph shape, ``None`` where it cannot be traced."""
    try:
        return probes(shape.query)
    except NotTraceable:
        return None


def _probes(rules: Iterable[Rule]) -> tuple[Probe, ...] | None:
    try:
        return tuple(probe for rule in rules for probe in probes(rule.sparql))
    except NotTraceable:
        return None


def made(store: EmbeddedStore, family: Family, graph: str, nodes: Sequence[str] | None) -> set[str]:
    """What the rules of a family make now of some nodes (``None``: of all), as lines of the graph."""
    lines: set[str] = set()
    for rule in family.rules:
        lines.update(derived(store, rule, graph, nodes))
    return lines


def derived(store: EmbeddedStore, rule: Rule, graph: str, nodes: Sequence[str] | None) -> Iterator[str]:
    """What one rule makes; raises :class:`UsageError` for a rule that cannot be run, by file."""
    blind = narrowed(without_graph(rule.sparql, graph))
    try:
        if nodes is None:
            yield from store.construct(scanned(blind), graph)
            return
        for batch in batches(nodes):
            yield from store.construct(bind(blind, {"focus": [IRI(node) for node in batch]}), graph)
    except QueryRefused as error:
        raise UsageError(f"The rule {rule.path.name} cannot be run: {error}") from error


def standing(
    store: EmbeddedStore, made_of: frozenset[str] | None, graph: str, nodes: Sequence[str] | None
) -> set[str]:
    """The lines of a graph of some properties and nodes (``None``: all) that are in the store."""
    names = " ".join(write(IRI(name)) for name in sorted(made_of or ()))
    where = f"GRAPH {write(IRI(graph))} {{ ?s ?p ?o }}"
    if made_of is not None:
        where = f"VALUES ?p {{ {names} }} {where}"
    if nodes is None:
        queries = [f"SELECT ?s ?p ?o {{ {where} }}"]
    else:
        queries = [
            f"SELECT ?s ?p ?o {{ VALUES ?s {{ {' '.join(write(IRI(node)) for node in batch)} }} {where} }}"
            for batch in batches(nodes)
        ]
    return {line for query in queries for line in lines_of(store, query, graph)}


def lines_of(store: EmbeddedStore, sparql: str, graph: str) -> Iterator[str]:
    """Rows of subject, property and object as lines of a graph."""
    for s, p, o in store.stream(sparql):
        if isinstance(s, IRI) and isinstance(p, IRI) and o is not None:
            yield nquad(s, p, o, IRI(graph))

"""Whole-graph shapes: plain SPARQL over the store, one focus node an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.errors import Finding, UsageError
from diaspora_kg.quads import Origin
from diaspora_kg.shapes.catalog import GraphShape, read_graph_shapes
from diaspora_kg.sparql import bind
from diaspora_kg.store.base import QueryRefused, Solutions, Store
from diaspora_kg.terms import IRI, write

_BATCH = 200
_STEPS = 3  # from a date to its event to the claim of it: no node is further from one that has a line


@dataclass(frozen=True, slots=True)
class Fault:
    """A node that a whole-graph shape finds, and the finding that says so."""

    focus: str
    finding: Finding


def check_graph(
    store: Store, shapes: Sequence[Path], origin_of: Callable[[str], Origin | None]
) -> tuple[Fault, ...]:
    """Run the whole-graph shapes of some files; raises :class:`UsageError` for a shape that cannot be.

    A node without an origin of its own is reported at one that points to it.
    """
    return tuple(
        fault(store, shape, focus, origin_of)
        for shape in read_graph_shapes(shapes)
        for focus in at_fault(store, shape)
    )


def fault(store: Store, shape: GraphShape, focus: str, origin_of: Callable[[str], Origin | None]) -> Fault:
    """What is to be said of a node that a shape finds."""
    return Fault(focus, _finding(shape, _origin(store, focus, origin_of)))


def at_fault(store: Store, shape: GraphShape, nodes: Sequence[str] | None = None) -> list[str]:
    """The nodes (``None``: of all) that a shape finds; raises :class:`UsageError` if it cannot be run."""
    if nodes is None:
        return _found(store, shape, shape.query)
    batches = (nodes[n : n + _BATCH] for n in range(0, len(nodes), _BATCH))
    queries = (bind(shape.query, {"focus": [IRI(node) for node in batch]}) for batch in batches)
    return sorted({node for query in queries for node in _found(store, shape, query)})


def _found(store: Store, shape: GraphShape, query: str) -> list[str]:
    try:
        answer = store.query(query)
    except QueryRefused as error:
        raise UsageError(f"The query of the shape {shape.shape.iri} cannot be run: {error}") from error
    if not isinstance(answer, Solutions) or answer.variables != ("focus",):
        raise UsageError(f"The query of the shape {shape.shape.iri} must select ?focus and nothing else.")
    return sorted({row["focus"].value for row in answer if isinstance(row.get("focus"), IRI)})


def _origin(store: Store, focus: str, origin_of: Callable[[str], Origin | None]) -> Origin | None:
    near = [focus]
    for _ in range(_STEPS):
        if found := [origin for iri in near if (origin := origin_of(iri)) is not None]:
            return min(found, key=lambda origin: (origin.file, origin.line, origin.where))
        near = sorted({iri for node in near for iri in _pointing(store, node)})
    return None


def _pointing(store: Store, node: str) -> Iterator[str]:
    answer = store.query(f"SELECT DISTINCT ?s {{ GRAPH ?g {{ ?s ?p {write(IRI(node))} }} }}")
    if isinstance(answer, Solutions):
        yield from (row["s"].value for row in answer)


def _finding(graph_shape: GraphShape, origin: Origin | None) -> Finding:
    shape = graph_shape.shape
    return Finding(
        file=origin.file if origin else "",
        line=origin.line if origin else 0,
        severity=shape.severity,
        code=shape.code,
        message=origin.told(shape.message) if origin else shape.message,
        hint=shape.hint,
        words=origin.words if origin else "",
        shape=shape.iri,
    )

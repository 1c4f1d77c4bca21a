"""Whole-graph shapes: plain SPARQL over the store, one focus node an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.errors import Finding, UsageError
from diaspora_kg.quads import Origin
from diaspora_kg.shapes.catalog import GraphShape, read_graph_shapes
from diaspora_kg.store.base import QueryRefused, Solutions, Store
from diaspora_kg.terms import IRI, write

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
        Fault(focus, _finding(shape, _origin(store, focus, origin_of)))
        for shape in read_graph_shapes(shapes)
        for focus in _found(store, shape)
    )


def _found(store: Store, shape: GraphShape) -> list[str]:
    try:
        answer = store.query(shape.query)
    except QueryRefused as error:
        raise UsageError(f"The query of the shape {shape.shape.iri} cannot be run: {error}") from error
    if not isinstance(answer, Solutions) or answer.variables != ("focus",):
        raise UsageError(f"The query of the shape {shape.shape.iri} must select ?focus and nothing else.")
    return sorted({row["focus"].value for row in answer if isinstance(row.get("focus"), IRI)})


def _origin(store: Store, focus: str, origin_of: Callable[[str], Origin | None]) -> Origin | None:
    near = [focus]
    for _ in range(_STEPS):
        if found := [origin for iri in near if (origin := origin_of(iri)) is not None]:
            return min(found, key=lambda origin: (origin.file, origin.line))
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
        message=shape.message,
        hint=shape.hint,
        words=origin.words if origin else "",
        shape=shape.iri,
    )

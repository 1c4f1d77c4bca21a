"""Property paths, of SHACL and of SPARQL alike, as functions from a node to the nodes that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.paths import Path as SparqlPath
from rdflib.term import Node as Term

from diaspora_kg.names import expand
from diaspora_kg.shapes.fast.index import NOTHING, Index

Step = Callable[[Index, str], Collection[str]]


class Unknown(Exception):
    """A shape says something that the fast engine does not know; the text says what."""


@dataclass(frozen=True, slots=True)
class Path:
    """A property path, each node that it leads to given once: followed ``ahead``, and ``back`` from its end.

    ``predicate`` is the property where the path is nothing but one.
    """

    ahead: Step
    back: Step
    predicate: str = ""


def one(predicate: str) -> Path:
    """The path of one property."""

    def ahead(index: Index, node: str) -> Collection[str]:
        return index.forward.get(predicate, NOTHING).get(node, ())

    def back(index: Index, node: str) -> Collection[str]:
        return index.backward(predicate).get(node, ())

    return Path(ahead, back, predicate)


def inverse(path: Path) -> Path:
    """A path from its end."""
    return Path(path.back, path.ahead)


def sequence(paths: Sequence[Path]) -> Path:
    """One path after the other."""
    return Path(_after([path.ahead for path in paths]), _after([path.back for path in reversed(paths)]))


def alternative(paths: Sequence[Path]) -> Path:
    """Any of some paths."""
    return Path(_any([path.ahead for path in paths]), _any([path.back for path in paths]))


def repeated(path: Path, *, least: int, often: bool) -> Path:
    """A path ``least`` (0 or 1) times or, with ``often``, more."""
    return Path(
        _again(path.ahead, least=least, often=often),
        _again(path.back, least=least, often=often),
    )


def read_path(graph: Graph, node: Term, depth: int = 0) -> Path:
    """The path that a graph of shapes describes (SHACL, section 2.3.1); raises :class:`Unknown`.

    Of what has an inverse only single properties are known: pyshacl takes the inverse of a sequence
    in another order than the standard.
    """
    if depth > 8:
        raise Unknown("a path of so many levels")
    if isinstance(node, URIRef):
        return one(f"<{node}>")
    parts = list(graph.predicate_objects(node))
    if {p for p, _ in parts} == {URIRef(expand("rdf:first")), URIRef(expand("rdf:rest"))}:
        items = list(graph.items(node))
        if len(items) < 2 or len(parts) != 2:
            raise Unknown("a sequence path of one property")
        return sequence([read_path(graph, item, depth + 1) for item in items])
    if len(parts) != 1:
        raise Unknown("a path that says several things")
    return _operator(graph, *parts[0], depth)


def _operator(graph: Graph, name: Term, value: Term, depth: int) -> Path:
    operator = str(name).removeprefix(expand("sh:"))
    if operator == "inversePath" and isinstance(value, URIRef):
        return inverse(one(f"<{value}>"))
    if operator == "alternativePath":
        items = list(graph.items(value))
        if len(items) < 2:
            raise Unknown("an alternative path of one")
        return alternative([read_path(graph, item, depth + 1) for item in items])
    repeats = {"zeroOrMorePath": (0, True), "oneOrMorePath": (1, True), "zeroOrOnePath": (0, False)}
    if operator not in repeats:
        raise Unknown(f"the path {name}")
    least, often = repeats[operator]
    return repeated(read_path(graph, value, depth + 1), least=least, often=often)


def of_sparql(path: object) -> Path:
    """A property or path of a parsed query; raises :class:`Unknown`."""
    if isinstance(path, URIRef):
        return one(f"<{path}>")
    if isinstance(path, InvPath):
        return inverse(of_sparql(path.arg))
    if isinstance(path, SequencePath):
        return sequence([of_sparql(part) for part in path.args])
    if isinstance(path, AlternativePath):
        return alternative([of_sparql(part) for part in path.args])
    if isinstance(path, MulPath):
        return repeated(of_sparql(path.path), least=0 if path.zero else 1, often=bool(path.more))
    what = type(path).__name__ if isinstance(path, SparqlPath) else repr(path)
    raise Unknown(f"{what} in a query")


def _after(steps: Sequence[Step]) -> Step:
    first, *rest = steps

    def follow(index: Index, node: str) -> Collection[str]:
        found = first(index, node)
        for step in rest:
            if not found:
                return ()
            found = step(index, *found) if len(found) == 1 else _union(step(index, n) for n in found)
        return found

    return follow


def _any(steps: Sequence[Step]) -> Step:
    def follow(index: Index, node: str) -> Collection[str]:
        found: Collection[str] = ()
        for step in steps:
            more = step(index, node)
            if more:
                found = list(dict.fromkeys((*found, *more))) if found else more
        return found

    return follow


def _again(step: Step, *, least: int, often: bool) -> Step:
    def follow(index: Index, node: str) -> Collection[str]:
        seen = dict.fromkeys((node,) if least == 0 else ())
        waiting = list(step(index, node))
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen[here] = None
                if often:
                    waiting.extend(step(index, here))
        return list(seen)

    return follow


def _union(parts: Iterable[Collection[str]]) -> Collection[str]:
    found: dict[str, None] = {}
    for part in parts:
        if part:
            found.update(dict.fromkeys(part))
    return list(found)

"""Shapes compiled with those that they are made of: ``sh:node``, ``sh:property``, ``sh:or`` and their kin."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node as Term

from diaspora_kg.names import expand
from diaspora_kg.shapes.fast.asked import Constraint, Result, conjunction, items, values, whole
from diaspora_kg.shapes.fast.components import SILENT, SIMPLE
from diaspora_kg.shapes.fast.index import NOTHING, Index
from diaspora_kg.shapes.fast.paths import Path, Step, Unknown, read_path
from diaspora_kg.shapes.fast.query import compile_select

_PATH = URIRef(expand("sh:path"))
_DEEPEST = 10  # pyshacl gives up at 15 levels of shapes and constraints


@dataclass(frozen=True, slots=True)
class Checks:
    """What a shape asks: what is wrong with a focus node (``results``), or with some of them (``over``)."""

    results: Callable[[Index, str], Sequence[Result]]
    over: Callable[[Index, Iterable[str]], Sequence[Result]]


def _checks(path: Path | None, constraint: Constraint) -> Checks:
    """A path and what is asked of its values; of most paths, one property, the cells are looked up once."""
    if path is not None and path.predicate:
        return _of_property(path.predicate, constraint)
    ahead: Step = path.ahead if path is not None else lambda _, focus: (focus,)

    def results(index: Index, focus: str) -> Sequence[Result]:
        return constraint(index, focus, ahead(index, focus))

    def over(index: Index, nodes: Iterable[str]) -> Sequence[Result]:
        wrong: list[Result] = []
        for focus in nodes:
            wrong += constraint(index, focus, ahead(index, focus))
        return wrong

    return Checks(results, over)


def _of_property(predicate: str, constraint: Constraint) -> Checks:
    def results(index: Index, focus: str) -> Sequence[Result]:
        return constraint(index, focus, index.forward.get(predicate, NOTHING).get(focus, ()))

    def over(index: Index, nodes: Iterable[str]) -> Sequence[Result]:
        cells, wrong = index.forward.get(predicate, NOTHING), list[Result]()
        for focus in nodes:
            wrong += constraint(index, focus, cells.get(focus, ()))
        return wrong

    return Checks(results, over)


def compile_shape(graph: Graph, node: Term, classes: Mapping[str, frozenset[str]]) -> Checks | None:
    """A shape with all that it is made of; ``None`` for one that is deactivated. Raises :class:`Unknown`."""
    return _Shape(graph, node, classes, ()).compiled()


class _Shape:
    def __init__(
        self, graph: Graph, node: Term, classes: Mapping[str, frozenset[str]], within: tuple[Term, ...]
    ) -> None:
        if node in within or len(within) >= _DEEPEST:
            raise Unknown("a shape that is part of itself, or of so many levels")
        self.graph = graph
        self.node = node
        self.classes = classes
        self.within = (*within, node)
        self.paths = list(graph.objects(node, _PATH))
        self.is_property = bool(self.paths)

    def compiled(self) -> Checks | None:
        if self._is("sh:deactivated"):
            return None
        kinds = set(self.graph.objects(self.node, URIRef(expand("rdf:type"))))
        shapes = {URIRef(expand(name)) for name in ("sh:NodeShape", "sh:PropertyShape", "rdfs:Class")}
        wrong = URIRef(expand("sh:NodeShape" if self.is_property else "sh:PropertyShape"))
        if len(self.paths) > 1 or kinds - shapes - {URIRef(expand("owl:Class"))} or wrong in kinds:
            raise Unknown("a shape of a kind of its own")
        predicates = {str(p) for p in self.graph.predicates(self.node)}
        unknown = sorted(p for p in predicates - SILENT if p not in SIMPLE and p not in _NESTED)
        if unknown:
            raise Unknown(", ".join(unknown))
        path = read_path(self.graph, self.paths[0]) if self.paths else None
        parts = [SIMPLE[p](self) if p in SIMPLE else _NESTED[p](self) for p in sorted(predicates - SILENT)]
        return _checks(path, conjunction(parts))

    def _is(self, name: str) -> bool:
        found = values(self, name)
        if not found:
            return False
        if len(found) > 1 or not isinstance(found[0], Literal):
            raise Unknown(f"{name} {len(found)} times")
        return bool(found[0].value)

    def part(self, node: Term, *, is_property: bool | None = None) -> Checks:
        """A shape that this one is made of; one that is deactivated asks nothing."""
        inner = _Shape(self.graph, node, self.classes, self.within)
        if next(self.graph.predicates(node), None) is None:
            raise Unknown("a shape that is not there")
        if is_property is not None and inner.is_property is not is_property:
            raise Unknown("a shape with a path where one without is due, or the other way round")
        return inner.compiled() or _checks(None, conjunction(()))

    def lists(self, name: str) -> list[list[Checks]]:
        """The shapes of each list that is a value of a property."""
        lists = [[self.part(one) for one in items(self, head)] for head in values(self, name)]
        if not all(lists):
            raise Unknown(f"an empty {name}")
        return lists


def _node(shape: _Shape) -> Constraint:
    return _all(shape, [[shape.part(one, is_property=False)] for one in values(shape, "sh:node")], _every)


def _and(shape: _Shape) -> Constraint:
    return _all(shape, shape.lists("sh:and"), _every)


def _or(shape: _Shape) -> Constraint:
    return _all(shape, shape.lists("sh:or"), _any)


def _xone(shape: _Shape) -> Constraint:
    return _all(shape, shape.lists("sh:xone"), _one)


def _not(shape: _Shape) -> Constraint:
    return _all(shape, [[shape.part(one)] for one in values(shape, "sh:not")], _none)


# Loops, since generators take twice as long, and these are asked a hundred times for each article.


def _every(parts: Sequence[Checks], index: Index, node: str) -> bool:
    for part in parts:  # noqa: SIM110
        if part.results(index, node):
            return False
    return True


def _any(parts: Sequence[Checks], index: Index, node: str) -> bool:
    for part in parts:  # noqa: SIM110
        if not part.results(index, node):
            return True
    return False


def _one(parts: Sequence[Checks], index: Index, node: str) -> bool:
    return sum(not part.results(index, node) for part in parts) == 1


def _none(parts: Sequence[Checks], index: Index, node: str) -> bool:
    return bool(parts[0].results(index, node))


def _all(
    shape: _Shape, lists: Sequence[Sequence[Checks]], passes: Callable[[Sequence[Checks], Index, str], bool]
) -> Constraint:
    source = shape.node

    def check(index: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        wrong: list[Result] = []
        for parts in lists:
            for value in found:
                if not passes(parts, index, value):
                    wrong.append((source, focus, value))  # noqa: PERF401 - mostly nothing is wrong
        return wrong

    return check


def _property(shape: _Shape) -> Constraint:
    parts = [shape.part(one, is_property=True) for one in values(shape, "sh:property")]

    def check(index: Index, _: str, found: Collection[str]) -> Sequence[Result]:
        wrong: list[Result] = []
        for part in parts:
            wrong += part.over(index, found)
        return wrong

    return check


def _qualified(shape: _Shape) -> Constraint:
    if values(shape, "sh:qualifiedValueShapesDisjoint"):
        raise Unknown("sh:qualifiedValueShapesDisjoint")
    if not shape.is_property:
        raise Unknown("sh:qualifiedValueShape without a path")
    parts = [shape.part(one) for one in values(shape, "sh:qualifiedValueShape")]
    least = whole(shape, "sh:qualifiedMinCount") if values(shape, "sh:qualifiedMinCount") else 0
    most = whole(shape, "sh:qualifiedMaxCount") if values(shape, "sh:qualifiedMaxCount") else None
    if least == 0 and most is None:
        raise Unknown("sh:qualifiedValueShape without a number")
    source = shape.node

    def check(index: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        results = []
        for part in parts:
            number = sum(not part.results(index, value) for value in found)
            if number < least or (most is not None and number > most):
                results.append((source, focus, ""))
        return results

    return check


def _sparql(shape: _Shape) -> Constraint:
    selects = [_select(shape, one) for one in values(shape, "sh:sparql")]
    source, itself = shape.node, not shape.is_property

    def check(index: Index, focus: str, _: Collection[str]) -> Sequence[Result]:
        return [
            (source, focus, value or (focus if itself else ""))
            for select in selects
            if select is not None
            for value in select(index, focus)
        ]

    return check


def _select(shape: _Shape, node: Term) -> Callable[[Index, str], Collection[str]] | None:
    said = {str(p): o for p, o in shape.graph.predicate_objects(node)}
    known = {expand(f"sh:{name}") for name in ("select", "prefixes", "message", "deactivated")}
    if set(said) - known - {expand("rdf:type")} or expand("sh:select") not in said:
        raise Unknown("a constraint in SPARQL that is no plain sh:select")
    off = said.get(expand("sh:deactivated"))
    if isinstance(off, Literal) and off.value is True:
        return None
    if len(list(shape.graph.objects(node, URIRef(expand("sh:select"))))) != 1:
        raise Unknown("a constraint with several queries")
    return compile_select(_prologue(shape.graph, node) + str(said[expand("sh:select")]))


def _prologue(graph: Graph, node: Term) -> str:
    ontologies = set(graph.subjects(URIRef(expand("rdf:type")), URIRef(expand("owl:Ontology"))))
    if ontologies:
        raise Unknown("prefixes that an ontology declares for all")
    prefixes = {"rdf": expand("rdf:"), "rdfs": expand("rdfs:"), "owl": expand("owl:")}
    for one in graph.objects(node, URIRef(expand("sh:prefixes"))):
        for declared in graph.objects(one, URIRef(expand("sh:declare"))):
            prefix = str(graph.value(declared, URIRef(expand("sh:prefix"))))
            prefixes[prefix] = str(graph.value(declared, URIRef(expand("sh:namespace"))))
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes.items())


_NESTED: Mapping[str, Callable[[_Shape], Constraint]] = {
    expand(name): component
    for name, component in {
        "sh:and": _and,
        "sh:node": _node,
        "sh:not": _not,
        "sh:or": _or,
        "sh:property": _property,
        "sh:qualifiedValueShape": _qualified,
        "sh:sparql": _sparql,
        "sh:xone": _xone,
    }.items()
}

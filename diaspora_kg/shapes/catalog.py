"""Shapes as they are described in Turtle: names, messages, severities, hints, and their queries.

Every query in a file of shapes passes the same guard as those of the endpoint: no SERVICE, no update.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node as Term

from diaspora_kg.errors import Severity, UsageError
from diaspora_kg.names import expand
from diaspora_kg.sparql import Refused, guard

SHAPES = "https://w3id.org/diaspora-kg/shapes/"
"""Where the IRIs of our own shapes begin; what follows is the code of their findings."""

_SEVERITIES = {
    expand("sh:Violation"): Severity.VIOLATION,
    expand("sh:Warning"): Severity.WARNING,
    expand("sh:Info"): Severity.INFO,
}
_QUERIES = {"sh:select": "SELECT", "sh:ask": "ASK", "sh:construct": "CONSTRUCT"}


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: ``number`` is its place in the list of shapes (0: it checks a closed list).

    ``slots`` are the properties whose values it checks (``sh:targetObjectsOf``).
    """

    iri: str
    number: int
    name: str
    description: str
    message: str
    hint: str
    severity: Severity
    slots: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The short name by which findings are told apart: the last part of the IRI."""
        return self.iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class GraphShape:
    """A shape over the whole graph: ``query`` is a SELECT that finds the nodes at fault as ``?focus``."""

    shape: Shape
    query: str


class Speaking:
    """The shapes of a graph that have a message, and which of them speaks for each other one."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._by_iri = {shape.iri: shape for shape in described(graph)}
        self._found: dict[Term, Shape] = {}

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Every shape that has a message, in the order of their IRIs."""
        return tuple(self._by_iri[iri] for iri in sorted(self._by_iri))

    def of(self, source: Term | None) -> Shape:
        """The shape that has the message: a nested one speaks through the one that it is part of.

        Raises :class:`UsageError` where none has.
        """
        if source is not None and (known := self._found.get(source)):
            return known
        queue, seen = [source], set()
        while queue:
            node = queue.pop(0)
            if node is None or node in seen:
                continue
            if shape := self._by_iri.get(str(node)):
                if source is not None:
                    self._found[source] = shape
                return shape
            seen.add(node)
            queue.extend(sorted(self._graph.subjects(None, node), key=str))
        raise UsageError("A shape, and those that it is part of, have no message (sh:message).")


def read_shapes(paths: Iterable[Path]) -> Graph:
    """Files of shapes as one graph; raises :class:`UsageError` for what is no Turtle or not allowed."""
    graph = Graph(store="SimpleMemory")  # pyshacl asks it most: a store without contexts saves a seventh
    for path in paths:
        try:
            one = Graph().parse(path, format="turtle")
        except (SyntaxError, OSError, UnicodeDecodeError) as error:  # rdflib's BadSyntax is a SyntaxError
            raise UsageError(f"{path}: these shapes cannot be read: {error}") from error
        except RecursionError as error:
            raise UsageError(f"{path}: these shapes are nested too deeply to be read.") from error
        for name, form in _QUERIES.items():
            for text in one.objects(None, URIRef(expand(name))):
                _allowed(path, str(text), form)
        graph += one
    return graph


def describe(graph: Graph, node: Term) -> Shape:
    """What a graph of shapes says of one of them."""
    severity = graph.value(node, URIRef(expand("sh:severity")))
    order = graph.value(node, URIRef(expand("sh:order")))
    return Shape(
        iri=str(node),
        number=int(str(order)) if isinstance(order, Literal) and str(order).isdecimal() else 0,
        name=_words(graph, node, "sh:name"),
        description=_words(graph, node, "sh:description"),
        message=_words(graph, node, "sh:message"),
        hint=_words(graph, node, "dkg:hint"),
        severity=_SEVERITIES.get(str(severity), Severity.VIOLATION),
        slots=tuple(sorted(map(str, graph.objects(node, URIRef(expand("sh:targetObjectsOf")))))),
    )


def described(graph: Graph) -> Iterator[Shape]:
    """Every shape of a graph that has an IRI and a message, in the order of their IRIs."""
    nodes = {node for node in graph.subjects(URIRef(expand("sh:message"))) if isinstance(node, URIRef)}
    return (describe(graph, node) for node in sorted(nodes))


def read_graph_shapes(paths: Sequence[Path]) -> tuple[GraphShape, ...]:
    """The whole-graph shapes of some files, in the order of their IRIs; raises :class:`UsageError`."""
    graph = read_shapes(paths)
    nodes = sorted(graph.subjects(URIRef(expand("rdf:type")), URIRef(expand("dkg:GraphShape"))), key=str)
    return tuple(_graph_shape(graph, node) for node in nodes)


def _graph_shape(graph: Graph, node: Term) -> GraphShape:
    selects = list(graph.objects(node, URIRef(expand("sh:select"))))
    if len(selects) != 1:
        raise UsageError(f"The shape {node} has {len(selects)} queries; it must have one (sh:select).")
    return GraphShape(describe(graph, node), "".join(_prologue(graph, node)) + str(selects[0]))


def _prologue(graph: Graph, node: Term) -> Iterator[str]:
    declarations = (
        declaration
        for prefixes in graph.objects(node, URIRef(expand("sh:prefixes")))
        for declaration in graph.objects(prefixes, URIRef(expand("sh:declare")))
    )
    pairs = {
        (
            str(graph.value(one, URIRef(expand("sh:prefix")))),
            str(graph.value(one, URIRef(expand("sh:namespace")))),
        )
        for one in declarations
    }
    return (f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(pairs))


def _words(graph: Graph, node: Term, prop: str) -> str:
    """The English words, or else the first of all; white space collapsed."""
    found = [words for words in graph.objects(node, URIRef(expand(prop))) if isinstance(words, Literal)]
    best = min(found, key=lambda words: (words.language not in {"en", None}, str(words)), default="")
    return " ".join(str(best).split())


def _allowed(path: Path, text: str, form: str) -> None:
    try:
        found = guard(text)
    except Refused as error:
        raise UsageError(f"{path}: a query is not allowed here: {error}") from error
    if found != form:
        raise UsageError(f"{path}: a query is a {found} where a {form} is expected")

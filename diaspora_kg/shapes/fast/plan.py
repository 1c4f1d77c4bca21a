"""A graph of shapes compiled: for each shape with a target its focus nodes and what is asked of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.term import Node as Term

from diaspora_kg.names import expand
from diaspora_kg.quads import Said
from diaspora_kg.shapes.fast.asked import Result
from diaspora_kg.shapes.fast.index import SUBCLASS, Index, said_by
from diaspora_kg.shapes.fast.nested import Checks, compile_shape
from diaspora_kg.shapes.fast.paths import Unknown
from diaspora_kg.shapes.fast.values import Undecided, text_of

_TARGETS = {
    URIRef(expand(f"sh:{name}")): name
    for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
}
_TYPE = URIRef(expand("rdf:type"))
_CLASS = URIRef(expand("rdfs:Class"))
_CONSTRAINTS = URIRef(expand("sh:parameter"))

Focus = Callable[[Index], Collection[str]]


@dataclass(frozen=True)
class Verdict:
    """What was found in one article: ``results`` by the shape with the target that found them.

    ``undecided`` says of which shapes pyshacl must be asked, and why. ``said`` is what the article itself
    says. An article that has no ``index`` could not be looked at at all.
    """

    results: Mapping[Term, Sequence[Result]] = field(default_factory=dict)
    undecided: Mapping[Term, str] = field(default_factory=dict)
    index: Index | None = None
    said: Said = Said()  # noqa: RUF009 - nothing changes it

    @property
    def own(self) -> frozenset[str]:
        """The nodes that the article itself describes."""
        return frozenset(node for graph in self.said.graphs for cells in graph.values() for node in cells)


@dataclass(frozen=True)
class _Root:
    """A shape with a target: the nodes that it looks at, and what it asks of each."""

    node: Term
    targets: tuple[tuple[str, Term], ...]
    shape: Checks


class Plan:
    """The shapes of a graph that the engine knows; ``unknown`` says of each other one why not."""

    def __init__(self, shapes: Graph, slim: Iterable[str]) -> None:
        """``slim`` says, as N-Triples lines, which classes are subclasses, and what is said of concepts."""
        self._classes: defaultdict[str, set[str]] = defaultdict(set)
        self._of_concepts: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for triple in parse("\n".join(slim), format=RdfFormat.N_TRIPLES):
            subject, predicate, value = str(triple.subject), str(triple.predicate), str(triple.object)
            if predicate == SUBCLASS:
                self._classes[subject].add(value)
            else:
                self._of_concepts[predicate].setdefault(subject, []).append(value)
        self._concepts = {one: None for found in self._of_concepts.values() for one in found}.keys()
        self._subclasses = {one: sorted(above) for one, above in self._classes.items()}
        self._above = {one: frozenset(_closure(one, self._classes)) for one in self._classes}
        below: defaultdict[str, set[str]] = defaultdict(set)
        for one, above in self._above.items():
            for higher in above:
                below[higher].add(one)
        self._below = below
        self.unknown: dict[Term, str] = {}
        """Shapes with a target that pyshacl must be asked of, and why."""
        self._roots = tuple(self._compiled(shapes))
        together: defaultdict[tuple[tuple[str, Term], ...], list[_Root]] = defaultdict(list)
        for root in self._roots:
            together[root.targets].append(root)
        self._by_target = [(self._focus(targets), tuple(roots)) for targets, roots in together.items()]
        """Shapes that look at the same nodes, looked for once; without any there is nothing to ask."""

    @property
    def known(self) -> tuple[Term, ...]:
        """The shapes with a target that are compiled, in a fixed order."""
        return tuple(root.node for root in self._roots)

    def check(
        self, lines: Sequence[str], context: Sequence[str] = (), said: Said | None = None, text: str = ""
    ) -> Verdict:
        """What the shapes find in an article, given as N-Quads; ``context`` is of nodes outside of it.

        ``said`` is what the lines say, and ``text`` the lines joined, where they are at hand.
        """
        try:
            said = said_by(lines, text or "\n".join(lines), said)
            index = self._index(said, context)
        except Undecided as error:
            return Verdict(undecided=dict.fromkeys(self.known, str(error)))
        results: dict[Term, Sequence[Result]] = {}
        undecided: dict[Term, str] = {}
        for nodes_of, roots in self._by_target:
            nodes = nodes_of(index)
            if not nodes:
                continue
            for root in roots:
                try:
                    if found := root.shape.over(index, nodes):
                        results[root.node] = found
                except Undecided as error:
                    undecided[root.node] = str(error)
        return Verdict(results, undecided, index, said)

    def _index(self, said: Said, context: Sequence[str]) -> Index:
        """What an article says, what is known of nodes outside of it, and of the concepts that they name."""
        index = Index(said)
        if context:
            for graph in said_by(context, "\n".join(context)).graphs:
                index.take(graph)
        if SUBCLASS in index.forward:
            raise Undecided("classes that an article defines")
        index.forward[SUBCLASS] = self._subclasses
        named = self._concepts & index.values()
        for predicate, found in self._of_concepts.items():
            index.add_all(predicate, {one: found[one] for one in named & found.keys()})
        return index

    def _compiled(self, shapes: Graph) -> Iterator[_Root]:
        targets: defaultdict[Term, list[tuple[str, Term]]] = defaultdict(list)
        for name, kind in _TARGETS.items():
            for node, value in shapes.subject_objects(name):
                targets[node].append((kind, value))
        for node in _implicit(shapes):
            targets[node].append(("targetClass", node))
        parameters = (None, _CONSTRAINTS, None) in shapes
        for node in sorted(targets, key=str):
            try:
                if parameters:
                    raise Unknown("constraints that the project defines itself")
                checks = compile_shape(shapes, node, self._above)
                focus = tuple(sorted(targets[node]))
                self._focus(focus)
            except (Unknown, Undecided) as error:
                self.unknown[node] = str(error)
                continue
            except (RecursionError, ValueError):  # rdflib's, for a list that is its own rest
                self.unknown[node] = "lists or levels without end"
                continue
            if checks is not None:
                yield _Root(node, focus, checks)

    def _focus(self, targets: Sequence[tuple[str, Term]]) -> Focus:
        """The nodes that a shape with these targets looks at, each once."""
        parts = [self._target(kind, value) for kind, value in targets]
        if len(parts) == 1:
            return parts[0]
        return lambda index: dict.fromkeys(node for part in parts for node in part(index))

    def _target(self, kind: str, value: Term) -> Focus:
        term = text_of(value)
        if kind == "targetNode":
            return lambda _: (term,)
        if kind == "targetClass":
            classes = (term, *sorted(self._below.get(term, set()) - {term}))
            return lambda index: index.instances(classes)
        if kind == "targetSubjectsOf":
            return lambda index: index.forward.get(term, ())
        return lambda index: index.backward(term)


def _closure(start: str, classes: Mapping[str, set[str]]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(classes.get(here, ()))
            yield here


def _implicit(shapes: Graph) -> Iterator[Term]:
    """Shapes that are classes, and so their own targets (SHACL, section 2.1.3.3)."""
    kinds = {URIRef(expand("sh:NodeShape")), URIRef(expand("sh:PropertyShape"))}
    for node in set(shapes.subjects(_TYPE, _CLASS)):
        if kinds & set(shapes.objects(node, _TYPE)):
            yield node

"""SHACL over one article: pyshacl's results as findings with file, line and words.

Measured, shapes at hand: 45 ms for an article of 600 quads, 70 ms for one of 1400. Parsing the four SPARQL
constraints anew for each article would take 25 ms more, so the graph keeps them prepared; and of the
ontology only what the article uses is mixed in, where pyshacl would copy the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyshacl
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse
from pyshacl.errors import ReportableRuntimeError
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node as Term

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding, UsageError
from diaspora_kg.names import expand
from diaspora_kg.quads import Origin
from diaspora_kg.shapes.catalog import Shape, described, read_shapes
from diaspora_kg.terms import XSD_STRING

_FOCUS = URIRef(expand("sh:focusNode"))
_VALUE = URIRef(expand("sh:value"))
_SOURCE = URIRef(expand("sh:sourceShape"))
_RESULT = URIRef(expand("sh:result"))
_SUBCLASS = URIRef(expand("rdfs:subClassOf"))


class ArticleShapes:
    """The shapes for one article, read once and used for many."""

    def __init__(self, shapes: Sequence[Path], ontology_slim: Iterable[str]) -> None:
        """Read files of shapes; raises :class:`UsageError` for one that cannot be used.

        ``ontology_slim`` says, as N-Triples lines, which classes are subclasses and which concept is in
        which list (:meth:`~diaspora_kg.ontology.Ontology.slim`).
        """
        slim = _Data()
        slim.read(ontology_slim)
        self._graph = read_shapes(shapes)
        self._shapes = {shape.iri: shape for shape in described(self._graph)}
        self._classes = [triple for triple in slim if triple[1] == _SUBCLASS]
        self._concepts: defaultdict[Term, list[tuple[Term, Term, Term]]] = defaultdict(list)
        for triple in slim:
            if triple[1] != _SUBCLASS:
                self._concepts[triple[0]].append(triple)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Every shape that can find something, in the order of their IRIs."""
        return tuple(self._shapes[iri] for iri in sorted(self._shapes))

    def check(
        self,
        mapped_lines: Iterable[str],
        context_lines: Iterable[str],
        origins: Mapping[str, Origin],
        article: Article,
    ) -> tuple[Finding, ...]:
        """What is wrong in one article, in the order of file and line.

        ``mapped_lines`` are its N-Quads; ``context_lines`` say of nodes outside of it what a shape may
        need to know (their classes): nothing is found about those. Several results of one shape for one
        node are one finding. Raises :class:`UsageError` for a shape that pyshacl cannot run.
        """
        data = _Data()
        data.read(mapped_lines)
        own = frozenset(data.subjects())
        data.read(context_lines)
        self._mix_in(data)
        report = self._validate(data)
        found: set[tuple[Term, Shape]] = set()
        for result in report.objects(None, _RESULT):
            shape = self._named(report.value(result, _SOURCE))
            focus, value = report.value(result, _FOCUS), report.value(result, _VALUE)
            found.update((node, shape) for node in _at_fault(data, own, shape, focus, value))
        return tuple(sorted({_finding(data, node, shape, origins, article) for node, shape in found}))

    def _mix_in(self, data: Graph) -> None:
        for triple in self._classes:
            data.add(triple)
        for used in list(data.objects(unique=True)):
            for triple in self._concepts.get(used, ()):
                data.add(triple)

    def _validate(self, data: Graph) -> Graph:
        try:
            _, report, text = pyshacl.validate(
                data, shacl_graph=self._graph, inference="none", advanced=False, inplace=True
            )
        except (ReportableRuntimeError, SyntaxError) as error:
            raise UsageError(f"The shapes cannot be run: {error}") from error
        if not isinstance(report, Graph):
            raise UsageError(f"The shapes cannot be run: {text}")
        return report

    def _named(self, source: Term | None) -> Shape:
        """The shape that has the message: a nested one speaks through the one that it is part of."""
        queue, seen = [source], set()
        while queue:
            node = queue.pop(0)
            if node is None or node in seen:
                continue
            if shape := self._shapes.get(str(node)):
                return shape
            seen.add(node)
            queue.extend(sorted(self._graph.subjects(None, node), key=str))
        raise UsageError("A shape, and those that it is part of, have no message (sh:message).")


class _Data(Graph):
    """A graph that prepares each query text once, for all articles."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Any:
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **kwargs)

    def read(self, lines: Iterable[str]) -> None:
        """Add N-Quads or N-Triples, whatever their graphs."""
        terms: dict[object, Term] = {}
        for quad in parse("\n".join(lines), format=RdfFormat.N_QUADS):
            triple = quad.subject, quad.predicate, quad.object
            for term in triple:
                if term not in terms:
                    terms[term] = _term(term)
            self.add((terms[triple[0]], terms[triple[1]], terms[triple[2]]))


@lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    return prepareQuery(text)


def _term(term: object) -> Term:
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, Literal):
        if term.language:
            return RdfLiteral(term.value, lang=term.language)
        # rdflib takes a plain literal and one typed as a string for two
        datatype = None if term.datatype.value == XSD_STRING else URIRef(term.datatype.value)
        return RdfLiteral(term.value, datatype=datatype)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    raise TypeError(f"{term!r} is no term of RDF 1.1")


def _at_fault(
    data: Graph, own: frozenset[Term], shape: Shape, focus: Term | None, value: Term | None
) -> Iterable[Term]:
    """The article's nodes that a result is about (see the head of ontology/shapes/article.ttl)."""
    if focus in own:
        return {focus}
    if shape.slots:
        return {node for slot in shape.slots for node in data.subjects(URIRef(slot), focus) if node in own}
    return own & {value}


def _finding(
    data: Graph, node: Term, shape: Shape, origins: Mapping[str, Origin], article: Article
) -> Finding:
    origin = _origin(data, node, origins) or Origin(article.file, 0, "")
    return Finding(
        file=origin.file,
        line=origin.line,
        severity=shape.severity,
        code=shape.code,
        message=origin.told(shape.message),
        hint=shape.hint,
        words=origin.words,
        shape=shape.iri,
        article=article.key,
    )


def _origin(data: Graph, node: Term, origins: Mapping[str, Origin]) -> Origin | None:
    """Where a node was written; of one that was made for another, where that was."""
    near, seen = [node], {node}
    while near:
        if found := [origins[str(one)] for one in near if str(one) in origins]:
            return min(found, key=lambda origin: (origin.file, origin.line, origin.where))
        near = [one for here in near for one in data.subjects(None, here) if one not in seen]
        seen.update(near)
    return None

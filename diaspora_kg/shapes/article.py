"""SHACL over one article: pyshacl's results as findings with file, line and words.

Measured, shapes at hand: 45 ms for an article of 600 quads, 70 ms for one of 1400. Parsing the four SPARQL
constraints anew for each article would take 25 ms more, so the graph keeps them prepared; and of the
ontology only what the article uses is mixed in, where pyshacl would copy the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
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
from diaspora_kg.shapes.catalog import Shape, Speaking, read_shapes
from diaspora_kg.shapes.fast.index import TYPE, Index
from diaspora_kg.shapes.fast.values import text_of, to_rdflib
from diaspora_kg.shapes.findings import AtFault, at_fault, told
from diaspora_kg.terms import XSD_STRING

_FOCUS = URIRef(expand("sh:focusNode"))
_VALUE = URIRef(expand("sh:value"))
_SOURCE = URIRef(expand("sh:sourceShape"))
_RESULT = URIRef(expand("sh:result"))
_SUBCLASS = URIRef(expand("rdfs:subClassOf"))
_OPEN_ENDED = tuple(
    URIRef(expand(f"sh:{name}")) for name in ("sparql", "select", "ask", "closed", "parameter")
)
"""What makes a shape look at properties that it does not name."""
_KEPT = 200  # graphs of some of the shapes


class ArticleShapes:
    """The shapes for one article, read once and used for many."""

    def __init__(
        self, shapes: Sequence[Path], ontology_slim: Iterable[str], graph: Graph | None = None
    ) -> None:
        """Read files of shapes; raises :class:`UsageError` for one that cannot be used.

        ``ontology_slim`` says, as N-Triples lines, which classes are subclasses and which concept is in
        which list (:meth:`~diaspora_kg.ontology.Ontology.slim`); ``graph`` are the shapes where they are
        read already.
        """
        slim = _Data()
        slim.read(ontology_slim)
        self._graph = read_shapes(shapes) if graph is None else graph
        self._speaking = Speaking(self._graph)
        self._parts: dict[frozenset[Term], Graph] = {}
        self._properties: dict[frozenset[Term], frozenset[str] | None] = {}
        self._classes = [triple for triple in slim if triple[1] == _SUBCLASS]
        self._concepts: defaultdict[Term, list[tuple[Term, Term, Term]]] = defaultdict(list)
        for triple in slim:
            if triple[1] != _SUBCLASS:
                self._concepts[triple[0]].append(triple)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Every shape that can find something, in the order of their IRIs."""
        return self._speaking.shapes

    def check(
        self,
        mapped_lines: Iterable[str],
        context_lines: Iterable[str],
        origins: Mapping[str, Origin],
        article: Article,
        only: frozenset[Term] = frozenset(),
    ) -> tuple[Finding, ...]:
        """What is wrong in one article, in the order of file and line.

        ``mapped_lines`` are its N-Quads; ``context_lines`` say of nodes outside of it what a shape may
        need to know (their classes): nothing is found about those. Several results of one shape for one
        node are one finding. ``only`` these shapes, and those that they are made of, are looked at; all
        where it is empty. Raises :class:`UsageError` for a shape that pyshacl cannot run.
        """
        data, faults = self._look(mapped_lines, context_lines, only)
        return told(faults, origins, article, lambda node: map(str, data.subjects(None, URIRef(node))))

    def faults(
        self, mapped_lines: Iterable[str], context_lines: Iterable[str], only: frozenset[Term] = frozenset()
    ) -> frozenset[AtFault]:
        """The nodes at fault in one article, without their places; see :meth:`check`."""
        return self._look(mapped_lines, context_lines, only)[1]

    def again(self, index: Index, own: frozenset[str], only: frozenset[Term]) -> frozenset[AtFault]:
        """What these shapes find in an article that is read already, whose ``own`` nodes are told.

        Of its triples pyshacl is given those whose property the shapes name, unless a shape may look at
        any: an article of which one shape is to be asked takes a quarter of the time.
        """
        shapes = self._part(only)
        named = self._named(only)
        data = _Data()
        for predicate, cells in index.forward.items():
            if named is None or predicate in named:
                term = to_rdflib(predicate)
                for subject, values in cells.items():
                    node = to_rdflib(subject)
                    for value in values:
                        data.add((node, term, to_rdflib(value)))
        for triple in self._classes:
            data.add(triple)
        return self._faults(data, own, shapes)

    def _named(self, only: frozenset[Term]) -> frozenset[str] | None:
        """The properties that some shapes may look at, ``None`` for any."""
        if only not in self._properties:
            part = self._part(only)
            open_ended = any((None, name, None) in part for name in _OPEN_ENDED)
            named = {text_of(one) for one in part.objects() if isinstance(one, URIRef)} | {TYPE}
            self._properties[only] = None if open_ended else frozenset(named)
        return self._properties[only]

    def _look(
        self, mapped_lines: Iterable[str], context_lines: Iterable[str], only: frozenset[Term]
    ) -> tuple[Graph, frozenset[AtFault]]:
        data = _Data()
        data.read(mapped_lines)
        own = frozenset(map(str, data.subjects()))
        data.read(context_lines)
        self._mix_in(data)
        return data, self._faults(data, own, self._part(only) if only else self._graph)

    def _faults(self, data: Graph, own: frozenset[str], shapes: Graph) -> frozenset[AtFault]:
        found: set[AtFault] = set()
        report = self._validate(data, shapes)
        for result in report.objects(None, _RESULT):
            shape = self._speaking.of(report.value(result, _SOURCE))
            focus, value = report.value(result, _FOCUS), report.value(result, _VALUE)
            found.update(at_fault(own, shape, _node(focus), _node(value), partial(_having, data, focus)))
        return frozenset(found)

    def _part(self, only: frozenset[Term]) -> Graph:
        """Some shapes with all that they are made of."""
        if len(self._parts) > _KEPT:
            self._parts.clear()
            self._properties.clear()
        if only not in self._parts:
            part = Graph(store="SimpleMemory")
            waiting = list(only)
            while waiting:
                node = waiting.pop()
                if (node, None, None) in part:
                    continue
                for triple in self._graph.triples((node, None, None)):
                    part.add(triple)
                    waiting.append(triple[2])
            self._parts[only] = part
        return self._parts[only]

    def _mix_in(self, data: Graph) -> None:
        for triple in self._classes:
            data.add(triple)
        for used in list(data.objects(unique=True)):
            for triple in self._concepts.get(used, ()):
                data.add(triple)

    def _validate(self, data: Graph, shapes: Graph) -> Graph:
        try:
            _, report, text = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", advanced=False, inplace=True
            )
        except (ReportableRuntimeError, SyntaxError) as error:
            raise UsageError(f"The shapes cannot be run: {error}") from error
        except RecursionError as error:
            raise UsageError("The shapes cannot be run: they are nested too deeply.") from error
        if not isinstance(report, Graph):
            raise UsageError(f"The shapes cannot be run: {text}")
        return report


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


def _node(term: Term | None) -> str:
    """A node by its name; a literal has none."""
    return "" if term is None or isinstance(term, RdfLiteral) else str(term)


def _having(data: Graph, value: Term | None, slot: str) -> Iterable[str]:
    return map(str, data.subjects(URIRef(slot), value))
